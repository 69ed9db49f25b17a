/* SPDX-License-Identifier: MIT
 *
 * The JSON report, `smtpprobe.report/1`: the record with its verdict, one object on one line a
 * target. */
#include <stdlib.h>

#include "base/json_writer.h"
#include "base/mem.h"
#include "diagnose/rule.h"
#include "options/exit_code.h"
#include "record/observation_json.h"
#include "report/report.h"
#include "report/report_json_clients.h"

static void write_evidence(struct json_writer *w, const struct finding *f)
{
	json_writer_key(w, "evidence");
	json_writer_begin_list(w);
	for (size_t i = 0; i < f->evidence_count; i++) {
		json_writer_begin_object(w);
		json_writer_key(w, "endpoint");
		json_writer_string(w, f->evidence[i].endpoint);
		json_writer_key(w, "what");
		json_writer_string(w, f->evidence[i].what);
		json_writer_end_object(w);
	}
	json_writer_end_list(w);
}

static void write_finding(struct json_writer *w, const struct finding *f)
{
	const struct diag_rule *r = f->rule;

	json_writer_begin_object(w);
	json_writer_key(w, "code");
	json_writer_string(w, r->code);
	json_writer_key(w, "severity");
	json_writer_string(w, words_name(&severity_words, f->severity));
	json_writer_key(w, "confidence");
	json_writer_string(w, words_name(&confidence_words, f->confidence));
	json_writer_key(w, "summary");
	json_writer_string(w, f->summary);
	write_evidence(w, f);
	json_writer_key(w, "means");
	json_writer_string(w, r->means);
	json_writer_key(w, "do");
	json_writer_string(w, finding_remedy(f));
	json_writer_key(w, "others");
	json_writer_string(w, f->confidence == CONFIDENCE_CERTAIN ? NULL : r->others);
	json_writer_key(w, "references");
	json_writer_begin_list(w);
	for (size_t i = 0; i < COUNT(r->references) && r->references[i] != NULL; i++)
		json_writer_string(w, r->references[i]);
	json_writer_end_list(w);
	json_writer_end_object(w);
}

static void write_advice(struct json_writer *w, const struct report_style *s,
			 const struct observation *o, const struct advice *a)
{
	json_writer_begin_object(w);
	json_writer_key(w, "host");
	json_writer_string(w, a->host);
	json_writer_key(w, "port");
	json_writer_int(w, a->port);
	json_writer_key(w, "mode");
	json_writer_string(w, words_name(&advice_mode_words, a->mode));
	json_writer_key(w, "auth");
	json_writer_begin_list(w);
	for (size_t i = 0; i < a->auth.count; i++)
		json_writer_string(w, a->auth.item[i]);
	json_writer_end_list(w);
	json_writer_key(w, "role");
	json_writer_string(w, words_name(&role_words, a->role));
	json_writer_key(w, "verified");
	json_writer_bool(w, a->verified);
	json_writer_key(w, "caution");
	json_writer_string(w, a->caution);
	report_json_clients(w, s, o, a);
	json_writer_end_object(w);
}

static void write_verdicts(struct json_writer *w, const struct diagnosis *d)
{
	json_writer_key(w, "verdicts");
	json_writer_begin_list(w);
	for (size_t i = 0; i < d->verdict_count; i++) {
		json_writer_begin_object(w);
		json_writer_key(w, "role");
		json_writer_string(w, words_name(&role_words, d->verdicts[i].role));
		json_writer_key(w, "state");
		json_writer_string(w, words_name(&verdict_state_words, d->verdicts[i].state));
		json_writer_key(w, "text");
		json_writer_string(w, d->verdicts[i].text);
		json_writer_end_object(w);
	}
	json_writer_end_list(w);
	json_writer_key(w, "recommendation");
	json_writer_string(w, d->recommendation);
}

static void write_sights(struct json_writer *w, const struct expect_verdict *v)
{
	json_writer_key(w, "sights");
	json_writer_begin_list(w);
	for (size_t i = 0; i < v->sight_count; i++) {
		const struct expect_sight *s = &v->sights[i];
		char *name = s->endpoint != NULL ? obs_endpoint_name(s->endpoint) : NULL;

		json_writer_begin_object(w);
		json_writer_key(w, "endpoint");
		json_writer_string(w, name);
		json_writer_key(w, "state");
		json_writer_string(w, words_name(&expect_state_words, s->state));
		json_writer_key(w, "seen");
		json_writer_string(w, s->seen);
		json_writer_end_object(w);
		free(name);
	}
	json_writer_end_list(w);
}

static void write_expectations(struct json_writer *w, const struct expect_verdicts *v)
{
	json_writer_key(w, "expectations");
	if (v == NULL) {
		json_writer_null(w);
		return;
	}
	json_writer_begin_list(w);
	for (size_t i = 0; i < v->count; i++) {
		json_writer_begin_object(w);
		json_writer_key(w, "text");
		json_writer_string(w, v->list[i].text);
		json_writer_key(w, "state");
		json_writer_string(w, words_name(&expect_state_words, v->list[i].state));
		json_writer_key(w, "why");
		json_writer_string(w, v->list[i].why);
		json_writer_key(w, "do");
		json_writer_string(w, v->list[i].remedy);
		write_sights(w, &v->list[i]);
		json_writer_end_object(w);
	}
	json_writer_end_list(w);
}

static void write_change(struct json_writer *w, const struct baseline_change *c)
{
	json_writer_begin_object(w);
	json_writer_key(w, "code");
	json_writer_string(w, c->code);
	json_writer_key(w, "severity");
	json_writer_string(w, words_name(&severity_words, c->severity));
	json_writer_key(w, "where");
	json_writer_string(w, c->where);
	json_writer_key(w, "what");
	json_writer_string(w, c->what);
	json_writer_key(w, "before");
	json_writer_string(w, c->before);
	json_writer_key(w, "after");
	json_writer_string(w, c->after);
	json_writer_end_object(w);
}

static void write_changes(struct json_writer *w, const struct baseline_changes *c)
{
	json_writer_key(w, "changes");
	if (c == NULL) {
		json_writer_null(w);
		return;
	}
	json_writer_begin_object(w);
	json_writer_key(w, "known");
	json_writer_bool(w, c->known);
	json_writer_key(w, "list");
	json_writer_begin_list(w);
	for (size_t i = 0; i < c->count; i++)
		write_change(w, &c->list[i]);
	json_writer_end_list(w);
	json_writer_key(w, "unseen");
	json_writer_begin_list(w);
	for (size_t i = 0; i < c->unseen.count; i++)
		json_writer_string(w, c->unseen.item[i]);
	json_writer_end_list(w);
	json_writer_end_object(w);
}

/* Bytes: room for them at once spares the buffer seven steps of growing. */
enum { RECORD_USUAL = 8192 };

static const int exit_statuses[] = {
	[REPORT_FINE] = EXIT_FINE, [REPORT_UNCHECKED] = EXIT_UNCHECKED, [REPORT_FOUND] = EXIT_FOUND,
};

static void write_target(struct buf *to, const struct report_style *s,
			 const struct report_target *t, void *kept)
{
	const struct observation *o = t->o;
	const struct diagnosis *d = t->d;
	struct json_writer w;

	(void)kept;
	buf_room(to, RECORD_USUAL);
	json_writer_init(&w, to);
	json_writer_begin_object(&w);
	observation_json_write_head(&w, o);
	json_writer_key(&w, "status");
	json_writer_string(&w, words_name(&status_words, d->status));
	observation_json_write_body(&w, o);
	write_verdicts(&w, d);
	json_writer_key(&w, "findings");
	json_writer_begin_list(&w);
	for (size_t i = 0; i < d->finding_count; i++)
		write_finding(&w, &d->findings[i]);
	json_writer_end_list(&w);
	json_writer_key(&w, "advice");
	json_writer_begin_list(&w);
	for (size_t i = 0; i < d->advice_count; i++)
		write_advice(&w, s, o, &d->advice[i]);
	json_writer_end_list(&w);
	write_expectations(&w, t->expected);
	write_changes(&w, t->changes);
	json_writer_key(&w, "exit_status");
	json_writer_int(&w, exit_statuses[report_weigh(t)]);
	json_writer_end_object(&w);
	buf_addc(to, '\n');
}

const struct report_format report_json = {
	.name = "json",
	.lines = true,
	.help = "one object a line a target, smtpprobe.report/1",
	.target = write_target,
};
