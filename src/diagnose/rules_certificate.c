/* SPDX-License-Identifier: MIT
 *
 * Rules about the certificate: each fault on its own, so that one never hides another.
 *
 * Severity by role: mail servers that deliver to port 25 use TLS without checking certificates
 * unless a policy tells them to (RFC 7435, RFC 3207 4.1), so there a fault of trust is a note;
 * a client that submits must check (RFC 8314 5.3), so there it is a problem. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "diagnose/facts.h"
#include "diagnose/seen.h"
#include "diagnose/text_rows.h"

enum { DAY = 24 * 3600, SOON_DAYS = 14 };


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

static bool no_sni(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	if (!facts_wants_sni(e))
		return false;
	buf_adds(what, e->tls.sni != NULL ? "the certificate says: " : "no name sent; the certificate says: ");
	seen_text(what, e->tls.chain[0].subject, 120);
	return true;
}

static bool expired(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	const struct obs_certificate *c = culprit(&e->tls, now(o), is_over);
	int64_t days;

	if (!facts_certificate_fault(e, CERT_EXPIRED))
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

	if (!facts_certificate_fault(e, CERT_NOT_YET_VALID))
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
	if (!facts_certificate_fault(e, CERT_NAME_MISMATCH) || facts_address_only(e))
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
	if (!facts_tls_up(e) || !facts_address_only(e) || e->tls.chain_count == 0 || facts_wants_sni(e))
		return false;
	if (e->tls.verified_name != NULL && !facts_certificate_fault(e, CERT_NAME_MISMATCH))
		return false;
	buf_adds(what, "the certificate is for ");
	seen_names(what, &e->tls.chain[0]);
	return true;
}

static bool wrong_purpose(const struct observation *o, const struct obs_endpoint *e,
			  struct buf *what)
{
	(void)o;
	if (!facts_certificate_fault(e, CERT_WRONG_PURPOSE))
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
	if (!facts_certificate_fault(e, faults))
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
	if (!facts_certificate_fault(e, CERT_REVOKED))
		return false;
	buf_adds(what, "the OCSP answer that the server sends along says \"revoked\"");
	return true;
}

static bool no_san(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	if (!facts_certificate_fault(e, CERT_NO_SAN))
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
	if (!facts_tls_agreed(e) || faults == 0 || facts_wants_sni(e))
		return false;
	say_faults(what, faults);
	return true;
}

const struct diag_rule rules_certificate[] = {
	{
		.code = "CLIENT_NO_SNI", .stage = STAGE_TLS,
		.severity = SEVERITY_WARNING, .relay_severity = SEVERITY_NOTE,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The server wants to be told its name at %E",
		.means = "A client that does not say which host it wants (SNI) is shown a "
			 "placeholder certificate. Programs then report a self-signed certificate "
			 "or a wrong name, though the server has a good one.",
		.remedy = "Give the host's name instead of its address, without a dot at the end. "
			  "In the program, set the TLS server name (Node.js: servername; Go: "
			  "ServerName), or update it: old libraries send none.",
		.references = { "RFC 6066 3", "mscdex/node-imap#741",
				"Snawoot/postfix-mta-sts-resolver#66" },
		.texts = TEXTS(DECIDES("no sni provided"), DECIDES("please fix your client"),
			       DECIDES("invalid2.invalid"), DECIDES("without sni"),
			       DECIDES("missing sni")),
		.endpoint = no_sni,
	},
	{
		.code = "TLS_CERT_EXPIRED", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The certificate has expired at %E",
		.means = "Programs that check certificates refuse to go on. Usually its renewal "
			 "failed, or the mail server was not restarted after it.",
		.remedy = "The owner of the server renews the certificate and makes the mail server "
			  "load it; where an intermediate certificate is named, its issuer's "
			  "current one has to be put in place. If every server seems expired, set this machine's clock right.",
		.references = { "RFC 5280 4.1.2.5", "RFC 8314 5.3" },
		.texts = TEXTS(DECIDES("uses expired certificate"),
			       { .words = { "certificate has expired" },
				.unless = { "is before" } },
			       SAYS("has expired or is not yet valid", "is after"),
			       SAYS("cert_has_expired"),
			       { .words = { "certificate is expired" },
				.unless = { "expired or invalid" } }, SAYS("certificate expired"),
			       SAYS("certificate_expired"), SAYS("certificateexpired"),
			       SAYS("certexpired"), SAYS("expired certificate"), SAYS("notafter:"),
			       SAYS("sec_error_expired"), SAYS("sec_e_cert_expired"),
			       SAYS("cert_e_expired"), SAYS("0x80090328"), SAYS("0x800b0101"),
			       SAYS("timestamp check failed"),
			       SAYS("not within its validity period"),
			       SAYS("validity check failed"),
			       SAYS("invalid peer certificate: expired"),
			       { .words = { "certificate", "expired" },
				.unless = { "expired or", "expired/" } },
			       SAYS("zertifikat", "abgelaufen"),
			       { .words = { "certificat", "expir" }, .unless = { "certificate" } },
			       SAYS("certificado", "caducado"),
			       { .words = { "nottimevalid" },
				.unless = { "nottimenested" }, .decisive = true },
			       SAYS("0x800ccc02")),
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
		.texts = TEXTS({ .words = { "certificate is not yet valid" },
				.unless = { "has expired or" } },
			       DECIDES("not yet valid", "is before"), SAYS("not yet activated"),
			       SAYS("certificatenotyetvalid"), SAYS("certnotyetvalid"),
			       SAYS("notvalidyet"), SAYS("notbefore:"), SAYS("cert_not_yet_valid"),
			       SAYS("certificate not yet valid")),
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
		.texts = TEXTS(SAYS("hostname mismatch"), SAYS("peername mismatch"),
			       SAYS("hostname_check_failed"), SAYS("hostname check failed"),
			       SAYS("hostname verification failed"),
			       SAYS("does not match certificate's altnames"),
			       SAYS("err_tls_cert_altname_invalid"),
			       SAYS("did not match expected cn"), SAYS("peer certificate cn"),
			       SAYS("unable to locate peer certificate cn"),
			       SAYS("no subject alternative names matching"),
			       SAYS("no subject alternative dns name matching"),
			       SAYS("no name matching", "found"), SAYS("certificate is valid for"),
			       SAYS("certificate is not valid for"),
			       SAYS("certificate is not valid for any names"),
			       DECIDES("certificatenamemismatch"),
			       SAYS("did not match any of the names"),
			       DECIDES("host name did not match", "certificate"),
			       SAYS("no alternative certificate subject name"),
			       SAYS("alternative certificate subject name"),
			       SAYS("certificate subject name", "not match"),
			       SAYS("target principal name is incorrect"),
			       SAYS("sec_e_wrong_principal"), SAYS("0x80090322"),
			       SAYS("0x800ccc01"), SAYS("0x800b010f"), SAYS("cert_e_cn_no_match"),
			       SAYS("host name does not match"), SAYS("hostname does not match"),
			       SAYS("hostname", "does not match", "certificate"),
			       SAYS("certificate name mismatch"),
			       SAYS("certificate name", "not match"),
			       SAYS("name in the certificate does not match"),
			       SAYS("ip address mismatch"), SAYS("doesn't match either of"),
			       SAYS("hostname", "doesn't match"), SAYS("owner does not match"),
			       SAYS("notvalidforname"), SAYS("certnotvalidforname"),
			       SAYS("certificate", "does not match", "host"),
			       SAYS("belongs to a different site"), SAYS("bad_cert_domain"),
			       SAYS("certificate verification failed", "subject name"),
			       SAYS("cannot validate certificate for"), SAYS("wrong host name"),
			       SAYS("certificate is for", "not")),
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
		.code = "TLS_CERT_WRONG_PURPOSE", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_NOTE,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The certificate is not meant for a server at %E",
		.means = "It was issued for another use, such as clients or e-mail signatures. "
			 "Programs that check certificates refuse to go on.",
		.remedy = "The owner of the server gets one with the usage \"TLS web server "
			  "authentication\".",
		.references = { "RFC 5280 4.2.1.12" },
		.texts = TEXTS(SAYS("unsupported certificate purpose"),
			       SAYS("unsuitable certificate purpose"),
			       SAYS("incompatible key usage"), SAYS("invalid_purpose"),
			       SAYS("extended key usage does not permit"),
			       SAYS("notvalidforusage"),
			       SAYS("certificate specifies an incompatible")),
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
		.texts = TEXTS(DECIDES("legacy sigalg"), DECIDES("ca md too weak"),
			       DECIDES("ca_md_too_weak"), DECIDES("ee key too small"),
			       DECIDES("ee_key_too_small"), DECIDES("ca key too small"),
			       DECIDES("ca_key_too_small"), SAYS("certificate key too small"),
			       SAYS("certificate", "insecure algorithm"),
			       SAYS("insecure algorithm", "x509"),
			       SAYS("algorithm constraints check failed"),
			       { .words = { "not conform to algorithm constraints" },
				.unless = { "dh serverkeyexchange" } },
			       SAYS("wrong signature type"), SAYS("insecurealgorithm"),
			       DECIDES("sha1", "insecure"),
			       SAYS("no longer considered secure", "certificate"),
			       SAYS("weaksignature"), SAYS("hasweaksignature")),
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
		.texts = TEXTS(SAYS("certificate revoked"), SAYS("certificate has been revoked"),
			       SAYS("certificate was revoked"), SAYS("certificate is revoked"),
			       SAYS("certificate_revoked"), SAYS("cert_revoked"),
			       SAYS("crypt_e_revoked"), SAYS("0x80092010"),
			       SAYS("x509status", "revoked")),
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
		.texts = TEXTS(SAYS("relies on legacy common name"),
			       SAYS("no subject alternative names present"),
			       SAYS("certificate", "not contain any", "subject alternative")),
		.endpoint = no_san,
	},
	{
		.code = "TLS_CERT_INVALID", .stage = STAGE_TLS,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_NOTE,
		.confidence = CONFIDENCE_CERTAIN,
		.summary = "The certificate cannot be verified at %E",
		.means = "The certificate or its chain is turned down, and what was seen names no "
			 "single fault. Programs that check certificates refuse to go on.",
		.remedy = "The owner of the server replaces certificate and chain by those of its "
			  "issuer, and checks that they belong together.",
		.references = { "RFC 5280 6.1" },
		.others = "The message does not say which fault: expired, another name, unknown "
			  "issuer, or a chain with a gap. A probe of the server tells them apart.",
		.texts = TEXTS(VAGUELY("remote certificate is invalid"), VAGUELY("invalid peer certificate"),
			       VAGUELY("remotezertifikat"), VAGUELY("certificat distant"),
			       VAGUELY("remote certificate was rejected"),
			       VAGUELY("certificate verify failed"),
			       VAGUELY("certificate_verify_failed"),
			       VAGUELY("certificate verification failed"),
			       VAGUELY("certificate validation failed"),
			       VAGUELY("error in the certificate verification"),
			       VAGUELY("server certificate not verified"),
			       VAGUELY("certificate could not be verified"),
			       VAGUELY("certificate that cannot be verified"),
			       VAGUELY("server certificate verification failed"),
			       VAGUELY("peer certificate cannot be authenticated"),
			       VAGUELY("certificate is not trusted"),
			       VAGUELY("invalid certificate"), VAGUELY("certificateunknown"),
			       VAGUELY("certificate unknown"), VAGUELY("certificate_unknown"),
			       VAGUELY("bad certificate"), VAGUELY("bad_certificate"),
			       VAGUELY("ecertificate")),
		.endpoint = invalid,
	},
	{ .code = NULL },
};
