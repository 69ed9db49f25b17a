/* SPDX-License-Identifier: MIT
 *
 * Text from the wire, made safe once, where it is recorded: afterwards it is valid UTF-8
 * without control characters, so no output can be broken or a terminal driven by it.
 *
 * A byte that is not part of well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates),
 * and every byte of a C0 or C1 control, DEL, a line or paragraph separator, a zero-width or
 * a bidirectional formatting character, becomes \xHH (upper-case digits). A backslash that is
 * followed by "xHH" in the original becomes \x5C; any other backslash stays. So the original
 * bytes are recoverable: \xHH is one byte, everything else is itself. */
#ifndef BASE_PRINTABLE_H
#define BASE_PRINTABLE_H

#include <stddef.h>

#include "base/buf.h"

/* Appends n wire bytes to b in their printable form. */
void printable_add(struct buf *b, const void *bytes, size_t n);

/* The printable form as a string of its own. */
char *printable_dup(const void *bytes, size_t n);

/* Appends the wire bytes of a printable string to b: the inverse of printable_add(). */
void printable_decode(struct buf *b, const char *printable);

#endif
