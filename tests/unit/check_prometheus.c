/* SPDX-License-Identifier: MIT
 *
 * Metrics against golden files (golden.h): two targets, expectations and changes among them, stand
 * under one HELP a family. What promtool says of them is in tests/cli/formats.sh and
 * prometheus.sh. */
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "obs_build.h"
#include "report/report.h"
#include "runner.h"

enum { MS = 1000, TARGETS_MAX = 2 };

/* Made by hand, as the judge need not be right for the report to be. */
static char starttls[] = "587: starttls", open_2525[] = "2525: open", relay[] = "relay: open",
	    odd[] = "25: tls>=1.3 \"quoted\" \\ \n\033[2J";
static struct expect_verdict claims[] = {
	{ .text = starttls, .state = EXPECT_MET },
	{ .text = odd, .state = EXPECT_NOT_MET },
	{ .text = open_2525, .state = EXPECT_UNCHECKED },
	{ .text = starttls, .state = EXPECT_MET },    /* said twice: one series */
};
static const struct expect_verdicts expected = {
	.list = claims, .count = COUNT(claims), .by_state = { 2, 1, 1 },
};
static struct expect_verdict met[] = { { .text = relay, .state = EXPECT_MET } };
static const struct expect_verdicts all_met = { .list = met, .count = 1, .by_state = { 1, 0, 0 } };

static char where[] = "example.com", what[] = "TLS 1.3 is no longer negotiated";
static struct baseline_change change[] = {
	{ .code = "TLS_VERSION_DOWN", .severity = SEVERITY_WARNING, .where = where, .what = what },
};
static const struct baseline_changes changed = { .known = true, .list = change, .count = 1 };
static const struct baseline_changes not_known = { .known = false };

static void blocked(struct observation *o)
{
	build_healthy_host(o);
	o->duration_us = 5020 * MS;
	build_forget(build_at(o, 25));
	build_connect(build_at(o, 25), OUT_TIMEOUT, "ETIMEDOUT", 5000 * MS);
	build_set(&o->target.input, "smtp.example.com \"a\\b\"\n");
}

static const struct golden {
	const char *name;
	struct {
		void (*build)(struct observation *o);
		const struct expect_verdicts *expected;
		const struct baseline_changes *changes;
	} targets[TARGETS_MAX];
} goldens[] = {
	{ "healthy-host", { { build_healthy_host, &all_met, NULL } } },
	{ "two-targets", { { build_healthy_domain, NULL, &changed }, { blocked, &expected, &not_known } } },
	{ "a target that is given twice", { { build_healthy_host, &all_met, NULL },
					    { build_healthy_host, &all_met, NULL } } },
};

static char *metrics(const struct golden *g)
{
	const struct report_style s = { .width = 80 };
	const struct report_tally tally = { 0 };
	struct buf b;
	void *kept;

	buf_init(&b, BUF_NO_LIMIT);
	kept = report_prometheus.begin(&b, &s);
	for (size_t i = 0; i < TARGETS_MAX && g->targets[i].build != NULL; i++) {
		struct observation o = { 0 };
		struct diagnosis d;

		g->targets[i].build(&o);
		diagnose(&d, &o);
		report_prometheus.target(&b, &s, &(struct report_target){ .o = &o, .d = &d,
					 .expected = g->targets[i].expected,
					 .changes = g->targets[i].changes, .fail_on = SEVERITY_PROBLEM,
					 .findings_count = g->targets[i].expected == NULL, .nth = i }, kept);
		diagnosis_clear(&d);
		observation_clear(&o);
	}
	report_prometheus.end(&b, &s, &tally, kept);
	return buf_take(&b);
}

enum { HEALTHY, TWO_TARGETS, TWICE, FILES = TWICE };

START_TEST(metrics_are_the_golden_ones)
{
	golden_check(goldens[_i].name, report_prometheus.name, metrics(&goldens[_i]));
}
END_TEST

/* Is every family named once, however many targets have samples of it? */
START_TEST(a_family_has_one_head)
{
	char *got = metrics(&goldens[TWO_TARGETS]);

	for (const char *help = strstr(got, "# TYPE "); help != NULL; help = strstr(help + 1, "# TYPE ")) {
		const size_t n = strcspn(help, "\n");

		for (const char *next = strstr(help + n, "# TYPE "); next != NULL;
		     next = strstr(next + 1, "# TYPE "))
			ck_assert_msg(strncmp(help, next, n + 1) != 0, "twice: %.*s", (int)n, help);
	}
	free(got);
}
END_TEST

START_TEST(a_target_that_is_given_twice_is_told_once)
{
	char *once = metrics(&goldens[HEALTHY]), *twice = metrics(&goldens[TWICE]);

	ck_assert_str_eq(twice, once);
	free(once);
	free(twice);
}
END_TEST

START_TEST(nothing_is_written_of_no_target)
{
	const struct golden none = { .name = "none" };
	char *got = metrics(&none);

	ck_assert_str_eq(got != NULL ? got : "", "");
	free(got);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("prometheus");
	TCase *tc = tcase_create("metrics");

	tcase_add_loop_test(tc, metrics_are_the_golden_ones, 0, FILES);
	tcase_add_test(tc, a_family_has_one_head);
	tcase_add_test(tc, a_target_that_is_given_twice_is_told_once);
	tcase_add_test(tc, nothing_is_written_of_no_target);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
