/* SPDX-License-Identifier: MIT
 *
 * A scenario file (tests/scenarios/README.md): what a scripted server does, and what smtpprobe
 * must make of it. One parser for fake_smtpd, scenario_check and check_scenarios. */
#ifndef SUPPORT_SCENARIO_H
#define SUPPORT_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/strlist.h"

enum scenario_verb {
	VERB_SEND,            /* text: the bytes, CRLF included */
	VERB_COMMAND,         /* text: the pattern */
	VERB_ANY_BYTES,
	VERB_DRIP,            /* number: milliseconds between bytes */
	VERB_WAIT,            /* number: milliseconds */
	VERB_FLOOD,           /* number: times, 0 = for ever; text: the bytes */
	VERB_CLOSE,
	VERB_CUT,
	VERB_RESET,
	VERB_STALL,
	VERB_TLS,             /* version, text: the certificate; client_certificate */
	VERB_TLS_HELLO,
	VERB_TLS_STALL,
	VERB_TLS_CLOSE,
	VERB_TLS_RESET,
	VERB_TLS_ALERT,       /* number: the alert */
	VERB_TLS_PLAINTEXT,   /* text: the bytes */
	VERB_COUNT
};

enum scenario_client_certificate {
	CLIENT_CERT_IGNORED,
	CLIENT_CERT_REQUESTED,
	CLIENT_CERT_REQUIRED
};

struct scenario_step {
	enum scenario_verb verb;
	char *text;           /* always ends in a NUL that is not counted */
	size_t size;
	unsigned number;
	unsigned version;     /* VERB_TLS: 0 any, 10, 11, 12, 13 */
	char *priority;       /* VERB_TLS: added to the priority string; NULL: nothing */
	enum scenario_client_certificate client_certificate;
	unsigned line;        /* in the file */
};

enum scenario_connection { CONN_MAIN, CONN_ENFORCEMENT, CONN_LATER, CONN_LAST, CONN_TLS, CONN_COUNT };

struct scenario_script {
	struct scenario_step *step;
	size_t count;         /* 0: there is no such script */
};

enum scenario_relation { FACT_EQUAL, FACT_HAS, FACT_LACKS, FACT_ABOVE, FACT_BELOW };

struct scenario_fact {
	char *path;
	enum scenario_relation relation;
	char *value;          /* JSON text */
	unsigned line;
};

struct scenario {
	char *name;           /* the file's, without folder and ".smtp" */
	char *title;          /* the first comment line */
	struct strlist expects, notes, options;
	bool others_allowed;      /* problems and warnings that are not expected */
	struct scenario_fact *facts;
	size_t fact_count;
	int exit_status;      /* -1: not given */
	unsigned port;        /* 0: any */
	char *target;         /* "127.0.0.1" unless given */
	bool tls_first;
	bool socket_only;
	struct scenario_script script[CONN_COUNT];
};

/* False: e->msg says file, line and what is wrong with it; *s is empty then. */
bool scenario_load(struct scenario *s, const char *path, struct err *e);
void scenario_clear(struct scenario *s);

#endif
