/* SPDX-License-Identifier: MIT
 *
 * --resume: the targets whose records an earlier run has written. Eight bytes each are kept, so that
 * two of a million might be taken for one another once in forty million runs. */
#ifndef DONE_TARGETS_H
#define DONE_TARGETS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct done_targets;

/* Reads a file of JSON reports, one a line; none is there: nothing is done. A last line without its
 * end, as a kill or a full disk leaves it, is cut off the file. NULL: e->msg says why it cannot be
 * gone on with. */
struct done_targets *done_targets_read(const char *file, struct err *e);
void done_targets_free(struct done_targets *d);

size_t done_targets_count(const struct done_targets *d);

/* input: as it stood in the list. */
bool done_targets_has(const struct done_targets *d, const char *input);

#endif
