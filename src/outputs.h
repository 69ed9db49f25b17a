/* SPDX-License-Identifier: MIT
 *
 * Where reports go: the files of --output, opened before anything is sent, and standard output
 * with a style that fits it. */
#ifndef OUTPUTS_H
#define OUTPUTS_H

#include "options/options.h"

struct outputs;

/* NULL and e->msg where a file cannot be opened. The options are borrowed. A regular file is only
 * replaced when its report is whole. */
struct outputs *outputs_open(const struct options *o, struct err *e);

/* Writes the report of one target to all of them, and counts it in t->nth. False: an output cannot
 * be written. */
bool outputs_write(struct outputs *s, struct report_target *t, struct err *e);

/* Lines of a list may be kept back for the next ones: they go out now. False: as above. */
bool outputs_flush(struct outputs *s, struct err *e);

/* Writes to all of them what `say` appends for each one's format and style. False: as above. */
typedef void outputs_fn(struct buf *to, const struct report_format *f, const struct report_style *s,
			const void *what);
bool outputs_say(struct outputs *s, outputs_fn *say, const void *what, struct err *e);

/* Can the run be gone on with, as all that is written is lines in files? */
bool outputs_can_be_resumed(const struct outputs *s);

/* asked: targets, with those that were not begun. whole: false where what was read broke off, so that a
 * file stays what it was. Writes what ends a report, flushes and closes. False: an output could not be written to its
 * end. A file to which nothing was written, or not all, stays what it was. */
bool outputs_close(struct outputs *s, size_t asked, bool whole, struct err *e);

#endif
