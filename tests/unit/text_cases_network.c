/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "text_cases.h"

const struct text_case text_cases_network[] = {
	{ NULL, NULL, false, NULL },
};
