/* SPDX-License-Identifier: MIT
 *
 * Amounts as people write them, whatever the locale: no sign, no exponent. -1: not of that form. */
#ifndef BASE_AMOUNT_H
#define BASE_AMOUNT_H

#include <stdint.h>

/* DIGITS, DIGITS.DIGITS or .DIGITS, in microseconds; what is finer is dropped. */
int64_t amount_seconds(const char *s);

/* The same with "ms" or "s" behind it. */
int64_t amount_duration(const char *s);

/* DIGITS or DIGITS.DIGITS, then perhaps K, M or G (of 1024) and perhaps B. */
int64_t amount_bytes(const char *s);

#endif
