/* SPDX-License-Identifier: MIT
 *
 * Error texts and the rules that they must lead to: see text_cases.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diagnose/rule.h"
#include "runner.h"
#include "text_cases.h"

enum { ROOM = 16 };

static const struct text_case *const tables[] = {
	text_cases_client, text_cases_network, text_cases_tls, text_cases_reply, text_cases_auth,
	text_cases_path,
};

static const struct text_case *case_at(int i)
{
	for (size_t t = 0; t < COUNT(tables); t++)
		for (const struct text_case *c = tables[t]; c->code != NULL; c++)
			if (i-- == 0)
				return c;
	return NULL;
}

START_TEST(text_leads_to_its_rule)
{
	const struct text_case *c = case_at(_i);
	struct text_hit hits[ROOM];
	size_t n = text_match(c->text, strlen(c->text), hits, ROOM);

	if (!c->near_miss) {
		ck_assert_msg(n > 0, "%s: not known: %s", c->code, c->text);
		ck_assert_msg(strcmp(hits[0].rule->code, c->code) == 0, "%s, want %s: %s",
			      hits[0].rule->code, c->code, c->text);
		return;
	}
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(strcmp(hits[i].rule->code, c->code) != 0, "%s is raised by: %s",
			      c->code, c->text);
}
END_TEST

START_TEST(every_rule_with_patterns_has_a_case)
{
	const struct diag_rule *r;

	for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++) {
		const struct text_case *c;
		int k = 0;

		if (r->texts == NULL)
			continue;
		while ((c = case_at(k)) != NULL && (c->near_miss || strcmp(c->code, r->code) != 0))
			k++;
		ck_assert_msg(c != NULL, "%s has no text that leads to it", r->code);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("text");
	TCase *tc = tcase_create("text");
	int cases = 0;

	while (case_at(cases) != NULL)
		cases++;
	text_match("", 0, NULL, 0); /* compiled here, once for all the processes of the cases */
	tcase_add_loop_test(tc, text_leads_to_its_rule, 0, cases);
	tcase_add_test(tc, every_rule_with_patterns_has_a_case);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
