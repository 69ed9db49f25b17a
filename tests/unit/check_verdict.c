/* SPDX-License-Identifier: MIT
 *
 * The line of each role and the recommendation: what stands before any detail. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diagnose/diagnose.h"
#include "obs_build.h"
#include "runner.h"

enum { MS = 1000, SECOND = 1000 * 1000 };

static void fail_connect(struct observation *o, unsigned port, enum outcome how)
{
	struct obs_endpoint *e = build_at(o, port);

	build_forget(e);
	build_connect(e, how, how == OUT_REFUSED ? "ECONNREFUSED" : NULL,
		      how == OUT_REFUSED ? MS : 5 * SECOND);
}

static void relay_silent(struct observation *o)
{
	build_healthy_host(o);
	fail_connect(o, 25, OUT_TIMEOUT);
}

static void all_silent(struct observation *o)
{
	build_healthy_host(o);
	fail_connect(o, 25, OUT_TIMEOUT);
	fail_connect(o, 465, OUT_TIMEOUT);
	fail_connect(o, 587, OUT_TIMEOUT);
}

static void smtps_refused(struct observation *o)
{
	build_healthy_host(o);
	fail_connect(o, 465, OUT_REFUSED);
}

static void expired_everywhere(struct observation *o)
{
	build_healthy_host(o);
	for (size_t i = 0; i < o->endpoint_count; i++) {
		o->endpoints[i].tls.verified = false;
		o->endpoints[i].tls.faults = CERT_EXPIRED;
	}
}

static void auth_in_the_clear(struct observation *o)
{
	build_healthy_host(o);
	build_capabilities(&build_at(o, 587)->ehlo, "STARTTLS\nAUTH PLAIN");
}

static void second_host_refuses(struct observation *o)
{
	struct obs_endpoint *e;

	build_healthy_domain(o);
	e = &o->endpoints[o->endpoint_count - 1];
	while (e->port != 25)
		e--;
	build_forget(e);
	build_connect(e, OUT_REFUSED, "ECONNREFUSED", MS);
}

static void domain_with_closed_submission(struct observation *o)
{
	struct obs_endpoint *e;

	build_healthy_domain(o);
	e = build_endpoint(o, o->endpoints[0].host, o->endpoints[0].address, 587);
	build_connect(e, OUT_REFUSED, "ECONNREFUSED", MS);
}

static void no_tls_at_587(struct observation *o)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	fail_connect(o, 465, OUT_REFUSED);
	e = build_at(o, 587);
	build_forget(e);
	build_plaintext(e, "SIZE 1000\nAUTH PLAIN");
	e->starttls.outcome = OUT_NOT_OFFERED;
}

static void no_ipv6_here(struct observation *o)
{
	struct obs_endpoint *e;

	build_healthy_domain(o);
	o->vantage.ipv6.route = false;
	e = build_endpoint(o, o->endpoints[0].host, "2001:db8::25", 25);
	e->family = FAMILY_IPV6;
	build_connect(e, OUT_UNREACHABLE, "ENETUNREACH", 0);
}

static void cut(struct observation *o)
{
	build_healthy_host(o);
	o->cut_short = true;
	fail_connect(o, 25, OUT_CUT_SHORT);
}

static const struct row {
	const char *name;
	void (*build)(struct observation *o);
	enum role role;
	enum verdict_state state;
	const char *text;
	const char *recommendation;      /* a part of it; NULL: there is none */
} rows[] = {
	{ "a healthy relay works with verified TLS", build_healthy_host, ROLE_RELAY, VERDICT_WORKS,
	  "relay on 25: works with verified TLS 1.3", "port 465 with implicit TLS" },
	{ "healthy submission names the modes and when to log in", build_healthy_host, ROLE_SUBMISSION,
	  VERDICT_WORKS, "submission: 465 implicit TLS and 587 STARTTLS, log-in only after TLS", "PLAIN" },
	{ "who delivers to a domain is told not to submit there", build_healthy_domain, ROLE_RELAY,
	  VERDICT_WORKS, "relay on 25: works with verified TLS 1.3", "your own provider" },
	{ "a silent relay port fails", relay_silent, ROLE_RELAY, VERDICT_FAILS, "relay on 25: no answer",
	  "port 465" },
	{ "nothing answers: nothing but one's own provider is left", all_silent, ROLE_SUBMISSION,
	  VERDICT_FAILS, "submission: 465 no answer, 587 no answer", "your own provider" },
	{ "a refused port stands behind the one that works", smtps_refused, ROLE_SUBMISSION, VERDICT_WORKS,
	  "submission: 587 STARTTLS, log-in only after TLS; 465 refused", "port 587 with STARTTLS" },
	{ "an expired certificate impairs submission", expired_everywhere, ROLE_SUBMISSION, VERDICT_IMPAIRED,
	  "submission: 465 implicit TLS, but the certificate has expired and 587 STARTTLS, but the "
	  "certificate has expired, log-in only after TLS", "Mind: the certificate has expired" },
	{ "an expired certificate is said of a relay that works", expired_everywhere, ROLE_RELAY,
	  VERDICT_WORKS, "relay on 25: works with TLS 1.3; the certificate has expired, which most mail "
	  "servers do not mind", "port" },
	{ "log-in in the clear is said", auth_in_the_clear, ROLE_SUBMISSION, VERDICT_WORKS,
	  "submission: 465 implicit TLS and 587 STARTTLS, log-in offered in the clear too", "port 465" },
	{ "one of two hosts refuses: the relay is impaired", second_host_refuses, ROLE_RELAY,
	  VERDICT_IMPAIRED, "relay on 25: works at 1 of 2 addresses with verified TLS 1.3; else: refused",
	  "your own provider" },
	{ "an MX host need not take submissions", domain_with_closed_submission, ROLE_SUBMISSION,
	  VERDICT_ABSENT, "submission: not offered here, as is usual for an MX host", "your own provider" },
	{ "no TLS at all: no password", no_tls_at_587, ROLE_SUBMISSION, VERDICT_IMPAIRED,
	  "submission: 587 without TLS; 465 refused", "send no password" },
	{ "a family that this machine lacks is left out", no_ipv6_here, ROLE_RELAY, VERDICT_WORKS,
	  "relay on 25: works with verified TLS 1.3", "your own provider" },
	{ "what was cut short is not known", cut, ROLE_RELAY, VERDICT_UNKNOWN, "relay on 25: cut short",
	  "port 465" },
};

START_TEST(role_is_judged_in_a_line)
{
	const struct row *r = &rows[_i];
	struct observation o = { 0 };
	struct diagnosis d;
	size_t i = 0;

	r->build(&o);
	diagnose(&d, &o);
	while (i < d.verdict_count && d.verdicts[i].role != r->role)
		i++;
	ck_assert_msg(i < d.verdict_count, "%s: no verdict", r->name);
	ck_assert_msg(strcmp(d.verdicts[i].text, r->text) == 0, "%s: %s", r->name, d.verdicts[i].text);
	ck_assert_msg(d.verdicts[i].state == r->state, "%s: %s", r->name,
		      words_name(&verdict_state_words, d.verdicts[i].state));
	ck_assert_msg(d.recommendation != NULL && strstr(d.recommendation, r->recommendation) != NULL,
		      "%s: %s", r->name, d.recommendation != NULL ? d.recommendation : "(none)");
	diagnosis_clear(&d);
	observation_clear(&o);
}
END_TEST

START_TEST(empty_record_has_no_verdict)
{
	struct observation o = { 0 };
	struct diagnosis d;

	diagnose(&d, &o);
	ck_assert_uint_eq(d.verdict_count, 0);
	ck_assert_ptr_null(d.recommendation);
	diagnosis_clear(&d);
}
END_TEST

START_TEST(submission_is_never_a_way_to_others)
{
	struct observation o = { 0 };
	struct diagnosis d;

	second_host_refuses(&o);
	diagnose(&d, &o);
	ck_assert_ptr_nonnull(d.recommendation);
	ck_assert_msg(strstr(d.recommendation, "not this one") != NULL, "%s", d.recommendation);
	diagnosis_clear(&d);
	observation_clear(&o);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("verdict");
	TCase *tc = tcase_create("verdict");

	tcase_add_loop_test(tc, role_is_judged_in_a_line, 0, COUNT(rows));
	tcase_add_test(tc, empty_record_has_no_verdict);
	tcase_add_test(tc, submission_is_never_a_way_to_others);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
