/* SPDX-License-Identifier: MIT
 *
 * Layer x outcome: every stage of a probe ends in one of these words, the same in the record,
 * in JSON and in text. Which of them a stage can have is said at its struct in observation.h. */
#ifndef RECORD_OUTCOME_H
#define RECORD_OUTCOME_H

#include "base/words.h"

enum outcome {
	OUT_NOT_RUN,          /* an earlier stage stopped it, or it was not asked for */
	OUT_OK,
	OUT_TIMEOUT,          /* no (complete) answer within the stage's deadline */
	OUT_REFUSED,          /* connect: RST to our SYN; STARTTLS: answered, but not with 220 */
	OUT_UNREACHABLE,      /* no route, or an ICMP unreachable */
	OUT_DENIED,           /* the local system forbids it: EACCES, EPERM */
	OUT_RESET,            /* RST in an established connection (connect: just after it) */
	OUT_CLOSED,           /* the peer ended the connection before the stage was complete */
	OUT_ERROR,            /* a local failure that has no word of its own; see error/errno */
	OUT_REJECTED,         /* a well-formed reply that says no (4yz, 5yz, an unexpected code) */
	OUT_MALFORMED,        /* not a reply in the syntax of RFC 5321 4.2 */
	OUT_TOO_LONG,         /* a reply or message without end: cut at our limit */
	OUT_NOT_OFFERED,      /* STARTTLS is not in the EHLO reply */
	OUT_PLAINTEXT,        /* STARTTLS: accepted, then text in the clear instead of TLS */
	OUT_ALERT,            /* TLS: the server ended the handshake with an alert */
	OUT_NOT_TLS,          /* TLS: the first bytes are no TLS record */
	OUT_PROTOCOL_ERROR,   /* TLS: records, but no valid handshake */
	OUT_CLIENT_CERTIFICATE, /* TLS: the server ends it because we show no certificate */
	OUT_CUT_SHORT,        /* ended by us: Ctrl-C, or the target's whole time is used up */
	OUT_COUNT
};

extern const struct words outcome_words;

#endif
