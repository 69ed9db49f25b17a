/* SPDX-License-Identifier: MIT
 *
 * floor AT_ONCE LIST: the CPU time below which no program gets that asks a list of SMTP servers
 * for TLS with GnuTLS. One thread, one epoll; with each "127.x.y.z:PORT" of the file LIST the
 * dialogue that smtpprobe has with it (465: implicit TLS, else STARTTLS), AT_ONCE at a time, and
 * nothing else: no verification, no record, no report, no time-out of a connection. The first
 * failure ends it, as a benchmark of failures is worthless; else it says how many there were.
 *
 * Something is measured against it, so what is cheap is done as well as we know: one credential,
 * one key share (X25519 costs least), no tickets, large reads under GnuTLS, which would else make
 * two calls for each record. */
#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, SILENCE_MS = 30000, LIFETIME_S = 600 };

enum step { GREETING, EHLO, STARTTLS, SHAKE, TLS_GREETING, TLS_EHLO, OVER };

struct probe {
	int fd;
	bool implicit;
	enum step step;
	gnutls_session_t session;
	size_t taken, got; /* of `bytes`: what GnuTLS has of them, and all */
	size_t length;	   /* of `reply` */
	char bytes[4096], reply[1024];
};

#define HELLO "EHLO [127.0.0.1]\r\n"
static gnutls_certificate_credentials_t credentials;
static gnutls_priority_t priority;
static unsigned long running, done;
static int events;

static void need(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "floor: after %lu dialogues: %s\n", done, what);
	exit(1);
}

static ssize_t pull(gnutls_transport_ptr_t arg, void *to, size_t n)
{
	struct probe *p = arg;
	ssize_t got;

	if (p->taken == p->got) {
		got = recv(p->fd, p->bytes, sizeof p->bytes, 0);
		if (got < 0)
			gnutls_transport_set_errno(p->session, errno);
		if (got <= 0)
			return got;
		p->got = (size_t)got;
		p->taken = 0;
	}
	if (n > p->got - p->taken)
		n = p->got - p->taken;
	memcpy(to, p->bytes + p->taken, n);
	p->taken += n;
	return (ssize_t)n;
}

static ssize_t push(gnutls_transport_ptr_t arg, const void *from, size_t n)
{
	struct probe *p = arg;
	ssize_t sent = send(p->fd, from, n, MSG_NOSIGNAL);

	if (sent < 0)
		gnutls_transport_set_errno(p->session, errno);
	return sent;
}

static void start_tls(struct probe *p)
{
	const unsigned flags = GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL |
			       GNUTLS_NO_TICKETS | GNUTLS_KEY_SHARE_TOP;

	need(gnutls_init(&p->session, flags) == 0 &&
		     gnutls_priority_set(p->session, priority) == 0 &&
		     gnutls_credentials_set(p->session, GNUTLS_CRD_CERTIFICATE, credentials) == 0,
	     "GnuTLS cannot be set up");
	gnutls_handshake_set_timeout(p->session, 0);
	gnutls_transport_set_ptr(p->session, p);
	gnutls_transport_set_pull_function(p->session, pull);
	gnutls_transport_set_push_function(p->session, push);
	p->step = SHAKE;
}

/* Is GnuTLS to be called again at once? A record that carries nothing for us (a session ticket)
 * ends a call, though more may lie in `bytes`, of which epoll does not know. */
static bool goes_on(const struct probe *p, ssize_t rc)
{
	need(rc != 0, "the server has closed");
	need(gnutls_error_is_fatal((int)rc) == 0, gnutls_strerror((int)rc));
	return p->taken < p->got;
}

static bool shaken(struct probe *p)
{
	int rc;

	while ((rc = gnutls_handshake(p->session)) != 0)
		if (!goes_on(p, rc))
			return false;
	return true;
}

static void say(struct probe *p, const char *line, enum step next)
{
	size_t n = strlen(line);
	ssize_t sent = p->session != NULL ? gnutls_record_send(p->session, line, n)
					  : send(p->fd, line, n, MSG_NOSIGNAL);
	int one = 1;

	need(sent == (ssize_t)n, "a line cannot be sent");
	/* A server with Nagle's algorithm holds its reply back until its tickets are acknowledged,
	 * which takes 40 ms unless it is asked for, after each send. */
	if (p->session != NULL)
		setsockopt(p->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
	p->step = next;
}

/* More of a reply; false where nothing more has come. */
static bool hear(struct probe *p)
{
	char *to = p->reply + p->length;
	size_t room = sizeof p->reply - 1 - p->length;
	ssize_t n;

	if (p->session != NULL) {
		while ((n = gnutls_record_recv(p->session, to, room)) <= 0)
			if (!goes_on(p, n))
				return false;
	} else {
		n = recv(p->fd, to, room, 0);
		if (n < 0 && errno == EAGAIN)
			return false;
		need(n > 0, n < 0 ? strerror(errno) : "the server has closed");
	}
	p->length += (size_t)n;
	return true;
}

/* The code of a whole reply, else 0: its last line has no hyphen (RFC 5321 4.2.1). */
static unsigned long reply_code(struct probe *p)
{
	char *line;

	p->reply[p->length] = '\0';
	if (p->length < 5 || p->reply[p->length - 1] != '\n')
		return 0;
	line = memrchr(p->reply, '\n', p->length - 1);
	line = line != NULL ? line + 1 : p->reply;
	return line[3] == ' ' ? strtoul(line, NULL, 10) : 0;
}

/* True where the handshake comes next. */
static bool answer(struct probe *p, unsigned long code)
{
	static const struct {
		unsigned long code;
		const char *line;
		enum step next;
	} replies[] = {
		[GREETING] = {220, HELLO, EHLO},
		[EHLO] = {250, "STARTTLS\r\n", STARTTLS},
		[STARTTLS] = {220, NULL, SHAKE},
		[TLS_GREETING] = {220, HELLO, TLS_EHLO},
		[TLS_EHLO] = {250, "QUIT\r\n", OVER},
	};

	need(code == replies[p->step].code, p->reply);
	p->length = 0;
	if (p->step == STARTTLS)
		start_tls(p);
	else
		say(p, replies[p->step].line, replies[p->step].next);
	if (p->step != OVER)
		return p->step == SHAKE;
	gnutls_deinit(p->session);
	close(p->fd);
	free(p);
	running--;
	done++;
	return false;
}

static void on_event(struct probe *p, unsigned what)
{
	struct epoll_event in = {.events = EPOLLIN, .data.ptr = p};
	unsigned long code = 0;

	if ((what & EPOLLOUT) != 0) { /* connected, and the first word is ours */
		epoll_ctl(events, EPOLL_CTL_MOD, p->fd, &in);
		start_tls(p);
	} else if (p->step != SHAKE) {
		while (code == 0 && hear(p))
			code = reply_code(p);
		if (code == 0 || !answer(p, code))
			return;
	}
	if (!shaken(p))
		return;
	p->step = TLS_GREETING;
	if (!p->implicit)
		say(p, HELLO, TLS_EHLO);
	else if (p->taken < p->got) /* it came with the handshake's last bytes */
		on_event(p, EPOLLIN);
}

static bool open_next(FILE *list)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	struct epoll_event first = {.events = EPOLLIN};
	struct probe *p = malloc(sizeof *p);
	char line[64], *colon;
	int one = 1;

	if (fgets(line, sizeof line, list) == NULL) {
		free(p);
		return false;
	}
	colon = strchr(line, ':');
	need(colon != NULL, "a line of the list is not ADDRESS:PORT");
	*colon = '\0';
	to.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	need(inet_pton(AF_INET, line, &to.sin_addr) == 1 && ntohl(to.sin_addr.s_addr) >> 24 == 127,
	     "only 127.0.0.0/8 is measured");
	need(p != NULL, "there is no memory");
	memset(p, 0, sizeof *p - sizeof p->bytes - sizeof p->reply);
	p->implicit = ntohs(to.sin_port) == 465;
	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	need(connect(p->fd, (struct sockaddr *)&to, sizeof to) == 0 || errno == EINPROGRESS,
	     strerror(errno));
	first.data.ptr = p;
	if (p->implicit)
		first.events = EPOLLOUT;
	epoll_ctl(events, EPOLL_CTL_ADD, p->fd, &first);
	running++;
	return true;
}

int main(int argc, char **argv)
{
	unsigned long at_once = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	struct epoll_event ready[EVENTS];
	bool more = true;
	FILE *list;
	int n;

	if (at_once == 0) {
		fputs("usage: floor AT_ONCE LIST\n", stderr);
		return 64;
	}
	alarm(LIFETIME_S);
	list = fopen(argv[2], "r");
	need(list != NULL, "the list cannot be read");
	events = epoll_create1(EPOLL_CLOEXEC);
	need(gnutls_certificate_allocate_credentials(&credentials) == 0 &&
		     gnutls_priority_init(&priority, "NORMAL:-GROUP-ALL:+GROUP-X25519", NULL) == 0,
	     "there is no memory");
	for (;;) {
		while (more && running < at_once)
			more = open_next(list);
		if (running == 0)
			break;
		n = epoll_wait(events, ready, EVENTS, SILENCE_MS);
		need(n > 0, "no server says anything");
		for (int i = 0; i < n; i++)
			on_event(ready[i].data.ptr, ready[i].events);
	}
	fprintf(stderr, "floor: %lu dialogues\n", done);
	return 0;
}
