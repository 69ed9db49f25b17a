/* SPDX-License-Identifier: MIT
 *
 * fake_dns [-a ADDRESS] [-p PORT] ZONEFILE
 *
 * Serves the zone (fake_dns.h) on a loopback address until SIGTERM, for 300 s at most; prints
 * "PORT n" on standard output when it is ready. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_dns.h"

enum { ZONE_SIZE = 16 * 1024 * 1024, LIFETIME_S = 300 };

static struct fake_dns *server;        /* for the signal handler alone */

static void on_signal(int number)
{
	(void)number;
	fake_dns_stop(server);
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = file != NULL ? malloc(ZONE_SIZE) : NULL;
	size_t n = text != NULL ? fread(text, 1, ZONE_SIZE - 1, file) : 0;

	if (text != NULL)
		text[n] = '\0';
	if (file != NULL)
		fclose(file);
	return text;
}

int main(int argc, char **argv)
{
	const char *address = "127.0.0.1";
	unsigned long port = 0;
	char why[256] = "", *zone;
	int option;

	while ((option = getopt(argc, argv, "a:p:")) != -1) {
		if (option == 'a')
			address = optarg;
		else if (option == 'p')
			port = strtoul(optarg, NULL, 10);
		else
			return 64;
	}
	if (optind + 1 != argc || port > 65535) {
		fputs("usage: fake_dns [-a ADDRESS] [-p PORT] ZONEFILE\n", stderr);
		return 64;
	}
	zone = read_file(argv[optind]);
	if (zone != NULL)
		server = fake_dns_open(address, (unsigned)port, zone, why, sizeof why);
	if (server == NULL) {
		fprintf(stderr, "fake_dns: %s: %s\n", argv[optind], zone != NULL ? why : "cannot be read");
		free(zone);
		return 1;
	}
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	printf("PORT %u\n", fake_dns_port(server));
	fflush(stdout);
	fake_dns_run(server, LIFETIME_S);
	fake_dns_close(server);
	free(zone);
	return 0;
}
