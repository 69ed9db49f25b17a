/* SPDX-License-Identifier: MIT
 *
 * delay MS NAMESPACE NAMESPACE: a link with a delay, for kernels without netem: a tun device
 * "slow0" in each of two network namespaces (/run/netns/...); a packet read from one is written
 * to the other MS milliseconds later, in order. Ends when it is told to, 600 s at most. */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { QUEUE = 4096, LIFETIME_S = 600 };

struct packet {
	long long due_ns;
	ssize_t size;
	char bytes[2048];
};

struct side {
	int fd;                         /* the tun device that these packets come from */
	struct packet queue[QUEUE];
	unsigned head, tail;
};

static struct side sides[2];

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int open_tun(const char *namespace)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	char path[256];
	int ns, fd;

	snprintf(path, sizeof path, "/run/netns/%s", namespace);
	ns = open(path, O_RDONLY | O_CLOEXEC);
	if (ns < 0 || setns(ns, CLONE_NEWNET) < 0) {
		perror(path);
		exit(1);
	}
	close(ns);
	snprintf(request.ifr_name, sizeof request.ifr_name, "slow0");
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0) {
		perror("/dev/net/tun");
		exit(1);
	}
	return fd;
}

/* Sends what is due; returns when the next packet is, or -1. */
static long long deliver(struct side *from, int to)
{
	while (from->tail != from->head) {
		struct packet *p = &from->queue[from->tail % QUEUE];

		if (p->due_ns > now_ns())
			return p->due_ns;
		if (write(to, p->bytes, (size_t)p->size) < 0)
			perror("delay: a packet is lost");
		from->tail++;
	}
	return -1;
}

static void take(struct side *from, long long delay_ns)
{
	while (from->head - from->tail < QUEUE) {
		struct packet *p = &from->queue[from->head % QUEUE];

		p->size = read(from->fd, p->bytes, sizeof p->bytes);
		if (p->size <= 0)
			return;
		p->due_ns = now_ns() + delay_ns;
		from->head++;
	}
}

int main(int argc, char **argv)
{
	long long delay_ns, a, b, next;

	if (argc != 4) {
		fputs("usage: delay MS NAMESPACE NAMESPACE\n", stderr);
		return 64;
	}
	delay_ns = (long long)(strtod(argv[1], NULL) * 1e6);
	sides[0].fd = open_tun(argv[2]);
	sides[1].fd = open_tun(argv[3]);
	puts("ready");
	fflush(stdout);
	alarm(LIFETIME_S);
	for (;;) {
		struct pollfd fds[2] = { { sides[0].fd, POLLIN, 0 }, { sides[1].fd, POLLIN, 0 } };
		struct timespec wait;

		a = deliver(&sides[0], sides[1].fd);
		b = deliver(&sides[1], sides[0].fd);
		next = a < 0 || (b >= 0 && b < a) ? b : a;
		next = next < 0 ? -1 : next > now_ns() ? next - now_ns() : 0;
		wait = (struct timespec){ next / 1000000000, next % 1000000000 };
		if (ppoll(fds, 2, next < 0 ? NULL : &wait, NULL) < 0)
			return 1;
		take(&sides[0], delay_ns);
		take(&sides[1], delay_ns);
	}
}
