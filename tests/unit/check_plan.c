/* SPDX-License-Identifier: MIT
 *
 * Targets and lists of ports: what is understood, and what is said of what is not. */
#include "runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "plan/target.h"

#define TEN	 "abcdefghij"
#define LABEL_63 TEN TEN TEN TEN TEN TEN "abc"
#define NAME_191 LABEL_63 "." LABEL_63 "." LABEL_63

struct good {
	const char *name, *text;
	enum target_kind kind;
	const char *host;
	unsigned port;
	const char *unicode;
};

static const struct good good_cases[] = {
	{"a name", "example.com", TARGET_AUTO, "example.com", 0, NULL},
	{"a name in capitals", "Example.COM", TARGET_AUTO, "example.com", 0, NULL},
	{"a name with a trailing dot", "example.com.", TARGET_AUTO, "example.com", 0, NULL},
	{"a name of one label", "localhost", TARGET_AUTO, "localhost", 0, NULL},
	{"a name that begins with a digit", "3com.example", TARGET_AUTO, "3com.example", 0, NULL},
	{"a label of digits that is not the last", "163.example", TARGET_AUTO, "163.example", 0,
	 NULL},
	{"an underscore, which DNS has", "_mx.ex_ample.com", TARGET_AUTO, "_mx.ex_ample.com", 0,
	 NULL},
	{"hyphens where A-labels have them", "r3---sn.example", TARGET_AUTO, "r3---sn.example", 0,
	 NULL},
	{"an A-label", "xn--mnchen-3ya.example", TARGET_AUTO, "xn--mnchen-3ya.example", 0, NULL},
	{"a label of 63 octets", LABEL_63 ".example", TARGET_AUTO, LABEL_63 ".example", 0, NULL},
	{"a name of 253 octets", NAME_191 "." TEN TEN TEN TEN TEN TEN "a", TARGET_AUTO,
	 NAME_191 "." TEN TEN TEN TEN TEN TEN "a", 0, NULL},
	{"253 octets and a trailing dot", NAME_191 "." TEN TEN TEN TEN TEN TEN "a.", TARGET_AUTO,
	 NAME_191 "." TEN TEN TEN TEN TEN TEN "a", 0, NULL},

	/* IDNA2008: RFC 5891; the sharp s stays itself without transitional processing. */
	{"an internationalised name", "münchen.example", TARGET_AUTO, "xn--mnchen-3ya.example", 0,
	 "münchen.example"},
	{"one in capitals", "MÜNCHEN.example", TARGET_AUTO, "xn--mnchen-3ya.example", 0,
	 "MÜNCHEN.example"},
	{"one with a combining accent (NFC)", "mu\xCC\x88nchen.example", TARGET_AUTO,
	 "xn--mnchen-3ya.example", 0, "mu\xCC\x88nchen.example"},
	{"the sharp s", "faß.example", TARGET_AUTO, "xn--fa-hia.example", 0, "faß.example"},
	{"ideographic full stops", "例え。テスト", TARGET_AUTO, "xn--r8jz45g.xn--zckzah", 0,
	 "例え。テスト"},
	{"an internationalised name and a port", "münchen.example:587", TARGET_HOST,
	 "xn--mnchen-3ya.example", 587, "münchen.example"},
	{"an internationalised name and a trailing dot", "münchen.example.", TARGET_AUTO,
	 "xn--mnchen-3ya.example", 0, "münchen.example."},
	{"a mailbox of an internationalised name", "post@münchen.example", TARGET_DOMAIN,
	 "xn--mnchen-3ya.example", 0, "münchen.example"},

	{"a name with a port is a host", "example.com:2525", TARGET_HOST, "example.com", 2525,
	 NULL},
	{"a name with a dot and a port", "example.com.:25", TARGET_HOST, "example.com", 25, NULL},
	{"the lowest port", "example.com:1", TARGET_HOST, "example.com", 1, NULL},
	{"the highest port", "example.com:65535", TARGET_HOST, "example.com", 65535, NULL},

	{"a mailbox", "user@example.com", TARGET_DOMAIN, "example.com", 0, NULL},
	{"a mailbox with a plus", "user+tag@Example.com", TARGET_DOMAIN, "example.com", 0, NULL},
	{"a mailbox with a quoted @", "\"a@b\"@example.com", TARGET_DOMAIN, "example.com", 0, NULL},
	{"a mailbox with a port", "user@example.com:587", TARGET_DOMAIN, "example.com", 587, NULL},
	{"a mailbox at an IPv4 literal", "user@[192.0.2.1]", TARGET_ADDRESS, "192.0.2.1", 0, NULL},
	{"a mailbox at an IPv6 literal (RFC 5321 4.1.3)", "user@[IPv6:2001:db8::1]", TARGET_ADDRESS,
	 "2001:db8::1", 0, NULL},

	{"an IPv4 address", "192.0.2.1", TARGET_ADDRESS, "192.0.2.1", 0, NULL},
	{"an IPv4 address with a port", "192.0.2.1:2525", TARGET_ADDRESS, "192.0.2.1", 2525, NULL},
	{"an IPv4 address in brackets", "[192.0.2.1]", TARGET_ADDRESS, "192.0.2.1", 0, NULL},
	{"one in brackets with a port", "[192.0.2.1]:25", TARGET_ADDRESS, "192.0.2.1", 25, NULL},
	{"an IPv6 address", "2001:db8::1", TARGET_ADDRESS, "2001:db8::1", 0, NULL},
	{"an IPv6 address not in canonical text", "2001:0DB8:0:0:0:0:0:0001", TARGET_ADDRESS,
	 "2001:db8::1", 0, NULL},
	{"an IPv6 address that ends like a port", "2001:db8::1:25", TARGET_ADDRESS,
	 "2001:db8::1:25", 0, NULL},
	{"an IPv6 address in brackets", "[2001:db8::1]", TARGET_ADDRESS, "2001:db8::1", 0, NULL},
	{"an IPv6 address with a port", "[2001:db8::1]:465", TARGET_ADDRESS, "2001:db8::1", 465,
	 NULL},
	{"the loopback address", "::1", TARGET_ADDRESS, "::1", 0, NULL},
	{"an IPv6 literal with its tag", "[ipv6:::1]", TARGET_ADDRESS, "::1", 0, NULL},

	{"smtp://", "smtp://mx.example.com", TARGET_HOST, "mx.example.com", 25, NULL},
	{"smtps://", "smtps://mx.example.com", TARGET_HOST, "mx.example.com", 465, NULL},
	{"submission://", "submission://mx.example.com", TARGET_HOST, "mx.example.com", 587, NULL},
	{"a scheme in capitals", "SMTP://mx.example.com", TARGET_HOST, "mx.example.com", 25, NULL},
	{"a scheme and a port", "smtps://mx.example.com:2465", TARGET_HOST, "mx.example.com", 2465,
	 NULL},
	{"a scheme and a slash at the end", "smtp://mx.example.com:26/", TARGET_HOST,
	 "mx.example.com", 26, NULL},
	{"a scheme and an IPv4 address", "smtp://192.0.2.1", TARGET_ADDRESS, "192.0.2.1", 25, NULL},
	{"a scheme and an IPv6 address", "smtps://[2001:db8::1]/", TARGET_ADDRESS, "2001:db8::1",
	 465, NULL},
};

START_TEST(good_target_is_understood)
{
	const struct good *c = &good_cases[_i];
	struct target t;
	struct err e = {""};

	ck_assert_msg(target_parse(&t, c->text, TARGET_AUTO, &e), "%s: %s", c->name, e.msg);
	ck_assert_msg(t.kind == c->kind, "%s: kind %d", c->name, t.kind);
	ck_assert_msg(strcmp(t.name, c->host) == 0, "%s: name %s", c->name, t.name);
	ck_assert_msg(t.port == c->port, "%s: port %u", c->name, t.port);
	ck_assert_msg(strcmp(t.input, c->text) == 0, "%s: input %s", c->name, t.input);
	ck_assert_msg((t.unicode == NULL) == (c->unicode == NULL), "%s: unicode", c->name);
	if (c->unicode != NULL)
		ck_assert_msg(strcmp(t.unicode, c->unicode) == 0, "%s: unicode %s", c->name,
			      t.unicode);
	target_clear(&t);
}
END_TEST

struct bad {
	const char *name, *text;
	const char *says[2]; /* both stand in the message */
};

static const struct bad bad_cases[] = {
	{"nothing", "", {"target \"\"", "empty"}},
	{"a space", "mx example.com", {"\"mx example.com\"", "spaces"}},
	{"a tab", "mx\texample", {"\"mx\\x09example\"", "control characters"}},
	{"a line end",
	 "example.com\r\nRSET",
	 {"\"example.com\\x0D\\x0ARSET\"", "control characters"}},
	{"an escape sequence", "\x1B[31m", {"\"\\x1B[31m\"", "control characters"}},
	{"DEL", "a\x7F.example", {"\\x7F", "control characters"}},
	{"a no-break space, which IDNA maps to a space",
	 "a\xC2\xA0"
	 "b.example",
	 {"\" \"", "host name"}},

	{"two dots", "a..b", {"\"a..b\"", "empty"}},
	{"two dots in an internationalised name", "ü..example", {"ü..example", "empty"}},
	{"two ideographic full stops", "ü。。example", {"ü。。example", "empty"}},
	{"a dot at the start", ".example.com", {"\".example.com\"", "empty"}},
	{"two dots at the end", "example.com..", {"\"example.com..\"", "empty"}},
	{"the root", ".", {"\".\"", "empty"}},
	{"a label of 64 octets", LABEL_63 "d.example", {"64 octets", "63"}},
	{"a label of 64 octets as an A-label", "ü" LABEL_63 ".example", {"ü", "long"}},
	{"a name of 254 octets", NAME_191 "." TEN TEN TEN TEN TEN TEN "ab", {"254 octets", "253"}},
	{"a hyphen at the start of a label", "-mx.example", {"\"-mx.example\"", "hyphen"}},
	{"a hyphen at the end of a label", "mx-.example", {"\"mx-.example\"", "hyphen"}},
	{"a slash", "example.com/path", {"\"/\"", "host name"}},
	{"a slash that IDNA makes",
	 "a\xE2\x84\x80"
	 "b.example",
	 {"\"/\"", "host name"}},
	{"a star", "*.example.com", {"\"*\"", "host name"}},
	{"a mailbox in angle brackets", "<user@example.com>", {"\">\"", "host name"}},
	{"a list in one word", "a.example,b.example", {"\",\"", "host name"}},
	{"bytes that are not UTF-8",
	 "ex\xFF"
	 "ample.com",
	 {"\"ex\\xFFample.com\"", "UTF-8"}},
	{"a symbol that IDNA2008 forbids",
	 "a\xE2\x80\xAE"
	 "b.example",
	 {"\\xE2\\x80\\xAE", "internationalised"}},

	{"three numbers", "1.2.3", {"\"1.2.3\"", "four numbers"}},
	{"five numbers", "1.2.3.4.5", {"\"1.2.3.4.5\"", "four numbers"}},
	{"a number over 255", "192.0.2.256", {"\"192.0.2.256\"", "255"}},
	{"leading zeros", "192.0.02.1", {"\"192.0.02.1\"", "leading zeros"}},
	{"an octal address", "0177.0.0.1", {"\"0177.0.0.1\"", "leading zeros"}},
	{"one number", "25", {"\"25\"", "--port"}},
	{"a large number", "3221225985", {"\"3221225985\"", "a number is not a host"}},
	{"a name that ends in a number", "example.123", {"\"example.123\"", "number"}},
	{"an address in full-width digits", "１９２.0.2.1", {"１９２.0.2.1", "four numbers"}},
	{"half an IPv6 address", "2001:db8:1", {"\"2001:db8:1\"", "not an IPv6 address"}},
	{"an IPv6 address with two ::",
	 "2001::db8::1",
	 {"\"2001::db8::1\"", "not an IPv6 address"}},
	{"two ports", "example.com:25:26", {"\"example.com:25:26\"", "[2001:db8::1]:25"}},
	{"a zone", "fe80::1%eth0", {"\"%eth0\"", "zone"}},
	{"a zone in brackets", "[fe80::1%eth0]:25", {"\"%eth0\"", "zone"}},
	{"no closing bracket", "[2001:db8::1", {"\"[2001:db8::1\"", "]"}},
	{"a name in brackets", "[example.com]", {"\"example.com\"", "brackets hold an address"}},
	{"empty brackets", "[]", {"\"[]\"", "brackets hold an address"}},
	{"an IPv4 address with the IPv6 tag",
	 "[IPv6:192.0.2.1]",
	 {"\"192.0.2.1\"", "not an IP address"}},
	{"text after the bracket", "[2001:db8::1]25", {"\"[2001:db8::1]25\"", ":PORT"}},

	{"port 0", "example.com:0", {"\"0\"", "from 1 to 65535"}},
	{"port 65536", "example.com:65536", {"\"65536\"", "from 1 to 65535"}},
	{"port 70000", "example.com:70000", {"\"70000\"", "from 1 to 65535"}},
	{"a port of six digits", "example.com:000025", {"\"000025\"", "from 1 to 65535"}},
	{"a port with a letter", "example.com:25x", {"\"25x\"", "from 1 to 65535"}},
	{"a port with a sign", "example.com:+25", {"\"+25\"", "from 1 to 65535"}},
	{"a negative port", "example.com:-1", {"\"-1\"", "from 1 to 65535"}},
	{"no port after the colon", "example.com:", {"\"example.com:\"", "port is missing"}},
	{"no port after the bracket", "[::1]:", {"\"[::1]:\"", "port is missing"}},
	{"no host before the colon", ":25", {"\":25\"", "host name is missing"}},
	{"a bad port of an address", "192.0.2.1:99999", {"\"99999\"", "from 1 to 65535"}},
	{"a port in full-width digits", "example.com:２５", {"\"２５\"", "from 1 to 65535"}},

	{"nothing before the @", "@example.com", {"\"@example.com\"", "before the @"}},
	{"nothing after the @", "user@", {"\"user@\"", "host name is missing"}},
	{"two @", "a@b@example.com", {"\"a@b@example.com\"", "one @"}},

	{"http://", "http://example.com", {"\"http\"", "smtp://, smtps:// or submission://"}},
	{"imap://", "imap://example.com", {"\"imap\"", "smtp://, smtps:// or submission://"}},
	{"an empty scheme", "://example.com", {"\"://example.com\"", "smtp://"}},
	{"a scheme alone", "smtp://", {"\"smtp://\"", "host name is missing"}},
	{"a scheme and a port alone", "smtp://:25", {"\"smtp://:25\"", "host name is missing"}},
	{"a user in a URL", "smtp://user@example.com", {"@example.com", "never logs in"}},
	{"a path in a URL", "smtp://example.com/inbox", {"\"/inbox\"", "leave out"}},
	{"a query in a URL", "smtp://example.com?x=1", {"\"?x=1\"", "leave out"}},
	{"a scheme and a bad port", "smtps://example.com:0", {"\"0\"", "from 1 to 65535"}},
};

/* One line, printable, and short enough to have reached its end. */
static void message_is_a_sentence(const char *name, const char *msg)
{
	ck_assert_msg(strlen(msg) > 20 && strlen(msg) < sizeof(struct err) - 1, "%s: \"%s\"", name,
		      msg);
	for (const char *c = msg; *c != '\0'; c++)
		ck_assert_msg((unsigned char)*c >= ' ' && *c != 0x7F, "%s: control character",
			      name);
}

START_TEST(bad_target_is_refused)
{
	const struct bad *c = &bad_cases[_i];
	struct target t;
	struct err e = {""};

	ck_assert_msg(!target_parse(&t, c->text, TARGET_AUTO, &e), "%s: accepted", c->name);
	message_is_a_sentence(c->name, e.msg);
	for (size_t i = 0; i < 2; i++)
		ck_assert_msg(strstr(e.msg, c->says[i]) != NULL, "%s: no '%s' in: %s", c->name,
			      c->says[i], e.msg);
	ck_assert_msg(t.name == NULL && t.input == NULL && t.unicode == NULL, "%s: not empty",
		      c->name);
}
END_TEST

START_TEST(password_is_not_repeated)
{
	static const char *const texts[] = {"smtp://user:s3cret@example.com",
					    "http://user:s3cret@example.com",
					    "smtps://s3cret@example.com/@"};
	struct target t;
	struct err e;

	ck_assert(!target_parse(&t, texts[_i], TARGET_AUTO, &e));
	ck_assert_msg(strstr(e.msg, "s3cret") == NULL, "%s", e.msg);
	ck_assert_msg(strstr(e.msg, "never logs in") != NULL, "%s", e.msg);
}
END_TEST

START_TEST(very_long_target_is_refused_in_a_short_sentence)
{
	static const struct {
		const char *unit;
		size_t count;
	} cases[] = {{"a", 100000},  {"a.", 100000}, {"ü", 700},
		     {"\x1B", 3000}, {":", 2000},    {"@", 2000}};
	size_t n = strlen(cases[_i].unit);
	char *text = malloc(n * cases[_i].count + 1);
	struct target t;
	struct err e;

	for (size_t i = 0; i < cases[_i].count; i++)
		memcpy(text + i * n, cases[_i].unit, n);
	text[n * cases[_i].count] = '\0';
	ck_assert_msg(!target_parse(&t, text, TARGET_AUTO, &e), "row %d", _i);
	message_is_a_sentence(cases[_i].unit, e.msg);
	ck_assert_msg(strstr(e.msg, "...\"") != NULL, "%s", e.msg);
	free(text);
}
END_TEST

static const struct forced {
	const char *name, *text;
	enum target_kind force, kind;
	const char *says; /* refused with this; NULL: accepted */
} forced_cases[] = {
	{"--host settles a name", "example.com", TARGET_HOST, TARGET_HOST, NULL},
	{"--domain settles a name", "example.com", TARGET_DOMAIN, TARGET_DOMAIN, NULL},
	{"--domain settles a name with a port", "example.com:25", TARGET_DOMAIN, TARGET_DOMAIN,
	 NULL},
	{"--host settles a mailbox", "user@example.com", TARGET_HOST, TARGET_HOST, NULL},
	{"an address is a host", "192.0.2.1", TARGET_HOST, TARGET_ADDRESS, NULL},
	{"an address is no domain", "192.0.2.1", TARGET_DOMAIN, TARGET_AUTO, "--domain"},
	{"an IPv6 address is no domain", "[2001:db8::1]:25", TARGET_DOMAIN, TARGET_AUTO,
	 "--domain"},
};

START_TEST(force_settles_the_kind)
{
	const struct forced *c = &forced_cases[_i];
	struct target t;
	struct err e = {""};
	bool ok = target_parse(&t, c->text, c->force, &e);

	ck_assert_msg(ok == (c->says == NULL), "%s: %s", c->name, e.msg);
	if (c->says != NULL)
		ck_assert_msg(strstr(e.msg, c->says) != NULL, "%s: %s", c->name, e.msg);
	else
		ck_assert_msg(t.kind == c->kind, "%s: kind %d", c->name, t.kind);
	target_clear(&t);
}
END_TEST

static const struct ports_case {
	const char *name, *text;
	size_t count; /* 0: refused */
	unsigned ports[4];
	const char *says[2];
} ports_cases[] = {
	{"one port", "25", 1, {25}, {NULL}},
	{"a list in the order given", "587,25,465", 3, {587, 25, 465}, {NULL}},
	{"a port named twice", "25,587,25", 2, {25, 587}, {NULL}},
	{"the bounds", "1,65535", 2, {1, 65535}, {NULL}},
	{"nothing", "", 0, {0}, {"\"\"", "25,465,587"}},
	{"an empty place", "25,,587", 0, {0}, {"\"25,,587\"", "missing"}},
	{"a comma at the end", "25,", 0, {0}, {"\"25,\"", "missing"}},
	{"a comma at the start", ",25", 0, {0}, {"\",25\"", "missing"}},
	{"port 0", "25,0", 0, {0}, {"\"0\"", "1 to 65535"}},
	{"port 65536", "65536", 0, {0}, {"\"65536\"", "1 to 65535"}},
	{"a number that wraps round 32 bits",
	 "4294967321",
	 0,
	 {0},
	 {"\"4294967321\"", "1 to 65535"}},
	{"a letter", "25,5x7", 0, {0}, {"\"5x7\"", "1 to 65535"}},
	{"a space", "25, 587", 0, {0}, {"\" 587\"", "1 to 65535"}},
	{"a sign", "-25", 0, {0}, {"\"-25\"", "1 to 65535"}},
	{"a name", "smtp", 0, {0}, {"\"smtp\"", "1 to 65535"}},
	{"a range", "2500-2510", 0, {0}, {"\"2500-2510\"", "ranges"}},
	{"a line end", "25\r\n", 0, {0}, {"\\x0D\\x0A", "1 to 65535"}},
};

START_TEST(ports_are_read)
{
	const struct ports_case *c = &ports_cases[_i];
	unsigned ports[LIMIT_PORTS];
	size_t count = 0;
	struct err e = {""};
	bool ok = ports_parse(ports, &count, c->text, &e);

	ck_assert_msg(ok == (c->count != 0), "%s: %s", c->name, e.msg);
	if (!ok) {
		message_is_a_sentence(c->name, e.msg);
		for (size_t i = 0; i < 2; i++)
			ck_assert_msg(strstr(e.msg, c->says[i]) != NULL, "%s: no '%s' in: %s",
				      c->name, c->says[i], e.msg);
		return;
	}
	ck_assert_msg(count == c->count, "%s: %zu ports", c->name, count);
	for (size_t i = 0; i < count; i++)
		ck_assert_msg(ports[i] == c->ports[i], "%s: port %u", c->name, ports[i]);
}
END_TEST

START_TEST(ports_have_a_limit)
{
	unsigned ports[LIMIT_PORTS];
	size_t count, n = 0;
	char text[8 * (LIMIT_PORTS + 1)];
	struct err e;

	for (unsigned i = 0; i < LIMIT_PORTS; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%u", i != 0 ? "," : "",
				      1000 + i);
	ck_assert(ports_parse(ports, &count, text, &e));
	ck_assert_uint_eq(count, LIMIT_PORTS);
	snprintf(text + n, sizeof text - n, ",1000");
	ck_assert_msg(ports_parse(ports, &count, text, &e), "one of them again: %s", e.msg);
	snprintf(text + n, sizeof text - n, ",25");
	ck_assert_msg(!ports_parse(ports, &count, text, &e), "one more");
	ck_assert_msg(strstr(e.msg, "64") != NULL, "%s", e.msg);
}
END_TEST

/* RFC 5321 (25), RFC 6409 (587), RFC 8314 (465); 2465, 2525 and 2587 are what relay services
 * offer beside them. */
static const struct {
	unsigned port;
	enum role role;
	bool tls_first;
} role_cases[] = {
	{25, ROLE_RELAY, false},	{465, ROLE_SUBMISSION, true},
	{587, ROLE_SUBMISSION, false},	{2465, ROLE_SUBMISSION, true},
	{2525, ROLE_SUBMISSION, false}, {2587, ROLE_SUBMISSION, false},
	{26, ROLE_OTHER, false},	{443, ROLE_OTHER, false},
	{65535, ROLE_OTHER, false},
};

START_TEST(ports_have_roles)
{
	ck_assert_msg(role_of_port(role_cases[_i].port) == role_cases[_i].role, "role of %u",
		      role_cases[_i].port);
	ck_assert_msg(port_is_tls_first(role_cases[_i].port) == role_cases[_i].tls_first,
		      "TLS first at %u", role_cases[_i].port);
}
END_TEST

START_TEST(quote_is_cut_between_characters)
{
	struct target_quote q;
	char text[400] = "";

	for (size_t i = 0; i < 100; i++)
		memcpy(text + 3 * i, "€", 3);
	target_quote(&q, text);
	ck_assert_uint_eq((strlen(q.text) - 3) % 3, 0);
	ck_assert_str_eq(q.text + strlen(q.text) - 6, "€...");
	ck_assert_str_eq(target_quote(&q, "short"), "short");
	ck_assert_str_eq(target_quote(&q, ""), "");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("plan");
	TCase *targets = tcase_create("target");
	TCase *ports = tcase_create("ports");

	tcase_add_loop_test(targets, good_target_is_understood, 0, COUNT(good_cases));
	tcase_add_loop_test(targets, bad_target_is_refused, 0, COUNT(bad_cases));
	tcase_add_loop_test(targets, password_is_not_repeated, 0, 3);
	tcase_add_loop_test(targets, very_long_target_is_refused_in_a_short_sentence, 0, 6);
	tcase_add_loop_test(targets, force_settles_the_kind, 0, COUNT(forced_cases));
	tcase_add_test(targets, quote_is_cut_between_characters);
	tcase_add_loop_test(ports, ports_are_read, 0, COUNT(ports_cases));
	tcase_add_test(ports, ports_have_a_limit);
	tcase_add_loop_test(ports, ports_have_roles, 0, COUNT(role_cases));
	suite_add_tcase(s, targets);
	suite_add_tcase(s, ports);
	return run_suite(s);
}
