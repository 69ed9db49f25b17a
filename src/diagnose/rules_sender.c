/* SPDX-License-Identifier: MIT
 *
 * Rules about who may send what to whom: relaying, sender addresses, quotas. Probing names no
 * recipient, so most are shown by a text only. */
#include <stddef.h>

#include "diagnose/text_rows.h"

const struct diag_rule rules_sender[] = {
	{
		.code = "POLICY_RELAY_DENIED", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The server does not pass mail on for this client (relay denied)",
		.means = "The recipient's mailbox is not on this server, and the client has not "
			 "logged in, so the server would have to carry strangers' mail for nobody. "
			 "Either the program sends without log-in, or this is not the server of "
			 "the recipient's domain, or the domain is not set up on it.",
		.remedy = "A program that sends for you: use your provider's submission server, "
			  "587 or 465, with user name and password (and with a server of your own, "
			  "allow its address). Mail that should arrive here: its owner adds the "
			  "domain to the server (Postfix: mydestination, virtual_mailbox_domains "
			  "or relay_domains; Exim: local_domains; Exchange: accepted domains), or "
			  "the MX record of the domain points to the wrong server.",
		.references = { "RFC 5321 3.6.2", "RFC 5321 7.9",
				"Postfix: SMTPD_ACCESS_README, relay control",
				"Microsoft: kb 2827473" },
		.texts = TEXTS(
			       { .words = { "relay access denied" },
			         .unless = { "tenantattribution", "5.7.64" }, .decisive = true },
			       DECIDES("relay denied"), DECIDES("relaying denied"),
			       DECIDES("unable to relay"), DECIDES("relay not permitted"),
			       SAYS("relaying not permitted"), SAYS("relay not allowed"),
			       DECIDES("relaying not allowed"), DECIDES("relaying", "prohibited"),
			       SAYS("not allowed to relay"), SAYS("cannot relay"),
			       SAYS("relay", "is not allowed"),
			       { .words = { "relay", "rejected" }, .unless = { "relay=" } },
			       SAYS("relay mail", "not"), SAYS("we do not relay"),
			       SAYS("list of allowed rcpthosts"), SAYS("rcpthosts"),
			       SAYS("isn't in my list", "domain"), SAYS("not a known relay"),
			       SAYS("non-accepted domain"), SAYS("relay attempt"),
			       SAYS("relay", "authentication required", "local"),
			       SAYS("not a local domain"), SAYS("domain", "not hosted here"),
			       SAYS("not local", "gateway"), SAYS("not a gateway"),
			       SAYS("domain isn't allowed to be relayed"),
			       SAYS("don't handle mail for"), SAYS("do not handle mail for"),
			       SAYS("smtp authentication is required for external"),
			       DECIDES("not permitted to relay"),
			       { .reply = "551", .words = { "relay" } }, SAYS("5.7.54"),
			       SAYS("mail relay", "denied"), VAGUELY("user not local"),
			       VAGUELY("does not have permission to submit mail to this server"),
			       { .words = { "refused", "relay" }, .unless = { "refused to talk" } }),
	},
	{
		.code = "POLICY_MICROSOFT_CONNECTOR", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Microsoft 365 cannot tell for which organisation this mail is sent",
		.means = "Mail is relayed through Microsoft 365 by a connector, and no connector "
			 "fits: the sending address changed, the certificate's name is none of the "
			 "organisation's domains, or the sender's domain is not an accepted domain "
			 "of the tenant.",
		.remedy = "The Microsoft 365 administrator corrects the inbound connector (type "
			  "\"your organization's server\"): the public address of the sending "
			  "machine as it is today, or a certificate whose name is an accepted "
			  "domain; and the sender's domain must be accepted in the tenant. Devices "
			  "may use log-in on 587 instead.",
		.references = { "Microsoft: Set up connectors, 5.7.64 TenantAttribution" },
		.texts = TEXTS(DECIDES("tenantattribution"), DECIDES("5.7.64"),
			       SAYS("tenantattribution", "relay access denied"),
			       SAYS("inbound connector"), SAYS("5.7.367")),
	},
	{
		.code = "POLICY_SENDER_NOT_ALLOWED", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "This account may not send with that sender address",
		.means = "The log-in worked, but the From address is not one that belongs to the "
			 "account. Providers do not let one user send in another's name; web forms "
			 "that put the visitor's address into From meet it at once.",
		.remedy = "Set the program's From (and envelope sender) to the address of the "
			  "account that logs in, and put the other person's address into Reply-To. "
			  "If it must be another address: add it as alias or send-as identity at "
			  "the provider (Microsoft 365: Send As permission on the mailbox; Zoho, "
			  "Yandex, iCloud: verified alias).",
		.references = { "RFC 6409 6.1", "Postfix: reject_sender_login_mismatch",
				"Microsoft: 550 5.7.60 SendAsDenied", "nodemailer/nodemailer#145" },
		.texts = TEXTS(SAYS("sendasdenied"), SAYS("permissions to send as this sender"),
			       SAYS("permission to send as"), SAYS("not allowed to send as"),
			       SAYS("send as this sender"), SAYS("sendasdeniedexception"),
			       SAYS("sender is not allowed to relay"),
			       SAYS("sender not allowed to relay"), SAYS("not owned by user"),
			       SAYS("not owned by auth user"),
			       SAYS("sender address rejected: not owned"),
			       SAYS("sender", "not owned"), SAYS("sender address is not allowed"),
			       SAYS("sender address not allowed"),
			       SAYS("sender", "not allowed", "mail from"),
			       SAYS("from address is not one of your"),
			       SAYS("must be same as authoriz"), SAYS("must equal authorized"),
			       SAYS("mail from must equal"), SAYS("mail from address must be"),
			       SAYS("from address", "must match"),
			       SAYS("sender address must match"), SAYS("sender does not match"),
			       SAYS("sender mismatch"), SAYS("not authorized to send from"),
			       SAYS("not authorized to send on behalf"), SAYS("send on behalf"),
			       SAYS("not allowed to send from"),
			       SAYS("not permitted to send", "from"),
			       SAYS("from header", "not", "match"),
			       SAYS("envelope", "sender", "not authorized"),
			       SAYS("sender", "not the same as", "auth"), SAYS("5.7.60"),
			       SAYS("unauthorized sender"), SAYS("sender unauthorized"),
			       SAYS("you are not allowed to use", "sender")),
	},
	{
		.code = "POLICY_SENDER_NOT_VERIFIED", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The mail service does not know this sender as verified yet",
		.means = "Services that send for programs (Amazon SES, SendGrid, Mailgun, "
			 "Postmark, Brevo, Mailjet) take mail only from addresses or domains whose "
			 "owner has confirmed them. New accounts stand in a test mode (sandbox) "
			 "and may write to confirmed recipients only.",
		.remedy = "In the service's console verify the sender address or, better, the "
			  "whole domain (DNS records), in the same region as the endpoint, and use "
			  "exactly that address in From. If the recipient is named as not "
			  "verified: ask there to leave the sandbox, or verify the recipient for "
			  "tests.",
		.references = { "Amazon SES: Troubleshooting, Email address is not verified",
				"SendGrid: Sender Identity", "Mailgun: Sandbox domain" },
		.texts = TEXTS(SAYS("address is not verified"), SAYS("addresses are not verified"),
			       SAYS("not verified", "identities failed"),
			       SAYS("identities failed the check"),
			       SAYS("verified sender identity"), SAYS("does not match a verified"),
			       SAYS("sender identity"), SAYS("sender signature"),
			       SAYS("sandbox", "recipient"), SAYS("sandbox", "account"),
			       SAYS("sandbox", "domain"), SAYS("not a verified sender"),
			       SAYS("unverified sender"), SAYS("unverified domain"),
			       SAYS("sender", "not verified"), SAYS("domain", "not verified"),
			       SAYS("domain is not verified"), SAYS("unverified address"),
			       SAYS("sender", "not valid", "validate"),
			       SAYS("sender", "not been validated"), SAYS("validate your sender"),
			       SAYS("free accounts are for test"), SAYS("authorized recipients"),
			       SAYS("domain", "not allowed to send"),
			       SAYS("not registered", "sender")),
	},
	{
		.code = "POLICY_SENDER_NOT_FOUND", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The sender address does not exist, as far as the server can see",
		.means = "The receiving server checked the sender: its domain has no MX and no "
			 "address in the DNS, or its own mail server does not know the mailbox. "
			 "Bounces could not be delivered, so the mail is not taken. Typical "
			 "senders are root@localhost, user@myserver.local and "
			 "www-data@containerid.",
		.remedy = "Send with a real address of a domain that exists and takes mail: set "
			  "From and envelope sender in the program (PHP: -f or sendmail_from; "
			  "Postfix: myorigin, smtp_generic_maps). If the domain is right, its MX "
			  "or A record is missing or its name server does not answer: check it "
			  "with smtpprobe DOMAIN.",
		.references = { "RFC 5321 3.3", "Postfix: reject_unknown_sender_domain",
				"Exim: sender verification" },
		.texts = TEXTS(SAYS("sender verify fail"), SAYS("sender verification fail"),
			       SAYS("could not complete sender verify"),
			       SAYS("sender address rejected: domain not found"),
			       SAYS("sender", "domain not found"),
			       SAYS("sender", "domain", "does not exist"),
			       SAYS("domain of sender", "not resolve"), SAYS("domain of sender"),
			       SAYS("sender domain", "not resolve"),
			       SAYS("sender domain", "not exist"), SAYS("sender domain must"),
			       SAYS("sender domain", "no mx"), SAYS("sender domain", "invalid"),
			       SAYS("domain", "sender", "no valid mx"),
			       SAYS("sender", "malformed dns"), SAYS("sender", "host not found"),
			       SAYS("sender address rejected", "undeliverable"),
			       SAYS("sender", "unrouteable"), SAYS("sender", "callout"),
			       SAYS("mail from", "domain not exist"), SAYS("invalid sender domain"),
			       REPLY_STATUS("450", "4.1.8"), REPLY_STATUS("550", "5.1.8"),
			       REPLY_STATUS("451", "4.1.8"), REPLY_STATUS("553", "5.1.8"),
			       STATUS("4.1.8", "sender"), STATUS("5.1.8", "sender", "domain"),
			       SAYS("sender address rejected", "fully-qualified"),
			       SAYS("sender address rejected", "unknown"),
			       SAYS("cannot verify", "sender"), SAYS("fake sender"),
			       SAYS("sender address", "does not exist")),
	},
	{
		.code = "POLICY_SENDING_QUOTA", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The account has sent as much as it may for now",
		.means = "The provider limits how many messages an account may send in an hour or "
			 "a day (or how many are paid for), and that number is reached. If you did "
			 "not send that much, somebody else uses the account.",
		.remedy = "Wait until the period is over (mostly 24 hours) or buy a higher limit. "
			  "Send more slowly, and send bulk mail through a service made for it. If "
			  "the number surprises you, change the password at once and look at the "
			  "list of sent messages.",
		.references = { "Google: Gmail sending limits, 550 5.4.5",
				"Amazon SES: Errors related to sending quotas",
				"Microsoft: Exchange Online limits, sending limits" },
		.texts = TEXTS(SAYS("ratelimit", "exceed"), SAYS("rate limit", "user"),
			       SAYS("submission rate", "exceed"), SAYS("sending quota"),
			       SAYS("daily", "quota exceeded"), SAYS("user sending limit"),
			       SAYS("recipients", "limit", "hour"),
			       SAYS("recipients", "limit", "day"), DECIDES("hour sending limit"),
			       SAYS("sending limit"), SAYS("daily limit"),
			       SAYS("message quota exceeded"), SAYS("maximum sending rate"),
			       DECIDES("throttling failure"), DECIDES("exceeded credits"),
			       DECIDES("maximum credits"), DECIDES("credits exceeded"),
			       SAYS("out of credit"), SAYS("submissionquotaexceeded"),
			       SAYS("submission quota"), SAYS("hourly limit"),
			       SAYS("excessive volume"), SAYS("per hour", "exceed"),
			       SAYS("emails per"), SAYS("exceeded", "max", "per hour"),
			       SAYS("per day", "exceed"), SAYS("message rate", "exceed"),
			       SAYS("message limit"), SAYS("relay limit"),
			       SAYS("rate limit exceeded"), SAYS("sending rate"),
			       SAYS("too much mail"), SAYS("too many messages"),
			       SAYS("too many emails"), SAYS("too many mails"),
			       SAYS("messages per"), SAYS("submission rate"),
			       SAYS("quota", "outgoing"), SAYS("limit", "outgoing"),
			       REPLY_STATUS("550", "5.4.5"), SAYS("recipientrate"),
			       SAYS("receiving mail too quickly"),
			       SAYS("receiving email too quickly"),
			       SAYS("rate that prevents additional"),
			       SAYS("unusual sending activity"), SAYS("mail count over", "limit"),
			       SAYS("monthly", "limit", "exceed")),
	},
	{
		.code = "POLICY_TOO_MANY_RECIPIENTS", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Too many recipients in one message",
		.means = "The server takes a certain number of recipients for one message only.",
		.remedy = "Divide the recipients among several messages (50 each is safe "
			  "everywhere, RFC 5321 asks for 100), or use a mailing list service. A "
			  "mail server does so by itself after a 452.",
		.references = { "RFC 5321 4.5.3.1.8", "RFC 5321 4.5.3.1.10" },
		.texts = TEXTS(SAYS("too many recipients"), SAYS("too many rcpt"),
			       { .words = { "recipients", "limit", "exceed" },
				.unless = { "recipientsrefused" } },
			       { .words = { "maximum", "recipients" }, .unless = { "recipientsrefused" } },
			       SAYS("recipient limit"), REPLY_STATUS("452", "4.5.3"),
			       REPLY_STATUS("550", "5.5.3"), REPLY_STATUS("552", "5.5.3"),
			       SAYS("number of recipients")),
	},
	{
		.code = "POLICY_ACCOUNT_BARRED", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The provider has barred this account from sending",
		.means = "The provider saw spam or a break-in, or the account is new and not "
			 "trusted yet, and takes no outgoing mail from it. Log-in still works.",
		.remedy = "Find out what was sent, change the password, remove strange forwarding "
			  "rules and apps. Then ask for release: Microsoft 365: the administrator "
			  "opens \"Restricted entities\" in the Defender portal (for a new tenant, "
			  "5.7.708: wait, or ask support); others: the support of the provider.",
		.references = { "Microsoft: Remove blocked users from the Restricted entities page",
				"Microsoft: Email non-delivery reports, 5.1.8 and 5.7.501" },
		.texts = TEXTS(DECIDES("to continue sending messages"),
			       SAYS("please sign in to your account", "send"),
			       SAYS("verify your account", "send"), DECIDES("bad outbound sender"),
			       DECIDES("spam abuse detected"), SAYS("5.7.501"), SAYS("5.7.502"),
			       SAYS("5.7.503"), SAYS("5.7.504"), SAYS("5.7.508"), SAYS("5.7.705"),
			       SAYS("5.7.708"), SAYS("5.7.750"),
			       DECIDES("traffic not accepted from this ip"),
			       SAYS("tenant has exceeded threshold"), SAYS("banned from sending"),
			       SAYS("account", "blocked from sending"),
			       SAYS("sending", "suspended"), SAYS("sending has been disabled"),
			       SAYS("sending", "is paused"), SAYS("account", "restricted", "send"),
			       SAYS("outgoing mail", "suspended"),
			       SAYS("outgoing", "disabled", "account"),
			       SAYS("account under review"), DECIDES("5.1.8", "access denied"),
			       SAYS("sending paused"), SAYS("account is not allowed to send")),
	},
	{
		.code = "POLICY_FORWARDING_OFF", .stage = STAGE_QUIT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The organisation does not allow forwarding to outside addresses",
		.means = "A rule or a mailbox forwards mail to an address outside, and the "
			 "organisation's outbound policy (Microsoft 365: the default) forbids it.",
		.remedy = "Remove the forwarding, or the Microsoft 365 administrator allows it for "
			  "this user (Defender portal, anti-spam outbound policy, automatic "
			  "forwarding).",
		.references = { "Microsoft: Control automatic external email forwarding, 5.7.520" },
		.texts = TEXTS(SAYS("does not allow external forwarding"),
			       SAYS("external forwarding"), SAYS("5.7.520"),
			       SAYS("forwarding", "not allowed", "external")),
	},
	{ .code = NULL },
};
