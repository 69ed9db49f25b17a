/* SPDX-License-Identifier: MIT
 *
 * What the kernel knows of a TCP connection. */
#ifndef NET_TCP_INFO_H
#define NET_TCP_INFO_H

#include "record/observation.h"

/* Of an open socket; all 0 on systems without Linux's TCP_INFO, and 0 for what an old kernel
 * does not count. */
void tcp_info_read(int fd, struct obs_tcp *to);

#endif
