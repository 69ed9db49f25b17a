/* SPDX-License-Identifier: MIT
 *
 * Numbers in logs are mostly something else than a server's reply: times, ports, process ids,
 * sizes, versions. Where a number stands tells which. */
#ifndef DIAGNOSE_NUMBER_PLACE_H
#define DIAGNOSE_NUMBER_PLACE_H

#include <stdbool.h>
#include <stddef.h>

/* May the number of n characters at `at` be what it looks like: a reply code ("535"), an enhanced
 * status code ("5.7.8"), an error's or a port's number? `text` is where the string begins, as
 * plain_text() makes it. */
bool number_in_place(const char *text, const char *at, size_t n);

/* How long the reply code at the beginning of a line is, with the "-" or blank behind it and the
 * status that may follow ("535-5.7.8"); 0: there is none. What stands behind it goes on the line
 * before (RFC 5321 4.2.1). */
size_t number_prefix(const char *line, size_t n);

/* As number_in_place(), for any three digits there that begin with that one. */
bool number_class_in_place(const char *text, const char *at, char first);

#endif
