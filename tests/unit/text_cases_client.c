/* SPDX-License-Identifier: MIT
 *
 * Texts that show the client's own settings: the mode of TLS, the host, the version. */
#include <stddef.h>

#include "text_cases.h"

const struct text_case text_cases_client[] = {
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "System.Net.Mail.SmtpException: The operation has timed out.\n   at "
	  "System.Net.Mail.SmtpClient.Send(MailMessage message)\n   at "
	  "PKISharp.WACS.Clients.EmailClient.Send(String subject, String content)", false, "C01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "2020-03-04 14:42:59.942 -07:00 [ERR] Problem sending e-mail to smtps.aruba.it:465 "
	  "System.Net.Mail.SmtpException: The operation has timed out.", false, "C01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "System.Net.Mail.SmtpException: Failure sending mail. ---> System.IO.IOException: "
	  "Unable to read data from the transport connection: net_io_connectionclosed.",
	  false, "C02" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "Traceback (most recent call last):\n  File \"send.py\", line 9, in <module>\n    s "
	  "= smtplib.SMTP('smtp.example.com', 465)\n  File \"/usr/lib/python3.11/smtplib.py\", "
	  "line 255, in __init__\n    (code, msg) = self.connect(host, port)\n  File "
	  "\"/usr/lib/python3.11/smtplib.py\", line 405, in getreply\n    raise "
	  "SMTPServerDisconnected(\"Connection unexpectedly "
	  "closed\")\nsmtplib.SMTPServerDisconnected: Connection unexpectedly closed",
	  false, "C11" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "smtplib.SMTPServerDisconnected: Connection unexpectedly closed: timed out",
	  false, "C11" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "Error: Greeting never received\n    at SMTPConnection._formatError "
	  "(/app/node_modules/nodemailer/lib/smtp-connection/index.js:790:19) {\n  code: "
	  "'ETIMEDOUT',\n  command: 'CONN'\n}", false, "C13" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "{\"level\":\"error\",\"message\":\"Greeting never "
	  "received\",\"code\":\"ETIMEDOUT\",\"command\":\"CONN\",\"port\":465}", false, "C13" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "javax.mail.MessagingException: Could not connect to SMTP host: smtp.gmail.com, "
	  "port: 465, response: -1", false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "DEBUG SMTP: trying to connect to host \"smtp.qq.com\", port 465, isSSL false\nDEBUG "
	  "SMTP: exception reading response, THROW:\njava.net.SocketTimeoutException: Read "
	  "timed out", false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "Connection to \"smtp.example.com:465\" timed out.", false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "Swift_TransportException: Expected response code 220 but got code \"\", with "
	  "message \"\"", false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "Symfony\\Component\\Mailer\\Exception\\TransportException: Expected response code "
	  "\"220\" but got an empty response.", false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "EOFError: end of file reached\n/usr/lib/ruby/3.0.0/net/protocol.rb:225:in "
	  "`rbuf_fill'\n/usr/lib/ruby/3.0.0/net/smtp.rb:1039:in `recv_response' "
	  "smtp.example.com 465", false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "Net::ReadTimeout (Net::ReadTimeout with #<TCPSocket:(closed)>)", false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "2016/08/11 01:10:45 worker.go:230: sending to smtp.gmail.com:465: EOF", false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS", "msmtp: the server sent an empty reply", false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "postfix/smtp[8121]: CLIENT wrappermode (port smtps/465) is unimplemented",
	  false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "postfix/smtp[712]: SMTPS wrappermode (TCP port 465) requires setting "
	  "\"smtp_tls_wrappermode = yes\", and \"smtp_tls_security_level = encrypt\" (or "
	  "stronger)", false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "Nov 12 09:14:02 relay postfix/smtp[3112]: 4C2A1: to=<a@b.example>, "
	  "relay=smtp.example.com[192.0.2.7]:465, delay=301, status=deferred (conversation "
	  "with smtp.example.com[192.0.2.7]:465 timed out while receiving the initial server "
	  "greeting)", false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "read tcp 10.1.2.3:51876->192.0.2.7:465: i/o timeout", false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "email: FATAL: Smtp error: Timeout(10) while trying to read from SMTP server",
	  false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "Error: Invalid greeting. response=\\x15\\x03\\x01\\x00\\x02\\x02\\x46 code=EPROTOCOL",
	  false, "B06" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS", "short response: \\u0015\\u0003\\u0003", false, "B06" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "gomail: could not send email 1: short response: ", false, "B06" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS", "dial tcp 192.0.2.7:587: i/o timeout", true, "C01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "smtplib.SMTPServerDisconnected: Connection unexpectedly closed\n  File "
	  "\"smtplib.py\", line 749, in login", true, "C11" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS", "Error: connect ETIMEDOUT 192.0.2.7:587", true, "C13" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "System.IO.IOException: The handshake failed due to an unexpected packet format.\n   "
	  "at System.Net.Security.SslState.StartReadFrame(Byte[] buffer, Int32 readBytes)",
	  false, "C03" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "{\"ClassName\":\"System.IO.IOException\",\"Message\":\"The handshake failed due to "
	  "an unexpected packet format.\",\"Data\":null}", false, "C03" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "System.Security.Authentication.AuthenticationException: Cannot determine the frame "
	  "size or a corrupted frame was received.", false, "C04" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "MailKit.Security.SslHandshakeException: An error occurred while attempting to "
	  "establish an SSL or TLS connection.\n\nWhen connecting to an SMTP service, port 587 "
	  "is typically reserved for plain-text connections. If you intended to connect to "
	  "SMTP on the SSL port, try connecting to port 465 instead.", false, "C05" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "MailKit.Security.SslHandshakeException: An error occurred while attempting to "
	  "establish an SSL or TLS connection. This usually means that the SSL certificate "
	  "presented by the server is not trusted by the system ---> System.IO.IOException: "
	  "The handshake failed due to an unexpected packet format.", false, "C06" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "Error: 140735195182976:error:1408F10B:SSL routines:ssl3_get_record:wrong version "
	  "number:../deps/openssl/openssl/ssl/record/ssl3_record.c:332: { code: 'ESOCKET', "
	  "command: 'CONN' }", false, "C07" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "Connection could not be established with host \"ssl://smtp.gmail.com:587\": "
	  "stream_socket_client(): SSL operation failed with code 1. OpenSSL Error "
	  "messages:\nerror:0A00010B:SSL routines::wrong version number", false, "C07" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)",
	  false, "C07" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "OpenSSL::SSL::SSLError: SSL_connect returned=1 errno=0 state=error: wrong version "
	  "number", false, "C07" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "HandshakeException: Handshake error in client (OS Error: "
	  "WRONG_VERSION_NUMBER(tls_record.cc:242))", false, "C07" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "curl: (35) OpenSSL/3.0.2: error:0A00010B:SSL routines::wrong version number",
	  false, "C07" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "stream_socket_client(): SSL operation failed with code 1. OpenSSL Error messages: "
	  "error:140770FC:SSL routines:SSL23_GET_SERVER_HELLO:unknown protocol", false, "C07" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "msmtp: TLS handshake failed: An unexpected TLS packet was received.", false, "C08" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "gnutls_handshake: An unexpected TLS packet was received. Could not send the message.",
	  false, "C08" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "failed to connect via TLS: tls: first record does not look like a TLS handshake",
	  false, "C09" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "time=\\\"2024-02-01T10:00:00Z\\\" level=error msg=\\\"tls: first record does not "
	  "look like a TLS handshake\\\"", false, "C09" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "javax.mail.MessagingException: Could not connect to SMTP host: smtp.gmail.com, "
	  "port: 587;\n  nested exception is:\n\tjavax.net.ssl.SSLException: Unrecognized SSL "
	  "message, plaintext connection?", false, "C10" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "javax.net.ssl.SSLException: Unsupported or unrecognized SSL message\n\tat "
	  "java.base/sun.security.ssl.SSLSocketInputRecord.handleUnknownRecord", false, "C10" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "lettre::transport::smtp::Error { kind: Connection, source: Custom { kind: "
	  "InvalidData, error: InvalidMessage(InvalidContentType) } }", false, "B07" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "Connection error: received corrupt message of type InvalidContentType", false, "B07" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "Outlook: Your outgoing (SMTP) e-mail server does not support the connection "
	  "encryption type you have specified. (0x800CCC1A)", false, "C18" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "I chose \"SSL/TLS\" with port 587 and sending hangs", false, "C18" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "error:0A000102:SSL routines::unsupported protocol", true, "C07" },
	{ "CLIENT_TLS_ON_STARTTLS_PORT",
	  "tls: failed to verify certificate: x509: certificate signed by unknown authority",
	  true, "C09" },
	{ "CLIENT_STARTTLS_INSIDE_TLS",
	  "  server = smtplib.SMTP_SSL(host, 465)\n  "
	  "server.starttls()\nsmtplib.SMTPNotSupportedError: STARTTLS extension not supported "
	  "by server.", false, "C12" },
	{ "CLIENT_STARTTLS_INSIDE_TLS",
	  "454 Command not permitted when TLS active", false, "C15" },
	{ "CLIENT_STARTTLS_INSIDE_TLS", "554 5.5.1 Error: TLS already active", false, "C15" },
	{ "CLIENT_STARTTLS_INSIDE_TLS",
	  "SMTPError: 503 5.5.1 Invalid command: Channel already secured", false, "C15" },
	{ "CLIENT_STARTTLS_INSIDE_TLS",
	  "smtplib.SMTPNotSupportedError: STARTTLS extension not supported by server.",
	  true, "C12" },
	{ "CLIENT_CURL_8_12_STARTTLS",
	  "* curl 8.12.0 (x86_64-pc-linux-gnu) libcurl/8.12.0\n< 220 Ready to start TLS\n* "
	  "server response timeout", false, "C19" },
	{ "CLIENT_CURL_8_12_STARTTLS",
	  "curl: (28) server response timeout [libcurl/8.12.0 OpenSSL/3.4.1]", false, "C19" },
	{ "CLIENT_CURL_8_12_STARTTLS",
	  "git-send-email via curl 8.12.0: smtp://mail.example.com:587 hangs after STARTTLS",
	  false, "C19" },
	{ "CLIENT_CURL_8_12_STARTTLS",
	  "curl: (28) Failed to connect to smtp.example.com port 587 after 10001 ms: Timeout "
	  "was reached", true, "C19" },
	{ "CLIENT_CONNECTS_TO_ITSELF",
	  "Error: connect ECONNREFUSED 127.0.0.1:465\n    at TCPConnectWrap.afterConnect [as "
	  "oncomplete] (net.js:1144:16) { errno: 'ECONNREFUSED', code: 'ESOCKET', syscall: "
	  "'connect', address: '127.0.0.1', port: 465, command: 'CONN' }", false, "N07" },
	{ "CLIENT_CONNECTS_TO_ITSELF", "connect ECONNREFUSED ::1:587", false, "N07" },
	{ "CLIENT_CONNECTS_TO_ITSELF",
	  "dial tcp [::1]:25: connect: connection refused", false, "N07" },
	{ "CLIENT_CONNECTS_TO_ITSELF",
	  "javax.mail.MessagingException: Could not connect to SMTP host: localhost, port: 25; "
	  "nested exception is: java.net.ConnectException: Connection refused", false, "N07" },
	{ "CLIENT_CONNECTS_TO_ITSELF",
	  "System.Net.Sockets.SocketException (10061): No connection could be made because the "
	  "target machine actively refused it 127.0.0.1:25", false, "N07" },
	{ "CLIENT_CONNECTS_TO_ITSELF",
	  "Errno::ECONNREFUSED: Connection refused - connect(2) for \"localhost\" port 25",
	  false, "N07" },
	{ "CLIENT_CONNECTS_TO_ITSELF",
	  "dial tcp 192.0.2.7:587: connect: connection refused", true, "N07" },
	{ "CLIENT_PORT_NOT_OFFERED",
	  "Error: connect ETIMEDOUT 20.49.1.2:465 (smtp.azurecomm.net)", false, "C17" },
	{ "CLIENT_PORT_NOT_OFFERED",
	  "SMTP connect to smtp.office365.com:465 failed: Connection timed out (110)",
	  false, "C17" },
	{ "CLIENT_PORT_NOT_OFFERED",
	  "com.sun.mail.util.MailConnectException: Couldn't connect to host, port: "
	  "smtp-mail.outlook.com, 465; timeout 5000", false, "C17" },
	{ "CLIENT_PORT_NOT_OFFERED",
	  "dial tcp: smtp.office365.com:587: i/o timeout", true, "C17" },
	{ "CLIENT_TLS_TOO_OLD",
	  "421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade/update your client to "
	  "support TLS 1.2.", false, "D06" },
	{ "CLIENT_TLS_TOO_OLD",
	  "error:1409442E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol "
	  "version:s3_pkt.c:1275:SSL alert number 70", false, "D03" },
	{ "CLIENT_TLS_TOO_OLD",
	  "javax.net.ssl.SSLHandshakeException: No appropriate protocol (protocol is disabled "
	  "or cipher suites are inappropriate)", false, "D03" },
	{ "CLIENT_TLS_TOO_OLD",
	  "javax.net.ssl.SSLHandshakeException: Received fatal alert: protocol_version",
	  false, "D03" },
	{ "CLIENT_TLS_TOO_OLD",
	  "remote error: tls: protocol version not supported", false, "D03" },
	{ "CLIENT_TLS_TOO_OLD",
	  "System.ComponentModel.Win32Exception: The client and server cannot communicate, "
	  "because they do not possess a common algorithm", false, "D03" },
	{ "CLIENT_TLS_TOO_OLD",
	  "451 4.4.0 Primary target IP address responded with: \"421 4.4.2 Connection dropped "
	  "due to SocketError.\" Attempted failover to alternate host", false, "D07" },
	{ "CLIENT_TLS_TOO_OLD", "421 4.7.0 Try again later, closing connection", true, "D06" },
	{ "CLIENT_PHPMAILER_NOT_CONNECTED",
	  "Mailer Error: SMTP connect() failed. "
	  "https://github.com/PHPMailer/PHPMailer/wiki/Troubleshooting", false, "C14" },
	{ "CLIENT_PHPMAILER_NOT_CONNECTED",
	  "SMTP Error: Could not connect to SMTP host.", false, "C14" },
	{ "CLIENT_PHPMAILER_NOT_CONNECTED",
	  "SMTP ERROR: Failed to connect to server:  (0)", false, "N10" },
	{ "CLIENT_PHPMAILER_NOT_CONNECTED", "220 smtp.example.com ESMTP", true, "C14" },
	{ "CLIENT_MAILKIT_LISTS_CAUSES",
	  "MailKit.Security.SslHandshakeException: An error occurred while attempting to "
	  "establish an SSL or TLS connection.\n\nThis usually means that the SSL certificate "
	  "presented by the server is not trusted by the system for one or more of\nthe "
	  "following reasons:\n\n1. The server is using a self-signed certificate which cannot "
	  "be verified.\n2. The local system is missing a Root or Intermediate certificate "
	  "needed to verify the server's certificate.\n3. A Certificate Authority CRL server "
	  "for one or more of the certificates in the chain is temporarily unavailable.\n4. "
	  "The certificate presented by the server is expired or invalid.\n5. The set of "
	  "SSL/TLS protocols supported by the client and server do not match.\n6. You are "
	  "trying to connect to a port which does not support SSL/TLS.", false, "C06" },
	{ "CLIENT_MAILKIT_LISTS_CAUSES",
	  "An error occurred while attempting to establish an SSL or TLS connection.",
	  false, "C06" },
	{ "CLIENT_MAILKIT_LISTS_CAUSES",
	  "the SSL certificate presented by the server is not trusted by the system for one or "
	  "more of the following reasons", false, "C06" },
	{ "CLIENT_MAILKIT_LISTS_CAUSES", "x509: certificate is not trusted", true, "C06" },
	{ "TLS_REVOCATION_UNKNOWN",
	  "The remote certificate is invalid because of errors in the certificate chain: "
	  "RevocationStatusUnknown, OfflineRevocation", false, "D14" },
	{ "TLS_REVOCATION_UNKNOWN",
	  "The revocation function was unable to check revocation because the revocation "
	  "server was offline.", false, "D14" },
	{ "TLS_REVOCATION_UNKNOWN",
	  "schannel: next InitializeSecurityContext failed: CRYPT_E_NO_REVOCATION_CHECK "
	  "(0x80092012) - The revocation function was unable to check revocation for the "
	  "certificate.", false, "D14" },
	{ "TLS_REVOCATION_UNKNOWN", "certificate has been revoked", true, "D14" },
	{ "TLS_DANE_MISMATCH",
	  "DANE attempt failed; TLS connection to mx.example.com [192.0.2.5]: (certificate "
	  "verification failed): certificate invalid", false, "D15" },
	{ "TLS_DANE_MISMATCH",
	  "postfix/smtp[991]: certificate verification failed for "
	  "mx.example.com[192.0.2.5]:25: num=65:no matching DANE TLSA records", false, "D15" },
	{ "TLS_DANE_MISMATCH",
	  "550 5.7.323 tlsa-invalid: The domain failed DANE validation", false, "D15" },
	{ "TLS_DANE_MISMATCH",
	  "Verified TLS connection established to mx.example.com[192.0.2.5]:25", true, "D15" },
	{ "SMTP_PROXY_HEADER_EXPECTED",
	  "postfix/postscreen[77]: warning: haproxy read: EOF", false, "B04" },
	{ "SMTP_PROXY_HEADER_EXPECTED",
	  "500 5.5.2 Error: command not recognized: PROXY TCP4 10.0.0.1 10.0.0.2 4000 25",
	  false, "B04" },
	{ "SMTP_PROXY_HEADER_EXPECTED",
	  "2024-05-01 proxy protocol: missing or invalid header from load balancer", false, "B04" },
	{ "SMTP_PROXY_HEADER_EXPECTED",
	  "Failure processing proxy: Host=10.2.0.4:25", false, "B04" },
	{ "SMTP_PROXY_HEADER_EXPECTED", "proxy connect failed: 502 Bad Gateway", true, "B04" },
	{ "PATH_CONTAINER_HIDES_CLIENTS",
	  "NOQUEUE: reject: RCPT from unknown[172.18.0.1]: 450 4.7.25 Client host rejected: "
	  "cannot find your hostname, [172.18.0.1]; from=<a@b.example>", false, "N14" },
	{ "PATH_CONTAINER_HIDES_CLIENTS",
	  "450 4.7.25 Client host rejected: cannot find your hostname, [192.168.65.1]",
	  false, "N14" },
	{ "PATH_CONTAINER_HIDES_CLIENTS",
	  "550 5.7.25 cannot find your reverse hostname, [172.17.0.1]", false, "N14" },
	{ "PATH_CONTAINER_HIDES_CLIENTS",
	  "450 4.7.25 Client host rejected: cannot find your hostname, [203.0.113.9]",
	  true, "N14" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "System.IO.IOException: Connection timed out\n ---> "
	  "System.Net.Sockets.SocketException (110): Connection timed out\n   at "
	  "MailKit.Net.NetworkStream.Read(Byte[] buffer, Int32 offset, Int32 count)\n   at "
	  "MailKit.Net.Smtp.SmtpStream.ReadResponse(CancellationToken cancellationToken)",
	  false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "Error during execute - Error Dialing smtp server: EOF", false, "B01" },
	{ "CLIENT_WAITS_ON_IMPLICIT_TLS",
	  "aiosmtplib.errors.SMTPConnectTimeoutError: Timed out waiting for server ready "
	  "message", false, "B01" },
	{ "CLIENT_PHPMAILER_NOT_CONNECTED",
	  "smtplib.SMTPServerDisconnected: please run connect() first", false, "C14" },
	{ NULL, NULL, false, NULL },
};
