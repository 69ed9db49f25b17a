/* SPDX-License-Identifier: MIT
 *
 * What the rules about interception and size stand on: the table of providers, names and who owns
 * them, issuers of shields, the arithmetic of base64; and how sure the rules are. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "diagnose/diagnose.h"
#include "diagnose/host_names.h"
#include "diagnose/providers.h"
#include "diagnose/rule.h"
#include "diagnose/shields.h"
#include "obs_build.h"
#include "record/message_size.h"
#include "runner.h"

/* ---- providers ------------------------------------------------------------------------------- */

START_TEST(provider_rows_are_well_formed)
{
	for (const struct provider_mode *p = provider_modes; p->host != NULL; p++) {
		unsigned year, month, day;

		ck_assert_msg(host_name_is(p->host), "%s", p->host);
		ck_assert_msg(p->host[strcspn(p->host, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0', "%s",
			      p->host);
		ck_assert_msg(p->port > 0 && p->port < 65536, "%s", p->host);
		ck_assert_msg(*p->domains != '\0' && strchr(p->domains, ',') == NULL, "%s",
			      p->host);
		ck_assert_msg(sscanf(p->read, "%4u-%2u-%2u", &year, &month, &day) == 3 &&
			      strlen(p->read) == 10 && year >= 2026 && month >= 1 && month <= 12 &&
			      day >= 1 && day <= 31, "%s: %s", p->host, p->read);
		ck_assert_msg(strlen(p->source) > 3, "%s", p->host);
		/* Found by both questions: so it is no double, and its host's rows stand together.
		 */
		ck_assert_msg(provider_mode_at(p->host, p->port) == p, "%s:%u", p->host, p->port);
	}
}
END_TEST

START_TEST(providers_are_found)
{
	ck_assert_ptr_nonnull(provider_of("SMTP.Gmail.com"));
	ck_assert_ptr_null(provider_of("gmail.com"));
	ck_assert_ptr_null(provider_of(NULL));
	/* symptoms.md J: Gmail 465 alone, Office 365 587 alone, gmx both. */
	ck_assert_ptr_null(provider_mode_at("smtp.gmail.com", 587));
	ck_assert_int_eq(provider_mode_at("smtp.office365.com", 587)->tls, PROVIDER_STARTTLS);
	ck_assert_ptr_null(provider_mode_at("smtp.office365.com", 465));
	ck_assert_int_eq(provider_mode_at("mail.gmx.net", 465)->tls, PROVIDER_IMPLICIT_TLS);
	ck_assert_int_eq(provider_mode_at("mail.gmx.net", 587)->tls, PROVIDER_STARTTLS);
	ck_assert(provider_has_name(provider_of("smtp-mail.outlook.com"), "am0pr01.outlook.com"));
	ck_assert(!provider_has_name(provider_of("smtp.gmail.com"), "relay.hotel.example"));
}
END_TEST

START_TEST(facts_grow_old)
{
	const struct provider_mode p = { .host = "a.example", .read = "2026-03-12" };

	ck_assert(!provider_is_stale(&p, BUILD_NOW));
	ck_assert(!provider_is_stale(&p, BUILD_NOW + INT64_C(600) * 86400));
	ck_assert(provider_is_stale(&p, BUILD_NOW + INT64_C(800) * 86400));
	ck_assert(provider_is_stale(&p, INT64_MAX));
}
END_TEST

/* ---- names ----------------------------------------------------------------------------------- */

static const struct name_case {
	const char *name, *a, *b;
	bool related;
} name_cases[] = {
	{"a host and its domain", "mx.example.com", "example.com", true},
	{"case and a star", "*.Example.com", "mail.example.COM", true},
	{"two owners", "mx.example.com", "mx.example.net", false},
	{"one ending in the other's letters", "mx.notexample.com", "example.com", false},
	{"two owners under a country's second level", "mx.a-firm.co.uk", "mx.b-firm.co.uk", false},
	{"one owner there", "mx.a-firm.co.uk", "www.a-firm.co.uk", true},
	{"a short name under a country", "mx.gmx.de", "gmx.de", true},
	{"localhost cannot be told", "localhost", "mx.example.com", true},
	{"an address cannot be told", "192.0.2.1", "mx.example.com", true},
	{"nothing cannot be told", NULL, "mx.example.com", true},
};

START_TEST(names_are_related)
{
	const struct name_case *c = &name_cases[_i];

	ck_assert_msg(host_names_related(c->a, c->b) == c->related, "%s", c->name);
	ck_assert_msg(host_names_related(c->b, c->a) == c->related, "%s, turned round", c->name);
}
END_TEST

static const struct greeting_case {
	const char *line, *host;
} greeting_cases[] = {
	{ "220 mx.example.com ESMTP Postfix", "mx.example.com" },
	{ "220-mx.example.com", "mx.example.com" },
	{ "220 ESMTP ready", NULL },
	{ "220 [192.0.2.1] ready", NULL },
	{ "220 192.0.2.1 ready", NULL },
	{ "220 ", NULL },
	{ "220", NULL },
	{ "220 ****.****", NULL },
};

START_TEST(greeting_names_a_host)
{
	const struct greeting_case *c = &greeting_cases[_i];
	struct obs_reply r = { 0 };
	char host[HOST_NAME_MAX];

	strlist_add(&r.lines, c->line);
	ck_assert_msg(host_name_of_reply(&r, host) == (c->host != NULL), "%s", c->line);
	if (c->host != NULL)
		ck_assert_str_eq(host, c->host);
	obs_reply_clear(&r);
}
END_TEST

/* ---- shields --------------------------------------------------------------------------------- */

static const struct issuer_case {
	const char *issuer, *product;
	unsigned faults;
} issuer_cases[] = {
	{"CN=Avast Web/Mail Shield Untrusted Root,O=Avast Web/Mail Shield", "Avast",
	 CERT_UNKNOWN_ISSUER},
	{"CN=AVG Web/Mail Shield Root", "AVG", CERT_UNKNOWN_ISSUER},
	{"CN=Norton Web/Mail Shield Root", "Norton", CERT_MISSING_INTERMEDIATE},
	{"CN=Kaspersky Anti-Virus Personal Root Certificate", "Kaspersky", CERT_UNKNOWN_ISSUER},
	{"CN=ESET SSL Filter CA,O=ESET\\, spol. s r. o.,C=SK", "ESET", CERT_UNKNOWN_ISSUER},
	{"CN=Bitdefender Personal CA.Net-Defender,OU=IDS,O=Bitdefender", "Bitdefender",
	 CERT_UNKNOWN_ISSUER},
	{"CN=McAfee Web Gateway,O=Example", "McAfee", CERT_UNKNOWN_ISSUER},
	{"CN=Sophos SSL CA_C01001,O=Sophos", "Sophos", CERT_UNKNOWN_ISSUER},
	{"CN=FG100E,OU=Certificate Authority,O=Fortinet,L=Sunnyvale", "Fortinet",
	 CERT_UNKNOWN_ISSUER},
	{"CN=Zscaler Intermediate Root CA (zscaler.net)", "Zscaler", CERT_UNKNOWN_ISSUER},
	{"CN=fw,O=Palo Alto Networks", "Palo Alto Networks", CERT_UNKNOWN_ISSUER},
	{"CN=gw.example.com,O=Check Point", "Check Point", CERT_UNKNOWN_ISSUER},
	{"CN=Cisco Umbrella Secondary SubCA lon-SG,O=Cisco", "Cisco Umbrella", CERT_UNKNOWN_ISSUER},
	{"CN=ca.example.goskope.com", "Netskope", CERT_UNKNOWN_ISSUER},
	{"CN=Barracuda CA,O=Barracuda Networks", "Barracuda", CERT_UNKNOWN_ISSUER},
	{"CN=Fireware SMTP Proxy: CA,O=WatchGuard", "WatchGuard", CERT_UNKNOWN_ISSUER},
	{"CN=Untangle,O=Security", "Untangle", CERT_UNKNOWN_ISSUER},
	{"CN=SonicWall Firewall DPI-SSL", "SonicWall", CERT_UNKNOWN_ISSUER},
	{"CN=mitmproxy,O=mitmproxy", "mitmproxy", CERT_UNKNOWN_ISSUER},
	{"CN=Charles Proxy CA (1 Jan 2026)", "Charles", CERT_UNKNOWN_ISSUER},
	{"CN=DO_NOT_TRUST_FiddlerRoot,O=DO_NOT_TRUST", "Fiddler", CERT_UNKNOWN_ISSUER},
	{"CN=PortSwigger CA,O=PortSwigger", "Burp", CERT_UNKNOWN_ISSUER},
	/* Public authorities, and appliances whose own certificate it is. */
	{"CN=R11,O=Let's Encrypt,C=US", NULL, 0},
	{"CN=DigiCert TLS RSA SHA256 2020 CA1", NULL, CERT_MISSING_INTERMEDIATE},
	{"CN=Symantec Class 3 Secure Server CA - G4,O=Symantec Corporation", NULL,
	 CERT_UNKNOWN_ISSUER},
	{"CN=support,OU=Certificate Authority,O=Fortinet", NULL,
	 CERT_UNKNOWN_ISSUER | CERT_NAME_MISMATCH},
	{"CN=FortiMail,O=Fortinet", NULL, CERT_SELF_SIGNED},
};

START_TEST(issuer_names_a_shield)
{
	const struct issuer_case *c = &issuer_cases[_i];
	struct observation o = { 0 };
	const struct shield *s;
	struct obs_endpoint *e;

	build_healthy_host(&o);
	e = build_at(&o, 587);
	build_set(&e->tls.chain[0].issuer, c->issuer);
	e->tls.faults = c->faults;
	e->tls.verified = c->faults == 0;
	s = shield_of(e);
	ck_assert_msg((s != NULL) == (c->product != NULL), "%s", c->issuer);
	if (s != NULL)
		ck_assert_str_eq(s->product, c->product);
	observation_clear(&o);
}
END_TEST

/* ---- size ------------------------------------------------------------------------------------ */

START_TEST(base64_grows)
{
	struct message_size s = message_size(3145728);

	/* 3145728 / 3 x 4; 4194304 / 76 = 55188.2 lines of two more bytes each. */
	ck_assert_int_eq(s.base64, 4194304);
	ck_assert_int_eq(s.line_ends, 2 * 55189);
	ck_assert_int_eq(s.wire, 4194304 + 110378 + s.headers);
	ck_assert_int_eq(message_size(1).base64, 4);
	ck_assert_int_eq(message_size(57).line_ends, 2);
	ck_assert_int_eq(message_size(58).line_ends, 4);
	ck_assert_int_eq(message_size(0).wire, s.headers);
	ck_assert_int_eq(message_size(-5).plain, 0);
	ck_assert_int_gt(message_size(INT64_MAX).wire, 0);
}
END_TEST

static const struct finding *find(const struct diagnosis *d, const char *code)
{
	for (size_t i = 0; i < d->finding_count; i++)
		if (strcmp(d->findings[i].rule->code, code) == 0)
			return &d->findings[i];
	return NULL;
}

START_TEST(the_arithmetic_is_said)
{
	struct observation o = { 0 };
	const struct finding *f;
	struct diagnosis d;

	build_healthy_host(&o);
	o.message_size = 3145728;
	build_capabilities(&build_at(&o, 587)->ehlo_tls, "SIZE 4194304");
	diagnose(&d, &o);
	f = find(&d, "SMTP_MESSAGE_TOO_LARGE");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->evidence_count, 1);
	ck_assert_ptr_nonnull(strstr(f->evidence[0].what, "3.0 MB become 4.1 MB"));
	ck_assert_ptr_nonnull(strstr(f->evidence[0].what, "3145728 bytes x 4/3"));
	ck_assert_ptr_nonnull(strstr(f->evidence[0].what, "SIZE 4194304"));
	/* Where it does not fit it is not said to fit, nor the other way round. */
	f = find(&d, "SMTP_MESSAGE_FITS");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(f->evidence_count, 2);
	diagnosis_clear(&d);
	observation_clear(&o);
}
END_TEST

/* ---- how sure -------------------------------------------------------------------------------- */

static void build_provider(struct observation *o)
{
	struct obs_endpoint *e;

	build_target(o, TARGET_HOST, "smtp.office365.com");
	build_host(o, "smtp.office365.com", "192.0.2.10", MAIL_HOST_TARGET);
	e = build_endpoint(o, "smtp.office365.com", "192.0.2.10", 587);
	build_plaintext(e, "SIZE 1000");
}

static void one_kind(struct observation *o)
{
	build_provider(o);
	build_reply(&build_at(o, 587)->greeting, OUT_OK, "220 ESMTP", 1000);
}

static void two_kinds(struct observation *o)
{
	build_provider(o);
	build_reply(&build_at(o, 587)->greeting, OUT_OK, "220 relay.hotel.example ESMTP", 1000);
}

static void two_kinds_stale(struct observation *o)
{
	two_kinds(o);
	o->started_at_us += INT64_C(3) * 366 * 86400 * 1000000;
}

static void hole(struct observation *o, unsigned out_of_order, unsigned mss)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 587);
	obs_tls_clear(&e->tls);
	obs_ehlo_clear(&e->ehlo_tls);
	e->tls.outcome = OUT_TIMEOUT;
	e->tcp.path_mtu = 1500;
	e->tcp.out_of_order = out_of_order;
	e->small_segments.mss = mss;
	e->small_segments.outcome = mss != 0 ? OUT_OK : OUT_NOT_RUN;
}

static void hole_seen(struct observation *o)
{
	hole(o, 2, 0);
}

static void hole_and_small(struct observation *o)
{
	hole(o, 2, 536);
}

static const struct confidence_case {
	const char *code;
	enum confidence confidence;
	void (*build)(struct observation *o);
	const char *name;
} confidence_cases[] = {
	{"PATH_PROVIDER_CONTRADICTED", CONFIDENCE_POSSIBLE, one_kind, "no STARTTLS alone"},
	{"PATH_PROVIDER_CONTRADICTED", CONFIDENCE_HIGH, two_kinds,
	 "no STARTTLS, another's greeting"},
	{"PATH_PROVIDER_CONTRADICTED", CONFIDENCE_POSSIBLE, two_kinds_stale,
	 "the same, years later"},
	{"PATH_MTU_BLACK_HOLE", CONFIDENCE_HIGH, hole_seen, "a hole in what came"},
	{"PATH_MTU_BLACK_HOLE", CONFIDENCE_CERTAIN, hole_and_small, "and small segments pass"},
};

START_TEST(confidence_follows_the_evidence)
{
	const struct confidence_case *c = &confidence_cases[_i];
	struct observation o = { 0 };
	const struct finding *f;
	struct diagnosis d;

	c->build(&o);
	diagnose(&d, &o);
	f = find(&d, c->code);
	ck_assert_msg(f != NULL, "%s: %s", c->code, c->name);
	ck_assert_msg(f->confidence == c->confidence, "%s: %s", c->code, c->name);
	/* The cause on the path comes before what follows from it. */
	ck_assert_msg(&d.findings[0] == f, "%s: %s: %s comes first", c->code, c->name,
		      d.findings[0].rule->code);
	diagnosis_clear(&d);
	observation_clear(&o);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("interception");
	TCase *tc = tcase_create("interception");

	tcase_add_test(tc, provider_rows_are_well_formed);
	tcase_add_test(tc, providers_are_found);
	tcase_add_test(tc, facts_grow_old);
	tcase_add_loop_test(tc, names_are_related, 0, COUNT(name_cases));
	tcase_add_loop_test(tc, greeting_names_a_host, 0, COUNT(greeting_cases));
	tcase_add_loop_test(tc, issuer_names_a_shield, 0, COUNT(issuer_cases));
	tcase_add_test(tc, base64_grows);
	tcase_add_test(tc, the_arithmetic_is_said);
	tcase_add_loop_test(tc, confidence_follows_the_evidence, 0, COUNT(confidence_cases));
	suite_add_tcase(s, tc);
	return run_suite(s);
}
