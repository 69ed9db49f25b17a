/* SPDX-License-Identifier: MIT
 *
 * The text of a hosts file (hosts(5)): names, aliases, comments. Pure: the caller reads it. */
#ifndef DNS_HOSTS_FILE_H
#define DNS_HOSTS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strlist.h"

/* Appends the addresses of a name (any case, trailing dot ignored) to *to, in canonical text,
 * in the file's order, each once. Addresses with a scope ("fe80::1%eth0") are passed over: the
 * probe cannot connect to them. localhost and names below it are 127.0.0.1 and ::1 where the
 * file says nothing of them (RFC 6761 6.3). False: the name is not there. */
bool hosts_file_lookup(const char *text, size_t size, const char *name, struct strlist *to);

#endif
