/* SPDX-License-Identifier: MIT */
#include "smtp/smtp_reason.h"

#include <stddef.h>

#include "base/mem.h"

char *smtp_reason_failure(const char *to, enum outcome o)
{
	static const struct {
		const char *before, *after;
	} phrases[OUT_COUNT] = {
		[OUT_TIMEOUT] = { "", " did not come in time" },
		[OUT_CLOSED] = { "the connection was closed while waiting for ", "" },
		[OUT_RESET] = { "the connection was reset while waiting for ", "" },
		[OUT_CUT_SHORT] = { "the probe was cut short while waiting for ", "" },
		[OUT_MALFORMED] = { "", " was not SMTP" },
		[OUT_TOO_LONG] = { "", " did not end" },
		[OUT_ERROR] = { "the connection failed while waiting for ", "" },
	};
	if (phrases[o].before == NULL)
		o = OUT_ERROR;
	return mem_printf("%s%s%s%s", phrases[o].before,
			  to == NULL ? "the greeting" : "the reply to ",
			  to == NULL ? "" : to, phrases[o].after);
}

const char *smtp_reason_tls(enum outcome o)
{
	static const char *const reasons[OUT_COUNT] = {
		[OUT_TIMEOUT] = "the TLS handshake did not end in time",
		[OUT_CLOSED] = "the connection was closed during the TLS handshake",
		[OUT_RESET] = "the connection was reset during the TLS handshake",
		[OUT_ALERT] = "the server ended the TLS handshake with an alert",
		[OUT_NOT_TLS] = "STARTTLS was accepted, but text in the clear followed",
		[OUT_CLIENT_CERTIFICATE] = "the server demands a client certificate",
		[OUT_CUT_SHORT] = "the probe was cut short during the TLS handshake",
	};

	return reasons[o] != NULL ? reasons[o] : "the TLS handshake failed";
}
