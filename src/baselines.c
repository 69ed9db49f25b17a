/* SPDX-License-Identifier: MIT */
#include "baselines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/observation_file.h"

/* The records in the order of a text of theirs; of several that are the same, the first of the file first. */
struct index {
	const struct observation **at;
	size_t count;
};

struct baselines {
	struct observation *list;
	size_t count;
	struct index by_input, by_name;
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

typedef const char *text_fn(const struct observation *o);

static const char *input_of(const struct observation *o)
{
	return o->target.input != NULL ? o->target.input : "";
}

static const char *name_of(const struct observation *o)
{
	return o->target.name != NULL ? o->target.name : "";
}

static int compare(const struct observation *x, const struct observation *y, text_fn *text)
{
	int order = strcmp(text(x), text(y));

	return order != 0 ? order : x < y ? -1 : x > y;
}

static int by_input(const void *x, const void *y)
{
	return compare(*(const struct observation *const *)x, *(const struct observation *const *)y, input_of);
}

static int by_name(const void *x, const void *y)
{
	return compare(*(const struct observation *const *)x, *(const struct observation *const *)y, name_of);
}

static void make_index(struct index *x, const struct baselines *b, int (*order)(const void *, const void *))
{
	x->count = b->count;
	x->at = mem_zalloc(b->count, sizeof *x->at);
	for (size_t i = 0; i < b->count; i++)
		x->at[i] = &b->list[i];
	qsort(x->at, x->count, sizeof *x->at, order);
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
	make_index(&b->by_input, b, by_input);
	make_index(&b->by_name, b, by_name);
	return b;
}

static const struct observation *find(const struct index *x, text_fn *text, const char *wanted)
{
	size_t from = 0, to = x->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (strcmp(text(x->at[middle]), wanted) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from < x->count && strcmp(text(x->at[from]), wanted) == 0 ? x->at[from] : NULL;
}

const struct observation *baselines_find(const struct baselines *b, const struct observation *now)
{
	const struct observation *o = find(&b->by_input, input_of, input_of(now));

	return o != NULL ? o : find(&b->by_name, name_of, name_of(now));
}

void baselines_free(struct baselines *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->count; i++)
		observation_clear(&b->list[i]);
	free(b->by_input.at);
	free(b->by_name.at);
	free(b->list);
	free(b);
}
