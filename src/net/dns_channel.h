/* SPDX-License-Identifier: MIT
 *
 * One DNS server, reached through a c-ares channel of its own on the event loop: messages go out
 * and come back as bytes. c-ares repeats the datagram and turns to TCP where the answer was
 * truncated; nothing here reads a message or decides anything. */
#ifndef NET_DNS_CHANNEL_H
#define NET_DNS_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/err.h"
#include "base/strlist.h"
#include "record/observation.h"

struct dns_channel;

/* How a message ended: DNS_NOERROR with the answer's bytes (whatever it says), or DNS_TIMEOUT,
 * DNS_UNREACHABLE, DNS_MALFORMED, DNS_CUT_SHORT without. lost: a datagram of it went unanswered. Called
 * once for every message, possibly from within dns_channel_send(). */
typedef void dns_channel_fn(void *arg, enum dns_rcode how, bool lost, const void *message, size_t size);

/* server: "127.0.0.1:53". timeout_us: after which no answer is waited for. after(arg) is called
 * from the loop, whenever answers may have come and c-ares has returned: there, and only there,
 * the channel may be freed. NULL and e->msg where c-ares fails. */
struct dns_channel *dns_channel_new(uv_loop_t *loop, const char *server, int64_t timeout_us,
				    void (*after)(void *arg), void *arg, struct err *e);

/* What is still under way ends with DNS_CUT_SHORT; the sockets' handles are closing then. */
void dns_channel_free(struct dns_channel *c);

void dns_channel_send(struct dns_channel *c, const void *query, size_t size, dns_channel_fn *fn,
		      void *arg);

/* To be called about every 50 ms while a message is under way: c-ares keeps its time by it. */
void dns_channel_tick(struct dns_channel *c);

/* The servers of the system's configuration; 127.0.0.1:53 where it names none (resolv.conf(5)). */
bool dns_channel_system_servers(struct strlist *to, struct err *e);

const char *dns_channel_library_version(void);

#endif
