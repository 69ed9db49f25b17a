/* SPDX-License-Identifier: MIT
 *
 * Holds a report (smtpprobe.report/1) against what its scenario expects. */
#ifndef SUPPORT_SCENARIO_JUDGE_H
#define SUPPORT_SCENARIO_JUDGE_H

#include <jansson.h>

#include "base/buf.h"
#include "scenario.h"

/* Appends a line to `complaints` for everything that is not as expected; nothing: it passes.
 * exit_status -1: not known (in process). */
void scenario_judge(const struct scenario *s, const json_t *report, int exit_status,
		    struct buf *complaints);

#endif
