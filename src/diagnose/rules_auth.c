/* SPDX-License-Identifier: MIT
 *
 * Rules about log-in, by what servers answer to AUTH and what programs make of it. Probing never
 * logs in, so only a text shows them. */
#include <stddef.h>
#include <strings.h>

#include "diagnose/facts.h"
#include "diagnose/seen.h"
#include "diagnose/text_rows.h"

/* Every method is one of RFC 7628 or its forerunner: a token instead of a password. */
static bool oauth_only(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	const struct obs_capability *auth = obs_ehlo_find(&e->ehlo_tls, "AUTH");

	(void)o;
	if (!facts_works_with_tls(e) || auth == NULL || auth->params.count == 0)
		return false;
	for (size_t i = 0; i < auth->params.count; i++)
		if (strcasecmp(auth->params.item[i], "XOAUTH2") != 0 &&
		    strcasecmp(auth->params.item[i], "OAUTHBEARER") != 0)
			return false;
	buf_adds(what, "AUTH");
	for (size_t i = 0; i < auth->params.count; i++) {
		buf_adds(what, " ");
		seen_text(what, auth->params.item[i], 40);
	}
	return true;
}

const struct diag_rule rules_auth[] = {
	{
		.code = "AUTH_NOT_OFFERED", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "Log-in was tried where none is offered",
		.means = "The program wants to log in, and the server's last EHLO reply does not "
			 "offer AUTH. Usual reasons: it is port 25, which is for mail between "
			 "servers; TLS was not switched on, and the server offers log-in only "
			 "inside TLS; the program did not say EHLO again after STARTTLS; or the "
			 "server knows clients by their address and has no log-in at all.",
		.remedy = "Use 587 with STARTTLS or 465 with implicit TLS and switch TLS on in the "
			  "program. If the server really has no log-in (smtpprobe HOST shows the "
			  "AUTH line inside TLS), remove user name and password from the program. "
			  "The owner of a Postfix sets smtpd_sasl_auth_enable = yes for the "
			  "submission ports.",
		.others = "A firewall or proxy in between may take AUTH out of the offer.",
		.references = { "RFC 4954 4", "RFC 3207 4.2", "nodemailer/nodemailer#1081",
				"Postfix: smtpd_sasl_auth_enable" },
		.texts = TEXTS(SAYS("authentication not enabled"), SAYS("auth not enabled"),
			       SAYS("authentication is not enabled"), SAYS("auth not available"),
			       SAYS("authentication not available"), SAYS("auth is not available"),
			       SAYS("auth command used when not advertised"),
			       SAYS("auth", "not advertised"), SAYS("auth", "not offered"),
			       SAYS("auth extension not supported"), SAYS("auth not supported"),
			       DECIDES("auth command is not supported"),
			       SAYS("server doesn't support auth"), SAYS("does not support auth"),
			       { .words = { "does not support smtp auth" }, .unless = { "auth type" } },
			       SAYS("auth command", "not enabled"),
			       SAYS("does not support authentication"),
			       SAYS("doesn't support authentication"),
			       SAYS("authentication is not allowed"),
			       SAYS("authentication not allowed"),
			       SAYS("authentication not supported"),
			       SAYS("authentication disabled"),
			       SAYS("unrecognized command", "auth"),
			       SAYS("auth command is not enabled"),
			       SAYS("authentication is not supported"),
			       SAYS("unsupported", "auth command"), SAYS("auth", "not implemented"),
			       SAYS("auth not allowed"), { .reply = "502", .words = { "auth" } },
			       { .reply = "500", .words = { "auth" } }),
	},
	{
		.code = "AUTH_MECHANISM_NOT_OFFERED", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "Client and server have no common way to log in",
		.means = "There are several ways to hand over a log-in (PLAIN, LOGIN, CRAM-MD5, "
			 "XOAUTH2, NTLM). The program wants one that this server does not offer, "
			 "or allows none of those it offers: plain passwords are off there (only "
			 "OAuth), the program forbids PLAIN, or its library for it is not "
			 "installed.",
		.remedy = "Compare the AUTH line inside TLS (smtpprobe HOST) with the program's "
			  "setting and choose one that both have, PLAIN or LOGIN inside TLS in "
			  "most cases. Only XOAUTH2 or OAUTHBEARER there: the program needs OAuth. "
			  "Postfix as a client (\"no mechanism available\", \"no worthy mechs\"): "
			  "install libsasl2-modules (cyrus-sasl-plain) and set "
			  "smtp_sasl_security_options = noanonymous. Exchange: allow Basic "
			  "authentication on the receive connector.",
		.references = { "RFC 4954 4", "RFC 4422 3.1", "Postfix: SASL_README, client",
				"jetmore/swaks#44" },
		.texts = TEXTS(SAYS("unrecognized authentication type"),
			       SAYS("does not support smtp auth type"),
			       SAYS("unrecognised authentication type"),
			       SAYS("authentication type", "not supported"),
			       { .reply = "504", .status = "5.7.4" },
			       STATUS("5.7.4", "authentication"),
			       SAYS("mechanism", "not supported"), SAYS("unsupported", "mechanism"),
			       SAYS("unknown", "mechanism"),
			       SAYS("invalid authentication mechanism"),
			       SAYS("authentication mechanism", "not available"),
			       DECIDES("unrecognized authentication mechanism"),
			       SAYS("mechanism", "too weak"), DECIDES("no mechanism available"),
			       DECIDES("no worthy mech"), SAYS("no common", "mechanism"),
			       DECIDES("compatible authentication mechanism"),
			       SAYS("no suitable authentication"),
			       SAYS("no supported authentication"), SAYS("no supported auth"),
			       SAYS("no authentication mechanism"),
			       SAYS("unknown authentication method"),
			       SAYS("unsupported authentication"), SAYS("no auth mechanism"),
			       SAYS("auth mechanism", "unknown"),
			       SAYS("authentication method", "not"),
			       SAYS("no usable authentication"),
			       SAYS("none of", "authentication mechanisms"),
			       SAYS("mechanisms supported by both"),
			       SAYS("unexpected server challenge")),
	},
	{
		.code = "AUTH_REJECTED", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The server does not accept user name and password",
		.means = "Connection and TLS are in order; the server looked at the log-in and "
			 "said no. The user name is not in the form it wants (often the whole mail "
			 "address), the password is wrong or was changed, or the provider wants a "
			 "password made for programs (app password) or has sending by programs "
			 "switched off for the account.",
		.remedy = "Log in to the provider's web mail with the same data. If that works: "
			  "use the whole mail address as user name, look for \"SMTP access\", "
			  "\"app password\" or \"authorization code\" in the account's settings, "
			  "and enter the password anew (a trailing blank, a # or $ in a .env file "
			  "and quotes are usual traps). Check that host and user belong to the "
			  "same provider. A program that says only \"authentication failed\" hides "
			  "the server's answer: switch its protocol log on and look for the 5xx "
			  "line.",
		.others = "A locked account, a blocked address or a wrong log-in method look the "
			  "same at some servers.",
		.references = { "RFC 4954 6", "nodemailer/nodemailer#920", "knadh/listmonk#956",
				"PHPMailer/PHPMailer#1375" },
		.texts = TEXTS(SAYS("authentication failed"), SAYS("authentication failure"),
			       SAYS("authentication unsuccessful"),
			       SAYS("incorrect authentication data"), SAYS("invalid credentials"),
			       SAYS("bad credentials"), SAYS("credentials", "incorrect"),
			       SAYS("credentials", "rejected"),
			       SAYS("username and password not accepted"), SAYS("invalid login"),
			       SAYS("login invalid"), SAYS("login failed"), SAYS("login incorrect"),
			       SAYS("invalid user", "password"), SAYS("incorrect username"),
			       SAYS("incorrect user name"), SAYS("incorrect login"),
			       SAYS("incorrect password"), SAYS("password incorrect"),
			       SAYS("wrong password"), SAYS("bad password"),
			       SAYS("invalid password"), SAYS("bad username"),
			       SAYS("invalid username"), SAYS("username", "password", "incorrect"),
			       SAYS("authorization failed"), VAGUELY("could not authenticate"),
			       VAGUELY("unable to authenticate"), VAGUELY("failed to authenticate"),
			       VAGUELY("cannot authenticate to server"),
			       { .words = { "sasl login authentication failed" }, .unless = { "warning: " } },
			       VAGUELY("sasl authentication failed"),
			       SAYS("authentication rejected"), SAYS("authentication refused"),
			       VAGUELY("authentication error"),
			       { .words = { "authenticationexception" },
			         /* of .NET's two, System.Security.Authentication's is about TLS */
			         .unless = { "certificate", "ssl", "system.security" }, .vague = true },
			       VAGUELY("authenticationfailedexception"),
			       VAGUELY("smtpauthenticationerror"), VAGUELY("eauth'"),
			       VAGUELY("eauth\""), VAGUELY(" eauth"), VAGUELY("(eauth"),
			       SAYS("login denied"), REPLY("535", "auth"), REPLY("535", "login"),
			       REPLY("535", "password"), REPLY("535", "credentials"),
			       { .reply = "535", .status = "5.7.8", .vague = true },
			       { .reply = "535", .status = "5.7.0", .vague = true },
			       { .reply = "535", .status = "5.7.1", .vague = true },
			       SAYS("authentification failed"), SAYS("(#mbr1212)"),
			       REPLY("535", "user unknown")),
	},
	{
		.code = "AUTH_GOOGLE_APP_PASSWORD", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Google wants an app password or OAuth for this log-in",
		.means = "Google takes the account's normal password from no program any more "
			 "(\"less secure apps\" are gone). It takes an app password, 16 letters "
			 "that are made for one program, or an OAuth token. The reply means that "
			 "another password, a withdrawn app password or an expired token was sent.",
		.remedy = "Switch 2-step verification on in the Google account, make an app "
			  "password at myaccount.google.com/apppasswords and enter it in the "
			  "program without blanks, with the whole mail address as user name. "
			  "Google Workspace: if app passwords are not offered, the administrator "
			  "forbids them; use OAuth, or the SMTP relay service "
			  "(smtp-relay.gmail.com) allowed by address.",
		.references = { "Google: Gmail SMTP errors and codes, 534 5.7.9 and 535 5.7.8",
				"Google: Sign in with app passwords", "RFC 7628" },
		.texts = TEXTS(DECIDES("application-specific password"),
			       SAYS("application specific password"),
			       REPLY("534", "application-specific"), DECIDES("invalidsecondfactor"),
			       { .reply = "534", .status = "5.7.9", .unless = { "mechanism" } },
			       { .status = "5.7.8",
			         .words = { "username and password not accepted" }, .decisive = true },
			       DECIDES("username and password not accepted", "google"),
			       DECIDES("username and password not accepted", "gsmtp"),
			       SAYS("badcredentials", "google"), REPLY("535", "badcredentials"),
			       { .reply = "535", .status = "5.7.8", .words = { "gsmtp" } },
			       { .reply = "535", .status = "5.7.8", .words = { "google" } },
			       SAYS("authentication", "gsmtp", "535"),
			       SAYS("app password", "google"), SAYS("less secure app")),
	},
	{
		.code = "AUTH_GOOGLE_SIGN_IN_BLOCKED", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Google holds this log-in back as suspicious",
		.means = "The password may be right, but Google wants to see its owner in a "
			 "browser first: the log-in comes from a new place (a server, another "
			 "country), or the account is new or was reported.",
		.remedy = "Sign in to the account with a browser, if possible from the same "
			  "network, and confirm the security notice (g.co/allowaccess, "
			  "myaccount.google.com/notifications). Then try again within some "
			  "minutes. For good: 2-step verification and an app password, or OAuth.",
		.references = { "Google: Gmail SMTP errors and codes, 534 5.7.14" },
		.texts = TEXTS(DECIDES("log in via your web browser"),
			       SAYS("login via your web browser"),
			       DECIDES("log in", "web browser", "try again"),
			       { .reply = "534", .status = "5.7.14", .decisive = true },
			       DECIDES("webloginrequired"), SAYS("web login required"),
			       SAYS("continuesignin"), SAYS("sign in", "web browser")),
	},
	{
		.code = "AUTH_APP_PASSWORD_NEEDED", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "The provider wants a password made for programs",
		.means = "The account's normal password is for the web site only. Programs need "
			 "one of their own: an app password (Yahoo, AOL, iCloud, Zoho, Yandex, "
			 "Fastmail) or an authorization code (QQ, 163, 126).",
		.remedy = "In the account's security settings on the provider's web site switch "
			  "SMTP or IMAP access on and make an app password (authorization code). "
			  "Enter that in the program, with the whole mail address as user name.",
		.references = { "Apple: Sign in to apps with app-specific passwords",
				"Yahoo: Generate third-party app passwords", "RFC 4954 6" },
		.texts = TEXTS(DECIDES("authorization code to login"),
			       DECIDES("authorization code", "login"),
			       REPLY("535", "authorization code"), DECIDES("app-specific password"),
			       SAYS("app specific password"), SAYS("app password"),
			       SAYS("use app passwords"), SAYS("login fail", "service is not open"),
			       DECIDES("does not have access rights to this service"),
			       SAYS("user has no permission"), SAYS("smtp access", "disabled"),
			       REPLY("535", "has no access"),
			       SAYS("third-party", "password", "535"),
			       SAYS("smtp", "not enabled", "account")),
	},
	{
		.code = "AUTH_MICROSOFT_SMTP_OFF", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Microsoft 365: log-in by password is switched off for SMTP",
		.means = "The organisation (tenant) or the mailbox does not allow programs to log "
			 "in with user name and password (\"Authenticated SMTP\"). That is "
			 "Microsoft's default now; Outlook.com and Hotmail allow OAuth only. The "
			 "password is not the matter.",
		.remedy = "The Microsoft 365 administrator switches it on for this mailbox: admin "
			  "center, user, Mail, Manage email apps, Authenticated SMTP; or "
			  "Set-CASMailbox NAME -SmtpClientAuthenticationDisabled $false. Better "
			  "for good: OAuth (XOAUTH2), the Graph API, High Volume Email, or a "
			  "connector (relay by address or certificate). An Outlook.com account: a "
			  "program with OAuth, or another provider.",
		.references = { "Microsoft: Enable or disable authenticated client SMTP submission",
				"Microsoft: Deprecation of Basic authentication in Exchange Online",
				"RFC 4954 6" },
		.texts = TEXTS(DECIDES("smtpclientauthentication is disabled"),
			       DECIDES("smtpclientauthentication", "disabled"),
			       DECIDES("smtp_auth_disabled"), SAYS("aka.ms/smtp_auth"),
			       DECIDES("basic authentication is disabled"),
			       SAYS("basic authentication", "disabled"),
			       SAYS("smtp auth", "disabled", "tenant"),
			       DECIDES("5.7.139", "disabled", "tenant"),
			       DECIDES("5.7.139", "disabled", "mailbox"),
			       SAYS("basic auth", "not supported for client submission"),
			       DECIDES("5.7.30", "basic auth")),
	},
	{
		.code = "AUTH_MICROSOFT_POLICY", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Microsoft 365: a security policy forbids this log-in",
		.means = "The user name and password may be right, but the organisation's rules in "
			 "Microsoft Entra do not let this log-in through: security defaults (which "
			 "forbid log-in by password alone), a conditional access policy (place, "
			 "device, second factor), or a block on the account.",
		.remedy = "The administrator looks the attempt up in the Entra sign-in log, which "
			  "names the policy, and then makes an exception for this account, "
			  "switches security defaults off in favour of conditional access, or "
			  "gives the program OAuth or a relay connector instead.",
		.references = { "Microsoft: Security defaults in Microsoft Entra ID",
				"Microsoft: Authenticated client SMTP submission" },
		.texts = TEXTS(DECIDES("security defaults"), DECIDES("did not meet the criteria"),
			       SAYS("criteria to be authenticated"), DECIDES("conditional access"),
			       SAYS("locked by your organization's security"),
			       SAYS("organization's security defaults"),
			       DECIDES("5.7.139", "policy"), DECIDES("5.7.139", "criteria"),
			       SAYS("5.7.139", "contact your administrator"),
			       SAYS("5.7.139", "security")),
	},
	{
		.code = "AUTH_MICROSOFT_REJECTED", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Exchange or Microsoft 365 does not accept user name and password",
		.means = "Exchange looked at the log-in and said no. The password is wrong, or the "
			 "user name is not the one it wants (the sign-in name user@domain, which "
			 "may differ from the mail address), or log-in by password is blocked for "
			 "the mailbox, or the account has a second factor.",
		.remedy = "Sign in at outlook.office.com with the same name and password. If that "
			  "works: with a second factor make an app password or use OAuth; ask the "
			  "administrator whether Authenticated SMTP is on for this mailbox, and "
			  "what the Entra sign-in log says. Own Exchange server: try DOMAIN\\user, "
			  "and check that Basic authentication is on for the client receive "
			  "connector.",
		.references = { "Microsoft: Enable or disable authenticated client SMTP submission",
				"nodemailer/nodemailer#920", "thingsboard/thingsboard#13935" },
		.texts = TEXTS(REPLY_STATUS("535", "5.7.139"), SAYS("5.7.139"),
			       SAYS("5.7.139", "credentials were incorrect"),
			       SAYS("user credentials were incorrect"),
			       REPLY_STATUS("535", "5.7.3"),
			       STATUS("5.7.3", "authentication unsuccessful"),
			       SAYS("authentication unsuccessful", "outlook"),
			       REPLY("535", "authentication unsuccessful")),
	},
	{
		.code = "AUTH_SES_CREDENTIALS", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "Amazon SES wants SMTP credentials of its own",
		.means = "The SMTP interface of Amazon SES has user names and passwords of its "
			 "own. An AWS access key and its secret do not work as such, and each "
			 "password is for one region only.",
		.remedy = "In the SES console, region of the endpoint, open SMTP settings and "
			  "create SMTP credentials; enter these (user name of 20 capitals and "
			  "digits, password of 44 characters) in the program. Check that the host "
			  "is email-smtp.REGION.amazonaws.com of the same region, and that the IAM "
			  "user may do ses:SendRawEmail.",
		.references = { "Amazon SES: Troubleshooting SMTP issues",
				"Amazon SES: Obtaining SMTP credentials" },
		.texts = TEXTS(SAYS("authentication credentials invalid"),
			       SAYS("amazonaws", "authentication credentials"),
			       REPLY("535", "email-smtp"),
			       SAYS("email-smtp", "authentication failed"),
			       REPLY("535", "amazonses"), SAYS("aws", "credentials invalid"),
			       SAYS("not authorized to perform", "ses:send")),
	},
	{
		.code = "AUTH_LOCKED_OUT", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Too many failed log-ins: the server shuts the client out for a while",
		.means = "Log-in failed several times, or was tried too often, and the server now "
			 "turns down every attempt from this account or this address, even with "
			 "the right password.",
		.remedy = "Stop every program that still sends the old password (phones, scanners, "
			  "scripts), wait 15 minutes to a few hours, then log in once with the "
			  "right password. The owner of the server can lift it (fail2ban, account "
			  "lock, Postfix: smtpd_client_auth_rate_limit).",
		.references = { "RFC 4954 4", "Postfix: smtpd_client_auth_rate_limit",
				"Yahoo: SMTP error codes" },
		.texts = TEXTS(DECIDES("too many auth commands"),
			       DECIDES("too many", "login attempts"),
			       DECIDES("too many", "auth attempts"),
			       DECIDES("too many", "authentication"),
			       SAYS("too many", "failed login"), DECIDES("too many failed"),
			       DECIDES("too many bad auth"), SAYS("too many", "logins"),
			       DECIDES("#auth005"), SAYS("account", "locked"),
			       SAYS("account is temporarily locked"),
			       SAYS("account", "temporarily blocked", "login"),
			       SAYS("login", "rate limit"), SAYS("auth", "rate limit"),
			       SAYS("authentication", "temporarily blocked"),
			       SAYS("authentication", "try again", "too many"),
			       SAYS("login frequency"), SAYS("authentication attempts", "exceeded"),
			       SAYS("brute force")),
	},
	{
		.code = "AUTH_ACCOUNT_DISABLED", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The account may not log in: switched off, expired or unpaid",
		.means = "The server knows the account and says that it is disabled, suspended, "
			 "not paid for, or that its password has expired. Programs cannot get past "
			 "that.",
		.remedy = "Sign in to the provider's web site; it says what is open (a bill, a new "
			  "password, a confirmation). Otherwise ask the provider or the "
			  "administrator to enable the account.",
		.references = { "RFC 5248, 5.7.13 and 4.7.12", "RFC 4954 6" },
		.texts = TEXTS(SAYS("account disabled"), SAYS("account is disabled"),
			       SAYS("account has been disabled"), SAYS("account suspended"),
			       SAYS("account is suspended"), SAYS("account has been suspended"),
			       SAYS("user disabled"), SAYS("user is disabled"),
			       SAYS("account", "expired"), SAYS("password", "expired"),
			       SAYS("password transition"), SAYS("mailbox is disabled"),
			       SAYS("account", "not active"), SAYS("account is inactive"),
			       SAYS("account", "deactivated"), SAYS("account", "unpaid"),
			       REPLY_STATUS("525", "5.7.13"), STATUS("5.7.13", "account"),
			       SAYS("account has been locked", "abuse"),
			       SAYS("account is not active")),
	},
	{
		.code = "AUTH_SERVER_TROUBLE", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The server cannot check log-ins at the moment",
		.means = "The part of the server that knows users and passwords (Dovecot, "
			 "saslauthd, LDAP, a database) does not answer. The password has not been "
			 "looked at.",
		.remedy = "Try again later. The owner of the server restarts the authentication "
			  "service and checks the socket between it and the mail server (Postfix: "
			  "smtpd_sasl_path, private/auth of Dovecot; saslauthd running).",
		.references = { "RFC 4954 6", "Postfix: SASL_README", "Exim: server_condition" },
		.texts = TEXTS(SAYS("temporary authentication failure"),
			       SAYS("connection lost to authentication server"),
			       SAYS("authentication server", "lost"),
			       SAYS("authentication", "temporar"),
			       REPLY("435", "authenticate at present"),
			       SAYS("authenticate at present"),
			       SAYS("cannot authenticate due to temporary"),
			       SAYS("authentication service", "unavailable"),
			       SAYS("auth", "internal error"), SAYS("generic failure", "sasl"),
			       SAYS("authentication backend"), SAYS("saslauthd"),
			       SAYS("no secret in database"), SAYS("auth server", "not available"),
			       REPLY("454", "authentication"),
			       SAYS("authentication aborted", "temporary")),
	},
	{
		.code = "AUTH_NO_CREDENTIALS_GIVEN", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The program has no user name or password to log in with",
		.means = "The error comes from the program itself, before anything was sent: "
			 "log-in is switched on, but user name or password are empty. Mostly an "
			 "environment variable or a settings file is not read where the program "
			 "runs.",
		.remedy = "Print the length (not the value) of user and password at the start of "
			  "the program. Check names of variables, that the .env file is loaded and "
			  "mounted in the container, and the spelling of the settings (nodemailer: "
			  "auth.user and auth.pass). If the server wants no log-in, remove the "
			  "auth setting.",
		.references = { "nodemailer: SMTP transport, auth", "RFC 4954 4" },
		.texts = TEXTS(DECIDES("missing credentials"), DECIDES("no password specified"),
			       SAYS("credentials", "not provided"), SAYS("no credentials"),
			       SAYS("password", "must not be empty"),
			       SAYS("username", "cannot be empty"),
			       SAYS("authentication is enabled but", "username"),
			       SAYS("no user name", "password"), SAYS("credentials are not set"),
			       SAYS("missing user", "password"), SAYS("password is missing"),
			       SAYS("user name missing"), SAYS("username", "not set", "smtp")),
	},
	{
		.code = "AUTH_CLIENT_REFUSES_CLEAR", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The program refuses to send the password without TLS",
		.means = "The program's own safety: the connection is not encrypted, so it does "
			 "not send user name and password. Either it did not switch STARTTLS on, "
			 "or the server (or a firewall in between) does not offer STARTTLS on this "
			 "port.",
		.remedy = "Use 587 with STARTTLS or 465 with implicit TLS. Go: smtp.SendMail does "
			  "STARTTLS by itself where the server offers it; with smtp.NewClient call "
			  "StartTLS before Auth; \"wrong host name\" means that PlainAuth has "
			  "another host than the connection. If smtpprobe HOST shows no STARTTLS "
			  "on the port, take another port. Do not get around it with a home-made "
			  "Auth.",
		.references = { "Go: net/smtp, PlainAuth", "RFC 8314 3", "RFC 4954 4" },
		.texts = TEXTS(DECIDES("unencrypted connection"),
			       SAYS("refusing", "unencrypted", "auth"),
			       SAYS("plainauth", "encrypt"),
			       { .words = { "wrong host name" },
			         .unless = { "certificate", "tls", "ssl" }, .decisive = true },
			       SAYS("cannot use a secure authentication method"),
			       SAYS("will not send", "password", "tls"),
			       SAYS("insecure", "connection", "credentials"),
			       SAYS("refus", "password", "plain text"),
			       SAYS("not send credentials"),
			       SAYS("sending credentials", "unencrypted")),
	},
	{
		.code = "AUTH_STRANGERS_GUESS", .stage = STAGE_ENFORCEMENT,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "A log-in at this server failed",
		.means = "The line is of a server's own log: somebody tried to log in and was refused. On "
			 "every public server strangers try passwords all day, so as a rule it has "
			 "nothing to do with mail that will not go out.",
		.remedy = "Look at the address in the line. If it is one of your users', the password or "
			  "the log-in method of that user is the matter; else let fail2ban or the like "
			  "deal with it and look for the message's own lines.",
		.others = "It is your own program that logs in with a wrong password.",
		.references = { "Postfix: SASL_README, Troubleshooting", "RFC 4954 6" },
		.texts = TEXTS(DECIDES("warning: ", "]: sasl", "authentication failed"),
			       DECIDES("authenticator failed for", "535"),
			       DECIDES("auth failed", "method=", "rip=")),
	},
	{
		.code = "AUTH_OAUTH_ONLY", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "A password will not do at %E: only OAuth is offered",
		.means = "The provider has switched passwords off (basic authentication). A program with "
			 "user name and password says that the log-in failed, or that no method fits.",
		.remedy = "Use a program or library that can log in with OAuth 2.0 and register it with "
			  "the provider; or the provider's HTTPS interface; or, where the provider has "
			  "it, an app password at another host.",
		.references = { "RFC 7628", "Microsoft Learn: Deprecation of Basic authentication in Exchange "
				"Online" },
		.endpoint = oauth_only,
	},
	{ .code = NULL },
};
