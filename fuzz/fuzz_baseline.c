/* SPDX-License-Identifier: MIT
 *
 * Any two records at all are compared without a crash, twice the same, in changes that hold what a
 * report needs, each code once at a place; and a record has not changed since itself. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "baseline/baseline.h"
#include "random_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool fine)
{
	if (!fine)
		abort();
}

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void check(const struct baseline_changes *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct baseline_change *x = &c->list[i];

		require(x->code != NULL && *x->code != '\0' && x->what != NULL && *x->what != '\0');
		require(x->where != NULL && *x->where != '\0');
		require(x->severity > SEVERITY_OK && x->severity < SEVERITY_COUNT);
		require(i == 0 || c->list[i - 1].severity >= x->severity);
		for (size_t k = 0; k < i; k++)
			require(!same(c->list[k].code, x->code) || !same(c->list[k].where, x->where));
	}
	for (size_t i = 0; i < c->unseen.count; i++)
		for (size_t k = 0; k < i; k++)
			require(!same(c->unseen.item[k], c->unseen.item[i]));
}

static void require_same(const struct baseline_changes *a, const struct baseline_changes *b)
{
	require(a->count == b->count && strlist_equal(&a->unseen, &b->unseen));
	for (size_t i = 0; i < a->count; i++) {
		const struct baseline_change *x = &a->list[i], *y = &b->list[i];

		require(same(x->code, y->code) && x->severity == y->severity && same(x->where, y->where));
		require(same(x->before, y->before) && same(x->after, y->after));
	}
}

static void compare(const struct observation *before, const struct observation *now)
{
	struct baseline_changes once, again;

	baseline_compare(&once, before, now);
	baseline_compare(&again, before, now);
	check(&once);
	require_same(&once, &again);
	require(before != now || once.count == 0);
	baseline_changes_clear(&once);
	baseline_changes_clear(&again);
}

/* The first half is a record, the second another; and the first with one byte changed is a third, which
 * is like it in most. Its place is in the last two bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct observation o[3] = { 0 };
	size_t half = size / 2;
	uint8_t *near = mem_zalloc(half + 1, 1);

	memcpy(near, data, half);
	if (half > 0)
		near[(data[size - 1] * 256u + data[size - 2]) % half] ^= data[size / 3] | 1;
	random_record(&o[0], data, half);
	random_record(&o[1], data + half, size - half);
	random_record(&o[2], near, half);
	for (size_t i = 0; i < COUNT(o); i++)
		for (size_t k = 0; k < COUNT(o); k++)
			compare(&o[i], &o[k]);
	for (size_t i = 0; i < COUNT(o); i++)
		observation_clear(&o[i]);
	free(near);
	return 0;
}
