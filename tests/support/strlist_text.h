/* SPDX-License-Identifier: MIT
 *
 * A list as one line, for comparing it with what a test expects. */
#ifndef STRLIST_TEXT_H
#define STRLIST_TEXT_H

#include <stddef.h>

#include "base/strlist.h"

/* The items, " | " between them, into `to`; returns it. */
const char *strlist_text(char *to, size_t size, const struct strlist *l);

#endif
