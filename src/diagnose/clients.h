/* SPDX-License-Identifier: MIT
 *
 * How to set up mail libraries and programs for what a server was seen to speak: a table of facts
 * that stand in their documents (clients_table_*.c), and what it says about one row of advice.
 * Pure: from a diagnosis to lines, for every format. */
#ifndef DIAGNOSE_CLIENTS_H
#define DIAGNOSE_CLIENTS_H

#include "diagnose/diagnose.h"

/* A setting that does not fit the port, or a certificate that does not fit the client. */
enum client_wrong {
	CLIENT_WRONG_IMPLICIT_TLS,       /* implicit TLS, where the port begins in the clear */
	CLIENT_WRONG_IN_THE_CLEAR,       /* STARTTLS or none, where the port wants TLS first */
	CLIENT_WRONG_NO_TLS,             /* no TLS, where the port demands STARTTLS */
	CLIENT_WRONG_STARTTLS,           /* STARTTLS demanded, where the port offers none */
	CLIENT_WRONG_CERTIFICATE,        /* all right, but the certificate does not verify */
	CLIENT_WRONG_COUNT
};
extern const struct words client_wrong_words;

/* Texts are plain ASCII. In settings and errors %H is the host, %A the host as it stands in an
 * address with a port ("[2001:db8::1]"), %P the port; in settings %M is "plain" or "login", what
 * the server offers. */
struct client {
	const char *id;                  /* what --client takes; NULL ends a table */
	const char *name;                /* for people */
	const char *also[6];             /* other spellings; case and punctuation do not matter */
	struct {
		/* Lines to copy. "?" before a line: only where the server offers a log-in by
		 * password; "!": only where not. NULL: impossible, or not documented. */
		const char *settings;
		const char *impossible;  /* why it cannot be done, and what can */
		const char *note;
	} modes[ADVICE_MODE_COUNT];
	const char *note;                /* of all modes; NULL: nothing */
	/* What the client says then, one text a line. NULL: not documented; "": it cannot happen. */
	const char *wrong[CLIENT_WRONG_COUNT];
	const char *unchecked;           /* set up like that, it does not check the certificate */
	const char *documents[4];
};

/* All of them in order; NULL past the end. */
const struct client *client_at(size_t i);

/* By its id or another spelling; NULL: not known. */
const struct client *client_find(const char *name, size_t n);

/* The one that was probably meant; NULL: none is near. */
const struct client *client_near(const char *name, size_t n);

/* What a client is told about one row of advice. */
struct client_advice {
	const struct client *client;
	const struct advice *advice;
	struct strlist settings;         /* lines; none: impossible, or not documented */
	const char *impossible;          /* NULL: it can be done */
	struct strlist notes;            /* sentences */
	struct client_error {
		enum client_wrong wrong;
		char *error;             /* NULL: not documented */
	} *errors;
	size_t error_count;
};

/* Is the row one for clients? Ports for relaying are not. */
bool client_wants(const struct advice *a);

void client_advise(struct client_advice *to, const struct client *c, const struct advice *a,
		   const struct observation *o);
void client_advice_clear(struct client_advice *c);

/* The tables, by kind; for clients.c and the tests. */
extern const struct client clients_compiled[], clients_script[], clients_programs[];

#endif
