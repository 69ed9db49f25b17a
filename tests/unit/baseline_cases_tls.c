/* SPDX-License-Identifier: MIT
 *
 * Changes of STARTTLS, TLS and certificates: see baseline_cases.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "baseline_cases.h"
#include "obs_build.h"

enum { MS = 1000, DAY = 24 * 3600 };

static struct obs_tls *tls(struct observation *o)
{
	return &build_at(o, 587)->tls;
}

static struct obs_certificate *leaf(struct observation *o)
{
	return &tls(o)->chain[0];
}

static void starttls_gone(struct observation *o)
{
	build_forget(build_at(o, 587));
	build_plaintext(build_at(o, 587), "SIZE 1000\nAUTH PLAIN");
}

static void starttls_ends(struct observation *o, enum outcome how, enum outcome arrived, const char *reply)
{
	struct obs_endpoint *e = build_at(o, 587);

	build_forget(e);
	build_plaintext(e, "SIZE 52428800\nSTARTTLS");
	e->starttls.outcome = how;
	build_reply(&e->starttls.reply, arrived, reply, MS);
}

static void starttls_refused(struct observation *o)
{
	starttls_ends(o, OUT_REFUSED, OUT_REJECTED, "501 5.5.4 no");
}

static void starttls_not_now(struct observation *o)
{
	starttls_ends(o, OUT_REFUSED, OUT_REJECTED, "454 4.7.0 TLS not available due to temporary reason");
}

static void cut_before_starttls(struct observation *o)
{
	starttls_ends(o, OUT_CUT_SHORT, OUT_CUT_SHORT, NULL);
}

static void handshake_ends(struct observation *o, enum outcome how)
{
	struct obs_endpoint *e = build_at(o, 587);

	obs_tls_clear(&e->tls);
	obs_ehlo_clear(&e->ehlo_tls);
	e->tls.outcome = how;
}

static void handshake_fails(struct observation *o)
{
	handshake_ends(o, OUT_ALERT);
}

static void handshake_cut(struct observation *o)
{
	handshake_ends(o, OUT_CUT_SHORT);
}

static void implicit_fails(struct observation *o)
{
	struct obs_endpoint *e = build_at(o, 465);

	build_forget(e);
	e->mode = MODE_IMPLICIT_TLS;
	e->tls.outcome = OUT_ALERT;
}

static void lower(struct observation *o)
{
	build_set(&tls(o)->version, "TLS1.2");
	tls(o)->weaknesses = WEAK_NO_EMS;
}

static void far_lower(struct observation *o)
{
	build_set(&tls(o)->version, "TLS1.1");
	tls(o)->weaknesses = WEAK_VERSION | WEAK_CIPHER;
}

static void weak(struct observation *o)
{
	tls(o)->weaknesses = WEAK_DH | WEAK_MAC;
}

static void other_cipher(struct observation *o)
{
	build_set(&tls(o)->cipher, "TLS_CHACHA20_POLY1305_SHA256");
	build_set(&tls(o)->group, "SECP256R1");
}

static void faulty(struct observation *o, unsigned port, unsigned faults)
{
	build_at(o, port)->tls.verified = false;
	build_at(o, port)->tls.faults = faults;
}

static void expired(struct observation *o)
{
	faulty(o, 587, CERT_EXPIRED);
}

static void expired_relay(struct observation *o)
{
	faulty(o, 25, CERT_EXPIRED);
}

static void expired_and_self_signed(struct observation *o)
{
	faulty(o, 587, CERT_EXPIRED | CERT_SELF_SIGNED);
}

static void another_leaf(struct observation *o)
{
	build_set(&leaf(o)->sha256, "aa");
}

static void renewed(struct observation *o)
{
	another_leaf(o);
	leaf(o)->not_after += 90 * DAY;
}

static void renewed_and_expired(struct observation *o)
{
	another_leaf(o);
	expired(o);
}

static void issued_by(struct observation *o, const char *issuer)
{
	renewed(o);
	build_set(&leaf(o)->issuer, issuer);
}

static void other_issuer(struct observation *o)
{
	issued_by(o, "CN=Somebody Else");
}

static void issuer_r10(struct observation *o)
{
	another_leaf(o);
	build_set(&leaf(o)->issuer, "CN=R10,O=Let's Encrypt,C=US");
}

static void issuer_e6(struct observation *o)
{
	issued_by(o, "CN=E6,O=Let's Encrypt,C=US");
	build_set(&leaf(o)->sha256, "bb");
}

static void issuer_that_looks_alike(struct observation *o)
{
	issued_by(o, "CN=R10\\,O=Let's Encrypt,O=Others,C=US");
	build_set(&leaf(o)->sha256, "bb");
}

static void self_signed(struct observation *o)
{
	issued_by(o, "CN=smtp.example.com");
	faulty(o, 587, CERT_SELF_SIGNED);
}

static void names(struct observation *o, const char *first, const char *second)
{
	strlist_clear(&leaf(o)->sans);
	strlist_add(&leaf(o)->sans, first);
	strlist_add(&leaf(o)->sans, second);
}

static void two_names(struct observation *o)
{
	names(o, "smtp.example.com", "imap.example.com");
}

static void other_order(struct observation *o)
{
	renewed(o);
	names(o, "IMAP.example.com", "smtp.example.com");
}

static void wildcard(struct observation *o)
{
	renewed(o);
	names(o, "*.example.com", "example.com");
}

static void ends_earlier(struct observation *o)
{
	another_leaf(o);
	leaf(o)->not_after -= 30 * DAY;
}

static void no_wildcard(struct observation *o)
{
	renewed(o);
	two_names(o);
	build_set(&leaf(o)->sha256, "bb");
}

static void name_dropped(struct observation *o)
{
	renewed(o);
	names(o, "smtp.example.com", "pop.example.com");
}

static void wrong_name(struct observation *o)
{
	renewed(o);
	names(o, "www.example.com", "example.com");
	faulty(o, 587, CERT_NAME_MISMATCH);
}

static void other_key(struct observation *o)
{
	renewed(o);
	build_set(&leaf(o)->key, "RSA 2048");
}

#define HOST build_healthy_host
#define AT "smtp.example.com:587"

const struct baseline_case baseline_cases_tls[] = {
	{ "STARTTLS is gone, and with it all that is behind it", HOST, NULL, starttls_gone,
	  "STARTTLS_GONE problem " AT "\n", NULL },
	{ "STARTTLS came", HOST, starttls_gone, NULL, "STARTTLS_CAME note " AT "\n", NULL },
	{ "STARTTLS is refused", HOST, NULL, starttls_refused, "STARTTLS_GONE problem " AT "\n", NULL },
	{ "a 454 to STARTTLS is for the moment", HOST, NULL, starttls_not_now, "",
	  AT ": the server said \"not now\" to STARTTLS\n" },
	{ "a dialogue that was cut before STARTTLS has not lost it", HOST, NULL, cut_before_starttls, "",
	  AT ": it was cut short\n" },
	{ "a dialogue that was cut before STARTTLS had it all the same", HOST, cut_before_starttls, NULL, "",
	  AT ": in the baseline, it was cut short\n" },
	{ "the handshake fails", HOST, NULL, handshake_fails, "TLS_FAILS problem " AT "\n", NULL },
	{ "the handshake works", HOST, handshake_fails, NULL, "TLS_WORKS note " AT "\n", NULL },
	{ "a handshake that was cut short has not failed", HOST, NULL, handshake_cut, "",
	  AT ": it was cut short\n" },
	{ "a handshake that fails on a port with implicit TLS", HOST, NULL, implicit_fails,
	  "TLS_FAILS problem smtp.example.com:465\n", NULL },

	{ "TLS is lower, and what it lacks is a consequence", HOST, NULL, lower,
	  "TLS_VERSION_LOWERED warning " AT "\n", NULL },
	{ "TLS is below 1.2", HOST, NULL, far_lower, "TLS_VERSION_LOWERED problem " AT "\n", NULL },
	{ "TLS is higher", HOST, lower, NULL, "TLS_VERSION_RAISED note " AT "\n", NULL },
	{ "TLS is weaker: one change", HOST, NULL, weak, "TLS_WEAKER warning " AT "\n", NULL },
	{ "TLS is weak no more", HOST, weak, NULL, "", NULL },
	{ "another cipher that is as good", HOST, NULL, other_cipher, "", NULL },

	{ "the certificate of a submission port went bad", HOST, NULL, expired, "CERT_NOT_VALID problem " AT "\n",
	  NULL },
	{ "the certificate of a relay port went bad", HOST, NULL, expired_relay,
	  "CERT_NOT_VALID warning smtp.example.com:25\n", NULL },
	{ "a bad certificate got worse", HOST, expired, expired_and_self_signed,
	  "CERT_NOT_VALID problem " AT "\n", NULL },
	{ "a bad certificate got better, but not good", HOST, expired_and_self_signed, expired, "", NULL },
	{ "the certificate is good again", HOST, expired, NULL, "CERT_VALID_AGAIN note " AT "\n", NULL },
	{ "good again as it was renewed: one change", HOST, expired, renewed, "CERT_VALID_AGAIN note " AT "\n",
	  NULL },
	{ "the certificate was renewed", HOST, NULL, renewed, "CERT_RENEWED note " AT "\n", NULL },
	{ "replaced by one that is not good: one change", HOST, NULL, renewed_and_expired,
	  "CERT_NOT_VALID problem " AT "\n", NULL },
	{ "another issuer", HOST, NULL, other_issuer, "CERT_ISSUER_CHANGED warning " AT "\n", NULL },
	{ "another certificate of the same issuer's organisation signs", HOST, issuer_r10, issuer_e6,
	  "CERT_RENEWED note " AT "\n", NULL },
	{ "an escaped comma begins no attribute", HOST, issuer_r10, issuer_that_looks_alike,
	  "CERT_ISSUER_CHANGED warning " AT "\n", NULL },
	{ "self-signed is one change, issuer and all", HOST, NULL, self_signed,
	  "CERT_NOT_VALID problem " AT "\n", NULL },
	{ "order and letter case of names are no change", HOST, two_names, other_order,
	  "CERT_RENEWED note " AT "\n", NULL },
	{ "a wildcard covers what stood there by name", HOST, two_names, wildcard,
	  "CERT_RENEWED note " AT "\n", NULL },
	{ "a name was dropped", HOST, two_names, name_dropped,
	  "CERT_NAME_DROPPED warning " AT "\nCERT_RENEWED note " AT "\n", NULL },
	{ "the certificate was replaced by one that ends earlier", HOST, NULL, ends_earlier,
	  "CERT_ENDS_EARLIER warning " AT "\n", NULL },
	{ "a wildcard was dropped", HOST, wildcard, no_wildcard,
	  "CERT_NAME_DROPPED warning " AT "\nCERT_RENEWED note " AT "\n", NULL },
	{ "the wrong name is one change", HOST, two_names, wrong_name, "CERT_NOT_VALID problem " AT "\n", NULL },
	{ "another kind of key", HOST, NULL, other_key,
	  "CERT_RENEWED note " AT "\nCERT_KEY_CHANGED note " AT "\n", NULL },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};
