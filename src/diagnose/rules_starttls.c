/* SPDX-License-Identifier: MIT
 *
 * Rules about STARTTLS: offered or not, what became of it, and log-in without it. */
#include <stddef.h>

#include "diagnose/facts.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"

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
	if (e->starttls.outcome != OUT_REFUSED && e->starttls.outcome != OUT_REJECTED)
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

static bool auth_before_tls(const struct observation *o, const struct obs_endpoint *e,
			    struct buf *what)
{
	const struct obs_capability *auth = obs_ehlo_find(&e->ehlo, "AUTH");

	(void)o;
	if (auth == NULL || e->role == ROLE_RELAY || obs_ehlo_find(&e->ehlo, "STARTTLS") == NULL)
		return false;
	buf_adds(what, "in the clear: AUTH");
	for (size_t i = 0; i < auth->params.count && i < 8; i++) {
		buf_adds(what, " ");
		seen_text(what, auth->params.item[i], 40);
	}
	return true;
}

const struct diag_rule rules_starttls[] = {
	{
		.code = "SMTP_STARTTLS_NOT_OFFERED", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "STARTTLS is not offered at %E",
		.means = "Everything on this port goes over the net readable, passwords included. "
			 "Programs set to STARTTLS stop with an error. The server has no TLS set up "
			 "there, hides it from this address, or something in between takes the "
			 "offer out.",
		.remedy = "Use a port that has TLS, if one is shown below; do not log in here. The "
			  "owner of the server sets up a certificate and TLS for this port.",
		.references = { "RFC 3207 4", "RFC 8314 3" },
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
		.code = "SMTP_STARTTLS_REFUSED", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "STARTTLS is offered, then refused at %E",
		.means = "The server announces TLS but cannot start it. 454 usually means that it "
			 "cannot read its certificate or key, or that too many TLS sessions come "
			 "from one address; 502 or 500 that TLS is off, or that a firewall swallows "
			 "the command.",
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
		.endpoint = early_bytes,
	},
	{
		.code = "SMTP_STARTTLS_CLOSED", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The connection ends at the command STARTTLS at %E",
		.means = "The server, or a firewall in between, drops the connection instead of "
			 "answering STARTTLS.",
		.remedy = "The owner of the server looks into its log. If it says nothing, look for "
			  "a firewall with SMTP inspection on either side.",
		.references = { "RFC 3207 4", "RFC 5321 4.1.1.10" },
		.endpoint = closed,
	},
	{
		.code = "SMTP_AUTH_BEFORE_TLS", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Log-in is offered before TLS at %E",
		.means = "A program that is not told to use TLS logs in and sends its password "
			 "readable over the net; an attacker who takes STARTTLS out gets it from the "
			 "others too.",
		.remedy = "Users: always demand TLS in the program. The owner of the server offers "
			  "AUTH only inside TLS (Postfix: smtpd_tls_auth_only = yes).",
		.references = { "RFC 4954 4", "RFC 8314 3", "Postfix: smtpd_tls_auth_only" },
		.endpoint = auth_before_tls,
	},
	{ .code = NULL },
};
