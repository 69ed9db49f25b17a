/* SPDX-License-Identifier: MIT
 *
 * Settings of mail libraries for .NET, Java, Go and Rust: see clients.h for the form. Each row
 * says what its documents say, or what the library did when it was run against a server of each
 * kind; what was found in neither is NULL, and is said to be not documented. */
#include <stddef.h>

#include "diagnose/clients.h"

#define MUST_STARTTLS "530 5.7.0 Must issue a STARTTLS command first"

/* The words of Java's own TLS, below those of Jakarta Mail. */
#define JAVA_NOT_TLS "javax.net.ssl.SSLException: Unsupported or unrecognized SSL message"
#define JAVA_OLD_NOT_TLS \
	"javax.net.ssl.SSLException: Unrecognized SSL message, plaintext connection?"
#define JAVA_SILENCE "MessagingException: Exception reading response; nested exception is: " \
	"java.net.SocketTimeoutException: Read timed out"
#define JAVA_NO_STARTTLS \
	"MessagingException: STARTTLS is required but host does not support STARTTLS"
#define JAVA_CERTIFICATE \
	"MessagingException: Could not convert socket to TLS; nested exception is: " \
	"javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid " \
	"certification path to requested target\n" \
	"java.io.IOException: Can't verify identity of server: %H"

#define GO_NOT_TLS "tls: first record does not look like a TLS handshake"
#define GO_CERTIFICATE \
	"tls: failed to verify certificate: x509: certificate signed by unknown authority\n" \
	"x509: certificate is valid for other.example, not %H"

const struct client clients_compiled[] = {
	{
		.id = "dotnet", .name = "System.Net.Mail.SmtpClient (.NET)",
		.also = { "system.net.mail.smtpclient", "system.net.mail", "smtpclient", "net", "csharp" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"var client = new SmtpClient(\"%H\", %P);\n"
				"client.EnableSsl = true;\n"
				"?client.Credentials = new NetworkCredential(\"USER\", \"PASSWORD\");" },
			[ADVICE_IMPLICIT_TLS] = { .impossible =
				"SmtpClient knows STARTTLS only (explicit TLS): EnableSsl = true does "
				"not change that. On this port it waits for a greeting that never "
				"comes. Use a port with STARTTLS, as 587 mostly is, or MailKit "
				"(--client mailkit)." },
			[ADVICE_PLAINTEXT] = { .settings =
				"var client = new SmtpClient(\"%H\", %P);\n"
				"client.EnableSsl = false;" },
		},
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] = "",
			[CLIENT_WRONG_IN_THE_CLEAR] =
				"System.Net.Mail.SmtpException: The operation has timed out.\n"
				"System.Net.Mail.SmtpException: Failure sending mail. ---> "
				"System.IO.IOException: Unable to read data from the transport "
				"connection: net_io_connectionclosed.",
			[CLIENT_WRONG_NO_TLS] =
				"System.Net.Mail.SmtpException: The SMTP server requires a secure "
				"connection or the client was not authenticated. The server response "
				"was: 5.7.0 Must issue a STARTTLS command first",
			[CLIENT_WRONG_STARTTLS] =
				"System.Net.Mail.SmtpException: Server does not support secure "
				"connections.",
			[CLIENT_WRONG_CERTIFICATE] =
				"System.Security.Authentication.AuthenticationException: The remote "
				"certificate is invalid according to the validation procedure.",
		},
		.documents = { "Microsoft: SmtpClient.EnableSsl, Remarks",
			       "dotnet/runtime System.Net.Mail Strings.resx", "dotnet/core#843",
			       "bitwarden/server#174" },
	},
	{
		.id = "mailkit", .name = "MailKit (.NET)", .also = { "mimekit" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"// using MailKit.Net.Smtp; using MailKit.Security;\n"
				"using var client = new SmtpClient();\n"
				"client.Connect(\"%H\", %P, SecureSocketOptions.StartTls);\n"
				"?client.Authenticate(\"USER\", \"PASSWORD\");" },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"// using MailKit.Net.Smtp; using MailKit.Security;\n"
				"using var client = new SmtpClient();\n"
				"client.Connect(\"%H\", %P, SecureSocketOptions.SslOnConnect);\n"
				"?client.Authenticate(\"USER\", \"PASSWORD\");" },
			[ADVICE_PLAINTEXT] = { .settings =
				"// using MailKit.Net.Smtp; using MailKit.Security;\n"
				"using var client = new SmtpClient();\n"
				"client.Connect(\"%H\", %P, SecureSocketOptions.None);" },
		},
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] =
				"SslHandshakeException ---> System.IO.IOException: Cannot determine "
				"the frame size or a corrupted frame was received.\n"
				"SslHandshakeException ---> System.IO.IOException: The handshake "
				"failed due to an unexpected packet format.",
			[CLIENT_WRONG_NO_TLS] =
				"MailKit.Net.Smtp.SmtpCommandException: Must issue a STARTTLS command "
				"first",
			[CLIENT_WRONG_STARTTLS] =
				"System.NotSupportedException: The SMTP server does not support the "
				"STARTTLS extension.",
			[CLIENT_WRONG_CERTIFICATE] =
				"MailKit.Security.SslHandshakeException: An error occurred while "
				"attempting to establish an SSL or TLS connection. The server's SSL "
				"certificate could not be validated for the following reasons:\n"
				"The host name did not match the name given in the server's SSL "
				"certificate.",
		},
		.documents = { "MailKit SslHandshakeException.cs, SmtpClient.cs",
			       "jstedfast/MailKit#131", "jstedfast/MimeKit#1022",
			       "myloveCc/NETCore.MailKit#6" },
	},
	{
		.id = "jakarta", .name = "Jakarta Mail, JavaMail",
		.also = { "jakarta mail", "javamail", "angus mail", "java", "javax.mail" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"Properties p = new Properties();\n"
				"p.put(\"mail.smtp.host\", \"%H\");\n"
				"p.put(\"mail.smtp.port\", \"%P\");\n"
				"p.put(\"mail.smtp.starttls.enable\", \"true\");\n"
				"p.put(\"mail.smtp.starttls.required\", \"true\");\n"
				"p.put(\"mail.smtp.ssl.checkserveridentity\", \"true\");\n"
				"?p.put(\"mail.smtp.auth\", \"true\");\n"
				"Transport t = Session.getInstance(p).getTransport(\"smtp\");\n"
				"?t.connect(\"USER\", \"PASSWORD\");\n"
				"!t.connect();" },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"Properties p = new Properties();\n"
				"p.put(\"mail.smtp.host\", \"%H\");\n"
				"p.put(\"mail.smtp.port\", \"%P\");\n"
				"p.put(\"mail.smtp.ssl.enable\", \"true\");\n"
				"p.put(\"mail.smtp.ssl.checkserveridentity\", \"true\");\n"
				"?p.put(\"mail.smtp.auth\", \"true\");\n"
				"Transport t = Session.getInstance(p).getTransport(\"smtp\");\n"
				"?t.connect(\"USER\", \"PASSWORD\");\n"
				"!t.connect();" },
			[ADVICE_PLAINTEXT] = { .settings =
				"Properties p = new Properties();\n"
				"p.put(\"mail.smtp.host\", \"%H\");\n"
				"p.put(\"mail.smtp.port\", \"%P\");\n"
				"Transport t = Session.getInstance(p).getTransport(\"smtp\");\n"
				"t.connect();" },
		},
		.note = "Set no socketFactory beside these. Set mail.smtp.timeout and "
			"mail.smtp.connectiontimeout as well: without them it waits for ever.",
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] =
				"MessagingException: Could not connect to SMTP host: %H, port: %P; "
				"nested exception is: " JAVA_NOT_TLS "\n"
				JAVA_OLD_NOT_TLS,
			[CLIENT_WRONG_IN_THE_CLEAR] = JAVA_SILENCE,
			[CLIENT_WRONG_NO_TLS] = "com.sun.mail.smtp.SMTPSendFailedException: "
				MUST_STARTTLS,
			[CLIENT_WRONG_STARTTLS] = JAVA_NO_STARTTLS,
			[CLIENT_WRONG_CERTIFICATE] = JAVA_CERTIFICATE,
		},
		.documents = { "Jakarta Mail: package com.sun.mail.smtp, properties",
			       "run with javax.mail 1.6.5", "jakartaee/mail-api#392", "halo-dev/halo#892" },
	},
	{
		.id = "spring", .name = "Spring Boot (application.properties)",
		.also = { "spring boot", "springboot", "springmail", "javamailsender" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"spring.mail.host=%H\n"
				"spring.mail.port=%P\n"
				"?spring.mail.username=USER\n"
				"?spring.mail.password=PASSWORD\n"
				"?spring.mail.properties.mail.smtp.auth=true\n"
				"spring.mail.properties.mail.smtp.starttls.enable=true\n"
				"spring.mail.properties.mail.smtp.starttls.required=true\n"
				"spring.mail.properties.mail.smtp.ssl.checkserveridentity=true" },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"spring.mail.host=%H\n"
				"spring.mail.port=%P\n"
				"?spring.mail.username=USER\n"
				"?spring.mail.password=PASSWORD\n"
				"?spring.mail.properties.mail.smtp.auth=true\n"
				"spring.mail.properties.mail.smtp.ssl.enable=true\n"
				"spring.mail.properties.mail.smtp.ssl.checkserveridentity=true" },
			[ADVICE_PLAINTEXT] = { .settings =
				"spring.mail.host=%H\n"
				"spring.mail.port=%P" },
		},
		.note = "What stands behind spring.mail.properties goes to Jakarta Mail as it is. Set "
			"no socketFactory beside these.",
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] =
				"MessagingException: Could not connect to SMTP host: %H, port: %P; "
				"nested exception is: " JAVA_NOT_TLS "\n"
				JAVA_OLD_NOT_TLS,
			[CLIENT_WRONG_IN_THE_CLEAR] = JAVA_SILENCE,
			[CLIENT_WRONG_NO_TLS] = "com.sun.mail.smtp.SMTPSendFailedException: "
				MUST_STARTTLS,
			[CLIENT_WRONG_STARTTLS] = JAVA_NO_STARTTLS,
			[CLIENT_WRONG_CERTIFICATE] = JAVA_CERTIFICATE,
		},
		.documents = { "Spring Boot MailProperties.java", "halo-dev/halo#892",
			       "jakartaee/mail-api#392", "run with javax.mail 1.6.5" },
	},
	{
		.id = "go", .name = "Go net/smtp", .also = { "golang", "net/smtp", "gosmtp" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"?auth := smtp.PlainAuth(\"\", \"USER\", \"PASSWORD\", \"%H\")\n"
				"?err := smtp.SendMail(\"%A:%P\", auth, from, to, msg)\n"
				"!err := smtp.SendMail(\"%A:%P\", nil, from, to, msg)",
				.note = "SendMail uses STARTTLS where it is offered; it cannot be told "
					"to demand it, but PlainAuth gives no password away without TLS "
					"(except to localhost)." },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"conn, err := tls.Dial(\"tcp\", \"%A:%P\",\n"
				"\t&tls.Config{ServerName: \"%H\"})\n"
				"if err != nil {\n"
				"\treturn err\n"
				"}\n"
				"c, err := smtp.NewClient(conn, \"%H\")\n"
				"if err != nil {\n"
				"\treturn err\n"
				"}\n"
				"?err = c.Auth(smtp.PlainAuth(\"\", \"USER\", \"PASSWORD\", \"%H\"))\n"
				"// then c.Mail, c.Rcpt, c.Data, c.Quit",
				.note = "SendMail cannot do this: it speaks first in the clear." },
			[ADVICE_PLAINTEXT] = { .settings =
				"err := smtp.SendMail(\"%A:%P\", nil, from, to, msg)" },
		},
		.note = "net/smtp has PLAIN and CRAM-MD5 only, and is frozen; go-mail has the rest "
			"(--client go-mail).",
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] = GO_NOT_TLS,
			[CLIENT_WRONG_IN_THE_CLEAR] = "EOF",
			[CLIENT_WRONG_NO_TLS] = MUST_STARTTLS,
			[CLIENT_WRONG_STARTTLS] = "unencrypted connection",
			[CLIENT_WRONG_CERTIFICATE] = GO_CERTIFICATE,
		},
		.documents = { "Go net/smtp smtp.go, auth.go", "ente/ente#5958", "gophish/gophish#253",
			       "knadh/listmonk#779" },
	},
	{
		.id = "go-mail", .name = "go-mail (wneessen, Go)", .also = { "wneessen/go-mail" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"c, err := mail.NewClient(\"%H\",\n"
				"\tmail.WithPort(%P),\n"
				"?\tmail.WithSMTPAuth(mail.SMTPAuthAutoDiscover),\n"
				"?\tmail.WithUsername(\"USER\"), mail.WithPassword(\"PASSWORD\"),\n"
				"\tmail.WithTLSPolicy(mail.TLSMandatory))" },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"c, err := mail.NewClient(\"%H\",\n"
				"\tmail.WithPort(%P),\n"
				"?\tmail.WithSMTPAuth(mail.SMTPAuthAutoDiscover),\n"
				"?\tmail.WithUsername(\"USER\"), mail.WithPassword(\"PASSWORD\"),\n"
				"\tmail.WithSSL())" },
			[ADVICE_PLAINTEXT] = { .settings =
				"c, err := mail.NewClient(\"%H\",\n"
				"\tmail.WithPort(%P),\n"
				"\tmail.WithTLSPolicy(mail.NoTLS))" },
		},
		.note = "In a release without SMTPAuthAutoDiscover write SMTPAuthPlain or "
			"SMTPAuthLogin.",
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] = "dial failed: " GO_NOT_TLS,
			[CLIENT_WRONG_NO_TLS] = "server does not support SMTP AUTH",
			[CLIENT_WRONG_STARTTLS] =
				"STARTTLS mode set to: \"TLSMandatory\", but target host does not "
				"support STARTTLS",
			[CLIENT_WRONG_CERTIFICATE] = "dial failed: " GO_CERTIFICATE,
		},
		.documents = { "go-mail client.go", "Notifuse/notifuse#385", "knadh/listmonk#779" },
	},
	{
		.id = "lettre", .name = "lettre (Rust)", .also = { "rust" },
		.modes = {
			[ADVICE_STARTTLS] = { .settings =
				"let mailer = SmtpTransport::starttls_relay(\"%H\")?\n"
				"    .port(%P)\n"
				"?    .credentials(Credentials::new(\"USER\".into(), \"PASSWORD\".into()))\n"
				"    .build();" },
			[ADVICE_IMPLICIT_TLS] = { .settings =
				"let mailer = SmtpTransport::relay(\"%H\")?\n"
				"    .port(%P)\n"
				"?    .credentials(Credentials::new(\"USER\".into(), \"PASSWORD\".into()))\n"
				"    .build();" },
			[ADVICE_PLAINTEXT] = { .settings =
				"let mailer = SmtpTransport::builder_dangerous(\"%H\")\n"
				"    .port(%P)\n"
				"    .build();" },
		},
		.note = "port() changes the number only, never the mode: relay() is implicit TLS, "
			"starttls_relay() is STARTTLS, whatever the port.",
		.wrong = {
			[CLIENT_WRONG_IMPLICIT_TLS] =
				"Connection error: received corrupt message of type InvalidContentType",
			[CLIENT_WRONG_NO_TLS] = "No compatible authentication mechanism was found",
			[CLIENT_WRONG_STARTTLS] = "STARTTLS is not supported on this server",
		},
		.documents = { "docs.rs lettre SmtpTransport", "lettre connection.rs",
			       "lettre/lettre#842", "mhdzumair/MediaFusion#683" },
	},
	{ .id = NULL },
};
