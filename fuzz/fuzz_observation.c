/* SPDX-License-Identifier: MIT
 *
 * Any record file is read or refused; what was read is judged, printed without a control
 * character, and comes back equal from the JSON that is written of it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "observation_equal.h"
#include "record/observation_json.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool fine)
{
	if (!fine)
		abort();
}

static void print(struct buf *to, const struct report_format *format, const struct observation *o,
		  const struct diagnosis *d)
{
	static const struct report_style style = { .utf8 = true, .transcript = true, .width = 80 };

	buf_init(to, BUF_NO_LIMIT);
	report_one(to, format, &style, o, d);
	for (size_t i = 0; i < to->len; i++)
		require(((unsigned char)to->data[i] >= 0x20 && to->data[i] != 0x7F) ||
			to->data[i] == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct observation o, back;
	struct diagnosis d;
	struct err e;
	struct buf text, json;

	if (!observation_json_read(&o, (const char *)data, size, &e))
		return 0;
	diagnose(&d, &o);
	print(&text, &report_text, &o, &d);
	print(&json, &report_json, &o, &d);
	require(observation_json_read(&back, buf_str(&json), json.len, &e));
	require(observation_equal(&o, &back));
	buf_clear(&text);
	buf_clear(&json);
	diagnosis_clear(&d);
	observation_clear(&o);
	observation_clear(&back);
	return 0;
}
