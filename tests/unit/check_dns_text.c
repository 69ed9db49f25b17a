/* SPDX-License-Identifier: MIT
 *
 * The two texts of dns/: the hosts file and a user's list of servers. */
#include <check.h>
#include <string.h>

#include "dns/hosts_file.h"
#include "dns/server_list.h"
#include "runner.h"
#include "strlist_text.h"

/* ---- the hosts file --------------------------------------------------------------------- */

static const char hosts[] =
	"# comment line\n"
	"127.0.0.1\tlocalhost\n"
	"::1 localhost ip6-localhost\n"
	"192.0.2.1 mail.test mail # mail.commented\r\n"
	"  192.0.2.2   MAIL.test. Other.Test\n"
	"2001:DB8:0::1 mail.test\n"
	"192.0.2.1 mail.test\n"
	"fe80::1%eth0 scoped.test\n"
	"999.0.0.1 bad.test\n"
	"192.0.2.9\n"
	"192.0.2.10#glued.test\n"
	"\n"
	"192.0.2.11 last.test";

static const struct {
	const char *about, *name, *addresses;
} lookups[] = {
	{ "both families, in the file's order, each once", "mail.test",
	  "192.0.2.1 | 192.0.2.2 | 2001:db8::1" },
	{ "names match in any case", "MAIL.TEST", "192.0.2.1 | 192.0.2.2 | 2001:db8::1" },
	{ "a final dot is ignored", "mail.test.", "192.0.2.1 | 192.0.2.2 | 2001:db8::1" },
	{ "an alias", "other.test", "192.0.2.2" },
	{ "an alias without a dot, before a comment", "mail", "192.0.2.1" },
	{ "a name in a comment", "mail.commented", "" },
	{ "a comment glued to an address", "glued.test", "" },
	{ "a longer name", "xmail.test", "" },
	{ "a shorter name", "ail.test", "" },
	{ "an address is not a name", "192.0.2.9", "" },
	{ "an address with a scope cannot be connected to", "scoped.test", "" },
	{ "a line whose address is none", "bad.test", "" },
	{ "a last line without an end", "last.test", "192.0.2.11" },
	{ "localhost, from the file", "localhost", "127.0.0.1 | ::1" },
	{ "below localhost, by RFC 6761 6.3", "mail.LocalHost.", "127.0.0.1 | ::1" },
	{ "not below localhost", "xlocalhost", "" },
	{ "no name", "", "" },
};

START_TEST(hosts_file_is_searched)
{
	struct strlist to = { 0 };
	char text[256];
	bool found = hosts_file_lookup(hosts, sizeof hosts - 1, lookups[_i].name, &to);

	ck_assert_msg(strcmp(strlist_text(text, sizeof text, &to), lookups[_i].addresses) == 0,
		      "%s: %s", lookups[_i].about, text);
	ck_assert_msg(found == (to.count != 0), "%s", lookups[_i].about);
	strlist_clear(&to);
}
END_TEST

START_TEST(localhost_is_as_the_file_says)
{
	struct strlist to = { 0 };

	ck_assert(hosts_file_lookup("127.0.0.9 localhost\n", 20, "localhost", &to));
	ck_assert_uint_eq(to.count, 1);
	ck_assert_str_eq(to.item[0], "127.0.0.9");
	strlist_clear(&to);
	ck_assert(hosts_file_lookup("", 0, "localhost", &to));
	ck_assert_uint_eq(to.count, 2);
	strlist_clear(&to);
}
END_TEST

/* ---- servers ---------------------------------------------------------------------------- */

static const struct {
	const char *about, *text, *servers, *complaint;
} lists[] = {
	{ "an address", "127.0.0.1", "127.0.0.1:53", NULL },
	{ "an address and a port", "127.0.0.1:5353", "127.0.0.1:5353", NULL },
	{ "IPv6 in brackets with a port", "[::1]:5353", "[::1]:5353", NULL },
	{ "IPv6 in brackets", "[2001:DB8:0:0::1]", "[2001:db8::1]:53", NULL },
	{ "bare IPv6", "2001:db8::53", "[2001:db8::53]:53", NULL },
	{ "several, each once", "127.0.0.1,[::1]:54,127.0.0.1:53",
	  "127.0.0.1:53 | [::1]:54", NULL },
	{ "a name", "dns.example", "", "\"dns.example\"" },
	{ "a name and a port", "dns.example:53", "", "\"dns.example:53\"" },
	{ "the bad one of several is named", "127.0.0.1,localhost", "", "\"localhost\"" },
	{ "nothing", "", "", "\"\"" },
	{ "nothing behind a comma", "127.0.0.1,", "", "\"\"" },
	{ "port zero", "127.0.0.1:0", "", "from 1 to 65535" },
	{ "a port over 65535", "127.0.0.1:65536", "", "from 1 to 65535" },
	{ "a port that is none", "127.0.0.1:dns", "", "from 1 to 65535" },
	{ "no port behind the colon", "[::1]:", "", "from 1 to 65535" },
	{ "an open bracket", "[::1", "", "\"[::1\"" },
	{ "text behind the bracket", "[::1]53", "", "\"[::1]53\"" },
	{ "IPv4 in brackets", "[127.0.0.1]", "", "\"[127.0.0.1]\"" },
	{ "a scope", "fe80::1%eth0", "", "\"fe80::1%eth0\"" },
	{ "half an address", "127.0.0", "", "\"127.0.0\"" },
	{ "blanks", " 127.0.0.1", "", "\" 127.0.0.1\"" },
};

START_TEST(server_list_is_parsed)
{
	struct strlist to = { 0 };
	struct err e = { "" };
	char text[256];
	bool ok = server_list_parse(&to, lists[_i].text, &e);

	ck_assert_msg(strcmp(strlist_text(text, sizeof text, &to), lists[_i].servers) == 0, "%s: %s",
		      lists[_i].about, text);
	ck_assert_msg(ok == (lists[_i].complaint == NULL), "%s", lists[_i].about);
	ck_assert_msg(ok || strstr(e.msg, lists[_i].complaint) != NULL, "%s: %s",
		      lists[_i].about, e.msg);
	strlist_clear(&to);
}
END_TEST

START_TEST(long_server_is_cut_in_the_sentence)
{
	struct strlist to = { 0 };
	struct err e;
	char text[2000];

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	ck_assert(!server_list_parse(&to, text, &e));
	ck_assert_ptr_nonnull(strstr(e.msg, "not a name"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dns text");
	TCase *file = tcase_create("hosts file"), *servers = tcase_create("servers");

	tcase_add_loop_test(file, hosts_file_is_searched, 0, COUNT(lookups));
	tcase_add_test(file, localhost_is_as_the_file_says);
	tcase_add_loop_test(servers, server_list_is_parsed, 0, COUNT(lists));
	tcase_add_test(servers, long_server_is_cut_in_the_sentence);
	suite_add_tcase(s, file);
	suite_add_tcase(s, servers);
	return run_suite(s);
}
