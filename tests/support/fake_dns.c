/* SPDX-License-Identifier: MIT */
#include "fake_dns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "fake_dns_zone.h"

enum { ANSWER_SIZE = 65535, QUERY_SIZE = 1024, CONNS = 64, ALIASES = 20, BIND_TRIES = 50 };

struct message {
	unsigned char octets[ANSWER_SIZE];
	size_t len;
};

struct question {
	unsigned id, flags, type;
	char name[FAKE_NAME_SIZE];
	size_t end;            /* of the question in the query */
	bool has_opt, ad, tcp;
	size_t udp_size;
};

struct later {
	struct later *next;
	int64_t due;
	int conn;              /* -1: by UDP to `to` */
	unsigned serial;
	struct sockaddr_storage to;
	socklen_t to_len;
	size_t len;
	unsigned char octets[];
};

struct fake_dns {
	struct fake_entry *zone;
	int udp, tcp, stop[2];
	unsigned port;
	struct { int fd; unsigned serial; size_t len; unsigned char in[QUERY_SIZE]; } conn[CONNS];
	struct later *later;
	unsigned waiting;      /* of `later` */
	uint32_t chance;
	struct message out;
	atomic_uint udp_count, tcp_count;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- reading a question ------------------------------------------------------------------- */

static unsigned get(const unsigned char *p, int octets)
{
	return octets == 1 ? p[0] : (unsigned)p[0] << 8 | p[1];
}

static bool parse_query(struct question *q, const unsigned char *m, size_t len)
{
	size_t at = 12, out = 0;

	if (len < 12 || get(m + 4, 2) != 1)
		return false;
	*q = (struct question){ .id = get(m, 2), .flags = get(m + 2, 2), .udp_size = 512 };
	q->ad = (q->flags & 0x20) != 0;
	while (at < len && m[at] != 0) {
		size_t label = m[at++];

		if (label > 63 || at + label >= len || out + label + 2 > sizeof q->name)
			return false;
		if (out > 0)
			q->name[out++] = '.';
		memcpy(q->name + out, m + at, label);
		out += label;
		at += label;
	}
	if (at + 5 > len)
		return false;
	q->type = get(m + at + 1, 2);
	q->end = at + 5;
	q->has_opt = get(m + 10, 2) != 0 && q->end + 11 <= len &&
		     get(m + q->end + 1, 2) == T_OPT;
	if (q->has_opt) {
		q->udp_size = get(m + q->end + 3, 2);
		q->ad |= (m[q->end + 7] & 0x80) != 0;
	}
	return true;
}

static struct fake_entry *find(struct fake_dns *f, const struct question *q, enum act act)
{
	for (struct fake_entry *e = f->zone; e != NULL; e = e->next)
		if (e->act == act && (e->type == 0 || e->type == q->type) &&
		    (strcmp(e->name, "*") == 0 || strcasecmp(e->name, q->name) == 0))
			return e;
	return NULL;
}

/* ---- writing an answer -------------------------------------------------------------------- */

static void add(struct message *m, unsigned long value, int octets)
{
	fake_put(m->octets, &m->len, sizeof m->octets, value, octets);
}

static void set_count(struct message *m, int at)
{
	m->octets[at + 1]++;
	if (m->octets[at + 1] == 0)
		m->octets[at]++;
}

static void add_record(struct message *m, int count_at, const char *name, unsigned type,
		       const unsigned char *data, size_t len)
{
	fake_put_name(m->octets, &m->len, sizeof m->octets, name);
	add(m, type, 2);
	add(m, 1, 2);
	add(m, 60, 4);
	add(m, len, 2);
	for (size_t i = 0; i < len; i++)
		add(m, data[i], 1);
	set_count(m, count_at);
}

static void add_soa(struct message *m)
{
	static const unsigned char data[22] = { 0, 0, 0, 0, 0, 1 };

	add_record(m, 8, "test", T_SOA, data, sizeof data);
}

/* Is the entry the name's own, or a wildcard above it? */
static bool is_of(const struct fake_entry *e, const char *name)
{
	size_t n = strlen(name), len = strlen(e->name);

	if (strncmp(e->name, "*.", 2) == 0)
		return n >= len && strcasecmp(name + n - (len - 1), e->name + 1) == 0;
	return strcasecmp(e->name, name) == 0;
}

static bool exists(const struct fake_dns *f, const char *name)
{
	size_t n = strlen(name);

	for (const struct fake_entry *e = f->zone; e != NULL; e = e->next) {
		size_t len = strlen(e->name);

		if (e->act == ACT_NONE && is_of(e, name))
			return true;
		if (e->act == ACT_NONE && len >= n && strcasecmp(e->name + len - n, name) == 0 &&
		    (len == n || n == 0 || e->name[len - n - 1] == '.'))
			return true;
	}
	return false;
}

/* Adds the records of the type; returns whether there is any. */
static bool add_records(const struct fake_dns *f, struct message *m, const char *name,
			unsigned type)
{
	bool any = false;

	for (const struct fake_entry *e = f->zone; e != NULL; e = e->next)
		if (e->act == ACT_NONE && e->type == type && is_of(e, name)) {
			add_record(m, 6, name, type, e->data, e->len);
			any = true;
		}
	return any;
}

static const struct fake_entry *alias_of(const struct fake_dns *f, const char *name)
{
	for (const struct fake_entry *e = f->zone; e != NULL; e = e->next)
		if (e->act == ACT_NONE && e->type == T_CNAME && strcasecmp(e->name, name) == 0)
			return e;
	return NULL;
}

static void name_of(char *to, const struct fake_entry *alias)
{
	size_t at = 0, out = 0;

	while (at < alias->len && alias->data[at] != 0) {
		size_t label = alias->data[at++];

		if (out > 0)
			to[out++] = '.';
		memcpy(to + out, alias->data + at, label);
		out += label;
		at += label;
	}
	to[out] = '\0';
}

/* The answer section from the zone, and the response code. */
static void add_answer(struct fake_dns *f, struct message *m, const struct question *q)
{
	bool alias_only = find(f, q, ACT_ALIAS_ONLY) != NULL;
	char name[FAKE_NAME_SIZE];

	snprintf(name, sizeof name, "%s", q->name);
	for (int i = 0; i < ALIASES; i++) {
		const struct fake_entry *alias = q->type != T_CNAME ? alias_of(f, name) : NULL;

		if (alias == NULL)
			break;
		add_record(m, 6, alias->name, T_CNAME, alias->data, alias->len);
		if (alias_only)
			return;
		name_of(name, alias);
	}
	if (add_records(f, m, name, q->type))
		return;
	add_soa(m);
	if (!exists(f, name))
		m->octets[3] |= 3;
}

static void add_opt(struct message *m, unsigned rcode, const struct fake_entry *ede)
{
	static const char because[] = "because";
	size_t n = sizeof because - 1;

	add(m, 0, 1);
	add(m, T_OPT, 2);
	add(m, 1232, 2);
	add(m, (unsigned long)(rcode >> 4) << 24, 4);
	add(m, ede != NULL ? 6 + n : 0, 2);
	if (ede != NULL) {
		add(m, 15, 2);
		add(m, 2 + n, 2);
		add(m, ede->value, 2);
		for (size_t i = 0; i < n; i++)
			add(m, (unsigned char)because[i], 1);
	}
	set_count(m, 10);
}

static void add_header(struct message *m, const struct question *q, const unsigned char *query,
		       bool with_question)
{
	add(m, q->id, 2);
	add(m, 0x8080 | (q->flags & 0x0100), 2);
	add(m, with_question, 2);
	add(m, 0, 6);
	for (size_t i = 12; with_question && i < q->end; i++)
		add(m, query[i], 1);
}

static void spoil(struct fake_dns *f, struct message *m, const struct question *q)
{
	if (find(f, q, ACT_WRONG_ID))
		m->octets[0] ^= 0xff;
	if (find(f, q, ACT_WRONG_QUESTION))
		m->octets[13] ^= 1;
	if (find(f, q, ACT_BROKEN) || find(f, q, ACT_LOOP)) {
		set_count(m, 6);
		m->len = q->end;
		add(m, find(f, q, ACT_LOOP) ? 0xc000 | q->end : 0x0561, 2);
	}
	if (find(f, q, ACT_LOOP)) {
		add(m, (unsigned long)q->type << 16 | 1, 4);
		add(m, 0, 6);
	}
	if (find(f, q, ACT_GARBAGE))
		for (m->len = 0; m->len < 40;)
			add(m, 0xa5 ^ m->len, 1);
	if (find(f, q, ACT_SHORT))
		m->len = 5;
}

static unsigned one_of_100(struct fake_dns *f)
{
	f->chance = f->chance * 1664525 + 1013904223;
	return (f->chance >> 16) % 100;
}

static bool is_lost(struct fake_dns *f, const struct question *q)
{
	struct fake_entry *drop = find(f, q, ACT_DROP), *lose = find(f, q, ACT_LOSE);
	const struct fake_entry *room = find(f, q, ACT_ROOM);

	return find(f, q, ACT_SILENT) != NULL || (drop != NULL && drop->value > 0 && drop->value--) ||
	       (lose != NULL && one_of_100(f) < lose->value) || (room != NULL && f->waiting >= room->value);
}

/* False: no answer at all. */
static bool answer(struct fake_dns *f, struct message *m, struct question *q,
		   const unsigned char *query)
{
	const struct fake_entry *rcode = find(f, q, ACT_RCODE);
	bool old = find(f, q, ACT_FORMERR_EDNS) != NULL;
	bool tc = find(f, q, ACT_TC) != NULL || find(f, q, ACT_TC_CLOSE) != NULL;

	if (is_lost(f, q))
		return false;
	m->len = 0;
	add_header(m, q, query, find(f, q, ACT_NO_QUESTION) == NULL);
	if (old && q->has_opt)
		m->octets[3] |= 1;
	else if (rcode != NULL)
		m->octets[3] |= rcode->value & 15;
	else if (!tc || q->tcp)
		add_answer(f, m, q);
	if (rcode != NULL && (rcode->value == 0 || rcode->value == 3))
		add_soa(m);
	if (q->ad && find(f, q, ACT_AD))
		m->octets[3] |= 0x20;
	if (q->has_opt && !old)
		add_opt(m, rcode != NULL ? rcode->value : 0, find(f, q, ACT_EDE));
	if (!q->tcp && (tc || m->len > q->udp_size)) {
		m->len = q->end;
		memset(m->octets + 6, 0, 6);
		m->octets[2] |= 0x02;
	}
	spoil(f, m, q);
	return true;
}

/* ---- sockets ---------------------------------------------------------------------------- */

static void drop_conn(struct fake_dns *f, int i)
{
	close(f->conn[i].fd);
	f->conn[i].fd = -1;
	f->conn[i].serial++;
	f->conn[i].len = 0;
}

static void send_answer(struct fake_dns *f, const struct later *l)
{
	unsigned char prefix[2] = { (unsigned char)(l->len >> 8), (unsigned char)l->len };
	int fd = l->conn >= 0 ? f->conn[l->conn].fd : f->udp;

	if (l->conn < 0)
		sendto(fd, l->octets, l->len, 0, (const struct sockaddr *)&l->to, l->to_len);
	else if (fd >= 0 && f->conn[l->conn].serial == l->serial &&
		 (send(fd, prefix, 2, MSG_NOSIGNAL | MSG_MORE) != 2 ||
		  send(fd, l->octets, l->len, MSG_NOSIGNAL) < 0))
		drop_conn(f, l->conn);
}

static void send_due(struct fake_dns *f, int64_t now)
{
	struct later **at = &f->later, *l;

	while ((l = *at) != NULL) {
		if (l->due > now) {
			at = &l->next;
			continue;
		}
		*at = l->next;
		f->waiting--;
		send_answer(f, l);
		free(l);
	}
}

/* conn -1: came by UDP from `from`. */
static void handle(struct fake_dns *f, const unsigned char *query, size_t len, int conn,
		   const struct sockaddr_storage *from, socklen_t from_len)
{
	struct question q;
	struct fake_entry *delay;
	struct later *l, **end = &f->later;

	atomic_fetch_add(conn < 0 ? &f->udp_count : &f->tcp_count, 1);
	if (!parse_query(&q, query, len))
		return;
	q.tcp = conn >= 0;
	if (q.tcp && find(f, &q, ACT_TC_CLOSE)) {
		drop_conn(f, conn);
		return;
	}
	if (!answer(f, &f->out, &q, query) || (l = malloc(sizeof *l + f->out.len)) == NULL)
		return;
	delay = find(f, &q, ACT_DELAY);
	*l = (struct later){ .due = now_ms() + (delay != NULL ? delay->value : 0), .conn = conn,
			     .serial = conn >= 0 ? f->conn[conn].serial : 0, .len = f->out.len };
	if (conn < 0) {
		l->to = *from;
		l->to_len = from_len;
	}
	memcpy(l->octets, f->out.octets, f->out.len);
	while (*end != NULL)
		end = &(*end)->next;
	*end = l;
	f->waiting++;
	send_due(f, now_ms());
}

static void on_udp(struct fake_dns *f)
{
	unsigned char query[QUERY_SIZE];
	struct sockaddr_storage from;
	socklen_t from_len = sizeof from;
	ssize_t n = recvfrom(f->udp, query, sizeof query, MSG_DONTWAIT, (struct sockaddr *)&from,
			     &from_len);

	if (n > 0)
		handle(f, query, (size_t)n, -1, &from, from_len);
}

static void on_accept(struct fake_dns *f)
{
	int fd = accept(f->tcp, NULL, NULL);

	for (int i = 0; fd >= 0 && i < CONNS; i++)
		if (f->conn[i].fd < 0) {
			f->conn[i].fd = fd;
			return;
		}
	if (fd >= 0)
		close(fd);
}

static void on_conn(struct fake_dns *f, int i)
{
	ssize_t n = recv(f->conn[i].fd, f->conn[i].in + f->conn[i].len,
			 QUERY_SIZE - f->conn[i].len, MSG_DONTWAIT);

	if (n <= 0) {
		drop_conn(f, i);
		return;
	}
	f->conn[i].len += (size_t)n;
	while (f->conn[i].len >= 2) {
		unsigned char query[QUERY_SIZE];
		size_t len = get(f->conn[i].in, 2);

		if (len + 2 > QUERY_SIZE || f->conn[i].len < len + 2)
			return;
		memcpy(query, f->conn[i].in + 2, len);
		f->conn[i].len -= len + 2;
		memmove(f->conn[i].in, f->conn[i].in + len + 2, f->conn[i].len);
		handle(f, query, len, i, NULL, 0);
	}
}

static bool bind_both(struct fake_dns *f, const struct sockaddr_storage *at, socklen_t len)
{
	struct sockaddr_storage bound = *at;
	int one = 1;

	f->udp = socket(at->ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	f->tcp = socket(at->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (f->udp >= 0 && f->tcp >= 0 && bind(f->udp, (const struct sockaddr *)at, len) == 0 &&
	    getsockname(f->udp, (struct sockaddr *)&bound, &len) == 0 &&
	    setsockopt(f->tcp, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
	    bind(f->tcp, (struct sockaddr *)&bound, len) == 0 && listen(f->tcp, CONNS) == 0) {
		f->port = ntohs(bound.ss_family == AF_INET6
					? ((struct sockaddr_in6 *)&bound)->sin6_port
					: ((struct sockaddr_in *)&bound)->sin_port);
		return true;
	}
	close(f->udp);
	close(f->tcp);
	f->udp = f->tcp = -1;
	return false;
}

static bool open_sockets(struct fake_dns *f, const char *address, unsigned port, char *why,
			 size_t size)
{
	struct sockaddr_storage at = { .ss_family = AF_INET };
	struct sockaddr_in *v4 = (struct sockaddr_in *)&at;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&at;
	bool is_v6 = strchr(address, ':') != NULL;

	v4->sin_port = htons((uint16_t)port); /* the same place in both */
	if (is_v6)
		at.ss_family = AF_INET6;
	snprintf(why, size, "not an address: %s", address);
	if (inet_pton(at.ss_family, address,
		      is_v6 ? (void *)&v6->sin6_addr : (void *)&v4->sin_addr) != 1)
		return false;
	for (int i = 0; i < BIND_TRIES; i++) {
		if (bind_both(f, &at, is_v6 ? sizeof *v6 : sizeof *v4))
			return true;
		if (errno != EADDRINUSE || port != 0)
			break;
	}
	snprintf(why, size, "%s port %u: %s", address, port, strerror(errno));
	return false;
}

/* ---- interface -------------------------------------------------------------------------- */

struct fake_dns *fake_dns_open(const char *address, unsigned port, const char *zone, char *why,
			       size_t size)
{
	struct fake_dns *f = calloc(1, sizeof *f);

	if (f == NULL)
		return NULL;
	f->udp = f->tcp = f->stop[0] = f->stop[1] = -1;
	for (int i = 0; i < CONNS; i++)
		f->conn[i].fd = -1;
	if (!fake_zone_parse(&f->zone, zone, why, size) || !open_sockets(f, address, port, why, size) ||
	    pipe(f->stop) != 0) {
		fake_dns_close(f);
		return NULL;
	}
	return f;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void fake_dns_close(struct fake_dns *f)
{
	if (f == NULL)
		return;
	fake_zone_free(f->zone);
	for (struct later *l; (l = f->later) != NULL; free(l))
		f->later = l->next;
	for (int i = 0; i < CONNS; i++)
		close_fd(f->conn[i].fd);
	close_fd(f->udp);
	close_fd(f->tcp);
	close_fd(f->stop[0]);
	close_fd(f->stop[1]);
	free(f);
}

static int wait_ms(const struct fake_dns *f, int64_t until)
{
	int64_t now = now_ms();

	for (const struct later *l = f->later; l != NULL; l = l->next)
		until = l->due < until ? l->due : until;
	return until > now ? (int)(until - now) : 0;
}

void fake_dns_run(struct fake_dns *f, unsigned seconds)
{
	int64_t until = now_ms() + (int64_t)seconds * 1000;
	struct pollfd p[3 + CONNS];

	while (now_ms() < until) {
		p[0] = (struct pollfd){ .fd = f->stop[0], .events = POLLIN };
		p[1] = (struct pollfd){ .fd = f->udp, .events = POLLIN };
		p[2] = (struct pollfd){ .fd = f->tcp, .events = POLLIN };
		for (int i = 0; i < CONNS; i++)
			p[3 + i] = (struct pollfd){ .fd = f->conn[i].fd, .events = POLLIN };
		if (poll(p, 3 + CONNS, wait_ms(f, until)) < 0 && errno != EINTR)
			return;
		if (p[0].revents != 0)
			return;
		send_due(f, now_ms());
		if (p[1].revents != 0)
			on_udp(f);
		for (int i = 0; i < CONNS; i++)
			if (p[3 + i].revents != 0 && f->conn[i].fd == p[3 + i].fd)
				on_conn(f, i);
		if (p[2].revents != 0)
			on_accept(f);
	}
}

void fake_dns_stop(struct fake_dns *f)
{
	while (write(f->stop[1], "", 1) < 0 && errno == EINTR)
		;
}

unsigned fake_dns_port(const struct fake_dns *f)
{
	return f->port;
}

unsigned fake_dns_udp_count(struct fake_dns *f)
{
	return atomic_load(&f->udp_count);
}

unsigned fake_dns_tcp_count(struct fake_dns *f)
{
	return atomic_load(&f->tcp_count);
}
