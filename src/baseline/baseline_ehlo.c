/* SPDX-License-Identifier: MIT
 *
 * What changed of the extensions that EHLO lists, whatever their order and letter case (RFC 5321
 * 2.4, 4.1.1.1), and of what is said to those who use no TLS. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "baseline/changes.h"
#include "diagnose/facts.h"
#include "smtp/smtp_caps.h"

static bool has_word(const struct obs_capability *cap, const char *word)
{
	for (size_t i = 0; cap != NULL && i < cap->params.count; i++)
		if (strcasecmp(cap->params.item[i], word) == 0)
			return true;
	return false;
}

static void compare_auth(struct baseline_changes *c, const struct pair *p, const struct obs_ehlo *was,
			 const struct obs_ehlo *is)
{
	const struct obs_capability *old = obs_ehlo_find(was, "AUTH"), *new = obs_ehlo_find(is, "AUTH");
	enum severity severity = p->is->role == ROLE_SUBMISSION ? SEVERITY_PROBLEM : SEVERITY_WARNING;

	for (size_t i = 0; old != NULL && i < old->params.count; i++)
		if (!has_word(new, old->params.item[i]))
			change_add_as(c, CHANGE_AUTH_DROPPED, severity, p->where, old->params.item[i], NULL);
	for (size_t i = 0; new != NULL && i < new->params.count; i++)
		if (!has_word(old, new->params.item[i]))
			change_add(c, CHANGE_AUTH_ADDED, p->where, NULL, new->params.item[i]);
}

/* Whether STARTTLS is to be had is compared by what came of it; inside of TLS it must not be listed
 * (RFC 3207 4.2), and those who list it there mean nothing by it. */
static bool by_itself(const char *keyword)
{
	return strcmp(keyword, "AUTH") == 0 || strcmp(keyword, "STARTTLS") == 0;
}

static void compare_keywords(struct baseline_changes *c, const struct pair *p, const struct obs_ehlo *was,
			     const struct obs_ehlo *is)
{
	for (size_t i = 0; i < was->cap_count; i++) {
		const char *keyword = was->caps[i].keyword;

		if (!by_itself(keyword) && obs_ehlo_find(is, keyword) == NULL)
			change_add(c, CHANGE_CAPABILITY_DROPPED, p->where, keyword, NULL);
	}
	for (size_t i = 0; i < is->cap_count; i++) {
		const char *keyword = is->caps[i].keyword;

		if (!by_itself(keyword) && obs_ehlo_find(was, keyword) == NULL)
			change_add(c, CHANGE_CAPABILITY_ADDED, p->where, NULL, keyword);
	}
}

/* SIZE that is listed without a number says nothing, and SIZE 0 that there is no limit (RFC 1870 4). */
static void compare_size(struct baseline_changes *c, const struct pair *p, const struct obs_ehlo *was,
			 const struct obs_ehlo *is)
{
	int64_t old, new;
	char *before, *after;
	bool lower;

	if (!smtp_caps_size(was, &old) || !smtp_caps_size(is, &new) || old == new)
		return;
	lower = old == 0 || (new != 0 && new < old);
	before = mem_printf("SIZE %" PRId64, old);
	after = mem_printf("SIZE %" PRId64, new);
	change_add(c, lower ? CHANGE_SIZE_LOWERED : CHANGE_SIZE_RAISED, p->where, before, after);
	free(before);
	free(after);
}

void baseline_compare_ehlo(struct baseline_changes *c, const struct pair *p,
			   const struct obs_ehlo *was, const struct obs_ehlo *is)
{
	compare_auth(c, p, was, is);
	compare_keywords(c, p, was, is);
	compare_size(c, p, was, is);
}

/* ---- to those who use no TLS ----------------------------------------------------------------- */

static bool lists_secret(const struct obs_endpoint *e)
{
	const struct obs_capability *auth = obs_ehlo_find(&e->ehlo, "AUTH");

	return auth != NULL && facts_sends_secret(auth);
}

/* Did the server say whether a mail may be begun in the clear? */
static bool enforcement_seen(const struct obs_endpoint *e)
{
	const struct obs_reply *r = &e->enforcement.reply;

	return r->outcome == OUT_OK || (r->outcome == OUT_REJECTED && !facts_reply_class(r, 4));
}

/* A log-in that was listed before, and is taken now as TLS is not demanded any more, is the same
 * change; and both RFC 3207 and RFC 4954 let a server demand either with the same code. */
void baseline_compare_the_clear(struct baseline_changes *c, const struct pair *p)
{
	bool demanded = facts_demand(p->was) == DEMAND_TLS;

	if (facts_log_in_before_tls(p->is) && !lists_secret(p->was))
		change_add(c, CHANGE_AUTH_IN_THE_CLEAR, p->where, NULL, NULL);
	if (demanded && !enforcement_seen(p->is))
		change_unseen(c, p->where, RUN_NOW, "whether TLS is demanded was not learnt");
	else if (demanded && p->is->enforcement.reply.outcome == OUT_OK)
		change_add(c, CHANGE_TLS_NOT_DEMANDED, p->where, NULL, NULL);
}
