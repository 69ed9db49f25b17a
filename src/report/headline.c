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

static bool fails_for_notes(const struct report_target *t)
{
	return t->findings_count && t->fail_on <= SEVERITY_NOTE &&
	       count_severity(t->d, SEVERITY_NOTE) > 0;
}

enum severity headline_severity(const struct report_target *t)
{
	if (t->d->status == STATUS_PROBLEM)
		return SEVERITY_PROBLEM;
	if (count_severity(t->d, SEVERITY_WARNING) > 0)
		return SEVERITY_WARNING;
	return fails_for_notes(t) ? SEVERITY_NOTE : SEVERITY_OK;
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
static const char *headline(const struct report_target *t)
{
	const struct observation *o = t->o;
	const struct diagnosis *d = t->d;
	const struct finding *last = d->finding_count > 0 ? &d->findings[d->finding_count - 1] : NULL;

	if (o->cut_short)
		return "cut short; this is what is known so far";
	if (d->finding_count > 0 && d->findings[0].severity >= SEVERITY_WARNING)
		return worst(d)->summary;
	if (d->status != STATUS_UNCHECKED && fails_for_notes(t))
		return d->findings[0].summary;
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
void headline_say(struct buf *b, const struct report_target *t, bool utf8)
{
	const struct observation *o = t->o;
	const char *text = headline(t);
	bool named = o->target.name != NULL && names(text, o->target.name);

	if (!named || (utf8 && o->target.unicode != NULL)) {
		headline_target(b, o, utf8);
		buf_adds(b, ": ");
	}
	buf_adds(b, text);
}

static void say_name(struct buf *b, const struct observation *o)
{
	const char *name = o->target.name != NULL ? o->target.name : o->target.input;

	buf_addf(b, "%s: ", name != NULL ? name : "?");
}

enum expect_state headline_expected(struct buf *b, const struct report_target *t)
{
	const struct expect_verdicts *v = t->expected;
	enum expect_state state = EXPECT_STATE_COUNT - 1;

	while (state > EXPECT_MET && v->by_state[state] == 0)
		state--;
	say_name(b, t->o);
	if (state == EXPECT_MET)
		buf_addf(b, v->count == 1 ? "what was expected is met" : "all %zu expectations are met",
			 v->count);
	else
		buf_addf(b, "%zu of %zu %s %s", v->by_state[state], v->count,
			 v->count == 1 ? "expectation" : "expectations", words_name(&expect_state_words, state));
	if (state == EXPECT_NOT_MET && v->by_state[EXPECT_UNCHECKED] > 0)
		buf_addf(b, ", %zu %s", v->by_state[EXPECT_UNCHECKED],
			 words_name(&expect_state_words, EXPECT_UNCHECKED));
	return state;
}

void headline_changed(struct buf *b, const struct report_target *t)
{
	const struct baseline_changes *c = t->changes;

	say_name(b, t->o);
	if (!c->known)
		buf_adds(b, "the baseline has no record of it");
	else if (baseline_says_nothing(c))
		buf_adds(b, "nothing could be compared with the baseline");
	else if (c->count == 0)
		buf_adds(b, "nothing that matters has changed since the baseline");
	else
		buf_addf(b, "%zu %s since the baseline", c->count, c->count == 1 ? "change" : "changes");
}

enum severity headline_change_severity(const struct baseline_changes *c)
{
	enum severity worst = SEVERITY_OK;

	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].severity > worst)
			worst = c->list[i].severity;
	return worst;
}

bool headline_is_beside(const struct report_target *t)
{
	return t->d->status != STATUS_UNCHECKED && headline_severity(t) == SEVERITY_OK &&
	       report_weigh(t) != REPORT_FINE;
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
	buf_addf(line, "%zu target%s: %zu ok", t->asked, t->asked == 1 ? "" : "s",
		 t->by_status[STATUS_OK]);
	if (t->with_warnings > 0)
		buf_addf(line, " (%zu with warnings)", t->with_warnings);
	buf_addf(line, ", %zu with problems", t->by_status[STATUS_PROBLEM]);
	if (t->by_status[STATUS_UNCHECKED] > 0)
		buf_addf(line, ", %zu not checked", t->by_status[STATUS_UNCHECKED]);
	if (t->asked > t->done)
		buf_addf(line, ", %zu not begun", t->asked - t->done);
}
