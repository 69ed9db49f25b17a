/* SPDX-License-Identifier: MIT
 *
 * net/resolver_pace: a list of targets through resolvers that lose questions. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "dns_world.h"
#include "net/resolver_pace.h"
#include "runner.h"

/* ---- the rules ---------------------------------------------------------------------------- */

static void note_many(struct resolver_pace *p, int count, bool lost, int64_t *now_us)
{
	for (int i = 0; i < count; i++)
		resolver_pace_note(p, lost, true, *now_us += 10 * MS);
}

START_TEST(one_target_asks_once_in_a_window_of_100)
{
	struct resolver_pace p;
	int64_t now = 0, pause;

	resolver_pace_init(&p, 0);
	note_many(&p, 10000, false, &now);
	ck_assert_uint_eq(resolver_pace_window(&p), 100);
	note_many(&p, 10000, true, &now);
	ck_assert_uint_eq(resolver_pace_window(&p), 100);
	ck_assert(!resolver_pace_again(&p, DNS_TIMEOUT, 0, &pause));
}
END_TEST

START_TEST(a_list_widens_while_all_goes_well_and_narrows_when_much_is_lost)
{
	struct resolver_pace p;
	int64_t now = 0;

	resolver_pace_init(&p, 1);
	ck_assert_uint_eq(resolver_pace_window(&p), 100);
	note_many(&p, 10000, false, &now);
	ck_assert_uint_eq(resolver_pace_window(&p), 400);
	note_many(&p, 10, true, &now);
	ck_assert_uint_eq(resolver_pace_window(&p), 200);
	note_many(&p, 1000, true, &now);
	ck_assert_uint_eq(resolver_pace_window(&p), 50);
}
END_TEST

START_TEST(one_question_in_twenty_is_no_loss_but_dead_name_servers)
{
	struct resolver_pace p;
	int64_t now = 0, pause;

	resolver_pace_init(&p, 1);
	for (int i = 0; i < 1000; i++)
		resolver_pace_note(&p, i % 20 == 0, true, now += 10 * MS);
	ck_assert_uint_ge(resolver_pace_window(&p), 190);
	ck_assert(resolver_pace_again(&p, DNS_TIMEOUT, 0, &pause));
	ck_assert(!resolver_pace_again(&p, DNS_TIMEOUT, 1, &pause));
}
END_TEST

START_TEST(jobs_share_a_window)
{
	struct resolver_pace p;
	int64_t now = 0;

	resolver_pace_init(&p, 4);
	ck_assert_uint_eq(resolver_pace_window(&p), 25);
	note_many(&p, 10000, false, &now);
	ck_assert_uint_eq(resolver_pace_window(&p), 100);
	resolver_pace_init(&p, 1000);
	ck_assert_uint_eq(resolver_pace_window(&p), 1);
}
END_TEST

START_TEST(an_answer_is_not_asked_for_again_and_a_pause_grows)
{
	static const enum dns_rcode answers[] = { DNS_NOERROR, DNS_NXDOMAIN, DNS_NODATA, DNS_MALFORMED,
						  DNS_CUT_SHORT };
	struct resolver_pace p;
	int64_t first, second;

	resolver_pace_init(&p, 1);
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		ck_assert(!resolver_pace_again(&p, answers[i], 0, &first));
	ck_assert(resolver_pace_again(&p, DNS_UNREACHABLE, 0, &first));
	ck_assert(resolver_pace_again(&p, DNS_UNREACHABLE, 1, &second));
	ck_assert(second == 2 * first && first > 0);
	ck_assert(!resolver_pace_again(&p, DNS_UNREACHABLE, 4, &second));
}
END_TEST

/* ---- with a resolver ---------------------------------------------------------------------- */

enum { NAMES = 400, TIMEOUT_MS = 350 };

static const struct {
	const char *about, *zone;
} losers[] = {
	{ "half of the questions are lost", "*.test A 127.0.0.1\n* ! lose=50\n" },
	{ "it has room for 30 questions", "*.test A 127.0.0.1\n* ! delay=20\n* ! room=30\n" },
};

static int failures_through(const char *zone, bool of_list)
{
	struct dns_world *w = dns_world_new();
	int failures = 0;

	dns_world_add_server(w, zone);
	dns_world_begin(w, TIMEOUT_MS * MS);
	if (of_list)
		resolver_of_list(w->resolver, 1);
	for (int i = 0; i < NAMES; i++) {
		char name[32];

		snprintf(name, sizeof name, "d%d.test", i);
		dns_world_ask(w, name, DNS_TYPE_A);
	}
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result_count, NAMES);
	for (int i = 0; i < NAMES; i++)
		failures += w->result[i].rcode != DNS_NOERROR;
	dns_world_end(w);
	return failures;
}

START_TEST(what_a_resolver_loses_is_no_failure_of_a_list)
{
	/* The same, asked as for one target, does fail: the resolver is as bad as it is said to be. */
	ck_assert_msg(failures_through(losers[_i].zone, false) > 0, "%s: nothing was lost", losers[_i].about);
	ck_assert_msg(failures_through(losers[_i].zone, true) == 0, "%s: a name failed", losers[_i].about);
}
END_TEST

START_TEST(a_resolver_that_comes_back_is_asked_again)
{
	struct dns_world *w = dns_world_new();

	dns_world_add_server(w, "x.test A 127.0.0.1\n* ! drop=4\n");
	dns_world_begin(w, TIMEOUT_MS * MS);
	resolver_of_list(w->resolver, 1);
	dns_world_ask(w, "x.test", DNS_TYPE_A);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result[0].rcode, DNS_NOERROR);
	ck_assert_msg(w->result[0].us >= TIMEOUT_MS * MS, "all times count");
	dns_world_end(w);
}
END_TEST

START_TEST(a_name_whose_servers_are_dead_is_asked_for_twice)
{
	struct dns_world *w = dns_world_new();

	dns_world_add_server(w, "x.test ! silent\n");
	dns_world_begin(w, TIMEOUT_MS * MS);
	resolver_of_list(w->resolver, 1);
	dns_world_ask(w, "x.test", DNS_TYPE_A);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result[0].rcode, DNS_TIMEOUT);
	ck_assert_int_eq(w->result_count, 1);
	ck_assert_uint_le(fake_dns_udp_count(w->server[0]), 6);
	dns_world_end(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("resolver_pace");
	TCase *rules = tcase_create("rules"), *world = tcase_create("world");

	tcase_add_test(rules, one_target_asks_once_in_a_window_of_100);
	tcase_add_test(rules, a_list_widens_while_all_goes_well_and_narrows_when_much_is_lost);
	tcase_add_test(rules, one_question_in_twenty_is_no_loss_but_dead_name_servers);
	tcase_add_test(rules, jobs_share_a_window);
	tcase_add_test(rules, an_answer_is_not_asked_for_again_and_a_pause_grows);
	suite_add_tcase(s, rules);
	tcase_set_timeout(world, 60);
	tcase_add_loop_test(world, what_a_resolver_loses_is_no_failure_of_a_list, 0,
			    sizeof losers / sizeof *losers);
	tcase_add_test(world, a_resolver_that_comes_back_is_asked_again);
	tcase_add_test(world, a_name_whose_servers_are_dead_is_asked_for_twice);
	suite_add_tcase(s, world);
	return run_suite(s);
}
