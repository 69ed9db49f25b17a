/* SPDX-License-Identifier: MIT
 *
 * The reply reader and the EHLO decoder: rows of bytes from the wire and what RFC 5321 4.2 and
 * 4.1.1.1 make of them. Every reply is also read in two pieces, split at every byte. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "smtp/smtp_caps.h"
#include "smtp/smtp_reply.h"
#include "tests/support/runner.h"

#define BYTES(s) s, sizeof s - 1
#define DONE SMTP_PARSE_DONE
#define MORE SMTP_PARSE_MORE
#define BAD SMTP_PARSE_BAD

/* ---- replies ------------------------------------------------------------ */

static const struct reply_case {
	const char *name;
	const char *wire;
	size_t n;
	enum smtp_parse parse;
	int code;               /* where DONE */
	unsigned flaws;
	const char *lines;      /* joined with "|" */
	size_t left;            /* bytes that are not the reply's */
} replies[] = {
	{ "a greeting", BYTES("220 mx.test ESMTP\r\n"), DONE, 220, 0, "220 mx.test ESMTP", 0 },
	{ "a reply of three lines", BYTES("250-mx.test\r\n250-SIZE 10\r\n250 DSN\r\n"), DONE, 250,
	  0,
	  "250-mx.test|250-SIZE 10|250 DSN", 0 },
	{ "a code alone is a last line", BYTES("250\r\n"), DONE, 250, 0, "250", 0 },
	{ "a code and a space", BYTES("250 \r\n"), DONE, 250, 0, "250 ", 0 },
	{ "a code and a minus go on", BYTES("250-\r\n250 x\r\n"), DONE, 250, 0, "250-|250 x", 0 },
	{ "the last line is a code alone", BYTES("250-a\r\n250\r\n"), DONE, 250, 0, "250-a|250",
	  0 },
	{ "a TAB is text", BYTES("250 a\tb\r\n"), DONE, 250, 0, "250 a\\x09b", 0 },
	{ "the lowest code of the grammar", BYTES("200 x\r\n"), DONE, 200, 0, "200 x", 0 },
	{ "the highest code of the grammar", BYTES("559 x\r\n"), DONE, 559, 0, "559 x", 0 },
	{ "354 is a code, whatever it answers", BYTES("354 go\r\n"), DONE, 354, 0, "354 go", 0 },
	{ "what follows the reply is left", BYTES("220 a\r\n250 b\r\n"), DONE, 220, 0, "220 a", 7 },
	{ "half a line that follows is left", BYTES("220 a\r\n25"), DONE, 220, 0, "220 a", 2 },
	{ "nothing yet", BYTES(""), MORE, 0, 0, "", 0 },
	{ "half a code", BYTES("22"), MORE, 0, 0, "", 0 },
	{ "a line without its end", BYTES("220 mx.test"), MORE, 0, 0, "", 0 },
	{ "a CR is not yet an end", BYTES("220 mx.test\r"), MORE, 0, 0, "", 0 },
	{ "a reply without its last line", BYTES("220-mx.test\r\n220"), MORE, 0, 0, "220-mx.test",
	  0 },

	{ "a bare LF ends a line", BYTES("220 mx\n"), DONE, 220, FLAW_BARE_LF, "220 mx", 0 },
	{ "a code alone before a bare LF", BYTES("220\n"), DONE, 220, FLAW_BARE_LF, "220", 0 },
	{ "bare LF in one line of two", BYTES("250-a\n250 b\r\n"), DONE, 250, FLAW_BARE_LF,
	  "250-a|250 b", 0 },
	{ "a CR inside of a line", BYTES("220 a\rb\r\n"), DONE, 220, FLAW_BARE_CR, "220 a\\x0Db",
	  0 },
	{ "CR CR LF", BYTES("220 a\r\r\n"), DONE, 220, FLAW_BARE_CR, "220 a\\x0D", 0 },
	{ "a CR at the place of the separator", BYTES("220\rx\r\n"), DONE, 220,
	  FLAW_BARE_CR | FLAW_NO_SEPARATOR, "220\\x0Dx", 0 },
	{ "a line that ends in CR alone", BYTES("220 a\r220 b\r\n"), DONE, 220, FLAW_BARE_CR,
	  "220 a\\x0D220 b", 0 },
	{ "NUL in the text", BYTES("220 a\0b\r\n"), DONE, 220, FLAW_NUL, "220 a\\x00b", 0 },
	{ "NUL at the place of the separator", BYTES("220\0\r\n"), DONE, 220,
	  FLAW_NUL | FLAW_NO_SEPARATOR, "220\\x00", 0 },
	{ "UTF-8 in the text", BYTES("220 \xC3\xA9\r\n"), DONE, 220, FLAW_EIGHT_BIT, "220 \xC3\xA9",
	  0 },
	{ "Latin-1 in the text", BYTES("220 \xE9\r\n"), DONE, 220, FLAW_EIGHT_BIT, "220 \\xE9", 0 },
	{ "an escape sequence in the text", BYTES("220 \033[2J\r\n"), DONE, 220, FLAW_CONTROL,
	  "220 \\x1B[2J", 0 },
	{ "DEL in the text", BYTES("220 \177\r\n"), DONE, 220, FLAW_CONTROL, "220 \\x7F", 0 },
	{ "the code changes: the last line's counts", BYTES("250-a\r\n550 b\r\n"), DONE, 550,
	  FLAW_CODE_CHANGED, "250-a|550 b", 0 },
	{ "the code changes and changes back", BYTES("250-a\r\n251-b\r\n250 c\r\n"), DONE, 250,
	  FLAW_CODE_CHANGED, "250-a|251-b|250 c", 0 },
	{ "an underscore for a separator", BYTES("220_mx\r\n"), DONE, 220, FLAW_NO_SEPARATOR,
	  "220_mx", 0 },
	{ "no separator", BYTES("250STARTTLS\r\n"), DONE, 250, FLAW_NO_SEPARATOR, "250STARTTLS",
	  0 },
	{ "a TAB for a separator", BYTES("220\tmx\r\n"), DONE, 220, FLAW_NO_SEPARATOR, "220\\x09mx",
	  0 },
	{ "no separator in the last of two lines", BYTES("250-a\r\n250DSN\r\n"), DONE, 250,
	  FLAW_NO_SEPARATOR, "250-a|250DSN", 0 },
	{ "no separator ends the reply", BYTES("220_a\r\n220 b\r\n"), DONE, 220, FLAW_NO_SEPARATOR,
	  "220_a", 7 },

	{ "SSH", BYTES("SSH-2.0-OpenSSH_9.2\r\n"), BAD, 0, 0, "SSH-2.0-OpenSSH_9.2", 0 },
	{ "HTTP", BYTES("HTTP/1.1 400 Bad Request\r\nServer: x\r\n"), BAD, 0, 0,
	  "HTTP/1.1 400 Bad Request", 11 },
	{ "POP3", BYTES("+OK ready\r\n"), BAD, 0, 0, "+OK ready", 0 },
	{ "an empty line", BYTES("\r\n220 mx\r\n"), BAD, 0, 0, "", 8 },
	{ "a space before the code", BYTES(" 220 mx\r\n"), BAD, 0, 0, " 220 mx", 0 },
	{ "two digits", BYTES("22 mx\r\n"), BAD, 0, 0, "22 mx", 0 },
	{ "two digits alone", BYTES("22\r\n"), BAD, 0, 0, "22", 0 },
	{ "four digits", BYTES("2200 mx\r\n"), BAD, 0, 0, "2200 mx", 0 },
	{ "a letter in the code", BYTES("2O0 mx\r\n"), BAD, 0, 0, "2O0 mx", 0 },
	{ "a code below the grammar", BYTES("150 mx\r\n"), BAD, 0, 0, "150 mx", 0 },
	{ "a code above the grammar", BYTES("600 mx\r\n"), BAD, 0, 0, "600 mx", 0 },
	{ "a second digit outside of the grammar", BYTES("260 mx\r\n"), BAD, 0, 0, "260 mx", 0 },
	{ "a negative code", BYTES("-220 mx\r\n"), BAD, 0, 0, "-220 mx", 0 },
	{ "garbage in the second line", BYTES("250-a\r\ngarbage\r\n250 b\r\n"), BAD, 0, 0,
	  "250-a|garbage", 7 },
	{ "an empty line in the midst", BYTES("250-a\r\n\r\n250 b\r\n"), BAD, 0, 0, "250-a|", 7 },
	{ "a TLS alert is bad at its first byte", BYTES("\x15\x03\x01"), BAD, 0, FLAW_CONTROL,
	  "\\x15", 2 },
	{ "a MySQL greeting is bad at its first NUL", BYTES("J\0\0\0\n8.0"), BAD, 0, FLAW_NUL,
	  "J\\x00", 6 },
	{ "telnet negotiation is bad at its first byte", BYTES("\xFF\xFD\x18"), BAD, 0,
	  FLAW_EIGHT_BIT,
	  "\\xFF", 2 },
	{ "a byte-order mark before the code", BYTES("\xEF\xBB\xBF" "220 x\r\n"), BAD, 0,
	  FLAW_EIGHT_BIT,
	  "\\xEF", 9 },
};

static char *join(const struct strlist *l)
{
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	for (size_t i = 0; i < l->count; i++)
		buf_addf(&b, "%s%s", i != 0 ? "|" : "", l->item[i]);
	return buf_take(&b);
}

/* Reads in two pieces; what the first one leaves is not given again once the reply has ended. */
static void read_split(const struct reply_case *c, size_t at)
{
	struct smtp_reply r;
	enum smtp_parse p;
	size_t used = 0, more = 0;
	char *lines;

	smtp_reply_init(&r);
	p = smtp_reply_feed(&r, c->wire, at, &used);
	if (p == MORE)
		p = smtp_reply_feed(&r, c->wire + at, c->n - at, &more);
	ck_assert_msg(p == c->parse, "%s, split at %zu: ended as %d", c->name, at, (int)p);
	ck_assert_msg(c->n - used - more == c->left, "%s, split at %zu: %zu bytes left", c->name,
		at,
		      c->n - used - more);
	if (p == BAD)
		smtp_reply_end(&r);
	lines = join(&r.lines);
	ck_assert_msg(strcmp(lines, c->lines) == 0, "%s, split at %zu: lines '%s'", c->name, at,
		lines);
	ck_assert_msg(r.flaws == c->flaws, "%s, split at %zu: flaws %x", c->name, at, r.flaws);
	ck_assert_msg(p != DONE || r.code == c->code, "%s, split at %zu: code %d", c->name, at,
		r.code);
	free(lines);
	smtp_reply_clear(&r);
}

START_TEST(reply_is_read)
{
	const struct reply_case *c = &replies[_i];

	for (size_t at = 0; at <= c->n; at++)
		read_split(c, at);
}
END_TEST

/* "220 xxx" of so many octets, then the end; returns how it was read, and its flaws. */
static enum smtp_parse read_long(size_t octets, const char *end, unsigned *flaws, size_t *kept)
{
	struct smtp_reply r;
	enum smtp_parse p;
	size_t used = 0;
	char *line = mem_zalloc(octets, 1);

	memset(line, 'x', octets);
	memcpy(line, "220 ", 4);
	smtp_reply_init(&r);
	p = smtp_reply_feed(&r, line, octets, &used);
	if (p == MORE)
		p = smtp_reply_feed(&r, end, strlen(end), &used);
	*flaws = r.flaws;
	*kept = r.lines.count != 0 ? strlen(r.lines.item[0]) : 0;
	smtp_reply_clear(&r);
	free(line);
	return p;
}

START_TEST(long_lines_are_flagged_then_cut)
{
	unsigned flaws;
	size_t kept;

	/* RFC 5321 4.5.3.1.5: 512 octets with code and CRLF */
	ck_assert_int_eq(read_long(510, "\r\n", &flaws, &kept), DONE);
	ck_assert_uint_eq(flaws, 0);
	ck_assert_int_eq(read_long(511, "\r\n", &flaws, &kept), DONE);
	ck_assert_uint_eq(flaws, FLAW_LONG_LINE);
	ck_assert_int_eq(read_long(511, "\n", &flaws, &kept), DONE);
	ck_assert_uint_eq(flaws, FLAW_BARE_LF);
	ck_assert_int_eq(read_long(LIMIT_REPLY_LINE, "\r\n", &flaws, &kept), DONE);
	ck_assert_uint_eq(kept, LIMIT_REPLY_LINE);
	ck_assert_int_eq(read_long(LIMIT_REPLY_LINE + 1, "\r\n", &flaws, &kept),
		SMTP_PARSE_TOO_LONG);
	ck_assert_uint_eq(flaws, FLAW_LONG_LINE);
	ck_assert_uint_eq(kept, LIMIT_REPLY_LINE);
}
END_TEST

START_TEST(replies_have_a_last_line_in_time)
{
	for (size_t lines = LIMIT_REPLY_LINES - 1; lines <= LIMIT_REPLY_LINES; lines++) {
		struct smtp_reply r;
		enum smtp_parse p = MORE;
		size_t used;

		smtp_reply_init(&r);
		for (size_t i = 0; i < lines && p == MORE; i++)
			p = smtp_reply_feed(&r, BYTES("250-x\r\n"), &used);
		if (p == MORE)
			p = smtp_reply_feed(&r, BYTES("250 y\r\n"), &used);
		ck_assert_int_eq(p, lines < LIMIT_REPLY_LINES ? DONE : SMTP_PARSE_TOO_LONG);
		ck_assert_uint_eq(r.lines.count, LIMIT_REPLY_LINES);
		ck_assert_str_eq(r.lines.item[0], "250-x");
		smtp_reply_clear(&r);
	}
}
END_TEST

START_TEST(evidence_goes_to_the_end_of_the_line)
{
	struct smtp_reply r;
	size_t used;

	smtp_reply_init(&r);
	ck_assert_int_eq(smtp_reply_feed(&r, BYTES("\x15\x03\x01\x02\r\nmore"), &used), BAD);
	ck_assert_uint_eq(smtp_reply_add_evidence(&r, BYTES("\x03\x01\x02\r\nmore")), 5);
	ck_assert(!smtp_reply_possible(&r));
	smtp_reply_end(&r);
	ck_assert_uint_eq(r.lines.count, 1);
	ck_assert_str_eq(r.lines.item[0], "\\x15\\x03\\x01\\x02");
	smtp_reply_clear(&r);

	smtp_reply_feed(&r, BYTES("garbage\r\n"), &used);
	ck_assert_uint_eq(smtp_reply_add_evidence(&r, BYTES("another\r\n")), 0);
	smtp_reply_end(&r);
	ck_assert_uint_eq(r.lines.count, 1);
	smtp_reply_clear(&r);
}
END_TEST

/* ---- capabilities ------------------------------------------------------------ */

#define NO_SIZE (-1)

static const struct caps_case {
	const char *name;
	const char *lines;      /* joined with "|" */
	const char *caps;       /* "KEYWORD(param,param) ..." */
	int64_t size;
} caps[] = {
	{ "the domain alone", "250 mx.test", "", NO_SIZE },
	{ "the first line is never a capability", "250-STARTTLS|250 DSN", "DSN()", NO_SIZE },
	{ "Postfix",
	  "250-mx.test|250-PIPELINING|250-SIZE 10240000|250-STARTTLS|250-AUTH PLAIN LOGIN|"
	  "250 8BITMIME",
	  "PIPELINING() SIZE(10240000) STARTTLS() AUTH(PLAIN,LOGIN) 8BITMIME()", 10240000 },
	{ "lower case", "250-mx|250-starttls|250 size 5", "STARTTLS() SIZE(5)", 5 },
	{ "mixed case; parameters as sent", "250-mx|250 Auth Plain xoauth2", "AUTH(Plain,xoauth2)",
	  NO_SIZE },
	{ "legacy AUTH=", "250-mx|250 AUTH=LOGIN PLAIN", "AUTH(LOGIN,PLAIN)", NO_SIZE },
	{ "AUTH and AUTH= say the same", "250-mx|250-AUTH LOGIN PLAIN|250 AUTH=LOGIN PLAIN",
	  "AUTH(LOGIN,PLAIN)", NO_SIZE },
	{ "AUTH on several lines", "250-mx|250-AUTH LOGIN|250-AUTH PLAIN|250 AUTH=login CRAM-MD5",
	  "AUTH(LOGIN,PLAIN,CRAM-MD5)", NO_SIZE },
	{ "AUTH= with nothing", "250-mx|250 AUTH=", "AUTH()", NO_SIZE },
	{ "AUTH without mechanisms", "250-mx|250 AUTH", "AUTH()", NO_SIZE },
	{ "AUTHX=Y is another keyword", "250-mx|250 AUTHX=Y", "AUTHX=Y()", NO_SIZE },
	{ "SIZE 0: no fixed limit", "250-mx|250 SIZE 0", "SIZE(0)", 0 },
	{ "SIZE without a number says nothing", "250-mx|250 SIZE", "SIZE()", NO_SIZE },
	{ "SIZE with garbage", "250-mx|250 SIZE 10M", "SIZE(10M)", NO_SIZE },
	{ "SIZE negative", "250-mx|250 SIZE -1", "SIZE(-1)", NO_SIZE },
	{ "SIZE of 2^63-1", "250-mx|250 SIZE 9223372036854775807", "SIZE(9223372036854775807)",
	  INT64_MAX },
	{ "SIZE of 2^64 counts as the largest", "250-mx|250 SIZE 18446744073709551616",
	  "SIZE(18446744073709551616)", INT64_MAX },
	{ "SIZE of more digits than RFC 1870 has", "250-mx|250 SIZE 000000000000000000001",
	  "SIZE(000000000000000000001)", NO_SIZE },
	{ "SIZE twice: the first counts", "250-mx|250-SIZE 7|250 SIZE 8", "SIZE(7,8)", 7 },
	{ "empty lines and spaces", "250-mx|250-|250-   |250  ", "", NO_SIZE },
	{ "spaces around everything", "250-mx|250-  SIZE   7  |250 DSN ", "SIZE(7) DSN()", 7 },
	{ "TABs between", "250-mx|250 AUTH\\x09LOGIN\\x09PLAIN", "AUTH(LOGIN,PLAIN)", NO_SIZE },
	{ "the last line is a code alone", "250-mx|250-DSN|250", "DSN()", NO_SIZE },
	{ "no separator", "250-mx|250STARTTLS", "STARTTLS()", NO_SIZE },
	{ "masked by a firewall", "250-mx|250-XXXXXXXA|250 XXXB", "XXXXXXXA() XXXB()", NO_SIZE },
	{ "STARTTLS with a parameter is STARTTLS", "250-mx|250 STARTTLS now", "STARTTLS(now)",
	  NO_SIZE },
	{ "X-STARTTLS is not STARTTLS", "250-mx|250 x-starttls", "X-STARTTLS()", NO_SIZE },
	{ "no keyword by the grammar, kept as seen", "250-mx|250 *** a_b!", "***(a_b!)", NO_SIZE },
	{ "escapes keep their case", "250-mx|250 \\xE4bc \\x00", "\\xE4BC(\\x00)", NO_SIZE },
	{ "a keyword twice", "250-mx|250-DSN|250 dsn", "DSN()", NO_SIZE },
};

static void split(struct strlist *l, const char *joined)
{
	for (;;) {
		size_t n = strcspn(joined, "|");

		strlist_take(l, mem_strndup(joined, n));
		if (joined[n] == '\0')
			return;
		joined += n + 1;
	}
}

static char *show_caps(const struct obs_ehlo *e)
{
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	for (size_t i = 0; i < e->cap_count; i++) {
		buf_addf(&b, "%s%s(", i != 0 ? " " : "", e->caps[i].keyword);
		for (size_t k = 0; k < e->caps[i].params.count; k++)
			buf_addf(&b, "%s%s", k != 0 ? "," : "", e->caps[i].params.item[k]);
		buf_addc(&b, ')');
	}
	return buf_take(&b);
}

START_TEST(capabilities_are_decoded)
{
	const struct caps_case *c = &caps[_i];
	struct obs_ehlo e = { 0 };
	int64_t size = NO_SIZE;
	char *is;

	split(&e.reply.lines, c->lines);
	smtp_caps_decode(&e);
	is = show_caps(&e);
	ck_assert_msg(strcmp(is, c->caps) == 0, "%s: got %s", c->name, is);
	ck_assert_msg(smtp_caps_size(&e, &size) == (c->size != NO_SIZE) && size == c->size,
		      "%s: size %lld", c->name, (long long)size);
	free(is);
	obs_ehlo_clear(&e);
}
END_TEST

START_TEST(capabilities_are_bounded)
{
	struct obs_ehlo e = { 0 };

	for (int i = 0; i < 4 * LIMIT_CAPABILITIES; i++)
		strlist_take(&e.reply.lines, mem_printf("250-X%d", i / 2));
	for (int i = 0; i < 4 * LIMIT_PARAMETERS; i++)
		strlist_take(&e.reply.lines, mem_printf("250-X1 %d", i));
	smtp_caps_decode(&e);
	ck_assert_uint_eq(e.cap_count, LIMIT_CAPABILITIES);
	ck_assert_uint_eq(obs_ehlo_find(&e, "X1")->params.count, LIMIT_PARAMETERS);
	obs_ehlo_clear(&e);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("smtp");
	TCase *reply = tcase_create("smtp_reply");
	TCase *ehlo = tcase_create("smtp_caps");

	tcase_add_loop_test(reply, reply_is_read, 0, COUNT(replies));
	tcase_add_test(reply, long_lines_are_flagged_then_cut);
	tcase_add_test(reply, replies_have_a_last_line_in_time);
	tcase_add_test(reply, evidence_goes_to_the_end_of_the_line);
	tcase_add_loop_test(ehlo, capabilities_are_decoded, 0, COUNT(caps));
	tcase_add_test(ehlo, capabilities_are_bounded);
	suite_add_tcase(s, reply);
	suite_add_tcase(s, ehlo);
	return run_suite(s);
}
