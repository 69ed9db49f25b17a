/* SPDX-License-Identifier: MIT
 *
 * The TLS client engine and a GnuTLS server in one process, joined by buffers: for unit tests of
 * both handshakes and failures. The server shows a leaf of `tls_pki`, whose root the context
 * trusts; all leaves are for mx.test.example. */
#ifndef TLS_PAIR_H
#define TLS_PAIR_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "net/tls_engine.h"
#include "pki.h"

#define TLS12 "NORMAL:-VERS-ALL:+VERS-TLS1.2"

struct tls_pki {
	struct pki root, inter, ec, rsa, rsa_1024, sha1;
	struct tls_context *context;
};
extern struct tls_pki tls_pki;

void tls_pki_make(void);
void tls_pki_clear(void);

struct server {
	gnutls_session_t session;
	gnutls_certificate_credentials_t credentials;
	struct buf in, out;
	bool up;
	int failed;		   /* the code that ended it; 0: none */
	char sni[256];		   /* "": none came */
	const gnutls_datum_t *raw; /* pair_send_raw() */
	unsigned raw_count;
};

struct pair {
	struct server server;
	struct tls_engine *client;
	struct buf in; /* what has reached the client */
	struct buf plain;
	size_t piece;	    /* bytes that the client gets at a time; 0: all */
	size_t last_flight; /* bytes that the client's last step sent */
	struct obs_tls t;
};

void pair_start(struct pair *p, const struct pki *leaf, const char *priority);
void pair_stop(struct pair *p);

/* A chain that is sent as it is: GnuTLS would sort it and leave duplicates out. */
void pair_send_raw(struct pair *p, const gnutls_datum_t *chain, unsigned count);

/* The server's side of the handshake, as far as it goes; a failure sends its alert. */
void server_step(struct server *s);

/* Moves the next piece from the server to the client. */
void pair_carry(struct pair *p);

/* Both sides until the client is done or has failed. */
enum tls_progress pair_shake(struct pair *p);

/* The client reads what the server has sent. */
enum tls_progress pair_read(struct pair *p);

/* The server says a line. */
void pair_say(struct pair *p, const char *text);

/* Fills p->t, for mx.test.example at PKI_NOW. */
void pair_describe(struct pair *p);

#endif
