/* SPDX-License-Identifier: MIT
 *
 * check_smtpprobe: the same program under the contract of monitoring plugins. */
#ifndef PLUGIN_H
#define PLUGIN_H

#include <stdbool.h>

/* Is the program called by that name? */
bool plugin_is_meant(const char *argv0);

/* From the command line to the exit status: 0 ok, 1 warning, 2 critical, 3 unknown. */
int plugin_run(int argc, char **argv);

#endif
