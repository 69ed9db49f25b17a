/* SPDX-License-Identifier: MIT
 *
 * A file of its own because glibc's <netinet/tcp.h> has the struct as it was in Linux 2.6, and
 * the kernel's header cannot be included beside it. */
#include "net/tcp_info.h"

#include <string.h>

#ifdef __linux__
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

void tcp_info_read(int fd, struct obs_tcp *to)
{
	struct tcp_info i;
	socklen_t size = sizeof i;

	/* An older kernel fills in less: the rest stays 0. */
	memset(&i, 0, sizeof i);
	memset(to, 0, sizeof *to);
	if (fd < 0 || getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &size) != 0)
		return;
	to->retransmits = i.tcpi_total_retrans;
	to->unacknowledged = i.tcpi_unacked;
	to->out_of_order = i.tcpi_rcv_ooopack;
	to->segments_in = i.tcpi_segs_in;
	to->path_mtu = i.tcpi_pmtu;
	to->advertised_mss = i.tcpi_advmss;
	to->send_mss = i.tcpi_snd_mss;
}
#else
void tcp_info_read(int fd, struct obs_tcp *to)
{
	(void)fd;
	memset(to, 0, sizeof *to);
}
#endif
