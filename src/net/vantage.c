/* SPDX-License-Identifier: MIT */
#include "net/vantage.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

union any_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* Documentation addresses (RFC 5737, RFC 3849): a lookup with them meets the default route. */
static const char *const somewhere[FAMILY_COUNT] = {
	[FAMILY_IPV4] = "192.0.2.1",
	[FAMILY_IPV6] = "2001:db8::1",
};

static bool fill(union any_address *a, enum family family, const char *address)
{
	memset(a, 0, sizeof *a);
	if (family == FAMILY_IPV4) {
		a->v4.sin_family = AF_INET;
		a->v4.sin_port = htons(25);
		return inet_pton(AF_INET, address, &a->v4.sin_addr) == 1;
	}
	a->v6.sin6_family = AF_INET6;
	a->v6.sin6_port = htons(25);
	return inet_pton(AF_INET6, address, &a->v6.sin6_addr) == 1;
}

void vantage_route(struct obs_route *to, enum family family, const char *address)
{
	union any_address peer, own;
	socklen_t size = sizeof own;
	char text[INET6_ADDRSTRLEN] = "";
	const void *bytes;
	int fd;

	if (!fill(&peer, family, address != NULL ? address : somewhere[family]))
		return;
	fd = socket(peer.any.sa_family, SOCK_DGRAM, 0);
	if (fd < 0)
		return;
	if (connect(fd, &peer.any, family == FAMILY_IPV4 ? sizeof peer.v4 : sizeof peer.v6) == 0 &&
	    getsockname(fd, &own.any, &size) == 0) {
		bytes = family == FAMILY_IPV4 ? (const void *)&own.v4.sin_addr : &own.v6.sin6_addr;
		inet_ntop(own.any.sa_family, bytes, text, sizeof text);
		free(to->source);
		to->source = mem_strdup(text);
		to->route = true;
	}
	close(fd);
}
