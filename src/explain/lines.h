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
	LINE_JOINED,             /* a frame of a stack trace, or indented */
	LINE_OF_REPLY,           /* the next line of the same reply: see line_reply_text() */
	LINE_WRAPPED             /* the line before was broken, perhaps within a word */
};

/* How the line goes on what was gathered before, lines that end in \n, or in LINE_WRAP where they
 * were broken. `wraps`: texts that were broken are to be expected. */
#define LINE_WRAP '\v'
enum line_joint line_joint(const struct buf *before, const char *line, size_t n, bool wraps);

/* Where the text of a reply's line begins, behind its code, wherever that stands in it. */
size_t line_reply_text(const char *line, size_t n);

/* Is a passage about another service than mail: does it name one, or its port, and nothing of mail? */
bool passage_is_of_another_service(const char *text, size_t n);

/* Was the line logged by a program that does not send mail, such as sshd? */
bool line_is_of_another_program(const char *line, size_t n);

#endif
