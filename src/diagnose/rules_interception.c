/* SPDX-License-Identifier: MIT
 *
 * Rules about what stands between this machine and the server: shields that open TLS, hosts that
 * answer in another's place, firewalls that rewrite the dialogue, back ends that differ. What a
 * masked greeting shows is in rules_smtp.c, what a shield writes into certificates in shields.c.
 *
 * All of it is inference. One observation is "possible", two that do not depend on each other are
 * "high"; nothing here is certain, and a verified certificate speaks against all of it but a
 * shield whose root this machine trusts. What stands on the path was there before any byte came:
 * the stage of a PATH_ rule is the connect, so that it comes before what follows from it. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "diagnose/facts.h"
#include "diagnose/host_names.h"
#include "diagnose/providers.h"
#include "diagnose/seen.h"
#include "diagnose/shields.h"
#include "diagnose/text_rows.h"

enum { MS = 1000, SHOWN = 120 };

/* ---- shields --------------------------------------------------------------------------------- */

static const char *const shield_places[] = {
	[SHIELD_HERE] = "software on this machine",
	[SHIELD_NETWORK] = "a firewall or gateway of the network",
	[SHIELD_DEBUGGER] = "a tool for looking into TLS",
};

static bool say_shield(const struct obs_endpoint *e, struct buf *what)
{
	const struct shield *s = shield_of(e);

	if (s == NULL)
		return false;
	buf_addf(what, "%s (%s); issuer ", s->product, shield_places[s->place]);
	seen_text(what, e->tls.chain[0].issuer, SHOWN);
	return true;
}

static bool mail_shield(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	(void)o;
	return !e->tls.verified && say_shield(e, what);
}

static bool mail_shield_trusted(const struct observation *o, const struct obs_endpoint *e,
				struct buf *what)
{
	(void)o;
	return e->tls.verified && say_shield(e, what);
}

/* ---- known providers ------------------------------------------------------------------------- */

/* What speaks against the provider itself answering; each kind counts once. */
enum {
	AGAINST_MODE = 1 << 0,
	AGAINST_NAME = 1 << 1,
	AGAINST_TRUST = 1 << 2,
	AGAINST_BANNER = 1 << 3
};

/* The provider's own server offers STARTTLS on a port for which it publishes it, and speaks TLS
 * from the first byte where it publishes that. */
static const char *other_mode(const struct provider_mode *p, const struct obs_endpoint *e)
{
	bool spoke = e->mode == MODE_PLAINTEXT && e->greeting.outcome == OUT_OK;

	if (p->port != e->port)
		return NULL;
	if (e->mode == MODE_NOT_SMTP)
		return "SMTP is published there, and something else answers";
	if (p->tls == PROVIDER_STARTTLS && spoke && e->starttls.outcome == OUT_NOT_OFFERED)
		return "STARTTLS is published there, and not offered here";
	if (p->tls == PROVIDER_IMPLICIT_TLS && spoke)
		return "TLS from the first byte is published there, and a greeting in the clear "
		       "comes";
	return NULL;
}

/* Without trusted roots here, or with a shield that has a finding of its own, it shows nothing. */
static bool untrusted(const struct obs_endpoint *e)
{
	const unsigned trust = CERT_SELF_SIGNED | CERT_UNKNOWN_ISSUER | CERT_MISSING_INTERMEDIATE;

	return facts_tls_up(e) && (e->tls.faults & trust) != 0 && e->tls.error == NULL &&
	       shield_of(e) == NULL;
}

static unsigned against(const struct provider_mode *first, const struct obs_endpoint *e,
			struct buf *what)
{
	const struct provider_mode *p = provider_mode_at(e->host, e->port);
	const char *mode = p != NULL ? other_mode(p, e) : NULL;
	char banner[HOST_NAME_MAX];
	unsigned kinds = 0;

	if (mode != NULL) {
		kinds |= AGAINST_MODE;
		buf_adds(what, mode);
	}
	if (facts_tls_up(e) && (e->tls.faults & CERT_NAME_MISMATCH) && !facts_address_only(e) &&
	    e->tls.chain_count > 0) {
		kinds |= AGAINST_NAME;
		buf_addf(what, "%sthe certificate is for ", what->len > 0 ? "; " : "");
		seen_names(what, &e->tls.chain[0]);
	}
	if (untrusted(e)) {
		kinds |= AGAINST_TRUST;
		buf_addf(what, "%sno public authority vouches for the certificate",
			 what->len > 0 ? "; " : "");
	}
	/* Alone it shows nothing: providers greet with names of all kinds. */
	if (kinds != 0 && host_name_of_reply(&e->greeting, banner) &&
	    !provider_has_name(first, banner)) {
		kinds |= AGAINST_BANNER;
		buf_addf(what, "; the greeting names %s", banner);
	}
	return kinds;
}

static void provider_contradicted(const struct observation *o, struct judge *j)
{
	struct buf what;

	buf_init(&what, BUF_NO_LIMIT);
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		const struct provider_mode *p = provider_of(e->host);
		unsigned kinds;

		if (p == NULL)
			continue;
		buf_reset(&what);
		kinds = against(p, e, &what);
		if (kinds == 0)
			continue;
		judge_see(j, e, "%s (%s, read %s)", buf_str(&what), p->source, p->read);
		judge_confidence(j, (kinds & (kinds - 1)) != 0 &&
					    !provider_is_stale(p, o->started_at_us / 1000000)
					    ? CONFIDENCE_HIGH
					    : CONFIDENCE_POSSIBLE);
	}
	buf_clear(&what);
}

/* Refused or silent, although the provider publishes the port and its host answers elsewhere. */
static bool provider_port_closed(const struct observation *o, const struct obs_endpoint *e,
				 struct buf *what)
{
	const struct provider_mode *p =
		facts_connect_failed(o, e) ? provider_mode_at(e->host, e->port) : NULL;

	if (p == NULL || facts_port_open(o, e) || !facts_host_open(o, e))
		return false;
	buf_addf(what, "%s, but published as open (%s, read %s)",
		 e->connect.outcome == OUT_TIMEOUT ? "silent" : "turned away", p->source, p->read);
	return true;
}

/* ---- another host in its place --------------------------------------------------------------- */

/* The party that both the greeting and the certificate name, and that is not the host's. */
static bool other_party(const struct obs_endpoint *e, char banner[HOST_NAME_MAX])
{
	const struct obs_certificate *leaf;

	if (!facts_tls_up(e) || !(e->tls.faults & CERT_NAME_MISMATCH) || facts_address_only(e) ||
	    e->tls.chain_count == 0 || !host_name_is(e->host))
		return false;
	leaf = &e->tls.chain[0];
	return host_name_of_reply(&e->greeting, banner) && !host_names_related(banner, e->host) &&
	       host_name_foreign(leaf, e->host) && !host_name_foreign(leaf, banner);
}

/* Another port of the same address where the server showed who it is. */
static const struct obs_endpoint *genuine_beside(const struct observation *o,
						 const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *x = &o->endpoints[i];

		if (x != e && x->tls.verified && facts_tls_up(x) && x->address != NULL &&
		    e->address != NULL && strcmp(x->address, e->address) == 0 &&
		    facts_same_host(x, e) && shield_of(x) == NULL)
			return x;
	}
	return NULL;
}

/* In the clear there is the greeting alone: it must be foreign to the host and to what the ports
 * beside it say of themselves. */
static bool foreign_in_the_clear(const struct obs_endpoint *e, const struct obs_endpoint *genuine,
				 char banner[HOST_NAME_MAX])
{
	char beside[HOST_NAME_MAX];

	return e->mode == MODE_PLAINTEXT && e->starttls.outcome == OUT_NOT_OFFERED &&
	       host_name_of_reply(&e->greeting, banner) && !host_names_related(banner, e->host) &&
	       host_name_of_reply(&genuine->greeting, beside) &&
	       !host_names_related(banner, beside) && genuine->tls.chain_count > 0 &&
	       host_name_foreign(&genuine->tls.chain[0], banner);
}

static bool same_text(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static bool same_certificate(const struct obs_endpoint *a, const struct obs_endpoint *b)
{
	if (a->tls.chain_count == 0 || b->tls.chain_count == 0)
		return false;
	return same_text(a->tls.chain[0].sha256, b->tls.chain[0].sha256) ||
	       same_text(a->tls.chain[0].spki_sha256, b->tls.chain[0].spki_sha256);
}

static bool wrong_name(const struct obs_endpoint *e)
{
	return facts_tls_up(e) && (e->tls.faults & CERT_NAME_MISMATCH) && !facts_address_only(e) &&
	       e->tls.chain_count > 0 && host_name_foreign(&e->tls.chain[0], e->host);
}

/* An unrelated host at another address that shows the same certificate, which is for neither. */
static const struct obs_endpoint *twin_of(const struct observation *o, const struct obs_endpoint *e)
{
	if (!wrong_name(e))
		return NULL;
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *x = &o->endpoints[i];

		if (wrong_name(x) && same_certificate(x, e) &&
		    !host_names_related(x->host, e->host) && x->address != NULL &&
		    e->address != NULL && strcmp(x->address, e->address) != 0)
			return x;
	}
	return NULL;
}

static void port_redirected(const struct observation *o, struct judge *j)
{
	char banner[HOST_NAME_MAX] = "";

	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		const struct obs_endpoint *genuine = genuine_beside(o, e), *twin = twin_of(o, e);

		if ((genuine == NULL && twin == NULL) || provider_of(e->host) != NULL)
			continue;
		if (genuine != NULL &&
		    (other_party(e, banner) || foreign_in_the_clear(e, genuine, banner))) {
			judge_see(j, e, "%s answers; port %u of the same address proves to be %s",
				  banner, genuine->port, e->host);
			judge_confidence(j, CONFIDENCE_HIGH);
		} else if (twin != NULL) {
			judge_see(j, e,
				  "the same certificate as %s, a host of another name and address, "
				  "and for neither of them",
				  twin->host);
			judge_confidence(j, other_party(e, banner) ? CONFIDENCE_HIGH
								   : CONFIDENCE_POSSIBLE);
		}
	}
}

static bool other_host_answers(const struct observation *o, const struct obs_endpoint *e,
			       struct buf *what)
{
	char banner[HOST_NAME_MAX];

	if (!other_party(e, banner) || provider_of(e->host) != NULL ||
	    genuine_beside(o, e) != NULL || twin_of(o, e) != NULL)
		return false;
	buf_addf(what, "the greeting names %s, the certificate ", banner);
	seen_names(what, &e->tls.chain[0]);
	return true;
}

/* ---- the dialogue ---------------------------------------------------------------------------- */

/* Extensions that a server has or has not, with TLS or without. STARTTLS, AUTH, REQUIRETLS and
 * what begins with X come and go with TLS by rights. */
static const char *const steady[] = {
	"PIPELINING", "SIZE", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN", "CHUNKING", "BINARYMIME",
	"SMTPUTF8", "DELIVERBY", "ETRN", "VRFY",
};

static size_t say_missing(struct buf *what, const char *where, const struct obs_ehlo *has,
			  const struct obs_ehlo *lacks)
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT(steady); i++)
		if (obs_ehlo_find(has, steady[i]) != NULL &&
		    obs_ehlo_find(lacks, steady[i]) == NULL) {
			if (n++ == 0)
				buf_addf(what, "%sonly %s:", what->len > 0 ? "; " : "", where);
			buf_addf(what, " %s", steady[i]);
		}
	return n;
}

static bool any_steady(const struct obs_ehlo *e)
{
	for (size_t i = 0; i < COUNT(steady); i++)
		if (obs_ehlo_find(e, steady[i]) != NULL)
			return true;
	return false;
}

/* Words where RFC 5321 4.1.1.1 wants the server's name: a proxy that answers for the server. */
static bool nameless_reply(const struct obs_reply *r)
{
	static const char *const generic[] = { "requested mail action", "action okay", NULL };
	struct obs_reply first = { .lines = { .item = r->lines.item, .count = 1 } };

	return r->lines.count > 1 && facts_reply_says(&first, generic);
}

static bool dialogue_rewritten(const struct observation *o, const struct obs_endpoint *e,
			       struct buf *what)
{
	char clear[HOST_NAME_MAX], inside[HOST_NAME_MAX];
	size_t differ = 0;
	bool names;

	(void)o;
	if (facts_masked(e) || e->ehlo.helo || e->ehlo.reply.outcome != OUT_OK)
		return false;
	if (e->starttls.outcome == OUT_NOT_OFFERED && nameless_reply(&e->ehlo.reply)) {
		buf_adds(what, "EHLO -> ");
		seen_reply(what, &e->ehlo.reply);
		return true;
	}
	/* A front end that offers STARTTLS alone and hands the rest on has no list to compare. */
	if (!facts_works_with_tls(e) || e->ehlo_tls.helo || !any_steady(&e->ehlo))
		return false;
	names = host_name_of_reply(&e->ehlo.reply, clear) &&
		host_name_of_reply(&e->ehlo_tls.reply, inside) &&
		!host_names_related(clear, inside);
	differ += say_missing(what, "in the clear", &e->ehlo, &e->ehlo_tls);
	differ += say_missing(what, "inside TLS", &e->ehlo_tls, &e->ehlo);
	if (names)
		buf_addf(what, "%scalls itself %s in the clear, %s inside TLS",
			 what->len > 0 ? "; " : "", clear, inside);
	return names || differ >= 3;
}

/* ---- back ends ------------------------------------------------------------------------------- */

static bool listed(const struct obs_ehlo *e)
{
	return e->reply.outcome == OUT_OK && !e->helo;
}

static bool offers(const struct obs_ehlo *e)
{
	return obs_ehlo_find(e, "STARTTLS") != NULL;
}

/* The same host and port at another address, which does what this one does not. */
static const struct obs_endpoint *offered_elsewhere(const struct observation *o,
						    const struct obs_endpoint *e)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *x = &o->endpoints[i];

		if (x->port == e->port && facts_same_host(x, e) && listed(&x->ehlo) &&
		    offers(&x->ehlo))
			return x;
	}
	return NULL;
}

static bool starttls_uneven(const struct observation *o, const struct obs_endpoint *e,
			    struct buf *what)
{
	const struct obs_endpoint *x;

	if (facts_masked(e) || !listed(&e->ehlo))
		return false;
	if (listed(&e->enforcement.ehlo) && offers(&e->ehlo) != offers(&e->enforcement.ehlo)) {
		buf_addf(what, "two connections, seconds apart: STARTTLS is offered in the %s only",
			 offers(&e->ehlo) ? "first" : "second");
		return true;
	}
	x = offers(&e->ehlo) ? NULL : offered_elsewhere(o, e);
	if (x == NULL || x->address == NULL)
		return false;
	buf_addf(what, "not offered here, but by the same host at %s", x->address);
	return true;
}

/* ---- distance -------------------------------------------------------------------------------- */

static bool on_loopback(const struct obs_endpoint *e)
{
	return e->address == NULL || strncmp(e->address, "127.", 4) == 0 ||
	       strcmp(e->address, "::1") == 0;
}

/* A SYN that got lost is sent again after a second and measures nothing. */
enum { NEAR_US = 10 * MS, FAR_US = 20 * MS, LOST_US = 900 * MS, TIMES = 10 };

static bool answers_too_soon(const struct observation *o, const struct obs_endpoint *e,
			     struct buf *what)
{
	const struct obs_endpoint *nearest = NULL;

	if (e->connect.outcome != OUT_OK || on_loopback(e) || e->connect.us > NEAR_US)
		return false;
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *x = &o->endpoints[i];

		if (x == e || x->address == NULL || strcmp(x->address, e->address) != 0 ||
		    x->connect.outcome != OUT_OK)
			continue;
		if (x->connect.us < FAR_US || x->connect.us / TIMES < e->connect.us)
			return false;
		if (x->connect.us < LOST_US &&
		    (nearest == NULL || x->connect.us < nearest->connect.us))
			nearest = x;
	}
	if (nearest == NULL)
		return false;
	buf_adds(what, "connected in ");
	seen_time(what, e->connect.us);
	buf_addf(what, ", to port %u of the same address in ", nearest->port);
	seen_time(what, nearest->connect.us);
	return true;
}

const struct diag_rule rules_interception[] = {
	{
		.code = "PATH_PROVIDER_CONTRADICTED", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "Something else than the provider seems to answer at %E",
		.means = "What was seen does not fit what this provider publishes about its mail "
			 "server. Most likely the connection does not end at the provider: a "
			 "network (hotel, office, hosting company, Internet provider) redirects or "
			 "rewrites mail traffic, antivirus or firewall software opens it, or the "
			 "name leads somewhere else. A password sent there may end in the wrong "
			 "hands.",
		.remedy = "Do not log in from here. Probe the same name from another network, a "
			  "mobile phone's for instance: if all is well there, the network or "
			  "machine here is the cause, and its administrator exempts mail from "
			  "redirection and inspection. Also compare the address that was probed "
			  "with what another network's DNS says.",
		.others = "The provider may have changed its servers since the fact was read; then "
			  "its current settings page says so.",
		.references = { "Thunderbird ISP database", "RFC 8314 5.3", "RFC 3207 6" },
		.target = provider_contradicted,
	},
	{
		.code = "PATH_PROVIDER_PORT_CLOSED", .stage = STAGE_CONNECT,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "A port that the provider publishes does not answer at %E",
		.means = "The provider publishes this port, and its host answers on another one. "
			 "So the port is likely blocked on the way: by this network, its provider "
			 "or a firewall.",
		.remedy = "Use the port that works, as shown below, or ask whoever runs this "
			  "network to open this one.",
		.others = "The provider may have closed the port since the fact was read.",
		.references = { "Thunderbird ISP database" },
		.endpoint = provider_port_closed,
	},
	{
		.code = "PATH_PORT_REDIRECTED", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_POSSIBLE,
		.summary = "Connections to %E seem to be redirected to another server",
		.means = "The server that answers there is somebody else's, though other "
			 "observations show where the right one is. Internet providers and hosting "
			 "companies redirect outgoing mail ports to a server of their own.",
		.remedy = "Do not log in there. Use a port that reaches the right server, or send "
			  "through the mail server of this network on purpose. To be sure, probe "
			  "from another network. Its administrator can lift the redirection.",
		.others = "The owner of the host may run different servers behind its ports, or "
			  "have several names for one provider's servers.",
		.references = { "RFC 3207 6", "RFC 8461 1", "RFC 8314 5.3" },
		.texts = TEXTS(DECIDES("did not match expected cn", "smtp.gmail.com"),
			       DECIDES("did not match expected cn", "smtp.office365.com"),
			       { .words = { "certificate is valid for", "not smtp.gmail.com" },
				.unless = { "for smtp.gmail.com" }, .decisive = true },
			       DECIDES("certificate is valid for", "not smtp.office365.com"),
			       DECIDES("not valid for 'smtp.gmail.com'")),
		.target = port_redirected,
	},
	{
		.code = "PATH_OTHER_HOST_ANSWERS", .stage = STAGE_CONNECT,
		.severity = SEVERITY_WARNING, .relay_severity = SEVERITY_NOTE,
		.confidence = CONFIDENCE_POSSIBLE,
		.summary = "The server at %E says that it is somebody else's",
		.means = "Greeting and certificate agree with each other, and neither belongs to "
			 "the host that was asked for. Either the host is an alias on shared "
			 "hosting, or this network redirects mail ports to a server of its own.",
		.remedy = "If the name is that of your own hosting company, use its host name in "
			  "the program. If it is that of this network's provider, the port is "
			  "redirected: use another port or network. Else do not log in there.",
		.others = "One look cannot tell shared hosting from redirection; a probe from "
			  "another network can.",
		.references = { "RFC 8314 5.3", "RFC 3207 6" },
		.endpoint = other_host_answers,
	},
	{
		.code = "PATH_ANSWERS_TOO_SOON", .stage = STAGE_CONNECT,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "%E answers from much nearer than the ports beside it",
		.means = "Packets to the other ports of the same address take more than ten times "
			 "as long. Something close by may accept this port in the server's place: "
			 "a firewall, a proxy, or an antivirus program on this machine.",
		.remedy = "Compare greeting and certificate with those seen from another network. "
			  "If they differ, the administrator of this network or the antivirus "
			  "program lets this port pass.",
		.others = "A single measurement can be off; run the probe again.",
		.references = { "RFC 3234 2.7" },
		.endpoint = answers_too_soon,
	},
	{
		.code = "SMTP_STARTTLS_UNEVEN", .stage = STAGE_EHLO,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_HIGH,
		.summary = "STARTTLS is offered in some connections only at %E",
		.means = "Connections to the same host and port get different offers. Usually "
			 "several servers stand behind a load balancer or behind several "
			 "addresses, and not all are set up alike. Programs that insist on TLS "
			 "fail now and then.",
		.remedy = "The owner of the server sets up all servers behind the name alike and "
			  "checks each one. Until then use another port, or let the program try "
			  "again.",
		.others = "Something on the way that treats connections or addresses differently "
			  "looks the same; a probe from another network can tell.",
		.references = { "RFC 3207 4", "testssl/testssl.sh#2090" },
		.endpoint = starttls_uneven,
	},
	{
		.code = "PATH_DIALOGUE_REWRITTEN", .stage = STAGE_CONNECT,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "Something may rewrite the dialogue in the clear at %E",
		.means = "What the server says of itself before TLS does not look like the same "
			 "server, or not like a mail server's own words. Firewalls, antivirus "
			 "programs and proxies with mail inspection change the list of extensions; "
			 "inside TLS they cannot.",
		.remedy = "Nothing, as long as mail flows. Where STARTTLS is missing or mail "
			  "fails, probe from another network and switch off mail inspection in "
			  "what stands between.",
		.others = "A front end of the server itself that ends TLS and hands on to another "
			  "server looks the same.",
		.references = { "RFC 5321 4.1.1.1", "RFC 3207 4.2",
				"mail-in-a-box/mailinabox#1535" },
		.endpoint = dialogue_rewritten,
	},
	{
		.code = "PATH_MAIL_SHIELD", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .relay_severity = SEVERITY_WARNING,
		.confidence = CONFIDENCE_HIGH,
		.summary = "Antivirus or firewall software opens TLS on the way to %E",
		.means = "The certificate is not the server's: a security product made it, so as "
			 "to read the mail in between. Programs that do not know the product "
			 "refuse the certificate (\"self signed certificate in certificate "
			 "chain\").",
		.remedy = "Antivirus program on this machine: switch off its scanning of encrypted "
			  "mail (\"mail shield\", \"SSL scanning\"), or exempt this host. Firewall "
			  "or proxy of the network: its administrator exempts mail from TLS "
			  "inspection, or gives you the product's root certificate for the "
			  "program's trust store (here: --ca-file). Do not switch off certificate "
			  "checks instead.",
		.others = "The server itself may stand behind such a product of its own; from "
			  "another network its certificate is then the same.",
		.references = { "PHPMailer/PHPMailer#776", "jstedfast/MailKit#912",
				"nodemailer/nodemailer#330" },
		.texts = TEXTS(DECIDES("mail shield"), DECIDES("generated by", "antivirus"),
			       DECIDES("antivirus", "certificate"), DECIDES("zscaler"),
			       DECIDES("avast", "certificate"), DECIDES("eset", "filter"),
			       DECIDES("kaspersky", "certificate"), DECIDES("netskope", "cert"),
			       DECIDES("bitdefender", "certificate"), DECIDES("fortigate", "cert"),
			       DECIDES("certificate in certificate chain", "smtp.gmail.com"),
			       DECIDES("certificate in certificate chain", "smtp.office365.com")),
		.endpoint = mail_shield,
	},
	{
		.code = "PATH_MAIL_SHIELD_TRUSTED", .stage = STAGE_CONNECT,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_HIGH,
		.summary = "A security product that this machine trusts opens TLS on the way to %E",
		.means = "The certificate was made by a product whose root this machine trusts. "
			 "Mail works here, and the product can read it. Programs with a trust "
			 "store of their own (Java, Node.js, containers) refuse it.",
		.remedy = "Nothing, if that is wanted. Else exempt the mail server in the product, "
			  "or add the product's root certificate where a program refuses it.",
		.references = { "RFC 8314 5.3", "jstedfast/MailKit#912" },
		.endpoint = mail_shield_trusted,
	},
	{ .code = NULL },
};
