/* SPDX-License-Identifier: MIT
 *
 * Reports against files that were read and judged right: tests/data/golden/NAME.FORMAT.
 * GOLDEN_WRITE=1 in the environment writes them anew, to be read again. */
#ifndef SUPPORT_GOLDEN_H
#define SUPPORT_GOLDEN_H

/* Fails the test where the report is not the file. Frees the report. */
void golden_check(const char *name, const char *format, char *report);

#endif
