/* SPDX-License-Identifier: MIT
 *
 * Records read: what the reader takes and refuses, files of records, the stored records of
 * tests/data/obs, and that a report is a record. */
#include <glob.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "observation_equal.h"
#include "record/observation_file.h"
#include "record/observation_json.h"
#include "record_text.h"
#include "report/report.h"
#include "runner.h"

/* ---- what the reader takes and refuses --------------------------------------------------------
 */

#define START "{\"schema\":\"smtpprobe.report/1\",\"started_at\":\"2026-11-23T06:02:28.000000Z\","
#define TARGET "\"target\":{\"input\":\"a.test\",\"kind\":\"host\",\"name\":\"a.test\"}"
#define WITH(members) START TARGET "," members "}"
#define ENDPOINT(members)                                                                          \
	WITH("\"endpoints\":[{\"host\":\"a.test\",\"address\":\"192.0.2.1\",\"family\":\"ipv4\","  \
	     "\"port\":25,\"role\":\"relay\",\"connect\":{\"outcome\":\"ok\"}," members "}]")

static const struct {
	const char *name, *text, *says;
} refused[] = {
	{ "nothing", "", "not JSON" },
	{ "half an object", "{\"schema\":", "not JSON" },
	{ "text behind the object", START TARGET "} x", "not JSON" },
	{ "a list", "[]", "the record is not an object" },
	{ "a string", "\"smtpprobe.report/1\"", "not JSON" },
	{ "no schema", "{" TARGET "}", "schema is not \"smtpprobe.report/1\"" },
	{ "another schema", "{\"schema\":\"smtpprobe.report/2\"}", "schema is not" },
	{ "a schema that is a number", "{\"schema\":1}", "schema is not" },
	{ "a member twice", START TARGET "," TARGET "}", "duplicate" },
	{ "an escaped NUL", WITH("\"x\":\"a\\u0000\""), "not JSON" },
	{ "a lone surrogate", WITH("\"x\":\"\\ud800\""), "not JSON" },
	{ "bytes that are no UTF-8", WITH("\"x\":\"\xFF\""), "not JSON" },
	{ "no start", "{\"schema\":\"smtpprobe.report/1\"," TARGET "}", "started_at is missing" },
	{ "no target", START "\"endpoints\":[]}", "target is missing" },
	{ "target null", START "\"target\":null}", "target is not an object" },
	{ "target without name", START "\"target\":{\"input\":\"a\",\"kind\":\"host\"}}",
	  "target.name is missing" },
	{ "target whose name is null",
	  START "\"target\":{\"input\":\"a\",\"kind\":\"host\",\"name\":null}}",
	  "target.name is not a string" },
	{ "a kind of target that does not exist",
	  START "\"target\":{\"input\":\"a\",\"kind\":\"planet\",\"name\":\"a\"}}",
	  "target.kind is none of unknown, domain, host, address" },
	{ "a time without a zone",
	  "{\"schema\":\"smtpprobe.report/1\",\"started_at\":"
	  "\"2026-11-23T06:02:28.000000\"," TARGET "}",
	  "started_at is not a time" },
	{ "30 February",
	  "{\"schema\":\"smtpprobe.report/1\",\"started_at\":"
	  "\"2026-02-30T06:02:28.000000Z\"," TARGET "}",
	  "started_at is not a time" },
	{ "the 25th hour",
	  "{\"schema\":\"smtpprobe.report/1\",\"started_at\":"
	  "\"2026-02-20T25:02:28.000000Z\"," TARGET "}",
	  "started_at is not a time" },
	{ "a time that is a number",
	  "{\"schema\":\"smtpprobe.report/1\",\"started_at\":1," TARGET "}",
	  "started_at is not a time" },
	{ "a duration in words", WITH("\"duration_ms\":\"long\""), "duration_ms is not a number" },
	{ "a negative duration", WITH("\"duration_ms\":-1"), "duration_ms is not a number" },
	{ "an endless duration", WITH("\"duration_ms\":1e300"), "duration_ms is not a number" },
	{ "true in words", WITH("\"cut_short\":\"yes\""), "cut_short is neither true nor false" },
	{ "resolvers as one string", WITH("\"vantage\":{\"resolver\":\"127.0.0.1\"}"),
	  "vantage.resolver is not a list of strings" },
	{ "a resolver that is a number", WITH("\"vantage\":{\"resolver\":[\"a\",53]}"),
	  "vantage.resolver[1] is not a string" },
	{ "an rcode that does not exist",
	  WITH("\"dns\":{\"queries\":[{\"name\":\"a\",\"type\":\"A\",\"rcode\":\"BADVERS\"}]}"),
	  "dns.queries[0].rcode is none of" },
	{ "a question without its name",
	  WITH("\"dns\":{\"queries\":[{\"type\":\"A\",\"rcode\":\"NOERROR\"}]}"),
	  "dns.queries[0].name is missing" },
	{ "mail hosts as an object", WITH("\"dns\":{\"mail_hosts\":{}}"),
	  "dns.mail_hosts is not a list" },
	{ "a preference beyond 16 bits",
	  WITH("\"dns\":{\"mail_hosts\":[{\"name\":\"a\",\"source\":\"mx\","
	       "\"preference\":65536}]}"),
	  "dns.mail_hosts[0].preference is not a whole number from 0 to 65535" },
	{ "endpoints null", WITH("\"endpoints\":null"), "endpoints is not a list" },
	{ "an endpoint that is a string", WITH("\"endpoints\":[\"a\"]"),
	  "endpoints[0] is not an object" },
	{ "an endpoint without address", WITH("\"endpoints\":[{\"host\":\"a\"}]"),
	  "endpoints[0].address is missing" },
	{ "port with a fraction",
	  WITH("\"endpoints\":[{\"host\":\"a\",\"address\":\"b\",\"family\":\"ipv4\",\"port\":25.5}"
	      "]"),
	  "endpoints[0].port is not a whole number" },
	{ "port below 0",
	  WITH("\"endpoints\":[{\"host\":\"a\",\"address\":\"b\",\"family\":\"ipv4\","
	       "\"port\":-1}]"),
	  "endpoints[0].port is not a whole number" },
	{ "a mode that does not exist", ENDPOINT("\"mode\":\"ssl\""),
	  "endpoints[0].mode is none of null" },
	{ "greeting null", ENDPOINT("\"greeting\":null"),
	  "endpoints[0].greeting is not an object" },
	{ "greeting without outcome", ENDPOINT("\"greeting\":{}"),
	  "endpoints[0].greeting.outcome is missing" },
	{ "a code of four digits", ENDPOINT("\"greeting\":{\"outcome\":\"ok\",\"code\":2200}"),
	  "endpoints[0].greeting.code is not a reply code" },
	{ "a flaw that does not exist",
	  ENDPOINT("\"greeting\":{\"outcome\":\"ok\",\"flaws\":[\"nul\",\"rude\"]}"),
	  "endpoints[0].greeting.flaws[1] is none of" },
	{ "a command that is neither",
	  ENDPOINT("\"ehlo\":{\"outcome\":\"ok\",\"command\":\"LHLO\"}"),
	  "endpoints[0].ehlo.command is none of EHLO, HELO" },
	{ "capabilities as a list", ENDPOINT("\"ehlo\":{\"outcome\":\"ok\",\"capabilities\":[]}"),
	  "endpoints[0].ehlo.capabilities is not an object" },
	{ "a capability without a list",
	  ENDPOINT("\"ehlo\":{\"outcome\":\"ok\",\"capabilities\":{\"SIZE\":\"1\"}}"),
	  "endpoints[0].ehlo.capabilities[0] is not a list of strings" },
	{ "two keywords with one printable form",
	  ENDPOINT("\"ehlo\":{\"outcome\":\"ok\","
		   "\"capabilities\":{\"\\u001b\":[],\"\\\\x1B\":[]}}"),
	  "endpoints[0].ehlo.capabilities[1] is a keyword for the second time" },
	{ "a certificate's time with a fraction",
	  ENDPOINT("\"tls\":{\"outcome\":\"ok\",\"chain\":[{\"not_after\":\"2026-11-23T06:02:28."
		  "5Z\"}]}"),
	  "endpoints[0].tls.chain[0].not_after is not a time" },
	{ "a fault that does not exist",
	  ENDPOINT("\"tls\":{\"outcome\":\"ok\",\"faults\":[\"ugly\"]}"),
	  "endpoints[0].tls.faults[0] is none of expired" },
	{ "a line of nobody", ENDPOINT("\"transcript\":[{\"from\":\"proxy\",\"text\":\"\"}]"),
	  "endpoints[0].transcript[0].from is none of client, server" },
	{ "a stage that does not exist",
	  ENDPOINT("\"not_reached\":[{\"stage\":\"data\",\"reason\":\"\"}]"),
	  "endpoints[0].not_reached[0].stage is none of" },
};

START_TEST(bad_record_is_refused)
{
	struct observation o;
	struct err e = { "" };

	memset(&o, 0x5A, sizeof o);
	ck_assert_msg(!observation_json_read(&o, refused[_i].text, strlen(refused[_i].text), &e),
		      "%s: taken", refused[_i].name);
	ck_assert_msg(strstr(e.msg, refused[_i].says) != NULL, "%s: says: %s", refused[_i].name,
		      e.msg);
	ck_assert_msg(memcmp(&o, &(struct observation){ 0 }, sizeof o) == 0, "%s: not empty",
		      refused[_i].name);
}
END_TEST

START_TEST(list_without_end_is_refused)
{
	struct observation o;
	struct err e = { "" };
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	buf_adds(&b, START TARGET ",\"vantage\":{\"resolver\":[\"\"");
	for (int i = 0; i < 65536; i++)
		buf_adds(&b, ",\"\"");
	buf_adds(&b, "]}}");
	ck_assert(!observation_json_read(&o, buf_str(&b), b.len, &e));
	ck_assert_msg(strstr(e.msg, "vantage.resolver has more than 65536") != NULL, "%s", e.msg);
	buf_clear(&b);
}
END_TEST

static const struct {
	const char *name, *text;
} taken[] = {
	{ "the least", START TARGET "}" },
	{ "members that are not known", WITH("\"weather\":{\"wind\":[1,2]},\"status\":\"ok\"") },
	{ "white space", " " START "\n\t" TARGET "\r\n} \n" },
	{ "an endpoint of which little is known", ENDPOINT("\"mode\":null") },
	{ "whole milliseconds", WITH("\"duration_ms\":12") },
	{ "null where there is none", ENDPOINT("\"enforcement\":null,\"first_bytes\":null") },
};

START_TEST(good_record_is_taken)
{
	struct observation o;
	struct err e = { "" };

	ck_assert_msg(observation_json_read(&o, taken[_i].text, strlen(taken[_i].text), &e),
		      "%s: %s", taken[_i].name, e.msg);
	ck_assert_str_eq(o.target.name, "a.test");
	observation_clear(&o);
}
END_TEST

START_TEST(text_of_a_file_cannot_drive_a_terminal)
{
	static const char text[] = START "\"target\":{\"input\":\"\\u001b[2J\\u202e\\\\x1b\","
					 "\"kind\":\"host\",\"name\":\"\xC2\x9B\xC3\xA9\"}}";
	struct observation o;
	struct err e = { "" };

	ck_assert_msg(observation_json_read(&o, text, strlen(text), &e), "%s", e.msg);
	ck_assert_str_eq(o.target.input, "\\x1B[2J\\xE2\\x80\\xAE\\x1B");
	ck_assert_str_eq(o.target.name, "\\xC2\\x9B\xC3\xA9");
	observation_clear(&o);
}
END_TEST

/* ---- files --------------------------------------------------------------------------------------
 */

static const struct {
	const char *name, *text;
	unsigned records;
	const char *says;   /* NULL: the file ends well */
} files[] = {
	{ "an empty file", "", 0, NULL },
	{ "white space", " \r\n\t\n", 0, NULL },
	{ "one line", START TARGET "}\n", 1, NULL },
	{ "one line without its end", START TARGET "}", 1, NULL },
	{ "two lines", START TARGET "}\n" START TARGET "}\n", 2, NULL },
	{ "objects with nothing between them", START TARGET "}" START TARGET "}", 2, NULL },
	{ "an object over several lines", START "\n  " TARGET "\n}\n\n" START TARGET "}\n\n", 2,
	 NULL },
	{ "the second is cut", START TARGET "}\n" START TARGET, 1, "not JSON" },
	{ "the second is no record", START TARGET "}\n{}\n", 1, "schema" },
	{ "text in between", START TARGET "}\nhello\n", 1, "not JSON" },
	{ "a comma in between", START TARGET "},\n", 1, "not JSON" },
	{ "a text file", "smtpprobe example.com\n", 0, "not JSON" },
};

START_TEST(file_is_read_record_by_record)
{
	FILE *f = tmpfile();
	struct observation o;
	struct err e = { "" };
	bool fine, end = false;
	unsigned records = 0;

	ck_assert(f != NULL && fputs(files[_i].text, f) >= 0);
	rewind(f);
	while ((fine = observation_file_read(f, &o, &end, &e)) && !end) {
		ck_assert_str_eq(o.target.name, "a.test");
		observation_clear(&o);
		ck_assert_msg(++records < 10, "%s: no end", files[_i].name);
	}
	fclose(f);
	ck_assert_msg(records == files[_i].records, "%s: %u records", files[_i].name, records);
	ck_assert_msg(fine == (files[_i].says == NULL), "%s: %s", files[_i].name, e.msg);
	if (files[_i].says != NULL)
		ck_assert_msg(strstr(e.msg, files[_i].says) != NULL, "%s: %s", files[_i].name,
			      e.msg);
}
END_TEST

START_TEST(directory_is_no_file_of_records)
{
	FILE *f = fopen("/", "r");
	struct observation o;
	struct err e = { "" };
	bool end = false;

	ck_assert_ptr_nonnull(f);
	ck_assert(!observation_file_read(f, &o, &end, &e));
	ck_assert_msg(strstr(e.msg, "directory") != NULL, "%s", e.msg);
	fclose(f);
}
END_TEST

/* ---- the stored records
 * -------------------------------------------------------------------------- */

static void stored_records(glob_t *g)
{
	const char *dir = getenv("top_srcdir");
	char *pattern = mem_printf("%s/tests/data/obs/*.json", dir != NULL ? dir : ".");

	ck_assert_int_eq(glob(pattern, 0, NULL, g), 0);
	ck_assert_uint_ge(g->gl_pathc, 8);
	free(pattern);
}

static void read_stored(const char *path, struct observation *o)
{
	FILE *f = fopen(path, "r");
	struct err e = { "" };
	bool end = false;

	ck_assert_ptr_nonnull(f);
	ck_assert_msg(observation_file_read(f, o, &end, &e) && !end, "%s: %s", path, e.msg);
	fclose(f);
}

START_TEST(stored_records_are_what_we_would_write)
{
	glob_t g;

	stored_records(&g);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		json_t *was = json_load_file(g.gl_pathv[i], JSON_REJECT_DUPLICATES, NULL), *is;
		struct observation o;
		char *text, *shown;

		ck_assert_ptr_nonnull(was);
		read_stored(g.gl_pathv[i], &o);
		text = record_text(&o);
		is = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		shown = json_dumps(is, JSON_INDENT(2));
		ck_assert_msg(json_equal(was, is), "%s is not\n%.4000s", g.gl_pathv[i], shown);
		free(shown);
		free(text);
		json_decref(was);
		json_decref(is);
		observation_clear(&o);
	}
	globfree(&g);
}
END_TEST

static void assert_keys(const json_t *report)
{
	static const char *const order[] = {
		"schema", "tool", "started_at", "duration_ms", "status",
	};
	json_t *copy = json_deep_copy(report);
	void *at = json_object_iter(copy);

	for (int i = 0; i < COUNT(order); i++, at = json_object_iter_next(copy, at))
		ck_assert_str_eq(json_object_iter_key(at), order[i]);
	json_decref(copy);
}

START_TEST(report_is_the_record_with_its_verdict)
{
	glob_t g;

	stored_records(&g);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		struct observation o, back;
		struct diagnosis d;
		struct err e = { "" };
		struct buf b;
		json_t *v;

		read_stored(g.gl_pathv[i], &o);
		diagnose(&d, &o);
		buf_init(&b, BUF_NO_LIMIT);
		report_one(&b, &report_json, &(struct report_style){ 0 }, &o, &d);
		ck_assert_msg(strchr(buf_str(&b), '\n') == buf_str(&b) + b.len - 1,
			      "%s: not one line", g.gl_pathv[i]);
		v = json_loads(buf_str(&b), JSON_REJECT_DUPLICATES, NULL);
		ck_assert_msg(v != NULL, "%s: no JSON", g.gl_pathv[i]);
		assert_keys(v);
		ck_assert(json_is_array(json_object_get(v, "findings")));
		ck_assert(json_is_array(json_object_get(v, "advice")));
		ck_assert_uint_eq(json_array_size(json_object_get(v, "findings")), d.finding_count);
		ck_assert_msg(observation_json_read(&back, buf_str(&b), b.len, &e), "%s: %s",
			      g.gl_pathv[i], e.msg);
		ck_assert_msg(observation_equal(&o, &back), "%s: different", g.gl_pathv[i]);
		json_decref(v);
		buf_clear(&b);
		diagnosis_clear(&d);
		observation_clear(&o);
		observation_clear(&back);
	}
	globfree(&g);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("records read");
	TCase *reader = tcase_create("reader");
	TCase *stored = tcase_create("files");

	tcase_add_loop_test(reader, bad_record_is_refused, 0, COUNT(refused));
	tcase_add_test(reader, list_without_end_is_refused);
	tcase_add_loop_test(reader, good_record_is_taken, 0, COUNT(taken));
	tcase_add_test(reader, text_of_a_file_cannot_drive_a_terminal);
	suite_add_tcase(s, reader);
	tcase_add_loop_test(stored, file_is_read_record_by_record, 0, COUNT(files));
	tcase_add_test(stored, directory_is_no_file_of_records);
	tcase_add_test(stored, stored_records_are_what_we_would_write);
	tcase_add_test(stored, report_is_the_record_with_its_verdict);
	suite_add_tcase(s, stored);
	return run_suite(s);
}
