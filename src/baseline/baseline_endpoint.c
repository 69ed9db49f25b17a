/* SPDX-License-Identifier: MIT
 *
 * What changed of one endpoint. The first failure names itself only: what was not reached because
 * of it has not changed. */
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "baseline/changes.h"
#include "diagnose/facts.h"
#include "diagnose/seen.h"

enum { TEXT_MOST = 8192 };

static const char *outcome_name(enum outcome o)
{
	return words_name(&outcome_words, o);
}

/* ---- the port -------------------------------------------------------------------------------- */

/* Why the run could not see the port; NULL: it could. */
static const char *port_not_seen(const struct observation *o, const struct obs_endpoint *e)
{
	if (e->connect.outcome == OUT_CUT_SHORT || e->connect.outcome == OUT_NOT_RUN)
		return "it was cut short";
	if (facts_route_missing(o, e))
		return e->family == FAMILY_IPV6 ? "no IPv6 here" : "no IPv4 here";
	return facts_local_failure(o, e) || facts_dropped_here(o, e) || facts_rejected_here(o, e) ?
	       "this machine did not let it be reached" : NULL;
}

/* True: both runs could see it. */
static bool both_saw(struct baseline_changes *c, const struct pair *p, const char *why_was,
		     const char *why_is)
{
	if (why_was == NULL && why_is == NULL)
		return true;
	change_unseen(c, p->where, why_was != NULL ? RUN_BASELINE : RUN_NOW,
		      why_was != NULL ? why_was : why_is);
	return false;
}

/* True: the port is open in both. */
static bool compare_port(struct baseline_changes *c, const struct pair *p)
{
	bool was = p->was->connect.outcome == OUT_OK, is = p->is->connect.outcome == OUT_OK;

	if (!both_saw(c, p, port_not_seen(p->was_in, p->was), port_not_seen(p->is_in, p->is)))
		return false;
	if (was && !is)
		change_add_as(c, CHANGE_PORT_CLOSED,
			      facts_matters(p->is_in, p->is) ? SEVERITY_PROBLEM : SEVERITY_NOTE,
			      p->where, "open", outcome_name(p->is->connect.outcome));
	if (!was && is)
		change_add(c, CHANGE_PORT_OPENED, p->where, outcome_name(p->was->connect.outcome), "open");
	return was && is;
}

/* ---- replies --------------------------------------------------------------------------------- */

/* Why the run could not see what the server would say; NULL: it could. A 4yz is "not now" (RFC 5321
 * 4.2.1): the next run may be told otherwise, and nothing has changed at the server. */
static const char *reply_not_seen(const struct obs_reply *r)
{
	switch (r->outcome) {
	case OUT_NOT_RUN:
		return "the dialogue did not get so far";
	case OUT_CUT_SHORT:
		return "it was cut short";
	case OUT_ERROR:
		return "this machine failed";
	default:
		return facts_reply_class(r, 4) ? "the server said \"not now\"" : NULL;
	}
}

static void put_said(struct buf *to, const struct obs_reply *r)
{
	buf_init(to, TEXT_MOST);
	if (r->lines.count > 0)
		seen_reply(to, r);
	else
		buf_adds(to, outcome_name(r->outcome));
}

/* True: the reply is good in both. */
static bool compare_reply(struct baseline_changes *c, const struct pair *p, const struct obs_reply *was,
			  const struct obs_reply *is, enum change worse, enum change better)
{
	struct buf before, after;

	if (was->outcome == OUT_OK && is->outcome == OUT_OK)
		return true;
	if ((was->outcome == OUT_NOT_RUN && is->outcome == OUT_NOT_RUN) ||
	    !both_saw(c, p, reply_not_seen(was), reply_not_seen(is)))
		return false;
	put_said(&before, was);
	put_said(&after, is);
	if (was->outcome == OUT_OK)
		change_add(c, worse, p->where, NULL, buf_str(&after));
	else if (is->outcome == OUT_OK)
		change_add(c, better, p->where, buf_str(&before), NULL);
	buf_clear(&before);
	buf_clear(&after);
	return false;
}

/* ---- the mode -------------------------------------------------------------------------------- */

static const struct obs_reply nothing_said = { .outcome = OUT_OK };

/* True: both speak in the same mode. A connection that ended before its first byte has none: that is
 * a greeting that failed. */
static bool compare_mode(struct baseline_changes *c, const struct pair *p)
{
	enum mode was = p->was->mode, is = p->is->mode;

	if (was == is)
		return true;
	if (is == MODE_UNKNOWN)
		compare_reply(c, p, &nothing_said, &p->is->greeting, CHANGE_TURNED_AWAY, CHANGE_WELCOME);
	else if (was == MODE_UNKNOWN)
		compare_reply(c, p, &p->was->greeting, &nothing_said, CHANGE_TURNED_AWAY, CHANGE_WELCOME);
	else if (was == MODE_IMPLICIT_TLS)
		change_add(c, CHANGE_IMPLICIT_TLS_GONE, p->where, words_name(&mode_words, was),
			   words_name(&mode_words, is));
	else
		change_add_as(c, CHANGE_MODE, was == MODE_PLAINTEXT ? SEVERITY_PROBLEM : SEVERITY_NOTE,
			      p->where, words_name(&mode_words, was), words_name(&mode_words, is));
	return false;
}

/* ---- the greeting ---------------------------------------------------------------------------- */

/* The word behind the 220: the server's domain (RFC 5321 4.3.1). False: it is none. */
static bool greeted_as(struct buf *to, const struct obs_reply *r)
{
	const char *text = r->lines.count > 0 ? r->lines.item[0] : "";
	size_t n;

	buf_reset(to);
	if (strlen(text) < 4)
		return false;
	text += 4;
	n = strcspn(text, " ");
	buf_add(to, text, n);
	return !to->failed && memchr(text, '.', n) != NULL;
}

/* The labels of the name without those that hold a digit: "mx7" and "bn8nam11ft012" are one of many
 * machines behind an address, and the next connection meets another. */
static void put_kind_of_name(struct buf *to, const char *name)
{
	while (*name != '\0') {
		size_t n = strcspn(name, ".");

		if (strcspn(name, "0123456789") >= n) {
			for (size_t i = 0; i < n; i++)
				buf_addc(to, (char)tolower((unsigned char)name[i]));
			buf_addc(to, '.');
		}
		name += n;
		name += *name == '.';
	}
}

static void compare_greeted_name(struct baseline_changes *c, const struct pair *p)
{
	struct buf was, is, kind_was, kind_is;
	bool both;

	buf_init(&was, TEXT_MOST);
	buf_init(&is, TEXT_MOST);
	buf_init(&kind_was, TEXT_MOST);
	buf_init(&kind_is, TEXT_MOST);
	both = greeted_as(&was, &p->was->greeting) && greeted_as(&is, &p->is->greeting);
	if (both) {
		put_kind_of_name(&kind_was, buf_str(&was));
		put_kind_of_name(&kind_is, buf_str(&is));
		if (!change_same(buf_str(&kind_was), buf_str(&kind_is)))
			change_add(c, CHANGE_GREETING_NAME, p->where, buf_str(&was), buf_str(&is));
	}
	buf_clear(&was);
	buf_clear(&is);
	buf_clear(&kind_was);
	buf_clear(&kind_is);
}

/* True: greeted in both. */
static bool compare_greeting(struct baseline_changes *c, const struct pair *p)
{
	if (!compare_reply(c, p, &p->was->greeting, &p->is->greeting, CHANGE_TURNED_AWAY, CHANGE_WELCOME))
		return false;
	compare_greeted_name(c, p);
	return true;
}

/* ---- EHLO, STARTTLS -------------------------------------------------------------------------- */

/* True: EHLO is answered well in both. Where HELO had to do, the server turned EHLO down (RFC 5321
 * 3.2), and that it lists nothing is a consequence. */
static bool compare_ehlo_reply(struct baseline_changes *c, const struct pair *p,
			       const struct obs_ehlo *was, const struct obs_ehlo *is)
{
	struct buf helo;

	if (!compare_reply(c, p, &was->reply, &is->reply, CHANGE_EHLO_FAILS, CHANGE_EHLO_WORKS))
		return false;
	if (was->helo == is->helo)
		return true;
	buf_init(&helo, TEXT_MOST);
	buf_addf(&helo, "%d, and HELO in its place", is->helo ? is->ehlo_code : was->ehlo_code);
	if (is->helo)
		change_add(c, CHANGE_EHLO_FAILS, p->where, NULL, buf_str(&helo));
	else
		change_add(c, CHANGE_EHLO_WORKS, p->where, buf_str(&helo), NULL);
	buf_clear(&helo);
	return false;
}

/* Why the run could not see whether STARTTLS is to be had; NULL: it could. A 454 is for the moment
 * (RFC 3207 4). */
static const char *starttls_not_seen(const struct obs_starttls *s)
{
	switch (s->outcome) {
	case OUT_NOT_RUN:
		return "the dialogue did not get so far as STARTTLS";
	case OUT_CUT_SHORT:
		return "it was cut short";
	case OUT_ERROR:
		return "this machine failed";
	default:
		return facts_reply_class(&s->reply, 4) ? "the server said \"not now\" to STARTTLS" : NULL;
	}
}

/* True: it is to be had in both, or in neither. */
static bool compare_starttls(struct baseline_changes *c, const struct pair *p)
{
	const struct obs_starttls *was = &p->was->starttls, *is = &p->is->starttls;

	if (was->outcome == is->outcome && (is->outcome == OUT_OK || is->outcome == OUT_NOT_OFFERED))
		return true;
	if (!both_saw(c, p, starttls_not_seen(was), starttls_not_seen(is)))
		return false;
	if (was->outcome == OUT_OK && is->outcome != OUT_OK)
		change_add(c, CHANGE_STARTTLS_GONE, p->where, NULL, outcome_name(is->outcome));
	if (was->outcome != OUT_OK && is->outcome == OUT_OK)
		change_add(c, CHANGE_STARTTLS_CAME, p->where, outcome_name(was->outcome), NULL);
	return (was->outcome == OUT_OK) == (is->outcome == OUT_OK);
}

/* ---- the dialogue ---------------------------------------------------------------------------- */

static void compare_inside_tls(struct baseline_changes *c, const struct pair *p)
{
	const struct obs_ehlo *was = &p->was->ehlo_tls, *is = &p->is->ehlo_tls;

	if (compare_ehlo_reply(c, p, was, is))
		baseline_compare_ehlo(c, p, was, is);
}

static void compare_plaintext(struct baseline_changes *c, const struct pair *p)
{
	const struct obs_ehlo *was = &p->was->ehlo, *is = &p->is->ehlo;

	if (!compare_greeting(c, p) || !compare_ehlo_reply(c, p, was, is) || !compare_starttls(c, p))
		return;
	baseline_compare_the_clear(c, p);
	if (p->is->starttls.outcome != OUT_OK)
		baseline_compare_ehlo(c, p, was, is);
	else if (baseline_compare_tls(c, p))
		compare_inside_tls(c, p);
}

/* A port that is not open has said all that it says; one that is, where it greeted or has no greeting. */
static bool is_seen(const struct observation *o, const struct obs_endpoint *e)
{
	if (e->connect.outcome != OUT_OK)
		return port_not_seen(o, e) == NULL;
	return (e->mode != MODE_PLAINTEXT && e->mode != MODE_UNKNOWN) || reply_not_seen(&e->greeting) == NULL;
}

void baseline_compare_endpoint(struct baseline_changes *c, const struct pair *p)
{
	c->compared += is_seen(p->was_in, p->was) && is_seen(p->is_in, p->is);
	if (!compare_port(c, p) || !compare_mode(c, p))
		return;
	if (p->is->mode == MODE_PLAINTEXT)
		compare_plaintext(c, p);
	else if (p->is->mode == MODE_IMPLICIT_TLS && baseline_compare_tls(c, p) && compare_greeting(c, p))
		compare_inside_tls(c, p);
	else if (p->is->mode == MODE_UNKNOWN)
		compare_reply(c, p, &p->was->greeting, &p->is->greeting, CHANGE_TURNED_AWAY, CHANGE_WELCOME);
}
