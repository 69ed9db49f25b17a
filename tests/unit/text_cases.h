/* SPDX-License-Identifier: MIT
 *
 * Error texts as people paste them, each with the rule that must come first for it, and near
 * misses that must not raise the rule. check_text.c runs them all and fails where a rule with
 * patterns has no case. */
#ifndef UNIT_TEXT_CASES_H
#define UNIT_TEXT_CASES_H

#include <stdbool.h>

struct text_case {
	const char *code;        /* NULL ends a table */
	const char *text;
	bool near_miss;          /* the rule must not be among those that fit */
	const char *symptom;     /* the row of the symptoms that it stands for: "C01"; NULL: none */
};

extern const struct text_case text_cases_client[], text_cases_network[], text_cases_tls[],
	text_cases_reply[], text_cases_auth[], text_cases_path[];

#endif
