/* SPDX-License-Identifier: MIT */
#include "net/gateway.h"

#include <arpa/inet.h>
#include <limits.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/small_file.h"

/* <linux/route.h>, <linux/ipv6_route.h>: the kernel's ABI. */
enum { ROUTE_UP = 0x1, ROUTE_GATEWAY = 0x2, ROUTE_REJECT = 0x200 };
enum { ROUTES_MOST = 256 * 1024 };

static bool leads_out(unsigned flags)
{
	return (flags & ROUTE_UP) != 0 && (flags & ROUTE_GATEWAY) != 0 &&
	       (flags & ROUTE_REJECT) == 0;
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

/* "eth0 00000000 0102000A 0003 0 0 100 00000000 0 0 0": addresses are in network order, printed as a
 * number of this machine's. */
char *gateway4_parse(const char *routes)
{
	unsigned best = UINT_MAX;
	char *found = NULL;

	for (const char *line = routes; *line != '\0'; line = next_line(line)) {
		unsigned destination, gateway, flags, metric, mask;
		char text[INET_ADDRSTRLEN];
		struct in_addr address;

		if (sscanf(line, "%*15s %8x %8x %4x %*d %*d %u %8x", &destination, &gateway, &flags,
			   &metric, &mask) != 5 ||
		    destination != 0 || mask != 0 || !leads_out(flags) || metric >= best)
			continue;
		best = metric;
		address.s_addr = gateway;
		free(found);
		found = mem_strdup(inet_ntop(AF_INET, &address, text, sizeof text));
	}
	return found;
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

/* "<destination> 00 <source> 00 <next hop> <metric> <refs> <use> <flags> eth0" */
char *gateway6_parse(const char *routes)
{
	unsigned best = UINT_MAX;
	char *found = NULL;

	for (const char *line = routes; *line != '\0'; line = next_line(line)) {
		char destination[33], gateway[33], interface[IF_NAMESIZE], text[INET6_ADDRSTRLEN];
		unsigned length, metric, flags;
		struct in6_addr address;

		if (sscanf(line, "%32[0-9a-f] %2x %*32[0-9a-f] %*2x %32[0-9a-f] %8x %*8x %*8x %8x %15s",
			   destination, &length, gateway, &metric, &flags, interface) != 6 ||
		    length != 0 || strspn(destination, "0") != 32 || strlen(gateway) != 32 ||
		    !leads_out(flags) || metric >= best || !take_address(gateway, &address))
			continue;
		best = metric;
		free(found);
		inet_ntop(AF_INET6, &address, text, sizeof text);
		found = IN6_IS_ADDR_LINKLOCAL(&address) ? mem_printf("%s%%%s", text, interface)
							: mem_strdup(text);
	}
	return found;
}

static char *read_with(char *(*parse)(const char *), const char *path)
{
	char *routes = small_file_read(path, ROUTES_MOST), *found;

	if (routes == NULL)
		return NULL;
	found = parse(routes);
	free(routes);
	return found;
}

char *gateway4_read(void)
{
	return read_with(gateway4_parse, "/proc/net/route");
}

char *gateway6_read(void)
{
	return read_with(gateway6_parse, "/proc/net/ipv6_route");
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
