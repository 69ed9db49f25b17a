/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "diagnose/rule.h"

const struct diag_rule rules_size[] = {
	{ .code = NULL },
};
