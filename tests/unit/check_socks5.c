/* SPDX-License-Identifier: MIT
 *
 * The client's side of SOCKS5 against replies as RFC 1928 has them, whole and in pieces, and others. */
#include <string.h>

#include "base/buf.h"
#include "net/socks5.h"
#include "runner.h"

/* What the proxy says, at once or octet by octet; what is left of it belongs to the server. */
static void talk(struct socks5 *s, const char *bytes, size_t n, size_t piece, struct buf *in,
		 struct buf *out, const char *address)
{
	buf_init(in, 4096);
	buf_init(out, 4096);
	socks5_begin(s, out);
	for (size_t at = 0; at < n; at += piece) {
		buf_add(in, bytes + at, n - at < piece ? n - at : piece);
		socks5_take(s, in, out, address, 587);
	}
}

static const struct {
	const char *name, *bytes;
	size_t size;
	enum socks5_state state;
	int reply;
	size_t left;
} cases[] = {
#define BYTES(text) text, sizeof text - 1
	{ "open, IPv4", BYTES("\5\0\5\0\0\1\0\0\0\0\0\0"), SOCKS5_OPEN, 0, 0 },
	{ "open, IPv6", BYTES("\5\0\5\0\0\4\1\2\3\4\5\6\7\10\1\2\3\4\5\6\7\10\2\3"), SOCKS5_OPEN, 0, 0 },
	{ "open, by name", BYTES("\5\0\5\0\0\3\4host\2\3"), SOCKS5_OPEN, 0, 0 },
	{ "the greeting follows at once", BYTES("\5\0\5\0\0\1\0\0\0\0\0\000220 x"), SOCKS5_OPEN, 0, 5 },
	{ "refused", BYTES("\5\0\5\5\0\1\0\0\0\0\0\0"), SOCKS5_FAILED, 5, 10 },
	{ "refused, with the code and no more", BYTES("\5\0\5\4"), SOCKS5_FAILED, 4, 2 },
	{ "wants a log-in", BYTES("\5\2"), SOCKS5_FAILED, -1, 2 },
	{ "takes no method", BYTES("\5\377"), SOCKS5_FAILED, -1, 2 },
	{ "SOCKS4", BYTES("\0\132"), SOCKS5_FAILED, -1, 2 },
	{ "a mail server", BYTES("220 mail.example.com"), SOCKS5_FAILED, -1, 20 },
	{ "a reply of another version", BYTES("\5\0\4\0\0\1"), SOCKS5_FAILED, -1, 4 },
	{ "an address of no known type", BYTES("\5\0\5\0\0\11\0\0"), SOCKS5_FAILED, -1, 6 },
	{ "cut in the method", BYTES("\5"), SOCKS5_METHOD, -1, 1 },
	{ "cut in the reply", BYTES("\5\0\5\0\0\1\0\0"), SOCKS5_REPLY, -1, 6 },
	{ "cut in a long name", BYTES("\5\0\5\0\0\3\377abc"), SOCKS5_REPLY, -1, 8 },
	{ "nothing", BYTES(""), SOCKS5_METHOD, -1, 0 },
#undef BYTES
};

START_TEST(replies)
{
	struct socks5 s;
	struct buf in, out;

	talk(&s, cases[_i].bytes, cases[_i].size, cases[_i].size + 1, &in, &out, "192.0.2.1");
	ck_assert_msg(s.state == cases[_i].state, "%s: state %d", cases[_i].name, (int)s.state);
	ck_assert_msg(s.reply == cases[_i].reply, "%s: reply %d", cases[_i].name, s.reply);
	ck_assert_msg(in.len == cases[_i].left, "%s: %zu left", cases[_i].name, in.len);
	buf_clear(&in);
	buf_clear(&out);
	talk(&s, cases[_i].bytes, cases[_i].size, 1, &in, &out, "192.0.2.1");
	ck_assert_msg(s.state == cases[_i].state && s.reply == cases[_i].reply, "%s, octet by octet",
		      cases[_i].name);
	buf_clear(&in);
	buf_clear(&out);
}
END_TEST

START_TEST(requests)
{
	static const char v4[] = "\5\1\0\5\1\0\1\300\0\2\1\2\113";
	static const char v6[] = "\5\1\0\5\1\0\4\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1\2\113";
	struct socks5 s;
	struct buf in, out;

	talk(&s, "\5\0", 2, 2, &in, &out, "192.0.2.1");
	ck_assert_uint_eq(out.len, sizeof v4 - 1);
	ck_assert(memcmp(out.data, v4, out.len) == 0);
	buf_clear(&in);
	buf_clear(&out);
	talk(&s, "\5\0", 2, 2, &in, &out, "2001:db8::1");
	ck_assert_uint_eq(out.len, sizeof v6 - 1);
	ck_assert(memcmp(out.data, v6, out.len) == 0);
	buf_clear(&in);
	buf_clear(&out);
}
END_TEST

START_TEST(every_reply_has_words)
{
	for (int i = -1; i < 256; i++)
		ck_assert_uint_gt(strlen(socks5_reply_words(i)), 5);
	ck_assert_str_eq(socks5_reply_words(5), "connection refused");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("socks5");
	TCase *tc = tcase_create("socks5");

	tcase_add_loop_test(tc, replies, 0, COUNT(cases));
	tcase_add_test(tc, requests);
	tcase_add_test(tc, every_reply_has_words);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
