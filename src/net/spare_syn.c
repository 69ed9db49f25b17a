/* SPDX-License-Identifier: MIT */
#include "net/spare_syn.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/tcp_info.h"

struct spare_syn {
	uv_poll_t poll;
	struct conn_gate *gate;
	int fd;                 /* -1: given away */
	spare_syn_fn *ended;
	void *to;
};

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct spare_syn *s = poll->data;

	(void)status;
	(void)events;
	uv_poll_stop(&s->poll);
	s->ended(s->to, s);
}

struct spare_syn *spare_syn_open(struct conn_gate *gate, const char *address, unsigned port,
				 const struct syn_options *options, spare_syn_fn *ended, void *to)
{
	struct spare_syn *s;
	int fd;

	if (!conn_gate_enter_spare(gate))
		return NULL;
	if (syn_open(&fd, address, port, options) != 0) {
		conn_gate_leave_spare(gate);
		return NULL;
	}
	s = mem_zalloc(1, sizeof *s);
	*s = (struct spare_syn){ .gate = gate, .fd = fd, .ended = ended, .to = to };
	if (uv_poll_init_socket(conn_gate_loop(gate), &s->poll, fd) != 0) {
		close(fd);
		conn_gate_leave_spare(gate);
		free(s);
		return NULL;
	}
	s->poll.data = s;
	uv_poll_start(&s->poll, UV_WRITABLE, on_ready);
	return s;
}

unsigned spare_syn_sent(const struct spare_syn *s)
{
	struct tcp_info_syns syns;

	tcp_info_syns_read(s->fd, &syns);
	return syns.resent + 1;
}

void spare_syn_give(struct spare_syn *s, int fd)
{
	uv_poll_stop(&s->poll); /* before its descriptor goes: libuv takes it out of its epoll set here */
	dup2(s->fd, fd);
	close(s->fd);
	s->fd = -1;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void spare_syn_close(struct spare_syn *s)
{
	if (s == NULL)
		return;
	uv_close((uv_handle_t *)&s->poll, on_closed);
	if (s->fd >= 0)
		close(s->fd);
	conn_gate_leave_spare(s->gate);
}
