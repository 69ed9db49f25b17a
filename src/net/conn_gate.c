/* SPDX-License-Identifier: MIT
 *
 * A pass waits first for its address, then in one queue for the rest, in the order of arrival. */
#include "net/conn_gate.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/mem.h"

enum {
	TICK_MS = 50,
	LEFT_FOR_FILES = 40,   /* descriptors: reports, DNS, epoll, traces */
	LEAST_ROOM = 8
};

/* How long a shortage is waited out. With nothing else of ours open, waiting frees nothing. */
#define SHORT_NS UINT64_C(10000000000)
#define SHORT_ALONE_NS UINT64_C(1000000000)

struct pass_queue {
	struct gate_pass *first, *last;
};

struct gate_address {
	char *text;
	unsigned taken;             /* of the address's places */
	unsigned passes;            /* that refer to it */
	struct pass_queue waiting;
};

struct conn_gate {
	uv_loop_t *loop;
	uv_timer_t timer;
	struct conn_limits limits;
	unsigned most;              /* at once; less than the limit after a shortage */
	unsigned open, waiting;
	double tokens;              /* what may be opened now, by the rate */
	uint64_t filled_ns;
	void *addresses;            /* of tsearch(3) */
	struct pass_queue ready;
	bool letting_in;
};

/* ---- queues ----------------------------------------------------------------------------------- */

static void push(struct pass_queue *q, struct gate_pass *p)
{
	p->next = NULL;
	p->before = q->last;
	*(q->last != NULL ? &q->last->next : &q->first) = p;
	q->last = p;
}

static void push_front(struct pass_queue *q, struct gate_pass *p)
{
	p->before = NULL;
	p->next = q->first;
	*(q->first != NULL ? &q->first->before : &q->last) = p;
	q->first = p;
}

static void take_out(struct pass_queue *q, struct gate_pass *p)
{
	*(p->before != NULL ? &p->before->next : &q->first) = p->next;
	*(p->next != NULL ? &p->next->before : &q->last) = p->before;
	p->next = p->before = NULL;
}

/* ---- addresses -------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct gate_address *)a)->text, ((const struct gate_address *)b)->text);
}

static struct gate_address *find_address(struct conn_gate *g, const char *text)
{
	struct gate_address key = { .text = (char *)(uintptr_t)text }, *a, **at;

	at = tfind(&key, &g->addresses, compare);
	if (at != NULL)
		return *at;
	a = mem_zalloc(1, sizeof *a);
	a->text = mem_strdup(text);
	if (tsearch(a, &g->addresses, compare) == NULL)
		abort(); /* no memory: the allocator of base/mem.h has said so before */
	return a;
}

static void drop_address(struct conn_gate *g, struct gate_address *a)
{
	if (--a->passes > 0)
		return;
	tdelete(a, &g->addresses, compare);
	free(a->text);
	free(a);
}

/* ---- letting in ------------------------------------------------------------------------------- */

static void fill_tokens(struct conn_gate *g)
{
	uint64_t now = uv_hrtime();
	double most = g->limits.per_second / 10.0 + 1; /* a tenth of a second's, not a burst */

	g->tokens += (double)(now - g->filled_ns) / 1e9 * g->limits.per_second;
	if (g->tokens > most)
		g->tokens = most;
	g->filled_ns = now;
}

static bool has_room(struct conn_gate *g)
{
	if (g->open >= g->most)
		return false;
	if (g->limits.per_second == 0)
		return true;
	fill_tokens(g);
	return g->tokens >= 1;
}

static void take_place(struct conn_gate *g)
{
	g->open++;
	if (g->limits.per_second > 0)
		g->tokens--;
}

static void let_in(struct conn_gate *g, struct gate_pass *p)
{
	p->state = PASS_OPEN;
	take_place(g);
}

static void on_tick(uv_timer_t *timer);

/* go() may enter, leave or be short again; the loop here sees to those as well. */
static void let_in_all(struct conn_gate *g)
{
	if (g->letting_in)
		return;
	g->letting_in = true;
	while (g->ready.first != NULL && has_room(g)) {
		struct gate_pass *p = g->ready.first;

		take_out(&g->ready, p);
		g->waiting--;
		let_in(g, p);
		p->go(p);
	}
	g->letting_in = false;
	if (g->ready.first != NULL && !uv_is_active((uv_handle_t *)&g->timer))
		uv_timer_start(&g->timer, on_tick, TICK_MS, TICK_MS);
}

static void on_tick(uv_timer_t *timer)
{
	struct conn_gate *g = timer->data;
	unsigned more = g->most / 16 + 1;

	g->most = g->most + more < g->limits.open ? g->most + more : g->limits.open;
	let_in_all(g);
	if (g->ready.first == NULL)
		uv_timer_stop(timer);
}

static bool address_is_full(const struct conn_gate *g, const struct gate_address *a)
{
	return g->limits.per_address > 0 && a->taken >= g->limits.per_address;
}

/* A place at the address has become free. */
static void move_up(struct conn_gate *g, struct gate_address *a)
{
	struct gate_pass *p = a->waiting.first;

	a->taken--;
	if (p == NULL || address_is_full(g, a))
		return;
	take_out(&a->waiting, p);
	a->taken++;
	p->state = PASS_READY;
	push(&g->ready, p);
}

/* ---- the interface ---------------------------------------------------------------------------- */

struct conn_gate *conn_gate_new(uv_loop_t *loop, const struct conn_limits *limits)
{
	struct conn_gate *g = mem_zalloc(1, sizeof *g);

	g->loop = loop;
	g->limits = *limits;
	g->most = limits->open;
	g->filled_ns = uv_hrtime();
	g->tokens = 1;
	uv_timer_init(loop, &g->timer);
	g->timer.data = g;
	return g;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void conn_gate_free(struct conn_gate *g)
{
	if (g != NULL)
		uv_close((uv_handle_t *)&g->timer, on_closed);
}

uv_loop_t *conn_gate_loop(const struct conn_gate *g)
{
	return g->loop;
}

bool conn_gate_enter(struct conn_gate *g, struct gate_pass *p, const char *address,
		     void (*go)(struct gate_pass *p))
{
	struct gate_address *a = find_address(g, address);

	p->go = go;
	p->address = a;
	a->passes++;
	if (address_is_full(g, a)) {
		p->state = PASS_AT_ADDRESS;
		push(&a->waiting, p);
		g->waiting++;
		return false;
	}
	a->taken++;
	if (g->ready.first == NULL && has_room(g)) {
		let_in(g, p);
		return true;
	}
	p->state = PASS_READY;
	push(&g->ready, p);
	g->waiting++;
	if (!uv_is_active((uv_handle_t *)&g->timer))
		uv_timer_start(&g->timer, on_tick, TICK_MS, TICK_MS);
	return false;
}

bool conn_gate_shortage(struct conn_gate *g, struct gate_pass *p)
{
	uint64_t now = uv_hrtime();

	if (p->short_since_ns == 0)
		p->short_since_ns = now;
	if (now - p->short_since_ns > (g->open > 1 ? SHORT_NS : SHORT_ALONE_NS))
		return false;
	g->open--;
	g->most = g->open > 0 ? g->open : 1;
	p->state = PASS_READY;
	push_front(&g->ready, p);
	g->waiting++;
	/* Even where nothing else is open: it may be another process that has to give way. */
	uv_timer_start(&g->timer, on_tick, TICK_MS, TICK_MS);
	return true;
}

void conn_gate_leave(struct conn_gate *g, struct gate_pass *p)
{
	struct gate_address *a = p->address;

	switch (p->state) {
	case PASS_NONE:
		return;
	case PASS_AT_ADDRESS:
		take_out(&a->waiting, p);
		g->waiting--;
		break;
	case PASS_READY:
		take_out(&g->ready, p);
		g->waiting--;
		move_up(g, a);
		break;
	case PASS_OPEN:
		g->open--;
		move_up(g, a);
		break;
	}
	p->state = PASS_NONE;
	p->address = NULL;
	drop_address(g, a);
	let_in_all(g);
}

bool conn_gate_enter_spare(struct conn_gate *g)
{
	if (g->ready.first != NULL || !has_room(g))
		return false;
	take_place(g);
	return true;
}

void conn_gate_leave_spare(struct conn_gate *g)
{
	g->open--;
	let_in_all(g);
}

bool conn_gate_crowded(const struct conn_gate *g)
{
	return g->waiting > 0;
}

bool conn_gate_is_shortage(int err)
{
	return err == EMFILE || err == ENFILE || err == ENOBUFS || err == ENOMEM || err == EAGAIN;
}

unsigned conn_gate_room(void)
{
	struct rlimit r;
	rlim_t room;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return LEAST_ROOM;
	if (r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
		getrlimit(RLIMIT_NOFILE, &r);
	}
	room = r.rlim_cur > LEFT_FOR_FILES + LEAST_ROOM ? r.rlim_cur - LEFT_FOR_FILES : LEAST_ROOM;
	return room < 1000000 ? (unsigned)room : 1000000;
}
