/* SPDX-License-Identifier: MIT
 *
 * What an endpoint came to in a few words: the first stage that failed, or how TLS went. */
#include <string.h>

#include "base/mem.h"
#include "diagnose/facts.h"
#include "diagnose/facts_path.h"
#include "diagnose/seen.h"
#include "report/report_text.h"

static const char *const connect_words[OUT_COUNT] = {
	[OUT_NOT_RUN] = "not tried",
	[OUT_TIMEOUT] = "no answer",
	[OUT_REFUSED] = "refused",
	[OUT_UNREACHABLE] = "unreachable",
	[OUT_DENIED] = "forbidden here",
	[OUT_RESET] = "reset",
	[OUT_ERROR] = "local error",
	[OUT_CUT_SHORT] = "cut short: connecting",
};

static const char *const reply_words[OUT_COUNT] = {
	[OUT_TIMEOUT] = "stalls",
	[OUT_RESET] = "reset",
	[OUT_CLOSED] = "closed",
	[OUT_MALFORMED] = "malformed reply",
	[OUT_TOO_LONG] = "endless reply",
};

static const char *const starttls_words[OUT_COUNT] = {
	[OUT_TIMEOUT] = "stalls at STARTTLS",
	[OUT_REFUSED] = "STARTTLS refused",
	[OUT_REJECTED] = "STARTTLS refused",
	[OUT_RESET] = "reset at STARTTLS",
	[OUT_CLOSED] = "closed at STARTTLS",
	[OUT_MALFORMED] = "malformed reply",
	[OUT_TOO_LONG] = "endless reply",
	[OUT_NOT_OFFERED] = "plaintext only",
	[OUT_PLAINTEXT] = "STARTTLS, then no TLS",
	[OUT_CUT_SHORT] = "cut short: STARTTLS",
};

static const char *const tls_words[OUT_COUNT] = {
	[OUT_TIMEOUT] = "TLS stalls",
	[OUT_CLOSED] = "TLS closed",
	[OUT_RESET] = "TLS reset",
	[OUT_ALERT] = "TLS alert",
	[OUT_NOT_TLS] = "no TLS",
	[OUT_PROTOCOL_ERROR] = "TLS fails",
	[OUT_TOO_LONG] = "TLS fails",
	[OUT_ERROR] = "TLS fails",
	[OUT_CLIENT_CERTIFICATE] = "wants client cert",
	[OUT_CUT_SHORT] = "cut short: TLS",
};

/* In the order of what a reader should hear first. */
static const struct {
	unsigned fault;
	const char *words;
} fault_words[] = {
	{ CERT_EXPIRED, "cert expired" },
	{ CERT_NOT_YET_VALID, "cert not valid yet" },
	{ CERT_REVOKED, "cert revoked" },
	{ CERT_NAME_MISMATCH, "wrong name" },
	{ CERT_SELF_SIGNED, "self-signed" },
	{ CERT_MISSING_INTERMEDIATE, "chain incomplete" },
	{ CERT_UNKNOWN_ISSUER, "unknown issuer" },
	{ CERT_WRONG_PURPOSE, "wrong purpose" },
	{ CERT_WEAK_KEY | CERT_WEAK_SIGNATURE, "weak cert" },
};

static void say_certificate(struct buf *to, const struct obs_endpoint *e)
{
	unsigned faults = e->tls.faults;
	size_t others = 0;
	const char *first = NULL;

	if (facts_address_only(e))
		faults &= ~(unsigned)CERT_NAME_MISMATCH;
	/* Who issued it tells little where it is its own issuer, or an issuer is left out. */
	if (faults & (CERT_SELF_SIGNED | CERT_MISSING_INTERMEDIATE))
		faults &= ~(unsigned)CERT_UNKNOWN_ISSUER;
	for (size_t i = 0; i < COUNT(fault_words); i++) {
		if (!(faults & fault_words[i].fault))
			continue;
		if (first == NULL)
			first = fault_words[i].words;
		else
			others++;
	}
	if (first != NULL) {
		buf_adds(to, first);
		if (others > 0)
			buf_addf(to, " +%zu", others);
		return;
	}
	seen_tls_version(to, e->tls.version);
	if (!facts_certificate_good(e))
		buf_adds(to, ", not verified");
	else if (facts_address_only(e) && !e->tls.verified)
		buf_adds(to, ", chain ok");
	else
		buf_adds(to, ", ok");
}

static bool say_reply(struct buf *to, const char *at, const struct obs_reply *r)
{
	if (r->outcome == OUT_OK || r->outcome == OUT_NOT_RUN)
		return false;
	if (r->outcome == OUT_REJECTED)
		buf_addf(to, "%s %d", at, r->code);
	else if (r->outcome == OUT_CUT_SHORT)
		buf_addf(to, "cut short: %s", strcmp(at, "greets") == 0 ? "greeting" : at);
	else
		buf_adds(to, reply_words[r->outcome] != NULL ? reply_words[r->outcome] : "failed");
	return true;
}

static void say_tls(struct buf *to, const struct obs_endpoint *e)
{
	if (e->mode == MODE_PLAINTEXT)
		buf_adds(to, "STARTTLS, ");
	if (e->tls.outcome != OUT_OK) {
		const char *words = tls_words[e->tls.outcome];

		buf_adds(to, words != NULL ? words : "no TLS");
		return;
	}
	say_certificate(to, e);
	if (e->ehlo_tls.reply.outcome != OUT_OK && e->ehlo_tls.reply.outcome != OUT_NOT_RUN) {
		buf_adds(to, ", then ");
		say_reply(to, "EHLO", &e->ehlo_tls.reply);
	} else if (e->mode == MODE_IMPLICIT_TLS && e->greeting.outcome != OUT_OK) {
		buf_adds(to, ", then ");
		if (!say_reply(to, "greets", &e->greeting))
			buf_adds(to, "nothing");
	}
}

static void put_failed_connect(struct buf *to, const struct observation *o,
			       const struct obs_endpoint *e)
{
	const char *words = connect_words[e->connect.outcome];

	if (facts_dropped_here(o, e))
		words = "dropped here";
	else if (facts_rejected_here(o, e))
		words = "rejected here";
	else if (facts_rejected_by_firewall(o, e))
		words = "rejected";
	buf_adds(to, words != NULL ? words : "failed");
}

void report_text_cell(struct buf *to, const struct observation *o, const struct obs_endpoint *e)
{
	if (facts_route_missing(o, e)) {
		buf_adds(to, e->family == FAMILY_IPV6 ? "no IPv6 here" : "no route");
	} else if (e->connect.outcome != OUT_OK) {
		put_failed_connect(to, o, e);
	} else if (facts_not_smtp(e)) {
		buf_adds(to, "not SMTP");
	} else if (e->mode == MODE_SILENT) {
		buf_adds(to, "silent");
	} else if (e->mode == MODE_IMPLICIT_TLS) {
		say_tls(to, e);
	} else if (say_reply(to, "greets", &e->greeting) ||
		   say_reply(to, e->ehlo.helo ? "HELO" : "EHLO", &e->ehlo.reply)) {
		return;
	} else if (e->starttls.outcome == OUT_OK) {
		say_tls(to, e);
	} else if (starttls_words[e->starttls.outcome] != NULL) {
		buf_adds(to, starttls_words[e->starttls.outcome]);
	} else {
		buf_adds(to, "open");
	}
}
