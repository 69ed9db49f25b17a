/* SPDX-License-Identifier: MIT
 *
 * The picture of a path: a table with a row a router and a column a port. The drawing in a cell only
 * repeats its words. */
#include "base/mem.h"
#include "diagnose/seen.h"
#include "report/path_ladder.h"
#include "report/report_html.h"

#define SVG_BEGIN "<svg class=\"hop\" width=\"12\" height=\"20\" viewBox=\"0 0 12 20\" fill=\"none\" " \
	"stroke=\"currentColor\" stroke-width=\"2\" aria-hidden=\"true\">"
#define SVG_PASSES SVG_BEGIN "<path d=\"M6 0V20\"/><circle cx=\"6\" cy=\"10\" r=\"3\"/></svg>"
#define SVG_ENDS SVG_BEGIN "<path d=\"M6 0V6M2 6L10 14M10 6L2 14\"/></svg>"
#define SVG_ARRIVES SVG_BEGIN "<path d=\"M6 0V10\"/><circle cx=\"6\" cy=\"11\" r=\"4\" " \
	"fill=\"currentColor\"/></svg>"

static const struct {
	const char *class, *svg, *words;
} cells[] = {
	[HOP_SILENT] = { "bad", SVG_ENDS, "no answer" },
	[HOP_EXPIRED] = { "good", SVG_PASSES, "goes on" },
	[HOP_OPEN] = { "good", SVG_ARRIVES, "open" },
	[HOP_RESET] = { "bad", SVG_ENDS, "refused" },
	[HOP_REJECTED] = { "bad", SVG_ENDS, "rejected" },
};
_Static_assert(COUNT(cells) == HOP_KIND_COUNT, "a cell for every kind");

static void put_cell(struct buf *to, const struct path_lane *lane, unsigned ttl)
{
	enum hop_kind kind;
	int64_t us;

	if (!path_ladder_cell(lane, ttl, &kind, &us)) {
		buf_adds(to, "<td></td>");
		return;
	}
	buf_addf(to, "<td class=\"%s\">%s %s", cells[kind].class, cells[kind].svg, cells[kind].words);
	if (us >= 0) {
		buf_adds(to, ", ");
		seen_time(to, us);
	}
	buf_adds(to, "</td>");
}

static void put_top(struct buf *to, const struct path_ladder *l)
{
	buf_adds(to, "<thead><tr><th scope=\"col\">Hop</th><th scope=\"col\">Router</th>");
	for (size_t i = 0; i < l->lane_count; i++)
		buf_addf(to, "<th scope=\"col\">Port %u</th>", l->lanes[i].port);
	buf_adds(to, "</tr></thead>\n<tbody>\n<tr><th scope=\"row\">0</th><td>this machine</td>");
	for (size_t i = 0; i < l->lane_count; i++)
		buf_addf(to, "<td class=\"%s\">%s</td>", l->lanes[i].here ? "bad" : "good",
			 l->lanes[i].here ? SVG_ENDS " stopped here" : SVG_PASSES " goes on");
	buf_adds(to, "</tr>\n");
}

static void put_ladder(struct buf *to, const struct path_ladder *l)
{
	report_html_put(to, "<p>The way to ", l->first->address,
			", and how far packets to each port get. A hop is a router.</p>\n");
	report_html_scroll(to, "Path");
	buf_adds(to, "<table class=\"path\">\n");
	put_top(to, l);
	for (unsigned ttl = 1; ttl <= l->rows; ttl++) {
		const char *role, *name = path_ladder_who(l, ttl, &role);

		buf_addf(to, "<tr><th scope=\"row\">%u</th><td>", ttl);
		report_html_put(to, "", name, role);
		buf_adds(to, "</td>");
		for (size_t i = 0; i < l->lane_count; i++)
			put_cell(to, &l->lanes[i], ttl);
		buf_adds(to, "</tr>\n");
	}
	buf_adds(to, "</tbody></table>\n");
	report_html_scroll_end(to);
}

void report_html_paths(struct buf *to, const struct report_target *t)
{
	bool any = false;

	for (size_t i = 0; i < t->o->path_count; i++) {
		struct path_ladder l;

		if (!path_ladder_begins(t->o, i))
			continue;
		if (!any)
			report_html_open(to, t, "paths", "Where packets get to");
		any = true;
		path_ladder_gather(&l, t->o, i);
		put_ladder(to, &l);
	}
	if (any)
		report_html_close(to);
}
