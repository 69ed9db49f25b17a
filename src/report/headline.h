/* SPDX-License-Identifier: MIT
 *
 * What a report begins and ends with, in words that the formats for people share. As the record has
 * it: escaping is the format's. */
#ifndef REPORT_HEADLINE_H
#define REPORT_HEADLINE_H

#include "report/report.h"

/* What a verdict comes to, where something could be checked at all. */
enum severity headline_severity(const struct diagnosis *d);

/* The target's name, with its letters of other scripts where utf8 allows them. */
void headline_target(struct buf *b, const struct observation *o, bool utf8);

/* "mx1.example.com: All is well" */
void headline_say(struct buf *b, const struct observation *o, const struct diagnosis *d, bool utf8);

/* "domain, mail goes to 2 hosts (MX)" */
void headline_kind(struct buf *b, const struct observation *o);

/* "; 1 problem, 2 notes" */
void headline_counts(struct buf *b, const struct diagnosis *d);

/* When, and from where: a report is read long after, and by others. */
void headline_origin(struct buf *line, const struct observation *o);

/* "12 targets: 9 ok (2 with warnings), 2 with problems, 1 not checked" */
void headline_tally(struct buf *line, const struct report_tally *t);

#endif
