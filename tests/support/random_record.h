/* SPDX-License-Identifier: MIT
 *
 * Observations made of arbitrary bytes, for fuzzing whatever reads them. */
#ifndef SUPPORT_RANDOM_RECORD_H
#define SUPPORT_RANDOM_RECORD_H

#include <stdint.h>

#include "record/observation.h"

/* Fills an empty observation; the same bytes give the same one. Every field of the record can
 * take every value that can be read from a file, in combinations that no server would give, and
 * texts are often such as rules look for. When the bytes are used up, all that follows is empty. */
void random_record(struct observation *o, const uint8_t *data, size_t size);

#endif
