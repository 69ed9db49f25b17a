/* SPDX-License-Identifier: MIT
 *
 * The default gateways, as the kernel lists its routes; nothing is sent. Linux only: elsewhere they
 * are not known. Policy routing (ip rule) may send a packet another way. */
#ifndef NET_GATEWAY_H
#define NET_GATEWAY_H

#include <stdbool.h>

/* Of the text of /proc/net/route and of /proc/net/ipv6_route: the gateway of the default route with
 * the lowest metric, as text; a link-local IPv6 one with its interface ("fe80::1%eth0"). NULL: there
 * is none. Caller frees. */
char *gateway4_parse(const char *routes);
char *gateway6_parse(const char *routes);

/* The same of this host. In a table of more than some 4000 routes the default one of IPv6 is not found:
 * it stands last (the kernel's net/ipv6/ip6_fib.c, fib6_walk_continue(): a node after its branches). */
char *gateway4_read(void);
char *gateway6_read(void);

/* An IPv4 address that is not routed on the Internet, so that something translates it: RFC 1918, RFC
 * 6598 (carriers), RFC 3927 (link-local). */
bool gateway_is_private4(const char *address);

#endif
