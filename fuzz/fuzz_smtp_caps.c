/* SPDX-License-Identifier: MIT
 *
 * Any EHLO reply decodes into bounded, unique, non-empty capabilities. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "smtp/smtp_caps.h"
#include "smtp/smtp_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct obs_ehlo e = { 0 };
	struct smtp_reply r;
	size_t used = 0;
	int64_t octets = 0;

	smtp_reply_init(&r);
	smtp_reply_feed(&r, (const char *)data, size, &used);
	smtp_reply_end(&r);
	strlist_copy(&e.reply.lines, &r.lines);
	smtp_reply_clear(&r);
	smtp_caps_decode(&e);
	if (e.cap_count > LIMIT_CAPABILITIES || (smtp_caps_size(&e, &octets) && octets < 0))
		abort();
	for (size_t i = 0; i < e.cap_count; i++)
		if (e.caps[i].keyword[0] == '\0' || e.caps[i].params.count > LIMIT_PARAMETERS ||
		    obs_ehlo_find(&e, e.caps[i].keyword) != &e.caps[i])
			abort();
	obs_ehlo_clear(&e);
	return 0;
}
