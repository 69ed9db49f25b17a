/* SPDX-License-Identifier: MIT
 *
 * Rules about the certificate: each fault on its own, so that one never hides another.
 *
 * Severity by role: mail servers that deliver to port 25 use TLS without checking certificates
 * unless a policy tells them to (RFC 7435, RFC 3207 4.1), so there a fault of trust is a note;
 * a client that submits must check (RFC 8314 5.3), so there it is a problem. */
#include <inttypes.h>
#include <stddef.h>

#include "diagnose/facts.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"

enum { DAY = 24 * 3600, SOON_DAYS = 14 };

static bool has(const struct obs_endpoint *e, unsigned faults)
{
	return facts_tls_agreed(e) && (e->tls.faults & faults) != 0;
}

static int64_t now(const struct observation *o)
{
	return o->started_at_us / 1000000;
}

/* The first certificate of the chain for which the test holds; the leaf where none does. */
static const struct obs_certificate *culprit(const struct obs_tls *t, int64_t at,
					     bool (*test)(const struct obs_certificate *, int64_t))
{
	for (size_t i = 0; i < t->chain_count; i++)
		if (test(&t->chain[i], at))
			return &t->chain[i];
	return t->chain_count > 0 ? &t->chain[0] : NULL;
}

static bool is_over(const struct obs_certificate *c, int64_t at)
{
	return c->not_after < at;
}

static bool is_ahead(const struct obs_certificate *c, int64_t at)
{
	return c->not_before > at;
}

static void say_which(struct buf *what, const struct obs_tls *t, const struct obs_certificate *c)
{
	if (c == &t->chain[0])
		return;
	buf_adds(what, ", of the intermediate ");
	seen_text(what, c->subject != NULL ? c->subject : "(no subject)", 80);
}

static bool expired(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	const struct obs_certificate *c = culprit(&e->tls, now(o), is_over);
	int64_t days;

	if (!has(e, CERT_EXPIRED))
		return false;
	buf_adds(what, "valid until ");
	if (c == NULL) {
		buf_adds(what, "a date that has passed");
		return true;
	}
	seen_date(what, c->not_after);
	/* Bounded: a certificate may claim any date, and the difference must not overflow. */
	if (c->not_after > 0 && c->not_after < now(o)) {
		days = (now(o) - c->not_after) / DAY;
		buf_addf(what, ", %" PRId64 " %s ago", days, days == 1 ? "day" : "days");
	}
	say_which(what, &e->tls, c);
	return true;
}

static bool not_yet_valid(const struct observation *o, const struct obs_endpoint *e,
			  struct buf *what)
{
	const struct obs_certificate *c = culprit(&e->tls, now(o), is_ahead);

	if (!has(e, CERT_NOT_YET_VALID))
		return false;
	buf_adds(what, "valid from ");
	if (c == NULL) {
		buf_adds(what, "a date that is to come");
		return true;
	}
	seen_date(what, c->not_before);
	buf_adds(what, "; this machine's clock says ");
	seen_date(what, now(o));
	say_which(what, &e->tls, c);
	return true;
}

/* Under two weeks and under a quarter of its life: certificates of a few days are renewed
 * within days, and are no less healthy for it. */
static bool expires_soon(const struct observation *o, const struct obs_endpoint *e,
			 struct buf *what)
{
	const struct obs_certificate *c = e->tls.chain_count > 0 ? &e->tls.chain[0] : NULL;
	int64_t left, life;

	if (!facts_tls_up(e) || c == NULL || c->not_before < 0 || c->not_after <= now(o) ||
	    c->not_before > now(o))
		return false;
	left = c->not_after - now(o);
	life = c->not_after - c->not_before;
	if (left >= SOON_DAYS * DAY || left >= life / 4)
		return false;
	buf_adds(what, "valid until ");
	seen_date(what, c->not_after);
	buf_addf(what, ", %" PRId64 " %s left", left / DAY, left / DAY == 1 ? "day" : "days");
	return true;
}

static bool name_mismatch(const struct observation *o, const struct obs_endpoint *e,
			  struct buf *what)
{
	(void)o;
	if (!has(e, CERT_NAME_MISMATCH) || facts_address_only(e))
		return false;
	buf_adds(what, "asked for ");
	seen_text(what, e->tls.verified_name, 120);
	buf_adds(what, "; the certificate is for ");
	if (e->tls.chain_count > 0)
		seen_names(what, &e->tls.chain[0]);
	return true;
}

/* Only an address was given, and it is not in the certificate: there is no name to check. */
static bool name_not_checked(const struct observation *o, const struct obs_endpoint *e,
			     struct buf *what)
{
	(void)o;
	if (!facts_tls_up(e) || !facts_address_only(e) || e->tls.chain_count == 0)
		return false;
	if (e->tls.verified_name != NULL && !has(e, CERT_NAME_MISMATCH))
		return false;
	buf_adds(what, "the certificate is for ");
	seen_names(what, &e->tls.chain[0]);
	return true;
}

static void say_issuer(struct buf *what, const struct obs_tls *t)
{
	const struct obs_certificate *last;

	if (t->chain_count == 0)
		return;
	last = &t->chain[t->chain_count - 1];
	buf_adds(what, "issuer ");
	seen_text(what, last->issuer != NULL && *last->issuer != '\0' ? last->issuer : "(none)", 120);
}

static bool self_signed(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	if (!has(e, CERT_SELF_SIGNED))
		return false;
	say_issuer(what, &e->tls);
	buf_adds(what, ", signed with its own key");
	return true;
}

/* The handshake is complete, so that the error is of the check alone: there is nothing here to
 * check an issuer against, and every one would be unknown. */
static bool checks_nothing(const struct obs_endpoint *e)
{
	return facts_tls_up(e) && e->tls.error != NULL &&
	       has(e, CERT_UNKNOWN_ISSUER | CERT_MISSING_INTERMEDIATE);
}

static bool no_trust_store(const struct observation *o, const struct obs_endpoint *e,
			   struct buf *what)
{
	(void)o;
	if (!checks_nothing(e))
		return false;
	seen_text(what, e->tls.error, 120);
	return true;
}

static bool missing_intermediate(const struct observation *o, const struct obs_endpoint *e,
				 struct buf *what)
{
	(void)o;
	if (!has(e, CERT_MISSING_INTERMEDIATE) || checks_nothing(e))
		return false;
	say_issuer(what, &e->tls);
	buf_addf(what, "; the server sent %zu %s, not that one", e->tls.chain_count,
		 e->tls.chain_count == 1 ? "certificate" : "certificates");
	return true;
}

static bool unknown_issuer(const struct observation *o, const struct obs_endpoint *e,
			   struct buf *what)
{
	(void)o;
	if (!has(e, CERT_UNKNOWN_ISSUER) || checks_nothing(e) ||
	    has(e, CERT_SELF_SIGNED | CERT_MISSING_INTERMEDIATE))
		return false;
	say_issuer(what, &e->tls);
	return true;
}

static bool wrong_purpose(const struct observation *o, const struct obs_endpoint *e,
			  struct buf *what)
{
	(void)o;
	if (!has(e, CERT_WRONG_PURPOSE))
		return false;
	buf_adds(what, "its extended key usage does not allow a TLS server");
	return true;
}

static void say_faults(struct buf *what, unsigned faults)
{
	bool first = true;

	for (unsigned bit = 0; bit < CERT_FAULT_COUNT; bit++)
		if (faults & (1u << bit)) {
			buf_addf(what, "%s%s", first ? "" : ", ", words_name(&cert_fault_words, bit));
			first = false;
		}
}

static bool weak(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	const unsigned faults = CERT_WEAK_KEY | CERT_WEAK_SIGNATURE;
	const struct obs_certificate *c = e->tls.chain_count > 0 ? &e->tls.chain[0] : NULL;

	(void)o;
	if (!has(e, faults))
		return false;
	say_faults(what, e->tls.faults & faults);
	if (c != NULL) {
		buf_adds(what, ": key ");
		seen_text(what, c->key != NULL ? c->key : "?", 40);
		buf_adds(what, ", signature ");
		seen_text(what, c->signature != NULL ? c->signature : "?", 40);
	}
	return true;
}

static bool revoked(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	if (!has(e, CERT_REVOKED))
		return false;
	buf_adds(what, "the OCSP answer that the server sends along says \"revoked\"");
	return true;
}

static bool no_san(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	if (!has(e, CERT_NO_SAN))
		return false;
	buf_adds(what, "no subject alternative name");
	if (e->tls.chain_count > 0 && e->tls.chain[0].subject != NULL) {
		buf_adds(what, "; subject ");
		seen_text(what, e->tls.chain[0].subject, 120);
	}
	return true;
}

static bool invalid(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	const unsigned own = CERT_BAD_SIGNATURE | CERT_BAD_OCSP_STAPLE | CERT_NONE_SENT |
			     CERT_UNREADABLE | CERT_NOT_CA;
	unsigned faults = e->tls.faults & own;

	(void)o;
	/* "invalid" alone: the library says no and gives no reason that has a word. */
	if (e->tls.faults == CERT_INVALID)
		faults = CERT_INVALID;
	if (!facts_tls_agreed(e) || faults == 0)
		return false;
	say_faults(what, faults);
	return true;
}

const struct diag_rule rules_certificate[] = {
	{
		.code = "TLS_CERT_EXPIRED", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The certificate has expired at %E",
		.means = "Programs that check certificates refuse to go on. Usually its renewal "
			 "failed, or the mail server was not restarted after it.",
		.remedy = "The owner of the server renews the certificate and makes the mail server "
			  "load it. If every server seems expired, set this machine's clock right.",
		.references = { "RFC 5280 4.1.2.5", "RFC 8314 5.3" },
		.texts = TEXTS(
			{ .words = { "certificate has expired" }, .unless = { "is before" } },
			{ .words = { "cert_has_expired" } },
			{ .words = { "certificate is expired" } },
			{ .words = { "certificate expired" } },
			{ .words = { "certificateexpired" } },
			{ .words = { "certexpired" } },
			{ .words = { "expired certificate" } },
			{ .words = { "notafter:" } },
			{ .words = { "sec_error_expired" } },
			{ .words = { "cert_e_expired" } },
			{ .words = { "not within its validity period" } },
			{ .words = { "invalid peer certificate: expired" } },
			{ .words = { "certificate", "expired" } },
			{ .words = { "zertifikat", "abgelaufen" } },
			{ .words = { "certificat", "expir" } },
			{ .words = { "certificado", "caducado" } },
			{ .words = { "nottimevalid" } }),
		.endpoint = expired,
	},
	{
		.code = "TLS_CERT_NOT_YET_VALID", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The certificate is not valid yet at %E",
		.means = "Its first day is still to come. Either it was put in place too early, or "
			 "this machine's clock is wrong.",
		.remedy = "Compare this machine's clock with the right time. If it is right, the "
			  "owner of the server waits or puts the earlier certificate back.",
		.references = { "RFC 5280 4.1.2.5" },
		.texts = TEXTS(
			{ .words = { "certificate is not yet valid" }, .unless = { "has expired or" } },
			{ .words = { "not yet valid", "is before" } },
			{ .words = { "not yet activated" } },
			{ .words = { "certificatenotyetvalid" } },
			{ .words = { "certnotyetvalid" } },
			{ .words = { "notbefore:" } },
			{ .words = { "cert_not_yet_valid" } },
			{ .words = { "certificate not yet valid" } }),
		.endpoint = not_yet_valid,
	},
	{
		.code = "TLS_CERT_EXPIRES_SOON", .stage = STAGE_TLS,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The certificate expires soon at %E",
		.means = "It should have been renewed by now. When it expires, programs that check "
			 "certificates refuse to go on.",
		.remedy = "The owner of the server renews it, makes the mail server load it, and "
			  "finds out why that did not happen by itself.",
		.references = { "RFC 5280 4.1.2.5" },
		.endpoint = expires_soon,
	},
	{
		.code = "TLS_CERT_NAME_MISMATCH", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_NOTE,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The certificate is for another name at %E",
		.means = "Programs that check certificates refuse to go on. Usual causes: an alias "
			 "for a provider's server, shared hosting with one certificate, or a network "
			 "that redirects mail ports to a server of its own.",
		.remedy = "Use one of the names in the certificate, if it is your provider's; or the "
			  "owner of the server gets a certificate for this name. If the name belongs "
			  "to somebody else altogether, do not log in there.",
		.references = { "RFC 9525 6", "RFC 8314 5.3", "RFC 7817" },
		.texts = TEXTS(
			{ .words = { "hostname mismatch" } },
			{ .words = { "does not match certificate's altnames" } },
			{ .words = { "err_tls_cert_altname_invalid" } },
			{ .words = { "did not match expected cn" } },
			{ .words = { "peer certificate cn" } },
			{ .words = { "no subject alternative names matching" } },
			{ .words = { "no subject alternative dns name matching" } },
			{ .words = { "certificate is valid for" } },
			{ .words = { "certificatenamemismatch" } },
			{ .words = { "ssl: no alternative certificate subject name" } },
			{ .words = { "alternative certificate subject name" } },
			{ .words = { "certificate subject name", "does not match" } },
			{ .words = { "target principal name is incorrect" } },
			{ .words = { "host name does not match" } },
			{ .words = { "hostname does not match" } },
			{ .words = { "certificate name mismatch" } },
			{ .words = { "name in the certificate does not match" } },
			{ .words = { "ip address mismatch" } },
			{ .words = { "doesn't match either of" } },
			{ .words = { "hostname", "doesn't match" } },
			{ .words = { "certificate owner does not match" } },
			{ .words = { "notvalidforname" } },
			{ .words = { "certificate verification problem detected", "name" } },
			{ .words = { "certificate", "does not match", "host" } },
			{ .words = { "ssl_error_bad_cert_domain" } },
			{ .words = { "certificate verification failed", "subject name" } },
			{ .words = { "cannot validate certificate for" } },
			{ .words = { "wrong host name" } }),
		.endpoint = name_mismatch,
	},
	{
		.code = "TLS_CERT_NAME_NOT_CHECKED", .stage = STAGE_TLS,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "No name to check the certificate for at %E",
		.means = "An address was given instead of a host name, and the certificate does not "
			 "hold that address. So it is not known whether it is right for the name "
			 "that programs use.",
		.remedy = "Probe by host name to have it checked.",
		.references = { "RFC 9525 6" },
		.endpoint = name_not_checked,
	},
	{
		.code = "TLS_CERT_SELF_SIGNED", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_NOTE,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The certificate is self-signed at %E",
		.means = "Nobody vouches for it, so a client cannot tell the server from an "
			 "impostor. Programs that check certificates refuse to go on; mail servers "
			 "that deliver to port 25 usually do not check.",
		.remedy = "The owner of the server gets a certificate from a public authority "
			  "(Let's Encrypt is free). Inside a company, put this certificate into the "
			  "program's trust store.",
		.references = { "RFC 8314 5.3", "RFC 7435" },
		.texts = TEXTS(
			{ .words = { "self signed certificate" }, .unless = { "in certificate chain" } },
			{ .words = { "self-signed certificate" }, .unless = { "in certificate chain" } },
			{ .words = { "depth_zero_self_signed_cert" } }),
		.endpoint = self_signed,
	},
	{
		.code = "TLS_CERT_MISSING_INTERMEDIATE", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_NOTE,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The issuer of the certificate is neither sent nor known here at %E",
		.means = "The chain from the server's certificate to a trusted root has a gap. Most "
			 "often the server leaves out an intermediate certificate: programs that have "
			 "it from elsewhere work, others refuse. A company's own authority that this "
			 "machine does not know looks the same.",
		.remedy = "The owner of the server configures the full chain (often named "
			  "fullchain.pem) instead of the certificate alone. If the issuer is your "
			  "own authority, name its certificate with --ca-file, and add it to the "
			  "program's trust store.",
		.references = { "RFC 8446 4.4.2" },
		.others = "A machine or container without root certificates (package ca- "
			  "certificates) shows the same words, for every server.",
		.texts = TEXTS(
			{ .words = { "unable to get local issuer certificate" } },
			{ .words = { "unable_to_get_issuer_cert" } },
			{ .words = { "partialchain" } },
			{ .words = { "unable to verify the first certificate" } },
			{ .words = { "unable_to_verify_leaf_signature" } },
			{ .words = { "partial chain" } },
			{ .words = { "unable to get issuer certificate" } }),
		.endpoint = missing_intermediate,
	},
	{
		.code = "TLS_NO_TRUST_STORE", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "This machine cannot check the certificate at %E",
		.means = "It has no root certificates, as slim containers often do. Programs here "
			 "will refuse every server. It says nothing about this one.",
		.remedy = "Install the root certificates (package ca-certificates), or name a file "
			  "of them with --ca-file.",
		.references = { "RFC 5280 6.1" },
		.endpoint = no_trust_store,
	},
	{
		.code = "TLS_CERT_UNKNOWN_ISSUER", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_NOTE,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The issuer of the certificate is not trusted at %E",
		.means = "This machine does not know who issued it: a company's own authority, "
			 "antivirus or firewall software that opens TLS, or a machine whose root "
			 "certificates are old.",
		.remedy = "If other servers fail too, bring the root certificates up to date "
			  "(package ca-certificates). If the issuer is your company's, add its root to the "
			  "program's trust store (here: --ca-file). Else do not log in there.",
		.references = { "RFC 5280 6", "RFC 8314 5.3" },
		.others = "The server may leave out an intermediate certificate; the machine may "
			  "have no root certificates, or old ones; or antivirus or a proxy opens "
			  "TLS on the way.",
		.texts = TEXTS(
			{ .words = { "pkix path building failed" } },
			{ .words = { "unable to find valid certification path" } },
			{ .words = { "signed by unknown authority" } },
			{ .words = { "unknownissuer" } },
			{ .words = { "unknown ca" } },
			{ .words = { "unknown_ca" } },
			{ .words = { "self signed certificate in certificate chain" } },
			{ .words = { "self-signed certificate in certificate chain" } },
			{ .words = { "self_signed_cert_in_chain" } },
			{ .words = { "untrustedroot" } },
			{ .words = { "authority that is not trusted" } },
			{ .words = { "remotecertificatechainerrors" } },
			{ .words = { "certificate is not trusted" } },
			{ .words = { "issuer is unknown" } },
			{ .words = { "untrusted issuer" } },
			{ .words = { "cert_e_untrustedroot" } },
			{ .words = { "sec_error_unknown_issuer" } },
			{ .words = { "not trusted", "certificate" } },
			{ .words = { "certificate authority", "untrusted" } },
			{ .words = { "peer's certificate issuer" } },
			{ .words = { "trust anchor for certification path not found" } },
			{ .words = { "curl: (60)" }, .vague = true }),
		.endpoint = unknown_issuer,
	},
	{
		.code = "TLS_CERT_WRONG_PURPOSE", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_NOTE,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The certificate is not meant for a server at %E",
		.means = "It was issued for another use, such as clients or e-mail signatures. "
			 "Programs that check certificates refuse to go on.",
		.remedy = "The owner of the server gets one with the usage \"TLS web server "
			  "authentication\".",
		.references = { "RFC 5280 4.2.1.12" },
		.texts = TEXTS(
			{ .words = { "unsupported certificate purpose" } },
			{ .words = { "unsuitable certificate purpose" } },
			{ .words = { "incompatible key usage" } },
			{ .words = { "invalid_purpose" } },
			{ .words = { "extended key usage does not permit" } }),
		.endpoint = wrong_purpose,
	},
	{
		.code = "TLS_CERT_WEAK", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_NOTE,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The certificate uses weak cryptography at %E",
		.means = "Its key is too short or its signature algorithm is broken. Current "
			 "programs refuse it (\"key too small\", \"legacy sigalg\").",
		.remedy = "The owner of the server gets a new one: RSA of 2048 bits or more, or "
			  "ECDSA, signed with SHA-256.",
		.references = { "RFC 9325 4.5" },
		.texts = TEXTS(
			{ .words = { "legacy sigalg" } },
			{ .words = { "ca md too weak" } },
			{ .words = { "ee key too small" } },
			{ .words = { "ca key too small" } },
			{ .words = { "ca_md_too_weak" } },
			{ .words = { "ee_key_too_small" } },
			{ .words = { "certificate", "insecure algorithm" } },
			{ .words = { "algorithm constraints check failed" } },
			{ .words = { "certificates do not conform to algorithm constraints" } },
			{ .words = { "wrong signature type" } },
			{ .words = { "insecurealgorithm" } }),
		.endpoint = weak,
	},
	{
		.code = "TLS_CERT_REVOKED", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The certificate has been revoked at %E",
		.means = "Its issuer has withdrawn it, perhaps because the key was lost to somebody "
			 "else. Programs that look refuse it.",
		.remedy = "The owner of the server gets a new certificate with a new key.",
		.references = { "RFC 6960 2.2", "RFC 6066 8" },
		.texts = TEXTS(
			{ .words = { "certificate revoked" } },
			{ .words = { "certificate has been revoked" } },
			{ .words = { "certificate was revoked" } },
			{ .words = { "cert_revoked" } },
			{ .words = { "certificate is revoked" } },
			{ .words = { "x509status", "revoked" } }),
		.endpoint = revoked,
	},
	{
		.code = "TLS_CERT_NO_SAN", .stage = STAGE_TLS,
		.severity = SEVERITY_WARNING, .relay_severity = SEVERITY_NOTE,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The certificate holds its name only in the old place at %E",
		.means = "The name stands in the subject, where current programs no longer look. "
			 "They report that the name does not match.",
		.remedy = "The owner of the server gets a certificate with a subject alternative "
			  "name.",
		.references = { "RFC 9525 6.3", "RFC 8461 4.1" },
		.texts = TEXTS(
			{ .words = { "relies on legacy common name" } },
			{ .words = { "no subject alternative names present" } },
			{ .words = { "certificate", "does not contain any", "subject alternative" } }),
		.endpoint = no_san,
	},
	{
		.code = "TLS_CERT_INVALID", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_NOTE,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The certificate cannot be verified at %E",
		.means = "Something in the chain is wrong beyond dates, names and trust. Programs "
			 "that check certificates refuse to go on.",
		.remedy = "The owner of the server replaces certificate and chain by those of its "
			  "issuer, and checks that they belong together.",
		.references = { "RFC 5280 6.1" },
		.others = "The message does not say which fault: expired, another name, unknown "
			  "issuer, or a chain with a gap. A probe of the server tells them apart.",
		.texts = TEXTS(
			{ .words = { "remote certificate is invalid" } },
			{ .words = { "certificate verify failed" }, .vague = true },
			{ .words = { "certificate_verify_failed" }, .vague = true },
			{ .words = { "certificate verification failed" }, .vague = true },
			{ .words = { "remote certificate was rejected" } },
			{ .words = { "certificate validation failed" } },
			{ .words = { "error in the certificate verification" } },
			{ .words = { "server certificate not verified" }, .vague = true },
			{ .words = { "certificate could not be verified" } },
			{ .words = { "server certificate verification failed" }, .vague = true },
			{ .words = { "invalid certificate" }, .vague = true },
			{ .words = { "certificateunknown" } },
			{ .words = { "certificate unknown" } },
			{ .words = { "bad certificate" } },
			{ .words = { "bad_certificate" } }),
		.endpoint = invalid,
	},
	{ .code = NULL },
};
