/* SPDX-License-Identifier: MIT
 *
 * Rules about recipients and about the order of commands, by what servers answer. Probing names
 * no recipient, so most are shown by a text only. */
#include <stddef.h>

#include "diagnose/text_rows.h"

const struct diag_rule rules_policy[] = {
	{
		.code = "POLICY_NO_SUCH_RECIPIENT", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "There is no such mailbox at the receiving server",
		.means = "The server is responsible for the domain and does not know the part "
			 "before the @. The address is misspelt or old, or the mailbox exists on "
			 "another system than the one that the MX names (after a move).",
		.remedy = "Check the address letter by letter, ask the recipient, and take it off "
			  "the list if it stays so. If the mailbox exists: the owner of the domain "
			  "compares the MX with the place where the mailbox really is (Microsoft "
			  "365: 5.4.1 also means that the domain is authoritative there but the "
			  "user is not created or synchronised yet).",
		.references = { "RFC 5321 3.3", "RFC 3463 3.2, X.1.1",
				"Microsoft: 550 5.1.10 RecipientNotFound", "Microsoft: 550 5.4.1" },
		.texts = TEXTS(SAYS("this user doesn't have"), SAYS("doesn't have", "account"),
			       SAYS("does not have", "account here"), SAYS("no longer valid"),
			       SAYS("addressee unknown"), SAYS("mailbox unallocated"),
			       SAYS("nonexistent"), SAYS("non-existent", "address"),
			       SAYS("no longer", "mailbox"), SAYS("not in recipient list"),
			       SAYS("no account by that name"), SAYS("user", "not exist"),
			       SAYS("recipient", "not exist"), SAYS("mailbox", "not exist"),
			       SAYS("verification failed", "recipient"), SAYS("user unknown"),
			       SAYS("unknown user"), SAYS("no such user"), SAYS("no such mailbox"),
			       SAYS("no such recipient"), SAYS("no such address"),
			       SAYS("no such account"), SAYS("no such person"),
			       SAYS("no mailbox here"), SAYS("recipient unknown"),
			       SAYS("unknown recipient"), SAYS("recipientnotfound"),
			       SAYS("recipient not found"), SAYS("recipient", "does not exist"),
			       SAYS("recipient", "doesn't exist"), SAYS("mailbox not found"),
			       SAYS("mailbox", "does not exist"), SAYS("mailbox", "doesn't exist"),
			       SAYS("account", "does not exist"), SAYS("address", "does not exist"),
			       SAYS("user", "doesn't exist"), SAYS("user", "does not exist"),
			       SAYS("invalid recipient"), SAYS("invalid mailbox"),
			       SAYS("unknown or invalid", "recipient"), SAYS("not our customer"),
			       SAYS("address unknown"), SAYS("unknown address"),
			       SAYS("unknown local"), SAYS("user not found"),
			       SAYS("account not found"), SAYS("undeliverable address"),
			       { .words = { "recipient address" },
			         .unless = { "greylist", "spf", "dmarc" } },
			       SAYS("recipient address rejected: access denied"),
			       { .reply = "550", .status = "5.4.1", .words = { "recipient" } },
			       REPLY_STATUS("550", "5.1.1"), REPLY_STATUS("550", "5.1.10"),
			       SAYS("no mailbox by that name"),
			       SAYS("local mailbox", "unavailable"),
			       { .reply = "550", .status = "5.1.1", .words = { "valid" } },
			       SAYS("virtual alias table"), SAYS("local recipient table"),
			       SAYS("virtual mailbox table"), SAYS("mailbox unavailable", "5.1.1"),
			       SAYS("mailbox is inactive"), SAYS("mailbox disabled"),
			       REPLY_STATUS("550", "5.2.1"),
			       SAYS("account that you tried to reach", "disabled")),
	},
	{
		.code = "POLICY_MAILBOX_UNAVAILABLE", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "The mailbox is not available, without a clear reason",
		.means = "The standard's own words for a refused address: the mailbox does not "
			 "exist, is closed to this sender, or the server did not like the sender's "
			 "address or content and does not say so.",
		.remedy = "Check recipient and sender address first (the From must belong to the "
			  "account that logs in). With 450 try later. If both are right, the owner "
			  "of the receiving server finds the reason in its log.",
		.others = "GMX, web.de and IONOS say so to spam and to foreign sender addresses "
			  "too.",
		.references = { "RFC 5321 4.2.3", "jstedfast/MailKit#968" },
		.texts = TEXTS(VAGUELY("mailbox unavailable"), VAGUELY("mailbox not available"),
			       VAGUELY("mailbox is unavailable"),
			       VAGUELY("mailbox name not allowed"),
			       VAGUELY("requested action not taken"), VAGUELY("mailbox busy"),
			       VAGUELY("mailbox temporarily")),
	},
	{
		.code = "POLICY_RECIPIENT_DOMAIN_NOT_FOUND", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The recipient's domain cannot be found or takes no mail",
		.means = "The sending server finds no mail server for the part behind the @: the "
			 "domain is misspelt, has expired, or has neither MX nor address.",
		.remedy = "Check the spelling of the domain, then smtpprobe DOMAIN, which shows "
			  "what the DNS says. Its owner publishes an MX record.",
		.references = { "RFC 5321 5.1", "RFC 3463 3.2, X.1.2",
				"Postfix: reject_unknown_recipient_domain" },
		.texts = TEXTS(SAYS("recipient address rejected: domain not found"),
			       SAYS("recipient", "domain not found"),
			       SAYS("unrouteable mail domain"),
			       SAYS("all relevant mx records point to non-existent"),
			       REPLY_STATUS("550", "5.1.2"), REPLY_STATUS("450", "4.1.2"),
			       REPLY_STATUS("553", "5.1.2"), REPLY_STATUS("554", "5.1.2"),
			       STATUS("5.1.2", "domain"), STATUS("5.4.310", "domain"),
			       SAYS("recipient domain", "does not exist"),
			       SAYS("recipient", "no mx"), SAYS("domain", "has no mail exchangers"),
			       SAYS("bad destination system"),
			       SAYS("couldn't find any host named")),
	},
	{
		.code = "POLICY_MAILBOX_FULL", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The recipient's mailbox is full",
		.means = "The mailbox has used all the room that its provider gives it. It is the "
			 "recipient's matter; the sending side is in order.",
		.remedy = "Tell the recipient by another way to delete mail or to get more room, "
			  "then send again.",
		.references = { "RFC 3463 3.3, X.2.2", "RFC 5321 4.2.3" },
		.texts = TEXTS(SAYS("mailbox full"), SAYS("mailbox is full"), SAYS("over quota"),
			       SAYS("overquota"), SAYS("quota exceeded"),
			       VAGUELY("exceeded storage allocation"), SAYS("out of storage"),
			       SAYS("storage", "recipient", "full"), SAYS("exceeds", "quota"),
			       SAYS("exceeded", "quota", "mailbox"),
			       SAYS("not enough storage", "mailbox"), SAYS("mailbox", "quota"),
			       REPLY_STATUS("452", "4.2.2"), REPLY_STATUS("552", "5.2.2"),
			       REPLY_STATUS("550", "5.2.2"), REPLY_STATUS("554", "5.2.2"),
			       SAYS("inbox", "full"),
			       SAYS("user", "quota", "exceeded", "recipient")),
	},
	{
		.code = "POLICY_BAD_ADDRESS_SYNTAX", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "An address is not written as the server wants it",
		.means = "The sender or recipient address in the dialogue is no proper address: "
			 "angle brackets are missing (MAIL FROM:<a@b>), a display name or a blank "
			 "got into it, the part behind @ is missing, or it has letters with "
			 "accents that the server does not take.",
		.remedy = "Give the bare address to the program's envelope (user@example.com, "
			  "without name, quotes and blanks, one each), and look for empty "
			  "variables and line ends in it. In hand-typed dialogues write the angle "
			  "brackets.",
		.references = { "RFC 5321 4.1.1.2", "RFC 5321 4.1.2",
				"RFC 3463 3.2, X.1.3 and X.1.7",
				"Google: Gmail SMTP errors and codes, 555 5.5.2" },
		.texts = TEXTS(SAYS("domain name required"), SAYS("address must contain a domain"),
			       SAYS("sender address", "contain a domain"),
			       SAYS("recipient address", "contain a domain"),
			       SAYS("syntax: mail from"), SAYS("syntax: rcpt to"),
			       SAYS("missing domain"), SAYS("malformed", "sender"),
			       SAYS("malformed", "recipient"), SAYS("illegal", "address"),
			       SAYS("sender syntax"), SAYS("non-ascii", "address"),
			       REPLY_STATUS("555", "5.5.2"), SAYS("bad sender address syntax"),
			       SAYS("bad recipient address syntax"), SAYS("bad address syntax"),
			       SAYS("malformed address"), { .words = { "invalid address" }, .unless = { "invalid addresses" } },
			       SAYS("address syntax"), SAYS("syntax error", "mail from"),
			       SAYS("syntax error", "rcpt to"), SAYS("syntax error", "address"),
			       SAYS("syntax", "mail from:<"), SAYS("syntax error", "gsmtp"),
			       SAYS("angle brackets"), SAYS("need", "<", "address"),
			       REPLY_STATUS("553", "5.1.3"), REPLY_STATUS("501", "5.1.3"),
			       REPLY_STATUS("501", "5.1.7"), REPLY_STATUS("553", "5.1.7"),
			       REPLY_STATUS("550", "5.1.3"), REPLY_STATUS("550", "5.1.7"),
			       SAYS("not a valid rfc"), SAYS("not a valid address"),
			       SAYS("rfc-5321 address"), SAYS("address is invalid"),
			       SAYS("address", "malformed"),
			       SAYS("missing or malformed local part"), SAYS("domain missing"),
			       SAYS("recipient address rejected", "fully-qualified"),
			       SAYS("mailbox name invalid"), SAYS("sender address", "not valid"),
			       SAYS("not a valid email address"), VAGUELY("invalid addresses")),
	},
	{
		.code = "SMTP_BAD_SEQUENCE", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Commands came in an order that the server does not take",
		.means = "SMTP has a fixed order: EHLO, (STARTTLS, EHLO, AUTH), MAIL, RCPT, DATA. "
			 "The server missed one before this command. The program is at fault, or "
			 "an earlier command had been refused and it went on all the same, or a "
			 "proxy or firewall swallowed EHLO.",
		.remedy = "Switch the program's protocol log on and find the first reply that "
			  "begins with 4 or 5: that is the true cause. If all were 2xx, bring the "
			  "mail library up to date; a connection used by two threads at once shows "
			  "it too (\"nested MAIL command\").",
		.references = { "RFC 5321 4.1.4", "Postfix: smtpd_helo_required" },
		.texts = TEXTS(SAYS("sender not yet given"), SAYS("sender already specified"),
			       SAYS("not yet given"), SAYS("mail from first"), SAYS("valid rcpt"),
			       SAYS("need ehlo"), SAYS("need helo"),
			       SAYS("already in", "mail transaction"),
			       { .words = { "bad sequence" }, .unless = { "server response was" } },
			       VAGUELY("bad sequence"), SAYS("need mail command"),
			       SAYS("nested mail command"), SAYS("need rcpt"), SAYS("send helo"),
			       SAYS("send ehlo"), SAYS("say helo"), SAYS("say ehlo"),
			       SAYS("ehlo first"), SAYS("helo first"), SAYS("mail first"),
			       SAYS("polite people say hello"), SAYS("polite people"),
			       SAYS("no sender specified"), SAYS("sender already"),
			       SAYS("mail from", "already"), SAYS("no valid recipients"),
			       SAYS("need valid", "recipient"), SAYS("out of sequence"),
			       SAYS("wrong sequence"), SAYS("bad command sequence"),
			       SAYS("requires ehlo"), SAYS("mail command", "first"),
			       SAYS("rcpt", "first"), SAYS("duplicate mail from"),
			       SAYS("duplicate helo"), SAYS("no recipients", "data")),
	},
	{
		.code = "SMTP_CLIENT_TOO_SLOW", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The server gave up waiting for the client",
		.means = "The client was silent for too long, and the server closed the "
			 "connection. A connection was kept open without use (pools, long jobs "
			 "between two messages), the network stalled in the middle of a large "
			 "message, or somebody typed by hand.",
		.remedy = "Open a new connection for each batch, or send NOOP while waiting; let "
			  "the pool drop connections that were idle for a minute. If it happens "
			  "within a message: large packets may get lost on the way (probe the "
			  "server, see PATH_MTU_BLACK_HOLE), or a virus scanner holds the data "
			  "back.",
		.references = { "RFC 5321 4.5.3.2", "Postfix: smtpd_timeout" },
		.texts = TEXTS(SAYS("error: timeout exceeded"), SAYS("timeout exceeded"),
			       { .reply = "421", .status = "4.4.2" },
			       { .reply = "451", .status = "4.4.2" }, SAYS("smtp command timeout"),
			       REPLY("421", "command timeout"),
			       SAYS("timeout", "closing connection"), SAYS("timeout - closing"),
			       SAYS("smtp", "idle timeout"), REPLY("421", "idle"),
			       SAYS("timeout waiting for", "client"),
			       REPLY("421", "connection timed out"), REPLY("421", "timeout"),
			       SAYS("data timeout"), REPLY("421", "inactivity"),
			       SAYS("session", "timed out", "421"),
			       SAYS("timed out waiting for input"),
			       SAYS("smtp incoming data timeout")),
	},
	{
		.code = "POLICY_MAIL_LOOP", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The message goes round in circles",
		.means = "A mail server hands the message to itself, or two hand it to each other. The MX "
			 "or a relay setting leads to a server that does not know the domain as its "
			 "own, so it looks the MX up and arrives at itself.",
		.remedy = "On the server that the MX names, enter the domain as its own (Postfix: "
			  "mydestination, virtual_mailbox_domains or relay_domains; Exim: "
			  "local_domains). Otherwise correct the MX, or the relay host that points "
			  "back. Look for two servers that forward the address to each other.",
		.references = { "RFC 5321 6.3", "Postfix: smtp(8), loops back to myself",
				"bokysan/docker-postfix#88" },
		.texts = TEXTS(DECIDES("loops back to myself"), DECIDES("points back to me"),
			       DECIDES("too many hops"), DECIDES("mail loop"), DECIDES("mail forwarding loop"),
			       DECIDES("routing loop"), DECIDES("hop count exceeded"),
			       DECIDES("too many \"received\" headers"), SAYS("554", "loop detected"),
			       STATUS("5.4.6", "loop"), STATUS("5.4.14", "hop")),
	},
	{ .code = NULL },
};
