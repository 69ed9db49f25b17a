/* SPDX-License-Identifier: MIT
 *
 * Rules about the TLS handshake and the session it made. They speak only where TLS was agreed
 * on: a ClientHello that a silent port did not answer is no failed handshake. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "diagnose/facts.h"
#include "diagnose/seen.h"
#include "diagnose/text_rows.h"

static bool ended(const struct obs_endpoint *e, enum outcome how)
{
	return facts_tls_agreed(e) && e->tls.outcome == how;
}

static void say_error(struct buf *what, const struct obs_endpoint *e)
{
	if (e->tls.error == NULL)
		return;
	buf_adds(what, " (");
	seen_text(what, e->tls.error, 120);
	buf_adds(what, ")");
}

static bool handshake_timeout(const struct observation *o, const struct obs_endpoint *e,
			      struct buf *what)
{
	(void)o;
	if (!ended(e, OUT_TIMEOUT) || facts_large_packets_lost(e)) /* PATH_MTU_BLACK_HOLE */
		return false;
	buf_adds(what, "ClientHello sent, handshake not complete in ");
	seen_time(what, e->tls.us);
	return true;
}

static bool handshake_closed(const struct observation *o, const struct obs_endpoint *e,
			     struct buf *what)
{
	(void)o;
	if (!ended(e, OUT_CLOSED) && !ended(e, OUT_RESET))
		return false;
	buf_addf(what, "connection %s during the handshake, after ",
		 e->tls.outcome == OUT_RESET ? "reset" : "closed");
	seen_time(what, e->tls.us);
	return true;
}

static bool alert_is(const struct obs_endpoint *e, const char *const *names)
{
	if (!ended(e, OUT_ALERT) || e->tls.alert == NULL)
		return false;
	while (*names != NULL && strcmp(*names, e->tls.alert) != 0)
		names++;
	return *names != NULL;
}

/* Did the library end the handshake itself, with these words? */
static bool library_says(const struct obs_endpoint *e, const char *words)
{
	return (ended(e, OUT_PROTOCOL_ERROR) || ended(e, OUT_ERROR)) && e->tls.error != NULL &&
	       strcasestr(e->tls.error, words) != NULL;
}

static bool say_how(struct buf *what, const struct obs_endpoint *e)
{
	if (ended(e, OUT_ALERT)) {
		buf_adds(what, "alert ");
		seen_text(what, e->tls.alert, 60);
	} else {
		buf_adds(what, words_name(&outcome_words, e->tls.outcome));
		say_error(what, e);
	}
	return true;
}

static bool cipher_missing(const struct obs_endpoint *e)
{
	static const char *const alerts[] = { "handshake_failure", "insufficient_security", NULL };

	return alert_is(e, alerts) || library_says(e, "no supported cipher");
}

static bool version_missing(const struct obs_endpoint *e)
{
	static const char *const alerts[] = { "protocol_version", NULL };

	return alert_is(e, alerts) || library_says(e, "unsupported version");
}

static bool dh_too_short(const struct obs_endpoint *e)
{
	return library_says(e, "diffie-hellman prime") || (facts_tls_up(e) && (e->tls.weaknesses & WEAK_DH));
}

static bool name_unknown(const struct obs_endpoint *e)
{
	static const char *const alerts[] = { "unrecognized_name", NULL };

	return alert_is(e, alerts);
}

/* One of these names the cause, so that the rules for any alert and any error leave it alone. */
static bool cause_known(const struct obs_endpoint *e)
{
	return cipher_missing(e) || version_missing(e) || dh_too_short(e) || name_unknown(e);
}

static bool no_common_cipher(const struct observation *o, const struct obs_endpoint *e,
			     struct buf *what)
{
	(void)o;
	return cipher_missing(e) && say_how(what, e);
}

static bool no_common_version(const struct observation *o, const struct obs_endpoint *e,
			      struct buf *what)
{
	(void)o;
	return version_missing(e) && say_how(what, e);
}

static bool short_dh(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	if (!dh_too_short(e))
		return false;
	if (!facts_tls_up(e))
		return say_how(what, e);
	buf_adds(what, "handshake with a group of less than 2048 bits");
	if (e->tls.group != NULL)
		buf_addf(what, " (%s)", e->tls.group);
	buf_adds(what, "; this program took it, OpenSSL 3 as it is set up in Debian, Ubuntu and RHEL does not");
	return true;
}

static bool name_refused(const struct observation *o, const struct obs_endpoint *e,
			 struct buf *what)
{
	(void)o;
	if (!name_unknown(e))
		return false;
	say_how(what, e);
	if (e->tls.sni != NULL) {
		buf_adds(what, ", asked for the name ");
		seen_text(what, e->tls.sni, 120);
	}
	return true;
}

static bool handshake_alert(const struct observation *o, const struct obs_endpoint *e,
			    struct buf *what)
{
	(void)o;
	if (!ended(e, OUT_ALERT) || cause_known(e))
		return false;
	buf_adds(what, "alert ");
	seen_text(what, e->tls.alert != NULL ? e->tls.alert : "(unnamed)", 60);
	return true;
}

static bool handshake_failed(const struct observation *o, const struct obs_endpoint *e,
			     struct buf *what)
{
	(void)o;
	if (!ended(e, OUT_PROTOCOL_ERROR) && !ended(e, OUT_TOO_LONG) && !ended(e, OUT_ERROR) &&
	    !(ended(e, OUT_NOT_TLS) &&
	      (e->mode == MODE_IMPLICIT_TLS || e->starttls.outcome == OUT_OK)))
		return false;
	if (cause_known(e))
		return false;
	return say_how(what, e);
}

static bool client_certificate(const struct observation *o, const struct obs_endpoint *e,
			       struct buf *what)
{
	const struct obs_reply *no = facts_wants_certificate(e);

	(void)o;
	if (no != NULL) {
		buf_adds(what, "the server asked for a certificate, got none, and answers ");
		seen_reply(what, no);
		return true;
	}
	if (!ended(e, OUT_CLIENT_CERTIFICATE))
		return false;
	buf_adds(what, "the server asked for a certificate, got none and ended the connection");
	if (e->tls.alert != NULL) {
		buf_adds(what, ": alert ");
		seen_text(what, e->tls.alert, 60);
	}
	return true;
}

static bool old_version(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	if (!facts_tls_up(e) || !(e->tls.weaknesses & WEAK_VERSION))
		return false;
	seen_tls_version(what, e->tls.version);
	buf_adds(what, " is the newest that the server agreed to");
	return true;
}

static bool weak_cipher(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	unsigned weak = WEAK_CIPHER | WEAK_MAC | WEAK_NO_FORWARD_SECRECY |
			WEAK_HANDSHAKE_SIGNATURE | WEAK_NO_SAFE_RENEGOTIATION;

	(void)o;
	/* TLS 1.0 and 1.1 bring these along; the version is then the finding. */
	if (e->tls.weaknesses & WEAK_VERSION)
		weak &= ~(unsigned)(WEAK_HANDSHAKE_SIGNATURE | WEAK_NO_SAFE_RENEGOTIATION | WEAK_MAC);
	weak &= e->tls.weaknesses;
	if (!facts_tls_up(e) || weak == 0)
		return false;
	seen_text(what, e->tls.cipher != NULL ? e->tls.cipher : "cipher suite", 60);
	buf_adds(what, ":");
	for (unsigned bit = 0; bit < TLS_WEAKNESS_COUNT; bit++)
		if (weak & (1u << bit))
			buf_addf(what, " %s", words_name(&tls_weakness_words, bit));
	return true;
}

static bool sni_not_recognised(const struct observation *o, const struct obs_endpoint *e,
			       struct buf *what)
{
	(void)o;
	if (!facts_tls_up(e) || e->tls.warning_alert == NULL)
		return false;
	buf_adds(what, "warning alert ");
	seen_text(what, e->tls.warning_alert, 60);
	if (e->tls.sni != NULL) {
		buf_adds(what, ", asked for the name ");
		seen_text(what, e->tls.sni, 120);
	}
	return true;
}

const struct diag_rule rules_tls[] = {
	{
		.code = "TLS_HANDSHAKE_TIMEOUT", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "The TLS handshake stalls at %E",
		.means = "Small packets pass, then nothing comes. Typical of a path that loses large "
			 "packets (the certificate is the first large one): a VPN, PPPoE or tunnel "
			 "with a wrong packet size whose error messages are filtered. A firewall "
			 "that inspects TLS, or an overloaded server, looks the same.",
		.remedy = "Try from another network. If only this one fails, lower the packet size "
			  "(MTU 1400 as a test, or clamp the MSS) and let ICMP \"fragmentation "
			  "needed\" pass; else the owner of the server looks into its log.",
		.references = { "RFC 2923 2.1", "RFC 8899 1" },
		.others = "A device in between that lets no TLS through; or large packets that "
			  "get lost on the way (see PATH_MTU_BLACK_HOLE).",
		.texts = TEXTS(SAYS("tls handshake timeout"), SAYS("ssl connection timeout"),
			       SAYS("handshake timed out"), SAYS("timeout", "tls handshake"),
			       SAYS("timeout", "ssl handshake"),
			       SAYS("handshake operation timed out"),
			       SAYS("timed out", "tls handshake"),
			       SAYS("timed out", "ssl handshake"),
			       DECIDES("timed out", "ssl_connect"),
			       DECIDES("timed out", "ssl_accept"),
			       DECIDES("timed out", "gnutls_handshake"),
			       { .words = { "timed out", "starttls" },
				.unless = { "stage", "smtplib" } },
			       SAYS("timeout", "after starttls"),
			       SAYS("tls negotiation", "timed out"),
			       SAYS("tls session", "timed out"),
			       SAYS("sslhandshakeexception", "timed out")),
		.endpoint = handshake_timeout,
	},
	{
		.code = "TLS_HANDSHAKE_CLOSED", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The connection breaks during the TLS handshake at %E",
		.means = "The server, or a firewall in between, ends the connection without a TLS "
			 "alert that would say why. A server without a usable certificate or a "
			 "proxy that cannot carry TLS does that.",
		.remedy = "The owner of the server looks into its log and checks certificate and "
			  "key. Try from another network to rule a firewall out.",
		.references = { "RFC 8446 6" },
		.others = "A program that wants implicit TLS on a port for STARTTLS may see the "
			  "same: see CLIENT_TLS_ON_STARTTLS_PORT.",
		.texts = TEXTS(SAYS("lost connection after starttls"),
			       DECIDES("stream_socket_enable_crypto", "reset by peer"),
			       SAYS("eof occurred in violation of protocol"),
			       SAYS("remote host terminated the handshake"),
			       SAYS("remote host closed connection during handshake"),
			       SAYS("connection closed", "during handshake"),
			       SAYS("peer shut down incorrectly"),
			       SAYS("unexpected_eof_while_reading"),
			       SAYS("unexpected eof while reading"),
			       SAYS("before secure tls connection was established"),
			       SAYS("ssl_error_syscall"), SAYS("ssl_error_eof"),
			       SAYS("errsslclosed"),
			       SAYS("unexpected eof", "0 bytes from the transport"),
			       SAYS("closed the transport stream"),
			       SAYS("transport stream", "eof"), SAYS("handshake eof"),
			       SAYS("tls handshake", "eof"), SAYS("handshake", ": eof"),
			       SAYS("connection was non-properly terminated"),
			       SAYS("error in the pull function"), SAYS("ssl_accept error"),
			       { .words = { "ssl_connect error" },
				.unless = { "timed out", "certificate" } },
			       SAYS("handshake", "connection reset"),
			       SAYS("ssl_connect", "syscall"), SAYS("errno=104", "ssl"),
			       SAYS("tls connect error", "unexpected eof")),
		.endpoint = handshake_closed,
	},
	{
		.code = "TLS_NO_COMMON_CIPHER", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "No cipher or certificate that both sides can use at %E",
		.means = "The server ends the handshake because nothing that was offered suits it: "
			 "its list of ciphers is too narrow or too old, its certificate is of a "
			 "kind (RSA, ECDSA) that those ciphers do not fit, or it has no certificate "
			 "set up at all.",
		.remedy = "The owner of the server looks into its log, checks that certificate and "
			  "key are in place and readable, and allows cipher suites with ECDHE and "
			  "AES-GCM or ChaCha20 in TLS 1.2 and 1.3. If only one old program fails, "
			  "update that program or its system.",
		.others = "A server that demands a client certificate, knows no certificate for "
			  "the name that was asked for, or speaks only old versions of TLS, ends "
			  "it in the same way.",
		.references = { "RFC 8446 6.2", "RFC 9325 4", "YunoHost/yunohost#949" },
		.texts = TEXTS(SAYS("alert handshake failure"),
			       SAYS("received fatal alert: handshake_failure"),
			       SAYS("handshake_failure"), SAYS("alertreceivedhandshakefailure"),
			       SAYS("tls: handshake failure"),
			       { .words = { "handshake failure" },
				.unless = { "cannot start tls" } }, SAYS("alert number 40"),
			       DECIDES("no shared cipher"), SAYS("no_shared_cipher"),
			       SAYS("no cipher suites in common"),
			       SAYS("no cipher suite supported"),
			       SAYS("no common encryption algorithm"),
			       SAYS("no supported cipher suites"), SAYS("no suitable key share"),
			       SAYS("no ciphers available"), SAYS("no cipher match"),
			       SAYS("no_cypher_overlap"), SAYS("no_cipher_overlap"),
			       SAYS("common algorithm"), SAYS("insufficient_security"),
			       SAYS("insufficient security"), SAYS("algorithm mismatch"),
			       SAYS("sec_e_algorithm_mismatch"),
			       SAYS("no suitable signature algorithm"),
			       SAYS("no common signature algorithms")),
		.endpoint = no_common_cipher,
	},
	{
		.code = "TLS_NO_COMMON_VERSION", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "No version of TLS that both sides allow at %E",
		.means = "The server speaks only versions that current systems no longer accept "
			 "(TLS 1.1, TLS 1.0 or SSL 3), or one side was set to a single version. "
			 "OpenSSL 3 and most Linux systems refuse what is older than TLS 1.2.",
		.remedy = "The owner of the server updates it and switches TLS 1.2 and 1.3 on. "
			  "Only if the server cannot be updated: lower the program's minimum "
			  "(OpenSSL: MinProtocol and SECLEVEL) for this one server.",
		.others = "The program may be the old one: see CLIENT_TLS_TOO_OLD.",
		.references = { "RFC 8996", "RFC 8446 6.2", "openssl/openssl#10532",
				"OpenSMTPD/OpenSMTPD#1244" },
		.texts = TEXTS(SAYS("unsupported protocol", "ssl"),
			       SAYS("unsupported protocol", "tls"), SAYS("unsupported_protocol"),
			       SAYS("unsupported protocol version"),
			       SAYS("server selected unsupported protocol"),
			       SAYS("selected protocol version", "not accepted"),
			       SAYS("illegal or unsupported version"),
			       SAYS("unsupported version was received"), SAYS("version too low"),
			       SAYS("version_too_low"), SAYS("tls_version_unsupported"),
			       SAYS("ssl_error_unsupported_version"),
			       SAYS("no protocols available"), SAYS("no common protocol"),
			       SAYS("ssl_choose_client_version")),
		.endpoint = no_common_version,
	},
	{
		.code = "TLS_DH_TOO_SHORT", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The server's Diffie-Hellman key is too short at %E",
		.means = "The server exchanges keys with a Diffie-Hellman group that is too small "
			 "to be safe (mostly 1024 bits or less). Current programs refuse it "
			 "(\"dh key too small\").",
		.remedy = "The owner of the server uses a group of 2048 bits or more (Postfix: leave "
			  "smtpd_tls_dh1024_param_file empty, or name a 2048-bit file), or offers "
			  "ECDHE only. Until then a program can only lower its security level for "
			  "this one server (OpenSSL: SECLEVEL=1).",
		.references = { "RFC 9325 4.1", "RFC 7919", "postalserver/postal#990",
				"home-assistant/core#75054" },
		.texts = TEXTS(DECIDES("dh key too small"), DECIDES("dh_key_too_small"),
			       DECIDES("diffie-hellman prime", "not acceptable"),
			       DECIDES("weak ephemeral diffie-hellman"),
			       DECIDES("ephemeral diffie-hellman public key"),
			       DECIDES("dh serverkeyexchange", "algorithm constraints"),
			       DECIDES("could not generate dh keypair"),
			       DECIDES("weak_server_ephemeral_dh_key"), DECIDES("bad dh p length"),
			       SAYS("dh key size", "too small"), DECIDES("weak ephemeral dh"),
			       SAYS("dh parameter", "too small")),
		.endpoint = short_dh,
	},
	{
		.code = "TLS_NAME_REFUSED", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The server does not accept the name it was asked for at %E",
		.means = "The program says which host it wants before TLS is up (SNI), and the "
			 "server ends the handshake because it has no certificate for that name: "
			 "an alias it does not know, or a name with a dot at its end.",
		.remedy = "Use the name the server knows (the one in its certificate), without a dot "
			  "at the end; or its owner adds this name or a default certificate.",
		.references = { "RFC 6066 3", "internetstandards/Internet.nl#201" },
		.texts = TEXTS(DECIDES("unrecognized name"), DECIDES("unrecognized_name"),
			       SAYS("unrecognised name"), SAYS("alert number 112")),
		.endpoint = name_refused,
	},
	{
		.code = "TLS_HANDSHAKE_ALERT", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The server ends the TLS handshake with an alert at %E",
		.means = "The server gave up, and says so with a short alert only. internal_error: "
			 "something is wrong in the server, often an unreadable key or "
			 "certificate; decode_error or illegal_parameter: it, or a device in "
			 "between, does not understand what was sent.",
		.remedy = "The owner of the server checks the certificate it has for this name, its "
			  "cipher list and its TLS versions (1.2 and 1.3 should be on).",
		.references = { "RFC 8446 6.2", "RFC 9325" },
		.texts = TEXTS(SAYS("alert internal error"), SAYS("tls: internal error"),
			       SAYS("alert number 80"),
			       { .words = { "ssl alert number" },
				.unless = { "number 40", "number 70", "number 112" } },
			       SAYS("illegal parameter"), SAYS("fatal tls alert"),
			       SAYS("tls fatal alert"), SAYS("received fatal alert"),
			       { .words = { "remote error: tls" },
				.unless = { "handshake failure", "protocol version", "certificate" } },
			       SAYS("ssl3_read_bytes", "alert"), SAYS("tls alert"),
			       SAYS("sslv3 alert"), SAYS("fatal alert")),
		.endpoint = handshake_alert,
	},
	{
		.code = "TLS_HANDSHAKE_FAILED", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The TLS handshake fails at %E",
		.means = "TLS began, but what the server sent breaks its rules, or uses something "
			 "that this machine's library does not accept.",
		.remedy = "The owner of the server updates its TLS library and tests it without a "
			  "proxy in between.",
		.references = { "RFC 8446 4" },
		.others = "The message hides the reason. The other diagnoses about TLS and "
			  "certificates are candidates: a probe of the server shows which.",
		.texts = TEXTS(SAYS("unable to connect with tls encryption"), SAYS(":tls_failed"),
			       VAGUELY("cannot start tls"), VAGUELY("tls negotiation failed"),
			       VAGUELY("handshake failed"), VAGUELY("handshake error"),
			       VAGUELY("sslhandshakeexception"), VAGUELY("sslexception"),
			       VAGUELY("opensslerror"), VAGUELY("openssl::ssl::sslerror"),
			       VAGUELY("ssl.sslerror"), VAGUELY("ssl error"), VAGUELY("tls error"),
			       VAGUELY("ssl operation failed"), VAGUELY("failed to enable crypto"),
			       VAGUELY("could not convert socket to tls"),
			       DECIDES("call to sspi failed"),
			       VAGUELY("authentication failed, see inner exception"),
			       VAGUELY("secure channel"), VAGUELY("ssl connect error"),
			       VAGUELY("tls connect error"), VAGUELY("curl: (35)"),
			       VAGUELY("gnutls_handshake"), VAGUELY("starttls failed"),
			       VAGUELY("unable to establish", "secure", "connection"),
			       VAGUELY("esocket"), VAGUELY("startssl failed"),
			       SAYS("decryption failed or bad record mac"), SAYS("bad record mac")),
		.endpoint = handshake_failed,
	},
	{
		.code = "TLS_CLIENT_CERTIFICATE", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "A client certificate is demanded at %E",
		.means = "The server talks only to clients that show a certificate it knows. "
			 "Programs without one, this one included, are turned away.",
		.remedy = "Get a client certificate from the owner of the server and set it in the "
			  "program, or use a port that takes a password. If that was not intended, "
			  "the owner makes the client certificate optional.",
		.references = { "RFC 8446 4.3.2", "RFC 8446 4.4.2.4" },
		.texts = TEXTS(SAYS("certificate required", "alert"), SAYS("certificate_required"),
			       SAYS("tls: certificate required"),
			       SAYS("did not return a certificate"),
			       SAYS("no required ssl certificate was sent"),
			       SAYS("client certificate", "required")),
		.endpoint = client_certificate,
	},
	{
		.code = "TLS_OLD_VERSION", .stage = STAGE_TLS,
		.severity = SEVERITY_WARNING, .relay_severity = SEVERITY_NOTE,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "Only an old version of TLS at %E",
		.means = "TLS 1.0 and 1.1 are withdrawn. Current programs and systems refuse them "
			 "and report a failed handshake.",
		.remedy = "The owner of the server updates it and switches TLS 1.2 and 1.3 on.",
		.references = { "RFC 8996", "RFC 9325 3.1" },
		.others = "Either end may be the old one: a program or operating system of before "
			  "2012, or a server that was never updated.",
		.endpoint = old_version,
	},
	{
		.code = "TLS_WEAK_CIPHER", .stage = STAGE_TLS,
		.severity = SEVERITY_WARNING, .relay_severity = SEVERITY_NOTE,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "Weak encryption is all that was agreed on at %E",
		.means = "The server chose this although better was offered. Current programs may "
			 "refuse it (\"dh key too small\", \"no shared cipher\").",
		.remedy = "The owner of the server switches on cipher suites with ECDHE and AES-GCM "
			  "or ChaCha20, and off the old ones.",
		.references = { "RFC 9325 4" },
		.endpoint = weak_cipher,
	},
	{
		.code = "TLS_NAME_NOT_RECOGNISED", .stage = STAGE_TLS,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The server does not know the name it was asked for at %E",
		.means = "The server warned and went on with another certificate. Some programs stop "
			 "at that warning.",
		.remedy = "Use the name that the server knows, as its certificate says, or its owner "
			  "adds this name.",
		.references = { "RFC 6066 3" },
		.endpoint = sni_not_recognised,
	},
	{ .code = NULL },
};
