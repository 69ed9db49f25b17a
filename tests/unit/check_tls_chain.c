/* SPDX-License-Identifier: MIT
 *
 * The verdict on chains: each fault alone and together with others, names, OCSP staples. No
 * handshake: chains go straight to tls_verify.c, as a server of any kind could have sent them. */
#include "runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "net/tls_context.h"
#include "net/tls_describe.h"
#include "net/tls_verify.h"
#include "pki.h"

enum certificate {
	NONE,
	ROOT,
	INTER,
	OLD_INTER,
	ROOT_1024,
	PRIVATE_ROOT,
	PRIVATE_INTER,
	GOOD,
	EXPIRED,
	FUTURE,
	OTHER_NAME,
	EXPIRED_OTHER_NAME,
	SELF,
	SELF_ALL_WRONG,
	SELF_LIKE_ROOT,
	PRIVATE,
	PRIVATE_EXPIRED,
	PRIVATE_SHA1,
	BELOW_PRIVATE_INTER,
	FETCHABLE,
	CLIENT_ONLY,
	CLIENT_ONLY_CN,
	ANY_PURPOSE,
	MAIL_ONLY_INTER,
	BELOW_MAIL_ONLY,
	RSA_1024,
	RSA_2048,
	SHA1_LEAF,
	SHA1_SELF,
	SHA1_INTER,
	BELOW_SHA1_INTER,
	P192,
	CN_ONLY,
	CN_WILDCARD,
	CN_OTHER,
	EMAIL_SAN,
	IP_SAN,
	WILDCARD,
	A_LABEL,
	BELOW_OLD_INTER,
	BELOW_LEAF,
	BELOW_ROOT_1024,
	ED25519,
	EMPTY,
	FORGED,
	FORGED_PRIVATE,
	CERTIFICATES
};

#define DAY			 INT64_C(86400)
#define NAMES			 "DNS:mx.test.example DNS:*.pool.test.example"
#define SERVER			 GNUTLS_KP_TLS_WWW_SERVER
#define FOR(subject, names, use) .cn = subject, .sans = names, .purpose = use

static const struct made {
	enum certificate issuer; /* its own number: signs itself */
	struct pki_wish w;
} made[CERTIFICATES] = {
	[ROOT] = {ROOT, {.cn = "Root", .ca = true}},
	[INTER] = {ROOT, {.cn = "Intermediate", .ca = true}},
	[OLD_INTER] = {ROOT, {.cn = "Old intermediate", .ca = true, .until = PKI_NOW - DAY}},
	[ROOT_1024] = {ROOT_1024,
		       {.cn = "Small root", .ca = true, .pk = GNUTLS_PK_RSA, .bits = 1024}},
	[PRIVATE_ROOT] = {PRIVATE_ROOT, {.cn = "Private root", .ca = true}},
	[PRIVATE_INTER] = {PRIVATE_ROOT, {.cn = "Private intermediate", .ca = true}},
	[GOOD] = {INTER, {FOR("mx.test.example", NAMES, SERVER)}},
	[EXPIRED] = {INTER, {FOR("mx", NAMES, SERVER), .until = PKI_NOW - 1}},
	[FUTURE] = {INTER, {FOR("mx", NAMES, SERVER), .from = PKI_NOW + 1}},
	[OTHER_NAME] = {INTER, {FOR("mx", "DNS:other.example", SERVER)}},
	[EXPIRED_OTHER_NAME] = {INTER,
				{FOR("mx", "DNS:other.example", SERVER), .until = PKI_NOW - 1}},
	[SELF] = {SELF, {FOR("mx", NAMES, SERVER)}},
	[SELF_ALL_WRONG] = {SELF_ALL_WRONG,
			    {FOR("mx", "DNS:other.example", GNUTLS_KP_TLS_WWW_CLIENT),
			     .until = PKI_NOW - 1, .pk = GNUTLS_PK_RSA, .bits = 1024,
			     .digest = GNUTLS_DIG_SHA1}},
	[SELF_LIKE_ROOT] = {SELF_LIKE_ROOT, {FOR("Root", NAMES, SERVER)}},
	[PRIVATE] = {PRIVATE_ROOT, {FOR("mx", NAMES, SERVER)}},
	[PRIVATE_EXPIRED] = {PRIVATE_ROOT, {FOR("mx", NAMES, SERVER), .until = PKI_NOW - 1}},
	[PRIVATE_SHA1] = {PRIVATE_ROOT, {FOR("mx", NAMES, SERVER), .digest = GNUTLS_DIG_SHA1}},
	[BELOW_PRIVATE_INTER] = {PRIVATE_INTER, {FOR("mx", NAMES, SERVER)}},
	[FETCHABLE] = {INTER,
		       {FOR("mx", NAMES, SERVER), .fetch_issuer_at = "http://ca.example/i.crt"}},
	[CLIENT_ONLY] = {INTER, {FOR("mx", NAMES, GNUTLS_KP_TLS_WWW_CLIENT)}},
	[CLIENT_ONLY_CN] = {INTER, {FOR("mx.test.example", NULL, GNUTLS_KP_TLS_WWW_CLIENT)}},
	[ANY_PURPOSE] = {INTER, {FOR("mx", NAMES, GNUTLS_KP_ANY)}},
	[MAIL_ONLY_INTER] = {ROOT,
			     {FOR("Mail intermediate", NULL, GNUTLS_KP_EMAIL_PROTECTION),
			      .ca = true}},
	[BELOW_MAIL_ONLY] = {MAIL_ONLY_INTER, {FOR("mx", NAMES, SERVER)}},
	[RSA_1024] = {INTER, {FOR("mx", NAMES, SERVER), .pk = GNUTLS_PK_RSA, .bits = 1024}},
	[RSA_2048] = {INTER, {FOR("mx", NAMES, SERVER), .pk = GNUTLS_PK_RSA, .bits = 2048}},
	[SHA1_LEAF] = {INTER, {FOR("mx", NAMES, SERVER), .digest = GNUTLS_DIG_SHA1}},
	[SHA1_SELF] = {SHA1_SELF, {FOR("mx", NAMES, SERVER), .digest = GNUTLS_DIG_SHA1}},
	[SHA1_INTER] = {ROOT, {.cn = "SHA-1 intermediate", .ca = true, .digest = GNUTLS_DIG_SHA1}},
	[BELOW_SHA1_INTER] = {SHA1_INTER, {FOR("mx", NAMES, SERVER)}},
	[P192] = {INTER,
		  {FOR("mx", NAMES, SERVER),
		   .bits = (unsigned)GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP192R1)}},
	[CN_ONLY] = {INTER, {FOR("mx.test.example", NULL, SERVER)}},
	[CN_WILDCARD] = {INTER, {FOR("*.test.example", NULL, SERVER)}},
	[CN_OTHER] = {INTER, {FOR("other.example", NULL, SERVER)}},
	[EMAIL_SAN] = {INTER, {FOR("mx.test.example", "EMAIL:postmaster@test.example", SERVER)}},
	[IP_SAN] = {INTER, {FOR("192.0.2.9", "IP:192.0.2.1 IP:2001:db8::1", SERVER)}},
	[WILDCARD] = {INTER, {FOR("mx", "DNS:*.test.example", SERVER)}},
	[A_LABEL] = {INTER, {FOR("mx", "DNS:xn--bcher-kva.example", SERVER)}},
	[BELOW_OLD_INTER] = {OLD_INTER, {FOR("mx", NAMES, SERVER)}},
	[BELOW_LEAF] = {GOOD, {FOR("mx", NAMES, SERVER)}},
	[BELOW_ROOT_1024] = {ROOT_1024, {FOR("mx", NAMES, SERVER)}},
	[ED25519] = {INTER, {FOR("mx", NAMES, SERVER), .pk = GNUTLS_PK_EDDSA_ED25519, .bits = 256}},
	[EMPTY] = {INTER, {FOR(NULL, NAMES, SERVER)}},
};

static struct pki pki[CERTIFICATES];
static struct tls_context *context;

/* The same certificate with one bit of its signature turned over. */
static void forge(struct pki *to, const struct pki *from)
{
	to->der.size = from->der.size;
	to->der.data = gnutls_malloc(from->der.size);
	memcpy(to->der.data, from->der.data, from->der.size);
	to->der.data[to->der.size - 1] ^= 1;
	gnutls_x509_crt_init(&to->crt);
	gnutls_x509_crt_import(to->crt, &to->der, GNUTLS_X509_FMT_DER);
}

static void make_all(void)
{
	char name[] = "/tmp/check_tls_chain.XXXXXX";
	gnutls_datum_t pem;
	struct err e;
	FILE *f;
	int fd;

	for (int i = NONE + 1; i < FORGED; i++)
		pki_make(&pki[i], &made[i].w,
			 made[i].issuer == (enum certificate)i ? NULL : &pki[made[i].issuer]);
	forge(&pki[FORGED], &pki[GOOD]);
	forge(&pki[FORGED_PRIVATE], &pki[PRIVATE]);

	fd = mkstemp(name);
	f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (f == NULL) {
		perror(name);
		exit(99);
	}
	gnutls_x509_crt_export2(pki[ROOT].crt, GNUTLS_X509_FMT_PEM, &pem);
	fwrite(pem.data, 1, pem.size, f);
	gnutls_free(pem.data);
	gnutls_x509_crt_export2(pki[ROOT_1024].crt, GNUTLS_X509_FMT_PEM, &pem);
	fwrite(pem.data, 1, pem.size, f);
	gnutls_free(pem.data);
	fclose(f);
	context = tls_context_new(name, &e);
	unlink(name);
	if (context == NULL) {
		fprintf(stderr, "%s\n", e.msg);
		exit(99);
	}
}

static void clear_all(void)
{
	for (int i = 0; i < CERTIFICATES; i++)
		pki_clear(&pki[i]);
	tls_context_free(context);
}

static unsigned verify(const enum certificate *chain, size_t count, const char *name,
		       gnutls_datum_t staple, int64_t now)
{
	gnutls_datum_t der[64] = {{NULL, 0}};
	gnutls_x509_crt_t crt[64] = {NULL};
	struct tls_sent sent = {der, count, staple};
	unsigned faults;

	for (size_t i = 0; i < count; i++) {
		der[i] = pki[chain[i]].der;
		crt[i] = pki[chain[i]].crt;
	}
	faults = tls_verify_chain(context, &sent, crt, now);
	if (name != NULL && count > 0)
		faults |= tls_verify_name(crt[0], name);
	return faults;
}

static char *in_words(unsigned faults)
{
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	for (unsigned i = 0; i < CERT_FAULT_COUNT; i++)
		if ((faults & 1u << i) != 0)
			buf_addf(&b, " %s", words_name(&cert_fault_words, i));
	return buf_take(&b);
}

/* ---- chains ------------------------------------------------------------------------------- */

#define MX "mx.test.example"

static const struct chain_case {
	const char *name;
	enum certificate chain[6];
	const char *host;
	unsigned faults;
} chains[] = {
	{"a good chain", {GOOD, INTER}, MX, 0},
	{"the root is sent too", {GOOD, INTER, ROOT}, MX, 0},
	{"out of order, as servers send and clients sort", {GOOD, ROOT, INTER}, MX, 0},
	{"everything twice", {GOOD, GOOD, INTER, INTER, ROOT}, MX, 0},
	{"a stranger between", {GOOD, PRIVATE_ROOT, INTER}, MX, 0},
	{"expired, by one second", {EXPIRED, INTER}, MX, CERT_EXPIRED},
	{"not yet valid, by one second", {FUTURE, INTER}, MX, CERT_NOT_YET_VALID},
	{"another name", {OTHER_NAME, INTER}, MX, CERT_NAME_MISMATCH},
	{"expired and another name",
	 {EXPIRED_OTHER_NAME, INTER},
	 MX,
	 CERT_EXPIRED | CERT_NAME_MISMATCH},
	{"self-signed", {SELF}, MX, CERT_SELF_SIGNED},
	{"everything wrong at once",
	 {SELF_ALL_WRONG},
	 MX,
	 CERT_SELF_SIGNED | CERT_EXPIRED | CERT_NAME_MISMATCH | CERT_WRONG_PURPOSE | CERT_WEAK_KEY |
		 CERT_WEAK_SIGNATURE},
	{"self-signed under the name of a trusted root", {SELF_LIKE_ROOT}, MX, CERT_SELF_SIGNED},
	{"a private root is sent along", {PRIVATE, PRIVATE_ROOT}, MX, CERT_UNKNOWN_ISSUER},
	{"private and expired",
	 {PRIVATE_EXPIRED, PRIVATE_ROOT},
	 MX,
	 CERT_UNKNOWN_ISSUER | CERT_EXPIRED},
	{"private and SHA-1",
	 {PRIVATE_SHA1, PRIVATE_ROOT},
	 MX,
	 CERT_UNKNOWN_ISSUER | CERT_WEAK_SIGNATURE},
	{"a private intermediate, its root not sent",
	 {BELOW_PRIVATE_INTER, PRIVATE_INTER},
	 MX,
	 CERT_UNKNOWN_ISSUER},
	{"a lone leaf, nothing tells why",
	 {GOOD},
	 MX,
	 CERT_MISSING_INTERMEDIATE | CERT_UNKNOWN_ISSUER},
	{"a lone leaf that says where its issuer is", {FETCHABLE}, MX, CERT_MISSING_INTERMEDIATE},
	{"the wrong intermediate", {GOOD, PRIVATE_INTER}, MX, CERT_MISSING_INTERMEDIATE},
	{"the intermediate has expired", {BELOW_OLD_INTER, OLD_INTER}, MX, CERT_EXPIRED},
	{"the leaf is for clients only", {CLIENT_ONLY, INTER}, MX, CERT_WRONG_PURPOSE},
	{"a purpose for everything", {ANY_PURPOSE, INTER}, MX, 0},
	{"the intermediate is for mail signatures",
	 {BELOW_MAIL_ONLY, MAIL_ONLY_INTER},
	 MX,
	 CERT_WRONG_PURPOSE},
	{"a wrong purpose does not make a wrong name",
	 {CLIENT_ONLY_CN, INTER},
	 MX,
	 CERT_WRONG_PURPOSE | CERT_NO_SAN},
	{"RSA of 1024 bits", {RSA_1024, INTER}, MX, CERT_WEAK_KEY},
	{"RSA of 2048 bits", {RSA_2048, INTER}, MX, 0},
	{"a curve of 192 bits", {P192, INTER}, MX, CERT_WEAK_KEY},
	{"Ed25519", {ED25519, INTER}, MX, 0},
	{"below a trusted root of 1024 bits", {BELOW_ROOT_1024}, MX, CERT_WEAK_KEY},
	{"the leaf is signed with SHA-1", {SHA1_LEAF, INTER}, MX, CERT_WEAK_SIGNATURE},
	{"the intermediate is signed with SHA-1",
	 {BELOW_SHA1_INTER, SHA1_INTER},
	 MX,
	 CERT_WEAK_SIGNATURE},
	{"self-signed with SHA-1", {SHA1_SELF}, MX, CERT_SELF_SIGNED | CERT_WEAK_SIGNATURE},
	{"issued by a certificate that is no authority",
	 {BELOW_LEAF, GOOD, INTER},
	 MX,
	 CERT_NOT_CA},
	{"a forged signature", {FORGED, INTER}, MX, CERT_BAD_SIGNATURE},
	{"a forged signature below a private root",
	 {FORGED_PRIVATE, PRIVATE_ROOT},
	 MX,
	 CERT_BAD_SIGNATURE | CERT_UNKNOWN_ISSUER},
	{"the trusted root itself", {ROOT}, NULL, 0},
	{"an empty subject", {EMPTY, INTER}, MX, 0},
	{"no certificate at all", {NONE}, MX, CERT_NONE_SENT},
};

START_TEST(chain_is_judged)
{
	const struct chain_case *c = &chains[_i];
	size_t count = 0;
	unsigned faults;
	char *got, *want;

	while (count < sizeof c->chain / sizeof c->chain[0] && c->chain[count] != NONE)
		count++;
	/* Twice: the second verdict comes from memory and must be the same. */
	for (int i = 0; i < 2; i++) {
		faults = verify(c->chain, count, c->host, (gnutls_datum_t){NULL, 0}, PKI_NOW);
		got = in_words(faults);
		want = in_words(c->faults);
		ck_assert_msg(faults == c->faults, "%s (time %d): got%s, want%s", c->name, i + 1,
			      got, want);
		free(got);
		free(want);
	}
}
END_TEST

START_TEST(remembered_verdict_knows_the_time)
{
	static const enum certificate chain[] = {GOOD, INTER};
	static const struct {
		int64_t now;
		unsigned faults;
	} rows[] = {
		{PKI_NOW, 0},
		{PKI_UNTIL, 0},
		{PKI_UNTIL + 1, CERT_EXPIRED},
		{PKI_FROM, 0},
		{PKI_FROM - 1, CERT_NOT_YET_VALID},
		{PKI_NOW, 0},
	};

	for (int i = 0; i < COUNT(rows); i++)
		ck_assert_uint_eq(verify(chain, 2, MX, (gnutls_datum_t){NULL, 0}, rows[i].now),
				  rows[i].faults);
}
END_TEST

/* Places in the memory are shared: about ten of these collide with one of the other kind. */
START_TEST(no_chain_gets_the_verdict_of_another)
{
	static const enum certificate good[] = {GOOD, INTER}, self[] = {SELF};

	for (int i = 0; i < 400; i++) {
		unsigned char other[2] = {(unsigned char)(i % 200), 0};
		gnutls_datum_t staple = {other, sizeof other};

		ck_assert_uint_eq(verify(good, 2, MX, staple, PKI_NOW), CERT_BAD_OCSP_STAPLE);
		ck_assert_uint_eq(verify(self, 1, MX, staple, PKI_NOW),
				  CERT_BAD_OCSP_STAPLE | CERT_SELF_SIGNED);
	}
}
END_TEST

START_TEST(unreadable_certificate_is_a_fault_and_the_rest_is_judged)
{
	static unsigned char garbage[] = "this is no DER";
	gnutls_datum_t der[] = {pki[EXPIRED].der, {garbage, sizeof garbage}, pki[INTER].der};
	gnutls_x509_crt_t crt[] = {pki[EXPIRED].crt, NULL, pki[INTER].crt};
	struct tls_sent sent = {der, 3, {NULL, 0}};
	struct obs_tls t = {.outcome = OUT_OK};

	ck_assert_uint_eq(tls_verify_chain(context, &sent, crt, PKI_NOW),
			  CERT_UNREADABLE | CERT_EXPIRED);
	tls_describe_chain(&sent, crt, &t);
	ck_assert_uint_eq(t.chain_count, 3);
	ck_assert_str_eq(t.chain[0].subject, "CN=mx");
	ck_assert_ptr_null(t.chain[1].subject);
	ck_assert_str_eq(t.chain[2].subject, "CN=Intermediate");
	obs_tls_clear(&t);
	sent.der++;
	sent.count--;
	ck_assert_uint_eq(tls_verify_chain(context, &sent, crt + 1, PKI_NOW), CERT_UNREADABLE);
}
END_TEST

/* ---- names -------------------------------------------------------------------------------- */

static const struct name_case {
	const char *name;
	enum certificate leaf;
	const char *host;
	unsigned faults;
} names[] = {
	{"case does not matter", GOOD, "MX.Test.Example", 0},
	{"one label for the star", GOOD, "a.pool.test.example", 0},
	{"two labels for the star", GOOD, "a.b.pool.test.example", CERT_NAME_MISMATCH},
	{"no label for the star", GOOD, "pool.test.example", CERT_NAME_MISMATCH},
	{"a wildcard alone", WILDCARD, MX, 0},
	{"a part of a name is not the name", GOOD, "x.test.example", CERT_NAME_MISMATCH},
	{"only the common name, and it fits", CN_ONLY, MX, CERT_NO_SAN},
	{"only the common name, a wildcard", CN_WILDCARD, MX, CERT_NO_SAN},
	{"only the common name, another", CN_OTHER, MX, CERT_NO_SAN | CERT_NAME_MISMATCH},
	{"the SAN is a mail address, the common name fits", EMAIL_SAN, MX, CERT_NO_SAN},
	{"with a SAN the common name does not count", OTHER_NAME, "mx", CERT_NAME_MISMATCH},
	{"an address in the SAN", IP_SAN, "192.0.2.1", 0},
	{"an IPv6 address, spelt differently", IP_SAN, "2001:DB8:0:0::1", 0},
	{"an address that is not in the SAN", IP_SAN, "192.0.2.2", CERT_NAME_MISMATCH},
	{"an address as common name does not count", IP_SAN, "192.0.2.9", CERT_NAME_MISMATCH},
	{"an address against names", GOOD, "192.0.2.1", CERT_NAME_MISMATCH},
	{"an address against no SAN", CN_ONLY, "192.0.2.1", CERT_NO_SAN | CERT_NAME_MISMATCH},
	{"an internationalised name in A-labels", A_LABEL, "xn--bcher-kva.example", 0},
};

START_TEST(name_is_judged)
{
	const struct name_case *c = &names[_i];
	char *got = in_words(tls_verify_name(pki[c->leaf].crt, c->host));
	char *want = in_words(c->faults);

	ck_assert_msg(strcmp(got, want) == 0, "%s: got%s, want%s", c->name, got, want);
	free(got);
	free(want);
}
END_TEST

/* ---- OCSP staples ------------------------------------------------------------------------- */

static const struct staple_case {
	const char *name;
	enum certificate about, signer;
	enum pki_status status;
	int64_t from, until;
	unsigned faults;
	const char *word;
} staples[] = {
	{"good", GOOD, INTER, PKI_GOOD, PKI_NOW - DAY, PKI_NOW + DAY, 0, "good"},
	{"revoked", GOOD, INTER, PKI_REVOKED, PKI_NOW - DAY, PKI_NOW + DAY, CERT_REVOKED,
	 "revoked"},
	{"unknown to the responder", GOOD, INTER, PKI_UNKNOWN, PKI_NOW - DAY, PKI_NOW + DAY, 0,
	 "unknown"},
	{"too old", GOOD, INTER, PKI_GOOD, PKI_NOW - 2 * DAY, PKI_NOW - DAY, CERT_BAD_OCSP_STAPLE,
	 "good"},
	{"from the future", GOOD, INTER, PKI_GOOD, PKI_NOW + DAY, PKI_NOW + 2 * DAY,
	 CERT_BAD_OCSP_STAPLE, "good"},
	{"of another certificate", RSA_2048, INTER, PKI_GOOD, PKI_NOW - DAY, PKI_NOW + DAY,
	 CERT_BAD_OCSP_STAPLE, "good"},
	{"signed by a stranger", GOOD, PRIVATE_ROOT, PKI_GOOD, PKI_NOW - DAY, PKI_NOW + DAY,
	 CERT_BAD_OCSP_STAPLE, "good"},
	{"revoked, and too old", GOOD, INTER, PKI_REVOKED, PKI_NOW - 2 * DAY, PKI_NOW - DAY,
	 CERT_REVOKED | CERT_BAD_OCSP_STAPLE, "revoked"},
};

START_TEST(staple_is_judged)
{
	const struct staple_case *c = &staples[_i];
	static const enum certificate chain[] = {GOOD, INTER};
	gnutls_datum_t staple = pki_staple(&pki[c->about], &pki[INTER], &pki[c->signer], c->status,
					   c->from, c->until);
	gnutls_datum_t der[] = {pki[GOOD].der};
	struct tls_sent sent = {der, 1, staple};
	struct obs_tls t = {.outcome = OUT_OK};
	char *got = in_words(verify(chain, 2, MX, staple, PKI_NOW)), *want = in_words(c->faults);

	ck_assert_msg(strcmp(got, want) == 0, "%s: got%s, want%s", c->name, got, want);
	tls_describe_chain(&sent, &pki[GOOD].crt, &t);
	ck_assert_msg(strcmp(t.ocsp.status, c->word) == 0, "%s: %s", c->name, t.ocsp.status);
	ck_assert_int_eq(t.ocsp.this_update, c->from);
	ck_assert_int_eq(t.ocsp.next_update, c->until);
	obs_tls_clear(&t);
	free(staple.data);
	free(got);
	free(want);
}
END_TEST

START_TEST(same_chain_with_another_staple)
{
	static const enum certificate chain[] = {GOOD, INTER};
	static const enum pki_status order[] = {PKI_GOOD, PKI_REVOKED, PKI_GOOD};

	for (int i = 0; i < COUNT(order); i++) {
		gnutls_datum_t staple = pki_staple(&pki[GOOD], &pki[INTER], &pki[INTER], order[i],
						   PKI_NOW - DAY, PKI_NOW + DAY);

		ck_assert_uint_eq(verify(chain, 2, MX, staple, PKI_NOW),
				  order[i] == PKI_REVOKED ? CERT_REVOKED : 0);
		free(staple.data);
	}
}
END_TEST

START_TEST(staple_that_is_garbage_is_said_to_be)
{
	static unsigned char garbage[] = "no OCSP response";
	static const enum certificate chain[] = {GOOD, INTER};
	gnutls_datum_t der[] = {pki[GOOD].der};
	struct tls_sent sent = {der, 1, {garbage, sizeof garbage}};
	struct obs_tls t = {.outcome = OUT_OK};

	ck_assert_uint_eq(verify(chain, 2, MX, sent.staple, PKI_NOW), CERT_BAD_OCSP_STAPLE);
	tls_describe_chain(&sent, &pki[GOOD].crt, &t);
	ck_assert_str_eq(t.ocsp.status, "unreadable");
	obs_tls_clear(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tls_chain");
	TCase *tc = tcase_create("verdict");
	int status;

	make_all();
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, chain_is_judged, 0, COUNT(chains));
	tcase_add_test(tc, remembered_verdict_knows_the_time);
	tcase_add_test(tc, no_chain_gets_the_verdict_of_another);
	tcase_add_test(tc, unreadable_certificate_is_a_fault_and_the_rest_is_judged);
	tcase_add_loop_test(tc, name_is_judged, 0, COUNT(names));
	tcase_add_loop_test(tc, staple_is_judged, 0, COUNT(staples));
	tcase_add_test(tc, same_chain_with_another_staple);
	tcase_add_test(tc, staple_that_is_garbage_is_said_to_be);
	suite_add_tcase(s, tc);
	status = run_suite(s);
	clear_all();
	return status;
}
