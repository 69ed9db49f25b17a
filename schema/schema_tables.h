/* SPDX-License-Identifier: MIT
 *
 * What schema/print_schema.c knows beside the table of the record: the members that a report adds to
 * it, as rows of the same kind, and what members mean. */
#ifndef SCHEMA_SCHEMA_TABLES_H
#define SCHEMA_SCHEMA_TABLES_H

#include "record/observation_members.h"

/* A list or object that may be null has an is_absent(), which is never called. */
extern const struct member verdict_head_members[], verdict_body_members[];

/* A member that is not always written, by its path. */
extern const char *const schema_optional[];

/* The last names of a path, "tls.ms", and what is meant by them; of several that fit, the longest. */
struct meaning {
	const char *path;    /* NULL ends the table */
	const char *text;
};
extern const struct meaning schema_meanings[];

#endif
