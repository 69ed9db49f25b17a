/* SPDX-License-Identifier: MIT
 *
 * One TLS client session over byte buffers: ciphertext in, plaintext out, no sockets. It shakes
 * hands with anyone, then describes what it saw; verification comes after the handshake and
 * never ends it. */
#ifndef NET_TLS_ENGINE_H
#define NET_TLS_ENGINE_H

#include <stdbool.h>

#include "base/buf.h"
#include "net/tls_context.h"
#include "record/observation.h"

struct tls_engine;

enum tls_progress {
	TLS_AGAIN, /* send `out`, bring more ciphertext */
	TLS_DONE,  /* handshake: complete; read: the peer's close_notify or end */
	TLS_FAILED /* see tls_engine_describe() */
};

/* sni: a DNS name (A-labels, no trailing dot) or NULL for none. The context is borrowed. */
struct tls_engine *tls_engine_new(struct tls_context *c, const char *sni);
void tls_engine_free(struct tls_engine *e);

/* One step of the handshake: takes ciphertext from the front of `in`, appends to `out`.
 * eof: no more will come. Call first with an empty `in` for the ClientHello. */
enum tls_progress tls_engine_handshake(struct tls_engine *e, struct buf *in, struct buf *out,
				       bool eof);

/* Decrypts all that `in` holds and appends it to `plain` (tickets, key updates and warning
 * alerts are dealt with on the way). A fatal alert in the first read after a TLS 1.3 handshake
 * (client certificate demanded) makes it TLS_FAILED. */
enum tls_progress tls_engine_read(struct tls_engine *e, struct buf *in, struct buf *plain,
				  struct buf *out, bool eof);

/* Encrypts plaintext to the end of `out`. */
void tls_engine_write(struct tls_engine *e, const struct buf *plain, struct buf *out);

/* Appends our close_notify. */
void tls_engine_close(struct tls_engine *e, struct buf *out);

/* The connection failed under the handshake: TIMEOUT, RESET, CUT_SHORT. */
void tls_engine_fail(struct tls_engine *e, enum outcome o);

/* Fills *t: outcome, session facts, chain, and the verdict for verify_name at `now` (seconds
 * since 1970). verify_name: a DNS name, or an address in text, which only the addresses among the
 * SANs can match; NULL: no name is checked, and `verified` stays false. Callable after success and
 * after failure, and again; t->us and t->sni are the caller's. */
void tls_engine_describe(struct tls_engine *e, struct obs_tls *t, const char *verify_name,
			 int64_t now);

#endif
