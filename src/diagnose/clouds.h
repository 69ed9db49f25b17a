/* SPDX-License-Identifier: MIT
 *
 * What clouds and platforms do to outgoing mail ports, as data: read where `source` says, on the day
 * `read`. Policies change, and an account may have been let through: they are told as the provider's
 * rule, never as the cause. */
#ifndef DIAGNOSE_CLOUDS_H
#define DIAGNOSE_CLOUDS_H

#include <stdbool.h>

#include "base/buf.h"

struct cloud {
	const char *name;          /* as net/place.h names it; NULL ends the table */
	const char *blocks;        /* ", which ..." of outgoing mail ports */
	unsigned ports[5];         /* that it blocks by default, ended by 0 */
	const char *cure;          /* a sentence */
	const char *source, *read; /* "2026-11-23" */
	bool hearsay;              /* users report it; the provider's own document was not read */
};
extern const struct cloud clouds[];

/* NULL: it is not known what that one does. */
const struct cloud *cloud_find(const char *name);

bool cloud_blocks(const struct cloud *c, unsigned port);

/* "Hetzner Cloud blocks outgoing 25 and 465 by default, 587 is open (as users report, ...)". */
void cloud_say(struct buf *to, const struct cloud *c);

#endif
