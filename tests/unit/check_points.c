/* SPDX-License-Identifier: MIT
 *
 * What reports for test tools say besides their points, which tests/cli/formats.sh compares with the exit
 * status: no such report may pass where the run did not. */
#include <stdlib.h>
#include <string.h>

#include "obs_build.h"
#include "report/report.h"
#include "runner.h"

static char *report(const char *name, void (*build)(struct observation *o), const struct report_tally *tally)
{
	const struct report_format *f = report_format_find(name, strlen(name));
	const struct report_style s = { .width = 80, .utf8 = true };
	struct observation o = { 0 };
	struct diagnosis d;
	struct buf b;
	void *kept;

	build(&o);
	diagnose(&d, &o);
	buf_init(&b, BUF_NO_LIMIT);
	kept = f->begin != NULL ? f->begin(&b, &s) : NULL;
	f->target(&b, &s, &(struct report_target){ .o = &o, .d = &d, .findings_count = true,
						   .fail_on = SEVERITY_PROBLEM }, kept);
	if (f->end != NULL)
		f->end(&b, &s, tally, kept);
	diagnosis_clear(&d);
	observation_clear(&o);
	return buf_take(&b);
}

static void no_ipv6_here(struct observation *o)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	o->vantage.ipv6.route = false;
	strlist_add(&o->dns.hosts[0].addresses, "2001:db8::10");
	e = build_endpoint(o, o->dns.hosts[0].name, "2001:db8::10", 587);
	build_connect(e, OUT_UNREACHABLE, "ENETUNREACH", 0);
	build_set(&e->connect.source, NULL);
}

static const struct says_case {
	const char *name, *format;
	void (*build)(struct observation *o);
	struct report_tally tally;
	const char *has, *lacks;         /* NULL: anything */
} says[] = {
	{ "JUnit has an error for targets that were not begun", "junit", build_healthy_host,
	  { .asked = 3, .done = 1 }, "<error message=\"2 of 3 targets were not begun\"", NULL },
	{ "JUnit has none where all were", "junit", build_healthy_host, { .asked = 1, .done = 1 }, NULL, "<error" },
	{ "TAP fails for targets that were not begun", "tap", build_healthy_host, { .asked = 3, .done = 1 },
	  "\nnot ok 5 - every target is probed\n", NULL },
	{ "and counts them in its plan", "tap", build_healthy_host, { .asked = 3, .done = 1 }, "\n1..5\n", NULL },
	{ "TAP passes where all were", "tap", build_healthy_host, { .asked = 1, .done = 1 }, "\n1..4\n", "not ok" },
	{ "an address without a route from here is no point that passes", "tap", no_ipv6_here, { .asked = 1, .done = 1 },
	  "ok 4 - nothing is wrong with", "2001:db8::10" },
	{ "GitHub is told of targets that were not begun", "github", build_healthy_host, { .asked = 3, .done = 1 },
	  "::error title=every target is probed::2 of 3", NULL },
	{ "GitHub is told nothing where all were", "github", build_healthy_host, { .asked = 1, .done = 1 }, NULL,
	  "::error" },
};

START_TEST(report_says)
{
	const struct says_case *c = &says[_i];
	char *got = report(c->format, c->build, &c->tally);

	ck_assert_msg(c->has == NULL || strstr(got, c->has) != NULL, "%s: got\n%s", c->name, got);
	ck_assert_msg(c->lacks == NULL || strstr(got, c->lacks) == NULL, "%s: got\n%s", c->name, got);
	free(got);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("points");
	TCase *t = tcase_create("points");

	tcase_add_loop_test(t, report_says, 0, COUNT(says));
	suite_add_tcase(s, t);
	return run_suite(s);
}
