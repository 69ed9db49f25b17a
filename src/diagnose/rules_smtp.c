/* SPDX-License-Identifier: MIT
 *
 * Rules about the dialogue once the server has spoken: replies of any stage, and what is
 * demanded before mail. EHLO and STARTTLS have their own files. */
#include <stddef.h>

#include "diagnose/facts.h"
#include "diagnose/seen.h"
#include "diagnose/text_rows.h"

/* ---- replies of any stage -------------------------------------------------------------------- */

/* The replies of the dialogue in order, each with what it answers. */
struct answer {
	const char *to;
	const struct obs_reply *reply;
	enum outcome outcome;
};
enum { ANSWERS = 4 };

static void answers_of(const struct obs_endpoint *e, struct answer a[ANSWERS])
{
	a[0] = (struct answer){ "greeting", &e->greeting, e->greeting.outcome };
	a[1] = (struct answer){ e->ehlo.helo ? "HELO" : "EHLO", &e->ehlo.reply,
				e->ehlo.reply.outcome };
	/* PLAINTEXT, NOT_OFFERED and the like say more than how the reply arrived. */
	a[2] = (struct answer){ "STARTTLS", &e->starttls.reply, e->starttls.outcome };
	a[3] = (struct answer){ e->ehlo_tls.helo ? "HELO inside TLS" : "EHLO inside TLS",
				&e->ehlo_tls.reply, e->ehlo_tls.reply.outcome };
}

static bool malformed_reply(const struct observation *o, const struct obs_endpoint *e,
			    struct buf *what)
{
	struct answer a[ANSWERS];

	(void)o;
	if (facts_not_smtp(e))
		return false;
	answers_of(e, a);
	for (size_t i = 0; i < ANSWERS; i++) {
		if (a[i].outcome != OUT_MALFORMED)
			continue;
		buf_addf(what, "%s -> ", a[i].to);
		seen_reply(what, a[i].reply);
		return true;
	}
	return false;
}

static bool endless_reply(const struct observation *o, const struct obs_endpoint *e,
			  struct buf *what)
{
	struct answer a[ANSWERS];

	(void)o;
	if (facts_not_smtp(e))
		return false;
	answers_of(e, a);
	for (size_t i = 0; i < ANSWERS; i++) {
		if (a[i].outcome != OUT_TOO_LONG)
			continue;
		buf_addf(what, "%s: no end in sight after %zu %s: ", a[i].to,
			 a[i].reply->lines.count, a[i].reply->lines.count == 1 ? "line" : "lines");
		seen_reply(what, a[i].reply);
		return true;
	}
	return false;
}

static bool unexpected_code(const struct observation *o, const struct obs_endpoint *e,
			    struct buf *what)
{
	struct answer a[ANSWERS];

	(void)o;
	answers_of(e, a);
	for (size_t i = 0; i < ANSWERS; i++) {
		/* A 2yz or 3yz to STARTTLS that is not 220 is the matter of its own rule. */
		if (a[i].outcome != OUT_REJECTED || a[i].reply->code / 100 > 3 ||
		    a[i].reply == &e->starttls.reply)
			continue;
		buf_addf(what, "%s -> ", a[i].to);
		seen_reply(what, a[i].reply);
		return true;
	}
	return false;
}

static bool no_reply(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	struct answer a[ANSWERS];

	(void)o;
	answers_of(e, a);
	for (size_t i = 0; i < ANSWERS; i++) {
		if (a[i].outcome != OUT_TIMEOUT)
			continue;
		/* Silence before anything was said has rules of its own. */
		if (i == 0 && e->mode != MODE_PLAINTEXT)
			return false;
		buf_addf(what, "%s: no complete reply in ", a[i].to);
		seen_time(what, a[i].reply->us);
		return true;
	}
	return false;
}

static bool connection_lost(const struct observation *o, const struct obs_endpoint *e,
			    struct buf *what)
{
	struct answer a[ANSWERS];

	(void)o;
	if (e->mode != MODE_PLAINTEXT && e->mode != MODE_IMPLICIT_TLS)
		return false;
	answers_of(e, a);
	for (size_t i = 0; i < ANSWERS; i++) {
		const struct obs_reply *r = a[i].reply;

		if ((a[i].outcome != OUT_CLOSED && a[i].outcome != OUT_RESET) ||
		    r == &e->starttls.reply)
			continue;
		buf_addf(what, "%s: %s after ", a[i].to,
			 a[i].outcome == OUT_RESET ? "reset" : "closed");
		seen_time(what, r->us);
		if (r->lines.count > 0) {
			buf_adds(what, ", in the middle of: ");
			seen_reply(what, r);
		}
		return true;
	}
	return false;
}

static bool flawed(const struct obs_endpoint *e, unsigned flaws, struct buf *what)
{
	struct answer a[ANSWERS];
	unsigned seen = 0;

	if (e->mode != MODE_PLAINTEXT && e->mode != MODE_IMPLICIT_TLS)
		return false;
	answers_of(e, a);
	for (size_t i = 0; i < ANSWERS; i++) {
		/* What could not be read at all is judged as that. */
		if (a[i].outcome == OUT_OK || a[i].outcome == OUT_REJECTED)
			seen |= a[i].reply->flaws & flaws;
	}
	seen_flaws(what, seen);
	return seen != 0;
}

static bool sloppy_reply(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	return flawed(e, FLAW_BARE_LF | FLAW_BARE_CR | FLAW_NUL | FLAW_EIGHT_BIT | FLAW_LONG_LINE |
		      FLAW_CONTROL | FLAW_NO_SEPARATOR, what);
}

static bool out_of_step(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	return flawed(e, FLAW_CODE_CHANGED | FLAW_EXTRA_BYTES, what);
}

/* ---- what a firewall leaves ------------------------------------------------------------------ */

static bool masked_banner(const struct observation *o, const struct obs_endpoint *e,
			  struct buf *what)
{
	(void)o;
	if (!facts_masked(e) || obs_ehlo_find(&e->ehlo, "STARTTLS") != NULL)
		return false;
	seen_reply(what, &e->greeting);
	buf_adds(what, "; EHLO -> ");
	seen_reply(what, &e->ehlo.reply);
	return true;
}

static bool masked_banner_tls_kept(const struct observation *o, const struct obs_endpoint *e,
				   struct buf *what)
{
	(void)o;
	if (!facts_masked(e) || obs_ehlo_find(&e->ehlo, "STARTTLS") == NULL)
		return false;
	seen_reply(what, &e->greeting);
	return true;
}

/* ---- demands ---------------------------------------------------------------------------------- */

static bool demands(const struct obs_endpoint *e, enum facts_demand d, struct buf *what)
{
	if (facts_demand(e) != d)
		return false;
	buf_addf(what, "%s in the clear -> ",
		 e->enforcement.command != NULL ? e->enforcement.command : "a command");
	seen_reply(what, &e->enforcement.reply);
	return true;
}

static bool tls_required(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	return demands(e, DEMAND_TLS, what);
}

static bool login_required(const struct observation *o, const struct obs_endpoint *e,
			   struct buf *what)
{
	if (o->target.kind == TARGET_DOMAIN && e->role == ROLE_RELAY)
		return false;
	return demands(e, DEMAND_LOGIN, what);
}

/* The MX of a domain has to take its mail from anybody (RFC 5321 2.1). */
static bool mx_wants_log_in(const struct observation *o, const struct obs_endpoint *e,
			    struct buf *what)
{
	return o->target.kind == TARGET_DOMAIN && facts_relay_wants_log_in(e) &&
	       demands(e, DEMAND_LOGIN, what);
}

static bool no_auth(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	if (e->role != ROLE_SUBMISSION || !facts_works_with_tls(e) ||
	    obs_ehlo_find(&e->ehlo_tls, "AUTH") != NULL)
		return false;
	buf_adds(what, "no AUTH in the EHLO reply inside TLS");
	return true;
}

const struct diag_rule rules_smtp[] = {
	{
		.code = "SMTP_NO_REPLY", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The dialogue stalls at %E",
		.means = "The server spoke, then did not answer, or not to the end. It is "
			 "overloaded, holds this client back, or something on the way swallows "
			 "part of the dialogue.",
		.remedy = "Try again with longer limits (--greeting-timeout, --reply-timeout) and "
			  "from another network. The owner of the server looks into its log.",
		.references = { "RFC 5321 4.5.3.2" },
		.endpoint = no_reply,
	},
	{
		.code = "SMTP_CONNECTION_LOST", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The connection broke in the middle of the dialogue at %E",
		.means = "The server, or something in between, ended the connection without a "
			 "reply, which it must not do.",
		.remedy = "Try again, then from another network. The owner of the server looks for "
			  "a crash or a policy in its log.",
		.references = { "RFC 5321 4.1.1.10", "RFC 5321 3.8" },
		.texts = TEXTS(SAYS("unexpectedly disconnected"),
			       SAYS("server dropped connection"), SAYS("lost connection with", "while sending")),
		.endpoint = connection_lost,
	},
	{
		.code = "SMTP_MALFORMED_REPLY", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "A reply that is not SMTP at %E",
		.means = "The reply breaks the syntax of SMTP so far that it cannot be understood. "
			 "Clients stop there with an error of their own.",
		.remedy = "The owner of the server, or of the proxy before it, corrects what it "
			  "sends. Check that the port is that of a mail server.",
		.references = { "RFC 5321 4.2" },
		.endpoint = malformed_reply,
	},
	{
		.code = "SMTP_ENDLESS_REPLY", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "A reply without end at %E",
		.means = "The server sends more and more without completing its reply. It is "
			 "broken, is no mail server, or keeps clients busy on purpose.",
		.remedy = "Check that the port is that of a mail server. Its owner corrects what "
			  "it sends.",
		.references = { "RFC 5321 4.2.1", "RFC 5321 4.5.3.1.5" },
		.endpoint = endless_reply,
	},
	{
		.code = "SMTP_UNEXPECTED_CODE", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "A reply code that does not belong there at %E",
		.means = "The reply is well formed, but its code is none that may stand at this "
			 "point. Clients do not know how to go on.",
		.remedy = "The owner of the server corrects its reply.",
		.references = { "RFC 5321 4.3.2" },
		.endpoint = unexpected_code,
	},
	{
		.code = "SMTP_OUT_OF_STEP", .stage = STAGE_EHLO,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Replies that do not fit together at %E",
		.means = "Lines of one reply carry different codes, or more came than was asked "
			 "for. Clients may take one reply for another; a proxy that is out of step "
			 "does that.",
		.remedy = "The owner of the server or of the proxy before it corrects what it "
			  "sends.",
		.references = { "RFC 5321 4.2.1" },
		.endpoint = out_of_step,
	},
	{
		.code = "SMTP_SLOPPY_REPLY", .stage = STAGE_EHLO,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Replies that bend the rules at %E",
		.means = "The replies can be understood, but they break the letter of SMTP, and "
			 "strict clients may stop.",
		.remedy = "The owner of the server corrects what it sends.",
		.references = { "RFC 5321 2.3.8", "RFC 5321 4.2", "RFC 5321 4.5.3.1.5" },
		.endpoint = sloppy_reply,
	},
	{
		.code = "SMTP_MASKED_BANNER", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_POSSIBLE,
		.summary = "A firewall rewrites the dialogue and hides STARTTLS at %E",
		.means = "Asterisks or Xs stand where the server's words should be. A firewall "
			 "with SMTP inspection (Cisco ASA \"inspect esmtp\") does that, and it "
			 "takes STARTTLS out as well. It may stand at the server or on your side.",
		.remedy = "The owner of the firewall switches the inspection off for this port, or "
			  "lets TLS pass in it. To see which side it is, probe from another "
			  "network.",
		.references = { "Cisco: ASA ESMTP inspection, mask-banner and allow-tls",
				"RFC 3207 6" },
		.texts = TEXTS(SAYS("220 ****"), SAYS("220-****"), SAYS("250 xxxx"),
			       SAYS("250-xxxx"), SAYS("250-xxxa"), SAYS("250 xxxa"), SAYS("'xxxx"),
			       SAYS("\"xxxx"), SAYS("unrecognized", "xxxx"),
			       SAYS("fixup protocol smtp"), SAYS("inspect esmtp"),
			       SAYS("mailguard")),
		.endpoint = masked_banner,
	},
	{
		.code = "SMTP_MASKED_BANNER_TLS_KEPT", .stage = STAGE_EHLO,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "A firewall rewrites the greeting at %E",
		.means = "Asterisks or Xs stand where the server's words should be, as a firewall "
			 "with SMTP inspection leaves them; some administrators mask the greeting "
			 "themselves. STARTTLS is still offered.",
		.remedy = "Nothing, as long as mail flows. If it does not, the owner of the "
			  "firewall switches the inspection off.",
		.references = { "Cisco: ASA ESMTP inspection, mask-banner and allow-tls" },
		.endpoint = masked_banner_tls_kept,
	},
	{
		.code = "SMTP_TLS_REQUIRED", .stage = STAGE_ENFORCEMENT,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "TLS is demanded before mail and log-in at %E",
		.means = "The server takes neither mail nor a password in the clear. A program "
			 "without TLS gets \"530 Must issue a STARTTLS command first\" (at AUTH: "
			 "504 or 538 \"encryption required\"). This is good practice of the "
			 "server; the program has TLS switched off, or did not get it.",
		.remedy = "Switch TLS on in the program: on 587 and 25 STARTTLS "
			  "(System.Net.Mail.SmtpClient: EnableSsl = true; nodemailer: secure: "
			  "false with requireTLS: true; Python: starttls() before login(); "
			  "PHPMailer: ENCRYPTION_STARTTLS), on 465 implicit TLS. If it is on "
			  "already, something in between takes STARTTLS out of the server's offer: "
			  "probe this port from another network.",
		.references = { "RFC 3207 4", "RFC 4954 6",
				"Google: Gmail SMTP errors and codes, 530 5.7.0",
				"Postfix: smtpd_tls_security_level" },
		.texts = TEXTS(STATUS("5.7.3", "starttls"), SAYS("issue starttls"), SAYS("not encrypted", "starttls"),
			       SAYS("requires", "secured with tls"), SAYS("requires a secure"),
			       SAYS("session not encrypted"),
			       SAYS("only", "over", "tls", "allowed"), SAYS("starttls before"),
			       SAYS("starttls", "mandatory"), SAYS("tls", "mandatory"),
			       SAYS("must be", "secured", "tls"), SAYS("needs tls"),
			       SAYS("secure connection is required"),
			       SAYS("secure connection required"), SAYS("encrypted channel"),
			       SAYS("unencrypted channel"), SAYS("encrypted session"),
			       SAYS("must issue", "starttls"), SAYS("starttls", "command first"),
			       SAYS("issue a starttls"), SAYS("starttls first"),
			       SAYS("starttls", "is required"), SAYS("starttls required"),
			       SAYS("tls required"), SAYS("tls is required"), SAYS("requires tls"),
			       SAYS("require tls"), SAYS("must use tls"), SAYS("must use starttls"),
			       SAYS("use starttls"), SAYS("encryption required"),
			       SAYS("encryption is required"), SAYS("requires encryption"),
			       SAYS("encryption needed"), SAYS("connection is not secure"),
			       SAYS("connection not encrypted"), SAYS("not encrypted", "auth"),
			       SAYS("must be encrypted"),
			       DECIDES("secure connection", "must issue", "starttls"),
			       REPLY("538", "encryption"), REPLY_STATUS("538", "5.7.11"),
			       SAYS("encryption required for requested authentication mechanism"),
			       SAYS("auth", "only", "over tls"), SAYS("tls", "before", "auth"),
			       SAYS("tls required for rcpt domain"),
			       SAYS("secure channel", "required"),
			       SAYS("encrypted connection", "required"),
			       SAYS("ssl", "required", "530"),
			       { .reply = "530", .status = "5.7.0", .words = { "tls" } },
			       SAYS("plaintext authentication disallowed on non-secure"),
			       SAYS("cleartext", "auth", "tls"), SAYS("session encryption")),
		.endpoint = tls_required,
	},
	{
		.code = "SMTP_LOGIN_REQUIRED", .stage = STAGE_ENFORCEMENT,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "A log-in is demanded before mail at %E",
		.means = "The server takes mail only from users who have logged in. On a "
			 "submission port this is as it should be. A program that gets this as an "
			 "error did not log in: no user name is set, log-in is switched off, or "
			 "the program saw no AUTH because it did not switch TLS on first.",
		.remedy = "Set user name and password in the program, together with TLS (587 "
			  "STARTTLS or 465 implicit TLS). System.Net.Mail.SmtpClient: EnableSsl = "
			  "true, then UseDefaultCredentials = false, then Credentials, in this "
			  "order. Microsoft 365 without a mailbox of its own: a connector or "
			  "direct send to port 25 of the tenant's MX instead.",
		.references = { "RFC 4954 6", "RFC 6409 4.3",
				"Microsoft: Fix issues with printers, scanners and apps, 5.7.57" },
		.texts = TEXTS(SAYS("send auth"), SAYS("must log in"), SAYS("must login"),
			       SAYS("log in before"), SAYS("login before"), SAYS("please login"),
			       SAYS("use smtp auth"), SAYS("authenticate first"),
			       SAYS("authenticate yourself"), SAYS("you are not authenticated"),
			       SAYS("only authenticated"), SAYS("authenticated users only"),
			       SAYS("not authorized", "please authenticate"),
			       SAYS("enable smtp authentication"), SAYS("authenticate to send"),
			       SAYS("authenticate before"), SAYS("authentication required"),
			       SAYS("authentication is required"),
			       SAYS("authentification required"), SAYS("authorization required"),
			       SAYS("requires authentication"), SAYS("auth is required"),
			       SAYS("auth required"), SAYS("must authenticate"),
			       SAYS("must be authenticated"), SAYS("must first authenticate"),
			       SAYS("need to authenticate"), SAYS("you need to", "log in"),
			       SAYS("please authenticate"), SAYS("please log in first"),
			       { .words = { "not authenticated" },
			         .unless = { "secure connection" } },
			       SAYS("not been authenticated"), SAYS("smtp auth", "turn on"),
			       SAYS("unauthenticated", "not allowed"), SAYS("not logged in"),
			       SAYS("log in first"), SAYS("login required"), SAYS("login first"),
			       SAYS("client not authenticated to send"), STATUS("5.7.57", "client"),
			       { .reply = "530", .status = "5.7.57" },
			       { .words = { "client was not authenticated" },
			         .unless = { "secure connection" } },
			       VAGUELY("secure connection", "client was not authenticated"),
			       SAYS("smtp authentication", "required"),
			       SAYS("anonymous", "not allowed"),
			       SAYS("authenticate before sending"), SAYS("requires", "smtp auth"),
			       SAYS("no smtp authentication"), SAYS("pop before smtp"),
			       SAYS("authentication", "needed"),
			       SAYS("5.5.1 authentication required"),
			       SAYS("secure connection", "authentication required"),
			       SAYS("auth first"), SAYS("auth", "is mandatory"),
			       { .reply = "530", .words = { "login" } }),
		.endpoint = login_required,
	},
	{
		.code = "SMTP_MX_WANTS_LOGIN", .stage = STAGE_ENFORCEMENT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "A mail host of the domain takes no mail without a log-in: %E",
		.means = "Other mail servers deliver to the domain here, and they have no account. So no "
			 "mail from outside arrives. The server is set up as one for its own users.",
		.remedy = "The owner of the server lets port 25 take mail for its own domains without a "
			  "log-in (and nothing else: no open relay), or the owner of the domain lets "
			  "the MX name the host that does.",
		.others = "It may take mail without a log-in inside of TLS; that was not asked.",
		.references = { "RFC 5321 2.1", "RFC 6409 4.3" },
		.endpoint = mx_wants_log_in,
	},
	{
		.code = "SMTP_NO_AUTH", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "No log-in is offered at %E",
		.means = "The server does not offer AUTH, even inside TLS. It takes mail by the "
			 "client's address, or log-in is not set up. A program with user name and "
			 "password fails there.",
		.remedy = "If clients shall log in, the owner of the server sets up authentication "
			  "for this port.",
		.references = { "RFC 4954 3", "RFC 6409 4.3" },
		.endpoint = no_auth,
	},
	{ .code = NULL },
};
