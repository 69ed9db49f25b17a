/* SPDX-License-Identifier: MIT
 *
 * A run of probes:
 *   1. everything local is opened and checked, before a packet is sent;
 *   2. one job or several (jobs.h) take targets from their source, a bounded number at a time; with their
 *      first packets on the way the system's trust store is loaded (7 ms that the network hides);
 *   3. a finished target is judged in the thread of its job, and its report written by one at a time;
 *   4. Ctrl-C cuts what runs short, starts nothing more, and prints what is known. */
#include "app.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "baselines.h"
#include "exporter/http_service.h"
#include "jobs.h"
#include "list_progress.h"
#include "options/exit_code.h"
#include "outputs.h"
#include "progress.h"
#include "record/observation_file.h"

enum {
	GRACE_MS = 3000,     /* to end what is under way, of a list */
	FLUSH_MS = 100       /* after which a line of a list is written at the latest */
};

struct app {
	const struct options *options;
	app_judged_fn *judged;
	void *judged_to;
	struct done_targets *done;   /* NULL: no --resume */
	struct baselines *baselines; /* NULL: none */
	struct jobs *jobs;           /* NULL: records are replayed */
	struct list_progress *list_progress; /* NULL: no list */
	uv_timer_t flusher;          /* of a list */
	uint64_t began_ns;
	size_t asked;                /* targets */
	uv_mutex_t lock;             /* of what follows: targets are done in the threads of all jobs */
	struct outputs *outputs;
	struct progress *progress;
	struct err *err;
	size_t judged_count, by_status[STATUS_COUNT];
	size_t left_for_resume;
	bool stopping;               /* no more targets are begun */
	bool output_failed;
	bool found, unchecked;       /* what the exit status is made of */
};

/* ---- judging and printing ------------------------------------------------------------------- */

static void weigh(struct app *a, const struct report_target *t)
{
	enum report_weight w = report_weigh(t);

	a->found = a->found || w == REPORT_FOUND;
	a->unchecked = a->unchecked || w == REPORT_UNCHECKED;
}

/* With the lock. */
static void fail_output(struct app *a)
{
	a->output_failed = a->stopping = true;
	if (a->jobs != NULL)
		jobs_stop(a->jobs, 0);
}

/* With the lock. */
static void print(struct app *a, struct report_target *t, const struct expect_verdicts *expected)
{
	weigh(a, t);
	a->judged_count++;
	a->by_status[t->d->status]++;
	if (a->judged != NULL)
		a->judged(a->judged_to, t->o, t->d, expected);
	progress_hide(a->progress);
	if (!outputs_write(a->outputs, t, a->err))
		fail_output(a);
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
	uv_mutex_lock(&a->lock);
	if (!a->output_failed)
		print(a, &t, &expected);
	uv_mutex_unlock(&a->lock);
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

/* A list can be gone on with, so that a target that was cut short is left for then. */
static void on_done(void *to, const struct observation *o, bool cut)
{
	struct app *a = to;

	if (cut && outputs_can_be_resumed(a->outputs)) {
		uv_mutex_lock(&a->lock);
		a->left_for_resume++;
		uv_mutex_unlock(&a->lock);
	} else {
		judge_and_print(a, o);
	}
}

static void on_flush(uv_timer_t *timer)
{
	struct app *a = timer->data;

	uv_mutex_lock(&a->lock);
	if (!a->output_failed && !outputs_flush(a->outputs, a->err))
		fail_output(a);
	uv_mutex_unlock(&a->lock);
}

/* It does not hold the loop. */
static void flush_now_and_then(struct app *a)
{
	uv_timer_init(jobs_loop(a->jobs), &a->flusher);
	a->flusher.data = a;
	uv_timer_start(&a->flusher, on_flush, FLUSH_MS, FLUSH_MS);
	uv_unref((uv_handle_t *)&a->flusher);
}

static void on_all_done(void *to)
{
	struct app *a = to;

	if (a->options->input != NULL)
		uv_close((uv_handle_t *)&a->flusher, NULL);
	progress_free(a->progress);
	list_progress_free(a->list_progress);
	a->progress = NULL;
	a->list_progress = NULL;
}

/* Of a list, most of what is under way needs but a moment more. */
static void on_signal(void *to)
{
	struct app *a = to;

	uv_mutex_lock(&a->lock);
	a->stopping = true;
	uv_mutex_unlock(&a->lock);
	jobs_stop(a->jobs, outputs_can_be_resumed(a->outputs) ? GRACE_MS : 0);
}

/* With the lock. */
static void count(const struct app *a, struct list_counts *c)
{
	struct target_source_counts s;

	jobs_counts(a->jobs, &s);
	c->done = a->judged_count;
	c->in_flight = jobs_in_flight(a->jobs);
	c->lines = s.lines;
	c->all = s.all;
	memcpy(c->by_status, a->by_status, sizeof c->by_status);
}

static void on_count(void *arg, struct list_counts *c)
{
	struct app *a = arg;

	uv_mutex_lock(&a->lock);
	count(a, c);
	uv_mutex_unlock(&a->lock);
}

static void say_list(const struct app *a, waiting_fn *fn, void *to)
{
	struct list_counts c = { 0 };
	struct buf b;

	count(a, &c);
	buf_init(&b, BUF_NO_LIMIT);
	list_progress_say(&b, &c, (double)(uv_hrtime() - a->began_ns) / 1e9);
	fn(to, NULL, buf_str(&b));
	buf_clear(&b);
}

/* Of a list, how far it has got is of more use than whom it waits for. */
static void each_waiting(void *arg, waiting_fn *fn, void *to)
{
	const struct app *a = arg;

	if (a->options->input != NULL)
		say_list(a, fn, to);
	else
		jobs_waiting(a->jobs, fn, to);
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
	struct target_source_counts c;
	struct target_quote q;

	jobs_counts(a->jobs, &c);
	tell_what_is_left(a);
	if (c.excluded > 0)
		fprintf(stderr, "smtpprobe: %zu %s left out by --exclude\n", c.excluded,
			c.excluded == 1 ? "target was" : "targets were");
	if (c.wrong > 0)
		a->unchecked = true;
	a->asked = c.given + c.left + c.wrong;
	if (c.given + c.done == 0)
		a->unchecked = true; /* of this shard, or after the exclusions, there is nothing */
	return c.lines > 0 || a->options->target_count > 0 || a->stopping ||
	       err_set(a->err, "option --input: \"%s\" names no target; write one a line, such as "
		       "example.com", target_quote(&q, a->options->input));
}

/* False: e->msg says what this host, or the list of targets, lacks. */
static bool probe_all(struct app *a)
{
	bool fine;

	a->jobs = jobs_open(a->options, a->done, on_done, a, a->err);
	if (a->jobs == NULL)
		return false;
	a->began_ns = uv_hrtime();
	a->progress = progress_new(jobs_loop(a->jobs), &a->lock, each_waiting, a);
	if (a->options->input != NULL) {
		flush_now_and_then(a);
		a->list_progress = list_progress_new(jobs_loop(a->jobs), a->options->progress, on_count, a);
	}
	jobs_run(a->jobs, on_signal, on_all_done, a);
	fine = judge_source(a);
	jobs_close(a->jobs);
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
	uv_mutex_init(&a.lock);
	if (o->baseline != NULL && (a.baselines = baselines_read(o->baseline, e)) == NULL)
		goto out;
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
	uv_mutex_destroy(&a.lock);
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
