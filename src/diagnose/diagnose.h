/* SPDX-License-Identifier: MIT
 *
 * Judges an observation: a pure function of the record, through one table of rules. No clock,
 * no I/O, no globals. Order of causes: the first in time wins; what follows from it is not
 * reported, because its stages were not run. */
#ifndef DIAGNOSE_DIAGNOSE_H
#define DIAGNOSE_DIAGNOSE_H

#include "record/observation.h"

enum severity { SEVERITY_OK, SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_PROBLEM, SEVERITY_COUNT };
extern const struct words severity_words;

enum status { STATUS_OK, STATUS_PROBLEM, STATUS_UNCHECKED, STATUS_COUNT };
extern const struct words status_words;

struct evidence {
	char *endpoint;          /* obs_endpoint_name(); NULL: of the target as a whole */
	char *what;
};

struct diag_rule;

struct finding {
	const struct diag_rule *rule;    /* code, summary, meaning, remedy, references */
	enum severity severity;
	enum confidence confidence;
	bool relay_only;                 /* all of its evidence is of relay ports */
	unsigned usable_roles;           /* 1u << enum role: of ports that work to the end, and yet */
	char *summary;                   /* the rule's, with names and counts filled in */
	struct evidence *evidence;
	size_t evidence_count;
};

/* How to use a host: one row for each mode that was seen to work. */
struct advice {
	char *host;
	unsigned port;
	enum advice_mode { ADVICE_STARTTLS, ADVICE_IMPLICIT_TLS, ADVICE_PLAINTEXT, ADVICE_MODE_COUNT } mode;
	enum role role;
	struct strlist auth;             /* mechanisms offered in that mode */
	bool verified;                   /* the certificate was verified at every address of it */
	bool refused;                    /* clients that check the certificate turn back */
	char *caution;                   /* why not to use it as it is; NULL: nothing against it */
};
extern const struct words advice_mode_words;

/* What a role comes to over all hosts, in one line. */
enum verdict_state {
	VERDICT_WORKS,           /* with TLS that was verified as far as the role asks for it */
	VERDICT_IMPAIRED,        /* usable, but not as it should be */
	VERDICT_FAILS,           /* nothing of that role can be used from here */
	VERDICT_ABSENT,          /* not offered, and need not be: 465 and 587 of an MX host */
	VERDICT_UNKNOWN,         /* not put to the test */
	VERDICT_STATE_COUNT
};
extern const struct words verdict_state_words;

struct verdict {
	enum role role;
	enum verdict_state state;
	char *text;              /* "relay on 25: works with verified TLS 1.3" */
};

struct diagnosis {
	enum status status;
	struct verdict *verdicts;        /* one a role that was probed: relay, submission, other */
	size_t verdict_count;
	char *recommendation;            /* one sentence; NULL: nothing can be recommended */
	struct finding *findings;        /* most severe first, then in order of stages */
	size_t finding_count;
	struct advice *advice;           /* best first */
	size_t advice_count;
};

/* What to do about it, by the role of the ports that show it. */
const char *finding_remedy(const struct finding *f);

void diagnose(struct diagnosis *d, const struct observation *o);
void diagnosis_clear(struct diagnosis *d);

#endif
