/* SPDX-License-Identifier: MIT
 *
 * The parts of the text report, top to bottom. Each appends whole lines; none is wider than
 * style->width, which report_text has made sure is at least TEXT_WIDTH_LEAST. */
#ifndef REPORT_REPORT_TEXT_H
#define REPORT_REPORT_TEXT_H

#include "report/report.h"

enum { TEXT_WIDTH_LEAST = 40 };

/* What was expected: first what does not hold, and what was seen instead; nothing where nothing was
 * expected. */
void report_text_expected(struct buf *to, const struct report_style *s,
			  const struct report_target *t);

/* "NOT MET  mx1.example.com: 1 of 4 expectations not met". */
void report_text_expected_summary(struct buf *to, const struct report_style *s,
				  const struct report_target *t);

/* What has changed since the baseline; nothing where there is none. */
void report_text_changes(struct buf *to, const struct report_style *s,
			 const struct report_target *t);

/* Verdict, target, counts, duration. */
void report_text_header(struct buf *to, const struct report_style *s, const struct report_target *t);

/* What each address and port came to; nothing where there is neither. */
void report_text_matrix(struct buf *to, const struct report_style *s, const struct observation *o);

void report_text_findings(struct buf *to, const struct report_style *s, const struct report_target *t);

/* How far packets to each port got, where that was traced. */
void report_text_paths(struct buf *to, const struct report_style *s, const struct observation *o);

void report_text_advice(struct buf *to, const struct report_style *s, const struct observation *o,
			const struct diagnosis *d);

/* How to set up what --client names for a row of advice; nothing where it names none. */
void report_text_clients(struct buf *to, const struct report_style *s, const struct observation *o,
			 const struct advice *a);

void report_text_transcript(struct buf *to, const struct report_style *s,
			    const struct observation *o);

/* "PROBLEM" and so on, coloured where the style says so. */
void report_text_severity(struct buf *to, const struct report_style *s, enum severity severity);

/* "mx1.example.com:25", with its address where the host has several: escaped. */
void report_text_endpoint(struct buf *to, const struct report_style *s,
			  const struct observation *o, const struct obs_endpoint *e);

/* " (192.0.2.10)" where the endpoint's host has several addresses: escaped. */
void report_text_address(struct buf *to, const struct report_style *s, const struct observation *o,
			 const struct obs_endpoint *e);

/* In a few words what an endpoint came to: "STARTTLS, TLS 1.3, ok". */
void report_text_cell(struct buf *to, const struct observation *o, const struct obs_endpoint *e);

/* "PROBLEM  What is the matter" with the code at the right edge of its last line. */
void report_text_heading(struct buf *to, const struct report_style *s, enum severity severity,
			 const char *summary, const char *code);

/* The line that names the documents of a rule. */
struct diag_rule;
void report_text_references(struct buf *to, const struct report_style *s, const struct diag_rule *r);

/* "implicit TLS" */
extern const char *const report_text_mode[ADVICE_MODE_COUNT];

/* Why a host has no address; NULL: it has. */
extern const char *const report_text_host_problem[HOST_PROBLEM_COUNT];

#endif
