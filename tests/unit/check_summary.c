/* SPDX-License-Identifier: MIT
 *
 * The summary over many targets: what is counted, and its reports against files that were read and
 * judged right (tests/data/golden/summary-NAME.text and .json; GOLDEN_WRITE=1 in the environment writes
 * them anew, to be read again). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "diagnose/rule.h"
#include "obs_build.h"
#include "report/report.h"
#include "report/summary.h"
#include "runner.h"

enum { MS = 1000, MANY = 1000, TARGETS_MAX = 20 };

static const struct hash_key key = { 1, 2 }, other_key = { UINT64_C(0x1234567890abcdef), 99 };

/* ---- records --------------------------------------------------------------------------------- */

/* The same two mail hosts for another domain. */
static void rename_target(struct observation *o, const char *name)
{
	build_set(&o->target.input, name);
	build_set(&o->target.name, name);
}

static void net_domain(struct observation *o)
{
	build_healthy_domain(o);
	rename_target(o, "example.net");
	o->started_at_us += INT64_C(3600) * 1000000;
}

/* The first host as another server would write it; the second is one of its own. */
static void org_domain(struct observation *o)
{
	build_healthy_domain(o);
	rename_target(o, "example.org");
	build_set(&o->dns.hosts[0].name, "MX1.Example.com.");
	build_set(&o->dns.hosts[1].name, "mx.example.org");
	for (size_t i = 3; i < o->endpoint_count; i++)
		build_set(&o->endpoints[i].host, "mx.example.org");
	build_forget(&o->endpoints[3]);
	build_plaintext(&o->endpoints[3], "SIZE 1000");
}

static void null_mx(struct observation *o)
{
	build_target(o, TARGET_DOMAIN, "nomail.example");
	build_query(o, "nomail.example", "MX", DNS_NOERROR, "0 .");
	o->dns.null_mx = true;
}

static void nxdomain(struct observation *o)
{
	build_target(o, TARGET_AUTO, "nowhere.example");
	build_query(o, "nowhere.example", "MX", DNS_NXDOMAIN, NULL);
	build_query(o, "nowhere.example", "A", DNS_NXDOMAIN, NULL);
}

static void servfail(struct observation *o)
{
	build_target(o, TARGET_DOMAIN, "broken.example");
	build_query(o, "broken.example", "MX", DNS_SERVFAIL, NULL);
}

/* Its address answers, but whether it has MX records is not known. */
static void mx_unanswered(struct observation *o)
{
	build_healthy_host(o);
	build_query(o, "smtp.example.com", "MX", DNS_TIMEOUT, NULL);
}

static void implicit_mx(struct observation *o)
{
	build_target(o, TARGET_HOST, "nomx.example");
	build_query(o, "nomx.example", "MX", DNS_NODATA, NULL);
	build_query(o, "nomx.example", "A", DNS_NOERROR, "192.0.2.30");
	build_host(o, "nomx.example", "192.0.2.30", MAIL_HOST_IMPLICIT);
	o->dns.implicit_mx = true;
	build_plaintext(build_endpoint(o, "nomx.example", "192.0.2.30", 25), "SIZE 1000");
}

static void dead_mx(struct observation *o)
{
	build_target(o, TARGET_DOMAIN, "dead.example");
	build_query(o, "dead.example", "MX", DNS_NOERROR, "10 gone.example");
	build_query(o, "gone.example", "A", DNS_NXDOMAIN, NULL);
	build_host(o, "gone.example", NULL, MAIL_HOST_MX)->problem = HOST_NXDOMAIN;
}

static void no_address(struct observation *o)
{
	build_target(o, TARGET_DOMAIN, "empty.example");
	build_query(o, "empty.example", "MX", DNS_NODATA, NULL);
	build_query(o, "empty.example", "A", DNS_NODATA, NULL);
	build_host(o, "empty.example", NULL, MAIL_HOST_IMPLICIT)->problem = HOST_NODATA;
	o->dns.implicit_mx = true;
}

static void cut_in_dns(struct observation *o)
{
	build_target(o, TARGET_AUTO, "slow.example");
	build_query(o, "slow.example", "MX", DNS_CUT_SHORT, NULL);
	o->cut_short = true;
}

/* An address: TLS 1.2 with a certificate that is good, but for no name; an IPv6 address without a route. */
static void address(struct observation *o)
{
	build_target(o, TARGET_ADDRESS, "192.0.2.40");
	build_host(o, "192.0.2.40", "192.0.2.40", MAIL_HOST_TARGET);
	build_starttls(build_endpoint(o, "192.0.2.40", "192.0.2.40", 25));
	build_tls(build_at(o, 25), NULL);
	build_set(&build_at(o, 25)->tls.version, "TLS1.2");
	build_starttls(build_endpoint(o, "192.0.2.40", "192.0.2.40", 2525));
	build_at(o, 2525)->tls.outcome = OUT_ALERT;
	o->vantage.ipv6.route = false;
	build_connect(build_endpoint(o, "192.0.2.40", "2001:db8::40", 25), OUT_UNREACHABLE, "ENETUNREACH", 0);
}

static void blocked(struct observation *o)
{
	build_healthy_host(o);
	rename_target(o, "blocked.example");
	build_set(&o->dns.hosts[0].name, "blocked.example");
	for (size_t i = 0; i < o->endpoint_count; i++)
		build_set(&o->endpoints[i].host, "blocked.example");
	build_forget(build_at(o, 25));
	build_connect(build_at(o, 25), OUT_TIMEOUT, "ETIMEDOUT", 5000 * MS);
	build_at(o, 587)->tls.verified = false;
	build_at(o, 587)->tls.faults = CERT_EXPIRED;
}

/* A mail host's name that would drive a terminal, and is as long as names get. */
static void hostile(struct observation *o)
{
	build_healthy_domain(o);
	rename_target(o, "hostile.example");
	build_set(&o->dns.hosts[0].name, "\033[2J\"mx\\\".a-label-of-a-name.that-goes-on-and-on."
		  "and-is-wider-than-any.terminal-of-eighty-columns.example");
	build_set(&o->dns.hosts[1].name, "\xE2\x80\xAEmoc.elpmaxe\n");
}

/* ---- what was expected, what has changed ------------------------------------------------------ */

static char starttls[] = "587: starttls", odd[] = "25: tls>=1.3, cert-names=\"a long claim\" \033[2J";
static struct expect_verdict met_claims[] = {
	{ .text = starttls, .state = EXPECT_MET }, { .text = odd, .state = EXPECT_MET },
	{ .text = starttls, .state = EXPECT_MET },    /* said twice */
};
static struct expect_verdict other_claims[] = {
	{ .text = starttls, .state = EXPECT_UNCHECKED }, { .text = odd, .state = EXPECT_NOT_MET },
	{ .text = starttls, .state = EXPECT_UNCHECKED },
};
static const struct expect_verdicts met = { .list = met_claims, .count = 3, .by_state = { 3, 0, 0 } };
static const struct expect_verdicts not_met = { .list = other_claims, .count = 3, .by_state = { 0, 2, 1 } };

static char where[] = "example.com", what[] = "TLS 1.3 is no longer negotiated";
static struct baseline_change change[] = {
	{ .code = "STARTTLS_GONE", .severity = SEVERITY_PROBLEM, .where = where, .what = what },
	{ .code = "TLS_VERSION_DOWN", .severity = SEVERITY_WARNING, .where = where, .what = what },
	{ .code = "TLS_VERSION_DOWN", .severity = SEVERITY_NOTE, .where = where, .what = what },
};
static const struct baseline_changes changed = { .known = true, .list = change, .count = 3 };
static const struct baseline_changes changed_less = { .known = true, .list = &change[2], .count = 1 };
static const struct baseline_changes not_known = { .known = false };

/* ---- running ----------------------------------------------------------------------------------- */

struct target_case {
	void (*build)(struct observation *o);
	const struct expect_verdicts *expected;
	const struct baseline_changes *changes;
};

static void add(struct summary *s, struct report_tally *t, const struct target_case *c)
{
	struct observation o = { 0 };
	struct diagnosis d;

	c->build(&o);
	diagnose(&d, &o);
	report_tally_add(t, &d);
	summary_add(s, &(struct report_target){ .o = &o, .d = &d, .expected = c->expected,
						.changes = c->changes, .fail_on = SEVERITY_PROBLEM,
						.findings_count = c->expected == NULL && c->changes == NULL });
	diagnosis_clear(&d);
	observation_clear(&o);
}

static void add_plain(struct summary *s, void (*build)(struct observation *o))
{
	add(s, &(struct report_tally){ 0 }, &(struct target_case){ .build = build });
}

static struct summary *one(void (*build)(struct observation *o))
{
	struct summary *s = summary_new(MANY, MANY, &key);

	add_plain(s, build);
	return s;
}

static const struct summary_port *port_of(const struct summary *s, unsigned port)
{
	for (size_t i = 0; i < s->port_count; i++)
		if (s->ports[i].port == port)
			return &s->ports[i];
	ck_abort_msg("port %u is not counted", port);
	return NULL;
}

/* ---- golden files ------------------------------------------------------------------------------- */

static const struct golden {
	const char *name;
	const struct report_format *format;
	size_t hosts, endpoints;
	unsigned width;
	size_t not_begun;
	struct target_case targets[TARGETS_MAX];
} goldens[] = {
	{ "none.text", &report_summary, MANY, MANY, 80, 0, { { NULL, NULL, NULL } } },
	{ "none.json", &report_summary_json, MANY, MANY, 80, 0, { { NULL, NULL, NULL } } },
	{ "one.text", &report_summary, MANY, MANY, 80, 0, { { build_healthy_host, NULL, NULL } } },
	{ "one.json", &report_summary_json, MANY, MANY, 80, 0, { { build_healthy_host, NULL, NULL } } },
#define MIXED { build_healthy_domain, NULL, NULL }, { net_domain, NULL, NULL }, { org_domain, NULL, NULL }, \
	{ null_mx, NULL, NULL }, { nxdomain, NULL, NULL }, { servfail, NULL, NULL }, \
	{ implicit_mx, NULL, NULL }, { dead_mx, NULL, NULL }, { no_address, NULL, NULL }, \
	{ cut_in_dns, NULL, NULL }, { address, NULL, NULL }, { blocked, NULL, NULL }, \
	{ hostile, NULL, NULL }
	{ "mixed.text", &report_summary, MANY, MANY, 80, 3, { MIXED } },
	{ "mixed-60.text", &report_summary, MANY, MANY, 60, 3, { MIXED } },
	{ "mixed.json", &report_summary_json, MANY, MANY, 80, 3, { MIXED } },
#define JUDGED { build_healthy_domain, &met, &changed }, { net_domain, &met, &changed_less }, \
	{ blocked, &not_met, &not_known }
	{ "judged.text", &report_summary, MANY, MANY, 80, 0, { JUDGED } },
	{ "judged-60.text", &report_summary, MANY, MANY, 60, 0, { JUDGED } },
	{ "judged.json", &report_summary_json, MANY, MANY, 80, 0, { JUDGED } },
	{ "limits.text", &report_summary, 2, 7, 80, 0, { { build_healthy_domain, NULL, NULL },
	  { net_domain, NULL, NULL }, { org_domain, NULL, NULL }, { build_healthy_host, NULL, NULL } } },
};

static char *report_of(const struct golden *g, const struct hash_key *with)
{
	const struct report_style style = { .width = g->width };
	struct report_tally tally = { 0 };
	struct summary *s = summary_new(g->hosts, g->endpoints, with);
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	for (size_t i = 0; i < TARGETS_MAX && g->targets[i].build != NULL; i++)
		add(s, &tally, &g->targets[i]);
	tally.asked = tally.done + g->not_begun;
	g->format->end(&b, &style, &tally, s);
	return buf_take(&b);
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	struct buf b;
	char part[4096];
	size_t n;

	ck_assert_msg(f != NULL, "%s cannot be read", path);
	buf_init(&b, BUF_NO_LIMIT);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, part, n);
	fclose(f);
	return buf_take(&b);
}

START_TEST(summary_is_the_golden_one)
{
	const struct golden *g = &goldens[_i];
	const char *srcdir = getenv("srcdir");
	char *got = report_of(g, &key), *want;
	struct buf path;

	buf_init(&path, BUF_NO_LIMIT);
	buf_addf(&path, "%s/tests/data/golden/summary-%s", srcdir != NULL ? srcdir : ".", g->name);
	if (getenv("GOLDEN_WRITE") != NULL) {
		FILE *f = fopen(buf_str(&path), "w");

		ck_assert_ptr_nonnull(f);
		fputs(got, f);
		fclose(f);
	}
	want = read_file(buf_str(&path));
	ck_assert_msg(strcmp(got, want) == 0, "%s: got\n%.6000s", g->name, got);
	buf_clear(&path);
	free(got);
	free(want);
}
END_TEST

START_TEST(the_key_of_the_hashes_does_not_show)
{
	char *a = report_of(&goldens[_i], &key), *b = report_of(&goldens[_i], &other_key);

	ck_assert_str_eq(a, b);
	free(a);
	free(b);
}
END_TEST

START_TEST(lines_fit_and_have_no_blanks_at_their_end)
{
	const struct golden *g = &goldens[_i];
	char *got = report_of(g, &key);

	for (const char *line = got; g->format == &report_summary && *line != '\0';) {
		size_t n = strcspn(line, "\n");

		ck_assert_msg(n <= g->width, "%s: %zu columns: %.*s", g->name, n, (int)n, line);
		ck_assert_msg(n == 0 || line[n - 1] != ' ', "%s: %.*s", g->name, (int)n, line);
		line += n + (line[n] == '\n');
	}
	free(got);
}
END_TEST

/* ---- what is counted ----------------------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*build)(struct observation *o);
	enum summary_name want;
} name_cases[] = {
	{ "MX hosts", build_healthy_domain, SUMMARY_MX },
	{ "a host", build_healthy_host, SUMMARY_HOST },
	{ "the null MX", null_mx, SUMMARY_NULL_MX },
	{ "NXDOMAIN", nxdomain, SUMMARY_NXDOMAIN },
	{ "SERVFAIL", servfail, SUMMARY_NO_ANSWER },
	{ "the MX question got no answer", mx_unanswered, SUMMARY_NO_ANSWER },
	{ "no MX, an address", implicit_mx, SUMMARY_NO_MX },
	{ "an MX host that does not exist", dead_mx, SUMMARY_DEAD_MX },
	{ "no MX, no address", no_address, SUMMARY_NO_ADDRESS },
	{ "cut short", cut_in_dns, SUMMARY_NAME_CUT_SHORT },
	{ "an address is no name", address, SUMMARY_NO_NAME },
};

START_TEST(a_name_is_one_of_a_kind)
{
	struct summary *s = one(name_cases[_i].build);
	size_t asked = name_cases[_i].want == SUMMARY_NO_NAME ? 0 : 1;

	ck_assert_msg(summary_names_asked(s) == asked, "%s", name_cases[_i].name);
	if (asked > 0)
		ck_assert_msg(s->names[name_cases[_i].want] == 1, "%s", name_cases[_i].name);
	summary_free(s);
}
END_TEST

START_TEST(an_endpoint_of_several_domains_counts_once)
{
	struct summary *s = one(build_healthy_domain);

	add_plain(s, net_domain);
	add_plain(s, net_domain);
	ck_assert_uint_eq(s->endpoints.count, 6);
	ck_assert_uint_eq(s->endpoints_seen, 18);
	ck_assert_uint_eq(port_of(s, 25)->endpoints[SUMMARY_STARTTLS], 2);
	ck_assert_uint_eq(port_of(s, 25)->targets[SUMMARY_STARTTLS], 3);
	ck_assert_uint_eq(port_of(s, 25)->targets[SUMMARY_WORKS], 3);
	ck_assert_uint_eq(port_of(s, 587)->targets[SUMMARY_PROBED], 3);
	ck_assert_uint_eq(port_of(s, 587)->targets[SUMMARY_WORKS], 0);
	ck_assert_uint_eq(port_of(s, 587)->endpoints[SUMMARY_REFUSED], 2);
	summary_free(s);
}
END_TEST

START_TEST(a_host_is_one_however_it_is_written)
{
	struct summary *s = one(build_healthy_domain);

	add_plain(s, org_domain);
	summary_sort(s);
	ck_assert_uint_eq(s->host_count, 3);
	ck_assert_uint_eq(s->with_mx, 2);
	ck_assert_str_eq(s->hosts[0].name, "mx1.example.com");
	ck_assert_uint_eq(s->hosts[0].targets, 2);
	ck_assert_str_eq(s->hosts[1].name, "mx.example.org");
	ck_assert_uint_eq(s->hosts[1].targets, 1);
	summary_free(s);
}
END_TEST

START_TEST(a_target_offers_starttls_where_one_of_its_endpoints_does)
{
	struct summary *s = one(org_domain);

	ck_assert_uint_eq(port_of(s, 25)->endpoints[SUMMARY_NOT_OFFERED], 1);
	ck_assert_uint_eq(port_of(s, 25)->endpoints[SUMMARY_OFFERED], 1);
	ck_assert_uint_eq(port_of(s, 25)->targets[SUMMARY_NOT_OFFERED], 0);
	ck_assert_uint_eq(port_of(s, 25)->targets[SUMMARY_OFFERED], 1);
	add_plain(s, implicit_mx);
	ck_assert_uint_eq(port_of(s, 25)->targets[SUMMARY_NOT_OFFERED], 1);
	summary_free(s);
}
END_TEST

START_TEST(tls_counts_by_version_and_certificate)
{
	struct summary *s = one(build_healthy_host);
	const struct summary_port *p;

	add_plain(s, address);
	add_plain(s, blocked);
	p = port_of(s, 25);
	ck_assert_uint_eq(p->endpoints[SUMMARY_TLS13], 1);
	ck_assert_uint_eq(p->endpoints[SUMMARY_TLS12], 1);
	ck_assert_uint_eq(p->endpoints[SUMMARY_VERIFIED], 1);
	ck_assert_uint_eq(p->endpoints[SUMMARY_NAMELESS], 1);
	ck_assert_uint_eq(p->endpoints[SUMMARY_SILENT], 1);
	ck_assert_uint_eq(port_of(s, 587)->endpoints[SUMMARY_NOT_VERIFIED], 1);
	ck_assert_uint_eq(port_of(s, 2525)->endpoints[SUMMARY_TLS_FAILED], 1);
	ck_assert_uint_eq(port_of(s, 2525)->endpoints[SUMMARY_WORKS], 0);
	ck_assert_uint_eq(port_of(s, 2525)->endpoints[SUMMARY_NOT_VERIFIED], 0);
	ck_assert_uint_eq(s->no_route, 1);
	summary_free(s);
}
END_TEST

/* Of a full table what is known still counts, and what is not is told. */
START_TEST(what_is_beyond_the_limits_is_told)
{
	struct summary *s = summary_new(2, 3, &key);

	add_plain(s, build_healthy_domain);
	add_plain(s, org_domain);
	add_plain(s, net_domain);
	ck_assert_uint_eq(s->host_count, 2);
	ck_assert_uint_eq(s->hosts_beyond, 1);
	ck_assert_uint_eq(s->hosts[0].targets, 3);
	ck_assert_uint_eq(s->hosts[1].targets, 2);
	ck_assert_uint_eq(s->with_mx, 3);
	ck_assert_uint_eq(s->endpoints.count, 3);
	ck_assert_uint_eq(s->endpoints_seen, 18);
	ck_assert_uint_eq(s->endpoints_beyond, 9);
	ck_assert_uint_eq(port_of(s, 25)->endpoints[SUMMARY_PROBED], 1);
	ck_assert_uint_eq(port_of(s, 25)->targets[SUMMARY_PROBED], 3);
	summary_free(s);
}
END_TEST

static void many_ports(struct observation *o)
{
	build_target(o, TARGET_ADDRESS, "192.0.2.40");
	build_host(o, "192.0.2.40", "192.0.2.40", MAIL_HOST_TARGET);
	for (unsigned port = 1; port <= LIMIT_PORTS + 6; port++)
		build_connect(build_endpoint(o, "192.0.2.40", "192.0.2.40", port), OUT_REFUSED, "ECONNREFUSED", MS);
}

START_TEST(ports_have_a_limit_as_well)
{
	struct summary *s = one(many_ports);

	ck_assert_uint_eq(s->port_count, LIMIT_PORTS);
	ck_assert_uint_eq(s->ports_beyond, 6);
	summary_free(s);
}
END_TEST

START_TEST(a_finding_counts_once_a_target_with_its_severity)
{
	struct summary *s = one(build_healthy_host);
	static struct diag_rule rule = { .code = "A_CODE" };
	struct observation o = { 0 };
	struct finding f = { .rule = &rule, .severity = SEVERITY_NOTE };
	struct diagnosis d = { .findings = &f, .finding_count = 1 };
	struct report_target t = { .o = &o, .d = &d };

	summary_add(s, &t);
	f.severity = SEVERITY_PROBLEM;
	summary_add(s, &t);
	summary_add(s, &t);
	summary_sort(s);
	ck_assert_str_eq(s->findings[0].code, "A_CODE");
	ck_assert_uint_eq(s->findings[0].targets, 3);
	ck_assert_uint_eq(s->findings[0].by_severity[SEVERITY_NOTE], 1);
	ck_assert_uint_eq(s->findings[0].by_severity[SEVERITY_PROBLEM], 2);
	ck_assert_uint_eq(summary_gravest(&s->findings[0]), SEVERITY_PROBLEM);
	summary_free(s);
}
END_TEST

/* ---- shares ---------------------------------------------------------------------------------------- */

static const struct {
	size_t ok, problem;
	const char *ok_said, *problem_said;
} shares[] = {
	{ 0, 3, "  ok                               0\n", "       3 100.0 %\n" },
	{ 1, 2, "  33.3 %\n", "  66.7 %\n" },
	{ 999999, 1, "  999999 >99.9 %\n", "       1  <0.1 %\n" },
	{ 999400, 600, "  999400  99.9 %\n", "     600   0.1 %\n" },
};

START_TEST(a_share_is_never_rounded_to_nothing_or_all)
{
	const struct report_style style = { .width = 80 };
	struct report_tally t = { .by_status = { [STATUS_OK] = shares[_i].ok,
						 [STATUS_PROBLEM] = shares[_i].problem } };
	struct buf b;

	t.asked = t.done = shares[_i].ok + shares[_i].problem;
	buf_init(&b, BUF_NO_LIMIT);
	report_summary.end(&b, &style, &t, summary_new(1, 1, &key));
	ck_assert_msg(strstr(buf_str(&b), shares[_i].ok_said) != NULL, "%s", buf_str(&b));
	ck_assert_msg(strstr(buf_str(&b), shares[_i].problem_said) != NULL, "%s", buf_str(&b));
	buf_clear(&b);
}
END_TEST

START_TEST(there_is_no_share_of_nothing)
{
	char *got = report_of(&goldens[0], &key);

	ck_assert_msg(strchr(got, '%') == NULL, "%s", got);
	free(got);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("summary");
	TCase *counts = tcase_create("counts"), *reports = tcase_create("reports");

	tcase_add_loop_test(counts, a_name_is_one_of_a_kind, 0, COUNT(name_cases));
	tcase_add_test(counts, an_endpoint_of_several_domains_counts_once);
	tcase_add_test(counts, a_host_is_one_however_it_is_written);
	tcase_add_test(counts, a_target_offers_starttls_where_one_of_its_endpoints_does);
	tcase_add_test(counts, tls_counts_by_version_and_certificate);
	tcase_add_test(counts, what_is_beyond_the_limits_is_told);
	tcase_add_test(counts, ports_have_a_limit_as_well);
	tcase_add_test(counts, a_finding_counts_once_a_target_with_its_severity);
	tcase_add_loop_test(reports, summary_is_the_golden_one, 0, COUNT(goldens));
	tcase_add_loop_test(reports, the_key_of_the_hashes_does_not_show, 0, COUNT(goldens));
	tcase_add_loop_test(reports, lines_fit_and_have_no_blanks_at_their_end, 0, COUNT(goldens));
	tcase_add_loop_test(reports, a_share_is_never_rounded_to_nothing_or_all, 0, COUNT(shares));
	tcase_add_test(reports, there_is_no_share_of_nothing);
	suite_add_tcase(s, counts);
	suite_add_tcase(s, reports);
	return run_suite(s);
}
