/* SPDX-License-Identifier: MIT
 *
 * Rules about where a port is blocked: by this machine, by a router that says so, or at a place on
 * the path that goes silent, answers for the host, or resets in its name. What is said is as strong
 * as what was seen; who runs the place is never guessed. */
#include <stddef.h>
#include <string.h>

#include "diagnose/clouds.h"
#include "diagnose/facts.h"
#include "diagnose/facts_path.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"
#include "diagnose/seen_path.h"

static bool say_path(struct buf *what, const struct obs_path *p)
{
	seen_path(what, p);
	return true;
}

/* ---- this machine -------------------------------------------------------------------------- */

static bool dropped_here(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	const struct obs_path *p = facts_path(o, e);

	if (!facts_dropped_here(o, e))
		return false;
	buf_adds(what, "no answer in ");
	seen_time(what, e->connect.us);
	if (p != NULL && p->verdict == PATH_LOCAL_DROP) {
		buf_adds(what, "; ");
		return say_path(what, p);
	}
	buf_addf(what, "; %u packets were sent again, and could not leave this machine",
		 e->connect.syn_retransmits);
	return true;
}

static bool rejected_here(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	const struct obs_path *p = facts_path(o, e);

	if (!facts_rejected_here(o, e))
		return false;
	if (e->connect.icmp.from != NULL) {
		buf_addf(what, "%s in ", e->connect.error != NULL ? e->connect.error : "rejected");
		seen_time(what, e->connect.us);
		buf_adds(what, ": ");
		seen_icmp(what, &e->connect.icmp);
		buf_addf(what, " from %s, an address of this machine", e->connect.icmp.from);
		return true;
	}
	return say_path(what, p);
}

static bool next_hop_dead(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	const char *gateway = e->family == FAMILY_IPV6 ? o->vantage.gateway6 : o->vantage.gateway4;

	if (!facts_next_hop_dead(e))
		return false;
	buf_addf(what, "%s after ", e->connect.error != NULL ? e->connect.error : "unreachable");
	seen_time(what, e->connect.us);
	buf_addf(what, ", said by this machine itself: no SYN could leave, as the next hop%s%s%s does "
		 "not answer %s", gateway != NULL ? " (if that is the default gateway: " : "",
		 gateway != NULL ? gateway : "", gateway != NULL ? ")" : "",
		 e->family == FAMILY_IPV6 ? "neighbour discovery" : "ARP");
	return true;
}

static bool no_port_left(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	if (!facts_local_error_at_once(e, "EADDRNOTAVAIL") || !facts_family_here(o, e))
		return false;
	buf_adds(what, "connect: EADDRNOTAVAIL, although there is a route and an address");
	return true;
}

static bool route_forbids(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	if (!facts_route_forbids(o, e))
		return false;
	buf_addf(what, "connect: %s at once, so that nothing was sent", e->connect.error);
	return true;
}

/* ---- rejected ------------------------------------------------------------------------------ */

static bool host_down(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	if (!facts_host_down(o, e))
		return false;
	seen_icmp(what, &e->connect.icmp);
	buf_addf(what, " from %s after ", e->connect.icmp.from);
	seen_time(what, e->connect.us);
	buf_adds(what, ", the time in which a router gives up on ARP or neighbour discovery");
	if (facts_host_reached(o, e))
		buf_adds(what, "; other ports of it answer, so that this comes and goes");
	return true;
}

static bool host_rejected(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	if (!facts_rejected_by_firewall(o, e) || !facts_matters(o, e) || facts_host_reached(o, e) ||
	    facts_port_open(o, e))
		return false;
	seen_rejection(what, &e->connect, facts_path(o, e));
	return true;
}

static bool port_rejected(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	if (e->role == ROLE_RELAY || !facts_rejected_elsewhere(o, e) || !facts_host_reached(o, e) ||
	    facts_port_open(o, e) || facts_host_down(o, e))
		return false;
	seen_rejection(what, &e->connect, facts_path(o, e));
	return true;
}

/* ---- dropped ------------------------------------------------------------------------------- */

static void dropped(const struct observation *o, struct judge *j, enum drop_place place)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		const struct obs_path *p = facts_path(o, e);
		struct buf what;

		if (facts_drop_place(o, e) != place)
			continue;
		buf_init(&what, 1024);
		say_path(&what, p);
		if (place == DROPPED_NEAR_HERE && facts_stops_where_others_stop(o, p))
			buf_adds(&what, "; another host's port stops after the same hop");
		judge_see(j, e, "%s", buf_str(&what));
		judge_confidence(j, p->confidence);
		buf_clear(&what);
	}
}

static void dropped_near_here(const struct observation *o, struct judge *j)
{
	dropped(o, j, DROPPED_NEAR_HERE);
}

static void dropped_on_the_way(const struct observation *o, struct judge *j)
{
	dropped(o, j, DROPPED_ON_THE_WAY);
}

static void dropped_near_host(const struct observation *o, struct judge *j)
{
	dropped(o, j, DROPPED_NEAR_HOST);
}

/* ---- answered by somebody else ------------------------------------------------------------- */

static unsigned arrival_of(const struct observation *o, const struct obs_endpoint *e, unsigned port)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (o->endpoints[i].port == port && strcmp(o->endpoints[i].address, e->address) == 0)
			return o->endpoints[i].connect.arrival_ttl;
	return 0;
}

static bool other_distance(unsigned a, unsigned b)
{
	return a != 0 && b != 0 && a != b;
}

static void add_arrivals(struct buf *what, unsigned ttl, const struct obs_path *p, unsigned control)
{
	if (ttl != 0 && control != 0)
		buf_addf(what, "; its answer arrives with TTL %u, that of port %u with %u%s", ttl,
			 p->control_port, control, other_distance(ttl, control) ? "" : " as well");
}

static void reset_on_the_way(const struct observation *o, struct judge *j)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		const struct obs_path *p = facts_path(o, e);
		unsigned control = p != NULL ? arrival_of(o, e, p->control_port) : 0;
		bool near, other;
		struct buf what;

		if (p == NULL || p->verdict != PATH_RESET || e->connect.outcome != OUT_REFUSED)
			continue;
		near = p->by_hop < seen_path_distance(p) && p->confidence != CONFIDENCE_POSSIBLE;
		other = other_distance(e->connect.arrival_ttl, control);
		if (!near && !other)
			continue;
		buf_init(&what, 1024);
		say_path(&what, p);
		add_arrivals(&what, e->connect.arrival_ttl, p, control);
		judge_see(j, e, "%s", buf_str(&what));
		judge_confidence(j, near && other ? CONFIDENCE_HIGH : p->confidence);
		buf_clear(&what);
	}
}

static void intercepted(const struct observation *o, struct judge *j)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		const struct obs_path *p = facts_path(o, e);
		unsigned control;
		struct buf what;

		if (p == NULL || p->verdict != PATH_INTERCEPTED || e->connect.outcome != OUT_OK)
			continue;
		buf_init(&what, 1024);
		say_path(&what, p);
		control = arrival_of(o, e, p->control_port);
		add_arrivals(&what, e->connect.arrival_ttl, p, control);
		judge_see(j, e, "%s", buf_str(&what));
		judge_confidence(j, control != 0 && control == e->connect.arrival_ttl
				    ? CONFIDENCE_POSSIBLE : p->confidence);
		buf_clear(&what);
	}
}

/* ---- the cloud's rule ---------------------------------------------------------------------- */

static bool opens_somewhere(const struct observation *o, const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (o->endpoints[i].port == e->port && o->endpoints[i].connect.outcome == OUT_OK)
			return true;
	return false;
}

/* Ports that it says it blocks, and that are blocked, by what is not this machine's own filter. */
static void cloud_policy(const struct observation *o, struct judge *j)
{
	const struct cloud *c = cloud_find(o->vantage.cloud);
	size_t blocked = 0;
	struct buf what;

	for (size_t i = 0; c != NULL && i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];

		if (!cloud_blocks(c, e->port) || facts_local_failure(o, e) || opens_somewhere(o, e) ||
		    facts_drop_place(o, e) == DROPPED_NEAR_HOST || facts_side(o, e) == SIDE_THEIRS ||
		    (e->connect.outcome != OUT_TIMEOUT && !facts_rejected_elsewhere(o, e)))
			continue;
		judge_see(j, e, "does not open, and this machine says that it is at %s", c->name);
		blocked++;
	}
	if (blocked == 0)
		return;
	buf_init(&what, 1024);
	cloud_say(&what, c);
	judge_see(j, NULL, "%s", buf_str(&what));
	buf_clear(&what);
}

/* ---- loss ---------------------------------------------------------------------------------- */

static bool syn_lost(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	if (e->connect.outcome != OUT_OK || e->connect.syn_retransmits == 0)
		return false;
	buf_adds(what, "connected after ");
	seen_time(what, e->connect.us);
	buf_addf(what, ", %u SYN%s sent again", e->connect.syn_retransmits,
		 e->connect.syn_retransmits == 1 ? "" : "s");
	return true;
}

#define PLACES_TO_LOOK                                                                             \
	"nft list ruleset; iptables -S and ip6tables -S, chain OUTPUT; for a service of systemd: "   \
	"systemctl show -p IPAddressDeny -p RestrictAddressFamilies UNIT; tc filter show dev DEVICE " \
	"egress; in a container or pod also its network policy. Security software for desktops "     \
	"blocks port 25 as well."

const struct diag_rule rules_path[] = {
	{
		.code = "NET_DROPPED_BY_THIS_HOST", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "This machine itself drops the packets to %E",
		.means = "The packets never leave. The system does not tell the program, which only "
			 "sees silence, but it counts each packet that its own filter refuses to send "
			 "again, and that count rose with ours. The network and the mail server have "
			 "no part in it.",
		.remedy = "Find the rule on this machine and lift it: " PLACES_TO_LOOK,
		.references = { "Linux: TcpExtTCPRetransFail in /proc/net/netstat",
				"systemd.resource-control(5): IPAddressDeny=" },
		.others = "An interface whose queue is full refuses packets as well, but hardly "
			  "those to one port alone.",
		.endpoint = dropped_here,
	},
	{
		.code = "NET_REJECTED_BY_THIS_HOST", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "A firewall on this machine rejects %E",
		.means = "The refusal comes from this machine, before anything was sent. The network "
			 "and the mail server have no part in it.",
		.remedy = "Find the rule on this machine and lift it: " PLACES_TO_LOOK,
		.references = { "nft(8): reject", "RFC 1122 3.2.2.1" },
		.endpoint = rejected_here,
	},
	{
		.code = "NET_NEXT_HOP_DEAD", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "The next hop from this machine towards %H does not answer",
		.means = "This machine knows where to send the packets first, a gateway or the host "
			 "itself on the same network, but nobody answers there. No packet has left.",
		.remedy = "Look at ip route get ADDRESS and ip neigh: is the gateway's address right, "
			  "is it switched on, is the cable or the virtual network the right one?",
		.references = { "RFC 826", "RFC 4861 7.3.3" },
		.endpoint = next_hop_dead,
	},
	{
		.code = "NET_LOCAL_ROUTE_FORBIDS", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "This machine's routing table refuses to send to %E",
		.means = "A route of type unreachable, blackhole or throw, or a rule of policy "
			 "routing, ends the connection before anything is sent. Nothing is known of "
			 "the host.",
		.remedy = "Look at ip route get ADDRESS, ip rule and ip route show table all; with "
			  "IPv6: ip -6.",
		.references = { "ip-route(8)", "ip-rule(8)" },
		.endpoint = route_forbids,
	},
	{
		.code = "NET_LOCAL_PORTS_USED_UP", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "This machine has no local port left for %E",
		.means = "Every connection needs a local port of its own towards the same address and "
			 "port, and all of them are in use. Nothing is known of the host.",
		.remedy = "See who holds them: ss -tanp. Widen sysctl "
			  "net.ipv4.ip_local_port_range, or let the programs reuse connections.",
		.references = { "ip(7): ip_local_port_range", "connect(2): EADDRNOTAVAIL" },
		.endpoint = no_port_left,
	},
	{
		.code = "NET_HOST_DOWN", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "The router before %H cannot find it",
		.means = "The packets get to the network that the host is in, and its router says that "
			 "nobody answers under that address: the host is switched off, its address "
			 "has changed, or it has lost its network. The way there is fine.",
		.remedy = "Check the address; the owner of the host looks after it.",
		.references = { "RFC 1812 5.2.7.1", "RFC 4443 3.1" },
		.others = "A firewall that answers in the same words, though one does so at once.",
		.endpoint = host_down,
	},
	{
		.code = "NET_HOST_REJECTED", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "A firewall turns away connections to %E",
		.means = "The device that is named above says no to these ports, in the words that "
			 "firewalls use. The host itself was not heard, so it may be well.",
		.remedy = "Ask whoever runs that device (whois ADDRESS tells; a private address is of a "
			  "network of this end or of that) to let the ports pass.",
		.references = { "RFC 1122 3.2.2.1", "RFC 1812 5.3.9" },
		.endpoint = host_rejected,
	},
	{
		.code = "NET_PORT_REJECTED", .stage = STAGE_CONNECT,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_HIGH,
		.summary = "A firewall turns away connections to %E, while other ports answer",
		.means = "A firewall on the way or at the host says no to this port. A client that is "
			 "set to use it fails at once.",
		.remedy = "Use a port that works, as shown below.",
		.references = { "RFC 1122 3.2.2.1", "RFC 8314 3.3" },
		.endpoint = port_rejected,
	},
	{
		.code = "PATH_DROPPED_NEAR_HERE", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "Blocked close to this machine: %E",
		.means = "Packets to this port disappear at this end of the way, long before the host: "
			 "in the network of this machine, or at its provider. The mail server is not "
			 "at fault. Other ports pass the same place.",
		.remedy = "Ask whoever runs the network at that place, mostly the provider of this "
			  "machine, to open the port; until then use another port of the host, or "
			  "2525 or the HTTPS interface of a mail provider that has one.",
		.relay_remedy = "Port 25 is needed only to deliver to other people's domains. Ask whoever "
			  "runs the network at that place, mostly the provider of this machine, to "
			  "open it. To send through an account of your own, use 465 "
			  "or 587 of its provider. 465 and 587 do not replace 25 towards other "
			  "people's mail hosts: for those, use a relay that you can log in to.",
		.references = { "RFC 5321 2.1", "RFC 6409 3.1", "RFC 792" },
		.others = "The block may lie anywhere between the last hop that answers for this port "
			  "and the first that answers for the other. A router that forwards the port "
			  "on a separate way would look alike.",
		.target = dropped_near_here,
	},
	{
		.code = "PATH_DROPPED_ON_THE_WAY", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "Blocked on the way: %E",
		.means = "Packets to this port get some way and disappear before they reach the host, "
			 "where those to another port go on. A network between here and there filters "
			 "the port: the provider of this machine, that of the host, or one between.",
		.remedy = "Look up who runs the two addresses between which it stops (whois ADDRESS), "
			  "and ask them. A probe of other hosts tells on whose side it is: if their "
			  "port stops at the same hop, it is on this side. smtpprobe --control HOST "
			  "compares in one run.",
		.references = { "RFC 792", "RFC 1812 5.3.9" },
		.others = "Routers between the two hops that do not answer at all: the block may be at "
			  "one of them.",
		.target = dropped_on_the_way,
	},
	{
		.code = "PATH_DROPPED_NEAR_HOST", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "Blocked at the host or just before it: %E",
		.means = "Packets to this port pass every hop that answers, and then nothing comes "
			 "back, while the host answers on another port. The host's own firewall or the "
			 "one of its network drops them, perhaps only for this machine's address. "
			 "Or the answers are dropped on their way back.",
		.remedy = "The owner of the host looks at its firewall and its provider's, and whether "
			  "this machine's address is blocked there. To be sure that the port passes "
			  "from here elsewhere, compare with another host: smtpprobe --control HOST.",
		.relay_remedy = "The owner of the host looks at its firewall and its provider's (many "
			  "clouds close port 25 also inwards), and whether this machine's address is "
			  "blocked there. To be sure that 25 passes from here elsewhere, compare with "
			  "a host that takes mail: smtpprobe --control HOST. A program that logs in "
			  "and submits uses 465 or 587 instead.",
		.references = { "RFC 5321 2.1", "RFC 792" },
		.others = "A firewall of this machine or on the way that drops the answers, not the "
			  "packets, looks the same.",
		.target = dropped_near_host,
	},
	{
		.code = "NET_CLOUD_BLOCKS_MAIL", .stage = STAGE_CONNECT,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "The cloud that this machine is in blocks %E by its rules",
		.means = "Its provider has a rule about outgoing mail ports that fits what was seen. "
			 "Whether it holds for this account is not known: some are let through, and "
			 "the port may be blocked elsewhere as well.",
		.remedy = "Do what the provider's rule says. Until then use a port that works of a relay "
			  "that you can log in to; 465 and 587 do not replace 25 towards other people's "
			  "mail hosts.",
		.references = { "RFC 5321 2.1", "RFC 6409 3.1" },
		.target = cloud_policy,
	},
	{
		.code = "PATH_RESET_ON_THE_WAY", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "Refused, it seems, by something before the host: %E",
		.means = "The refusal comes from another distance than the host's own answers do, so a "
			 "firewall on the way sends it in the host's name. The mail server may well "
			 "listen there.",
		.remedy = "Ask whoever runs the network where the refusal comes from. To send through "
			  "an account of your own, use a port that works.",
		.references = { "RFC 9293 3.5.2", "RFC 5082" },
		.others = "A host whose ports are served by different machines, as behind a load "
			  "balancer: then the refusal is genuine.",
		.target = reset_on_the_way,
	},
	{
		.code = "PATH_INTERCEPTED", .stage = STAGE_CONNECT,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_HIGH,
		.summary = "Answered by something before the host, in its place: %E",
		.means = "The answer comes from fewer hops away than the host is. A transparent proxy "
			 "of a provider, hotel or office takes the connections to this port: what the "
			 "server seems to offer, and its certificate, may be the proxy's.",
		.remedy = "Do not send a password over this port without a verified certificate. Use "
			  "another port or network, or ask whoever runs this one.",
		.references = { "RFC 3207 6", "RFC 792" },
		.others = "A host that is served by different machines for different ports, as behind a "
			  "load balancer or port forwarding at its own end.",
		.target = intercepted,
	},
	{
		.code = "NET_SYN_LOST", .stage = STAGE_CONNECT,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "The first packet to %E, or its answer, was lost",
		.means = "It worked when it was sent again, a second later. Once is nothing; often means "
			 "a path that loses packets, or a server with more connections than it can "
			 "take.",
		.remedy = "Probe again some times. If it stays, look at the network's loss, and at the "
			  "server for its limit of waiting connections.",
		.references = { "RFC 6298", "listen(2)" },
		.endpoint = syn_lost,
	},
	{ .code = NULL },
};
