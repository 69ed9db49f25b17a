/* SPDX-License-Identifier: MIT */
#include "probe/comparison_probe.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/printable.h"
#include "net/conn.h"
#include "net/socks5.h"
#include "plan/target.h"

/* A greeting that comes later is worth no wait: that the port opens is known. */
#define GREETING_US 2000000

struct comparison_probe {
	const struct probe_settings *settings;
	struct obs_comparison record;
	struct conn *conn;
	struct socks5 socks;
	comparison_fn *done;
	void *owner;
};

static int64_t age_us(const struct comparison_probe *p)
{
	return (int64_t)((uv_hrtime() - conn_started_ns(p->conn)) / 1000);
}

static void finish(struct comparison_probe *p)
{
	conn_close(p->conn);
	p->conn = NULL;
	p->done(p->owner);
}

/* ---- by a proxy ----------------------------------------------------------------------------- */

static bool by_proxy(const struct comparison_probe *p)
{
	return p->record.kind == COMPARISON_SOCKS5;
}

/* The outcome that a reply stands for, RFC 1928 6. A proxy says no more than this byte. */
static enum outcome outcome_of_reply(int reply)
{
	static const enum outcome outcomes[] = {
		OUT_OK,		 OUT_ERROR,	  OUT_DENIED, OUT_UNREACHABLE,
		OUT_UNREACHABLE, OUT_REFUSED, OUT_UNREACHABLE,
	};

	return reply >= 0 && (size_t)reply < COUNT(outcomes) ? outcomes[reply] : OUT_ERROR;
}

static void proxy_failed(struct comparison_probe *p, const char *why)
{
	p->record.connect.outcome = OUT_ERROR;
	free(p->record.connect.error);
	p->record.connect.error = mem_strdup(why);
}

static void settle_proxy(struct comparison_probe *p)
{
	struct obs_connect *c = &p->record.connect;

	c->us = age_us(p);
	p->record.proxy_reply = p->socks.reply;
	if (p->socks.reply < 0)
		proxy_failed(p, "the proxy does not speak SOCKS5 without a log-in");
	else
		c->outcome = outcome_of_reply(p->socks.reply);
	if (p->socks.reply > 0) {
		free(c->error);
		c->error = mem_strdup(socks5_reply_words(p->socks.reply));
	}
}

/* True: the connection is through. */
static bool speak_to_proxy(struct comparison_probe *p)
{
	socks5_take(&p->socks, conn_in(p->conn), conn_out(p->conn), p->record.address, p->record.port);
	if (p->socks.state < SOCKS5_OPEN) {
		conn_flush(p->conn);
		return false;
	}
	settle_proxy(p);
	if (p->socks.state == SOCKS5_FAILED) {
		finish(p);
		return false;
	}
	conn_deadline(p->conn, GREETING_US);
	return true;
}

/* ---- the greeting ---------------------------------------------------------------------------- */

static void read_greeting(struct comparison_probe *p)
{
	struct buf *in = conn_in(p->conn);
	size_t n = 0;

	while (n < in->len && in->data[n] != '\n')
		n++;
	if (n == in->len && n < LIMIT_FIRST_BYTES)
		return;
	if (n > 0 && in->data[n - 1] == '\r')
		n--;
	p->record.greeting = printable_dup(in->data, n < LIMIT_FIRST_BYTES ? n : LIMIT_FIRST_BYTES);
	buf_adds(conn_out(p->conn), "QUIT\r\n");
	conn_flush(p->conn);
	finish(p);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void on_connected(void *owner)
{
	struct comparison_probe *p = owner;
	const struct obs_connect *result = conn_connect_result(p->conn);

	if (!by_proxy(p))
		obs_connect_copy(&p->record.connect, result);
	else if (result->outcome != OUT_OK)
		proxy_failed(p, "the proxy itself cannot be reached");
	if (result->outcome != OUT_OK || (!by_proxy(p) && port_is_tls_first(p->record.port))) {
		finish(p);
		return;
	}
	if (by_proxy(p)) {
		socks5_begin(&p->socks, conn_out(p->conn));
		conn_flush(p->conn);
	}
	conn_deadline(p->conn, by_proxy(p) ? p->settings->connect_us : GREETING_US);
}

static void on_readable(void *owner)
{
	struct comparison_probe *p = owner;

	if (by_proxy(p) && p->socks.state < SOCKS5_OPEN && !speak_to_proxy(p))
		return;
	if (port_is_tls_first(p->record.port))
		finish(p);
	else
		read_greeting(p);
}

static void on_ended(void *owner, enum outcome how)
{
	struct comparison_probe *p = owner;

	(void)how;
	if (by_proxy(p) && p->socks.state < SOCKS5_OPEN) {
		p->socks.reply = -1;
		settle_proxy(p);
	}
	finish(p);
}

/* A proxy that keeps silent waits for a connect of its own that nobody answers. */
static void on_deadline(void *owner)
{
	struct comparison_probe *p = owner;

	if (by_proxy(p) && p->socks.state == SOCKS5_METHOD)
		proxy_failed(p, "the proxy does not answer");
	if (by_proxy(p) && p->socks.state == SOCKS5_REPLY) {
		p->record.connect.outcome = OUT_TIMEOUT;
		p->record.connect.us = age_us(p);
	}
	finish(p);
}

static const struct conn_events events = {
	.connected = on_connected,
	.readable = on_readable,
	.ended = on_ended,
	.deadline = on_deadline,
};

/* ---- the interface ---------------------------------------------------------------------------- */

static const char *via(const struct probe_settings *s, enum comparison_kind kind)
{
	if (kind == COMPARISON_FROM)
		return s->from;
	return kind == COMPARISON_SOCKS5 ? s->socks5->input : NULL;
}

struct comparison_probe *comparison_probe_new(const struct probe_settings *settings,
					      enum comparison_kind kind, const char *host,
					      const char *address, unsigned port, const char *proxy,
					      comparison_fn *done, void *owner)
{
	struct syn_options options = {.from = kind == COMPARISON_FROM ? settings->from : NULL};
	struct comparison_probe *p = mem_zalloc(1, sizeof *p);

	p->settings = settings;
	p->done = done;
	p->owner = owner;
	p->record.kind = kind;
	p->record.via = mem_strdup(via(settings, kind));
	p->record.host = mem_strdup(host);
	p->record.address = mem_strdup(address);
	p->record.port = port;
	p->record.proxy_reply = -1;
	p->record.connect.outcome = OUT_CUT_SHORT;
	p->conn = conn_open(settings->gate, settings->syn_watch, NULL, proxy != NULL ? proxy : address,
			    proxy != NULL ? settings->socks5->port : port, settings->connect_us,
			    &options, &events, p);
	return p;
}

bool comparison_probe_done(const struct comparison_probe *p)
{
	return p->conn == NULL;
}

void comparison_probe_take(struct comparison_probe *p, struct obs_comparison *to)
{
	if (p->conn != NULL)
		conn_close(p->conn);
	*to = p->record;
	free(p);
}
