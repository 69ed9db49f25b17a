/* SPDX-License-Identifier: MIT
 *
 * What a run of very many targets leaves out, how it is split among machines, and in which order it
 * takes its list. */
#include "runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/shuffle.h"
#include "plan/exclusions.h"
#include "plan/shard.h"

#define TEN	 "abcdefghij"
#define LABEL_63 TEN TEN TEN TEN TEN TEN "abc"
#define NAME_191 LABEL_63 "." LABEL_63 "." LABEL_63

/* ---- exclusions: one line, and what it excludes ------------------------------------------- */

enum { TEXTS_MAX = 6 };

static const struct excluded {
	const char *name, *line;
	const char *is[TEXTS_MAX], *is_not[TEXTS_MAX]; /* by exclusions_name() */
} excluded_cases[] = {
	{"a domain and what is below it",
	 "example.com",
	 {"example.com", "mail.example.com", "a.b.c.example.com", "_mx.example.com"},
	 {"example.net", "notexample.com", "com", "example.com.test", "xample.com"}},
	{"a host and what is below it, not its domain",
	 "mx1.example.com",
	 {"mx1.example.com", "a.mx1.example.com"},
	 {"example.com", "mx2.example.com", "amx1.example.com"}},
	{"a name of one label", "test", {"test", "a.test"}, {"test.example", "atest"}},
	{"capitals and a trailing dot in the list",
	 "Example.COM.",
	 {"example.com", "mx.example.com"},
	 {"com"}},
	{"capitals and a trailing dot in what is asked for",
	 "example.com",
	 {"EXAMPLE.com", "example.com.", "MX.Example.Com."},
	 {"example.com.."}},
	{"an internationalised name, in A-labels",
	 "münchen.example",
	 {"xn--mnchen-3ya.example", "mail.xn--mnchen-3ya.example"},
	 {"munchen.example"}},
	{"one in capitals, behind it a comment",
	 "MÜNCHEN.example # umlaut",
	 {"xn--mnchen-3ya.example"},
	 {"example"}},
	{"an A-label", "xn--mnchen-3ya.example", {"xn--mnchen-3ya.example"}, {"example"}},
	{"a name of 253 octets",
	 NAME_191 "." TEN TEN TEN TEN TEN TEN "a",
	 {NAME_191 "." TEN TEN TEN TEN TEN TEN "a", "x." NAME_191 "." TEN TEN TEN TEN TEN TEN "a"},
	 {LABEL_63 "." LABEL_63 "." TEN TEN TEN TEN TEN TEN "a"}},
	{"a name longer than is possible is below others",
	 "example.com",
	 {NAME_191 "." LABEL_63 ".example.com"},
	 {NAME_191 "." LABEL_63 ".example.net", NAME_191 LABEL_63}},

	{"an IPv4 address",
	 "192.0.2.1",
	 {"192.0.2.1"},
	 {"192.0.2.2", "192.0.2.0", "2.0.2.1", "::1"}},
	{"one in brackets", "[192.0.2.1]", {"192.0.2.1"}, {"192.0.2.2"}},
	{"an IPv6 address",
	 "2001:db8::1",
	 {"2001:db8::1", "2001:0DB8:0::0:1"},
	 {"2001:db8::2", "2001:db8::", "1.2.3.4"}},
	{"an IPv6 address in brackets", "[2001:DB8::1]", {"2001:db8::1"}, {"2001:db8::2"}},
	{"an IPv4 block",
	 "192.0.2.0/24",
	 {"192.0.2.0", "192.0.2.1", "192.0.2.255"},
	 {"192.0.1.255", "192.0.3.0", "0.0.0.0"}},
	{"one that ends within an octet",
	 "192.0.2.128/25",
	 {"192.0.2.128", "192.0.2.255"},
	 {"192.0.2.127", "192.0.3.128"}},
	{"a block of two",
	 "198.18.0.0/15",
	 {"198.18.0.0", "198.19.255.255"},
	 {"198.20.0.0", "198.17.0.1"}},
	{"a block of one address", "192.0.2.1/32", {"192.0.2.1"}, {"192.0.2.0", "192.0.2.3"}},
	{"all of IPv4",
	 "0.0.0.0/0",
	 {"0.0.0.0", "255.255.255.255", "::ffff:192.0.2.1"},
	 {"2001:db8::1", "example.com", "::"}},
	{"an IPv6 block",
	 "2001:db8::/32",
	 {"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
	 {"2001:db7:ffff::", "2001:db9::", "2001::"}},
	{"one that ends within an octet",
	 "2001:db8:8000::/33",
	 {"2001:db8:8000::1", "2001:db8:ffff::1"},
	 {"2001:db8:7fff::1"}},
	{"an IPv6 block of one address", "2001:db8::1/128", {"2001:db8::1"}, {"2001:db8::"}},
	{"all of IPv6, and nothing of IPv4",
	 "::/0",
	 {"::", "2001:db8::1"},
	 {"192.0.2.1", "::ffff:192.0.2.1", "example.com"}},

	{"IPv4-mapped addresses are in an IPv4 block",
	 "192.0.2.0/24",
	 {"::ffff:192.0.2.1", "::FFFF:c000:2ff"},
	 {"::ffff:192.0.3.1", "::192.0.2.1", "::fffe:192.0.2.1", "2001:db8::192.0.2.1"}},
	{"IPv4 addresses are in a mapped block",
	 "::ffff:192.0.2.0/120",
	 {"192.0.2.1", "::ffff:192.0.2.1"},
	 {"192.0.3.1"}},
	{"a mapped address in the list", "::ffff:192.0.2.1", {"192.0.2.1"}, {"192.0.2.2"}},
	{"all mapped addresses are all of IPv4", "::ffff:0:0/96", {"192.0.2.1"}, {"2001:db8::1"}},
	{"what leads to an IPv4 block by NAT64 (RFC 6052 2.1)",
	 "192.0.2.0/24",
	 {"64:ff9b::192.0.2.1"},
	 {"64:ff9b::192.0.3.1", "64:ff9b:1::192.0.2.1", "64:ff9b::1:192.0.2.1"}},
	{"NAT64 itself", "64:ff9b::/96", {"64:ff9b::192.0.2.1"}, {"192.0.2.1"}},
	{"2002:c000:201:: is another host than 192.0.2.1 (6to4)",
	 "192.0.2.0/24",
	 {"192.0.2.1"},
	 {"2002:c000:201::1"}},

	/* As in the blocklist that comes with ZMap. */
	{"a comment behind a block",
	 "10.0.0.0/8          # RFC1918: Private-Use",
	 {"10.1.2.3"},
	 {"11.0.0.1"}},
	{"a comment with a # and a name", "test#example.com # a", {"a.test"}, {"example.com"}},
	{"blanks and an end of line", " \t192.0.2.0/24\t \r\n", {"192.0.2.1"}, {"192.0.3.1"}},
	{"a comment alone", "# example.com", {NULL}, {"example.com", "com"}},
	{"an indented comment", "  \t# example.com\n", {NULL}, {"example.com"}},
	{"an empty line", "", {NULL}, {"example.com", "192.0.2.1", "", "."}},
	{"a blank line", " \t\r\n", {NULL}, {"example.com"}},
};

START_TEST(line_excludes)
{
	const struct excluded *c = &excluded_cases[_i];
	struct exclusions *x = exclusions_new();
	struct err e = {""};

	ck_assert_msg(exclusions_add(x, c->line, &e), "%s: %s", c->name, e.msg);
	for (size_t i = 0; i < TEXTS_MAX && c->is[i] != NULL; i++)
		ck_assert_msg(exclusions_name(x, c->is[i]), "%s: not %s", c->name, c->is[i]);
	for (size_t i = 0; i < TEXTS_MAX && c->is_not[i] != NULL; i++)
		ck_assert_msg(!exclusions_name(x, c->is_not[i]), "%s: %s", c->name, c->is_not[i]);
	exclusions_free(x);
}
END_TEST

static const struct {
	const char *name, *line;
	const char *says[2]; /* both stand in the message */
} refused_cases[] = {
	{"bits behind the prefix",
	 "192.0.2.1/24",
	 {"exclusion \"192.0.2.1/24\"", "write 192.0.2.0/24, or 192.0.2.1 for one address"}},
	{"bits behind a prefix that ends within an octet",
	 "192.0.2.129/25",
	 {"\"192.0.2.129/25\"", "write 192.0.2.128/25,"}},
	{"bits behind an IPv6 prefix",
	 "2001:db8::1/32",
	 {"\"2001:db8::1/32\"", "write 2001:db8::/32, or 2001:db8::1 for one address"}},
	{"bits behind a prefix of nothing", "1.0.0.0/0", {"\"1.0.0.0/0\"", "write 0.0.0.0/0,"}},
	{"bits behind a mapped prefix",
	 "::ffff:192.0.2.1/120",
	 {"bits are set", "write ::ffff:192.0.2.0/120,"}},
	{"a prefix that is too long",
	 "192.0.2.0/33",
	 {"\"33\" is not", "0 to 32, as in 192.0.2.0/24"}},
	{"an IPv6 prefix that is too long",
	 "2001:db8::/129",
	 {"\"129\" is not", "0 to 128, as in 2001:db8::/32"}},
	{"no length", "192.0.2.0/", {"\"\" is not the length", "0 to 32"}},
	{"a length with a sign", "192.0.2.0/-1", {"\"-1\"", "0 to 32"}},
	{"a length that overflows", "192.0.2.0/4294967296", {"\"4294967296\"", "0 to 32"}},
	{"a mask", "192.0.2.0/255.255.255.0", {"\"255.255.255.0\"", "as in 192.0.2.0/24"}},
	{"two slashes", "192.0.2.0/24/8", {"\"24/8\"", "0 to 32"}},
	{"three numbers", "192.0.2/24", {"before the / is not an address", "192.0.2.0/24"}},
	{"a name with a slash",
	 "example.com/24",
	 {"before the / is not an address", "a name alone"}},
	{"a range", "192.0.2.0-192.0.2.255", {"ranges are not supported", "192.0.2.0/24"}},
	{"a pattern", "*.example.com", {"patterns are not supported", "write example.com alone"}},
	{"a leading dot", ".example.com", {"patterns are not supported", "below it"}},
	{"two on a line", "example.com example.net", {"one name, address or block a line", "#"}},
	{"a line of /etc/hosts", "0.0.0.0\texample.com", {"\"0.0.0.0\\x09example.com\"", "a line"}},
	{"a mailbox", "abuse@example.com", {"\"abuse@example.com\"", "host or domain alone"}},
	{"a URL", "https://example.com/", {"URLs", "such as example.com"}},
	{"a scheme of targets", "smtp://example.com", {"URLs", "such as example.com"}},
	{"a port", "example.com:25", {"for every port", "write example.com alone"}},
	{"an address with a port",
	 "[2001:db8::1]:25",
	 {"for every port", "write 2001:db8::1 alone"}},
	{"an address with a zone", "fe80::1%eth0", {"exclusion \"fe80::1%eth0\": zone", "eth0"}},
	{"what is no name",
	 "exa$mple.com",
	 {"exclusion \"exa$mple.com\": \"$\" cannot", "host name"}},
	{"an empty label",
	 "example..com",
	 {"exclusion \"example..com\": a label is empty", "write"}},
	{"no IPv4 address", "192.0.2.256", {"exclusion \"192.0.2.256\": not an IPv4", "0 to 255"}},
	{"leading zeros", "192.0.2.01", {"exclusion", "leading zeros"}},
	{"no name in IDNA", "xn--\xC3\xBC.example", {"exclusion", "internationalised"}},
	{"a control character", "example\x1B.com", {"\\x1B", "control characters"}},
};

START_TEST(line_is_refused)
{
	struct exclusions *x = exclusions_new();
	const char *const *says = refused_cases[_i].says;
	const char *name = refused_cases[_i].name;
	struct err e = {""};

	ck_assert_msg(!exclusions_add(x, refused_cases[_i].line, &e), "%s: taken", name);
	for (size_t i = 0; i < 2; i++)
		ck_assert_msg(strstr(e.msg, says[i]) != NULL, "%s: no '%s' in: %s", name, says[i],
			      e.msg);
	ck_assert_msg(exclusions_count(x) == 0, "%s: something was added", name);
	exclusions_free(x);
}
END_TEST

START_TEST(long_line_is_refused_in_a_short_sentence)
{
	struct exclusions *x = exclusions_new();
	char line[5000];
	struct err e;

	memset(line, 'a', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	if (_i == 1)
		memcpy(line, "10.0.0.0/", 9);
	ck_assert(!exclusions_add(x, line, &e));
	ck_assert_msg(strlen(e.msg) < 400, "%s", e.msg);
	exclusions_free(x);
}
END_TEST

START_TEST(nothing_is_excluded_without_a_list)
{
	struct exclusions *x = exclusions_new();

	ck_assert(!exclusions_name(NULL, "example.com"));
	ck_assert(!exclusions_address(NULL, "192.0.2.1"));
	ck_assert_uint_eq(exclusions_count(NULL), 0);
	ck_assert(!exclusions_name(x, "example.com"));
	ck_assert(!exclusions_address(x, "192.0.2.1"));
	ck_assert(!exclusions_address(x, "::"));
	exclusions_free(x);
	exclusions_free(NULL);
}
END_TEST

START_TEST(address_is_no_name)
{
	struct exclusions *x = exclusions_new();
	struct err e;

	ck_assert(exclusions_add(x, "example.com", &e));
	ck_assert(exclusions_add(x, "2001:db8::/32", &e));
	ck_assert(exclusions_add(x, "0.0.0.0/0", &e));
	ck_assert(!exclusions_address(x, "example.com"));
	ck_assert(!exclusions_address(x, "192.0.2"));
	ck_assert(!exclusions_address(x, "[2001:db8::1]"));
	ck_assert(!exclusions_address(x, ""));
	ck_assert(exclusions_address(x, "2001:db8::1"));
	exclusions_free(x);
}
END_TEST

START_TEST(same_entry_counts_once)
{
	static const char *const lines[] = {
		"example.com",		"EXAMPLE.com.",	 "192.0.2.1",
		"192.0.2.1/32",		"[192.0.2.1]",	 "::ffff:192.0.2.1",
		"::ffff:192.0.2.1/128", "192.0.2.0/24",	 "2001:db8::1",
		"2001:db8::1/128",	"# example.com", ""};
	struct exclusions *x = exclusions_new();
	struct err e;

	for (int i = 0; i < COUNT(lines); i++)
		ck_assert_msg(exclusions_add(x, lines[i], &e), "%s", e.msg);
	ck_assert_uint_eq(exclusions_count(x), 4);
	exclusions_free(x);
}
END_TEST

/* Asked for while it grows, as no order of calls is asked for. */
START_TEST(list_of_100000_is_exact)
{
	enum { ENTRIES = 100000 };
	struct exclusions *x = exclusions_new();
	char text[64];
	struct err e;

	for (unsigned i = 0; i < ENTRIES; i++) {
		if (i % 2 == 0)
			snprintf(text, sizeof text, "d%u.example", i);
		else
			snprintf(text, sizeof text, "10.%u.%u.%u/%u", i >> 15, i >> 7 & 255,
				 i << 1 & 255, 31);
		ck_assert_msg(exclusions_add(x, text, &e), "%s", e.msg);
		ck_assert_uint_eq(exclusions_count(x), i + 1);
	}
	for (unsigned i = 0; i < ENTRIES; i++) {
		snprintf(text, sizeof text, "mx.d%u.example", i);
		ck_assert_msg(exclusions_name(x, text) == (i % 2 == 0), "%s", text);
		snprintf(text, sizeof text, "10.%u.%u.%u", i >> 15, i >> 7 & 255,
			 (i << 1 & 255) + 1);
		ck_assert_msg(exclusions_address(x, text) == (i % 2 != 0), "%s", text);
	}
	exclusions_free(x);
}
END_TEST

/* ---- shards ------------------------------------------------------------------------------ */

static const struct {
	const char *text;
	unsigned k, n;
} shard_cases[] = {
	{"1/1", 1, 1}, {"3/7", 3, 7}, {"7/7", 7, 7}, {"03/07", 3, 7}, {"1/1000000", 1, 1000000},
};

START_TEST(shard_is_read)
{
	struct shard s;
	struct err e = {""};

	ck_assert_msg(shard_parse(&s, shard_cases[_i].text, &e), "%s", e.msg);
	ck_assert_uint_eq(s.k, shard_cases[_i].k);
	ck_assert_uint_eq(s.n, shard_cases[_i].n);
}
END_TEST

static const struct {
	const char *text, *says;
} bad_shard_cases[] = {
	{"", "such as 3/7"},
	{"3", "such as 3/7"},
	{"3/", "such as 3/7"},
	{"/7", "such as 3/7"},
	{"3/7/9", "such as 3/7"},
	{"3 /7", "such as 3/7"},
	{"-1/7", "such as 3/7"},
	{"+3/7", "such as 3/7"},
	{"3/7 ", "such as 3/7"},
	{"3of7", "such as 3/7"},
	{"1/0", "such as 3/7"},
	{"0/0", "such as 3/7"},
	{"1/1000001", "at most 1000000"},
	{"1/4294967297", "at most 1000000"},
	{"4294967297/7", "such as 3/7"},
	{"0/7", "counted from 1; write 1/7 to 7/7"},
	{"8/7", "no part 8; write 1/7 to 7/7"},
};

START_TEST(bad_shard_is_refused)
{
	const char *text = bad_shard_cases[_i].text;
	char quoted[64];
	struct shard s = {9, 9};
	struct err e = {""};

	ck_assert_msg(!shard_parse(&s, text, &e), "%s: taken", text);
	snprintf(quoted, sizeof quoted, "shard \"%s\": ", text);
	ck_assert_msg(strncmp(e.msg, quoted, strlen(quoted)) == 0, "%s", e.msg);
	ck_assert_msg(strstr(e.msg, bad_shard_cases[_i].says) != NULL, "%s: %s", text, e.msg);
	ck_assert_msg(s.k == 0 && s.n == 0, "%s: something is left", text);
}
END_TEST

/* An interface: what was split is gone on with and compared. Worked out by the Python of
 * docs/scale.md. */
static const struct {
	const char *name;
	uint64_t hash;
	unsigned of7, of1000;
} fixed_cases[] = {
	{"example.com", UINT64_C(0x55b12b92dcba9fa9), 2, 346},
	{"xn--mnchen-3ya.example", UINT64_C(0x7eb98337e26aeb86), 3, 159},
	{"2001:db8::1", UINT64_C(0x2a3b17b8b6c2697d), 4, 630},
	{"foobar", UINT64_C(0x0aac7cb99d530deb), 5, 140},
	{"", UINT64_C(0x1e924b9d737700d7), 3, 368},
};

START_TEST(part_of_a_name_never_changes)
{
	const char *name = fixed_cases[_i].name;
	uint64_t hash = hash_bytes(&(struct hash_key){0, 0}, name, strlen(name));

	ck_assert_msg(hash == fixed_cases[_i].hash, "\"%s\": %016llx", name,
		      (unsigned long long)hash);
	ck_assert(shard_has(&(struct shard){fixed_cases[_i].of7, 7}, name));
	ck_assert(shard_has(&(struct shard){fixed_cases[_i].of1000, 1000}, name));
}
END_TEST

static const unsigned splits[] = {1, 2, 7, 64};

static unsigned parts_with(const char *name, unsigned n, unsigned *which)
{
	unsigned parts = 0;

	for (unsigned k = 1; k <= n; k++) {
		if (!shard_has(&(struct shard){k, n}, name))
			continue;
		parts++;
		*which = k;
	}
	return parts;
}

START_TEST(every_name_is_in_one_part)
{
	unsigned n = splits[_i], which = 0, doubled = 0;
	char name[32];

	for (unsigned i = 0; i < 10000; i++) {
		snprintf(name, sizeof name, "d%u.example", i);
		ck_assert_msg(parts_with(name, n, &which) == 1, "%s of %u", name, n);
		ck_assert(shard_has(&(struct shard){0, 0}, name));
		/* What is too much for one machine is given to two. */
		parts_with(name, 2 * n, &doubled);
		ck_assert_msg((doubled - 1) % n + 1 == which, "%s of %u", name, 2 * n);
	}
}
END_TEST

/* Of 100,000 names; with 10,000 in 7 parts chance alone would be past 5 % in every third list. */
START_TEST(parts_are_even)
{
	static const unsigned names = 100000;
	unsigned n = splits[_i], which = 0, held[64] = {0};
	char name[32];

	for (unsigned i = 0; i < names; i++) {
		snprintf(name, sizeof name, "d%u.example", i);
		parts_with(name, n, &which);
		held[which - 1]++;
	}
	for (unsigned k = 0; k < n && n <= 7; k++)
		ck_assert_msg(held[k] * n >= names / 100 * 95 && held[k] * n <= names / 100 * 105,
			      "part %u of %u has %u", k + 1, n, held[k]);
	for (unsigned k = 0; k < n; k++)
		ck_assert_msg(held[k] * n >= names / 100 * 85 && held[k] * n <= names / 100 * 115,
			      "part %u of %u has %u", k + 1, n, held[k]);
}
END_TEST

/* ---- random order ------------------------------------------------------------------------ */

enum { WINDOW = 200 };

static const size_t list_sizes[] = { 0, 1, WINDOW - 1, WINDOW, WINDOW + 1, 3 * WINDOW };

/* Puts the numbers below n through a window, and where each came out into `at`. Each comes out once,
 * and none before it was put in. */
static void shuffle_numbers(size_t window, size_t n, size_t *at)
{
	struct shuffle *s = shuffle_new(window);
	size_t in = 0, out = 0;
	char text[24], *drawn;

	for (size_t i = 0; i < n; i++)
		at[i] = n;
	do {
		for (; in < n && !shuffle_full(s); in++) {
			snprintf(text, sizeof text, "%zu", in);
			shuffle_put(s, text);
		}
		drawn = shuffle_draw(s);
		if (drawn != NULL) {
			size_t number = strtoul(drawn, NULL, 10);

			ck_assert_uint_lt(number, in);
			ck_assert_uint_eq(at[number], n);
			at[number] = out++;
			ck_assert_uint_eq(shuffle_held(s), in - out);
		}
		free(drawn);
	} while (drawn != NULL);
	ck_assert_uint_eq(out, n);
	shuffle_free(s);
}

START_TEST(each_is_drawn_once_and_not_in_the_order_of_the_list)
{
	size_t n = list_sizes[_i], at[3 * WINDOW + 1], moved = 0;

	shuffle_numbers(WINDOW, n, at);
	for (size_t i = 0; i < n; i++)
		moved += at[i] != i;
	ck_assert(n < 2 || moved > n / 2); /* by chance but one in 10^100 */
}
END_TEST

START_TEST(window_of_one_keeps_the_order)
{
	size_t at[WINDOW];

	shuffle_numbers(1, WINDOW, at);
	for (size_t i = 0; i < WINDOW; i++)
		ck_assert_uint_eq(at[i], i);
}
END_TEST

START_TEST(two_lists_are_drawn_in_different_orders)
{
	size_t one[WINDOW], two[WINDOW];

	shuffle_numbers(WINDOW, WINDOW, one);
	shuffle_numbers(WINDOW, WINDOW, two);
	ck_assert_mem_ne(one, two, sizeof one);
}
END_TEST

/* Who comes first is any of the window: each of four about a quarter of the time. */
START_TEST(each_is_as_likely_as_any_other)
{
	size_t first[4] = { 0 }, at[8];

	for (unsigned i = 0; i < 4000; i++) {
		shuffle_numbers(4, 8, at);
		for (size_t k = 0; k < 4; k++)
			first[k] += at[k] == 0;
	}
	for (size_t k = 0; k < 4; k++)
		ck_assert_msg(first[k] > 800 && first[k] < 1200, "%zu: %zu of 4000", k, first[k]);
}
END_TEST

START_TEST(what_was_not_drawn_is_freed)
{
	struct shuffle *s = shuffle_new(2);

	ck_assert_ptr_null(shuffle_draw(s));
	shuffle_put(s, "one");
	ck_assert(!shuffle_full(s));
	shuffle_put(s, "two");
	ck_assert(shuffle_full(s));
	shuffle_free(s);
	shuffle_free(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("bulk plan");
	TCase *exclusions = tcase_create("exclusions");
	TCase *shards = tcase_create("shard");
	TCase *order = tcase_create("order");

	tcase_add_loop_test(exclusions, line_excludes, 0, COUNT(excluded_cases));
	tcase_add_loop_test(exclusions, line_is_refused, 0, COUNT(refused_cases));
	tcase_add_loop_test(exclusions, long_line_is_refused_in_a_short_sentence, 0, 2);
	tcase_add_test(exclusions, nothing_is_excluded_without_a_list);
	tcase_add_test(exclusions, address_is_no_name);
	tcase_add_test(exclusions, same_entry_counts_once);
	tcase_add_test(exclusions, list_of_100000_is_exact);
	tcase_add_loop_test(shards, shard_is_read, 0, COUNT(shard_cases));
	tcase_add_loop_test(shards, bad_shard_is_refused, 0, COUNT(bad_shard_cases));
	tcase_add_loop_test(shards, part_of_a_name_never_changes, 0, COUNT(fixed_cases));
	tcase_add_loop_test(shards, every_name_is_in_one_part, 0, COUNT(splits));
	tcase_add_loop_test(shards, parts_are_even, 0, COUNT(splits));
	suite_add_tcase(s, exclusions);
	tcase_add_loop_test(order, each_is_drawn_once_and_not_in_the_order_of_the_list, 0, COUNT(list_sizes));
	tcase_add_test(order, window_of_one_keeps_the_order);
	tcase_add_test(order, two_lists_are_drawn_in_different_orders);
	tcase_add_test(order, each_is_as_likely_as_any_other);
	tcase_add_test(order, what_was_not_drawn_is_freed);
	suite_add_tcase(s, shards);
	suite_add_tcase(s, order);
	return run_suite(s);
}
