/* SPDX-License-Identifier: MIT
 *
 * One run: from the options to the exit status. The only part that knows every stage. */
#ifndef APP_H
#define APP_H

#include <stdio.h>

#include "options/options.h"

/* Probes (or replays) all targets and writes all reports; returns the exit status. What is
 * wrong locally is told in one sentence on standard error. */
int app_run(const struct options *o);

void app_version(FILE *to);

#endif
