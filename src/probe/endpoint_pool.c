/* SPDX-License-Identifier: MIT
 *
 * An entry is being probed, or known. Known ones stand in the order of their last use, and the one that
 * was not used for longest gives its place to a new one. */
#include "probe/endpoint_pool.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "record/observation_copy.h"

struct pool_entry {
	char *key;                  /* "host address port" */
	bool known;
	struct obs_endpoint record;
	uint64_t seen_ns;
	time_t seen_at;
	struct pool_share *prober;  /* NULL: known */
	struct pool_share *waiting; /* while it is probed */
	struct pool_entry *newer, *older;
};

struct endpoint_pool {
	uv_timer_t wake;
	int64_t good_for_us;
	size_t most, known;
	void *entries;              /* of tsearch(3) */
	struct pool_entry *newest, *oldest;
	struct pool_share *woken;   /* to be told from the loop */
};

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
	if (!e->known)
		return;
	unlink_known(p, e);
	obs_endpoint_clear(&e->record);
	e->known = false;
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

static void on_wake(uv_timer_t *timer)
{
	struct endpoint_pool *p = timer->data;

	while (p->woken != NULL) {
		struct pool_share *s = p->woken;

		p->woken = s->next;
		s->next = NULL;
		s->woken = false;
		s->settled(s);
	}
}

static void wake_all(struct endpoint_pool *p, struct pool_entry *e)
{
	while (e->waiting != NULL) {
		struct pool_share *s = e->waiting;

		e->waiting = s->next;
		s->entry = NULL;
		s->woken = true;
		s->next = p->woken;
		p->woken = s;
	}
	if (p->woken != NULL)
		uv_timer_start(&p->wake, on_wake, 0, 0);
}

static void take_out(struct pool_share **list, struct pool_share *s)
{
	while (*list != NULL && *list != s)
		list = &(*list)->next;
	if (*list != NULL)
		*list = s->next;
	s->next = NULL;
}

/* ---- the interface ---------------------------------------------------------------------------- */

struct endpoint_pool *endpoint_pool_new(uv_loop_t *loop, int64_t good_for_us, size_t most)
{
	struct endpoint_pool *p = mem_zalloc(1, sizeof *p);

	p->good_for_us = good_for_us;
	p->most = most;
	uv_timer_init(loop, &p->wake);
	p->wake.data = p;
	return p;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void endpoint_pool_free(struct endpoint_pool *p)
{
	if (p == NULL)
		return;
	while (p->newest != NULL)
		drop(p, p->newest);
	uv_close((uv_handle_t *)&p->wake, on_closed);
}

static bool is_good(const struct endpoint_pool *p, const struct pool_entry *e)
{
	return e->known && (int64_t)((uv_hrtime() - e->seen_ns) / 1000) < p->good_for_us;
}

enum pool_answer endpoint_pool_ask(struct endpoint_pool *p, struct pool_share *s, const char *host,
				   const char *address, unsigned port, struct obs_endpoint *to,
				   void (*settled)(struct pool_share *s))
{
	struct pool_entry *e = entry_of(p, mem_printf("%s %s %u", host, address, port));

	s->settled = settled;
	if (is_good(p, e)) {
		unlink_known(p, e);
		link_newest(p, e);
		obs_endpoint_copy(to, &e->record);
		to->seen_at = e->seen_at;
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

void endpoint_pool_tell(struct endpoint_pool *p, struct pool_share *s, const struct obs_endpoint *record)
{
	struct pool_entry *e = s->entry;

	if (e == NULL || !s->probes)
		return;
	s->entry = NULL;
	s->probes = false;
	e->prober = NULL;
	e->known = true;
	obs_endpoint_copy(&e->record, record);
	e->seen_ns = uv_hrtime();
	e->seen_at = time(NULL);
	link_newest(p, e);
	if (++p->known > p->most)
		drop(p, p->oldest);
	wake_all(p, e);
}

void endpoint_pool_give_up(struct endpoint_pool *p, struct pool_share *s)
{
	struct pool_entry *e = s->entry;

	if (s->woken)
		take_out(&p->woken, s);
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
	wake_all(p, e); /* the first who asks again is to probe it */
	if (!e->known)
		drop(p, e);
}
