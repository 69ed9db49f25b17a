/* SPDX-License-Identifier: MIT */
#include "lookup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "explain/explain_report.h"
#include "options/exit_code.h"
#include "outputs.h"

struct question {
	const struct diag_rule *rule;    /* the code that was asked for; NULL: a text */
	struct explanation x;
	bool whole;                      /* the text is one message, not a log */
};

/* False: said on standard error. */
static bool print(const struct options *o, outputs_fn *say, const void *what)
{
	struct err e = {""};
	struct outputs *to = outputs_open(o, &e);
	bool fine = to != NULL && outputs_say(to, say, what, &e);

	if (to != NULL && !outputs_close(to, &e))
		fine = false;
	if (!fine)
		fprintf(stderr, "smtpprobe: %s\n", e.msg);
	return fine;
}

static void say_answer(struct buf *to, const struct report_format *f, const struct report_style *s,
		       const void *what)
{
	const struct question *q = what;
	bool json = f == &report_json;

	if (q->rule != NULL && json)
		explain_report_rule_json(to, q->rule);
	else if (q->rule != NULL)
		explain_report_rule(to, s, q->rule);
	else if (json)
		explain_report_json(to, &q->x);
	else
		explain_report_text(to, s, &q->x, q->whole);
}

static bool unknown_code(const char *code)
{
	const struct diag_rule *near = explain_near(code);

	if (near != NULL)
		fprintf(stderr, "smtpprobe: no diagnosis has the code %s: did you mean %s?\n", code,
			near->code);
	else
		fprintf(stderr, "smtpprobe: no diagnosis has the code %s: smtpprobe --list-diagnoses "
			"lists them\n", code);
	return false;
}

/* False: said on standard error. */
static bool look_up(struct question *q, const char *text, int *status)
{
	*status = EXIT_USAGE;
	if (strcmp(text, "-") == 0) {
		if (explain_stream(&q->x, stdin))
			return true;
		fprintf(stderr, "smtpprobe: standard input cannot be read: %s\n", strerror(errno));
		return false;
	}
	q->whole = true;
	q->rule = explain_code(text);
	if (q->rule != NULL)
		return true;
	explain_text(&q->x, text);
	return q->x.count > 0 || !explain_is_code(text) || unknown_code(text);
}

int lookup_explain(const struct options *o)
{
	struct question q = { 0 };
	int status;

	if (look_up(&q, o->explain, &status)) {
		status = q.rule != NULL || q.x.count > 0 ? EXIT_FINE : EXIT_FOUND;
		if (!print(o, say_answer, &q))
			status = EXIT_INTERNAL;
	}
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
