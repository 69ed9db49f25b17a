/* SPDX-License-Identifier: MIT
 *
 * The parts of the HTML report, top to bottom. Each appends a section, or nothing where there is
 * nothing to tell. Text of a record passes through markup_text(), whose text is safe in elements and
 * in quoted attributes. There is no style= and no script: pages of CI systems forbid both. */
#ifndef REPORT_REPORT_HTML_H
#define REPORT_REPORT_HTML_H

#include "report/report.h"

enum { HTML_TEXT_MAX = 65536 };

/* The style sheet, in parts as ISO C allows a string; NULL past the end. */
const char *report_html_style(size_t i);

/* before TEXT after: the text escaped, the rest as it is. */
void report_html_put(struct buf *to, const char *before, const char *text, const char *after);

/* Opens a section with its heading, named so that ids stay unique over all targets; and closes it. */
void report_html_open(struct buf *to, const struct report_target *t, const char *id, const char *title);
void report_html_close(struct buf *to);

/* A wide table's own place to scroll in, which a keyboard reaches; and its end. */
void report_html_scroll(struct buf *to, const char *label);
void report_html_scroll_end(struct buf *to);

/* A badge: the severity's word, coloured. */
void report_html_badge(struct buf *to, enum severity severity);

/* "mx1.example.com:25 (192.0.2.10)", escaped. */
void report_html_endpoint(struct buf *to, const struct report_target *t, const struct obs_endpoint *e);

void report_html_ports(struct buf *to, const struct report_target *t);
void report_html_findings(struct buf *to, const struct report_target *t);
void report_html_paths(struct buf *to, const struct report_target *t);
void report_html_timing(struct buf *to, const struct report_target *t);
void report_html_certificates(struct buf *to, const struct report_target *t);
void report_html_advice(struct buf *to, const struct report_target *t);
void report_html_transcripts(struct buf *to, const struct report_target *t);

#endif
