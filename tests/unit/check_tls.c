/* SPDX-License-Identifier: MIT
 *
 * TLS sessions that come up: what is said about them, and what they carry. */
#include "runner.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "tls_pair.h"

/* ---- sessions that come up ---------------------------------------------------------------- */

#define OLD   "NORMAL:+ARCFOUR-128:+3DES-CBC:+RSA:+DHE-RSA:+SIGN-ALL:+SIGN-RSA-SHA1:+MD5:-VERS-ALL"

static const struct session_case {
	const char *name;
	const struct pki *leaf;
	const char *priority, *version, *cipher, *group, *signature;
	unsigned weaknesses, faults;
} sessions[] = {
	{ "TLS 1.3", &tls_pki.ec, "NORMAL", "TLS1.3", "TLS_AES_256_GCM_SHA384", "X25519",
	  "ECDSA-SECP256R1-SHA256", 0, 0 },
	{ "TLS 1.3 that only knows P-256", &tls_pki.ec, "NORMAL:-GROUP-ALL:+GROUP-SECP256R1", "TLS1.3",
	  "TLS_AES_256_GCM_SHA384", "SECP256R1", "ECDSA-SECP256R1-SHA256", 0, 0 },
	{ "TLS 1.3 that asks again for P-521", &tls_pki.ec, "NORMAL:-GROUP-ALL:+GROUP-SECP521R1",
	  "TLS1.3", "TLS_AES_256_GCM_SHA384", "SECP521R1", "ECDSA-SECP256R1-SHA256", 0, 0 },
	{ "TLS 1.2 with RSA", &tls_pki.rsa, TLS12 ":-CIPHER-ALL:+AES-128-GCM:-KX-ALL:+ECDHE-RSA"
	  ":-SIGN-ALL:+SIGN-RSA-SHA256", "TLS1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "X25519",
	  "RSA-SHA256", 0, 0 },
	{ "TLS 1.2 with a SHA-1 signature", &tls_pki.rsa, TLS12 ":-CIPHER-ALL:+AES-128-GCM:-KX-ALL"
	  ":+ECDHE-RSA:-SIGN-ALL:+SIGN-RSA-SHA1", "TLS1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
	  "X25519", "RSA-SHA1", WEAK_HANDSHAKE_SIGNATURE, 0 },
	{ "TLS 1.2 with plain RSA", &tls_pki.rsa, TLS12 ":-CIPHER-ALL:+AES-128-CBC:-KX-ALL:+RSA",
	  "TLS1.2", "TLS_RSA_WITH_AES_128_CBC_SHA", NULL, NULL, WEAK_NO_FORWARD_SECRECY, 0 },
	{ "TLS 1.2 with RC4 and MD5", &tls_pki.rsa, OLD ":+VERS-TLS1.2:-CIPHER-ALL:+ARCFOUR-128:-KX-ALL"
	  ":+RSA:-MAC-ALL:+MD5", "TLS1.2", "TLS_RSA_WITH_RC4_128_MD5", NULL, NULL,
	  WEAK_CIPHER | WEAK_MAC | WEAK_NO_FORWARD_SECRECY, 0 },
	{ "TLS 1.2 with a finite-field group", &tls_pki.rsa, TLS12 ":-CIPHER-ALL:+AES-128-GCM"
	  ":-KX-ALL:+DHE-RSA:-SIGN-ALL:+SIGN-RSA-SHA256", "TLS1.2",
	  "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "FFDHE2048", "RSA-SHA256", 0, 0 },
	{ "TLS 1.1", &tls_pki.rsa, OLD ":+VERS-TLS1.1:-CIPHER-ALL:+AES-128-CBC:-KX-ALL:+ECDHE-RSA",
	  "TLS1.1", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "X25519", NULL, WEAK_VERSION, 0 },
	{ "TLS 1.0 with 3DES and no extensions", &tls_pki.rsa, OLD ":+VERS-TLS1.0:-CIPHER-ALL:+3DES-CBC"
	  ":-KX-ALL:+RSA:%NO_SESSION_HASH:%DISABLE_SAFE_RENEGOTIATION", "TLS1.0",
	  "TLS_RSA_WITH_3DES_EDE_CBC_SHA", NULL, NULL,
	  WEAK_VERSION | WEAK_CIPHER | WEAK_NO_FORWARD_SECRECY | WEAK_NO_EMS |
		  WEAK_NO_SAFE_RENEGOTIATION, 0 },
	{ "a certificate with RSA of 1024 bits", &tls_pki.rsa_1024, TLS12 ":-CIPHER-ALL:+AES-128-GCM"
	  ":-KX-ALL:+ECDHE-RSA:-SIGN-ALL:+SIGN-RSA-SHA256", "TLS1.2",
	  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "X25519", "RSA-SHA256", 0, CERT_WEAK_KEY },
	{ "a certificate signed with SHA-1", &tls_pki.sha1, "NORMAL", "TLS1.3", "TLS_AES_256_GCM_SHA384",
	  "X25519", "ECDSA-SECP256R1-SHA256", 0, CERT_WEAK_SIGNATURE },
};

static void assert_text(const char *row, const char *got, const char *want)
{
	ck_assert_msg(want == NULL ? got == NULL : got != NULL && strcmp(got, want) == 0,
		      "%s: got %s, want %s", row, got != NULL ? got : "nothing",
		      want != NULL ? want : "nothing");
}

START_TEST(session_is_described)
{
	const struct session_case *c = &sessions[_i];
	struct pair p;

	pair_start(&p, c->leaf, c->priority);
	ck_assert_msg(pair_shake(&p) == TLS_DONE, "%s", c->name);
	server_step(&p.server);
	ck_assert_msg(p.server.up, "%s: the server is not", c->name);
	pair_describe(&p);
	ck_assert_int_eq(p.t.outcome, OUT_OK);
	assert_text(c->name, p.t.version, c->version);
	assert_text(c->name, p.t.cipher, c->cipher);
	assert_text(c->name, p.t.group, c->group);
	assert_text(c->name, p.t.signature, c->signature);
	ck_assert_msg(p.t.weaknesses == c->weaknesses, "%s: weaknesses 0x%x, want 0x%x", c->name,
		      p.t.weaknesses, c->weaknesses);
	ck_assert_msg(p.t.faults == c->faults, "%s: faults 0x%x, want 0x%x", c->name, p.t.faults,
		      c->faults);
	ck_assert_int_eq(p.t.verified, c->faults == 0);
	assert_text(c->name, p.t.verified_name, "mx.test.example");
	ck_assert_uint_eq(p.t.chain_count, 2);
	assert_text(c->name, p.t.alert, NULL);
	assert_text(c->name, p.t.error, NULL);
	ck_assert(!p.t.client_certificate_requested);
	pair_stop(&p);
}
END_TEST

/* A dialogue, byte by byte or all at once. */
static void talk(size_t piece, const char *priority)
{
	struct buf plain;
	char heard[64];
	struct pair p;

	pair_start(&p, &tls_pki.ec, priority);
	p.piece = piece;
	ck_assert_int_eq(pair_shake(&p), TLS_DONE);
	buf_init(&plain, 100);
	buf_adds(&plain, "EHLO probe\r\n");
	tls_engine_write(p.client, &plain, &p.server.in);
	server_step(&p.server);
	ck_assert(p.server.up);
	ck_assert_int_eq(gnutls_record_recv(p.server.session, heard, sizeof heard), 12);
	ck_assert_int_eq(memcmp(heard, "EHLO probe\r\n", 12), 0);
	pair_say(&p, "250-mx.test.example\r\n");
	pair_say(&p, "250 SIZE\r\n");
	ck_assert_int_eq(pair_read(&p), TLS_AGAIN);
	ck_assert_str_eq(buf_str(&p.plain), "250-mx.test.example\r\n250 SIZE\r\n");
	tls_engine_close(p.client, &p.server.in);
	ck_assert_int_eq(gnutls_record_recv(p.server.session, heard, sizeof heard), 0);
	gnutls_bye(p.server.session, GNUTLS_SHUT_WR);
	ck_assert_int_eq(pair_read(&p), TLS_DONE);
	pair_describe(&p);
	ck_assert(p.t.verified);
	buf_clear(&plain);
	pair_stop(&p);
}

/* The round trip that TLS 1.3 saves: our Finished leaves in the step that says DONE, so that the
 * EHLO can go with it in one segment. */
START_TEST(finished_leaves_with_the_last_step)
{
	struct pair p;

	pair_start(&p, &tls_pki.ec, "NORMAL");
	ck_assert_int_eq(pair_shake(&p), TLS_DONE);
	ck_assert_uint_gt(p.last_flight, 0);
	server_step(&p.server);
	ck_assert(p.server.up);
	pair_stop(&p);
}
END_TEST

START_TEST(dialogue_all_at_once)
{
	talk(0, "NORMAL");
	talk(0, TLS12);
}
END_TEST

START_TEST(dialogue_byte_by_byte)
{
	talk(1, "NORMAL");
	talk(1, TLS12);
}
END_TEST

/* Tickets, and a greeting right behind the server's Finished: both lie in `in` when the handshake
 * ends, and both calls return "again" in between. */
START_TEST(greeting_that_comes_with_the_end_of_the_handshake)
{
	gnutls_datum_t key;
	struct pair p;

	pair_start(&p, &tls_pki.ec, TLS12);
	gnutls_session_ticket_key_generate(&key);
	gnutls_session_ticket_enable_server(p.server.session, &key);
	while (!p.server.up) {
		tls_engine_handshake(p.client, &p.in, &p.server.in, false);
		server_step(&p.server);
		if (p.server.up)
			pair_say(&p, "220 mx.test.example\r\n");
		pair_carry(&p);
	}
	ck_assert_int_eq(tls_engine_handshake(p.client, &p.in, &p.server.in, false), TLS_DONE);
	ck_assert_uint_gt(p.in.len, 0);
	ck_assert_int_eq(tls_engine_read(p.client, &p.in, &p.plain, &p.server.in, false), TLS_AGAIN);
	ck_assert_str_eq(buf_str(&p.plain), "220 mx.test.example\r\n");
	gnutls_free(key.data);
	pair_stop(&p);
}
END_TEST

START_TEST(tickets_and_key_updates_before_the_greeting)
{
	gnutls_datum_t key;
	struct pair p;

	pair_start(&p, &tls_pki.ec, "NORMAL");
	gnutls_session_ticket_key_generate(&key);
	gnutls_session_ticket_enable_server(p.server.session, &key);
	ck_assert_int_eq(pair_shake(&p), TLS_DONE);
	server_step(&p.server);
	ck_assert_int_eq(gnutls_session_key_update(p.server.session, GNUTLS_KU_PEER), 0);
	gnutls_session_ticket_send(p.server.session, 3, 0);
	pair_say(&p, "220 mx.test.example\r\n");
	ck_assert_int_eq(pair_read(&p), TLS_AGAIN);
	ck_assert_str_eq(buf_str(&p.plain), "220 mx.test.example\r\n");
	gnutls_free(key.data);
	pair_stop(&p);
}
END_TEST

static const struct sni_case {
	const char *ask, *got;
} snis[] = {
	{ "mx.test.example", "mx.test.example" },
	{ "mx.test.example.", "mx.test.example" },
	{ NULL, "" },
};

START_TEST(server_name_is_sent)
{
	struct pair p;

	pair_start(&p, &tls_pki.ec, "NORMAL");
	tls_engine_free(p.client);
	p.client = tls_engine_new(tls_pki.context, snis[_i].ask);
	ck_assert_int_eq(pair_shake(&p), TLS_DONE);
	server_step(&p.server);
	ck_assert_str_eq(p.server.sni, snis[_i].got);
	pair_stop(&p);
}
END_TEST

static int send_staple(gnutls_session_t session, void *arg, gnutls_datum_t *response)
{
	const gnutls_datum_t *staple = arg;

	(void)session;
	response->data = gnutls_malloc(staple->size);
	memcpy(response->data, staple->data, staple->size);
	response->size = staple->size;
	return 0;
}

START_TEST(staple_reaches_the_record)
{
	gnutls_datum_t staple = pki_staple(&tls_pki.ec, &tls_pki.inter, &tls_pki.inter, PKI_REVOKED, PKI_NOW - 60,
					   PKI_NOW + 60);
	static const char *const priorities[] = { "NORMAL", TLS12 };
	struct pair p;

	for (int i = 0; i < COUNT(priorities); i++) {
		pair_start(&p, &tls_pki.ec, priorities[i]);
		gnutls_certificate_set_ocsp_status_request_function(p.server.credentials,
								    send_staple, &staple);
		ck_assert_int_eq(pair_shake(&p), TLS_DONE);
		pair_describe(&p);
		ck_assert_str_eq(p.t.ocsp.status, "revoked");
		ck_assert_int_eq(p.t.ocsp.next_update, PKI_NOW + 60);
		ck_assert_uint_eq(p.t.faults, CERT_REVOKED);
		pair_stop(&p);
	}
	free(staple.data);
}
END_TEST

/* No name at all: nothing is called verified. Without a name for us the rest is still judged. */
START_TEST(verified_needs_a_name)
{
	struct pair p;

	pair_start(&p, &tls_pki.ec, "NORMAL");
	ck_assert_int_eq(pair_shake(&p), TLS_DONE);
	tls_engine_describe(p.client, &p.t, NULL, PKI_NOW);
	ck_assert(!p.t.verified && p.t.faults == 0 && p.t.verified_name == NULL);
	tls_engine_describe(p.client, &p.t, "mx.test.example", PKI_UNTIL + 1);
	ck_assert(!p.t.verified && p.t.faults == CERT_EXPIRED);
	tls_engine_describe(p.client, &p.t, "mx.test.example", PKI_NOW);
	ck_assert(p.t.verified);
	pair_stop(&p);
}
END_TEST

/* ---- chains as no good server sends them -------------------------------------------------- */

START_TEST(chain_of_twenty_five_is_cut)
{
	static const char *const priorities[] = { "NORMAL", TLS12 };
	gnutls_datum_t chain[25];
	struct pair p;

	for (int i = 0; i < COUNT(chain); i++)
		chain[i] = i == 0 ? tls_pki.ec.der : i == 10 ? tls_pki.inter.der : tls_pki.root.der;
	for (int i = 0; i < COUNT(priorities); i++) {
		pair_start(&p, &tls_pki.ec, priorities[i]);
		pair_send_raw(&p, chain, COUNT(chain));
		ck_assert_int_eq(pair_shake(&p), TLS_DONE);
		pair_describe(&p);
		ck_assert_uint_eq(p.t.chain_count, LIMIT_CHAIN);
		ck_assert_str_eq(p.t.chain[10].subject, "CN=Intermediate");
		ck_assert_str_eq(p.t.chain[11].subject, "CN=Root");
		ck_assert(p.t.verified);
		pair_stop(&p);
	}
}
END_TEST

/* GnuTLS ends such a handshake in TLS 1.2; what was sent is described all the same. */
START_TEST(garbage_in_the_chain_is_kept_apart)
{
	static unsigned char garbage[] = "neither a certificate nor DER at all";
	gnutls_datum_t chain[] = { tls_pki.ec.der, { garbage, sizeof garbage }, tls_pki.inter.der };
	static const char *const priorities[] = { "NORMAL", TLS12 };
	struct pair p;

	for (int i = 0; i < COUNT(priorities); i++) {
		pair_start(&p, &tls_pki.ec, priorities[i]);
		pair_send_raw(&p, chain, COUNT(chain));
		pair_shake(&p);
		pair_describe(&p);
		ck_assert_uint_eq(p.t.chain_count, 3);
		ck_assert_str_eq(p.t.chain[0].subject, "CN=mx");
		ck_assert_ptr_null(p.t.chain[1].subject);
		ck_assert_str_eq(p.t.chain[2].subject, "CN=Intermediate");
		ck_assert_uint_eq(p.t.faults, CERT_UNREADABLE);
		ck_assert(!p.t.verified);
		ck_assert(p.t.outcome == OUT_OK || p.t.outcome == OUT_PROTOCOL_ERROR);
		pair_stop(&p);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tls");
	TCase *tc = tcase_create("session");
	int status;

	tls_pki_make();
	tcase_add_loop_test(tc, session_is_described, 0, COUNT(sessions));
	tcase_add_loop_test(tc, server_name_is_sent, 0, COUNT(snis));
	tcase_add_test(tc, staple_reaches_the_record);
	tcase_add_test(tc, verified_needs_a_name);
	tcase_add_test(tc, chain_of_twenty_five_is_cut);
	tcase_add_test(tc, garbage_in_the_chain_is_kept_apart);
	suite_add_tcase(s, tc);
	tc = tcase_create("dialogue");
	tcase_add_test(tc, finished_leaves_with_the_last_step);
	tcase_add_test(tc, dialogue_all_at_once);
	tcase_add_test(tc, dialogue_byte_by_byte);
	tcase_add_test(tc, greeting_that_comes_with_the_end_of_the_handshake);
	tcase_add_test(tc, tickets_and_key_updates_before_the_greeting);
	suite_add_tcase(s, tc);
	status = run_suite(s);
	tls_pki_clear();
	return status;
}
