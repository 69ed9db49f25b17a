/* SPDX-License-Identifier: MIT
 *
 * Any bytes at all are explained or not known; read as a stream and as a text they give the same,
 * and what is printed holds no control character. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "explain/explain_report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool fine)
{
	if (!fine)
		abort();
}

static void print(const struct explanation *x, bool json)
{
	static const struct report_style style = { .utf8 = true, .width = 80 };
	struct buf to;

	buf_init(&to, BUF_NO_LIMIT);
	if (json)
		explain_report_json(&to, x);
	else
		explain_report_text(&to, &style, x, false);
	for (size_t i = 0; i < to.len; i++)
		require(((unsigned char)to.data[i] >= 0x20 && to.data[i] != 0x7F) ||
			to.data[i] == '\n');
	buf_clear(&to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *f = size > 0 ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
	struct explanation x;

	if (f == NULL)
		return 0;
	require(explain_stream(&x, f));
	for (size_t i = 0; i < x.count; i++)
		require(x.list[i].text != NULL && x.list[i].line <= x.lines && x.list[i].score > 0);
	print(&x, false);
	print(&x, true);
	explanation_clear(&x);
	fclose(f);
	return 0;
}
