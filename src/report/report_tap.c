/* SPDX-License-Identifier: MIT
 *
 * Test Anything Protocol (testanything.org), as `prove` reads it: a point for each thing that
 * counts, the plan at the end, since the number of targets is not known before. All of it is TAP 14
 * but for the version line: Test::Harness before 3.45, which Debian 12 has, refuses a "version 14",
 * and a reader of 14 takes 13. */
#include <stdlib.h>

#include "base/json_writer.h"
#include "base/mem.h"
#include "report/layout.h"
#include "report/report.h"
#include "report/test_points.h"

struct tap {
	size_t points;
};

static void *tap_begin(struct buf *to, const struct report_style *s)
{
	(void)s;
	buf_adds(to, "TAP version 13\n");
	return mem_zalloc(1, sizeof(struct tap));
}

/* "#" would begin a directive, such as SKIP, that makes a failure pass. */
static void add_description(struct buf *to, const char *text)
{
	struct buf safe;

	buf_init(&safe, BUF_NO_LIMIT);
	layout_escape(&safe, text, true);
	for (const char *c = buf_str(&safe); *c != '\0'; c++) {
		if (*c == '#' || *c == '\\')
			buf_addc(to, '\\');
		buf_addc(to, *c);
	}
	buf_clear(&safe);
}

/* A string of JSON is one of YAML. */
static void add_pair(struct buf *to, const char *key, const char *text)
{
	struct json_writer w;
	struct buf safe;

	if (text == NULL)
		return;
	buf_init(&safe, BUF_NO_LIMIT);
	layout_escape(&safe, text, true);
	buf_addf(to, "    %s: ", key);
	json_writer_init(&w, to);
	json_writer_string(&w, buf_str(&safe));
	buf_addc(to, '\n');
	buf_clear(&safe);
}

static void add_point(struct buf *to, const struct test_point *p, size_t number)
{
	buf_addf(to, "%s %zu - ", p->state == EXPECT_MET ? "ok" : "not ok", number);
	add_description(to, p->name);
	buf_addc(to, '\n');
	if (p->state == EXPECT_MET)
		return;
	buf_adds(to, "  ---\n");
	add_pair(to, "state", words_name(&expect_state_words, p->state));
	add_pair(to, "at", p->where);
	add_pair(to, "seen", p->seen);
	add_pair(to, "do", p->remedy);
	buf_adds(to, "  ...\n");
}

static void tap_target(struct buf *to, const struct report_style *s, const struct report_target *t,
		       void *kept)
{
	struct tap *tap = kept;
	struct test_points p;

	(void)s;
	test_points_make(&p, t);
	buf_adds(to, "# ");
	add_description(to, t->o->target.input != NULL ? t->o->target.input : "?");
	buf_addc(to, '\n');
	for (size_t i = 0; i < p.count; i++)
		add_point(to, &p.list[i], ++tap->points);
	test_points_clear(&p);
}

static void tap_end(struct buf *to, const struct report_style *s, const struct report_tally *t, void *kept)
{
	struct tap *tap = kept;
	struct test_points rest;

	(void)s;
	test_points_of_the_rest(&rest, t);
	for (size_t i = 0; i < rest.count; i++)
		add_point(to, &rest.list[i], ++tap->points);
	test_points_clear(&rest);
	buf_addf(to, "1..%zu\n", tap->points);
	free(tap);
}

const struct report_format report_tap = {
	.name = "tap",
	.help = "Test Anything Protocol, for prove and CI servers",
	.begin = tap_begin,
	.target = tap_target,
	.end = tap_end,
};
