/* SPDX-License-Identifier: MIT
 *
 * The one table of options, for the files of this folder: options.c holds it and walks the command
 * line by it, option_take.c judges the values, --help and the shell completions print it. Adding an
 * option = a row in options.c, its field in struct options, its paragraph in man/smtpprobe.1 (a
 * test looks for it). */
#ifndef OPTIONS_OPTION_TABLE_H
#define OPTIONS_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "options/options.h"

enum option_type {
	OPT_SET,     /* no argument: stores the row's value in an enum field */
	OPT_FLAG,    /* no argument: true */
	OPT_CHOICE,  /* one word of the row's choices, stored as its value */
	OPT_SHELL,   /* one word of the row's choices, stored as text */
	OPT_SECONDS, /* seconds with a fraction, stored in microseconds */
	OPT_BYTES,   /* a number of bytes with K, M or G */
	OPT_COUNT,   /* a whole number, stored as unsigned */
	OPT_PORTS,
	OPT_RESOLVER,
	OPT_EHLO,
	OPT_SNI,
	OPT_CONTACT, /* an address or a URL */
	OPT_FILE,   /* a path that is only stored */
	OPT_INPUT,  /* a path or "-", once */
	OPT_CLIENT, /* a client of clients.h by any of its spellings, or "all" */
	OPT_EXPLAIN, /* a text, and the action with it */
	OPT_CONTROL, /* a host with or without a port, repeatable */
	OPT_FROM,    /* an address, or the name of an interface */
	OPT_SOCKS5,  /* a host with or without a port */
	OPT_EXPECT,  /* an expectation, repeatable */
	OPT_EXPECT_FILE, /* a file of them, repeatable */
	OPT_OUTPUT, /* FORMAT[=FILE], repeatable */
	OPT_LISTEN, /* [ADDR]:PORT, and the action with it */
	OPT_JOBS,   /* a whole number, or "auto", stored as 0 */
	OPT_SHARD,  /* K/N */
	OPT_EXCLUDE, /* a file, repeatable */
	OPT_ALLOW,  /* a pattern of targets, repeatable */
	OPT_MODULE, /* NAME=FILE, repeatable */
	OPT_TYPE_COUNT
};

enum option_group {
	GROUP_TARGETS,
	GROUP_DIALOGUE,
	GROUP_MANY,
	GROUP_DEADLINES,
	GROUP_OUTPUT,
	GROUP_CHECK,
	GROUP_LISTEN,
	GROUP_LOOKUP,
	GROUP_OTHER,
	GROUP_COUNT
};

struct option_choice {
	const char *word;
	unsigned value;
};

struct option_row {
	const char *name;  /* without the dashes; NULL ends the table */
	const char *alias; /* another spelling of it */
	char letter;	   /* 0: none */
	const char *arg;   /* what the argument is called; NULL: it has none */
	const char *bare;  /* the value where the argument is left out; NULL: it
			    * cannot be */
	enum option_type type;
	enum option_group group;
	size_t at;			     /* the field of struct options */
	unsigned value;			     /* OPT_SET */
	int64_t min, max;		     /* OPT_SECONDS: microseconds; OPT_BYTES, OPT_COUNT */
	const char *def;		     /* as it would be written; NULL: none */
	const struct option_choice *choices; /* ended by a word of NULL */
	const char *help;
};

extern const struct option_row option_table[];
extern const char *const option_group_titles[GROUP_COUNT];

/* The choice of that word; NULL: none, or the row has no choices. */
const struct option_choice *option_choice_find(const struct option_row *row, const char *word);

/* Judges a value and stores it; NULL where the row takes none. False: e->msg is set. */
bool option_take(struct options *o, const struct option_row *row, const char *value, struct err *e);

/* Do they go together (option_judge.c)? False: e->msg says which do not. */
bool options_outputs_are_apart(const struct options *o, struct err *e);
bool options_resume_well(const struct options *o, struct err *e);
bool options_look_up_well(const struct options *o, struct err *e);
bool options_families_fit(const struct options *o, struct err *e);

/* The takers of what belongs to --listen (option_take_listen.c). */
bool option_take_listen(struct options *o, const struct option_row *row, const char *value, struct err *e);
bool option_take_allow(struct options *o, const struct option_row *row, const char *value, struct err *e);
bool option_take_module(struct options *o, const struct option_row *row, const char *value, struct err *e);

/* Appends the expectations of a file; a file without any is refused, as a check that checks nothing
 * would pass. */
bool option_read_expectations(struct expectations *to, const char *file, const struct option_row *row,
			      struct err *e);

/* Calls `take` for each line of a file, "-": standard input, without the blanks around it; blank
 * lines and those that begin with # are passed over. False: e->msg says what is wrong, and in which
 * line. `what` says what the file should hold, "one target a line". */
typedef bool option_line_fn(void *to, const char *line, struct err *e);
bool option_read_lines(const char *file, const struct option_row *row, const char *what,
		       option_line_fn *take, void *to, struct err *e);

/* Appends the targets of --input, where it is given, to those of the command line. A run reads them as
 * it goes instead (target_source.h). */
bool option_read_targets(struct options *o, struct err *e);

#endif
