/* SPDX-License-Identifier: MIT
 *
 * A report format is a row of functions that sees an observation and its diagnosis and nothing
 * else. Adding a format = one file, one row in report.c, one golden test. Escaping is the
 * writer's work; server text is already printable (base/printable.h). */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdio.h>

#include "base/buf.h"
#include "diagnose/diagnose.h"

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

struct report_format {
	const char *name;   /* as in --output NAME */
	const char *help;
	/* Appends the report of one target. `nth` counts from 0. */
	void (*target)(struct buf *to, const struct report_style *s, const struct observation *o,
		       const struct diagnosis *d, size_t nth);
	/* Appends what follows the last target; NULL: nothing. */
	void (*end)(struct buf *to, const struct report_style *s, const struct report_tally *t);
};

extern const struct report_format report_text, report_json;

/* By name; NULL: no such format. */
const struct report_format *report_format_find(const char *name, size_t n);
/* All formats in order; NULL past the end. */
const struct report_format *report_format_at(size_t i);

#endif
