/* SPDX-License-Identifier: MIT
 *
 * Traps of c-ares and libuv, all of them met: ares_send() may call back at once. c-ares tells of
 * a socket's end before it closes it, so the poll handle must be stopped right there. Idle sockets
 * stay open, so poll handles are unreferenced: whoever waits for an answer holds the loop.
 * UV_EBADF in a poll callback means that the peer has reset, so c-ares shall read. ares_timeout()
 * walks all queries in 1.18, hence the coarse tick.
 *
 * ARES_FLAG_NOCHECKRESP: else SERVFAIL, REFUSED and NOTIMP all become "could not contact DNS
 * servers". ARES_FLAG_EDNS, although the OPT record is ours: else every answer by UDP of more
 * than 512 octets is asked for again by TCP. */
#include "net/dns_channel.h"

#include <ares.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "dns/server_list.h"

enum { UDP_SIZE = 1232 /* that of our OPT record */, DNS_PORT = 53 };

struct dns_channel {
	uv_loop_t *loop;
	ares_channel ares;
	struct watch *watches;
	void (*after)(void *arg);
	void *arg;
};

struct watch {                 /* a socket of c-ares */
	uv_poll_t poll;
	struct watch *next;
	struct dns_channel *channel;
	ares_socket_t fd;
};

struct request {
	dns_channel_fn *fn;
	void *arg;
};

/* ---- sockets ---------------------------------------------------------------------------- */

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct watch *w = poll->data;
	struct dns_channel *c = w->channel;
	bool readable = status < 0 || (events & UV_READABLE) != 0;
	bool writable = status < 0 || (events & UV_WRITABLE) != 0;

	ares_process_fd(c->ares, readable ? w->fd : ARES_SOCKET_BAD,
			writable ? w->fd : ARES_SOCKET_BAD);
	c->after(c->arg);
}

static void on_watch_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static struct watch *add_watch(struct dns_channel *c, ares_socket_t fd)
{
	struct watch *w = mem_zalloc(1, sizeof *w);

	w->fd = fd;
	w->channel = c;
	w->poll.data = w;
	if (uv_poll_init_socket(c->loop, &w->poll, fd) != 0) {
		free(w);
		return NULL; /* no answer will be seen: the question ends by its deadline */
	}
	uv_unref((uv_handle_t *)&w->poll);
	w->next = c->watches;
	c->watches = w;
	return w;
}

static void on_socket(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct dns_channel *c = arg;
	struct watch **at = &c->watches, *w;

	while ((w = *at) != NULL && w->fd != fd)
		at = &w->next;
	if (readable || writable) {
		if (w == NULL)
			w = add_watch(c, fd);
		if (w != NULL)
			uv_poll_start(&w->poll, (readable ? UV_READABLE : 0) |
				      (writable ? UV_WRITABLE : 0), on_poll);
	} else if (w != NULL) {
		*at = w->next;
		uv_poll_stop(&w->poll);
		uv_close((uv_handle_t *)&w->poll, on_watch_closed);
	}
}

/* ---- messages --------------------------------------------------------------------------- */

static enum dns_rcode how_of(int status)
{
	switch (status) {
	case ARES_SUCCESS:
		return DNS_NOERROR;
	case ARES_EDESTRUCTION:
	case ARES_ECANCELLED:
		return DNS_CUT_SHORT;
	case ARES_ETIMEOUT:
		return DNS_TIMEOUT;
	case ARES_EBADRESP:
	case ARES_EFORMERR:
	case ARES_EBADQUERY:
	case ARES_EBADNAME:
		return DNS_MALFORMED;
	default:
		return DNS_UNREACHABLE;
	}
}

/* Not const: the prototype of ares_callback. */
static void on_answer(void *arg, int status, int timeouts, unsigned char *message, int size)
{
	struct request r = *(struct request *)arg;

	free(arg);
	r.fn(r.arg, how_of(status), timeouts > 0, message, size > 0 ? (size_t)size : 0);
}

void dns_channel_send(struct dns_channel *c, const void *query, size_t size, dns_channel_fn *fn,
		      void *arg)
{
	struct request *r = mem_zalloc(1, sizeof *r);

	*r = (struct request){ .fn = fn, .arg = arg };
	ares_send(c->ares, query, (int)size, on_answer, r);
}

void dns_channel_tick(struct dns_channel *c)
{
	ares_process_fd(c->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

/* ---- life ------------------------------------------------------------------------------- */

/* tries: c-ares 1.18 doubles the time with each, so three from 1/7 make the whole. Later ones
 * begin with less where a server has been quick, so there the deadline ends it, not the count. */
static int open_channel(struct dns_channel *c, int timeout_ms)
{
	char lookups[] = "b";
	struct ares_options o = {
		.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP |
			 ARES_FLAG_EDNS,
		.timeout = timeout_ms > 7 ? timeout_ms / 7 : 1,
		.tries = 3,
		.ednspsz = UDP_SIZE,
		.lookups = lookups,
		.sock_state_cb = on_socket,
		.sock_state_cb_data = c,
	};
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ |
		   ARES_OPT_LOOKUPS | ARES_OPT_DOMAINS | ARES_OPT_SOCK_STATE_CB;

#ifdef ARES_OPT_UDP_MAX_QUERIES
	o.udp_max_queries = 256;
	mask |= ARES_OPT_UDP_MAX_QUERIES;
#endif
#ifdef ARES_OPT_MAXTIMEOUTMS
	o.tries = 10;
	o.maxtimeout = timeout_ms > 2 ? timeout_ms / 2 : 1;
	mask |= ARES_OPT_MAXTIMEOUTMS;
#endif
#ifdef ARES_OPT_QUERY_CACHE
	o.qcache_max_ttl = 0; /* on by default: a stale answer is no diagnosis */
	mask |= ARES_OPT_QUERY_CACHE;
#endif
	return ares_init_options(&c->ares, &o, mask);
}

struct dns_channel *dns_channel_new(uv_loop_t *loop, const char *server, int64_t timeout_us,
				    void (*after)(void *arg), void *arg, struct err *e)
{
	struct dns_channel *c = mem_zalloc(1, sizeof *c);
	int status = ares_library_init(ARES_LIB_INIT_ALL);

	c->loop = loop;
	c->after = after;
	c->arg = arg;
	if (status == ARES_SUCCESS)
		status = open_channel(c, (int)(timeout_us / 1000));
	if (status == ARES_SUCCESS)
		status = ares_set_servers_ports_csv(c->ares, server);
	if (status != ARES_SUCCESS) {
		err_set(e, "the resolver %s cannot be used: %s", server, ares_strerror(status));
		dns_channel_free(c);
		return NULL;
	}
	return c;
}

void dns_channel_free(struct dns_channel *c)
{
	if (c == NULL)
		return;
	if (c->ares != NULL)
		ares_destroy(c->ares); /* closes the sockets, which ends their watches */
	ares_library_cleanup();
	free(c);
}

/* ---- the system's configuration ----------------------------------------------------------- */

static void add_servers(struct strlist *to, ares_channel ares)
{
	struct ares_addr_port_node *servers = NULL;
	struct err ignored;

	if (ares_get_servers_ports(ares, &servers) != ARES_SUCCESS)
		return;
	for (const struct ares_addr_port_node *n = servers; n != NULL; n = n->next) {
		char address[INET6_ADDRSTRLEN] = "", text[INET6_ADDRSTRLEN + sizeof "[]:65535"];

		inet_ntop(n->family, &n->addr, address, sizeof address);
		snprintf(text, sizeof text, n->family == AF_INET6 ? "[%s]:%d" : "%s:%d", address,
			 n->udp_port != 0 ? n->udp_port : DNS_PORT);
		server_list_parse(to, text, &ignored);
	}
	ares_free_data(servers);
}

/* c-ares reads it with every channel; one that is made for that alone is asked what it found. */
bool dns_channel_system_servers(struct strlist *to, struct err *e)
{
	struct ares_options o = { .tries = 1 };
	ares_channel ares = NULL;
	int status = ares_library_init(ARES_LIB_INIT_ALL);

	if (status == ARES_SUCCESS)
		status = ares_init_options(&ares, &o, ARES_OPT_TRIES | ARES_OPT_DOMAINS);
	if (status == ARES_SUCCESS) {
		add_servers(to, ares);
		ares_destroy(ares);
		if (to->count == 0)
			strlist_add(to, "127.0.0.1:53");
	}
	ares_library_cleanup();
	return status == ARES_SUCCESS ||
	       err_set(e, "the system's resolver configuration cannot be read: %s",
		       ares_strerror(status));
}

const char *dns_channel_library_version(void)
{
	return ares_version(NULL);
}
