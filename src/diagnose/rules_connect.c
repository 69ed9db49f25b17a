/* SPDX-License-Identifier: MIT
 *
 * Rules about reaching a port at all, up to the first byte.
 *
 * A port that does not answer is judged by its neighbours: another address of the same port,
 * other ports of the host, the same port of other hosts. What one of them shows is "the cause
 * cannot be X"; one silent port on its own leaves every cause possible. */
#include <stddef.h>

#include "diagnose/facts.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"

enum { NEIGHBOURS_SHOWN = 3 };

static bool took(struct buf *what, const char *words, int64_t us)
{
	buf_adds(what, words);
	seen_time(what, us);
	return true;
}

/* ---- silence ------------------------------------------------------------------------------ */

static bool relay_silent(const struct observation *o, const struct obs_endpoint *e)
{
	return e->role == ROLE_RELAY && e->connect.outcome == OUT_TIMEOUT && !facts_port_open(o, e);
}

static bool other_port_reached(const struct observation *o)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (o->endpoints[i].role != ROLE_RELAY && facts_reached(&o->endpoints[i]))
			return true;
	return false;
}

static void see_neighbours(const struct observation *o, struct judge *j, enum outcome outcome,
			   size_t *left)
{
	for (size_t i = 0; i < o->endpoint_count && *left > 0; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		struct buf b;

		if (e->role == ROLE_RELAY || e->connect.outcome != outcome)
			continue;
		buf_init(&b, 1024);
		seen_host_port(&b, e);
		took(&b, outcome == OUT_OK ? " answered in " : " refused the connection in ",
		     e->connect.us);
		judge_see(j, NULL, "%s", buf_str(&b));
		buf_clear(&b);
		(*left)--;
	}
}

static void relay_silent_others_answer(const struct observation *o, struct judge *j)
{
	size_t left = NEIGHBOURS_SHOWN, silent = 0;

	if (facts_relay_reached(o) || !other_port_reached(o))
		return;
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		struct buf b;

		if (!relay_silent(o, e))
			continue;
		buf_init(&b, 64);
		took(&b, "no answer in ", e->connect.us);
		judge_see(j, e, "%s", buf_str(&b));
		buf_clear(&b);
		silent++;
	}
	if (silent == 0)
		return;
	see_neighbours(o, j, OUT_OK, &left);
	see_neighbours(o, j, OUT_REFUSED, &left);
}

static bool relay_silent_at_one_host(const struct observation *o, const struct obs_endpoint *e,
				     struct buf *what)
{
	return relay_silent(o, e) && facts_relay_reached(o) &&
	       took(what, "no answer in ", e->connect.us);
}

static bool port_silent(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	if (e->connect.outcome != OUT_TIMEOUT || !facts_matters(o, e) || facts_host_open(o, e))
		return false;
	/* Port 25 beside ports that answer is the matter of the two rules above. */
	if (e->role == ROLE_RELAY && (facts_relay_reached(o) || other_port_reached(o)))
		return false;
	return took(what, "no answer in ", e->connect.us);
}

static bool some_ports_silent(const struct observation *o, const struct obs_endpoint *e,
			      struct buf *what)
{
	return e->connect.outcome == OUT_TIMEOUT && e->role != ROLE_RELAY &&
	       o->target.kind != TARGET_DOMAIN && facts_host_open(o, e) && !facts_port_open(o, e) &&
	       took(what, "no answer in ", e->connect.us);
}

/* ---- refusal ------------------------------------------------------------------------------ */

static bool relay_silent_at_host(const struct observation *o, const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (facts_same_host(&o->endpoints[i], e) && relay_silent(o, &o->endpoints[i]))
			return true;
	return false;
}

static bool port_refused(const struct observation *o, const struct obs_endpoint *e,
			 struct buf *what)
{
	return e->connect.outcome == OUT_REFUSED && facts_matters(o, e) && !facts_host_open(o, e) &&
	       /* Its other ports may be closed on purpose; that 25 is silent is the finding. */
	       !relay_silent_at_host(o, e) && took(what, "refused in ", e->connect.us);
}

static bool unreachable_elsewhere(const struct observation *o, const struct obs_endpoint *e)
{
	return e->connect.outcome == OUT_UNREACHABLE && !facts_local_failure(o, e) &&
	       facts_matters(o, e) && !facts_port_open(o, e);
}

static bool say_unreachable(struct buf *what, const struct obs_endpoint *e)
{
	buf_addf(what, "%s after ", e->connect.error != NULL ? e->connect.error : "unreachable");
	seen_time(what, e->connect.us);
	return true;
}

static bool host_unreachable(const struct observation *o, const struct obs_endpoint *e,
			     struct buf *what)
{
	return unreachable_elsewhere(o, e) && !facts_host_reached(o, e) && say_unreachable(what, e);
}

static bool relay_rejected(const struct observation *o, const struct obs_endpoint *e,
			   struct buf *what)
{
	return e->role == ROLE_RELAY && unreachable_elsewhere(o, e) && facts_host_reached(o, e) &&
	       say_unreachable(what, e);
}

/* ---- this machine -------------------------------------------------------------------------- */

static bool host_has_ipv4(const struct observation *o, const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (o->endpoints[i].family == FAMILY_IPV4 && facts_same_host(&o->endpoints[i], e))
			return true;
	return false;
}

static bool no_ipv6_here(const struct observation *o, const struct obs_endpoint *e)
{
	return e->family == FAMILY_IPV6 && facts_route_missing(o, e) && host_has_ipv4(o, e);
}

static bool no_ipv6(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	if (!no_ipv6_here(o, e))
		return false;
	buf_addf(what, "not tried: %s",
		 e->connect.error != NULL ? e->connect.error : "no IPv6 route");
	return true;
}

static bool no_route(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	if (!facts_route_missing(o, e) || no_ipv6_here(o, e))
		return false;
	buf_addf(what, "this machine has no route: %s",
		 e->connect.error != NULL ? e->connect.error : "unreachable");
	return true;
}

static bool local_denied(const struct observation *o, const struct obs_endpoint *e,
			 struct buf *what)
{
	(void)o;
	if (e->connect.outcome != OUT_DENIED)
		return false;
	buf_addf(what, "connect: %s", e->connect.error != NULL ? e->connect.error : "denied");
	return true;
}

static bool local_error(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	if (e->connect.outcome != OUT_ERROR)
		return false;
	buf_addf(what, "connect: %s", e->connect.error != NULL ? e->connect.error : "failed");
	return true;
}

/* ---- one address among several ------------------------------------------------------------- */

static bool family_open(const struct observation *o, const struct obs_endpoint *e, enum family f)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *x = &o->endpoints[i];

		if (x->family == f && x->port == e->port && x->connect.outcome == OUT_OK &&
		    facts_same_host(x, e))
			return true;
	}
	return false;
}

static bool say_failure(struct buf *what, const struct obs_endpoint *e)
{
	switch (e->connect.outcome) {
	case OUT_TIMEOUT:
		return took(what, "no answer in ", e->connect.us);
	case OUT_REFUSED:
		return took(what, "refused in ", e->connect.us);
	case OUT_RESET:
		return took(what, "reset in ", e->connect.us);
	default:
		return say_unreachable(what, e);
	}
}

static bool ipv6_broken(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	return e->family == FAMILY_IPV6 && facts_connect_failed(o, e) &&
	       family_open(o, e, FAMILY_IPV4) && !family_open(o, e, FAMILY_IPV6) &&
	       say_failure(what, e);
}

static bool address_dead(const struct observation *o, const struct obs_endpoint *e,
			 struct buf *what)
{
	if (!facts_connect_failed(o, e) || !facts_port_open(o, e))
		return false;
	if (e->family == FAMILY_IPV6 && !family_open(o, e, FAMILY_IPV6))
		return false;
	return say_failure(what, e);
}

/* ---- connected, and no more than that ------------------------------------------------------- */

static bool closed_before_greeting(const struct observation *o, const struct obs_endpoint *e,
				   struct buf *what)
{
	if (!facts_matters(o, e) || e->mode != MODE_UNKNOWN)
		return false;
	if (e->connect.outcome == OUT_RESET && !facts_port_open(o, e))
		return took(what, "connected, then reset in ", e->connect.us);
	if (e->connect.outcome != OUT_OK ||
	    (e->greeting.outcome != OUT_CLOSED && e->greeting.outcome != OUT_RESET))
		return false;
	return took(what, e->greeting.outcome == OUT_RESET ?
		    "connected, then reset without a byte after " :
		    "connected, then closed without a byte after ", e->greeting.us);
}

const struct diag_rule rules_connect[] = {
	{
		.code = "NET_25_SILENT_OTHERS_ANSWER", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "No answer from %E, while other ports answer",
		.means = "Packets get there, but not those to port 25. Most often a firewall on the "
			 "way out drops them: many cloud and internet providers and offices block "
			 "outgoing 25. From one place it cannot be told from a firewall at the other "
			 "end that drops port 25 for this address. Port 25 is needed only to deliver "
			 "to other people's domains; a client that logs in and submits does not "
			 "need it.",
		.remedy = "To send through an account of your own, use 465 or 587 of its provider. "
			  "To deliver from here to other domains, ask the provider of this machine "
			  "to open outgoing port 25, or hand the mail to a relay on 465 or 587 that "
			  "you can log in to; those ports do not replace 25 towards other people's "
			  "mail hosts. To find out which end it is, probe from another network.",
		.references = { "RFC 5321 2.1", "RFC 6409 3.1",
				"Microsoft Learn: Troubleshoot outbound SMTP connectivity in Azure",
				"AWS re:Post: Remove the throttle on port 25" },
		.others = "The server itself may be down, or may drop packets from this address. "
			  "One host alone cannot tell these apart: probe a second one of another "
			  "owner, and other ports of this one.",
		.texts = TEXTS(
			{ .words = { "timed out", "port 25" }, .unless = { "port 250", "port 2525", "while sending" } },
			{ .words = { "timeout", "port 25" }, .unless = { "port 250", "port 2525" } },
			{ .words = { "etimedout", ":25" }, .unless = { ":2525" } },
			{ .words = { "timed out", ":25" }, .unless = { ":2525", "conversation with", "while " } },
			{ .words = { "timeout", ":25" }, .unless = { ":2525" } },
			{ .words = { "timed out", " 25)" } },
			{ .words = { "outbound", "port 25", "blocked" } },
			{ .words = { "port 25", "blocked" }, .unless = { "spamhaus" } },
			{ .words = { "connection timed out", "status=deferred" } },
			{ .words = { "deferred", "connection timed out with" } },
			{ .words = { "h=", "connection timed out", "r=dnslookup" } }),
		.target = relay_silent_others_answer,
	},
	{
		.code = "NET_25_SILENT_AT_HOST", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "No answer from %E, while port 25 of another host answers",
		.means = "Outgoing port 25 works from here, so the cause lies at that host or on the "
			 "way to it: it is down, its firewall drops packets from this address, or the "
			 "entry is silent on purpose (nolisting). Mail servers wait for it, then use "
			 "the other hosts.",
		.remedy = "The owner of the host checks that it runs and that its firewall lets "
			  "port 25 in; or takes it out of the MX records.",
		.references = { "RFC 5321 5.1" },
		.endpoint = relay_silent_at_one_host,
	},
	{
		.code = "NET_PORT_SILENT", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "No answer from %E",
		.means = "Nothing came back, not even a refusal. The host is down, or a firewall "
			 "drops the packets: at the host, at the provider of this machine (often "
			 "port 25, sometimes all mail ports) or in between. From one place these "
			 "cannot be told apart.",
		.remedy = "Check host name and port, then run the probe from another network. If it "
			  "works from there, ask the provider of this machine about blocked mail "
			  "ports; else the owner of the host checks host and firewall.",
		.references = { "RFC 9293 3.8.3" },
		.others = "A password or a wrong TLS setting does not cause this: no connection "
			  "came about at all. If the port is 465, see "
			  "CLIENT_WAITS_ON_IMPLICIT_TLS too, since some programs use the same "
			  "words for a greeting that never came.",
		.texts = TEXTS(
			{ .words = { "connection timed out" } },
			{ .words = { "etimedout" } },
			{ .words = { "connect timed out" } },
			{ .words = { "connection timeout" } },
			{ .words = { "i/o timeout", "dial tcp" } },
			{ .words = { "net::opentimeout" } },
			{ .words = { "execution expired" } },
			{ .words = { "did not properly respond after a period of time" } },
			{ .words = { "10060" } },
			{ .words = { "connected party did not properly respond" } },
			{ .words = { "operation timed out" } },
			{ .words = { "timed out", "(110)" } },
			{ .words = { "error: 110" } },
			{ .words = { "errno 110" } },
			{ .words = { "winerror 10060" } },
			{ .words = { "curl: (28)" } },
			{ .words = { "error: (28)" } },
			{ .words = { "failed to connect", "timeout was reached" } },
			{ .words = { "timeouterror", "timed out" } },
			{ .words = { "socket.timeout" } },
			{ .words = { "connect failed", "timed out" } },
			{ .words = { "connecttimeout" } },
			{ .words = { "connection attempt timed out" } },
			{ .words = { "0x800ccc0b" } },
			{ .words = { "0x80042108" } },
			{ .words = { "timed out", "unable to connect" } },
			{ .words = { "timed out", "could not connect" } },
			{ .words = { "timed out", "connecting to" } },
			{ .words = { "semaphore timeout period" } },
			{ .words = { "la connexion a expir" } },
			{ .words = { "zeit\\xc3\\xbcberschreitung" } },
			{ .words = { "ha agotado el tiempo" } },
			{ .words = { "keine richtige antwort" } },
			{ .words = { "timed out" }, .vague = true }),
		.endpoint = port_silent,
	},
	{
		.code = "NET_SOME_PORTS_SILENT", .stage = STAGE_CONNECT,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_HIGH,
		.summary = "No answer from %E, while another port of the host works",
		.means = "A firewall drops packets to this port, here, on the way or at the host. A "
			 "client that is set to use it waits until its time is up.",
		.remedy = "Use a port that works, as shown below.",
		.references = { "RFC 8314 3.3" },
		.endpoint = some_ports_silent,
	},
	{
		.code = "NET_PORT_REFUSED", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Connection refused by %E",
		.means = "The packets arrive, and the answer is that nothing listens there: the "
			 "mail server is not running, it listens elsewhere, or a firewall refuses "
			 "on its behalf.",
		.remedy = "Check host name and port. The owner of the host starts the mail server "
			  "or opens the port.",
		.references = { "RFC 9293 3.5.2" },
		.others = "A firewall that rejects instead of dropping looks the same as a port "
			  "where nothing listens.",
		.texts = TEXTS(
			{ .words = { "connection refused" }, .unless = { "127.0.0.1", "localhost", "::1" } },
			{ .words = { "econnrefused" }, .unless = { "127.0.0.1", "::1", "localhost" } },
			{ .words = { "actively refused" }, .unless = { "127.0.0.1" } },
			{ .words = { "10061" } },
			{ .words = { "connect: refused" } },
			{ .words = { "(111)", "refused" } },
			{ .words = { "errno 111" } },
			{ .words = { "curl: (7)", "refused" } },
			{ .words = { "refused", "0x800ccc0e" } },
			{ .words = { "0x800ccc0e" } },
			{ .words = { "verbindung", "verweigert" } },
			{ .words = { "connexion refus" } },
			{ .words = { "conexi", "rechazad" } },
			{ .words = { "connection was refused" } }),
		.endpoint = port_refused,
	},
	{
		.code = "NET_HOST_UNREACHABLE", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "The network says that %H cannot be reached",
		.means = "A router, or this machine, answered that the host or its network cannot "
			 "be reached: the host is down, its network is not connected, or a firewall "
			 "turns the packets away.",
		.remedy = "Check the address, then try from another network. If it fails there too, "
			  "the owner of the host must look after it.",
		.references = { "RFC 1122 3.2.2.1", "RFC 4443 3.1" },
		.others = "A firewall that answers with \"unreachable\" instead of dropping; a "
			  "host that is switched off; an IPv6 address where IPv6 does not work "
			  "all the way.",
		.texts = TEXTS(
			{ .words = { "no route to host" } },
			{ .words = { "ehostunreach" } },
			{ .words = { "10065" } },
			{ .words = { "host is unreachable" } },
			{ .words = { "host is down" } },
			{ .words = { "unreachable host" } },
			{ .words = { "errno 113" } }),
		.endpoint = host_unreachable,
	},
	{
		.code = "NET_25_REJECTED", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "A firewall turns away connections to %E",
		.means = "Other ports of the host answer, but for port 25 the network says that it "
			 "cannot be reached. A firewall does that, at the host or on the way, also at "
			 "the provider of this machine. A client that only submits does not need it.",
		.remedy = "To send through an account of your own, use 465 or 587 of its provider. "
			  "To deliver from here to other domains, probe from another network to see "
			  "whose firewall it is, and ask its owner to let port 25 pass.",
		.references = { "RFC 1122 3.2.2.1", "RFC 6409 3.1" },
		.endpoint = relay_rejected,
	},
	{
		.code = "NET_NO_ROUTE", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "This machine has no route to %H",
		.means = "This machine is not connected to a network that leads there. Nothing was "
			 "sent, so nothing is known of the host.",
		.remedy = "Check this machine's network connection, its default route, or in a "
			  "container the network it is given.",
		.references = { "RFC 1122 3.3.1" },
		.others = "Most often the address in the message is an IPv6 address and this "
			  "machine or container has no IPv6: see NET_NO_IPV6.",
		.texts = TEXTS(
			{ .words = { "network is unreachable" } },
			{ .words = { "enetunreach" } },
			{ .words = { "10051" } },
			{ .words = { "unreachable network" } },
			{ .words = { "errno 101" } },
			{ .words = { "network unreachable" } }),
		.endpoint = no_route,
	},
	{
		.code = "NET_NO_IPV6", .stage = STAGE_CONNECT,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "This machine has no IPv6, so the IPv6 addresses of %H were not tested",
		.means = "This is no fault of the host. Programs that try only its IPv6 address fail "
			 "on this machine; most go on to IPv4.",
		.remedy = "Nothing, if IPv4 is enough. A program that fails with \"network is "
			  "unreachable\" is told to use IPv4.",
		.references = { "RFC 8305" },
		.texts = TEXTS(
			{ .words = { "enetunreach", " 2a" } },
			{ .words = { "enetunreach", " 26" } },
			{ .words = { "enetunreach", " 2001:" } },
			{ .words = { "enetunreach", " 24" } },
			{ .words = { "network is unreachable", "[2" } },
			{ .words = { "network is unreachable", " 2a0" } },
			{ .words = { "network is unreachable", " 2607:" } },
			{ .words = { "network is unreachable", " 2001:" } },
			{ .words = { "cannot assign requested address", "[2" } },
			{ .words = { "eaddrnotavail", " 2" } },
			{ .words = { "address family not supported" } },
			{ .words = { "eafnosupport" } },
			{ .words = { "10047" } },
			{ .words = { "network is unreachable", "ipv6" } },
			{ .words = { "enetunreach", "ipv6" } }),
		.endpoint = no_ipv6,
	},
	{
		.code = "NET_LOCAL_DENIED", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "This machine forbids connecting to %E",
		.means = "The system refused to open the connection: a local firewall or policy "
			 "(SELinux, a container or service policy, \"SMTP restrictions\" of a hosting "
			 "panel). For IPv6 it can also be a firewall on the way that answers "
			 "\"prohibited\". Nothing is known of the host.",
		.remedy = "Lift the rule for this program or user, or send through the mail server "
			  "on this machine.",
		.references = { "connect(2): EACCES, EPERM", "RFC 4443 3.1" },
		.texts = TEXTS(
			{ .words = { "permission denied", "connect" } },
			{ .words = { "permission denied", "(13)" } },
			{ .words = { "eacces", "connect" } },
			{ .words = { "eperm", "connect" } },
			{ .words = { "operation not permitted", "connect" } },
			{ .words = { "permission denied", "smtp" } },
			{ .words = { "forbidden by its access permissions" } },
			{ .words = { "10013" } },
			{ .words = { "access a socket in a way forbidden" } },
			{ .words = { "permission denied", "dial tcp" } },
			{ .words = { "operation not permitted", "dial tcp" } },
			{ .words = { "errno 13", "permission denied" } },
			{ .words = { "permission denied", "port 25" } },
			{ .words = { "smtp restrictions" } },
			{ .words = { "socket", "permission denied" } },
			{ .words = { "avc:", "denied", "name_connect" } }),
		.endpoint = local_denied,
	},
	{
		.code = "NET_LOCAL_ERROR", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "This machine could not try to connect to %E",
		.means = "The system failed before anything was sent. Nothing is known of the host.",
		.remedy = "See the error named above; a lack of open files, ports or memory on this "
			  "machine is usual.",
		.references = { "connect(2)" },
		.endpoint = local_error,
	},
	{
		.code = "NET_IPV6_BROKEN", .stage = STAGE_CONNECT,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_HIGH,
		.summary = "IPv6 fails at %E, IPv4 works",
		.means = "The host publishes an IPv6 address that does not take connections from "
			 "here. Programs that do not go on to IPv4 fail, the others lose time. Either "
			 "the server does not listen on IPv6, or IPv6 is broken on the way.",
		.remedy = "The owner of the host makes the server answer on IPv6 or takes the AAAA "
			  "record out. If other IPv6 hosts fail too, repair IPv6 here, or tell the "
			  "program to use IPv4.",
		.references = { "RFC 8305", "RFC 5321 5.2" },
		.endpoint = ipv6_broken,
	},
	{
		.code = "NET_ADDRESS_DEAD", .stage = STAGE_CONNECT,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_HIGH,
		.summary = "Not every address works at %E",
		.means = "The host has several addresses, and this one takes no connection while "
			 "another does. Clients that pick it lose time or fail, so errors come and go.",
		.remedy = "The owner of the host repairs the server behind that address or takes the "
			  "address out of the DNS.",
		.references = { "RFC 5321 5.1" },
		.texts = TEXTS(
			{ .words = { "retry time not reached for any host" } },
			{ .words = { "retry timeout exceeded" } }),
		.endpoint = address_dead,
	},
	{
		.code = "NET_CLOSED_BEFORE_GREETING", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The connection was closed before a greeting at %E",
		.means = "Something takes the connection and drops it without a word. Mail servers "
			 "and firewalls do that with addresses they do not trust or that connect too "
			 "often; a load balancer does it when no server stands behind it, or when it "
			 "expects a PROXY header.",
		.remedy = "Wait some minutes and try once more, then from another network. If it "
			  "stays, the owner of the server looks into its log for this address.",
		.references = { "RFC 5321 3.1" },
		.others = "The same words appear where a program without TLS settings meets a "
			  "port that wants TLS: see CLIENT_WAITS_ON_IMPLICIT_TLS and "
			  "CLIENT_TLS_ON_STARTTLS_PORT.",
		.texts = TEXTS(
			{ .words = { "connection reset by peer" } },
			{ .words = { "econnreset" } },
			{ .words = { "10054" } },
			{ .words = { "forcibly closed by the remote host" } },
			{ .words = { "lost connection", "initial server greeting" } },
			{ .words = { "lost connection with", "while receiving" } },
			{ .words = { "existing connection was forcibly closed" } },
			{ .words = { "connection closed by foreign host" } },
			{ .words = { "errno 104" } },
			{ .words = { "connection closed unexpectedly" } },
			{ .words = { "premature close" } },
			{ .words = { "socket hang up" } },
			{ .words = { "connection closed before greeting" } },
			{ .words = { "econnection" } },
			{ .words = { "connection was closed by the server" } },
			{ .words = { "connection reset" } },
			{ .words = { "0x800ccc0f" } },
			{ .words = { "server terminated the connection" } },
			{ .words = { "remote server closed the connection" } }),
		.endpoint = closed_before_greeting,
	},
	{ .code = NULL },
};
