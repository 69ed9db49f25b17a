/* SPDX-License-Identifier: MIT
 *
 * One client session.
 *
 * 1. A step lends the session its two buffers. GnuTLS pulls from the front of `in` through an
 *    offset, and what it took is dropped once, when the step ends.
 * 2. GnuTLS returns "again" after records that carry nothing for us (session tickets), although
 *    more lie in `in`, of which no event loop knows: a step goes on as long as bytes are taken.
 * 3. Handshake messages pass by a hook: the certificate chain is kept in the bytes that were
 *    sent, so that it can be described even where the handshake fails after it.
 * 4. The bytes of a handshake are counted, because GnuTLS buffers up to 16 MB of one message
 *    before it looks at its own limit.
 * 5. A failure is put into an outcome once, when it happens; describing comes later. */
#include "net/tls_engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/printable.h"
#include "net/tls_chain.h"
#include "net/tls_describe.h"
#include "net/tls_internal.h"
#include "net/tls_verify.h"
#include "record/observation_copy.h"

enum state { SHAKING, UP, OVER, FAILED };

enum { IDLE_CALLS = 64 };

struct tls_engine {
	struct tls_context *context;
	gnutls_session_t session;
	enum state state;
	enum outcome outcome;
	struct buf *in, *out; /* of the present step; NULL between steps */
	size_t taken;	      /* of `in`, in the present step */
	bool eof;
	size_t received; /* before the present step, while shaking hands */
	bool too_long;
	unsigned idle; /* calls in a row that took nothing */
	bool spoken;   /* application data has come */
	bool server_hello, certificate_request;
	int alert, warning_alert; /* -1: none */
	unsigned faults;	  /* of the certificate, as the handshake found them */
	char *error;
	unsigned char first[LIMIT_FIRST_BYTES];
	size_t first_count;
	struct buf certificates; /* the body of the Certificate message */
};

/* ---- what GnuTLS calls -------------------------------------------------------------------- */

static ssize_t pull(gnutls_transport_ptr_t arg, void *to, size_t n)
{
	struct tls_engine *e = arg;
	size_t left = e->in != NULL ? e->in->len - e->taken : 0;

	if (left == 0) {
		if (e->eof)
			return 0;
		gnutls_transport_set_errno(e->session, EAGAIN);
		return -1;
	}
	if (e->state == SHAKING) {
		size_t room = LIMIT_HANDSHAKE - e->received - e->taken;

		if (room == 0) {
			e->too_long = true;
			gnutls_transport_set_errno(e->session, EMSGSIZE);
			return -1;
		}
		if (left > room)
			left = room;
	}
	if (n > left)
		n = left;
	memcpy(to, e->in->data + e->taken, n);
	e->taken += n;
	return (ssize_t)n;
}

static int pull_timeout(gnutls_transport_ptr_t arg, unsigned ms)
{
	const struct tls_engine *e = arg;

	(void)ms;
	return e->eof || (e->in != NULL && e->in->len > e->taken);
}

static ssize_t push(gnutls_transport_ptr_t arg, const giovec_t *piece, int count)
{
	struct tls_engine *e = arg;
	size_t n = 0;

	for (int i = 0; i < count; i++) {
		if (e->out != NULL)
			buf_add(e->out, piece[i].iov_base, piece[i].iov_len);
		n += piece[i].iov_len;
	}
	if (e->out == NULL || e->out->failed) {
		gnutls_transport_set_errno(e->session, EMSGSIZE);
		return -1;
	}
	return (ssize_t)n;
}

static int on_message(gnutls_session_t session, unsigned type, unsigned when, unsigned incoming,
		      const gnutls_datum_t *body)
{
	struct tls_engine *e = gnutls_session_get_ptr(session);

	(void)when;
	if (!incoming)
		return 0;
	if (type == GNUTLS_HANDSHAKE_SERVER_HELLO)
		e->server_hello = true;
	else if (type == GNUTLS_HANDSHAKE_CERTIFICATE_REQUEST)
		e->certificate_request = true;
	else if (type == GNUTLS_HANDSHAKE_CERTIFICATE_PKT && e->certificates.len == 0)
		buf_add(&e->certificates, body->data, body->size);
	return 0;
}

/* ---- life --------------------------------------------------------------------------------- */

static void set_server_name(struct tls_engine *e, const char *sni)
{
	size_t n = strlen(sni);

	/* RFC 6066 3: "without a trailing dot"; some servers answer one with an alert. */
	if (n > 0 && sni[n - 1] == '.')
		n--;
	gnutls_server_name_set(e->session, GNUTLS_NAME_DNS, sni, n);
}

static void set_error(struct tls_engine *e, const char *words)
{
	free(e->error);
	e->error = mem_strdup(words);
}

struct tls_engine *tls_engine_new(struct tls_context *c, const char *sni)
{
	struct tls_engine *e = mem_zalloc(1, sizeof *e);
	gnutls_session_t s;
	int rc;

	e->context = c;
	e->alert = e->warning_alert = -1;
	buf_init(&e->certificates, LIMIT_HANDSHAKE);
	/* No tickets: a resumed session would hide the certificate. */
	rc = gnutls_init(&e->session,
			 GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS | c->init_flags);
	if (rc >= 0)
		rc = gnutls_priority_set(e->session, c->priority);
	if (rc >= 0)
		rc = gnutls_credentials_set(e->session, GNUTLS_CRD_CERTIFICATE, c->credentials);
	if (rc < 0) {
		e->state = FAILED;
		e->outcome = OUT_ERROR;
		set_error(e, gnutls_strerror(rc));
		return e;
	}
	s = e->session;
	if (sni != NULL)
		set_server_name(e, sni);
	gnutls_session_set_ptr(s, e);
	gnutls_handshake_set_hook_function(s, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_POST, on_message);
	gnutls_handshake_set_timeout(s, 0);
	/* A short group is to be described, not to be an error: GnuTLS would want 1008 bits. */
	gnutls_dh_set_prime_bits(s, 512);
	gnutls_transport_set_ptr(s, e);
	gnutls_transport_set_vec_push_function(s, push);
	gnutls_transport_set_pull_function(s, pull);
	gnutls_transport_set_pull_timeout_function(s, pull_timeout);
	return e;
}

void tls_engine_free(struct tls_engine *e)
{
	if (e == NULL)
		return;
	if (e->session != NULL)
		gnutls_deinit(e->session);
	buf_clear(&e->certificates);
	free(e->error);
	free(e);
}

/* ---- failures ----------------------------------------------------------------------------- */

/* RFC 8446 5.1: a record begins with its type, 20 to 24, and the major version 3. */
static bool first_is_tls(const struct tls_engine *e)
{
	return e->first_count == 0 || (e->first[0] >= 20 && e->first[0] <= 24 &&
				       (e->first_count == 1 || e->first[1] == 3));
}

/* RFC 8446 4.4.2.4 asks for certificate_required. Before that OpenSSL says handshake_failure,
 * GnuTLS decode_error, others blame the certificate that we did not send; all of them mean ours
 * only where the server had asked for one. */
static bool wants_our_certificate(const struct tls_engine *e)
{
	static const unsigned char others[] = {
		GNUTLS_A_HANDSHAKE_FAILURE, GNUTLS_A_SSL3_NO_CERTIFICATE, GNUTLS_A_BAD_CERTIFICATE,
		GNUTLS_A_UNKNOWN_CA,	    GNUTLS_A_CERTIFICATE_UNKNOWN, GNUTLS_A_ACCESS_DENIED,
		GNUTLS_A_DECODE_ERROR,
	};

	if (e->alert == GNUTLS_A_CERTIFICATE_REQUIRED)
		return true;
	for (size_t i = 0; e->certificate_request && i < COUNT(others); i++)
		if (e->alert == others[i])
			return true;
	return false;
}

static enum outcome judge_error(struct tls_engine *e, int rc)
{
	if (e->too_long) {
		set_error(e, "the handshake is longer than any real one: more than 256 KiB");
		return OUT_TOO_LONG;
	}
	if (!first_is_tls(e))
		return OUT_NOT_TLS;
	switch (rc) {
	case GNUTLS_E_FATAL_ALERT_RECEIVED:
		e->alert = (int)gnutls_alert_get(e->session);
		return wants_our_certificate(e) ? OUT_CLIENT_CERTIFICATE : OUT_ALERT;
	case GNUTLS_E_SESSION_EOF:
	case GNUTLS_E_PREMATURE_TERMINATION:
		return OUT_CLOSED;
	case GNUTLS_E_UNEXPECTED_PACKET_LENGTH:
		/* Also what a record says that is cut off by the end of the connection. */
		if (e->eof && e->taken == e->in->len)
			return OUT_CLOSED;
		break;
	case GNUTLS_E_KEY_USAGE_VIOLATION:
		/* RFC 5280 4.2.1.3: the key must not be used as the cipher suite uses it. */
		e->faults |= CERT_WRONG_PURPOSE;
		break;
	case GNUTLS_E_PUSH_ERROR:
	case GNUTLS_E_MEMORY_ERROR:
		set_error(e, gnutls_strerror(rc));
		return OUT_ERROR;
	default:
		break;
	}
	set_error(e, gnutls_strerror(rc));
	return OUT_PROTOCOL_ERROR;
}

/* GnuTLS does not tell the peer by itself why it gives up. */
static void fail(struct tls_engine *e, int rc)
{
	e->outcome = judge_error(e, rc);
	e->state = FAILED;
	if (e->outcome == OUT_PROTOCOL_ERROR)
		gnutls_alert_send_appropriate(e->session, rc);
	else if (e->outcome == OUT_TOO_LONG)
		gnutls_alert_send(e->session, GNUTLS_AL_FATAL, GNUTLS_A_RECORD_OVERFLOW);
}

void tls_engine_fail(struct tls_engine *e, enum outcome o)
{
	if (e->state != SHAKING)
		return;
	e->state = FAILED;
	/* Whoever said something else before it fell silent or went away does not speak TLS. */
	e->outcome = o != OUT_CUT_SHORT && !first_is_tls(e) ? OUT_NOT_TLS : o;
}

/* ---- steps -------------------------------------------------------------------------------- */

static void begin_step(struct tls_engine *e, struct buf *in, struct buf *out, bool eof)
{
	e->in = in;
	e->out = out;
	e->eof = eof;
	e->taken = 0;
	/* The start of what the peer sent, with what still waits behind the bytes that GnuTLS
	 * took: it looks at five and gives up, but the evidence is the whole line. */
	if (e->state == SHAKING && e->received < sizeof e->first) {
		size_t n = sizeof e->first - e->received;

		if (n > in->len)
			n = in->len;
		if (n > 0)
			memcpy(e->first + e->received, in->data, n);
		e->first_count = e->received + n;
	}
}

static void end_step(struct tls_engine *e)
{
	buf_drop(e->in, e->taken);
	e->received += e->taken;
	e->in = e->out = NULL;
}

/* After a return code that is not fatal: is there reason to call again at once? Also while no
 * bytes are taken: GnuTLS may have several messages of one record yet to deal with. */
static bool goes_on(struct tls_engine *e, int rc, size_t taken_before)
{
	if (rc == GNUTLS_E_WARNING_ALERT_RECEIVED && e->warning_alert < 0)
		e->warning_alert = (int)gnutls_alert_get(e->session);
	if (rc == GNUTLS_E_REHANDSHAKE)
		gnutls_alert_send(e->session, GNUTLS_AL_WARNING, GNUTLS_A_NO_RENEGOTIATION);
	if (e->taken > taken_before) {
		e->idle = 0;
		return true;
	}
	return (e->eof || e->in->len > e->taken) && ++e->idle < IDLE_CALLS;
}

enum tls_progress tls_engine_handshake(struct tls_engine *e, struct buf *in, struct buf *out,
				       bool eof)
{
	size_t before;
	int rc;

	if (e->state != SHAKING)
		return e->state == FAILED ? TLS_FAILED : TLS_DONE;
	begin_step(e, in, out, eof);
	do {
		before = e->taken;
		rc = gnutls_handshake(e->session);
	} while (rc < 0 && !gnutls_error_is_fatal(rc) && goes_on(e, rc, before));
	if (rc == GNUTLS_E_SUCCESS) {
		e->state = UP;
		e->outcome = OUT_OK;
	} else if (gnutls_error_is_fatal(rc)) {
		fail(e, rc);
	}
	end_step(e);
	return e->state == UP ? TLS_DONE : e->state == FAILED ? TLS_FAILED : TLS_AGAIN;
}

/* The session broke after the handshake. Before any word of the application that still belongs
 * to the handshake: a TLS 1.3 server judges our side of it only then (RFC 8446 4.4.2.4, and 2:
 * it may send before it has our Finished). Later it is just how the session ended. */
static void fail_read(struct tls_engine *e, int rc)
{
	if (!e->spoken) {
		fail(e, rc);
		return;
	}
	e->state = FAILED;
	if (rc == GNUTLS_E_FATAL_ALERT_RECEIVED) {
		char *name = tls_alert_name(gnutls_alert_get(e->session));

		free(e->error);
		e->error = mem_printf("the session ended with the alert %s", name);
		free(name);
	} else {
		set_error(e, gnutls_strerror(rc));
		gnutls_alert_send_appropriate(e->session, rc);
	}
}

enum tls_progress tls_engine_read(struct tls_engine *e, struct buf *in, struct buf *plain,
				  struct buf *out, bool eof)
{
	char piece[4096];
	ssize_t n;

	if (e->state != UP)
		return e->state == OVER ? TLS_DONE : TLS_FAILED;
	begin_step(e, in, out, eof);
	for (;;) {
		size_t before = e->taken;

		n = gnutls_record_recv(e->session, piece, sizeof piece);
		if (n > 0) {
			e->spoken = true;
			buf_add(plain, piece, (size_t)n);
		} else if (n == 0 || gnutls_error_is_fatal((int)n) || !goes_on(e, (int)n, before)) {
			break;
		}
	}
	if (n == 0 || n == GNUTLS_E_PREMATURE_TERMINATION ||
	    (n == GNUTLS_E_UNEXPECTED_PACKET_LENGTH && eof && e->taken == in->len))
		e->state = OVER;
	else if (gnutls_error_is_fatal((int)n))
		fail_read(e, (int)n);
	end_step(e);
	return e->state == UP ? TLS_AGAIN : e->state == OVER ? TLS_DONE : TLS_FAILED;
}

void tls_engine_write(struct tls_engine *e, const struct buf *plain, struct buf *out)
{
	size_t at = 0;

	if (e->state != UP)
		return;
	e->out = out;
	while (at < plain->len) {
		ssize_t n = gnutls_record_send(e->session, plain->data + at, plain->len - at);

		if (n <= 0)
			break;
		at += (size_t)n;
	}
	e->out = NULL;
}

void tls_engine_close(struct tls_engine *e, struct buf *out)
{
	if (e->state != UP && e->state != OVER)
		return;
	e->out = out;
	gnutls_bye(e->session, GNUTLS_SHUT_WR);
	e->out = NULL;
}

/* ---- describing --------------------------------------------------------------------------- */

/* A vector of TLS (RFC 8446 3.4): its length in so many octets, then its contents. Takes it off
 * the front; what is cut off is as long as what is there. */
static gnutls_datum_t take_vector(gnutls_datum_t *from, unsigned octets)
{
	gnutls_datum_t inside = {from->data, 0};
	unsigned n = 0;

	if (from->size < octets)
		octets = from->size;
	for (unsigned i = 0; i < octets; i++)
		n = n << 8 | from->data[i];
	inside.data += octets;
	inside.size = n < from->size - octets ? n : from->size - octets;
	from->data += octets + inside.size;
	from->size -= octets + inside.size;
	return inside;
}

/* The certificates inside of the Certificate message. RFC 8446 4.4.2 has a request context in
 * front and extensions behind each certificate, RFC 5246 7.4.2 has neither. */
static size_t split_chain(const struct tls_engine *e, gnutls_datum_t *der)
{
	bool tls13 = gnutls_protocol_get_version(e->session) >= GNUTLS_TLS1_3;
	gnutls_datum_t message = {(unsigned char *)buf_str(&e->certificates),
				  (unsigned)e->certificates.len};
	gnutls_datum_t list;
	size_t count = 0;

	if (tls13)
		take_vector(&message, 1);
	list = take_vector(&message, 3);
	while (list.size > 0 && count < LIMIT_CHAIN) {
		gnutls_datum_t one = take_vector(&list, 3);

		if (one.size > 0)
			der[count++] = one;
		if (tls13)
			take_vector(&list, 2);
	}
	return count;
}

static void describe_chain(struct tls_engine *e, struct obs_tls *t, const char *name, int64_t now)
{
	gnutls_datum_t der[LIMIT_CHAIN];
	struct tls_sent sent = {.der = der, .count = split_chain(e, der)};
	const struct tls_chain *chain;

	tls_context_need_trust(e->context);
	if (gnutls_ocsp_status_request_get(e->session, &sent.staple) < 0)
		sent.staple = (gnutls_datum_t){NULL, 0};
	chain = tls_chain_of(e->context, &sent);
	for (size_t i = 0; i < chain->words.chain_count; i++)
		obs_certificate_copy(mem_append(&t->chain, &t->chain_count, sizeof *t->chain),
				     &chain->words.chain[i]);
	obs_ocsp_copy(&t->ocsp, &chain->words.ocsp);
	t->faults = e->faults | tls_verify_chain(e->context, &sent, chain->crt, now);
	if (name != NULL && sent.count > 0 && chain->crt[0] != NULL) {
		t->faults |= tls_verify_name(chain->crt[0], name);
		t->verified_name = mem_strdup(name);
	}
	t->verified = e->outcome == OUT_OK && t->faults == 0 && t->verified_name != NULL;
	if (t->error == NULL && e->context->trust_count == 0)
		t->error =
			mem_strdup("no certificate authority is trusted here: the system's store "
				   "is empty or cannot be read");
}

void tls_engine_describe(struct tls_engine *e, struct obs_tls *t, const char *verify_name,
			 int64_t now)
{
	struct obs_tls kept = {.sni = t->sni, .us = t->us};

	t->sni = NULL;
	obs_tls_clear(t);
	*t = kept;
	t->outcome = e->outcome;
	t->alert = e->alert >= 0 ? tls_alert_name((unsigned)e->alert) : NULL;
	t->warning_alert =
		e->warning_alert >= 0 ? tls_alert_name((unsigned)e->warning_alert) : NULL;
	t->error = mem_strdup(e->error);
	t->client_certificate_requested = e->certificate_request;
	if (e->outcome == OUT_NOT_TLS)
		t->first_bytes = printable_dup(e->first, e->first_count);
	if (e->server_hello)
		tls_describe_session(e->session, e->outcome == OUT_OK, t);
	if (e->outcome == OUT_OK || e->certificates.len > 0)
		describe_chain(e, t, verify_name, now);
}
