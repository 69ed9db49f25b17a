/* SPDX-License-Identifier: MIT
 *
 * Changes of a port and of what is said there: see baseline_cases.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "baseline_cases.h"
#include "obs_build.h"

enum { MS = 1000 };

static void port_ends(struct observation *o, unsigned port, enum outcome how, const char *error)
{
	build_connect(build_at(o, port), how, error, MS);
}

static void closed(struct observation *o)
{
	port_ends(o, 587, OUT_REFUSED, "ECONNREFUSED");
}

static void silent(struct observation *o)
{
	port_ends(o, 587, OUT_TIMEOUT, NULL);
}

static void open_again(struct observation *o)
{
	struct obs_endpoint *e = build_at(o, 587);

	build_connect(e, OUT_OK, NULL, MS);
	build_starttls(e);
}

static void forbidden(struct observation *o)
{
	port_ends(o, 587, OUT_DENIED, "EACCES");
}

static void cut(struct observation *o)
{
	port_ends(o, 587, OUT_CUT_SHORT, NULL);
}

static void no_route(struct observation *o)
{
	port_ends(o, 587, OUT_UNREACHABLE, "ENETUNREACH");
	build_set(&build_at(o, 587)->connect.source, NULL);
	o->vantage.ipv4.route = false;
}

static void says(struct observation *o, unsigned port, enum outcome how, const char *greeting)
{
	struct obs_endpoint *e = build_at(o, port);

	build_forget(e);
	e->mode = greeting != NULL ? MODE_PLAINTEXT : MODE_UNKNOWN;
	build_reply(&e->greeting, how, greeting, MS);
}

static void turned_away(struct observation *o)
{
	says(o, 587, OUT_REJECTED, "554 5.7.1 no");
}

static void not_now(struct observation *o)
{
	says(o, 587, OUT_REJECTED, "421 4.7.0 later");
}

static void hangs_up(struct observation *o)
{
	says(o, 587, OUT_CLOSED, NULL);
}

static void cut_in_greeting(struct observation *o)
{
	says(o, 587, OUT_CUT_SHORT, NULL);
}

static void never_speaks(struct observation *o)
{
	says(o, 587, OUT_TIMEOUT, NULL);
	build_at(o, 587)->mode = MODE_SILENT;
}

static void implicit_gone(struct observation *o)
{
	build_forget(build_at(o, 465));
	build_starttls(build_at(o, 465));
}

static void speaks_ssh(struct observation *o)
{
	build_forget(build_at(o, 587));
	build_at(o, 587)->mode = MODE_NOT_SMTP;
	build_set(&build_at(o, 587)->first_bytes, "SSH-2.0-OpenSSH_9.9");
}

static void greets(struct observation *o, const char *line)
{
	build_reply(&build_at(o, 587)->greeting, OUT_OK, line, 9 * MS);
}

static void other_name(struct observation *o)
{
	greets(o, "220 smtp.example.net ESMTP");
}

static void pool_7(struct observation *o)
{
	greets(o, "220 BN8NAM11FT012.mail.example.com ESMTP ready at Mon, 3 Aug 2026 11:00:00 +0000");
}

static void pool_8(struct observation *o)
{
	greets(o, "220 dm6nam04ft7.mail.example.com ESMTP ready at Tue, 4 Aug 2026 12:00:00 +0000 q9si12");
}

static void no_name(struct observation *o)
{
	greets(o, "220 ESMTP ready");
}

static void noise(struct observation *o)
{
	o->started_at_us += INT64_C(86400) * 1000 * MS;
	o->duration_us *= 3;
	build_set(&o->tool.version, "99.9");
	build_set(&o->vantage.ipv4.source, "192.0.2.77");
	for (size_t i = 0; i < o->endpoint_count; i++) {
		o->endpoints[i].connect.us *= 7;
		o->endpoints[i].repeated = true;
	}
	greets(o, "220 mail.example ESMTP ready at Tue, 4 Aug 2026 12:00:00 +0000 id q9si12");
	build_reply(&build_at(o, 587)->starttls.reply, OUT_OK, "220 go on, q9si12", MS);
}

static void endpoints_backwards(struct observation *o)
{
	for (size_t i = 0, k = o->endpoint_count - 1; i < k; i++, k--) {
		struct obs_endpoint e = o->endpoints[i];

		o->endpoints[i] = o->endpoints[k];
		o->endpoints[k] = e;
	}
}

static void ehlo_ends(struct observation *o, enum outcome how, const char *lines)
{
	struct obs_endpoint *e = build_at(o, 587);

	build_forget(e);
	e->mode = MODE_PLAINTEXT;
	build_reply(&e->greeting, OUT_OK, "220 mail.example ESMTP", MS);
	build_reply(&e->ehlo.reply, how, lines, MS);
}

static void ehlo_refused(struct observation *o)
{
	ehlo_ends(o, OUT_REJECTED, "550 who are you");
}

static void ehlo_not_now(struct observation *o)
{
	ehlo_ends(o, OUT_REJECTED, "451 later");
}

static void only_helo(struct observation *o)
{
	ehlo_ends(o, OUT_OK, "250 mail.example");
	build_at(o, 587)->ehlo.helo = true;
	build_at(o, 587)->ehlo.ehlo_code = 502;
	build_at(o, 587)->starttls.outcome = OUT_NOT_OFFERED;
}

static void inside(struct observation *o, const char *capabilities)
{
	build_capabilities(&build_at(o, 587)->ehlo_tls, capabilities);
}

static void method_dropped(struct observation *o)
{
	inside(o, "SIZE 2000\nAUTH PLAIN");
}

static void methods(struct observation *o)
{
	inside(o, "SIZE 2000\nAUTH LOGIN PLAIN");
}

static void methods_otherwise(struct observation *o)
{
	inside(o, "AUTH plain login\nSIZE 2000");
}

static void no_methods(struct observation *o)
{
	inside(o, "SIZE 2000");
}

static void relay_method(struct observation *o)
{
	build_capabilities(&build_at(o, 25)->ehlo_tls, "SIZE 52428800\nAUTH PLAIN");
}

static void keywords(struct observation *o)
{
	inside(o, "AUTH LOGIN PLAIN\nSMTPUTF8\n8BITMIME\nSIZE 2000");
}

static void no_size(struct observation *o)
{
	inside(o, "AUTH LOGIN PLAIN");
}

static void smaller(struct observation *o)
{
	inside(o, "AUTH LOGIN PLAIN\nSIZE 1000");
}

static void unlimited(struct observation *o)
{
	inside(o, "SIZE 0\nAUTH PLAIN LOGIN");
}

static void without_a_number(struct observation *o)
{
	inside(o, "SIZE\nAUTH PLAIN LOGIN");
}

static void in_the_clear(struct observation *o)
{
	build_capabilities(&build_at(o, 587)->ehlo, "SIZE 52428800\nSTARTTLS\nAUTH PLAIN");
}

static void digest_in_the_clear(struct observation *o)
{
	build_capabilities(&build_at(o, 587)->ehlo, "SIZE 52428800\nSTARTTLS\nAUTH CRAM-MD5");
}

static void enforced(struct observation *o, enum outcome how, const char *reply)
{
	build_set(&build_at(o, 587)->enforcement.command, "MAIL FROM:<>");
	build_reply(&build_at(o, 587)->enforcement.reply, how, reply, MS);
}

static void demanded(struct observation *o)
{
	enforced(o, OUT_REJECTED, "530 5.7.0 Must issue a STARTTLS command first");
}

static void not_demanded(struct observation *o)
{
	enforced(o, OUT_OK, "250 2.1.0 Ok");
}

static void listed_and_demanded(struct observation *o)
{
	in_the_clear(o);
	demanded(o);
}

static void listed_and_not_demanded(struct observation *o)
{
	in_the_clear(o);
	not_demanded(o);
}

#define HOST build_healthy_host
#define DOMAIN build_healthy_domain
#define AT "smtp.example.com:587"

const struct baseline_case baseline_cases_port[] = {
	{ "a host has not changed", HOST, NULL, NULL, "", NULL },
	{ "times, dates, ids in banners and versions are no change", HOST, NULL, noise, "", NULL },
	{ "the order of endpoints is no change", HOST, NULL, endpoints_backwards, "", NULL },

	{ "a port closed is one change", HOST, NULL, closed, "PORT_CLOSED problem " AT "\n", NULL },
	{ "a port went silent", HOST, NULL, silent, "PORT_CLOSED problem " AT "\n", NULL },
	{ "a port opened", HOST, closed, NULL, "PORT_OPENED note " AT "\n", NULL },
	{ "a port closed and silent in turn was never open", HOST, closed, silent, "", NULL },
	{ "submission at an MX host need not be open", DOMAIN, open_again, NULL,
	  "PORT_CLOSED note mx1.example.com:587\n", NULL },
	{ "what this machine forbids is no change", HOST, NULL, forbidden, "",
	  AT ": this machine did not let it be reached\n" },
	{ "a family without a route is no change", HOST, NULL, no_route, "", AT ": no IPv4 here\n" },
	{ "a family without a route in the baseline is no change", HOST, no_route, NULL, "",
	  AT ": in the baseline, no IPv4 here\n" },
	{ "what was cut short before is no change", HOST, cut, NULL, "",
	  AT ": in the baseline, it was cut short\n" },

	{ "the server turns away", HOST, NULL, turned_away, "TURNED_AWAY problem " AT "\n", NULL },
	{ "the server greets again", HOST, turned_away, NULL, "GREETS_AGAIN note " AT "\n", NULL },
	{ "a server that says not now has not changed", HOST, NULL, not_now, "",
	  AT ": the server said \"not now\"\n" },
	{ "a server that said not now has not changed", HOST, not_now, NULL, "",
	  AT ": in the baseline, the server said \"not now\"\n" },
	{ "the server hangs up", HOST, NULL, hangs_up, "TURNED_AWAY problem " AT "\n", NULL },
	{ "the server hangs up no more", HOST, hangs_up, NULL, "GREETS_AGAIN note " AT "\n", NULL },
	{ "a greeting that was cut short is no change", HOST, NULL, cut_in_greeting, "",
	  AT ": it was cut short\n" },
	{ "the port opens, but says nothing", HOST, NULL, never_speaks, "MODE_CHANGED problem " AT "\n", NULL },
	{ "the port speaks again", HOST, never_speaks, NULL, "MODE_CHANGED note " AT "\n", NULL },
	{ "the port speaks something else", HOST, NULL, speaks_ssh, "MODE_CHANGED problem " AT "\n", NULL },
	{ "implicit TLS is gone", HOST, NULL, implicit_gone,
	  "IMPLICIT_TLS_GONE problem smtp.example.com:465\n", NULL },
	{ "implicit TLS where there was STARTTLS", HOST, implicit_gone, NULL,
	  "MODE_CHANGED problem smtp.example.com:465\n", NULL },
	{ "the greeting has another name", HOST, NULL, other_name, "GREETING_NAME_CHANGED note " AT "\n", NULL },
	{ "another machine of a pool greets", HOST, pool_7, pool_8, "", NULL },
	{ "a greeting without a name is no change of it", HOST, NULL, no_name, "", NULL },

	{ "EHLO is turned down", HOST, NULL, ehlo_refused, "EHLO_FAILS problem " AT "\n", NULL },
	{ "EHLO is answered again", HOST, ehlo_refused, NULL, "EHLO_WORKS note " AT "\n", NULL },
	{ "HELO has to do, so that nothing is listed", HOST, NULL, only_helo, "EHLO_FAILS problem " AT "\n", NULL },
	{ "HELO had to do", HOST, only_helo, NULL, "EHLO_WORKS note " AT "\n", NULL },
	{ "EHLO that is put off is no change", HOST, NULL, ehlo_not_now, "",
	  AT ": the server said \"not now\"\n" },

	{ "a log-in method was dropped", HOST, methods, method_dropped, "AUTH_DROPPED problem " AT "\n", NULL },
	{ "all log-in methods were dropped: one change", HOST, methods, no_methods,
	  "AUTH_DROPPED problem " AT "\n", NULL },
	{ "a log-in method was dropped at a relay port", HOST, relay_method, NULL,
	  "AUTH_DROPPED warning smtp.example.com:25\n", NULL },
	{ "a log-in method was added", HOST, method_dropped, methods, "AUTH_ADDED note " AT "\n", NULL },
	{ "order and letter case of methods and lines are no change", HOST, methods, methods_otherwise, "", NULL },
	{ "capabilities were dropped: one change", HOST, keywords, methods,
	  "CAPABILITY_DROPPED warning " AT "\n", NULL },
	{ "capabilities were added", HOST, methods, keywords, "CAPABILITY_ADDED note " AT "\n", NULL },
	{ "the size limit is not told any more", HOST, methods, no_size,
	  "CAPABILITY_DROPPED warning " AT "\n", NULL },
	{ "the size limit was lowered", HOST, methods, smaller, "SIZE_LOWERED warning " AT "\n", NULL },
	{ "the size limit was raised", HOST, smaller, methods, "SIZE_RAISED note " AT "\n", NULL },
	{ "no limit is above any", HOST, methods, unlimited, "SIZE_RAISED note " AT "\n", NULL },
	{ "a limit where there was none", HOST, unlimited, methods, "SIZE_LOWERED warning " AT "\n", NULL },
	{ "a limit without a number says nothing", HOST, methods, without_a_number, "", NULL },
	{ "a log-in in the clear", HOST, NULL, in_the_clear, "AUTH_IN_THE_CLEAR warning " AT "\n", NULL },
	{ "a log-in in the clear that sends no password", HOST, NULL, digest_in_the_clear, "", NULL },
	{ "TLS is not demanded any more", HOST, demanded, not_demanded, "TLS_NOT_DEMANDED warning " AT "\n", NULL },
	{ "TLS is not demanded any more, so that a log-in is taken: one change", HOST, listed_and_demanded,
	  listed_and_not_demanded, "TLS_NOT_DEMANDED warning " AT "\n", NULL },
	{ "TLS is demanded now", HOST, not_demanded, demanded, "", NULL },
	{ "whether TLS is demanded was not learnt", HOST, demanded, NULL, "",
	  AT ": whether TLS is demanded was not learnt\n" },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};
