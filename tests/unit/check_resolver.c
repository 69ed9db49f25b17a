/* SPDX-License-Identifier: MIT
 *
 * net/resolver and one server: every way in which a question can end. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns_world.h"
#include "runner.h"
#include "strlist_text.h"

#define MANY_TXT "\"0123456789012345678901234567890123456789012345678901234567890123456789" \
	"01234567890123456789012345678901234567890123456789012345678901234567890123456789\" "

static const char zone[] =
	"example.test MX 10 mx1.example.test\n"
	"example.test MX 5 mx2.example.test\n"
	"mx1.example.test A 127.0.0.2\n"
	"mx1.example.test AAAA ::1\n"
	"null.test MX 0 .\n"
	"alias.test CNAME middle.test\n"
	"middle.test CNAME mx1.example.test\n"
	"lost.test CNAME gone.test\n"
	"_25._tcp.mx1.example.test TLSA 3 1 1 00ff\n"
	"_submission._tcp.example.test SRV 0 1 587 mx1.example.test\n"
	"example.test TXT \"v=spf1 -all\" more\n"
	"signed.test A 127.0.0.3\nsigned.test ! ad\n"
	"half.test CNAME mx1.example.test\nhalf.test ! alias-only\n"
	"half-lost.test CNAME gone.test\nhalf-lost.test ! alias-only\n"
	"half-signed.test CNAME signed.test\nhalf-signed.test ! alias-only\n"
	"half-loop.test CNAME half-loop2.test\nhalf-loop.test ! alias-only\n"
	"half-loop2.test CNAME half-loop.test\nhalf-loop2.test ! alias-only\n"
	"circle.test CNAME circle2.test\ncircle2.test CNAME circle.test\n"
	"servfail.test ! servfail\nrefused.test ! refused\nnotimp.test ! notimp\n"
	"formerr.test ! formerr\nnxdomain.test ! nxdomain\nnodata.test ! nodata\n"
	"notauth.test ! rcode=9\nbadvers.test ! rcode=16\n"
	"bogus.test ! servfail\nbogus.test ! ede=9\n"
	"mxfail.test A 127.0.0.4\nmxfail.test ! servfail MX\n"
	"old.test A 127.0.0.5\nold.test ! formerr-edns\n"
	"broken.test A 127.0.0.6\nbroken.test ! broken\n"
	"loop.test A 127.0.0.6\nloop.test ! loop\n"
	"wrong-question.test A 127.0.0.7\nwrong-question.test ! wrong-question\n"
	"wrong-id.test A 127.0.0.7\nwrong-id.test ! wrong-id\n"
	"short.test A 127.0.0.7\nshort.test ! short\n"
	"garbage.test A 127.0.0.7\ngarbage.test ! garbage\n"
	"silent.test A 127.0.0.7\nsilent.test ! silent\n"
	"tc.test A 127.0.0.8\ntc.test ! tc\n"
	"tc-close.test A 127.0.0.8\ntc-close.test ! tc-close\n"
	"drop.test A 127.0.0.9\ndrop.test ! drop=1\n"
	"slow.test A 127.0.0.10\nslow.test ! delay=150\n"
	"big.test TXT " MANY_TXT MANY_TXT MANY_TXT MANY_TXT MANY_TXT "\n"
	"huge.test TXT " MANY_TXT MANY_TXT MANY_TXT MANY_TXT MANY_TXT MANY_TXT MANY_TXT MANY_TXT
	MANY_TXT MANY_TXT "\n";

static const struct row {
	const char *about, *name;
	uint16_t type;
	enum dns_rcode rcode;
	const char *answers, *cname;
	int udp, tcp;          /* questions that the server gets; -1: any number */
} rows[] = {
	{ "MX in one datagram", "example.test", DNS_TYPE_MX, DNS_NOERROR,
	  "10 mx1.example.test | 5 mx2.example.test", "", 1, 0 },
	{ "upper case and a final dot", "EXAMPLE.test.", DNS_TYPE_MX, DNS_NOERROR,
	  "10 mx1.example.test | 5 mx2.example.test", "", 1, 0 },
	{ "A", "mx1.example.test", DNS_TYPE_A, DNS_NOERROR, "127.0.0.2", "", 1, 0 },
	{ "AAAA", "mx1.example.test", DNS_TYPE_AAAA, DNS_NOERROR, "::1", "", 1, 0 },
	{ "the null MX", "null.test", DNS_TYPE_MX, DNS_NOERROR, "0 .", "", 1, 0 },
	{ "TLSA", "_25._tcp.mx1.example.test", DNS_TYPE_TLSA, DNS_NOERROR, "3 1 1 00ff", "", 1, 0 },
	{ "SRV", "_submission._tcp.example.test", DNS_TYPE_SRV, DNS_NOERROR,
	  "0 1 587 mx1.example.test", "", 1, 0 },
	{ "TXT", "example.test", DNS_TYPE_TXT, DNS_NOERROR, "\"v=spf1 -all\" \"more\"", "", 1, 0 },
	{ "aliases in one answer", "alias.test", DNS_TYPE_A, DNS_NOERROR, "127.0.0.2",
	  "middle.test | mx1.example.test", 1, 0 },
	{ "an alias to nothing", "lost.test", DNS_TYPE_A, DNS_NXDOMAIN, "", "gone.test", 1, 0 },
	{ "an alias to a name without the type", "alias.test", DNS_TYPE_MX, DNS_NODATA, "",
	  "middle.test | mx1.example.test", 1, 0 },
	{ "an alias whose target must be asked for", "half.test", DNS_TYPE_A, DNS_NOERROR,
	  "127.0.0.2", "mx1.example.test", 2, 0 },
	{ "an alias whose target must be asked for and is nothing", "half-lost.test", DNS_TYPE_A,
	  DNS_NXDOMAIN, "", "gone.test", 2, 0 },
	{ "aliases that must be asked for, in a circle", "half-loop.test", DNS_TYPE_A,
	  DNS_MALFORMED, "", "half-loop2.test | half-loop.test", 3, 0 },
	{ "aliases in a circle", "circle.test", DNS_TYPE_A, DNS_MALFORMED, "",
	  "circle2.test | circle.test", 1, 0 },
	{ "NODATA: the name has another type", "mx1.example.test", DNS_TYPE_MX, DNS_NODATA, "", "",
	  1, 0 },
	{ "NODATA: the name is above another", "_tcp.mx1.example.test", DNS_TYPE_A, DNS_NODATA, "",
	  "", 1, 0 },
	{ "NXDOMAIN", "none.example.test", DNS_TYPE_MX, DNS_NXDOMAIN, "", "", 1, 0 },
	{ "SERVFAIL", "servfail.test", DNS_TYPE_MX, DNS_SERVFAIL, "", "", 1, 0 },
	{ "SERVFAIL for one type", "mxfail.test", DNS_TYPE_MX, DNS_SERVFAIL, "", "", 1, 0 },
	{ "and not for the other", "mxfail.test", DNS_TYPE_A, DNS_NOERROR, "127.0.0.4", "", 1, 0 },
	{ "REFUSED", "refused.test", DNS_TYPE_MX, DNS_REFUSED, "", "", 1, 0 },
	{ "NOTIMP", "notimp.test", DNS_TYPE_MX, DNS_NOTIMP, "", "", 1, 0 },
	{ "FORMERR with OPT", "formerr.test", DNS_TYPE_MX, DNS_FORMERR, "", "", 1, 0 },
	{ "NOTAUTH", "notauth.test", DNS_TYPE_MX, DNS_OTHER_RCODE, "", "", 1, 0 },
	{ "BADVERS", "badvers.test", DNS_TYPE_MX, DNS_OTHER_RCODE, "", "", 1, 0 },
	{ "FORMERR of a server that does not know OPT", "old.test", DNS_TYPE_A, DNS_NOERROR,
	  "127.0.0.5", "", 2, 0 },
	{ "a record that breaks off", "broken.test", DNS_TYPE_A, DNS_MALFORMED, "", "", -1, 0 },
	{ "a compression loop", "loop.test", DNS_TYPE_A, DNS_MALFORMED, "", "", -1, 0 },
	{ "truncated by the server's will, then TCP", "tc.test", DNS_TYPE_A, DNS_NOERROR,
	  "127.0.0.8", "", 1, 1 },
	{ "truncated, and TCP is closed", "tc-close.test", DNS_TYPE_A, DNS_UNREACHABLE, "", "", -1,
	  -1 },
	{ "a first datagram that is lost", "drop.test", DNS_TYPE_A, DNS_NOERROR, "127.0.0.9", "", 2,
	  0 },
	{ "a slow answer", "slow.test", DNS_TYPE_A, DNS_NOERROR, "127.0.0.10", "", -1, 0 },
	{ "no answer", "silent.test", DNS_TYPE_A, DNS_TIMEOUT, "", "", -1, 0 },
	{ "answers with another id", "wrong-id.test", DNS_TYPE_A, DNS_TIMEOUT, "", "", -1, 0 },
	{ "answers to another question", "wrong-question.test", DNS_TYPE_A, DNS_TIMEOUT, "", "", -1,
	  0 },
	{ "octets that are no message", "garbage.test", DNS_TYPE_A, DNS_TIMEOUT, "", "", -1, 0 },
	{ "a name that cannot be asked for", "a..test", DNS_TYPE_A, DNS_MALFORMED, "", "", 0, 0 },
};

static void check_row(const struct row *row, struct dns_world *w)
{
	const struct obs_query *q = &w->result[0];
	char text[4096];

	ck_assert_msg(w->result_count == 1, "%s: %d results", row->about, w->result_count);
	ck_assert_msg(q->rcode == row->rcode, "%s: %s, want %s", row->about,
		      words_name(&dns_rcode_words, q->rcode),
		      words_name(&dns_rcode_words, row->rcode));
	ck_assert_msg(strcmp(strlist_text(text, sizeof text, &q->answers), row->answers) == 0,
		      "%s: answers %s", row->about, text);
	ck_assert_msg(strcmp(strlist_text(text, sizeof text, &q->cname), row->cname) == 0,
		      "%s: aliases %s", row->about, text);
	ck_assert_msg(row->udp < 0 || fake_dns_udp_count(w->server[0]) == (unsigned)row->udp,
		      "%s: %u datagrams", row->about, fake_dns_udp_count(w->server[0]));
	ck_assert_msg(row->tcp < 0 || fake_dns_tcp_count(w->server[0]) == (unsigned)row->tcp,
		      "%s: %u by TCP", row->about, fake_dns_tcp_count(w->server[0]));
	ck_assert_msg(!q->authenticated, "%s", row->about);
}

START_TEST(one_server_answers)
{
	struct dns_world *w = dns_world_new();

	dns_world_add_server(w, zone);
	/* long enough that a busy machine gets no datagram twice, where they are counted */
	dns_world_begin(w, rows[_i].udp > 0 ? 4000 * MS : 700 * MS);
	dns_world_ask(w, rows[_i].name, rows[_i].type);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	check_row(&rows[_i], w);
	dns_world_end(w);
}
END_TEST

/* 1.18 waits for a better one, 1.34 gives up at once: either word is true. */
START_TEST(five_octets_are_no_answer)
{
	struct dns_world *w = dns_world_new();

	dns_world_add_server(w, zone);
	dns_world_begin(w, 300 * MS);
	dns_world_ask(w, "short.test", DNS_TYPE_A);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert(w->result[0].rcode == DNS_TIMEOUT || w->result[0].rcode == DNS_MALFORMED);
	dns_world_end(w);
}
END_TEST

START_TEST(more_than_512_octets_come_by_udp)
{
	struct dns_world *w = dns_world_new();

	dns_world_add_server(w, zone);
	dns_world_begin(w, 12000 * MS);
	dns_world_ask(w, "big.test", DNS_TYPE_TXT);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result[0].rcode, DNS_NOERROR);
	ck_assert_uint_eq(fake_dns_udp_count(w->server[0]), 1);
	ck_assert_uint_eq(fake_dns_tcp_count(w->server[0]), 0);
	dns_world_ask(w, "huge.test", DNS_TYPE_TXT);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result[1].rcode, DNS_NOERROR);
	ck_assert_msg(fake_dns_tcp_count(w->server[0]) == 1, "over 1232 octets it must be TCP");
	dns_world_end(w);
}
END_TEST

START_TEST(authenticated_is_the_ad_bit)
{
	struct dns_world *w = dns_world_new();

	dns_world_add_server(w, zone);
	dns_world_begin(w, 2000 * MS);
	dns_world_ask(w, "signed.test", DNS_TYPE_A);
	dns_world_ask(w, "half-signed.test", DNS_TYPE_A);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result_count, 2);
	ck_assert_str_eq(w->result[0].name, "signed.test");
	ck_assert(w->result[0].authenticated);
	ck_assert_int_eq(w->result[1].rcode, DNS_NOERROR);
	ck_assert_msg(!w->result[1].authenticated, "an alias without AD leads to it");
	dns_world_end(w);
}
END_TEST

START_TEST(result_says_what_was_asked)
{
	struct dns_world *w = dns_world_new();

	dns_world_add_server(w, zone);
	dns_world_begin(w, 2000 * MS);
	dns_world_ask(w, "slow.test.", DNS_TYPE_A);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_str_eq(w->result[0].name, "slow.test");
	ck_assert_str_eq(w->result[0].type, "A");
	ck_assert_msg(w->result[0].us >= 150 * MS, "%lld us", (long long)w->result[0].us);
	ck_assert_int_eq(w->ede, -1);
	dns_world_ask(w, "bogus.test", DNS_TYPE_AAAA);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_str_eq(w->result[1].type, "AAAA");
	ck_assert_int_eq(w->result[1].rcode, DNS_SERVFAIL);
	ck_assert_int_eq(w->ede, 9);
	dns_world_end(w);
}
END_TEST

START_TEST(closed_port_is_unreachable_at_once)
{
	struct dns_world *w = dns_world_new();

	dns_world_add_closed_port(w);
	dns_world_begin(w, 60 * 1000 * MS); /* Check's own limit of 4 s ends a wait for that */
	dns_world_ask(w, "example.test", DNS_TYPE_MX);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result[0].rcode, DNS_UNREACHABLE);
	dns_world_end(w);
}
END_TEST

START_TEST(deadline_is_kept)
{
	struct dns_world *w = dns_world_new();
	int64_t start;

	dns_world_add_server(w, zone);
	dns_world_begin(w, 400 * MS);
	start = (int64_t)(uv_hrtime() / 1000);
	dns_world_ask(w, "silent.test", DNS_TYPE_A);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	start = (int64_t)(uv_hrtime() / 1000) - start;
	ck_assert_int_eq(w->result[0].rcode, DNS_TIMEOUT);
	ck_assert_msg(w->result[0].us >= 399 * MS, "%lld us", (long long)w->result[0].us);
	ck_assert_msg(start < 1000 * MS, "%lld us", (long long)start);
	ck_assert_msg(fake_dns_udp_count(w->server[0]) >= 2, "never asked again");
	dns_world_end(w);
}
END_TEST

START_TEST(a_and_aaaa_are_asked_at_once)
{
	struct dns_world *w = dns_world_new();

	dns_world_add_server(w, "slow.test A 127.0.0.1\nslow.test AAAA ::1\nslow.test ! delay=300\n");
	dns_world_begin(w, 12000 * MS);
	dns_world_ask(w, "slow.test", DNS_TYPE_A);
	dns_world_ask(w, "slow.test", DNS_TYPE_AAAA);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result_count, 2);
	ck_assert_uint_eq(fake_dns_udp_count(w->server[0]), 2);
	ck_assert_msg(w->result[0].us < 600 * MS && w->result[1].us < 600 * MS,
		      "one after the other");
	dns_world_end(w);
}
END_TEST

/* c-ares 1.18 repeats one question without OPT and leaves the others in flight to us. */
START_TEST(old_server_is_asked_without_opt)
{
	struct dns_world *w = dns_world_new();

	dns_world_add_server(w, "old.test A 127.0.0.5\nold.test AAAA ::1\nold.test MX 1 mx.test\n"
		   "old.test ! formerr-edns\n");
	dns_world_begin(w, 3000 * MS);
	dns_world_ask(w, "old.test", DNS_TYPE_A);
	dns_world_ask(w, "old.test", DNS_TYPE_AAAA);
	dns_world_ask(w, "old.test", DNS_TYPE_MX);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	dns_world_ask(w, "old.test", DNS_TYPE_A);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result_count, 4);
	for (int i = 0; i < 4; i++)
		ck_assert_msg(w->result[i].rcode == DNS_NOERROR, "question %d: %s", i,
			      words_name(&dns_rcode_words, w->result[i].rcode));
	dns_world_end(w);
}
END_TEST

START_TEST(many_questions_pass_the_window)
{
	struct dns_world *w = dns_world_new();
	char *names = calloc(300, 64), name[32];
	size_t at = 0;

	for (int i = 0; i < 300; i++)
		at += (size_t)snprintf(names + at, 300 * 64 - at, "n%d.test A 127.0.%d.1\n", i, i % 256);
	snprintf(names + at, 300 * 64 - at, "* ! delay=20\n");
	dns_world_add_server(w, names);
	dns_world_begin(w, 12000 * MS);
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof name, "n%d.test", i);
		dns_world_ask(w, name, DNS_TYPE_A);
	}
	uv_sleep(20); /* whatever is on its way arrives */
	ck_assert_msg(fake_dns_udp_count(w->server[0]) <= 100, "%u at once",
		      fake_dns_udp_count(w->server[0]));
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result_count, 300);
	for (int i = 0; i < 300; i++)
		ck_assert_msg(w->result[i].rcode == DNS_NOERROR, "%s", w->result[i].name);
	ck_assert_uint_eq(fake_dns_udp_count(w->server[0]), 300);
	dns_world_end(w);
	free(names);
}
END_TEST

START_TEST(one_failing_name_does_not_stop_the_others)
{
	struct dns_world *w = dns_world_new();

	dns_world_add_server(w, zone);
	dns_world_begin(w, 500 * MS);
	dns_world_ask(w, "silent.test", DNS_TYPE_A);
	dns_world_ask(w, "a..test", DNS_TYPE_A);
	dns_world_ask(w, "mx1.example.test", DNS_TYPE_A);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(w->result_count, 3);
	ck_assert_int_eq(w->result[0].rcode, DNS_MALFORMED);
	ck_assert_int_eq(w->result[1].rcode, DNS_NOERROR);
	ck_assert_int_eq(w->result[2].rcode, DNS_TIMEOUT);
	dns_world_end(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("resolver");
	TCase *one = tcase_create("one server");

	tcase_add_loop_test(one, one_server_answers, 0, COUNT(rows));
	tcase_add_test(one, five_octets_are_no_answer);
	tcase_add_test(one, more_than_512_octets_come_by_udp);
	tcase_add_test(one, authenticated_is_the_ad_bit);
	tcase_add_test(one, result_says_what_was_asked);
	tcase_add_test(one, closed_port_is_unreachable_at_once);
	tcase_add_test(one, deadline_is_kept);
	tcase_add_test(one, a_and_aaaa_are_asked_at_once);
	tcase_add_test(one, old_server_is_asked_without_opt);
	tcase_add_test(one, many_questions_pass_the_window);
	tcase_add_test(one, one_failing_name_does_not_stop_the_others);
	suite_add_tcase(s, one);
	return run_suite(s);
}
