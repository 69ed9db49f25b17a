/* SPDX-License-Identifier: MIT
 *
 * The jobs of a run (--jobs): one in the main thread, the others in threads of their own. They take
 * their targets from one source, and share what was seen of endpoints.
 *
 * Threads and not processes: measured on two cores, two threads and two processes take the same time a
 * target, but only threads can probe each endpoint once, write one file, and count for one summary. */
#ifndef JOBS_H
#define JOBS_H

#include "engine.h"
#include "target_source.h"

struct jobs;

/* A target is done; called from the threads of all jobs. cut: by jobs_stop(). */
typedef void jobs_done_fn(void *to, const struct observation *o, bool cut);

/* The options, and what is done already (NULL: nothing), are borrowed. NULL: e->msg says what this host,
 * or the list of targets, lacks. */
struct jobs *jobs_open(const struct options *o, const struct done_targets *already, jobs_done_fn *done,
		       void *to, struct err *e);

/* The main thread's. */
uv_loop_t *jobs_loop(struct jobs *all);

/* Until all targets are done, or those under way when it was stopped. all_done: from the main loop,
 * when what else is on it should go. */
void jobs_run(struct jobs *all, engine_signal_fn *signalled, void (*all_done)(void *to), void *to);

/* From any thread: as job_stop(), for all. */
void jobs_stop(struct jobs *all, unsigned grace_ms);

/* From any thread. */
size_t jobs_in_flight(const struct jobs *all);
void jobs_counts(struct jobs *all, struct target_source_counts *to);

/* For the progress display, from the main thread: the targets of the first job. */
void jobs_waiting(const struct jobs *all, waiting_fn *fn, void *to);

void jobs_close(struct jobs *all);

#endif
