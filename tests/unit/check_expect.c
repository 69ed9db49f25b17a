/* SPDX-License-Identifier: MIT
 *
 * The language of expectations, and how each claim ends on records built by hand. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "expect/claims.h"
#include "expect/expect.h"
#include "obs_build.h"
#include "runner.h"

enum { MS = 1000, SECOND = 1000 * 1000 };

/* ---- records --------------------------------------------------------------------------------- */

static void fail_connect(struct observation *o, unsigned port, enum outcome how, const char *error)
{
	build_forget(build_at(o, port));
	build_connect(build_at(o, port), how, error, MS);
}

static void refused_25(struct observation *o)
{
	build_healthy_host(o);
	fail_connect(o, 25, OUT_REFUSED, "ECONNREFUSED");
}

static void silent_25(struct observation *o)
{
	build_healthy_host(o);
	fail_connect(o, 25, OUT_TIMEOUT, "ETIMEDOUT");
}

static void forbidden_25(struct observation *o)
{
	build_healthy_host(o);
	fail_connect(o, 25, OUT_DENIED, "EACCES");
}

static void cut_25(struct observation *o)
{
	build_healthy_host(o);
	fail_connect(o, 25, OUT_CUT_SHORT, NULL);
}

static void greeting_25(struct observation *o, const char *text)
{
	build_healthy_host(o);
	build_forget(build_at(o, 25));
	build_at(o, 25)->mode = MODE_PLAINTEXT;
	build_reply(&build_at(o, 25)->greeting, OUT_REJECTED, text, MS);
}

static void not_now_25(struct observation *o)
{
	greeting_25(o, "421 4.7.0 try again later");
}

static void turned_away_25(struct observation *o)
{
	greeting_25(o, "554 5.7.1 you are listed");
}

static void no_starttls(struct observation *o)
{
	build_healthy_host(o);
	build_forget(build_at(o, 587));
	build_plaintext(build_at(o, 587), "SIZE 1000\nAUTH PLAIN LOGIN");
}

static void expired_587(struct observation *o)
{
	build_healthy_host(o);
	build_at(o, 587)->tls.verified = false;
	build_at(o, 587)->tls.faults = CERT_EXPIRED;
	build_at(o, 587)->tls.chain[0].not_after = BUILD_NOW - 9 * 24 * 3600;
}

static void old_tls(struct observation *o)
{
	build_healthy_host(o);
	build_set(&build_at(o, 587)->tls.version, "TLS1.1");
}

static void size_zero(struct observation *o)
{
	build_healthy_host(o);
	build_capabilities(&build_at(o, 587)->ehlo_tls, "SIZE 0\nSMTPUTF8");
}

static void address_only(struct observation *o)
{
	struct obs_endpoint *e;

	build_target(o, TARGET_ADDRESS, "192.0.2.10");
	build_host(o, "192.0.2.10", "192.0.2.10", MAIL_HOST_TARGET);
	e = build_endpoint(o, "192.0.2.10", "192.0.2.10", 587);
	build_starttls(e);
	build_tls(e, NULL);
}

static void no_ipv6_here(struct observation *o)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	o->vantage.ipv6.route = false;
	strlist_add(&o->dns.hosts[0].addresses, "2001:db8::10");
	e = build_endpoint(o, o->dns.hosts[0].name, "2001:db8::10", 587);
	build_connect(e, OUT_UNREACHABLE, "ENETUNREACH", 0);
}

static void ipv6_open(struct observation *o)
{
	build_healthy_host(o);
	o->vantage.ipv6.route = true;
	strlist_add(&o->dns.hosts[0].addresses, "2001:db8::10");
	build_starttls(build_endpoint(o, o->dns.hosts[0].name, "2001:db8::10", 587));
}

static void aaaa_not_asked(struct observation *o)
{
	build_healthy_host(o);
	build_set(&o->dns.queries[1].type, "A");
}

static void aaaa_unknown(struct observation *o)
{
	build_healthy_host(o);
	o->dns.queries[1].rcode = DNS_TIMEOUT;
}

static void failed_in_tls(struct observation *o)
{
	build_healthy_host(o);
	build_at(o, 587)->tls.outcome = OUT_ERROR;
}

static void silent_at_ehlo(struct observation *o)
{
	build_healthy_host(o);
	build_forget(build_at(o, 587));
	build_at(o, 587)->mode = MODE_PLAINTEXT;
	build_reply(&build_at(o, 587)->greeting, OUT_OK, "220 smtp.example.com", 1);
	build_reply(&build_at(o, 587)->ehlo.reply, OUT_TIMEOUT, NULL, 1);
}

static void mx_unknown(struct observation *o)
{
	build_target(o, TARGET_AUTO, "example.com");
	build_query(o, "example.com", "MX", DNS_TIMEOUT, NULL);
}

static void no_such_name(struct observation *o)
{
	build_target(o, TARGET_AUTO, "exmaple.com");
	build_query(o, "exmaple.com", "MX", DNS_NXDOMAIN, NULL);
}

static void domain(struct observation *o)
{
	build_healthy_domain(o);
	build_query(o, "example.com", "MX", DNS_NOERROR, "10 mx1.example.com");
}

/* ---- judging --------------------------------------------------------------------------------- */

static const struct judge_case {
	const char *name;
	void (*build)(struct observation *o);
	const char *line;
	enum expect_state state;
	const char *seen;        /* somewhere in why or in the sights; NULL: anything */
} judge_cases[] = {
	{ "an open port is open", build_healthy_host, "25: open", EXPECT_MET, "open" },
	{ "a refused port is not open", refused_25, "25: open", EXPECT_NOT_MET, "ECONNREFUSED" },
	{ "a silent port is not open", silent_25, "25: open", EXPECT_NOT_MET, "got no answer" },
	{ "a port this machine forbids is not tested", forbidden_25, "25: open", EXPECT_UNCHECKED, "this machine" },
	{ "a port that was cut short is not tested", cut_25, "25: open", EXPECT_UNCHECKED, "cut short" },
	{ "a refused port is closed", refused_25, "25: closed", EXPECT_MET, NULL },
	{ "an open port is not closed", build_healthy_host, "25: closed", EXPECT_NOT_MET, "open" },
	{ "a silent port is filtered, not closed", silent_25, "25: closed", EXPECT_NOT_MET, NULL },
	{ "a silent port is filtered", silent_25, "25: filtered", EXPECT_MET, NULL },
	{ "a refused port is not filtered", refused_25, "25: filtered", EXPECT_NOT_MET, NULL },
	{ "STARTTLS works", build_healthy_host, "587: starttls", EXPECT_MET, NULL },
	{ "STARTTLS is not offered", no_starttls, "587: starttls", EXPECT_NOT_MET, "STARTTLS is not offered" },
	{ "a port with implicit TLS has no STARTTLS", build_healthy_host, "465: starttls", EXPECT_NOT_MET,
	  "implicit TLS" },
	{ "a closed port has no STARTTLS", refused_25, "25: starttls", EXPECT_NOT_MET, "the connection was refused" },
	{ "a server that says not now is not judged", not_now_25, "25: starttls", EXPECT_UNCHECKED, "421" },
	{ "a server that turns away has no STARTTLS", turned_away_25, "25: starttls", EXPECT_NOT_MET, "554" },
	{ "implicit TLS works", build_healthy_host, "465: implicit-tls", EXPECT_MET, NULL },
	{ "a port that begins in the clear is not implicit TLS", build_healthy_host, "587: implicit-tls",
	  EXPECT_NOT_MET, "in the clear" },
	{ "no log-in before TLS", build_healthy_host, "587: no-plaintext-auth", EXPECT_MET, NULL },
	{ "a log-in in the clear is seen", no_starttls, "587: no-plaintext-auth", EXPECT_NOT_MET, "PLAIN" },
	{ "that something is not there is not shown by a closed port", refused_25, "25: no-plaintext-auth",
	  EXPECT_UNCHECKED, NULL },
	{ "one of several methods will do", build_healthy_host, "587: auth=XOAUTH2|plain", EXPECT_MET, NULL },
	{ "a method that is not offered", build_healthy_host, "587: auth=CRAM-MD5", EXPECT_NOT_MET, "AUTH PLAIN" },
	{ "TLS in which this machine failed", failed_in_tls, "587: starttls", EXPECT_UNCHECKED, "this machine" },
	{ "TLS is recent enough", build_healthy_host, "587: tls>=1.2", EXPECT_MET, "TLS 1.3" },
	{ "TLS is exactly that", build_healthy_host, "587: tls=1.2", EXPECT_NOT_MET, "TLS 1.3" },
	{ "TLS is too old", old_tls, "587: tls>=1.2", EXPECT_NOT_MET, "TLS 1.1" },
	{ "the certificate is good", build_healthy_host, "587: cert-valid", EXPECT_MET, NULL },
	{ "the certificate has expired", expired_587, "587: cert-valid", EXPECT_NOT_MET, "expired" },
	{ "an address has no name to check", address_only, "587: cert-valid", EXPECT_UNCHECKED, "no name" },
	{ "days are left", build_healthy_host, "587: cert-days>=14", EXPECT_MET, NULL },
	{ "too few days are left", build_healthy_host, "587: cert-days>=400", EXPECT_NOT_MET, "days left" },
	{ "days since the end count below zero", expired_587, "587: cert-days>=0", EXPECT_NOT_MET,
	  "it ended 9 days ago" },
	{ "the certificate has the name", build_healthy_host, "587: cert-names=smtp.example.com", EXPECT_MET, NULL },
	{ "the certificate lacks the name", build_healthy_host, "587: cert-names=other.example", EXPECT_NOT_MET,
	  "smtp.example.com" },
	{ "the certificate is another one", build_healthy_host,
	  "587: cert-sha256=FF:000000000000000000000000000000000000000000000000000000000000aa",
	  EXPECT_NOT_MET, "SHA-256" },
	{ "SIZE is too small", no_starttls, "587: size>=30M", EXPECT_NOT_MET, "SIZE 1000" },
	{ "SIZE 0 is no limit", size_zero, "587: size>=30M", EXPECT_MET, "no fixed limit" },
	{ "a capability is there, in any case", size_zero, "587: capability=smtputf8", EXPECT_MET, NULL },
	{ "a capability is not there", size_zero, "587: capability=CHUNKING", EXPECT_NOT_MET, "SMTPUTF8" },
	{ "a reply code of a stage", build_healthy_host, "587: greeting.code=220", EXPECT_MET, NULL },
	{ "a reply code by its class", turned_away_25, "25: greeting.code=5yz", EXPECT_MET, "554" },
	{ "another reply code", turned_away_25, "25: greeting.code=220|250", EXPECT_NOT_MET, "554" },
	{ "a reply code of a server that says not now", not_now_25, "25: greeting.code=220", EXPECT_UNCHECKED, "421" },
	{ "a reply code for not now", not_now_25, "25: greeting.code=421", EXPECT_MET, "421" },
	{ "no text in what says not now", not_now_25, "25: reply~welcome", EXPECT_UNCHECKED, NULL },
	{ "a reply that never came", silent_at_ehlo, "587: ehlo.code=250", EXPECT_NOT_MET, "no answer" },
	{ "a text in any reply", turned_away_25, "25: reply~\"LISTED\"", EXPECT_MET, NULL },
	{ "no reply has the text", turned_away_25, "25: reply~welcome", EXPECT_NOT_MET, NULL },
	{ "the time of all stages", build_healthy_host, "587: time<1ms", EXPECT_NOT_MET, "ms" },
	{ "the time of one stage", build_healthy_host, "587: connect.time<1s", EXPECT_MET, NULL },
	{ "no time of a port that is closed", refused_25, "25: time<1s", EXPECT_NOT_MET, "refused" },
	{ "a finding is there", expired_587, "587: finding=TLS_CERT_EXPIRED", EXPECT_MET, "expired" },
	{ "a finding is not there", build_healthy_host, "587: finding=TLS_CERT_EXPIRED", EXPECT_NOT_MET, NULL },
	{ "a finding at another port does not count", expired_587, "465: no-finding=TLS_CERT_EXPIRED", EXPECT_MET,
	  NULL },
	{ "a finding at this port counts", expired_587, "587: no-finding=TLS_CERT_*", EXPECT_NOT_MET, "expired" },
	{ "no finding where nothing was tested", mx_unknown, "all: no-finding=TLS_*", EXPECT_UNCHECKED, NULL },
	{ "no finding at a port that was not probed", build_healthy_host, "2525: no-finding=TLS_CERT_*",
	  EXPECT_UNCHECKED, "nothing that was probed" },
	{ "a finding at a port that was not probed", build_healthy_host, "2525: finding=TLS_CERT_*",
	  EXPECT_UNCHECKED, "nothing that was probed" },
	{ "no finding of certificates at a port that is closed", refused_25, "25: no-finding=TLS_CERT_*",
	  EXPECT_UNCHECKED, "refused" },
	{ "no finding of silence at a port that is closed", refused_25, "25: no-finding=NET_25_SILENT*", EXPECT_MET,
	  NULL },
	{ "no finding of silence at a port this machine forbids", forbidden_25, "25: no-finding=NET_25_SILENT*",
	  EXPECT_UNCHECKED, "this machine" },
	{ "no finding of certificates without STARTTLS", no_starttls, "587: no-finding=TLS_CERT_*", EXPECT_MET, NULL },
	{ "no finding at all ports, of which one is closed", refused_25, "all: no-finding=TLS_CERT_*", EXPECT_MET,
	  NULL },
	{ "no finding of DNS needs no port", no_such_name, "all: no-finding=DNS_NULL_MX", EXPECT_MET, NULL },
	{ "two MX", domain, "all: mx-count>=2", EXPECT_MET, "2 MX" },
	{ "two MX are not three", domain, "all: mx-count>=3", EXPECT_NOT_MET, "2 MX" },
	{ "MX that nobody answered for", mx_unknown, "all: mx-count>=1", EXPECT_UNCHECKED, "TIMEOUT" },
	{ "a name that does not exist has no MX", no_such_name, "all: mx-count>=1", EXPECT_NOT_MET, "0 MX" },
	{ "IPv6 is open", ipv6_open, "all: ipv6", EXPECT_MET, NULL },
	{ "no IPv6 address", build_healthy_host, "all: ipv6", EXPECT_NOT_MET, "AAAA" },
	{ "an IPv6 address that was not asked for", aaaa_not_asked, "all: ipv6", EXPECT_UNCHECKED, "not asked" },
	{ "an IPv6 address that nobody answered for", aaaa_unknown, "all: ipv6", EXPECT_UNCHECKED, "not answered" },
	{ "IPv6 cannot be tested from here", no_ipv6_here, "all: ipv6", EXPECT_UNCHECKED, NULL },
	{ "an address without a route is left out", no_ipv6_here, "587: open", EXPECT_MET, NULL },
	{ "unless its family is named", no_ipv6_here, "587 ipv6: open", EXPECT_UNCHECKED, NULL },
	{ "a port that was not probed", build_healthy_host, "2525: open", EXPECT_UNCHECKED, "2525" },
	{ "no host of that name", build_healthy_host, "*.example.org: open", EXPECT_UNCHECKED, NULL },
	{ "no address at all", no_such_name, "25: open", EXPECT_UNCHECKED, "no address" },
	{ "any of the ports", refused_25, "any: open", EXPECT_MET, NULL },
	{ "all of the ports", refused_25, "all: open", EXPECT_NOT_MET, NULL },
	{ "a role", refused_25, "submission: open", EXPECT_MET, NULL },
	{ "a host pattern, in any case", domain, "25 MX?.example.*: open", EXPECT_MET, NULL },
	{ "a host by its name", build_healthy_host, "host=smtp.example.com 587: open", EXPECT_MET, NULL },
	{ "an address in brackets", ipv6_open, "[2001:db8::10]: open", EXPECT_MET, NULL },
};

static bool says(const struct expect_verdict *v, const char *text)
{
	if (text == NULL || (v->why != NULL && strstr(v->why, text) != NULL))
		return true;
	for (size_t i = 0; i < v->sight_count; i++)
		if (strstr(v->sights[i].seen, text) != NULL)
			return true;
	return false;
}

START_TEST(claim_ends)
{
	const struct judge_case *c = &judge_cases[_i];
	struct expectations x = { 0 };
	struct expect_verdicts v;
	struct observation o = { 0 };
	struct diagnosis d;
	struct err e = { "" };

	c->build(&o);
	diagnose(&d, &o);
	ck_assert_msg(expect_parse(&x, c->line, &e), "%s: %s", c->name, e.msg);
	expect_judge(&v, &x, &o, &d);
	ck_assert_uint_eq(v.count, 1);
	ck_assert_msg(v.list[0].state == c->state, "%s: \"%s\" is %s: %s", c->name, v.list[0].text,
		      words_name(&expect_state_words, v.list[0].state),
		      v.list[0].sight_count > 0 ? v.list[0].sights[0].seen : v.list[0].why);
	ck_assert_msg(says(&v.list[0], c->seen), "%s: seen is %s", c->name,
		      v.list[0].sight_count > 0 ? v.list[0].sights[0].seen : v.list[0].why);
	ck_assert_uint_eq(v.by_state[c->state], 1);
	expect_verdicts_clear(&v);
	expectations_clear(&x);
	diagnosis_clear(&d);
	observation_clear(&o);
}
END_TEST

START_TEST(every_claim_has_a_case_met_and_one_not_met)
{
	const struct claim_row *r = &claim_rows[_i];
	bool met = false, not_met = false;

	for (size_t i = 0; i < COUNT(judge_cases); i++) {
		const struct judge_case *c = &judge_cases[i];
		struct expectations x = { 0 };
		struct err e;

		ck_assert(expect_parse(&x, c->line, &e));
		met = met || (x.list[0].claims[0].row == r && c->state == EXPECT_MET);
		not_met = not_met || (x.list[0].claims[0].row == r && c->state == EXPECT_NOT_MET);
		expectations_clear(&x);
	}
	/* A built certificate has no fingerprint that could be named here. */
	ck_assert_msg((met || strcmp(r->word, "cert-sha256") == 0) && not_met, "%s", r->word);
}
END_TEST

/* ---- parsing --------------------------------------------------------------------------------- */

static const struct refused_case {
	const char *name, *line, *has[3];
} refused[] = {
	{ "no colon", "587 open", { "column 9", "\":\"" } },
	{ "no selector", ": open", { "column 1", "selector" } },
	{ "no claim", "25:", { "column 4", "no claim here" } },
	{ "a comma too many", "25: open,", { "column 10" } },
	{ "a selector that is nearly a word", "relya: open", { "column 1", "\"relya\"", "did you mean relay?" } },
	{ "a selector that is none", "25 mailhost: open", { "column 4", "host=NAME" } },
	{ "a port that is none", "70000: open", { "column 1", "65535" } },
	{ "a claim that is nearly one", "25: open, startls", { "column 11", "did you mean starttls?" } },
	{ "a claim that is none", "25: works", { "column 5", "docs/ci.md" } },
	{ "a value where none belongs", "25: open=1", { "column 5", "as in open" } },
	{ "a comma that is missing", "25: open cert-valid", { "column 10", "comma" } },
	{ "a value that is missing", "25: tls>=", { "column 10", "missing" } },
	{ "a value that is missing before a blank", "25: tls>= ", { "column 10", "\"\" is no value" } },
	{ "a value that is missing before a comma", "25: reply~ , open", { "column 11", "\"\" is no value" } },
	{ "words that are missing before a comma", "25: auth= , open", { "column 10", "\"\" is no value" } },
	{ "a comparison that does not fit", "25: auth>=PLAIN", { "column 5", "auth=PLAIN|LOGIN" } },
	{ "a version of TLS that is none", "25: tls>=2", { "column 10", "1.3" } },
	{ "a size that is none", "25: size>=big", { "column 11", "30M" } },
	{ "a time without its unit", "25: time<500", { "column 10", "500ms" } },
	{ "a number that is none", "25: cert-days>=two", { "column 16", "whole number" } },
	{ "a code that is none", "25: code=22", { "column 10", "220" } },
	{ "a fingerprint that is too short", "25: cert-sha256=ab", { "column 17", "64" } },
	{ "a diagnosis that is nearly one", "25: finding=TLS_CERT_EXPIRD", { "column 13", "TLS_CERT_EXPIRED" } },
	{ "a diagnosis in part", "25: finding=CERT_EXPIRED", { "column 13", "TLS_CERT_EXPIRED" } },
	{ "a stage where none belongs", "25: tls.open", { "column 5", "code, reply and time" } },
	{ "a diagnosis that no probe makes", "25: no-finding=AUTH_REJECTED", { "column 16", "--explain" } },
	{ "a code of a stage without a reply", "25: connect.code=220", { "column 5", "no reply" } },
	{ "a time of what is not at a port", "25: dns.time<1s", { "column 5", "not timed" } },
	{ "an empty alternative", "25: auth=A||B", { "column 12", "\"|\"" } },
	{ "a comma that was forgotten", "25: starttls cert-valid", { "column 14", "\"cert-valid\" has no comma before it" } },
	{ "one behind a value", "25: tls>=1.2 cert-valid", { "column 14", "no comma before it" } },
	{ "one behind words", "25: auth=PLAIN open, starttls", { "column 16", "\"open\" has no comma" } },
	{ "one behind a text", "25: reply~ESMTP Postfix", { "column 17", "double quotes" } },
	{ "a comment behind a claim", "25: starttls # for all", { "column 14", "\"#\" has no comma" } },
	{ "a quote without its end", "25: reply~\"a, b", { "column 11", "closing quote" } },
	{ "a terminal escape is not repeated", "25: \033[2J", { "\\x1B[2J" } },
};

START_TEST(line_is_refused)
{
	const struct refused_case *c = &refused[_i];
	struct expectations x = { 0 };
	struct err e = { "" };

	ck_assert_msg(!expect_parse(&x, c->line, &e), "%s: taken", c->name);
	ck_assert_uint_eq(x.count, 0);
	for (size_t i = 0; i < COUNT(c->has) && c->has[i] != NULL; i++)
		ck_assert_msg(strstr(e.msg, c->has[i]) != NULL, "%s: %s", c->name, e.msg);
}
END_TEST

START_TEST(every_example_is_taken)
{
	const struct claim_row *r = &claim_rows[_i];
	struct expectations x = { 0 };
	struct err e = { "" };
	char *line = mem_printf("25: %s", r->example);

	if (r->value != VALUE_SHA256)
		ck_assert_msg(expect_parse(&x, line, &e), "%s: %s", line, e.msg);
	expectations_clear(&x);
	free(line);
}
END_TEST

START_TEST(claims_of_a_line_are_all_taken)
{
	struct expectations x = { 0 };
	struct err e = { "" };

	ck_assert(expect_parse(&x, " any 25,465 submission : open , reply~\"a, b\",size >= 1.5K", &e));
	ck_assert_str_eq(x.list[0].selector, "any 25,465 submission");
	ck_assert(x.list[0].any);
	ck_assert_uint_eq(x.list[0].port_count, 2);
	ck_assert_uint_eq(x.list[0].claim_count, 3);
	ck_assert_str_eq(x.list[0].claims[1].words.item[0], "a, b");
	ck_assert_int_eq(x.list[0].claims[2].number, 1536);
	expectations_clear(&x);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("expect");
	TCase *t = tcase_create("expect");
	int rows = 0;

	while (claim_rows[rows].word != NULL)
		rows++;
	tcase_add_loop_test(t, claim_ends, 0, COUNT(judge_cases));
	tcase_add_loop_test(t, line_is_refused, 0, COUNT(refused));
	tcase_add_loop_test(t, every_example_is_taken, 0, rows);
	tcase_add_loop_test(t, every_claim_has_a_case_met_and_one_not_met, 0, rows);
	tcase_add_test(t, claims_of_a_line_are_all_taken);
	suite_add_tcase(s, t);
	return run_suite(s);
}
