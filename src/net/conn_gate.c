/* SPDX-License-Identifier: MIT
 *
 * A pass waits first for its seats, then in one queue for the rest, in the order of arrival. */
#include "net/conn_gate.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/mem.h"

enum {
	TICK_MS = 50,
	LEFT_FOR_FILES = 32,   /* descriptors: reports, traces */
	LEFT_FOR_LOOP = 8,     /* epoll, wake-ups, DNS by UDP and TCP */
	LEAST_ROOM = 8
};

/* How long a shortage is waited out. With nothing else of ours open, waiting frees nothing. */
#define SHORT_NS UINT64_C(10000000000)
#define SHORT_ALONE_NS UINT64_C(1000000000)
#define SHORT_OF_PORTS_NS UINT64_C(70000000000) /* TIME-WAIT is 60 s in Linux (TCP_TIMEWAIT_LEN) */

struct pass_queue {
	struct gate_pass *first, *last;
};

struct conn_gate {
	uv_loop_t *loop;
	uv_timer_t timer;
	struct conn_limits limits;
	unsigned most;              /* at once; less than the limit after a shortage */
	unsigned open;
	unsigned at_groups;         /* passes that wait for a seat */
	double tokens;              /* what may be opened now, by the rate */
	uint64_t filled_ns;
	struct groups_door door;
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

static void tick_while_needed(struct conn_gate *g)
{
	if (g->ready.first == NULL && g->at_groups == 0)
		uv_timer_stop(&g->timer);
	else if (!uv_is_active((uv_handle_t *)&g->timer))
		uv_timer_start(&g->timer, on_tick, TICK_MS, TICK_MS);
}

/* go() may enter, leave or be short again; the loop here sees to those as well. */
static void let_in_all(struct conn_gate *g)
{
	if (g->letting_in)
		return;
	g->letting_in = true;
	while (g->ready.first != NULL && has_room(g)) {
		struct gate_pass *p = g->ready.first;

		take_out(&g->ready, p);
		let_in(g, p);
		p->go(p);
	}
	g->letting_in = false;
	tick_while_needed(g);
}

static void on_tick(uv_timer_t *timer)
{
	struct conn_gate *g = timer->data;
	unsigned more = g->most / 16 + 1;

	g->most = g->most + more < g->limits.open ? g->most + more : g->limits.open;
	conn_groups_tick(g->door.groups);
	let_in_all(g);
}

/* ---- seats ------------------------------------------------------------------------------------ */

/* The seats that it still needs. True: it has all. */
static bool take_seats(struct conn_gate *g, struct gate_pass *p)
{
	for (; p->at < CONN_GROUP_KINDS; p->at++)
		if (p->key[p->at] != NULL && !group_seat_take(&g->door, &p->seat[p->at], p->at, p->key[p->at])) {
			p->state = PASS_AT_GROUP;
			g->at_groups++;
			tick_while_needed(g);
			return false;
		}
	return true;
}

static void get_ready(struct conn_gate *g, struct gate_pass *p)
{
	p->state = PASS_READY;
	push(&g->ready, p);
}

static void on_seat(struct group_seat *s)
{
	struct gate_pass *p = s->owner;
	struct conn_gate *g = p->gate;

	g->at_groups--;
	p->at++;
	if (take_seats(g, p))
		get_ready(g, p);
	let_in_all(g);
}

/* ---- the interface ---------------------------------------------------------------------------- */

struct conn_gate *conn_gate_new(uv_loop_t *loop, const struct conn_limits *limits, struct conn_groups *groups)
{
	struct conn_gate *g = mem_zalloc(1, sizeof *g);

	g->loop = loop;
	g->limits = *limits;
	g->most = limits->open;
	g->filled_ns = uv_hrtime();
	g->tokens = 1;
	uv_timer_init(loop, &g->timer);
	g->timer.data = g;
	groups_door_open(&g->door, groups, loop, on_seat);
	return g;
}

static void on_door_closed(uv_handle_t *handle)
{
	struct groups_door *d = handle->data;

	free((char *)d - offsetof(struct conn_gate, door));
}

static void on_closed(uv_handle_t *handle)
{
	struct conn_gate *g = handle->data;

	groups_door_close(&g->door, on_door_closed);
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

bool conn_gate_enter(struct conn_gate *g, struct gate_pass *p, const char *address, const char *host,
		     void (*go)(struct gate_pass *p))
{
	p->gate = g;
	p->go = go;
	for (unsigned i = 0; i < CONN_GROUP_KINDS; i++)
		p->seat[i].owner = p;
	p->key[GROUP_OF_PROVIDER] = host != NULL ? conn_provider_of(host) : NULL;
	p->key[GROUP_OF_ADDRESS] = address;
	if (!take_seats(g, p))
		return false;
	if (g->ready.first == NULL && has_room(g)) {
		let_in(g, p);
		return true;
	}
	get_ready(g, p);
	tick_while_needed(g);
	return false;
}

void conn_gate_turned_away(struct gate_pass *p)
{
	group_seat_turned_away(&p->seat[GROUP_OF_ADDRESS]);
}

static uint64_t patience_ns(const struct conn_gate *g, int err)
{
	if (err == EADDRNOTAVAIL && g->limits.wait_for_ports)
		return SHORT_OF_PORTS_NS;
	return g->open > 1 ? SHORT_NS : SHORT_ALONE_NS;
}

bool conn_gate_shortage(struct conn_gate *g, struct gate_pass *p, int err)
{
	uint64_t now = uv_hrtime();

	if (p->short_since_ns == 0)
		p->short_since_ns = now;
	if (now - p->short_since_ns > patience_ns(g, err))
		return false;
	g->open--;
	g->most = g->open; /* the tick has it rise again: not at once, or we would turn round here */
	p->state = PASS_READY;
	push_front(&g->ready, p);
	/* Even where nothing else is open: it may be another process that has to give way. */
	tick_while_needed(g);
	return true;
}

void conn_gate_leave(struct conn_gate *g, struct gate_pass *p)
{
	switch (p->state) {
	case PASS_NONE:
		return;
	case PASS_AT_GROUP:
		g->at_groups--;
		break;
	case PASS_READY:
		take_out(&g->ready, p);
		break;
	case PASS_OPEN:
		g->open--;
		break;
	}
	p->state = PASS_NONE;
	for (unsigned i = 0; i < CONN_GROUP_KINDS; i++)
		group_seat_leave(&p->seat[i]);
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
	return g->ready.first != NULL;
}

bool conn_gate_is_shortage(int err)
{
	return err == EMFILE || err == ENFILE || err == ENOBUFS || err == ENOMEM || err == EAGAIN;
}

unsigned conn_gate_room(unsigned loops)
{
	struct rlimit r;
	rlim_t room, others = LEFT_FOR_FILES + (rlim_t)loops * LEFT_FOR_LOOP;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return LEAST_ROOM;
	if (r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
		getrlimit(RLIMIT_NOFILE, &r);
	}
	room = r.rlim_cur > others + LEAST_ROOM ? r.rlim_cur - others : LEAST_ROOM;
	return room < 1000000 ? (unsigned)room : 1000000;
}
