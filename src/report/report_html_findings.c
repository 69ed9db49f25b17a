/* SPDX-License-Identifier: MIT
 *
 * The findings, what was seen, what it means and what to do; and how to send. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diagnose/rule.h"
#include "report/headline.h"
#include "report/report_html.h"
#include "report/report_text.h"

static const struct obs_endpoint *find(const struct observation *o, const char *name)
{
	for (size_t i = 0; name != NULL && i < o->endpoint_count; i++) {
		char *text = obs_endpoint_name(&o->endpoints[i]);
		bool found = text != NULL && strcmp(text, name) == 0;

		free(text);
		if (found)
			return &o->endpoints[i];
	}
	return NULL;
}

static void put_evidence(struct buf *to, const struct report_target *t, const struct finding *f)
{
	if (f->evidence_count == 0)
		return;
	buf_adds(to, "<dt>Seen</dt><dd><ul>\n");
	for (size_t i = 0; i < f->evidence_count; i++) {
		const struct obs_endpoint *e = find(t->o, f->evidence[i].endpoint);

		buf_adds(to, "<li>");
		if (e != NULL)
			report_html_endpoint(to, t, e);
		else
			report_html_put(to, "", f->evidence[i].endpoint, "");
		report_html_put(to, f->evidence[i].endpoint != NULL ? ": " : "", f->evidence[i].what,
				"</li>\n");
	}
	buf_adds(to, "</ul></dd>\n");
}

static void put_labelled(struct buf *to, const char *label, const char *text)
{
	if (text == NULL)
		return;
	buf_addf(to, "<dt>%s</dt>", label);
	report_html_put(to, "<dd>", text, "</dd>\n");
}

static void put_finding(struct buf *to, const struct report_target *t, const struct finding *f)
{
	static const char *const confidence[CONFIDENCE_COUNT] = {
		[CONFIDENCE_POSSIBLE] = "possible, other causes remain", [CONFIDENCE_HIGH] = "high",
	};
	struct buf see;

	buf_adds(to, f->severity >= SEVERITY_WARNING ? "<details open>\n<summary>" :
		 "<details>\n<summary>");
	report_html_badge(to, f->severity);
	report_html_put(to, " ", f->summary, "</summary>\n<dl>\n");
	put_evidence(to, t, f);
	put_labelled(to, "Means", f->rule->means);
	put_labelled(to, "Confidence", confidence[f->confidence]);
	put_labelled(to, "Do", finding_remedy(f));
	if (f->confidence != CONFIDENCE_CERTAIN)
		put_labelled(to, "Perhaps", f->rule->others);
	buf_init(&see, HTML_TEXT_MAX);
	for (size_t i = 0; i < COUNT(f->rule->references) && f->rule->references[i] != NULL; i++)
		buf_addf(&see, "%s%s", i > 0 ? "; " : "", f->rule->references[i]);
	put_labelled(to, "See", see.len > 0 ? buf_str(&see) : NULL);
	buf_clear(&see);
	report_html_put(to, "<dt>Code</dt><dd><code>", f->rule->code, "</code></dd>\n</dl>\n</details>\n");
}

void report_html_findings(struct buf *to, const struct report_target *t)
{
	size_t count = t->d->finding_count;

	if (headline_is_beside(t)) /* "all is well", the last, must not be read as the verdict */
		while (count > 0 && t->d->findings[count - 1].severity == SEVERITY_OK)
			count--;
	if (count == 0)
		return;
	report_html_open(to, t, "findings", "Findings");
	for (size_t i = 0; i < count; i++)
		put_finding(to, t, &t->d->findings[i]);
	report_html_close(to);
}

/* ---- how to send ------------------------------------------------------------------------------ */

void report_html_advice(struct buf *to, const struct report_target *t)
{
	if (t->d->advice_count == 0)
		return;
	report_html_open(to, t, "advice", "How to send");
	report_html_scroll(to, "How to send");
	buf_adds(to, "<table>\n<thead><tr><th scope=\"col\">Host</th><th scope=\"col\">Port</th>"
		 "<th scope=\"col\">Encryption</th><th scope=\"col\">For</th><th scope=\"col\">Log-in</th>"
		 "<th scope=\"col\">Mind</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < t->d->advice_count; i++) {
		const struct advice *a = &t->d->advice[i];

		report_html_put(to, "<tr><th scope=\"row\">", a->host, "</th>");
		buf_addf(to, "<td>%u</td><td>%s</td><td>%s</td><td>", a->port,
			 report_text_mode[a->mode], a->role == ROLE_RELAY ? "other mail servers" :
			 "sending through it");
		for (size_t k = 0; a->role != ROLE_RELAY && k < a->auth.count; k++)
			report_html_put(to, k > 0 ? ", " : "", a->auth.item[k], "");
		report_html_put(to, "</td><td>", a->caution, "</td></tr>\n");
	}
	buf_adds(to, "</tbody></table>\n");
	report_html_scroll_end(to);
	report_html_close(to);
}
