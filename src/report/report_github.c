/* SPDX-License-Identifier: MIT
 *
 * Annotations of GitHub Actions ("Workflow commands for GitHub Actions"): a line for each thing that
 * fails, and each warning beside it. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diagnose/rule.h"
#include "report/layout.h"
#include "report/report.h"
#include "report/test_points.h"

enum { LINES_MAX = 9 };    /* of a step GitHub shows ten of a kind */

/* A line end would begin a command of the server's own; in a property, so would ":" and ",". */
static void add_text(struct buf *to, const char *text, bool property)
{
	struct buf safe;

	buf_init(&safe, BUF_NO_LIMIT);
	layout_escape(&safe, text, true);
	for (const char *c = buf_str(&safe); *c != '\0'; c++)
		if (*c == '%' || *c == '\n' || *c == '\r' || (property && (*c == ':' || *c == ',')))
			buf_addf(to, "%%%02X", (unsigned char)*c);
		else
			buf_addc(to, *c);
	buf_clear(&safe);
}

static void add_line(struct buf *to, const char *command, const char *title, const char *seen,
		     const char *remedy)
{
	buf_addf(to, "::%s title=", command);
	add_text(to, title, true);
	buf_adds(to, "::");
	add_text(to, seen != NULL ? seen : title, false);
	if (remedy != NULL) {
		buf_adds(to, "%0ADo: ");
		add_text(to, remedy, false);
	}
	buf_addc(to, '\n');
}

/* A finding is told once, for all places that it is at. */
static bool told_before(const struct test_points *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p->list[n].code != NULL && p->list[i].code == p->list[n].code && p->list[i].state == p->list[n].state)
			return true;
	return false;
}

static void add_points(struct buf *to, const struct test_points *p)
{
	size_t said = 0, left = 0;

	for (int state = EXPECT_NOT_MET; state > EXPECT_MET; state--)
		for (size_t i = 0; i < p->count; i++) {
			const struct test_point *x = &p->list[i];

			if (x->state != (enum expect_state)state || told_before(p, i))
				continue;
			if (said == LINES_MAX) {
				left++;
				continue;
			}
			add_line(to, "error", x->code != NULL ? x->code : x->name, x->seen != NULL ? x->seen :
				 words_name(&expect_state_words, x->state), x->remedy);
			said++;
		}
	if (left > 0)
		buf_addf(to, "::error title=smtpprobe::and %zu more, which the report has\n", left);
}

/* Those that do not fail the run. */
static void add_changes(struct buf *to, const struct report_target *t)
{
	for (size_t i = 0; t->changes != NULL && i < t->changes->count && i < LINES_MAX; i++) {
		const struct baseline_change *c = &t->changes->list[i];
		char *seen = mem_printf("%s: %s: before %s, now %s", c->where, c->what,
					c->before != NULL ? c->before : "-", c->after != NULL ? c->after : "-");

		if (c->severity < t->fail_on)
			add_line(to, c->severity >= SEVERITY_WARNING ? "warning" : "notice", c->code, seen, NULL);
		free(seen);
	}
}

static void github_target(struct buf *to, const struct report_style *s, const struct report_target *t,
			  void *kept)
{
	struct test_points p;
	size_t said = 0;

	(void)s;
	(void)kept;
	test_points_make(&p, t);
	add_points(to, &p);
	add_changes(to, t);
	for (size_t i = 0; i < t->d->finding_count && said < LINES_MAX; i++) {
		const struct finding *f = &t->d->findings[i];

		if (f->severity < SEVERITY_WARNING || (t->findings_count && f->severity >= t->fail_on))
			continue;
		add_line(to, "warning", f->rule->code, f->summary, finding_remedy(f));
		said++;
	}
	if (p.by_state[EXPECT_MET] == p.count)
		buf_addf(to, "::notice title=smtpprobe::%zu of %zu checks passed\n", p.count, p.count);
	test_points_clear(&p);
}

static void github_end(struct buf *to, const struct report_style *s, const struct report_tally *t, void *kept)
{
	struct test_points rest;

	(void)s;
	(void)kept;
	test_points_of_the_rest(&rest, t);
	add_points(to, &rest);
	test_points_clear(&rest);
}

const struct report_format report_github = {
	.name = "github",
	.help = "annotations of GitHub Actions",
	.target = github_target,
	.end = github_end,
};
