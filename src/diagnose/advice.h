/* SPDX-License-Identifier: MIT
 *
 * How the observed hosts are to be used: only modes that were seen to work, best first. */
#ifndef DIAGNOSE_ADVICE_H
#define DIAGNOSE_ADVICE_H

#include "diagnose/diagnose.h"

/* Can it be used as it is, and in which mode? */
bool advice_usable(const struct obs_endpoint *e, enum advice_mode *mode);

/* Makes the list; the caller frees it with advice_free(). */
void advice_make(struct advice **list, size_t *count, const struct observation *o);
void advice_free(struct advice *list, size_t count);

#endif
