/* SPDX-License-Identifier: MIT
 *
 * Rules about the message itself: size, form, content and proof of its sender. Probing sends no
 * message, so only a text shows them. */
#include <stddef.h>

#include "diagnose/text_rows.h"

const struct diag_rule rules_message[] = {
	{
		.code = "POLICY_MESSAGE_TOO_LARGE", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The message is larger than the server takes",
		.means = "Each server has a limit for one message. Attachments grow by more than a "
			 "third on the way, since mail carries them as text (base64): a file of 20 "
			 "MB makes a message of 27 MB.",
		.remedy = "Send less, compress or split the attachment, or send a link to it. "
			  "smtpprobe --message-size 20M HOST says whether a file of that size "
			  "fits. The owner of the server can raise the limit (Postfix and Exim: "
			  "message_size_limit; Exchange: MaxMessageSize of the connector and of "
			  "the organisation).",
		.references = { "RFC 1870 6.1", "RFC 2045 6.8", "RFC 3463 3.4, X.3.4" },
		.texts = TEXTS(SAYS("message size exceeds"), SAYS("size", "exceeds fixed"),
			       SAYS("exceeds fixed limit"), SAYS("exceeds fixed maximum"),
			       SAYS("maximum message size"), SAYS("max message size"),
			       SAYS("message size limit"), SAYS("message too large"),
			       SAYS("message too big"), SAYS("message is too large"),
			       SAYS("message file too big"), SAYS("message", "exceeded", "size"),
			       SAYS("exceeded", "message size"), SAYS("message length", "exceeds"),
			       SAYS("message content", "too large"), SAYS("too much mail data"),
			       SAYS("size limits"), SAYS("declared message size"),
			       SAYS("attachment", "too large"), SAYS("data size exceeded"),
			       REPLY_STATUS("552", "5.3.4"), REPLY_STATUS("550", "5.3.4"),
			       REPLY_STATUS("552", "5.2.3"), REPLY_STATUS("550", "5.2.3"),
			       REPLY_STATUS("523", "5.2.3"), STATUS("5.3.4", "size"),
			       STATUS("5.2.3", "size"), SAYS("submission message size"),
			       SAYS("message", "larger than", "allowed")),
	},
	{
		.code = "POLICY_STORAGE_FULL", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The server has no room left for mail",
		.means = "The disk of the receiving (or relaying) server is nearly full, or less "
			 "free than the message needs. The size as such is allowed.",
		.remedy = "Try later. The owner of the server frees disk space where the queue "
			  "lies (Postfix: queue_minfree; Exim: check_spool_space; Exchange stops "
			  "at little free disk or memory, \"back pressure\").",
		.references = { "RFC 1870 6.1", "RFC 3463 3.4, X.3.1", "Postfix: queue_minfree" },
		.texts = TEXTS(
			       { .words = { "insufficient system storage" },
			         .unless = { "server response was" } },
			       VAGUELY("insufficient system storage"), SAYS("insufficient storage"),
			       SAYS("insufficient disk"), SAYS("not enough disk"),
			       SAYS("disk full"), SAYS("disk is full"), SAYS("no space left"),
			       SAYS("out of disk"), SAYS("no space on device"),
			       SAYS("space shortage"), SAYS("low disk space"),
			       SAYS("not enough free"), SAYS("free disk space"),
			       { .reply = "452", .status = "4.3.1",
			         .unless = { "memory", "system resources" } },
			       REPLY_STATUS("451", "4.3.1"), STATUS("4.3.1", "storage"),
			       STATUS("4.3.1", "resources")),
	},
	{
		.code = "POLICY_SENDER_NOT_PROVEN", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The sender's domain does not vouch for this mail (SPF, DKIM, DMARC)",
		.means = "Receivers look in the DNS of the sender's domain for the servers that "
			 "may send for it (SPF) and for the key of the signature in the message "
			 "(DKIM); DMARC says what to do where neither fits. This mail came from a "
			 "server that is not listed, without a fitting signature.",
		.remedy = "Send through the mail server of the domain (with log-in), not straight "
			  "from a program. The owner of the domain adds the sending server or "
			  "service to the SPF record (one TXT record \"v=spf1 ...\"), switches "
			  "DKIM signing on and publishes its key, and publishes a DMARC record. "
			  "Forwarded mail needs SRS or ARC at the forwarder.",
		.references = { "RFC 7208", "RFC 6376", "RFC 7489",
				"Google: Gmail SMTP errors and codes, 550 5.7.26" },
		.texts = TEXTS(REPLY_STATUS("550", "5.7.26"), REPLY_STATUS("421", "4.7.26"),
			       STATUS("5.7.26", "unauthenticated"), STATUS("5.7.26", "sender"),
			       STATUS("5.7.26", "authenticat"), REPLY_STATUS("550", "5.7.27"),
			       REPLY_STATUS("550", "5.7.30"), REPLY_STATUS("421", "4.7.27"),
			       REPLY_STATUS("421", "4.7.30"), REPLY_STATUS("550", "5.7.23"),
			       REPLY_STATUS("550", "5.7.20"), REPLY_STATUS("550", "5.7.509"),
			       REPLY_STATUS("550", "5.7.515"), SAYS("5.7.515"), SAYS("5.7.509"),
			       SAYS("required authentication level"), SAYS("unauthenticated email"),
			       SAYS("unauthenticated mail"), SAYS("sender is unauthenticated"),
			       SAYS("email", "blocked", "unauthenticated"), REPLY("550", "dmarc"),
			       REPLY("554", "dmarc"), SAYS("dmarc", "fail"),
			       SAYS("dmarc", "policy"), SAYS("dmarc", "reject"),
			       SAYS("spf", "fail"), SAYS("spf", "reject"), SAYS("spf", "not pass"),
			       SAYS("spf", "softfail"), SAYS("spf", "violat"), SAYS("spf record"),
			       SAYS("spf check"), SAYS("spf", "not authorized"),
			       SAYS("spf", "not allowed"), SAYS("spf", "not permitted"),
			       SAYS("openspf"), SAYS("sender policy framework"),
			       SAYS("spf", "not designate"), SAYS("dkim", "fail"),
			       SAYS("dkim", "required"), SAYS("dkim", "not pass"),
			       SAYS("dkim", "reject"), SAYS("no valid dkim"),
			       SAYS("pass authentication checks"), SAYS("spf or dkim"),
			       { .reply = "554", .status = "5.7.9", .words = { "policy reasons" } },
			       SAYS("is not allowed to send mail from"),
			       SAYS("not authorized to send", "domain")),
	},
	{
		.code = "POLICY_CONTENT_REJECTED", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The message is taken for spam or for dangerous",
		.means = "Connection, log-in and addresses were in order; a filter looked at the "
			 "message itself and turned it down: words, links or form like spam, a "
			 "link to a listed site, a virus, or an attachment of a kind that is not "
			 "let in (exe, js, locked zip).",
		.remedy = "Send a plain short text to the same recipient: if that arrives, content "
			  "or attachment is the cause; take links, tracking and attachments out "
			  "one by one, and share files by a link. With regular mail make sure that "
			  "SPF, DKIM and DMARC pass. If nothing helps, send the full reply to the "
			  "postmaster of the receiving domain.",
		.others = "Some servers say spam and mean the sending address or its domain.",
		.references = { "Google: Gmail SMTP errors and codes, 550 5.7.1 and 552 5.7.0",
				"RFC 3463 3.8, X.7.1" },
		.texts = TEXTS(SAYS("consider spam"), SAYS("message", "spam", "not queued"),
			       SAYS("message", "spam", "may not be delivered"),
			       SAYS("transport.rules"), SAYS("rejected by", "organization policy"),
			       SAYS("mail flow rule"), SAYS("custom policy"),
			       SAYS("violates", "email policy"),
			       SAYS("policy", "message", "not accepted"), SAYS("spam message"),
			       SAYS("this message is", "suspicious"),
			       SAYS("rejected due to local policy"), SAYS("policy rejection"),
			       SAYS("not accepted for policy reasons"),
			       SAYS("due to security policies"), SAYS("banned content"),
			       SAYS("message", "spam", "reject"), SAYS("is spam"),
			       SAYS("considered spam"), SAYS("classified as spam"),
			       SAYS("spam detected"), SAYS("as spam"), SAYS("looks like spam"),
			       SAYS("detected as spam"), SAYS("spam content"),
			       SAYS("identified", "spam"), SAYS("spam score"), SAYS("spamassassin"),
			       SAYS("rejected", "spam"), SAYS("likely unsolicited"),
			       SAYS("message content rejected"), SAYS("content rejected"),
			       SAYS("content", "not acceptable"), SAYS("content filter"),
			       SAYS("blocked", "content"), SAYS("contains a virus"),
			       SAYS("virus", "found"), SAYS("virus", "detected"),
			       SAYS("infected", "virus"), SAYS("contains", "virus"),
			       SAYS("malware"), SAYS("potential security issue"),
			       SAYS("potentially dangerous"), SAYS("banned", "attachment"),
			       SAYS("attachment", "blocked"), SAYS("attachment", "not allowed"),
			       SAYS("prohibited", "attachment"), SAYS("phishing"),
			       SAYS("prohibited content"), SAYS("high probability of spam"),
			       SAYS("message rejected", "content"), SAYS("surbl"), SAYS("uribl"),
			       SAYS("suspicious due to", "content"),
			       SAYS("transaction failed", "spam"),
			       SAYS("message", "policy violation"), SAYS("dbl.spamhaus")),
	},
	{
		.code = "POLICY_MESSAGE_MALFORMED", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The message is not written by the rules",
		.means = "The message breaks the form that mail must have: two From or Subject "
			 "lines, no From or Date, lines that end in a bare line feed, lines over "
			 "998 characters, or unencoded characters in a header.",
		.remedy = "Let a mail library build the message instead of joining strings, and "
			  "let it send CR LF line ends (PHP: end lines with \\r\\n; scripts: "
			  "unix2dos or sendmail instead of netcat). Look at the message's source "
			  "for double headers.",
		.references = { "RFC 5322 3.6", "RFC 5321 2.3.8", "RFC 5321 4.5.3.1.6",
				"Google: Gmail SMTP errors and codes, 550 5.7.1 RFC 5322" },
		.texts = TEXTS(SAYS("line is too long"), SAYS("line too long"),
			       SAYS("maximum allowed line length"), SAYS("rfc 5322"), SAYS("rfc 5322", "compliant"),
			       SAYS("rfc 5322", "section"), SAYS("rfc5322"), SAYS("rfc 2822"),
			       SAYS("rfc 822"), SAYS("bare lf"), SAYS("bare <lf>"),
			       SAYS("bare line feed"), SAYS("bare newline"), SAYS("bare linefeed"),
			       SAYS("stray newline"), SAYS("barelf"), SAYS("bare cr"),
			       SAYS("smtpsend.barelinefeeds"), SAYS("multiple", "headers"),
			       SAYS("duplicate", "header"), SAYS("missing", "header"),
			       SAYS("header", "missing"), SAYS("line too long"),
			       SAYS("line length", "exceed"), SAYS("maximum line length"),
			       SAYS("non-rfc compliant"), SAYS("not rfc compliant"),
			       SAYS("invalid header"), SAYS("bad header"), SAYS("8-bit", "header"),
			       SAYS("messages missing a valid"), SAYS("smuggling")),
	},
	{ .code = NULL },
};
