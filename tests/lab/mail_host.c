/* SPDX-License-Identifier: MIT
 *
 * mail_host NAME PORT...: greets as NAME on these ports of all addresses, IPv4 and IPv6, and answers
 * just enough SMTP for a dialogue in the clear. Returns once it listens and goes on in the
 * background; ends by itself after an hour. Bears any number of connections that are closed at
 * once, as a trace makes them. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LIFETIME_S = 3600, LISTENERS_MOST = 8, GUESTS_MOST = 512, LINE_MOST = 512 };

static struct pollfd fds[LISTENERS_MOST + GUESTS_MOST];
static size_t listeners, count;

static void need(bool fine, const char *what)
{
	if (!fine) {
		perror(what);
		exit(1);
	}
}

static void listen_at(unsigned port)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), zero = 0, one = 1;

	need(fd >= 0, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	need(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero) == 0, "IPV6_V6ONLY");
	need(bind(fd, (struct sockaddr *)&at, sizeof at) == 0, "bind");
	need(listen(fd, 128) == 0, "listen");
	fds[count++] = (struct pollfd){ fd, POLLIN, 0 };
	listeners = count;
}

static void say(int fd, const char *text)
{
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0 && errno != EAGAIN)
		return; /* the guest is gone; its end is seen by the next recv() */
}

static void let_in(int listener, const char *name)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	char line[LINE_MOST];

	if (fd < 0)
		return;
	if (count == sizeof fds / sizeof *fds) {
		close(fd);
		return;
	}
	fds[count++] = (struct pollfd){ fd, POLLIN, 0 };
	snprintf(line, sizeof line, "220 %s ESMTP\r\n", name);
	say(fd, line);
}

/* False: it has left. */
static bool serve(int fd, const char *name)
{
	char line[LINE_MOST], answer[LINE_MOST];
	ssize_t n = recv(fd, line, sizeof line - 1, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return false;
	line[n] = '\0';
	if (strncasecmp(line, "QUIT", 4) == 0) {
		say(fd, "221 bye\r\n");
		return false;
	}
	snprintf(answer, sizeof answer, strncasecmp(line, "EHLO", 4) == 0
		 ? "250-%s\r\n250 SIZE 10240000\r\n" : "250 %s\r\n", name);
	say(fd, answer);
	return true;
}

static void serve_all(const char *name)
{
	size_t kept = listeners;

	for (size_t i = listeners; i < count; i++)
		if (fds[i].revents == 0 || serve(fds[i].fd, name))
			fds[kept++] = fds[i];
		else
			close(fds[i].fd);
	count = kept;
	for (size_t i = 0; i < listeners; i++)
		if (fds[i].revents != 0)
			let_in(fds[i].fd, name);
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + LIFETIME_S;
	pid_t child;

	if (argc < 3 || argc > 2 + LISTENERS_MOST) {
		fputs("usage: mail_host NAME PORT...\n", stderr);
		return 64;
	}
	for (int i = 2; i < argc; i++)
		listen_at((unsigned)strtoul(argv[i], NULL, 10));
	child = fork();
	need(child >= 0, "fork");
	if (child > 0)
		return 0;
	need(freopen("/dev/null", "w", stdout) != NULL, "/dev/null");
	while (time(NULL) < end) {
		poll(fds, count, 1000);
		serve_all(argv[1]);
	}
	return 0;
}
