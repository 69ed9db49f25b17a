/* SPDX-License-Identifier: MIT */
#include "record_text.h"

#include "record/observation_json.h"

char *record_text(const struct observation *o)
{
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	observation_json_write(&b, o);
	return buf_take(&b);
}
