/* SPDX-License-Identifier: MIT
 *
 * A list of DNS servers as a user writes it: "192.0.2.53", "192.0.2.53:5353", "2001:db8::53",
 * "[2001:db8::53]:5353", separated by commas. Names are refused: who should resolve them? */
#ifndef DNS_SERVER_LIST_H
#define DNS_SERVER_LIST_H

#include <stdbool.h>

#include "base/err.h"
#include "base/strlist.h"

/* Appends each server once, as "192.0.2.53:53" or "[2001:db8::53]:53". False: e->msg names the
 * offending text, and *to is as it was. */
bool server_list_parse(struct strlist *to, const char *text, struct err *e);

#endif
