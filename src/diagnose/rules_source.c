/* SPDX-License-Identifier: MIT
 *
 * Rules about a client that is turned away for where it comes from: block lists, the server's
 * own list, reputation, a missing reverse name, a first contact. */
#include <stddef.h>

#include "diagnose/text_rows.h"

const struct diag_rule rules_source[] = {
	{
		.code = "SMTP_GREETING_BLOCKLISTED", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "This machine's address is on a block list, says %E",
		.means = "The server asks a public list of addresses that are known for spam, or "
			 "that should not deliver mail themselves (home and cloud addresses). The "
			 "address from which the mail comes is on that list.",
		.remedy = "Look the address up at the list that is named. If it is listed as a "
			  "home or dynamic address, send through your provider's submission server "
			  "(465 or 587, with log-in). If it is a mail server's, remove the cause "
			  "(a hacked account, a bulk sender), then ask the list to take it off. At "
			  "a hosting provider, the listing may be meant for a neighbour: ask for "
			  "another address.",
		.others = "If the reply speaks of an open or public resolver, nobody is listed: "
			  "the server asks the list in a way that the list refuses.",
		.references = { "RFC 5782", "RFC 6471",
				"Spamhaus: IP and domain reputation checker",
				"Gandi: 554 5.7.1" },
		.replies = BEFORE_MAIL,
		.texts = TEXTS(SAYS("blocked", "dnsbl", "for assistance"), SAYS("abuse_rbl"),
			       SAYS("blocked using"), SAYS("block list"), SAYS("blocklist"),
			       SAYS("blacklist"), SAYS("black list"), SAYS("spamhaus"),
			       SAYS("dnsbl"), SAYS("dnsbl:rbl"), SAYS("spamcop"), SAYS("sorbs"),
			       SAYS("listed in", "rbl"), SAYS("listed by", "rbl"),
			       SAYS("rejected", "rbl"), SAYS("found in", "rbl"),
			       DECIDES("is in an rbl"), DECIDES("in rbl"),
			       SAYS("client host", "listed in"), SAYS("ip address", "is listed"),
			       SAYS(" ip ", "is listed"), SAYS("ip address", "listed at"),
			       SAYS("denylist"), SAYS("uceprotect"), SAYS("barracudacentral"),
			       SAYS("black-list"), SAYS("dnswl", "listed")),
	},
	{
		.code = "POLICY_HOME_ADDRESS", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Home, dynamic or cloud addresses may not deliver mail at %E",
		.means = "The server takes mail from other mail servers only, not straight from "
			 "machines in homes, offices or clouds. This machine's address counts as "
			 "such a one: by a policy list (Spamhaus PBL and others), by its generic "
			 "reverse name or by its owner. Nobody says that it sent spam.",
		.remedy = "Send through a relay where you can log in: your mail or internet "
			  "provider's submission server on 465 or 587. Only if this is meant to be "
			  "a mail server with a fixed address of its own: give it a proper reverse "
			  "name, then ask the list (or your provider) to take the address off.",
		.references = { "Spamhaus: Policy Blocklist (PBL) FAQ", "testssl/testssl.sh#1391",
				"RFC 6409 3.1" },
		.replies = BEFORE_MAIL,
		.texts = TEXTS(SAYS("send email directly to our servers"),
			       SAYS("not authorized to send email directly"),
			       SAYS("relay at your service provider"),
			       SAYS("use the smtp relay", "provider"),
			       SAYS("use your", "provider", "mail server"),
			       SAYS("consumer", "address space"),
			       SAYS("pool", "address", "not accept"), SAYS("ppp", "dynamic"),
			       SAYS("blocked using", "pbl"), SAYS("spamhaus", "pbl"),
			       SAYS("listed", "pbl."), SAYS("policy block list"),
			       SAYS("policy blocklist"), SAYS("dynamic ip"),
			       SAYS("dynamic address"), SAYS("dynamic", "ip address"),
			       SAYS("dynamic", "use your isp"), SAYS("dynamic", "range"),
			       SAYS("residential"), SAYS("dialup"), SAYS("dial-up"),
			       SAYS("dial up"), SAYS("transient ip"), SAYS("generic", "rdns"),
			       SAYS("generic", "reverse dns"), SAYS("generic", "ptr"),
			       SAYS("generic", "hostname"), SAYS("generic", "host name"),
			       SAYS("direct-to-mx"), SAYS("direct to mx"), SAYS("mailhub", "isp"),
			       SAYS("use your provider", "smarthost"),
			       SAYS("end user", "address", "mail"), SAYS("end-user", "address"),
			       SAYS("your isp", "mail server", "instead"),
			       SAYS("broadband", "address"), SAYS("blocked using", "dynablock"),
			       SAYS("blocked using", "dul."), SAYS("blocked using", "dyna."),
			       SAYS("home ip"), SAYS("cloud", "address", "not accept")),
	},
	{
		.code = "POLICY_INFECTED_ADDRESS", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "This machine's address is listed as infected, says %E",
		.means = "A list of addresses that showed the behaviour of malware (Spamhaus XBL, "
			 "the former CBL) names the address from which the mail comes. A machine "
			 "behind it, of yours or of a neighbour behind the same address, is "
			 "infected, is an open proxy, or introduces itself with a false name.",
		.remedy = "Look the address up at check.spamhaus.org; it says what was seen and "
			  "when. Find and clean the machine (everything behind the same router "
			  "counts) and let only the mail server reach port 25 outside. Then ask "
			  "for removal there: while the cause lasts, the listing comes back.",
		.references = { "Spamhaus: Exploits Blocklist (XBL) FAQ", "RFC 6471" },
		.replies = BEFORE_MAIL,
		.texts = TEXTS(SAYS("blocked using", "xbl"), SAYS("spamhaus", "xbl"),
			       SAYS("blocked using", "cbl."), SAYS("abuseat.org", "cbl"),
			       SAYS("listed", "botnet"), SAYS("infected", "ip address"),
			       SAYS("infected", "your ip"), SAYS("your ip", "compromised"),
			       SAYS("exploits block list"), SAYS("exploits blocklist")),
	},
	{
		.code = "POLICY_BLOCKLIST_QUERY_REFUSED", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Block list used wrongly at %E: nobody is listed",
		.means = "The server asks a block list through a public DNS resolver (8.8.8.8, "
			 "1.1.1.1 and the like), or too often. The list answers such questions "
			 "with an error code, and the server takes the error for a listing. So it "
			 "turns everybody away. Your address is not listed, and there is nothing "
			 "to correct at your side.",
		.remedy = "Write to the owner of the receiving server by another way and send this "
			  "reply along. The owner runs a resolver of the server's own (unbound) or "
			  "a registered key of the list, and lets only the real return codes "
			  "127.0.0.2-11 count as a listing.",
		.references = { "Spamhaus: DNSBL return codes, 127.255.255.254", "RFC 5782 2.1" },
		.replies = BEFORE_MAIL,
		.texts = TEXTS(SAYS("blocked", "open resolver"), SAYS("blocked", "public resolver"),
			       SAYS("blocked", "public dns"), SAYS("error", "open resolver"),
			       SAYS("error", "public resolver"), SAYS("open resolver", "spamhaus"),
			       SAYS("open", "public", "resolver"),
			       SAYS("resolver", "blocked using"), SAYS("blocked", "returnc/"),
			       SAYS("returnc/", "spamhaus"), SAYS("blocked", "127.255.255"),
			       SAYS("uribl", "refused.shtml"),
			       SAYS("blocked using", "excessive number of queries"),
			       SAYS("blocked using", "query refused"), SAYS("generic resolver")),
	},
	{
		.code = "POLICY_ADDRESS_BLOCKED", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "This machine's address is blocked by the server's owner at %E",
		.means = "The server has a list of its own, or a rating of senders, by which this "
			 "address is not welcome: after spam from it or from its neighbours, after "
			 "too many failed attempts, or because the server is meant for known "
			 "senders only (a gateway, a connector, an internal relay).",
		.remedy = "Ask the owner of that server to let the address in, and send the reply "
			  "along. For Microsoft use sender.office.com (or the Outlook.com support "
			  "form), for others the address or page in the reply. Until then send "
			  "through your provider's submission server (465 or 587).",
		.others = "A firewall or filter in front of the server may say it in its name.",
		.references = { "RFC 5321 3.1", "RFC 7504 4",
				"Microsoft: Email non-delivery reports, 5.7.606",
				"Postfix: POSTSCREEN_README, deny list" },
		.replies = BEFORE_MAIL,
		.texts = TEXTS(REPLY("521", "connection rejected"),
			       REPLY("554", "connection rejected"),
			       REPLY("550", "connection rejected"),
			       VAGUELY("refused to talk to me"),
			       SAYS("connection rejected by policy"),
			       SAYS("connection rejected", "policy"),
			       SAYS("rejected by local policy", " ip "),
			       SAYS("host", "blacklisted by", "administrator"),
			       SAYS("your host", "not welcome"), SAYS("your ip", "denied"),
			       SAYS("your ip", "rejected"), SAYS("connection denied"),
			       SAYS("connections from", "not accepted"),
			       { .reply = "521", .status = "5.3.2",
			         .words = { "service currently unavailable" } },
			       { .reply = "550", .status = "5.3.2",
			         .words = { "service currently unavailable" } },
			       SAYS("banned sending ip"), SAYS("customer block list"),
			       SAYS("banned sender"), SAYS("our block list"),
			       { .words = { "client host rejected" },
			         .unless = { "host name", "hostname", "ptr" } },
			       SAYS("client host", "access denied"), SAYS("poor reputation"),
			       SAYS("bad reputation"), SAYS("low reputation"),
			       SAYS("reputation", " ip ", "reject"), SAYS("csi.cloudmark"),
			       SAYS("block for spam"), SAYS("your ip", "block"),
			       SAYS(" ip ", "is blocked"), SAYS(" ip ", "has been blocked"),
			       SAYS(" ip ", "banned"), SAYS("ip address", "has been blocked"),
			       SAYS("ip address", "is blocked"), SAYS("not allowed to connect"),
			       SAYS("not authorized to connect"), SAYS("not authorised to connect"),
			       SAYS("connection refused", "policy"),
			       SAYS("administrative prohibition"), SAYS("not welcome"),
			       SAYS("access from", "denied"), SAYS("sending mta", "reject"),
			       SAYS("not accept mail from", " ip "),
			       SAYS("connection rejected", " ip "),
			       SAYS("rejected due to", "reputation"),
			       SAYS("not accept", "connections from"), SAYS("no mail from here"),
			       VAGUELY("contact tobr@"), SAYS("not in", "allowed ip"),
			       SAYS(" ip ", "not", "whitelist"), SAYS(" ip ", "not", "allow list"),
			       SAYS("host", "not permitted", "connect"),
			       SAYS("your host", "blocked"), SAYS("locally blocked"),
			       SAYS("5.7.606"), SAYS("5.7.511"), SAYS("(s3140)"), SAYS("(s3150)"),
			       { .reply = "5", .words = { "access denied" } },
			       { .reply = "5", .words = { "blocked", "abuse" } }),
	},
	{
		.code = "POLICY_SENDER_THROTTLED", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Mail from this address is held back for now at %E",
		.means = "The provider slows this address down: too much unwanted mail came from "
			 "it (or from its neighbours), too much at once, or it is new and unknown "
			 "there. Google answers so to a doubtful EHLO name too. It is no fault of "
			 "the connection, and it passes.",
		.remedy = "Stop retrying fast: wait an hour or more and let the mail server queue "
			  "and try again by itself. Then send slowly, from one address with a "
			  "reverse name, with SPF, DKIM and DMARC in place, and only to people who "
			  "asked for it. Programs and home machines send through a provider's "
			  "submission server with log-in instead.",
		.references = { "Google: Gmail SMTP errors and codes, 421 4.7.0 and 4.7.28",
				"Yahoo: SMTP error codes, TSS04",
				"Microsoft: Email non-delivery reports, 4.7.500-699",
				"RFC 5321 4.2.1" },
		.replies = BEFORE_MAIL,
		.texts = TEXTS(SAYS("some messages from", "weren't sent", "limits"),
			       REPLY("421", "rp-001"), SAYS("limits for how many messages"),
			       DECIDES("4.7.550"), DECIDES("4.7.500"),
			       SAYS("deferred", "reputation"), REPLY("421", "reputation"),
			       REPLY("450", "reputation"), REPLY("451", "reputation"),
			       SAYS("deferred", "spam", " ip"), SAYS("unusual rate"),
			       SAYS("rate", "unsolicited"), SAYS("unsolicited mail originating"),
			       { .reply = "421", .status = "4.7.28" },
			       { .reply = "421", .status = "4.7.0", .words = { "try again later" },
			         .unless = { "too many", "problem", "authenticat" } },
			       SAYS("temporarily deferred"), SAYS("temporarily", "rate limited"),
			       SAYS("tss04"), SAYS("tss05"), SAYS("[ts01]"), SAYS("[ts02]"),
			       SAYS("[ts03]"), SAYS("unexpected volume"), SAYS("user complaints"),
			       STATUS("4.7.500", "server busy"),
			       { .reply = "451", .status = "4.7.500" },
			       { .reply = "451", .status = "4.7.550" },
			       { .reply = "451", .status = "4.7.650" },
			       { .reply = "421", .status = "4.7.650" },
			       { .reply = "451", .status = "4.7.651" },
			       SAYS("mail server", "temporarily rate limited"),
			       SAYS("ip reputation", "limit"), SAYS("throttled", "reputation"),
			       SAYS("suspicious activity", " ip"),
			       SAYS("temporarily blocked", " ip"), SAYS("been temporarily blocked"),
			       SAYS("address", "temporarily blocked"),
			       SAYS("temporarily", "suspicious", " ip"),
			       SAYS("service refused", "try later"),
			       SAYS("poor reputation", "try again"), SAYS("(s77714)"),
			       SAYS("untrusted ip", "too many"), SAYS("(s775)")),
	},
	{
		.code = "POLICY_NO_REVERSE_NAME", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The sending address has no proper reverse name, says %E",
		.means = "Mail servers look up the name of the address that connects (PTR record) "
			 "and then that name's address; both must fit. Here the name is missing, "
			 "or it leads to another address. If the reply shows an address like "
			 "172.17.0.1, the server sees a container's gateway instead of the true "
			 "client.",
		.remedy = "The owner of the sending address (the hosting or internet provider; "
			  "often a field \"reverse DNS\" in its panel) sets the PTR record to the "
			  "mail server's name, and the name's A or AAAA record to that address. "
			  "Mind IPv6: it needs its own, or switch IPv6 off for outgoing mail. "
			  "Programs at home send through a provider's submission server instead. "
			  "In a container: give the mail server the real client address (host "
			  "network, IPv6 NAT).",
		.others = "The receiving server's own DNS may fail; then many senders get it.",
		.references = { "RFC 1912 2.1", "Postfix: reject_unknown_client_hostname",
				"Google: Gmail SMTP errors and codes, 550 5.7.25",
				"docker-mailserver/docker-mailserver#2927" },
		.replies = BEFORE_MAIL,
		.texts = TEXTS(SAYS("ip address", "not resolve to a host"),
			       SAYS("not resolve to", "hostname", "client"),
			       SAYS("client host rejected", "ptr"), SAYS("no ptr for"),
			       SAYS(" ip ", "has no hostname"), SAYS(" ip ", "has no name"),
			       SAYS("ip address", "no host name"), SAYS("rdns", "missing"),
			       SAYS("ip name lookup failed"), SAYS("invalid dns ptr"),
			       SAYS("reverse", "not match"), SAYS("cannot find your hostname"),
			       SAYS("cannot find your reverse hostname"),
			       SAYS("cannot find your host name"), SAYS("find your reverse"),
			       { .reply = "450", .status = "4.7.25" },
			       { .reply = "550", .status = "5.7.25" },
			       { .reply = "421", .status = "4.7.25" }, STATUS("5.7.25", "ptr"),
			       STATUS("4.7.25", "host"), SAYS("ptr record"),
			       SAYS("ptr resource record"), DECIDES("dns ptr"), SAYS("reverse dns"),
			       SAYS("no ptr"), SAYS("missing ptr"), SAYS("without ptr"),
			       SAYS("rdns"), SAYS("reverse lookup"), SAYS("reverse name"),
			       SAYS("reverse hostname"), SAYS("no reverse"),
			       SAYS("rdns", "forward"), SAYS("reverse", "lookup fail"),
			       SAYS("could not be resolved", "reverse"),
			       SAYS("unverifiable", "ptr"), SAYS("forward-confirmed"),
			       SAYS("fcrdns")),
	},
	{
		.code = "POLICY_GREYLISTED", .stage = STAGE_ENFORCEMENT,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Unknown senders are put off at first at %E (greylisting)",
		.means = "The server turns the first attempt of a sender it has not seen before "
			 "away and takes the next one some minutes later. True mail servers try "
			 "again, spammers do not. It is no fault.",
		.remedy = "Wait 5 to 15 minutes and try again from the same address; a mail server "
			  "does so by itself. A program that gives up at the first 4xx reply must "
			  "not deliver itself: let it hand its mail to a server that queues (your "
			  "provider's submission server, or a local Postfix).",
		.references = { "RFC 6647", "RFC 5321 4.5.4.1" },
		.replies = 1u << STAGE_ENFORCEMENT,
		.texts = TEXTS(REPLY("451", "try again", "min"), REPLY("450", "try again", "min"),
			       REPLY("451", "dt:spm"), SAYS("not yet authorized to deliver mail"),
			       REPLY("451", "try later", "not yet"), DECIDES("greylist"),
			       DECIDES("graylist"), SAYS("grey-list"), SAYS("grey list"),
			       SAYS("greylisting in action"), REPLY("450", "greylist"),
			       REPLY("451", "greylist"), REPLY("421", "greylist"),
			       REPLY("451", "graylist"), REPLY("450", "graylist"),
			       REPLY("451", "greylisted"), SAYS("postgrey"),
			       REPLY("451", "first time"), REPLY("450", "first time"),
			       SAYS("deferred", "unknown sender", "again"),
			       SAYS("not yet authorized to deliver"), SAYS("not yet", "triplet"),
			       { .reply = "451", .words = { "please try again later" },
			         .unless = { "problem", "temporary", "busy" } },
			       /* rspamd and others, without a word of why */
			       { .reply = "451", .status = "4.7.1", .words = { "try again later" },
				.unless = { "unavailable", "problem" } },
			       { .reply = "451", .words = { "try again", "minutes" } },
			       { .reply = "450", .words = { "try again", "minutes" } },
			       { .reply = "451", .words = { "try again", "seconds" } },
			       { .reply = "450", .words = { "try again", "seconds" } },
			       { .reply = "450", .words = { "come back" } },
			       { .reply = "451", .words = { "come back" } }),
	},
	{ .code = NULL },
};
