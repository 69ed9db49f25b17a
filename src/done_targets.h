/* SPDX-License-Identifier: MIT
 *
 * --resume: the targets whose records an earlier run has written; some 25 bytes of memory each
 * (base/key_set.h). */
#ifndef DONE_TARGETS_H
#define DONE_TARGETS_H

#include <stdbool.h>

#include "base/err.h"

struct done_targets;

/* Reads a file of JSON reports, one a line; none is there: nothing is done. A last line without its
 * end, as a kill or a full disk leaves it, is cut off the file. NULL: e->msg says why it cannot be
 * gone on with. */
struct done_targets *done_targets_read(const char *file, struct err *e);
void done_targets_free(struct done_targets *d);

/* input: as it stood in the list. d may be NULL: nothing is done. */
bool done_targets_has(const struct done_targets *d, const char *input);

#endif
