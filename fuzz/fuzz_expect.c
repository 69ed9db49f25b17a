/* SPDX-License-Identifier: MIT
 *
 * The language of expectations: any line is either taken or refused with a sentence, and what was
 * taken is judged the same way twice. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "expect/expect.h"
#include "tests/support/random_record.h"

static void require(bool fine)
{
	if (!fine)
		abort();
}

static void judge(const struct expectations *x, const uint8_t *data, size_t size)
{
	struct expect_verdicts once, again;
	struct observation o = { 0 };
	struct diagnosis d;

	random_record(&o, data, size);
	diagnose(&d, &o);
	expect_judge(&once, x, &o, &d);
	expect_judge(&again, x, &o, &d);
	require(once.count == again.count);
	for (size_t i = 0; i < once.count; i++) {
		const struct expect_verdict *v = &once.list[i];

		require(v->state == again.list[i].state);
		/* Nothing passes because nothing was looked at. */
		require(v->state != EXPECT_MET || v->sight_count > 0);
		require((v->sight_count == 0) == (v->why != NULL));
		for (size_t k = 0; k < v->sight_count; k++)
			require(v->sights[k].seen[0] != '\0');
	}
	expect_verdicts_clear(&once);
	expect_verdicts_clear(&again);
	diagnosis_clear(&d);
	observation_clear(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	size_t n = end != NULL ? (size_t)(end - data) : size;
	char *line = mem_strndup((const char *)data, n);
	struct expectations x = { 0 };
	struct err e = { "" };

	if (expect_parse(&x, line, &e))
		judge(&x, data + n, size - n);
	else
		require(e.msg[0] != '\0' && x.count == 0);
	for (const char *c = e.msg; *c != '\0'; c++)
		require((unsigned char)*c >= 0x20 && *c != 0x7F);
	expectations_clear(&x);
	free(line);
	return 0;
}
