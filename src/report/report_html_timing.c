/* SPDX-License-Identifier: MIT
 *
 * How long each stage of a dialogue took, as a waterfall. The table is the text, the bars only repeat
 * it. Each endpoint has its own scale: beside a connect that timed out the others' bars were dots. */
#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "diagnose/seen.h"
#include "report/report_html.h"

enum { STEPS = 8, SCALE = 1000 };

struct step {
	const char *name;
	enum outcome outcome;
	int64_t us;
};

/* In the order in which they were run; returns how many were. */
static size_t steps_of(const struct obs_endpoint *e, struct step list[STEPS])
{
	bool implicit = e->mode == MODE_IMPLICIT_TLS;
	const struct step greeting = { "Greeting", e->greeting.outcome, e->greeting.us };
	const struct step tls = { "TLS handshake", e->tls.outcome, e->tls.us };
	const struct step all[] = {
		{ "Connect", e->connect.outcome, e->connect.us },
		implicit ? tls : greeting,
		implicit ? greeting : (struct step){ "EHLO", e->ehlo.reply.outcome, e->ehlo.reply.us },
		{ "STARTTLS", implicit ? OUT_NOT_RUN : e->starttls.reply.outcome, e->starttls.reply.us },
		{ tls.name, implicit ? OUT_NOT_RUN : tls.outcome, tls.us },
		{ "EHLO in TLS", e->ehlo_tls.reply.outcome, e->ehlo_tls.reply.us },
		{ "Size test", e->size_test.reply.outcome, e->size_test.reply.us },
		{ "QUIT", e->quit.outcome, e->quit.us },
	};
	size_t n = 0;

	_Static_assert(COUNT(all) == STEPS, "room for every step");
	for (size_t i = 0; i < STEPS; i++)
		if (all[i].outcome != OUT_NOT_RUN) {
			list[n] = all[i];
			/* A record may come from anybody's file. */
			if (list[n].us < 0 || list[n].us > INT64_C(1) << 50)
				list[n].us = 0;
			n++;
		}
	return n;
}

static int64_t total_of(const struct obs_endpoint *e)
{
	struct step list[STEPS];
	size_t n = steps_of(e, list);
	int64_t total = 0;

	for (size_t i = 0; i < n; i++)
		total += list[i].us;
	return total;
}

/* Thousandths of the scale, without running over for numbers near the limit. */
static int64_t scaled(int64_t us, int64_t most)
{
	return most > 0 ? (int64_t)((double)us / (double)most * SCALE) : 0;
}

static void put_steps(struct buf *to, const struct obs_endpoint *e, int64_t most)
{
	struct step list[STEPS];
	size_t n = steps_of(e, list);
	int64_t at = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t from = scaled(at, most), wide = scaled(list[i].us, most);
		bool good = list[i].outcome == OUT_OK;

		buf_addf(to, "<tr><th scope=\"row\">%s</th><td class=\"%s\">", list[i].name,
			 good ? "time" : "time bad");
		seen_time(to, list[i].us);
		if (!good)
			buf_addf(to, ", %s", words_name(&outcome_words, list[i].outcome));
		buf_addf(to, "</td><td class=\"bar\"><svg width=\"100%%\" height=\"10\" viewBox=\"0 0 %d 10\" "
			 "preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"%s\" x=\"%" PRId64
			 "\" y=\"0\" width=\"%" PRId64 "\" height=\"10\" fill=\"%s\"/></svg></td></tr>\n",
			 SCALE, good ? "fine" : "failed", from < SCALE - 4 ? from : SCALE - 4,
			 wide < 4 ? 4 : wide, good ? "#3b78c4" : "#c2362b");
		at += list[i].us;
	}
}

void report_html_timing(struct buf *to, const struct report_target *t)
{
	bool any = false;

	for (size_t i = 0; i < t->o->endpoint_count && !any; i++)
		any = total_of(&t->o->endpoints[i]) > 0;
	if (!any)
		return;
	report_html_open(to, t, "timing", "How long each step took");
	buf_adds(to, "<div class=\"cards\">\n");
	for (size_t i = 0; i < t->o->endpoint_count; i++) {
		const struct obs_endpoint *e = &t->o->endpoints[i];

		if (total_of(e) == 0)
			continue;
		buf_adds(to, "<table class=\"timing\">\n<caption>");
		report_html_endpoint(to, t, e);
		buf_adds(to, ", ");
		seen_time(to, total_of(e));
		buf_adds(to, "</caption>\n<thead><tr><th scope=\"col\">Step</th><th scope=\"col\">Time</th>"
			 "<td></td></tr></thead>\n<tbody>\n");
		put_steps(to, e, total_of(e));
		buf_adds(to, "</tbody></table>\n");
	}
	buf_adds(to, "</div>\n");
	report_html_close(to);
}
