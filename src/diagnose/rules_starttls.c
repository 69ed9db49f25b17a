/* SPDX-License-Identifier: MIT
 *
 * Rules about STARTTLS: offered or not, what became of it, and log-in without it. */
#include <stddef.h>
#include <strings.h>

#include "base/mem.h"
#include "diagnose/facts.h"
#include "diagnose/seen.h"
#include "diagnose/text_rows.h"

/* The same host and address offers STARTTLS on a submission port. */
static const struct obs_endpoint *offered_beside(const struct observation *o,
						 const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *x = &o->endpoints[i];

		if (x->role == ROLE_SUBMISSION && facts_same_host(x, e) &&
		    obs_ehlo_find(&x->ehlo, "STARTTLS") != NULL)
			return x;
	}
	return NULL;
}

static bool not_offered(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	if (e->starttls.outcome != OUT_NOT_OFFERED)
		return false;
	/* Each of these names the cause; what is missing is its consequence. */
	if (e->ehlo.helo || facts_masked(e))
		return false;
	if (e->role == ROLE_RELAY && offered_beside(o, e) != NULL)
		return false;
	buf_adds(what, "no STARTTLS in the EHLO reply");
	if (obs_ehlo_find(&e->ehlo, "AUTH") != NULL)
		buf_adds(what, ", but AUTH: passwords would go in the clear");
	return true;
}

static bool missing_here_only(const struct observation *o, const struct obs_endpoint *e,
			      struct buf *what)
{
	const struct obs_endpoint *beside;

	if (e->role != ROLE_RELAY || e->starttls.outcome != OUT_NOT_OFFERED || e->ehlo.helo ||
	    facts_masked(e))
		return false;
	beside = offered_beside(o, e);
	if (beside == NULL)
		return false;
	buf_adds(what, "no STARTTLS in the EHLO reply, but ");
	seen_host_port(what, beside);
	buf_adds(what, " offers it");
	return true;
}

static bool refused(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	if ((e->starttls.outcome != OUT_REFUSED && e->starttls.outcome != OUT_REJECTED) ||
	    text_reply_rule(&e->starttls.reply, STAGE_STARTTLS) != NULL)
		return false;
	buf_adds(what, "STARTTLS -> ");
	seen_reply(what, &e->starttls.reply);
	return true;
}

static bool plaintext(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	const char *came = e->tls.first_bytes != NULL ? e->tls.first_bytes : e->starttls.early_text;

	(void)o;
	if (e->starttls.outcome != OUT_PLAINTEXT)
		return false;
	buf_adds(what, "STARTTLS -> ");
	seen_reply(what, &e->starttls.reply);
	buf_adds(what, ", then in the clear");
	if (came != NULL) {
		buf_adds(what, ": \"");
		seen_text(what, came, 80);
		buf_adds(what, "\"");
	}
	return true;
}

static bool early_bytes(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	if (e->starttls.early_bytes == 0 || e->starttls.outcome == OUT_PLAINTEXT)
		return false;
	buf_addf(what, "%u %s in the clear behind the reply to STARTTLS", e->starttls.early_bytes,
		 e->starttls.early_bytes == 1 ? "byte" : "bytes");
	if (e->starttls.early_text != NULL) {
		buf_adds(what, ": \"");
		seen_text(what, e->starttls.early_text, 80);
		buf_adds(what, "\"");
	}
	return true;
}

static bool closed(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	if (e->starttls.outcome != OUT_CLOSED && e->starttls.outcome != OUT_RESET)
		return false;
	buf_addf(what, "STARTTLS -> connection %s after ",
		 e->starttls.outcome == OUT_RESET ? "reset" : "closed");
	seen_time(what, e->starttls.reply.us);
	return true;
}

static bool auth_in_the_clear(const struct obs_endpoint *e, struct buf *what)
{
	const struct obs_capability *auth = obs_ehlo_find(&e->ehlo, "AUTH");

	if (auth == NULL || e->role == ROLE_RELAY || !facts_sends_secret(auth) ||
	    obs_ehlo_find(&e->ehlo, "STARTTLS") == NULL)
		return false;
	buf_adds(what, "in the clear: AUTH");
	for (size_t i = 0; i < auth->params.count && i < 8; i++) {
		buf_adds(what, " ");
		seen_text(what, auth->params.item[i], 40);
	}
	return true;
}

static bool auth_before_tls(const struct observation *o, const struct obs_endpoint *e,
			    struct buf *what)
{
	(void)o;
	return facts_demand(e) != DEMAND_TLS && auth_in_the_clear(e, what);
}

/* As Amazon SES does: the list is there, but nothing is taken before TLS. */
static bool auth_shown_before_tls(const struct observation *o, const struct obs_endpoint *e,
				  struct buf *what)
{
	(void)o;
	return facts_demand(e) == DEMAND_TLS && auth_in_the_clear(e, what);
}

const struct diag_rule rules_starttls[] = {
	{
		.code = "SMTP_STARTTLS_NOT_OFFERED", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "STARTTLS is not offered at %E",
		.means = "Everything on this port goes over the net readable, passwords included. "
			 "Programs set to STARTTLS stop with an error. The server has no TLS set "
			 "up there, hides it from this address, or something in between takes the "
			 "offer out.",
		.remedy = "Use a port that has TLS, if one is shown below; do not log in here. The "
			  "owner of the server sets up a certificate and TLS for this port.",
		.references = { "RFC 3207 4", "RFC 8314 3" },
		.others = "On port 465 the program is already inside TLS when it asks: there the setting is "
			  "implicit TLS, without STARTTLS.",
		/* As clients word it. */
		.texts = TEXTS(SAYS("starttls extension not supported"),
			       SAYS("does not support the starttls"),
			       SAYS("does not support secure connections"),
			       SAYS("host does not support starttls"),
			       SAYS("starttls is not supported"),
			       { .words = { "starttls not supported" }, .unless = { "502" } },
			       SAYS("doesn't support starttls"), SAYS("does not support starttls"),
			       SAYS("not support tls via the starttls"), SAYS("no starttls"),
			       SAYS("starttls not available"), SAYS("starttls not offered"),
			       SAYS("starttls not advertised"),
			       SAYS("tls not available", "starttls"),
			       DECIDES("tls is required", "not offered"),
			       DECIDES("tls required", "neither tls"),
			       SAYS("did not advertise starttls"),
			       SAYS("requested ssl level failed"), SAYS("curl: (64)"),
			       SAYS("starttls failed", "not offer")),
		.endpoint = not_offered,
	},
	{
		.code = "SMTP_STARTTLS_MISSING_HERE_ONLY", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_HIGH,
		.summary = "STARTTLS is missing at %E, though the host has TLS elsewhere",
		.means = "The host can do TLS, as its submission port shows. Either it is not "
			 "switched on for port 25, or a firewall or provider between here and the "
			 "host takes STARTTLS out of port 25. Mail then goes in the clear.",
		.remedy = "Probe from another network. If STARTTLS is there, the network here "
			  "removes it; if not, the owner of the server switches it on for port 25.",
		.references = { "RFC 3207 6", "RFC 8461 1" },
		.endpoint = missing_here_only,
	},
	{
		.code = "SMTP_STARTTLS_LOCAL_PROBLEM", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The server's own TLS is broken at %E",
		.means = "The server offers TLS and then cannot start it: its certificate or key "
			 "file is missing, unreadable, does not fit together or was renewed "
			 "wrongly. Nothing at the client's side can change that.",
		.remedy = "The owner of the server reads its log at the time of this test and "
			  "corrects certificate and key: right paths, readable for the mail "
			  "server, belonging to each other (Postfix: smtpd_tls_chain_files; Exim: "
			  "tls_certificate and tls_privatekey; Exchange: "
			  "Enable-ExchangeCertificate for SMTP), then restarts it. Until then use "
			  "a port whose TLS works (465), if there is one below; do not switch TLS "
			  "off.",
		.references = { "RFC 3207 4", "Postfix: TLS_README, server certificates" },
		.replies = 1u << STAGE_STARTTLS,
		.texts = TEXTS(SAYS("tls missing certificate"), REPLY("454", "certificate"),
			       REPLY("454", "tls", "temporary"), REPLY("454", "tls", "error"),
			       REPLY("454", "tls not available"), SAYS("tls not available"),
			       SAYS("tls", "local problem"), SAYS("tls currently unavailable"),
			       SAYS("tls unavailable"), SAYS("tls", "temporarily unavailable"),
			       SAYS("tls temporarily not available"),
			       SAYS("unable to initialize security"), SAYS("initialize tls"),
			       SAYS("initialise tls"), SAYS("tls initialization"), SAYS("tls init"),
			       SAYS("tls engine"), SAYS("starttls", "missing certificate"),
			       SAYS("starttls", "no certificate"), SAYS("failed to start tls"),
			       SAYS("cannot start tls", "server"), SAYS("could not start tls"),
			       SAYS("unable to start tls"), SAYS("tls", "not configured properly"),
			       SAYS("starttls", "internal error"),
			       REPLY("454", "refused to start tls"),
			       SAYS("starttls", "certificate", "not loaded"),
			       SAYS("tls negotiation", "not possible"), SAYS("ssl context")),
	},
	{
		.code = "SMTP_TLS_SESSION_LIMIT", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "Too many new TLS sessions from here, says %E",
		.means = "The server limits how many TLS sessions one address may begin in a "
			 "minute. This probe begins several and may have reached the limit itself; "
			 "a program that opens a connection for each message does too. Nothing is "
			 "said against the server.",
		.remedy = "Wait some minutes and probe this port alone (--port). Let programs use "
			  "a connection for several messages. The owner can raise the limit "
			  "(Postfix: smtpd_client_new_tls_session_rate_limit).",
		.references = { "Postfix: smtpd_client_new_tls_session_rate_limit",
				"RFC 5321 7.8" },
		.replies = 1u << STAGE_STARTTLS,
		.texts = TEXTS(DECIDES("too many", "tls sessions"), DECIDES("tls session rate"),
			       DECIDES("too many", "new tls"), SAYS("tls", "rate limit"),
			       SAYS("tls sessions", "exceed")),
	},
	{
		.code = "SMTP_STARTTLS_OFF", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "STARTTLS is switched off at %E, whatever the offer says",
		.means = "The server answers that it does not do STARTTLS. If its EHLO reply "
			 "offers it all the same, TLS is switched off for this client or this "
			 "port, or two servers behind one name are set up differently. If it is "
			 "not offered, the program asked for it without looking.",
		.remedy = "The owner of the server switches TLS on for this port (Postfix: "
			  "smtpd_tls_security_level = may, and a certificate; Exim: "
			  "tls_advertise_hosts). Users: take a port that offers TLS (465 implicit "
			  "TLS, or 587), see below.",
		.others = "A firewall in between that does not let STARTTLS pass.",
		.references = { "RFC 3207 4", "Postfix: smtpd_tls_security_level" },
		.replies = 1u << STAGE_STARTTLS,
		.texts = TEXTS({ .reply = "502", .words = { "not implemented" }, .vague = true },
			       { .reply = "502", .status = "5.5.1", .vague = true },
			       { .reply = "502", .status = "5.7.0", .vague = true },
			       { .reply = "502", .words = { "starttls" } },
			       { .reply = "502", .words = { "tls not available" } },
			       { .reply = "5", .words = { "disabled" }, .vague = true },
			       { .reply = "5", .words = { "not enabled" }, .vague = true },
			       { .reply = "5", .words = { "not supported" }, .vague = true },
			       SAYS("starttls", "not implemented"), SAYS("starttls", "disabled"),
			       SAYS("starttls", "not enabled"), SAYS("tls not supported"),
			       REPLY("502", "starttls", "not support"),
			       REPLY("503", "starttls", "advertised"), SAYS("tls is not supported"),
			       SAYS("tls not enabled"), SAYS("tls is disabled"),
			       SAYS("tls not configured"),
			       SAYS("starttls command used when not advertised"),
			       SAYS("starttls", "not advertised"), SAYS("starttls not allowed"),
			       SAYS("starttls is not allowed"), SAYS("starttls not permitted")),
	},
	{
		.code = "SMTP_STARTTLS_SWALLOWED", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "Something on the way spoils the command STARTTLS at %E",
		.means = "STARTTLS is offered, and the answer to it is that no such command "
			 "exists. A server that offers it knows it; so a firewall with mail "
			 "inspection (Cisco ASA \"inspect esmtp\") probably changed the command on "
			 "the way. It may stand at the server or on your side.",
		.remedy = "Probe from another network to see which side it is. The owner of that "
			  "firewall switches the SMTP inspection off for this port, or lets TLS "
			  "pass in it (allow-tls). Until then use implicit TLS on 465: inspection "
			  "cannot touch it.",
		.others = "A server that offers what it does not have.",
		.references = { "Cisco: ASA ESMTP inspection, allow-tls, 118550", "RFC 3207 6" },
		.replies = 1u << STAGE_STARTTLS,
		.texts = TEXTS(SAYS("#5.5.1"), DECIDES("starttls", "#5.5.1"),
			       { .reply = "500", .words = { "recogni" }, .vague = true },
			       { .reply = "502", .words = { "recogni" }, .vague = true },
			       { .reply = "500", .words = { "starttls" } },
			       { .reply = "500", .words = { "unknown" }, .vague = true },
			       { .reply = "500", .words = { "syntax" }, .vague = true },
			       { .reply = "500", .words = { "command" }, .vague = true },
			       SAYS("starttls", "unrecognized"), SAYS("starttls", "not recognized"),
			       SAYS("starttls", "unknown command"),
			       SAYS("starttls", "command unknown"), SAYS("xxxxxxxx", "command")),
	},
	{
		.code = "SMTP_SERVER_FAULT", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Something is broken inside the server at %E",
		.means = "The server itself cannot do its work at the moment: a spam or virus "
			 "filter (milter) does not answer, a user or address look-up fails, its "
			 "queue cannot be written or its configuration has an error. It says "
			 "\"temporary\", but it stays until its owner repairs it.",
		.remedy = "Try again later; the mail itself and your settings are not the cause. "
			  "The owner of the server finds the reason in its log (Postfix: "
			  "\"milter\", \"fatal\", \"warning: ... lookup\"; Exim: paniclog) and "
			  "restarts what does not answer.",
		.references = { "RFC 5321 4.2.2", "Postfix: MILTER_README, milter_default_action",
				"Exim: specification, temporary local problem" },
		.replies = BEFORE_MAIL | 1u << STAGE_STARTTLS,
		.texts = TEXTS({ .reply = "454", .status = "4.3.0" },
			       { .reply = "451", .status = "4.7.1", .words = { "unavailable" } },
			       { .reply = "451", .status = "4.3.0" },
			       { .reply = "451", .status = "4.3.5" },
			       { .reply = "451", .status = "4.3.2" },
			       SAYS("temporary local problem"), SAYS("local problem", "later"),
			       VAGUELY("local error in processing"), VAGUELY("error in processing"),
			       SAYS("queue file write error"), SAYS("server configuration error"),
			       SAYS("server configuration problem"),
			       SAYS("temporary lookup failure"),
			       SAYS("lookup failure", "temporary"), REPLY("451", "internal"),
			       REPLY("421", "internal"), REPLY("454", "internal"),
			       SAYS("milter", "tempfail"), SAYS("milter", "timeout"),
			       SAYS("milter", "unavailable"), SAYS("milter", "error"),
			       SAYS("temporary system problem"), SAYS("temporary server error"),
			       SAYS("temporary server problem"),
			       SAYS("temporary failure", "try again"), SAYS("temporary problem"),
			       SAYS("mail server temporarily rejected"), SAYS("unexpected failure"),
			       SAYS("dns server is unavailable"), SAYS("error: timeout", "policy"),
			       SAYS("policy server"), SAYS("virus scanner", "unavailable"),
			       SAYS("scanner", "not available"), SAYS("qq temporary problem"),
			       SAYS("qqt failure")),
	},
	{
		.code = "SMTP_STARTTLS_REFUSED", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "STARTTLS is offered, then refused at %E",
		.means = "The server announces TLS but cannot start it. 454 usually means that it "
			 "cannot read its certificate or key, or that too many TLS sessions come "
			 "from one address; 502 or 500 that TLS is off, or that a firewall "
			 "swallows the command.",
		.remedy = "The owner of the server looks into its log, checks certificate, key and "
			  "their permissions, and restarts it. If the reply speaks of too many "
			  "sessions, wait some minutes and try again.",
		.references = { "RFC 3207 4" },
		.endpoint = refused,
	},
	{
		.code = "SMTP_STARTTLS_PLAINTEXT", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "STARTTLS is accepted, then text comes in the clear at %E",
		.means = "The server says that TLS may begin and goes on without it. A proxy that "
			 "passes STARTTLS on without understanding it, or a broken server, does "
			 "that. Clients report a broken handshake (\"wrong version number\", "
			 "\"unexpected packet\").",
		.remedy = "The owner of the server tests it without the proxy or firewall before "
			  "it; use implicit TLS on 465 meanwhile, if it works.",
		.references = { "RFC 3207 4" },
		.endpoint = plaintext,
	},
	{
		.code = "SMTP_STARTTLS_EARLY_BYTES", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Bytes in the clear between STARTTLS and TLS at %E",
		.means = "Nothing may stand between the reply to STARTTLS and TLS. A client that "
			 "keeps such bytes takes them for something the server said inside TLS, "
			 "which is how an attacker in between injects replies. It may also be a "
			 "broken server or proxy. This program threw them away.",
		.remedy = "Do not log in over this port until it is explained. Probe from another "
			  "network: if the bytes are gone, something in this network puts them in.",
		.references = { "RFC 3207 4.2", "CVE-2011-0411", "nostarttls.secvuln.info" },
		.texts = TEXTS(SAYS("response", "after starttls", "inject"),
			       SAYS("starttls", "response injection"),
			       SAYS("extra data", "starttls"),
			       SAYS("unexpected data after starttls"),
			       SAYS("buffered data", "starttls"), SAYS("discarding", "starttls")),
		.endpoint = early_bytes,
	},
	{
		.code = "SMTP_STARTTLS_CLOSED", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The connection ends at the command STARTTLS at %E",
		.means = "The server, or a firewall in between, drops the connection instead of "
			 "answering STARTTLS.",
		.remedy = "The owner of the server looks into its log. If it says nothing, look "
			  "for a firewall with SMTP inspection on either side.",
		.references = { "RFC 3207 4", "RFC 5321 4.1.1.10" },
		.endpoint = closed,
	},
	{
		.code = "SMTP_AUTH_BEFORE_TLS", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Log-in is offered before TLS at %E",
		.means = "A program that is not told to use TLS logs in and sends its password "
			 "readable over the net; an attacker who takes STARTTLS out gets it from "
			 "the others too.",
		.remedy = "Users: always demand TLS in the program. The owner of the server offers "
			  "AUTH only inside TLS (Postfix: smtpd_tls_auth_only = yes).",
		.references = { "RFC 4954 4", "RFC 8314 3", "Postfix: smtpd_tls_auth_only" },
		.endpoint = auth_before_tls,
	},
	{
		.code = "SMTP_AUTH_SHOWN_BEFORE_TLS", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Log-in methods are listed before TLS at %E, though TLS is demanded",
		.means = "The server takes no mail before TLS, yet lists its log-in methods in the "
			 "clear. A program that does not insist on TLS may send its password before "
			 "it is told to use it.",
		.remedy = "Users: demand TLS in the program, as ever. The owner of the server may "
			  "list AUTH only inside TLS (Postfix: smtpd_tls_auth_only = yes).",
		.references = { "RFC 4954 4", "RFC 8314 3" },
		.endpoint = auth_shown_before_tls,
	},
	{
		.code = "SMTP_LOST_AFTER_STARTTLS", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "The client left during the TLS handshake at %E",
		.means = "A line of the server's log: STARTTLS was agreed on, and then the client "
			 "went away or the handshake failed. The client did not like the "
			 "certificate or the TLS version, a proxy in between does not carry TLS, "
			 "or large packets get lost on the way.",
		.remedy = "Probe this server with smtpprobe: it says whether certificate, chain "
			  "and versions are in order and whether large packets arrive. If only one "
			  "client does it, look there: its trust store, its clock, its TLS "
			  "version.",
		.others = "A scanner or a client that only tests the port leaves the same line.",
		.references = { "Postfix: TLS_README, server-side logging",
				"reacherhq/check-if-email-exists#1221" },
		.texts = TEXTS(DECIDES("lost connection after starttls"),
			       { .words = { "ssl_accept error", "from" },
			         .unless = { "ssl routines" } },
			       SAYS("ssl_accept", "lost connection"), SAYS("ssl_accept:"),
			       SAYS("tls error on connection from"),
			       SAYS("gnutls_handshake", "connection from"),
			       SAYS("disconnect", "starttls=0/1"),
			       SAYS("starttls", "handshake", "server, relay")),
	},
	{ .code = NULL },
};
