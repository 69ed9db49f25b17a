/* SPDX-License-Identifier: MIT
 *
 * One target as a monitoring plugin tells it (monitoring-plugins.org, Guidelines 2): a state, one
 * line for people, and performance data behind a "|". */
#ifndef REPORT_REPORT_MONITORING_H
#define REPORT_REPORT_MONITORING_H

#include "report/report.h"

/* The values are the exit statuses of the guidelines. */
enum monitoring_state {
	MONITORING_OK, MONITORING_WARNING, MONITORING_CRITICAL, MONITORING_UNKNOWN,
	MONITORING_STATE_COUNT
};
extern const struct words monitoring_state_words;

/* The limits that graphs draw; negative: none. They do not judge: that is what is expected. */
struct monitoring_limits {
	int64_t warning_us, critical_us;
	int64_t warning_days, critical_days;
};

/* All of it is borrowed. */
struct monitored {
	const struct observation *o;
	const struct diagnosis *d;
	bool findings_count;                     /* or only what is expected */
	const struct expect_verdicts *critical;  /* how what is expected ended, at either gravity */
	const struct expect_verdicts *warning;
	struct monitoring_limits limits;
};

enum monitoring_state monitoring_judge(const struct monitored *m);

/* Appends the line with its end. */
void monitoring_line(struct buf *to, const struct monitored *m);

#endif
