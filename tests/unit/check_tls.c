/* SPDX-License-Identifier: MIT
 *
 * TLS sessions that come up: what is said about them and their certificates, and what they carry;
 * and the CA file. */
#include "runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "net/tls_context.h"
#include "net/tls_describe.h"
#include "net/tls_verify.h"
#include "tls_pair.h"

/* ---- sessions that come up ---------------------------------------------------------------- */

#define OLD "NORMAL:+ARCFOUR-128:+3DES-CBC:+RSA:+DHE-RSA:+SIGN-ALL:+SIGN-RSA-SHA1:+MD5:-VERS-ALL"

static const struct session_case {
	const char *name;
	const struct pki *leaf;
	const char *priority, *version, *cipher, *group, *signature;
	unsigned weaknesses, faults;
} sessions[] = {
	{"TLS 1.3", &tls_pki.ec, "NORMAL", "TLS1.3", "TLS_AES_256_GCM_SHA384", "X25519",
	 "ECDSA-SECP256R1-SHA256", 0, 0},
	{"TLS 1.3 that only knows P-256", &tls_pki.ec, "NORMAL:-GROUP-ALL:+GROUP-SECP256R1",
	 "TLS1.3", "TLS_AES_256_GCM_SHA384", "SECP256R1", "ECDSA-SECP256R1-SHA256", 0, 0},
	{"TLS 1.3 that asks again for P-521", &tls_pki.ec, "NORMAL:-GROUP-ALL:+GROUP-SECP521R1",
	 "TLS1.3", "TLS_AES_256_GCM_SHA384", "SECP521R1", "ECDSA-SECP256R1-SHA256", 0, 0},
	{"TLS 1.2 with RSA", &tls_pki.rsa,
	 TLS12 ":-CIPHER-ALL:+AES-128-GCM:-KX-ALL:+ECDHE-RSA"
	       ":-SIGN-ALL:+SIGN-RSA-SHA256",
	 "TLS1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "X25519", "RSA-SHA256", 0, 0},
	{"TLS 1.2 with a SHA-1 signature", &tls_pki.rsa,
	 TLS12 ":-CIPHER-ALL:+AES-128-GCM:-KX-ALL"
	       ":+ECDHE-RSA:-SIGN-ALL:+SIGN-RSA-SHA1",
	 "TLS1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "X25519", "RSA-SHA1",
	 WEAK_HANDSHAKE_SIGNATURE, 0},
	{"TLS 1.2 with plain RSA", &tls_pki.rsa, TLS12 ":-CIPHER-ALL:+AES-128-CBC:-KX-ALL:+RSA",
	 "TLS1.2", "TLS_RSA_WITH_AES_128_CBC_SHA", NULL, NULL, WEAK_NO_FORWARD_SECRECY, 0},
	{"TLS 1.2 with RC4 and MD5", &tls_pki.rsa,
	 OLD ":+VERS-TLS1.2:-CIPHER-ALL:+ARCFOUR-128:-KX-ALL"
	     ":+RSA:-MAC-ALL:+MD5",
	 "TLS1.2", "TLS_RSA_WITH_RC4_128_MD5", NULL, NULL,
	 WEAK_CIPHER | WEAK_MAC | WEAK_NO_FORWARD_SECRECY, 0},
	{"TLS 1.2 with a finite-field group", &tls_pki.rsa,
	 TLS12 ":-CIPHER-ALL:+AES-128-GCM"
	       ":-KX-ALL:+DHE-RSA:-SIGN-ALL:+SIGN-RSA-SHA256",
	 "TLS1.2", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "FFDHE2048", "RSA-SHA256", 0, 0},
	{"TLS 1.1", &tls_pki.rsa, OLD ":+VERS-TLS1.1:-CIPHER-ALL:+AES-128-CBC:-KX-ALL:+ECDHE-RSA",
	 "TLS1.1", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "X25519", NULL, WEAK_VERSION, 0},
	{"TLS 1.0 with 3DES and no extensions", &tls_pki.rsa,
	 OLD ":+VERS-TLS1.0:-CIPHER-ALL:+3DES-CBC"
	     ":-KX-ALL:+RSA:%NO_SESSION_HASH:%DISABLE_SAFE_RENEGOTIATION",
	 "TLS1.0", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", NULL, NULL,
	 WEAK_VERSION | WEAK_CIPHER | WEAK_NO_FORWARD_SECRECY | WEAK_NO_EMS |
		 WEAK_NO_SAFE_RENEGOTIATION,
	 0},
	{"a certificate with RSA of 1024 bits", &tls_pki.rsa_1024,
	 TLS12 ":-CIPHER-ALL:+AES-128-GCM"
	       ":-KX-ALL:+ECDHE-RSA:-SIGN-ALL:+SIGN-RSA-SHA256",
	 "TLS1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "X25519", "RSA-SHA256", 0,
	 CERT_WEAK_KEY},
	{"a certificate signed with SHA-1", &tls_pki.sha1, "NORMAL", "TLS1.3",
	 "TLS_AES_256_GCM_SHA384", "X25519", "ECDSA-SECP256R1-SHA256", 0, CERT_WEAK_SIGNATURE},
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
	ck_assert_int_eq(tls_engine_read(p.client, &p.in, &p.plain, &p.server.in, false),
			 TLS_AGAIN);
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
	{"mx.test.example", "mx.test.example"},
	{"mx.test.example.", "mx.test.example"},
	{NULL, ""},
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
	gnutls_datum_t staple = pki_staple(&tls_pki.ec, &tls_pki.inter, &tls_pki.inter, PKI_REVOKED,
					   PKI_NOW - 60, PKI_NOW + 60);
	static const char *const priorities[] = {"NORMAL", TLS12};
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
	static const char *const priorities[] = {"NORMAL", TLS12};
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
	gnutls_datum_t chain[] = {tls_pki.ec.der, {garbage, sizeof garbage}, tls_pki.inter.der};
	static const char *const priorities[] = {"NORMAL", TLS12};
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

/* ---- descriptions ------------------------------------------------------------------------- */

static void describe_one(struct obs_tls *t, const struct pki *p)
{
	gnutls_datum_t der[] = {p->der};
	struct tls_sent sent = {der, 1, {NULL, 0}};

	memset(t, 0, sizeof *t);
	tls_describe_chain(&sent, &p->crt, t);
	ck_assert_uint_eq(t->chain_count, 1);
}

static const struct key_case {
	gnutls_pk_algorithm_t pk;
	unsigned bits;
	gnutls_digest_algorithm_t digest;
	const char *key, *signature;
} keys[] = {
	{0, 0, 0, "ECDSA P-256", "ECDSA-SHA256"},
	{GNUTLS_PK_ECDSA, (unsigned)GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1),
	 GNUTLS_DIG_SHA512, "ECDSA P-521", "ECDSA-SHA512"},
	{GNUTLS_PK_RSA, 1024, 0, "RSA 1024", "ECDSA-SHA256"},
	{GNUTLS_PK_EDDSA_ED25519, 256, 0, "Ed25519", "ECDSA-SHA256"},
	{0, 0, GNUTLS_DIG_SHA1, "ECDSA P-256", "ECDSA-SHA1"},
};

START_TEST(key_and_signature_have_names)
{
	const struct key_case *c = &keys[_i];
	struct pki_wish w = {.cn = "mx", .pk = c->pk, .bits = c->bits, .digest = c->digest};
	struct obs_tls t;
	struct pki p;

	pki_make(&p, &w, &tls_pki.inter);
	describe_one(&t, &p);
	ck_assert_str_eq(t.chain[0].key, c->key);
	ck_assert_str_eq(t.chain[0].signature, c->signature);
	obs_tls_clear(&t);
	pki_clear(&p);
}
END_TEST

START_TEST(certificate_is_described)
{
	const struct obs_certificate *c;
	unsigned char id[32];
	size_t size = sizeof id;
	struct obs_tls t;
	struct pki empty;
	char hex[65];

	describe_one(&t, &tls_pki.ec);
	c = &t.chain[0];
	ck_assert_str_eq(c->subject, "CN=mx");
	ck_assert_str_eq(c->issuer, "CN=Intermediate");
	ck_assert_uint_eq(c->sans.count, 1);
	ck_assert_str_eq(c->sans.item[0], "mx.test.example");
	ck_assert_int_eq(c->not_before, PKI_FROM);
	ck_assert_int_eq(c->not_after, PKI_UNTIL);
	ck_assert(!c->ca && !c->self_issued);
	/* GnuTLS's own way to the key's hash; for P-256 its encoding is the one that was sent. */
	ck_assert_int_eq(
		gnutls_x509_crt_get_key_id(tls_pki.ec.crt, GNUTLS_KEYID_USE_SHA256, id, &size), 0);
	for (int i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", id[i]);
	ck_assert_str_eq(c->spki_sha256, hex);
	size = sizeof id;
	gnutls_x509_crt_get_fingerprint(tls_pki.ec.crt, GNUTLS_DIG_SHA256, id, &size);
	for (int i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", id[i]);
	ck_assert_str_eq(c->sha256, hex);
	obs_tls_clear(&t);

	describe_one(&t, &tls_pki.root);
	ck_assert(t.chain[0].ca && t.chain[0].self_issued);
	obs_tls_clear(&t);
	pki_make(&empty, &(struct pki_wish){.sans = "DNS:mx.test.example"}, &tls_pki.inter);
	describe_one(&t, &empty);
	ck_assert_str_eq(t.chain[0].subject, "");
	obs_tls_clear(&t);
	pki_clear(&empty);
}
END_TEST

START_TEST(other_sans_carry_their_kind)
{
	struct pki p;
	struct obs_tls t;

	pki_make(&p,
		 &(struct pki_wish){.cn = "mx",
				    .sans = "DNS:a.example IP:192.0.2.1 IP:2001:db8::1 "
					    "EMAIL:a@b.example URI:smtp:x"},
		 &tls_pki.inter);
	describe_one(&t, &p);
	ck_assert_uint_eq(t.chain[0].sans.count, 5);
	ck_assert_str_eq(t.chain[0].sans.item[1], "192.0.2.1");
	ck_assert_str_eq(t.chain[0].sans.item[2], "2001:db8::1");
	ck_assert_str_eq(t.chain[0].sans.item[3], "email:a@b.example");
	ck_assert_str_eq(t.chain[0].sans.item[4], "uri:smtp:x");
	obs_tls_clear(&t);
	pki_clear(&p);
}
END_TEST

/* A NUL in a name is the old trick to make C programs read another name (CVE-2009-2408). */
START_TEST(hostile_san_is_shown_and_never_matches)
{
	static const char with_nul[] = "DNS:mx.test.example?.evil.example";
	struct pki p;
	struct obs_tls t;
	unsigned char *at;

	pki_make(&p, &(struct pki_wish){.cn = "mx", .sans = with_nul}, &tls_pki.inter);
	at = memmem(p.der.data, p.der.size, with_nul + 4, strlen(with_nul + 4));
	ck_assert_ptr_nonnull(at);
	*(unsigned char *)memchr(at, '?', 32) = '\0';
	gnutls_x509_crt_deinit(p.crt);
	gnutls_x509_crt_init(&p.crt);
	ck_assert_int_eq(gnutls_x509_crt_import(p.crt, &p.der, GNUTLS_X509_FMT_DER), 0);
	describe_one(&t, &p);
	ck_assert_str_eq(t.chain[0].sans.item[0], "mx.test.example\\x00.evil.example");
	ck_assert_uint_eq(tls_verify_name(p.crt, "mx.test.example"), CERT_NAME_MISMATCH);
	obs_tls_clear(&t);
	pki_clear(&p);
}
END_TEST

START_TEST(five_hundred_sans_are_cut_but_the_last_still_matches)
{
	struct pki p;
	struct obs_tls t;
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	for (int i = 0; i < 500; i++)
		buf_addf(&b, "%sDNS:h%d.test.example", i > 0 ? " " : "", i);
	pki_make(&p, &(struct pki_wish){.cn = "mx", .sans = b.data}, &tls_pki.inter);
	describe_one(&t, &p);
	ck_assert_uint_eq(t.chain[0].sans.count, LIMIT_SANS);
	ck_assert_str_eq(t.chain[0].sans.item[LIMIT_SANS - 1], "h199.test.example");
	ck_assert_uint_eq(tls_verify_name(p.crt, "h499.test.example"), 0);
	obs_tls_clear(&t);
	pki_clear(&p);
	buf_clear(&b);
}
END_TEST

/* ---- the CA file -------------------------------------------------------------------------- */

static const struct file_case {
	const char *name, *contents, *says;
} files[] = {
	{"no such file", NULL, "No such file"},
	{"an empty file", "", "there is no certificate"},
	{"some text", "hello\n", "there is no certificate"},
	{"a key instead", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
	 "there is no certificate"},
	{"a broken certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
	 "cannot be read"},
};

START_TEST(bad_ca_file_is_named)
{
	const struct file_case *c = &files[_i];
	char name[] = "/tmp/check_tls.XXXXXX";
	int fd = mkstemp(name);
	struct err e = {""};

	ck_assert(fd >= 0);
	if (c->contents != NULL)
		ck_assert(write(fd, c->contents, strlen(c->contents)) ==
			  (ssize_t)strlen(c->contents));
	else
		unlink(name);
	close(fd);
	ck_assert_ptr_null(tls_context_new(name, &e));
	unlink(name);
	ck_assert_msg(strstr(e.msg, c->says) != NULL && strstr(e.msg, name) != NULL, "%s: %s",
		      c->name, e.msg);
}
END_TEST

START_TEST(directory_is_no_ca_file)
{
	struct err e = {""};

	ck_assert_ptr_null(tls_context_new("/tmp", &e));
	ck_assert_msg(strstr(e.msg, "/tmp") != NULL && strstr(e.msg, "PEM") != NULL, "%s", e.msg);
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
	tc = tcase_create("description");
	tcase_add_test(tc, certificate_is_described);
	tcase_add_loop_test(tc, key_and_signature_have_names, 0, COUNT(keys));
	tcase_add_test(tc, other_sans_carry_their_kind);
	tcase_add_test(tc, hostile_san_is_shown_and_never_matches);
	tcase_add_test(tc, five_hundred_sans_are_cut_but_the_last_still_matches);
	suite_add_tcase(s, tc);
	tc = tcase_create("ca_file");
	tcase_add_loop_test(tc, bad_ca_file_is_named, 0, COUNT(files));
	tcase_add_test(tc, directory_is_no_ca_file);
	suite_add_tcase(s, tc);
	status = run_suite(s);
	tls_pki_clear();
	return status;
}
