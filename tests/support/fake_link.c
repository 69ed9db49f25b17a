/* SPDX-License-Identifier: MIT */
#include "fake_link.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum { DRAIN_MS = 5000 };

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void trace(const struct fake_link *k, char mark, const char *text, size_t n)
{
	if (!k->verbose)
		return;
	flockfile(stderr);
	fprintf(stderr, "%s #%u %c%s ", k->name, k->nth + 1, mark, k->tls ? " (tls)" : "");
	for (size_t i = 0; i < n && i < 200; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= ' ' && c < 127)
			fputc(c, stderr);
		else
			fprintf(stderr, "\\x%02X", c);
	}
	fputs(n > 200 ? "...\n" : "\n", stderr);
	funlockfile(stderr);
}

void fake_link_mismatch(struct fake_link *k, unsigned line, const char *expected, const char *got)
{
	if (!k->lenient)
		fprintf(stderr, "MISMATCH %s:%u: connection %u: expected \"%s\", got \"%s\"\n",
			k->name, line, k->nth + 1, expected, got);
	k->lenient = true;
}

/* ---- bytes ------------------------------------------------------------------------------ */

void fake_link_send(struct fake_link *k, const char *bytes, size_t n)
{
	trace(k, '<', bytes, n);
	while (n > 0 && !k->gone) {
		ssize_t sent = k->tls ? gnutls_record_send(k->tls, bytes, n)
				      : send(k->fd, bytes, n, MSG_NOSIGNAL);

		if (sent > 0) {
			bytes += sent;
			n -= (size_t)sent;
		} else if (!(k->tls ? sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED
				    : errno == EINTR)) {
			k->gone = true;
		}
	}
}

bool fake_link_receive(struct fake_link *k)
{
	char chunk[4096];
	ssize_t n;

	do {
		n = k->tls ? gnutls_record_recv(k->tls, chunk, sizeof(chunk))
			   : recv(k->fd, chunk, sizeof(chunk), 0);
	} while (k->tls ? n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED ||
			  n == GNUTLS_E_WARNING_ALERT_RECEIVED
			: n < 0 && errno == EINTR);
	if (n <= 0) {
		k->gone = true;
		return false;
	}
	buf_add(&k->in, chunk, (size_t)n);
	if (k->in.failed)
		k->gone = true;
	return !k->gone;
}

void fake_link_read_on(struct fake_link *k)
{
	while (!k->gone) {
		buf_reset(&k->in);
		fake_link_receive(k);
	}
}

void fake_link_end(struct fake_link *k, bool close_notify)
{
	int64_t until = now_ms() + DRAIN_MS;
	char chunk[4096];

	if (k->tls != NULL && close_notify)
		gnutls_bye(k->tls, GNUTLS_SHUT_WR);
	shutdown(k->fd, SHUT_WR);
	while (now_ms() < until) {
		struct pollfd p = { .fd = k->fd, .events = POLLIN };

		if (poll(&p, 1, DRAIN_MS) <= 0 || recv(k->fd, chunk, sizeof(chunk), 0) <= 0)
			break;
	}
	k->gone = true;
}

void fake_link_reset(struct fake_link *k)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(k->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	k->gone = true;
}

char *fake_link_command(struct fake_link *k)
{
	const char *end;
	char *line;
	size_t n;

	while (k->in.len == 0 || (end = memchr(k->in.data, '\n', k->in.len)) == NULL) {
		if (k->in.len > 0 && k->in.data[0] == 0x16)
			break;       /* a ClientHello need not hold an LF */
		if (!fake_link_receive(k))
			return NULL;
	}
	if (k->in.data[0] == 0x16) {
		k->lenient = true;
		buf_reset(&k->in);
		return mem_strdup(FAKE_LINK_HELLO);
	}
	n = (size_t)(end - k->in.data);
	trace(k, '>', k->in.data, n);
	line = mem_strndup(k->in.data, n > 0 && end[-1] == '\r' ? n - 1 : n);
	buf_drop(&k->in, n + 1);
	return line;
}

/* ---- TLS -------------------------------------------------------------------------------- */

static ssize_t pull(gnutls_transport_ptr_t p, void *bytes, size_t n)
{
	struct fake_link *k = p;

	if (k->in.len > 0) {
		n = n < k->in.len ? n : k->in.len;
		memcpy(bytes, k->in.data, n);
		buf_drop(&k->in, n);
		return (ssize_t)n;
	}
	return recv(k->fd, bytes, n, 0);
}

static int pull_timeout(gnutls_transport_ptr_t p, unsigned ms)
{
	struct fake_link *k = p;
	struct pollfd fd = { .fd = k->fd, .events = POLLIN };

	return k->in.len > 0 ? 1 : poll(&fd, 1, ms == GNUTLS_INDEFINITE_TIMEOUT ? -1 : (int)ms);
}

static ssize_t push(gnutls_transport_ptr_t p, const void *bytes, size_t n)
{
	return send(((struct fake_link *)p)->fd, bytes, n, MSG_NOSIGNAL);
}

static bool load_certificate(struct fake_link *k, const char *name)
{
	char *file = mem_printf("%s/%s.pem", k->certificates, name);
	int rc = gnutls_certificate_allocate_credentials(&k->credentials);

	if (rc >= 0)
		rc = gnutls_certificate_set_x509_key_file(k->credentials, file, file,
							  GNUTLS_X509_FMT_PEM);
	if (rc < 0)
		fprintf(stderr, "MISMATCH %s: %s: %s\n", k->name, file,
			gnutls_strerror(rc));
	free(file);
	return rc >= 0;
}

static char *priority_of(const struct scenario_step *step)
{
	static const char everything[] = "NORMAL:+SIGN-ALL:+SIGN-RSA-SHA1:%VERIFY_ALLOW_BROKEN";
	char *version = step->version == 0
		? mem_strdup("")
		: mem_printf(":-VERS-ALL:+VERS-TLS%u.%u", step->version / 10, step->version % 10);
	char *all = mem_printf("%s%s%s%s", everything, version, step->priority ? ":" : "",
			       step->priority ? step->priority : "");

	free(version);
	return all;
}

bool fake_link_start_tls(struct fake_link *k, const struct scenario_step *step)
{
	static const gnutls_certificate_request_t requests[] = {
		[CLIENT_CERT_IGNORED] = GNUTLS_CERT_IGNORE,
		[CLIENT_CERT_REQUESTED] = GNUTLS_CERT_REQUEST,
		[CLIENT_CERT_REQUIRED] = GNUTLS_CERT_REQUIRE,
	};
	gnutls_session_t tls = NULL;
	char *priority = priority_of(step);
	int rc;

	/* A client that waits for a greeting here sends nothing: that is no fault of its script. */
	if ((k->in.len == 0 && !fake_link_receive(k)) || k->in.data[0] != 0x16)
		k->lenient = true;
	if (!load_certificate(k, step->text)) {
		free(priority);
		return false;
	}
	gnutls_init(&tls, GNUTLS_SERVER);
	rc = gnutls_priority_set_direct(tls, priority, NULL);
	gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, k->credentials);
	gnutls_certificate_server_set_request(tls, requests[step->client_certificate]);
	gnutls_transport_set_ptr(tls, k);
	gnutls_transport_set_pull_function(tls, pull);
	gnutls_transport_set_pull_timeout_function(tls, pull_timeout);
	gnutls_transport_set_push_function(tls, push);
	gnutls_handshake_set_timeout(tls, GNUTLS_INDEFINITE_TIMEOUT);
	if (rc < 0)
		fprintf(stderr, "MISMATCH %s:%u: priority \"%s\": %s\n", k->name,
			step->line, priority, gnutls_strerror(rc));
	free(priority);
	while (rc >= 0 && (rc = gnutls_handshake(tls)) < 0 && !gnutls_error_is_fatal(rc))
		rc = 0;
	if (rc < 0) {
		const char *why = gnutls_strerror(rc);

		trace(k, '!', why, strlen(why));
		/* RFC 5246 7.4.6 names the alert; GnuTLS would send decode_error. */
		if (rc == GNUTLS_E_NO_CERTIFICATE_FOUND)
			gnutls_alert_send(tls, GNUTLS_AL_FATAL, GNUTLS_A_HANDSHAKE_FAILURE);
		else
			gnutls_alert_send_appropriate(tls, rc);
		gnutls_deinit(tls);
		fake_link_end(k, false);
		return false;
	}
	k->tls = tls;
	return true;
}

void fake_link_take_hello(struct fake_link *k)
{
	size_t want = 5;

	while (k->in.len < want && fake_link_receive(k)) {
		const unsigned char *b = (const unsigned char *)k->in.data;

		if (k->in.len >= 5)
			want = 5 + (size_t)b[3] * 256 + b[4];
	}
	trace(k, '>', "(a TLS record)", 14);
	if (!k->gone)
		buf_drop(&k->in, want);
}

void fake_link_clear(struct fake_link *k)
{
	if (k->tls != NULL)
		gnutls_deinit(k->tls);
	if (k->credentials != NULL)
		gnutls_certificate_free_credentials(k->credentials);
	close(k->fd);
	buf_clear(&k->in);
}
