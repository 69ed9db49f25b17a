/* SPDX-License-Identifier: MIT
 *
 * The printable form of any bytes decodes to those bytes and is printable: no controls, and
 * nothing that is escaped when it is encoded again, but for the backslashes of its escapes. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = printable_dup(data, size), *again = printable_dup(text, strlen(text));
	struct buf back;

	buf_init(&back, BUF_NO_LIMIT);
	printable_decode(&back, text);
	if (back.len != size || (size > 0 && memcmp(back.data, data, size) != 0))
		abort();
	for (const char *p = text; *p != '\0'; p++)
		if (iscntrl((unsigned char)*p))
			abort();
	for (const char *p = again; (p = strstr(p, "\\x")) != NULL; p += 2)
		if (isxdigit((unsigned char)p[2]) && isxdigit((unsigned char)p[3]) &&
		    strncmp(p, "\\x5C", 4) != 0)
			abort();
	buf_clear(&back);
	free(again);
	free(text);
	return 0;
}
