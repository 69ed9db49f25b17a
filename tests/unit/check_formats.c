/* SPDX-License-Identifier: MIT
 *
 * Whole documents of the formats against golden files (golden.h): several targets, expectations
 * and changes among them, judged as the program judges them. The text and HTML reports of a record
 * alone are in check_report.c, metrics in check_prometheus.c. */
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "obs_build.h"
#include "path_build.h"
#include "report/report.h"
#include "runner.h"

enum { MS = 1000, SECOND = 1000 * 1000, DAY = 24 * 3600, TARGETS_MAX = 2 };

/* ---- records --------------------------------------------------------------------------------- */

static void fail_connect(struct observation *o, unsigned port, enum outcome how, const char *error,
			 int64_t us)
{
	build_forget(build_at(o, port));
	build_connect(build_at(o, port), how, error, us);
}

/* 25 is silent beyond the first router, the certificate of 587 has ended, and 465 is closed. */
static void troubled_host(struct observation *o)
{
	struct obs_tls *t;

	build_healthy_host(o);
	o->duration_us = 5020 * MS;
	fail_connect(o, 25, OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
	fail_connect(o, 465, OUT_REFUSED, "ECONNREFUSED", 11 * MS);
	build_asked_again(build_path(o, "smtp.example.com", build_at(o, 25)->address, 25,
				     "10.0.0.1 198.51.100.9 * *", "10.0.0.1 198.51.100.9 * open"), 2, 2);
	t = &build_at(o, 587)->tls;
	t->verified = false;
	t->faults = CERT_EXPIRED;
	t->chain[0].not_after = BUILD_NOW - 9 * DAY;
}

/* What a server may say to be taken for markup, a directive or a command. */
static void hostile_host(struct observation *o)
{
	build_healthy_host(o);
	build_forget(build_at(o, 25));
	build_at(o, 25)->mode = MODE_PLAINTEXT;
	build_reply(&build_at(o, 25)->greeting, OUT_REJECTED,
		    "554 ::error::no # SKIP <b>*bold*</b> [a](http://example.com) @all | `x` %0A,\n"
		    "554 ]]> \"quoted\" 'so' ##[error]no", MS);
}

static void healthier_before(struct observation *o)
{
	build_healthy_host(o);
	build_capabilities(&build_at(o, 587)->ehlo_tls, "SIZE 52428800\nAUTH PLAIN LOGIN CRAM-MD5");
	build_at(o, 587)->tls.chain[0].not_after = BUILD_NOW + 1 * DAY;
}

/* No route for IPv6 now, where there was one. */
static void without_ipv6(struct observation *o)
{
	troubled_host(o);
	strlist_add(&o->dns.hosts[0].addresses, "2001:db8::10");
	build_connect(build_endpoint(o, "smtp.example.com", "2001:db8::10", 587), OUT_UNREACHABLE,
		      "ENETUNREACH", 0);
	o->vantage.ipv6.route = false;
}

static void with_ipv6(struct observation *o)
{
	healthier_before(o);
	strlist_add(&o->dns.hosts[0].addresses, "2001:db8::10");
	build_starttls(build_endpoint(o, "smtp.example.com", "2001:db8::10", 587));
}

/* ---- documents ------------------------------------------------------------------------------- */

static const struct report_format *const for_machines[] = {
	&report_junit, &report_tap, &report_github, &report_markdown, NULL,
};
static const struct report_format *const but_html[] = {
	&report_text, &report_junit, &report_tap, &report_github, &report_markdown, NULL,
};
static const struct report_format *const all[] = {
	&report_text, &report_html, &report_junit, &report_tap, &report_github, &report_markdown, NULL,
};

static const char *const healthy_claims[] = { "25: open, starttls", "587: tls>=1.2, cert-days>=14",
					      NULL };
/* One of each: met, met by one of them, not met at one and at two, not to be checked. */
static const char *const troubled_claims[] = {
	"25: open, starttls", "587: starttls, cert-valid, cert-days>=14, auth=PLAIN|LOGIN",
	"any submission: open", "submission: size>=30M", "2525: open", NULL,
};
/* Their answers have what the server said in them. */
static const char *const hostile_claims[] = { "25: greeting.code=220", "25: reply~\"welcome, <you>\"", NULL };

struct aim {
	void (*build)(struct observation *o);
	const char *const *claims;                /* NULL: nothing is expected */
	bool compared;                            /* with a baseline */
	void (*before)(struct observation *o);    /* NULL: the baseline does not have the target */
};

static const struct golden {
	const char *name;
	const struct report_format *const *formats;
	struct aim targets[TARGETS_MAX];
} goldens[] = {
	{ "healthy-host", for_machines, { { build_healthy_host, NULL, false, NULL } } },
	{ "troubled-host", for_machines, { { troubled_host, NULL, false, NULL } } },
	{ "hostile-host", all, { { hostile_host, hostile_claims, false, NULL } } },
	{ "expectations-met", but_html, { { build_healthy_host, healthy_claims, false, NULL } } },
	{ "expectations", all, { { troubled_host, troubled_claims, false, NULL } } },
	{ "changes", all, { { without_ipv6, NULL, true, with_ipv6 } } },
	{ "unchanged", but_html, { { build_healthy_host, NULL, true, build_healthy_host } } },
	{ "no-baseline", but_html, { { build_healthy_host, NULL, true, NULL } } },
	{ "two-targets", all, { { build_healthy_host, healthy_claims, true, healthier_before },
				{ troubled_host, NULL, false, NULL } } },
};

static void put_target(struct buf *to, const struct report_format *f, const struct aim *a, size_t nth,
		       struct report_tally *tally, void *kept)
{
	static const struct report_style style = { .width = 80 };
	struct observation o = { 0 }, before = { 0 };
	struct expectations claims = { 0 };
	struct expect_verdicts expected;
	struct baseline_changes changes = { 0 };
	struct diagnosis d;
	struct err e;

	a->build(&o);
	diagnose(&d, &o);
	for (size_t i = 0; a->claims != NULL && a->claims[i] != NULL; i++)
		ck_assert_msg(expect_parse(&claims, a->claims[i], &e), "%s", a->claims[i]);
	expect_judge(&expected, &claims, &o, &d);
	if (a->before != NULL)
		a->before(&before);
	if (a->compared)
		baseline_compare(&changes, a->before != NULL ? &before : NULL, &o);
	f->target(to, &style, &(struct report_target){
		.o = &o, .d = &d, .expected = a->claims != NULL ? &expected : NULL,
		.changes = a->compared ? &changes : NULL, .fail_on = SEVERITY_PROBLEM,
		.findings_count = a->claims == NULL && !a->compared, .nth = nth }, kept);
	tally->done++;
	tally->by_status[d.status]++;
	baseline_changes_clear(&changes);
	expect_verdicts_clear(&expected);
	expectations_clear(&claims);
	diagnosis_clear(&d);
	observation_clear(&before);
	observation_clear(&o);
}

static char *document(const struct golden *g, const struct report_format *f)
{
	static const struct report_style style = { .width = 80 };
	struct report_tally tally = { 0 };
	struct buf b;
	void *kept;

	buf_init(&b, BUF_NO_LIMIT);
	kept = f->begin != NULL ? f->begin(&b, &style) : NULL;
	while (tally.asked < TARGETS_MAX && g->targets[tally.asked].build != NULL) {
		put_target(&b, f, &g->targets[tally.asked], tally.asked, &tally, kept);
		tally.asked++;
	}
	if (f->end != NULL)
		f->end(&b, &style, &tally, kept);
	return buf_take(&b);
}

START_TEST(document_is_the_golden_one)
{
	const struct golden *g = &goldens[_i];

	for (size_t i = 0; g->formats[i] != NULL; i++)
		golden_check(g->name, g->formats[i]->name, document(g, g->formats[i]));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("formats");
	TCase *tc = tcase_create("golden");

	tcase_add_loop_test(tc, document_is_the_golden_one, 0, COUNT(goldens));
	suite_add_tcase(s, tc);
	return run_suite(s);
}
