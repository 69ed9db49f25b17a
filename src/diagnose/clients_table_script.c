/* SPDX-License-Identifier: MIT
 *
 * Settings of mail libraries for Node.js, PHP, Python and Ruby: see clients.h for the form. Each
 * row says what its documents say, or what the library did when it was run against a server of
 * each kind; what was found in neither is NULL, and is said to be not documented. */
#include <stddef.h>

#include "diagnose/clients.h"

#define MUST_STARTTLS "530 5.7.0 Must issue a STARTTLS command first"

/* The words of OpenSSL below those of PHP and Python. */
#define PHP_SSL_FAILED "SSL operation failed with code 1. OpenSSL Error messages: "
#define PHP_WRONG_VERSION PHP_SSL_FAILED "error:0A00010B:SSL routines::wrong version number"
#define PHP_CERTIFICATE "stream_socket_enable_crypto(): " PHP_SSL_FAILED \
	"error:0A000086:SSL routines::certificate verify failed\n" \
	"Peer certificate subjectAltName did not match expected name `%H'"
#define PYTHON_WRONG_VERSION "ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number"
#define PYTHON_SILENCE \
	"smtplib.SMTPServerDisconnected: Connection unexpectedly closed: timed out\n" \
	"smtplib.SMTPServerDisconnected: Connection unexpectedly closed"
#define PYTHON_NO_TLS \
	"smtplib.SMTPNotSupportedError: SMTP AUTH extension not supported by server.\n" \
	"smtplib.SMTPSenderRefused: (530, b'5.7.0 Must issue a STARTTLS command first', 'FROM')"
#define PYTHON_NO_STARTTLS \
	"smtplib.SMTPNotSupportedError: STARTTLS extension not supported by server."
#define PYTHON_CERTIFICATE \
	"ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify " \
	"failed: self-signed certificate\n" \
	"certificate verify failed: Hostname mismatch, certificate is not valid for '%H'"

#define SYMFONY_WRONG \
	[CLIENT_WRONG_IMPLICIT_TLS] = \
		"Connection could not be established with host \"ssl://%A:%P\": " \
		"stream_socket_client(): " PHP_WRONG_VERSION, \
	[CLIENT_WRONG_IN_THE_CLEAR] = "Connection to \"%A:%P\" timed out.", \
	[CLIENT_WRONG_NO_TLS] = \
		"Expected response code \"250\" but got code \"530\", with message \"" \
		MUST_STARTTLS "\".", \
	[CLIENT_WRONG_STARTTLS] = "TLS required but neither TLS or STARTTLS are in use.", \
	[CLIENT_WRONG_CERTIFICATE] = "Unable to connect with STARTTLS: " PHP_CERTIFICATE

const struct client clients_script[] = {
	{
		.id = "nodemailer", .name = "nodemailer (Node.js)", .also = { "node", "nodejs" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"const transporter = nodemailer.createTransport({\n"
				"  host: \"%H\", port: %P,\n"
				"  secure: false, requireTLS: true,\n"
				"?  auth: { user: \"USER\", pass: \"PASSWORD\" },\n"
				"});",
				.note = "secure: false is right here: it means \"not from the first "
					"byte\"; requireTLS demands STARTTLS." },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"const transporter = nodemailer.createTransport({\n"
				"  host: \"%H\", port: %P,\n"
				"  secure: true,\n"
				"?  auth: { user: \"USER\", pass: \"PASSWORD\" },\n"
				"});" },
			[ADVICE_PLAINTEXT] = { .settings =
				"const transporter = nodemailer.createTransport({\n"
				"  host: \"%H\", port: %P,\n"
				"  secure: false, ignoreTLS: true,\n"
				"});" },
		},
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] =
				"error:0A00010B:SSL routines:ssl3_get_record:wrong version number",
			[CLIENT_WRONG_IN_THE_CLEAR] = "Error: Greeting never received",
			[CLIENT_WRONG_NO_TLS] = "Error: Mail command failed: " MUST_STARTTLS,
			[CLIENT_WRONG_STARTTLS] = "Error: Error upgrading connection with STARTTLS: "
				"502 5.5.1 Error: command not implemented",
			[CLIENT_WRONG_CERTIFICATE] =
				"Error: self-signed certificate\n"
				"Hostname/IP does not match certificate's altnames: Host: %H.",
		},
		.documents = { "nodemailer.com: SMTP transport", "run with nodemailer 10.6.0",
			       "nodemailer/nodemailer#1154", "nodemailer/nodemailer#535" },
	},
	{
		.id = "phpmailer", .name = "PHPMailer", .also = { "php" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"$mail->isSMTP();\n"
				"$mail->Host = '%H';\n"
				"$mail->Port = %P;\n"
				"$mail->SMTPSecure = PHPMailer::ENCRYPTION_STARTTLS;\n"
				"?$mail->SMTPAuth = true;\n"
				"?$mail->Username = 'USER';\n"
				"?$mail->Password = 'PASSWORD';" },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"$mail->isSMTP();\n"
				"$mail->Host = '%H';\n"
				"$mail->Port = %P;\n"
				"$mail->SMTPSecure = PHPMailer::ENCRYPTION_SMTPS;\n"
				"?$mail->SMTPAuth = true;\n"
				"?$mail->Username = 'USER';\n"
				"?$mail->Password = 'PASSWORD';" },
			[ADVICE_PLAINTEXT] = { .settings =
				"$mail->isSMTP();\n"
				"$mail->Host = '%H';\n"
				"$mail->Port = %P;\n"
				"$mail->SMTPSecure = '';\n"
				"$mail->SMTPAutoTLS = false;" },
		},
		.note = "Most failures read alike, \"Could not connect to SMTP host\": "
			"$mail->SMTPDebug = 2 shows the dialogue.",
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] =
				"SMTP Error: Could not connect to SMTP host.\n"
				"SMTP ERROR: Failed to connect to server: (0)",
			[CLIENT_WRONG_IN_THE_CLEAR] = "SMTP Error: Could not connect to SMTP host.",
			[CLIENT_WRONG_NO_TLS] =
				"MAIL FROM command failed,Must issue a STARTTLS command first ,530,5.7.0",
			[CLIENT_WRONG_STARTTLS] =
				"SMTP Error: Could not connect to SMTP host. STARTTLS command failed "
				"Error: command not implemented",
			[CLIENT_WRONG_CERTIFICATE] =
				"SMTP Error: Could not connect to SMTP host. Connection failed. "
				PHP_CERTIFICATE,
		},
		.documents = { "PHPMailer.php, SMTPSecure and SMTPAutoTLS", "run with PHPMailer 6.6.3",
			       "PHPMailer/PHPMailer#776" },
	},
	{
		.id = "symfony", .name = "Symfony Mailer", .also = { "symfony/mailer" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"?MAILER_DSN=smtp://USER:PASSWORD@%A:%P?require_tls=true\n"
				"!MAILER_DSN=smtp://%A:%P?require_tls=true",
				.note = "require_tls is known from Symfony 7.3 on; before, STARTTLS is "
					"used where it is offered, and cannot be demanded." },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"?MAILER_DSN=smtps://USER:PASSWORD@%A:%P\n"
				"!MAILER_DSN=smtps://%A:%P" },
			[ADVICE_PLAINTEXT] = { .settings =
				"MAILER_DSN=smtp://%A:%P?auto_tls=false",
				.note = "auto_tls is known from Symfony 7.1 on." },
		},
		.note = "Characters such as @ : / + # in USER or PASSWORD must be percent-encoded. "
			"smtp:// to port 465 is implicit TLS as well.",
		.wrong = { SYMFONY_WRONG },
		.documents = { "Symfony documentation: Sending Emails with Mailer",
			       "symfony/symfony#59479", "symfony/symfony#53621",
			       "run with Symfony Mailer 5.4.53" },
	},
	{
		.id = "laravel", .name = "Laravel (.env)", .also = { "laravel mail" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"MAIL_MAILER=smtp\n"
				"MAIL_SCHEME=smtp\n"
				"MAIL_HOST=%H\n"
				"MAIL_PORT=%P\n"
				"?MAIL_USERNAME=USER\n"
				"?MAIL_PASSWORD=PASSWORD",
				.note = "STARTTLS is used where it is offered. To demand it, put "
					"'require_tls' => true into mailers.smtp of config/mail.php "
					"(Symfony Mailer 7.3 and later)." },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"MAIL_MAILER=smtp\n"
				"MAIL_SCHEME=smtps\n"
				"MAIL_HOST=%H\n"
				"MAIL_PORT=%P\n"
				"?MAIL_USERNAME=USER\n"
				"?MAIL_PASSWORD=PASSWORD" },
			[ADVICE_PLAINTEXT] = { .settings =
				"MAIL_MAILER=smtp\n"
				"MAIL_SCHEME=smtp\n"
				"MAIL_HOST=%H\n"
				"MAIL_PORT=%P" },
		},
		.note = "config/mail.php must read MAIL_SCHEME ('scheme' => env('MAIL_SCHEME')), as "
			"newer releases do. In older ones it is MAIL_ENCRYPTION, which chose implicit "
			"TLS only for \"tls\" with port 465.",
		.wrong = { SYMFONY_WRONG },
		.documents = { "laravel/framework#53749", "laravel/framework#53863",
			       "laravel/framework#40943", "HiEventsDev/Hi.Events#1244" },
	},
	{
		.id = "django", .name = "Django (settings.py)", .also = { "django mail" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"EMAIL_HOST = \"%H\"\n"
				"EMAIL_PORT = %P\n"
				"EMAIL_USE_TLS = True\n"
				"?EMAIL_HOST_USER = \"USER\"\n"
				"?EMAIL_HOST_PASSWORD = \"PASSWORD\"",
				.note = "EMAIL_USE_TLS is STARTTLS, EMAIL_USE_SSL is implicit TLS: one "
					"of them, never both." },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"EMAIL_HOST = \"%H\"\n"
				"EMAIL_PORT = %P\n"
				"EMAIL_USE_SSL = True\n"
				"?EMAIL_HOST_USER = \"USER\"\n"
				"?EMAIL_HOST_PASSWORD = \"PASSWORD\"",
				.note = "EMAIL_USE_TLS is STARTTLS, EMAIL_USE_SSL is implicit TLS: one "
					"of them, never both." },
			[ADVICE_PLAINTEXT] = { .settings =
				"EMAIL_HOST = \"%H\"\n"
				"EMAIL_PORT = %P" },
		},
		.note = "Set EMAIL_TIMEOUT as well, or a wrong setting hangs. Django 4.2 and later "
			"check the certificate; earlier ones do not.",
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] = PYTHON_WRONG_VERSION,
			[CLIENT_WRONG_IN_THE_CLEAR] = PYTHON_SILENCE,
			[CLIENT_WRONG_NO_TLS] = PYTHON_NO_TLS,
			[CLIENT_WRONG_STARTTLS] = PYTHON_NO_STARTTLS,
			[CLIENT_WRONG_CERTIFICATE] = PYTHON_CERTIFICATE,
		},
		.documents = { "Django documentation: settings EMAIL_*", "django/django#16812",
			       "getsentry/self-hosted#2745", "run with Django 3.2.25" },
	},
	{
		.id = "python", .name = "Python smtplib", .also = { "smtplib", "python3" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"import smtplib, ssl\n"
				"with smtplib.SMTP(\"%H\", %P, timeout=30) as s:\n"
				"    s.starttls(context=ssl.create_default_context())\n"
				"?    s.login(\"USER\", \"PASSWORD\")\n"
				"    s.send_message(msg)" },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"import smtplib, ssl\n"
				"with smtplib.SMTP_SSL(\"%H\", %P, timeout=30,\n"
				"        context=ssl.create_default_context()) as s:\n"
				"?    s.login(\"USER\", \"PASSWORD\")\n"
				"    s.send_message(msg)",
				.note = "No starttls() on this port: TLS is there from the first "
					"byte." },
			[ADVICE_PLAINTEXT] = { .settings =
				"import smtplib\n"
				"with smtplib.SMTP(\"%H\", %P, timeout=30) as s:\n"
				"    s.send_message(msg)" },
		},
		.note = "Without the context the certificate is not checked.",
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] = PYTHON_WRONG_VERSION,
			[CLIENT_WRONG_IN_THE_CLEAR] = PYTHON_SILENCE,
			[CLIENT_WRONG_NO_TLS] = PYTHON_NO_TLS,
			[CLIENT_WRONG_STARTTLS] = PYTHON_NO_STARTTLS,
			[CLIENT_WRONG_CERTIFICATE] = PYTHON_CERTIFICATE,
		},
		.documents = { "Python documentation: smtplib, ssl", "run with Python 3.11",
			       "docusealco/docuseal#372" },
	},
	{
		.id = "rails", .name = "Rails Action Mailer",
		.also = { "action mailer", "ruby on rails", "ruby" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"config.action_mailer.smtp_settings = {\n"
				"  address: \"%H\", port: %P,\n"
				"?  user_name: \"USER\", password: \"PASSWORD\", authentication: :%M,\n"
				"  enable_starttls: true,\n"
				"}",
				.note = "enable_starttls demands STARTTLS (mail gem 2.7 and later); "
					"enable_starttls_auto uses it only where it is offered." },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"config.action_mailer.smtp_settings = {\n"
				"  address: \"%H\", port: %P,\n"
				"?  user_name: \"USER\", password: \"PASSWORD\", authentication: :%M,\n"
				"  tls: true,\n"
				"}" },
			[ADVICE_PLAINTEXT] = { .settings =
				"config.action_mailer.smtp_settings = {\n"
				"  address: \"%H\", port: %P,\n"
				"  enable_starttls_auto: false,\n"
				"}" },
		},
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] =
				"OpenSSL::SSL::SSLError: SSL_connect returned=1 errno=0 state=error: "
				"wrong version number",
			[CLIENT_WRONG_IN_THE_CLEAR] =
				"Net::ReadTimeout: Net::ReadTimeout with #<Socket:(closed)>",
			[CLIENT_WRONG_NO_TLS] = "Net::SMTPAuthenticationError: " MUST_STARTTLS,
			[CLIENT_WRONG_STARTTLS] =
				"Net::SMTPUnsupportedCommand: STARTTLS is not supported on this server",
			[CLIENT_WRONG_CERTIFICATE] =
				"OpenSSL::SSL::SSLError: SSL_connect returned=1 errno=0 state=error: "
				"certificate verify failed (self-signed certificate)\n"
				"certificate verify failed (hostname mismatch)",
		},
		.documents = { "Rails guide: Action Mailer Configuration", "rails/rails#45616",
			       "rubydoc.info: Mail::SMTP", "run with mail 2.7.1 and net-smtp 0.3.1" },
	},
	{ .id = NULL },
};
