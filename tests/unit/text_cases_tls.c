/* SPDX-License-Identifier: MIT
 *
 * Texts about the TLS handshake and the certificate. */
#include <stddef.h>

#include "text_cases.h"

const struct text_case text_cases_tls[] = {
	{ "TLS_CERT_NAME_MISMATCH",
	  "MailKit.Security.SslHandshakeException: An error occurred while attempting to "
	  "establish an SSL or TLS connection.\n\nThe host name did not match the name given "
	  "in the server's SSL certificate.", false, "D09" },
	{ "TLS_CERT_UNKNOWN_ISSUER",
	  "warning: TLS library problem: error:14094418:SSL routines:ssl3_read_bytes:tlsv1 "
	  "alert unknown ca:../ssl/record/rec_layer_s3.c:1399:SSL alert number 48:", false, "G11" },
	{ "TLS_CERT_NAME_MISMATCH",
	  "x509: certificate is valid for smtp.gmail.com, not smtp.gmail.com:587", false, "D09" },
	{ "TLS_CERT_UNKNOWN_ISSUER",
	  "AuthenticationException: The remote certificate was rejected by the provided "
	  "RemoteCertificateValidationCallback. RemoteCertificateChainErrors", false, "D10" },
	{ "TLS_HANDSHAKE_TIMEOUT",
	  "_ssl.c:1112: The handshake operation timed out", false, "D01" },
	{ "TLS_HANDSHAKE_TIMEOUT",
	  "SSL_connect error to mx.example.com[192.0.2.7]:25: Connection timed out", false, "D01" },
	{ "TLS_HANDSHAKE_TIMEOUT", "curl: (28) SSL connection timeout", false, "D01" },
	{ "TLS_HANDSHAKE_TIMEOUT", "TLS session: (gnutls_handshake): timed out", false, "D01" },
	{ "TLS_HANDSHAKE_TIMEOUT", "tls: handshake failure", true, "D01" },
	{ "TLS_HANDSHAKE_CLOSED",
	  "Error: Client network socket disconnected before secure TLS connection was "
	  "established", false, "G11" },
	{ "TLS_HANDSHAKE_CLOSED",
	  "ssl.SSLEOFError: EOF occurred in violation of protocol (_ssl.c:997)", false, "G11" },
	{ "TLS_HANDSHAKE_CLOSED",
	  "javax.net.ssl.SSLHandshakeException: Remote host terminated the handshake",
	  false, "G11" },
	{ "TLS_HANDSHAKE_CLOSED",
	  "error:0A000126:SSL routines::unexpected eof while reading", false, "G11" },
	{ "TLS_HANDSHAKE_CLOSED",
	  "System.IO.IOException: Authentication failed because the remote party has closed "
	  "the transport stream.", false, "G11" },
	{ "TLS_HANDSHAKE_CLOSED", "Connection error: tls handshake eof", false, "G11" },
	{ "TLS_HANDSHAKE_CLOSED",
	  "*** Fatal error: The TLS connection was non-properly terminated.", false, "G11" },
	{ "TLS_HANDSHAKE_CLOSED", "Connection closed by foreign host", true, "G11" },
	{ "TLS_HANDSHAKE_ALERT", "remote error: tls: internal error", false, "D05" },
	{ "TLS_HANDSHAKE_ALERT",
	  "error:0A000438:SSL routines::tlsv1 alert internal error:SSL alert number 80",
	  false, "D05" },
	{ "TLS_HANDSHAKE_ALERT", "A TLS fatal alert has been received.", false, "D05" },
	{ "TLS_HANDSHAKE_ALERT", "certificate has expired", true, "D05" },
	{ "TLS_NO_COMMON_CIPHER",
	  "error:14094410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:SSL alert "
	  "number 40", false, "D05" },
	{ "TLS_NO_COMMON_CIPHER",
	  "javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure",
	  false, "D05" },
	{ "TLS_NO_COMMON_CIPHER", "remote error: tls: handshake failure", false, "D05" },
	{ "TLS_NO_COMMON_CIPHER",
	  "SSL_accept error from unknown[192.0.2.9]: -1: TLS library problem: "
	  "error:1408A0C1:SSL routines:ssl3_get_client_hello:no shared cipher", false, "D05" },
	{ "TLS_NO_COMMON_CIPHER", "No supported cipher suites have been found.", false, "D05" },
	{ "TLS_NO_COMMON_CIPHER", "dh key too small", true, "D05" },
	{ "TLS_NO_COMMON_VERSION",
	  "error:0A000102:SSL routines::unsupported protocol", false, "D03" },
	{ "TLS_NO_COMMON_VERSION",
	  "[SSL: UNSUPPORTED_PROTOCOL] unsupported protocol (_ssl.c:1129)", false, "D03" },
	{ "TLS_NO_COMMON_VERSION",
	  "tls: server selected unsupported protocol version 301", false, "D03" },
	{ "TLS_NO_COMMON_VERSION",
	  "A packet with illegal or unsupported version was received.", false, "D03" },
	{ "TLS_NO_COMMON_VERSION",
	  "javax.net.ssl.SSLHandshakeException: The server selected protocol version TLS10 is "
	  "not accepted by client preferences [TLS13, TLS12]", false, "D03" },
	{ "TLS_NO_COMMON_VERSION", "wrong version number", true, "D03" },
	{ "TLS_DH_TOO_SHORT",
	  "SSL_connect returned=1 errno=0 state=error: dh key too small", false, "D02" },
	{ "TLS_DH_TOO_SHORT",
	  "ssl.SSLError: [SSL: DH_KEY_TOO_SMALL] dh key too small (_ssl.c:997)", false, "D02" },
	{ "TLS_DH_TOO_SHORT",
	  "gnutls_handshake: The Diffie-Hellman prime sent by the server is not acceptable "
	  "(not long enough).", false, "D02" },
	{ "TLS_DH_TOO_SHORT",
	  "javax.net.ssl.SSLHandshakeException: DH ServerKeyExchange does not comply to "
	  "algorithm constraints", false, "D02" },
	{ "TLS_DH_TOO_SHORT", "ee key too small", true, "D04" },
	{ "TLS_HANDSHAKE_FAILED", "Cannot start TLS: handshake failed", false, "G10" },
	{ "TLS_HANDSHAKE_FAILED",
	  "System.Security.Authentication.AuthenticationException: A call to SSPI failed, see "
	  "inner exception.", false, "G10" },
	{ "TLS_HANDSHAKE_FAILED",
	  "javax.mail.MessagingException: Could not convert socket to TLS", false, "G10" },
	{ "TLS_HANDSHAKE_FAILED", "Name or service not known", true, "G10" },
	{ "TLS_CLIENT_CERTIFICATE",
	  "error:0A00045C:SSL routines::tlsv13 alert certificate required", false, "D05" },
	{ "TLS_CLIENT_CERTIFICATE", "peer did not return a certificate", false, "D05" },
	{ "TLS_CLIENT_CERTIFICATE", "400 No required SSL certificate was sent", false, "D05" },
	{ "TLS_CLIENT_CERTIFICATE", "certificate verify failed", true, "D05" },
	{ "TLS_NAME_REFUSED",
	  "error:0A000458:SSL routines::tlsv1 unrecognized name", false, "D13" },
	{ "TLS_NAME_REFUSED",
	  "javax.net.ssl.SSLProtocolException: handshake alert: unrecognized_name", false, "D13" },
	{ "TLS_NAME_REFUSED", "remote error: tls: unrecognized name", false, "D13" },
	{ "TLS_NAME_REFUSED", "remote error: tls: internal error", true, "D13" },
	{ "CLIENT_NO_SNI",
	  "self signed certificate: OU=No SNI provided; please fix your client., "
	  "CN=invalid2.invalid", false, "D12" },
	{ "CLIENT_NO_SNI",
	  "Error: Hostname/IP does not match certificate's altnames: Host: imap.example.com is "
	  "not cert's CN: invalid2.invalid", false, "D12" },
	{ "CLIENT_NO_SNI", "No SNI provided; please fix your client", false, "D12" },
	{ "CLIENT_NO_SNI", "tls: unrecognized name", true, "D12" },
	{ "TLS_NO_TRUST_STORE",
	  "java.security.InvalidAlgorithmParameterException: the trustAnchors parameter must "
	  "be non-empty", false, "D10" },
	{ "TLS_NO_TRUST_STORE",
	  "curl: (77) error setting certificate verify locations: CAfile: "
	  "/etc/ssl/certs/ca-certificates.crt", false, "D10" },
	{ "TLS_NO_TRUST_STORE",
	  "x509: failed to load system roots and no roots provided", false, "D10" },
	{ "TLS_NO_TRUST_STORE", "unable to get local issuer certificate", true, "D10" },
	{ "TLS_CERT_EXPIRED",
	  "x509: certificate has expired or is not yet valid: current time "
	  "2026-03-01T00:00:00Z is after 2026-01-01T00:00:00Z", false, "D08" },
	{ "TLS_CERT_EXPIRED",
	  "Error: certificate has expired { code: 'CERT_HAS_EXPIRED' }", false, "D08" },
	{ "TLS_CERT_EXPIRED",
	  "java.security.cert.CertificateExpiredException: NotAfter: Tue Jan 03 12:00:00 UTC "
	  "2026", false, "D08" },
	{ "TLS_CERT_EXPIRED", "invalid peer certificate: Expired", false, "D08" },
	{ "TLS_CERT_EXPIRED",
	  "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify "
	  "failed: certificate has expired (_ssl.c:1007)", false, "D08" },
	{ "TLS_CERT_EXPIRED",
	  "The remote certificate is invalid because of errors in the certificate chain: "
	  "NotTimeValid", false, "D08" },
	{ "TLS_CERT_EXPIRED",
	  "x509: certificate has expired or is not yet valid: current time "
	  "2026-01-01T00:00:00Z is before 2026-03-01T00:00:00Z", true, "D08" },
	{ "TLS_CERT_NOT_YET_VALID",
	  "x509: certificate has expired or is not yet valid: current time "
	  "2026-01-01T00:00:00Z is before 2026-03-01T00:00:00Z", false, "D08" },
	{ "TLS_CERT_NOT_YET_VALID",
	  "certificate verify failed: certificate is not yet valid", false, "D08" },
	{ "TLS_CERT_NOT_YET_VALID",
	  "java.security.cert.CertificateNotYetValidException: NotBefore: Sun Mar 01 2026",
	  false, "D08" },
	{ "TLS_CERT_NOT_YET_VALID", "certificate has expired", true, "D08" },
	{ "TLS_CERT_NAME_MISMATCH",
	  "stream_socket_enable_crypto(): Peer certificate CN=`*.hoster.example' did not match "
	  "expected CN=`smtp.example.com'", false, "D09" },
	{ "TLS_CERT_NAME_MISMATCH",
	  "Hostname/IP does not match certificate's altnames: Host: mail.example.com. is not "
	  "in the cert's altnames: DNS:*.hoster.example", false, "D09" },
	{ "TLS_CERT_NAME_MISMATCH",
	  "x509: certificate is valid for *.hoster.example, hoster.example, not "
	  "mail.example.com", false, "D09" },
	{ "TLS_CERT_NAME_MISMATCH",
	  "certificate verify failed: Hostname mismatch, certificate is not valid for "
	  "'mail.example.com'. (_ssl.c:1007)", false, "D09" },
	{ "TLS_CERT_NAME_MISMATCH",
	  "java.security.cert.CertificateException: No subject alternative DNS name matching "
	  "mail.example.com found.", false, "D09" },
	{ "TLS_CERT_NAME_MISMATCH",
	  "System.Security.Authentication.AuthenticationException: The remote certificate is "
	  "invalid according to the validation procedure: RemoteCertificateNameMismatch",
	  false, "D09" },
	{ "TLS_CERT_NAME_MISMATCH",
	  "The server you are connected to is using a security certificate that cannot be "
	  "verified. The target principal name is incorrect.", false, "D09" },
	{ "TLS_CERT_NAME_MISMATCH",
	  "SSL: no alternative certificate subject name matches target host name "
	  "'mail.example.com'", false, "D09" },
	{ "TLS_CERT_NAME_MISMATCH",
	  "hostname \"mail.example.com\" does not match the server certificate", false, "D09" },
	{ "TLS_CERT_NAME_MISMATCH",
	  "msmtp: TLS certificate verification failed: the certificate owner does not match "
	  "hostname mail.example.com", false, "D09" },
	{ "TLS_CERT_NAME_MISMATCH", "certificate has expired", true, "D09" },
	{ "TLS_CERT_SELF_SIGNED",
	  "Error: self signed certificate { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }", false, "D10" },
	{ "TLS_CERT_SELF_SIGNED",
	  "SSL_connect returned=1 errno=0 state=error: certificate verify failed (self-signed "
	  "certificate)", false, "D10" },
	{ "TLS_CERT_SELF_SIGNED",
	  "postfix/smtp[6]: certificate verification failed for mx.example.com[192.0.2.7]:25: "
	  "self-signed certificate", false, "D10" },
	{ "TLS_CERT_SELF_SIGNED", "self signed certificate in certificate chain", true, "D11" },
	{ "TLS_CERT_MISSING_INTERMEDIATE",
	  "Error: unable to verify the first certificate { code: "
	  "'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }", false, "D10" },
	{ "TLS_CERT_MISSING_INTERMEDIATE",
	  "certificate verify failed: unable to get local issuer certificate (_ssl.c:1007)",
	  false, "D10" },
	{ "TLS_CERT_MISSING_INTERMEDIATE",
	  "The remote certificate is invalid because of errors in the certificate chain: "
	  "PartialChain", false, "D10" },
	{ "TLS_CERT_MISSING_INTERMEDIATE", "self signed certificate", true, "D10" },
	{ "TLS_CERT_UNKNOWN_ISSUER",
	  "sun.security.validator.ValidatorException: PKIX path building failed: "
	  "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid "
	  "certification path to requested target", false, "D10" },
	{ "TLS_CERT_UNKNOWN_ISSUER",
	  "tls: failed to verify certificate: x509: certificate signed by unknown authority",
	  false, "D10" },
	{ "TLS_CERT_UNKNOWN_ISSUER",
	  "self signed certificate in certificate chain", false, "D11" },
	{ "TLS_CERT_UNKNOWN_ISSUER", "invalid peer certificate: UnknownIssuer", false, "D10" },
	{ "TLS_CERT_UNKNOWN_ISSUER",
	  "The remote certificate is invalid because of errors in the certificate chain: "
	  "UntrustedRoot", false, "D10" },
	{ "TLS_CERT_UNKNOWN_ISSUER",
	  "msmtp: TLS certificate verification failed: the certificate hasn't got a known "
	  "issuer", false, "D10" },
	{ "TLS_CERT_UNKNOWN_ISSUER",
	  "certificate verification failed for smtp.example.com[192.0.2.7]:587: untrusted "
	  "issuer /C=US/O=Example", false, "D10" },
	{ "TLS_CERT_UNKNOWN_ISSUER", "unable to verify the first certificate", true, "D10" },
	{ "PATH_MAIL_SHIELD",
	  "smtp.gmail.com: self signed certificate in certificate chain", false, "D11" },
	{ "PATH_PORT_REDIRECTED",
	  "Peer certificate CN=`*.prod.phx3.secureserver.net' did not match expected "
	  "CN=`smtp.gmail.com'", false, "N10" },
	{ "PATH_PORT_REDIRECTED",
	  "x509: certificate is valid for mywebhost.example, not smtp.gmail.com", false, "N10" },
	{ "PATH_PORT_REDIRECTED",
	  "Hostname mismatch, certificate is not valid for 'smtp.gmail.com'", false, "N10" },
	{ "PATH_PORT_REDIRECTED",
	  "x509: certificate is valid for mywebhost.example, not mail.example.com", true, "N10" },
	{ "TLS_CERT_WRONG_PURPOSE",
	  "certificate verify failed: unsupported certificate purpose", false, "D09" },
	{ "TLS_CERT_WRONG_PURPOSE",
	  "x509: certificate specifies an incompatible key usage", false, "D09" },
	{ "TLS_CERT_WRONG_PURPOSE",
	  "Extended key usage does not permit use for TLS server authentication", false, "D09" },
	{ "TLS_CERT_WRONG_PURPOSE", "certificate has expired", true, "D09" },
	{ "TLS_CERT_WEAK",
	  "error:0A000118:SSL routines::legacy sigalg disallowed or unsupported", false, "D04" },
	{ "TLS_CERT_WEAK", "certificate verify failed: CA md too weak", false, "D04" },
	{ "TLS_CERT_WEAK", "error:0A00018F:SSL routines::ee key too small", false, "D04" },
	{ "TLS_CERT_WEAK",
	  "java.security.cert.CertificateException: Certificates do not conform to algorithm "
	  "constraints", false, "D04" },
	{ "TLS_CERT_WEAK", "dh key too small", true, "D02" },
	{ "TLS_CERT_REVOKED", "certificate verify failed: certificate revoked", false, "D14" },
	{ "TLS_CERT_REVOKED",
	  "javax.net.ssl.SSLHandshakeException: Certificate has been revoked, reason: "
	  "KEY_COMPROMISE", false, "D14" },
	{ "TLS_CERT_REVOKED", "schannel: CRYPT_E_REVOKED (0x80092010)", false, "D14" },
	{ "TLS_CERT_REVOKED",
	  "The revocation function was unable to check revocation", true, "D14" },
	{ "TLS_CERT_NO_SAN",
	  "x509: certificate relies on legacy Common Name field, use SANs instead", false, "D09" },
	{ "TLS_CERT_NO_SAN",
	  "java.security.cert.CertificateException: No subject alternative names present",
	  false, "D09" },
	{ "TLS_CERT_NO_SAN",
	  "certificate does not contain any subject alternative name", false, "D09" },
	{ "TLS_CERT_NO_SAN",
	  "No subject alternative DNS name matching mail.example.com found", true, "D09" },
	{ "TLS_CERT_INVALID",
	  "System.Security.Authentication.AuthenticationException: The remote certificate is "
	  "invalid according to the validation procedure.", false, "D10" },
	{ "TLS_CERT_INVALID",
	  "stream_socket_enable_crypto(): SSL operation failed with code 1. OpenSSL Error "
	  "messages: error:1416F086:SSL routines:tls_process_server_certificate:certificate "
	  "verify failed", false, "D10" },
	{ "TLS_CERT_INVALID", "status=deferred (Server certificate not verified)", false, "G10" },
	{ "TLS_CERT_INVALID", "no shared cipher", true, "D10" },
	{ NULL, NULL, false, NULL },
};
