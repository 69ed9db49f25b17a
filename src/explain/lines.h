/* SPDX-License-Identifier: MIT
 *
 * Which lines of a log or of a pasted text belong together. */
#ifndef EXPLAIN_LINES_H
#define EXPLAIN_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum line_joint {
	LINE_APART,              /* it begins something new */
	LINE_JOINED,             /* the next line of a reply, a frame of a stack trace, indented */
	LINE_WRAPPED             /* the line before was broken, perhaps within a word */
};

/* How the line goes on what was gathered before, lines that end in \n, or in LINE_WRAP where they
 * were broken. `wraps`: texts that were broken are to be expected. */
#define LINE_WRAP '\v'
enum line_joint line_joint(const struct buf *before, const char *line, size_t n, bool wraps);

/* Was the line logged by a program that does not send mail, such as sshd? */
bool line_is_of_another_program(const char *line, size_t n);

#endif
