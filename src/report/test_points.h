/* SPDX-License-Identifier: MIT
 *
 * What a report for test tools (JUnit, TAP, annotations) consists of: one point for each thing that
 * counts for the exit status, so that no tool says anything else than that does. */
#ifndef REPORT_TEST_POINTS_H
#define REPORT_TEST_POINTS_H

#include "report/report.h"

struct test_point {
	char *name;              /* "587: starttls at mx1.example.com:587" */
	char *where;             /* "mx1.example.com:587"; NULL: the target as a whole */
	char *seen;              /* NULL: nothing to tell */
	const char *code;        /* of the finding that it is about; NULL: of none */
	const char *remedy;      /* what to do, of the rule; NULL: none */
	enum expect_state state;
};

struct test_points {
	struct test_point *list;
	size_t count;
	size_t by_state[EXPECT_STATE_COUNT];
};

/* Claims of what is expected, each at each endpoint that it was looked at; and where the findings
 * count, each endpoint, and the target as a whole. Never without a point. */
void test_points_make(struct test_points *p, const struct report_target *t);
/* The one point of the targets that were not begun, as the run was cut short; none where all were. */
void test_points_of_the_rest(struct test_points *p, const struct report_tally *t);
void test_points_clear(struct test_points *p);

#endif
