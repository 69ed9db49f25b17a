/* SPDX-License-Identifier: MIT
 *
 * The judge of hops, on tables as they were recorded in a laboratory and on hostile ones. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "diagnose/seen_path.h"
#include "path/path_judge.h"
#include "path_build.h"
#include "runner.h"

#define OWN "10.99.1.2"
#define HOST "10.99.3.2"
#define OPEN3 "10.99.1.1@64 10.99.2.2@63 open"

enum { NONE = -1 };

static const struct {
	const char *name, *hops, *control;
	unsigned rounds, control_rounds, resent, failed;
	enum path_verdict verdict;
	int after;
	unsigned by_hop;
	const char *by;
	enum confidence confidence;
} cases[] = {
	{ "a port that is answered where the other is, is open", OPEN3, OPEN3, 0, 0, 0, 0,
	  PATH_OPEN, NONE, 0, NULL, CONFIDENCE_HIGH },
	{ "without a control port an open port is open", OPEN3, "", 0, 0, 0, 0, PATH_OPEN, NONE, 0,
	  NULL, CONFIDENCE_HIGH },
	{ "dropped in FORWARD of the first router", "10.99.1.1 * *", OPEN3, 2, 2, 0, 0,
	  PATH_DROPPED, 1, 2, NULL, CONFIDENCE_HIGH },
	{ "dropped in PREROUTING of the first router", "* * *", OPEN3, 2, 2, 3, 0, PATH_DROPPED, 0,
	  1, NULL, CONFIDENCE_HIGH },
	{ "dropped in FORWARD of the last router, or by the host", "10.99.1.1 10.99.2.2 *", OPEN3, 2,
	  2, 0, 0, PATH_DROPPED, 2, 3, NULL, CONFIDENCE_HIGH },
	{ "a control port that is closed is as good", "10.99.1.1 10.99.2.2 *",
	  "10.99.1.1 10.99.2.2 reset", 2, 2, 0, 0, PATH_DROPPED, 2, 3, NULL, CONFIDENCE_HIGH },
	{ "a control port that did not answer each time: perhaps", "10.99.1.1 * *", OPEN3, 2, 1, 0,
	  0, PATH_DROPPED, 1, 2, NULL, CONFIDENCE_POSSIBLE },
	{ "asked again only once: perhaps", "10.99.1.1 * *", OPEN3, 1, 1, 0, 0, PATH_DROPPED, 1, 2,
	  NULL, CONFIDENCE_POSSIBLE },
	{ "never asked again: perhaps, as routers limit their errors", "* * *", OPEN3, 0, 0, 0, 0,
	  PATH_DROPPED, 0, 1, NULL, CONFIDENCE_POSSIBLE },
	{ "a silent router that both ports have is not held against one", "* 10.99.2.2 *",
	  "* 10.99.2.2 open", 2, 2, 0, 0, PATH_DROPPED, 2, 3, NULL, CONFIDENCE_HIGH },
	{ "the block lies behind a router that is silent for both", "10.99.1.1 * *",
	  "10.99.1.1 * open", 2, 2, 0, 0, PATH_DROPPED, 1, 3, NULL, CONFIDENCE_HIGH },
	{ "both silent: nothing to compare with", "10.99.1.1 10.99.2.2 *", "10.99.1.1 10.99.2.2 *",
	  0, 0, 0, 0, PATH_UNKNOWN, 2, 0, NULL, CONFIDENCE_POSSIBLE },
	{ "no control port: silent after the last hop", "10.99.1.1 * *", "", 0, 0, 0, 0,
	  PATH_UNKNOWN, 1, 0, NULL, CONFIDENCE_POSSIBLE },
	{ "a control port that is itself rejected compares nothing", "10.99.1.1 *",
	  "10.99.1.1 !10.99.2.2/3/13", 2, 2, 0, 0, PATH_UNKNOWN, 1, 0, NULL, CONFIDENCE_POSSIBLE },
	{ "nothing at all", "", "", 0, 0, 0, 0, PATH_UNKNOWN, 0, 0, NULL, CONFIDENCE_POSSIBLE },
	{ "no SYN that was sent again could leave", "* * *", OPEN3, 0, 0, 3, 3, PATH_LOCAL_DROP, 0,
	  0, NULL, CONFIDENCE_HIGH },
	{ "seen before a hop was asked", "", "", 0, 0, 2, 2, PATH_LOCAL_DROP, 0, 0, NULL,
	  CONFIDENCE_HIGH },
	{ "one that could leave is enough against it", "* * *", OPEN3, 2, 2, 3, 2, PATH_DROPPED, 0,
	  1, NULL, CONFIDENCE_HIGH },
	{ "a router that answers proves that SYNs leave", "10.99.1.1 * *", OPEN3, 2, 2, 1, 1,
	  PATH_DROPPED, 1, 2, NULL, CONFIDENCE_HIGH },
	{ "rejected in FORWARD of the first router", "10.99.1.1@64 !10.99.1.1/3/13@64", OPEN3, 0, 0,
	  0, 0, PATH_REJECTED, 1, 1, "10.99.1.1", CONFIDENCE_CERTAIN },
	{ "rejected in PREROUTING, known from the other port", "!10.99.1.1/3/10@64", OPEN3, 0, 0, 0,
	  0, PATH_REJECTED, 0, 1, "10.99.1.1", CONFIDENCE_CERTAIN },
	{ "rejected by the host", "10.99.1.1@64 10.99.2.2@63 !10.99.3.2/3/3@62", OPEN3, 0, 0, 0, 0,
	  PATH_REJECTED, 2, 3, HOST, CONFIDENCE_HIGH },
	{ "rejected by an address that is no hop of either", "10.99.1.1@64 !198.51.100.1/3/13@63",
	  OPEN3, 0, 0, 0, 0, PATH_REJECTED, 1, 2, "198.51.100.1", CONFIDENCE_HIGH },
	{ "a rejection in a far router's name from close by is not believed",
	  "10.99.1.1@64 !10.99.2.2/3/13@255",
	  "10.99.1.1@64 10.99.2.2@61 10.99.9.9@60 open", 0, 0, 0, 0, PATH_REJECTED, 1, 2, NULL,
	  CONFIDENCE_POSSIBLE },
	{ "a rejection in the host's name from close by is not believed",
	  "10.99.1.1@64 !10.99.3.2/3/3@64", "10.99.1.1@64 10.99.2.2@63 10.99.4.4@62 open", 0, 0, 0,
	  0, PATH_REJECTED, 1, 2, NULL, CONFIDENCE_POSSIBLE },
	{ "one hop more on the way back is no forgery", "10.99.1.1@64 !10.99.2.2/3/13@62", OPEN3, 0,
	  0, 0, 0, PATH_REJECTED, 1, 2, "10.99.2.2", CONFIDENCE_CERTAIN },
	{ "rejected by this machine itself", "!10.99.1.2/3/3@64", OPEN3, 0, 0, 0, 0,
	  PATH_LOCAL_REJECT, 0, 0, OWN, CONFIDENCE_CERTAIN },
	{ "a reset from nearer than the host", "10.99.1.1 reset", OPEN3, 0, 0, 0, 0, PATH_RESET, 1,
	  2, NULL, CONFIDENCE_HIGH },
	{ "a reset at the host's distance may be its own", "10.99.1.1 10.99.2.2 reset", OPEN3, 0, 0,
	  0, 0, PATH_RESET, 2, 3, NULL, CONFIDENCE_POSSIBLE },
	{ "a reset at hop 1, ignored, and the SYN left", "reset", OPEN3, 0, 0, 1, 0, PATH_RESET, 0,
	  1, NULL, CONFIDENCE_HIGH },
	{ "a reset at hop 1, ignored, and the SYN could not leave", "reset", OPEN3, 0, 0, 1, 1,
	  PATH_LOCAL_REJECT, 0, 0, NULL, CONFIDENCE_HIGH },
	{ "answered by the first router: intercepted", "open", OPEN3, 0, 0, 0, 0, PATH_INTERCEPTED,
	  0, 1, NULL, CONFIDENCE_HIGH },
	{ "answered by the second router: intercepted", "10.99.1.1 open", OPEN3, 0, 0, 0, 0,
	  PATH_INTERCEPTED, 1, 2, NULL, CONFIDENCE_HIGH },
	{ "answered nearer, but the other port's answer from there may be lost", "10.99.1.1 open",
	  "10.99.1.1 * open", 0, 0, 0, 0, PATH_OPEN, NONE, 0, NULL, CONFIDENCE_HIGH },
	{ "answered nearer, with a router beyond it", "10.99.1.1 open",
	  "10.99.1.1 * 10.99.3.3 open", 0, 0, 0, 0, PATH_INTERCEPTED, 1, 2, NULL, CONFIDENCE_HIGH },
	{ "reset nearer, but the other port's answer from there may be lost", "10.99.1.1 reset",
	  "10.99.1.1 * open", 0, 0, 0, 0, PATH_RESET, 1, 2, NULL, CONFIDENCE_POSSIBLE },
	{ "a host that passes the other port on to a container intercepts nothing",
	  "10.99.1.1 10.99.2.2 open", "10.99.1.1 10.99.2.2 10.99.3.2 open", 0, 0, 0, 0, PATH_OPEN,
	  NONE, 0, NULL, CONFIDENCE_HIGH },
	{ "answered farther off than the control port is no interception",
	  "10.99.1.1 10.99.2.2 10.99.3.2 open", OPEN3, 0, 0, 0, 0, PATH_OPEN, NONE, 0, NULL,
	  CONFIDENCE_HIGH },
	{ "IPv6: rejected by a router", "fd99:1::1@64 !fd99:1::1/1/1@64",
	  "fd99:1::1@64 fd99:2::2@63 open", 0, 0, 0, 0, PATH_REJECTED, 1, 1, "fd99:1::1",
	  CONFIDENCE_CERTAIN },
	{ "IPv6: dropped", "fd99:1::1 * *", "fd99:1::1 fd99:2::2 open", 2, 2, 0, 0, PATH_DROPPED, 1,
	  2, NULL, CONFIDENCE_HIGH },
	{ "a final answer of a nearer hop counts, whatever lies past it", "10.99.1.1 reset open",
	  OPEN3, 0, 0, 0, 0, PATH_RESET, 1, 2, NULL, CONFIDENCE_HIGH },
};

START_TEST(verdict_of_hops)
{
	struct observation o = { 0 };
	struct obs_path *p = build_path(&o, "mx.example.com", HOST, 25, cases[_i].hops,
					cases[_i].control);
	struct buf text;

	p->asked_again = cases[_i].rounds;
	p->control_again = cases[_i].control_rounds;
	p->resent = cases[_i].resent;
	p->resent_failed = cases[_i].failed;
	path_judge(p, OWN);
	ck_assert_msg(p->verdict == cases[_i].verdict, "%s: %s", cases[_i].name,
		      words_name(&path_verdict_words, p->verdict));
	ck_assert_msg(p->after_hop == cases[_i].after, "%s: after %d", cases[_i].name, p->after_hop);
	ck_assert_msg(p->by_hop == cases[_i].by_hop, "%s: by %u", cases[_i].name, p->by_hop);
	ck_assert_msg((p->by == NULL) == (cases[_i].by == NULL) &&
		      (p->by == NULL || strcmp(p->by, cases[_i].by) == 0), "%s: by %s",
		      cases[_i].name, p->by);
	ck_assert_msg(p->confidence == cases[_i].confidence, "%s: %s", cases[_i].name,
		      words_name(&confidence_words, p->confidence));
	buf_init(&text, BUF_NO_LIMIT);
	seen_path(&text, p);
	ck_assert_msg(text.len > 20 && strstr(buf_str(&text), "25") != NULL, "%s: \"%s\"",
		      cases[_i].name, buf_str(&text));
	ck_assert_msg((strstr(buf_str(&text), "perhaps") != NULL) ==
		      (p->verdict == PATH_DROPPED && p->confidence == CONFIDENCE_POSSIBLE),
		      "%s: \"%s\"", cases[_i].name, buf_str(&text));
	buf_clear(&text);
	observation_clear(&o);
}
END_TEST

START_TEST(a_gap_is_where_only_the_control_port_goes_on)
{
	static const struct {
		const char *hops, *control;
		unsigned gap;
	} rows[] = {
		{ "10.99.1.1 * *", OPEN3, 2 }, { "* * *", OPEN3, 1 }, { OPEN3, OPEN3, 0 },
		{ "10.99.1.1 * *", "10.99.1.1 * open", 3 }, { "10.99.1.1 *", "10.99.1.1 * *", 0 },
		{ "10.99.1.1 reset", OPEN3, 0 }, { "*", "", 0 },
	};

	for (int i = 0; i < COUNT(rows); i++) {
		struct observation o = { 0 };
		struct obs_path *p = build_path(&o, "h", HOST, 25, rows[i].hops, rows[i].control);

		ck_assert_msg(path_gap(p) == rows[i].gap, "%s | %s: %u", rows[i].hops,
			      rows[i].control, path_gap(p));
		observation_clear(&o);
	}
}
END_TEST

START_TEST(judging_twice_says_the_same)
{
	struct observation o = { 0 };
	struct obs_path *p = build_path(&o, "h", HOST, 25, "10.99.1.1 !10.99.1.1/3/13", OPEN3);

	path_judge(p, OWN);
	path_judge(p, OWN);
	ck_assert_str_eq(p->by, "10.99.1.1");
	observation_clear(&o);
}
END_TEST

START_TEST(icmp_errors_have_a_sense)
{
	static const struct {
		unsigned type, code;
		const char *from;
		enum icmp_sense sense;
		const char *words;
	} rows[] = {
		{ 3, 13, "192.0.2.1", ICMP_FIREWALL,
		  "ICMP administratively prohibited (3/13)" },
		{ 3, 1, "192.0.2.1", ICMP_NO_HOST,
		  "ICMP host unreachable (3/1)" },
		{ 3, 0, "192.0.2.1", ICMP_NO_ROUTE,
		  "ICMP network unreachable (3/0)" },
		{ 3, 3, "192.0.2.1", ICMP_PORT,
		  "ICMP port unreachable (3/3)" },
		{ 1, 1, "2001:db8::1", ICMP_FIREWALL,
		  "ICMP administratively prohibited (1/1)" },
		{ 1, 3, "2001:db8::1", ICMP_NO_HOST,
		  "ICMP address unreachable (1/3)" },
		{ 200, 7, "192.0.2.1", ICMP_OTHER, "ICMP (200/7)" },
	};

	for (int i = 0; i < COUNT(rows); i++) {
		struct obs_connect c = { .icmp = { .type = rows[i].type, .code = rows[i].code } };
		struct buf b;

		c.icmp.from = mem_strdup(rows[i].from);
		buf_init(&b, BUF_NO_LIMIT);
		seen_icmp(&b, &c.icmp);
		ck_assert_str_eq(buf_str(&b), rows[i].words);
		ck_assert_int_eq(icmp_sense(&c.icmp), rows[i].sense);
		buf_clear(&b);
		obs_connect_clear(&c);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("path");
	TCase *judge = tcase_create("judge");

	tcase_add_loop_test(judge, verdict_of_hops, 0, COUNT(cases));
	tcase_add_test(judge, a_gap_is_where_only_the_control_port_goes_on);
	tcase_add_test(judge, judging_twice_says_the_same);
	tcase_add_test(judge, icmp_errors_have_a_sense);
	suite_add_tcase(s, judge);
	return run_suite(s);
}
