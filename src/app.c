/* SPDX-License-Identifier: MIT
 *
 * A run of probes:
 *   1. everything local is opened and checked, before a packet is sent;
 *   2. targets are taken from their source and started, a bounded number at a time; with their first
 *      packets on the way the system's trust store is loaded (7 ms that the network hides);
 *   3. a finished target is judged, and its report written;
 *   4. Ctrl-C cuts what runs short, starts nothing more, and prints what is known. */
#include "app.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "baselines.h"
#include "engine.h"
#include "exporter/http_service.h"
#include "list_progress.h"
#include "options/exit_code.h"
#include "outputs.h"
#include "progress.h"
#include "record/observation_file.h"
#include "target_source.h"

enum {
	STARTS_AT_ONCE = 32,   /* targets begun before the loop sees to those under way again */
	START_MS = 1,
	CROWDED_MS = 50,
	GRACE_MS = 3000        /* to end what is under way, of a list */
};

/* One target, from its start until its report is written. */
struct run {
	struct app *app;
	struct run *next;           /* in the order of the starts */
	struct target target;
	struct target_probe *probe; /* NULL: it is done */
	bool cut;                   /* by a signal */
	struct observation done;
};

struct app {
	const struct options *options;
	struct engine engine;
	struct progress *progress;
	struct list_progress *list_progress; /* NULL: no list */
	uint64_t began_ns;
	size_t judged_count, by_status[STATUS_COUNT];
	struct outputs *outputs;
	struct baselines *baselines; /* NULL: none */
	app_judged_fn *judged;
	void *judged_to;
	struct err *err;
	bool stopping; /* no more targets are started */
	bool output_failed;
	bool found, unchecked; /* what the exit status is made of */
	size_t asked; /* targets */
	struct done_targets *done; /* NULL: no --resume */
	struct target_source *source;
	bool source_ended;
	uv_timer_t starter;
	struct run *first, **last;
	size_t in_flight; /* runs in the list */
	size_t left_for_resume;
};

/* ---- judging and printing ------------------------------------------------------------------- */

static void weigh(struct app *a, const struct report_target *t)
{
	enum report_weight w = report_weigh(t);

	a->found = a->found || w == REPORT_FOUND;
	a->unchecked = a->unchecked || w == REPORT_UNCHECKED;
}

static void judge_and_print(struct app *a, const struct observation *o)
{
	struct report_target t = { .o = o, .fail_on = a->options->fail_on,
				   .findings_count = a->options->findings_count };
	struct baseline_changes changes = { 0 };
	struct expect_verdicts expected;
	struct diagnosis d;

	diagnose(&d, o);
	expect_judge(&expected, &a->options->expected, o, &d);
	t.d = &d;
	t.expected = expected.count > 0 ? &expected : NULL;
	if (a->baselines != NULL) {
		baseline_compare(&changes, baselines_find(a->baselines, o), o);
		t.changes = &changes;
	}
	weigh(a, &t);
	a->judged_count++;
	a->by_status[d.status]++;
	if (a->judged != NULL)
		a->judged(a->judged_to, o, &d, &expected);
	progress_hide(a->progress);
	if (!outputs_write(a->outputs, &t, a->err))
		a->output_failed = a->stopping = true;
	baseline_changes_clear(&changes);
	expect_verdicts_clear(&expected);
	diagnosis_clear(&d);
}

static int exit_status(const struct app *a)
{
	if (a->output_failed)
		return EXIT_INTERNAL;
	if (a->stopping)
		return EXIT_UNCHECKED;
	return a->found ? EXIT_FOUND : a->unchecked ? EXIT_UNCHECKED : EXIT_FINE;
}

/* ---- running -------------------------------------------------------------------------------- */

static void start_more(struct app *a);

static void drop_run(struct app *a, struct run **at)
{
	struct run *r = *at;

	*at = r->next;
	if (a->last == &r->next)
		a->last = at;
	a->in_flight--;
	observation_clear(&r->done);
	target_clear(&r->target);
	free(r);
}

/* A list can be gone on with, so that a target that was cut short is left for then. */
static bool is_left_for_resume(struct app *a, const struct run *r)
{
	if (!r->cut || !outputs_can_be_resumed(a->outputs))
		return false;
	a->left_for_resume++;
	return true;
}

/* Those of the command line in their order, a list of --input as they finish: the slowest of a million
 * must not hold the others back. */
static void print_what_is_done(struct app *a)
{
	bool in_order = a->options->input == NULL;

	for (struct run **at = &a->first; *at != NULL;) {
		struct run *r = *at;

		if (r->probe == NULL) {
			if (!a->output_failed && !is_left_for_resume(a, r))
				judge_and_print(a, &r->done);
			drop_run(a, at);
		} else if (in_order) {
			return;
		} else {
			at = &r->next;
		}
	}
}

static void end_if_done(struct app *a)
{
	if (a->in_flight > 0 || !(a->stopping || a->source_ended))
		return;
	progress_free(a->progress);
	list_progress_free(a->list_progress);
	a->progress = NULL;
	a->list_progress = NULL;
	if (!uv_is_closing((uv_handle_t *)&a->starter))
		uv_close((uv_handle_t *)&a->starter, NULL);
}

static void on_done(void *owner, struct target_probe *p)
{
	struct run *r = owner;
	struct app *a = r->app;

	engine_take(p, &r->done);
	r->probe = NULL;
	print_what_is_done(a);
	start_more(a);
	end_if_done(a);
}

static void start(struct app *a, struct target *t)
{
	struct run *r = mem_zalloc(1, sizeof *r);

	r->app = a;
	r->target = *t;
	*a->last = r;
	a->last = &r->next;
	a->in_flight++;
	r->probe = target_probe_new(&a->engine.settings, &r->target, on_done, r);
}

static void on_starter(uv_timer_t *timer)
{
	start_more(timer->data);
	end_if_done(timer->data);
}

/* Where connections wait already, more targets would only wait with them, while their time runs. */
static void start_more(struct app *a)
{
	bool crowded = conn_gate_crowded(a->engine.settings.gate);
	struct target t;

	for (unsigned n = 0; n < STARTS_AT_ONCE && !crowded; n++) {
		if (a->stopping || a->source_ended || a->in_flight >= a->options->concurrency)
			return;
		switch (target_source_next(a->source, &t)) {
		case SUPPLY_TARGET:
			start(a, &t);
			break;
		case SUPPLY_LATER:
			return;
		case SUPPLY_END:
			a->source_ended = true;
			return;
		}
	}
	if (!a->stopping && !a->source_ended && a->in_flight < a->options->concurrency)
		uv_timer_start(&a->starter, on_starter, crowded ? CROWDED_MS : START_MS, 0);
}

static void on_more(void *to)
{
	start_more(to);
	end_if_done(to);
}

static void cut_all(struct app *a)
{
	for (struct run *r = a->first; r != NULL; r = r->next)
		if (r->probe != NULL) {
			r->cut = true;
			target_probe_cut(r->probe);
		}
}

static void on_grace_over(uv_timer_t *timer)
{
	cut_all(timer->data);
}

/* Of a list, most of what is under way needs but a moment more. */
static void on_signal(void *to)
{
	struct app *a = to;

	a->stopping = true;
	if (outputs_can_be_resumed(a->outputs) && a->in_flight > 0)
		uv_timer_start(&a->starter, on_grace_over, GRACE_MS, 0);
	else
		cut_all(a);
	end_if_done(a);
}

static void count(void *arg, struct list_counts *c)
{
	const struct app *a = arg;
	const struct target_source_counts *s = target_source_counts(a->source);

	c->done = a->judged_count;
	c->in_flight = a->in_flight;
	c->lines = s->lines;
	c->all = s->all;
	memcpy(c->by_status, a->by_status, sizeof c->by_status);
}

static void say_list(const struct app *a, waiting_fn *fn, void *to)
{
	struct list_counts c = { 0 };
	struct buf b;

	count((void *)(uintptr_t)a, &c);
	buf_init(&b, BUF_NO_LIMIT);
	list_progress_say(&b, &c, (double)(uv_hrtime() - a->began_ns) / 1e9);
	fn(to, NULL, buf_str(&b));
	buf_clear(&b);
}

/* Of a list, how far it has got is of more use than whom it waits for. */
static void each_waiting(void *arg, waiting_fn *fn, void *to)
{
	const struct app *a = arg;

	if (a->options->input != NULL) {
		say_list(a, fn, to);
		return;
	}
	for (const struct run *r = a->first; r != NULL; r = r->next)
		if (r->probe != NULL)
			target_probe_waiting(r->probe, fn, to);
}

static void tell_what_is_left(const struct app *a)
{
	if (!a->stopping || a->output_failed || !outputs_can_be_resumed(a->outputs))
		return;
	fprintf(stderr, "smtpprobe: stopped; %zu targets were under way and have no record: the same command "
		"with --resume goes on\n", a->left_for_resume);
}

/* What was passed over was not tested. */
static bool judge_source(struct app *a)
{
	const struct target_source_counts *c = target_source_counts(a->source);
	struct target_quote q;

	tell_what_is_left(a);
	if (c->excluded > 0)
		fprintf(stderr, "smtpprobe: %zu %s left out by --exclude\n", c->excluded,
			c->excluded == 1 ? "target was" : "targets were");
	if (c->wrong > 0)
		a->unchecked = true;
	a->asked = c->given + c->left + c->wrong;
	if (c->given + c->done == 0)
		a->unchecked = true; /* of this shard, or after the exclusions, there is nothing */
	return c->lines > 0 || a->options->target_count > 0 || a->stopping ||
	       err_set(a->err, "option --input: \"%s\" names no target; write one a line, such as "
		       "example.com", target_quote(&q, a->options->input));
}

/* False: e->msg says what this host, or the list of targets, lacks. */
static bool probe_all(struct app *a)
{
	struct engine *g = &a->engine;
	bool fine;

	if (!engine_open(g, a->options, a->err))
		return false;
	a->last = &a->first;
	a->source = target_source_open(&g->loop, a->options, a->done, on_more, a, a->err);
	if (a->source == NULL) {
		engine_close(g);
		return false;
	}
	uv_timer_init(&g->loop, &a->starter);
	a->starter.data = a;
	a->began_ns = uv_hrtime();
	a->progress = progress_new(&g->loop, each_waiting, a);
	if (a->options->input != NULL)
		a->list_progress = list_progress_new(&g->loop, a->options->progress, count, a);
	start_more(a);
	end_if_done(a);
	engine_run(g, on_signal, a);
	fine = judge_source(a);
	target_source_close(a->source);
	engine_close(g);
	return fine;
}

/* ---- replaying ------------------------------------------------------------------------------ */

static bool replay_all(struct app *a)
{
	const char *name = a->options->replay;
	FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
	struct observation o;
	struct err why;
	size_t records = 0;
	bool fine = true, end = false;

	if (f == NULL)
		return err_set(a->err, "the record file %s cannot be read: %s", name,
			       strerror(errno));
	while (fine && !a->output_failed) {
		fine = observation_file_read(f, &o, &end, &why);
		if (!fine || end)
			break;
		records++;
		a->asked++;
		judge_and_print(a, &o);
		observation_clear(&o);
	}
	if (f != stdin)
		fclose(f);
	if (!fine)
		return err_set(a->err, "%s, record %zu: %s", name, records + 1, why.msg);
	if (records == 0)
		return err_set(a->err, "%s holds no record: expected the output of --output json",
			       name);
	return true;
}

/* ---- the interface -------------------------------------------------------------------------- */

int app_run_for(const struct options *o, app_judged_fn *judged, void *to, struct err *e)
{
	struct app a = {.options = o, .err = e, .judged = judged, .judged_to = to};
	int status = EXIT_USAGE;
	bool fine;

	e->msg[0] = '\0';
	if (o->baseline != NULL && (a.baselines = baselines_read(o->baseline, e)) == NULL)
		return EXIT_USAGE;
	if (o->resume && (a.done = done_targets_read(o->outputs[0].file, e)) == NULL)
		goto out;
	a.outputs = outputs_open(o, e);
	if (a.outputs == NULL)
		goto out;
	fine = o->replay != NULL ? replay_all(&a) : probe_all(&a);
	if (!outputs_close(a.outputs, a.asked, fine, e))
		a.output_failed = true;
	status = fine || a.output_failed ? exit_status(&a) : EXIT_USAGE;
out:
	done_targets_free(a.done);
	baselines_free(a.baselines);
	return status;
}

int app_run(const struct options *o)
{
	struct err e;
	int status = app_run_for(o, NULL, NULL, &e);

	if (e.msg[0] != '\0')
		fprintf(stderr, "smtpprobe: %s\n", e.msg);
	return status;
}

void app_version(FILE *to)
{
	fprintf(to, "smtpprobe %s (GnuTLS %s, c-ares %s, libuv %s, libmicrohttpd %s)\n", PACKAGE_VERSION,
		tls_context_library_version(), resolver_library_version(), uv_version_string(),
		http_service_library_version());
}
