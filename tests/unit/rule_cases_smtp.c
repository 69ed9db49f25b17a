/* SPDX-License-Identifier: MIT
 *
 * Cases of the rules about the dialogue. */
#include <stddef.h>

#include "base/mem.h"
#include "rule_cases.h"

enum { MS = 1000, SECOND = 1000 * 1000 };

/* The healthy host with its port 587 wiped back to an open connection. */
static struct obs_endpoint *open_587(struct observation *o)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 587);
	build_forget(e);
	return e;
}

static struct obs_endpoint *greeted_587(struct observation *o, enum outcome outcome,
					const char *greeting)
{
	struct obs_endpoint *e = open_587(o);

	e->mode = MODE_PLAINTEXT;
	build_reply(&e->greeting, outcome, greeting, 5 * MS);
	return e;
}

/* ---- what the port speaks, greeting -------------------------------------------------------------- */

static void silent(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = open_587(o);

	e->mode = MODE_SILENT;
	build_reply(&e->greeting, OUT_TIMEOUT, NULL, 20 * SECOND);
	e->tls.outcome = near_miss ? OUT_NOT_TLS : OUT_TIMEOUT;
	build_set(&e->tls.first_bytes, near_miss ? "HTTP/1.1 400 Bad Request" : NULL);
}

static void speaks_late(struct observation *o, bool near_miss)
{
	silent(o, true);
	if (!near_miss)
		build_set(&build_at(o, 587)->tls.first_bytes, "220 mail.example ESMTP");
}

static void not_smtp(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = open_587(o);

	e->mode = MODE_NOT_SMTP;
	build_set(&e->first_bytes, near_miss ? "999 mail.example" : "SSH-2.0-OpenSSH_9.2");
	build_reply(&e->greeting, OUT_MALFORMED, e->first_bytes, 5 * MS);
}

static void imap_inside_tls(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 465);
	if (!near_miss)
		build_reply(&e->greeting, OUT_MALFORMED, "* OK IMAP4rev1 ready", 5 * MS);
}

static void silent_inside_tls(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_reply(&build_at(o, 465)->greeting, near_miss ? OUT_CUT_SHORT : OUT_TIMEOUT, NULL,
		    20 * SECOND);
}

static void unexpected_mode(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = open_587(o);

	if (near_miss)
		e->port = 2587;
	build_implicit_tls(e);
}

static void plaintext_465(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 465);
	if (!near_miss) {
		build_forget(e);
		build_starttls(e);
	}
}

static void implicit_25(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 25);
	if (!near_miss) {
		build_forget(e);
		build_implicit_tls(e);
	}
}

static void implicit_tls(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	if (near_miss)
		build_connect(build_at(o, 465), OUT_REFUSED, "ECONNREFUSED", MS);
}

static void greeting_rejected(struct observation *o, bool near_miss)
{
	greeted_587(o, OUT_REJECTED, near_miss ? "421 4.3.2 Busy" : "554 5.7.1 No");
}

static void block_listed(struct observation *o, bool near_miss)
{
	greeted_587(o, OUT_REJECTED, near_miss ? "554 5.3.2 Service not available" :
		    "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using "
		    "zen.spamhaus.org");
}

static void greeting_temporary(struct observation *o, bool near_miss)
{
	greeted_587(o, OUT_REJECTED, near_miss ? "554 5.3.2 No" : "451 4.7.9 Not now");
}

static void connection_limit(struct observation *o, bool near_miss)
{
	greeted_587(o, OUT_REJECTED, near_miss ? "421 4.3.2 All server ports are busy" :
		    "421 4.7.0 mail.example Error: too many connections from 192.0.2.9");
}

static void slow_greeting(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_at(o, 587)->greeting.us = near_miss ? 10 * SECOND : 10 * SECOND + 1;
}

/* ---- replies of any stage ------------------------------------------------------------------------ */

static void no_reply(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = greeted_587(o, OUT_OK, "220 mail.example");

	build_reply(&e->ehlo.reply, near_miss ? OUT_CUT_SHORT : OUT_TIMEOUT, "250-mail.example",
		    15 * SECOND);
}

static void half_greeting(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = greeted_587(o, OUT_TIMEOUT, "220-mail.exa");

	if (near_miss)
		e->mode = MODE_SILENT;
}

static void connection_lost(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = greeted_587(o, OUT_OK, "220 mail.example");

	if (near_miss)
		build_reply(&e->ehlo.reply, OUT_REJECTED, "421 4.3.2 Closing", MS);
	else
		build_reply(&e->ehlo.reply, OUT_CLOSED, "250-mail.example", MS);
}

static void malformed_reply(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = greeted_587(o, OUT_OK, "220 mail.example");

	build_reply(&e->ehlo.reply, near_miss ? OUT_TOO_LONG : OUT_MALFORMED, "25x what", MS);
}

static void malformed_greeting(struct observation *o, bool near_miss)
{
	not_smtp(o, !near_miss);
}

static void endless_reply(struct observation *o, bool near_miss)
{
	malformed_reply(o, !near_miss);
}

static void unexpected_code(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = greeted_587(o, OUT_OK, "220 mail.example");

	build_reply(&e->ehlo.reply, OUT_REJECTED, near_miss ? "550 No" : "354 Go ahead", MS);
}

static void out_of_step(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_at(o, 587)->ehlo.reply.flaws = near_miss ? FLAW_BARE_LF : FLAW_EXTRA_BYTES;
}

static void sloppy_reply(struct observation *o, bool near_miss)
{
	out_of_step(o, !near_miss);
}

/* ---- EHLO, demands --------------------------------------------------------------------------------- */

static void ehlo_rejected(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = greeted_587(o, OUT_OK, "220 mail.example");

	e->ehlo.helo = true;
	e->ehlo.ehlo_code = 504;
	if (near_miss)
		build_reply(&e->ehlo.reply, OUT_OK, "250 mail.example", MS);
	else
		build_reply(&e->ehlo.reply, OUT_REJECTED, "504 5.5.2 No", MS);
}

static void ehlo_rejected_in_tls(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	if (!near_miss) {
		obs_ehlo_clear(&build_at(o, 465)->ehlo_tls);
		build_reply(&build_at(o, 465)->ehlo_tls.reply, OUT_REJECTED,
			    "421 4.7.9 Not now", MS);
	}
}

static void only_helo(struct observation *o, bool near_miss)
{
	ehlo_rejected(o, !near_miss);
}

static void masked(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = open_587(o);

	build_plaintext(e, near_miss ? "SIZE\nSTARTTLS" : "SIZE\nXXXXXXXA");
	build_reply(&e->greeting, OUT_OK, "220 ****************0*2****", 5 * MS);
}

static void masked_relay(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 25);
	build_forget(e);
	build_plaintext(e, "SIZE\nXCLIENT");
	build_reply(&e->greeting, OUT_OK, near_miss ? "220 *** mail.example ***" :
		    "220 **************************", 5 * MS);
}

static void masked_tls_kept(struct observation *o, bool near_miss)
{
	masked(o, !near_miss);
}

static void demand(struct observation *o, const char *reply)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 587);
	build_set(&e->enforcement.command, "RSET");
	build_reply(&e->enforcement.reply, OUT_REJECTED, reply, MS);
}

static void tls_required(struct observation *o, bool near_miss)
{
	demand(o, near_miss ? "530 5.7.0 Authentication required" :
	       "530 5.7.0 Must issue a STARTTLS command first");
}

static void tls_required_ses(struct observation *o, bool near_miss)
{
	demand(o, near_miss ? "550 5.7.1 TLS is fine, you are not" :
	       "530-Must issue a\n530 starttls command first");
}

static void login_required(struct observation *o, bool near_miss)
{
	tls_required(o, !near_miss);
}

static void login_required_exchange(struct observation *o, bool near_miss)
{
	demand(o, near_miss ? "503 5.5.1 Error: authentication not enabled" :
	       "530 5.7.57 Client not authenticated to send mail");
}

static void no_auth(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_capabilities(&build_at(o, near_miss ? 25 : 587)->ehlo_tls, "SIZE 1000");
}

const struct rule_case cases_smtp[] = {
	{ "SMTP_SILENT", SEVERITY_PROBLEM, silent, "to all; not: HTTP answers the ClientHello" },
	{ "SMTP_SPEAKS_SECOND", SEVERITY_PROBLEM, speaks_late,
	  "220 after ours; not: HTTP after ours" },
	{ "SMTP_NOT_SMTP", SEVERITY_PROBLEM, not_smtp, "SSH; not: a reply with a bad code" },
	{ "SMTP_NOT_SMTP", SEVERITY_PROBLEM, imap_inside_tls, "IMAP in TLS; not: SMTP in TLS" },
	{ "SMTP_SILENT_INSIDE_TLS", SEVERITY_PROBLEM, silent_inside_tls,
	  "no greeting in TLS; not: cut short" },
	{ "SMTP_UNEXPECTED_MODE", SEVERITY_WARNING, unexpected_mode,
	  "587 in implicit TLS; not: 2587 in implicit TLS" },
	{ "SMTP_UNEXPECTED_MODE", SEVERITY_WARNING, plaintext_465,
	  "465 in the clear; not: 465 in TLS" },
	{ "SMTP_UNEXPECTED_MODE", SEVERITY_PROBLEM, implicit_25, "25 in TLS; not: 25 in the clear" },
	{ "SMTP_IMPLICIT_TLS", SEVERITY_NOTE, implicit_tls, "465 in TLS; not: 465 closed" },
	{ "SMTP_GREETING_REJECTED", SEVERITY_PROBLEM, greeting_rejected, "554; not: 421" },
	{ "SMTP_GREETING_BLOCKLISTED", SEVERITY_PROBLEM, block_listed,
	  "a list is named; not: 554 without" },
	{ "SMTP_GREETING_TEMPORARY", SEVERITY_PROBLEM, greeting_temporary, "421; not: 554" },
	{ "SMTP_CONNECTION_LIMIT", SEVERITY_WARNING, connection_limit,
	  "421 too many; not: 421 busy" },
	{ "SMTP_SLOW_GREETING", SEVERITY_NOTE, slow_greeting, "over 10 s; not: 10 s" },
	{ "SMTP_NO_REPLY", SEVERITY_PROBLEM, no_reply, "half a reply to EHLO; not: cut short" },
	{ "SMTP_NO_REPLY", SEVERITY_PROBLEM, half_greeting, "half a greeting; not: none" },
	{ "SMTP_CONNECTION_LOST", SEVERITY_PROBLEM, connection_lost,
	  "closed in the reply; not: 421 first" },
	{ "SMTP_MALFORMED_REPLY", SEVERITY_PROBLEM, malformed_reply, "25x; not: endless" },
	{ "SMTP_MALFORMED_REPLY", SEVERITY_PROBLEM, malformed_greeting, "code 999; not: SSH" },
	{ "SMTP_ENDLESS_REPLY", SEVERITY_PROBLEM, endless_reply, "endless; not: malformed" },
	{ "SMTP_UNEXPECTED_CODE", SEVERITY_PROBLEM, unexpected_code, "354 to EHLO; not: 550" },
	{ "SMTP_OUT_OF_STEP", SEVERITY_WARNING, out_of_step, "extra bytes; not: bare LF" },
	{ "SMTP_SLOPPY_REPLY", SEVERITY_NOTE, sloppy_reply, "bare LF; not: extra bytes" },
	{ "SMTP_EHLO_REJECTED", SEVERITY_PROBLEM, ehlo_rejected, "504 and 504; not: HELO works" },
	{ "SMTP_EHLO_REJECTED", SEVERITY_PROBLEM, ehlo_rejected_in_tls, "421 in TLS; not: 250" },
	{ "SMTP_EHLO_ONLY_HELO", SEVERITY_WARNING, only_helo, "HELO works; not: neither does" },
	{ "SMTP_MASKED_BANNER", SEVERITY_PROBLEM, masked, "stars, no STARTTLS; not: with STARTTLS" },
	{ "SMTP_MASKED_BANNER", SEVERITY_WARNING, masked_relay,
	  "stars on 25; not: a few decorative ones, and XCLIENT" },
	{ "SMTP_MASKED_BANNER_TLS_KEPT", SEVERITY_NOTE, masked_tls_kept,
	  "stars, with STARTTLS; not: without" },
	{ "SMTP_TLS_REQUIRED", SEVERITY_NOTE, tls_required, "530 STARTTLS; not: 530 log-in" },
	{ "SMTP_TLS_REQUIRED", SEVERITY_NOTE, tls_required_ses,
	  "530 in two lines; not: 550 that names TLS" },
	{ "SMTP_LOGIN_REQUIRED", SEVERITY_NOTE, login_required, "530 log-in; not: 530 STARTTLS" },
	{ "SMTP_LOGIN_REQUIRED", SEVERITY_NOTE, login_required_exchange,
	  "530 5.7.57; not: 503 not enabled" },
	{ "SMTP_NO_AUTH", SEVERITY_NOTE, no_auth, "587 without AUTH; not: 25 without AUTH" },
	{ .code = NULL },
};
