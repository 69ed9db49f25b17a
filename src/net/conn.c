/* SPDX-License-Identifier: MIT */
#include "net/conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "net/tcp_info.h"

struct conn {
	uv_poll_t poll;
	uv_timer_t timer;
	unsigned handles; /* open; the last close callback frees */
	int fd;
	const struct conn_events *events;
	void *owner;   /* NULL: conn_close() was called */
	int listening; /* the events that poll watches for now */
	bool connecting;
	bool was_reset; /* a send met the RST, which recv() would then not tell */
	size_t received;
	uint64_t started_ns;
	struct obs_connect result;
	struct buf in, out;
};

/* ---- errno as outcome --------------------------------------------------------------------- */

static const struct errno_row {
	int number;
	const char *name;
	enum outcome outcome;
} errno_rows[] = {
	{ECONNREFUSED, "ECONNREFUSED", OUT_REFUSED},
	{ETIMEDOUT, "ETIMEDOUT", OUT_TIMEOUT},
	{ECONNRESET, "ECONNRESET", OUT_RESET},
	{ENETUNREACH, "ENETUNREACH", OUT_UNREACHABLE},
	{EHOSTUNREACH, "EHOSTUNREACH", OUT_UNREACHABLE},
	{ENETDOWN, "ENETDOWN", OUT_UNREACHABLE},
	{EHOSTDOWN, "EHOSTDOWN", OUT_UNREACHABLE},
	{ENOPROTOOPT, "ENOPROTOOPT", OUT_UNREACHABLE},	   /* ICMP protocol unreachable */
	{EADDRNOTAVAIL, "EADDRNOTAVAIL", OUT_UNREACHABLE}, /* no address of the family */
	{EAFNOSUPPORT, "EAFNOSUPPORT", OUT_UNREACHABLE},   /* ipv6.disable=1 */
	{EINVAL, "EINVAL", OUT_UNREACHABLE},		   /* a blackhole route */
	{EACCES, "EACCES", OUT_DENIED},
	{EPERM, "EPERM", OUT_DENIED},
	{EMFILE, "EMFILE", OUT_ERROR},
	{ENFILE, "ENFILE", OUT_ERROR},
	{ENOBUFS, "ENOBUFS", OUT_ERROR},
	{ENOMEM, "ENOMEM", OUT_ERROR},
};

/* at_once: connect() itself said it, so it is of this host. Later it came by ICMP: IPv6's
 * "administratively prohibited" also arrives as EACCES, and that is the path's word. */
static void set_result(struct conn *c, int err, bool at_once)
{
	c->result.us = (int64_t)((uv_hrtime() - c->started_ns) / 1000);
	c->result.outcome = err != 0 ? OUT_ERROR : OUT_OK;
	for (size_t i = 0; i < COUNT(errno_rows); i++)
		if (errno_rows[i].number == err) {
			c->result.outcome = errno_rows[i].outcome;
			c->result.error = mem_strdup(errno_rows[i].name);
		}
	if (err != 0 && c->result.error == NULL)
		c->result.error = mem_printf("errno %d", err);
	if (c->result.outcome == OUT_DENIED && !at_once)
		c->result.outcome = OUT_UNREACHABLE;
}

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
	size_t room = c->in.limit - c->in.len;
	char *at = buf_room(&c->in, room < 16384 ? room : 16384);
	ssize_t got;

	if (at == NULL || room == 0 || c->received > LIMIT_DIALOGUE) {
		end(c, OUT_TOO_LONG);
		return false;
	}
	got = recv(c->fd, at, room < 16384 ? room : 16384, 0);
	if (got > 0) {
		c->received += (size_t)got;
		buf_added(&c->in, (size_t)got);
		c->events->readable(c->owner);
		return c->owner != NULL;
	}
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return false;
	end(c, how_it_ended(c, got, errno));
	return false;
}

static void finish_connect(struct conn *c)
{
	int err = 0, one = 1;
	socklen_t size = sizeof err;

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &size) < 0)
		err = errno;
	c->connecting = false;
	set_result(c, err, false);
	if (err == 0) {
		/* Every step is one small write that must not wait for the ACK of the last. */
		setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		listen_for(c);
	} else {
		stop_listening(c);
	}
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
		finish_connect(c);
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

static void on_timer(uv_timer_t *timer)
{
	struct conn *c = timer->data;

	if (!c->connecting) {
		c->events->deadline(c->owner);
		return;
	}
	/* A SYN that nobody answered would be repeated by the kernel for two minutes. */
	c->connecting = false;
	stop_listening(c);
	c->result.us = (int64_t)((uv_hrtime() - c->started_ns) / 1000);
	c->result.outcome = OUT_TIMEOUT;
	c->events->connected(c->owner);
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
	free(c->result.error);
	buf_clear(&c->in);
	buf_clear(&c->out);
	free(c);
}

/* ---- the interface ------------------------------------------------------------------------ */

static socklen_t make_address(struct sockaddr_storage *to, const char *address, unsigned port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof *to);
	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		return sizeof *v4;
	}
	if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		return sizeof *v6;
	}
	return 0;
}

/* RFC 9293 3.7.1: the MSS option of our SYN, which the socket option sets, bounds what the peer
 * sends. A kernel that refuses the value leaves its own, which the record then shows. */
static void limit_segments(int fd, unsigned most)
{
	int value = (int)most;

	if (most > 0)
		setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &value, sizeof value);
}

/* 0: connecting; else the errno that this host said at once. */
static int start_connect(struct conn *c, uv_loop_t *loop, const char *address, unsigned port,
			 unsigned most_segment)
{
	struct sockaddr_storage to;
	socklen_t size = make_address(&to, address, port);
	int flags;

	if (size == 0)
		return EAFNOSUPPORT;
	c->fd = socket(to.ss_family, SOCK_STREAM, 0);
	if (c->fd < 0)
		return errno;
	fcntl(c->fd, F_SETFD, FD_CLOEXEC);
	flags = fcntl(c->fd, F_GETFL);
	fcntl(c->fd, F_SETFL, flags | O_NONBLOCK);
	limit_segments(c->fd, most_segment);
	if (connect(c->fd, (struct sockaddr *)&to, size) < 0 && errno != EINPROGRESS)
		return errno;
	if (uv_poll_init_socket(loop, &c->poll, c->fd) != 0)
		return ENOMEM;
	c->poll.data = c;
	c->handles++;
	c->connecting = true;
	c->listening = UV_WRITABLE;
	uv_poll_start(&c->poll, UV_WRITABLE, on_ready);
	return 0;
}

struct conn *conn_open(uv_loop_t *loop, const char *address, unsigned port, int64_t timeout_us,
		       unsigned most_segment, const struct conn_events *events, void *owner)
{
	struct conn *c = mem_zalloc(1, sizeof *c);
	int err;

	c->events = events;
	c->owner = owner;
	c->fd = -1;
	c->started_ns = uv_hrtime();
	buf_init(&c->in, LIMIT_RECEIVE);
	buf_init(&c->out, LIMIT_RECEIVE);
	uv_timer_init(loop, &c->timer);
	c->timer.data = c;
	c->handles++;
	err = start_connect(c, loop, address, port, most_segment);
	if (err != 0) {
		set_result(c, err, true);
		uv_timer_start(&c->timer, on_refused_at_once, 0, 0);
	} else {
		conn_deadline(c, timeout_us);
	}
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
	if (c->handles > 1)
		uv_close((uv_handle_t *)&c->poll, on_closed);
	uv_close((uv_handle_t *)&c->timer, on_closed);
	/* Only now: libuv takes the descriptor out of its epoll set in uv_close(). */
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

const struct obs_connect *conn_connect_result(const struct conn *c)
{
	return &c->result;
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

void conn_local_address(const struct conn *c, char *text, size_t size)
{
	struct sockaddr_storage at;
	socklen_t n = sizeof at;

	text[0] = '\0';
	if (c->fd < 0 || getsockname(c->fd, (struct sockaddr *)&at, &n) < 0)
		return;
	if (at.ss_family == AF_INET)
		inet_ntop(AF_INET, &((struct sockaddr_in *)&at)->sin_addr, text, (socklen_t)size);
	else
		inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&at)->sin6_addr, text,
			  (socklen_t)size);
}
