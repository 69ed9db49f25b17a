/* SPDX-License-Identifier: MIT
 *
 * Cases of the rules about STARTTLS, TLS and certificates, and of the one that says all is well. */
#include <stddef.h>
#include <stdlib.h>

#include "base/mem.h"
#include "rule_cases.h"

enum { MS = 1000, SECOND = 1000 * 1000, DAY = 24 * 3600 };

static struct obs_endpoint *port_of_healthy(struct observation *o, unsigned port)
{
	build_healthy_host(o);
	return build_at(o, port);
}

/* 587 as it is when STARTTLS comes to an end of that kind. */
static struct obs_endpoint *starttls_ends(struct observation *o, enum outcome outcome,
					  const char *reply)
{
	struct obs_endpoint *e = port_of_healthy(o, 587);

	obs_tls_clear(&e->tls);
	obs_ehlo_clear(&e->ehlo_tls);
	e->starttls.outcome = outcome;
	if (outcome == OUT_REFUSED)
		build_reply(&e->starttls.reply, OUT_REJECTED, reply, MS);
	else
		build_reply(&e->starttls.reply, outcome == OUT_PLAINTEXT ? OUT_OK : outcome, reply, MS);
	return e;
}

static void not_offered_at(struct observation *o, unsigned port)
{
	struct obs_endpoint *e = port_of_healthy(o, port);

	build_forget(e);
	build_plaintext(e, "SIZE 1000\nAUTH PLAIN");
}

static void not_offered(struct observation *o, bool near_miss)
{
	not_offered_at(o, near_miss ? 25 : 587);
}

/* A relay without any submission port beside it: only then is it this finding. */
static void not_offered_relay(struct observation *o, bool near_miss)
{
	not_offered_at(o, 25);
	if (!near_miss)
		build_connect(build_at(o, 587), OUT_REFUSED, "ECONNREFUSED", MS);
}

static void missing_here_only(struct observation *o, bool near_miss)
{
	not_offered_relay(o, !near_miss);
}

static void refused(struct observation *o, bool near_miss)
{
	if (near_miss)
		not_offered_at(o, 587);
	else
		starttls_ends(o, OUT_REFUSED, "454 4.7.0 Not for you");
}

static void plaintext(struct observation *o, bool near_miss)
{
	if (near_miss)
		starttls_ends(o, OUT_REFUSED, "502 5.5.1 Error: command not implemented");
	else
		starttls_ends(o, OUT_PLAINTEXT, "220 2.0.0 Ready");
}

static void early_bytes(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = port_of_healthy(o, 587);

	e->starttls.early_bytes = near_miss ? 0 : 17;
	build_set(&e->starttls.early_text, "250 injected\\x0D\\x0A");
}

static void closed(struct observation *o, bool near_miss)
{
	starttls_ends(o, near_miss ? OUT_TIMEOUT : OUT_CLOSED, NULL);
}

static void auth_before_tls(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = port_of_healthy(o, near_miss ? 25 : 587);

	build_capabilities(&e->ehlo, "AUTH PLAIN LOGIN\nSTARTTLS");
	build_reply(&e->enforcement.reply, OUT_OK, "250 2.1.0 Ok", MS);
}

static void challenge_before_tls(struct observation *o, bool near_miss)
{
	auth_before_tls(o, false);
	if (near_miss)
		build_capabilities(&build_at(o, 587)->ehlo, "AUTH NTLM CRAM-MD5\nSTARTTLS");
}

static void auth_shown(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = port_of_healthy(o, 587);

	build_capabilities(&e->ehlo, near_miss ? "AUTH NTLM\nSTARTTLS" : "AUTH PLAIN LOGIN\nSTARTTLS");
	build_set(&e->enforcement.command, "MAIL FROM:<>");
	build_reply(&e->enforcement.reply, OUT_REJECTED, "530 5.7.0 Must issue a STARTTLS command first",
		    MS);
}

const struct rule_case cases_starttls[] = {
	{ "SMTP_STARTTLS_NOT_OFFERED", SEVERITY_PROBLEM, not_offered,
	  "587 without; not: 25 without, beside a 587 that has it" },
	{ "SMTP_STARTTLS_NOT_OFFERED", SEVERITY_WARNING, not_offered_relay,
	  "25 without, no other port; not: 587 of the host has it" },
	{ "SMTP_STARTTLS_MISSING_HERE_ONLY", SEVERITY_WARNING, missing_here_only,
	  "25 without, 587 has it; not: 587 is closed" },
	{ "SMTP_STARTTLS_REFUSED", SEVERITY_PROBLEM, refused, "454; not: not offered" },
	{ "SMTP_STARTTLS_PLAINTEXT", SEVERITY_PROBLEM, plaintext, "220, then text; not: 502" },
	{ "SMTP_STARTTLS_EARLY_BYTES", SEVERITY_PROBLEM, early_bytes, "17 bytes; not: none" },
	{ "SMTP_STARTTLS_CLOSED", SEVERITY_PROBLEM, closed, "closed; not: no answer" },
	{ "SMTP_AUTH_BEFORE_TLS", SEVERITY_WARNING, auth_before_tls, "587; not: 25" },
	{ "SMTP_AUTH_BEFORE_TLS", SEVERITY_WARNING, challenge_before_tls,
	  "PLAIN; not: methods that send no password" },
	{ "SMTP_AUTH_SHOWN_BEFORE_TLS", SEVERITY_NOTE, auth_shown,
	  "TLS is demanded before MAIL; not: NTLM only" },
	{ .code = NULL },
};

/* ---- handshake, session ---------------------------------------------------------------------------- */

static void handshake(struct observation *o, enum outcome outcome)
{
	struct obs_endpoint *e = port_of_healthy(o, 587);

	obs_tls_clear(&e->tls);
	obs_ehlo_clear(&e->ehlo_tls);
	e->tls.outcome = outcome;
	e->tls.us = 10 * SECOND;
}

static void stalls(struct observation *o, bool near_miss)
{
	handshake(o, near_miss ? OUT_CUT_SHORT : OUT_TIMEOUT);
}

/* The ClientHello to a port that turns out to be silent is no stalled handshake. */
static void stalls_silent(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	handshake(o, OUT_TIMEOUT);
	e = build_at(o, 587);
	if (near_miss) {
		build_forget(e);
		e->mode = MODE_SILENT;
		e->tls.outcome = OUT_TIMEOUT;
	}
}

static void breaks(struct observation *o, bool near_miss)
{
	handshake(o, near_miss ? OUT_TIMEOUT : OUT_RESET);
}

static void alert(struct observation *o, bool near_miss)
{
	handshake(o, near_miss ? OUT_CLIENT_CERTIFICATE : OUT_ALERT);
	build_set(&build_at(o, 587)->tls.alert, "internal_error");
}

static void alerted(struct observation *o, const char *name)
{
	handshake(o, OUT_ALERT);
	build_set(&build_at(o, 587)->tls.alert, name);
}

static void no_cipher(struct observation *o, bool near_miss)
{
	alerted(o, near_miss ? "internal_error" : "handshake_failure");
}

static void no_version(struct observation *o, bool near_miss)
{
	alerted(o, near_miss ? "handshake_failure" : "protocol_version");
}

static void name_refused(struct observation *o, bool near_miss)
{
	alerted(o, near_miss ? "handshake_failure" : "unrecognized_name");
}

static void short_dh(struct observation *o, bool near_miss)
{
	handshake(o, OUT_PROTOCOL_ERROR);
	build_set(&build_at(o, 587)->tls.error, near_miss ? "A record packet was malformed." :
		  "The Diffie-Hellman prime sent by the server is not acceptable (not long enough).");
}

static void no_sni(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = port_of_healthy(o, 587);

	e->tls.verified = false;
	e->tls.faults = CERT_SELF_SIGNED;
	build_set(&e->tls.chain[0].subject, near_miss ? "CN=mail.example.com" :
		  "OU=No SNI provided; please fix your client.,CN=invalid2.invalid");
}

static void fails(struct observation *o, bool near_miss)
{
	handshake(o, near_miss ? OUT_ALERT : OUT_PROTOCOL_ERROR);
}

static void client_certificate(struct observation *o, bool near_miss)
{
	if (near_miss)
		port_of_healthy(o, 587)->tls.client_certificate_requested = true;
	else
		handshake(o, OUT_CLIENT_CERTIFICATE);
}

static void old_version(struct observation *o, bool near_miss)
{
	port_of_healthy(o, 587)->tls.weaknesses = near_miss ? WEAK_NO_EMS : WEAK_VERSION;
}

static void old_version_relay(struct observation *o, bool near_miss)
{
	port_of_healthy(o, 25)->tls.weaknesses = near_miss ? 0 : WEAK_VERSION;
}

static void weak_cipher(struct observation *o, bool near_miss)
{
	port_of_healthy(o, 587)->tls.weaknesses =
		near_miss ? WEAK_VERSION | WEAK_HANDSHAKE_SIGNATURE : WEAK_NO_FORWARD_SECRECY;
}

static void short_dh_taken(struct observation *o, bool near_miss)
{
	port_of_healthy(o, 587)->tls.weaknesses = near_miss ? WEAK_NO_FORWARD_SECRECY : WEAK_DH;
}

static void sni(struct observation *o, bool near_miss)
{
	build_set(&port_of_healthy(o, 587)->tls.warning_alert,
		  near_miss ? NULL : "unrecognized_name");
}

/* ---- certificate ------------------------------------------------------------------------------------- */

static void fault(struct observation *o, unsigned port, unsigned faults)
{
	struct obs_tls *t = &port_of_healthy(o, port)->tls;

	t->faults = faults;
	t->verified = faults == 0;
}

static void expired(struct observation *o, bool near_miss)
{
	fault(o, 587, near_miss ? CERT_NOT_YET_VALID : CERT_EXPIRED | CERT_NAME_MISMATCH);
	build_at(o, 587)->tls.chain[0].not_after = BUILD_NOW - 71 * DAY;
}

static void expired_relay(struct observation *o, bool near_miss)
{
	fault(o, 25, near_miss ? 0 : CERT_EXPIRED);
	build_at(o, 25)->tls.chain[1].not_after = BUILD_NOW - 3 * DAY;
}

static void not_yet_valid(struct observation *o, bool near_miss)
{
	fault(o, 587, near_miss ? CERT_EXPIRED : CERT_NOT_YET_VALID);
}

static void expires_soon(struct observation *o, bool near_miss)
{
	struct obs_certificate *c = &port_of_healthy(o, 587)->tls.chain[0];

	c->not_after = BUILD_NOW + (near_miss ? 14 : 13) * DAY;
	c->not_before = c->not_after - 90 * DAY;
}

static void short_lived(struct observation *o, bool near_miss)
{
	struct obs_certificate *c = &port_of_healthy(o, 587)->tls.chain[0];

	/* Six days in all: with three left it is in its prime, with one it is not. */
	c->not_after = BUILD_NOW + (near_miss ? 3 : 1) * DAY;
	c->not_before = c->not_after - 6 * DAY;
}

static void name_mismatch(struct observation *o, bool near_miss)
{
	fault(o, 587, CERT_NAME_MISMATCH);
	if (near_miss)
		build_set(&build_at(o, 587)->tls.verified_name, "192.0.2.10");
}

static void name_mismatch_relay(struct observation *o, bool near_miss)
{
	fault(o, 25, near_miss ? 0 : CERT_NAME_MISMATCH);
}

static void name_not_checked(struct observation *o, bool near_miss)
{
	fault(o, 587, 0);
	build_set(&build_at(o, 587)->tls.verified_name, near_miss ? "192.0.2.10" : NULL);
}

static void self_signed(struct observation *o, bool near_miss)
{
	fault(o, 587, near_miss ? CERT_UNKNOWN_ISSUER : CERT_SELF_SIGNED);
}

static void self_signed_relay(struct observation *o, bool near_miss)
{
	fault(o, 25, near_miss ? CERT_EXPIRED : CERT_SELF_SIGNED | CERT_UNKNOWN_ISSUER);
}

static void missing_intermediate(struct observation *o, bool near_miss)
{
	fault(o, 587, near_miss ? CERT_UNKNOWN_ISSUER : CERT_MISSING_INTERMEDIATE);
}

static void no_trust_store(struct observation *o, bool near_miss)
{
	fault(o, 587, CERT_UNKNOWN_ISSUER);
	if (!near_miss)
		build_at(o, 587)->tls.error = mem_strdup("no certificate authority is trusted here");
}

static void unknown_issuer(struct observation *o, bool near_miss)
{
	fault(o, 587, near_miss ? CERT_UNKNOWN_ISSUER | CERT_MISSING_INTERMEDIATE :
	      CERT_UNKNOWN_ISSUER);
}

static void wrong_purpose(struct observation *o, bool near_miss)
{
	fault(o, 587, near_miss ? CERT_WEAK_KEY : CERT_WRONG_PURPOSE);
}

static void weak(struct observation *o, bool near_miss)
{
	fault(o, 587, near_miss ? CERT_WRONG_PURPOSE : CERT_WEAK_SIGNATURE);
}

static void revoked(struct observation *o, bool near_miss)
{
	fault(o, 587, near_miss ? CERT_BAD_OCSP_STAPLE : CERT_REVOKED);
}

static void no_san(struct observation *o, bool near_miss)
{
	fault(o, 587, near_miss ? CERT_NAME_MISMATCH : CERT_NO_SAN);
}

static void invalid(struct observation *o, bool near_miss)
{
	fault(o, 587, near_miss ? CERT_INVALID | CERT_EXPIRED : CERT_BAD_SIGNATURE | CERT_INVALID);
}

static void all_well(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	o->cut_short = near_miss;
}

static void all_well_domain(struct observation *o, bool near_miss)
{
	build_healthy_domain(o);
	if (near_miss)
		build_connect(&o->endpoints[0], OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
}

const struct rule_case cases_tls[] = {
	{ "TLS_HANDSHAKE_TIMEOUT", SEVERITY_PROBLEM, stalls, "stalls; not: cut short" },
	{ "TLS_HANDSHAKE_TIMEOUT", SEVERITY_PROBLEM, stalls_silent,
	  "after STARTTLS; not: a silent port that got a ClientHello" },
	{ "TLS_HANDSHAKE_CLOSED", SEVERITY_PROBLEM, breaks, "reset; not: timeout" },
	{ "TLS_HANDSHAKE_ALERT", SEVERITY_PROBLEM, alert, "alert; not: client certificate" },
	{ "TLS_NO_COMMON_CIPHER", SEVERITY_PROBLEM, no_cipher, "handshake_failure; not: internal_error" },
	{ "TLS_NO_COMMON_VERSION", SEVERITY_PROBLEM, no_version, "protocol_version; not: another alert" },
	{ "TLS_NAME_REFUSED", SEVERITY_PROBLEM, name_refused, "unrecognized_name; not: another alert" },
	{ "TLS_DH_TOO_SHORT", SEVERITY_PROBLEM, short_dh, "the library says so; not: another error" },
	{ "CLIENT_NO_SNI", SEVERITY_WARNING, no_sni, "the certificate says so; not: it is self-signed" },
	{ "TLS_HANDSHAKE_FAILED", SEVERITY_PROBLEM, fails, "bad records; not: alert" },
	{ "TLS_CLIENT_CERTIFICATE", SEVERITY_PROBLEM, client_certificate,
	  "demanded; not: asked for, but not insisted on" },
	{ "TLS_OLD_VERSION", SEVERITY_WARNING, old_version, "1.1; not: no EMS" },
	{ "TLS_OLD_VERSION", SEVERITY_NOTE, old_version_relay, "1.1 on 25; not: 1.3 on 25" },
	{ "TLS_WEAK_CIPHER", SEVERITY_WARNING, weak_cipher,
	  "no forward secrecy; not: what TLS 1.0 brings along" },
	{ "TLS_DH_TOO_SHORT", SEVERITY_PROBLEM, short_dh_taken,
	  "a handshake with a short group; not: no group at all" },
	{ "TLS_NAME_NOT_RECOGNISED", SEVERITY_NOTE, sni, "warning alert; not: none" },
	{ "TLS_CERT_EXPIRED", SEVERITY_PROBLEM, expired, "with a wrong name; not: not yet valid" },
	{ "TLS_CERT_EXPIRED", SEVERITY_WARNING, expired_relay, "intermediate, on 25; not: no fault" },
	{ "TLS_CERT_NOT_YET_VALID", SEVERITY_PROBLEM, not_yet_valid, "to come; not: over" },
	{ "TLS_CERT_EXPIRES_SOON", SEVERITY_WARNING, expires_soon, "13 days; not: 14 days" },
	{ "TLS_CERT_EXPIRES_SOON", SEVERITY_WARNING, short_lived,
	  "1 of 6 days left; not: 3 of 6 days left" },
	{ "TLS_CERT_NAME_MISMATCH", SEVERITY_PROBLEM, name_mismatch,
	  "587; not: only an address was asked for" },
	{ "TLS_CERT_NAME_MISMATCH", SEVERITY_NOTE, name_mismatch_relay, "25; not: no fault" },
	{ "TLS_CERT_NAME_NOT_CHECKED", SEVERITY_NOTE, name_not_checked,
	  "an address; not: an address that the certificate holds" },
	{ "TLS_CERT_SELF_SIGNED", SEVERITY_PROBLEM, self_signed, "587; not: unknown issuer" },
	{ "TLS_CERT_SELF_SIGNED", SEVERITY_NOTE, self_signed_relay, "25; not: expired" },
	{ "TLS_CERT_MISSING_INTERMEDIATE", SEVERITY_PROBLEM, missing_intermediate,
	  "a gap; not: a root that is not known" },
	{ "TLS_NO_TRUST_STORE", SEVERITY_PROBLEM, no_trust_store,
	  "nothing to check against; not: one unknown" },
	{ "TLS_CERT_UNKNOWN_ISSUER", SEVERITY_PROBLEM, unknown_issuer,
	  "not known; not: because of a gap" },
	{ "TLS_CERT_WRONG_PURPOSE", SEVERITY_PROBLEM, wrong_purpose, "purpose; not: weak key" },
	{ "TLS_CERT_WEAK", SEVERITY_PROBLEM, weak, "SHA-1; not: purpose" },
	{ "TLS_CERT_REVOKED", SEVERITY_PROBLEM, revoked, "revoked; not: a bad staple" },
	{ "TLS_CERT_NO_SAN", SEVERITY_WARNING, no_san, "CN only; not: another name" },
	{ "TLS_CERT_INVALID", SEVERITY_PROBLEM, invalid, "bad signature; not: expired" },
	{ "ALL_WELL", SEVERITY_OK, all_well, "a host; not: cut short" },
	{ "ALL_WELL", SEVERITY_OK, all_well_domain, "a domain; not: one MX is silent" },
	{ .code = NULL },
};
