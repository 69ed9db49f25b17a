/* SPDX-License-Identifier: MIT
 *
 * Cases of the rules about what stands between: providers, redirection, shields, back ends. */
#include <stddef.h>

#include "base/mem.h"
#include "rule_cases.h"

enum { MS = 1000, SECOND = 1000 * 1000 };

/* ---- known providers ------------------------------------------------------------------------- */

static struct obs_endpoint *at_provider(struct observation *o, const char *host, unsigned port)
{
	struct obs_endpoint *e;

	if (o->target.name == NULL) {
		build_target(o, TARGET_HOST, host);
		build_query(o, host, "A", DNS_NOERROR, "192.0.2.10");
		build_host(o, host, "192.0.2.10", MAIL_HOST_TARGET);
	}
	e = build_endpoint(o, host, "192.0.2.10", port);
	if (port == 465)
		build_implicit_tls(e);
	else
		build_starttls(e);
	return e;
}

static void greets_as(struct obs_endpoint *e, const char *line)
{
	build_reply(&e->greeting, OUT_OK, line, 5 * MS);
}

static void shows_names(struct obs_endpoint *e, const char *name, unsigned faults)
{
	strlist_clear(&e->tls.chain[0].sans);
	strlist_add(&e->tls.chain[0].sans, name);
	e->tls.faults = faults;
	e->tls.verified = faults == 0;
}

static void starttls_taken_out(struct obs_endpoint *e)
{
	build_forget(e);
	build_plaintext(e, "SIZE 1000\nAUTH PLAIN");
}

/* Published: 587 with STARTTLS. The near miss greets as somebody else, but proves who it is. */
static void provider_without_starttls(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = at_provider(o, "smtp.office365.com", 587);

	if (!near_miss)
		starttls_taken_out(e);
	greets_as(e, "220 relay7.hotel.example ESMTP");
}

/* Gmail publishes 465 alone: that 587 answers, without STARTTLS even, contradicts nothing. */
static void provider_of_465(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = at_provider(o, "smtp.gmail.com", near_miss ? 587 : 465);

	if (near_miss) {
		starttls_taken_out(e);
	} else {
		build_forget(e);
		build_plaintext(e, "SIZE 1000");
	}
}

static void provider_other_certificate(struct observation *o, bool near_miss)
{
	shows_names(at_provider(o, near_miss ? "smtp.example.com" : "mail.gmx.net", 587),
		    "mail.hosting.example", CERT_NAME_MISMATCH);
}

/* Expired, but the provider's own: its fault. A machine without roots trusts nobody. */
static void provider_untrusted(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = at_provider(o, "smtp.mail.ru", 465);

	shows_names(e, "smtp.mail.ru", near_miss ? CERT_EXPIRED : CERT_SELF_SIGNED);
}

static void provider_no_roots(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = at_provider(o, "smtp.mail.ru", 465);

	shows_names(e, "smtp.mail.ru", CERT_UNKNOWN_ISSUER);
	if (near_miss)
		build_set(&e->tls.error, "no certificate authority is trusted here");
}

static void provider_port_closed(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	at_provider(o, "mail.gmx.net", 587);
	e = at_provider(o, "mail.gmx.net", near_miss ? 25 : 465);
	build_connect(e, OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
}

/* ---- another host in its place --------------------------------------------------------------- */

/* Hosted mail: the greeting is the hosting company's, the certificate is for the host. */
static void other_host(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	for (unsigned i = 0; i < 3; i++) {
		e = &o->endpoints[i];
		greets_as(e, "220 out3.isp.example.net ESMTP");
		if (!near_miss)
			shows_names(e, "*.isp.example.net", CERT_NAME_MISMATCH);
	}
}

/* Greeting and certificate do not agree: a wrong certificate, nothing more. */
static void two_others(struct observation *o, bool near_miss)
{
	other_host(o, false);
	for (unsigned i = 0; near_miss && i < 3; i++)
		greets_as(&o->endpoints[i], "220 mail.example.com ESMTP");
}

static void port_25_only(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 25);
	greets_as(e, "220 smtp-out.isp.example.net ESMTP");
	if (!near_miss)
		shows_names(e, "smtp-out.isp.example.net", CERT_NAME_MISMATCH);
}

/* In the clear only the greeting is there. The near miss: the same greeting on all ports. */
static void port_25_in_the_clear(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	starttls_taken_out(build_at(o, 25));
	for (unsigned i = 0; i < 3; i++)
		greets_as(&o->endpoints[i],
			  i == 0 || near_miss ? "220 smtp-out.isp.example.net ESMTP"
					      : "220 smtp.example.com ESMTP");
}

/* The near miss: two names of one owner with one certificate. */
static void same_certificate(struct observation *o, bool near_miss)
{
	static const char *const hosts[] = { "mx.example.com", "backup.example.net" };

	build_target(o, TARGET_DOMAIN, "example.com");
	for (int i = 0; i < 2; i++) {
		const char *host = i == 1 && near_miss ? "backup.example.com" : hosts[i];
		const char *address = i == 0 ? "192.0.2.10" : "198.51.100.10";
		struct obs_endpoint *e;

		build_host(o, host, address, MAIL_HOST_MX);
		e = build_endpoint(o, host, address, 25);
		build_starttls(e);
		shows_names(e, "mta.isp.example", CERT_NAME_MISMATCH);
		build_set(&e->tls.chain[0].sha256, "00aa");
	}
}

static void too_soon(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_at(o, 25)->connect.us = 500;
	build_at(o, 465)->connect.us = 24 * MS;
	build_at(o, 587)->connect.us = near_miss ? 4 * MS : 26 * MS;
}

/* Neighbours whose first SYN was lost measure nothing. */
static void too_soon_lost(struct observation *o, bool near_miss)
{
	too_soon(o, false);
	for (unsigned i = 1; near_miss && i < 3; i++)
		o->endpoints[i].connect.us = 1012 * MS;
}

/* ---- dialogue, back ends --------------------------------------------------------------------- */

static struct obs_endpoint *lists(struct observation *o, const char *clear, const char *inside)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 587);
	build_capabilities(&e->ehlo, clear);
	build_capabilities(&e->ehlo_tls, inside);
	return e;
}

/* The near miss is what Exchange does: AUTH comes, STARTTLS and what begins with X go. */
static void keywords(struct observation *o, bool near_miss)
{
	lists(o,
	      near_miss ? "SIZE 37748736\nPIPELINING\nDSN\nENHANCEDSTATUSCODES\nSTARTTLS\n"
			  "X-ANONYMOUSTLS\nX-EXPS GSSAPI NTLM\n8BITMIME\nBINARYMIME\nCHUNKING"
			: "SIZE 37748736\nSTARTTLS",
	      "SIZE 37748736\nPIPELINING\nDSN\nENHANCEDSTATUSCODES\nAUTH LOGIN XOAUTH2\n"
	      "8BITMIME\nBINARYMIME\nCHUNKING");
}

static void ehlo_names(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = lists(o, "SIZE 1000\nSTARTTLS", "SIZE 1000\nAUTH PLAIN");

	build_set(&e->ehlo.reply.lines.item[0], "250-filter.proxy.example Hello");
	build_set(&e->ehlo_tls.reply.lines.item[0],
		  near_miss ? "250-mx7.proxy.example Hello" : "250-smtp.example.com Hello");
}

static void no_name_in_ehlo(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 587);
	starttls_taken_out(e);
	build_set(&e->ehlo.reply.lines.item[0],
		  near_miss ? "250-smtp.example.com Hello"
			    : "250-Requested mail action okay, completed");
}

static void uneven_connections(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_capabilities(&build_at(o, 587)->enforcement.ehlo,
			   near_miss ? "SIZE 52428800\nSTARTTLS\nDSN"
				     : "SIZE 52428800\nAUTH PLAIN");
}

/* The near miss: the other address has other ports, but not this one. */
static void uneven_addresses(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_endpoint(o, "smtp.example.com", "192.0.2.11", near_miss ? 2525 : 25);
	build_plaintext(e, "SIZE 1000");
}

/* ---- shields --------------------------------------------------------------------------------- */

static void issued_by(struct observation *o, unsigned port, const char *issuer, unsigned faults)
{
	struct obs_tls *t;

	build_healthy_host(o);
	t = &build_at(o, port)->tls;
	build_set(&t->chain[0].issuer, issuer);
	t->faults = faults;
	t->verified = faults == 0;
}

static const char avast[] = "CN=avast! Web/Mail Shield Root,O=avast! Web/Mail Shield,"
			    "OU=generated by avast! antivirus for SSL/TLS scanning";

static void shield(struct observation *o, bool near_miss)
{
	issued_by(o, 587, near_miss ? "CN=Our own CA" : avast, CERT_UNKNOWN_ISSUER);
}

static void shield_relay(struct observation *o, bool near_miss)
{
	issued_by(o, 25,
		  near_miss ? "CN=Symantec Class 3 Secure Server CA - G4,O=Symantec Corporation"
			    : avast,
		  CERT_UNKNOWN_ISSUER);
}

/* A gateway with the certificate it was delivered with is no shield: the name is its own. */
static void firewall(struct observation *o, bool near_miss)
{
	issued_by(o, 587, "CN=FGT60F,OU=Certificate Authority,O=Fortinet",
		  near_miss ? CERT_UNKNOWN_ISSUER | CERT_NAME_MISMATCH : CERT_UNKNOWN_ISSUER);
}

static void firewall_of_its_own(struct observation *o, bool near_miss)
{
	issued_by(o, 587, "CN=smtp.example.com,O=Barracuda Networks", CERT_UNKNOWN_ISSUER);
	build_at(o, 587)->tls.chain[0].self_issued = near_miss;
}

static void shield_trusted(struct observation *o, bool near_miss)
{
	issued_by(o, 587, avast, near_miss ? CERT_UNKNOWN_ISSUER : 0);
}

const struct rule_case cases_interception[] = {
	{ "PATH_PROVIDER_CONTRADICTED", SEVERITY_PROBLEM, provider_without_starttls,
	  "no STARTTLS at a known 587; not: a strange greeting, but a verified certificate" },
	{ "PATH_PROVIDER_CONTRADICTED", SEVERITY_PROBLEM, provider_of_465,
	  "465 in the clear; not: a port that is not published" },
	{ "PATH_PROVIDER_CONTRADICTED", SEVERITY_PROBLEM, provider_other_certificate,
	  "another host's certificate; not: at a host that nobody knows" },
	{ "PATH_PROVIDER_CONTRADICTED", SEVERITY_PROBLEM, provider_untrusted,
	  "a self-signed certificate; not: an expired one" },
	{ "PATH_PROVIDER_CONTRADICTED", SEVERITY_PROBLEM, provider_no_roots,
	  "unknown issuer; not: no roots on this machine" },
	{ "PATH_PROVIDER_PORT_CLOSED", SEVERITY_NOTE, provider_port_closed,
	  "465 silent, 587 answers; not: a port that is not published" },
	{ "PATH_OTHER_HOST_ANSWERS", SEVERITY_WARNING, other_host,
	  "greeting and certificate of a third party; not: the certificate is verified" },
	{ "PATH_OTHER_HOST_ANSWERS", SEVERITY_WARNING, two_others,
	  "the same; not: the greeting is the host's own" },
	{ "PATH_PORT_REDIRECTED", SEVERITY_WARNING, port_25_only,
	  "25 is another's, 587 is genuine; not: the certificate of 25 is good" },
	{ "PATH_PORT_REDIRECTED", SEVERITY_WARNING, port_25_in_the_clear,
	  "25 greets as another than 587; not: all ports greet alike" },
	{ "PATH_PORT_REDIRECTED", SEVERITY_WARNING, same_certificate,
	  "unrelated hosts, one certificate; not: two hosts of one domain" },
	{ "PATH_ANSWERS_TOO_SOON", SEVERITY_NOTE, too_soon,
	  "0.5 ms beside 24 and 26 ms; not: another port is near as well" },
	{ "PATH_ANSWERS_TOO_SOON", SEVERITY_NOTE, too_soon_lost,
	  "the same; not: the others lost their first SYN" },
	{ "PATH_DIALOGUE_REWRITTEN", SEVERITY_NOTE, keywords,
	  "six extensions only inside TLS; not: what Exchange does" },
	{ "PATH_DIALOGUE_REWRITTEN", SEVERITY_NOTE, ehlo_names,
	  "another name inside TLS; not: another host of the same domain" },
	{ "PATH_DIALOGUE_REWRITTEN", SEVERITY_NOTE, no_name_in_ehlo,
	  "words for a name and no STARTTLS; not: the server's name" },
	{ "SMTP_STARTTLS_UNEVEN", SEVERITY_PROBLEM, uneven_connections,
	  "the second connection has no STARTTLS; not: it has DSN" },
	{ "SMTP_STARTTLS_UNEVEN", SEVERITY_WARNING, uneven_addresses,
	  "25 of the second address has none; not: another port" },
	{ "PATH_MAIL_SHIELD", SEVERITY_PROBLEM, shield, "Avast; not: an authority of one's own" },
	{ "PATH_MAIL_SHIELD", SEVERITY_WARNING, shield_relay,
	  "Avast on 25; not: a public authority of a shield's maker" },
	{ "PATH_MAIL_SHIELD", SEVERITY_PROBLEM, firewall,
	  "Fortinet, for this name; not: for another name" },
	{ "PATH_MAIL_SHIELD", SEVERITY_PROBLEM, firewall_of_its_own,
	  "Barracuda; not: signed by itself" },
	{ "PATH_MAIL_SHIELD_TRUSTED", SEVERITY_NOTE, shield_trusted,
	  "Avast, verified; not: not trusted here" },
	{ .code = NULL },
};
