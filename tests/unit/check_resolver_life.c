/* SPDX-License-Identifier: MIT
 *
 * net/resolver and several servers; and how it lives: asking, cancelling, freeing, the loop. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns_world.h"
#include "runner.h"
#include "strlist_text.h"

/* ---- several servers --------------------------------------------------------------------- */

#define GOOD "x.test A 127.0.0.1\n"

static const struct {
	const char *about;
	const char *zones[DNS_WORLD_SERVERS];    /* "": a closed port */
	enum dns_rcode rcode;
	int second;                    /* questions that the second one gets; -1: any number */
} pairs[] = {
	{ "the first answers: the second is not asked", { GOOD, GOOD }, DNS_NOERROR, 0 },
	{ "NXDOMAIN is an answer", { "y.test A 127.0.0.1\n", GOOD }, DNS_NXDOMAIN, 0 },
	{ "an explained SERVFAIL is an answer",
	  { "x.test ! servfail\nx.test ! ede=9\n", GOOD }, DNS_SERVFAIL, 0 },
	{ "the first is silent", { "x.test ! silent\n", GOOD }, DNS_NOERROR, 1 },
	{ "the first refuses", { "x.test ! refused\n", GOOD }, DNS_NOERROR, 1 },
	{ "the first does not implement it", { "x.test ! notimp\n", GOOD }, DNS_NOERROR, 1 },
	{ "the first fails without a reason", { "x.test ! servfail\n", GOOD }, DNS_NOERROR, 1 },
	{ "the first does not understand", { "x.test ! formerr\n", GOOD }, DNS_NOERROR, 1 },
	{ "the first sends rubbish", { GOOD "x.test ! broken\n", GOOD }, DNS_NOERROR, 1 },
	{ "the first's port is closed", { "", GOOD }, DNS_NOERROR, 1 },
	{ "only the third answers", { "x.test ! silent\n", "x.test ! refused\n", GOOD },
	  DNS_NOERROR, 1 },
	{ "all refuse", { "x.test ! refused\n", "x.test ! refused\n" }, DNS_REFUSED, 1 },
	{ "all are silent", { "x.test ! silent\n", "x.test ! silent\n" }, DNS_TIMEOUT, -1 },
	{ "all ports are closed", { "", "" }, DNS_UNREACHABLE, -1 },
	{ "an answer says more than silence", { "x.test ! servfail\n", "x.test ! silent\n" },
	  DNS_SERVFAIL, -1 },
	{ "silence says more than a closed port", { "", "x.test ! silent\n" }, DNS_TIMEOUT, -1 },
	{ "the first's late answer still counts",
	  { GOOD "x.test ! delay=800\n", "x.test ! silent\n" }, DNS_NOERROR, -1 },
};

START_TEST(next_server_is_asked)
{
	struct dns_world *w = dns_world_new();
	int second = pairs[_i].second;

	for (int i = 0; i < DNS_WORLD_SERVERS && pairs[_i].zones[i] != NULL; i++) {
		if (pairs[_i].zones[i][0] != '\0')
			dns_world_add_server(w, pairs[_i].zones[i]);
		else
			dns_world_add_closed_port(w);
	}
	dns_world_begin(w, 1500 * MS);
	dns_world_ask(w, "x.test", DNS_TYPE_A);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_msg(w->result_count == 1, "%s", pairs[_i].about);
	ck_assert_msg(w->result[0].rcode == pairs[_i].rcode, "%s: %s", pairs[_i].about,
		      words_name(&dns_rcode_words, w->result[0].rcode));
	if (second >= 0)
		ck_assert_msg(fake_dns_udp_count(w->server[w->server_count > 1]) == (unsigned)second,
			      "%s: the second got other than %d questions", pairs[_i].about, second);
	dns_world_end(w);
}
END_TEST

START_TEST(the_server_that_answered_is_asked_first)
{
	struct dns_world *w = dns_world_new();
	unsigned first;

	dns_world_add_server(w, "* ! silent\n");
	dns_world_add_server(w, GOOD "y.test A 127.0.0.2\n");
	dns_world_begin(w, 1500 * MS);
	dns_world_ask(w, "x.test", DNS_TYPE_A);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	first = fake_dns_udp_count(w->server[0]);
	dns_world_ask(w, "y.test", DNS_TYPE_A);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result[1].rcode, DNS_NOERROR);
	ck_assert_msg(w->result[1].us < 500 * MS, "the silent one was waited for again");
	ck_assert_uint_ge(first, 1);
	dns_world_end(w);
}
END_TEST

static const char zone[] = "mx1.example.test A 127.0.0.2\nexample.test MX 10 mx1.example.test\n"
	"silent.test ! silent\nslow.test A 127.0.0.10\nslow.test ! delay=150\n";

/* ---- life -------------------------------------------------------------------------------- */

START_TEST(freeing_cuts_short)
{
	struct dns_world *w = dns_world_new();
	struct resolver *r;

	dns_world_add_server(w, zone);
	dns_world_begin(w, 3000 * MS);
	for (int i = 0; i < 150; i++) /* some under way, some waiting */
		dns_world_ask(w, "silent.test", DNS_TYPE_A);
	dns_world_ask(w, "a..test", DNS_TYPE_A); /* waits behind them */
	uv_run(&w->loop, UV_RUN_NOWAIT);
	r = w->resolver;
	w->ask_in_callback = "asked.while.closing.test";
	resolver_free(r);
	w->resolver = NULL;
	ck_assert_int_eq(w->result_count, 152);
	for (int i = 0; i < w->result_count; i++)
		ck_assert_int_eq(w->result[i].rcode, DNS_CUT_SHORT);
	dns_world_end(w);
}
END_TEST

START_TEST(freeing_in_a_callback)
{
	struct dns_world *w = dns_world_new();

	dns_world_add_server(w, zone);
	dns_world_begin(w, 3000 * MS);
	w->free_in_callback = true;
	dns_world_ask(w, "mx1.example.test", DNS_TYPE_A);
	dns_world_ask(w, "mx1.example.test", DNS_TYPE_AAAA);
	dns_world_ask(w, "silent.test", DNS_TYPE_A);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result_count, 3);
	ck_assert_int_eq(w->result[0].rcode, DNS_NOERROR);
	ck_assert_int_eq(w->result[2].rcode, DNS_CUT_SHORT);
	dns_world_end(w);
}
END_TEST

START_TEST(asking_in_a_callback)
{
	struct dns_world *w = dns_world_new();

	dns_world_add_server(w, zone);
	dns_world_begin(w, 3000 * MS);
	w->ask_in_callback = "mx1.example.test";
	dns_world_ask(w, "example.test", DNS_TYPE_MX);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result_count, 2);
	ck_assert_int_eq(w->result[1].rcode, DNS_NOERROR);
	dns_world_end(w);
}
END_TEST

static void on_other(void *arg, struct obs_query *q, const struct dns_answer *answer)
{
	struct dns_world *w = *(struct dns_world **)arg;

	dns_world_on_result(w, q, answer);
}

START_TEST(cancelling_ends_those_of_one_owner)
{
	struct dns_world *w = dns_world_new();
	struct dns_world *other = w;

	dns_world_add_server(w, zone);
	dns_world_begin(w, 3000 * MS);
	dns_world_ask(w, "slow.test", DNS_TYPE_A);
	for (int i = 0; i < 120; i++)
		resolver_ask(w->resolver, "silent.test", DNS_TYPE_A, on_other, &other);
	dns_world_ask(w, "mx1.example.test", DNS_TYPE_A);
	resolver_cancel(w->resolver, &other);
	ck_assert_int_eq(w->result_count, 120);
	ck_assert_int_eq(w->result[119].rcode, DNS_CUT_SHORT);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result_count, 122);
	ck_assert_int_eq(w->result[120].rcode, DNS_NOERROR);
	ck_assert_int_eq(w->result[121].rcode, DNS_NOERROR);
	dns_world_end(w);
}
END_TEST

START_TEST(unused_resolver_does_not_hold_the_loop)
{
	struct dns_world *w = dns_world_new();

	dns_world_add_closed_port(w);
	dns_world_begin(w, 3000 * MS);
	ck_assert_int_eq(uv_run(&w->loop, UV_RUN_DEFAULT), 0);
	dns_world_end(w);
}
END_TEST

START_TEST(servers_are_listed)
{
	struct dns_world *w = dns_world_new();
	struct strlist list = { 0 };
	char text[128];

	snprintf(w->list, sizeof w->list, "127.0.0.1:5353,::1");
	dns_world_begin(w, 3000 * MS);
	resolver_servers(w->resolver, &list);
	ck_assert_str_eq(strlist_text(text, sizeof text, &list), "127.0.0.1:5353 | [::1]:53");
	strlist_clear(&list);
	ck_assert_uint_gt(strlen(resolver_library_version()), 2);
	dns_world_end(w);
}
END_TEST

/* Whatever the system's configuration says: there is a server, and nothing is sent to it. */
START_TEST(system_has_a_server)
{
	struct strlist list = { 0 };
	struct dns_world *w = dns_world_new();
	struct err e;

	ck_assert_int_eq(uv_loop_init(&w->loop), 0);
	w->resolver = resolver_new(&w->loop, NULL, 1000 * MS, &e);
	ck_assert_ptr_nonnull(w->resolver);
	resolver_servers(w->resolver, &list);
	ck_assert_uint_ge(list.count, 1);
	strlist_clear(&list);
	dns_world_end(w);
}
END_TEST

START_TEST(bad_servers_are_refused)
{
	struct dns_world *w = dns_world_new();
	struct err e = { "" };

	ck_assert_int_eq(uv_loop_init(&w->loop), 0);
	ck_assert_ptr_null(resolver_new(&w->loop, "dns.example", 1000 * MS, &e));
	ck_assert_ptr_nonnull(strstr(e.msg, "\"dns.example\""));
	dns_world_end(w);
}
END_TEST

START_TEST(localhost_is_in_the_hosts_file)
{
	struct dns_world *w = dns_world_new();
	struct strlist list = { 0 };

	dns_world_add_closed_port(w);
	dns_world_begin(w, 1000 * MS);
	ck_assert(resolver_hosts_file(w->resolver, "x.LOCALHOST.", &list));
	ck_assert_str_eq(list.item[0], "127.0.0.1");
	ck_assert(!resolver_hosts_file(w->resolver, "no-such-name.invalid", &list));
	strlist_clear(&list);
	dns_world_end(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("resolver servers and life");
	TCase *several = tcase_create("several servers"), *life = tcase_create("life");

	tcase_add_loop_test(several, next_server_is_asked, 0, COUNT(pairs));
	tcase_add_test(several, the_server_that_answered_is_asked_first);
	tcase_add_test(life, freeing_cuts_short);
	tcase_add_test(life, freeing_in_a_callback);
	tcase_add_test(life, asking_in_a_callback);
	tcase_add_test(life, cancelling_ends_those_of_one_owner);
	tcase_add_test(life, unused_resolver_does_not_hold_the_loop);
	tcase_add_test(life, servers_are_listed);
	tcase_add_test(life, system_has_a_server);
	tcase_add_test(life, bad_servers_are_refused);
	tcase_add_test(life, localhost_is_in_the_hosts_file);
	suite_add_tcase(s, several);
	suite_add_tcase(s, life);
	return run_suite(s);
}
