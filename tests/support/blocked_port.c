/* SPDX-License-Identifier: MIT
 *
 * blocked_port ADDRESS PORT: a port that answers no SYN, as behind a firewall that drops, made
 * without privilege: the queue of a listening socket is filled and never emptied, and Linux
 * drops every SYN for which there is no room in it (net/ipv4/tcp_input.c: tcp_conn_request()).
 * Prints "PORT n" when it stands (port 0: any free one); ends by itself after 120 seconds. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LIFETIME_S = 120, FILLERS = 4 };

static void need(int ok, const char *what)
{
	if (!ok) {
		perror(what);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t size = sizeof at;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (argc != 3 || inet_pton(AF_INET, argv[1], &at.sin_addr) != 1) {
		fputs("usage: blocked_port ADDRESS PORT\n", stderr);
		return 64;
	}
	at.sin_port = htons((unsigned short)strtoul(argv[2], NULL, 10));
	need(bind(listener, (struct sockaddr *)&at, sizeof at) == 0, "blocked_port: bind");
	need(listen(listener, 0) == 0, "blocked_port: listen");
	need(getsockname(listener, (struct sockaddr *)&at, &size) == 0, "blocked_port: getsockname");
	for (int i = 0; i < FILLERS; i++) {
		int filler = socket(AF_INET, SOCK_STREAM, 0);

		need(filler >= 0, "blocked_port: socket");
		fcntl(filler, F_SETFL, O_NONBLOCK);
		connect(filler, (struct sockaddr *)&at, sizeof at); /* some hang: the queue is full */
	}
	printf("PORT %u\n", ntohs(at.sin_port));
	fflush(stdout);
	sleep(LIFETIME_S);
	return 0;
}
