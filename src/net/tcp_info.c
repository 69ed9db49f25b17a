/* SPDX-License-Identifier: MIT
 *
 * TCP_INFO, read by its place in the kernel's answer. The struct only ever grows at its end (the
 * kernel's ABI), but the headers differ: glibc's <netinet/tcp.h> has it as it was in Linux 2.6,
 * the kernel's own cannot be included beside that and need not be installed. */
#include "net/tcp_info.h"

#include <string.h>

#ifdef __linux__
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* Octets from the start of struct tcp_info, each an unsigned of 32 bits. */
enum {
	AT_SND_MSS = 16,
	AT_UNACKED = 24,
	AT_RETRANS = 36,
	AT_PMTU = 60,
	AT_ADVMSS = 84,
	AT_TOTAL_RETRANS = 100,
	AT_SEGS_IN = 140,       /* Linux 4.2 */
	AT_RCV_OOOPACK = 224,   /* Linux 5.4 */
	INFO_ROOM = 512
};

/* 0 where the kernel is older than the field. */
static unsigned number(const unsigned char *info, socklen_t size, size_t at)
{
	uint32_t n = 0;

	if (size >= at + sizeof n)
		memcpy(&n, info + at, sizeof n);
	return n;
}

void tcp_info_read(int fd, struct obs_tcp *to)
{
	unsigned char info[INFO_ROOM];
	socklen_t size = sizeof info;

	memset(to, 0, sizeof *to);
	if (fd < 0 || getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &size) != 0)
		return;
	to->retransmits = number(info, size, AT_TOTAL_RETRANS);
	to->unacknowledged = number(info, size, AT_UNACKED);
	to->out_of_order = number(info, size, AT_RCV_OOOPACK);
	to->segments_in = number(info, size, AT_SEGS_IN);
	to->path_mtu = number(info, size, AT_PMTU);
	to->advertised_mss = number(info, size, AT_ADVMSS);
	to->send_mss = number(info, size, AT_SND_MSS);
}

void tcp_info_syns_read(int fd, struct tcp_info_syns *to)
{
	unsigned char info[INFO_ROOM];
	socklen_t size = sizeof info;

	memset(to, 0, sizeof *to);
	if (fd < 0 || getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &size) != 0)
		return;
	to->resent = number(info, size, AT_TOTAL_RETRANS);
	to->out = number(info, size, AT_RETRANS) > 0;
}
#else
void tcp_info_syns_read(int fd, struct tcp_info_syns *to)
{
	(void)fd;
	memset(to, 0, sizeof *to);
}

void tcp_info_read(int fd, struct obs_tcp *to)
{
	(void)fd;
	memset(to, 0, sizeof *to);
}
#endif
