/* SPDX-License-Identifier: MIT
 *
 * What a pipeline or a monitor expects of a target: a line of `SELECTOR: CLAIMS`, parsed once
 * (expect_parse.c) and judged as a pure function of record and diagnosis (expect_judge.c). The
 * language is described in docs/ci.md. No clock, no I/O. */
#ifndef EXPECT_EXPECT_H
#define EXPECT_EXPECT_H

#include "base/err.h"
#include "base/limits.h"
#include "diagnose/diagnose.h"

/* The order is that of gravity: of several sights the gravest decides. */
enum expect_state { EXPECT_MET, EXPECT_UNCHECKED, EXPECT_NOT_MET, EXPECT_STATE_COUNT };
extern const struct words expect_state_words;    /* "met", "could not be checked", "not met" */

/* ---- parsed ------------------------------------------------------------------------------- */

struct claim_row;

struct expect_claim {
	const struct claim_row *row;
	char *text;                  /* as written, "tls>=1.2" */
	enum { COMPARE_NONE, COMPARE_IS, COMPARE_AT_LEAST, COMPARE_AT_MOST, COMPARE_OVER,
	       COMPARE_UNDER, COMPARE_SAYS } compare;
	int64_t number;              /* of a row that compares numbers */
	struct strlist words;        /* of a row that compares words: any of these */
	int stage;                   /* enum stage, "ehlo.code=250"; -1: none was named */
};

struct expectation {
	char *selector;              /* as written, "relay mx*.example.com" */
	bool any;                    /* one endpoint is enough; else all must */
	bool named_family;           /* it says ipv4 or ipv6 */
	unsigned families, roles;    /* 1u << enum family, enum role; 0: all */
	unsigned ports[LIMIT_PORTS];
	size_t port_count;           /* 0: all */
	struct strlist hosts;        /* patterns as in the shell, lower case; none: all */
	struct expect_claim *claims;
	size_t claim_count;
};

struct expectations {
	struct expectation *list;
	size_t count;
};

/* Adds what one line says. False: e->msg names the offending word, the column where it begins
 * (from 1) and what would be right; nothing was added then. */
bool expect_parse(struct expectations *to, const char *line, struct err *e);
void expectations_clear(struct expectations *x);

/* ---- judged ------------------------------------------------------------------------------- */

/* How a claim stands at one endpoint. */
struct expect_sight {
	const struct obs_endpoint *endpoint;     /* of the record; NULL: of the target as a whole */
	enum expect_state state;
	char *seen;                              /* "STARTTLS is not offered" */
};

/* How a claim of an expectation ended. Printed as "TEXT: STATE"; where it is not met, what was seen
 * is in those sights whose state is not EXPECT_MET. */
struct expect_verdict {
	char *text;                  /* "587: tls>=1.2" */
	enum expect_state state;
	const char *remedy;          /* what to do; NULL: it is met, or what was seen says it */
	char *why;                   /* why it could not be checked at all; NULL: see the sights */
	struct expect_sight *sights;
	size_t sight_count;
};

struct expect_verdicts {
	struct expect_verdict *list; /* one a claim, in the order written */
	size_t count;
	size_t by_state[EXPECT_STATE_COUNT];
};

/* The record is borrowed by the result. */
void expect_judge(struct expect_verdicts *v, const struct expectations *x,
		  const struct observation *o, const struct diagnosis *d);
void expect_verdicts_clear(struct expect_verdicts *v);

#endif
