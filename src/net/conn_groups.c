/* SPDX-License-Identifier: MIT */
#include "net/conn_groups.h"

#include <arpa/inet.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

#define SECOND_NS UINT64_C(1000000000)
#define REMEMBERED_NS (60 * SECOND_NS)  /* after the end of a pause */
#define TICK_NS (SECOND_NS / 20)
enum { FIRST_PAUSE_S = 2, LONGEST_PAUSE_S = 64, LAST_PAUSE_S = 1 };

struct conn_group {
	char *key;                          /* "address 192.0.2.1" */
	unsigned usual, most, taken;        /* most 0: no limit; less than usual after a 421 */
	unsigned seats;                     /* that refer to it */
	struct group_seat *first, *last;    /* who wait */
	unsigned pause_s;                   /* the last one; 0: none yet */
	uint64_t paused_until_ns;
	struct conn_group *next_paused;
};

struct conn_groups {
	uv_mutex_t lock;                    /* of what follows, all groups, seats, and what is granted at doors */
	unsigned most[CONN_GROUP_KINDS];
	bool back_off;
	void *all;                          /* of tsearch(3) */
	struct conn_group *paused;          /* or remembered for having been */
	uint64_t ticked_ns;
};

/* ---- groups ----------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct conn_group *)a)->key, ((const struct conn_group *)b)->key);
}

static struct conn_group *group_of(struct conn_groups *g, enum conn_group_kind kind, const char *name)
{
	char *key = mem_printf("%s %s", kind == GROUP_OF_ADDRESS ? "address" : "provider", name);
	struct conn_group wanted = { .key = key }, **at = tfind(&wanted, &g->all, compare), *new;

	if (at != NULL) {
		free(key);
		return *at;
	}
	new = mem_zalloc(1, sizeof *new);
	new->key = key;
	new->usual = new->most = g->most[kind];
	if (tsearch(new, &g->all, compare) == NULL)
		abort(); /* no memory: the allocator of base/mem.h has said so before */
	return new;
}

static void drop_if_unused(struct conn_groups *g, struct conn_group *c)
{
	if (c->seats > 0 || c->pause_s > 0)
		return;
	tdelete(c, &g->all, compare);
	free(c->key);
	free(c);
}

static bool has_seat(const struct conn_group *c)
{
	return (c->most == 0 || c->taken < c->most) &&
	       (c->paused_until_ns == 0 || uv_hrtime() >= c->paused_until_ns);
}

/* ---- seats ------------------------------------------------------------------------------------ */

static void push(struct group_seat **first, struct group_seat **last, struct group_seat *s)
{
	s->next = NULL;
	s->before = *last;
	*(*last != NULL ? &(*last)->next : first) = s;
	*last = s;
}

static void take_out(struct group_seat **first, struct group_seat **last, struct group_seat *s)
{
	*(s->before != NULL ? &s->before->next : first) = s->next;
	*(s->next != NULL ? &s->next->before : last) = s->before;
	s->next = s->before = NULL;
}

/* Those who wait, in their order, as many as there are seats. */
static void grant(struct conn_group *c)
{
	while (c->first != NULL && has_seat(c)) {
		struct group_seat *s = c->first;

		take_out(&c->first, &c->last, s);
		c->taken++;
		s->state = SEAT_GRANTED;
		push(&s->door->granted, &s->door->last, s);
		uv_async_send(&s->door->wake);
	}
}

bool group_seat_take(struct groups_door *d, struct group_seat *s, enum conn_group_kind kind, const char *key)
{
	struct conn_group *c;
	bool taken;

	uv_mutex_lock(&d->groups->lock);
	c = group_of(d->groups, kind, key);
	c->seats++;
	s->door = d;
	s->group = c;
	taken = c->first == NULL && has_seat(c);
	if (taken)
		c->taken++;
	else
		push(&c->first, &c->last, s);
	s->state = taken ? SEAT_TAKEN : SEAT_WAITS;
	uv_mutex_unlock(&d->groups->lock);
	return taken;
}

static void leave(struct groups_door *d, struct group_seat *s)
{
	struct conn_group *c = s->group;

	if (s->state == SEAT_WAITS)
		take_out(&c->first, &c->last, s);
	else
		c->taken--;
	if (s->state == SEAT_GRANTED)
		take_out(&d->granted, &d->last, s);
	s->state = SEAT_NONE;
	s->group = NULL;
	c->seats--;
	grant(c);
	drop_if_unused(d->groups, c);
}

void group_seat_leave(struct group_seat *s)
{
	if (s->group == NULL)
		return;
	uv_mutex_lock(&s->door->groups->lock);
	leave(s->door, s);
	uv_mutex_unlock(&s->door->groups->lock);
}

/* ---- doors ------------------------------------------------------------------------------------ */

static struct group_seat *next_granted(struct groups_door *d)
{
	struct group_seat *s;

	uv_mutex_lock(&d->groups->lock);
	s = d->granted;
	if (s != NULL) {
		take_out(&d->granted, &d->last, s);
		s->state = SEAT_TAKEN;
	}
	uv_mutex_unlock(&d->groups->lock);
	return s;
}

static void on_wake(uv_async_t *wake)
{
	struct groups_door *d = wake->data;
	struct group_seat *s;

	while ((s = next_granted(d)) != NULL)
		d->on_seat(s);
}

void groups_door_open(struct groups_door *d, struct conn_groups *g, uv_loop_t *loop,
		      void (*on_seat)(struct group_seat *s))
{
	*d = (struct groups_door){ .groups = g, .on_seat = on_seat };
	uv_async_init(loop, &d->wake, on_wake);
	d->wake.data = d;
	uv_unref((uv_handle_t *)&d->wake); /* who waits holds the loop himself */
}

void groups_door_close(struct groups_door *d, uv_close_cb closed)
{
	uv_close((uv_handle_t *)&d->wake, closed);
}

/* ---- 421 -------------------------------------------------------------------------------------- */

/* Twice as long each time; in the end it says so whatever we do, and is asked one by one. */
static unsigned next_pause(unsigned last)
{
	if (last == 0)
		return FIRST_PAUSE_S;
	return last == LAST_PAUSE_S || last >= LONGEST_PAUSE_S ? LAST_PAUSE_S : last * 2;
}

static void pause_group(struct conn_groups *g, struct conn_group *c)
{
	uint64_t now = uv_hrtime();

	if (now < c->paused_until_ns)
		return; /* said to several who were open at once */
	if (c->pause_s == 0) {
		c->next_paused = g->paused;
		g->paused = c;
	}
	c->pause_s = next_pause(c->pause_s);
	c->paused_until_ns = now + c->pause_s * SECOND_NS;
	c->most = c->taken > 1 ? c->taken / 2 : 1;
}

void group_seat_turned_away(struct group_seat *s)
{
	struct conn_groups *g;

	if (s->group == NULL || !s->door->groups->back_off)
		return;
	g = s->door->groups;
	uv_mutex_lock(&g->lock);
	pause_group(g, s->group);
	uv_mutex_unlock(&g->lock);
}

static void forget(struct conn_groups *g, struct conn_group *c)
{
	c->pause_s = 0;
	c->most = c->usual;
	grant(c);
	drop_if_unused(g, c);
}

/* With the lock. */
static void tick(struct conn_groups *g)
{
	uint64_t now = uv_hrtime();

	if (g->paused == NULL || now < g->ticked_ns + TICK_NS)
		return;
	g->ticked_ns = now;
	for (struct conn_group **at = &g->paused; *at != NULL;) {
		struct conn_group *c = *at;

		grant(c);
		if (now < c->paused_until_ns + REMEMBERED_NS) {
			at = &c->next_paused;
		} else {
			*at = c->next_paused;
			forget(g, c);
		}
	}
}

void conn_groups_tick(struct conn_groups *g)
{
	uv_mutex_lock(&g->lock);
	tick(g);
	uv_mutex_unlock(&g->lock);
}

/* ---- the interface ---------------------------------------------------------------------------- */

struct conn_groups *conn_groups_new(const unsigned most[CONN_GROUP_KINDS], bool back_off)
{
	struct conn_groups *g = mem_zalloc(1, sizeof *g);

	uv_mutex_init(&g->lock);
	memcpy(g->most, most, sizeof g->most);
	g->back_off = back_off;
	return g;
}

void conn_groups_free(struct conn_groups *g)
{
	if (g == NULL)
		return;
	while (g->paused != NULL) {
		struct conn_group *c = g->paused;

		g->paused = c->next_paused;
		forget(g, c);
	}
	uv_mutex_destroy(&g->lock);
	free(g);
}

/* Below two-letter domains, names are often given out at the third level. Where that is not known here, the
 * hosts of several count as those of one provider, and are met more slowly than they need be. */
static bool is_shared_suffix(const char *two_labels)
{
	static const char *const words[] = { "ac", "co", "com", "edu", "gob", "gov", "go", "gv", "ltd", "mil", "ne", "net",
					     "nom", "or", "org", "plc", "sch" };
	size_t n = strcspn(two_labels, ".");

	if (strlen(two_labels) != n + strlen(".uk"))
		return false;
	for (size_t i = 0; i < COUNT(words); i++)
		if (strlen(words[i]) == n && strncasecmp(two_labels, words[i], n) == 0)
			return true;
	return false;
}

/* The last so many labels of a name; NULL: it has fewer. */
static const char *last_labels(const char *name, unsigned count)
{
	const char *at = name + strlen(name);

	while (at > name && (at[-1] != '.' || --count > 0))
		at--;
	return count <= 1 && at < name + strlen(name) ? at : NULL;
}

const char *conn_provider_of(const char *host)
{
	unsigned char bytes[16];
	const char *two = last_labels(host, 2), *three;

	if (two == NULL || inet_pton(AF_INET, host, bytes) == 1)
		return NULL;
	three = is_shared_suffix(two) ? last_labels(host, 3) : NULL;
	return three != NULL ? three : two;
}
