/* SPDX-License-Identifier: MIT */
#include "probe/endpoint_join.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"

#define MOVE(to, from) ((to) = (from), memset(&(from), 0, sizeof(from)))

void endpoint_join_hello(struct obs_endpoint *to, struct obs_endpoint *from)
{
	const char *text = from->tls.first_bytes;

	if (from->connect.outcome != OUT_OK)
		return;
	if (from->tls.outcome == OUT_NOT_TLS && text != NULL && !(*text >= '0' && *text <= '9') &&
	    to->first_bytes == NULL) {
		to->mode = MODE_NOT_SMTP;
		to->first_bytes = mem_strdup(text);
	}
	obs_tls_clear(&to->tls);
	MOVE(to->tls, from->tls);
	if (from->tcp.out_of_order > 0) /* half of an answer to it got here */
		to->tcp = from->tcp;
}

static void add_transcript(struct obs_endpoint *to, struct obs_endpoint *from)
{
	for (size_t i = 0; i < from->transcript_count; i++) {
		struct obs_line *line =
			mem_append(&to->transcript, &to->transcript_count, sizeof *line);

		MOVE(*line, from->transcript[i]);
	}
}

void endpoint_join_enforcement(struct obs_endpoint *to, struct obs_endpoint *from)
{
	MOVE(to->enforcement, from->enforcement);
	for (size_t i = 0; i < from->not_reached_count; i++)
		obs_not_reached(to, from->not_reached[i].stage, from->not_reached[i].reason);
	add_transcript(to, from);
}

void endpoint_join_nothing(struct obs_endpoint *to)
{
	to->connect.outcome = OUT_CUT_SHORT;
	for (enum stage stage = STAGE_GREETING; stage < STAGE_COUNT; stage++)
		obs_not_reached(to, stage, "the probe was cut short before the connect");
}

/* Each begins a word: "rate" is in "generate" and "certificate" as well. */
bool endpoint_join_limit(const struct obs_reply *r)
{
	static const char *const words[] = { "too many", "rate", "limit" };

	for (size_t i = 0; i < r->lines.count; i++)
		for (size_t k = 0; k < COUNT(words); k++) {
			const char *line = r->lines.item[i], *at = line;

			for (; (at = strcasestr(at, words[k])) != NULL; at++)
				if (at == line || !isalpha((unsigned char)at[-1]))
					return true;
		}
	return false;
}
