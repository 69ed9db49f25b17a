/* SPDX-License-Identifier: MIT
 *
 * Rules about what a port speaks, by its first bytes, and about the greeting. */
#include <stddef.h>
#include <string.h>

#include "base/mem.h"
#include "diagnose/facts.h"
#include "diagnose/seen.h"
#include "diagnose/text_rows.h"

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

static void say_silence(struct buf *what, const struct obs_endpoint *e)
{
	buf_adds(what, "connected in ");
	seen_time(what, e->connect.us);
	buf_adds(what, "; no greeting in ");
	seen_time(what, e->greeting.us);
}

static bool silent(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	const char *late = facts_first_text(e);

	if (e->mode != MODE_SILENT || !facts_matters(o, e) || late != NULL)
		return false;
	say_silence(what, e);
	buf_adds(what, ", no answer to a ClientHello");
	return true;
}

/* A gateway that looks at the client's first bytes to tell the protocol; SMTP has none before
 * the greeting (RFC 5321 3.1). */
static bool speaks_second(const struct observation *o, const struct obs_endpoint *e,
			  struct buf *what)
{
	const char *late = facts_first_text(e);

	if (e->mode != MODE_SILENT || !facts_matters(o, e) || late == NULL || facts_not_smtp(e) ||
	    strncmp(late, "220", 3) != 0)
		return false;
	say_silence(what, e);
	buf_adds(what, "; once the client had spoken: \"");
	seen_text(what, late, 64);
	buf_adds(what, "\"");
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
	const char *text = facts_first_text(e), *speaks = facts_spoken_protocol(e);

	(void)o;
	if (!facts_not_smtp(e))
		return false;
	if (speaks != NULL)
		buf_addf(what, "%s: ", speaks);
	buf_adds(what, "first bytes \"");
	if (text == NULL && e->greeting.lines.count > 0)
		text = e->greeting.lines.item[0];
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

/* What no rule knows by its words. */
static bool unexplained(const struct obs_endpoint *e, int first_digit)
{
	return facts_reply_class(&e->greeting, first_digit) && facts_wants_certificate(e) == NULL &&
	       text_reply_rule(&e->greeting, STAGE_GREETING) == NULL;
}

static bool greeting_rejected(const struct observation *o, const struct obs_endpoint *e,
			      struct buf *what)
{
	(void)o;
	if (!unexplained(e, 5))
		return false;
	seen_reply(what, &e->greeting);
	return true;
}

static bool greeting_temporary(const struct observation *o, const struct obs_endpoint *e,
			       struct buf *what)
{
	(void)o;
	if (!unexplained(e, 4))
		return false;
	seen_reply(what, &e->greeting);
	return true;
}

static bool is_limit(const struct obs_reply *r, enum stage at)
{
	const struct diag_rule *rule = r->outcome == OUT_REJECTED ? text_reply_rule(r, at) : NULL;

	return rule != NULL && (strcmp(rule->code, "SMTP_CONNECTION_LIMIT") == 0 ||
				strcmp(rule->code, "SMTP_TLS_SESSION_LIMIT") == 0);
}

/* Did the second try, alone, end just as the first one did? Then nothing was of our doing. */
static bool same_again(const struct obs_endpoint *e)
{
	const struct obs_reply *now[] = { &e->greeting, &e->ehlo.reply, &e->starttls.reply };
	const struct obs_reply *first = &e->turned_away;

	if (first->code == 0)
		return e->greeting.outcome == OUT_CLOSED || e->greeting.outcome == OUT_RESET;
	for (size_t i = 0; i < COUNT(now); i++)
		if (now[i]->outcome == OUT_REJECTED && now[i]->code == first->code)
			return now[i]->lines.count > 0 && first->lines.count > 0 &&
			       strcmp(now[i]->lines.item[0], first->lines.item[0]) == 0;
	return false;
}

/* RFC 5321 7.8: a server may limit connections. The second try, alone, met no limit. */
static bool limit_was_ours(const struct observation *o, const struct obs_endpoint *e,
			   struct buf *what)
{
	(void)o;
	if (!e->repeated || e->connect.outcome != OUT_OK || same_again(e) ||
	    is_limit(&e->greeting, STAGE_GREETING) || is_limit(&e->ehlo.reply, STAGE_EHLO) ||
	    is_limit(&e->starttls.reply, STAGE_STARTTLS) ||
	    is_limit(&e->ehlo_tls.reply, STAGE_EHLO_TLS))
		return false;
	buf_adds(what, "with several connections of ours open: ");
	if (e->turned_away.lines.count > 0)
		seen_reply(what, &e->turned_away);
	else
		buf_adds(what, "turned away");
	buf_adds(what, "; tried once more, alone: not turned away for that");
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
		.remedy = "The owner looks into the server's log: does the connection arrive "
			  "there? In a service mesh, mark the port as plain TCP or exclude it; "
			  "behind a load balancer, let both sides agree on the PROXY protocol.",
		.references = { "RFC 5321 3.1", "RFC 5321 4.5.3.2.1", "envoyproxy/envoy#7186",
				"bokysan/docker-postfix#226" },
		.texts = TEXTS(SAYS("timed out", "initial server greeting"),
			       SAYS("timed out", "server greeting"),
			       SAYS("timeout", "initial connection"),
			       SAYS("timed out", "initial connection"),
			       SAYS("waiting for", "greeting"), SAYS("waiting for", "banner"),
			       SAYS("waiting for server response"), SAYS("greeting timeout"),
			       SAYS("timed out", "reading banner"), SAYS("no banner"),
			       SAYS("did not send", "greeting"), SAYS("no greeting")),
		.endpoint = silent,
	},
	{
		.code = "SMTP_SPEAKS_SECOND", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "The server waits for the client to speak first at %E",
		.means = "In SMTP the server speaks first. Here nothing came until the client had "
			 "sent something; then the greeting was there. A service mesh (Istio, "
			 "Envoy) or gateway in between waits for the client's first bytes to tell "
			 "which protocol it is. Mail programs wait for the greeting and give up.",
		.remedy = "Whoever runs the gateway marks the port as one where the server speaks "
			  "first: in Istio name the service port tcp-... (or appProtocol: tcp), or "
			  "exclude it from interception "
			  "(traffic.sidecar.istio.io/excludeOutboundPorts). The mail server needs "
			  "no change.",
		.others = "A server that greets late on purpose, if its delay ended just then.",
		.references = { "RFC 5321 3.1", "envoyproxy/envoy#7186", "istio/istio#10832" },
		.endpoint = speaks_second,
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
		.texts = TEXTS(SAYS("ssh-2.0"), SAYS("http/1.1 400"), SAYS("http/1.0 400"),
			       SAYS("greeting", "http/1"), SAYS("response", "http/1", "smtp"),
			       SAYS("got bad greeting", "http/"), SAYS("got bad greeting", "+ok"),
			       SAYS("got bad greeting", "*_ok"), SAYS("greeting", "+ok"),
			       SAYS("greeting", "* ok"), SAYS("response=+ok"),
			       SAYS("response=* ok"), SAYS("not an smtp server"),
			       SAYS("weird server reply"),
			       SAYS("got unexpected smtp-server response")),
		.endpoint = not_smtp,
	},
	{
		.code = "SMTP_SILENT_INSIDE_TLS", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "TLS works, but no SMTP greeting follows at %E",
		.means = "A service that waits for the client to speak first, such as HTTPS, "
			 "stands there; or the mail server behind a TLS proxy does not answer.",
		.remedy = "Check the port number. The owner checks what the TLS proxy leads to.",
		.references = { "RFC 8314 3.3" },
		.endpoint = silent_inside_tls,
	},
	{
		.code = "SMTP_UNEXPECTED_MODE", .stage = STAGE_GREETING,
		.severity = SEVERITY_WARNING, .relay_severity = SEVERITY_PROBLEM,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "An unusual way to begin TLS at %E",
		.means = "The port number promises one mode and the server speaks the other: 25 "
			 "and 587 begin in the clear and go on with STARTTLS, 465 is implicit TLS. "
			 "A program set up by the port number hangs or reports a broken handshake.",
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
		.code = "SMTP_HOST_TAKES_NO_MAIL", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The machine says that it takes no mail at %E",
		.means = "Something answers on the port only to say that mail is not for here: the "
			 "machine sends mail but receives none, the service has moved, or the host "
			 "name is not that of the mail server.",
		.remedy = "Check the host name: for incoming mail use the MX of the domain, for "
			  "sending the server name that the provider's help page gives. If this is "
			  "your own server, its mail service is switched off or the firewall "
			  "answers in its place.",
		.others = "Some servers say it to clients whose address they do not want.",
		.references = { "RFC 7504 3", "RFC 5321 3.1" },
		.replies = BEFORE_MAIL,
		.texts = TEXTS(
			       { .words = { "no smtp service" },
			         .unless = { "ptr", "black", "policy" } },
			       { .words = { "smtp service not available" },
			         .unless = { "ptr", "black", "policy" } },
			       SAYS("does not accept mail"), SAYS("not accept incoming"),
			       SAYS("no mail service"), SAYS("not a mail server"),
			       SAYS("host does not receive mail"), SAYS("does not accept email"),
			       SAYS("no longer accept", "mail"),
			       SAYS("server does not accept", "mail"),
			       SAYS("mail service", "disabled"), SAYS("no mail here"),
			       SAYS("smtp", "service", "disabled on this")),
	},
	{
		.code = "SMTP_SPOKE_TOO_EARLY", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The client did not wait for the server's reply, says %E",
		.means = "In SMTP the server speaks first, and each command waits for its reply "
			 "(with STARTTLS always). Whoever talks before the greeting, or sends "
			 "commands in one go without having been allowed to, is taken for a spam "
			 "program and turned away.",
		.remedy = "The program must wait for the whole greeting (up to five minutes; a "
			  "line that begins with \"220-\" is not its end) and for the reply to "
			  "each command. Do not paste commands into telnet, switch pipelining off, "
			  "and bring the mail library up to date. A proxy or load balancer that "
			  "sends a PROXY line which the server does not expect does it too.",
		.references = { "RFC 5321 4.3.1", "RFC 3207 4", "RFC 2920 3.1",
				"Postfix: POSTSCREEN_README, pregreet test" },
		.replies = BEFORE_MAIL | 1u << STAGE_STARTTLS,
		.texts = TEXTS(SAYS("use of pipelining"), SAYS("pipelining", "not allowed"),
			       SAYS("pipelining", "error"), SAYS("spoke", "before"),
			       SAYS("out of turn"), SAYS("synchronization error"),
			       SAYS("synchronisation error"), SAYS("protocol synchronization"),
			       SAYS("protocol synchronisation"), SAYS("protocol error"),
			       SAYS("protocol violation"), SAYS("pregreet"), SAYS("pre-greeting"),
			       SAYS("before greeting"), SAYS("before the greeting"),
			       SAYS("before banner"), SAYS("before the banner"),
			       SAYS("improper command pipelining"),
			       SAYS("improper use of", "pipelining"),
			       SAYS("unauthorized pipelining"), SAYS("not allowed to pipeline"),
			       SAYS("commands allowed to pipeline"),
			       SAYS("pipeline after starttls"), SAYS("without waiting for"),
			       SAYS("wait for", "banner"), SAYS("speak", "out of turn"),
			       SAYS("talk", "too soon"), SAYS("input sent without waiting"),
			       SAYS("early talker"), SAYS("pipelining", "not advertised"),
			       REPLY_STATUS("454", "4.5.0"), SAYS("data received before")),
	},
	{
		.code = "SMTP_CONNECTION_LIMIT", .stage = STAGE_GREETING,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "Too many connections from here, says %E",
		.means = "The server limits how many connections one address, or one account, may "
			 "have at a time or in a minute. A program that opens many at once, "
			 "several users behind one address, or this probe itself reach it; nothing "
			 "is said against the server.",
		.remedy = "Let the program send over one or two connections that it uses again "
			  "(pool of 1 or 2, Microsoft 365: at most 3), and wait some minutes "
			  "before the next try. For this probe: probe this port alone (--port). "
			  "The owner of the server can raise the limit for known clients (Postfix: "
			  "smtpd_client_connection_count_limit, "
			  "smtpd_client_connection_rate_limit).",
		.references = { "RFC 5321 7.8", "Postfix: smtpd_client_connection_count_limit",
				"testssl/testssl.sh#2089",
				"Microsoft: Exchange Online limits, SMTP submission" },
		.replies = BEFORE_MAIL | 1u << STAGE_STARTTLS,
		.texts = TEXTS(SAYS("too many connection"), SAYS("too many concurrent"),
			       SAYS("too many simultaneous"), SAYS("too many sessions"),
			       SAYS("too many open", "session"), SAYS("connection rate limit"),
			       SAYS("per connection", "max"), SAYS("connection limit"),
			       SAYS("connection count", "exceed"),
			       SAYS("concurrent connections", "limit"),
			       SAYS("maximum", "connections"), SAYS("max", "number of connections"),
			       SAYS("concurrent", "exceed"), SAYS("connections per"),
			       SAYS("connection frequency"), SAYS("connection", "rate", "exceed"),
			       SAYS("connecting too", "often"), SAYS("too many parallel"),
			       SAYS("sender thread limit"), REPLY("432", "concurrent"),
			       SAYS("too many smtp"), SAYS("connections", "slow down"),
			       SAYS("connection throttl"), SAYS("throttled", "connections"),
			       SAYS("too frequent", "connect")),
	},
	{
		.code = "SMTP_LIMIT_WAS_OURS", .stage = STAGE_GREETING,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_HIGH,
		.summary = "This probe met the connection limit of %E itself",
		.means = "The probe had several connections open at a time, and the server allows "
			 "fewer. Tried again alone, the limit did not show. The server is as it "
			 "should be; what is said about it comes from the second try.",
		.remedy = "Nothing needs to be done. Programs that open many connections at once "
			  "would meet the same limit.",
		.references = { "RFC 5321 7.8", "testssl/testssl.sh#2089" },
		.endpoint = limit_was_ours,
	},
	{
		.code = "SMTP_SERVER_BUSY", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The server is too busy, or going down, at %E",
		.means = "The server is alive but takes nobody on at the moment: all its places "
			 "are taken, the machine is overloaded or out of memory, or the service is "
			 "being stopped. It is not about you.",
		.remedy = "Try again in some minutes. If it lasts, the owner of the server looks "
			  "at its load and log and raises the number of processes (Postfix: "
			  "default_process_limit, postscreen_pre_queue_limit; Exim: "
			  "smtp_accept_max, smtp_load_reserve).",
		.references = { "RFC 5321 3.8", "RFC 5321 4.2.1",
				"Postfix: STRESS_README, POSTSCREEN_README" },
		.replies = BEFORE_MAIL | 1u << STAGE_STARTTLS,
		.texts = TEXTS(REPLY("452", "memory"),
			       VAGUELY("service not available, closing transmission channel"),
			       REPLY("421", "maintenance"), SAYS("ports are busy"),
			       SAYS("no system resources"), SAYS("all server ports"),
			       SAYS("screening ports"), SAYS("server too busy"),
			       SAYS("server is too busy"), SAYS("too busy"), SAYS("server busy"),
			       SAYS("server is busy"), SAYS("system busy"), SAYS("system is busy"),
			       SAYS("system load"), SAYS("load", "too high"),
			       SAYS("load average", "reject"), REPLY("421", "load"),
			       SAYS("overloaded", "server"), SAYS("resources exhausted"),
			       SAYS("insufficient system resources"),
			       SAYS("insufficient resources"),
			       SAYS("resources temporarily unavailable"), SAYS("backpressure"),
			       SAYS("back pressure"), SAYS("low on", "memory"),
			       REPLY("421", "memory"), DECIDES("service shutting down"),
			       SAYS("shutting down"), REPLY("421", "going down"),
			       SAYS("rejecting connections"), SAYS("system not accepting"),
			       SAYS("not accepting network messages"),
			       { .reply = "421", .status = "4.3.2",
			         .unless = { "connection", "too many", "blocked" } },
			       SAYS("under maintenance"), SAYS("down for maintenance"),
			       { .reply = "421", .words = { "service not available" } },
			       { .reply = "421", .words = { "service unavailable" } },
			       { .reply = "421", .words = { "service temporarily" } }),
	},
	{
		.code = "SMTP_FIRST_CONTACT_DEFERRED", .stage = STAGE_GREETING,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_HIGH,
		.summary = "The first contact is put off at %E; a later one should pass",
		.means = "The server tests clients that it sees for the first time (Postfix "
			 "postscreen with its deep protocol tests does) and can hand them on only "
			 "with their next connection. So it asks them to come back. It is a "
			 "protection and no fault; true mail servers come back by themselves.",
		.remedy = "Try again from the same address after some minutes. A program that "
			  "gives up at the first 4xx reply hands its mail to a server that queues. "
			  "The owner of the server can let known addresses pass without the test "
			  "(Postfix: postscreen_access_list) or leave the deep tests off.",
		.others = "The service behind may be switched off for a while.",
		.references = { "Postfix: POSTSCREEN_README, deep protocol tests", "RFC 6647" },
		.replies = BEFORE_MAIL,
		.texts = TEXTS({ .reply = "450", .status = "4.3.2" },
			       { .reply = "450", .words = { "service currently unavailable" } },
			       { .reply = "4", .words = { "greylist" } },
			       { .reply = "4", .words = { "graylist" } }),
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
		.code = "SMTP_SLOW_GREETING", .stage = STAGE_GREETING,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Slow greeting at %E",
		.means = "The server lets clients wait on purpose, to keep spammers off, or looks "
			 "something up that does not answer. Servers may take up to 5 minutes; "
			 "impatient programs give up.",
		.remedy = "Set the program's time limit for the greeting to 60 s or more. The "
			  "owner of the server checks its reverse and block-list look-ups.",
		.references = { "RFC 5321 4.5.3.2.1" },
		.texts = TEXTS(SAYS("greet delay"), SAYS("greeting delay"), SAYS("greet pause"),
			       SAYS("greet_pause"), SAYS("tarpit")),
		.endpoint = slow_greeting,
	},
	{ .code = NULL },
};
