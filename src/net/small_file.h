/* SPDX-License-Identifier: MIT
 *
 * Files of the system that are read whole, and whose size is not known before (procfs, sysfs). */
#ifndef NET_SMALL_FILE_H
#define NET_SMALL_FILE_H

#include <stddef.h>

/* At most that many octets of it, as a string; NULL: it cannot be read. Caller frees. */
char *small_file_read(const char *path, size_t most);

#endif
