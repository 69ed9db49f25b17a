/* SPDX-License-Identifier: MIT
 *
 * What --baseline calls a change, with its severity and place, and what it does not. The rows stand
 * in baseline_cases_*.c. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "baseline/baseline.h"
#include "baseline_cases.h"
#include "obs_build.h"
#include "record/observation_file.h"
#include "runner.h"

enum { TEXT_MOST = 65536, MS = 1000, DAY = 24 * 3600 };

static const struct baseline_case *const tables[] = { baseline_cases_hosts, baseline_cases_port,
						      baseline_cases_tls };

static int rows_of(const struct baseline_case *table)
{
	int n = 0;

	while (table[n].name != NULL)
		n++;
	return n;
}

static int all_rows(void)
{
	int n = 0;

	for (int i = 0; i < COUNT(tables); i++)
		n += rows_of(tables[i]);
	return n;
}

static const struct baseline_case *row(int at)
{
	int i = 0;

	while (at >= rows_of(tables[i]))
		at -= rows_of(tables[i++]);
	return &tables[i][at];
}

static void put_codes(struct buf *to, const struct baseline_changes *c)
{
	for (size_t i = 0; i < c->count; i++)
		buf_addf(to, "%s %s %s\n", c->list[i].code,
			 words_name(&severity_words, c->list[i].severity), c->list[i].where);
}

static void put_unseen(struct buf *to, const struct baseline_changes *c)
{
	for (size_t i = 0; i < c->unseen.count; i++)
		buf_addf(to, "%s\n", c->unseen.item[i]);
}

START_TEST(changes_are)
{
	const struct baseline_case *r = row(_i);
	struct observation before = { 0 }, now = { 0 };
	struct baseline_changes changes;
	struct buf codes, unseen;

	r->build(&before);
	r->build(&now);
	if (r->before != NULL)
		r->before(&before);
	if (r->now != NULL)
		r->now(&now);
	baseline_compare(&changes, &before, &now);
	buf_init(&codes, TEXT_MOST);
	buf_init(&unseen, TEXT_MOST);
	put_codes(&codes, &changes);
	put_unseen(&unseen, &changes);
	ck_assert_msg(strcmp(buf_str(&codes), r->codes) == 0, "%s: got\n%s", r->name, buf_str(&codes));
	ck_assert_msg(strcmp(buf_str(&unseen), r->unseen != NULL ? r->unseen : "") == 0, "%s: unseen\n%s",
		      r->name, buf_str(&unseen));
	ck_assert(changes.known);
	buf_clear(&codes);
	buf_clear(&unseen);
	baseline_changes_clear(&changes);
	observation_clear(&before);
	observation_clear(&now);
}
END_TEST

START_TEST(nothing_has_changed_since_itself)
{
	const struct baseline_case *r = row(_i);
	struct observation o = { 0 };
	struct baseline_changes changes;

	r->build(&o);
	if (r->now != NULL)
		r->now(&o);
	baseline_compare(&changes, &o, &o);
	ck_assert_msg(changes.count == 0, "%s: %s", r->name, changes.count > 0 ? changes.list[0].code : "");
	baseline_changes_clear(&changes);
	observation_clear(&o);
}
END_TEST

START_TEST(stored_records_have_not_changed_since_themselves)
{
	const char *top = getenv("top_srcdir");
	char *pattern = mem_printf("%s/tests/data/obs/*.json", top != NULL ? top : ".");
	glob_t g;

	ck_assert_int_eq(glob(pattern, 0, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		FILE *f = fopen(g.gl_pathv[i], "r");
		struct baseline_changes changes;
		struct observation o;
		struct err e = { "" };
		bool end = false;

		ck_assert_ptr_nonnull(f);
		ck_assert_msg(observation_file_read(f, &o, &end, &e) && !end, "%s", e.msg);
		fclose(f);
		baseline_compare(&changes, &o, &o);
		ck_assert_msg(changes.count == 0, "%s: %s", g.gl_pathv[i],
			      changes.count > 0 ? changes.list[0].code : "");
		baseline_changes_clear(&changes);
		observation_clear(&o);
	}
	globfree(&g);
	free(pattern);
}
END_TEST

/* ---- before and after ------------------------------------------------------------------------ */

static void greeting(struct observation *o)
{
	build_forget(build_at(o, 587));
	build_at(o, 587)->mode = MODE_PLAINTEXT;
	build_reply(&build_at(o, 587)->greeting, OUT_REJECTED, "554 <b>\\x1B[31m & \"no\"", MS);
}

static void capabilities(struct observation *o)
{
	build_capabilities(&build_at(o, 587)->ehlo_tls, "SIZE 52428800\nAUTH PLAIN LOGIN\nX\nXY\nY");
}

static void until(struct observation *o)
{
	build_set(&build_at(o, 587)->tls.chain[0].sha256, "aa");
	build_at(o, 587)->tls.chain[0].not_after += 90 * DAY;
}

static void stolen(struct observation *o)
{
	until(o);
	build_set(&build_at(o, 587)->tls.chain[0].issuer, "CN=Box");
	build_at(o, 587)->tls.verified = false;
	build_at(o, 587)->tls.faults = CERT_UNKNOWN_ISSUER | CERT_NAME_MISMATCH;
}

static const struct text_case {
	const char *name;
	void (*now)(struct observation *o);
	const char *before, *after;
} texts[] = {
	{ "what the server said stands as it is in the record", greeting, NULL, "554 <b>\\x1B[31m & \"no\"" },
	{ "each keyword is named, also one that is a part of another", capabilities, NULL, "X, XY, Y" },
	{ "a renewed certificate says until when", until, "until 2026-05-11", "until 2026-08-09" },
	{ "a certificate of nobody known says who that is", stolen, "issued by CN=Example CA R3",
	  "name-mismatch, unknown-issuer, issued by CN=Box" },
};

START_TEST(before_and_after_are)
{
	const struct text_case *t = &texts[_i];
	struct observation before = { 0 }, now = { 0 };
	struct baseline_changes c;

	build_healthy_host(&before);
	build_healthy_host(&now);
	t->now(&now);
	baseline_compare(&c, &before, &now);
	ck_assert_msg(c.count == 1, "%s: %zu changes", t->name, c.count);
	ck_assert_pstr_eq(c.list[0].before, t->before);
	ck_assert_pstr_eq(c.list[0].after, t->after);
	baseline_changes_clear(&c);
	observation_clear(&before);
	observation_clear(&now);
}
END_TEST

START_TEST(a_target_that_the_baseline_lacks_is_not_known)
{
	struct observation now = { 0 };
	struct baseline_changes changes;

	build_healthy_host(&now);
	baseline_compare(&changes, NULL, &now);
	ck_assert(!changes.known);
	ck_assert_uint_eq(changes.count, 0);
	baseline_changes_clear(&changes);
	observation_clear(&now);
}
END_TEST

static void cut_all(struct observation *o)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		build_connect(&o->endpoints[i], OUT_CUT_SHORT, NULL, MS);
}

static void all_not_now(struct observation *o)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		struct obs_endpoint *e = &o->endpoints[i];
		enum mode mode = e->mode;

		build_forget(e);
		e->mode = mode;
		if (mode == MODE_IMPLICIT_TLS)
			build_connect(e, OUT_CUT_SHORT, NULL, MS);
		else
			build_reply(&e->greeting, OUT_REJECTED, "421 later", MS);
	}
}

static void one_not_now(struct observation *o)
{
	build_forget(build_at(o, 587));
	build_at(o, 587)->mode = MODE_PLAINTEXT;
	build_reply(&build_at(o, 587)->greeting, OUT_REJECTED, "421 later", MS);
}

static void all_closed(struct observation *o)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		build_connect(&o->endpoints[i], OUT_REFUSED, "ECONNREFUSED", MS);
}

static const struct silence_case {
	const char *name;
	void (*before)(struct observation *o), (*now)(struct observation *o);
	bool nothing;
} silences[] = {
	{ "ports that only the baseline saw", NULL, cut_all, true },
	{ "ports that the baseline did not see", cut_all, NULL, true },
	{ "a baseline of servers that said not now", all_not_now, NULL, true },
	{ "one port of several that was not seen", one_not_now, NULL, false },
	{ "ports that were closed and are", all_closed, all_closed, false },
	{ "ports that are closed now", NULL, all_closed, false },
	{ "the same", NULL, NULL, false },
};

START_TEST(a_comparison_says_nothing_where_both_saw_nothing)
{
	const struct silence_case *s = &silences[_i];
	struct observation before = { 0 }, now = { 0 };
	struct baseline_changes c;

	build_healthy_host(&before);
	build_healthy_host(&now);
	if (s->before != NULL)
		s->before(&before);
	if (s->now != NULL)
		s->now(&now);
	baseline_compare(&c, &before, &now);
	ck_assert_msg(baseline_says_nothing(&c) == s->nothing, "%s", s->name);
	baseline_changes_clear(&c);
	observation_clear(&before);
	observation_clear(&now);
}
END_TEST

START_TEST(any_number_of_keywords_is_one_line_that_ends)
{
	struct observation before = { 0 }, now = { 0 };
	struct baseline_changes c;
	struct buf many;

	build_healthy_host(&before);
	build_healthy_host(&now);
	buf_init(&many, TEXT_MOST);
	buf_adds(&many, "SIZE 52428800\nAUTH PLAIN LOGIN");
	for (int i = 0; i < 1000; i++)
		buf_addf(&many, "\nXKEYWORD%d", i);
	build_capabilities(&build_at(&now, 587)->ehlo_tls, buf_str(&many));
	baseline_compare(&c, &before, &now);
	ck_assert_uint_eq(c.count, 1);
	ck_assert_uint_le(strlen(c.list[0].after), 1024);
	ck_assert_str_eq(c.list[0].after + strlen(c.list[0].after) - 5, ", ...");
	buf_clear(&many);
	baseline_changes_clear(&c);
	observation_clear(&before);
	observation_clear(&now);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("baseline");
	TCase *t = tcase_create("baseline");

	tcase_add_loop_test(t, changes_are, 0, all_rows());
	tcase_add_loop_test(t, nothing_has_changed_since_itself, 0, all_rows());
	tcase_add_loop_test(t, before_and_after_are, 0, COUNT(texts));
	tcase_add_loop_test(t, a_comparison_says_nothing_where_both_saw_nothing, 0, COUNT(silences));
	tcase_add_test(t, stored_records_have_not_changed_since_themselves);
	tcase_add_test(t, a_target_that_the_baseline_lacks_is_not_known);
	tcase_add_test(t, any_number_of_keywords_is_one_line_that_ends);
	suite_add_tcase(s, t);
	return run_suite(s);
}
