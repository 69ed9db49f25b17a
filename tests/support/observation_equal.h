/* SPDX-License-Identifier: MIT
 *
 * Are two observations the same, field by field? Knows nothing of the JSON form. */
#ifndef OBSERVATION_EQUAL_H
#define OBSERVATION_EQUAL_H

#include "record/observation.h"

bool observation_equal(const struct observation *a, const struct observation *b);

#endif
