/* SPDX-License-Identifier: MIT
 *
 * Settings of command-line senders, mail servers that hand on to a relay, and mail programs for
 * people: see clients.h for the form. Each row says what its documents say, or what the program
 * did when it was run against a server of each kind; what was found in neither is NULL, and is
 * said to be not documented. */
#include <stddef.h>

#include "diagnose/clients.h"

#define MUST_STARTTLS "530 5.7.0 Must issue a STARTTLS command first"

#define POSTFIX_LOG_IN \
	"?smtp_sasl_auth_enable = yes\n" \
	"?smtp_sasl_security_options = noanonymous\n" \
	"?smtp_sasl_password_maps = texthash:/etc/postfix/sasl_passwd\n" \
	"?# and one line in /etc/postfix/sasl_passwd (chmod 600):\n" \
	"?# [%H]:%P USER:PASSWORD"

#define EXIM_ROUTER \
	"# in \"begin routers\", before the router for remote domains\n" \
	"smarthost:\n" \
	"  driver = manualroute\n" \
	"  domains = ! +local_domains\n" \
	"  transport = to_smarthost\n" \
	"  route_list = * %H byname\n" \
	"# in \"begin transports\"\n" \
	"to_smarthost:\n" \
	"  driver = smtp\n" \
	"  port = %P\n"
#define EXIM_LOG_IN \
	"?  hosts_require_auth = *\n" \
	"?# in \"begin authenticators\"\n" \
	"?smarthost_plain:\n" \
	"?  driver = plaintext\n" \
	"?  public_name = PLAIN\n" \
	"?  client_send = ^USER^PASSWORD"

/* Where a mail program asks by dialogue. */
#define THUNDERBIRD(security) \
	"Settings > Outgoing Server (SMTP):\n" \
	"  Server Name:           %H\n" \
	"  Port:                  %P\n" \
	"  Connection security:   " security "\n" \
	"?  Authentication method: Normal password\n" \
	"!  Authentication method: No authentication"
#define OUTLOOK(encryption) \
	"Account settings, outgoing server:\n" \
	"  Outgoing mail server (SMTP):  %H\n" \
	"  Outgoing server (SMTP) port:  %P\n" \
	"  Encrypted connection:         " encryption "\n" \
	"?  My outgoing server (SMTP) requires authentication: yes"
#define ASKS_FOR_CERTIFICATE(program) \
	"The certificate of this port does not verify; what " program " does then is not " \
	"documented here."

const struct client clients_programs[] = {
	{
		.id = "curl", .name = "curl", .also = { "libcurl" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"curl --ssl-reqd --url 'smtp://%A:%P' \\\n"
				"?  --user 'USER:PASSWORD' \\\n"
				"  --mail-from FROM --mail-rcpt TO --upload-file message.txt",
				.note = "--ssl-reqd demands STARTTLS; --ssl would go on without it." },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"curl --url 'smtps://%A:%P' \\\n"
				"?  --user 'USER:PASSWORD' \\\n"
				"  --mail-from FROM --mail-rcpt TO --upload-file message.txt" },
			[ADVICE_PLAINTEXT] = { .settings =
				"curl --url 'smtp://%A:%P' \\\n"
				"  --mail-from FROM --mail-rcpt TO --upload-file message.txt" },
		},
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] =
				"curl: (35) OpenSSL/3.0.22: error:0A00010B:SSL routines::wrong version "
				"number",
			[CLIENT_WRONG_IN_THE_CLEAR] =
				"curl: (28) Operation timed out after 30000 milliseconds with 0 bytes "
				"received\n"
				"curl: (56) response reading failed (errno: 115)",
			[CLIENT_WRONG_NO_TLS] = "curl: (55) MAIL failed: 530",
			[CLIENT_WRONG_STARTTLS] = "curl: (64) STARTTLS not supported.",
			[CLIENT_WRONG_CERTIFICATE] =
				"curl: (60) SSL certificate problem: self-signed certificate\n"
				"curl: (60) SSL: no alternative certificate subject name matches "
				"target host name '%H'",
		},
		.documents = { "curl(1), --ssl-reqd", "run with curl 7.88.1 (OpenSSL)" },
	},
	{
		.id = "msmtp", .name = "msmtp (~/.msmtprc)",
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"account default\n"
				"host %H\n"
				"port %P\n"
				"from FROM\n"
				"tls on\n"
				"tls_starttls on\n"
				"?auth on\n"
				"?user USER\n"
				"?password PASSWORD" },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"account default\n"
				"host %H\n"
				"port %P\n"
				"from FROM\n"
				"tls on\n"
				"tls_starttls off\n"
				"?auth on\n"
				"?user USER\n"
				"?password PASSWORD" },
			[ADVICE_PLAINTEXT] = { .settings =
				"account default\n"
				"host %H\n"
				"port %P\n"
				"from FROM\n"
				"tls off" },
		},
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] =
				"msmtp: TLS handshake failed: An unexpected TLS packet was received.",
			[CLIENT_WRONG_IN_THE_CLEAR] =
				"msmtp: network read error: the operation timed out",
			[CLIENT_WRONG_NO_TLS] =
				"msmtp: the server does not support authentication\n"
				"msmtp: server message: " MUST_STARTTLS,
			[CLIENT_WRONG_STARTTLS] =
				"msmtp: the server does not support TLS via the STARTTLS command",
			[CLIENT_WRONG_CERTIFICATE] =
				"msmtp: TLS certificate verification failed: The certificate is NOT "
				"trusted. The certificate issuer is unknown.\n"
				"msmtp: TLS certificate verification failed: The certificate is NOT "
				"trusted. The name in the certificate does not match the expected.",
		},
		.documents = { "msmtp(1), tls_starttls", "run with msmtp 1.8.23 (GnuTLS)",
			       "marlam/msmtp#27" },
	},
	{
		.id = "postfix", .name = "Postfix relayhost (main.cf)", .also = { "relayhost" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"relayhost = [%H]:%P\n"
				"smtp_tls_security_level = encrypt\n"
				POSTFIX_LOG_IN },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"relayhost = [%H]:%P\n"
				"smtp_tls_security_level = encrypt\n"
				"smtp_tls_wrappermode = yes\n"
				POSTFIX_LOG_IN,
				.note = "smtp_tls_wrappermode is for every host that this smtp service "
					"connects to: where some mail goes elsewhere, make it a service "
					"of its own in master.cf, with -o smtp_tls_wrappermode=yes." },
			[ADVICE_PLAINTEXT] = { .settings =
				"relayhost = [%H]:%P\n"
				"smtp_tls_security_level = none" },
		},
		.note = "The brackets keep Postfix from asking for MX records. The security level is "
			"for all destinations; smtp_tls_policy_maps sets it for one.",
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] =
				"status=deferred (Cannot start TLS: handshake failure)\n"
				"warning: TLS library problem: error:0A00010B:SSL routines::wrong "
				"version number",
			[CLIENT_WRONG_IN_THE_CLEAR] =
				"status=deferred (conversation with %H[192.0.2.1] timed out while "
				"receiving the initial server greeting)",
			[CLIENT_WRONG_NO_TLS] =
				"status=bounced (host %H[192.0.2.1] said: " MUST_STARTTLS
				" (in reply to MAIL FROM command))",
			[CLIENT_WRONG_STARTTLS] =
				"status=deferred (TLS is required, but was not offered by host "
				"%H[192.0.2.1])",
			[CLIENT_WRONG_CERTIFICATE] =
				"status=deferred (Server certificate not verified)",
		},
		.unchecked = "The certificate of this port does not verify. Postfix does not check it "
			     "at the level encrypt, and sends; at verify or secure (they need "
			     "smtp_tls_CAfile or smtp_tls_CApath) it does not.",
		.documents = { "postconf(5), smtp_tls_wrappermode", "Postfix TLS_README, SASL_README",
			       "run with Postfix 3.7" },
	},
	{
		.id = "exim", .name = "Exim smarthost", .also = { "exim4", "smarthost" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				EXIM_ROUTER
				"  hosts_require_tls = *\n"
				"  tls_verify_hosts = *\n"
				EXIM_LOG_IN },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				EXIM_ROUTER
				"  protocol = smtps\n"
				"  tls_verify_hosts = *\n"
				EXIM_LOG_IN },
			[ADVICE_PLAINTEXT] = { .settings =
				EXIM_ROUTER
				"  hosts_avoid_tls = *" },
		},
		.note = "Where only LOGIN is offered: public_name = LOGIN and client_send = : USER : "
			"PASSWORD.",
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] =
				"TLS session: (gnutls_handshake): An unexpected TLS packet was received.",
			[CLIENT_WRONG_IN_THE_CLEAR] =
				"H=%H [192.0.2.1]:%P: SMTP timeout after initial connection: "
				"Connection timed out",
			[CLIENT_WRONG_NO_TLS] =
				"SMTP error from remote mail server after MAIL FROM:<FROM>: "
				MUST_STARTTLS,
			[CLIENT_WRONG_STARTTLS] =
				"a TLS session is required, but the server did not offer TLS support",
			[CLIENT_WRONG_CERTIFICATE] =
				"TLS session: (certificate verification failed): certificate invalid",
		},
		.documents = { "Exim specification: The smtp transport; The plaintext authenticator",
			       "Exim smtp.c", "run with Exim 4.96 (GnuTLS)" },
	},
	{
		.id = "outlook", .name = "Outlook for Windows (classic)",
		.also = { "microsoft outlook", "ms outlook" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings = OUTLOOK("STARTTLS") },
			[ADVICE_IMPLICIT_TLS] = { .settings = OUTLOOK("SSL/TLS") },
			[ADVICE_PLAINTEXT] = { .settings = OUTLOOK("None") },
		},
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] =
				"Your server does not support the connection encryption type you have "
				"specified. Try changing the encryption method.",
		},
		.unchecked = ASKS_FOR_CERTIFICATE("Outlook"),
		.documents = { "Microsoft: PROP_SMTP_SECURE_CONNECTION",
			       "Microsoft Q&A 1191004" },
	},
	{
		.id = "thunderbird", .name = "Thunderbird", .also = { "mozilla thunderbird" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings = THUNDERBIRD("STARTTLS") },
			[ADVICE_IMPLICIT_TLS] = { .settings = THUNDERBIRD("SSL/TLS") },
			[ADVICE_PLAINTEXT] = { .settings = THUNDERBIRD("None") },
		},
		.wrong = {
			[CLIENT_WRONG_IN_THE_CLEAR] =
				"The message could not be sent because the connection to Outgoing "
				"server (SMTP) %H timed out. Try again.",
			[CLIENT_WRONG_NO_TLS] =
				"An error occurred while sending mail. The mail server responded: "
				"5.7.0 Must issue a STARTTLS command first",
			[CLIENT_WRONG_STARTTLS] =
				"Unable to establish a secure link with Outgoing server (SMTP) %H "
				"using STARTTLS since it doesn't advertise that feature.",
		},
		.unchecked = ASKS_FOR_CERTIFICATE("Thunderbird"),
		.documents = { "Thunderbird composeMsgs.properties",
			       "Thunderbird smtpEditOverlay.dtd" },
	},
	{ .id = NULL },
};
