/* SPDX-License-Identifier: MIT
 *
 * Rules about what the same connect comes to elsewhere: at a control host, from another address of
 * this machine, by a proxy. A block that is met everywhere from here is on this side; one that is met
 * at one host only is at that end. Neither is said from one host alone. */
#include <stddef.h>
#include <string.h>

#include "diagnose/facts.h"
#include "diagnose/facts_path.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"

static void say_comparison(struct buf *what, const struct obs_comparison *c)
{
	static const char *const words[] = {
		[OUT_TIMEOUT] = "gets no answer", [OUT_REFUSED] = "is refused",
		[OUT_UNREACHABLE] = "is rejected", [OUT_OK] = "opens",
	};
	const char *came_to = c->connect.outcome < sizeof words / sizeof *words
				      ? words[c->connect.outcome] : NULL;

	if (c->kind == COMPARISON_FROM)
		buf_addf(what, "from %s it ", c->via != NULL ? c->via : "elsewhere");
	else if (c->kind == COMPARISON_SOCKS5)
		buf_addf(what, "by the proxy %s it ", c->via != NULL ? c->via : "");
	else
		buf_addf(what, "%s port %u (%s) ", c->host, c->port,
			 c->address != NULL ? c->address : "no address");
	buf_adds(what, came_to != NULL ? came_to : "cannot be tried");
	if (c->connect.error != NULL)
		buf_addf(what, " (%s)", c->connect.error);
	if (c->connect.us > 0) {
		buf_adds(what, " in ");
		seen_time(what, c->connect.us);
	}
	if (c->greeting != NULL) {
		buf_adds(what, ": \"");
		seen_text(what, c->greeting, 80);
		buf_adds(what, "\"");
	}
}

static void see_comparisons(const struct observation *o, struct judge *j,
			    const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->comparison_count; i++) {
		const struct obs_comparison *c = &o->comparisons[i];
		struct buf what;

		if (!facts_compares(c, e))
			continue;
		buf_init(&what, 1024);
		say_comparison(&what, c);
		judge_see(j, NULL, "%s", buf_str(&what));
		buf_clear(&what);
	}
}

static void side(const struct observation *o, struct judge *j, enum facts_side where)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];

		if (facts_side(o, e) != where)
			continue;
		judge_see(j, e, "%s here",
			  e->connect.outcome == OUT_TIMEOUT ? "no answer" : "turned away");
		see_comparisons(o, j, e);
	}
}

static void our_side(const struct observation *o, struct judge *j)
{
	side(o, j, SIDE_OURS);
}

static void that_end(const struct observation *o, struct judge *j)
{
	side(o, j, SIDE_THEIRS);
}

static void not_by_proxy_either(const struct observation *o, struct judge *j)
{
	side(o, j, SIDE_THEIRS_PERHAPS);
}

static void comparison_failed(const struct observation *o, struct judge *j)
{
	for (size_t i = 0; i < o->comparison_count; i++) {
		const struct obs_comparison *c = &o->comparisons[i];
		struct buf what;

		if (c->connect.outcome != OUT_ERROR && c->connect.outcome != OUT_DENIED)
			continue;
		buf_init(&what, 1024);
		if (c->kind != COMPARISON_CONTROL)
			buf_addf(&what, "%s port %u: ", c->host, c->port);
		say_comparison(&what, c);
		judge_see(j, NULL, "%s", buf_str(&what));
		buf_clear(&what);
	}
}

const struct diag_rule rules_elsewhere[] = {
	{
		.code = "NET_BLOCKED_ON_OUR_SIDE", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "Blocked on this side: %E",
		.means = "The same port fails from here at other hosts as well, or opens at this host "
			 "from elsewhere. So the block lies in this machine's network or at its "
			 "provider, and the mail server is not at fault.",
		.remedy = "Ask whoever runs the network of this machine, mostly its provider, to open "
			  "the port. To send through an account of your own, use 465 or 587 of its "
			  "provider; these do not replace 25 towards other people's mail hosts: for "
			  "those, use a relay that you can log in to.",
		.references = { "RFC 5321 2.1", "RFC 6409 3.1" },
		.others = "Hosts that were compared may be down themselves, and a server may turn away "
			  "this machine's address alone: the more hosts agree, the surer it is.",
		.target = our_side,
	},
	{
		.code = "NET_BLOCKED_AT_THAT_END", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "Blocked at its own end, not here: %E",
		.means = "The same port of another host opens from here, so it is not blocked here in "
			 "general. The host, its firewall or its provider does not let this machine's "
			 "packets in, or it is down.",
		.remedy = "The owner of the host looks at the host and its firewalls, and whether this "
			  "machine's address is blocked there.",
		.references = { "RFC 5321 2.1" },
		.others = "A network between here and that host, which the other host's packets do not "
			  "pass.",
		.target = that_end,
	},
	{
		.code = "NET_NOT_BY_PROXY_EITHER", .stage = STAGE_CONNECT,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "Does not open by the proxy either: %E",
		.means = "From where the proxy stands it fails as well, so the cause is more likely at "
			 "the other end. A proxy says very little: not who turned it away, nor where.",
		.remedy = "If the proxy's own network blocks the port too, this tells nothing: compare "
			  "with --control HOST, a host whose port is known to be open.",
		.references = { "RFC 1928 6" },
		.target = not_by_proxy_either,
	},
	{
		.code = "NET_COMPARISON_FAILED", .stage = STAGE_CONNECT,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_CERTAIN,
		.summary = "What was to be compared with could not be tried",
		.means = "The control host, the other source or the proxy could not be used, so that "
			 "it says nothing about the target.",
		.remedy = "Check what --control, --from or --socks5 names.",
		.references = { "RFC 1928" },
		.target = comparison_failed,
	},
	{ .code = NULL },
};
