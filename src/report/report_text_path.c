/* SPDX-License-Identifier: MIT
 *
 * The picture of a path: a ladder with this machine at the top, a row a router, and a column a port,
 * so that one sees where a port stops while the others go on. One ladder an address. */
#include "report/report_text.h"

#include <string.h>

#include "base/mem.h"
#include "diagnose/seen.h"
#include "report/layout.h"
#include "report/path_ladder.h"

enum {
	NUMBER_COLUMNS = 6,            /* "   3  " */
	LANE_COLUMNS = 16, LANE_WITH_WORDS = 13,
	WHO_LEAST = 17,                /* an IPv4 address and its space */
	CELL_BYTES = 4096
};

struct ladder {
	struct path_ladder of;
	size_t who_columns, lane_columns;
};

static void say_cell(struct buf *to, const struct path_lane *lane, unsigned ttl, bool utf8, bool words)
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
	enum hop_kind kind;
	int64_t us;

	if (!path_ladder_cell(lane, ttl, &kind, &us))
		return;
	buf_addf(to, "%s ", utf8 ? cells[kind].utf8 : cells[kind].ascii);
	if (!words && ttl != lane->rejected_by)
		return;
	buf_adds(to, cells[kind].words);
	if (us >= 0)
		seen_time(to, us);
}

/* As wide as the widest, as far as the lanes leave room; an IPv6 address may not fit. */
static void measure(struct ladder *l, const struct report_style *s)
{
	size_t all = s->width > NUMBER_COLUMNS + WHO_LEAST ? s->width - NUMBER_COLUMNS - WHO_LEAST : 0;
	size_t each = all / (l->of.lane_count > 0 ? l->of.lane_count : 1), most = WHO_LEAST, room;

	l->lane_columns = each < LANE_COLUMNS ? each : LANE_COLUMNS;
	room = all + WHO_LEAST - l->of.lane_count * l->lane_columns;

	for (unsigned ttl = 1; ttl <= l->of.rows; ttl++) {
		const char *role, *name = path_ladder_who(&l->of, ttl, &role);

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
	const char *role, *name = path_ladder_who(&l->of, ttl, &role);
	struct buf cell;

	buf_addf(to, "%4u  ", ttl);
	buf_init(&cell, CELL_BYTES);
	buf_addf(&cell, "%s%s", name, role);
	put_who(to, s, l, buf_str(&cell));
	for (size_t i = 0; i < l->of.lane_count; i++) {
		buf_reset(&cell);
		say_cell(&cell, &l->of.lanes[i], ttl, s->utf8,
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
	for (size_t i = 0; i < l->of.lane_count; i++) {
		buf_reset(&cell);
		buf_addf(&cell, "port %u", l->of.lanes[i].port);
		layout_padded(to, buf_str(&cell), l->lane_columns);
	}
	layout_end_line(to);
	layout_spaces(to, NUMBER_COLUMNS);
	put_who(to, s, l, "this machine");
	for (size_t i = 0; i < l->of.lane_count; i++)
		if (l->of.lanes[i].here)
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
		 l->of.first->address);
	layout_escape(&line, buf_str(&text), s->utf8);
	layout_end_line(to);
	layout_spaces(to, 2);
	layout_wrap(to, buf_str(&line), 2, 2, s->width);
	layout_end_line(to);
	put_top(to, s, l);
	for (unsigned ttl = 1; ttl <= l->of.rows; ttl++)
		put_row(to, s, l, ttl);
	buf_clear(&text);
	buf_clear(&line);
}

void report_text_paths(struct buf *to, const struct report_style *s, const struct observation *o)
{
	for (size_t i = 0; i < o->path_count; i++)
		if (path_ladder_begins(o, i)) {
			struct ladder l;

			path_ladder_gather(&l.of, o, i);
			measure(&l, s);
			put_ladder(to, s, &l);
		}
}
