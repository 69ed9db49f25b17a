/* SPDX-License-Identifier: MIT
 *
 * The JSON form of records: the writer, the contract of smtpprobe.report/1, hostile text. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json_writer.h"
#include "base/mem.h"
#include "base/printable.h"
#include "observation_equal.h"
#include "observation_fields.h"
#include "record/observation_json.h"
#include "record_text.h"
#include "runner.h"

/* ---- the JSON writer ---------------------------------------------------------------------- */

static const struct {
	const char *name, *text, *expect;
} strings[] = {
	{ "plain text", "250 mx.example.com", "\"250 mx.example.com\"" },
	{ "no text at all is null", NULL, "null" },
	{ "the empty string", "", "\"\"" },
	{ "quote and backslash", "a\"b\\c", "\"a\\\"b\\\\c\"" },
	{ "a slash stays", "a/b", "\"a/b\"" },
	{ "controls", "\x01\t\n\x1b[2J\x7f", "\"\\u0001\\u0009\\u000a\\u001b[2J\\u007f\"" },
	{ "UTF-8 of every length", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x93\xA7",
	  "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x93\xA7\"" },
	{ "the ends of each length",
	  "\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBD\xF0\x90\x80\x80\xF4\x8F\xBF\xBF",
	  "\"\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBD\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"" },
	{ "a byte that begins nothing",
	  "a\xFF"
	  "b",
	  "\"a\xEF\xBF\xBD"
	  "b\"" },
	{ "a lone continuation byte", "\x80", "\"\xEF\xBF\xBD\"" },
	{ "cut inside of a character", "\xE2\x82", "\"\xEF\xBF\xBD\xEF\xBF\xBD\"" },
	{ "cut character before a quote", "\xC3\"", "\"\xEF\xBF\xBD\\\"\"" },
	{ "overlong forms", "\xC0\xAF\xE0\x9F\xBF",
	  "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
	{ "a surrogate", "\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
	{ "above U+10FFFF", "\xF4\x90\x80\x80",
	  "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
};

START_TEST(string_is_written)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	json_writer_init(&w, &b);
	json_writer_string(&w, strings[_i].text);
	ck_assert_msg(strcmp(buf_str(&b), strings[_i].expect) == 0, "%s: %s", strings[_i].name,
		      buf_str(&b));
	buf_clear(&b);
}
END_TEST

static const struct {
	int64_t us;
	const char *expect;
} durations[] = {
	{ 0, "0.000" },
	{ 1, "0.001" },
	{ 12345, "12.345" },
	{ 1000000, "1000.000" },
	{ 1050, "1.050" },
	{ -5, "-0.005" },
	{ INT64_MAX, "9223372036854775.807" },
	{ INT64_MIN, "-9223372036854775.808" },
};

START_TEST(duration_is_written)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	json_writer_init(&w, &b);
	json_writer_ms(&w, durations[_i].us);
	ck_assert_str_eq(buf_str(&b), durations[_i].expect);
	buf_clear(&b);
}
END_TEST

START_TEST(commas_come_by_themselves)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	json_writer_init(&w, &b);
	json_writer_begin_object(&w);
	json_writer_key(&w, "a");
	json_writer_begin_list(&w);
	json_writer_end_list(&w);
	json_writer_key(&w, "b");
	json_writer_begin_list(&w);
	json_writer_int(&w, -1);
	json_writer_bool(&w, true);
	json_writer_begin_object(&w);
	json_writer_end_object(&w);
	json_writer_null(&w);
	json_writer_end_list(&w);
	json_writer_foreign_key(&w, "c\n");
	json_writer_bool(&w, false);
	json_writer_end_object(&w);
	ck_assert_str_eq(buf_str(&b), "{\"a\":[],\"b\":[-1,true,{},null],\"c\\u000a\":false}");
	buf_clear(&b);
}
END_TEST

/* ---- the contract ------------------------------------------------------------------------- */

/* With keywords that the paths below name. */
static void fill(struct observation *o)
{
	observation_fields_fill(o, 3);
	for (size_t i = 0; i < o->endpoint_count; i++) {
		free(o->endpoints[i].ehlo.caps[0].keyword);
		o->endpoints[i].ehlo.caps[0].keyword = mem_strdup("SIZE");
		free(o->endpoints[i].ehlo_tls.caps[0].keyword);
		o->endpoints[i].ehlo_tls.caps[0].keyword = mem_strdup("AUTH");
	}
}

/* The member of a dotted path; "0" is the first element of a list. */
static const json_t *member_at(const json_t *v, const char *path)
{
	while (v != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");
		char *name = mem_strndup(path, n);

		v = json_is_array(v) ? json_array_get(v, strtoul(name, NULL, 10))
				     : json_object_get(v, name);
		free(name);
		path += n + (path[n] == '.');
	}
	return v;
}

/* Issue 2: these names bind. s string, n number, i whole number, b true or false, l list,
 * o object, 0 null. The findings and advice are the report's. */
static const struct {
	char type;
	const char *paths;
} contract[] = {
	{ 's', "schema" },
	{ 's', "tool.version tool.gnutls tool.cares tool.uv tool.contact started_at" },
	{ 'n', "duration_ms" },
	{ 's', "target.input target.kind target.name" },
	{ 's', "vantage.ipv4.source vantage.ipv6.source vantage.resolver.0" },
	{ 'b', "vantage.ipv4.route vantage.ipv6.route" },
	{ 's', "dns.queries.0.name dns.queries.0.type dns.queries.0.rcode" },
	{ 's', "dns.queries.0.answers.0" },
	{ 'b', "dns.queries.0.authenticated dns.null_mx dns.implicit_mx" },
	{ 'n', "dns.queries.0.ms" },
	{ 's', "dns.mail_hosts.0.name dns.mail_hosts.0.source dns.mail_hosts.0.cname.0" },
	{ 's', "dns.mail_hosts.0.addresses.0 dns.mail_hosts.0.problem" },
	{ 'i', "dns.mail_hosts.0.preference" },
	{ 's', "endpoints.0.host endpoints.0.address endpoints.0.family endpoints.0.role" },
	{ 'i', "endpoints.0.port" },
	{ 's', "endpoints.0.connect.outcome endpoints.0.connect.errno" },
	{ 'n', "endpoints.0.connect.ms" },
	{ 's', "endpoints.0.mode endpoints.0.first_bytes" },
	{ 's', "endpoints.0.greeting.outcome endpoints.0.greeting.lines.0" },
	{ 'i', "endpoints.0.greeting.code" },
	{ 'n', "endpoints.0.greeting.ms" },
	{ 's', "endpoints.0.ehlo.outcome endpoints.0.ehlo.command endpoints.0.ehlo.lines.0" },
	{ 'i', "endpoints.0.ehlo.code" },
	{ 's', "endpoints.0.ehlo.capabilities.SIZE.0" },
	{ 's', "endpoints.0.enforcement.command endpoints.0.enforcement.lines.0" },
	{ 'i', "endpoints.0.enforcement.code" },
	{ 's', "endpoints.0.starttls.outcome endpoints.0.starttls.lines.0" },
	{ 'i', "endpoints.0.starttls.code endpoints.0.starttls.early_bytes" },
	{ 's', "endpoints.0.tls.outcome endpoints.0.tls.version endpoints.0.tls.cipher" },
	{ 's', "endpoints.0.tls.group endpoints.0.tls.alert endpoints.0.tls.error" },
	{ 'b', "endpoints.0.tls.verified" },
	{ 's', "endpoints.0.tls.faults.0" },
	{ 's', "endpoints.0.tls.chain.0.subject endpoints.0.tls.chain.0.issuer" },
	{ 's', "endpoints.0.tls.chain.0.sans.0 endpoints.0.tls.chain.0.not_before" },
	{ 's', "endpoints.0.tls.chain.0.not_after endpoints.0.tls.chain.0.key" },
	{ 's', "endpoints.0.tls.chain.0.signature endpoints.0.tls.chain.0.sha256" },
	{ 's', "endpoints.0.tls.chain.0.spki_sha256" },
	{ 's', "endpoints.0.ehlo_tls.outcome endpoints.0.ehlo_tls.command" },
	{ 'l', "endpoints.0.ehlo_tls.lines endpoints.0.ehlo_tls.capabilities.AUTH" },
	{ 'i', "endpoints.0.ehlo_tls.code endpoints.0.quit.code" },
	{ 's', "endpoints.0.quit.outcome endpoints.0.not_reached.0.stage" },
	{ 's', "endpoints.0.not_reached.0.reason endpoints.0.transcript.0.from" },
	{ 's', "endpoints.0.transcript.0.text" },
	{ 'n', "endpoints.0.transcript.0.ms" },
	{ 'b', "endpoints.0.transcript.0.encrypted" },
};

/* The same, of a record with nothing in it but one endpoint that was not tried. */
static const struct {
	char type;
	const char *paths;
} contract_of_nothing[] = {
	{ 'l', "vantage.resolver dns.queries dns.mail_hosts" },
	{ '0', "endpoints.0.connect.errno endpoints.0.mode endpoints.0.first_bytes" },
	{ 's', "endpoints.0.connect.outcome endpoints.0.greeting.outcome" },
	{ 's', "endpoints.0.ehlo.outcome endpoints.0.quit.outcome" },
	{ 's', "endpoints.0.starttls.outcome endpoints.0.tls.outcome" },
	{ 's', "endpoints.0.ehlo_tls.outcome" },
	{ '0', "endpoints.0.greeting.code endpoints.0.enforcement endpoints.0.tls.alert" },
	{ '0', "endpoints.0.tls.error" },
	{ 'o', "endpoints.0.ehlo.capabilities" },
	{ 'l', "endpoints.0.greeting.lines endpoints.0.tls.faults endpoints.0.tls.chain" },
	{ 'l', "endpoints.0.not_reached endpoints.0.transcript" },
};

static bool is_type(const json_t *v, char type)
{
	switch (type) {
	case 's':
		return json_is_string(v);
	case 'n':
		return json_is_number(v);
	case 'i':
		return json_is_integer(v);
	case 'b':
		return json_is_boolean(v);
	case 'l':
		return json_is_array(v);
	case 'o':
		return json_is_object(v);
	default:
		return json_is_null(v);
	}
}

static void assert_types(const struct observation *o, const char *paths, char type)
{
	char *text = record_text(o);
	json_t *v = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	ck_assert_ptr_nonnull(v);
	while (*paths != '\0') {
		size_t n = strcspn(paths, " ");
		char *path = mem_strndup(paths, n);

		ck_assert_msg(is_type(member_at(v, path), type), "%s is not of type %c:\n%.4000s",
			      path, type, text);
		free(path);
		paths += n + (paths[n] == ' ');
	}
	json_decref(v);
	free(text);
}

START_TEST(contract_holds_for_a_full_record)
{
	struct observation o;

	fill(&o);
	assert_types(&o, contract[_i].paths, contract[_i].type);
	observation_clear(&o);
}
END_TEST

START_TEST(contract_holds_for_an_empty_record)
{
	struct observation o = { 0 };

	mem_append(&o.endpoints, &o.endpoint_count, sizeof *o.endpoints);
	assert_types(&o, contract_of_nothing[_i].paths, contract_of_nothing[_i].type);
	observation_clear(&o);
}
END_TEST

static const struct {
	const char *name;
	int64_t started_us, not_after;
	const char *started, *after;
} times[] = {
	{ "a moment with microseconds", INT64_C(1795413748123456), 1795413748,
	  "2026-11-23T06:02:28.123456Z", "2026-11-23T06:02:28Z" },
	{ "the epoch", 0, 0, "1970-01-01T00:00:00.000000Z", "1970-01-01T00:00:00Z" },
	{ "before the epoch", -1, -1, "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59Z" },
	{ "29 February", INT64_C(1709164800000001), 1709164800, "2024-02-29T00:00:00.000001Z",
	  "2024-02-29T00:00:00Z" },
	{ "beyond 2038, without an end (RFC 5280 4.1.2.5)", INT64_C(4102444800000000),
	  INT64_C(253402300799), "2100-01-01T00:00:00.000000Z", "9999-12-31T23:59:59Z" },
};

/* Of each year from 0 to 9999 its days in turn: the step is a prime number of seconds, about a week. */
START_TEST(dates_are_those_of_the_c_library)
{
	for (int64_t at = INT64_C(-62167219200); at <= INT64_C(253402300799); at += 604801) {
		time_t t = (time_t)at;
		char expect[64];
		struct json_writer w;
		struct buf b;
		struct tm tm;

		buf_init(&b, BUF_NO_LIMIT);
		json_writer_init(&w, &b);
		observation_json_write_time(&w, at * 1000000 + 7);
		ck_assert_ptr_nonnull(gmtime_r(&t, &tm));
		strftime(expect, sizeof expect, "-%m-%dT%H:%M:%S.000007Z\"", &tm);
		ck_assert_int_eq(strtol(buf_str(&b) + 1, NULL, 10), tm.tm_year + 1900);
		ck_assert_str_eq(buf_str(&b) + strlen("\"0000"), expect);
		buf_clear(&b);
	}
}
END_TEST

START_TEST(time_is_written_and_read)
{
	struct observation o, back;
	struct err e = { "" };
	char *text;

	fill(&o);
	o.started_at_us = times[_i].started_us;
	o.endpoints[0].tls.chain[0].not_after = times[_i].not_after;
	text = record_text(&o);
	ck_assert_msg(strstr(text, times[_i].started) != NULL, "%s: %.4000s", times[_i].name, text);
	ck_assert_msg(strstr(text, times[_i].after) != NULL, "%s: %.4000s", times[_i].name, text);
	ck_assert_msg(observation_json_read(&back, text, strlen(text), &e), "%s: %s",
		      times[_i].name, e.msg);
	ck_assert_msg(observation_equal(&o, &back), "%s", times[_i].name);
	free(text);
	observation_clear(&o);
	observation_clear(&back);
}
END_TEST

/* ---- hostile text ---------------------------------------------------------------------------- */

static const struct {
	const char *name, *bytes;
	size_t n;
} wire[] = {
#define WIRE(name, bytes) { name, bytes, sizeof bytes - 1 }
	WIRE("escape sequences", "220 \x1b[2J\x1b]0;owned\x07"),
	WIRE("NUL", "220 a\0b"),
	WIRE("bytes that are no UTF-8", "220 \xFF\xFE\x80\xC3"),
	WIRE("a text that looks like an escape", "220 \\x1B \\x41 \\\\x41"),
	WIRE("quotes and JSON", "220 \"},{\"x\":\"\\u001b\"}"),
	WIRE("right-to-left override, zero width", "220 \xE2\x80\xAE gpj.exe \xE2\x80\x8B"),
	WIRE("C1 controls and line separators", "\xC2\x9B" "2J\xE2\x80\xA8\xE2\x80\xA9"),
	WIRE("real words in many scripts", "220 \xC3\xA9\xD0\xB6\xE4\xB8\xAD\xF0\x9F\x93\xA7"),
	WIRE("an overlong slash, a surrogate", "\xC0\xAF \xED\xA0\x80"),
	WIRE("a lone backslash at the end", "220 \\"),
#undef WIRE
};

static void put_text(void *arg, const struct field *f)
{
	static unsigned nth;
	char **text = f->at, *old;

	if (f->kind != FIELD_TEXT && f->kind != FIELD_NAME)
		return;
	old = *text;
	*text = strcmp(f->name, "keyword") == 0 ? mem_printf("%s%u", (char *)arg, nth++)
						: mem_strdup(arg);
	free(old);
}

START_TEST(hostile_text_comes_back_as_it_was_recorded)
{
	char *printable = printable_dup(wire[_i].bytes, wire[_i].n), *text;
	struct observation o, back;
	struct err e = { "" };
	struct buf bytes;

	fill(&o);
	observation_fields_walk(&o, put_text, printable);
	text = record_text(&o);
	for (const char *s = text; *s != '\0'; s++)
		ck_assert_msg((unsigned char)*s >= 0x20 && *s != 0x7F, "%s: a control",
			      wire[_i].name);
	ck_assert_msg(observation_json_read(&back, text, strlen(text), &e), "%s: %s", wire[_i].name,
		      e.msg);
	ck_assert_msg(observation_equal(&o, &back), "%s: different:\n%.4000s", wire[_i].name, text);
	buf_init(&bytes, BUF_NO_LIMIT);
	printable_decode(&bytes, back.endpoints[0].first_bytes);
	ck_assert_msg(bytes.len == wire[_i].n &&
			      memcmp(bytes.data, wire[_i].bytes, wire[_i].n) == 0,
		      "%s: the wire bytes are lost", wire[_i].name);
	buf_clear(&bytes);
	free(text);
	free(printable);
	observation_clear(&o);
	observation_clear(&back);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("record as JSON");
	TCase *writer = tcase_create("writer");
	TCase *form = tcase_create("contract");

	tcase_add_loop_test(writer, string_is_written, 0, COUNT(strings));
	tcase_add_loop_test(writer, duration_is_written, 0, COUNT(durations));
	tcase_add_test(writer, commas_come_by_themselves);
	suite_add_tcase(s, writer);
	tcase_add_loop_test(form, contract_holds_for_a_full_record, 0, COUNT(contract));
	tcase_add_loop_test(form, contract_holds_for_an_empty_record, 0,
			    COUNT(contract_of_nothing));
	tcase_add_loop_test(form, time_is_written_and_read, 0, COUNT(times));
	tcase_add_test(form, dates_are_those_of_the_c_library);
	tcase_add_loop_test(form, hostile_text_comes_back_as_it_was_recorded, 0, COUNT(wire));
	suite_add_tcase(s, form);
	return run_suite(s);
}
