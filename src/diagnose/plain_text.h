/* SPDX-License-Identifier: MIT
 *
 * Texts as people paste them, brought to one form. */
#ifndef DIAGNOSE_PLAIN_TEXT_H
#define DIAGNOSE_PLAIN_TEXT_H

#include <stddef.h>

#include "base/buf.h"

/* Appends the text of n bytes in lower case, with single blanks for every run of blanks, line
 * ends and control characters; JSON and C escapes (\n, \", \u0027), terminal escapes and
 * typographic quotes undone. Nothing is appended where the buffer has no
 * room for n bytes. */
void plain_text(struct buf *to, const char *text, size_t n);

#endif
