/* SPDX-License-Identifier: MIT */
#include "golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "runner.h"

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	struct buf b;
	char part[4096];
	size_t n;

	ck_assert_msg(f != NULL, "%s cannot be read", path);
	buf_init(&b, BUF_NO_LIMIT);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, part, n);
	fclose(f);
	return buf_take(&b);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_msg(f != NULL, "%s cannot be written", path);
	fputs(text, f);
	fclose(f);
}

void golden_check(const char *name, const char *format, char *report)
{
	const char *srcdir = getenv("srcdir");
	struct buf path;
	char *want;

	buf_init(&path, BUF_NO_LIMIT);
	buf_addf(&path, "%s/tests/data/golden/%s.%s", srcdir != NULL ? srcdir : ".", name, format);
	if (getenv("GOLDEN_WRITE") != NULL)
		write_file(buf_str(&path), report);
	want = read_file(buf_str(&path));
	ck_assert_msg(strcmp(report, want) == 0, "%s: got\n%.3000s", buf_str(&path), report);
	free(want);
	free(report);
	buf_clear(&path);
}
