/* SPDX-License-Identifier: MIT
 *
 * The procedure:
 *   1. Sweep: every port in ascending TTLs, all ports at the same time, so that they are compared
 *      under the same conditions. A probe has 1.3 s, so that the kernel's own second SYN after 1 s
 *      is a second try. A port ends at its lowest TTL with a final answer; else one past the
 *      control port's end; else a few past its last hop.
 *   2. Where a port is silent and the control port goes on, both are asked again there in turn, two
 *      rounds, slower than routers limit their ICMP errors (Linux: 1 a second to one host). A port
 *      that is answered now was only unlucky: the sweep goes on from there.
 *   3. A RST from no further than the next hop may be this host's own. One more SYN ignores it
 *      (IP_MINTTL 255): if this host's firewall sends it, the kernel cannot send the SYN again. */
#include "net/path_trace.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/syn.h"
#include "net/syn_watch.h"
#include "path/path_judge.h"

enum {
	TTL_MOST = 30,
	WINDOW = 5,             /* probes of a port at a time */
	BEYOND = 4,             /* silent hops past the last one before a port is given up */
	CONTROL_BEYOND = 8,     /* the same for a port that is known to be answered */
	ROUNDS = 2,
	SWEEPS_MOST = 4
};
#define MS UINT64_C(1000000)
#define PATIENCE_NS (1300 * MS)      /* with the kernel's second SYN */
#define SHORT_PATIENCE_NS (900 * MS) /* without */
#define APART_NS (1100 * MS)

enum purpose { SWEEP, ASK_AGAIN, ASK_THIS_HOST };

struct probe {
	uv_poll_t poll;
	struct path_trace *trace;
	struct probe *next;
	struct lane *lane;
	enum purpose purpose;
	unsigned ttl;
	int fd;
	uint64_t sent_ns, due_ns;
	struct syn_watched watched;
};

struct lane {
	struct obs_path path;          /* of the control lane only the hops are used */
	unsigned port;
	unsigned next, flying;         /* the TTL that is next, and the probes under way */
	bool dropped;
	bool asked_this_host;
	bool taken_back;               /* its end was not said a second time */
	bool answered[TTL_MOST + 1];   /* of the control lane: when asked again in this round */
};

struct path_trace {
	uv_loop_t *loop;
	struct syn_watch *watch;
	path_trace_fn *done;
	void *owner;
	const char *from;
	char *own;
	uv_timer_t timer;
	struct probe *flying;
	struct lane lanes[1 + PATH_TRACE_PORTS];   /* the control port's first; it may have no port */
	size_t lane_count;
	uint64_t deadline_ns, ask_ns;
	unsigned turn;                 /* of asking again: even ones the ports', odd ones the control's */
	unsigned sweeps;
	bool asking, uncounted, over;
	bool short_of;                 /* this host had no room for a probe */
};

static void step(struct path_trace *t);

/* ---- hops --------------------------------------------------------------------------------- */

static unsigned end_of(const struct lane *l)
{
	return path_end(l->path.hops, l->path.hop_count);
}

static unsigned last_of(const struct lane *l)
{
	return path_last(l->path.hops, l->path.hop_count);
}

static struct obs_hop *hop_slot(struct lane *l, unsigned ttl)
{
	while (l->path.hop_count < ttl) {
		struct obs_hop *h = mem_append(&l->path.hops, &l->path.hop_count, sizeof *h);

		h->ttl = (unsigned)l->path.hop_count;
	}
	return &l->path.hops[ttl - 1];
}

/* RFC 792: type 11; RFC 4443 3.3: type 3. Code 0: in transit. */
static bool is_expired(const struct obs_icmp *i)
{
	return i->code == 0 && i->type == (strchr(i->from, ':') != NULL ? 3 : 11);
}

static enum hop_kind kind_of(const struct obs_connect *c)
{
	if (c->icmp.from != NULL)
		return is_expired(&c->icmp) ? HOP_EXPIRED : HOP_REJECTED;
	if (c->outcome == OUT_OK)
		return HOP_OPEN;
	return c->outcome == OUT_REFUSED || c->outcome == OUT_RESET ? HOP_RESET : HOP_SILENT;
}

static bool says_no_host(const struct obs_hop *h)
{
	return h->kind == HOP_REJECTED && path_says_no_host(&h->icmp);
}

/* An answer stands, whatever a later probe of the same hop comes to; but for "no host", which must
 * be said twice: it passes where a question for the host's address was only lost. */
static void keep_hop(struct probe *p, struct obs_connect *c, int64_t us)
{
	struct obs_hop *h = hop_slot(p->lane, p->ttl);
	enum hop_kind kind = kind_of(c);
	unsigned ttl = h->ttl;

	if (p->purpose == ASK_AGAIN && says_no_host(h) && kind != HOP_REJECTED) {
		obs_hop_clear(h);
		h->ttl = ttl;
		p->lane->taken_back = true;
	}
	if (kind == HOP_SILENT || h->kind != HOP_SILENT)
		return;
	h->kind = kind;
	h->us = us;
	h->from = mem_strdup(c->icmp.from);
	h->icmp = c->icmp;
	memset(&c->icmp, 0, sizeof c->icmp);
}

/* ---- one probe ---------------------------------------------------------------------------- */

static void on_probe_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void unlink_probe(struct probe *p)
{
	struct probe **at = &p->trace->flying;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	p->lane->flying--;
}

/* After an ICMP error the kernel may go on sending SYNs, so that the socket is always closed. */
static void close_probe(struct probe *p)
{
	unlink_probe(p);
	syn_watch_remove(p->trace->watch, &p->watched);
	uv_close((uv_handle_t *)&p->poll, on_probe_closed);
	close(p->fd);
}

static void finish_probe(struct probe *p, bool silent)
{
	struct obs_connect c = {0};
	struct lane *l = p->lane;
	int64_t us = (int64_t)((uv_hrtime() - p->sent_ns) / 1000);

	syn_result(p->fd, &c, silent);
	if (p->trace->own == NULL)
		p->trace->own = mem_strdup(c.source);
	syn_watch_remove(p->trace->watch, &p->watched);
	l->path.resent += p->watched.left + p->watched.failed;
	l->path.resent_failed += p->watched.failed;
	if (p->purpose == ASK_AGAIN)
		l->answered[p->ttl] = kind_of(&c) != HOP_SILENT;
	if (p->purpose != ASK_THIS_HOST)
		keep_hop(p, &c, us);
	obs_connect_clear(&c);
	close_probe(p);
}

static void on_event(uv_poll_t *poll, int status, int events)
{
	struct probe *p = poll->data;
	struct path_trace *t = p->trace;

	(void)status; /* libuv has UV_EBADF for the lone POLLERR of an ICMP error */
	(void)events;
	finish_probe(p, false);
	step(t);
}

static uint64_t patience(enum purpose purpose)
{
	return purpose == ASK_AGAIN ? SHORT_PATIENCE_NS : PATIENCE_NS;
}

/* A probe that this host does not even begin (no descriptor, no port left) would look like silence, so
 * that nothing can be said any more. */
static void launch(struct path_trace *t, struct lane *l, enum purpose purpose, unsigned ttl)
{
	struct syn_options options = {.from = t->from};
	struct probe *p = mem_zalloc(1, sizeof *p);

	options.ttl = purpose == ASK_THIS_HOST ? 0 : ttl;
	options.min_ttl = purpose == ASK_THIS_HOST ? 255 : 0;
	if (syn_open(&p->fd, l->path.address, l->port, &options) != 0 ||
	    uv_poll_init_socket(t->loop, &p->poll, p->fd) != 0) {
		if (p->fd >= 0)
			close(p->fd);
		free(p);
		t->short_of = true;
		return;
	}
	p->poll.data = p;
	p->trace = t;
	p->lane = l;
	p->purpose = purpose;
	p->ttl = ttl;
	p->sent_ns = uv_hrtime();
	p->due_ns = p->sent_ns + patience(purpose);
	p->next = t->flying;
	t->flying = p;
	l->flying++;
	syn_watch_add(t->watch, &p->watched, p->fd);
	uv_poll_start(&p->poll, UV_WRITABLE, on_event);
}

/* What is overdue was not answered; nor does it matter what lies past the end. */
static void finish_overdue(struct path_trace *t, uint64_t now)
{
	struct probe *p = t->flying;

	while (p != NULL) {
		struct probe *next = p->next;
		unsigned end = end_of(p->lane);

		if (now >= p->due_ns || (p->purpose == SWEEP && end != 0 && p->ttl > end) ||
		    p->lane->dropped)
			finish_probe(p, true);
		p = next;
	}
}

/* ---- the sweep ---------------------------------------------------------------------------- */

static bool is_control(const struct path_trace *t, const struct lane *l)
{
	return l == &t->lanes[0];
}

/* The highest TTL that is worth asking. */
static unsigned limit(const struct path_trace *t, const struct lane *l)
{
	unsigned end = end_of(l), control = end_of(&t->lanes[0]), most;

	if (end != 0)
		most = end;
	else if (is_control(t, l))
		most = last_of(l) + CONTROL_BEYOND;
	else
		most = control != 0 ? control + 1 : last_of(l) + BEYOND;
	return most < TTL_MOST ? most : TTL_MOST;
}

static bool wanted(const struct path_trace *t, const struct lane *l)
{
	return l->port != 0 && !l->dropped && l->next <= limit(t, l);
}

/* True: it is over. */
static bool sweep(struct path_trace *t)
{
	bool more = false;

	for (size_t i = 0; i < t->lane_count; i++) {
		struct lane *l = &t->lanes[i];

		while (wanted(t, l) && l->flying < WINDOW)
			launch(t, l, SWEEP, l->next++);
		more = more || wanted(t, l);
	}
	return t->flying == NULL && !more;
}

/* ---- asking again ------------------------------------------------------------------------- */

/* The hop of a port that is to be asked again; 0: none. */
static unsigned gap_of(const struct path_trace *t, const struct lane *l)
{
	struct obs_path both = l->path;
	unsigned end = end_of(l);

	if (l->dropped || is_control(t, l))
		return 0;
	if (end != 0 && l->path.asked_again == 0 && says_no_host(&l->path.hops[end - 1]))
		return end;
	both.control = t->lanes[0].path.hops;
	both.control_count = t->lanes[0].path.hop_count;
	return path_gap(&both);
}

static bool may_be_this_host(const struct path_trace *t, const struct lane *l)
{
	return !is_control(t, l) && !l->dropped && !l->asked_this_host && end_of(l) == 1 &&
	       l->path.hops[0].kind == HOP_RESET && end_of(&t->lanes[0]) != 1;
}

static void ask_ports(struct path_trace *t)
{
	for (size_t i = 1; i < t->lane_count; i++) {
		struct lane *l = &t->lanes[i];
		unsigned gap = gap_of(t, l);

		if (gap != 0)
			launch(t, l, ASK_AGAIN, gap);
		if (may_be_this_host(t, l)) {
			l->asked_this_host = true;
			launch(t, l, ASK_THIS_HOST, 1);
		}
	}
}

static void ask_control(struct path_trace *t)
{
	struct lane *c = &t->lanes[0];
	bool asked[TTL_MOST + 1] = {false};

	t->uncounted = true;
	memset(c->answered, 0, sizeof c->answered);
	for (size_t i = 1; i < t->lane_count; i++) {
		unsigned gap = gap_of(t, &t->lanes[i]);

		if (gap != 0 && !asked[gap]) {
			asked[gap] = true;
			launch(t, c, ASK_AGAIN, gap);
		}
	}
}

static void count_round(struct path_trace *t)
{
	t->uncounted = false;
	for (size_t i = 1; i < t->lane_count; i++) {
		unsigned gap = gap_of(t, &t->lanes[i]);

		if (gap == 0)
			continue;
		t->lanes[i].path.asked_again++;
		t->lanes[i].path.control_again += t->lanes[0].answered[gap];
	}
}

/* A port was answered where it was silent before: it goes on from there. True: some did. */
static bool sweep_on(struct path_trace *t)
{
	bool more = false;

	for (size_t i = 1; i < t->lane_count; i++) {
		struct lane *l = &t->lanes[i];
		unsigned from = last_of(l) + 1;

		if (end_of(l) != 0 || l->dropped || !(l->answered[from - 1] || l->taken_back))
			continue;
		l->taken_back = false;
		memset(l->answered, 0, sizeof l->answered);
		l->path.asked_again = l->path.control_again = 0;
		l->next = from;
		more = true;
	}
	return more;
}

static bool nothing_to_ask(const struct path_trace *t)
{
	for (size_t i = 1; i < t->lane_count; i++)
		if (gap_of(t, &t->lanes[i]) != 0)
			return false;
	return true;
}

/* True: it is over. */
static bool ask_again(struct path_trace *t, uint64_t now)
{
	if (t->flying != NULL)
		return false;
	if (t->uncounted)
		count_round(t);
	if (t->turn % 2 == 1 && t->sweeps < SWEEPS_MOST && sweep_on(t)) {
		t->asking = false;
		t->sweeps++;
		return false;
	}
	if (t->turn == 2 * ROUNDS || (t->turn > 0 && nothing_to_ask(t)))
		return true;
	if (now < t->ask_ns)
		return false;
	t->ask_ns = now + APART_NS;
	if (t->turn++ % 2 == 1)
		ask_control(t);
	else
		ask_ports(t);
	return t->flying == NULL && nothing_to_ask(t);
}

/* ---- the course --------------------------------------------------------------------------- */

static void on_timer(uv_timer_t *timer)
{
	step(timer->data);
}

static void wake_at(struct path_trace *t, uint64_t now)
{
	uint64_t due = t->deadline_ns;

	for (const struct probe *p = t->flying; p != NULL; p = p->next)
		if (p->due_ns < due)
			due = p->due_ns;
	if (t->asking && t->flying == NULL && t->ask_ns < due)
		due = t->ask_ns;
	uv_update_time(t->loop); /* timers count from the loop's cached time */
	uv_timer_start(&t->timer, on_timer, due > now ? (due - now + MS - 1) / MS : 0, 0);
}

static void end(struct path_trace *t)
{
	t->over = true;
	while (t->flying != NULL)
		finish_probe(t->flying, true);
	uv_timer_stop(&t->timer);
	t->done(t->owner, t);
}

static bool all_dropped(const struct path_trace *t)
{
	for (size_t i = 1; i < t->lane_count; i++)
		if (!t->lanes[i].dropped)
			return false;
	return true;
}

static void step(struct path_trace *t)
{
	uint64_t now = uv_hrtime();

	if (t->over)
		return;
	finish_overdue(t, now);
	if (now >= t->deadline_ns || all_dropped(t) || t->short_of) {
		end(t);
		return;
	}
	if (!t->asking && sweep(t) && !t->short_of) {
		t->asking = true;
		t->turn = 0;
		t->ask_ns = now;
	}
	if ((t->asking && ask_again(t, now)) || t->short_of)
		end(t);
	else
		wake_at(t, now);
}

/* ---- the interface ------------------------------------------------------------------------ */

static void add_lane(struct path_trace *t, const struct path_trace_plan *plan, unsigned port)
{
	struct lane *l = &t->lanes[t->lane_count++];

	l->path.host = mem_strdup(plan->host);
	l->path.address = mem_strdup(plan->address);
	l->path.port = l->port = port;
	l->path.control_port = plan->control_port;
	l->next = 1;
}

struct path_trace *path_trace_new(uv_loop_t *loop, struct syn_watch *watch,
				  const struct path_trace_plan *plan, path_trace_fn *done,
				  void *owner)
{
	struct path_trace *t = mem_zalloc(1, sizeof *t);

	t->loop = loop;
	t->watch = watch;
	t->done = done;
	t->owner = owner;
	t->from = plan->from;
	t->deadline_ns = uv_hrtime() + (uint64_t)plan->deadline_us * 1000;
	add_lane(t, plan, plan->control_port);
	for (size_t i = 0; i < plan->port_count && i < PATH_TRACE_PORTS; i++)
		add_lane(t, plan, plan->ports[i]);
	uv_timer_init(loop, &t->timer);
	t->timer.data = t;
	uv_timer_start(&t->timer, on_timer, 0, 0);
	return t;
}

void path_trace_drop_port(struct path_trace *t, unsigned port)
{
	for (size_t i = 1; i < t->lane_count; i++)
		if (t->lanes[i].port == port)
			t->lanes[i].dropped = true;
}

static void copy_hops(struct obs_path *to, const struct obs_path *control)
{
	for (size_t i = 0; i < control->hop_count; i++) {
		struct obs_hop *h = mem_append(&to->control, &to->control_count, sizeof *h);

		*h = control->hops[i];
		h->from = mem_strdup(h->from);
		h->icmp.from = mem_strdup(h->icmp.from);
	}
}

/* Hops past the end tell nothing, nor do silent ones past where the other port's end is. */
static void trim(struct obs_path *p, unsigned other_end)
{
	unsigned end = path_end(p->hops, p->hop_count);
	unsigned most = end != 0 ? end : path_last(p->hops, p->hop_count) + 1;

	if (end == 0 && most < other_end)
		most = other_end;
	while (p->hop_count > most)
		obs_hop_clear(&p->hops[--p->hop_count]);
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void path_trace_take(struct path_trace *t, struct obs_path **paths, size_t *count)
{
	struct obs_path *control = &t->lanes[0].path;

	t->over = true;
	while (t->flying != NULL)
		finish_probe(t->flying, true);
	trim(control, 0);
	for (size_t i = 1; i < t->lane_count; i++) {
		struct obs_path *p;

		if (t->lanes[i].dropped || t->short_of) {
			obs_path_clear(&t->lanes[i].path);
			continue;
		}
		p = mem_append(paths, count, sizeof *p);
		*p = t->lanes[i].path;
		trim(p, path_end(control->hops, control->hop_count));
		copy_hops(p, control);
		path_judge(p, t->own);
	}
	obs_path_clear(control);
	free(t->own);
	uv_close((uv_handle_t *)&t->timer, on_closed);
}
