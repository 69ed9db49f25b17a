/* SPDX-License-Identifier: MIT */
#include "job.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	STARTS_AT_ONCE = 32,   /* targets begun before the loop sees to those under way again */
	START_MS = 1,
	CROWDED_MS = 50
};

/* What other threads have told it. */
enum { TOLD_MORE = 1, TOLD_STOP = 2 };

/* One target, from its start until it is told to be done. */
struct run {
	struct job *job;
	struct run *next, *before;  /* in the order of the starts */
	struct target target;
	struct target_probe *probe; /* NULL: it is done */
	bool cut;
	struct observation done;
};

struct job {
	struct job_owner owner;
	struct engine engine;
	size_t concurrency;
	bool in_order;
	uv_timer_t starter;         /* begins more; once it is stopping: ends the time of grace */
	uv_async_t told;
	atomic_uint what, grace_ms;
	struct run *first, *last;
	atomic_size_t in_flight;    /* runs in the list */
	bool no_more, stopping, ended;
};

/* ---- what is done ----------------------------------------------------------------------------- */

static void drop_run(struct job *j, struct run *r)
{
	*(r->before != NULL ? &r->before->next : &j->first) = r->next;
	*(r->next != NULL ? &r->next->before : &j->last) = r->before;
	atomic_fetch_sub(&j->in_flight, 1);
	observation_clear(&r->done);
	target_clear(&r->target);
	free(r);
}

static void tell(struct job *j, struct run *r)
{
	j->owner.done(j->owner.to, &r->done, r->cut);
	drop_run(j, r);
}

static void tell_what_is_done(struct job *j, struct run *done)
{
	if (!j->in_order)
		tell(j, done);
	else
		while (j->first != NULL && j->first->probe == NULL)
			tell(j, j->first);
}

/* What keeps the loop alive goes; `told` stays open, since other threads may still tell something. */
static void end_if_done(struct job *j)
{
	if (j->ended || job_in_flight(j) > 0 || !(j->stopping || j->no_more))
		return;
	j->ended = true;
	uv_timer_stop(&j->starter);
	uv_unref((uv_handle_t *)&j->told);
	j->owner.ended(j->owner.to);
}

/* ---- beginning -------------------------------------------------------------------------------- */

static void start_more(struct job *j);

static void on_done(void *owner, struct target_probe *p)
{
	struct run *r = owner;
	struct job *j = r->job;

	engine_take(p, &r->done);
	r->probe = NULL;
	tell_what_is_done(j, r);
	start_more(j);
	end_if_done(j);
}

static void start(struct job *j, struct target *t)
{
	struct run *r = mem_zalloc(1, sizeof *r);

	r->job = j;
	r->target = *t;
	r->before = j->last;
	*(j->last != NULL ? &j->last->next : &j->first) = r;
	j->last = r;
	atomic_fetch_add(&j->in_flight, 1);
	r->probe = target_probe_new(&j->engine.settings, &r->target, on_done, r);
}

static bool has_room(const struct job *j)
{
	return !j->stopping && !j->no_more && job_in_flight(j) < j->concurrency;
}

static void on_starter(uv_timer_t *timer)
{
	start_more(timer->data);
	end_if_done(timer->data);
}

/* Where connections or questions wait already, more targets would only wait with them, while their time
 * runs. */
static bool is_crowded(const struct job *j)
{
	return conn_gate_crowded(j->engine.settings.gate) || resolver_crowded(j->engine.settings.resolver);
}

static void start_more(struct job *j)
{
	bool crowded = is_crowded(j);
	struct target t;

	for (unsigned n = 0; n < STARTS_AT_ONCE && !crowded && has_room(j); n++)
		switch (j->owner.next(j->owner.to, &t)) {
		case SUPPLY_TARGET:
			start(j, &t);
			break;
		case SUPPLY_LATER:
			return;
		case SUPPLY_END:
			j->no_more = true;
			break;
		}
	if (has_room(j))
		uv_timer_start(&j->starter, on_starter, crowded ? CROWDED_MS : START_MS, 0);
}

/* ---- what others tell ------------------------------------------------------------------------- */

static void cut_all(struct job *j)
{
	for (struct run *r = j->first; r != NULL; r = r->next)
		if (r->probe != NULL) {
			r->cut = true;
			target_probe_cut(r->probe);
		}
}

static void on_grace_over(uv_timer_t *timer)
{
	cut_all(timer->data);
}

static void stop(struct job *j)
{
	unsigned grace_ms = atomic_load(&j->grace_ms);

	j->stopping = true;
	if (grace_ms > 0 && job_in_flight(j) > 0)
		uv_timer_start(&j->starter, on_grace_over, grace_ms, 0);
	else
		cut_all(j);
}

static void on_told(uv_async_t *told)
{
	struct job *j = told->data;
	unsigned what = atomic_exchange(&j->what, 0);

	if (j->ended)
		return;
	if ((what & TOLD_STOP) != 0)
		stop(j);
	if ((what & TOLD_MORE) != 0)
		start_more(j);
	end_if_done(j);
}

static void wake(struct job *j, unsigned what)
{
	atomic_fetch_or(&j->what, what);
	uv_async_send(&j->told);
}

void job_more(struct job *j)
{
	wake(j, TOLD_MORE);
}

void job_stop(struct job *j, unsigned grace_ms)
{
	atomic_store(&j->grace_ms, grace_ms);
	wake(j, TOLD_STOP);
}

/* ---- life ------------------------------------------------------------------------------------- */

struct job *job_open(const struct options *o, const struct engine_share *share, bool in_order,
		     const struct job_owner *owner, struct err *e)
{
	struct job *j = mem_zalloc(1, sizeof *j);

	if (!engine_open(&j->engine, o, share, e)) {
		free(j);
		return NULL;
	}
	j->owner = *owner;
	j->in_order = in_order;
	j->concurrency = engine_part(share, o->concurrency);
	uv_timer_init(&j->engine.loop, &j->starter);
	uv_async_init(&j->engine.loop, &j->told, on_told);
	j->starter.data = j->told.data = j;
	return j;
}

uv_loop_t *job_loop(struct job *j)
{
	return &j->engine.loop;
}

void job_run(struct job *j, engine_signal_fn *signalled, void *to)
{
	start_more(j);
	end_if_done(j);
	engine_run(&j->engine, signalled, to);
}

size_t job_in_flight(const struct job *j)
{
	return atomic_load_explicit(&j->in_flight, memory_order_relaxed);
}

void job_waiting(const struct job *j, waiting_fn *fn, void *to)
{
	for (const struct run *r = j->first; r != NULL; r = r->next)
		if (r->probe != NULL)
			target_probe_waiting(r->probe, fn, to);
}

void job_close(struct job *j)
{
	if (j == NULL)
		return;
	uv_close((uv_handle_t *)&j->starter, NULL);
	uv_close((uv_handle_t *)&j->told, NULL);
	engine_close(&j->engine);
	free(j);
}
