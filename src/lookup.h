/* SPDX-License-Identifier: MIT
 *
 * What is answered from the rules alone: --explain and --list-diagnoses. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "options/options.h"

/* Both print to the outputs of the options and return an exit status: EXIT_FINE; EXIT_FOUND
 * where --explain knows nothing of the text; EXIT_USAGE or EXIT_INTERNAL after a sentence on
 * standard error. */
int lookup_explain(const struct options *o);
int lookup_list(const struct options *o);

#endif
