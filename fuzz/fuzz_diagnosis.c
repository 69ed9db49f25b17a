/* SPDX-License-Identifier: MIT
 *
 * Any record at all is judged without a crash, twice the same, in findings that hold what a
 * report needs; and it is printed without a control character. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/rule.h"
#include "random_record.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool fine)
{
	if (!fine)
		abort();
}

static void print(const struct report_format *format, const struct observation *o,
		  const struct diagnosis *d)
{
	static const struct report_style style = { .utf8 = true, .transcript = true, .width = 80 };
	struct buf to;

	buf_init(&to, BUF_NO_LIMIT);
	report_one(&to, format, &style, o, d);
	for (size_t i = 0; i < to.len; i++)
		require(((unsigned char)to.data[i] >= 0x20 && to.data[i] != 0x7F) ||
			to.data[i] == '\n');
	buf_clear(&to);
}

static void check_finding(const struct finding *f)
{
	require(f->evidence_count > 0 && f->summary != NULL && *f->summary != '\0');
	require(f->severity < SEVERITY_COUNT && f->confidence < CONFIDENCE_COUNT);
	for (size_t i = 0; i < f->evidence_count; i++)
		require(f->evidence[i].what != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct observation o = { 0 };
	struct diagnosis once, again;

	random_record(&o, data, size);
	diagnose(&once, &o);
	diagnose(&again, &o);
	require(once.finding_count == again.finding_count && once.status == again.status);
	for (size_t i = 0; i < once.finding_count; i++) {
		check_finding(&once.findings[i]);
		require(once.findings[i].rule == again.findings[i].rule);
		require(strcmp(once.findings[i].summary, again.findings[i].summary) == 0);
	}
	for (size_t i = 0; report_format_at(i) != NULL; i++)
		print(report_format_at(i), &o, &once);
	diagnosis_clear(&once);
	diagnosis_clear(&again);
	observation_clear(&o);
	return 0;
}
