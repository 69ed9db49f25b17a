/* SPDX-License-Identifier: MIT */
#ifndef RECORD_TEXT_H
#define RECORD_TEXT_H

#include "record/observation.h"

/* The observation as JSON. The caller frees it. */
char *record_text(const struct observation *o);

#endif
