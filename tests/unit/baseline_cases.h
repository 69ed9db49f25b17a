/* SPDX-License-Identifier: MIT
 *
 * Rows of tests/unit/check_baseline.c: two records that begin the same, what was done to each, and
 * what must be told of it. */
#ifndef UNIT_BASELINE_CASES_H
#define UNIT_BASELINE_CASES_H

#include "record/observation.h"

struct baseline_case {
	const char *name;
	void (*build)(struct observation *o);    /* both; then each is changed, where there is a function */
	void (*before)(struct observation *o), (*now)(struct observation *o);
	const char *codes;       /* "CODE severity where", a line each, all of them, in order */
	const char *unseen;      /* all lines; NULL: none */
};

/* Ended by a row without a name. */
extern const struct baseline_case baseline_cases_hosts[], baseline_cases_port[], baseline_cases_tls[];

#endif
