/* SPDX-License-Identifier: MIT
 *
 * Rules about the client's own settings and place: what only its error text tells. A probe of the
 * server shows the other half (SMTP_IMPLICIT_TLS, SMTP_UNEXPECTED_MODE and the rest). */
#include <stddef.h>

#include "diagnose/text_rows.h"

const struct diag_rule rules_client[] = {
	{
		.code = "CLIENT_WAITS_ON_IMPLICIT_TLS", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "The program waits for a greeting on a port that wants TLS first",
		.means = "The connection came about, then nothing was said. On port 465 the server "
			 "waits for TLS from the first byte (implicit TLS), while a program set to "
			 "STARTTLS, or to no encryption, waits for a greeting in the clear. Both "
			 "wait until one gives up: a timeout, or a connection that closes without "
			 "a word. A password is not the cause.",
		.remedy = "Set the program to implicit TLS for 465 (MailKit: SslOnConnect; "
			  "nodemailer: secure: true; Python: SMTP_SSL; Java: mail.smtp.ssl.enable; "
			  "PHPMailer: ENCRYPTION_SMTPS; Symfony: smtps://; Rails: ssl: true; msmtp: "
			  "tls_starttls off; Postfix: smtp_tls_wrappermode = yes), or use port 587 "
			  "with STARTTLS. System.Net.Mail.SmtpClient of .NET has STARTTLS only: use "
			  "587, or MailKit.",
		.others = "The port may be blocked (NET_PORT_SILENT), if the program did not even "
			  "connect; the server may greet late on purpose (SMTP_SLOW_GREETING), or "
			  "close because it does not trust this address "
			  "(NET_CLOSED_BEFORE_GREETING). A probe of the server tells them apart.",
		.references = { "RFC 8314 3.3", "dotnet/core#843", "nodemailer/nodemailer#535",
				"Microsoft: SmtpClient.EnableSsl, Remarks" },
		.texts = TEXTS(SAYS("greeting never received"), SAYS("smtpexception", "zeitlimit"),
			       SAYS("smtpexception", "a expir"), SAYS("smtpexception", "agotado"),
			       SAYS("email", "error=eof"), SAYS("smtp", "error=eof"),
			       { .words = { "operation has timed out", "smtpexception" },
				.unless = { "mailkit", "587" } },
			       { .words = { "operation has timed out", "system.net.mail" },
				.unless = { "mailkit", "587" } },
			       { .words = { "operation has timed out", "smtpclient" },
				.unless = { "mailkit", "587" } },
			       { .words = { "operation has timed out", "smtpstatuscode" },
				.unless = { "mailkit", "587" } },
			       REPLY("465", "operation has timed out"),
			       SAYS("operation has timed out", ":465"),
			       { .reply = "465", .words = { "operation timed out" },
				.unless = { "errno", "os error" } },
			       { .words = { "operation timed out", ":465" },
				.unless = { "errno", "os error" } },
			       { .reply = "465", .words = { "timed out" },
				.unless = { "connect timed out", "ssl://", "create_connection" } },
			       { .words = { "timed out", ":465" },
				.unless = { "connect timed out", "ssl://", "create_connection" } },
			       REPLY("465", "read timed out"), SAYS("read timed out", ":465"),
			       SAYS("read timed out", "exception reading response"),
			       SAYS("read timed out", "socket read", "smtp"),
			       SAYS("read tcp", ":465", "i/o timeout"),
			       SAYS("getreply", "timed out"), SAYS("timeout", "getreply"),
			       SAYS("timed out waiting for server response"),
			       SAYS("timed out waiting for server ready"),
			       REPLY("465", "missing_requirement"),
			       SAYS("missing_requirement", ":465"),
			       { .words = { "connection unexpectedly closed" },
				.unless = { "in login", "in sendmail", "in starttls" } },
			       REPLY("465", "response: -1"), SAYS("response: -1", ":465"),
			       { .words = { "net_io_connectionclosed" }, .unless = { "587" } },
			       SAYS("networkstream.read", "timed out"),
			       SAYS("readresponse", "timed out"), SAYS("dial", "smtp", ": eof"),
			       VAGUELY("net_io_connectionclosed"),
			       { .reply = "465", .words = { "closed unexpectedly" },
				.unless = { "ssl://" } },
			       { .words = { "closed unexpectedly", ":465" },
				.unless = { "ssl://" } },
			       { .reply = "465", .words = { "connection closed" },
				.unless = { "ssl://", "handshake" } },
			       { .words = { "connection closed", ":465" },
				.unless = { "ssl://", "handshake" } },
			       { .reply = "465", .words = { "connection reset" },
				.unless = { "ssl://", "handshake", "dial tcp" } },
			       { .words = { "connection reset", ":465" },
				.unless = { "ssl://", "handshake", "dial tcp" } },
			       REPLY("465", "econnreset"), SAYS("econnreset", ":465"),
			       REPLY("465", "lost connection"), SAYS("lost connection", ":465"),
			       { .words = { "end of file reached" },
				.unless = { "openssl", "250" } },
			       { .reply = "465", .words = { "eof" },
				.unless = { "ssl", "tls", "handshake" } },
			       { .words = { "eof", ":465" },
				.unless = { "ssl", "tls", "handshake" } }, REPLY("465", "hangs"),
			       SAYS("hangs", ":465"), SAYS("\"220\" but got", "empty"),
			       SAYS("220 but got", "code \"\""), SAYS("\"220\" but got code \"\""),
			       REPLY("465", "initial server greeting"),
			       SAYS("initial server greeting", ":465"),
			       REPLY("465", "initial connection"),
			       SAYS("initial connection", ":465"),
			       SAYS("server sent an empty reply"), SAYS("wrappermode"),
			       REPLY("465", "empty reply from server"),
			       SAYS("empty reply from server", ":465"), SAYS("\\x15\\x03"),
			       SAYS("\\u0015\\u0003"), SAYS("short response"),
			       SAYS("invalid greeting", "\\x15"), SAYS("isssl false", "port 465"),
			       { .words = { "net::readtimeout" }, .unless = { "587" } },
			       REPLY("465", "incomplete response"),
			       SAYS("incomplete response", ":465"),
			       REPLY("465", "response reading failed"),
			       SAYS("response reading failed", ":465"),
			       { .words = { "curl", "server response timeout" },
				.unless = { "8.12.0" } },
			       SAYS("unexpected eof on command channel"),
			       REPLY("465", "timeout while"), SAYS("timeout while", ":465"),
			       { .reply = "465", .words = { "timeout" },
				.unless = { "dial tcp", "timeout was reached", "connect" } },
			       { .words = { "timeout", ":465" },
				.unless = { "dial tcp", "timeout was reached", "connect" } },
			       SAYS("timeout(10) while trying to read"),
			       SAYS("while trying to read from smtp server"),
			       REPLY("465", "waiting for greeting"),
			       SAYS("waiting for greeting", ":465"), REPLY("465", "no greeting"),
			       SAYS("no greeting", ":465")),
	},
	{
		.code = "CLIENT_TLS_ON_STARTTLS_PORT", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "The program starts TLS at once on a port that begins in the clear",
		.means = "The program sent TLS from the first byte (implicit TLS), and the server "
			 "answered with its greeting in the clear, as ports 587 and 25 do. The "
			 "program takes those letters for a broken TLS packet: \"wrong version "
			 "number\" is not about versions of TLS. Certificate and password are not "
			 "the cause.",
		.remedy = "Port 587 or 25: choose STARTTLS in the program (MailKit: StartTls; "
			  "nodemailer: secure: false; Python: SMTP and starttls(); Java: "
			  "mail.smtp.starttls.enable and no socketFactory; PHPMailer: "
			  "ENCRYPTION_STARTTLS; Symfony and Laravel: smtp:// instead of smtps://; "
			  "msmtp: tls_starttls on). A menu that offers \"SSL\" and \"TLS\" often "
			  "means STARTTLS by \"TLS\". Or keep implicit TLS and use port 465.",
		.others = "If the port is 465 already, the server there speaks in the clear, or a "
			  "proxy or firewall in between answers: probe it.",
		.references = { "RFC 8314 3.3", "nodemailer/nodemailer#1154", "jstedfast/MailKit#131",
				"knadh/listmonk#779" },
		.texts = TEXTS(DECIDES("wrong version number"), DECIDES("wrong_version_number"),
			       DECIDES("typically reserved for plain-text"), DECIDES("1408f10b"),
			       DECIDES("0a00010b"), DECIDES("100000f7"),
			       DECIDES("unknown protocol", "ssl23"),
			       DECIDES("unknown protocol", "server_hello"), DECIDES("140770fc"),
			       DECIDES("corrupted frame was received"),
			       DECIDES("frame size or a corrupted frame"),
			       DECIDES("unexpected packet format", "handshake"),
			       DECIDES("reserved for plain-text"),
			       DECIDES("unexpected tls packet"),
			       DECIDES("not look like a tls handshake"),
			       DECIDES("unrecognized ssl message"),
			       DECIDES("plaintext connection?"), DECIDES("invalidcontenttype"),
			       DECIDES("received corrupt message"),
			       DECIDES("packet length too long"),
			       DECIDES("packet_length_too_long"),
			       DECIDES("oversized record received"), DECIDES("record_too_long"),
			       DECIDES("record that exceeded the maximum"),
			       DECIDES("invalid ssl record"), DECIDES("0x800ccc1a"),
			       DECIDES("not support the connection encryption type"),
			       DECIDES("token supplied to the function is invalid"),
			       DECIDES("sec_e_invalid_token"), SAYS("ssl3_get_record"),
			       SAYS("unsupported record version"),
			       SAYS("received record with version"), SAYS("record layer version"),
			       SAYS("record_overflow"),
			       { .words = { "ssl://", ":587" },
				.unless = { "timed out", "refused", "getaddrinfo" } },
			       { .words = { "ssl://", ":25:" },
				.unless = { "timed out", "refused", "getaddrinfo" } },
			       SAYS("connection: opening to ssl://", ":587"),
			       VAGUELY("ssl/tls", "587"), VAGUELY("smtp_ssl", "587"),
			       VAGUELY("secure: true", "587"), SAYS("tls wrapper", "587")),
	},
	{
		.code = "CLIENT_STARTTLS_INSIDE_TLS", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "The program asks for STARTTLS although TLS is up already",
		.means = "The connection began with TLS (port 465), and then the program asked for "
			 "STARTTLS as well. A server does not offer STARTTLS inside TLS and turns "
			 "the command down.",
		.remedy = "Switch one of the two off: on port 465 take STARTTLS out (Python: no "
			  "starttls() after SMTP_SSL; Rails: enable_starttls false; Java: no "
			  "starttls.required), or go to port 587 with STARTTLS alone.",
		.references = { "RFC 3207 4.2", "RFC 8314 3.3", "docusealco/docuseal#372",
				"tp4a/teleport#112" },
		.texts = TEXTS(SAYS("missing_requirement", ":tls"),
			       DECIDES("not permitted when tls active"),
			       DECIDES("tls already active"), DECIDES("channel already secured"),
			       DECIDES("already running tls"), DECIDES("already in tls"),
			       DECIDES("already using tls"), DECIDES("tls already started"),
			       DECIDES("tls already in use"), DECIDES("tls already in progress"),
			       DECIDES("tls session already"),
			       DECIDES("connection already secured"), DECIDES("already under tls"),
			       DECIDES("starttls", "already"),
			       REPLY("465", "starttls extension not supported"),
			       SAYS("starttls extension not supported", ":465"),
			       SAYS("starttls extension not supported", "smtp_ssl"),
			       REPLY("465", "not support", "starttls"),
			       SAYS("not support", "starttls", ":465"),
			       REPLY("465", "starttls", "not supported"),
			       SAYS("starttls", "not supported", ":465"),
			       REPLY("465", "starttls is required"),
			       SAYS("starttls is required", ":465"),
			       REPLY("465", "starttls not available"),
			       SAYS("starttls not available", ":465"),
			       REPLY("465", "starttls", "not advertise"),
			       SAYS("starttls", "not advertise", ":465")),
	},
	{
		.code = "CLIENT_CONNECTS_TO_ITSELF", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "The program connects to its own machine instead of the mail server",
		.means = "127.0.0.1, ::1 and localhost are the machine (or the container) that the "
			 "program runs on. Programs fall back to it when no host name is set, or "
			 "when a setting has another name than the program expects.",
		.remedy = "Set the mail server's host name in the program and make sure that the "
			  "setting is read (name of the variable, environment of the service, a "
			  "restart). If a mail server is meant to run on this machine, start it; "
			  "from a container, use the host's or the service's name instead.",
		.others = "A mail server that hands messages to a filter or proxy on its own machine "
			  "says the same when that filter is not running.",
		.references = { "nodemailer/nodemailer#889" },
		.texts = TEXTS({ .words = { "econnrefused 127.0.0.1" },
				.unless = { ":53" }, .decisive = true },
			       DECIDES("econnrefused ::1"), DECIDES("econnrefused localhost"),
			       { .words = { "refused", "127.0.0.1" },
				.unless = { "127.0.0.1:53", "127.0.0.11", "554" }, .decisive = true },
			       DECIDES("refused", "[::1]"), DECIDES("refused", "::1", "smtp"),
			       { .words = { "refused", "localhost" },
				.unless = { "554" }, .decisive = true },
			       DECIDES("econnrefused", "\"address\":\"127.0.0.1\""),
			       DECIDES("econnrefused", "address: '127.0.0.1'"),
			       DECIDES("econnrefused", "address: '::1'"),
			       DECIDES("10061", "127.0.0.1"), DECIDES("10061", "localhost"),
			       DECIDES("couldn't connect to host", "localhost"),
			       DECIDES("could not connect to smtp host: localhost"),
			       DECIDES("could not connect to smtp host: 127.0.0.1"),
			       DECIDES("cannot assign requested address", "[::1]"),
			       DECIDES("eaddrnotavail", "::1"),
			       DECIDES("failed to connect to localhost"),
			       DECIDES("failed to connect to 127.0.0.1"),
			       DECIDES("connection could not be established with host", "localhost"),
			       DECIDES("could not connect to smtp host", "localhost")),
	},
	{
		.code = "CLIENT_PHP_WITHOUT_TLS", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "This PHP cannot do TLS: its openssl extension is missing, or the setting is misspelt",
		.means = "PHP has no transport of that name. Nothing was sent; the server is not at "
			 "fault.",
		.remedy = "Switch the openssl extension on (php -m must list it, for the web server's "
			  "PHP too), and write the encryption in lower case (tls, ssl).",
		.references = { "PHP manual: List of Supported Socket Transports",
				"yiisoft/yii2-swiftmailer#25", "fisharebest/webtrees#1648" },
		.texts = TEXTS(DECIDES("unable to find the socket transport"),
			       DECIDES("stream does not support ssl"),
			       DECIDES("extension missing: openssl")),
	},
	{
		.code = "CLIENT_PORT_NOT_OFFERED", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "The provider does not offer port 465",
		.means = "Microsoft 365, Outlook.com, Azure Communication Services and iCloud "
			 "publish port 587 with STARTTLS for sending, and no 465. A program set to "
			 "465 waits until its time is up.",
		.remedy = "Set port 587 and STARTTLS (nodemailer: secure: false; PHPMailer: "
			  "ENCRYPTION_STARTTLS; Python: SMTP and starttls()).",
		.others = "The provider may have opened the port since; a probe shows it.",
		.references = { "dawidd6/action-send-mail#187",
				"Microsoft Support: POP, IMAP, and SMTP settings for Outlook.com" },
		.texts = TEXTS(DECIDES("smtp.azurecomm.net", "465"),
			       DECIDES("smtp.office365.com", "465"),
			       DECIDES("smtp-mail.outlook.com", "465"),
			       DECIDES("smtp.mail.me.com", "465")),
	},
	{
		.code = "CLIENT_TLS_TOO_OLD", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "The program's TLS is too old for the server, or set to an old version",
		.means = "The two sides have no version of TLS in common. Servers have switched "
			 "TLS 1.0 and 1.1 off; programs on old systems (Windows Server 2012 and "
			 "before, .NET Framework before 4.7, Java 7, devices and printers) or with "
			 "an old version set by hand cannot go on. Exchange Online says so with 421 "
			 "4.7.66; between Exchange servers it shows as 421 4.4.2 SocketError.",
		.remedy = "Bring system and program up to TLS 1.2 or later: install updates; .NET: "
			  "leave SecurityProtocol to the system, or Tls12; Java: "
			  "mail.smtp.ssl.protocols=TLSv1.2; Exchange and Windows: enable TLS 1.2 "
			  "in Schannel. A device that cannot be updated sends through a relay of "
			  "your own that can.",
		.others = "The other way round, the server may be the old one and the program "
			  "refuse it (TLS_OLD_VERSION). Or no cipher is in common "
			  "(TLS_NO_COMMON_CIPHER). A firewall that inspects TLS can cause it too.",
		.references = { "RFC 8996", "Microsoft Learn: Opt in to the Exchange Online endpoint for "
				"legacy TLS clients using SMTP AUTH", "PHPMailer/PHPMailer#950" },
		.replies = 1u << STAGE_EHLO_TLS | 1u << STAGE_ENFORCEMENT,
		.texts = TEXTS(DECIDES("alert protocol version"), DECIDES("protocol_version"),
			       DECIDES("tls: protocol version not supported"),
			       DECIDES("protocol version not supported"),
			       DECIDES("alert number 70"), DECIDES("no appropriate protocol"),
			       { .status = "4.7.66", .decisive = true }, DECIDES("4.7.66"),
			       DECIDES("tls 1.0 and 1.1 are not supported"),
			       DECIDES("tls 1.0", "not supported"),
			       DECIDES("tls 1.1", "not supported"),
			       DECIDES("tls version", "not supported"),
			       DECIDES("tls 1.2", "required"),
			       DECIDES("upgrade/update your client"),
			       SAYS("do not possess a common algorithm"),
			       SAYS("4.4.2", "socketerror"), SAYS("dropped due to socketerror"),
			       SAYS("connection dropped", "socketerror"),
			       SAYS("unsupported tls version"), SAYS("0x80090331"),
			       SAYS("inappropriate_fallback")),
	},
	{
		.code = "CLIENT_CURL_8_12_STARTTLS", .stage = STAGE_STARTTLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "curl 8.12.0 hangs when it starts TLS in a mail dialogue",
		.means = "That release of curl has an error of its own: it stalls when it begins TLS "
			 "after STARTTLS, until its time is up. The server is not at fault.",
		.remedy = "Install a later release of curl (and libcurl). Until then, use smtps:// on "
			  "port 465.",
		.others = "With another release, the server did not answer: its greeting is late, or "
			  "the port wants TLS from the first byte.",
		.references = { "curl/curl#16189" },
		.texts = TEXTS(DECIDES("8.12.0", "server response timeout"),
			       DECIDES("8.12.0", "starttls", "curl"),
			       DECIDES("curl", "8.12.0", "smtp"), SAYS("server response timeout")),
	},
	{
		.code = "CLIENT_PHPMAILER_NOT_CONNECTED", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "The program says that it could not connect, and not why",
		.means = "This message of PHP programs covers everything up to the greeting: a "
			 "wrong host name, a port that the hosting company or cloud provider "
			 "blocks, or a setting for encryption that does not fit the port.",
		.remedy = "Probe the server from the same machine. In PHPMailer set SMTPDebug = 3, "
			  "which prints the reason (110: no answer, 111: refused, \"wrong version "
			  "number\": wrong setting for the port). Let the settings fit: "
			  "ENCRYPTION_STARTTLS with 587, ENCRYPTION_SMTPS with 465. On shared "
			  "hosting, ask whether outgoing SMTP is allowed, or use the host's own "
			  "relay.",
		.references = { "PHPMailer wiki: Troubleshooting", "ChurchCRM/CRM#7892" },
		.texts = TEXTS(VAGUELY("smtp connect() failed"), VAGUELY("chec de la connexion smtp"),
			       VAGUELY("phpmailer/wiki/troubleshooting"),
			       VAGUELY("konnte nicht zum smtp-host"),
			       VAGUELY("imposibilidad de conectar"),
			       VAGUELY("smtp error: could not connect to smtp host"),
			       VAGUELY("smtp error: failed to connect to server"),
			       VAGUELY("failed to connect to server", "phpmailer"),
			       VAGUELY("called mail() without being connected"),
			       VAGUELY("run connect() first"),
			       VAGUELY("unable to send email using php smtp")),
	},
	{
		.code = "CLIENT_MAILKIT_LISTS_CAUSES", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "MailKit could not set TLS up, and lists what may be the cause",
		.means = "The list (self-signed, missing root, revocation server, expired, "
			 "versions, a port without TLS) is the same every time; it does not say "
			 "that the certificate is bad. A timeout, or a port that begins in the "
			 "clear, ends in this text as well.",
		.remedy = "Look at the inner exception (after \"--->\"): it names the cause; paste "
			  "it here. Or probe the host and port: if it speaks STARTTLS, use "
			  "SecureSocketOptions.StartTls, if implicit TLS, SslOnConnect.",
		.references = { "MailKit FAQ: SslHandshakeException", "jstedfast/MailKit#1402" },
		.texts = TEXTS(DECIDES("trusted by the system"),
			       DECIDES("establish an ssl or tls"),
			       SAYS("mailkit", "sslhandshakeexception")),
	},
	{
		.code = "TLS_REVOCATION_UNKNOWN", .stage = STAGE_TLS,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_HIGH,
		.summary = "Whether the certificate was revoked could not be found out",
		.means = "The program asks the issuer's server whether the certificate has been "
			 "withdrawn, and did not reach it. Usually a firewall on this side lets no "
			 "HTTP out, or the issuer's server is down. The certificate itself may be "
			 "fine.",
		.remedy = "Let this machine reach the addresses named in the certificate (CRL, OCSP; "
			  "plain HTTP), or its proxy. If that cannot be, switch the revocation "
			  "check off in the program (MailKit: CheckCertificateRevocation = false) "
			  "and leave all other checks on.",
		.references = { "RFC 5280 6.3", "RFC 6960 2", "MailKit FAQ: SslHandshakeException" },
		.texts = TEXTS(DECIDES("revocationstatusunknown"), DECIDES("offlinerevocation"),
			       DECIDES("unable to check revocation"),
			       DECIDES("revocation server was offline"),
			       DECIDES("crypt_e_no_revocation_check"),
			       DECIDES("crypt_e_revocation_offline"), DECIDES("0x80092012"),
			       DECIDES("0x80092013"), DECIDES("unable to get certificate crl"),
			       DECIDES("unable_to_get_crl"),
			       DECIDES("revocation status", "unknown"),
			       DECIDES("could not determine revocation status"),
			       DECIDES("unable to determine revocation status"),
			       DECIDES("revocation information", "not available"),
			       DECIDES("revocation information", "unavailable")),
	},
	{
		.code = "TLS_DANE_MISMATCH", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "The certificate does not fit the TLSA records (DANE)",
		.means = "The domain publishes in the DNS which certificate or key its mail server "
			 "has, and the server shows another one. Senders that check DANE hold "
			 "their mail back and return it in the end. Usually the certificate was "
			 "renewed with a new key, and the TLSA record was not.",
		.remedy = "The owner of the domain publishes the new key's TLSA record (3 1 1) "
			  "before the server uses it, and keeps the old one until it is gone; or "
			  "lets the renewal keep its key. The sender can only wait.",
		.others = "Broken DNSSEC of the domain, or somebody in between.",
		.references = { "RFC 7672 2.2", "RFC 7671 8", "RFC 6698" },
		.texts = TEXTS(SAYS("no matching dane tlsa"), SAYS("dane", "certificate", "fail"),
			       SAYS("dane", "certificate", "not match"),
			       SAYS("dane", "attempt failed"), SAYS("dane", "not verified"),
			       SAYS("dane", "mismatch"), SAYS("dane", "validation", "fail"),
			       SAYS("dane", "verification fail"), SAYS("dane error"),
			       SAYS("dane-required"), SAYS("tlsa", "mismatch"),
			       SAYS("tlsa", "not match"), SAYS("tlsa", "no match"),
			       SAYS("5.7.323"), SAYS("tlsa-invalid"), SAYS("no usable tlsa"),
			       SAYS("no tlsa records found"), SAYS("tlsa records unusable"),
			       SAYS("5.7.325")),
	},
	{
		.code = "SMTP_PROXY_HEADER_EXPECTED", .stage = STAGE_GREETING,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "Load balancer and mail server do not agree on the PROXY header",
		.means = "A mail server behind a load balancer can be told to expect a first line "
			 "with the client's address (PROXY protocol). If only one of the two is set "
			 "to use it, the server stays silent or closes, or it takes that line for an "
			 "unknown command.",
		.remedy = "Whoever runs the server sets both sides alike (HAProxy: send-proxy or "
			  "send-proxy-v2; Postfix: smtpd_upstream_proxy_protocol or "
			  "postscreen_upstream_proxy_protocol = haproxy; Exim: hosts_proxy), and "
			  "keeps a port without it for health checks and direct clients.",
		.references = { "HAProxy: The PROXY protocol, 2", "bokysan/docker-postfix#226",
				"haproxy/haproxy#187" },
		.texts = TEXTS(SAYS("haproxy read"), SAYS("proxy protocol", "header"),
			       SAYS("proxy protocol", "missing"),
			       SAYS("proxy protocol", "invalid"), SAYS("proxy protocol", "fail"),
			       SAYS("proxy protocol", "timed out"),
			       SAYS("failure processing proxy"),
			       SAYS("haproxy", "protocol", "timed out"),
			       SAYS("proxy tcp4", "unrecognized"),
			       SAYS("proxy tcp4", "not implemented"),
			       SAYS("proxy tcp4", "unknown"), SAYS("proxy tcp4", "error"),
			       SAYS("not a valid proxy"), SAYS("proxy header", "expected"),
			       SAYS("broken header", "proxy")),
	},
	{
		.code = "PATH_CONTAINER_HIDES_CLIENTS", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "All clients seem to come from the container's own gateway",
		.means = "The mail server sees a private address (such as 172.18.0.1) in place of "
			 "the sender's: the container network replaces it on the way in, most "
			 "often for IPv6 through the container proxy. That address has no name in "
			 "the DNS, so everybody is turned away, or everybody is trusted.",
		.remedy = "Whoever runs the server gives the container network IPv6 of its own, or "
			  "takes the AAAA record away, or runs it with host networking or the PROXY "
			  "protocol; and takes the gateway's address out of the trusted networks.",
		.others = "A client of the internal network itself, without a reverse name.",
		.references = { "docker-mailserver/docker-mailserver#2927" },
		.texts = TEXTS({ .status = "4.7.25", .words = { "[172." }, .decisive = true },
			       { .status = "4.7.25", .words = { "[10." }, .decisive = true },
			       { .status = "4.7.25", .words = { "[192.168." }, .decisive = true },
			       DECIDES("cannot find your", "[172."),
			       DECIDES("cannot find your", "[192.168."),
			       DECIDES("cannot find your", "[10."),
			       DECIDES("cannot find your", "unknown[172."),
			       DECIDES("cannot find your", "[fd")),
	},
	{ .code = NULL },
};
