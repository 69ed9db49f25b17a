/* SPDX-License-Identifier: MIT
 *
 * The reply reader gives the same result for bytes in one piece and byte by byte, and stays
 * within its bounds. */
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "smtp/smtp_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	enum smtp_parse whole, split = SMTP_PARSE_MORE;
	size_t used = 0, taken = 0;
	struct smtp_reply a, b;

	smtp_reply_init(&a);
	smtp_reply_init(&b);
	whole = smtp_reply_feed(&a, bytes, size, &used);
	while (taken < size && split == SMTP_PARSE_MORE) {
		size_t one = 0;

		split = smtp_reply_feed(&b, bytes + taken, 1, &one);
		taken += one;
	}
	if (whole != split || used != taken || a.code != b.code || a.flaws != b.flaws ||
	    !strlist_equal(&a.lines, &b.lines) || a.lines.count > LIMIT_REPLY_LINES)
		abort();
	if (whole == SMTP_PARSE_DONE && (a.code < 200 || a.code > 559))
		abort();
	smtp_reply_add_evidence(&a, bytes + used, size - used);
	smtp_reply_end(&a);
	smtp_reply_clear(&a);
	smtp_reply_clear(&b);
	return 0;
}
