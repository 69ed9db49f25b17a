/* SPDX-License-Identifier: MIT
 *
 * The evaluator: status, severity, merging, order, advice. What each rule sees is tested in
 * check_rules.c. */
#include <stdlib.h>
#include <string.h>

#include "diagnose/rule.h"
#include "obs_build.h"
#include "runner.h"

enum { MS = 1000, SECOND = 1000 * 1000 };

static const struct finding *find(const struct diagnosis *d, const char *code)
{
	for (size_t i = 0; i < d->finding_count; i++)
		if (strcmp(d->findings[i].rule->code, code) == 0)
			return &d->findings[i];
	return NULL;
}

/* ---- status ------------------------------------------------------------------------------------ */

static void all_connects(struct observation *o, enum outcome outcome, const char *error)
{
	build_healthy_host(o);
	for (size_t i = 0; i < o->endpoint_count; i++)
		build_connect(&o->endpoints[i], outcome, error, SECOND);
}

static void no_route_at_all(struct observation *o)
{
	all_connects(o, OUT_UNREACHABLE, "ENETUNREACH");
	o->vantage.ipv4.route = false;
}

static void router_says_unreachable(struct observation *o)
{
	all_connects(o, OUT_UNREACHABLE, "EHOSTUNREACH");
}

static void denied(struct observation *o)
{
	all_connects(o, OUT_DENIED, "EACCES");
}

static void local_errors(struct observation *o)
{
	all_connects(o, OUT_ERROR, "EMFILE");
}

static void all_silent(struct observation *o)
{
	all_connects(o, OUT_TIMEOUT, "ETIMEDOUT");
}

static void cut_short(struct observation *o)
{
	build_healthy_host(o);
	o->cut_short = true;
}

static void cut_short_after_a_problem(struct observation *o)
{
	all_silent(o);
	o->cut_short = true;
}

static void no_endpoint(struct observation *o, enum dns_rcode rcode, enum mail_host_problem problem)
{
	build_target(o, TARGET_HOST, "mail.example.com");
	build_query(o, "mail.example.com", "A", rcode, NULL);
	build_host(o, "mail.example.com", NULL, MAIL_HOST_TARGET)->problem = problem;
}

static void nxdomain(struct observation *o)
{
	no_endpoint(o, DNS_NXDOMAIN, HOST_NXDOMAIN);
}

/* The MX question was answered with NXDOMAIN and no host was made of it. */
static void nxdomain_without_a_host(struct observation *o)
{
	build_target(o, TARGET_AUTO, "nowhere.example");
	build_query(o, "nowhere.example", "MX", DNS_NXDOMAIN, NULL);
}

static void nodata(struct observation *o)
{
	no_endpoint(o, DNS_NODATA, HOST_NODATA);
}

static void servfail(struct observation *o)
{
	no_endpoint(o, DNS_SERVFAIL, HOST_SERVFAIL);
}

static void resolver_refuses(struct observation *o)
{
	no_endpoint(o, DNS_REFUSED, HOST_REFUSED);
}

static void resolver_dead(struct observation *o)
{
	no_endpoint(o, DNS_TIMEOUT, HOST_TIMEOUT);
}

static void null_mx(struct observation *o)
{
	build_target(o, TARGET_DOMAIN, "example.com");
	build_query(o, "example.com", "MX", DNS_NOERROR, "0 .");
	o->dns.null_mx = true;
}

static void one_mx_unresolved(struct observation *o)
{
	build_healthy_domain(o);
	build_host(o, "mx3.example.com", NULL, MAIL_HOST_MX)->problem = HOST_NXDOMAIN;
}

static void one_family_without_route(struct observation *o)
{
	build_healthy_host(o);
	build_connect(build_endpoint(o, "smtp.example.com", "2001:db8::10", 587), OUT_UNREACHABLE,
		      "ENETUNREACH", 0);
	o->vantage.ipv6.route = false;
}

static void expires_soon(struct observation *o)
{
	build_healthy_host(o);
	build_at(o, 587)->tls.chain[0].not_after = BUILD_NOW + 1;
}

static const struct status_case {
	const char *name;
	void (*build)(struct observation *o);
	enum status status;
	const char *first;       /* the code of the first finding; NULL: none is asked for */
} statuses[] = {
	{ "a healthy host", build_healthy_host, STATUS_OK, "SMTP_IMPLICIT_TLS" },
	{ "a healthy domain whose MX refuse 465 and 587", build_healthy_domain, STATUS_OK,
	  "ALL_WELL" },
	{ "cut short, all well so far", cut_short, STATUS_UNCHECKED, "SMTP_IMPLICIT_TLS" },
	{ "cut short, with a problem", cut_short_after_a_problem, STATUS_UNCHECKED,
	  "NET_PORT_SILENT" },
	{ "no route", no_route_at_all, STATUS_UNCHECKED, "NET_NO_ROUTE" },
	{ "unreachable, says a router", router_says_unreachable, STATUS_PROBLEM,
	  "NET_HOST_UNREACHABLE" },
	{ "denied by this machine", denied, STATUS_UNCHECKED, "NET_LOCAL_DENIED" },
	{ "local errors", local_errors, STATUS_UNCHECKED, "NET_LOCAL_ERROR" },
	{ "all silent", all_silent, STATUS_PROBLEM, "NET_PORT_SILENT" },
	{ "NXDOMAIN", nxdomain, STATUS_PROBLEM, "DNS_NAME_NOT_FOUND" },
	{ "NXDOMAIN, no host recorded", nxdomain_without_a_host, STATUS_PROBLEM,
	  "DNS_NAME_NOT_FOUND" },
	{ "no data", nodata, STATUS_PROBLEM, "DNS_NO_ADDRESS" },
	{ "SERVFAIL", servfail, STATUS_UNCHECKED, "DNS_SERVFAIL" },
	{ "the resolver refuses", resolver_refuses, STATUS_UNCHECKED, "DNS_REFUSED" },
	{ "the resolver is dead", resolver_dead, STATUS_UNCHECKED, "DNS_RESOLVER_SILENT" },
	{ "null MX", null_mx, STATUS_UNCHECKED, "DNS_NULL_MX" },
	{ "one MX of three does not exist", one_mx_unresolved, STATUS_PROBLEM,
	  "DNS_MX_HOST_NOT_FOUND" },
	{ "no IPv6 here", one_family_without_route, STATUS_OK, NULL },
	{ "a warning only", expires_soon, STATUS_OK, "TLS_CERT_EXPIRES_SOON" },
};

START_TEST(status_is)
{
	const struct status_case *c = &statuses[_i];
	struct observation o = { 0 };
	struct diagnosis d;

	c->build(&o);
	diagnose(&d, &o);
	ck_assert_msg(d.status == c->status, "%s: %s, want %s", c->name,
		      words_name(&status_words, d.status), words_name(&status_words, c->status));
	if (c->first != NULL)
		ck_assert_msg(d.finding_count > 0 &&
			      strcmp(d.findings[0].rule->code, c->first) == 0, "%s: first is %s, want %s",
			      c->name, d.finding_count > 0 ? d.findings[0].rule->code : "none",
			      c->first);
	diagnosis_clear(&d);
	observation_clear(&o);
}
END_TEST

/* ---- which findings there are in all ------------------------------------------------------------- */

static void silent_25(struct observation *o)
{
	build_healthy_host(o);
	build_connect(build_at(o, 25), OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
}

static void silent_25_and_465(struct observation *o)
{
	silent_25(o);
	build_connect(build_at(o, 465), OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
}

static void silent_25_rest_refused(struct observation *o)
{
	silent_25(o);
	build_connect(build_at(o, 465), OUT_REFUSED, "ECONNREFUSED", MS);
	build_connect(build_at(o, 587), OUT_REFUSED, "ECONNREFUSED", MS);
}

static void refused_25(struct observation *o)
{
	build_healthy_host(o);
	build_connect(build_at(o, 25), OUT_REFUSED, "ECONNREFUSED", MS);
}

static void mx_with_silent_submission(struct observation *o)
{
	build_healthy_domain(o);
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (o->endpoints[i].port != 25)
			build_connect(&o->endpoints[i], OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
}

static void submission_ports_of_a_domain(struct observation *o)
{
	build_target(o, TARGET_DOMAIN, "example.com");
	build_host(o, "mx1.example.com", "192.0.2.10", MAIL_HOST_MX);
	build_connect(build_endpoint(o, "mx1.example.com", "192.0.2.10", 587), OUT_REFUSED,
		      "ECONNREFUSED", MS);
}

static void greeting_554(struct observation *o)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 587);
	build_forget(e);
	e->mode = MODE_PLAINTEXT;
	build_reply(&e->greeting, OUT_REJECTED, "554 5.7.1 No", MS);
}

static void masked_25(struct observation *o)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 25);
	build_forget(e);
	build_plaintext(e, "SIZE\nXXXXXXXA");
	build_reply(&e->greeting, OUT_OK, "220 ******************", MS);
}

static void ipv6_down(struct observation *o)
{
	build_healthy_host(o);
	for (unsigned port = 25; port < 600; port++)
		if (port == 25 || port == 465 || port == 587)
			build_connect(build_endpoint(o, "smtp.example.com", "2001:db8::10", port),
				      OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
}

static void expired_and_wrong_name(struct observation *o)
{
	build_healthy_host(o);
	build_at(o, 587)->tls.faults = CERT_EXPIRED | CERT_NAME_MISMATCH;
	build_at(o, 587)->tls.verified = false;
}

static void self_signed_mx(struct observation *o)
{
	build_healthy_domain(o);
	for (size_t i = 0; i < o->endpoint_count; i += 3) {
		o->endpoints[i].tls.faults = CERT_SELF_SIGNED;
		o->endpoints[i].tls.verified = false;
	}
}

static void address_target(struct observation *o)
{
	struct obs_endpoint *e;

	build_target(o, TARGET_ADDRESS, "192.0.2.10");
	build_host(o, "192.0.2.10", "192.0.2.10", MAIL_HOST_TARGET);
	e = build_endpoint(o, "192.0.2.10", "192.0.2.10", 587);
	build_starttls(e);
	build_tls(e, NULL);
}

static const struct whole_case {
	const char *name;
	void (*build)(struct observation *o);
	const char *codes;       /* all findings in their order */
} wholes[] = {
	{ "a healthy host", build_healthy_host, "SMTP_IMPLICIT_TLS ALL_WELL" },
	{ "a healthy domain: closed 465 and 587, no AUTH on 25", build_healthy_domain, "ALL_WELL" },
	{ "25 silent, 465 and 587 work", silent_25,
	  "NET_25_SILENT_OTHERS_ANSWER SMTP_IMPLICIT_TLS" },
	{ "25 and 465 silent, 587 works (symptom N02)", silent_25_and_465,
	  "NET_25_465_SILENT" },
	{ "25 silent, 465 and 587 refused", silent_25_rest_refused, "NET_25_SILENT_OTHERS_ANSWER" },
	{ "all silent", all_silent, "NET_PORT_SILENT" },
	{ "25 refused, 465 and 587 work", refused_25, "SMTP_IMPLICIT_TLS ALL_WELL" },
	{ "an MX whose 465 and 587 are dropped", mx_with_silent_submission, "ALL_WELL" },
	{ "a domain probed on 587 only", submission_ports_of_a_domain, "NET_PORT_REFUSED" },
	{ "554 as greeting hides nothing and adds nothing", greeting_554,
	  "SMTP_GREETING_REJECTED SMTP_IMPLICIT_TLS" },
	{ "a masked banner is the cause, no STARTTLS the consequence", masked_25,
	  "SMTP_MASKED_BANNER SMTP_IMPLICIT_TLS" },
	{ "IPv6 silent on three ports is said once", ipv6_down,
	  "NET_IPV6_BROKEN SMTP_IMPLICIT_TLS" },
	{ "expired does not hide that the name is wrong", expired_and_wrong_name,
	  "TLS_CERT_EXPIRED TLS_CERT_NAME_MISMATCH SMTP_IMPLICIT_TLS" },
	{ "self-signed on 25 is a note", self_signed_mx, "TLS_CERT_SELF_SIGNED ALL_WELL" },
	{ "an address has no name to check", address_target, "TLS_CERT_NAME_NOT_CHECKED ALL_WELL" },
	{ "NXDOMAIN", nxdomain, "DNS_NAME_NOT_FOUND" },
	{ "null MX", null_mx, "DNS_NULL_MX" },
	{ "a dead resolver", resolver_dead, "DNS_RESOLVER_SILENT" },
};

/* Diagnoses what `build` makes and holds what `say` makes of that against `want`. */
static void compare(const char *name, void (*build)(struct observation *o),
		    void (*say)(struct buf *to, const struct diagnosis *d), const char *want)
{
	struct observation o = { 0 };
	struct diagnosis d;
	struct buf got;

	buf_init(&got, 4096);
	build(&o);
	diagnose(&d, &o);
	say(&got, &d);
	ck_assert_msg(strcmp(buf_str(&got), want) == 0, "%s: got \"%s\", want \"%s\"", name,
		      buf_str(&got), want);
	buf_clear(&got);
	diagnosis_clear(&d);
	observation_clear(&o);
}

static void say_codes(struct buf *to, const struct diagnosis *d)
{
	for (size_t i = 0; i < d->finding_count; i++)
		buf_addf(to, "%s%s", i > 0 ? " " : "", d->findings[i].rule->code);
}

START_TEST(findings_are)
{
	compare(wholes[_i].name, wholes[_i].build, say_codes, wholes[_i].codes);
}
END_TEST

/* ---- merging, severity, confidence, order ---------------------------------------------------------- */

START_TEST(same_fault_is_one_finding)
{
	struct observation o = { 0 };
	struct diagnosis d;
	const struct finding *f;

	build_healthy_host(&o);
	build_at(&o, 25)->tls.faults = CERT_EXPIRED;
	build_at(&o, 465)->tls.faults = CERT_EXPIRED;
	build_at(&o, 587)->tls.faults = CERT_EXPIRED;
	diagnose(&d, &o);
	f = find(&d, "TLS_CERT_EXPIRED");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->evidence_count, 3);
	ck_assert_str_eq(f->evidence[0].endpoint, "192.0.2.10:25");
	ck_assert_str_eq(f->evidence[1].endpoint, "192.0.2.10:465");
	ck_assert_str_eq(f->evidence[2].endpoint, "192.0.2.10:587");
	ck_assert_str_eq(f->summary,
			 "The certificate has expired at smtp.example.com ports 25, 465 and 587");
	/* The relay port alone would be a warning; the submission ports make it a problem. */
	ck_assert_int_eq(f->severity, SEVERITY_PROBLEM);
	diagnosis_clear(&d);
	observation_clear(&o);
}
END_TEST

static void silent_everywhere(struct observation *o)
{
	build_healthy_domain(o);
	for (size_t i = 0; i < o->endpoint_count; i += 3)
		build_connect(&o->endpoints[i], OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
}

static void expired_587(struct observation *o)
{
	build_healthy_host(o);
	build_at(o, 587)->tls.faults = CERT_EXPIRED;
}

static void expired_ipv6_literal(struct observation *o)
{
	struct obs_endpoint *e;

	build_target(o, TARGET_ADDRESS, "2001:db8::10");
	e = build_endpoint(o, "2001:db8::10", "2001:db8::10", 587);
	build_starttls(e);
	e->tls.faults = CERT_EXPIRED;
}

static void expired_on_many_ports(struct observation *o)
{
	build_target(o, TARGET_HOST, "mail.example.com");
	for (unsigned port = 2500; port < 2506; port++) {
		struct obs_endpoint *e;

		e = build_endpoint(o, "mail.example.com", "192.0.2.10", port);
		build_starttls(e);
		e->tls.faults = CERT_EXPIRED;
	}
}

static const struct summary_case {
	const char *name;
	void (*build)(struct observation *o);
	const char *code, *summary;
} summaries[] = {
	{ "one port of two hosts", silent_everywhere, "NET_25_SILENT_OTHERS_ANSWER",
	  "No answer from port 25 of both hosts, while other ports answer" },
	{ "one endpoint", expired_587, "TLS_CERT_EXPIRED",
	  "The certificate has expired at smtp.example.com:587" },
	{ "one IPv6 address", expired_ipv6_literal, "TLS_CERT_EXPIRED",
	  "The certificate has expired at [2001:db8::10]:587" },
	{ "many ports of one host", expired_on_many_ports, "TLS_CERT_EXPIRED",
	  "The certificate has expired at 6 ports of mail.example.com" },
	{ "the target", nxdomain, "DNS_NAME_NOT_FOUND", "The name mail.example.com does not exist" },
	{ "the host", router_says_unreachable, "NET_HOST_UNREACHABLE",
	  "The network says that smtp.example.com cannot be reached" },
};

START_TEST(summary_names_and_counts)
{
	const struct summary_case *c = &summaries[_i];
	struct observation o = { 0 };
	struct diagnosis d;
	const struct finding *f;

	c->build(&o);
	diagnose(&d, &o);
	f = find(&d, c->code);
	ck_assert_msg(f != NULL, "%s", c->name);
	ck_assert_msg(strcmp(f->summary, c->summary) == 0, "%s: got \"%s\"", c->name, f->summary);
	diagnosis_clear(&d);
	observation_clear(&o);
}
END_TEST

START_TEST(silence_says_what_answered)
{
	struct observation o = { 0 };
	struct diagnosis d;
	const struct finding *f;

	silent_25(&o);
	diagnose(&d, &o);
	f = find(&d, "NET_25_SILENT_OTHERS_ANSWER");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(f->confidence, CONFIDENCE_HIGH);
	ck_assert_uint_eq(f->evidence_count, 3);
	ck_assert_str_eq(f->evidence[0].endpoint, "192.0.2.10:25");
	ck_assert_str_eq(f->evidence[0].what, "no answer in 5.0 s");
	ck_assert_ptr_null(f->evidence[1].endpoint);
	ck_assert_str_eq(f->evidence[1].what, "smtp.example.com:465 answered in 12 ms");
	ck_assert_str_eq(f->evidence[2].what, "smtp.example.com:587 answered in 12 ms");
	diagnosis_clear(&d);
	observation_clear(&o);
}
END_TEST

static void shield(struct observation *o)
{
	build_healthy_host(o);
	build_at(o, 587)->tls.faults = CERT_UNKNOWN_ISSUER;
	build_at(o, 587)->tls.verified = false;
	build_set(&build_at(o, 587)->tls.chain[0].issuer,
		  "CN=avast! Web/Mail Shield Root,OU=generated by avast! antivirus for SSL/TLS scanning");
}

static void shield_at_587_only(struct observation *o)
{
	shield(o);
	build_at(o, 465)->tls.faults = CERT_UNKNOWN_ISSUER;
	build_at(o, 465)->tls.verified = false;
}

static void bytes_before_tls_that_fails(struct observation *o)
{
	build_healthy_host(o);
	build_at(o, 587)->starttls.early_bytes = 20;
	build_at(o, 587)->tls.outcome = OUT_TIMEOUT;
	obs_ehlo_clear(&build_at(o, 587)->ehlo_tls);
	memset(&build_at(o, 587)->ehlo_tls, 0, sizeof(struct obs_ehlo));
}

/* One sign alone may be the fact that is old: the certificate keeps a finding of its own. */
static void provider_with_one_sign(struct observation *o)
{
	build_healthy_host(o);
	for (size_t i = 0; i < o->endpoint_count; i++) {
		struct obs_endpoint *e = &o->endpoints[i];

		build_set(&e->host, "mail.gmx.net");
		build_reply(&e->greeting, OUT_OK, "220 mail.gmx.net ESMTP", MS);
		e->tls.faults = CERT_NAME_MISMATCH;
		e->tls.verified = false;
		build_set(&e->tls.verified_name, "mail.gmx.net");
	}
	build_set(&o->dns.hosts[0].name, "mail.gmx.net");
	build_set(&o->target.name, "mail.gmx.net");
}

static void provider_with_two_signs(struct observation *o)
{
	provider_with_one_sign(o);
	for (size_t i = 0; i < o->endpoint_count; i++)
		build_reply(&o->endpoints[i].greeting, OUT_OK, "220 gw.hotel.example ESMTP", MS);
}

static const struct consequence_case {
	const char *name;
	void (*build)(struct observation *o);
	const char *cause, *effect;
	size_t endpoints;        /* that the effect is still found at */
} consequence_cases[] = {
	{ "the issuer of a mail shield's certificate is no second problem", shield, "PATH_MAIL_SHIELD",
	  "TLS_CERT_UNKNOWN_ISSUER", 0 },
	{ "at another port the same fault has another cause", shield_at_587_only, "PATH_MAIL_SHIELD",
	  "TLS_CERT_UNKNOWN_ISSUER", 1 },
	{ "a handshake that fails behind early bytes is their consequence", bytes_before_tls_that_fails,
	  "SMTP_STARTTLS_EARLY_BYTES", "TLS_HANDSHAKE_TIMEOUT", 0 },
	{ "two signs that the provider is not there explain the name", provider_with_two_signs,
	  "PATH_PROVIDER_CONTRADICTED", "TLS_CERT_NAME_MISMATCH", 0 },
	{ "one sign explains nothing for certain", provider_with_one_sign, "PATH_PROVIDER_CONTRADICTED",
	  "TLS_CERT_NAME_MISMATCH", 3 },
};

START_TEST(consequence_is_no_finding)
{
	const struct consequence_case *c = &consequence_cases[_i];
	struct observation o = { 0 };
	struct diagnosis d;
	const struct finding *f;

	c->build(&o);
	diagnose(&d, &o);
	ck_assert_msg(find(&d, c->cause) != NULL, "%s: no cause", c->name);
	f = find(&d, c->effect);
	ck_assert_msg((f != NULL ? f->evidence_count : 0) == c->endpoints, "%s: %zu", c->name,
		      f != NULL ? f->evidence_count : 0);
	diagnosis_clear(&d);
	observation_clear(&o);
}
END_TEST

START_TEST(severe_first_then_by_stage)
{
	struct observation o = { 0 };
	struct diagnosis d;

	build_healthy_host(&o);
	build_at(&o, 587)->tls.faults = CERT_EXPIRED | CERT_SELF_SIGNED;
	build_at(&o, 587)->tls.weaknesses = WEAK_VERSION;
	build_connect(build_at(&o, 25), OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
	build_query(&o, "smtp.example.com", "AAAA", DNS_SERVFAIL, NULL);
	diagnose(&d, &o);
	for (size_t i = 1; i < d.finding_count; i++) {
		const struct finding *a = &d.findings[i - 1], *b = &d.findings[i];

		ck_assert_msg(a->severity > b->severity ||
			      (a->severity == b->severity && a->rule->stage <= b->rule->stage),
			      "%s before %s", a->rule->code, b->rule->code);
	}
	ck_assert_uint_ge(d.finding_count, 5);
	diagnosis_clear(&d);
	observation_clear(&o);
}
END_TEST

/* ---- advice ------------------------------------------------------------------------------------------ */

static void unverified_465(struct observation *o)
{
	build_healthy_host(o);
	build_at(o, 465)->tls.verified = false;
	build_at(o, 465)->tls.faults = CERT_EXPIRED;
}

static void plain_587(struct observation *o)
{
	build_healthy_host(o);
	build_forget(build_at(o, 587));
	build_plaintext(build_at(o, 587), "SIZE");
	build_connect(build_at(o, 465), OUT_REFUSED, "ECONNREFUSED", MS);
}

/* It takes nothing in the clear and its STARTTLS does not work: there is no way to use it. */
static void demands_tls_it_has_not(struct observation *o)
{
	struct obs_endpoint *e;

	plain_587(o);
	e = build_at(o, 587);
	build_set(&e->enforcement.command, "RSET");
	build_reply(&e->enforcement.reply, OUT_REJECTED, "530 5.7.0 Must issue STARTTLS", MS);
}

static void injected(struct observation *o)
{
	build_healthy_host(o);
	build_at(o, 587)->starttls.early_bytes = 5;
}

static void tls_up_ehlo_fails(struct observation *o)
{
	build_healthy_host(o);
	build_reply(&build_at(o, 465)->ehlo_tls.reply, OUT_REJECTED, "421 No", MS);
}

static void two_addresses(struct observation *o)
{
	build_healthy_host(o);
	build_starttls(build_endpoint(o, "smtp.example.com", "192.0.2.20", 587));
}

static const struct advice_case {
	const char *name;
	void (*build)(struct observation *o);
	const char *rows;
} advices[] = {
	{ "submission first, implicit TLS before STARTTLS", build_healthy_host,
	  "465 implicit-tls [PLAIN LOGIN]; 587 starttls [PLAIN LOGIN]; 25 starttls []" },
	{ "verified before unverified", unverified_465,
	  "587 starttls [PLAIN LOGIN]; 465 implicit-tls [PLAIN LOGIN]; 25 starttls []" },
	{ "plain text where there is nothing else", plain_587, "587 plaintext []; 25 starttls []" },
	{ "no plain text where TLS is demanded", demands_tls_it_has_not, "25 starttls []" },
	{ "nothing over a port with injected bytes", injected,
	  "465 implicit-tls [PLAIN LOGIN]; 25 starttls []" },
	{ "nothing that was not seen to work to the end", tls_up_ehlo_fails,
	  "587 starttls [PLAIN LOGIN]; 25 starttls []" },
	{ "two addresses of a port are one row", two_addresses,
	  "465 implicit-tls [PLAIN LOGIN]; 587 starttls [PLAIN LOGIN]; 25 starttls []" },
	{ "a relay domain: the hosts by preference", build_healthy_domain,
	  "25 starttls []; 25 starttls []" },
	{ "nothing where nothing answers", all_silent, "" },
};

static void say_advice(struct buf *to, const struct diagnosis *d)
{
	for (size_t i = 0; i < d->advice_count; i++) {
		const struct advice *a = &d->advice[i];

		buf_addf(to, "%s%u %s [", i > 0 ? "; " : "", a->port,
			 words_name(&advice_mode_words, a->mode));
		for (size_t k = 0; k < a->auth.count; k++)
			buf_addf(to, "%s%s", k > 0 ? " " : "", a->auth.item[k]);
		buf_addc(to, ']');
	}
}

START_TEST(advice_is)
{
	compare(advices[_i].name, advices[_i].build, say_advice, advices[_i].rows);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("diagnose");
	TCase *tc = tcase_create("diagnose");

	tcase_add_loop_test(tc, status_is, 0, COUNT(statuses));
	tcase_add_loop_test(tc, findings_are, 0, COUNT(wholes));
	tcase_add_loop_test(tc, summary_names_and_counts, 0, COUNT(summaries));
	tcase_add_loop_test(tc, advice_is, 0, COUNT(advices));
	tcase_add_test(tc, same_fault_is_one_finding);
	tcase_add_loop_test(tc, consequence_is_no_finding, 0, COUNT(consequence_cases));
	tcase_add_test(tc, silence_says_what_answered);
	tcase_add_test(tc, severe_first_then_by_stage);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
