/* SPDX-License-Identifier: MIT
 *
 * The table of formats. */
#include "report/report.h"

#include <string.h>

#include "base/mem.h"

static const struct report_format *const formats[] = { &report_text, &report_json };

const struct report_format *report_format_at(size_t i)
{
	return i < COUNT(formats) ? formats[i] : NULL;
}

const struct report_format *report_format_find(const char *name, size_t n)
{
	for (size_t i = 0; i < COUNT(formats); i++)
		if (strlen(formats[i]->name) == n && memcmp(formats[i]->name, name, n) == 0)
			return formats[i];
	return NULL;
}
