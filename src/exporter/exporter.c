/* SPDX-License-Identifier: MIT
 *
 * A request for a probe is a job: it waits for its turn, runs, and is answered. All of its time, the
 * waiting included, counts against the scraper's time-out, so that an answer finds somebody who still
 * listens. */
#include "exporter/exporter.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine.h"
#include "exporter/exporter_metrics.h"
#include "exporter/http_service.h"
#include "exporter/probe_request.h"
#include "options/exit_code.h"

enum {
	JOBS_RUNNING = 64, /* at once, each with a few connections */
	JOBS_WAITING = 512,
	LEAST_US = 100000, /* with less time than this left, a probe is not begun */
	TEXT_WIDTH = 80,
	/* RFC 9110 15 */
	OK = 200, NOT_FOUND = 404, METHOD_NOT_ALLOWED = 405, UNAVAILABLE = 503
};

static const char plain_text[] = "text/plain; charset=utf-8";

struct exporter {
	const struct options *options;
	struct engine engine;
	struct http_service *http;
	struct exporter_counts counts;
	struct job *first, **last; /* in the order of arrival, running and waiting */
	bool stopping;
};

struct job {
	struct exporter *exporter;
	struct http_exchange *exchange;
	struct probe_request request;
	struct probe_settings settings;
	struct target_probe *probe; /* NULL: it waits */
	uint64_t asked_ns;
	struct job *next;
};

/* ---- answers ---------------------------------------------------------------------------------- */

static void say(struct http_exchange *x, unsigned status, const char *sentence)
{
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	buf_addf(&b, "%s\n", sentence);
	http_answer(x, status, plain_text, &b);
}

static void refuse(struct exporter *p, struct http_exchange *x, unsigned status, const char *sentence)
{
	p->counts.refused[status == UNAVAILABLE ? REFUSED_BUSY :
			  status == 403 ? REFUSED_FORBIDDEN : REFUSED_WRONG]++;
	say(x, status, sentence);
}

static void add_report(struct buf *to, const struct job *j, const struct report_target *t)
{
	const struct report_style style = { .utf8 = true, .width = TEXT_WIDTH, .transcript = true };

	if (j->request.debug) {
		report_single(to, &report_text, &style, t);
		return;
	}
	exporter_probe_metrics(to, t);
	report_single(to, &report_prometheus, &style, t);
}

static void judge_and_answer(struct job *j, const struct observation *o)
{
	struct exporter *p = j->exporter;
	struct report_target t = { .o = o, .fail_on = p->options->fail_on,
				   .findings_count = j->request.findings_count };
	struct expect_verdicts expected;
	struct diagnosis d;
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	diagnose(&d, o);
	expect_judge(&expected, j->request.expected, o, &d);
	t.d = &d;
	t.expected = expected.count > 0 ? &expected : NULL;
	add_report(&b, j, &t);
	p->counts.probes[report_weigh(&t) == REPORT_FINE]++;
	http_answer(j->exchange, OK, j->request.debug ? plain_text : METRICS_CONTENT_TYPE, &b);
	expect_verdicts_clear(&expected);
	diagnosis_clear(&d);
}

/* ---- jobs ------------------------------------------------------------------------------------- */

static void start_more(struct exporter *p);

static void drop_job(struct job *j)
{
	struct exporter *p = j->exporter;
	struct job **at = &p->first;

	while (*at != j)
		at = &(*at)->next;
	*at = j->next;
	if (p->last == &j->next)
		p->last = at;
	probe_request_clear(&j->request);
	free(j);
}

static void on_done(void *owner, struct target_probe *probe)
{
	struct job *j = owner;
	struct exporter *p = j->exporter;
	struct observation o = { 0 };

	engine_take(probe, &o);
	p->counts.running--;
	if (p->stopping)
		refuse(p, j->exchange, UNAVAILABLE, "smtpprobe is being stopped");
	else
		judge_and_answer(j, &o);
	observation_clear(&o);
	drop_job(j);
	start_more(p);
}

static int64_t time_left_us(const struct job *j)
{
	return j->request.limit_us - (int64_t)((uv_hrtime() - j->asked_ns) / 1000);
}

/* A silent port must be told before the whole time is over. */
static void settle(struct job *j, int64_t left_us)
{
	struct probe_settings *s = &j->settings;

	*s = j->exporter->engine.settings;
	s->ports = j->request.ports;
	s->port_count = j->request.port_count;
	s->timeout_us = left_us;
	if (s->connect_us > left_us / 2)
		s->connect_us = left_us / 2;
}

static void start_job(struct job *j)
{
	struct exporter *p = j->exporter;
	int64_t left = time_left_us(j);

	p->counts.waiting--;
	if (left < LEAST_US) {
		refuse(p, j->exchange, UNAVAILABLE, "too many probes are under way: the time of this "
						    "request was over before its turn came");
		drop_job(j);
		return;
	}
	settle(j, left);
	p->counts.running++;
	j->probe = target_probe_new(&j->settings, &j->request.target, on_done, j);
}

static void start_more(struct exporter *p)
{
	for (struct job *j = p->first, *next; j != NULL && p->counts.running < JOBS_RUNNING; j = next) {
		next = j->next;
		if (j->probe == NULL)
			start_job(j);
	}
}

/* ---- requests --------------------------------------------------------------------------------- */

static void on_probe(struct exporter *p, struct http_exchange *x, const struct http_request *q)
{
	struct probe_request r;
	struct err e;
	unsigned status = probe_request_read(&r, p->options, q, &e);
	struct job *j;

	if (status != 0) {
		refuse(p, x, status, e.msg);
		return;
	}
	if (p->counts.waiting == JOBS_WAITING) {
		probe_request_clear(&r);
		refuse(p, x, UNAVAILABLE, "too many probes are under way or waiting");
		return;
	}
	j = mem_zalloc(1, sizeof *j);
	j->exporter = p;
	j->exchange = x;
	j->request = r;
	j->asked_ns = uv_hrtime();
	*p->last = j;
	p->last = &j->next;
	p->counts.waiting++;
	start_more(p);
}

static void on_metrics(struct exporter *p, struct http_exchange *x, const struct http_request *q)
{
	struct buf b;

	(void)q;
	buf_init(&b, BUF_NO_LIMIT);
	exporter_metrics(&b, &p->counts);
	http_answer(x, OK, METRICS_CONTENT_TYPE, &b);
}

static void on_healthz(struct exporter *p, struct http_exchange *x, const struct http_request *q)
{
	(void)p;
	(void)q;
	say(x, OK, "ok");
}

static void on_index(struct exporter *p, struct http_exchange *x, const struct http_request *q)
{
	static const char head[] =
		"<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>smtpprobe</title>\n"
		"<h1>smtpprobe " PACKAGE_VERSION "</h1>\n<ul>\n"
		"<li><a href=\"/metrics\">/metrics</a> of this process</li>\n"
		"<li><a href=\"/healthz\">/healthz</a></li>\n"
		"<li>/probe?target=HOST, then perhaps &amp;module=NAME, and &amp;debug=true for the text "
		"report</li>\n</ul>\n";
	struct buf b;

	(void)p;
	(void)q;
	buf_init(&b, BUF_NO_LIMIT);
	buf_adds(&b, head);
	http_answer(x, OK, "text/html; charset=utf-8", &b);
}

static const struct {
	const char *path;
	void (*answer)(struct exporter *, struct http_exchange *, const struct http_request *);
} pages[] = {
	{ "/probe", on_probe },
	{ "/metrics", on_metrics },
	{ "/healthz", on_healthz },
	{ "/", on_index },
};

static void on_asked(void *owner, struct http_exchange *x, const struct http_request *q)
{
	struct exporter *p = owner;

	if (p->stopping)
		refuse(p, x, UNAVAILABLE, "smtpprobe is being stopped");
	else if (strcmp(q->method, "GET") != 0 && strcmp(q->method, "HEAD") != 0)
		refuse(p, x, METHOD_NOT_ALLOWED, "only GET and HEAD are answered here");
	else {
		for (size_t i = 0; i < COUNT(pages); i++)
			if (strcmp(pages[i].path, q->path) == 0) {
				pages[i].answer(p, x, q);
				return;
			}
		refuse(p, x, NOT_FOUND, "there are /probe, /metrics and /healthz");
	}
}

/* ---- running ---------------------------------------------------------------------------------- */

static void on_signal(void *to)
{
	struct exporter *p = to;

	p->stopping = true;
	for (struct job *j = p->first, *next; j != NULL; j = next) {
		next = j->next;
		if (j->probe != NULL) {
			target_probe_cut(j->probe); /* on_done() answers */
			continue;
		}
		p->counts.waiting--;
		refuse(p, j->exchange, UNAVAILABLE, "smtpprobe is being stopped");
		drop_job(j);
	}
	http_service_close(p->http);
}

static void tell_address(const struct exporter *p)
{
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	http_service_address(p->http, &b);
	fprintf(stderr, "smtpprobe: listening at %s\n", buf_str(&b));
	buf_clear(&b);
}

static bool run(struct exporter *p, struct err *e)
{
	struct engine_share alone = { .of = 1, .groups = engine_groups_new(p->options) };

	if (!engine_open(&p->engine, p->options, &alone, e)) {
		conn_groups_free(alone.groups);
		return false;
	}
	p->http = http_service_new(&p->engine.loop, &p->options->listen, on_asked, p, e);
	if (p->http != NULL)
		tell_address(p);
	engine_run(&p->engine, on_signal, p);
	engine_close(&p->engine);
	conn_groups_free(alone.groups);
	return p->http != NULL;
}

int exporter_run(const struct options *o)
{
	struct exporter p = { .options = o, .counts = { .running_most = JOBS_RUNNING,
							.waiting_most = JOBS_WAITING } };
	struct err e;

	p.last = &p.first;
	if (run(&p, &e))
		return EXIT_FINE;
	fprintf(stderr, "smtpprobe: %s\n", e.msg);
	return EXIT_USAGE;
}
