/* SPDX-License-Identifier: MIT
 *
 * What each claim asks of an endpoint, and the table of all claims. */
#include "expect/claims.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "diagnose/facts.h"
#include "diagnose/facts_path.h"
#include "diagnose/seen.h"
#include "smtp/smtp_caps.h"

enum { DAY = 24 * 3600 };

/* ---- the port ------------------------------------------------------------------------------ */

static enum expect_state is_open(const struct expect_claim *c, const struct observation *o,
				 const struct obs_endpoint *e, struct buf *seen)
{
	enum expect_state state = EXPECT_MET;

	(void)c;
	if (claim_reached(o, e, STAGE_CONNECT, &state, seen))
		buf_adds(seen, "open");
	return state;
}

/* Not open, in the way that is claimed (`so`) or in another one. */
static enum expect_state not_open(const struct observation *o, const struct obs_endpoint *e, bool so,
				  struct buf *seen)
{
	if (e->connect.outcome == OUT_OK) {
		buf_adds(seen, "open");
		return EXPECT_NOT_MET;
	}
	claim_say_stage(e, STAGE_CONNECT, seen);
	if (claim_obstacle(o, e, STAGE_CONNECT) == EXPECT_UNCHECKED)
		return EXPECT_UNCHECKED;
	return so ? EXPECT_MET : EXPECT_NOT_MET;
}

static enum expect_state is_closed(const struct expect_claim *c, const struct observation *o,
				   const struct obs_endpoint *e, struct buf *seen)
{
	(void)c;
	return not_open(o, e, e->connect.outcome == OUT_REFUSED, seen);
}

static enum expect_state is_filtered(const struct expect_claim *c, const struct observation *o,
				     const struct obs_endpoint *e, struct buf *seen)
{
	(void)c;
	return not_open(o, e, e->connect.outcome == OUT_TIMEOUT || facts_rejected_by_firewall(o, e), seen);
}

/* ---- TLS ----------------------------------------------------------------------------------- */

static enum expect_state has_starttls(const struct expect_claim *c, const struct observation *o,
				      const struct obs_endpoint *e, struct buf *seen)
{
	enum expect_state state = EXPECT_MET;

	(void)c;
	if (e->mode == MODE_IMPLICIT_TLS) {
		buf_adds(seen, "the port speaks implicit TLS");
		return EXPECT_NOT_MET;
	}
	if (claim_reached(o, e, STAGE_TLS, &state, seen))
		buf_adds(seen, "STARTTLS works");
	return state;
}

static enum expect_state has_implicit_tls(const struct expect_claim *c, const struct observation *o,
					  const struct obs_endpoint *e, struct buf *seen)
{
	enum expect_state state = EXPECT_MET;

	(void)c;
	if (e->mode == MODE_PLAINTEXT) {
		buf_adds(seen, "the port begins in the clear");
		return EXPECT_NOT_MET;
	}
	if (e->mode == MODE_NOT_SMTP || e->mode == MODE_SILENT) {
		buf_adds(seen, e->mode == MODE_SILENT ? "the port neither speaks nor answers a ClientHello" :
			 "the port speaks another protocol");
		return EXPECT_NOT_MET;
	}
	if (claim_reached(o, e, STAGE_TLS, &state, seen))
		buf_adds(seen, "implicit TLS works");
	return state;
}

enum expect_state claim_compare(const struct expect_claim *c, int64_t have)
{
	const bool fits[] = {
		[COMPARE_IS] = have == c->number, [COMPARE_AT_LEAST] = have >= c->number,
		[COMPARE_AT_MOST] = have <= c->number, [COMPARE_OVER] = have > c->number,
		[COMPARE_UNDER] = have < c->number,
	};

	return fits[c->compare] ? EXPECT_MET : EXPECT_NOT_MET;
}

static enum expect_state has_tls(const struct expect_claim *c, const struct observation *o,
				 const struct obs_endpoint *e, struct buf *seen)
{
	const char *version = e->tls.version;
	enum expect_state state;

	if (!claim_reached(o, e, STAGE_TLS, &state, seen))
		return state;
	seen_tls_version(seen, version != NULL ? version : "?");
	if (version == NULL || strncmp(version, "TLS1.", 5) != 0 || version[5] < '0' || version[5] > '9')
		return EXPECT_NOT_MET;
	return claim_compare(c, 10 + (version[5] - '0'));
}

/* ---- the certificate ----------------------------------------------------------------------- */

/* The server's own certificate; NULL: *state and `seen` say why there is none. */
static const struct obs_certificate *leaf(const struct observation *o, const struct obs_endpoint *e,
					  enum expect_state *state, struct buf *seen)
{
	if (!claim_reached(o, e, STAGE_TLS, state, seen))
		return NULL;
	if (e->tls.chain_count == 0) {
		buf_adds(seen, "the server sent no certificate");
		*state = EXPECT_NOT_MET;
		return NULL;
	}
	return &e->tls.chain[0];
}

static enum expect_state cert_valid(const struct expect_claim *c, const struct observation *o,
				    const struct obs_endpoint *e, struct buf *seen)
{
	enum expect_state state;

	(void)c;
	if (leaf(o, e, &state, seen) == NULL)
		return state;
	if (e->tls.verified) {
		buf_addf(seen, "verified for %s", e->tls.verified_name != NULL ? e->tls.verified_name : "no name");
		return EXPECT_MET;
	}
	if (facts_certificate_good(e)) {
		buf_adds(seen, "an address was probed, so there was no name to check the certificate for");
		return EXPECT_UNCHECKED;
	}
	buf_adds(seen, seen_against_certificate(e) != NULL ? seen_against_certificate(e) :
		 "the certificate was not verified");
	return EXPECT_NOT_MET;
}

static enum expect_state cert_days(const struct expect_claim *c, const struct observation *o,
				   const struct obs_endpoint *e, struct buf *seen)
{
	enum expect_state state;
	const struct obs_certificate *l = leaf(o, e, &state, seen);
	int64_t left;

	if (l == NULL)
		return state;
	left = l->not_after - o->started_at_us / 1000000;
	buf_addf(seen, left >= 0 ? "%" PRId64 " days left, until " : "it ended %" PRId64 " days ago, on ",
		 (left >= 0 ? left : -left) / DAY);
	seen_date(seen, l->not_after);
	return claim_compare(c, left >= 0 ? left / DAY : left / DAY - 1); /* -1: it has ended */
}

/* RFC 6125 6.4.3, RFC 9525: "*." stands for one label. */
static bool covers(const char *san, const char *name)
{
	const char *dot = strchr(name, '.');

	if (strcasecmp(san, name) == 0)
		return true;
	return strncmp(san, "*.", 2) == 0 && dot != NULL && dot != name && strcasecmp(san + 1, dot) == 0;
}

static enum expect_state cert_names(const struct expect_claim *c, const struct observation *o,
				    const struct obs_endpoint *e, struct buf *seen)
{
	enum expect_state state;
	const struct obs_certificate *l = leaf(o, e, &state, seen);

	if (l == NULL)
		return state;
	buf_adds(seen, "the certificate is for ");
	seen_names(seen, l);
	for (size_t i = 0; i < l->sans.count; i++)
		for (size_t k = 0; k < c->words.count; k++)
			if (covers(l->sans.item[i], c->words.item[k]))
				return EXPECT_MET;
	return EXPECT_NOT_MET;
}

static enum expect_state cert_sha256(const struct expect_claim *c, const struct observation *o,
				     const struct obs_endpoint *e, struct buf *seen)
{
	enum expect_state state;
	const struct obs_certificate *l = leaf(o, e, &state, seen);

	if (l == NULL)
		return state;
	buf_addf(seen, "the certificate's SHA-256 is %s", l->sha256 != NULL ? l->sha256 : "not known");
	return l->sha256 != NULL && strlist_has(&c->words, l->sha256) ? EXPECT_MET : EXPECT_NOT_MET;
}

/* ---- the EHLO reply ------------------------------------------------------------------------ */

/* The EHLO reply that a client acts on: the one inside of TLS, where TLS is to be had. */
static const struct obs_ehlo *last_ehlo(const struct observation *o, const struct obs_endpoint *e,
					enum expect_state *state, struct buf *seen)
{
	if (e->starttls.outcome == OUT_NOT_OFFERED && e->ehlo.reply.outcome == OUT_OK)
		return &e->ehlo;
	return claim_reached(o, e, STAGE_EHLO_TLS, state, seen) ? &e->ehlo_tls : NULL;
}

static void say_capability(struct buf *seen, const struct obs_capability *cap)
{
	buf_adds(seen, cap->keyword);
	for (size_t i = 0; i < cap->params.count; i++)
		buf_addf(seen, " %s", cap->params.item[i]);
}

static bool any_of(const struct strlist *wanted, const char *have)
{
	for (size_t i = 0; i < wanted->count; i++)
		if (strcasecmp(wanted->item[i], have) == 0)
			return true;
	return false;
}

static enum expect_state has_auth(const struct expect_claim *c, const struct observation *o,
				  const struct obs_endpoint *e, struct buf *seen)
{
	enum expect_state state;
	const struct obs_ehlo *h = last_ehlo(o, e, &state, seen);
	const struct obs_capability *auth = h != NULL ? obs_ehlo_find(h, "AUTH") : NULL;

	if (h == NULL)
		return state;
	if (auth == NULL) {
		buf_adds(seen, "no AUTH is offered");
		return EXPECT_NOT_MET;
	}
	say_capability(seen, auth);
	for (size_t i = 0; i < auth->params.count; i++)
		if (any_of(&c->words, auth->params.item[i]))
			return EXPECT_MET;
	return EXPECT_NOT_MET;
}

static enum expect_state has_capability(const struct expect_claim *c, const struct observation *o,
					const struct obs_endpoint *e, struct buf *seen)
{
	enum expect_state state;
	const struct obs_ehlo *h = last_ehlo(o, e, &state, seen);

	if (h == NULL)
		return state;
	for (size_t i = 0; i < h->cap_count; i++)
		if (any_of(&c->words, h->caps[i].keyword)) {
			say_capability(seen, &h->caps[i]);
			return EXPECT_MET;
		}
	buf_adds(seen, h->cap_count > 0 ? "offered are only" : "nothing is offered");
	for (size_t i = 0; i < h->cap_count; i++)
		buf_addf(seen, "%s %s", i > 0 ? "," : "", h->caps[i].keyword);
	return EXPECT_NOT_MET;
}

static enum expect_state has_size(const struct expect_claim *c, const struct observation *o,
				  const struct obs_endpoint *e, struct buf *seen)
{
	enum expect_state state;
	const struct obs_ehlo *h = last_ehlo(o, e, &state, seen);
	int64_t octets;

	if (h == NULL)
		return state;
	if (!smtp_caps_size(h, &octets)) {
		buf_adds(seen, "no SIZE is announced");
		return EXPECT_NOT_MET;
	}
	if (octets == 0) {    /* RFC 1870 3: no fixed limit */
		buf_adds(seen, "SIZE 0, no fixed limit");
		octets = INT64_MAX;
	} else {
		buf_addf(seen, "SIZE %" PRId64, octets);
	}
	return claim_compare(c, octets);
}

static enum expect_state no_plaintext_auth(const struct expect_claim *c, const struct observation *o,
					   const struct obs_endpoint *e, struct buf *seen)
{
	const struct obs_capability *auth;
	enum expect_state state;

	(void)c;
	if (!claim_reached(o, e, e->mode == MODE_IMPLICIT_TLS ? STAGE_TLS : STAGE_EHLO, &state, seen))
		return state;
	auth = obs_ehlo_find(&e->ehlo, "AUTH");
	if (!facts_log_in_before_tls(e)) {
		buf_adds(seen, "no log-in that sends the password is to be had before TLS");
		return EXPECT_MET;
	}
	buf_adds(seen, "before TLS: ");
	if (auth != NULL)
		say_capability(seen, auth);
	return EXPECT_NOT_MET;
}

/* ---- replies and times ---------------------------------------------------------------------- */

static const enum stage reply_stages[] = { STAGE_GREETING, STAGE_EHLO, STAGE_ENFORCEMENT, STAGE_STARTTLS,
					   STAGE_EHLO_TLS, STAGE_QUIT };

static bool code_fits(const struct expect_claim *c, const struct obs_reply *r)
{
	char have[16];
	struct buf b = { .limit = sizeof have };
	bool fits = false;

	buf_addf(&b, "%03d", r->code);
	for (size_t i = 0; i < c->words.count && !fits; i++) {
		const char *want = c->words.item[i];

		fits = b.len == 3;
		for (size_t k = 0; k < 3 && fits; k++)
			fits = strchr("xyzXYZ", want[k]) != NULL || want[k] == buf_str(&b)[k];
	}
	buf_clear(&b);
	return fits;
}

static bool text_fits(const struct expect_claim *c, const struct obs_reply *r)
{
	for (size_t i = 0; i < r->lines.count; i++)
		if (strcasestr(r->lines.item[i], c->words.item[0]) != NULL)
			return true;
	return false;
}

/* A reply of the stage, or of any stage where none was named. */
static enum expect_state some_reply(const struct expect_claim *c, const struct observation *o,
				    const struct obs_endpoint *e, struct buf *seen,
				    bool (*fits)(const struct expect_claim *, const struct obs_reply *))
{
	enum expect_state state = EXPECT_UNCHECKED;
	const struct obs_reply *last = NULL;

	for (size_t i = 0; i < COUNT(reply_stages); i++) {
		const struct obs_reply *r = claim_reply(e, reply_stages[i]);

		if ((c->stage >= 0 && c->stage != (int)reply_stages[i]) || r->code == 0)
			continue;
		last = r;
		if (fits(c, r)) {
			seen_reply(seen, r);
			return EXPECT_MET;
		}
	}
	if (last == NULL) {
		if (claim_reached(o, e, c->stage < 0 ? STAGE_GREETING : (enum stage)c->stage, &state, seen))
			buf_adds(seen, "there was no such reply");
		return state;
	}
	if (c->stage >= 0)
		seen_reply(seen, last);
	else
		buf_adds(seen, "no reply is like that");
	return facts_reply_class(last, 4) ? EXPECT_UNCHECKED : EXPECT_NOT_MET;    /* "not now" */
}

static enum expect_state has_code(const struct expect_claim *c, const struct observation *o,
				  const struct obs_endpoint *e, struct buf *seen)
{
	return some_reply(c, o, e, seen, code_fits);
}

static enum expect_state has_reply(const struct expect_claim *c, const struct observation *o,
				   const struct obs_endpoint *e, struct buf *seen)
{
	return some_reply(c, o, e, seen, text_fits);
}

static int64_t time_of(const struct obs_endpoint *e, enum stage stage)
{
	if (stage == STAGE_CONNECT)
		return e->connect.us;
	if (stage == STAGE_TLS)
		return e->tls.us;
	return claim_reply(e, stage) != NULL ? claim_reply(e, stage)->us : 0;
}

/* Until the server is ready for MAIL: from the connect to the last EHLO reply. */
static enum expect_state takes_time(const struct expect_claim *c, const struct observation *o,
				    const struct obs_endpoint *e, struct buf *seen)
{
	static const enum stage all[] = { STAGE_CONNECT, STAGE_GREETING, STAGE_EHLO, STAGE_STARTTLS,
					  STAGE_TLS, STAGE_EHLO_TLS };
	enum expect_state state;
	int64_t us = 0;

	if (c->stage >= 0 ? claim_outcome(e, (enum stage)c->stage) != OUT_OK :
	    last_ehlo(o, e, &state, seen) == NULL) {
		if (c->stage >= 0 && claim_reached(o, e, (enum stage)c->stage, &state, seen)) {
			buf_adds(seen, "that stage was not timed");
			state = EXPECT_UNCHECKED;
		}
		return state;
	}
	for (size_t i = 0; i < COUNT(all); i++)
		if (c->stage < 0 || c->stage == (int)all[i])
			us += time_of(e, all[i]);
	seen_time(seen, us);
	return claim_compare(c, us);
}

/* clang-format off */
const struct claim_row claim_rows[] = {
	{ .word = "open", .at = is_open, .example = "open",
	  .remedy = "Start the mail server behind the port, or open the port in the firewall of the host or of its network; smtpprobe --trace always shows how far packets get." },
	{ .word = "closed", .at = is_closed, .shut = true, .example = "closed",
	  .remedy = "Stop what listens there, or close the port in the firewall." },
	{ .word = "filtered", .at = is_filtered, .shut = true, .example = "filtered",
	  .remedy = "Have the firewall drop packets to the port, or expect closed instead." },
	{ .word = "starttls", .at = has_starttls, .example = "starttls",
	  .remedy = "Switch STARTTLS on in the server (Postfix: smtpd_tls_security_level = may, with a certificate and its key), or take away what filters it on the way." },
	{ .word = "implicit-tls", .at = has_implicit_tls, .example = "implicit-tls",
	  .remedy = "Have the server begin with TLS on this port (Postfix: smtpd_tls_wrappermode = yes in master.cf)." },
	{ .word = "no-plaintext-auth", .at = no_plaintext_auth, .denies = true, .example = "no-plaintext-auth",
	  .remedy = "Offer log-in only inside of TLS (Postfix: smtpd_tls_auth_only = yes)." },
	{ .word = "auth", .value = VALUE_WORDS, .at = has_auth, .example = "auth=PLAIN|LOGIN",
	  .remedy = "Switch the log-in method on for this port (Postfix: smtpd_sasl_auth_enable = yes; Dovecot: auth_mechanisms)." },
	{ .word = "tls", .value = VALUE_TLS, .at = has_tls, .example = "tls>=1.2",
	  .remedy = "Let the server speak that version (Postfix: smtpd_tls_protocols); where it speaks no TLS at all, switch that on first." },
	{ .word = "cert-valid", .at = cert_valid, .example = "cert-valid",
	  .remedy = "Install a certificate for this name with all of its chain, and reload the server." },
	{ .word = "cert-days", .value = VALUE_NUMBER, .at = cert_days, .example = "cert-days>=14",
	  .remedy = "Renew the certificate and reload the server, and see why that did not happen by itself." },
	{ .word = "cert-names", .value = VALUE_HOSTS, .at = cert_names, .example = "cert-names=mail.example.com",
	  .remedy = "Have a certificate issued that covers the name." },
	{ .word = "cert-sha256", .value = VALUE_SHA256, .at = cert_sha256, .example = "cert-sha256=5f0c... (64 digits)",
	  .remedy = "Install the certificate that is expected; where it was renewed on purpose, change the fingerprint here." },
	{ .word = "size", .value = VALUE_BYTES, .at = has_size, .example = "size>=30M",
	  .remedy = "Raise the limit of the server (Postfix: message_size_limit), or expect less." },
	{ .word = "capability", .value = VALUE_WORDS, .at = has_capability, .example = "capability=SMTPUTF8",
	  .remedy = "Switch the extension on in the server; a device on the way that filters EHLO replies takes it out as well." },
	{ .word = "code", .value = VALUE_REPLY_CODE, .of_stage = true, .at = has_code, .example = "greeting.code=220",
	  .remedy = "See the log of the server for why it answers so." },
	{ .word = "reply", .value = VALUE_TEXT, .of_stage = true, .at = has_reply, .example = "reply~\"mail.example.com\"",
	  .remedy = "See the log of the server for why it answers so." },
	{ .word = "time", .value = VALUE_TIME, .of_stage = true, .at = takes_time, .example = "time<500ms",
	  .remedy = "See which stage takes long (the HTML report draws them) and why: name lookups of the server, its load, the way." },
	{ .word = "finding", .value = VALUE_DIAGNOSIS, .of = claim_finding, .example = "finding=TLS_CERT_EXPIRED" },
	{ .word = "no-finding", .value = VALUE_DIAGNOSIS, .of = claim_no_finding, .denies = true, .example = "no-finding=TLS_CERT_*",
	  .remedy = "Do what the report says of that finding." },
	{ .word = "mx-count", .value = VALUE_NUMBER, .of = claim_mx_count, .example = "mx-count>=2",
	  .remedy = "Add MX records to the domain, or expect fewer." },
	{ .word = "ipv6", .of = claim_ipv6, .example = "ipv6",
	  .remedy = "Publish AAAA records for the hosts, and have the servers listen at them." },
	{ .word = NULL },
};
/* clang-format on */

const char *claim_remedy_open(void)
{
	return claim_rows[0].remedy; /* open is the first */
}
