/* SPDX-License-Identifier: MIT
 *
 * Rules about what a port speaks, by its first bytes, and about the greeting. */
#include <stddef.h>
#include <string.h>

#include "diagnose/facts.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"

enum { SLOW_GREETING_US = 10 * 1000000 };

/* ---- what the port speaks ------------------------------------------------------------------ */

static bool implicit_tls(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	/* On a relay port it is no note: see unexpected_mode(). */
	if (e->mode != MODE_IMPLICIT_TLS || e->role == ROLE_RELAY)
		return false;
	buf_adds(what, "answers a ClientHello with TLS and says nothing before");
	return true;
}

static bool silent(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	const char *late = facts_first_text(e);

	if (e->mode != MODE_SILENT || !facts_matters(o, e) || facts_not_smtp(e))
		return false;
	buf_adds(what, "connected in ");
	seen_time(what, e->connect.us);
	buf_adds(what, "; no greeting in ");
	seen_time(what, e->greeting.us);
	if (late != NULL) {
		buf_adds(what, "; once the client had spoken: \"");
		seen_text(what, late, 64);
		buf_adds(what, "\"");
	} else {
		buf_adds(what, ", no answer to a ClientHello");
	}
	return true;
}

/* By the assigned number: 465 is TLS from the first byte (RFC 8314 3.3), 25 and 587 greet. */
static bool unexpected_mode(const struct observation *o, const struct obs_endpoint *e,
			    struct buf *what)
{
	(void)o;
	if (e->mode == MODE_IMPLICIT_TLS && (e->port == 25 || e->port == 587))
		buf_adds(what, "TLS from the first byte, where a greeting in the clear is usual");
	else if (e->mode == MODE_PLAINTEXT && (e->port == 465 || e->port == 2465) &&
		 e->greeting.outcome == OUT_OK) /* Exim turns clients away in the clear there */
		buf_adds(what, "a greeting in the clear, where TLS from the first byte is usual");
	else
		return false;
	return true;
}

static bool not_smtp(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	const char *text = facts_first_text(e), *speaks = facts_other_protocol(text);

	(void)o;
	if (!facts_not_smtp(e))
		return false;
	if (speaks != NULL)
		buf_addf(what, "%s: ", speaks);
	buf_adds(what, "first bytes \"");
	seen_text(what, text, 64);
	buf_adds(what, "\"");
	return true;
}

static bool silent_inside_tls(const struct observation *o, const struct obs_endpoint *e,
			      struct buf *what)
{
	(void)o;
	if (e->mode != MODE_IMPLICIT_TLS || !facts_tls_up(e) || e->greeting.outcome != OUT_TIMEOUT)
		return false;
	buf_adds(what, "TLS is up, then no greeting in ");
	seen_time(what, e->greeting.us);
	return true;
}

/* ---- greeting ------------------------------------------------------------------------------- */

static const char *const too_many[] = { "too many", NULL };
static const char *const block_list[] = {
	"blocked using", "block list", "blocklist", "blacklist", "black list", "spamhaus", "dnsbl",
	"rbl", "listed in", "listed by", NULL,
};

static bool greeting_rejected(const struct observation *o, const struct obs_endpoint *e,
			      struct buf *what)
{
	(void)o;
	if (!facts_reply_class(&e->greeting, 5) || facts_reply_says(&e->greeting, block_list) ||
	    facts_wants_certificate(e))
		return false;
	seen_reply(what, &e->greeting);
	return true;
}

static bool block_listed(const struct observation *o, const struct obs_endpoint *e,
			 struct buf *what)
{
	(void)o;
	if (!facts_reply_class(&e->greeting, 5) || !facts_reply_says(&e->greeting, block_list))
		return false;
	seen_reply(what, &e->greeting);
	return true;
}

static bool greeting_temporary(const struct observation *o, const struct obs_endpoint *e,
			       struct buf *what)
{
	(void)o;
	if (!facts_reply_class(&e->greeting, 4) || facts_reply_says(&e->greeting, too_many) ||
	    facts_wants_certificate(e))
		return false;
	seen_reply(what, &e->greeting);
	return true;
}

static bool connection_limit(const struct observation *o, const struct obs_endpoint *e,
			     struct buf *what)
{
	(void)o;
	if (!facts_reply_class(&e->greeting, 4) || !facts_reply_says(&e->greeting, too_many))
		return false;
	seen_reply(what, &e->greeting);
	return true;
}

static bool slow_greeting(const struct observation *o, const struct obs_endpoint *e,
			  struct buf *what)
{
	(void)o;
	if (e->greeting.outcome != OUT_OK || e->greeting.us <= SLOW_GREETING_US)
		return false;
	buf_adds(what, "the greeting came after ");
	seen_time(what, e->greeting.us);
	return true;
}

const struct diag_rule rules_greeting[] = {
	{
		.code = "SMTP_SILENT", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "Connected, but nothing speaks at %E",
		.means = "Something takes the connection and then neither greets nor speaks TLS. A "
			 "proxy or firewall may hold the connection without a server behind it, a "
			 "gateway or service mesh may wait for the client to speak first (in SMTP "
			 "the server does), a load balancer's server may wait for a PROXY header, "
			 "or the server is overloaded.",
		.remedy = "The owner looks into the server's log: does the connection arrive there? "
			  "In a service mesh, mark the port as plain TCP or exclude it; behind a "
			  "load balancer, let both sides agree on the PROXY protocol.",
		.references = { "RFC 5321 3.1", "RFC 5321 4.5.3.2.1", "envoyproxy/envoy#7186",
				"bokysan/docker-postfix#226" },
		.endpoint = silent,
	},
	{
		.code = "SMTP_NOT_SMTP", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Not a mail server for sending: another protocol at %E",
		.means = "What answers is not SMTP: the port number is wrong, or a port forward or "
			 "load balancer leads to another service.",
		.remedy = "Use the port on which the mail server listens, or correct the port "
			  "forward.",
		.references = { "RFC 5321 4.2" },
		.endpoint = not_smtp,
	},
	{
		.code = "SMTP_SILENT_INSIDE_TLS", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "TLS works, but no SMTP greeting follows at %E",
		.means = "A service that waits for the client to speak first, such as HTTPS, stands "
			 "there; or the mail server behind a TLS proxy does not answer.",
		.remedy = "Check the port number. The owner checks what the TLS proxy leads to.",
		.references = { "RFC 8314 3.3" },
		.endpoint = silent_inside_tls,
	},
	{
		.code = "SMTP_UNEXPECTED_MODE", .stage = STAGE_GREETING,
		.severity = SEVERITY_WARNING, .relay_severity = SEVERITY_PROBLEM,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "An unusual way to begin TLS at %E",
		.means = "The port number promises one mode and the server speaks the other: 25 and "
			 "587 begin in the clear and go on with STARTTLS, 465 is implicit TLS. A "
			 "program set up by the port number hangs or reports a broken handshake.",
		.remedy = "Set the program to the mode shown below, whatever the number. The owner "
			  "of the server sets the usual mode for the port.",
		.references = { "RFC 8314 3.3", "RFC 8314 7.3", "RFC 3207" },
		.endpoint = unexpected_mode,
	},
	{
		.code = "SMTP_IMPLICIT_TLS", .stage = STAGE_GREETING,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Implicit TLS at %E: a STARTTLS client hangs there",
		.means = "The server waits for TLS from the first byte. A program that waits for a "
			 "greeting, as STARTTLS needs it, waits until its time is up: .NET "
			 "System.Net.Mail.SmtpClient then says \"The operation has timed out\".",
		.remedy = "Set the program to implicit TLS (MailKit: SslOnConnect; often named "
			  "SMTPS). A program that has only STARTTLS, such as "
			  "System.Net.Mail.SmtpClient, uses 587 instead.",
		.references = { "RFC 8314 3.3", "dotnet/core#843",
				"Microsoft: SmtpClient.EnableSsl, Remarks" },
		.endpoint = implicit_tls,
	},
	{
		.code = "SMTP_GREETING_REJECTED", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Turned away by the greeting at %E",
		.means = "The server does not want to talk to this address, or to anybody on this "
			 "port. The reply says why: a policy against home or cloud addresses, or a "
			 "service that is switched off.",
		.remedy = "Follow the reply. From a home or cloud address, send through your "
			  "provider's submission server (465 or 587) instead.",
		.references = { "RFC 5321 3.1", "RFC 7504" },
		.endpoint = greeting_rejected,
	},
	{
		.code = "SMTP_GREETING_BLOCKLISTED", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "This machine's address is on a block list, says %E",
		.means = "The server asks a public list of addresses that are known for spam, or "
			 "that should not deliver mail themselves (home and cloud addresses).",
		.remedy = "Look the address up at the list that is named. If it is listed as a home "
			  "or dynamic address, send through your provider's submission server (465 or "
			  "587). If it is a mail server's, remove the cause, then ask the list to "
			  "take it off. A reply that speaks of an open or public resolver is the "
			  "server's own mistake.",
		.references = { "RFC 5782", "RFC 6471" },
		.endpoint = block_listed,
	},
	{
		.code = "SMTP_GREETING_TEMPORARY", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Turned away for now by the greeting at %E",
		.means = "The server is busy, going down, or holds this address back. Mail servers "
			 "try again later.",
		.remedy = "Try again in some minutes. If it stays, the reply says whom to ask.",
		.references = { "RFC 5321 3.8", "RFC 5321 4.2.1" },
		.endpoint = greeting_temporary,
	},
	{
		.code = "SMTP_CONNECTION_LIMIT", .stage = STAGE_GREETING,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "Too many connections from here, says %E",
		.means = "The server limits how many connections one address may have. This probe "
			 "opens several and may have caused it itself, so nothing is said against "
			 "the server.",
		.remedy = "Wait some minutes and probe this port alone (--port).",
		.references = { "RFC 5321 7.8" },
		.endpoint = connection_limit,
	},
	{
		.code = "SMTP_SLOW_GREETING", .stage = STAGE_GREETING,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Slow greeting at %E",
		.means = "The server lets clients wait on purpose, to keep spammers off, or looks "
			 "something up that does not answer. Servers may take up to 5 minutes; "
			 "impatient programs give up.",
		.remedy = "Set the program's time limit for the greeting to 60 s or more. The owner "
			  "of the server checks its reverse and block-list look-ups.",
		.references = { "RFC 5321 4.5.3.2.1" },
		.endpoint = slow_greeting,
	},
	{ .code = NULL },
};
