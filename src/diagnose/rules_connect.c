/* SPDX-License-Identifier: MIT
 *
 * Rules about reaching a port at all, up to the first byte: refusal, this machine's own limits, one
 * address among several, and a connection that ends at once. Silence: see rules_silent.c. */
#include <stddef.h>
#include <string.h>

#include "diagnose/facts.h"
#include "diagnose/facts_path.h"
#include "diagnose/seen.h"
#include "diagnose/seen_path.h"
#include "diagnose/text_rows.h"

static bool took(struct buf *what, const char *words, int64_t us)
{
	buf_adds(what, words);
	seen_time(what, us);
	return true;
}

static bool say_rejection(struct buf *what, const struct observation *o, const struct obs_endpoint *e)
{
	seen_rejection(what, &e->connect, facts_path(o, e));
	return true;
}

/* ---- refusal ------------------------------------------------------------------------------ */

static bool relay_silent_at_host(const struct observation *o, const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (facts_same_host(&o->endpoints[i], e) && o->endpoints[i].role == ROLE_RELAY &&
		    o->endpoints[i].connect.outcome == OUT_TIMEOUT &&
		    !facts_port_open(o, &o->endpoints[i]))
			return true;
	return false;
}

static bool is_loopback(const char *address)
{
	return address != NULL && (strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0);
}

/* Another port of the address is answered with the same TTL left: by the same machine, it seems. */
static bool answers_with(const struct observation *o, const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *x = &o->endpoints[i];

		if (x != e && x->address != NULL && e->address != NULL &&
		    strcmp(x->address, e->address) == 0 && x->connect.outcome == OUT_OK &&
		    x->connect.arrival_ttl == e->connect.arrival_ttl)
			return true;
	}
	return false;
}

static bool port_refused(const struct observation *o, const struct obs_endpoint *e,
			 struct buf *what)
{
	if (e->connect.outcome != OUT_REFUSED || !facts_matters(o, e) || facts_host_open(o, e) ||
	    /* Its other ports may be closed on purpose; that 25 is silent is the finding. */
	    relay_silent_at_host(o, e))
		return false;
	took(what, "refused in ", e->connect.us);
	if (e->connect.arrival_ttl != 0 && answers_with(o, e))
		buf_addf(what, "; the refusal arrives with TTL %u, as answers of its other ports do",
			 e->connect.arrival_ttl);
	if (is_loopback(e->address))
		buf_addf(what, "; %s is this machine itself", e->address);
	return true;
}

static bool unreachable_elsewhere(const struct observation *o, const struct obs_endpoint *e)
{
	return facts_rejected_elsewhere(o, e) && facts_matters(o, e) && !facts_port_open(o, e);
}

static bool host_unreachable(const struct observation *o, const struct obs_endpoint *e,
			     struct buf *what)
{
	return unreachable_elsewhere(o, e) && !facts_host_reached(o, e) && !facts_host_down(o, e) &&
	       !facts_rejected_by_firewall(o, e) && say_rejection(what, o, e);
}

static bool relay_rejected(const struct observation *o, const struct obs_endpoint *e,
			   struct buf *what)
{
	return e->role == ROLE_RELAY && unreachable_elsewhere(o, e) && facts_host_reached(o, e) &&
	       !facts_host_down(o, e) && say_rejection(what, o, e);
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

static bool say_failure(struct buf *what, const struct observation *o, const struct obs_endpoint *e)
{
	const struct obs_path *p = facts_path(o, e);

	switch (e->connect.outcome) {
	case OUT_TIMEOUT:
		took(what, "no answer in ", e->connect.us);
		if (p != NULL) {
			buf_adds(what, "; ");
			seen_path(what, p);
		}
		return true;
	case OUT_REFUSED:
		return took(what, "refused in ", e->connect.us);
	case OUT_RESET:
		return took(what, "reset in ", e->connect.us);
	default:
		return say_rejection(what, o, e);
	}
}

static bool ipv6_broken(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	return e->family == FAMILY_IPV6 && facts_connect_failed(o, e) &&
	       family_open(o, e, FAMILY_IPV4) && !family_open(o, e, FAMILY_IPV6) &&
	       say_failure(what, o, e);
}

static bool address_dead(const struct observation *o, const struct obs_endpoint *e,
			 struct buf *what)
{
	if (!facts_connect_failed(o, e) || !facts_port_open(o, e))
		return false;
	if (e->family == FAMILY_IPV6 && !family_open(o, e, FAMILY_IPV6))
		return false;
	return say_failure(what, o, e);
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
			  "where nothing listens. A program that was given no host name connects "
			  "to its own machine and is refused there (CLIENT_CONNECTS_TO_ITSELF).",
		.texts = TEXTS({ .words = { "connection refused" },
				.unless = { "554", "421", "550" } },
			       SAYS("connection was refused"), SAYS("econnrefused"),
			       SAYS("connectionrefusederror"), SAYS("actively refused"),
			       REPLY("10061", "10061"), SAYS("connect: refused"),
			       SAYS("(111)", "refused"), SAYS("errno 111"), SAYS("errno 61"),
			       SAYS("os error 111"), SAYS("os error 61"), SAYS("0x800ccc0e"),
			       SAYS("refusing smtp connections"),
			       SAYS("couldn't connect to server"),
			       SAYS("could not connect to server", "curl"), SAYS("curl: (7)"),
			       SAYS("verbindung", "verweigert"), SAYS("connexion refus"),
			       SAYS("conexi", "rechazad"), SAYS("conexi", "denegad")),
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
		.texts = TEXTS(SAYS("no route to host"), SAYS("ehostunreach"),
			       SAYS("noroutetohostexception"), REPLY("10065", "10065"),
			       SAYS("host is unreachable"), SAYS("host unreachable"),
			       SAYS("host is down"), SAYS("ehostdown"), SAYS("unreachable host"),
			       SAYS("errno 113"), SAYS("os error 113"), SAYS("os error 65"),
			       SAYS("keine route zum host")),
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
			  "To deliver from here to other domains, ask whoever runs the device that "
			  "says so, where it is named above (whois ADDRESS tells; a private address "
			  "is of a network of this end or of that), to let port 25 pass.",
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
		.texts = TEXTS(SAYS("network is unreachable"), SAYS("enetunreach"),
			       REPLY("10051", "10051"), SAYS("unreachable network"),
			       SAYS("errno 101"), SAYS("os error 101"),
			       SAYS("network unreachable"), SAYS("netzwerk ist nicht erreichbar")),
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
		.texts = TEXTS(SAYS("enetunreach", " 2a"), SAYS("enetunreach", " 26"),
			       SAYS("enetunreach", " 2001:"), SAYS("enetunreach", " 24", "::"),
			       SAYS("enetunreach", "/2"), SAYS("network is unreachable", "[2"),
			       SAYS("network is unreachable", "enetunreach", "/2"),
			       SAYS("network is unreachable", " 2a0"),
			       SAYS("network is unreachable", " 2607:"),
			       SAYS("network is unreachable", " 2001:"),
			       SAYS("network is unreachable", " 2404:"),
			       SAYS("network is unreachable", "ipv6"),
			       SAYS("unreachable", "connect enetunreach 2"),
			       SAYS("enetunreach", "ipv6"), SAYS("execution expired", " 2404:"),
			       SAYS("execution expired", " 2607:"),
			       SAYS("execution expired", " 2a00:"),
			       SAYS("network unreachable", "[2"), SAYS("timed out", "[2a0"),
			       SAYS("timed out", "[2607:"), SAYS("timed out", "[2404:"),
			       SAYS("timed out", "[2001:"), SAYS("etimedout 2a0"),
			       SAYS("etimedout 2607:"), SAYS("etimedout 2404:"),
			       SAYS("no route to host", "[2"), SAYS("ehostunreach 2a0"),
			       SAYS("ehostunreach 2607:"),
			       SAYS("cannot assign requested address", "[2"),
			       SAYS("eaddrnotavail", " 2"), SAYS("address family not supported"),
			       SAYS("eafnosupport"), REPLY("10047", "10047")),
		.endpoint = no_ipv6,
	},
	{
		.code = "NET_LOCAL_DENIED", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "This machine forbids connecting to %E",
		.means = "The system refused to open the connection, and nothing was sent. EACCES: a "
			 "route or routing rule of type prohibit, or a sandbox (SELinux, Landlock). "
			 "EPERM: a filter of the service or container, or \"SMTP restrictions\" of a "
			 "hosting panel. Nothing is known of the host.",
		.remedy = "Lift the rule for this program or user; where to look: ip route get ADDRESS; "
			  "ip rule; for a service of systemd, systemctl show -p IPAddressDeny -p "
			  "SocketBindDeny UNIT; the audit log for SELinux. Or send through the mail "
			  "server on this machine.",
		.references = { "connect(2): EACCES, EPERM", "ip-route(8): prohibit", "landlock(7)" },
		.texts = TEXTS({ .words = { "permission denied", "connect" },
				.unless = { "publickey", "bind" } },
			       { .words = { "permission denied", "smtp" }, .unless = { "bind" } },
			       { .words = { "permission denied", "socket" },
				.unless = { "bind", "unix" } },
			       SAYS("permission denied", "dial tcp"),
			       SAYS("permission denied", "(13)"),
			       SAYS("permission denied", "errno 13"),
			       { .words = { "permission denied", "port 25" },
				.unless = { "bind" } }, SAYS("permission denied", "os error 13"),
			       SAYS("eacces", "connect"), SAYS("eacces", "smtp"),
			       SAYS("eperm", "connect"),
			       SAYS("operation not permitted", "connect"),
			       SAYS("operation not permitted", "smtp"),
			       SAYS("operation not permitted", "dial tcp"),
			       SAYS("operation not permitted", "sendto"),
			       SAYS("forbidden by its access permissions"),
			       REPLY("10013", "10013"), SAYS("smtp restrictions"),
			       SAYS("smtp_block"), SAYS("avc:", "denied", "name_connect"),
			       SAYS("httpd_can_sendmail"), SAYS("httpd_can_network_connect"),
			       SAYS("apparmor", "denied"),
			       SAYS("aborted by the software in your host"),
			       REPLY("10053", "10053")),
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
		.texts = TEXTS(REPLY("10049", "10049"), SAYS("too many open files"), SAYS("emfile"),
			       { .words = { "cannot assign requested address" },
				.unless = { "[2" } }, SAYS("eaddrnotavail"),
			       REPLY("10055", "10055"), SAYS("no buffer space available"),
			       SAYS("0x800ccc14"), SAYS("0x800ccc15")),
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
		.texts = TEXTS(SAYS("retry time not reached for any host"),
			       SAYS("retry timeout exceeded")),
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
		.texts = TEXTS(SAYS("connection reset by peer"), SAYS("econnreset"),
			       REPLY("10054", "10054"), SAYS("forcibly closed by the remote host"),
			       SAYS("lost connection", "initial server greeting"),
			       SAYS("lost connection with", "while receiving"),
			       SAYS("remote host closed connection", "initial connection"),
			       SAYS("connection closed by foreign host"), SAYS("errno 104"),
			       SAYS("os error 104"), SAYS("errno 54"),
			       SAYS("connection closed unexpectedly"),
			       SAYS("closed the connection unexpectedly"), SAYS("premature close"),
			       SAYS("network_failure", "closed"), SAYS("socket hang up"),
			       /* nodemailer's word for whatever went wrong */
			       { .words = { "econnection" }, .unless = { "econnectionclosed" },
				.vague = true },
			       SAYS("connection was closed by the server"),
			       SAYS("connection closed by remote"),
			       SAYS("remote server closed the connection"),
			       SAYS("server terminated the connection"),
			       SAYS("server closed the connection"), SAYS("connection reset"),
			       SAYS("0x800ccc0f"), SAYS("got bad greeting", "[eof]"),
			       { .words = { "could not connect to smtp host", "response: -1" },
				.unless = { "465" } }, SAYS("unexpected eof received"),
			       SAYS("smtp", ": eof"), SAYS("dial", ": eof")),
		.endpoint = closed_before_greeting,
	},
	{ .code = NULL },
};
