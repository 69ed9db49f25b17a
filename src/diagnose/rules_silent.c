/* SPDX-License-Identifier: MIT
 *
 * Rules about ports from which nothing comes back.
 *
 * A port that does not answer is judged by its neighbours: another address of the same port,
 * other ports of the host, the same port of other hosts. What one of them shows is "the cause
 * cannot be X"; one silent port on its own leaves every cause possible. */
#include <stddef.h>
#include <string.h>

#include "diagnose/facts.h"
#include "diagnose/facts_path.h"
#include "diagnose/seen.h"
#include "diagnose/seen_path.h"
#include "diagnose/text_rows.h"

enum { NEIGHBOURS_SHOWN = 3 };

static bool no_answer(struct buf *what, const struct observation *o, const struct obs_endpoint *e)
{
	const struct obs_path *p = facts_path(o, e);

	buf_adds(what, "no answer in ");
	seen_time(what, e->connect.us);
	if (p != NULL) {
		buf_adds(what, "; ");
		seen_path(what, p);
	}
	return true;
}

/* Silent, and it is not known where: else rules_path.c and rules_elsewhere.c tell. */
static bool is_silent(const struct observation *o, const struct obs_endpoint *e)
{
	return e->connect.outcome == OUT_TIMEOUT && !facts_dropped_here(o, e) &&
	       facts_drop_place(o, e) == DROP_NOT_PLACED &&
	       facts_side(o, e) != SIDE_OURS && facts_side(o, e) != SIDE_THEIRS;
}

static bool relay_silent(const struct observation *o, const struct obs_endpoint *e)
{
	return e->role == ROLE_RELAY && is_silent(o, e) && !facts_port_open(o, e);
}

static bool is_mail_port(unsigned port)
{
	return port == 25 || port == 465 || port == 587;
}

/* All of the usual ports, at every host, while something else there answers (symptom N03). */
static bool mail_ports_silent(const struct observation *o)
{
	bool other = false;

	for (size_t i = 0; i < o->endpoint_count; i++)
		other = other || (!is_mail_port(o->endpoints[i].port) && facts_reached(&o->endpoints[i]));
	return other && facts_silent_everywhere(o, 25) && facts_silent_everywhere(o, 465) &&
	       facts_silent_everywhere(o, 587);
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
		buf_adds(&b, outcome == OUT_OK ? " answered in " : " refused the connection in ");
		seen_time(&b, e->connect.us);
		judge_see(j, NULL, "%s", buf_str(&b));
		buf_clear(&b);
		(*left)--;
	}
}

static void see_silent(const struct observation *o, struct judge *j)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		struct buf b;

		if (!is_mail_port(e->port) || e->connect.outcome != OUT_TIMEOUT)
			continue;
		buf_init(&b, 1024);
		no_answer(&b, o, e);
		judge_see(j, e, "%s", buf_str(&b));
		buf_clear(&b);
	}
}

static void silent_25_and_465(const struct observation *o, struct judge *j)
{
	size_t left = NEIGHBOURS_SHOWN;

	if (!facts_25_and_465_silent(o))
		return;
	see_silent(o, j);
	see_neighbours(o, j, OUT_OK, &left);
	see_neighbours(o, j, OUT_REFUSED, &left);
}

static void all_mail_ports_silent(const struct observation *o, struct judge *j)
{
	size_t left = NEIGHBOURS_SHOWN;

	if (!mail_ports_silent(o))
		return;
	see_silent(o, j);
	see_neighbours(o, j, OUT_OK, &left);
	see_neighbours(o, j, OUT_REFUSED, &left);
}

static void relay_silent_others_answer(const struct observation *o, struct judge *j)
{
	size_t left = NEIGHBOURS_SHOWN, silent = 0;

	if (facts_relay_reached(o) || !other_port_reached(o) || facts_25_and_465_silent(o) ||
	    mail_ports_silent(o))
		return;
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		struct buf b;

		if (!relay_silent(o, e))
			continue;
		buf_init(&b, 1024);
		no_answer(&b, o, e);
		judge_see(j, e, "%s", buf_str(&b));
		buf_clear(&b);
		silent++;
	}
	if (silent == 0)
		return;
	see_neighbours(o, j, OUT_OK, &left);
	see_neighbours(o, j, OUT_REFUSED, &left);
}

/* Its preference is the lowest, and another MX has a higher one. */
static bool is_first_mx(const struct observation *o, const struct obs_endpoint *e)
{
	const struct obs_mail_host *own = NULL;
	bool later = false;

	for (size_t i = 0; i < o->dns.host_count; i++)
		if (o->dns.hosts[i].name != NULL && e->host != NULL &&
		    strcmp(o->dns.hosts[i].name, e->host) == 0)
			own = &o->dns.hosts[i];
	if (own == NULL || own->source != MAIL_HOST_MX)
		return false;
	for (size_t i = 0; i < o->dns.host_count; i++) {
		if (o->dns.hosts[i].preference < own->preference)
			return false;
		later = later || o->dns.hosts[i].preference > own->preference;
	}
	return later;
}

static bool relay_silent_at_one_host(const struct observation *o, const struct obs_endpoint *e,
				     struct buf *what)
{
	if (!relay_silent(o, e) || !facts_relay_reached(o))
		return false;
	no_answer(what, o, e);
	if (is_first_mx(o, e))
		buf_adds(what, "; the MX that is asked first, so perhaps silent on purpose (nolisting)");
	return true;
}

static bool port_silent(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	if (!is_silent(o, e) || !facts_matters(o, e) || facts_host_open(o, e) ||
	    (is_mail_port(e->port) && mail_ports_silent(o)))
		return false;
	/* Port 25 beside ports that answer is the matter of the two rules above. */
	if (e->role == ROLE_RELAY && (facts_relay_reached(o) || other_port_reached(o)))
		return false;
	return no_answer(what, o, e);
}

static bool some_ports_silent(const struct observation *o, const struct obs_endpoint *e,
			      struct buf *what)
{
	return is_silent(o, e) && e->role != ROLE_RELAY &&
	       !(e->port == 465 && facts_25_and_465_silent(o)) &&
	       !(is_mail_port(e->port) && mail_ports_silent(o)) &&
	       o->target.kind != TARGET_DOMAIN && facts_host_open(o, e) && !facts_port_open(o, e) &&
	       no_answer(what, o, e);
}

const struct diag_rule rules_silent[] = {
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
			  "mail hosts. To find out which end it is, compare with a mail host of "
			  "somebody else, smtpprobe --control HOST, or probe from another network, "
			  "as by --socks5 PROXY.",
		.references = { "RFC 5321 2.1", "RFC 6409 3.1",
				"Microsoft Learn: Troubleshoot outbound SMTP connectivity in Azure",
				"AWS re:Post: Remove the throttle on port 25" },
		.others = "The server itself may be down, or may drop packets from this address. "
			  "One host alone cannot tell these apart: probe a second one of another "
			  "owner, and other ports of this one.",
		.target = relay_silent_others_answer,
	},
	{
		.code = "NET_25_SILENT", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "No answer from port 25",
		.means = "Nothing came back, not even a refusal. Most often a firewall on the way out "
			 "drops port 25: many cloud and internet providers and offices block it. Port "
			 "25 is needed only to deliver to other people's domains; a program that logs "
			 "in and submits does not need it.",
		.remedy = "To send through an account of your own, use 465 or 587 of its provider. "
			  "To find out whether 25 is blocked here, probe several hosts of different "
			  "owners: smtpprobe --port 25,465,587 HOST HOST. If 25 is silent at all of "
			  "them and other ports answer, ask the provider of this machine to open it.",
		.references = { "RFC 5321 2.1", "RFC 6409 3.1",
				"Microsoft Learn: Troubleshoot outbound SMTP connectivity in Azure",
				"AWS re:Post: Remove the throttle on port 25" },
		.others = "The server may be down, or may drop packets from this address: one message "
			  "about one host cannot tell.",
		.texts = TEXTS({ .words = { "timed out", "port 25" },
				.unless = { "port 250", "port 252", "while sending" } },
			       { .words = { "timeout", "port 25" },
				.unless = { "port 250", "port 252", "port 258" } },
			       { .words = { "timed out", "port: 25" },
				.unless = { "port: 252", "port: 258" } },
			       SAYS("timed out", "]:25:"), SAYS("timed out", ":25: connection"),
			       SAYS("timed out", ":25 ("), SAYS("timed out", ":25)"),
			       SAYS("timeout", ":25: i/o"), SAYS("dial tcp", ":25: i/o timeout"),
			       { .words = { "timeout", ", 25;" },
				.unless = { "refused", "unknownhost", "unreachable" } },
			       { .words = { "connect etimedout", ":25" },
				.unless = { ":25:", ":252", ":258" } },
			       { .words = { "etimedout", "port: 25" },
				.unless = { "port: 252", "port: 258" } },
			       { .words = { "etimedout", "\"port\":25" },
				.unless = { "\"port\":252", "\"port\":258" } },
			       { .words = { "status=deferred", "connection timed out" },
				.unless = { ":587", ":465" } },
			       SAYS("deferred", "connection timed out with"),
			       SAYS("deferred", "operation timed out with"),
			       SAYS("connection timed out", "r=dnslookup"),
			       { .words = { "connection timed out", "t=remote_smtp" },
				.unless = { "smarthost" } }, SAYS("timed out", "gmail-smtp-in"),
			       SAYS("timed out", "mail.protection.outlook.com"),
			       SAYS("outbound", "port 25", "block"),
			       SAYS("outgoing", "port 25", "block"),
			       { .words = { "port 25", "blocked" },
				.unless = { "spamhaus", "listed" } }),
	},
	{
		.code = "NET_25_465_SILENT", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "No answer from %E, while 587 answers",
		.means = "Some cloud providers (Hetzner Cloud by default) drop exactly these two "
			 "ports on the way out, and let 587 pass. The mail server is not at fault.",
		.remedy = "To send through an account of your own, use port 587 with STARTTLS. To "
			  "deliver to other domains from here, ask the provider of this machine to "
			  "open 25 and 465 (mostly a ticket, after the first weeks), or hand the mail "
			  "to a relay on 587.",
		.others = "A firewall at the server's end that lets only 587 through looks the same; "
			  "a probe of another provider's host tells.",
		.references = { "pentacent/keila#278", "RFC 6409 3.1" },
		.target = silent_25_and_465,
	},
	{
		.code = "NET_MAIL_PORTS_SILENT", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "No mail port answers: %E; another port does",
		.means = "Packets get there, but none to the ports for mail. Some cloud and hosting "
			 "providers (DigitalOcean, many shared hosts), offices and test runners "
			 "block them all, so a program that works on a laptop hangs there. A wrong "
			 "password would fail at once instead.",
		.remedy = "Use another port if your mail provider offers one (2525 at many relays), "
			  "or its HTTPS interface; or ask the provider of this machine to open 587 "
			  "or 465. The host's own relay may be meant for it.",
		.others = "The host that was probed may be no mail server, or its firewall drops "
			  "these ports: probe another network.",
		.references = { "DigitalOcean Docs: Why is SMTP blocked?", "RFC 6409 3.1" },
		.target = all_mail_ports_silent,
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
		.references = { "RFC 5321 5.1", "internetstandards/Internet.nl#257" },
		.endpoint = relay_silent_at_one_host,
	},
	{
		.code = "NET_PORT_SILENT", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "No answer from %E",
		.means = "Nothing came back, not even a refusal. The host is down, or a firewall "
			 "drops the packets: at the host, at the provider of this machine (often "
			 "port 25, sometimes all mail ports) or in between. From one place these "
			 "cannot be told apart. A program that works on a laptop and hangs on a "
			 "server has this cause nearly always.",
		.remedy = "Check host name and port, then run the probe from another network. If it "
			  "works from there, ask the provider of this machine about blocked mail "
			  "ports; else the owner of the host checks host and firewall.",
		.references = { "RFC 9293 3.8.3" },
		.others = "A password or a wrong TLS setting does not cause this: no connection "
			  "came about at all. If the port is 465, see "
			  "CLIENT_WAITS_ON_IMPLICIT_TLS too, since some programs use the same "
			  "words for a greeting that never came.",
		.texts = TEXTS(SAYS("connection timed out"), SAYS("connect timed out"),
			       SAYS("connection timeout"), SAYS("connection has timed out"),
			       SAYS("connect: timeout"), SAYS("etimedout"),
			       SAYS("i/o timeout", "dial tcp"),
			       SAYS("dial tcp", "context deadline exceeded"),
			       SAYS("net::opentimeout"), SAYS("execution expired"),
			       SAYS("connected party did not properly respond"),
			       SAYS("did not properly respond after a period"),
			       REPLY("10060", "10060"), SAYS("wsaetimedout"),
			       SAYS("operation timed out"), SAYS("operation has timed out"),
			       SAYS("timed out", "(110)"), SAYS("errno 110"), SAYS("error: 110"),
			       SAYS("error number 110"), SAYS("os error 110"), SAYS("os error 60"),
			       SAYS("errno 60"), SAYS("deadline has elapsed"),
			       SAYS("network_failure", "timeout"), SAYS("curl: (28)"),
			       SAYS("error: (28)"), SAYS("timeout was reached"),
			       SAYS("failed to connect", "timed out"),
			       SAYS("timed out", "connecting to"),
			       SAYS("timed out", "unable to connect"),
			       SAYS("timed out", "could not connect"),
			       SAYS("timed out", "create_connection"), SAYS("timed out", ":465"),
			       SAYS("timeout", ":465"), SAYS("timeouterror"),
			       SAYS("socket.timeout"), SAYS("socket timeout"),
			       SAYS("sockettimeoutexception"), SAYS("connecttimeout"),
			       SAYS("isconnected failed: etimedout"),
			       SAYS("connection attempt timed out"),
			       SAYS("connection attempt failed because"),
			       { .words = { "couldn't connect", "host" },
				.unless = { "refused", "unreachable", "unknownhost" } },
			       { .words = { "could not connect to smtp host", "port:" },
				.unless = { "response:", "refused", "unreachable" } },
			       { .words = { "failed to connect to", "(port" },
				.unless = { "refused", "unreachable" } }, SAYS("0x800ccc0b"),
			       SAYS("0x800ccc19"), SAYS("0x80042109"), SAYS("0x80042108"),
			       SAYS("0x8004210a"), SAYS("semaphore timeout period"),
			       SAYS("did not accept our requests to connect"),
			       SAYS("establish an smtp connection"),
			       { .words = { "connection to", "timed out" },
				.unless = { ":465", "initial server greeting" } },
			       SAYS("port", "timed out"), SAYS("smtp", "timed out"),
			       SAYS("la connexion a expir"), SAYS("zeit", "berschreitung"),
			       SAYS("ha agotado el tiempo"), SAYS("keine richtige antwort"),
			       VAGUELY("timed out"), VAGUELY("could not connect to smtp"),
			       VAGUELY("cannot connect to smtp"),
			       VAGUELY("unable to connect to", "smtp"),
			       VAGUELY("unable to connect to the remote server"),
			       VAGUELY("cannot connect to", "smtp"),
			       VAGUELY("connection failed", "smtp"),
			       VAGUELY("connection could not be established with host")),
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
	{ .code = NULL },
};
