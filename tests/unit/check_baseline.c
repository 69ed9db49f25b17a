/* SPDX-License-Identifier: MIT
 *
 * What --baseline calls a change, with its severity, and what it does not. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "baseline/baseline.h"
#include "obs_build.h"
#include "runner.h"

enum { MS = 1000, SECOND = 1000 * 1000, DAY = 24 * 3600 };

static void nothing(struct observation *o)
{
	(void)o;
}

static void closed(struct observation *o)
{
	build_forget(build_at(o, 587));
	build_connect(build_at(o, 587), OUT_REFUSED, "ECONNREFUSED", MS);
}

static void starttls_gone(struct observation *o)
{
	build_forget(build_at(o, 587));
	build_plaintext(build_at(o, 587), "SIZE 1000\nAUTH PLAIN");
}

static void turned_away(struct observation *o)
{
	build_forget(build_at(o, 587));
	build_at(o, 587)->mode = MODE_PLAINTEXT;
	build_reply(&build_at(o, 587)->greeting, OUT_REJECTED, "554 5.7.1 no", MS);
}

static void not_now(struct observation *o)
{
	build_forget(build_at(o, 587));
	build_at(o, 587)->mode = MODE_PLAINTEXT;
	build_reply(&build_at(o, 587)->greeting, OUT_REJECTED, "421 4.7.0 later", MS);
}

static void tls_lower(struct observation *o)
{
	build_set(&build_at(o, 587)->tls.version, "TLS1.2");
}

static void tls_far_lower(struct observation *o)
{
	build_set(&build_at(o, 587)->tls.version, "TLS1.1");
}

static void handshake_fails(struct observation *o)
{
	struct obs_endpoint *e = build_at(o, 587);

	obs_tls_clear(&e->tls);
	memset(&e->tls, 0, sizeof e->tls);
	obs_ehlo_clear(&e->ehlo_tls);
	memset(&e->ehlo_tls, 0, sizeof e->ehlo_tls);
	e->tls.outcome = OUT_ALERT;
}

static void expired(struct observation *o)
{
	build_at(o, 587)->tls.verified = false;
	build_at(o, 587)->tls.faults = CERT_EXPIRED;
}

static void expired_relay(struct observation *o)
{
	build_at(o, 25)->tls.verified = false;
	build_at(o, 25)->tls.faults = CERT_EXPIRED;
}

static void renewed(struct observation *o)
{
	build_set(&build_at(o, 587)->tls.chain[0].sha256, "aa");
	build_at(o, 587)->tls.chain[0].not_after += 90 * DAY;
}

static void other_issuer(struct observation *o)
{
	renewed(o);
	build_set(&build_at(o, 587)->tls.chain[0].issuer, "CN=Somebody Else");
}

static void method_dropped(struct observation *o)
{
	build_capabilities(&build_at(o, 587)->ehlo_tls, "AUTH PLAIN");
}

static void methods(struct observation *o)
{
	build_capabilities(&build_at(o, 587)->ehlo_tls, "AUTH LOGIN PLAIN");
}

static void keyword(struct observation *o)
{
	build_capabilities(&build_at(o, 587)->ehlo_tls, "AUTH LOGIN PLAIN\nSMTPUTF8\nSIZE 2000");
}

static void smaller(struct observation *o)
{
	build_capabilities(&build_at(o, 587)->ehlo_tls, "AUTH LOGIN PLAIN\nSMTPUTF8\nSIZE 1000");
}

static void unlimited(struct observation *o)
{
	build_capabilities(&build_at(o, 587)->ehlo_tls, "SIZE 0\nSMTPUTF8\nAUTH PLAIN LOGIN");
}

static void in_the_clear(struct observation *o)
{
	build_capabilities(&build_at(o, 587)->ehlo, "STARTTLS\nAUTH PLAIN");
}

static void forbidden(struct observation *o)
{
	build_forget(build_at(o, 587));
	build_connect(build_at(o, 587), OUT_DENIED, "EACCES", 0);
}

static void cut(struct observation *o)
{
	build_forget(build_at(o, 587));
	build_connect(build_at(o, 587), OUT_CUT_SHORT, NULL, 0);
}

static void noise(struct observation *o)
{
	o->started_at_us += SECOND * INT64_C(86400);
	o->duration_us *= 3;
	for (size_t i = 0; i < o->endpoint_count; i++)
		o->endpoints[i].connect.us *= 7;
	build_reply(&build_at(o, 587)->greeting, OUT_OK,
		    "220 smtp.example.com ESMTP ready at Tue, 4 Aug 2026 12:00:00 +0000 id q9si12", 9 * MS);
}

static void moved(struct observation *o)
{
	build_set(&o->dns.hosts[0].addresses.item[0], "192.0.2.99");
	for (size_t i = 0; i < o->endpoint_count; i++)
		build_set(&o->endpoints[i].address, "192.0.2.99");
}

static void null_mx(struct observation *o)
{
	o->dns.null_mx = true;
}

static const struct baseline_case {
	const char *name;
	void (*before)(struct observation *o), (*now)(struct observation *o);
	const char *codes;       /* "CODE severity", a line each, in order */
	size_t unseen;
} cases[] = {
	{ "nothing has changed", nothing, nothing, "", 0 },
	{ "times, dates and ids in banners are no change", nothing, noise, "", 0 },
	{ "a port closed is one change", nothing, closed, "PORT_CLOSED problem\n", 0 },
	{ "a port opened", closed, nothing, "PORT_OPENED note\n", 0 },
	{ "STARTTLS is gone", nothing, starttls_gone, "STARTTLS_GONE problem\n", 0 },
	{ "STARTTLS came", starttls_gone, nothing, "STARTTLS_CAME note\n", 0 },
	{ "the server turns away", nothing, turned_away, "TURNED_AWAY problem\n", 0 },
	{ "the server greets again", turned_away, nothing, "GREETS_AGAIN note\n", 0 },
	{ "a server that says not now has not changed", nothing, not_now, "", 1 },
	{ "TLS is lower", nothing, tls_lower, "TLS_VERSION_LOWERED warning\n", 0 },
	{ "TLS is below 1.2", nothing, tls_far_lower, "TLS_VERSION_LOWERED problem\n", 0 },
	{ "TLS is higher", tls_lower, nothing, "TLS_VERSION_RAISED note\n", 0 },
	{ "the handshake fails", nothing, handshake_fails, "TLS_FAILS problem\n", 0 },
	{ "the handshake works", handshake_fails, nothing, "TLS_WORKS note\n", 0 },
	{ "the certificate of a submission port went bad", nothing, expired, "CERT_NOT_VALID problem\n", 0 },
	{ "the certificate of a relay port went bad", nothing, expired_relay, "CERT_NOT_VALID warning\n", 0 },
	{ "the certificate is good again", expired, nothing, "CERT_VALID_AGAIN note\n", 0 },
	{ "the certificate was renewed", nothing, renewed, "CERT_RENEWED note\n", 0 },
	{ "another issuer", nothing, other_issuer, "CERT_ISSUER_CHANGED warning\n", 0 },
	{ "a log-in method was dropped", methods, method_dropped, "AUTH_DROPPED problem\n", 0 },
	{ "a log-in method was added", method_dropped, methods, "AUTH_ADDED note\n", 0 },
	{ "a capability was dropped", keyword, methods, "CAPABILITY_DROPPED warning\n", 0 },
	{ "a capability was added", methods, keyword, "CAPABILITY_ADDED note\n", 0 },
	{ "the size limit was lowered", keyword, smaller, "SIZE_LOWERED warning\n", 0 },
	{ "no limit is above any, and the order of words is no change", keyword, unlimited, "SIZE_RAISED note\n", 0 },
	{ "a limit where there was none", unlimited, keyword, "SIZE_LOWERED warning\n", 0 },
	{ "a log-in in the clear", nothing, in_the_clear, "AUTH_IN_THE_CLEAR warning\n", 0 },
	{ "what this machine forbids is no change", nothing, forbidden, "", 1 },
	{ "what was cut short before is no change", cut, nothing, "", 1 },
	{ "an address that moved, with all that is behind it", nothing, moved,
	  "ADDRESS_REMOVED note\nADDRESS_ADDED note\n", 0 },
	{ "the domain takes no mail any more", nothing, null_mx, "NULL_MX_CAME problem\n", 0 },
};

START_TEST(changes_are)
{
	const struct baseline_case *c = &cases[_i];
	struct observation before = { 0 }, now = { 0 };
	struct baseline_changes changes;
	struct buf got;

	build_healthy_host(&before);
	build_healthy_host(&now);
	c->before(&before);
	c->now(&now);
	baseline_compare(&changes, &before, &now);
	buf_init(&got, 4096);
	for (size_t i = 0; i < changes.count; i++)
		buf_addf(&got, "%s %s\n", changes.list[i].code,
			 words_name(&severity_words, changes.list[i].severity));
	ck_assert_msg(strcmp(buf_str(&got), c->codes) == 0, "%s: got\n%s", c->name, buf_str(&got));
	ck_assert_msg(changes.unseen.count == c->unseen, "%s: %zu unseen", c->name, changes.unseen.count);
	ck_assert(changes.known);
	buf_clear(&got);
	baseline_changes_clear(&changes);
	observation_clear(&before);
	observation_clear(&now);
}
END_TEST

START_TEST(mail_hosts_that_come_and_go)
{
	struct observation before = { 0 }, now = { 0 };
	struct baseline_changes changes;

	build_healthy_domain(&before);
	build_healthy_domain(&now);
	build_set(&now.dns.hosts[1].name, "mx9.example.com");
	for (size_t i = 0; i < now.endpoint_count; i++)
		if (strcmp(now.endpoints[i].host, "mx2.example.com") == 0)
			build_set(&now.endpoints[i].host, "mx9.example.com");
	baseline_compare(&changes, &before, &now);
	ck_assert_uint_eq(changes.count, 2);
	ck_assert_str_eq(changes.list[0].code, "MX_REMOVED");
	ck_assert_str_eq(changes.list[0].before, "mx2.example.com");
	ck_assert_str_eq(changes.list[1].code, "MX_ADDED");
	baseline_changes_clear(&changes);
	observation_clear(&before);
	observation_clear(&now);
}
END_TEST

START_TEST(a_target_that_the_baseline_lacks_is_not_known)
{
	struct observation now = { 0 };
	struct baseline_changes changes;

	build_healthy_host(&now);
	baseline_compare(&changes, NULL, &now);
	ck_assert(!changes.known);
	ck_assert_uint_eq(changes.count, 0);
	baseline_changes_clear(&changes);
	observation_clear(&now);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("baseline");
	TCase *t = tcase_create("baseline");

	tcase_add_loop_test(t, changes_are, 0, COUNT(cases));
	tcase_add_test(t, mail_hosts_that_come_and_go);
	tcase_add_test(t, a_target_that_the_baseline_lacks_is_not_known);
	suite_add_tcase(s, t);
	return run_suite(s);
}
