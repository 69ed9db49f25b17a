/* SPDX-License-Identifier: MIT
 *
 * The rule table: its form, its list of codes, and each rule both ways (rule_cases.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/rule.h"
#include "rule_cases.h"
#include "runner.h"

static const struct rule_case *const tables[] = {
	cases_dns, cases_connect, cases_smtp, cases_starttls, cases_tls, cases_reply,
	cases_interception, cases_size, cases_path,
};

static const struct rule_case *case_at(int i)
{
	for (int t = 0; t < COUNT(tables); t++)
		for (const struct rule_case *c = tables[t]; c->code != NULL; c++)
			if (i-- == 0)
				return c;
	return NULL;
}

static const struct finding *find(const struct diagnosis *d, const char *code)
{
	for (size_t i = 0; i < d->finding_count; i++)
		if (strcmp(d->findings[i].rule->code, code) == 0)
			return &d->findings[i];
	return NULL;
}

/* A rule that shows at the same time would hide that the wrong one matched. */
START_TEST(rule_shows)
{
	const struct rule_case *c = case_at(_i);
	struct observation o = { 0 };
	struct diagnosis d;
	const struct finding *f;

	c->build(&o, false);
	diagnose(&d, &o);
	f = find(&d, c->code);
	ck_assert_msg(f != NULL, "%s: %s: not found", c->code, c->name);
	ck_assert_msg(f->severity == c->severity, "%s: %s: severity %s, want %s", c->code, c->name,
		      words_name(&severity_words, f->severity),
		      words_name(&severity_words, c->severity));
	ck_assert_msg(f->evidence_count > 0 && *f->evidence[0].what != '\0',
		      "%s: %s: nothing is said to have been seen", c->code, c->name);
	ck_assert_msg(strchr(f->summary, '%') == NULL, "%s: %s", c->code, f->summary);
	diagnosis_clear(&d);
	observation_clear(&o);
}
END_TEST

START_TEST(near_miss_does_not)
{
	const struct rule_case *c = case_at(_i);
	struct observation o = { 0 };
	struct diagnosis d;

	c->build(&o, true);
	diagnose(&d, &o);
	ck_assert_msg(find(&d, c->code) == NULL, "%s: %s: found in the near miss", c->code, c->name);
	diagnosis_clear(&d);
	observation_clear(&o);
}
END_TEST

START_TEST(same_record_same_diagnosis)
{
	struct observation o = { 0 };
	struct diagnosis a, b;

	case_at(_i)->build(&o, false);
	diagnose(&a, &o);
	diagnose(&b, &o);
	ck_assert_uint_eq(a.finding_count, b.finding_count);
	ck_assert_uint_eq(a.advice_count, b.advice_count);
	ck_assert_int_eq(a.status, b.status);
	for (size_t i = 0; i < a.finding_count; i++) {
		const struct finding *x = &a.findings[i], *y = &b.findings[i];

		ck_assert_ptr_eq(x->rule, y->rule);
		ck_assert_int_eq(x->severity, y->severity);
		ck_assert_int_eq(x->confidence, y->confidence);
		ck_assert_str_eq(x->summary, y->summary);
		ck_assert_uint_eq(x->evidence_count, y->evidence_count);
		for (size_t k = 0; k < x->evidence_count; k++)
			ck_assert_str_eq(x->evidence[k].what, y->evidence[k].what);
	}
	diagnosis_clear(&a);
	diagnosis_clear(&b);
	observation_clear(&o);
}
END_TEST

START_TEST(every_rule_has_a_case)
{
	const struct diag_rule *r;

	for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++) {
		const struct rule_case *c;
		int k = 0;

		/* What only a text can show has its cases in text_cases_*.c. */
		if (r->endpoint == NULL && r->target == NULL && r->replies == 0)
			continue;
		while ((c = case_at(k)) != NULL && strcmp(c->code, r->code) != 0)
			k++;
		ck_assert_msg(c != NULL, "%s has no case", r->code);
	}
}
END_TEST

static bool is_code(const char *code)
{
	size_t n = strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return code[n] == '\0' && n >= 5 && n <= 40 && strchr(code, '_') != NULL;
}

static bool good_placeholders(const char *text)
{
	for (const char *s = strchr(text, '%'); s != NULL; s = strchr(s + 1, '%'))
		if (s[1] != 'E' && s[1] != 'T' && s[1] != 'H')
			return false;
	return true;
}

static bool plain_words(const char *text)
{
	return strstr(text, "SSL/TLS") == NULL && strstr(text, "  ") == NULL &&
	       text[strspn(text, " !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]_"
				 "abcdefghijklmnopqrstuvwxyz%")] == '\0';
}

START_TEST(every_rule_is_complete)
{
	const struct diag_rule *r;

	for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++) {
		ck_assert_msg(is_code(r->code), "%s", r->code);
		ck_assert_msg((r->endpoint != NULL) + (r->target != NULL) + (r->replies != 0) <= 1,
			      "%s", r->code);
		ck_assert_msg(r->endpoint != NULL || r->target != NULL || r->texts != NULL,
			      "%s cannot be recognised", r->code);
		ck_assert_msg(r->summary != NULL && good_placeholders(r->summary), "%s", r->code);
		ck_assert_msg(plain_words(r->summary), "%s: %s", r->code, r->summary);
		ck_assert_msg(r->means != NULL && plain_words(r->means), "%s", r->code);
		ck_assert_msg(r->remedy != NULL && plain_words(r->remedy), "%s", r->code);
		ck_assert_msg(r->references[0] != NULL, "%s names no document", r->code);
		for (size_t k = 0; (const void *)diag_rule_at(k) != (const void *)r; k++)
			ck_assert_msg(strcmp(diag_rule_at(k)->code, r->code) != 0, "%s twice",
				      r->code);
	}
}
END_TEST

/* tests/data/codes.txt is the promise: codes are added to it, never taken away or renamed. */
START_TEST(codes_are_those_of_the_list)
{
	const char *srcdir = getenv("srcdir");
	char path[1024], line[256], last[256] = "";
	const struct diag_rule *r;
	size_t lines = 0, rules = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/data/codes.txt", srcdir != NULL ? srcdir : ".");
	f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s cannot be read", path);
	while (fgets(line, sizeof(line), f) != NULL) {
		size_t i = 0;

		line[strcspn(line, "\n")] = '\0';
		ck_assert_msg(strcmp(last, line) < 0, "%s is out of order or twice", line);
		snprintf(last, sizeof(last), "%s", line);
		while ((r = diag_rule_at(i)) != NULL && strcmp(r->code, line) != 0)
			i++;
		ck_assert_msg(r != NULL, "%s has disappeared from the rules", line);
		lines++;
	}
	fclose(f);
	while (diag_rule_at(rules) != NULL)
		rules++;
	ck_assert_msg(lines == rules, "%zu rules, but %zu codes in the list: add the new ones",
		      rules, lines);
}
END_TEST

START_TEST(empty_record_raises_nothing)
{
	struct observation o = { 0 };
	struct diagnosis d;

	diagnose(&d, &o);
	ck_assert_uint_eq(d.finding_count, 0);
	ck_assert_uint_eq(d.advice_count, 0);
	ck_assert_int_eq(d.status, STATUS_UNCHECKED);
	diagnosis_clear(&d);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("rules");
	TCase *tc = tcase_create("rules");
	int cases = 0;

	while (case_at(cases) != NULL)
		cases++;
	tcase_add_loop_test(tc, rule_shows, 0, cases);
	tcase_add_loop_test(tc, near_miss_does_not, 0, cases);
	tcase_add_loop_test(tc, same_record_same_diagnosis, 0, cases);
	tcase_add_test(tc, every_rule_has_a_case);
	tcase_add_test(tc, every_rule_is_complete);
	tcase_add_test(tc, codes_are_those_of_the_list);
	tcase_add_test(tc, empty_record_raises_nothing);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
