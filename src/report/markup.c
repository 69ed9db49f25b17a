/* SPDX-License-Identifier: MIT */
#include "report/markup.h"

#include <string.h>

#include "report/layout.h"

void markup_text(struct buf *to, const char *text)
{
	static const char special[] = "&<>\"'";
	static const char *const reference[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };
	struct buf safe;

	buf_init(&safe, BUF_NO_LIMIT);
	layout_escape(&safe, text, true);
	for (const char *s = buf_str(&safe); *s != '\0'; s++) {
		const char *at = strchr(special, *s);

		if (at != NULL)
			buf_adds(to, reference[at - special]);
		else
			buf_addc(to, *s);
	}
	buf_clear(&safe);
}
