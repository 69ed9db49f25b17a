/* SPDX-License-Identifier: MIT
 *
 * The command line: one table (options.c) from which parser, --help, the shell completions and
 * the test that the manual page mentions every option all come. Read-only after parsing. */
#ifndef OPTIONS_OPTIONS_H
#define OPTIONS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/strlist.h"
#include "diagnose/diagnose.h"
#include "expect/expect.h"
#include "plan/exclusions.h"
#include "plan/shard.h"
#include "plan/target.h"
#include "report/report.h"

enum option_action {
	ACTION_PROBE, ACTION_HELP, ACTION_VERSION, ACTION_COMPLETION, ACTION_EXPLAIN,
	ACTION_LIST_DIAGNOSES, ACTION_LISTEN
};

enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };
enum enforcement { ENFORCEMENT_ALWAYS, ENFORCEMENT_NEVER };
enum order { ORDER_RANDOM, ORDER_INPUT };
enum families { FAMILIES_BOTH, FAMILIES_IPV4, FAMILIES_IPV6 };

struct output {
	const struct report_format *format;
	char *file;                      /* NULL: standard output */
};

/* --listen: where requests are taken. */
struct listen_at {
	char *address;                   /* as getaddrinfo() takes a number; NULL: every address */
	unsigned port;                   /* 0: any that is free */
};

/* --module NAME=FILE: what a request that names it expects. */
struct module {
	char *name;
	struct expectations expected;    /* never empty */
};

struct options {
	enum option_action action;
	char *completion;                /* --completion bash|zsh */
	char *explain;                   /* --explain CODE|TEXT|-; NULL: none */
	struct target *targets;
	size_t target_count;
	char *input;                     /* --input FILE, "-": standard input; NULL: none */
	char *replay;                    /* --replay FILE, "-" */
	enum target_kind force;          /* --host, --domain; else TARGET_AUTO */
	unsigned ports[LIMIT_PORTS];
	size_t port_count;               /* 25, 465, 587 and those of `expected` unless given */
	bool ports_given;                /* --port */
	enum families families;
	char *resolver;                  /* as c-ares takes it; NULL: the system's */
	char *ehlo;                      /* NULL: the address literal */
	char *contact;                   /* said to each server; NULL: nothing is */
	char *ca_file;
	char *sni;                       /* NULL: the host's name; "": send none */
	enum trace_when trace;           /* auto; never of a list, or with --listen, unless given */
	enum enforcement enforcement;    /* always; never of a list unless given */
	struct target *controls;         /* --control, each a host or an address */
	size_t control_count;
	char *from;                      /* --from, an address or the name of an interface; NULL: none */
	struct target socks5;            /* --socks5, with its port; input NULL: none */
	int64_t message_size;            /* --message-size, bytes; 0: not given */
	unsigned concurrency;            /* targets at once */
	unsigned rate;                   /* connections opened in a second; 0: no limit */
	unsigned per_host;               /* connections at once to one address */
	unsigned per_provider;           /* of a list, to hosts whose names have the last two labels in common */
	unsigned jobs;                   /* event loops of a list, each in a thread; 0: as there are processors */
	enum order order;                /* of the lines of --input */
	struct shard shard;              /* --shard K/N; zero: the whole */
	struct exclusions *excluded;     /* --exclude; NULL: none */
	bool progress;                   /* --progress */
	bool resume;                     /* the one output is json with a file then */
	int64_t timeout_us;              /* the whole target */
	int64_t dns_timeout_us, connect_timeout_us, greeting_timeout_us, reply_timeout_us, tls_timeout_us;
	struct output *outputs;          /* text on standard output unless given */
	size_t output_count;
	char *client;                    /* an id of clients.h, or "all"; NULL: none */
	bool transcript;
	enum colour colour;
	enum severity fail_on;           /* SEVERITY_COUNT: never */
	bool fail_on_given;
	bool findings_count;             /* for the exit status: not with --expect alone, nor --baseline */
	struct expectations expected;    /* --expect, --expect-file */
	char *baseline;                  /* --baseline FILE; NULL: none */
	struct listen_at listen;         /* where action is ACTION_LISTEN */
	struct strlist allowed;          /* --allow, patterns as in the shell, lower case */
	struct module *modules;
	size_t module_count;
};

/* Targets of --input are read here, behind those of the command line, so that a bad one is told
 * before anything is sent. False: e->msg is one sentence that names the offending text and what
 * would be right; nothing has been sent or written then. */
bool options_parse(struct options *o, int argc, char **argv, struct err *e);
void options_clear(struct options *o);

/* The ports that are probed where x is expected: those of --port, else the usual ones and those that
 * x names. `ports` has room for LIMIT_PORTS and may be o->ports. Returns their number. */
size_t options_ports(const struct options *o, const struct expectations *x, unsigned *ports);

/* The text of a line of a file of the user's, without the blanks around it, within the line, which is
 * changed; NULL: it is blank or a comment. The first line may begin with a byte order mark. */
const char *option_line_text(char *line, bool first);

/* An address has its family; -4 or -6 cannot give it another. */
bool options_family_fits(const struct options *o, const struct target *t, struct err *e);

void options_help(FILE *to);                                  /* --help */
bool options_completion(FILE *to, const char *shell);         /* false: no such shell */

/* One line a option, "name<TAB>argument or -", for tests of the documentation. */
void options_list(FILE *to);

#endif
