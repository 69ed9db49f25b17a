/* SPDX-License-Identifier: MIT
 *
 * Whatever the tables of routes hold: a gateway is an address, printable, and rows do not run into
 * each other, so that a whole table tells no gateway that none of its rows tells alone. */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/gateway.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool fine)
{
	if (!fine)
		abort();
}

static void require_address(const char *gateway, int family)
{
	char *bare = mem_strndup(gateway, strcspn(gateway, "%"));
	struct in6_addr address;

	require(inet_pton(family, bare, &address) == 1);
	for (; *gateway != '\0'; gateway++)
		require((unsigned char)*gateway >= ' ' && *gateway != 0x7F);
	free(bare);
}

static bool tells(char *(*parse)(const char *), const char *row, size_t n, const char *gateway)
{
	char *alone = mem_strndup(row, n), *found = parse(alone);
	bool same = found != NULL && strcmp(found, gateway) == 0;

	free(found);
	free(alone);
	return same;
}

static void check(char *(*parse)(const char *), const char *table, int family)
{
	char *gateway = parse(table);
	bool told = false;

	if (gateway == NULL)
		return;
	require_address(gateway, family);
	for (const char *row = table; *row != '\0' && !told;) {
		size_t n = strcspn(row, "\n");

		told = tells(parse, row, n, gateway);
		row += n + (row[n] == '\n');
	}
	require(told);
	free(gateway);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *table = mem_strndup((const char *)data, size);

	check(gateway4_parse, table, AF_INET);
	check(gateway6_parse, table, AF_INET6);
	free(table);
	return 0;
}
