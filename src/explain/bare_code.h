/* SPDX-License-Identifier: MIT
 *
 * A reply code, an enhanced status code or both without any words, as somebody asks who has lost
 * the rest: "535", "530 5.7.0", "#5.5.1". */
#ifndef EXPLAIN_BARE_CODE_H
#define EXPLAIN_BARE_CODE_H

#include <stdbool.h>

#include "diagnose/rule.h"

struct bare_code {
	char reply[4];           /* "535"; "": not given */
	char status[12];         /* "5.7.8"; "" */
	const char *means;       /* a sentence on the reply code, or NULL */
	const char *subject;     /* what the status is about, or NULL */
	const char *reference;   /* of means */
};

/* False: the text holds something else, or codes of success. */
bool bare_code_parse(struct bare_code *b, const char *text);

/* The i-th rule that has such replies: those of the status, then the one that is most usual, then
 * those of the reply code, which do not lead; NULL past the end. */
const struct diag_rule *bare_code_rule(const struct bare_code *b, size_t i, bool *leads);

#endif
