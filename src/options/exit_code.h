/* SPDX-License-Identifier: MIT
 *
 * The exit statuses, the same for every output format; the manual page documents them. */
#ifndef OPTIONS_EXIT_CODE_H
#define OPTIONS_EXIT_CODE_H

enum {
	EXIT_FINE = 0,        /* something was tested, nothing at or above --fail-on was found */
	EXIT_FOUND = 1,       /* something at or above --fail-on was found */
	EXIT_UNCHECKED = 2,   /* could not check: nothing tested, resolver dead, cut short */
	EXIT_USAGE = 64,      /* EX_USAGE of sysexits: bad options or input, nothing was sent */
	EXIT_INTERNAL = 70    /* EX_SOFTWARE: out of memory, output cannot be written */
};

#endif
