/* SPDX-License-Identifier: MIT
 *
 * wire IF1 IF2 DELAY_MS [LOSS_PERCENT [SEED]]: a cable between two interfaces that takes its time and
 * loses frames, for kernels without sch_netem. Needs root, or root of a user namespace; ends by
 * itself after an hour.
 *
 * Frames are copied with PACKET_VNET_HDR, so that checksums that were left to the interface, and
 * segments that it was to cut, get through (packet(7)). Both ways are delayed and lose alike. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LIFETIME_S = 3600, FRAME_MOST = 70000 };

struct frame {
	struct frame *next;
	long long due_ns;
	size_t size;
	unsigned char bytes[];
};

struct side {                   /* what came in there, and leaves by the other */
	int fd;
	struct frame *first, **end;
};

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void need(int fine, const char *what)
{
	if (!fine) {
		perror(what);
		exit(1);
	}
}

static void attach(struct side *s, const char *interface)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct packet_mreq all = { .mr_type = PACKET_MR_PROMISC };
	int one = 1;

	at.sll_ifindex = all.mr_ifindex = (int)if_nametoindex(interface);
	need(at.sll_ifindex != 0, interface);
	s->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_ALL));
	need(s->fd >= 0, "packet socket");
	need(setsockopt(s->fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof one) == 0, "PACKET_VNET_HDR");
	need(setsockopt(s->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one) == 0,
	     "PACKET_IGNORE_OUTGOING");
	need(setsockopt(s->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) == 0, "promiscuous");
	need(bind(s->fd, (struct sockaddr *)&at, sizeof at) == 0, interface);
	s->end = &s->first;
}

static void take_in(struct side *s, long long delay_ns, double loss)
{
	static unsigned char bytes[FRAME_MOST];
	ssize_t n;

	while ((n = recv(s->fd, bytes, sizeof bytes, 0)) > 0) {
		struct frame *f;

		if (drand48() < loss)
			continue;
		f = malloc(sizeof *f + (size_t)n);
		need(f != NULL, "memory");
		f->next = NULL;
		f->due_ns = now_ns() + delay_ns;
		f->size = (size_t)n;
		memcpy(f->bytes, bytes, f->size);
		*s->end = f;
		s->end = &f->next;
	}
}

/* A link that is going down takes nothing; the frame is lost, as on a cable that is pulled. */
static void let_out(struct side *from, const struct side *to)
{
	struct frame *f;

	while ((f = from->first) != NULL && f->due_ns <= now_ns()) {
		if (send(to->fd, f->bytes, f->size, 0) < 0 && errno != ENOBUFS && errno != ENETDOWN &&
		    errno != EMSGSIZE)
			perror("send");
		from->first = f->next;
		if (f->next == NULL)
			from->end = &from->first;
		free(f);
	}
}

static long long next_due(const struct side *sides)
{
	long long due = now_ns() + 1000000000LL;

	for (int i = 0; i < 2; i++)
		if (sides[i].first != NULL && sides[i].first->due_ns < due)
			due = sides[i].first->due_ns;
	return due;
}

int main(int argc, char **argv)
{
	struct side sides[2] = { 0 };
	double loss = argc > 4 ? strtod(argv[4], NULL) / 100 : 0;
	long long delay_ns, end_ns = now_ns() + LIFETIME_S * 1000000000LL;

	if (argc < 4) {
		fputs("usage: wire IF1 IF2 DELAY_MS [LOSS_PERCENT [SEED]]\n", stderr);
		return 64;
	}
	delay_ns = (long long)(strtod(argv[3], NULL) * 1e6);
	srand48(argc > 5 ? strtol(argv[5], NULL, 10) : 1);
	attach(&sides[0], argv[1]);
	attach(&sides[1], argv[2]);
	while (now_ns() < end_ns) {
		struct pollfd p[2] = { { sides[0].fd, POLLIN, 0 }, { sides[1].fd, POLLIN, 0 } };
		long long wait_ns = next_due(sides) - now_ns();
		struct timespec wait = { 0, wait_ns > 0 ? wait_ns % 1000000000LL : 0 };

		ppoll(p, 2, &wait, NULL);
		for (int i = 0; i < 2; i++) {
			take_in(&sides[i], delay_ns, loss);
			let_out(&sides[i], &sides[!i]);
		}
	}
	return 0;
}
