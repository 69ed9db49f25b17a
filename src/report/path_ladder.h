/* SPDX-License-Identifier: MIT
 *
 * The picture of a path as data: a row a router, and a column a port, so that one sees where a port
 * stops while the others go on. One ladder an address; a format draws it. */
#ifndef REPORT_PATH_LADDER_H
#define REPORT_PATH_LADDER_H

#include "record/observation.h"

enum { PATH_LANES = 4 };

struct path_lane {
	unsigned port;
	const struct obs_hop *hops;
	size_t count;
	unsigned rejected_by;          /* the hop that says so; 0: it is not known to be one */
	bool here;                     /* this machine stops it */
};

struct path_ladder {
	const struct obs_path *first;
	struct path_lane lanes[PATH_LANES];
	size_t lane_count;
	unsigned rows;
};

/* Is the n-th path the first that is drawn of its address? */
bool path_ladder_begins(const struct observation *o, size_t n);

/* The ports that were traced, and last the control port that the first is compared with. The record
 * is borrowed. */
void path_ladder_gather(struct path_ladder *l, const struct observation *o, size_t n);

/* Who stands at a hop, by any of the ports; an answer by TCP is in the name of the host. */
const char *path_ladder_who(const struct path_ladder *l, unsigned ttl, const char **role);

/* What a packet of the port came to at a hop; HOP_EXPIRED: it went on. False: it never got there, or
 * nothing is known. *us: how long the answer took, -1: not to be told. */
bool path_ladder_cell(const struct path_lane *lane, unsigned ttl, enum hop_kind *kind, int64_t *us);

#endif
