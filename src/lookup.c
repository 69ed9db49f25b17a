/* SPDX-License-Identifier: MIT */
#include "lookup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "explain/explain_report.h"
#include "options/exit_code.h"
#include "outputs.h"

struct question {
	enum { ASKED_TEXT, ASKED_LOG, ASKED_CODE, ASKED_NO_CODE, ASKED_REPLY } kind;
	const char *text;
	struct explanation x;
	struct bare_code bare;           /* ASKED_REPLY */
	const struct diag_rule *near;    /* ASKED_NO_CODE: what was probably meant, or NULL */
};

/* False: said on standard error. */
static bool print(const struct options *o, outputs_fn *say, const void *what)
{
	struct err e = {""};
	struct outputs *to = outputs_open(o, &e);
	bool fine = to != NULL && outputs_say(to, say, what, &e);

	if (to != NULL && !outputs_close(to, 0, true, &e))
		fine = false;
	if (!fine)
		fprintf(stderr, "smtpprobe: %s\n", e.msg);
	return fine;
}

static void say_answer(struct buf *to, const struct report_format *f, const struct report_style *s,
		       const void *what)
{
	const struct question *q = what;

	if (f == &report_json)
		explain_report_json(to, &q->x, q->kind == ASKED_REPLY ? &q->bare : NULL, q->near);
	else if (q->kind == ASKED_CODE)
		explain_report_rule(to, s, q->x.list[0].rule);
	else if (q->kind == ASKED_NO_CODE)
		explain_report_no_code(to, s, q->text, q->near);
	else if (q->kind == ASKED_REPLY)
		explain_report_bare(to, s, &q->bare, &q->x);
	else
		explain_report_text(to, s, &q->x, q->kind == ASKED_TEXT);
}

/* A code, a message, or a reply without words, in this order. */
static void look_up(struct question *q)
{
	const struct diag_rule *rule = explain_code(q->text);
	bool leads;

	if (rule != NULL) {
		q->kind = ASKED_CODE;
		explanation_add(&q->x, rule, true);
		return;
	}
	explain_text(&q->x, q->text);
	if (q->x.count > 0)
		return;
	if (explain_is_code(q->text)) {
		q->kind = ASKED_NO_CODE;
		q->near = explain_near(q->text);
	} else if (bare_code_parse(&q->bare, q->text)) {
		q->kind = ASKED_REPLY;
		for (size_t i = 0; (rule = bare_code_rule(&q->bare, i, &leads)) != NULL; i++)
			explanation_add(&q->x, rule, leads);
	}
}

int lookup_explain(const struct options *o)
{
	struct question q = { .text = o->explain };
	int status;

	if (strcmp(q.text, "-") != 0) {
		look_up(&q);
	} else {
		q.kind = ASKED_LOG;
		if (!explain_stream(&q.x, stdin)) {
			fprintf(stderr, "smtpprobe: standard input cannot be read: %s\n",
				strerror(errno));
			explanation_clear(&q.x);
			return EXIT_USAGE;
		}
	}
	status = q.x.count > 0 || q.kind == ASKED_REPLY ? EXIT_FINE : EXIT_FOUND;
	if (!print(o, say_answer, &q))
		status = EXIT_INTERNAL;
	explanation_clear(&q.x);
	return status;
}

static void say_list(struct buf *to, const struct report_format *f, const struct report_style *s,
		     const void *what)
{
	(void)what;
	if (f == &report_json)
		explain_report_list_json(to);
	else
		explain_report_list(to, s);
}

int lookup_list(const struct options *o)
{
	return print(o, say_list, NULL) ? EXIT_FINE : EXIT_INTERNAL;
}
