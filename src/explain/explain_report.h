/* SPDX-License-Identifier: MIT
 *
 * Rules in words, without a probe: what --explain and --list-diagnoses print, and the manual
 * page smtpprobe-diagnoses(7). */
#ifndef EXPLAIN_EXPLAIN_REPORT_H
#define EXPLAIN_EXPLAIN_REPORT_H

#include "explain/explain.h"
#include "report/report.h"

/* One rule in full. */
void explain_report_rule(struct buf *to, const struct report_style *s, const struct diag_rule *r);

/* What a text was found to speak of; `whole`: it was one message and not a log, so that line
 * numbers and counts say nothing. */
void explain_report_text(struct buf *to, const struct report_style *s, const struct explanation *x,
			 bool whole);
void explain_report_json(struct buf *to, const struct explanation *x);

/* All rules, a line each, in order of stages; and as JSON, one object. */
void explain_report_list(struct buf *to, const struct report_style *s);
void explain_report_list_json(struct buf *to);

/* One rule as JSON, as in the list. */
void explain_report_rule_json(struct buf *to, const struct diag_rule *r);

/* The summary with HOST:PORT, HOST and NAME in the places of endpoint, host and target. */
void explain_report_summary(struct buf *to, const struct diag_rule *r);

#endif
