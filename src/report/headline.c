/* SPDX-License-Identifier: MIT */
#include "report/headline.h"

#include <ctype.h>
#include <string.h>

#include "diagnose/rule.h"
#include "diagnose/seen.h"

static size_t count_severity(const struct diagnosis *d, enum severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < d->finding_count; i++)
		n += d->findings[i].severity == severity;
	return n;
}

enum severity headline_severity(const struct diagnosis *d)
{
	if (d->status == STATUS_PROBLEM)
		return SEVERITY_PROBLEM;
	return count_severity(d, SEVERITY_WARNING) > 0 ? SEVERITY_WARNING : SEVERITY_OK;
}

/* The first of the most severe. A warning about DNS is a side matter beside one about a port: the
 * probe went on after it. */
static const struct finding *worst(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->finding_count && d->findings[i].severity == SEVERITY_WARNING; i++)
		if (d->findings[i].rule->stage != STAGE_DNS)
			return &d->findings[i];
	return &d->findings[0];
}

/* The finding that speaks for all: the worst, or the one that says all is well. */
static const char *headline(const struct observation *o, const struct diagnosis *d)
{
	const struct finding *last = d->finding_count > 0 ? &d->findings[d->finding_count - 1] : NULL;

	if (o->cut_short)
		return "cut short; this is what is known so far";
	if (d->finding_count > 0 && d->findings[0].severity >= SEVERITY_WARNING)
		return worst(d)->summary;
	if (d->status == STATUS_UNCHECKED)
		return last != NULL ? last->summary : "nothing could be tested";
	return last != NULL && last->severity == SEVERITY_OK ? last->summary : "no problem was found";
}

void headline_target(struct buf *b, const struct observation *o, bool utf8)
{
	const char *name = o->target.name != NULL ? o->target.name : o->target.input;

	if (utf8 && o->target.unicode != NULL)
		buf_addf(b, "%s (%s)", o->target.unicode, name != NULL ? name : "");
	else
		buf_adds(b, name != NULL ? name : "?");
}

static bool part_of_name(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '-' || c == '_';
}

/* Does the text name the target itself, rather than a host below it? */
static bool names(const char *text, const char *name)
{
	size_t n = strlen(name);

	if (n == 0)
		return false;
	for (const char *at = text; (at = strstr(at, name)) != NULL; at += n)
		if ((at == text || !part_of_name(at[-1])) && !part_of_name(at[n]))
			return true;
	return false;
}

/* A headline that names the target needs no name before it. */
void headline_say(struct buf *b, const struct observation *o, const struct diagnosis *d, bool utf8)
{
	const char *text = headline(o, d);
	bool named = o->target.name != NULL && names(text, o->target.name);

	if (!named || (utf8 && o->target.unicode != NULL)) {
		headline_target(b, o, utf8);
		buf_adds(b, ": ");
	}
	buf_adds(b, text);
}

void headline_kind(struct buf *b, const struct observation *o)
{
	size_t n = o->dns.host_count, addresses = 0;

	buf_adds(b, o->target.kind == TARGET_AUTO ? "not resolved" :
		 words_name(&target_kind_words, o->target.kind));
	for (size_t i = 0; i < n; i++)
		addresses += o->dns.hosts[i].addresses.count;
	if (o->dns.null_mx)
		buf_adds(b, ", takes no mail (null MX)");
	else if (o->dns.implicit_mx && addresses > 0)
		buf_adds(b, ", mail goes to its own address (no MX)");
	else if (o->target.kind == TARGET_DOMAIN && n > 0)
		buf_addf(b, ", mail goes to %zu %s (MX)", n, n == 1 ? "host" : "hosts");
	else if (o->target.kind == TARGET_HOST && addresses > 0)
		buf_addf(b, ", %zu %s", addresses, addresses == 1 ? "address" : "addresses");
}

void headline_counts(struct buf *b, const struct diagnosis *d)
{
	static const struct {
		enum severity severity;
		const char *one, *many;
	} counted[] = {
		{ SEVERITY_PROBLEM, "problem", "problems" },
		{ SEVERITY_WARNING, "warning", "warnings" },
		{ SEVERITY_NOTE, "note", "notes" },
	};
	const char *before = "; ";

	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++) {
		size_t n = count_severity(d, counted[i].severity);

		if (n == 0)
			continue;
		buf_addf(b, "%s%zu %s", before, n, n == 1 ? counted[i].one : counted[i].many);
		before = ", ";
	}
}

void headline_origin(struct buf *line, const struct observation *o)
{
	const char *source[] = { o->vantage.ipv4.source, o->vantage.ipv6.source };
	const char *before = " from ";

	buf_adds(line, "Probed on ");
	seen_moment(line, o->started_at_us / 1000000);
	for (size_t i = 0; i < sizeof(source) / sizeof(source[0]); i++)
		if (source[i] != NULL) {
			buf_addf(line, "%s%s%s", before, source[i],
				 i == 0 && o->vantage.private4 == KNOWN_YES ? " (a private address)" : "");
			before = " and ";
		}
	if (o->vantage.cloud != NULL)
		buf_addf(line, ", at %s", o->vantage.cloud);
	if (o->vantage.container != NULL)
		buf_addf(line, ", in a container (%s),", o->vantage.container);
	if (o->tool.version != NULL)
		buf_addf(line, " by smtpprobe %s", o->tool.version);
}

void headline_tally(struct buf *line, const struct report_tally *t)
{
	buf_addf(line, "%zu targets: %zu ok", t->asked, t->by_status[STATUS_OK]);
	if (t->with_warnings > 0)
		buf_addf(line, " (%zu with warnings)", t->with_warnings);
	buf_addf(line, ", %zu with problems", t->by_status[STATUS_PROBLEM]);
	if (t->by_status[STATUS_UNCHECKED] > 0)
		buf_addf(line, ", %zu not checked", t->by_status[STATUS_UNCHECKED]);
	if (t->asked > t->done)
		buf_addf(line, ", %zu not begun", t->asked - t->done);
}
