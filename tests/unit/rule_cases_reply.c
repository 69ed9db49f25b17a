/* SPDX-License-Identifier: MIT
 *
 * Cases of the rules that judge a refused reply by its words, at each stage at which the reply
 * may come: greeting, EHLO, STARTTLS, EHLO inside TLS, MAIL in the clear. */
#include <stddef.h>
#include <stdlib.h>

#include "rule_cases.h"

enum { MS = 1000 };

static struct obs_endpoint *greeting_is(struct observation *o, unsigned port, enum outcome outcome,
					const char *reply)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, port);
	build_forget(e);
	e->mode = MODE_PLAINTEXT;
	build_reply(&e->greeting, outcome, reply, MS);
	return e;
}

static void greets(struct observation *o, unsigned port, const char *reply)
{
	greeting_is(o, port, OUT_REJECTED, reply);
}

static void answers_ehlo(struct observation *o, const char *reply)
{
	struct obs_endpoint *e = greeting_is(o, 587, OUT_OK, "220 mail.example");

	e->ehlo.helo = reply[0] == '5';
	e->ehlo.ehlo_code = e->ehlo.helo ? (int)strtol(reply, NULL, 10) : 0;
	build_reply(&e->ehlo.reply, OUT_REJECTED, reply, MS);
}

static void answers_starttls(struct observation *o, const char *reply)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 587);
	obs_tls_clear(&e->tls);
	obs_ehlo_clear(&e->ehlo_tls);
	e->starttls.outcome = OUT_REFUSED;
	build_reply(&e->starttls.reply, OUT_REJECTED, reply, MS);
}

static void answers_ehlo_in_tls(struct observation *o, const char *reply)
{
	build_healthy_host(o);
	obs_ehlo_clear(&build_at(o, 587)->ehlo_tls);
	build_reply(&build_at(o, 587)->ehlo_tls.reply, OUT_REJECTED, reply, MS);
}

static void answers_mail(struct observation *o, const char *reply)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 25);
	build_set(&e->enforcement.command, "MAIL FROM:<>");
	build_reply(&e->enforcement.reply, OUT_REJECTED, reply, MS);
}

static void host_takes_no_mail(struct observation *o, bool near_miss)
{
	greets(o, 25, near_miss ? "554 5.7.1 No" : "554 mx.example no SMTP service here");
}

static void spoke_too_early(struct observation *o, bool near_miss)
{
	greets(o, 25, near_miss ? "554 5.5.0 No" : "554 5.5.1 Protocol error");
}

static void pipelined_starttls(struct observation *o, bool near_miss)
{
	answers_starttls(o, near_miss ? "454 4.7.0 TLS not available"
		: "454 4.5.0 SMTP protocol violation");
}

static void limit_at_ehlo(struct observation *o, bool near_miss)
{
	answers_ehlo(o, near_miss ? "421 4.7.0 Try again later, closing connection"
		: "421 4.7.0 Too many concurrent connections");
}

static void server_busy(struct observation *o, bool near_miss)
{
	greets(o, 25, near_miss ? "421 4.7.0 Too many connections from 192.0.2.9"
		: "421 4.3.2 No system resources");
}

static void closing_at_starttls(struct observation *o, bool near_miss)
{
	answers_starttls(o, near_miss ? "454 4.7.0 TLS not available"
		: "421 4.3.2 Service shutting down");
}

static void first_contact(struct observation *o, bool near_miss)
{
	greets(o, 25, near_miss ? "521 5.3.2 Service currently unavailable"
		: "450 4.3.2 Service currently unavailable");
}

static void home_address(struct observation *o, bool near_miss)
{
	greets(o, 25, near_miss ? "554 5.7.1 Client host blocked using zen.spamhaus.org"
		: "554 5.7.1 Dynamic IP addresses may not deliver here");
}

static void policy_list_at_mail(struct observation *o, bool near_miss)
{
	answers_mail(o, near_miss ? "550 5.7.1 Null sender not accepted"
		: "550 5.7.1 Client host [192.0.2.9] blocked using pbl.spamhaus.org");
}

static void infected(struct observation *o, bool near_miss)
{
	greets(o, 25, near_miss ? "554 5.7.1 Client host [192.0.2.9] blocked using pbl.spamhaus.org"
		: "554 5.7.1 Client host [192.0.2.9] blocked using xbl.spamhaus.org");
}

static void query_refused(struct observation *o, bool near_miss)
{
	greets(o, 25, near_miss ? "554 5.7.1 Client host [192.0.2.9] blocked using zen.spamhaus.org"
		: "554 5.7.1 Client host [192.0.2.9] blocked using zen.spamhaus.org; Error: open resolver");
}

static void address_blocked(struct observation *o, bool near_miss)
{
	greets(o, 25, near_miss ? "450 4.3.2 Service currently unavailable"
		: "521 5.3.2 Service currently unavailable");
}

static void reputation(struct observation *o, bool near_miss)
{
	answers_mail(o, near_miss ? "554 5.5.1 Error: no valid sender"
		: "554 5.7.1 Client host rejected: Access denied");
}

static void throttled_at_ehlo(struct observation *o, bool near_miss)
{
	answers_ehlo(o, near_miss ? "421 4.7.0 Too many connections from your host"
		: "421 4.7.0 Try again later, closing connection.");
}

static void throttled_at_greeting(struct observation *o, bool near_miss)
{
	greets(o, 25, near_miss ? "421 4.3.2 All server ports are busy"
		: "421 4.7.0 Unusual rate of unsolicited mail from your IP address");
}

static void no_reverse_name(struct observation *o, bool near_miss)
{
	answers_mail(o, near_miss ? "450 4.7.1 Client host rejected: Access denied"
		: "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.9]");
}

static void no_ptr_at_greeting(struct observation *o, bool near_miss)
{
	greets(o, 25, near_miss ? "554 No SMTP service"
		: "554-No SMTP service\n554 Bad DNS PTR resource record");
}

static void greylisted(struct observation *o, bool near_miss)
{
	answers_mail(o, near_miss ? "451 4.3.0 Temporary lookup failure"
		: "451 4.7.1 Greylisting in action, please come back later");
}

static void name_not_full(struct observation *o, bool near_miss)
{
	answers_ehlo(o, near_miss ? "450 4.7.1 <pc.lan>: Helo command rejected: Host not found"
		: "504 5.5.2 <pc>: Helo command rejected: need fully-qualified hostname");
}

static void name_not_found(struct observation *o, bool near_miss)
{
	answers_ehlo(o, near_miss
		? "504 5.5.2 <pc>: Helo command rejected: need fully-qualified hostname"
		: "450 4.7.1 <pc.lan>: Helo command rejected: Host not found");
}

static void name_invalid(struct observation *o, bool near_miss)
{
	answers_ehlo(o, near_miss ? "550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)"
		: "501 Syntactically invalid EHLO argument(s)");
}

static void name_denied(struct observation *o, bool near_miss)
{
	answers_ehlo(o, near_miss ? "501 Syntactically invalid EHLO argument(s)"
		: "550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)");
}

static void ehlo_not_understood(struct observation *o, bool near_miss)
{
	answers_ehlo(o, near_miss ? "550 5.7.1 Not you" : "530 Please login with USER and PASS.");
}

static void command_not_known(struct observation *o, bool near_miss)
{
	answers_ehlo(o, near_miss ? "550 5.7.1 Not you"
		: "502 5.5.2 Error: command not recognized");
}

static void tls_local_problem(struct observation *o, bool near_miss)
{
	answers_starttls(o, near_miss
		? "454 4.7.0 Error: too many new TLS sessions from [192.0.2.9]"
		: "454 4.7.0 TLS not available due to local problem");
}

static void tls_session_limit(struct observation *o, bool near_miss)
{
	answers_starttls(o, near_miss ? "454 4.7.0 TLS not available due to local problem"
		: "454 4.7.0 Error: too many new TLS sessions from [192.0.2.9]");
}

static void starttls_off(struct observation *o, bool near_miss)
{
	answers_starttls(o, near_miss ? "500 #5.5.1 command not recognized"
		: "502 5.5.1 Error: command not implemented");
}

static void starttls_swallowed(struct observation *o, bool near_miss)
{
	answers_starttls(o, near_miss ? "502 5.5.1 Error: command not implemented"
		: "500 #5.5.1 command not recognized");
}

static void filter_fails_at_starttls(struct observation *o, bool near_miss)
{
	answers_starttls(o, near_miss ? "454 4.7.0 TLS currently unavailable"
		: "454 4.3.0 Try again later");
}

static void server_fault(struct observation *o, bool near_miss)
{
	answers_mail(o, near_miss ? "451 4.7.1 Greylisted, try again in 300 seconds"
		: "451 4.3.0 Temporary lookup failure");
}

static void client_tls_too_old(struct observation *o, bool near_miss)
{
	answers_ehlo_in_tls(o, near_miss ? "421 4.3.2 Service shutting down"
		: "421 4.7.66 TLS 1.0 and 1.1 are not supported");
}

static void ehlo_rejected_unknown(struct observation *o, bool near_miss)
{
	answers_ehlo(o, near_miss ? "550 5.7.1 Bad HELO" : "550 5.7.1 Not you");
}

static void greeting_rejected_unknown(struct observation *o, bool near_miss)
{
	greets(o, 25, near_miss ? "554 5.7.1 Client host rejected: Access denied"
		: "554 5.0.0 Go away");
}

static void starttls_refused_unknown(struct observation *o, bool near_miss)
{
	answers_starttls(o, near_miss ? "454 4.7.0 TLS currently unavailable"
		: "454 4.7.0 Not for you");
}

/* The first try met a limit, the second one, alone, did not; or did again. */
static void limit_was_ours(struct observation *o, bool near_miss)
{
	static const char limit[] = "421 4.7.0 Error: too many connections from 192.0.2.9";
	struct obs_endpoint *e;

	if (near_miss)
		greets(o, 587, limit);
	else
		build_healthy_host(o);
	e = build_at(o, 587);
	e->repeated = true;
	build_reply(&e->turned_away, OUT_REJECTED, limit, MS);
}

static void limit_stays(struct observation *o, bool near_miss)
{
	limit_was_ours(o, !near_miss);
}

static void mx_wants_log_in(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_domain(o);
	e = build_at(o, 25);
	build_set(&e->enforcement.command, "MAIL FROM:<>");
	build_reply(&e->enforcement.reply, OUT_REJECTED, near_miss ?
		    "530 5.7.0 Must issue a STARTTLS command first" : "530 5.7.1 Authentication required", 1000);
}

static void oauth_only(struct observation *o, bool near_miss)
{
	build_healthy_host(o);
	build_capabilities(&build_at(o, 587)->ehlo_tls, near_miss ? "AUTH XOAUTH2 PLAIN" :
			   "AUTH XOAUTH2 OAUTHBEARER");
}

const struct rule_case cases_reply[] = {
	{ "SMTP_MX_WANTS_LOGIN", SEVERITY_PROBLEM, mx_wants_log_in, "530 on 25 of an MX; not: TLS is wanted" },
	{ "AUTH_OAUTH_ONLY", SEVERITY_NOTE, oauth_only, "OAuth alone; not: PLAIN beside it" },
	{ "SMTP_LIMIT_WAS_OURS", SEVERITY_NOTE, limit_was_ours, "fine alone; not: the limit again" },
	{ "SMTP_CONNECTION_LIMIT", SEVERITY_WARNING, limit_stays, "the limit again; not: fine alone" },
	{ "SMTP_HOST_TAKES_NO_MAIL", SEVERITY_PROBLEM, host_takes_no_mail,
	  "says so; not: 554 without a reason" },
	{ "SMTP_SPOKE_TOO_EARLY", SEVERITY_PROBLEM, spoke_too_early,
	  "protocol error; not: another 554" },
	{ "SMTP_SPOKE_TOO_EARLY", SEVERITY_PROBLEM, pipelined_starttls,
	  "454 4.5.0 to STARTTLS; not: 454 4.7.0" },
	{ "SMTP_CONNECTION_LIMIT", SEVERITY_WARNING, limit_at_ehlo,
	  "at EHLO; not: try again later" },
	{ "SMTP_SERVER_BUSY", SEVERITY_PROBLEM, server_busy,
	  "no resources; not: too many connections" },
	{ "SMTP_SERVER_BUSY", SEVERITY_PROBLEM, closing_at_starttls,
	  "421 to STARTTLS; not: 454" },
	{ "SMTP_FIRST_CONTACT_DEFERRED", SEVERITY_WARNING, first_contact,
	  "450; not: 521 with the same words" },
	{ "POLICY_HOME_ADDRESS", SEVERITY_PROBLEM, home_address,
	  "dynamic; not: a list of all kinds" },
	{ "POLICY_HOME_ADDRESS", SEVERITY_PROBLEM, policy_list_at_mail,
	  "PBL at MAIL; not: MAIL refused for its sender" },
	{ "POLICY_INFECTED_ADDRESS", SEVERITY_PROBLEM, infected, "XBL; not: PBL" },
	{ "POLICY_BLOCKLIST_QUERY_REFUSED", SEVERITY_PROBLEM, query_refused,
	  "open resolver; not: a listing" },
	{ "POLICY_ADDRESS_BLOCKED", SEVERITY_PROBLEM, address_blocked,
	  "deny list; not: put off" },
	{ "POLICY_ADDRESS_BLOCKED", SEVERITY_PROBLEM, reputation,
	  "client host at MAIL; not: its sender" },
	{ "POLICY_SENDER_THROTTLED", SEVERITY_PROBLEM, throttled_at_ehlo,
	  "try again later; not: too many" },
	{ "POLICY_SENDER_THROTTLED", SEVERITY_PROBLEM, throttled_at_greeting,
	  "unusual rate; not: busy" },
	{ "POLICY_NO_REVERSE_NAME", SEVERITY_PROBLEM, no_reverse_name,
	  "no host name; not: access denied" },
	{ "POLICY_NO_REVERSE_NAME", SEVERITY_PROBLEM, no_ptr_at_greeting,
	  "PTR in the second line; not: without" },
	{ "POLICY_GREYLISTED", SEVERITY_NOTE, greylisted,
	  "greylisting at MAIL; not: a failed look-up" },
	{ "SMTP_EHLO_NAME_NOT_FULL", SEVERITY_PROBLEM, name_not_full, "504; not: not found" },
	{ "SMTP_EHLO_NAME_NOT_FOUND", SEVERITY_PROBLEM, name_not_found,
	  "not found; not: not full" },
	{ "SMTP_EHLO_NAME_INVALID", SEVERITY_PROBLEM, name_invalid, "syntax; not: denied" },
	{ "SMTP_EHLO_NAME_DENIED", SEVERITY_PROBLEM, name_denied, "denied; not: syntax" },
	{ "SMTP_EHLO_NOT_UNDERSTOOD", SEVERITY_PROBLEM, ehlo_not_understood,
	  "FTP; not: refused" },
	{ "SMTP_COMMAND_NOT_KNOWN", SEVERITY_PROBLEM, command_not_known, "502; not: 550" },
	{ "SMTP_STARTTLS_LOCAL_PROBLEM", SEVERITY_PROBLEM, tls_local_problem,
	  "local problem; not: too many sessions" },
	{ "SMTP_TLS_SESSION_LIMIT", SEVERITY_WARNING, tls_session_limit,
	  "too many; not: local problem" },
	{ "SMTP_STARTTLS_OFF", SEVERITY_PROBLEM, starttls_off, "502 not implemented; not: 500" },
	{ "SMTP_STARTTLS_SWALLOWED", SEVERITY_PROBLEM, starttls_swallowed,
	  "500; not: 502 not implemented" },
	{ "SMTP_SERVER_FAULT", SEVERITY_PROBLEM, filter_fails_at_starttls,
	  "454 4.3.0; not: TLS is broken" },
	{ "SMTP_SERVER_FAULT", SEVERITY_PROBLEM, server_fault,
	  "a look-up fails at MAIL; not: greylisting" },
	{ "CLIENT_TLS_TOO_OLD", SEVERITY_PROBLEM, client_tls_too_old,
	  "421 4.7.66 inside TLS; not: another 421" },
	{ "SMTP_EHLO_REJECTED", SEVERITY_PROBLEM, ehlo_rejected_unknown,
	  "no known words; not: a bad name" },
	{ "SMTP_GREETING_REJECTED", SEVERITY_PROBLEM, greeting_rejected_unknown,
	  "no known words; not: a blocked address" },
	{ "SMTP_STARTTLS_REFUSED", SEVERITY_PROBLEM, starttls_refused_unknown,
	  "no known words; not: TLS is broken" },
	{ NULL, 0, NULL, NULL },
};
