/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "rule_cases.h"

const struct rule_case cases_reply[] = {
	{ NULL, 0, NULL, NULL },
};
