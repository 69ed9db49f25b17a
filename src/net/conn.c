/* SPDX-License-Identifier: MIT */
#include "net/conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "net/spare_syn.h"
#include "net/tcp_info.h"

/* With these and the kernel's own, seven SYNs are out after 2.1 s. */
enum { SPARES = 2 };
static const int64_t spare_after_us[SPARES] = {500000, 900000};

struct conn {
	struct gate_pass pass; /* first: on_let_in() takes its address for ours */
	struct conn_gate *gate;
	uv_poll_t poll;
	uv_timer_t timer;
	unsigned handles; /* open; the last close callback frees */
	int fd;
	const struct conn_events *events;
	void *owner;   /* NULL: conn_close() was called */
	int listening; /* the events that poll watches for now */
	bool connecting;
	bool concluded; /* it is to end without an answer */
	struct spare_syn *spare[SPARES];
	unsigned spares; /* tried; what could not be opened is NULL */
	bool was_reset; /* a send met the RST, which recv() would then not tell */
	size_t received;
	uint64_t started_ns;
	struct syn_watch *watch;
	struct syn_watched watched;
	struct obs_connect result;
	struct buf in, out;
	char *host, *address;
	unsigned port;
	int64_t timeout_us;
	struct syn_options options;
	char *from; /* what options.from points to */
};

/* ---- events ------------------------------------------------------------------------------- */

static void on_ready(uv_poll_t *poll, int status, int events);

static void listen_for(struct conn *c)
{
	int want = UV_READABLE;

	if (c->out.len > 0)
		want |= UV_WRITABLE;
	if (want != c->listening) /* libuv would take it out of epoll's set and put it back */
		uv_poll_start(&c->poll, want, on_ready);
	c->listening = want;
}

static void stop_listening(struct conn *c)
{
	uv_poll_stop(&c->poll);
	c->listening = 0;
}

static void end(struct conn *c, enum outcome how)
{
	stop_listening(c);
	c->events->ended(c->owner, how);
}

static enum outcome how_it_ended(const struct conn *c, ssize_t got, int err)
{
	if (got == 0)
		return c->was_reset ? OUT_RESET : OUT_CLOSED;
	return err == ETIMEDOUT ? OUT_TIMEOUT : OUT_RESET;
}

/* Takes what one recv() has. False: nothing more now, or the owner has closed us. */
static bool receive(struct conn *c)
{
	static _Thread_local char piece[16384]; /* not in each connection, most of which get a few lines */
	size_t room = c->in.limit - c->in.len;
	ssize_t got;

	if (room == 0 || c->received > LIMIT_DIALOGUE) {
		end(c, OUT_TOO_LONG);
		return false;
	}
	got = recv(c->fd, piece, room < sizeof piece ? room : sizeof piece, 0);
	if (got > 0) {
		c->received += (size_t)got;
		buf_add(&c->in, piece, (size_t)got);
		c->events->readable(c->owner);
		return c->owner != NULL;
	}
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return false;
	end(c, how_it_ended(c, got, errno));
	return false;
}

/* ---- SYNs from further sockets -------------------------------------------------------------- */

static void close_spares(struct conn *c)
{
	for (unsigned i = 0; i < c->spares; i++)
		spare_syn_close(c->spare[i]);
	c->spares = 0;
}

static unsigned resent(int fd)
{
	struct tcp_info_syns syns;

	tcp_info_syns_read(fd, &syns);
	return syns.resent;
}

unsigned conn_syns_sent(const struct conn *c)
{
	unsigned sent = 1 + resent(c->fd);

	for (unsigned i = 0; i < c->spares; i++)
		sent += c->spare[i] != NULL ? spare_syn_sent(c->spare[i]) : 0;
	return sent;
}

static void finish_connect(struct conn *c, bool silent, unsigned syns_sent);

/* Whichever socket is answered first is the connection. */
static void on_spare(void *to, struct spare_syn *s)
{
	struct conn *c = to;
	unsigned sent = conn_syns_sent(c);

	syn_watch_remove(c->watch, &c->watched);
	stop_listening(c);
	spare_syn_give(s, c->fd);
	finish_connect(c, false, sent);
}

static void open_spare(struct conn *c)
{
	c->spare[c->spares++] = spare_syn_open(c->gate, c->address, c->port, &c->options, on_spare, c);
}

/* The time of the next spare, or of the end, counted from the start of the connect. */
static int64_t next_event_us(const struct conn *c)
{
	bool more = c->options.spares && c->spares < SPARES && spare_after_us[c->spares] < c->timeout_us;

	return more ? spare_after_us[c->spares] : c->timeout_us;
}

static void wait_for_answer(struct conn *c)
{
	int64_t us = next_event_us(c) - (int64_t)((uv_hrtime() - c->started_ns) / 1000);

	conn_deadline(c, us > 0 ? us : 1);
}

/* ---- the end of a connect ------------------------------------------------------------------- */

/* silent: the deadline has come. A SYN that nobody answers would be repeated by the kernel for two
 * minutes, and after some ICMP errors too, so that the owner always closes. */
static void finish_connect(struct conn *c, bool silent, unsigned syns_sent)
{
	bool connected;
	int one = 1;

	c->connecting = false;
	c->result.us = (int64_t)((uv_hrtime() - c->started_ns) / 1000);
	syn_watch_remove(c->watch, &c->watched);
	connected = syn_result(c->fd, &c->result, silent);
	if (c->spares > 0)
		c->result.syn_retransmits = syns_sent - 1;
	close_spares(c);
	if (connected) {
		/* Every step is one small write that must not wait for the ACK of the last. */
		setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		listen_for(c);
	} else {
		stop_listening(c);
	}
	c->result.local_drop = syn_watch_local_drop(&c->watched);
	uv_timer_stop(&c->timer);
	c->events->connected(c->owner);
}

/* libuv reports a lone POLLERR as UV_EBADF and stops the handle. It is mostly the peer's RST:
 * recv() first hands out what was queued before it (a "554 ..." line) and then tells the true
 * error; SO_ERROR must not be read, since that clears it. */
static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct conn *c = poll->data;

	if (c->connecting) {
		finish_connect(c, false, conn_syns_sent(c));
		return;
	}
	if ((events & UV_WRITABLE) != 0 && status >= 0)
		conn_flush(c);
	if (status < 0) {
		c->listening = 0;
		while (receive(c))
			;
		if (c->owner != NULL)
			listen_for(c);
	} else if ((events & UV_READABLE) != 0) {
		receive(c);
	}
}

/* The loop runs its timers before it looks at sockets: where this host is slow, what came in time is only
 * read now. The owner arms a new deadline for whatever he waits for next. */
static void end_wait(struct conn *c)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };

	if (poll(&p, 1, 0) > 0)
		while (receive(c))
			;
	if (c->owner != NULL && !uv_is_active((uv_handle_t *)&c->timer))
		c->events->deadline(c->owner);
}

static void on_timer(uv_timer_t *timer)
{
	struct conn *c = timer->data;

	if (!c->connecting)
		end_wait(c);
	else if (c->concluded || next_event_us(c) == c->timeout_us)
		finish_connect(c, true, conn_syns_sent(c));
	else {
		open_spare(c);
		wait_for_answer(c);
	}
}

static void on_refused_at_once(uv_timer_t *timer)
{
	struct conn *c = timer->data;

	c->events->connected(c->owner);
}

static void on_closed(uv_handle_t *handle)
{
	struct conn *c = handle->data;

	if (--c->handles > 0)
		return;
	obs_connect_clear(&c->result);
	buf_clear(&c->in);
	buf_clear(&c->out);
	free(c->host);
	free(c->address);
	free(c->from);
	free(c);
}

/* ---- the interface ------------------------------------------------------------------------ */

/* 0: connecting; else the errno that this host said at once. */
static int start_connect(struct conn *c)
{
	int err = syn_open(&c->fd, c->address, c->port, &c->options);

	if (err != 0)
		return err;
	if (uv_poll_init_socket(c->timer.loop, &c->poll, c->fd) != 0) {
		close(c->fd);
		c->fd = -1;
		return ENOMEM;
	}
	c->poll.data = c;
	c->handles++;
	c->connecting = true;
	c->listening = UV_WRITABLE;
	uv_poll_start(&c->poll, UV_WRITABLE, on_ready);
	syn_watch_add(c->watch, &c->watched, c->fd);
	return 0;
}

/* The time counts from here. */
static void begin(struct conn *c)
{
	int err;

	c->started_ns = uv_hrtime();
	err = start_connect(c);
	if (err == 0) {
		wait_for_answer(c);
		return;
	}
	if ((conn_gate_is_shortage(err) || syn_lacks_port(err, c->address, c->port)) &&
	    conn_gate_shortage(c->gate, &c->pass, err)) {
		c->started_ns = 0;
		return;
	}
	syn_failed(err, &c->result);
	uv_timer_start(&c->timer, on_refused_at_once, 0, 0);
}

static void on_let_in(struct gate_pass *pass)
{
	begin((struct conn *)pass);
}

struct conn *conn_open(struct conn_gate *gate, struct syn_watch *watch, const char *host,
		       const char *address, unsigned port, int64_t timeout_us, const struct syn_options *options,
		       const struct conn_events *events, void *owner)
{
	struct conn *c = mem_zalloc(1, sizeof *c);

	c->events = events;
	c->owner = owner;
	c->watch = watch;
	c->fd = -1;
	c->gate = gate;
	c->host = mem_strdup(host);
	c->address = mem_strdup(address);
	c->port = port;
	c->timeout_us = timeout_us;
	c->options = *options;
	c->options.from = c->from = mem_strdup(options->from);
	buf_init(&c->in, LIMIT_RECEIVE);
	buf_init(&c->out, LIMIT_RECEIVE);
	uv_timer_init(conn_gate_loop(gate), &c->timer);
	c->timer.data = c;
	c->handles++;
	if (conn_gate_enter(gate, &c->pass, c->address, c->host, on_let_in))
		begin(c);
	return c;
}

void conn_tcp_info(const struct conn *c, struct obs_tcp *to)
{
	tcp_info_read(c->fd, to);
}

void conn_close(struct conn *c)
{
	if (c == NULL || c->owner == NULL)
		return;
	c->owner = NULL;
	syn_watch_remove(c->watch, &c->watched);
	close_spares(c);
	if (c->handles > 1)
		uv_close((uv_handle_t *)&c->poll, on_closed);
	uv_close((uv_handle_t *)&c->timer, on_closed);
	/* Only now: libuv takes the descriptor out of its epoll set in uv_close(). */
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	conn_gate_leave(c->gate, &c->pass); /* only now is there room for another */
}

void conn_turned_away(struct conn *c)
{
	conn_gate_turned_away(&c->pass);
}

void conn_conclude(struct conn *c)
{
	if (!c->connecting || c->concluded)
		return;
	c->concluded = true;
	uv_timer_start(&c->timer, on_timer, 0, 0);
}

uint64_t conn_started_ns(const struct conn *c)
{
	return c->started_ns;
}

const struct obs_connect *conn_connect_result(const struct conn *c)
{
	return &c->result;
}

const struct syn_watched *conn_syns(const struct conn *c)
{
	return &c->watched;
}

struct buf *conn_in(struct conn *c)
{
	return &c->in;
}

struct buf *conn_out(struct conn *c)
{
	return &c->out;
}

void conn_flush(struct conn *c)
{
	ssize_t sent;

	if (c->out.len == 0)
		return;
	sent = send(c->fd, c->out.data, c->out.len, MSG_NOSIGNAL);
	if (sent > 0)
		buf_drop(&c->out, (size_t)sent);
	else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
		/* The reading side tells how it ended, after what was received before. */
		c->was_reset = errno == ECONNRESET;
		buf_reset(&c->out);
	}
#ifdef TCP_QUICKACK
	int one = 1; /* a send has put the socket back into delayed mode */
	setsockopt(c->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
#endif
	listen_for(c);
}

void conn_deadline(struct conn *c, int64_t us)
{
	if (us <= 0) {
		uv_timer_stop(&c->timer);
		return;
	}
	uv_update_time(c->timer.loop); /* timers count from the loop's cached time */
	uv_timer_start(&c->timer, on_timer, (uint64_t)(us + 999) / 1000, 0);
}
