/* SPDX-License-Identifier: MIT
 *
 * Rules about the TLS handshake and the session it made. They speak only where TLS was agreed
 * on: a ClientHello that a silent port did not answer is no failed handshake. */
#include <inttypes.h>
#include <stddef.h>

#include "diagnose/facts.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"

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

static bool handshake_alert(const struct observation *o, const struct obs_endpoint *e,
			    struct buf *what)
{
	(void)o;
	if (!ended(e, OUT_ALERT))
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
	buf_adds(what, words_name(&outcome_words, e->tls.outcome));
	say_error(what, e);
	return true;
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
	unsigned weak = WEAK_CIPHER | WEAK_DH | WEAK_MAC | WEAK_NO_FORWARD_SECRECY |
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
		.texts = TEXTS(
			{ .words = { "tls handshake timeout" } },
			{ .words = { "ssl connection timeout" } },
			{ .words = { "handshake timed out" } },
			{ .words = { "timeout", "tls handshake" } },
			{ .words = { "handshake operation timed out" } },
			{ .words = { "timed out", "starttls" } },
			{ .words = { "timeout", "after starttls" } },
			{ .words = { "tls negotiation", "timed out" } }),
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
		.texts = TEXTS(
			{ .words = { "lost connection after starttls" } },
			{ .words = { "eof occurred in violation of protocol" } },
			{ .words = { "remote host terminated the handshake" } },
			{ .words = { "remote host closed connection during handshake" } },
			{ .words = { "unexpected_eof_while_reading" } },
			{ .words = { "unexpected eof while reading" } },
			{ .words = { "client network socket disconnected before secure tls" } },
			{ .words = { "ssl_error_syscall" } },
			{ .words = { "received an unexpected eof", "0 bytes from the transport" } },
			{ .words = { "tls handshake", "eof" } },
			{ .words = { "transport stream", "eof" } },
			{ .words = { "gnutls_handshake()", "connection was non-properly terminated" } },
			{ .words = { "ssl_accept error" } },
			{ .words = { "sslhandshakeexception", "closed" } },
			{ .words = { "handshake", "connection reset" } },
			{ .words = { "ssl_connect", "syscall" } }),
		.endpoint = handshake_closed,
	},
	{
		.code = "TLS_HANDSHAKE_ALERT", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The server ends the TLS handshake with an alert at %E",
		.means = "The server does not accept what was offered. handshake_failure: no common "
			 "cipher, or no certificate set up; protocol_version: it speaks only "
			 "versions that this machine's library does not; unrecognized_name: it has "
			 "no certificate for this name; internal_error: see its log.",
		.remedy = "The owner of the server checks the certificate it has for this name, its "
			  "cipher list and its TLS versions (1.2 and 1.3 should be on).",
		.references = { "RFC 8446 6.2", "RFC 9325" },
		.texts = TEXTS(
			{ .words = { "alert handshake failure" } },
			{ .words = { "handshake_failure" } },
			{ .words = { "no shared cipher" } },
			{ .words = { "no cipher suites in common" } },
			{ .words = { "handshake failure" }, .unless = { "cannot start tls" } },
			{ .words = { "ssl alert number 40" } },
			{ .words = { "alert internal error" } },
			{ .words = { "ssl alert number 80" } },
			{ .words = { "illegal parameter" } },
			{ .words = { "ssl_error_no_cypher_overlap" } },
			{ .words = { "insufficient_security" } },
			{ .words = { "a fatal tls alert has been received" } },
			{ .words = { "received fatal alert" }, .unless = { "protocol_version" } },
			{ .words = { "algorithm mismatch" } },
			{ .words = { "ssl3_read_bytes", "alert" } },
			{ .words = { "tls alert" } },
			{ .words = { "sslv3 alert" } }),
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
		.texts = TEXTS(
			{ .words = { "cannot start tls" } },
			{ .words = { "tls negotiation failed" } },
			{ .words = { "failed to negotiate tls" } },
			{ .words = { "starttls failed" } },
			{ .words = { "ssl_connect error" } },
			{ .words = { "ssl handshake failed" } },
			{ .words = { "tls handshake failed" } },
			{ .words = { "tls handshake failure" } },
			{ .words = { "error negotiating", "tls" } },
			{ .words = { "could not convert socket to tls" } },
			{ .words = { "failed to enable crypto" } },
			{ .words = { "stream_socket_enable_crypto" } },
			{ .words = { "tls session", "failed" } },
			{ .words = { "unable to start tls encryption" } },
			{ .words = { "bad record mac" } },
			{ .words = { "decryption failed or bad record" } },
			{ .words = { "decode error" } },
			{ .words = { "curl: (35)" } },
			{ .words = { "sslhandshakeexception" }, .vague = true },
			{ .words = { "handshakeerror" }, .vague = true },
			{ .words = { "ssl exception" }, .vague = true }),
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
		.texts = TEXTS(
			{ .words = { "certificate required" } },
			{ .words = { "certificate_required" } },
			{ .words = { "ssl alert number 116" } },
			{ .words = { "no required ssl certificate was sent" } },
			{ .words = { "client certificate", "required" } },
			{ .words = { "peer did not return a certificate" } }),
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
		.texts = TEXTS(
			{ .words = { "unsupported protocol" } },
			{ .words = { "unsupported_protocol" } },
			{ .words = { "alert protocol version" } },
			{ .words = { "protocol_version" } },
			{ .words = { "no appropriate protocol" } },
			{ .words = { "do not possess a common algorithm" } },
			{ .words = { "0x80090331" } },
			{ .words = { "unsupported protocol version" } },
			{ .words = { "protocol version not supported" } },
			{ .words = { "ssl alert number 70" } },
			{ .words = { "version_too_low" } },
			{ .words = { "wrong ssl version" } },
			{ .words = { "inappropriate_fallback" } },
			{ .words = { "requires tls 1.2" } },
			{ .words = { "tls 1.2 or" } },
			{ .words = { "tls 1.0", "not supported" } },
			{ .words = { "tls1.0", "deprecated" } },
			{ .reply = "421", .words = { "tls 1.0 and 1.1 are not supported" } },
			{ .status = "4.7.66" },
			{ .words = { "ssl_choose_client_version" } },
			{ .words = { "tlsv1 is disabled" } },
			{ .words = { "ssl_version_unsupported" } },
			{ .words = { "encountered end of file", "tls version" } }),
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
		.texts = TEXTS(
			{ .words = { "unrecognized name" } },
			{ .words = { "unrecognized_name" } },
			{ .words = { "ssl alert number 112" } }),
		.endpoint = sni_not_recognised,
	},
	{ .code = NULL },
};
