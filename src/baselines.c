/* SPDX-License-Identifier: MIT */
#include "baselines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/observation_file.h"

struct baselines {
	struct observation *list;
	size_t count;
};

static bool read_records(struct baselines *b, FILE *f, struct err *why)
{
	struct observation o;
	bool end = false;

	while (observation_file_read(f, &o, &end, why)) {
		if (end)
			return true;
		*(struct observation *)mem_append(&b->list, &b->count, sizeof o) = o;
	}
	return false;
}

struct baselines *baselines_read(const char *file, struct err *e)
{
	FILE *f = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
	struct baselines *b = mem_zalloc(1, sizeof *b);
	struct err why;
	bool fine = false;

	if (f == NULL)
		err_set(e, "the baseline %s cannot be read: %s; it is made by --output json=FILE", file,
			strerror(errno));
	else if (!read_records(b, f, &why))
		err_set(e, "the baseline %s, record %zu: %s; it is made by --output json=FILE", file, b->count + 1,
			why.msg);
	else if (b->count == 0)
		err_set(e, "the baseline %s holds no record: expected the output of --output json", file);
	else
		fine = true;
	if (f != NULL && f != stdin)
		fclose(f);
	if (!fine) {
		baselines_free(b);
		return NULL;
	}
	return b;
}

static bool same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

const struct observation *baselines_find(const struct baselines *b, const struct observation *now)
{
	for (size_t i = 0; i < b->count; i++)
		if (same(b->list[i].target.input, now->target.input))
			return &b->list[i];
	for (size_t i = 0; i < b->count; i++)
		if (same(b->list[i].target.name, now->target.name))
			return &b->list[i];
	return NULL;
}

void baselines_free(struct baselines *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->count; i++)
		observation_clear(&b->list[i]);
	free(b->list);
	free(b);
}
