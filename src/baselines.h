/* SPDX-License-Identifier: MIT
 *
 * The records of --baseline, read before anything is sent. */
#ifndef BASELINES_H
#define BASELINES_H

#include "base/err.h"
#include "record/observation.h"

struct baselines;

/* NULL and e->msg: the file cannot be read, or holds no record. */
struct baselines *baselines_read(const char *file, struct err *e);

/* The record of the same target, by what the user wrote and then by its name; NULL: there is none. */
const struct observation *baselines_find(const struct baselines *b, const struct observation *now);

void baselines_free(struct baselines *b);        /* NULL is fine */

#endif
