/* SPDX-License-Identifier: MIT
 *
 * The client's side of SOCKS5 (RFC 1928), as bytes: no authentication, CONNECT to an address. */
#ifndef NET_SOCKS5_H
#define NET_SOCKS5_H

#include <stdbool.h>

#include "base/buf.h"

enum socks5_state {
	SOCKS5_METHOD,         /* waits for the method that the proxy chose */
	SOCKS5_REPLY,          /* waits for its reply to CONNECT */
	SOCKS5_OPEN,           /* what follows is the server's */
	SOCKS5_FAILED          /* it refused the method, or broke the protocol; or `reply` says why */
};

struct socks5 {
	enum socks5_state state;
	int reply;             /* RFC 1928 6, REP: 0 to 255; -1: none came */
};

/* Appends the first message to what is to be sent. */
void socks5_begin(struct socks5 *s, struct buf *out);

/* Takes what is complete from `in`, and appends what is to be answered. The address is textual. */
void socks5_take(struct socks5 *s, struct buf *in, struct buf *out, const char *address,
		 unsigned port);

/* "connection refused" for 5; "reply 9" for one without words. */
const char *socks5_reply_words(int reply);

#endif
