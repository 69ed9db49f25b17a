/* SPDX-License-Identifier: MIT
 *
 * JUnit XML, as CI servers read it: a suite for each target, a case for each thing that counts. What
 * could not be checked is an error, never skipped: a server lets a build with skipped cases pass. */
#include <inttypes.h>
#include <time.h>

#include "base/mem.h"
#include "report/markup.h"
#include "report/report.h"
#include "report/test_points.h"

static void *junit_begin(struct buf *to, const struct report_style *s)
{
	(void)s;
	buf_adds(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"smtpprobe\">\n");
	return NULL;
}

static void add_attribute(struct buf *to, const char *name, const char *text)
{
	buf_addf(to, " %s=\"", name);
	markup_text(to, text);
	buf_addc(to, '"');
}

static void add_case(struct buf *to, const struct test_point *p, const char *target)
{
	const char *element = p->state == EXPECT_NOT_MET ? "failure" : "error";

	buf_adds(to, "    <testcase");
	add_attribute(to, "name", p->name);
	add_attribute(to, "classname", target);
	buf_adds(to, " time=\"0\"");
	if (p->state == EXPECT_MET) {
		buf_adds(to, "/>\n");
		return;
	}
	buf_addf(to, ">\n      <%s", element);
	add_attribute(to, "message", p->seen != NULL ? p->seen : words_name(&expect_state_words, p->state));
	add_attribute(to, "type", words_name(&expect_state_words, p->state));
	buf_addc(to, '>');
	if (p->where != NULL) {
		buf_adds(to, "At ");
		markup_text(to, p->where);
		buf_adds(to, ".\n");
	}
	markup_text(to, p->seen);
	if (p->remedy != NULL) {
		buf_adds(to, "\nDo: ");
		markup_text(to, p->remedy);
	}
	buf_addf(to, "</%s>\n    </testcase>\n", element);
}

static void junit_target(struct buf *to, const struct report_style *s, const struct report_target *t,
			 void *kept)
{
	const char *name = t->o->target.input != NULL ? t->o->target.input : "?";
	time_t started = (time_t)(t->o->started_at_us / 1000000);
	struct test_points p;
	struct tm tm;

	(void)s;
	(void)kept;
	test_points_make(&p, t);
	buf_adds(to, "  <testsuite");
	add_attribute(to, "name", name);
	buf_addf(to, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"0\"", p.count,
		 p.by_state[EXPECT_NOT_MET], p.by_state[EXPECT_UNCHECKED]);
	buf_addf(to, " time=\"%" PRId64 ".%03" PRId64 "\"", t->o->duration_us / 1000000,
		 t->o->duration_us / 1000 % 1000);
	if (gmtime_r(&started, &tm) != NULL)
		buf_addf(to, " timestamp=\"%04d-%02d-%02dT%02d:%02d:%02d\"", tm.tm_year + 1900,
			 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	buf_adds(to, ">\n");
	for (size_t i = 0; i < p.count; i++)
		add_case(to, &p.list[i], name);
	buf_adds(to, "  </testsuite>\n");
	test_points_clear(&p);
}

static void junit_end(struct buf *to, const struct report_style *s, const struct report_tally *t, void *kept)
{
	struct test_points rest;

	(void)s;
	(void)kept;
	test_points_of_the_rest(&rest, t);
	if (rest.count > 0)
		buf_adds(to, "  <testsuite name=\"smtpprobe\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\""
			 " time=\"0\">\n");
	for (size_t i = 0; i < rest.count; i++)
		add_case(to, &rest.list[i], "smtpprobe");
	buf_adds(to, rest.count > 0 ? "  </testsuite>\n</testsuites>\n" : "</testsuites>\n");
	test_points_clear(&rest);
}

const struct report_format report_junit = {
	.name = "junit",
	.help = "JUnit XML, for CI servers",
	.begin = junit_begin,
	.target = junit_target,
	.end = junit_end,
};
