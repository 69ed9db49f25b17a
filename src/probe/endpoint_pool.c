/* SPDX-License-Identifier: MIT
 *
 * An entry is being probed, or known. Known ones stand in the order of their last use, and the one that
 * was not used for longest gives its place to a new one. */
#include "probe/endpoint_pool.h"

#include <search.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "record/observation_copy.h"

#define FAILED_HERE_US INT64_C(10000000) /* what failed in this host is good for so long */

/* What was seen. Never changed, so that it is copied without the lock. */
struct seen {
	atomic_uint holders;
	struct obs_endpoint record; /* with the time */
};

struct pool_entry {
	char *key;                  /* "host address port" */
	struct seen *seen;          /* NULL: nothing yet, or nothing that is good any more */
	uint64_t seen_ns;
	struct pool_share *prober;  /* NULL: nobody */
	struct pool_share *waiting; /* while it is probed */
	struct pool_entry *newer, *older; /* of those that were seen */
};

struct endpoint_pool {
	uv_mutex_t lock;            /* of what follows, of all entries, and of what is woken at the doors */
	int64_t good_for_us;
	size_t most, known;
	void *entries;              /* of tsearch(3) */
	struct pool_entry *newest, *oldest;
};

struct pool_door {
	struct endpoint_pool *pool;
	uv_async_t wake;
	struct pool_share *woken;   /* to be told from the loop */
};

/* ---- what was seen ---------------------------------------------------------------------------- */

static struct seen *seen_new(const struct obs_endpoint *record)
{
	struct seen *s = mem_zalloc(1, sizeof *s);

	atomic_init(&s->holders, 1);
	obs_endpoint_copy(&s->record, record);
	s->record.seen_at = time(NULL);
	return s;
}

static void seen_release(struct seen *s)
{
	if (atomic_fetch_sub(&s->holders, 1) > 1)
		return;
	obs_endpoint_clear(&s->record);
	free(s);
}

/* ---- entries ---------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct pool_entry *)a)->key, ((const struct pool_entry *)b)->key);
}

static struct pool_entry *entry_of(struct endpoint_pool *p, char *key)
{
	struct pool_entry wanted = { .key = key }, **at = tfind(&wanted, &p->entries, compare), *e;

	if (at != NULL) {
		free(key);
		return *at;
	}
	e = mem_zalloc(1, sizeof *e);
	e->key = key;
	if (tsearch(e, &p->entries, compare) == NULL)
		abort(); /* no memory: the allocator of base/mem.h has said so before */
	return e;
}

static void unlink_known(struct endpoint_pool *p, struct pool_entry *e)
{
	*(e->newer != NULL ? &e->newer->older : &p->newest) = e->older;
	*(e->older != NULL ? &e->older->newer : &p->oldest) = e->newer;
	e->newer = e->older = NULL;
}

static void link_newest(struct endpoint_pool *p, struct pool_entry *e)
{
	e->older = p->newest;
	*(p->newest != NULL ? &p->newest->newer : &p->oldest) = e;
	p->newest = e;
}

static void forget(struct endpoint_pool *p, struct pool_entry *e)
{
	if (e->seen == NULL)
		return;
	unlink_known(p, e);
	seen_release(e->seen);
	e->seen = NULL;
	p->known--;
}

static void drop(struct endpoint_pool *p, struct pool_entry *e)
{
	forget(p, e);
	tdelete(e, &p->entries, compare);
	free(e->key);
	free(e);
}

/* ---- waking ----------------------------------------------------------------------------------- */

static struct pool_share *next_woken(struct pool_door *d)
{
	struct pool_share *s;

	uv_mutex_lock(&d->pool->lock);
	s = d->woken;
	if (s != NULL) {
		d->woken = s->next;
		s->next = NULL;
		s->woken = false;
	}
	uv_mutex_unlock(&d->pool->lock);
	return s;
}

static void on_wake(uv_async_t *wake)
{
	struct pool_door *d = wake->data;
	struct pool_share *s;

	while ((s = next_woken(d)) != NULL)
		s->settled(s);
}

static void wake_all(struct pool_entry *e)
{
	while (e->waiting != NULL) {
		struct pool_share *s = e->waiting;

		e->waiting = s->next;
		s->entry = NULL;
		s->woken = true;
		s->next = s->door->woken;
		s->door->woken = s;
		uv_async_send(&s->door->wake);
	}
}

static void take_out(struct pool_share **list, struct pool_share *s)
{
	while (*list != NULL && *list != s)
		list = &(*list)->next;
	if (*list != NULL)
		*list = s->next;
	s->next = NULL;
}

/* ---- pool and doors --------------------------------------------------------------------------- */

struct endpoint_pool *endpoint_pool_new(int64_t good_for_us, size_t most)
{
	struct endpoint_pool *p = mem_zalloc(1, sizeof *p);

	p->good_for_us = good_for_us;
	p->most = most;
	uv_mutex_init(&p->lock);
	return p;
}

void endpoint_pool_free(struct endpoint_pool *p)
{
	if (p == NULL)
		return;
	while (p->newest != NULL)
		drop(p, p->newest);
	uv_mutex_destroy(&p->lock);
	free(p);
}

struct pool_door *pool_door_new(struct endpoint_pool *p, uv_loop_t *loop)
{
	struct pool_door *d = mem_zalloc(1, sizeof *d);

	d->pool = p;
	uv_async_init(loop, &d->wake, on_wake);
	d->wake.data = d;
	uv_unref((uv_handle_t *)&d->wake); /* a target that waits holds the loop itself, by its deadline */
	return d;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void pool_door_free(struct pool_door *d)
{
	if (d != NULL)
		uv_close((uv_handle_t *)&d->wake, on_closed);
}

/* ---- asking and telling ----------------------------------------------------------------------- */

/* A rule, a route or a shortage of this host, which may be over in a moment; but who waits has it, or all
 * would meet it one after the other. */
static bool failed_here(const struct obs_connect *c)
{
	return c->outcome == OUT_ERROR || c->outcome == OUT_DENIED ||
	       (c->outcome == OUT_UNREACHABLE && c->icmp.from == NULL);
}

int64_t endpoint_pool_good_for_us(const struct endpoint_pool *p, const struct obs_connect *c)
{
	return failed_here(c) && FAILED_HERE_US < p->good_for_us ? FAILED_HERE_US : p->good_for_us;
}

static bool is_good(const struct endpoint_pool *p, const struct pool_entry *e)
{
	return e->seen != NULL && (int64_t)((uv_hrtime() - e->seen_ns) / 1000) <
					  endpoint_pool_good_for_us(p, &e->seen->record.connect);
}

/* With the lock. What is known is held in *found, for the caller to release. */
static enum pool_answer ask(struct endpoint_pool *p, struct pool_share *s, struct pool_entry *e,
			    struct seen **found)
{
	if (is_good(p, e)) {
		unlink_known(p, e);
		link_newest(p, e);
		atomic_fetch_add(&e->seen->holders, 1);
		*found = e->seen;
		return POOL_KNOWN;
	}
	forget(p, e);
	s->entry = e;
	if (e->prober != NULL) {
		s->next = e->waiting;
		e->waiting = s;
		return POOL_WAIT;
	}
	e->prober = s;
	s->probes = true;
	return POOL_YOURS;
}

enum pool_answer endpoint_pool_ask(struct pool_door *d, struct pool_share *s, const char *host,
				   const char *address, unsigned port, struct obs_endpoint *to,
				   void (*settled)(struct pool_share *s))
{
	char *key = mem_printf("%s %s %u", host, address, port);
	struct seen *found = NULL;
	enum pool_answer answer;

	s->door = d;
	s->settled = settled;
	uv_mutex_lock(&d->pool->lock);
	answer = ask(d->pool, s, entry_of(d->pool, key), &found);
	uv_mutex_unlock(&d->pool->lock);
	if (found != NULL) {
		obs_endpoint_copy(to, &found->record);
		seen_release(found);
	}
	return answer;
}

void endpoint_pool_tell(struct pool_door *d, struct pool_share *s, const struct obs_endpoint *record)
{
	struct endpoint_pool *p = d->pool;
	struct pool_entry *e = s->entry;
	struct seen *seen;

	if (!s->probes)
		return;
	seen = seen_new(record);
	uv_mutex_lock(&p->lock);
	s->entry = NULL;
	s->probes = false;
	e->prober = NULL;
	e->seen = seen;
	e->seen_ns = uv_hrtime();
	link_newest(p, e);
	wake_all(e);
	if (++p->known > p->most)
		drop(p, p->oldest);
	uv_mutex_unlock(&p->lock);
}

/* With the lock. */
static void give_up(struct pool_door *d, struct pool_share *s)
{
	struct pool_entry *e = s->entry;

	if (s->woken)
		take_out(&d->woken, s);
	s->woken = false;
	if (e == NULL)
		return;
	s->entry = NULL;
	if (!s->probes) {
		take_out(&e->waiting, s);
		return;
	}
	s->probes = false;
	e->prober = NULL;
	wake_all(e); /* the first who asks again is to probe it */
	drop(d->pool, e);
}

void endpoint_pool_give_up(struct pool_door *d, struct pool_share *s)
{
	if (s->door == NULL)
		return; /* it never asked */
	uv_mutex_lock(&d->pool->lock);
	give_up(d, s);
	uv_mutex_unlock(&d->pool->lock);
}
