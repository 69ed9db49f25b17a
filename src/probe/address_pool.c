/* SPDX-License-Identifier: MIT
 *
 * An entry is being asked for, or known, and stands in the list of those. The known one that came first
 * gives its place to a new one. */
#include "probe/address_pool.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "record/observation_copy.h"

/* RFC 2308 5 has the SOA say it; a minute is less than any says. */
enum { NEGATIVE_SECONDS = 60, MOST_SECONDS = 3600 };

struct waiter {
	struct waiter *next;
	resolver_fn *fn;
	void *arg;
	struct obs_query query;     /* of one whose answer is there */
};

struct shared_answer {
	struct address_pool *pool;
	char *key;                  /* "name type" */
	char *name;
	uint16_t type;
	bool known;
	struct obs_query query;
	time_t seen_at;
	uint64_t asked_ns, good_until_ns;
	struct waiter *waiting;     /* while it is asked for */
	struct shared_answer *newer, *older;
};

struct entry_list {
	struct shared_answer *newest, *oldest;
	size_t count;
};

struct address_pool {
	struct resolver *resolver;
	uv_timer_t wake;
	size_t most;
	void *entries;              /* of tsearch(3) */
	struct entry_list known, asking;
	struct waiter *ready;       /* to be told from the loop */
};

/* ---- entries ---------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct shared_answer *)a)->key, ((const struct shared_answer *)b)->key);
}

static struct shared_answer *find(struct address_pool *p, char *key)
{
	struct shared_answer wanted = { .key = key }, **at = tfind(&wanted, &p->entries, compare);

	return at != NULL ? *at : NULL;
}

static struct shared_answer *entry_new(struct address_pool *p, char *key, const char *name, uint16_t type)
{
	struct shared_answer *e = mem_zalloc(1, sizeof *e);

	e->pool = p;
	e->key = key;
	e->name = mem_strdup(name);
	e->type = type;
	if (tsearch(e, &p->entries, compare) == NULL)
		abort(); /* no memory: the allocator of base/mem.h has said so before */
	return e;
}

static struct entry_list *list_of(struct shared_answer *e)
{
	return e->known ? &e->pool->known : &e->pool->asking;
}

static void link_newest(struct shared_answer *e)
{
	struct entry_list *l = list_of(e);

	e->newer = NULL;
	e->older = l->newest;
	*(l->newest != NULL ? &l->newest->newer : &l->oldest) = e;
	l->newest = e;
	l->count++;
}

static void unlink_entry(struct shared_answer *e)
{
	struct entry_list *l = list_of(e);

	*(e->newer != NULL ? &e->newer->older : &l->newest) = e->older;
	*(e->older != NULL ? &e->older->newer : &l->oldest) = e->newer;
	l->count--;
}

static void forget(struct shared_answer *e)
{
	unlink_entry(e);
	if (e->known)
		obs_query_clear(&e->query);
	e->known = false;
}

static void drop(struct shared_answer *e)
{
	forget(e);
	tdelete(e, &e->pool->entries, compare);
	free(e->key);
	free(e->name);
	free(e);
}

/* ---- answers ---------------------------------------------------------------------------------- */

static unsigned seconds_good(const struct obs_query *q, const struct dns_answer *answer)
{
	unsigned least = MOST_SECONDS;

	if (q->rcode == DNS_NODATA || q->rcode == DNS_NXDOMAIN)
		return NEGATIVE_SECONDS;
	if (q->rcode != DNS_NOERROR)
		return 0;
	for (size_t i = 0; i < answer->count; i++)
		if (answer->records[i].ttl < least)
			least = answer->records[i].ttl;
	return least;
}

static void tell(struct waiter *w, struct obs_query *q)
{
	w->fn(w->arg, q, NULL);
	free(w);
}

/* By the resolver, from the loop; or from within address_pool_cancel(), when nobody waits any more. */
static void on_answer(void *arg, struct obs_query *q, const struct dns_answer *answer)
{
	struct shared_answer *e = arg;
	struct address_pool *p = e->pool;
	struct waiter *waiting = e->waiting;
	unsigned good = seconds_good(q, answer);
	bool first = true; /* for whom it was asked */

	e->waiting = NULL;
	unlink_entry(e);
	e->query = *q;
	e->known = true;
	link_newest(e);
	e->seen_at = time(NULL);
	e->good_until_ns = uv_hrtime() + good * UINT64_C(1000000000);
	while (waiting != NULL) {
		struct waiter *next = waiting->next;
		struct obs_query copy;

		obs_query_copy(&copy, &e->query);
		copy.seen_at = first ? 0 : e->seen_at;
		first = false;
		tell(waiting, &copy);
		waiting = next;
	}
	if (good == 0)
		drop(e);
	else if (p->known.count > p->most)
		drop(p->known.oldest);
}

static void on_wake(uv_timer_t *timer)
{
	struct address_pool *p = timer->data;

	while (p->ready != NULL) {
		struct waiter *w = p->ready;
		struct obs_query q = w->query;

		p->ready = w->next;
		tell(w, &q);
	}
}

/* ---- the interface ---------------------------------------------------------------------------- */

struct address_pool *address_pool_new(uv_loop_t *loop, struct resolver *r, size_t most)
{
	struct address_pool *p = mem_zalloc(1, sizeof *p);

	p->resolver = r;
	p->most = most;
	uv_timer_init(loop, &p->wake);
	p->wake.data = p;
	return p;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void address_pool_free(struct address_pool *p)
{
	if (p == NULL)
		return;
	while (p->known.oldest != NULL)
		drop(p->known.oldest);
	uv_close((uv_handle_t *)&p->wake, on_closed);
}

static void ask(struct address_pool *p, struct shared_answer *e)
{
	e->asked_ns = uv_hrtime();
	link_newest(e);
	resolver_ask(p->resolver, e->name, e->type, on_answer, e);
}

void address_pool_ask(struct address_pool *p, const char *name, uint16_t type, resolver_fn *fn, void *arg)
{
	char *key = mem_printf("%s %u", name, type);
	struct shared_answer *e = find(p, key);
	struct waiter *w = mem_zalloc(1, sizeof *w), **at;

	w->fn = fn;
	w->arg = arg;
	if (e == NULL)
		ask(p, e = entry_new(p, mem_strdup(key), name, type));
	else if (e->known && uv_hrtime() >= e->good_until_ns) {
		forget(e);
		ask(p, e);
	}
	if (e->known) {
		obs_query_copy(&w->query, &e->query);
		w->query.seen_at = e->seen_at;
		uv_timer_start(&p->wake, on_wake, 0, 0);
	}
	at = e->known ? &p->ready : &e->waiting;
	while (*at != NULL) /* in the order in which they asked */
		at = &(*at)->next;
	*at = w;
	free(key);
}

static void cut_short(struct waiter *w, const struct shared_answer *e)
{
	struct obs_query q = { .name = mem_strdup(e->name), .type = dns_type_dup(e->type),
			       .rcode = DNS_CUT_SHORT,
			       .us = (int64_t)((uv_hrtime() - e->asked_ns) / 1000) };

	tell(w, &q);
}

/* A question that nobody waits for any more is asked no longer. */
static void cancel_question(struct address_pool *p, struct shared_answer *e, void *arg)
{
	for (struct waiter **at = &e->waiting; *at != NULL;) {
		struct waiter *w = *at;

		if (w->arg != arg) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		cut_short(w, e);
	}
	if (e->waiting == NULL)
		resolver_cancel(p->resolver, e);
}

void address_pool_cancel(struct address_pool *p, void *arg)
{
	for (struct waiter **at = &p->ready; *at != NULL;) {
		struct waiter *w = *at;
		struct obs_query q = w->query;

		if (w->arg != arg) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		tell(w, &q);
	}
	for (struct shared_answer *e = p->asking.oldest, *newer; e != NULL; e = newer) {
		newer = e->newer;
		cancel_question(p, e, arg);
	}
	resolver_cancel(p->resolver, arg);
}
