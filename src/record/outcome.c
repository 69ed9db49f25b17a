/* SPDX-License-Identifier: MIT */
#include "record/outcome.h"

#include "base/mem.h"

static const char *const outcomes[] = {
	[OUT_NOT_RUN] = "not-run",
	[OUT_OK] = "ok",
	[OUT_TIMEOUT] = "timeout",
	[OUT_REFUSED] = "refused",
	[OUT_UNREACHABLE] = "unreachable",
	[OUT_DENIED] = "denied",
	[OUT_RESET] = "reset",
	[OUT_CLOSED] = "closed",
	[OUT_ERROR] = "error",
	[OUT_REJECTED] = "rejected",
	[OUT_MALFORMED] = "malformed",
	[OUT_TOO_LONG] = "too-long",
	[OUT_NOT_OFFERED] = "not-offered",
	[OUT_PLAINTEXT] = "plaintext",
	[OUT_ALERT] = "alert",
	[OUT_NOT_TLS] = "not-tls",
	[OUT_PROTOCOL_ERROR] = "protocol-error",
	[OUT_CLIENT_CERTIFICATE] = "client-certificate",
	[OUT_CUT_SHORT] = "cut-short",
};
_Static_assert(COUNT(outcomes) == OUT_COUNT, "a word for every outcome");

const struct words outcome_words = { outcomes, COUNT(outcomes) };
