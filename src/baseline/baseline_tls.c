/* SPDX-License-Identifier: MIT
 *
 * What changed of TLS and of the certificate. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "baseline/changes.h"
#include "diagnose/facts.h"
#include "diagnose/seen.h"

enum { TEXT_MOST = 1024 };

/* ---- the session ----------------------------------------------------------------------------- */

static void compare_version(struct baseline_changes *c, const struct pair *p)
{
	const char *was = p->was->tls.version, *is = p->is->tls.version;
	int order = was != NULL && is != NULL ? strcmp(is, was) : 0;    /* "TLS1.2", "TLS1.3" */
	unsigned new = p->is->tls.weaknesses & ~p->was->tls.weaknesses;

	/* RFC 8996: below 1.2 is not to be used. */
	if (order < 0)
		change_add_as(c, CHANGE_TLS_LOWERED,
			      strcmp(is, "TLS1.2") < 0 ? SEVERITY_PROBLEM : SEVERITY_WARNING,
			      p->where, was, is);
	if (order > 0)
		change_add(c, CHANGE_TLS_RAISED, p->where, was, is);
	/* What a lower version lacks is a consequence: 1.3 has no cipher without forward secrecy. */
	for (unsigned i = 0; order >= 0 && i < TLS_WEAKNESS_COUNT; i++)
		if (new & 1u << i)
			change_add(c, CHANGE_TLS_WEAKER, p->where, NULL, words_name(&tls_weakness_words, i));
}

/* ---- the certificate ------------------------------------------------------------------------- */

/* The attribute's value in a name of RFC 4514, as it is written there; *n is 0 where it has none. */
static const char *attribute(const char *name, const char *type, size_t *n)
{
	size_t type_length = strlen(type);

	while (name != NULL && *name != '\0') {
		size_t end = 0;

		while (name[end] != '\0' && name[end] != ',' && name[end] != '+')
			end += name[end] == '\\' && name[end + 1] != '\0' ? 2 : 1;
		if (strncasecmp(name, type, type_length) == 0 && name[type_length] == '=') {
			*n = end - type_length - 1;
			return name + type_length + 1;
		}
		name += end;
		name += *name != '\0';
	}
	*n = 0;
	return NULL;
}

/* An issuer has several certificates of its own and signs with one or the other ("R12", "E8" of one
 * organisation): its organisation counts, and the whole name only where it states none. */
static bool same_issuer(const char *was, const char *is)
{
	size_t n, m;
	const char *a = attribute(was, "O", &n), *b = attribute(is, "O", &m);

	if (n > 0 && m > 0)
		return n == m && memcmp(a, b, n) == 0;
	return change_same(was, is);
}

/* RFC 6125 6.4.3: the "*" stands for one whole label. */
static bool covers(const char *san, const char *name)
{
	if (strcasecmp(san, name) == 0)
		return true;
	if (strncmp(san, "*.", 2) != 0)
		return false;
	name = strchr(name, '.');
	return name != NULL && strcasecmp(san + 1, name) == 0;
}

static bool any_covers(const struct strlist *sans, const char *name)
{
	for (size_t i = 0; i < sans->count; i++)
		if (covers(sans->item[i], name))
			return true;
	return false;
}

static void compare_names(struct baseline_changes *c, const struct pair *p)
{
	const struct strlist *was = &p->was->tls.chain[0].sans, *is = &p->is->tls.chain[0].sans;

	for (size_t i = 0; i < was->count; i++)
		if (!any_covers(is, was->item[i]))
			change_add(c, CHANGE_CERT_NAME_DROPPED, p->where, was->item[i], NULL);
}

static char *until(const struct obs_certificate *leaf)
{
	struct buf text;

	buf_init(&text, TEXT_MOST);
	buf_adds(&text, "until ");
	seen_date(&text, leaf->not_after);
	return buf_take(&text);
}

static void tell_until(struct baseline_changes *c, const struct pair *p, enum change what)
{
	char *before = until(&p->was->tls.chain[0]), *after = until(&p->is->tls.chain[0]);

	change_add(c, what, p->where, before, after);
	free(before);
	free(after);
}

static bool has_leaf(const struct obs_endpoint *e)
{
	return e->tls.chain_count > 0;
}

static bool same_leaf(const struct pair *p)
{
	return !has_leaf(p->was) || !has_leaf(p->is) ||
	       change_same(p->was->tls.chain[0].sha256, p->is->tls.chain[0].sha256);
}

/* The faults that are new. Without a name of the host there is none to check for. */
static unsigned new_faults(const struct pair *p)
{
	unsigned faults = p->is->tls.faults & ~p->was->tls.faults;

	if (facts_address_only(p->is) || facts_address_only(p->was))
		faults &= ~(unsigned)CERT_NAME_MISMATCH;
	return faults;
}

/* By the faults that are new, and by who issued it where nobody is known for that. */
static void tell_not_valid(struct baseline_changes *c, const struct pair *p, unsigned faults,
			   bool other_issuer)
{
	enum severity severity = p->is->role == ROLE_RELAY ? SEVERITY_WARNING : SEVERITY_PROBLEM;

	if (faults == 0)
		change_add_as(c, CHANGE_CERT_NOT_VALID, severity, p->where, NULL,
			      seen_against_certificate(p->is));
	for (unsigned i = 0; i < CERT_FAULT_COUNT; i++)
		if (faults & 1u << i)
			change_add_as(c, CHANGE_CERT_NOT_VALID, severity, p->where, NULL,
				      words_name(&cert_fault_words, i));
	if (other_issuer) {
		char *before = mem_printf("issued by %s", p->was->tls.chain[0].issuer);
		char *after = mem_printf("issued by %s", p->is->tls.chain[0].issuer);

		change_add_as(c, CHANGE_CERT_NOT_VALID, severity, p->where, before, after);
		free(before);
		free(after);
	}
}

/* Another certificate, beside what it did to its being good. */
static void compare_leaf(struct baseline_changes *c, const struct pair *p, unsigned faults, bool told)
{
	const struct obs_certificate *was = &p->was->tls.chain[0], *is = &p->is->tls.chain[0];

	if (!same_issuer(was->issuer, is->issuer)) {
		if ((faults & (CERT_SELF_SIGNED | CERT_UNKNOWN_ISSUER)) == 0)
			change_add(c, CHANGE_ISSUER, p->where, was->issuer, is->issuer);
	} else if (!told) {
		tell_until(c, p, is->not_after < was->not_after ? CHANGE_CERT_SHORTER : CHANGE_CERT_RENEWED);
	}
	if (was->key != NULL && is->key != NULL && strcmp(was->key, is->key) != 0)
		change_add(c, CHANGE_CERT_KEY, p->where, was->key, is->key);
	/* A certificate for another name altogether has lost all of them by that. */
	if ((faults & CERT_NAME_MISMATCH) == 0)
		compare_names(c, p);
}

static void compare_certificate(struct baseline_changes *c, const struct pair *p)
{
	bool good = facts_certificate_good(p->is), was_good = facts_certificate_good(p->was);
	unsigned faults = new_faults(p);
	bool worse = !good && (was_good || faults != 0), better = good && !was_good;

	if (worse)
		tell_not_valid(c, p, faults, (faults & (CERT_SELF_SIGNED | CERT_UNKNOWN_ISSUER)) != 0 &&
			       !same_leaf(p) && p->was->tls.chain[0].issuer != NULL &&
			       p->is->tls.chain[0].issuer != NULL &&
			       !same_issuer(p->was->tls.chain[0].issuer, p->is->tls.chain[0].issuer));
	if (better)
		change_add(c, CHANGE_CERT_VALID, p->where, seen_against_certificate(p->was), NULL);
	if (better && !same_leaf(p))
		tell_until(c, p, CHANGE_CERT_VALID);
	if (!same_leaf(p))
		compare_leaf(c, p, worse ? faults : 0, worse || better);
}

/* ---- the handshake --------------------------------------------------------------------------- */

/* Why the run could not see whether the handshake works; NULL: it could. */
static const char *tls_not_seen(const struct obs_tls *t)
{
	switch (t->outcome) {
	case OUT_NOT_RUN:
		return "the dialogue did not get so far as TLS";
	case OUT_CUT_SHORT:
		return "it was cut short";
	case OUT_ERROR:
		return "this machine failed in TLS";
	default:
		return NULL;
	}
}

static const char *how_it_failed(const struct obs_tls *t)
{
	return t->alert != NULL ? t->alert : words_name(&outcome_words, t->outcome);
}

bool baseline_compare_tls(struct baseline_changes *c, const struct pair *p)
{
	const struct obs_tls *was = &p->was->tls, *is = &p->is->tls;
	const char *why_was = tls_not_seen(was), *why_is = tls_not_seen(is);

	if (why_was != NULL || why_is != NULL) {
		change_unseen(c, p->where, why_was != NULL ? RUN_BASELINE : RUN_NOW,
			      why_was != NULL ? why_was : why_is);
		return false;
	}
	if (was->outcome == OUT_OK && is->outcome != OUT_OK)
		change_add(c, CHANGE_TLS_FAILS, p->where, was->version, how_it_failed(is));
	if (was->outcome != OUT_OK && is->outcome == OUT_OK)
		change_add(c, CHANGE_TLS_WORKS, p->where, how_it_failed(was), is->version);
	if (was->outcome != OUT_OK || is->outcome != OUT_OK)
		return false;
	compare_version(c, p);
	compare_certificate(c, p);
	return true;
}
