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
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <uv.h>

#include "base/mem.h"
#include "baselines.h"
#include "net/resolver.h"
#include "net/syn.h"
#include "net/tls_context.h"
#include "options/exit_code.h"
#include "outputs.h"
#include "probe/target_probe.h"
#include "progress.h"
#include "record/observation_file.h"

/* Targets probed at the same time: enough to hide slow ones, few enough for any laptop. */
enum { TARGETS_AT_ONCE = 16 };

struct app {
	const struct options *options;
	struct probe_settings settings;
	unsigned tracing[FAMILY_COUNT];
	uv_loop_t loop;
	uv_signal_t interrupt, terminate;
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

static void weigh_findings(struct app *a, const struct diagnosis *d)
{
	if (!a->options->findings_count)
		return;
	if (d->status == STATUS_UNCHECKED)
		a->unchecked = true;
	for (size_t i = 0; d->status != STATUS_UNCHECKED && i < d->finding_count; i++)
		if (d->findings[i].severity >= a->options->fail_on)
			a->found = true;
}

static void weigh_expectations(struct app *a, const struct expect_verdicts *v)
{
	a->found = a->found || v->by_state[EXPECT_NOT_MET] > 0;
	a->unchecked = a->unchecked || v->by_state[EXPECT_UNCHECKED] > 0;
}

/* What could not be seen now has not changed, and cannot be said to be as it was. */
static void weigh_changes(struct app *a, const struct diagnosis *d, const struct baseline_changes *c)
{
	if (!c->known || d->status == STATUS_UNCHECKED)
		a->unchecked = true;
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].severity >= a->options->fail_on)
			a->found = true;
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
	weigh_findings(a, &d);
	weigh_expectations(a, &expected);
	t.d = &d;
	t.expected = expected.count > 0 ? &expected : NULL;
	if (a->baselines != NULL) {
		baseline_compare(&changes, baselines_find(a->baselines, o), o);
		weigh_changes(a, &d, &changes);
		t.changes = &changes;
	}
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

static void name_tool(struct obs_tool *t)
{
	t->version = mem_strdup(PACKAGE_VERSION);
	t->gnutls = mem_strdup(tls_context_library_version());
	t->cares = mem_strdup(resolver_library_version());
	t->uv = mem_strdup(uv_version_string());
}

/* ---- running -------------------------------------------------------------------------------- */

static void start_more(struct app *a);

static void close_handles(struct app *a)
{
	uv_close((uv_handle_t *)&a->interrupt, NULL);
	uv_close((uv_handle_t *)&a->terminate, NULL);
	progress_free(a->progress);
	a->progress = NULL;
}

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
	target_probe_take(p, r->done);
	r->probe = NULL;
	name_tool(&r->done->tool);
	print_in_order(a);
	start_more(a);
	if (!running(a))
		close_handles(a);
}

static void start_more(struct app *a)
{
	while (!a->stopping && a->started < a->options->target_count &&
	       a->started - a->printed < TARGETS_AT_ONCE) {
		struct run *r = &a->runs[a->started];

		r->app = a;
		r->probe = target_probe_new(&a->settings, &a->options->targets[a->started], on_done,
					    r);
		a->started++;
	}
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct app *a = handle->data;

	(void)number;
	a->stopping = true;
	uv_signal_stop(&a->interrupt); /* a second one ends the process at once */
	uv_signal_stop(&a->terminate);
	for (size_t i = a->printed; i < a->started; i++)
		if (a->runs[i].probe != NULL)
			target_probe_cut(a->runs[i].probe);
}

static void watch_signals(struct app *a)
{
	signal(SIGPIPE, SIG_IGN); /* a closed connection is an outcome, not an end */
	uv_signal_init(&a->loop, &a->interrupt);
	uv_signal_init(&a->loop, &a->terminate);
	a->interrupt.data = a->terminate.data = a;
	uv_signal_start(&a->interrupt, on_signal, SIGINT);
	uv_signal_start(&a->terminate, on_signal, SIGTERM);
	uv_unref((uv_handle_t *)&a->interrupt);
	uv_unref((uv_handle_t *)&a->terminate);
}

static void each_waiting(void *arg, waiting_fn *fn, void *to)
{
	const struct app *a = arg;

	for (size_t i = a->printed; i < a->started; i++)
		if (a->runs[i].probe != NULL)
			target_probe_waiting(a->runs[i].probe, fn, to);
}

static void raise_descriptor_limit(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

static void settle(struct app *a)
{
	const struct options *o = a->options;
	struct probe_settings *s = &a->settings;

	s->loop = &a->loop;
	s->ports = o->ports;
	s->port_count = o->port_count;
	s->family[FAMILY_IPV4] = o->families != FAMILIES_IPV6;
	s->family[FAMILY_IPV6] = o->families != FAMILIES_IPV4;
	s->ehlo = o->ehlo;
	s->sni = o->sni;
	s->message_size = o->message_size;
	s->trace = o->trace;
	s->tracing = a->tracing;
	s->controls = o->controls;
	s->control_count = o->control_count;
	s->from = o->from;
	s->socks5 = o->socks5.input != NULL ? &o->socks5 : NULL;
	s->timeout_us = o->timeout_us;
	s->connect_us = o->connect_timeout_us;
	s->greeting_us = o->greeting_timeout_us;
	s->reply_us = o->reply_timeout_us;
	s->tls_us = o->tls_timeout_us;
}

/* False: e->msg says what this host lacks. */
static bool probe_all(struct app *a)
{
	const struct options *o = a->options;
	struct probe_settings *s = &a->settings;

	if (o->from != NULL && !syn_may_come_from(o->from, a->err))
		return false;
	raise_descriptor_limit();
	settle(a);
	s->tls = tls_context_new(o->ca_file, a->err);
	if (s->tls == NULL)
		return false;
	if (uv_loop_init(&a->loop) != 0) {
		tls_context_free(s->tls);
		return err_set(a->err, "the event loop cannot be started: %s", strerror(errno));
	}
	s->syn_watch = syn_watch_new(&a->loop);
	s->resolver = resolver_new(&a->loop, o->resolver, o->dns_timeout_us, a->err);
	if (s->resolver != NULL) {
		watch_signals(a);
		a->progress = progress_new(&a->loop, each_waiting, a);
		a->runs = mem_zalloc(o->target_count, sizeof *a->runs);
		start_more(a);
		tls_context_load_trust(s->tls);
		uv_run(&a->loop, UV_RUN_DEFAULT);
		resolver_free(s->resolver);
	}
	syn_watch_free(s->syn_watch);
	uv_run(&a->loop, UV_RUN_DEFAULT); /* the last close callbacks */
	uv_loop_close(&a->loop);
	tls_context_free(s->tls);
	free(a->runs);
	return s->resolver != NULL;
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
	fprintf(to, "smtpprobe %s (GnuTLS %s, c-ares %s, libuv %s)\n", PACKAGE_VERSION,
		tls_context_library_version(), resolver_library_version(), uv_version_string());
}
