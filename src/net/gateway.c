/* SPDX-License-Identifier: MIT */
#include "net/gateway.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"

/* <linux/route.h>, <linux/ipv6_route.h>: the kernel's ABI. */
enum { ROUTE_UP = 0x1, ROUTE_GATEWAY = 0x2, ROUTE_REJECT = 0x200 };
/* The kernel begins its walk anew for every read() of the IPv6 table: measured on 6.18, 4000 rows take
 * 30 ms, 16000 3 s and 50000 48 s, for which the run would wait. */
enum { ROWS_MOST = 4096 };

struct best {
	char *gateway; /* NULL: none yet */
	unsigned metric;
};

/* Looks at one row, and at no more: sscanf() takes the next line's fields for a cut one's. */
typedef void take_row(struct best *best, const char *row);

static bool leads_out(unsigned flags)
{
	return (flags & ROUTE_UP) != 0 && (flags & ROUTE_GATEWAY) != 0 &&
	       (flags & ROUTE_REJECT) == 0;
}

static bool is_better(const struct best *best, unsigned metric)
{
	return best->gateway == NULL || metric < best->metric;
}

static void keep(struct best *best, unsigned metric, char *gateway)
{
	free(best->gateway);
	best->gateway = gateway;
	best->metric = metric;
}

/* "eth0 00000000 0102000A 0003 0 0 100 00000000 0 0 0": addresses are in network order, printed as a
 * number of this machine's. An IPv6 next hop (RFC 5549) is flagged as a gateway, but shown as 0. */
static void take_row4(struct best *best, const char *row)
{
	unsigned destination, gateway, flags, metric, mask;
	char text[INET_ADDRSTRLEN];
	struct in_addr address;

	if (sscanf(row, "%*15s %8x %8x %4x %*d %*d %u %8x", &destination, &gateway, &flags, &metric,
		   &mask) != 5 ||
	    destination != 0 || mask != 0 || gateway == 0 || !leads_out(flags) ||
	    !is_better(best, metric))
		return;
	address.s_addr = gateway;
	keep(best, metric, mem_strdup(inet_ntop(AF_INET, &address, text, sizeof text)));
}

static bool take_address(const char *hex, struct in6_addr *to)
{
	for (size_t i = 0; i < sizeof to->s6_addr; i++) {
		unsigned byte;

		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			return false;
		to->s6_addr[i] = (unsigned char)byte;
	}
	return true;
}

/* An interface's name may hold any octet but "/", ":" and white space (net/core/dev.c,
 * dev_valid_name()), so also what drives a terminal. */
static char *with_interface(const char *address, const char *interface)
{
	char *name = printable_dup(interface, strlen(interface));
	char *whole = mem_printf("%s%%%s", address, name);

	free(name);
	return whole;
}

/* "<destination> 00 <source> 00 <next hop> <metric> <refs> <use> <flags> eth0" */
static void take_row6(struct best *best, const char *row)
{
	char destination[33], gateway[33], interface[IF_NAMESIZE], text[INET6_ADDRSTRLEN];
	unsigned length, metric, flags;
	struct in6_addr address;

	if (sscanf(row, "%32[0-9a-f] %2x %*32[0-9a-f] %*2x %32[0-9a-f] %8x %*8x %*8x %8x %15s",
		   destination, &length, gateway, &metric, &flags, interface) != 6 ||
	    length != 0 || strspn(destination, "0") != 32 || strlen(gateway) != 32 ||
	    !leads_out(flags) || !is_better(best, metric) || !take_address(gateway, &address))
		return;
	inet_ntop(AF_INET6, &address, text, sizeof text);
	keep(best, metric,
	     IN6_IS_ADDR_LINKLOCAL(&address) ? with_interface(text, interface) : mem_strdup(text));
}

static char *parse(const char *routes, take_row *take)
{
	struct best best = {NULL, 0};

	while (*routes != '\0') {
		size_t n = strcspn(routes, "\n");
		char *row = mem_strndup(routes, n);

		take(&best, row);
		free(row);
		routes += n + (routes[n] == '\n');
	}
	return best.gateway;
}

char *gateway4_parse(const char *routes)
{
	return parse(routes, take_row4);
}

char *gateway6_parse(const char *routes)
{
	return parse(routes, take_row6);
}

static char *read_with(take_row *take, const char *path)
{
	struct best best = {NULL, 0};
	FILE *file = fopen(path, "re");
	char *row = NULL;
	size_t size = 0;

	if (file == NULL)
		return NULL;
	for (size_t i = 0; i < ROWS_MOST && getline(&row, &size, file) > 0; i++)
		take(&best, row);
	free(row);
	fclose(file);
	return best.gateway;
}

char *gateway4_read(void)
{
	return read_with(take_row4, "/proc/net/route");
}

char *gateway6_read(void)
{
	return read_with(take_row6, "/proc/net/ipv6_route");
}

bool gateway_is_private4(const char *address)
{
	static const struct {
		const char *net;
		unsigned bits;
	} nets[] = {
		{"10.0.0.0", 8}, {"172.16.0.0", 12}, {"192.168.0.0", 16}, {"100.64.0.0", 10},
		{"169.254.0.0", 16},
	};
	struct in_addr a, net;

	if (inet_pton(AF_INET, address, &a) != 1)
		return false;
	for (size_t i = 0; i < COUNT(nets); i++) {
		inet_pton(AF_INET, nets[i].net, &net);
		if ((ntohl(a.s_addr) ^ ntohl(net.s_addr)) >> (32 - nets[i].bits) == 0)
			return true;
	}
	return false;
}
