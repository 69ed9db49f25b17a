/* SPDX-License-Identifier: MIT
 *
 * Where the targets of a run come from: the command line, then the lines of --input, read as they are
 * needed, so that a list may be longer than memory, or a pipe that is still being written; in random order
 * among those next to each other (base/shuffle.h), unless --order says otherwise. */
#ifndef TARGET_SOURCE_H
#define TARGET_SOURCE_H

#include <uv.h>

#include "done_targets.h"
#include "options/options.h"

struct target_source;

/* Called when there may be more after SUPPLY_LATER: from the loop, or from target_source_wait(). */
typedef void target_source_fn(void *to);

/* The options and what is done are borrowed. NULL: e->msg says why --input cannot be read. */
struct target_source *target_source_open(uv_loop_t *loop, const struct options *o,
					 const struct done_targets *done, target_source_fn *ready, void *to, struct err *e);

enum supply { SUPPLY_TARGET, SUPPLY_LATER, SUPPLY_END };

/* The next one, the caller's from now on. Never waits. A line that is no target is passed over, and
 * told on standard error. From any thread, one at a time. */
enum supply target_source_next(struct target_source *s, struct target *t);

/* After SUPPLY_LATER, from the loop's thread alone: has `ready` called once when there may be more. */
void target_source_wait(struct target_source *s);

/* Nothing is to be waited for any more; the loop's thread. */
void target_source_stop(struct target_source *s);

struct target_source_counts {
	size_t lines;        /* of --input that were read and do not wait for their turn */
	size_t all;          /* lines of --input; 0: not known, as it is a pipe */
	size_t given;        /* targets, those of the command line among them */
	size_t excluded;     /* targets that are not to be probed (--exclude) */
	size_t wrong;        /* lines that are no target */
	size_t done;         /* targets that were left out, as their records are there (--resume) */
	size_t left;         /* targets of the command line that were not taken */
};
const struct target_source_counts *target_source_counts(const struct target_source *s);

/* The memory goes when the loop has closed the handle. */
void target_source_close(struct target_source *s);

#endif
