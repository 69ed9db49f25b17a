/* SPDX-License-Identifier: MIT
 *
 * Handshakes that fail: peers that speak no TLS, that close, send alerts, demand a certificate,
 * or never end. Each has an outcome of its own. */
#include "runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "tls_pair.h"

/* Feeds bytes to a client that has sent its ClientHello, in pieces (0: at once). */
static enum tls_progress feed(struct tls_engine *e, const void *bytes, size_t n, size_t piece,
			      bool eof, struct buf *out)
{
	enum tls_progress progress;
	struct buf in;

	buf_init(&in, BUF_NO_LIMIT);
	progress = tls_engine_handshake(e, &in, out, false);
	ck_assert_int_eq(progress, TLS_AGAIN);
	ck_assert_uint_gt(out->len, 0);
	buf_reset(out);
	for (size_t at = 0; at < n && progress == TLS_AGAIN;) {
		size_t take = piece != 0 && n - at > piece ? piece : n - at;

		buf_add(&in, (const char *)bytes + at, take);
		at += take;
		progress = tls_engine_handshake(e, &in, out, false);
	}
	if (eof && progress == TLS_AGAIN)
		progress = tls_engine_handshake(e, &in, out, true);
	buf_clear(&in);
	return progress;
}

#define BYTES(s) s, sizeof(s) - 1

enum end { STAYS, CLOSES, TIMES_OUT, RESETS };

static const struct canned_case {
	const char *name;
	const char *bytes;
	size_t n;
	enum end end;
	enum outcome outcome;
	const char *alert, *first_bytes;
	bool tells; /* sends an alert of our own */
} canned[] = {
	{"an SMTP banner", BYTES("220 mx.test ESMTP ready\r\n"), STAYS, OUT_NOT_TLS, NULL,
	 "220 mx.test ESMTP ready\\x0D\\x0A", false},
	{"an SMTP refusal, then the end", BYTES("554 no\r\n"), CLOSES, OUT_NOT_TLS, NULL,
	 "554 no\\x0D\\x0A", false},
	{"HTTP",
	 BYTES("HTTP/1.1 400 Bad Request\r\nServer: x\r\nConnection: close\r\n\r\n<html>....."),
	 STAYS, OUT_NOT_TLS, NULL,
	 "HTTP/1.1 400 Bad Request\\x0D\\x0AServer: x\\x0D\\x0AConnection: "
	 "close\\x0D\\x0A\\x0D\\x0A<html>",
	 false},
	{"three letters, then silence", BYTES("no\n"), TIMES_OUT, OUT_NOT_TLS, NULL, "no\\x0A",
	 false},
	{"two letters, then the end", BYTES("22"), CLOSES, OUT_NOT_TLS, NULL, "22", false},
	{"a letter, then a reset", BYTES("5"), RESETS, OUT_NOT_TLS, NULL, "5", false},
	{"zeros", BYTES("\0\0\0\0\0\0\0\0"), STAYS, OUT_NOT_TLS, NULL,
	 "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00", false},
	{"an SSLv2 ServerHello", BYTES("\x80\x0b\x04\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00"),
	 STAYS, OUT_NOT_TLS, NULL,
	 "\\x80\\x0B\\x04\\x00\\x00\\x00\\x02\\x00\\x00\\x00\\x00\\x00\\x00", false},
	{"a record's type with a wrong version", BYTES("\x16xyz and so on"), STAYS, OUT_NOT_TLS,
	 NULL, "\\x16xyz and so on", false},
	{"the end after our ClientHello", BYTES(""), CLOSES, OUT_CLOSED, NULL, NULL, false},
	{"the end inside of a record", BYTES("\x16\x03\x03\x00\x40\x02\x00\x00"), CLOSES,
	 OUT_CLOSED, NULL, NULL, false},
	{"the end inside of a record's head", BYTES("\x16\x03"), CLOSES, OUT_CLOSED, NULL, NULL,
	 false},
	{"close_notify instead of a hello", BYTES("\x15\x03\x03\x00\x02\x01\x00"), STAYS,
	 OUT_CLOSED, NULL, NULL, false},
	{"silence", BYTES(""), TIMES_OUT, OUT_TIMEOUT, NULL, NULL, false},
	{"silence inside of a record", BYTES("\x16\x03\x03\x00\x40\x02"), TIMES_OUT, OUT_TIMEOUT,
	 NULL, NULL, false},
	{"a reset", BYTES(""), RESETS, OUT_RESET, NULL, NULL, false},
	{"alert 40", BYTES("\x15\x03\x03\x00\x02\x02\x28"), STAYS, OUT_ALERT, "handshake_failure",
	 NULL, false},
	{"alert 40, then the end", BYTES("\x15\x03\x01\x00\x02\x02\x28"), CLOSES, OUT_ALERT,
	 "handshake_failure", NULL, false},
	{"alert 70", BYTES("\x15\x03\x01\x00\x02\x02\x46"), STAYS, OUT_ALERT, "protocol_version",
	 NULL, false},
	{"alert 80", BYTES("\x15\x03\x03\x00\x02\x02\x50"), STAYS, OUT_ALERT, "internal_error",
	 NULL, false},
	{"alert 112", BYTES("\x15\x03\x03\x00\x02\x02\x70"), STAYS, OUT_ALERT, "unrecognized_name",
	 NULL, false},
	{"an alert without a name", BYTES("\x15\x03\x03\x00\x02\x02\xc9"), STAYS, OUT_ALERT,
	 "alert-201", NULL, false},
	{"alert 116 before anything else", BYTES("\x15\x03\x03\x00\x02\x02\x74"), STAYS,
	 OUT_CLIENT_CERTIFICATE, "certificate_required", NULL, false},
	{"a record that is too long", BYTES("\x16\x03\x03\xff\xff\x02\x00\x00\x00"), STAYS,
	 OUT_PROTOCOL_ERROR, NULL, NULL, true},
	{"application data instead of a hello", BYTES("\x17\x03\x03\x00\x03xyz"), STAYS,
	 OUT_PROTOCOL_ERROR, NULL, NULL, true},
	{"a ServerHello of SSLv3",
	 BYTES("\x16\x03\x00\x00\x2a\x02\x00\x00\x26\x03\x00"
	       "0123456789abcdef0123456789abcdef\x00\x00\x2f\x00"),
	 STAYS, OUT_PROTOCOL_ERROR, NULL, NULL, true},
	{"a cipher suite that we did not offer",
	 BYTES("\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03"
	       "0123456789abcdef0123456789abcdef\x00\x13\x37\x00"),
	 STAYS, OUT_PROTOCOL_ERROR, NULL, NULL, true},
	{"a handshake message of no known type", BYTES("\x16\x03\x03\x00\x04\x63\x00\x00\x00"),
	 STAYS, OUT_PROTOCOL_ERROR, NULL, NULL, true},
};

static void end_it(struct tls_engine *e, enum end end)
{
	if (end == TIMES_OUT)
		tls_engine_fail(e, OUT_TIMEOUT);
	else if (end == RESETS)
		tls_engine_fail(e, OUT_RESET);
}

static void check_canned(const struct canned_case *c, size_t piece)
{
	struct tls_engine *e = tls_engine_new(tls_pki.context, "mx.test.example");
	enum tls_progress progress;
	struct obs_tls t = {.us = 7};
	struct buf out, in;

	buf_init(&out, BUF_NO_LIMIT);
	buf_init(&in, BUF_NO_LIMIT);
	progress = feed(e, c->bytes, c->n, piece, c->end == CLOSES, &out);
	ck_assert_msg(progress ==
			      (c->end == TIMES_OUT || c->end == RESETS ? TLS_AGAIN : TLS_FAILED),
		      "%s: progress %d", c->name, progress);
	end_it(e, c->end);
	ck_assert_int_eq(tls_engine_handshake(e, &in, &out, false), TLS_FAILED);
	t.sni = strdup("kept");
	tls_engine_describe(e, &t, "mx.test.example", PKI_NOW);
	ck_assert_msg(t.outcome == c->outcome, "%s: %s", c->name,
		      words_name(&outcome_words, t.outcome));
	ck_assert_msg(c->alert == NULL ? t.alert == NULL
				       : t.alert != NULL && strcmp(t.alert, c->alert) == 0,
		      "%s: alert %s", c->name, t.alert);
	if (piece == 0)
		ck_assert_msg(c->first_bytes == NULL
				      ? t.first_bytes == NULL
				      : t.first_bytes != NULL &&
						strcmp(t.first_bytes, c->first_bytes) == 0,
			      "%s: first bytes %s", c->name, t.first_bytes);
	ck_assert_msg((t.error != NULL) == (c->outcome == OUT_PROTOCOL_ERROR), "%s: error %s",
		      c->name, t.error);
	/* A fatal alert of ours, in the clear: RFC 8446 6.2. */
	ck_assert_msg(c->tells ? out.len == 7 && memcmp(out.data, "\x15\x03", 2) == 0 &&
					 out.data[5] == 2
			       : out.len == 0,
		      "%s: %zu bytes sent", c->name, out.len);
	ck_assert(!t.verified && t.faults == 0 && t.chain_count == 0);
	ck_assert_str_eq(t.sni, "kept");
	ck_assert_int_eq(t.us, 7);
	obs_tls_clear(&t);
	tls_engine_free(e);
	buf_clear(&out);
	buf_clear(&in);
}

START_TEST(canned_bytes_have_their_outcome)
{
	check_canned(&canned[_i], 0);
}
END_TEST

START_TEST(canned_bytes_one_by_one)
{
	check_canned(&canned[_i], 1);
}
END_TEST

START_TEST(cut_short_stays_cut_short)
{
	struct tls_engine *e = tls_engine_new(tls_pki.context, NULL);
	struct obs_tls t = {.outcome = OUT_NOT_RUN};
	struct buf out;

	buf_init(&out, BUF_NO_LIMIT);
	feed(e, "220", 3, 0, false, &out);
	tls_engine_fail(e, OUT_CUT_SHORT);
	tls_engine_fail(e, OUT_TIMEOUT);
	tls_engine_describe(e, &t, NULL, PKI_NOW);
	ck_assert_int_eq(t.outcome, OUT_CUT_SHORT);
	obs_tls_clear(&t);
	tls_engine_free(e);
	buf_clear(&out);
}
END_TEST

/* One handshake message of 300 KiB in good records, and records of nothing without end. */
START_TEST(endless_handshake_is_cut)
{
	enum { BODY = 16000 };
	struct tls_engine *e = tls_engine_new(tls_pki.context, NULL);
	enum tls_progress progress = TLS_AGAIN;
	struct obs_tls t = {.outcome = OUT_NOT_RUN};
	struct buf in, out;
	size_t sent = 0;

	buf_init(&in, 64 * 1024);
	buf_init(&out, BUF_NO_LIMIT);
	tls_engine_handshake(e, &in, &out, false);
	buf_reset(&out);
	while (progress == TLS_AGAIN && sent < 400 * 1024) {
		char record[BODY] = {0};

		if (sent == 0)
			memcpy(record, "\x02\x04\xb0\x00", 4); /* ServerHello of 307,200 bytes */
		buf_add(&in, "\x16\x03\x03\x3e\x80", 5);
		buf_add(&in, record, BODY);
		sent += 5 + BODY;
		progress = tls_engine_handshake(e, &in, &out, false);
	}
	ck_assert_int_eq(progress, TLS_FAILED);
	ck_assert_uint_le(sent, LIMIT_HANDSHAKE + 5 + BODY);
	tls_engine_describe(e, &t, NULL, PKI_NOW);
	ck_assert_int_eq(t.outcome, OUT_TOO_LONG);
	ck_assert_ptr_nonnull(t.error);
	obs_tls_clear(&t);
	tls_engine_free(e);
	buf_clear(&in);
	buf_clear(&out);
}
END_TEST

START_TEST(warning_alert_is_noted_and_the_handshake_goes_on)
{
	struct pair p;

	pair_start(&p, &tls_pki.ec, TLS12);
	/* Warning 112 in front of the ServerHello: the server does not know the name we asked for.
	 */
	tls_engine_handshake(p.client, &p.in, &p.server.in, false);
	buf_add(&p.server.out, "\x15\x03\x03\x00\x02\x01\x70", 7);
	server_step(&p.server);
	ck_assert_int_eq(pair_shake(&p), TLS_DONE);
	pair_describe(&p);
	ck_assert_int_eq(p.t.outcome, OUT_OK);
	ck_assert_str_eq(p.t.warning_alert, "unrecognized_name");
	ck_assert_ptr_null(p.t.alert);
	ck_assert(p.t.verified);
	pair_stop(&p);
}
END_TEST

START_TEST(warning_alerts_without_end)
{
	struct tls_engine *e = tls_engine_new(tls_pki.context, NULL);
	struct obs_tls t = {.outcome = OUT_NOT_RUN};
	struct buf flood, out;

	buf_init(&flood, BUF_NO_LIMIT);
	buf_init(&out, BUF_NO_LIMIT);
	for (int i = 0; i < 50000; i++)
		buf_add(&flood, "\x15\x03\x03\x00\x02\x01\x70", 7);
	ck_assert_int_eq(feed(e, flood.data, flood.len, 10000, false, &out), TLS_FAILED);
	tls_engine_describe(e, &t, NULL, PKI_NOW);
	ck_assert(t.outcome == OUT_PROTOCOL_ERROR || t.outcome == OUT_TOO_LONG);
	obs_tls_clear(&t);
	tls_engine_free(e);
	buf_clear(&flood);
	buf_clear(&out);
}
END_TEST

/* ---- a certificate of ours is demanded ---------------------------------------------------- */

static const struct demand_case {
	const char *name, *priority;
	gnutls_certificate_request_t demand;
	enum outcome outcome;
} demands[] = {
	{"asked for in TLS 1.3", "NORMAL", GNUTLS_CERT_REQUEST, OUT_OK},
	{"asked for in TLS 1.2", TLS12, GNUTLS_CERT_REQUEST, OUT_OK},
	{"demanded in TLS 1.3", "NORMAL", GNUTLS_CERT_REQUIRE, OUT_CLIENT_CERTIFICATE},
	{"demanded in TLS 1.2", TLS12, GNUTLS_CERT_REQUIRE, OUT_CLIENT_CERTIFICATE},
};

START_TEST(client_certificate_is_demanded)
{
	const struct demand_case *c = &demands[_i];
	enum tls_progress progress;
	struct pair p;

	pair_start(&p, &tls_pki.ec, c->priority);
	gnutls_certificate_server_set_request(p.server.session, c->demand);
	progress = pair_shake(&p);
	/* In TLS 1.3 our handshake is complete before the server has seen that there is none. */
	if (progress == TLS_DONE)
		progress = pair_read(&p);
	ck_assert_msg(progress == (c->outcome == OUT_OK ? TLS_AGAIN : TLS_FAILED), "%s", c->name);
	pair_describe(&p);
	ck_assert_msg(p.t.outcome == c->outcome, "%s: %s, alert %s", c->name,
		      words_name(&outcome_words, p.t.outcome), p.t.alert);
	ck_assert(p.t.client_certificate_requested);
	ck_assert((p.t.alert != NULL) == (c->outcome != OUT_OK));
	/* What was learnt before is kept. */
	ck_assert_ptr_nonnull(p.t.version);
	ck_assert_uint_eq(p.t.chain_count, 2);
	ck_assert_uint_eq(p.t.faults, 0);
	ck_assert_int_eq(p.t.verified, c->outcome == OUT_OK);
	pair_stop(&p);
}
END_TEST

/* OpenSSL, GnuTLS and others have sent different alerts for the same thing. */
START_TEST(alerts_after_the_demand)
{
	static const struct {
		gnutls_alert_description_t alert;
		enum outcome outcome;
		const char *name;
	} rows[] = {
		{GNUTLS_A_CERTIFICATE_REQUIRED, OUT_CLIENT_CERTIFICATE, "certificate_required"},
		{GNUTLS_A_BAD_CERTIFICATE, OUT_CLIENT_CERTIFICATE, "bad_certificate"},
		{GNUTLS_A_HANDSHAKE_FAILURE, OUT_CLIENT_CERTIFICATE, "handshake_failure"},
		{GNUTLS_A_INTERNAL_ERROR, OUT_ALERT, "internal_error"},
	};
	struct pair p;

	for (int i = 0; i < COUNT(rows); i++) {
		pair_start(&p, &tls_pki.ec, "NORMAL");
		gnutls_certificate_server_set_request(p.server.session, GNUTLS_CERT_REQUEST);
		ck_assert_int_eq(pair_shake(&p), TLS_DONE);
		server_step(&p.server);
		gnutls_alert_send(p.server.session, GNUTLS_AL_FATAL, rows[i].alert);
		ck_assert_int_eq(pair_read(&p), TLS_FAILED);
		pair_describe(&p);
		ck_assert_int_eq(p.t.outcome, rows[i].outcome);
		ck_assert_str_eq(p.t.alert, rows[i].name);
		pair_stop(&p);
	}
}
END_TEST

/* Once the application has spoken an alert is no longer about the handshake. */
START_TEST(late_alert_does_not_undo_the_handshake)
{
	struct pair p;

	pair_start(&p, &tls_pki.ec, "NORMAL");
	ck_assert_int_eq(pair_shake(&p), TLS_DONE);
	server_step(&p.server);
	pair_say(&p, "220 mx\r\n");
	gnutls_alert_send(p.server.session, GNUTLS_AL_FATAL, GNUTLS_A_INTERNAL_ERROR);
	ck_assert_int_eq(pair_read(&p), TLS_FAILED);
	ck_assert_str_eq(buf_str(&p.plain), "220 mx\r\n");
	pair_describe(&p);
	ck_assert_int_eq(p.t.outcome, OUT_OK);
	ck_assert(p.t.verified && p.t.alert == NULL);
	ck_assert_ptr_nonnull(strstr(p.t.error, "internal_error"));
	pair_stop(&p);
}
END_TEST

/* ---- the end of a session ----------------------------------------------------------------- */

static const struct ending_case {
	const char *name;
	const char *bytes;
	size_t n;
	bool eof;
	enum tls_progress progress;
	enum outcome outcome;
} endings[] = {
	{"the end without close_notify", BYTES(""), true, TLS_DONE, OUT_OK},
	{"the end inside of a record", BYTES("\x17\x03\x03\x00\x40zzz"), true, TLS_DONE, OUT_OK},
	{"plaintext inside of the session", BYTES("421 gone\r\n"), false, TLS_FAILED,
	 OUT_PROTOCOL_ERROR},
	{"a record that does not decrypt",
	 BYTES("\x17\x03\x03\x00\x20"
	       "0123456789abcdef0123456789abcdef"),
	 false, TLS_FAILED, OUT_PROTOCOL_ERROR},
};

START_TEST(session_ends)
{
	const struct ending_case *c = &endings[_i];
	struct pair p;

	pair_start(&p, &tls_pki.ec, "NORMAL");
	ck_assert_int_eq(pair_shake(&p), TLS_DONE);
	server_step(&p.server);
	buf_reset(&p.server.out);
	buf_add(&p.in, c->bytes, c->n);
	ck_assert_msg(tls_engine_read(p.client, &p.in, &p.plain, &p.server.in, c->eof) ==
			      c->progress,
		      "%s", c->name);
	ck_assert_int_eq(tls_engine_read(p.client, &p.in, &p.plain, &p.server.in, c->eof),
			 c->progress);
	ck_assert_uint_eq(p.plain.len, 0);
	pair_describe(&p);
	ck_assert_msg(p.t.outcome == c->outcome, "%s", c->name);
	pair_stop(&p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tls_outcome");
	TCase *tc = tcase_create("canned");
	int status;

	tls_pki_make();
	tcase_add_loop_test(tc, canned_bytes_have_their_outcome, 0, COUNT(canned));
	tcase_add_loop_test(tc, canned_bytes_one_by_one, 0, COUNT(canned));
	tcase_add_test(tc, cut_short_stays_cut_short);
	tcase_add_test(tc, endless_handshake_is_cut);
	tcase_add_test(tc, warning_alert_is_noted_and_the_handshake_goes_on);
	tcase_add_test(tc, warning_alerts_without_end);
	suite_add_tcase(s, tc);
	tc = tcase_create("server");
	tcase_add_loop_test(tc, client_certificate_is_demanded, 0, COUNT(demands));
	tcase_add_test(tc, alerts_after_the_demand);
	tcase_add_test(tc, late_alert_does_not_undo_the_handshake);
	tcase_add_loop_test(tc, session_ends, 0, COUNT(endings));
	suite_add_tcase(s, tc);
	status = run_suite(s);
	tls_pki_clear();
	return status;
}
