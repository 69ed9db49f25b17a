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

enum confidence {
	CONFIDENCE_POSSIBLE,     /* one observation that other causes would explain as well */
	CONFIDENCE_HIGH,         /* two independent observations */
	CONFIDENCE_CERTAIN,      /* the peer, or our own system, said so */
	CONFIDENCE_COUNT
};
extern const struct words confidence_words;

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
};
extern const struct words advice_mode_words;

struct diagnosis {
	enum status status;
	struct finding *findings;        /* most severe first, then in order of stages */
	size_t finding_count;
	struct advice *advice;           /* best first */
	size_t advice_count;
};

void diagnose(struct diagnosis *d, const struct observation *o);
void diagnosis_clear(struct diagnosis *d);

#endif
