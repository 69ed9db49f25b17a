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

static void auth_listed_only(struct observation *o)
{
	auth_in_the_clear(o);
	build_set(&build_at(o, 587)->enforcement.command, "RSET");
	build_reply(&build_at(o, 587)->enforcement.reply, OUT_REJECTED,
		    "530 5.7.0 Must issue a STARTTLS command first", MS);
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

static void another_name_at_587(struct observation *o)
{
	build_healthy_host(o);
	build_at(o, 587)->tls.verified = false;
	build_at(o, 587)->tls.faults = CERT_NAME_MISMATCH;
}

static void both_hosts_silent(struct observation *o)
{
	build_healthy_domain(o);
	for (size_t i = 0; i < o->endpoint_count; i++) {
		build_forget(&o->endpoints[i]);
		build_connect(&o->endpoints[i], OUT_TIMEOUT, NULL, 5 * SECOND);
	}
}

static void one_silent_one_refuses(struct observation *o)
{
	both_hosts_silent(o);
	for (size_t i = o->endpoint_count; i-- > 0;)
		if (o->endpoints[i].port == 25) {
			build_connect(&o->endpoints[i], OUT_REFUSED, "ECONNREFUSED", MS);
			break;
		}
}

static void self_signed_at_one(struct observation *o)
{
	build_healthy_domain(o);
	build_at(o, 25)->tls.verified = false;
	build_at(o, 25)->tls.faults = CERT_SELF_SIGNED;
}

static void address_target(struct observation *o)
{
	struct obs_endpoint *e;

	build_target(o, TARGET_ADDRESS, "192.0.2.10");
	build_host(o, "192.0.2.10", "192.0.2.10", MAIL_HOST_TARGET);
	e = build_endpoint(o, "192.0.2.10", "192.0.2.10", 25);
	build_starttls(e);
	build_tls(e, NULL);
	e = build_endpoint(o, "192.0.2.10", "192.0.2.10", 587);
	build_starttls(e);
	build_tls(e, NULL);
}

static void turned_away(struct observation *o)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 25);
	build_forget(e);
	e->mode = MODE_PLAINTEXT;
	build_reply(&e->greeting, OUT_REJECTED, "421 4.7.0 too many connections", MS);
}

static void refused_inside_tls(struct observation *o)
{
	build_healthy_host(o);
	build_reply(&build_at(o, 587)->ehlo_tls.reply, OUT_REJECTED, "550 no", MS);
}

static void starttls_refused(struct observation *o)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 25);
	build_forget(e);
	build_plaintext(e, "STARTTLS");
	e->starttls.outcome = OUT_REFUSED;
	build_reply(&e->starttls.reply, OUT_REJECTED, "454 4.7.0 TLS not available", MS);
}

static void handshake_stalls(struct observation *o)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 587);
	obs_ehlo_clear(&e->ehlo_tls);
	memset(&e->ehlo_tls, 0, sizeof(e->ehlo_tls));
	e->tls.outcome = OUT_TIMEOUT;
}

static void bytes_before_tls(struct observation *o)
{
	build_healthy_host(o);
	build_at(o, 587)->starttls.early_bytes = 20;
	build_set(&build_at(o, 587)->starttls.early_text, "250 injected");
}

static void only_ipv6_that_is_missing(struct observation *o)
{
	struct obs_endpoint *e;

	build_target(o, TARGET_HOST, "smtp.example.com");
	build_host(o, "smtp.example.com", "2001:db8::25", MAIL_HOST_TARGET);
	o->vantage.ipv6.route = false;
	e = build_endpoint(o, "smtp.example.com", "2001:db8::25", 25);
	e->family = FAMILY_IPV6;
	build_connect(e, OUT_UNREACHABLE, "ENETUNREACH", 0);
}

static void submission_closed(struct observation *o)
{
	build_healthy_host(o);
	fail_connect(o, 465, OUT_REFUSED);
	fail_connect(o, 587, OUT_REFUSED);
}

static void account_beside_blocked_25(struct observation *o)
{
	both_hosts_silent(o);
	build_implicit_tls(build_endpoint(o, o->dns.hosts[0].name, "192.0.2.10", 465));
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
	  VERDICT_FAILS, "submission: 465 and 587 no answer", "your own provider" },
	{ "a refused port stands behind the one that works", smtps_refused, ROLE_SUBMISSION, VERDICT_WORKS,
	  "submission: 587 STARTTLS, log-in only after TLS; 465 refused", "port 587 with STARTTLS" },
	{ "an expired certificate impairs submission", expired_everywhere, ROLE_SUBMISSION, VERDICT_IMPAIRED,
	  "submission: 465 implicit TLS and 587 STARTTLS, but the certificate has expired; log-in only "
	  "after TLS", "would be the one to use, but the certificate has expired" },
	{ "an expired certificate is said of a relay that works", expired_everywhere, ROLE_RELAY,
	  VERDICT_WORKS, "relay on 25: works with TLS 1.3; the certificate has expired, which most mail "
	  "servers do not mind", "port" },
	{ "log-in in the clear is said", auth_in_the_clear, ROLE_SUBMISSION, VERDICT_WORKS,
	  "submission: 465 implicit TLS and 587 STARTTLS, log-in offered in the clear too", "port 465" },
	{ "log-in that is listed in the clear, but not taken, is not offered there", auth_listed_only,
	  ROLE_SUBMISSION, VERDICT_WORKS, "submission: 465 implicit TLS and 587 STARTTLS, log-in only after "
	  "TLS", "port 465" },
	{ "one of two hosts refuses: the relay is impaired", second_host_refuses, ROLE_RELAY,
	  VERDICT_IMPAIRED, "relay on 25: works with verified TLS 1.3 at 1 of 2 hosts; refused at 1",
	  "your own provider" },
	{ "an MX host need not take submissions", domain_with_closed_submission, ROLE_SUBMISSION,
	  VERDICT_ABSENT, "submission: not offered here, as is usual for an MX host", "your own provider" },
	{ "no TLS at all: no password", no_tls_at_587, ROLE_SUBMISSION, VERDICT_IMPAIRED,
	  "submission: 587 without TLS, log-in offered in the clear; 465 refused", "send no password" },
	{ "a family that this machine lacks is left out", no_ipv6_here, ROLE_RELAY, VERDICT_WORKS,
	  "relay on 25: works with verified TLS 1.3", "your own provider" },
	{ "what was cut short is not known", cut, ROLE_RELAY, VERDICT_UNKNOWN, "relay on 25: cut short, so not known",
	  "port 465" },
	{ "of two ports the one whose certificate does not fit is named", another_name_at_587, ROLE_SUBMISSION,
	  VERDICT_IMPAIRED, "submission: 465 implicit TLS and 587 STARTTLS (the certificate is for another "
	  "name), log-in only after TLS", "port 465 with implicit TLS" },
	{ "no host answers: all of them are counted", both_hosts_silent, ROLE_RELAY, VERDICT_FAILS,
	  "relay on 25: no answer at 2 of 2 hosts", "your own provider" },
	{ "hosts that fail in different ways are counted apart", one_silent_one_refuses, ROLE_RELAY,
	  VERDICT_FAILS, "relay on 25: no answer at 1 of 2 hosts, refused at 1", NULL },
	{ "a certificate that is bad at one host is said of one", self_signed_at_one, ROLE_RELAY,
	  VERDICT_WORKS, "relay on 25: works with TLS 1.3; the certificate is self-signed at 1, which most "
	  "mail servers do not mind", "your own provider" },
	{ "an address has no name to verify: relay", address_target, ROLE_RELAY, VERDICT_WORKS,
	  "relay on 25: works with TLS 1.3, verified, but for no name", "Mind: the certificate is for a name" },
	{ "an address has no name to verify: submission", address_target, ROLE_SUBMISSION, VERDICT_WORKS,
	  "submission: 587 STARTTLS, log-in only after TLS; certificate verified, but for no name",
	  "(mail.example), so clients need that" },
	{ "a 421 turns away for now", turned_away, ROLE_RELAY, VERDICT_FAILS,
	  "relay on 25: turns this machine away for now", "port 465" },
	{ "a no inside TLS is not a fault of TLS", refused_inside_tls, ROLE_SUBMISSION, VERDICT_WORKS,
	  "submission: 465 implicit TLS, log-in only after TLS; 587 TLS works, but not the dialogue inside it",
	  "port 465" },
	{ "mail goes unencrypted where STARTTLS is refused", starttls_refused, ROLE_RELAY, VERDICT_IMPAIRED,
	  "relay on 25: works without TLS (STARTTLS is offered, but refused)", "port 465" },
	{ "a handshake that stalls", handshake_stalls, ROLE_SUBMISSION, VERDICT_WORKS,
	  "submission: 465 implicit TLS, log-in only after TLS; 587 TLS fails", "port 465" },
	{ "a port that works and yet has a problem refers to it", bytes_before_tls, ROLE_SUBMISSION,
	  VERDICT_IMPAIRED, "submission: 465 implicit TLS and 587 STARTTLS, log-in only after TLS; but see "
	  "SMTP_STARTTLS_EARLY_BYTES", "port 465" },
	{ "no address of a family that this machine has", only_ipv6_that_is_missing, ROLE_RELAY,
	  VERDICT_UNKNOWN, "relay: not tested, as this machine lacks the address family", NULL },
	{ "a host without submission is not called somebody else's", submission_closed, ROLE_SUBMISSION,
	  VERDICT_FAILS, "submission: 465 and 587 refused", "Only 25 works here" },
	{ "where not even 25 answers, silence does not say that submission is closed",
	  both_hosts_silent, ROLE_SUBMISSION, VERDICT_FAILS,
	  "submission: 465 and 587 no answer at 2 of 2 hosts",
	  "No port 25 was reached from here" },
	{ "blocked 25 at a domain: its 465 is for its own accounts", account_beside_blocked_25,
	  ROLE_RELAY, VERDICT_FAILS, "relay on 25: no answer at 2 of 2 hosts",
	  "With an account of example.com" },
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
	if (r->recommendation == NULL)
		ck_assert_msg(d.recommendation == NULL, "%s: %s", r->name, d.recommendation);
	else
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
