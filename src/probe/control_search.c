/* SPDX-License-Identifier: MIT */
#include "probe/control_search.h"

#include <stdlib.h>

#include "base/mem.h"
#include "net/conn.h"

#define SEARCH_US 900000        /* before the kernel's second SYN */

static const unsigned ports[] = {443, 80};

struct control_search {
	struct conn *conns[COUNT(ports)];
	unsigned found;
	control_search_fn *done;
	void *owner;
};

/* A refusal is an answer, and as good as an open port. */
static void on_connected(void *owner)
{
	struct control_search *s = owner;
	bool waiting = false;

	for (size_t i = COUNT(ports); i-- > 0;) {
		enum outcome how = conn_connect_result(s->conns[i])->outcome;

		if (how == OUT_OK || how == OUT_REFUSED)
			s->found = ports[i];
		waiting = waiting || how == OUT_NOT_RUN;
	}
	if (!waiting || s->found != 0)
		s->done(s->owner);
}

static void on_heard(void *owner)
{
	(void)owner;
}

static void on_ended(void *owner, enum outcome how)
{
	(void)owner;
	(void)how;
}

static const struct conn_events events = {
	.connected = on_connected,
	.readable = on_heard,
	.ended = on_ended,
	.deadline = on_heard,
};

struct control_search *control_search_new(const struct probe_settings *settings, const char *address,
					  control_search_fn *done, void *owner)
{
	struct control_search *s = mem_zalloc(1, sizeof *s);

	s->done = done;
	s->owner = owner;
	for (size_t i = 0; i < COUNT(ports); i++)
		s->conns[i] = conn_open(settings->gate, settings->syn_watch, NULL, address, ports[i],
					SEARCH_US, &(struct syn_options){0}, &events, s);
	return s;
}

unsigned control_search_found(const struct control_search *s)
{
	return s->found;
}

void control_search_free(struct control_search *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < COUNT(ports); i++)
		conn_close(s->conns[i]);
	free(s);
}
