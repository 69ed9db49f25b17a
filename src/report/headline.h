/* SPDX-License-Identifier: MIT
 *
 * What a report begins and ends with, in words that the formats for people share. As the record has
 * it: escaping is the format's. */
#ifndef REPORT_HEADLINE_H
#define REPORT_HEADLINE_H

#include "report/report.h"

/* What the findings come to, where something could be checked at all: the worst from warnings on, and
 * a note where notes are what is failed for. */
enum severity headline_severity(const struct report_target *t);

/* The target's name, with its letters of other scripts where utf8 allows them. */
void headline_target(struct buf *b, const struct observation *o, bool utf8);

/* "mx1.example.com: All is well" */
void headline_say(struct buf *b, const struct report_target *t, bool utf8);

/* "mx1.example.com: 1 of 4 expectations not met"; returns the state of the worst. Where something was
 * expected. */
enum expect_state headline_expected(struct buf *b, const struct report_target *t);

/* "mx1.example.com: 2 changes since the baseline". Where there is a baseline. */
void headline_changed(struct buf *b, const struct report_target *t);

/* The worst change; SEVERITY_OK: there is none. */
enum severity headline_change_severity(const struct baseline_changes *c);

/* Does the exit status say that something is wrong, where the findings alone do not? "All is well" must
 * not be read as the verdict then. */
bool headline_is_beside(const struct report_target *t);

/* "domain, mail goes to 2 hosts (MX)" */
void headline_kind(struct buf *b, const struct observation *o);

/* "; 1 problem, 2 notes" */
void headline_counts(struct buf *b, const struct diagnosis *d);

/* When, and from where: a report is read long after, and by others. */
void headline_origin(struct buf *line, const struct observation *o);

/* "12 targets: 9 ok (2 with warnings), 2 with problems, 1 not checked" */
void headline_tally(struct buf *line, const struct report_tally *t);

#endif
