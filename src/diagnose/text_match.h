/* SPDX-License-Identifier: MIT
 *
 * Which rules a text fits: the reply of a server, or the error text of a client. Matching is on
 * reply code, enhanced status code (RFC 3463) and a few lower-cased words, never on whole
 * sentences, which differ with every version. One meaning for live replies and for --explain. */
#ifndef DIAGNOSE_TEXT_MATCH_H
#define DIAGNOSE_TEXT_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "record/observation.h"

struct diag_rule;

/* All that is given must be in the text, in any order. Empty: ends a list of patterns. */
struct text_pattern {
	const char *reply;       /* "535"; "5": any 5yz; NULL: whatever the code, or none */
	const char *status;      /* "5.7.139"; NULL: whatever */
	const char *words[5];    /* lower case; a text in between them does not matter */
	const char *unless[3];   /* none of these is in it */
	bool vague;              /* true of many causes: any other pattern that fits comes first */
	bool decisive;           /* names the cause of what other patterns see: it comes first */
};

struct text_hit {
	const struct diag_rule *rule;
	unsigned score;          /* how specific the pattern is that fits: more said, more points */
};

/* Fills in the rules that fit the text of n bytes, each once, best first, and says how many; more
 * than `room` are left out. Letters' case, runs of blanks and line ends, JSON escapes and quotes
 * make no difference. Pure; the patterns are compiled on first use and then only read. */
size_t text_match(const char *text, size_t n, struct text_hit *hits, size_t room);

/* The best rule for a reply that says no, among those whose `replies` hold the stage; NULL: none. */
const struct diag_rule *text_reply_rule(const struct obs_reply *r, enum stage at);

#endif
