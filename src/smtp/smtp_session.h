/* SPDX-License-Identifier: MIT
 *
 * One SMTP dialogue as a state machine without I/O, time or TLS: bytes in, bytes out, and what
 * it wants next. It fills the SMTP parts of an obs_endpoint (greeting, ehlo, starttls,
 * ehlo_tls, enforcement, quit, not_reached, transcript); the caller does the rest.
 *
 * Plans:
 *   PROBE    greeting, EHLO (HELO where EHLO is turned down), STARTTLS where it is offered,
 *            then - once smtp_session_tls_done() said OK - the second EHLO, then QUIT.
 *            With smtp_session_ask_size(): MAIL FROM:<> SIZE=n and RSET before that QUIT, also
 *            where STARTTLS was turned down. With smtp_session_say_contact(): NOOP before that QUIT.
 *            Started with `encrypted`, it is the dialogue of implicit TLS: greeting, EHLO, QUIT,
 *            all recorded in greeting and ehlo_tls.
 *   ENFORCE  greeting, EHLO, RSET, and if that is accepted MAIL FROM:<> and RSET, then QUIT:
 *            does the server demand TLS or a log-in before mail? On a connection of its own, as
 *            some servers (Courier) refuse STARTTLS once they have seen MAIL. Fills only
 *            `enforcement` and the transcript.
 *
 * The caller:
 *   loop   want = smtp_session_step(s, in, out, at_us);  send `out`; then by want:
 *          READ: wait for bytes, at most for the deadline that smtp_session_waits_for() names;
 *          TLS: run the handshake, then smtp_session_tls_done(), then step again;
 *          CLOSE: QUIT has been sent, the reply is not waited for any longer than the caller
 *          likes: it may go on reading until DONE; DONE: close the connection.
 *   fail   smtp_session_fail(s, outcome, at_us) when the connection closed, reset or a deadline
 *          passed: records it at the stage that waits; later stages become "not reached". */
#ifndef SMTP_SMTP_SESSION_H
#define SMTP_SMTP_SESSION_H

#include "base/buf.h"
#include "record/observation.h"

enum smtp_plan { SMTP_PLAN_PROBE, SMTP_PLAN_ENFORCE };

enum smtp_want { SMTP_WANT_READ, SMTP_WANT_TLS, SMTP_WANT_CLOSE, SMTP_WANT_DONE };

/* What the session waits for, in the words of the deadlines of the options. */
enum smtp_wait {
	SMTP_WAIT_GREETING, SMTP_WAIT_REPLY, SMTP_WAIT_TLS, SMTP_WAIT_QUIT, SMTP_WAIT_NOTHING
};

struct smtp_session;

/* obs is borrowed and outlives the session; ehlo_name is copied: the argument of EHLO, an FQDN
 * or an address literal. started_us: when the connection came up (for the greeting's time). */
struct smtp_session *smtp_session_new(enum smtp_plan plan, bool encrypted, const char *ehlo_name,
				      struct obs_endpoint *obs, int64_t started_us);
void smtp_session_free(struct smtp_session *s);

/* Lets the dialogue ask, after its last EHLO, whether a message of so many bytes on the wire would
 * be taken (RFC 1870 5), where SIZE is announced. Before the first step; 0: do not ask. */
void smtp_session_ask_size(struct smtp_session *s, int64_t bytes);

/* Lets a PROBE dialogue say before QUIT how who runs it can be reached, as the argument of a NOOP, which
 * servers ignore (RFC 5321 4.1.1.9); only after an EHLO or HELO that was accepted. Printable
 * ASCII without blanks; NULL: it says nothing. Before the first step, once. */
void smtp_session_say_contact(struct smtp_session *s, const char *contact);

/* Takes what is whole from the front of `in`, appends commands to `out`. Bytes that stand in
 * `in` behind a 220 to STARTTLS are recorded as early_bytes and taken away: they never reach
 * TLS or the second EHLO (CVE-2011-0411), unless they begin like a TLS record. */
enum smtp_want smtp_session_step(struct smtp_session *s, struct buf *in, struct buf *out,
				 int64_t at_us);

/* The handshake that SMTP_WANT_TLS asked for has ended; OUT_OK goes on with the second EHLO. */
void smtp_session_tls_done(struct smtp_session *s, enum outcome o, int64_t at_us);

/* TLS ended the session with an error (`o` is the outcome that the record has of it). Where
 * nothing was heard inside of TLS yet - in TLS 1.3 a server judges our certificate only after the
 * handshake is complete for us - the stages inside of TLS were not reached. */
void smtp_session_tls_lost(struct smtp_session *s, enum outcome o, int64_t at_us);

/* The connection ended (CLOSED, RESET), a deadline passed (TIMEOUT) or we give up (CUT_SHORT).
 * What was received of an unfinished reply is kept in the reply's lines. */
void smtp_session_fail(struct smtp_session *s, enum outcome o, int64_t at_us);

enum smtp_wait smtp_session_waits_for(const struct smtp_session *s);

/* For progress and traces: the name of the present state, such as "EHLO". */
const char *smtp_session_state_name(const struct smtp_session *s);

/* True once a well-formed greeting (any code), or at least a well-formed line of one that then
 * went wrong, was read: the port speaks SMTP. */
bool smtp_session_greeted(const struct smtp_session *s);

/* The greeting's code, also where the plan does not record the greeting; 0: none was read. */
int smtp_session_greeting_code(const struct smtp_session *s);

#endif
