/* SPDX-License-Identifier: MIT
 *
 * The JSON form of an observation as tables: one row a member, in the order it is written. The
 * writer and the reader both walk them, so that what is written can be read. A new field of
 * observation.h is a row here. Internal to observation_json_write.c and _read.c. */
#ifndef RECORD_OBSERVATION_MEMBERS_H
#define RECORD_OBSERVATION_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/words.h"

enum member_type {
	MEMBER_TEXT,           /* char *: a string; null: NULL */
	MEMBER_TEXTS,          /* struct strlist: a list of strings */
	MEMBER_WORD,           /* enum: its word; null: the value that has none */
	MEMBER_WORDS,          /* unsigned of bits: a list of their words */
	MEMBER_CHOICE,         /* bool: one of two words */
	MEMBER_BOOL,
	MEMBER_KNOWN,         /* enum known: true or false; null: not known */
	MEMBER_COUNT,          /* unsigned */
	MEMBER_COUNT_OR_NULL,  /* unsigned; null: 0, none */
	MEMBER_NUMBER,         /* int from 0; null: -1, none */
	MEMBER_CODE,           /* int: a reply code; null: 0, none */
	MEMBER_BYTES,          /* int64_t: a number of bytes; null: 0, none */
	MEMBER_MS,             /* int64_t of microseconds: milliseconds */
	MEMBER_TIME,           /* int64_t of seconds since 1970: RFC 3339, UTC */
	MEMBER_TIME_OR_NULL,   /* the same; null: 0, none */
	MEMBER_TIME_US,        /* int64_t of microseconds since 1970: RFC 3339, UTC */
	MEMBER_OBJECT,         /* a struct: an object; null where is_absent() says so */
	MEMBER_LIST,           /* pointer and count of structs: a list of objects */
	MEMBER_CAPABILITIES,   /* the caps of a struct obs_ehlo: an object of lists */
	MEMBER_TYPE_COUNT
};

struct member {
	const char *name;              /* NULL ends a table */
	enum member_type type;
	bool needed;                   /* no record without it, nor with null */
	size_t at;                     /* offset in the struct */
	const struct words *words;
	unsigned most;                 /* MEMBER_COUNT, MEMBER_COUNT_OR_NULL, MEMBER_NUMBER: the largest value;
	                                * MEMBER_LIST: of elements; 0: RECORD_LIST_MAX */
	const struct member *members;  /* MEMBER_OBJECT, MEMBER_LIST */
	bool (*is_absent)(const void *object);
	size_t count_at, size;         /* MEMBER_LIST: offset of the count, size of an element */
};

/* Of a struct observation: up to duration_ms, and what follows. `status`, which is not the
 * record's, stands between them in a report. */
extern const struct member observation_head_members[], observation_body_members[];

/* Of parts that are copied (observation_copy.h). */
extern const struct member query_members[], endpoint_members[], certificate_members[], ocsp_members[];

enum {
	RECORD_SIZE_MAX = 64 * 1024 * 1024,  /* octets of one record that are read */
	RECORD_LIST_MAX = 65536,             /* elements of one list that are read */
	RECORD_PATHS_MAX = 1024              /* fewer, of what is compared with each other */
};
#define RECORD_SCHEMA "smtpprobe.report/1"

/* A number of microseconds that is read: some 30 years. */
#define RECORD_US_MAX INT64_C(1000000000000000)

#endif
