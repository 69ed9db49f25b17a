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
		explain_report_json(&to, x, NULL, NULL);
	else
		explain_report_text(&to, &style, x, false);
	for (size_t i = 0; i < to.len; i++)
		require(((unsigned char)to.data[i] >= 0x20 && to.data[i] != 0x7F) ||
			to.data[i] == '\n');
	buf_clear(&to);
}

static void bare(const uint8_t *data, size_t size)
{
	static const struct report_style style = { .utf8 = true, .width = 60 };
	struct buf text, to;
	struct bare_code b;

	buf_init(&text, BUF_NO_LIMIT);
	buf_init(&to, BUF_NO_LIMIT);
	buf_add(&text, data, size);
	if (bare_code_parse(&b, buf_str(&text))) {
		const struct diag_rule *rule;
		struct explanation x = { NULL, 0, 0 };
		bool leads;

		for (size_t i = 0; (rule = bare_code_rule(&b, i, &leads)) != NULL; i++)
			explanation_add(&x, rule, leads);
		explain_report_bare(&to, &style, &b, &x);
		require(to.len > 0);
		explanation_clear(&x);
	}
	buf_clear(&to);
	buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *f = size > 0 ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
	struct explanation x;

	if (f == NULL)
		return 0;
	bare(data, size);
	require(explain_stream(&x, f));
	for (size_t i = 0; i < x.count; i++)
		require(x.list[i].text != NULL && x.list[i].line <= x.lines && x.list[i].score > 0);
	print(&x, false);
	print(&x, true);
	explanation_clear(&x);
	fclose(f);
	return 0;
}
