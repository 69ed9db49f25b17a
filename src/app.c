/* SPDX-License-Identifier: MIT
 *
 * A run of probes:
 *   1. everything local is opened and checked, before a packet is sent;
 *   2. targets are started, a bounded number at a time; with their first packets on the way the
 *      system's trust store is loaded (7 ms that the network hides);
 *   3. a finished target is judged and its report kept until those before it are printed;
 *   4. Ctrl-C cuts what runs short, starts nothing more, and prints what is known. */
#include "app.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "baselines.h"
#include "engine.h"
#include "exporter/http_service.h"
#include "options/exit_code.h"
#include "outputs.h"
#include "progress.h"
#include "record/observation_file.h"

/* Targets probed at the same time: enough to hide slow ones, few enough for any laptop. */
enum { TARGETS_AT_ONCE = 16 };

struct app {
	const struct options *options;
	struct engine engine;
	struct progress *progress;
	struct outputs *outputs;
	struct baselines *baselines; /* NULL: none */
	app_judged_fn *judged;
	void *judged_to;
	struct err *err;
	bool stopping; /* no more targets are started */
	bool output_failed;
	bool found, unchecked; /* what the exit status is made of */
	size_t started, printed;
	struct run { /* one a target, in the order of the targets */
		struct app *app;
		struct target_probe *probe;
		struct observation *done;
	} * runs;
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

static void print_in_order(struct app *a)
{
	while (a->printed < a->started && a->runs[a->printed].done != NULL) {
		struct run *r = &a->runs[a->printed++];

		if (!a->output_failed)
			judge_and_print(a, r->done);
		observation_clear(r->done);
		free(r->done);
		r->done = NULL;
	}
}

static bool running(const struct app *a)
{
	return a->printed < a->started || (!a->stopping && a->started < a->options->target_count);
}

static void on_done(void *owner, struct target_probe *p)
{
	struct run *r = owner;
	struct app *a = r->app;

	r->done = mem_zalloc(1, sizeof *r->done);
	engine_take(p, r->done);
	r->probe = NULL;
	print_in_order(a);
	start_more(a);
	if (!running(a)) {
		progress_free(a->progress);
		a->progress = NULL;
	}
}

static void start_more(struct app *a)
{
	while (!a->stopping && a->started < a->options->target_count &&
	       a->started - a->printed < TARGETS_AT_ONCE) {
		struct run *r = &a->runs[a->started];

		r->app = a;
		r->probe = target_probe_new(&a->engine.settings, &a->options->targets[a->started], on_done,
					    r);
		a->started++;
	}
}

static void on_signal(void *to)
{
	struct app *a = to;

	a->stopping = true;
	for (size_t i = a->printed; i < a->started; i++)
		if (a->runs[i].probe != NULL)
			target_probe_cut(a->runs[i].probe);
}

static void each_waiting(void *arg, waiting_fn *fn, void *to)
{
	const struct app *a = arg;

	for (size_t i = a->printed; i < a->started; i++)
		if (a->runs[i].probe != NULL)
			target_probe_waiting(a->runs[i].probe, fn, to);
}

/* False: e->msg says what this host lacks. */
static bool probe_all(struct app *a)
{
	if (!engine_open(&a->engine, a->options, a->err))
		return false;
	a->progress = progress_new(&a->engine.loop, each_waiting, a);
	a->runs = mem_zalloc(a->options->target_count, sizeof *a->runs);
	start_more(a);
	engine_run(&a->engine, on_signal, a);
	free(a->runs);
	return true;
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
	bool fine;

	e->msg[0] = '\0';
	if (o->baseline != NULL && (a.baselines = baselines_read(o->baseline, e)) == NULL)
		return EXIT_USAGE;
	a.outputs = outputs_open(o, e);
	if (a.outputs == NULL) {
		baselines_free(a.baselines);
		return EXIT_USAGE;
	}
	fine = o->replay != NULL ? replay_all(&a) : probe_all(&a);
	if (!outputs_close(a.outputs, e))
		a.output_failed = true;
	baselines_free(a.baselines);
	return fine || a.output_failed ? exit_status(&a) : EXIT_USAGE;
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
