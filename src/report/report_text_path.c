/* SPDX-License-Identifier: MIT
 *
 * The picture of a path: a ladder with this machine at the top, a row a router, and a column a port,
 * so that one sees where a port stops while the others go on. One ladder an address. */
#include "report/report_text.h"

#include <string.h>

#include "base/mem.h"
#include "diagnose/seen.h"
#include "diagnose/seen_path.h"
#include "report/layout.h"

enum {
	LANES_MOST = 4,
	NUMBER_COLUMNS = 6,            /* "   3  " */
	LANE_COLUMNS = 16, LANE_WITH_WORDS = 13,
	WHO_LEAST = 17,                /* an IPv4 address and its space */
	TTL_MOST = 255,
	CELL_BYTES = 4096
};

struct lane {
	unsigned port;
	const struct obs_hop *hops;
	size_t count;
	unsigned rejected_by;          /* the hop that says so; 0: it is not known to be one */
	bool here;                     /* this machine stops it */
};

struct ladder {
	const struct obs_path *first;
	struct lane lanes[LANES_MOST];
	size_t lane_count;
	unsigned rows;
	size_t who_columns, lane_columns;
};

/* ---- what belongs together ----------------------------------------------------------------- */

static bool is_local(const struct obs_path *p)
{
	return p->verdict == PATH_LOCAL_DROP || p->verdict == PATH_LOCAL_REJECT;
}

static bool same_address(const struct obs_path *a, const struct obs_path *b)
{
	return a->address != NULL && b->address != NULL && strcmp(a->address, b->address) == 0;
}

/* What this machine stops is drawn beside a port that goes on, or not at all. */
static bool is_drawn(const struct obs_path *p)
{
	return p->hop_count > 0 && (!is_local(p) || p->control_count > 0);
}

static bool is_first_of_address(const struct observation *o, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (same_address(&o->paths[i], &o->paths[n]) && is_drawn(&o->paths[i]))
			return false;
	return is_drawn(&o->paths[n]);
}

static void add_lane(struct ladder *l, unsigned port, const struct obs_hop *hops, size_t count,
		     unsigned rejected_by, bool here)
{
	struct lane *lane;

	for (size_t i = 0; i < l->lane_count; i++)
		if (l->lanes[i].port == port)
			return;
	if (l->lane_count == LANES_MOST || count == 0)
		return;
	lane = &l->lanes[l->lane_count++];
	lane->port = port;
	lane->rejected_by = rejected_by;
	lane->here = here;
	lane->hops = hops;
	lane->count = count < TTL_MOST ? count : TTL_MOST;
	if (hops[lane->count - 1].ttl > l->rows)
		l->rows = hops[lane->count - 1].ttl;
}

/* The ports that were traced, and last the control port that the first is compared with. */
static void gather(struct ladder *l, const struct observation *o, size_t n)
{
	memset(l, 0, sizeof *l);
	l->first = &o->paths[n];
	for (size_t i = n; i < o->path_count; i++)
		if (same_address(&o->paths[i], l->first) && l->lane_count < LANES_MOST - 1)
			add_lane(l, o->paths[i].port, o->paths[i].hops, o->paths[i].hop_count,
				 o->paths[i].by != NULL ? o->paths[i].by_hop : 0,
				 is_local(&o->paths[i]));
	add_lane(l, l->first->control_port, l->first->control, l->first->control_count, 0,
		 false);
}

static const struct obs_hop *hop_of(const struct lane *lane, unsigned ttl)
{
	for (size_t i = 0; i < lane->count; i++)
		if (lane->hops[i].ttl == ttl)
			return &lane->hops[i];
	return NULL;
}

/* ---- a row ---------------------------------------------------------------------------------- */

/* Who stands at a hop, by any of the ports; an answer by TCP is in the name of the host. */
static const char *who(const struct ladder *l, unsigned ttl, const char **role)
{
	const char *address = NULL;

	*role = "";
	for (size_t i = 0; i < l->lane_count; i++) {
		const struct obs_hop *h = hop_of(&l->lanes[i], ttl);

		if (h != NULL && address == NULL &&
		    (h->kind == HOP_EXPIRED || l->lanes[i].rejected_by == 0))
			address = h->from;
	}
	if (ttl != 0 && ttl == seen_path_distance(l->first)) {
		*role = " the host";
		return l->first->address;
	}
	return address != NULL ? address : "does not answer";
}

/* Silent, though packets of the same port were seen farther on: a router that hides. */
static bool only_hides(const struct lane *lane, unsigned ttl)
{
	for (size_t i = 0; i < lane->count; i++)
		if (lane->hops[i].ttl > ttl && lane->hops[i].kind != HOP_SILENT)
			return true;
	return false;
}

/* It was lost before: what follows is the same silence. */
static bool is_lost_before(const struct lane *lane, unsigned ttl)
{
	const struct obs_hop *before = ttl > 1 ? hop_of(lane, ttl - 1) : NULL;

	return before != NULL && before->kind == HOP_SILENT && !only_hides(lane, ttl - 1);
}

static void say_cell(struct buf *to, const struct lane *lane, unsigned ttl, bool utf8, bool words)
{
	static const struct {
		const char *utf8, *ascii, *words;
	} cells[] = {
		[HOP_SILENT] = { "\u2717", "X", "no answer" },
		[HOP_EXPIRED] = { "\u2502", "|", "" },
		[HOP_OPEN] = { "\u25cf", "o", "open " },
		[HOP_RESET] = { "\u2717", "X", "refused" },
		[HOP_REJECTED] = { "\u2717", "X", "rejected" },
	};
	_Static_assert(COUNT(cells) == HOP_KIND_COUNT, "a cell for every kind");
	const struct obs_hop *h = hop_of(lane, ttl);
	enum hop_kind kind;

	if (h == NULL || lane->here || is_lost_before(lane, ttl) ||
	    (lane->rejected_by != 0 && ttl > lane->rejected_by))
		return;
	if (ttl == lane->rejected_by) {
		buf_addf(to, "%s rejected", utf8 ? cells[HOP_REJECTED].utf8 : cells[HOP_REJECTED].ascii);
		return;
	}
	kind = h->kind == HOP_SILENT && only_hides(lane, ttl) ? HOP_EXPIRED : h->kind;
	buf_addf(to, "%s ", utf8 ? cells[kind].utf8 : cells[kind].ascii);
	if (!words)
		return;
	buf_adds(to, cells[kind].words);
	if (h->kind == HOP_EXPIRED || h->kind == HOP_OPEN)
		seen_time(to, h->us);
}

/* As wide as the widest, as far as the lanes leave room; an IPv6 address may not fit. */
static void measure(struct ladder *l, const struct report_style *s)
{
	size_t all = s->width > NUMBER_COLUMNS + WHO_LEAST ? s->width - NUMBER_COLUMNS - WHO_LEAST : 0;
	size_t each = all / (l->lane_count > 0 ? l->lane_count : 1), most = WHO_LEAST, room;

	l->lane_columns = each < LANE_COLUMNS ? each : LANE_COLUMNS;
	room = all + WHO_LEAST - l->lane_count * l->lane_columns;

	for (unsigned ttl = 1; ttl <= l->rows; ttl++) {
		const char *role, *name = who(l, ttl, &role);

		if (strlen(name) + strlen(role) + 2 > most)
			most = strlen(name) + strlen(role) + 2;
	}
	l->who_columns = most < room ? most : room;
}

/* What is too wide for its column has a line of its own. */
static void put_who(struct buf *to, const struct report_style *s, const struct ladder *l,
		    const char *text)
{
	struct buf escaped;

	buf_init(&escaped, CELL_BYTES);
	layout_escape(&escaped, text, s->utf8);
	layout_padded(to, buf_str(&escaped), l->who_columns);
	if (layout_width(buf_str(&escaped)) >= l->who_columns) {
		layout_end_line(to);
		layout_spaces(to, NUMBER_COLUMNS + l->who_columns);
	}
	buf_clear(&escaped);
}

static void put_row(struct buf *to, const struct report_style *s, const struct ladder *l,
		    unsigned ttl)
{
	const char *role, *name = who(l, ttl, &role);
	struct buf cell;

	buf_addf(to, "%4u  ", ttl);
	buf_init(&cell, CELL_BYTES);
	buf_addf(&cell, "%s%s", name, role);
	put_who(to, s, l, buf_str(&cell));
	for (size_t i = 0; i < l->lane_count; i++) {
		buf_reset(&cell);
		say_cell(&cell, &l->lanes[i], ttl, s->utf8,
			 l->lane_columns >= LANE_WITH_WORDS);
		layout_padded(to, buf_str(&cell), l->lane_columns);
	}
	layout_end_line(to);
	buf_clear(&cell);
}

static void put_top(struct buf *to, const struct report_style *s, const struct ladder *l)
{
	struct buf cell;

	buf_init(&cell, CELL_BYTES);
	layout_padded(to, "   hop", NUMBER_COLUMNS);
	put_who(to, s, l, "");
	for (size_t i = 0; i < l->lane_count; i++) {
		buf_reset(&cell);
		buf_addf(&cell, "port %u", l->lanes[i].port);
		layout_padded(to, buf_str(&cell), l->lane_columns);
	}
	layout_end_line(to);
	layout_spaces(to, NUMBER_COLUMNS);
	put_who(to, s, l, "this machine");
	for (size_t i = 0; i < l->lane_count; i++)
		if (l->lanes[i].here)
			layout_padded(to, s->utf8 ? "\u2717" : "X", l->lane_columns);
		else
			layout_padded(to, s->utf8 ? "\u2502" : "|", l->lane_columns);
	layout_end_line(to);
	buf_clear(&cell);
}

/* ---- a ladder ------------------------------------------------------------------------------- */

static void put_ladder(struct buf *to, const struct report_style *s, const struct ladder *l)
{
	struct buf text, line;

	buf_init(&text, CELL_BYTES);
	buf_init(&line, CELL_BYTES);
	buf_addf(&text, "The way to %s, and how far packets to each port get. A hop is a router.",
		 l->first->address);
	layout_escape(&line, buf_str(&text), s->utf8);
	layout_end_line(to);
	layout_spaces(to, 2);
	layout_wrap(to, buf_str(&line), 2, 2, s->width);
	layout_end_line(to);
	put_top(to, s, l);
	for (unsigned ttl = 1; ttl <= l->rows; ttl++)
		put_row(to, s, l, ttl);
	buf_clear(&text);
	buf_clear(&line);
}

void report_text_paths(struct buf *to, const struct report_style *s, const struct observation *o)
{
	for (size_t i = 0; i < o->path_count; i++)
		if (is_first_of_address(o, i)) {
			struct ladder l;

			gather(&l, o, i);
			measure(&l, s);
			put_ladder(to, s, &l);
		}
}
