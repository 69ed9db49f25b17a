/* SPDX-License-Identifier: MIT
 *
 * One run: from the options to the exit status. The only part that knows every stage. */
#ifndef APP_H
#define APP_H

#include <stdio.h>

#include "options/options.h"

/* Probes (or replays) all targets and writes all reports; returns the exit status. What is
 * wrong locally is told in one sentence on standard error. */
int app_run(const struct options *o);

/* The same, but what each target came to goes to `judged` instead, and no report is written to
 * standard output. What is wrong locally goes to e->msg. */
typedef void app_judged_fn(void *to, const struct observation *o, const struct diagnosis *d,
			   const struct expect_verdicts *expected);
int app_run_for(const struct options *o, app_judged_fn *judged, void *to, struct err *e);

void app_version(FILE *to);

#endif
