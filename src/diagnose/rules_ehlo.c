/* SPDX-License-Identifier: MIT
 *
 * Rules about EHLO and HELO: how the client introduces itself, and whether the server knows the
 * command at all. */
#include <stddef.h>

#include "diagnose/facts.h"
#include "diagnose/seen.h"
#include "diagnose/text_rows.h"

enum { AT_EHLO = 1u << STAGE_EHLO | 1u << STAGE_EHLO_TLS | 1u << STAGE_ENFORCEMENT };

static bool ehlo_rejected(const struct observation *o, const struct obs_endpoint *e,
			  struct buf *what)
{
	const struct obs_ehlo *bad = NULL;

	(void)o;
	if (facts_reply_class(&e->ehlo.reply, 4) || facts_reply_class(&e->ehlo.reply, 5))
		bad = &e->ehlo;
	else if (facts_reply_class(&e->ehlo_tls.reply, 4) || facts_reply_class(&e->ehlo_tls.reply, 5))
		bad = &e->ehlo_tls;
	if (bad == NULL || facts_wants_certificate(e) != NULL ||
	    text_reply_rule(&bad->reply, bad == &e->ehlo ? STAGE_EHLO : STAGE_EHLO_TLS) != NULL)
		return false;
	if (bad->helo)
		buf_addf(what, "EHLO -> %d, ", bad->ehlo_code);
	buf_addf(what, "%s%s -> ", bad->helo ? "HELO" : "EHLO",
		 bad == &e->ehlo_tls ? " inside TLS" : "");
	seen_reply(what, &bad->reply);
	return true;
}

static bool ehlo_only_helo(const struct observation *o, const struct obs_endpoint *e,
			   struct buf *what)
{
	const struct obs_ehlo *h = e->ehlo.helo ? &e->ehlo : &e->ehlo_tls;

	(void)o;
	if (!h->helo || h->reply.outcome != OUT_OK)
		return false;
	buf_addf(what, "EHLO -> %d, HELO -> ", h->ehlo_code);
	seen_reply(what, &h->reply);
	return true;
}

const struct diag_rule rules_ehlo[] = {
	{
		.code = "SMTP_EHLO_NAME_NOT_FULL", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "A full host name is wanted in EHLO at %E",
		.means = "The first thing a client says is its own name (EHLO name). It said a "
			 "short one, such as localhost, a computer's name or a container's id; the "
			 "server wants a full name with a domain, like host.example.com.",
		.remedy = "Set the name that the program gives in EHLO (nodemailer: name; Python: "
			  "local_hostname; Jakarta Mail: mail.smtp.localhost; PHPMailer: Helo; "
			  "Laravel: local_domain; Postfix: myhostname) to a full host name, or to "
			  "the address in brackets, [192.0.2.1]. In a container set its host name. "
			  "For this probe: --ehlo NAME.",
		.references = { "RFC 5321 4.1.1.1", "RFC 5321 2.3.5",
				"Postfix: reject_non_fqdn_helo_hostname", "bitwarden/server#4062" },
		.replies = AT_EHLO,
		.texts = TEXTS(SAYS("helo", "must have a dot"), SAYS("more than one dns label"),
			       SAYS("helo", "no dot"), SAYS("helo", "must contain a dot"),
			       SAYS("ehlo", "not a fully"), SAYS("need fully-qualified hostname"),
			       SAYS("need fully-qualified host"), SAYS("helo", "fully-qualified"),
			       SAYS("helo", "fully qualified"), SAYS("ehlo", "fully-qualified"),
			       SAYS("ehlo", "fully qualified"), SAYS("ehlo", "fqdn"),
			       SAYS("helo", "fqdn"), SAYS("hostname", "fqdn"),
			       SAYS("helo", "not qualified"), SAYS("requires", "fqdn")),
	},
	{
		.code = "SMTP_EHLO_NAME_NOT_FOUND", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The EHLO name is not found in the DNS, says %E",
		.means = "The server looks up the name with which the client introduces itself, "
			 "and the DNS knows no address for it. It is an internal name, or its "
			 "record is missing. With 450 the server may also have trouble with its "
			 "own DNS.",
		.remedy = "Let the program give a name that exists in the public DNS and leads to "
			  "its public address (Postfix: myhostname or smtp_helo_name; others: see "
			  "their setting for the local or HELO name), or the address in brackets, "
			  "[192.0.2.1]. Or publish an A or AAAA record for the name in use.",
		.others = "If it comes and goes: the receiving server's DNS look-ups fail.",
		.references = { "RFC 5321 4.1.4", "Postfix: reject_unknown_helo_hostname",
				"chatmail/core#1847" },
		.replies = AT_EHLO,
		.texts = TEXTS(SAYS("helo command rejected", "host not found"),
			       SAYS("helo command rejected", "domain not found"),
			       SAYS("helo", "not found"), SAYS("ehlo", "not found"),
			       SAYS("helo", "not resolve"), SAYS("ehlo", "not resolve"),
			       SAYS("helo", "no such host"), SAYS("helo", "unresolv"),
			       SAYS("helo", "no dns"), SAYS("helo", "nxdomain"),
			       SAYS("ehlo", "no dns"), SAYS("helo", "does not exist"),
			       SAYS("ehlo", "does not exist"), SAYS("helo", "lookup fail"),
			       SAYS("helo", "no a record"), SAYS("helo", "cannot be resolved"),
			       SAYS("ehlo", "cannot be resolved"), SAYS("unknown helo"),
			       SAYS("helo", "has no a or mx")),
	},
	{
		.code = "SMTP_EHLO_NAME_INVALID", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The EHLO name is no valid host name, says %E",
		.means = "The name with which the client introduces itself is empty or has "
			 "characters that host names cannot have: an underscore, a blank, a letter "
			 "with an accent, an address without brackets. Machines named by hand, "
			 "phones, printers and containers often have such names.",
		.remedy = "Rename the machine or set the program's own EHLO name: letters, digits, "
			  "hyphens and dots only (my-pc.example.com), or the address in brackets, "
			  "[192.0.2.1].",
		.references = { "RFC 5321 4.1.2", "RFC 1123 2.1", "Exim: helo_allow_chars",
				"OpenSMTPD/OpenSMTPD#1054" },
		.replies = AT_EHLO,
		.texts = TEXTS(SAYS("syntactically invalid", "helo"),
			       SAYS("syntactically invalid", "ehlo"),
			       SAYS("syntactically invalid", "argument"),
			       SAYS("invalid domain name"), SAYS("helo", "invalid name"),
			       SAYS("ehlo", "invalid name"), SAYS("helo", "invalid domain"),
			       SAYS("ehlo", "invalid domain"), SAYS("ehlo", "invalid address"),
			       SAYS("helo", "invalid address"), SAYS("ehlo", "invalid argument"),
			       SAYS("helo", "invalid argument"), SAYS("helo", "invalid hostname"),
			       SAYS("ehlo", "invalid hostname"), SAYS("helo", "illegal"),
			       SAYS("ehlo", "illegal"), SAYS("ehlo", "malformed"),
			       SAYS("helo", "malformed"), SAYS("ehlo requires"),
			       SAYS("helo requires"), SAYS("ehlo", "requires", "domain"),
			       SAYS("helo", "syntax"), SAYS("ehlo", "syntax"),
			       SAYS("helo", "underscore"), SAYS("hostname", "invalid", "helo"),
			       SAYS("helo argument"), SAYS("ehlo argument"), SAYS("empty", "helo"),
			       SAYS("empty", "ehlo"),
			       { .reply = "501", .status = "5.5.4", .words = { "name" } }),
	},
	{
		.code = "SMTP_EHLO_NAME_DENIED", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The EHLO name is not believed or not wanted at %E",
		.means = "The server judges the name with which the client introduces itself and "
			 "turns this one down: it is localhost or a bare address, it is the "
			 "server's own name, it does not belong to the client's address, or it is "
			 "known from spam programs.",
		.remedy = "Let the program give the true, public host name of this machine in EHLO "
			  "(it should lead to the address from which it connects), never the "
			  "server's name, localhost or a bare IP address. For this probe: --ehlo "
			  "NAME.",
		.references = { "RFC 5321 4.1.1.1", "RFC 5321 4.1.4", "zone-eu/zone-mta#162",
				"roundcube/roundcubemail#7316" },
		.replies = AT_EHLO,
		.texts = TEXTS(SAYS("helo", "your own"), SAYS("ehlo", "your own"),
			       SAYS("helo", "our own"), SAYS("helo", "identified itself"),
			       SAYS("helo", "not mine"), SAYS("helo", "fake"),
			       SAYS("ehlo", "reject"), SAYS("ehlo", "invalid hostname", "blocked"),
			       SAYS("invalid helo"), SAYS("invalid ehlo"), SAYS("bad helo"),
			       SAYS("bad ehlo"), VAGUELY("helo command rejected"),
			       VAGUELY("ehlo command rejected"), SAYS("rfc2821 4.1.1.1"),
			       SAYS("helo", "rfc2821"), SAYS("helo", "rfc 2821"),
			       SAYS("helo", "access denied"), SAYS("ehlo", "access denied"),
			       SAYS("helo", "forged"), SAYS("forged helo"), SAYS("ehlo", "forged"),
			       SAYS("helo", "not allowed"), SAYS("ehlo", "not allowed"),
			       SAYS("helo", "not match"), SAYS("ehlo", "not match"),
			       SAYS("helo", "mismatch"), SAYS("helo", "my hostname"),
			       SAYS("helo", "my name"), SAYS("helo", "impersonat"),
			       SAYS("helo", "is not you"), SAYS("helo", "blocked"),
			       SAYS("helo", "localhost", "reject"), SAYS("ehlo", "localhost", "reject"),
			       SAYS("helo", "ip address"), SAYS("helo name"),
			       SAYS("helo", "denied"), SAYS("ehlo", "denied"),
			       SAYS("you are not me"), SAYS("helo", "spoof"),
			       SAYS("helo", "reject")),
	},
	{
		.code = "SMTP_EHLO_NOT_UNDERSTOOD", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Neither EHLO nor HELO is understood at %E",
		.means = "The server does not know the command with which every mail dialogue "
			 "begins. Either it is no mail server (an FTP server greets with 220 too), "
			 "or a firewall with mail inspection changed the command on the way.",
		.remedy = "Check the port number (FTP is 21; mail 25, 465, 587). If it is a mail "
			  "server, its owner and the owner of the firewall before it switch SMTP "
			  "inspection off (Cisco: no inspect esmtp). Typing by hand in telnet also "
			  "triggers it, as such firewalls judge each packet on its own.",
		.references = { "RFC 5321 4.1.1.1",
				"Cisco: Troubleshoot ESMTP inspection, 113423" },
		.replies = 1u << STAGE_EHLO | 1u << STAGE_EHLO_TLS,
		.texts = TEXTS(SAYS("login with user and pass"), REPLY("530", "user", "pass"),
			       SAYS("ehlo", "not recognized"), SAYS("ehlo", "not recognised"),
			       SAYS("ehlo", "unrecognized"), SAYS("ehlo", "unknown command"),
			       SAYS("unknown command", "ehlo"), SAYS("ehlo", "not implemented"),
			       SAYS("ehlo", "not understood"), SAYS("helo", "not recognized"),
			       SAYS("helo", "unrecognized"), SAYS("helo", "unknown command"),
			       SAYS("helo", "not implemented"), SAYS("ehlo", "not supported")),
	},
	{
		.code = "SMTP_COMMAND_NOT_KNOWN", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The server does not know a command at %E",
		.means = "The server says that a command of the client is none, or that it does "
			 "not do it. The feature is switched off there, the program sent something "
			 "that is no SMTP, or a firewall with mail inspection changed the command "
			 "on the way.",
		.remedy = "Look in the program's protocol log which command it was: EHLO means "
			  "that it is no mail server or a very old one, STARTTLS means that TLS is "
			  "off or hidden there, AUTH that log-in is not offered on this port (use "
			  "587 or 465), letters XXXX that a firewall overwrites commands (switch "
			  "its SMTP inspection off).",
		.references = { "RFC 5321 4.2.4", "Cisco: Troubleshoot ESMTP inspection, 113423" },
		.replies = 1u << STAGE_EHLO | 1u << STAGE_EHLO_TLS,
		.texts = TEXTS(
			       { .reply = "500",
			         .words = { "unrecognized command" }, .vague = true },
			       { .reply = "500",
			         .words = { "command unrecognized" }, .vague = true },
			       { .reply = "500",
			         .words = { "command not recognized" }, .vague = true },
			       { .reply = "500",
			         .words = { "command not implemented" }, .vague = true },
			       { .reply = "500", .words = { "unrecognized" }, .vague = true },
			       { .reply = "500", .words = { "unrecognised" }, .vague = true },
			       { .reply = "500", .words = { "not recognized" }, .vague = true },
			       { .reply = "500", .words = { "not recognised" }, .vague = true },
			       { .reply = "500", .words = { "unknown command" }, .vague = true },
			       { .reply = "500", .words = { "command unknown" }, .vague = true },
			       { .reply = "500",
			         .words = { "syntax error", "command" }, .vague = true },
			       { .reply = "500", .words = { "invalid command" }, .vague = true },
			       { .reply = "500", .words = { "bad command" }, .vague = true },
			       { .reply = "500", .status = "5.5.1" , .vague = true },
			       { .reply = "500", .status = "5.5.2" , .vague = true },
			       { .reply = "502", .words = { "not implemented" }, .vague = true },
			       { .reply = "502", .words = { "not recognized" }, .vague = true },
			       { .reply = "502", .words = { "unimplemented" }, .vague = true },
			       { .reply = "502", .words = { "unrecognized" }, .vague = true },
			       { .reply = "502", .words = { "unknown command" }, .vague = true },
			       { .reply = "502", .status = "5.5.1" , .vague = true },
			       { .reply = "502", .status = "5.5.2" , .vague = true },
			       { .reply = "502", .words = { "command", "not" }, .vague = true },
			       VAGUELY("command not implemented"), VAGUELY("unrecognized command"),
			       VAGUELY("command unrecognized"), VAGUELY("command not recognized")),
	},
	{
		.code = "SMTP_EHLO_REJECTED", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "EHLO is turned down at %E",
		.means = "The server does not accept how the client introduces itself, or the "
			 "client's address. The reply says which.",
		.remedy = "Give a name that exists in the DNS and belongs to this machine (--ehlo "
			  "NAME). If that is refused too, the server does not want this address.",
		.references = { "RFC 5321 4.1.1.1", "RFC 5321 4.1.4" },
		.endpoint = ehlo_rejected,
	},
	{
		.code = "SMTP_EHLO_ONLY_HELO", .stage = STAGE_EHLO,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Only the old HELO works at %E",
		.means = "The server turns EHLO down, so it can offer neither STARTTLS nor log-in "
			 "nor a size limit. It is very old, or a firewall in between does not let "
			 "EHLO through.",
		.remedy = "The owner of the server switches off SMTP inspection in the firewall "
			  "before it, or replaces the server software.",
		.references = { "RFC 5321 3.2", "RFC 5321 2.2.1" },
		.endpoint = ehlo_only_helo,
	},
	{ .code = NULL },
};
