/* SPDX-License-Identifier: MIT
 *
 * One connection and what is said on it: pumps bytes between a conn, a TLS engine and an SMTP
 * session, arms the deadline of what the session waits for, and keeps its own record. */
#ifndef PROBE_DIALOGUE_H
#define PROBE_DIALOGUE_H

#include "probe/settings.h"
#include "smtp/smtp_session.h"

enum dialogue_kind {
	DIALOGUE_LISTEN,       /* waits for the greeting in the clear; STARTTLS where offered */
	DIALOGUE_TLS_FIRST,    /* sends a ClientHello at once: implicit TLS */
	DIALOGUE_ENFORCE       /* asks whether TLS or a log-in is demanded before mail */
};

/* Where a dialogue stands; it only moves forward. */
enum dialogue_phase {
	PHASE_CONNECTING,
	PHASE_UP,              /* connected; nothing was heard yet */
	PHASE_SPEAKING,        /* the peer has said something */
	PHASE_QUITTING,        /* QUIT is sent: all that matters is known */
	PHASE_OVER             /* nothing more will be learnt; the connection is closed */
};

struct dialogue;

/* changed: the phase moved. Never called from within a dialogue_ function. */
typedef void dialogue_fn(void *owner, struct dialogue *d);

/* started_ns: the target's start, from which at_us of the record counts. most_segment: as of
 * syn_open(); such a dialogue is about the path, and does not ask about a message's size. The
 * strings are borrowed. */
struct dialogue *dialogue_open(enum dialogue_kind kind, const struct probe_settings *settings,
			       const char *host, const char *address, unsigned port,
			       unsigned most_segment, uint64_t started_ns, dialogue_fn *changed,
			       void *owner);

/* Ends it now; what is under way is recorded as CUT_SHORT. No further call of changed. */
void dialogue_cut(struct dialogue *d);

/* Cuts it if it still runs, and frees it. */
void dialogue_free(struct dialogue *d);

enum dialogue_phase dialogue_phase(const struct dialogue *d);

/* Microseconds since it was opened; for politeness and progress. */
int64_t dialogue_age_us(const struct dialogue *d);

/* It waits for this host, and not for the server: for a place at the gate. */
bool dialogue_is_held(const struct dialogue *d);

/* It still connects: where it has done so for that long, with that many SYNs, no answer is the result. */
void dialogue_conclude(struct dialogue *d, int64_t after_us, unsigned syns);

/* The SYNs of its connect that were sent again. */
const struct syn_watched *dialogue_syns(const struct dialogue *d);

/* What it waits for, in a few words ("greeting", "TLS handshake"). */
const char *dialogue_waits_for(const struct dialogue *d);

/* The code of the greeting, 0: none was read. */
int dialogue_greeting_code(const struct dialogue *d);

/* Did the peer end the connection (FIN, RST), before QUIT was said? */
bool dialogue_dropped(const struct dialogue *d);

/* Microseconds from its being opened to the end of the TLS handshake, well or not; 0: none was
 * begun, or it is under way. */
int64_t dialogue_shaken_us(const struct dialogue *d);

/* Has the peer said anything at all? */
bool dialogue_heard(const struct dialogue *d);

/* Did the very first bytes of the peer look like a TLS record? */
bool dialogue_heard_tls(const struct dialogue *d);

/* Its own record: connect, mode, and whatever its kind learns. Complete once QUITTING or OVER.
 * The caller may take parts out of it (and leave zeroed ones). */
struct obs_endpoint *dialogue_record(struct dialogue *d);

#endif
