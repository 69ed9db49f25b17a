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
