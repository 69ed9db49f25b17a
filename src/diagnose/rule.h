/* SPDX-License-Identifier: MIT
 *
 * A rule is a row: what it is called, what it means, and a pure predicate that says whether an
 * observation shows it and by what evidence. Adding a diagnosis = adding a row to the rules_*.c
 * of its stage, a line to tests/data/codes.txt and a scenario. */
#ifndef DIAGNOSE_RULE_H
#define DIAGNOSE_RULE_H

#include "base/buf.h"
#include "diagnose/diagnose.h"

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
	const char *references[4];       /* "RFC 8314 3.3", or the name and section of a document */

	/* Exactly one. Per endpoint: true = it shows the fault, and *what says what was seen.
	 * Per target: calls judge_see() for each piece of evidence; no call = no finding. */
	bool (*endpoint)(const struct observation *o, const struct obs_endpoint *e, struct buf *what);
	void (*target)(const struct observation *o, struct judge *j);
};

/* Adds evidence; endpoint NULL: of the target as a whole. */
void judge_see(struct judge *j, const struct obs_endpoint *e, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* For a rule whose confidence depends on what was seen; the strongest call stands. */
void judge_confidence(struct judge *j, enum confidence c);

/* One table a stage or subject; each ends with a row without code. rules_verdict: severity ok;
 * these stand only where nothing at or above a warning was found. */
extern const struct diag_rule rules_dns[], rules_connect[], rules_greeting[], rules_smtp[],
	rules_starttls[], rules_tls[], rules_certificate[], rules_verdict[];

/* All rules in order of stages; NULL past the end. */
const struct diag_rule *diag_rule_at(size_t i);

#endif
