/* SPDX-License-Identifier: MIT
 *
 * A scripted DNS server for tests: UDP and TCP on one port of a loopback address. It answers
 * from a zone in memory and misbehaves as told. It shares no code with the program under test.
 *
 * A zone is lines of text; "#" begins a comment line.
 *
 *   NAME TYPE DATA...             A, AAAA, CNAME, MX, SRV, TXT ("..." or words), TLSA (hex);
 *                                 "*.example.test" stands for all names below example.test
 *   NAME ! BEHAVIOUR [TYPE]       of that name, for questions of that type or of all
 *   * ! BEHAVIOUR [TYPE]          of all names
 *
 * Behaviours:
 *   servfail refused nxdomain notimp formerr nodata rcode=N    answers with that and no record
 *   no-question     leaves the question out of such an answer
 *   formerr-edns    FORMERR without OPT where the question has OPT (an old server)
 *   ad              sets AD where the question has AD or DO
 *   ede=N           adds an extended error with the text "because"
 *   silent          never answers          drop=N   not the first N times
 *   lose=N          not N in 100 of the questions, by chance (the same in each run)
 *   room=N          not while N questions wait for their delay
 *   delay=MS        answers later          tc       TC and no record by UDP, all by TCP
 *   tc-close        as tc, but TCP is closed without an answer
 *   garbage short   octets that are no message; five of them
 *   wrong-id wrong-question        answers something else
 *   broken loop     a record that breaks off; a compression pointer to itself
 *   alias-only      answers the CNAME without what it leads to, and without an SOA
 *
 * A name that has no record and is not above one that has does not exist: NXDOMAIN. A name
 * without a record of the type: NODATA; both with an SOA. Aliases are followed in the answer. */
#ifndef FAKE_DNS_H
#define FAKE_DNS_H

#include <stdbool.h>
#include <stddef.h>

struct fake_dns;

/* Binds (port 0: any). NULL, with a sentence in `why`, where the zone or the address is no good. */
struct fake_dns *fake_dns_open(const char *address, unsigned port, const char *zone, char *why,
			       size_t size);
void fake_dns_close(struct fake_dns *f);

unsigned fake_dns_port(const struct fake_dns *f);

/* Serves until fake_dns_stop(), or for that many seconds. */
void fake_dns_run(struct fake_dns *f, unsigned seconds);

/* May be called from another thread or a signal handler. */
void fake_dns_stop(struct fake_dns *f);

/* Questions received so far, of all names. */
unsigned fake_dns_udp_count(struct fake_dns *f);
unsigned fake_dns_tcp_count(struct fake_dns *f);

#endif
