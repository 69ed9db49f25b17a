/* SPDX-License-Identifier: MIT
 *
 * A bounded number of targets under way on an event loop of its own, in one thread. A run has one job
 * or several (jobs.h), which know nothing of each other. */
#ifndef JOB_H
#define JOB_H

#include "engine.h"
#include "target_source.h"

struct job;

/* Whom it asks and tells, from its own thread. */
struct job_owner {
	void *to;
	enum supply (*next)(void *to, struct target *t); /* SUPPLY_LATER: job_more() comes then */
	void (*done)(void *to, const struct observation *o, bool cut); /* cut: by job_stop() */
	void (*ended)(void *to); /* nothing is under way, and nothing will be */
};

/* in_order: what is done is told in the order of the starts. The options are borrowed. NULL: e->msg says
 * what this host lacks. */
struct job *job_open(const struct options *o, const struct engine_share *share, bool in_order,
		     const struct job_owner *owner, struct err *e);

uv_loop_t *job_loop(struct job *j);

/* Until it has ended and its loop has nothing else to do; in whatever thread. `signalled`: as engine_run(). */
void job_run(struct job *j, engine_signal_fn *signalled, void *to);

/* From any thread: there may be more targets; no more are to be begun, and what is still under way
 * after so many ms is to be cut short. */
void job_more(struct job *j);
void job_stop(struct job *j, unsigned grace_ms);

/* Targets under way; from any thread. */
size_t job_in_flight(const struct job *j);

/* For the progress display, from its own thread. */
void job_waiting(const struct job *j, waiting_fn *fn, void *to);

/* Of one that has run, or never did. */
void job_close(struct job *j);

#endif
