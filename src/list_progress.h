/* SPDX-License-Identifier: MIT
 *
 * How far a list of targets has got, for who cannot see it on a terminal: a line on standard error every
 * 30 s (--progress), and at SIGUSR1. */
#ifndef LIST_PROGRESS_H
#define LIST_PROGRESS_H

#include <uv.h>

#include "base/buf.h"
#include "diagnose/diagnose.h"

struct list_counts {
	size_t done, in_flight;
	size_t lines;        /* of the list that were read */
	size_t all;          /* lines of the list; 0: not known, as it is a pipe */
	size_t by_status[STATUS_COUNT];
};

/* "12345 targets (12 % of the list) in 62 s, 199/s, 100 under way: 12000 ok, ...; about 7 min left". */
void list_progress_say(struct buf *to, const struct list_counts *c, double seconds);

struct list_progress;

/* count: fills what is known now. */
typedef void list_count_fn(void *arg, struct list_counts *c);
struct list_progress *list_progress_new(uv_loop_t *loop, bool every_while, list_count_fn *count, void *arg);
void list_progress_free(struct list_progress *p);

#endif
