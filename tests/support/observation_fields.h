/* SPDX-License-Identifier: MIT
 *
 * Walks over every field of an observation, so that a test can fill, change or check each of
 * them. Knows nothing of the JSON form. */
#ifndef OBSERVATION_FIELDS_H
#define OBSERVATION_FIELDS_H

#include "record/observation.h"

struct field {
	const char *name;
	enum field_kind {
		FIELD_TEXT,      /* char * */
		FIELD_NAME,      /* char * that no record lacks */
		FIELD_TEXTS,     /* struct strlist */
		FIELD_ENUM,      /* below `limit` */
		FIELD_BITS,      /* `limit` of them */
		FIELD_BOOL,
		FIELD_COUNT,     /* unsigned, at most `limit` */
		FIELD_CODE,      /* int */
		FIELD_NUMBER,    /* int from 0, at most `limit`; -1: none */
		FIELD_US,        /* int64_t, a duration */
		FIELD_WHEN,      /* int64_t, wall clock */
		FIELD_ARRAY,     /* pointer to structs, with their count: not to be changed */
		FIELD_MEMORY     /* where the rest is kept, nothing that was seen: not to be changed */
	} kind;
	void *at;
	size_t size;
	unsigned limit;
};

void observation_fields_walk(struct observation *o, void (*visit)(void *arg, const struct field *f),
			     void *arg);

/* Makes an observation with two elements in every array, in which no field has the zero value.
 * Another seed gives other values. */
void observation_fields_fill(struct observation *o, unsigned seed);

/* Another value for the field than it has. */
void observation_fields_change(const struct field *f);

#endif
