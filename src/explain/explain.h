/* SPDX-License-Identifier: MIT
 *
 * Which diagnoses a text speaks of: an error message that was pasted, or a whole log. Replies
 * of several lines, stack traces and messages that were wrapped are put together first. */
#ifndef EXPLAIN_EXPLAIN_H
#define EXPLAIN_EXPLAIN_H

#include <stdio.h>

#include "diagnose/rule.h"

struct explained {
	const struct diag_rule *rule;
	unsigned score;          /* of its best passage, as in struct text_hit */
	bool leads;              /* it was the best for some passage; else it only fits as well */
	size_t count;            /* passages that it was the best for */
	size_t line;             /* where the best passage began, from 1; 0: of a code */
	char *text;              /* the line of it that shows the rule best, printable and cut; or NULL */
};

struct explanation {
	struct explained *list;  /* best first: those that lead before those that only fit */
	size_t count;
	size_t lines;            /* that were read */
};

/* Reads to the end in one pass; memory does not grow with the input. False: reading failed, see
 * errno; what was found until then is there. */
bool explain_stream(struct explanation *x, FILE *f);
void explain_text(struct explanation *x, const char *text);

/* Adds a rule that was asked for by name or number. */
void explanation_add(struct explanation *x, const struct diag_rule *rule, bool leads);
void explanation_clear(struct explanation *x);

/* The rule of that code, in any case, words joined by whatever; NULL: none. And the one that was
 * probably meant. */
const struct diag_rule *explain_code(const char *code);
const struct diag_rule *explain_near(const char *code);

/* Is the text written as codes are, one word of letters with an underscore in it? */
bool explain_is_code(const char *text);

#endif
