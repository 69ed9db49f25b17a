/* SPDX-License-Identifier: MIT
 *
 * The arithmetic of large messages: see message_size.h. */
#include "record/message_size.h"

enum { LINE = 76, CRLF = 2, HEADERS = 4096 };
#define MOST (INT64_C(1) << 60)

struct message_size message_size(int64_t plain)
{
	struct message_size s = { .headers = HEADERS };

	s.plain = plain < 0 ? 0 : plain > MOST ? MOST : plain;
	s.base64 = (s.plain + 2) / 3 * 4;
	s.line_ends = (s.base64 + LINE - 1) / LINE * CRLF;
	s.wire = s.base64 + s.line_ends + s.headers;
	return s;
}
