/* SPDX-License-Identifier: MIT
 *
 * Whatever routers answer, the judge of hops says nothing that its evidence does not hold: that this
 * host is to blame only with an error of its own address or SYNs that could not leave, "dropped" only
 * past the last hop that answers, and no hop that was not asked. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diagnose/seen_path.h"
#include "path/path_judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HOPS_MOST = 40, ADDRESSES = 6 };

static void require(bool fine)
{
	if (!fine)
		abort();
}

/* 0 is our own address, 1 the destination's. */
static char *address(unsigned n)
{
	return mem_printf("192.0.2.%u", n % ADDRESSES);
}

/* Three bytes a hop: kind, address, TTL of the message. */
static size_t take_hops(struct obs_hop **hops, size_t *count, const uint8_t *data, size_t size)
{
	size_t n = size > 0 ? data[0] % HOPS_MOST : 0, at = 1;

	for (; *count < n && at + 3 <= size; at += 3) {
		struct obs_hop *h = mem_append(hops, count, sizeof *h);

		h->ttl = (unsigned)*count;
		h->kind = data[at] % HOP_KIND_COUNT;
		h->icmp.ttl = data[at + 2];
		if (h->kind == HOP_EXPIRED || h->kind == HOP_REJECTED) {
			h->from = data[at] >= 250 ? NULL : address(data[at + 1]);
			h->icmp.from = mem_strdup(h->from);
			h->icmp.type = data[at + 1] / ADDRESSES;
		}
	}
	return at < size ? at : size;
}

static void check(const struct obs_path *p)
{
	unsigned last = path_last(p->hops, p->hop_count), end = path_end(p->hops, p->hop_count);
	bool none_left = p->resent > 0 && p->resent_failed >= p->resent;

	require(p->verdict < PATH_VERDICT_COUNT && p->confidence < CONFIDENCE_COUNT);
	require(p->after_hop >= -1 && p->after_hop <= (int)p->hop_count);
	require(p->by_hop <= HOPS_MOST);
	require(p->verdict != PATH_LOCAL_DROP || (none_left && last == 0));
	require(p->verdict != PATH_LOCAL_REJECT || none_left ||
		(p->by != NULL && strcmp(p->by, "192.0.2.0") == 0));
	require(p->verdict != PATH_DROPPED || (end == 0 && p->by_hop > last));
	require(p->verdict != PATH_INTERCEPTED || p->by_hop < path_end(p->control, p->control_count));
	require(p->confidence != CONFIDENCE_CERTAIN || p->by != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct obs_path p = { 0 };
	struct buf text;
	size_t used = take_hops(&p.hops, &p.hop_count, data, size);

	used += take_hops(&p.control, &p.control_count, data + used, size - used);
	p.port = 25;
	p.control_port = p.control_count > 0 ? 587 : 0;
	p.address = address(1);
	if (size - used >= 4) {
		p.asked_again = data[used] % 4;
		p.control_again = data[used + 1] % (p.asked_again + 1);
		p.resent = data[used + 2] % 4;
		p.resent_failed = data[used + 3] % (p.resent + 1);
	}
	path_judge(&p, "192.0.2.0");
	check(&p);
	buf_init(&text, BUF_NO_LIMIT);
	seen_path(&text, &p);
	require(text.len > 0);
	buf_clear(&text);
	obs_path_clear(&p);
	return 0;
}
