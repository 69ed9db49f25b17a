/* SPDX-License-Identifier: MIT
 *
 * What changed of one endpoint. The first failure names itself only: what was not reached because
 * of it has not changed. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "baseline/changes.h"
#include "diagnose/facts.h"
#include "diagnose/seen.h"
#include "smtp/smtp_caps.h"

enum { TEXT_MAX = 1024 };

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* ---- the port -------------------------------------------------------------------------------- */

static const char *not_seen(const struct observation *o, const struct obs_endpoint *e)
{
	if (e->connect.outcome == OUT_CUT_SHORT || e->connect.outcome == OUT_NOT_RUN)
		return "it was cut short";
	if (facts_local_failure(o, e) || facts_dropped_here(o, e) || facts_rejected_here(o, e))
		return "this machine did not let it be reached";
	return facts_reply_class(&e->greeting, 4) ? "the server said \"not now\"" : NULL;
}

/* True: the port is open in both, and greets; there is more to compare. */
static bool compare_port(struct baseline_changes *c, const struct pair *p, const char *where)
{
	bool was = p->was->connect.outcome == OUT_OK, is = p->is->connect.outcome == OUT_OK;
	const char *why = not_seen(p->was_in, p->was) != NULL ? not_seen(p->was_in, p->was) :
			  not_seen(p->is_in, p->is);

	if (why != NULL) {
		change_unseen(c, where, why);
		return false;
	}
	if (was && !is)
		change_add_as(c, CHANGE_PORT_CLOSED, facts_matters(p->is_in, p->is) ? SEVERITY_PROBLEM :
			      SEVERITY_NOTE, where, "open", words_name(&outcome_words, p->is->connect.outcome));
	if (!was && is)
		change_add(c, CHANGE_PORT_OPENED, where,
			   words_name(&outcome_words, p->was->connect.outcome), "open");
	return was && is;
}

static bool compare_mode(struct baseline_changes *c, const struct pair *p, const char *where)
{
	if (p->was->mode == p->is->mode)
		return true;
	if (p->was->mode == MODE_UNKNOWN || p->is->mode == MODE_UNKNOWN)
		change_unseen(c, where, "its mode was not learnt");
	else
		change_add(c, CHANGE_MODE, where, words_name(&mode_words, p->was->mode),
			   words_name(&mode_words, p->is->mode));
	return false;
}

static bool compare_greeting(struct baseline_changes *c, const struct pair *p, const char *where)
{
	bool was = p->was->greeting.outcome == OUT_OK, is = p->is->greeting.outcome == OUT_OK;
	struct buf said;

	/* Inside of TLS there is no greeting where the handshake failed. */
	if (p->is->mode == MODE_IMPLICIT_TLS && (!facts_tls_up(p->was) || !facts_tls_up(p->is)))
		return true;
	buf_init(&said, TEXT_MAX * 8);
	seen_reply(&said, &p->is->greeting);
	if (was && !is)
		change_add(c, CHANGE_TURNED_AWAY, where, NULL, buf_str(&said));
	if (!was && is)
		change_add(c, CHANGE_WELCOME, where, NULL, buf_str(&said));
	buf_clear(&said);
	return was && is;
}

/* ---- TLS ------------------------------------------------------------------------------------- */

static bool compare_starttls(struct baseline_changes *c, const struct pair *p, const char *where)
{
	bool was = p->was->starttls.outcome == OUT_OK, is = p->is->starttls.outcome == OUT_OK;

	if (p->is->mode != MODE_PLAINTEXT)
		return true;
	if (was && !is)
		change_add(c, CHANGE_STARTTLS_GONE, where, NULL,
			   words_name(&outcome_words, p->is->starttls.outcome));
	if (!was && is)
		change_add(c, CHANGE_STARTTLS_CAME, where, NULL, NULL);
	return was == is;
}

static void compare_version(struct baseline_changes *c, const struct pair *p, const char *where)
{
	const char *was = p->was->tls.version, *is = p->is->tls.version;
	int order = was != NULL && is != NULL ? strcmp(is, was) : 0;    /* "TLS1.2", "TLS1.3" */
	unsigned new = p->is->tls.weaknesses & ~p->was->tls.weaknesses;

	if (order < 0)
		change_add_as(c, CHANGE_TLS_LOWERED, strcmp(is, "TLS1.2") < 0 ? SEVERITY_PROBLEM :
			      SEVERITY_WARNING, where, was, is);
	if (order > 0)
		change_add(c, CHANGE_TLS_RAISED, where, was, is);
	for (unsigned i = 0; order == 0 && i < TLS_WEAKNESS_COUNT; i++)
		if (new & 1u << i)
			change_add(c, CHANGE_TLS_WEAKER, where, NULL, words_name(&tls_weakness_words, i));
}

static void compare_names(struct baseline_changes *c, const struct obs_certificate *was,
			  const struct obs_certificate *is, const char *where)
{
	for (size_t i = 0; i < was->sans.count; i++)
		if (!strlist_has(&is->sans, was->sans.item[i]))
			change_add(c, CHANGE_CERT_NAME_DROPPED, where, was->sans.item[i], NULL);
}

static void compare_certificate(struct baseline_changes *c, const struct pair *p, const char *where)
{
	const struct obs_tls *was = &p->was->tls, *is = &p->is->tls;
	bool good = facts_certificate_good(p->is), was_good = facts_certificate_good(p->was);
	struct buf until;

	if (was_good && !good)
		change_add_as(c, CHANGE_CERT_NOT_VALID, p->is->role == ROLE_RELAY ? SEVERITY_WARNING :
			      SEVERITY_PROBLEM, where, NULL, seen_against_certificate(p->is));
	if (!was_good && good)
		change_add(c, CHANGE_CERT_VALID, where, seen_against_certificate(p->was), NULL);
	if (was->chain_count == 0 || is->chain_count == 0 || same(was->chain[0].sha256, is->chain[0].sha256))
		return;
	buf_init(&until, TEXT_MAX);
	buf_adds(&until, "until ");
	seen_date(&until, is->chain[0].not_after);
	if (same(was->chain[0].issuer, is->chain[0].issuer))
		change_add(c, CHANGE_CERT_RENEWED, where, NULL, buf_str(&until));
	else
		change_add(c, CHANGE_ISSUER, where, was->chain[0].issuer, is->chain[0].issuer);
	buf_clear(&until);
	compare_names(c, &was->chain[0], &is->chain[0], where);
}

static bool compare_tls(struct baseline_changes *c, const struct pair *p, const char *where)
{
	bool was = facts_tls_up(p->was), is = facts_tls_up(p->is);

	if (was && !is)
		change_add(c, CHANGE_TLS_FAILS, where, NULL, p->is->tls.alert != NULL ? p->is->tls.alert :
			   words_name(&outcome_words, p->is->tls.outcome));
	if (!was && is)
		change_add(c, CHANGE_TLS_WORKS, where, NULL, p->is->tls.version);
	if (was && is) {
		compare_version(c, p, where);
		compare_certificate(c, p, where);
	}
	return was == is;
}

/* ---- EHLO ------------------------------------------------------------------------------------ */

static const struct obs_ehlo *last_ehlo(const struct obs_endpoint *e)
{
	return e->ehlo_tls.reply.outcome == OUT_OK ? &e->ehlo_tls :
	       !facts_tls_up(e) && e->ehlo.reply.outcome == OUT_OK ? &e->ehlo : NULL;
}

static bool has_parameter(const struct obs_capability *cap, const char *word)
{
	return cap != NULL && strlist_has(&cap->params, word);
}

static void compare_auth(struct baseline_changes *c, const struct pair *p, const struct obs_ehlo *was,
			 const struct obs_ehlo *is, const char *where)
{
	const struct obs_capability *old = obs_ehlo_find(was, "AUTH"), *new = obs_ehlo_find(is, "AUTH");
	enum severity severity = p->is->role == ROLE_SUBMISSION ? SEVERITY_PROBLEM : SEVERITY_WARNING;

	for (size_t i = 0; old != NULL && i < old->params.count; i++)
		if (!has_parameter(new, old->params.item[i]))
			change_add_as(c, CHANGE_AUTH_DROPPED, severity, where, old->params.item[i], NULL);
	for (size_t i = 0; new != NULL && i < new->params.count; i++)
		if (!has_parameter(old, new->params.item[i]))
			change_add(c, CHANGE_AUTH_ADDED, where, NULL, new->params.item[i]);
}

static bool by_itself(const char *keyword)
{
	return strcmp(keyword, "AUTH") == 0 || strcmp(keyword, "SIZE") == 0 || strcmp(keyword, "STARTTLS") == 0;
}

static void compare_keywords(struct baseline_changes *c, const struct obs_ehlo *from,
			     const struct obs_ehlo *to, enum change what, const char *where)
{
	for (size_t i = 0; i < from->cap_count; i++) {
		const char *keyword = from->caps[i].keyword;
		bool dropped = what == CHANGE_CAPABILITY_DROPPED;

		if (!by_itself(keyword) && obs_ehlo_find(to, keyword) == NULL)
			change_add(c, what, where, dropped ? keyword : NULL, dropped ? NULL : keyword);
	}
}

static void compare_size(struct baseline_changes *c, const struct obs_ehlo *was, const struct obs_ehlo *is,
			 const char *where)
{
	int64_t old, new, unlimited = INT64_MAX;
	char *before, *after;

	if (!smtp_caps_size(was, &old) || !smtp_caps_size(is, &new) || old == new)
		return;
	before = mem_printf("SIZE %" PRId64, old);
	after = mem_printf("SIZE %" PRId64, new);
	change_add(c, (new == 0 ? unlimited : new) < (old == 0 ? unlimited : old) ? CHANGE_SIZE_LOWERED :
		   CHANGE_SIZE_RAISED, where, before, after);
	free(before);
	free(after);
}

static void compare_ehlo(struct baseline_changes *c, const struct pair *p, const char *where)
{
	const struct obs_ehlo *was = last_ehlo(p->was), *is = last_ehlo(p->is);

	if (was == NULL || is == NULL) {
		if (was != is)
			change_unseen(c, where, "EHLO was not answered in both");
		return;
	}
	compare_auth(c, p, was, is, where);
	compare_keywords(c, was, is, CHANGE_CAPABILITY_DROPPED, where);
	compare_keywords(c, is, was, CHANGE_CAPABILITY_ADDED, where);
	compare_size(c, was, is, where);
}

/* What is said to those who use no TLS. */
static void compare_the_clear(struct baseline_changes *c, const struct pair *p, const char *where)
{
	if (p->is->mode != MODE_PLAINTEXT || p->was->ehlo.reply.outcome != OUT_OK ||
	    p->is->ehlo.reply.outcome != OUT_OK)
		return;
	if (facts_log_in_before_tls(p->is) && !facts_log_in_before_tls(p->was))
		change_add(c, CHANGE_AUTH_IN_THE_CLEAR, where, NULL, NULL);
	if (facts_demand(p->was) == DEMAND_TLS && facts_demand(p->is) != DEMAND_TLS &&
	    p->is->enforcement.reply.outcome == OUT_OK)
		change_add(c, CHANGE_TLS_NOT_DEMANDED, where, NULL, NULL);
}

void baseline_compare_endpoint(struct baseline_changes *c, const struct pair *p)
{
	struct buf where;

	buf_init(&where, TEXT_MAX * 8);
	seen_host_port(&where, p->is);
	if (compare_port(c, p, buf_str(&where)) && compare_mode(c, p, buf_str(&where)) &&
	    compare_greeting(c, p, buf_str(&where))) {
		if (compare_starttls(c, p, buf_str(&where))) {
			compare_the_clear(c, p, buf_str(&where));
			if (compare_tls(c, p, buf_str(&where)))
				compare_ehlo(c, p, buf_str(&where));
		}
	}
	buf_clear(&where);
}
