/* SPDX-License-Identifier: MIT
 *
 * A scripted SMTP server that misbehaves as told (tests/scenarios/README.md). It listens on
 * loopback, or at an address of the test's own network, prints "PORT n NAME" for each scenario
 * once it can be connected to, and a line "MISMATCH NAME:line: ..." on standard error where the
 * client said what the script does not expect. A thread a connection: a stalled one must not
 * hold up the others.
 *
 * Which script a connection plays is known from the order of accepting, except that one which
 * begins with a ClientHello gets "tls". Where that matters (there is such a script, or clients
 * race for TLS at this port number) a connection waits for first bytes, and no connection is
 * given its script before all earlier ones have theirs. */
#include "fake_link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fnmatch.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	LIFETIME_S = 60,
	HELLO_WAIT_MS = 150,      /* for a ClientHello that a client sends at once */
	IDLE_MS = 300,            /* without a connection: the next one is a new client's first */
	IDLE_LATER_MS = 3000      /* where a script for a client's later connections waits */
};

struct listener {
	struct scenario scenario;
	const char *certificates;
	bool verbose;
	int fd;
	unsigned port;
	pthread_mutex_t lock;
	pthread_cond_t classified_one;
	unsigned accepted, classified;
	unsigned plain;           /* plaintext connections of this client so far */
	unsigned open;
	int64_t idle_since_ms;
};

struct guest {                    /* a connection and what is played to it */
	struct fake_link link;
	struct listener *l;
	const struct scenario_script *script;
	bool borrowed;            /* the script was written for another kind of connection */
	char *unexpected;         /* the command at which the script was left */
};

enum play { PLAY_ON, PLAY_OFF_SCRIPT, PLAY_OVER };

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void sleep_ms(unsigned ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

static void send_alert(struct fake_link *k, unsigned alert)
{
	const char record[] = { 21, 3, 3, 0, 2, 2, (char)alert };

	fake_link_send(k, record, sizeof(record));
}

/* ---- playing a script ------------------------------------------------------------------- */

static enum play on_command(struct guest *g, const struct scenario_step *step)
{
	char *line = fake_link_command(&g->link);

	if (line == NULL)
		return PLAY_OVER;
	if (fnmatch(step->text, line, FNM_CASEFOLD | FNM_NOESCAPE) == 0) {
		free(line);
		return PLAY_ON;
	}
	fake_link_mismatch(&g->link, step->line, step->text, line);
	g->unexpected = line;
	return PLAY_OFF_SCRIPT;
}

/* Sends the run of VERB_SEND steps that begins at *i, in one write or byte by byte. */
static void on_send(struct guest *g, size_t *i, bool drip, unsigned drip_ms)
{
	struct fake_link *k = &g->link;
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	for (; *i < g->script->count && g->script->step[*i].verb == VERB_SEND; ++*i)
		buf_add(&b, g->script->step[*i].text, g->script->step[*i].size);
	--*i;
	if (!drip)
		fake_link_send(k, buf_str(&b), b.len);
	for (size_t n = 0; drip && n < b.len && !k->gone; n++) {
		fake_link_send(k, b.data + n, 1);
		sleep_ms(drip_ms);
	}
	buf_clear(&b);
}

static void on_flood(struct guest *g, const struct scenario_step *step)
{
	struct fake_link *k = &g->link;
	bool verbose = k->verbose;

	for (unsigned n = 0; (step->number == 0 || n < step->number) && !k->gone; n++) {
		fake_link_send(k, step->text, step->size);
		k->verbose = verbose && n == 0;
	}
	k->verbose = verbose;
}

static void end_by(struct fake_link *k, enum scenario_verb verb)
{
	switch (verb) {
	case VERB_RESET:
	case VERB_TLS_RESET:
		fake_link_reset(k);
		break;
	case VERB_STALL:
	case VERB_TLS_STALL:
		fake_link_read_on(k);
		break;
	default:
		fake_link_end(k, verb != VERB_CUT);
		break;
	}
}

static enum play play_step(struct guest *g, const struct scenario_step *step)
{
	struct fake_link *k = &g->link;

	switch (step->verb) {
	case VERB_COMMAND:
		return on_command(g, step);
	case VERB_ANY_BYTES:
		if (k->in.len == 0)
			fake_link_receive(k);
		buf_reset(&k->in);
		break;
	case VERB_WAIT:
		sleep_ms(step->number);
		break;
	case VERB_FLOOD:
		on_flood(g, step);
		break;
	case VERB_TLS:
		return fake_link_start_tls(k, step) ? PLAY_ON : PLAY_OVER;
	case VERB_TLS_HELLO:
		fake_link_take_hello(k);
		break;
	case VERB_TLS_ALERT:
		fake_link_take_hello(k);
		send_alert(k, step->number);
		fake_link_end(k, false);
		break;
	case VERB_TLS_PLAINTEXT:
		fake_link_take_hello(k);
		fake_link_send(k, step->text, step->size);
		break;
	case VERB_TLS_STALL:
	case VERB_TLS_CLOSE:
	case VERB_TLS_RESET:
		fake_link_take_hello(k);
		end_by(k, step->verb);
		break;
	default:
		end_by(k, step->verb);
		break;
	}
	return k->gone ? PLAY_OVER : PLAY_ON;
}

/* The client (or a failed handshake) ended it before the script was through. */
static void note_missing_commands(struct guest *g, size_t from)
{
	struct fake_link *k = &g->link;

	for (size_t i = from; i < g->script->count; i++) {
		if (g->script->step[i].verb == VERB_COMMAND) {
			fake_link_mismatch(k, g->script->step[i].line, g->script->step[i].text,
				 "(end of the connection)");
			return;
		}
	}
}

static enum play play_script(struct guest *g)
{
	struct fake_link *k = &g->link;
	enum play p = PLAY_ON;
	bool drip = false;
	unsigned drip_ms = 0;

	for (size_t i = 0; i < g->script->count && p == PLAY_ON; i++) {
		const struct scenario_step *step = &g->script->step[i];

		if (step->verb == VERB_DRIP) {
			drip = true;
			drip_ms = step->number;
			continue;
		}
		if (step->verb == VERB_SEND) {
			on_send(g, &i, drip, drip_ms);
			drip = false;
			p = k->gone ? PLAY_OVER : PLAY_ON;
		} else {
			p = play_step(g, step);
		}
		if (p == PLAY_OVER)
			note_missing_commands(g, step->verb == VERB_COMMAND ? i : i + 1);
	}
	return p;
}

/* After the script, or beside it (README.md says which answers). */
static void play_generic(struct guest *g, bool beside)
{
	struct fake_link *k = &g->link;
	const struct scenario_step *last = &g->script->step[g->script->count - 1];
	char *line = g->unexpected;

	if (line == NULL && last->verb == VERB_COMMAND && fnmatch(last->text, "QUIT", FNM_CASEFOLD) == 0)
		line = mem_strdup("QUIT");
	while (line != NULL || (line = fake_link_command(k)) != NULL) {
		bool hello = strcmp(line, FAKE_LINK_HELLO) == 0;
		bool quit = strcasecmp(line, "QUIT") == 0;
		const char *reply = hello || !beside ? "500 5.5.1 Command unrecognized\r\n"
						     : "250 2.0.0 Ok\r\n";

		if (!quit && !hello && !beside)
			fake_link_mismatch(k, last->line, "QUIT, or nothing more", line);
		free(line);
		line = NULL;
		if (quit)
			reply = "221 2.0.0 Bye\r\n";
		fake_link_send(k, reply, strlen(reply));
		if (quit || hello) {
			fake_link_end(k, true);
			return;
		}
	}
}

/* ---- which script ----------------------------------------------------------------------- */

static bool begins_with_hello(struct fake_link *k)
{
	struct pollfd p = { .fd = k->fd, .events = POLLIN };
	char first;

	return poll(&p, 1, HELLO_WAIT_MS) > 0 && recv(k->fd, &first, 1, MSG_PEEK) == 1 &&
	       first == 0x16;
}

static enum scenario_connection by_order(const struct listener *l)
{
	if (l->plain == 0)
		return CONN_MAIN;
	if (l->plain > 2 && l->scenario.script[CONN_LAST].count > 0)
		return CONN_LAST;
	return l->plain > 1 && l->scenario.script[CONN_LATER].count > 0 ? CONN_LATER
									: CONN_ENFORCEMENT;
}

static void classify(struct guest *g)
{
	struct fake_link *k = &g->link;
	struct listener *l = g->l;
	const struct scenario *s = &l->scenario;
	bool race = s->script[CONN_TLS].count > 0 || l->port == 465 || l->port == 2465;
	bool hello = !s->tls_first && race && begins_with_hello(k);
	enum scenario_connection kind = CONN_MAIN;

	pthread_mutex_lock(&l->lock);
	while (l->classified != k->nth)
		pthread_cond_wait(&l->classified_one, &l->lock);
	if (hello)
		kind = CONN_TLS;
	else if (!s->tls_first)
		kind = by_order(l);
	if (!hello)
		l->plain++;
	l->classified++;
	pthread_cond_broadcast(&l->classified_one);
	pthread_mutex_unlock(&l->lock);
	g->script = &s->script[kind];
	if (g->script->count == 0) {
		g->script = &s->script[CONN_MAIN];
		g->borrowed = k->lenient = true;
	}
}

/* ---- connections ------------------------------------------------------------------------ */

static void *serve(void *arg)
{
	struct guest *g = arg;
	struct listener *l = g->l;
	enum play p;

	classify(g);
	p = play_script(g);
	if (p != PLAY_OVER)
		play_generic(g, p == PLAY_OFF_SCRIPT && g->borrowed);
	fake_link_clear(&g->link);
	free(g);
	pthread_mutex_lock(&l->lock);
	l->open--;
	l->idle_since_ms = now_ms();
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

static void accept_one(struct listener *l)
{
	int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC), one = 1;
	struct guest *g;
	pthread_t thread;

	if (fd < 0)
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	g = mem_zalloc(1, sizeof(*g));
	g->l = l;
	g->link = (struct fake_link){ .name = l->scenario.name, .certificates = l->certificates,
				      .fd = fd, .verbose = l->verbose };
	buf_init(&g->link.in, FAKE_LINE_LIMIT);
	pthread_mutex_lock(&l->lock);
	if (l->open == 0 &&
	    now_ms() - l->idle_since_ms >=
		    (l->scenario.script[CONN_LATER].count > 0 ? IDLE_LATER_MS : IDLE_MS))
		l->plain = 0;
	l->open++;
	g->link.nth = l->accepted++;
	pthread_mutex_unlock(&l->lock);
	if (pthread_create(&thread, NULL, serve, g) != 0) {
		perror("fake_smtpd: pthread_create");
		exit(1);
	}
	pthread_detach(thread);
}

static bool listen_on(struct listener *l, const char *address, unsigned port)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} at;
	bool v6 = strchr(address, ':') != NULL;
	socklen_t size = v6 ? sizeof(at.v6) : sizeof(at.v4);
	int one = 1;

	memset(&at, 0, sizeof(at));
	at.any.sa_family = v6 ? AF_INET6 : AF_INET;
	/* The port stands at the same place in both. */
	at.v4.sin_port = htons((uint16_t)port);
	l->fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (inet_pton(at.any.sa_family, address,
		      v6 ? (void *)&at.v6.sin6_addr : (void *)&at.v4.sin_addr) != 1 ||
	    bind(l->fd, &at.any, size) < 0 || listen(l->fd, 64) < 0 ||
	    getsockname(l->fd, &at.any, &size) < 0) {
		fprintf(stderr, "fake_smtpd: %s: %s port %u: %s\n", l->scenario.name, address,
			port, strerror(errno));
		return false;
	}
	l->port = ntohs(at.v4.sin_port);
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->classified_one, NULL);
	printf("PORT %u %s\n", l->port, l->scenario.name);
	return true;
}

/* ---- the command line --------------------------------------------------------------------- */

static struct listener listeners[256];
static nfds_t listener_count;

static bool add_listener(const struct listener *like, const char *path, const char *address,
			 int port)
{
	struct listener *l = &listeners[listener_count];
	struct err e;

	if (listener_count == COUNT(listeners)) {
		fputs("fake_smtpd: too many scenarios\n", stderr);
		return false;
	}
	*l = *like;
	if (!scenario_load(&l->scenario, path, &e)) {
		fprintf(stderr, "fake_smtpd: %s\n", e.msg);
		return false;
	}
	listener_count++;
	return listen_on(l, address, port >= 0 ? (unsigned)port : l->scenario.port);
}

static bool parse(int argc, char **argv, unsigned *lifetime)
{
	struct listener like = { .certificates = "." };
	const char *address = "127.0.0.1";
	int option, port = -1;    /* the scenario's own */

	/* "-": scenarios stand between the options, which serve those after them. */
	while ((option = getopt(argc, argv, "-a:c:p:t:v")) != -1) {
		if (option == 'a')
			address = optarg;
		else if (option == 'c')
			like.certificates = optarg;
		else if (option == 'p')
			port = (int)strtoul(optarg, NULL, 10);
		else if (option == 't')
			*lifetime = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 'v')
			like.verbose = true;
		else if (option != 1 || !add_listener(&like, optarg, address, port))
			return false;
	}
	return listener_count > 0;
}

int main(int argc, char **argv)
{
	struct pollfd fds[COUNT(listeners)];
	unsigned lifetime = LIFETIME_S;

	if (!parse(argc, argv, &lifetime)) {
		fputs("usage: fake_smtpd [-v] [-t SECONDS] [-c CERTDIR] {[-a ADDRESS] [-p PORT] "
		      "SCENARIO}...\n", stderr);
		return 64;
	}
	fflush(stdout);
	alarm(lifetime);
	for (nfds_t i = 0; i < listener_count; i++)
		fds[i] = (struct pollfd){ .fd = listeners[i].fd, .events = POLLIN };
	while (poll(fds, listener_count, -1) >= 0 || errno == EINTR)
		for (nfds_t i = 0; i < listener_count; i++)
			if (fds[i].revents & POLLIN)
				accept_one(&listeners[i]);
	return 1;
}
