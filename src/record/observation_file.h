/* SPDX-License-Identifier: MIT
 *
 * A file of records: what --output json wrote, one object after the other with any white space
 * between them, so also what `jq .` made of it. */
#ifndef RECORD_OBSERVATION_FILE_H
#define RECORD_OBSERVATION_FILE_H

#include <stdio.h>

#include "base/err.h"
#include "record/observation.h"

/* Reads the next record. True with *end: there is none, *o is empty. False: e->msg says what is
 * wrong with it; *o is empty. Not a byte behind the record is taken from the file. */
bool observation_file_read(FILE *f, struct observation *o, bool *end, struct err *e);

#endif
