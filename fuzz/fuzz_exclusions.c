/* SPDX-License-Identifier: MIT
 *
 * Whatever stands in a list of exclusions is either refused with a printable sentence or, as it is
 * written, excludes itself; and nothing that is looked up does harm. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/exclusions.h"
#include "plan/shard.h"
#include "plan/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_printable(const char *s)
{
	if (*s == '\0')
		abort();
	for (; *s != '\0'; s++)
		if (iscntrl((unsigned char)*s))
			abort();
}

static void must_exclude(const struct exclusions *x, const char *line)
{
	struct target t;
	struct err e;

	if (target_parse(&t, line, TARGET_AUTO, &e) && !exclusions_name(x, t.name))
		abort();
	target_clear(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size), *rest = text, *line;
	struct exclusions *x = exclusions_new();
	struct shard s;
	struct err e = {""};

	while ((line = strsep(&rest, "\n")) != NULL) {
		size_t before = exclusions_count(x);

		exclusions_name(x, line);
		if (!exclusions_add(x, line, &e))
			must_be_printable(e.msg);
		else if (line[strcspn(line, "# \t\r")] == '\0' && line[0] != '\0')
			must_exclude(x, line);
		if (exclusions_count(x) > before + 1)
			abort();
		exclusions_name(x, line);
	}
	if (!shard_parse(&s, text, &e))
		must_be_printable(e.msg);
	else if (s.k < 1 || s.k > s.n)
		abort();
	exclusions_free(x);
	free(text);
	return 0;
}
