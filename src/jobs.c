/* SPDX-License-Identifier: MIT
 *
 * The source is on the main loop, and only there may it be waited for: a job that finds it empty says so
 * to the main thread, which wakes all when there is more. */
#include "jobs.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "job.h"
#include "probe/endpoint_pool.h"

/* What was seen of an endpoint holds for an hour, as long as a run over a million takes; the few hosts
 * that most domains share are met all the time. */
#define SHARED_FOR_US INT64_C(3600000000)
enum { SHARED_MOST = 1024 };

struct jobs {
	jobs_done_fn *done;
	void (*all_done)(void *to);
	void *done_to, *all_done_to;
	struct endpoint_pool *pool;   /* NULL: no list */
	struct conn_groups *groups;
	struct job **job;
	uv_thread_t *thread;          /* of each but the first */
	bool *started;
	unsigned count;
	uv_async_t others;            /* on the main loop: a job has something to say */
	uv_mutex_t lock;              /* of what follows */
	struct target_source *source;
	bool hungry;                  /* a job waits for the source */
	unsigned alive;               /* jobs that have not ended */
};

/* ---- the source ------------------------------------------------------------------------------- */

static enum supply next(void *to, struct target *t)
{
	struct jobs *all = to;
	enum supply supply;

	uv_mutex_lock(&all->lock);
	supply = target_source_next(all->source, t);
	all->hungry |= supply == SUPPLY_LATER;
	uv_mutex_unlock(&all->lock);
	if (supply == SUPPLY_LATER)
		uv_async_send(&all->others);
	return supply;
}

static void on_more(void *to)
{
	struct jobs *all = to;

	for (unsigned i = 0; i < all->count; i++)
		job_more(all->job[i]);
}

/* ---- the ends --------------------------------------------------------------------------------- */

static void on_done(void *to, const struct observation *o, bool cut)
{
	struct jobs *all = to;

	all->done(all->done_to, o, cut);
}

static void lose_one(struct jobs *all)
{
	uv_mutex_lock(&all->lock);
	all->alive--;
	uv_mutex_unlock(&all->lock);
	uv_async_send(&all->others);
}

static void on_ended(void *to)
{
	lose_one(to);
}

static void on_others(uv_async_t *others)
{
	struct jobs *all = others->data;
	bool hungry, ended;

	uv_mutex_lock(&all->lock);
	hungry = all->hungry;
	ended = all->alive == 0;
	all->hungry = false;
	if (hungry && !ended)
		target_source_wait(all->source);
	uv_mutex_unlock(&all->lock);
	if (!ended)
		return;
	target_source_stop(all->source);
	all->all_done(all->all_done_to);
	uv_close((uv_handle_t *)others, NULL);
}

/* ---- running ---------------------------------------------------------------------------------- */

static void run_one(void *arg)
{
	job_run(arg, NULL, NULL);
}

void jobs_run(struct jobs *all, engine_signal_fn *signalled, void (*all_done)(void *to), void *to)
{
	all->all_done = all_done;
	all->all_done_to = to;
	for (unsigned i = 1; i < all->count; i++) {
		all->started[i] = uv_thread_create(&all->thread[i], run_one, all->job[i]) == 0;
		if (!all->started[i])
			lose_one(all); /* the others do its work */
	}
	job_run(all->job[0], signalled, to);
	for (unsigned i = 1; i < all->count; i++)
		if (all->started[i])
			uv_thread_join(&all->thread[i]);
}

void jobs_stop(struct jobs *all, unsigned grace_ms)
{
	for (unsigned i = 0; i < all->count; i++)
		job_stop(all->job[i], grace_ms);
}

size_t jobs_in_flight(const struct jobs *all)
{
	size_t n = 0;

	for (unsigned i = 0; i < all->count; i++)
		n += job_in_flight(all->job[i]);
	return n;
}

void jobs_counts(struct jobs *all, struct target_source_counts *to)
{
	uv_mutex_lock(&all->lock);
	*to = *target_source_counts(all->source);
	uv_mutex_unlock(&all->lock);
}

void jobs_waiting(const struct jobs *all, waiting_fn *fn, void *to)
{
	job_waiting(all->job[0], fn, to);
}

uv_loop_t *jobs_loop(struct jobs *all)
{
	return job_loop(all->job[0]);
}

/* ---- opening and closing ---------------------------------------------------------------------- */

static unsigned at_most(unsigned n, unsigned limit)
{
	return limit > 0 && limit < n ? limit : n;
}

static unsigned processors(void)
{
#if UV_VERSION_HEX >= 0x012c00 /* 1.44.0: it knows of taskset(1) */
	return uv_available_parallelism();
#else
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 1 ? (unsigned)n : 1;
#endif
}

/* What is divided among them must give each job one. */
static unsigned count_of(const struct options *o)
{
	unsigned n = o->jobs > 0 ? o->jobs : processors();

	if (o->input == NULL)
		return 1;
	n = at_most(at_most(n, o->concurrency), o->rate);
	return at_most(n, conn_gate_room(n));
}

static bool open_jobs(struct jobs *all, const struct options *o, struct err *e)
{
	struct job_owner owner = { .to = all, .next = next, .done = on_done, .ended = on_ended };
	unsigned of = count_of(o);

	all->job = mem_zalloc(of, sizeof(void *));
	all->thread = mem_zalloc(of, sizeof *all->thread);
	all->started = mem_zalloc(of, sizeof *all->started);
	while (all->count < of) {
		struct engine_share share = { .nth = all->count, .of = of, .pool = all->pool,
					      .groups = all->groups };
		struct job *j = job_open(o, &share, o->input == NULL, &owner, e);

		if (j == NULL)
			return false;
		all->job[all->count++] = j;
	}
	all->alive = all->count;
	return true;
}

struct jobs *jobs_open(const struct options *o, const struct done_targets *already, jobs_done_fn *done,
		       void *to, struct err *e)
{
	struct jobs *all = mem_zalloc(1, sizeof *all);

	all->done = done;
	all->done_to = to;
	uv_mutex_init(&all->lock);
	all->groups = engine_groups_new(o);
	if (o->input != NULL)
		all->pool = endpoint_pool_new(SHARED_FOR_US, SHARED_MOST);
	if (open_jobs(all, o, e))
		all->source = target_source_open(jobs_loop(all), o, already, on_more, all, e);
	if (all->source == NULL) {
		jobs_close(all);
		return NULL;
	}
	uv_async_init(jobs_loop(all), &all->others, on_others);
	all->others.data = all;
	return all;
}

void jobs_close(struct jobs *all)
{
	target_source_close(all->source); /* its handle is on the main loop */
	for (unsigned i = 0; i < all->count; i++)
		job_close(all->job[i]);
	endpoint_pool_free(all->pool);
	conn_groups_free(all->groups);
	uv_mutex_destroy(&all->lock);
	free(all->job);
	free(all->thread);
	free(all->started);
	free(all);
}
