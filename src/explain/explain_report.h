/* SPDX-License-Identifier: MIT
 *
 * Rules in words, without a probe: what --explain and --list-diagnoses print, and the manual
 * page smtpprobe-diagnoses(7). */
#ifndef EXPLAIN_EXPLAIN_REPORT_H
#define EXPLAIN_EXPLAIN_REPORT_H

#include "explain/bare_code.h"
#include "explain/explain.h"
#include "report/report.h"

/* One rule in full. */
void explain_report_rule(struct buf *to, const struct report_style *s, const struct diag_rule *r);

/* What a text was found to speak of; `whole`: it was one message and not a log, so that line
 * numbers and counts say nothing. */
void explain_report_text(struct buf *to, const struct report_style *s, const struct explanation *x,
			 bool whole);

/* A reply without words, and the rules that were added for it. */
void explain_report_bare(struct buf *to, const struct report_style *s, const struct bare_code *b,
			 const struct explanation *x);

/* There is no such code; `near` or NULL. */
void explain_report_no_code(struct buf *to, const struct report_style *s, const char *code,
			    const struct diag_rule *near);

/* All of these as JSON, one object. `bare` and `near` may be NULL. */
void explain_report_json(struct buf *to, const struct explanation *x, const struct bare_code *bare,
			 const struct diag_rule *near);

/* All rules, two lines each, in order of stages; and as JSON, one object. */
void explain_report_list(struct buf *to, const struct report_style *s);
void explain_report_list_json(struct buf *to);

/* The summary with HOST:PORT, HOST and NAME in the places of endpoint, host and target. */
void explain_report_summary(struct buf *to, const struct diag_rule *r);

#endif
