/* SPDX-License-Identifier: MIT
 *
 * A rule is a row: what it is called, what it means, and how it is recognised: by a pure
 * predicate over an observation, by the words of a reply, or by the words of an error text that
 * only a client prints (--explain). Adding a diagnosis = adding a row to the rules_*.c of its
 * stage, a line to tests/data/codes.txt, its cases and a scenario. */
#ifndef DIAGNOSE_RULE_H
#define DIAGNOSE_RULE_H

#include "base/buf.h"
#include "diagnose/diagnose.h"
#include "diagnose/text_match.h"

struct judge;    /* the finding under construction: see judge_see() */

struct diag_rule {
	const char *code;                /* a word, STAGE_WHAT; never reused or renamed */
	enum stage stage;
	enum severity severity;
	enum severity relay_severity;    /* on a relay port, where it differs; 0 = SEVERITY_OK: as severity */
	enum confidence confidence;
	const char *summary;             /* %E: the endpoint, or "N endpoints"; %T: the target's name;
	                                  * %H: the host. Nothing else is filled in. */
	const char *means;
	const char *remedy;
	const char *relay_remedy;        /* what to do on a relay port, where it differs; NULL: as remedy */
	const char *others;              /* what else the same evidence would fit, as a sentence; NULL: nothing */
	const char *references[4];       /* "RFC 8314 3.3", or the name and section of a document */

	/* Error texts and replies that show it, ended by an empty pattern; NULL: none. --explain
	 * knows the rule by them. */
	const struct text_pattern *texts;
	/* The stages whose refused replies are judged by `texts` as well, 1u << STAGE_..., where
	 * this rule fits the reply better than every other; 0: none. */
	unsigned replies;

	/* At most one, and none where `replies` is set; a rule without any of the three is one that
	 * only a text can show. Per endpoint: true = it shows the fault, and *what says what was
	 * seen. Per target: calls judge_see() for each piece of evidence; no call = no finding. */
	bool (*endpoint)(const struct observation *o, const struct obs_endpoint *e, struct buf *what);
	void (*target)(const struct observation *o, struct judge *j);
};

/* A row's patterns. */
#define TEXTS(...) ((const struct text_pattern[]){ __VA_ARGS__, { .words = { NULL } } })

/* Adds evidence; endpoint NULL: of the target as a whole. */
void judge_see(struct judge *j, const struct obs_endpoint *e, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* For a rule whose confidence depends on what was seen; the strongest call stands. */
void judge_confidence(struct judge *j, enum confidence c);

/* One table a stage or subject; each ends with a row without code. rules_verdict: severity ok;
 * these stand only where nothing at or above a warning was found. */
extern const struct diag_rule rules_dns[], rules_elsewhere[], rules_path[], rules_silent[], rules_connect[], rules_greeting[],
	rules_source[], rules_ehlo[], rules_smtp[], rules_starttls[], rules_tls[],
	rules_certificate[], rules_trust[], rules_auth[], rules_sender[], rules_policy[],
	rules_message[], rules_client[], rules_interception[], rules_size[], rules_verdict[];

/* All rules in order of stages; NULL past the end. */
const struct diag_rule *diag_rule_at(size_t i);

#endif
