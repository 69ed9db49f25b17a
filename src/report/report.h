/* SPDX-License-Identifier: MIT
 *
 * A report format is a row of functions that sees an observation and what was judged of it and
 * nothing else. Adding a format = one file, one row in report.c, one golden test. Escaping is the
 * writer's work; server text is already printable (base/printable.h). */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdio.h>

#include "base/buf.h"
#include "baseline/baseline.h"
#include "diagnose/diagnose.h"
#include "expect/expect.h"

struct report_style {
	bool colour;        /* ANSI colours; never the only carrier of meaning */
	bool utf8;          /* the locale's character set is UTF-8; else plain ASCII */
	bool transcript;    /* show every line of every dialogue */
	unsigned width;     /* columns */
	const char *client; /* settings for this mail library (clients.h), "all", or NULL: none */
};

/* What several targets came to. */
struct report_tally {
	size_t asked, done;                 /* targets */
	size_t by_status[STATUS_COUNT];
	size_t with_warnings;               /* of those that are ok */
};

/* What a format is given of one target. All of it is borrowed. */
struct report_target {
	const struct observation *o;
	const struct diagnosis *d;
	const struct expect_verdicts *expected;  /* NULL: nothing was expected (--expect) */
	const struct baseline_changes *changes;  /* NULL: nothing to compare with (--baseline) */
	bool findings_count;                     /* for the exit status, from fail_on on */
	enum severity fail_on;
	size_t nth;                              /* counts from 0 */
};

struct report_format {
	const char *name;   /* as in --output NAME */
	const char *help;
	bool lines;         /* each target is a line of its own: a file of them can be gone on with */
	/* Appends what stands before the first target, and returns what the format keeps until
	 * end(), which frees it; NULL: nothing. */
	void *(*begin)(struct buf *to, const struct report_style *s);
	/* Appends the report of one target. */
	void (*target)(struct buf *to, const struct report_style *s, const struct report_target *t,
		       void *kept);
	/* Appends what follows the last target; NULL: nothing. Called once, whatever begin() was
	 * followed by. */
	void (*end)(struct buf *to, const struct report_style *s, const struct report_tally *t,
		    void *kept);
};

extern const struct report_format report_text, report_json, report_html, report_tap,
	report_junit, report_github, report_prometheus,
	report_markdown, report_summary, report_summary_json;

/* Counts one more target that is done. */
void report_tally_add(struct report_tally *t, const struct diagnosis *d);

/* What a target comes to for the exit status: the one place that weighs findings, expectations and
 * changes against fail_on. */
enum report_weight { REPORT_FINE, REPORT_UNCHECKED, REPORT_FOUND, REPORT_WEIGHT_COUNT };
enum report_weight report_weigh(const struct report_target *t);

/* The whole report of a single target, from begin() to end(). */
void report_single(struct buf *to, const struct report_format *f, const struct report_style *s,
		   const struct report_target *t);

/* The same, where nothing was expected and problems count. */
void report_one(struct buf *to, const struct report_format *f, const struct report_style *s,
		const struct observation *o, const struct diagnosis *d);

/* By name; NULL: no such format. */
const struct report_format *report_format_find(const char *name, size_t n);
/* All formats in order; NULL past the end. */
const struct report_format *report_format_at(size_t i);

#endif
