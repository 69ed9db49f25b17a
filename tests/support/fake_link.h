/* SPDX-License-Identifier: MIT
 *
 * One connection of fake_smtpd from the server's side: bytes in and out, in the clear or inside
 * of TLS, and the rude ways to end it. Blocking; used by one thread. */
#ifndef SUPPORT_FAKE_LINK_H
#define SUPPORT_FAKE_LINK_H

#include <stdbool.h>

#include <gnutls/gnutls.h>

#include "base/buf.h"
#include "scenario.h"

enum { FAKE_LINE_LIMIT = 64 * 1024 };

struct fake_link {
	const char *name;          /* of the scenario, for what is printed */
	const char *certificates;  /* the folder of certs.sh */
	int fd;
	unsigned nth;              /* in the order of accepting, from 0 */
	bool verbose;
	bool lenient;              /* what differs from the script is not worth a word (any more) */
	bool gone;
	gnutls_session_t tls;
	gnutls_certificate_credentials_t credentials;
	struct buf in;             /* received, not yet used */
};

/* Frees all and closes the socket. */
void fake_link_clear(struct fake_link *k);

/* "MISMATCH NAME:line: ...", once a connection. */
void fake_link_mismatch(struct fake_link *k, unsigned line, const char *expected, const char *got);

void fake_link_send(struct fake_link *k, const char *bytes, size_t n);

/* Waits for more bytes in `in`; false: the client has gone. */
bool fake_link_receive(struct fake_link *k);

/* Reads until the client goes. */
void fake_link_read_on(struct fake_link *k);

/* FIN, then what the client still says is read, so that no RST overtakes what we sent. */
void fake_link_end(struct fake_link *k, bool close_notify);

void fake_link_reset(struct fake_link *k);

/* One command line without its end, to be freed; NULL: the client went away first. A
 * ClientHello is taken whole and comes back as FAKE_LINK_HELLO. */
char *fake_link_command(struct fake_link *k);
#define FAKE_LINK_HELLO "(a ClientHello)"

/* The handshake that a VERB_TLS asks for; false: it failed, and the connection has ended. */
bool fake_link_start_tls(struct fake_link *k, const struct scenario_step *step);

/* Takes one whole TLS record in the clear. */
void fake_link_take_hello(struct fake_link *k);

#endif
