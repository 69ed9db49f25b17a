/* SPDX-License-Identifier: MIT
 *
 * What each role comes to, in one line, and what is recommended, before any detail. */
#ifndef DIAGNOSE_VERDICT_H
#define DIAGNOSE_VERDICT_H

#include "diagnose/diagnose.h"

/* Fills in verdicts and recommendation; findings and advice are there already. */
void verdict_make(struct diagnosis *d, const struct observation *o);

#endif
