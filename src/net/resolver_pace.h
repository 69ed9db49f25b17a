/* SPDX-License-Identifier: MIT
 *
 * How fast a resolver is asked, and how often again: it may drop what comes too fast (dnsmasq has 150
 * questions under way at most, a socket's buffer has room for some 250), and what it drops must not
 * become a failure of the name that was asked for. */
#ifndef NET_RESOLVER_PACE_H
#define NET_RESOLVER_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "record/observation.h"

struct resolver_pace {
	bool of_list;          /* false: a window that does not change, and no question again */
	double least, window, most;
	double lost;           /* the share of the last questions whose datagrams were lost, 0 to 1 */
	int64_t narrowed_us;
};

/* jobs: that many ask the same resolver at the same time for a list; 0: it is no list. */
void resolver_pace_init(struct resolver_pace *p, unsigned jobs);

/* A question has ended, some of its datagrams unanswered (lost) or none. As TCP has it (RFC 5681): more at a
 * time while all goes well and questions wait, half as many where too many are lost. */
void resolver_pace_note(struct resolver_pace *p, bool lost, bool others_wait, int64_t now_us);

/* Questions that may be under way at once. */
unsigned resolver_pace_window(const struct resolver_pace *p);

/* Shall it be asked again, after so many times, with that result? Then pause_us is how long from now. */
bool resolver_pace_again(const struct resolver_pace *p, enum dns_rcode rcode, unsigned times,
			 int64_t *pause_us);

#endif
