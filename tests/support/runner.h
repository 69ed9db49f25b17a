/* SPDX-License-Identifier: MIT
 *
 * The only boilerplate of a unit test program: main() builds its suite and returns
 * run_suite(suite). Results go to standard output as TAP, one line a test, which automake's
 * TAP driver counts. */
#ifndef RUNNER_H
#define RUNNER_H

#include <check.h>

#include "base/mem.h"

/* Number of rows of a case table, for tcase_add_loop_test(tc, fn, 0, COUNT(cases)): Check counts
 * in int, base/mem.h in size_t. */
#undef COUNT
#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* Runs every test of the suite and frees it. The program's exit status: 0 when all passed. */
int run_suite(Suite *s);

#endif
