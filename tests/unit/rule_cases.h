/* SPDX-License-Identifier: MIT
 *
 * Each rule both ways: an observation that shows it, and a near miss that must not raise it.
 * The tables are by subject, as the rules are; check_rules.c runs them all and fails where a
 * rule has no case. */
#ifndef UNIT_RULE_CASES_H
#define UNIT_RULE_CASES_H

#include "diagnose/diagnose.h"
#include "obs_build.h"

struct rule_case {
	const char *code;
	enum severity severity;        /* expected of the finding in the case that shows it */
	/* Builds the case into an empty observation: the one that shows it, or the near miss. */
	void (*build)(struct observation *o, bool near_miss);
	const char *name;              /* what is shown, and what the near miss is */
};

/* Each ends with a row without code. */
extern const struct rule_case cases_dns[], cases_connect[], cases_smtp[], cases_starttls[],
	cases_tls[], cases_reply[], cases_interception[], cases_size[],
	cases_path[];

#endif
