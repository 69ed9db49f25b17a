/* SPDX-License-Identifier: MIT
 *
 * The base helpers: limits that hold, lists, words, and the printable form both ways. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/key_set.h"
#include "base/mem.h"
#include "base/name_index.h"
#include "base/printable.h"
#include "base/strlist.h"
#include "base/words.h"
#include "tests/support/runner.h"

/* ---- buf ------------------------------------------------------------ */

START_TEST(buf_grows_to_its_limit_and_no_further)
{
	struct buf b;

	buf_init(&b, 100);
	for (int i = 0; i < 100; i++)
		buf_addc(&b, 'x');
	ck_assert(!b.failed);
	ck_assert_uint_eq(b.len, 100);
	buf_addc(&b, 'y');
	ck_assert(b.failed);
	ck_assert_uint_eq(b.len, 100);
	ck_assert_uint_eq(strlen(buf_str(&b)), 100);
	ck_assert_ptr_null(strchr(buf_str(&b), 'y'));
	buf_clear(&b);
}
END_TEST

START_TEST(buf_error_is_sticky_until_reset)
{
	struct buf b;

	buf_init(&b, 4);
	buf_adds(&b, "abc");
	buf_adds(&b, "defg");
	ck_assert(b.failed);
	buf_addc(&b, 'd'); /* would fit, but something before it is missing */
	ck_assert_str_eq(buf_str(&b), "abc");
	buf_reset(&b);
	ck_assert(!b.failed);
	buf_adds(&b, "wxyz");
	ck_assert_str_eq(buf_str(&b), "wxyz");
	buf_clear(&b);
}
END_TEST

START_TEST(buf_formats_whole_or_not_at_all)
{
	struct buf b;

	buf_init(&b, 8);
	buf_addf(&b, "%s %d", "abc", 1234);
	ck_assert_str_eq(buf_str(&b), "abc 1234");
	buf_reset(&b);
	buf_addf(&b, "%s %d", "abc", 12345);
	ck_assert(b.failed);
	ck_assert_str_eq(buf_str(&b), "");
	buf_clear(&b);
}
END_TEST

START_TEST(buf_drops_from_its_front)
{
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	buf_add(&b, "one\0two", 7);
	buf_drop(&b, 0);
	ck_assert_uint_eq(b.len, 7);
	buf_drop(&b, 4);
	ck_assert_str_eq(buf_str(&b), "two");
	buf_drop(&b, 3);
	ck_assert_uint_eq(b.len, 0);
	ck_assert_str_eq(buf_str(&b), "");
	buf_clear(&b);
}
END_TEST

START_TEST(buf_hands_its_string_over)
{
	struct buf b;
	char *s;

	buf_init(&b, 10);
	s = buf_take(&b);
	ck_assert_str_eq(s, "");
	free(s);
	buf_adds(&b, "text");
	s = buf_take(&b);
	ck_assert_str_eq(s, "text");
	ck_assert_uint_eq(b.len, 0);
	ck_assert_uint_eq(b.limit, 10);
	free(s);
}
END_TEST

START_TEST(buf_room_is_counted_by_the_caller)
{
	struct buf b;
	char *room;

	buf_init(&b, 16);
	room = buf_room(&b, 16);
	ck_assert_ptr_nonnull(room);
	memcpy(room, "half", 4);
	buf_added(&b, 4);
	ck_assert_str_eq(buf_str(&b), "half");
	ck_assert_ptr_null(buf_room(&b, 13));
	ck_assert(b.failed);
	buf_clear(&b);
}
END_TEST

START_TEST(a_zeroed_buf_has_no_room)
{
	struct buf b = { 0 };

	ck_assert_str_eq(buf_str(&b), "");
	buf_addc(&b, 'x');
	ck_assert(b.failed);
	buf_clear(&b);
}
END_TEST

/* ---- mem, err, strlist, words ------------------------------------------------------------ */

START_TEST(mem_append_keeps_all_and_zeroes_the_new)
{
	struct pair {
		int a, b;
	} *pairs = NULL;
	size_t count = 0;

	for (int i = 0; i < 1000; i++) {
		struct pair *p = mem_append(&pairs, &count, sizeof *pairs);

		ck_assert_int_eq(p->a, 0);
		ck_assert_int_eq(p->b, 0);
		p->a = i;
		p->b = -i;
	}
	ck_assert_uint_eq(count, 1000);
	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(pairs[i].a, i);
		ck_assert_int_eq(pairs[i].b, -i);
	}
	free(pairs);
}
END_TEST

START_TEST(mem_copies_of_nothing_are_nothing)
{
	char *s = mem_strndup("abcdef", 3);

	ck_assert_ptr_null(mem_strdup(NULL));
	ck_assert_ptr_null(mem_strndup(NULL, 3));
	ck_assert_str_eq(s, "abc");
	free(s);
	s = mem_printf("%s:%u", "host", 25U);
	ck_assert_str_eq(s, "host:25");
	free(s);
	free(mem_zalloc(0, 0)); /* never NULL, so it can be freed and written down as made */
}
END_TEST

START_TEST(err_is_false_and_cut_at_its_end)
{
	struct err e;
	char text[2048];

	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	ck_assert(!err_set(&e, "'%s' is no port", "abc"));
	ck_assert_str_eq(e.msg, "'abc' is no port");
	ck_assert(!err_set(&e, "%s", text));
	ck_assert_uint_eq(strlen(e.msg), sizeof e.msg - 1);
}
END_TEST

START_TEST(strlist_adds_finds_copies_compares)
{
	struct strlist a = { 0 }, b = { 0 };

	ck_assert(strlist_equal(&a, &b));
	strlist_add(&a, "one");
	strlist_take(&a, mem_strdup("two"));
	ck_assert(strlist_has(&a, "two"));
	ck_assert(!strlist_has(&a, "Two"));
	ck_assert(!strlist_equal(&a, &b));
	strlist_copy(&b, &a);
	ck_assert(strlist_equal(&a, &b));
	ck_assert_ptr_ne(a.item[0], b.item[0]);
	strlist_add(&b, "three");
	ck_assert(!strlist_equal(&a, &b));
	strlist_clear(&a);
	ck_assert_uint_eq(a.count, 0);
	ck_assert_ptr_null(a.item);
	strlist_clear(&a);
	strlist_clear(&b);
}
END_TEST

START_TEST(words_go_both_ways)
{
	static const char *const word[] = { "zero", NULL, "two" };
	static const struct words w = { word, 3 };

	ck_assert_str_eq(words_name(&w, 2), "two");
	ck_assert_str_eq(words_name(&w, 1), "?");
	ck_assert_str_eq(words_name(&w, 3), "?");
	ck_assert_int_eq(words_value(&w, "zero"), 0);
	ck_assert_int_eq(words_value(&w, "two"), 2);
	ck_assert_int_eq(words_value(&w, "three"), -1);
	ck_assert_int_eq(words_value(&w, ""), -1);
}
END_TEST

/* ---- printable ------------------------------------------------------------ */

#define BYTES(s) s, sizeof s - 1

static const struct printable_case {
	const char *name;
	const char *wire;
	size_t n;
	const char *printable;
} cases[] = {
	{ "nothing", BYTES(""), "" },
	{ "plain ASCII is itself", BYTES("220 mx.test ESMTP ~!"), "220 mx.test ESMTP ~!" },
	{ "NUL", BYTES("a\0b"), "a\\x00b" },
	{ "TAB is a control", BYTES("a\tb"), "a\\x09b" },
	{ "CR and LF", BYTES("a\r\nb"), "a\\x0D\\x0Ab" },
	{ "ESC, so that no terminal is driven", BYTES("\033[31m"), "\\x1B[31m" },
	{ "DEL", BYTES("\177"), "\\x7F" },
	{ "well-formed UTF-8 of 2, 3, 4 bytes is itself",
	  BYTES("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x93\xA7"),
	  "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x93\xA7" },
	{ "Latin-1 is not UTF-8", BYTES("caf\xE9!"), "caf\\xE9!" },
	{ "a lone continuation byte", BYTES("\x80"), "\\x80" },
	{ "a sequence cut short at the end", BYTES("\xE2\x82"), "\\xE2\\x82" },
	{ "a sequence broken by ASCII", BYTES("\xE2\x82X"), "\\xE2\\x82X" },
	{ "overlong slash", BYTES("\xC0\xAF"), "\\xC0\\xAF" },
	{ "overlong of three bytes", BYTES("\xE0\x80\xAF"), "\\xE0\\x80\\xAF" },
	{ "overlong of four bytes", BYTES("\xF0\x80\x80\xAF"), "\\xF0\\x80\\x80\\xAF" },
	{ "a surrogate", BYTES("\xED\xA0\x80"), "\\xED\\xA0\\x80" },
	{ "the last before the surrogates", BYTES("\xED\x9F\xBF"), "\xED\x9F\xBF" },
	{ "U+10FFFF", BYTES("\xF4\x8F\xBF\xBF"), "\xF4\x8F\xBF\xBF" },
	{ "above U+10FFFF", BYTES("\xF4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80" },
	{ "five-byte form of old", BYTES("\xF8\x88\x80\x80\x80"), "\\xF8\\x88\\x80\\x80\\x80" },
	{ "a C1 control: CSI", BYTES("\xC2\x9B"), "\\xC2\\x9B" },
	{ "the first after C1 is itself", BYTES("\xC2\xA0"), "\xC2\xA0" },
	{ "right-to-left override", BYTES("a\xE2\x80\xAEz"), "a\\xE2\\x80\\xAEz" },
	{ "isolate", BYTES("\xE2\x81\xA6"), "\\xE2\\x81\\xA6" },
	{ "line separator", BYTES("\xE2\x80\xA8"), "\\xE2\\x80\\xA8" },
	{ "zero-width space", BYTES("\xE2\x80\x8B"), "\\xE2\\x80\\x8B" },
	{ "byte-order mark", BYTES("\xEF\xBB\xBF" "220"), "\\xEF\\xBB\\xBF220" },
	{ "a backslash is itself", BYTES("C:\\mail\\"), "C:\\mail\\" },
	{ "a backslash before x alone is itself", BYTES("\\x"), "\\x" },
	{ "a backslash before x and one digit is itself", BYTES("\\x4g"), "\\x4g" },
	{ "what looks like an escape", BYTES("\\x41"), "\\x5Cx41" },
	{ "what looks like an escape in lower case", BYTES("\\xff"), "\\x5Cxff" },
	{ "a backslash before what looks like an escape", BYTES("\\\\x41"), "\\\\x5Cx41" },
	{ "a backslash before a control", BYTES("\\\001"), "\\\\x01" },
	{ "an escape cut by a control", BYTES("\\x4\001"), "\\x4\\x01" },
};

START_TEST(bytes_become_printable_and_come_back)
{
	const struct printable_case *c = &cases[_i];
	char *text = printable_dup(c->wire, c->n);
	struct buf back;

	ck_assert_msg(strcmp(text, c->printable) == 0, "%s: got '%s'", c->name, text);
	buf_init(&back, BUF_NO_LIMIT);
	printable_decode(&back, text);
	ck_assert_msg(back.len == c->n && memcmp(buf_str(&back), c->wire, c->n) == 0,
		      "%s: does not come back", c->name);
	buf_clear(&back);
	free(text);
}
END_TEST

START_TEST(every_pair_of_bytes_comes_back)
{
	for (unsigned first = 0; first < 256; first++) {
		for (unsigned second = 0; second < 256; second++) {
			unsigned char wire[2] = { (unsigned char)first, (unsigned char)second };
			struct buf text, back;

			buf_init(&text, 64);
			buf_init(&back, 64);
			printable_add(&text, wire, 2);
			printable_decode(&back, buf_str(&text));
			ck_assert_msg(back.len == 2 && memcmp(back.data, wire, 2) == 0,
				      "%02X %02X does not come back", first, second);
			buf_clear(&text);
			buf_clear(&back);
		}
	}
}
END_TEST

START_TEST(printable_text_obeys_the_limit)
{
	struct buf b;

	buf_init(&b, 6);
	printable_add(&b, "ab\001\002", 4);
	ck_assert(b.failed);
	ck_assert_str_eq(buf_str(&b), "ab\\x01");
	buf_clear(&b);
}
END_TEST

/* ---- tables -------------------------------------------------------------------------------- */

/* The vectors of the paper's appendix and of its reference code, key and text 00 01 02 ... */
static const struct {
	size_t n;
	uint64_t want;
} hash_cases[] = {
	{ 0, UINT64_C(0x726fdb47dd0e0e31) },
	{ 8, UINT64_C(0x93f5f5799a932462) },
	{ 15, UINT64_C(0xa129ca6149be45e5) },
};

START_TEST(hashes_are_those_of_the_paper)
{
	const struct hash_key k = { UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908) };
	unsigned char text[16];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (unsigned char)i;
	ck_assert_uint_eq(hash_bytes(&k, text, hash_cases[_i].n), hash_cases[_i].want);
}
END_TEST

START_TEST(hash_keys_differ)
{
	struct hash_key a, b;

	hash_key_make(&a);
	hash_key_make(&b);
	ck_assert(a.low != b.low || a.high != b.high);
}
END_TEST

START_TEST(a_key_set_knows_its_keys_and_its_limit)
{
	const size_t most = 1000;
	struct key_set s;

	key_set_init(&s, most);
	for (uint64_t i = 0; i < most; i++)
		ck_assert_int_eq(key_set_add(&s, i << 32), KEY_NEW);
	for (uint64_t i = 0; i < most; i++)
		ck_assert_int_eq(key_set_add(&s, i << 32), KEY_KNOWN);
	ck_assert_int_eq(key_set_add(&s, 5), KEY_FULL);
	ck_assert_int_eq(key_set_add(&s, 5), KEY_FULL);
	ck_assert_uint_eq(s.count, most);
	ck_assert_uint_le(s.slots, 4 * most);
	key_set_clear(&s);
	ck_assert_int_eq(key_set_add(&s, 5), KEY_NEW);
	key_set_clear(&s);
}
END_TEST

START_TEST(a_name_keeps_its_number)
{
	const size_t most = 1000;
	const struct hash_key k = { 1, 2 };
	char name[NAME_INDEX_BYTES + 2], *one;
	struct name_index x;

	memset(name, 'x', sizeof(name));
	name_index_init(&x, most, &k);
	for (size_t again = 0; again < 2; again++)
		for (size_t i = 0; i < most; i++) {
			one = mem_printf("mx%zu.example.com", i);
			ck_assert_uint_eq(name_index_put(&x, one, strlen(one)), i);
			ck_assert_str_eq(name_index_name(&x, i), one);
			free(one);
		}
	ck_assert_uint_eq(name_index_put(&x, "mx1.example.comx", strlen("mx1.example.com")), 1);
	ck_assert_uint_eq(name_index_put(&x, "mx1.example.co", strlen("mx1.example.co")), NAME_INDEX_NONE);
	name_index_clear(&x);
	ck_assert_uint_eq(name_index_put(&x, "", 0), 0);
	ck_assert_uint_eq(name_index_put(&x, name, NAME_INDEX_BYTES), 1);
	ck_assert_uint_eq(name_index_put(&x, name, NAME_INDEX_BYTES + 1), NAME_INDEX_NONE);
	ck_assert_uint_eq(name_index_put(&x, "", 0), 0);
	name_index_clear(&x);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base");
	TCase *buf = tcase_create("buf");
	TCase *small = tcase_create("mem, err, strlist, words");
	TCase *printable = tcase_create("printable");
	TCase *tables = tcase_create("hash, key_set, name_index");

	tcase_add_test(buf, buf_grows_to_its_limit_and_no_further);
	tcase_add_test(buf, buf_error_is_sticky_until_reset);
	tcase_add_test(buf, buf_formats_whole_or_not_at_all);
	tcase_add_test(buf, buf_drops_from_its_front);
	tcase_add_test(buf, buf_hands_its_string_over);
	tcase_add_test(buf, buf_room_is_counted_by_the_caller);
	tcase_add_test(buf, a_zeroed_buf_has_no_room);
	tcase_add_test(small, mem_append_keeps_all_and_zeroes_the_new);
	tcase_add_test(small, mem_copies_of_nothing_are_nothing);
	tcase_add_test(small, err_is_false_and_cut_at_its_end);
	tcase_add_test(small, strlist_adds_finds_copies_compares);
	tcase_add_test(small, words_go_both_ways);
	tcase_add_loop_test(printable, bytes_become_printable_and_come_back, 0, COUNT(cases));
	tcase_add_test(printable, every_pair_of_bytes_comes_back);
	tcase_add_test(printable, printable_text_obeys_the_limit);
	tcase_add_loop_test(tables, hashes_are_those_of_the_paper, 0, COUNT(hash_cases));
	tcase_add_test(tables, hash_keys_differ);
	tcase_add_test(tables, a_key_set_knows_its_keys_and_its_limit);
	tcase_add_test(tables, a_name_keeps_its_number);
	suite_add_tcase(s, buf);
	suite_add_tcase(s, small);
	suite_add_tcase(s, printable);
	suite_add_tcase(s, tables);
	return run_suite(s);
}
