/* SPDX-License-Identifier: MIT
 *
 * One part of a list of targets, so that N processes or machines which read the same list do all of
 * it, and each target once, without a word between them.
 *
 * Which part has a target is an interface, the same on every machine and in every version: SipHash-2-4
 * (base/hash.h) with a key of zeros of its canonical name (struct target's `name`: A-labels in lower
 * case without a trailing dot, or the address in canonical text; no port), modulo N, plus 1. So a host
 * at two ports is in one part, and part K of N is the parts K and K + N of 2N. */
#ifndef PLAN_SHARD_H
#define PLAN_SHARD_H

#include <stdbool.h>

#include "base/err.h"

/* Part k of n, 1 <= k <= n. Zero-initialised is the whole. */
struct shard {
	unsigned k, n;
};

/* "3/7". False: e->msg says what would be right, and *s is the whole. */
bool shard_parse(struct shard *s, const char *text, struct err *e);

/* name: canonical, as above. */
bool shard_has(const struct shard *s, const char *name);

#endif
