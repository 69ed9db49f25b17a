/* SPDX-License-Identifier: MIT
 *
 * Rules about who vouches for the certificate: nobody, somebody unknown, or nobody could know,
 * since this machine has no roots. Severity by role: see rules_certificate.c. */
#include <stddef.h>

#include "diagnose/facts.h"
#include "diagnose/seen.h"
#include "diagnose/text_rows.h"

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
	if (!facts_certificate_fault(e, CERT_SELF_SIGNED))
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
	       facts_certificate_fault(e, CERT_UNKNOWN_ISSUER | CERT_MISSING_INTERMEDIATE);
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
	if (!facts_certificate_fault(e, CERT_MISSING_INTERMEDIATE) || checks_nothing(e))
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
	if (!facts_certificate_fault(e, CERT_UNKNOWN_ISSUER) || checks_nothing(e) ||
	    facts_certificate_fault(e, CERT_SELF_SIGNED | CERT_MISSING_INTERMEDIATE))
		return false;
	say_issuer(what, &e->tls);
	return true;
}

const struct diag_rule rules_trust[] = {
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
		.texts = TEXTS({ .words = { "self signed certificate" },
				.unless = { "in certificate chain", "cannot be verified" } },
			       { .words = { "self-signed certificate" },
				.unless = { "in certificate chain", "which cannot be verified" } },
			       SAYS("depth_zero_self_signed_cert"),
			       { .words = { "self signed", "certificate" },
				.unless = { "in certificate chain", "certificates in the chain" } }),
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
		.texts = TEXTS(SAYS("unable to get local issuer certificate"),
			       SAYS("unable_to_get_issuer_cert"), DECIDES("partialchain"),
			       SAYS("partial chain"),
			       SAYS("unable to verify the first certificate"),
			       SAYS("unable_to_verify_leaf_signature"),
			       SAYS("unable to get issuer certificate"),
			       SAYS("chain could not be built to a trusted root"),
			       SAYS("chain to a trusted root authority"), SAYS("cert_e_chaining"),
			       SAYS("0x800b010a")),
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
		.texts = TEXTS(SAYS("trustanchors parameter must be non-empty"),
			       SAYS("setting certificate verify locations"),
			       SAYS("error adding trust anchors"),
			       SAYS("failed to load system roots"), SAYS("curl: (77)"),
			       SAYS("failed loading cafile"),
			       SAYS("unable to load", "ca certificates"),
			       SAYS("no system certificates"), SAYS("cannot load", "ca file"),
			       SAYS("tls_trust_file", "cannot"), SAYS("no ca certificates"),
			       SAYS("no native root ca"), SAYS("cannot set x509 trust file")),
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
		.texts = TEXTS(SAYS("pkix path building failed"),
			       SAYS("unable to find valid certification path"),
			       SAYS("path does not chain"), SAYS("signed by unknown authority"),
			       SAYS("signed by unknown certification authority"),
			       SAYS("unknownissuer"),
			       { .words = { "unknown issuer" }, .unless = { "self" } },
			       DECIDES("alert unknown ca"), SAYS("unknown ca"), SAYS("unknown_ca"),
			       SAYS("self signed certificate in certificate chain"),
			       SAYS("self-signed certificate in certificate chain"),
			       SAYS("self_signed_cert_in_chain"),
			       SAYS("self-signed certificate in chain"), DECIDES("untrustedroot"),
			       SAYS("authority that is not trusted"),
			       SAYS("authority which is not trusted"),
			       SAYS("root certificate which is not trusted"),
			       SAYS("sec_e_untrusted_root"), SAYS("0x80090325"),
			       SAYS("0x800b0109"), SAYS("remotecertificatechainerrors"),
			       { .words = { "certificate is not trusted" },
				.unless = { "issuer" } }, SAYS("issuer is unknown"),
			       SAYS("known issuer"), SAYS("untrusted issuer"),
			       SAYS("issuer is not trusted"), SAYS("cert_e_untrustedroot"),
			       SAYS("sec_error_unknown_issuer"),
			       SAYS("sec_error_untrusted_issuer"),
			       VAGUELY("not trusted", "certificate"),
			       SAYS("certificate authority", "untrusted"),
			       SAYS("peer's certificate issuer"),
			       SAYS("trust anchor for certification path not found"),
			       SAYS("no trusted certificate found"),
			       SAYS("unknown certificate authority"), VAGUELY("curl: (60)")),
		.endpoint = unknown_issuer,
	},
	{ .code = NULL },
};
