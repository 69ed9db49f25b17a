/* SPDX-License-Identifier: MIT
 *
 * What has changed in meaning between two records of one target. Pure. Times, the order of things,
 * session ids, dates in banners and the like never count, and what either run could not see is no
 * change: it is told as such. */
#ifndef BASELINE_BASELINE_H
#define BASELINE_BASELINE_H

#include "diagnose/diagnose.h"

struct baseline_change {
	const char *code;        /* a word that stays, "STARTTLS_GONE" */
	enum severity severity;
	char *where;             /* "mx1.example.com:25", the host, or the target's name */
	char *what;              /* a sentence without its end: "STARTTLS is no longer offered" */
	char *before, *after;    /* NULL: nothing */
};

struct baseline_changes {
	bool known;              /* the baseline has a record of this target */
	struct baseline_change *list;    /* worst first, then as in the record */
	size_t count;
	size_t compared;         /* endpoints that both runs saw */
	struct strlist unseen;   /* endpoints that could not be compared, and why: "mx1:25: no IPv6 here" */
};

/* `before` NULL: the baseline does not have the target. */
void baseline_compare(struct baseline_changes *c, const struct observation *before,
		      const struct observation *now);
/* Does it say nothing of the target, neither that it has changed nor that it has not? */
bool baseline_says_nothing(const struct baseline_changes *c);
void baseline_changes_clear(struct baseline_changes *c);

#endif
