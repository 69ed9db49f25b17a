/* SPDX-License-Identifier: MIT
 *
 * Who must not be probed: names, addresses and blocks of addresses, one a line, as in a blocklist of
 * ZMap (zmap(8)).
 *
 *   example.com             # the name and everything below it: mail.example.com too
 *   münchen.example         # in A-labels (IDNA2008), like a target
 *   192.0.2.1
 *   2001:db8::1
 *   192.0.2.0/24            # RFC 4632; no bit may be set behind the prefix
 *   2001:db8::/32
 *
 * A name is looked up in as many steps as it has labels, an address in as many as the list has
 * different lengths of prefixes, however long the list is. Measured in 2026-11 on the machine of
 * bench/README.md with 100,000 entries of all kinds, 18 lengths of IPv4 and 36 of IPv6: 0.15 us a name,
 * 1 us an IPv4 and 2.3 us an IPv6 address, 2 MiB. Entries are kept as hashes of 64 bits (base/key_set.h).
 *
 * Nothing is resolved here: a host whose name is excluded is still found by its address, and the
 * other way round, so whoever resolves asks for both. */
#ifndef PLAN_EXCLUSIONS_H
#define PLAN_EXCLUSIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct exclusions;

struct exclusions *exclusions_new(void);
void exclusions_free(struct exclusions *x);

/* A line; an empty one, and one that holds a # comment alone, adds nothing. False: e->msg names the
 * text and what would be right, and nothing was added. */
bool exclusions_add(struct exclusions *x, const char *line, struct err *e);

/* Different entries. */
size_t exclusions_count(const struct exclusions *x);

/* Is the name, or one that it is below, on the list? Capitals and a trailing dot do not matter; the name
 * is in A-labels. An address is looked up as one. x == NULL: nothing is excluded. */
bool exclusions_name(const struct exclusions *x, const char *name);

/* Is the address, as inet_ntop() writes it, or a block that it is in, on the list? IPv4-mapped IPv6
 * addresses (RFC 4291 2.5.5.2) are IPv4 addresses, on the list and here; those of NAT64's well-known
 * prefix (RFC 6052 2.1) lead to one, which is looked up too. So ::/0 is all of IPv6 and nothing of
 * IPv4. What is no address is not excluded. */
bool exclusions_address(const struct exclusions *x, const char *address);

#endif
