/* SPDX-License-Identifier: MIT
 *
 * What requests for /probe are taken for, and which are refused, with which status and sentence. The
 * server around it is tested by tests/cli/exporter.sh. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "exporter/exporter_metrics.h"
#include "exporter/probe_request.h"
#include "obs_build.h"
#include "runner.h"

/* Two named targets, a pattern, and a module that names a port. */
static const char *const usual[] = { "smtpprobe", "--listen", ":0", "--allow", "*.Example.com", "mx.test",
				     "192.0.2.9:2525", "--timeout", "60", "--expect", "26: open", NULL };
static const char *const strict[] = { "smtpprobe", "--listen", ":0", "--port", "25,587", "--fail-on",
				      "warning", "--timeout", "5", "mx.test", NULL };

static void read_options(struct options *o, const char *const *words)
{
	struct err e = { "" };
	int n = 0;

	while (words[n] != NULL)
		n++;
	ck_assert_msg(options_parse(o, n, (char **)(uintptr_t)words, &e), "%s", e.msg);
	*(struct module *)mem_append(&o->modules, &o->module_count, sizeof(struct module)) =
		(struct module){ .name = mem_strdup("mail") };
	ck_assert(expect_parse(&o->modules[0].expected, "2587: open", &e));
}

/* clang-format off */
static const struct request_case {
	const char *name;
	const char *const *words;
	const char *timeout;
	const char *parameters[6];     /* name, value */
	unsigned status;
	const char *fact;              /* of the sentence, or of the request as a text */
} cases[] = {
	{"a named target", usual, NULL, {"target", "mx.test"}, 0,
	 "mx.test:0 ports=25,465,587,26 expected=1 findings=0 debug=0 limit=60000000"},
	{"its case does not matter", usual, NULL, {"target", "MX.Test"}, 0, "mx.test:0 "},
	{"a target that fits the pattern", usual, NULL, {"target", "a.b.example.com"}, 0, "a.b.example.com:0 "},
	{"a port that is probed", usual, NULL, {"target", "a.example.com:587"}, 0, "a.example.com:587 "},
	{"a port that is expected", usual, NULL, {"target", "mx.test:26"}, 0, "mx.test:26 "},
	{"a scheme", usual, NULL, {"target", "smtps://mx.test"}, 0, "mx.test:465 "},
	{"a target that is named with its port", usual, NULL, {"target", "192.0.2.9:2525"}, 0, "192.0.2.9:2525 "},
	{"a module", usual, NULL, {"target", "mx.test", "module", "mail"}, 0,
	 "mx.test:0 ports=25,465,587,26,2587 expected=1 findings=0 "},
	{"--port keeps the ports of a module away", strict, NULL, {"target", "mx.test", "module", "mail"}, 0,
	 "ports=25,587 expected=1 findings=1 "},
	{"findings count without expectations", strict, NULL, {"target", "mx.test"}, 0, "expected=0 findings=1 "},
	{"debug", usual, NULL, {"debug", "true", "target", "mx.test"}, 0, "debug=1"},
	{"no debug", usual, NULL, {"debug", "false", "target", "mx.test"}, 0, "debug=0"},
	{"half a second less than the scraper waits", usual, "10", {"target", "mx.test"}, 0, "limit=9500000"},
	{"half of a time that is short", usual, "0.8", {"target", "mx.test"}, 0, "limit=400000"},
	{"the shorter of both limits", strict, "10", {"target", "mx.test"}, 0, "limit=5000000"},
	{"no parameters", usual, NULL, {NULL}, 400, "the parameter target is missing"},
	{"no target", usual, NULL, {"module", "mail"}, 400, "the parameter target is missing"},
	{"an empty target", usual, NULL, {"target", ""}, 400, "the parameter target is empty"},
	{"two targets", usual, NULL, {"target", "mx.test", "target", "mx.test"}, 400, "target is given twice"},
	{"a target that is none", usual, NULL, {"target", "mx.test:x"}, 400, "mx.test:x"},
	{"a control character", usual, NULL, {"target", "mx.test\x01.example.com"}, 400, "\\x01"},
	{"another parameter", usual, NULL, {"target", "mx.test", "port", "25"}, 400, "there is no parameter \"port\""},
	{"its name is made harmless", usual, NULL, {"\033[2J", "1"}, 400, "\"\\x1B[2J\""},
	{"another module", usual, NULL, {"target", "mx.test", "module", "male"}, 400, "there is no module \"male\""},
	{"an empty module", usual, NULL, {"target", "mx.test", "module", ""}, 400, "there is no module \"\""},
	{"debug in another word", usual, NULL, {"target", "mx.test", "debug", "yes"}, 400, "true or false"},
	{"a time that is none", usual, "soon", {"target", "mx.test"}, 400, "no number of seconds: \"soon\""},
	{"no time at all", usual, "0", {"target", "mx.test"}, 400, "no number of seconds: \"0\""},
	{"a target that is not allowed", usual, NULL, {"target", "example.com"}, 403, "may not be probed"},
	{"a name that only ends like it", usual, NULL, {"target", "evilexample.com"}, 403, "may not be probed"},
	{"another port of a named target", usual, NULL, {"target", "mx.test:22"}, 403, "may not be probed"},
	{"another port of one that fits", usual, NULL, {"target", "a.example.com:22"}, 403, "port 22 may not"},
	{"a named target without its port", usual, NULL, {"target", "192.0.2.9"}, 403, "may not be probed"},
	{"the port of a module that is not asked for", usual, NULL, {"target", "a.example.com:2587"}, 403, "port 2587"},
};
/* clang-format on */

static void describe(struct buf *to, const struct probe_request *r)
{
	buf_addf(to, "%s:%u ports", r->target.name, r->target.port);
	for (size_t i = 0; i < r->port_count; i++)
		buf_addf(to, "%c%u", i == 0 ? '=' : ',', r->ports[i]);
	buf_addf(to, " expected=%zu findings=%d debug=%d limit=%lld", r->expected->count, r->findings_count,
		 r->debug, (long long)r->limit_us);
}

START_TEST(a_request_is_taken_or_refused)
{
	const struct request_case *c = &cases[_i];
	struct http_request q = { .scrape_timeout = (char *)(uintptr_t)c->timeout };
	struct probe_request r;
	struct options o;
	struct err e = { "" };
	struct buf facts;

	read_options(&o, c->words);
	for (size_t i = 0; i + 1 < COUNT(c->parameters) && c->parameters[i] != NULL; i += 2)
		q.parameters[q.parameter_count++] = (struct http_parameter){
			(char *)(uintptr_t)c->parameters[i], (char *)(uintptr_t)c->parameters[i + 1] };
	buf_init(&facts, BUF_NO_LIMIT);
	ck_assert_msg(probe_request_read(&r, &o, &q, &e) == c->status, "%s: %s", c->name, e.msg);
	if (c->status == 0) {
		describe(&facts, &r);
		probe_request_clear(&r);
	} else {
		buf_adds(&facts, e.msg);
	}
	ck_assert_msg(strstr(buf_str(&facts), c->fact) != NULL, "%s: no '%s' in '%s'", c->name, c->fact,
		      buf_str(&facts));
	buf_clear(&facts);
	options_clear(&o);
}
END_TEST

START_TEST(more_parameters_than_are_kept_are_refused)
{
	struct http_request q = { .parameter_count = HTTP_PARAMETERS + 1 };
	struct probe_request r;
	struct options o;
	struct err e = { "" };

	read_options(&o, usual);
	ck_assert_uint_eq(probe_request_read(&r, &o, &q, &e), 400);
	options_clear(&o);
}
END_TEST

static char *probe_metrics(const struct observation *o)
{
	struct report_target t = { .o = o, .findings_count = true, .fail_on = SEVERITY_PROBLEM };
	struct diagnosis d;
	struct buf b;

	diagnose(&d, o);
	t.d = &d;
	buf_init(&b, BUF_NO_LIMIT);
	exporter_probe_metrics(&b, &t);
	diagnosis_clear(&d);
	return buf_take(&b);
}

START_TEST(the_first_certificate_to_end_is_told)
{
	struct observation o;
	char *got;

	memset(&o, 0, sizeof o);
	build_healthy_host(&o);
	got = probe_metrics(&o);
	ck_assert_ptr_nonnull(strstr(got, "\nprobe_success 1\n"));
	ck_assert_ptr_nonnull(strstr(got, "\nprobe_ssl_earliest_cert_expiry "));
	free(got);
	for (size_t i = 0; i < o.endpoint_count; i++)
		o.endpoints[i].tls.outcome = OUT_REFUSED;
	got = probe_metrics(&o);
	ck_assert_ptr_null(strstr(got, "probe_ssl_earliest_cert_expiry"));
	free(got);
	observation_clear(&o);
}
END_TEST

START_TEST(counts_are_told_under_one_head_each)
{
	const struct exporter_counts c = { .running = 3, .waiting = 5, .running_most = 64, .waiting_most = 512,
					   .probes = { 7, 11 }, .refused = { 13, 17, 19 } };
	static const char *const lines[] = {
		"\nsmtpprobe_exporter_probes_running 3\n", "\nsmtpprobe_exporter_probes_waiting 5\n",
		"\nsmtpprobe_exporter_probes_total{result=\"failure\"} 7\n",
		"\nsmtpprobe_exporter_probes_total{result=\"success\"} 11\n",
		"{reason=\"wrong\"} 13\n", "{reason=\"forbidden\"} 17\n", "{reason=\"busy\"} 19\n",
		"\nprocess_cpu_seconds_total ",
	};
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	exporter_metrics(&b, &c);
	for (size_t i = 0; i < COUNT(lines); i++)
		ck_assert_msg(strstr(buf_str(&b), lines[i]) != NULL, "no %s in %s", lines[i], buf_str(&b));
	buf_clear(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("exporter");
	TCase *requests = tcase_create("requests"), *metrics = tcase_create("metrics");

	tcase_add_loop_test(requests, a_request_is_taken_or_refused, 0, COUNT(cases));
	tcase_add_test(requests, more_parameters_than_are_kept_are_refused);
	suite_add_tcase(s, requests);
	tcase_add_test(metrics, the_first_certificate_to_end_is_told);
	tcase_add_test(metrics, counts_are_told_under_one_head_each);
	suite_add_tcase(s, metrics);
	return run_suite(s);
}
