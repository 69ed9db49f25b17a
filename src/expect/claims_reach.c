/* SPDX-License-Identifier: MIT
 *
 * How far the dialogue with an endpoint got, for the claims about it. A claim that something is
 * there is not met by a server that cannot be reached. What this machine or a 4yz ("not now") kept
 * from being seen is never "not met". */
#include "base/mem.h"
#include "diagnose/facts.h"
#include "diagnose/seen.h"
#include "expect/claims.h"

const struct obs_reply *claim_reply(const struct obs_endpoint *e, enum stage stage)
{
	switch (stage) {
	case STAGE_GREETING:
		return &e->greeting;
	case STAGE_EHLO:
		return &e->ehlo.reply;
	case STAGE_ENFORCEMENT:
		return &e->enforcement.reply;
	case STAGE_STARTTLS:
		return &e->starttls.reply;
	case STAGE_EHLO_TLS:
		return &e->ehlo_tls.reply;
	case STAGE_QUIT:
		return &e->quit;
	default:
		return NULL;
	}
}

enum outcome claim_outcome(const struct obs_endpoint *e, enum stage stage)
{
	if (stage == STAGE_CONNECT)
		return e->connect.outcome;
	if (stage == STAGE_STARTTLS)
		return e->starttls.outcome;
	if (stage == STAGE_TLS)
		return e->tls.outcome;
	return claim_reply(e, stage) != NULL ? claim_reply(e, stage)->outcome : OUT_NOT_RUN;
}

static const char *const stage_names[STAGE_COUNT] = {
	[STAGE_CONNECT] = "the connection", [STAGE_GREETING] = "the greeting", [STAGE_EHLO] = "EHLO",
	[STAGE_STARTTLS] = "STARTTLS", [STAGE_TLS] = "the TLS handshake",
	[STAGE_EHLO_TLS] = "EHLO inside of TLS",
};

static const char *const outcome_said[OUT_COUNT] = {
	[OUT_NOT_RUN] = "was not tried", [OUT_OK] = "worked", [OUT_TIMEOUT] = "got no answer",
	[OUT_REFUSED] = "was refused", [OUT_UNREACHABLE] = "ended as the host cannot be reached",
	[OUT_DENIED] = "is forbidden on this machine", [OUT_RESET] = "was reset",
	[OUT_CLOSED] = "ended as the server closed", [OUT_ERROR] = "failed on this machine",
	[OUT_REJECTED] = "was turned down", [OUT_MALFORMED] = "was answered with what is not SMTP",
	[OUT_TOO_LONG] = "was answered without end", [OUT_NOT_OFFERED] = "is not offered",
	[OUT_PLAINTEXT] = "was accepted, then text came in the clear",
	[OUT_ALERT] = "was ended by the server with an alert",
	[OUT_NOT_TLS] = "was answered with what is not TLS", [OUT_PROTOCOL_ERROR] = "broke off",
	[OUT_CLIENT_CERTIFICATE] = "was ended as the server wants a client certificate",
	[OUT_CUT_SHORT] = "was cut short",
};

void claim_say_stage(const struct obs_endpoint *e, enum stage stage, struct buf *seen)
{
	const struct obs_reply *r = claim_reply(e, stage);

	buf_addf(seen, "%s %s", stage_names[stage], outcome_said[claim_outcome(e, stage)]);
	if (stage == STAGE_CONNECT && e->connect.error != NULL)
		buf_addf(seen, " (%s)", e->connect.error);
	if (stage == STAGE_TLS && e->tls.alert != NULL)
		buf_addf(seen, " (%s)", e->tls.alert);
	if (r != NULL && r->code != 0) {
		buf_adds(seen, ": ");
		seen_reply(seen, r);
	}
}

bool claim_failed_here(const struct observation *o, const struct obs_endpoint *e)
{
	return facts_local_failure(o, e) || facts_dropped_here(o, e) || facts_rejected_here(o, e);
}

enum expect_state claim_obstacle(const struct observation *o, const struct obs_endpoint *e,
				  enum stage stage)
{
	enum outcome outcome = claim_outcome(e, stage);
	const struct obs_reply *r = claim_reply(e, stage);

	if (outcome == OUT_NOT_RUN || outcome == OUT_CUT_SHORT || outcome == OUT_ERROR)
		return EXPECT_UNCHECKED;
	if (stage == STAGE_CONNECT && claim_failed_here(o, e))
		return EXPECT_UNCHECKED;
	return r != NULL && facts_reply_class(r, 4) ? EXPECT_UNCHECKED : EXPECT_NOT_MET;
}

bool claim_reached(const struct observation *o, const struct obs_endpoint *e, enum stage to,
		   enum expect_state *state, struct buf *seen)
{
	static const enum stage explicit[] = { STAGE_CONNECT, STAGE_GREETING, STAGE_EHLO, STAGE_STARTTLS,
					       STAGE_TLS, STAGE_EHLO_TLS };
	static const enum stage implicit[] = { STAGE_CONNECT, STAGE_TLS, STAGE_GREETING, STAGE_EHLO_TLS };
	bool tls_first = e->mode == MODE_IMPLICIT_TLS;
	const enum stage *at = tls_first ? implicit : explicit;
	size_t n = tls_first ? COUNT(implicit) : COUNT(explicit);

	for (size_t i = 0; i < n; i++) {
		if (claim_outcome(e, at[i]) != OUT_OK) {
			*state = claim_obstacle(o, e, at[i]);
			claim_say_stage(e, at[i], seen);
			return false;
		}
		if (at[i] == to)
			break;
	}
	return true;
}
