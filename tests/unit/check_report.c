/* SPDX-License-Identifier: MIT
 *
 * The text report: whole reports (golden.h; those of the other formats, of expectations and of
 * changes are in check_formats.c), and what must hold of any report: no line over the width, no
 * control byte, ASCII where no UTF-8 is allowed, whatever the record holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/diagnose.h"
#include "golden.h"
#include "obs_build.h"
#include "path_build.h"
#include "report/layout.h"
#include "report/report.h"
#include "rule_cases.h"
#include "runner.h"

enum { MS = 1000, SECOND = 1000 * 1000, DAY = 24 * 3600 };

/* A whole document, from its head to its end. */
static char *document(const struct observation *o, const struct report_format *f,
		      const struct report_style *s)
{
	struct diagnosis d;
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	diagnose(&d, o);
	report_one(&b, f, s, o, &d);
	diagnosis_clear(&d);
	return buf_take(&b);
}

static char *report(const struct observation *o, const struct report_style *s, size_t nth)
{
	struct diagnosis d;
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	diagnose(&d, o);
	report_text.target(&b, s, &(struct report_target){ .o = o, .d = &d, .nth = nth }, NULL);
	diagnosis_clear(&d);
	return buf_take(&b);
}

/* ---- whole reports --------------------------------------------------------------------------------- */

/* product.md's case: port 25 silent, submission fine, one host with IPv6, TLS demanded. */
static void blocked_25(struct observation *o)
{
	static const unsigned ports[] = { 25, 465, 587 };
	struct obs_endpoint *e;

	build_healthy_domain(o);
	strlist_add(&o->dns.hosts[0].addresses, "2001:db8::10");
	o->vantage.ipv6.route = false;
	o->duration_us = 5020 * MS;
	build_connect(&o->endpoints[0], OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
	build_connect(&o->endpoints[3], OUT_TIMEOUT, "ETIMEDOUT", 5 * SECOND);
	build_connect(&o->endpoints[1], OUT_OK, NULL, 12 * MS);
	build_implicit_tls(&o->endpoints[1]);
	build_connect(&o->endpoints[2], OUT_OK, NULL, 12 * MS);
	build_starttls(&o->endpoints[2]);
	build_set(&o->endpoints[2].enforcement.command, "RSET");
	build_reply(&o->endpoints[2].enforcement.reply, OUT_REJECTED,
		    "530 5.7.0 Must issue a STARTTLS command first", MS);
	for (int i = 0; i < COUNT(ports); i++) {
		e = build_endpoint(o, "mx1.example.com", "2001:db8::10", ports[i]);
		build_connect(e, OUT_UNREACHABLE, "ENETUNREACH", 0);
	}
}

static void certificate_faults(struct observation *o)
{
	struct obs_tls *t;

	build_healthy_host(o);
	for (size_t i = 0; i < o->endpoint_count; i++) {
		t = &o->endpoints[i].tls;
		t->verified = false;
		t->faults = CERT_EXPIRED | CERT_NAME_MISMATCH;
		t->chain[0].not_after = BUILD_NOW - 9 * DAY;
		strlist_clear(&t->chain[0].sans);
		strlist_add(&t->chain[0].sans, "mail.hosting.example");
		strlist_add(&t->chain[0].sans, "*.hosting.example");
	}
}

static void name_not_found(struct observation *o)
{
	build_target(o, TARGET_AUTO, "exmaple.com");
	build_query(o, "exmaple.com", "MX", DNS_NXDOMAIN, NULL);
	o->duration_us = 9 * MS;
}

static void cut_short(struct observation *o)
{
	build_healthy_host(o);
	o->cut_short = true;
	build_connect(build_at(o, 25), OUT_CUT_SHORT, NULL, 900 * MS);
}

static void plaintext_server(struct observation *o)
{
	struct obs_endpoint *e;

	build_target(o, TARGET_ADDRESS, "2001:db8::25");
	build_host(o, "2001:db8::25", "2001:db8::25", MAIL_HOST_TARGET);
	e = build_endpoint(o, "2001:db8::25", "2001:db8::25", 587);
	build_plaintext(e, "SIZE 1000\nAUTH PLAIN LOGIN");
}

/* What an address target gets: no name to check, so never "verified" in full. */
static void address_target(struct observation *o)
{
	struct obs_endpoint *e;

	build_target(o, TARGET_ADDRESS, "192.0.2.10");
	build_host(o, "192.0.2.10", "192.0.2.10", MAIL_HOST_TARGET);
	e = build_endpoint(o, "192.0.2.10", "192.0.2.10", 587);
	build_starttls(e);
	build_tls(e, NULL);
}

static void add_line(struct obs_endpoint *e, int64_t at_us, bool server, bool encrypted,
		     const char *text)
{
	struct obs_line *l = mem_append(&e->transcript, &e->transcript_count, sizeof(*l));

	l->at_us = at_us;
	l->from_server = server;
	l->encrypted = encrypted;
	l->text = mem_strdup(text);
}

static void transcript(struct observation *o)
{
	struct obs_endpoint *e;

	build_target(o, TARGET_HOST, "smtp.example.com");
	build_host(o, "smtp.example.com", "192.0.2.10", MAIL_HOST_TARGET);
	e = build_endpoint(o, "smtp.example.com", "192.0.2.10", 587);
	build_starttls(e);
	add_line(e, 12300, true, false, "220 mail.example ESMTP");
	add_line(e, 12400, false, false, "EHLO [192.0.2.9]");
	add_line(e, 24000, true, false, "250-mail.example");
	add_line(e, 24010, true, false, "250 STARTTLS");
	add_line(e, 24100, false, false, "STARTTLS");
	add_line(e, 36000, true, false, "220 2.0.0 Ready to start TLS");
	add_line(e, 71000, false, true, "EHLO [192.0.2.9]");
	add_line(e, 83000, true, true, "250-mail.example greets you with a line that is long enough to "
		 "go over the edge of the page, once and then once more again");
	add_line(e, 83010, true, true, "250 AUTH PLAIN LOGIN");
	add_line(e, 12400, false, false, "RSET");
	e->transcript[e->transcript_count - 1].dialogue = DIALOGUE_ENFORCEMENT;
	add_line(e, 24000, true, false, "530 5.7.0 Must issue a STARTTLS command first");
	e->transcript[e->transcript_count - 1].dialogue = DIALOGUE_ENFORCEMENT;
}

static void many_hosts(struct observation *o)
{
	build_target(o, TARGET_DOMAIN, "example.com");
	for (unsigned i = 1; i <= 7; i++) {
		char host[64], address[64];

		snprintf(host, sizeof(host), "mx%u.example.com", i);
		snprintf(address, sizeof(address), "192.0.2.%u", i);
		build_host(o, host, address, MAIL_HOST_MX);
		build_starttls(build_endpoint(o, host, address, 25));
		o->endpoints[o->endpoint_count - 1].tls.chain[0].not_after = BUILD_NOW - 3 * DAY;
		o->endpoints[o->endpoint_count - 1].tls.faults = CERT_EXPIRED;
		o->endpoints[o->endpoint_count - 1].tls.verified = false;
	}
	build_host(o, "mx8.example.com", NULL, MAIL_HOST_MX)->problem = HOST_NXDOMAIN;
}

static void other_letters(struct observation *o)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	build_set(&o->target.unicode, "smtp.b\xC3\xBC" "cher.example");
	e = build_at(o, 587);
	build_forget(e);
	e->mode = MODE_PLAINTEXT;
	build_reply(&e->greeting, OUT_REJECTED, "554 b\xC3\xB6se \xE6\x97\xA5\xE6\x9C\xAC \\xFF", MS);
}

/* 25 stops after the second hop of four, 465 is rejected there; a router that hides. */
static void traced(struct observation *o)
{
	static const char control[] = "10.0.0.1 198.51.100.9 * open";

	build_healthy_host(o);
	build_connect(build_at(o, 25), OUT_TIMEOUT, NULL, 5 * SECOND);
	build_asked_again(build_path(o, "mail.example.com", build_at(o, 25)->address, 25,
				     "10.0.0.1 198.51.100.9 * *", control), 2, 2);
	build_path(o, "mail.example.com", build_at(o, 25)->address, 465,
		   "10.0.0.1 198.51.100.9 !198.51.100.9/3/13", control);
}

static void traced_by_ipv6(struct observation *o)
{
	static const char address[] = "2001:db8:1234:5678:9abc:def0:1234:5678";

	build_target(o, TARGET_ADDRESS, address);
	build_host(o, address, address, MAIL_HOST_TARGET);
	build_plaintext(build_endpoint(o, address, address, 25), "SIZE");
	build_starttls(build_endpoint(o, address, address, 587));
	build_path(o, address, address, 25, "2001:db8:1:2:3:4:5:6 open",
		   "2001:db8:1:2:3:4:5:6 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff open");
}

static const struct golden {
	const char *name;
	void (*build)(struct observation *o);
	struct report_style style;
} goldens[] = {
	{ "healthy-host", build_healthy_host, { .width = 80 } },
	{ "healthy-host-60", build_healthy_host, { .width = 60 } },
	{ "healthy-domain", build_healthy_domain, { .width = 80 } },
	{ "blocked-25", blocked_25, { .width = 80 } },
	{ "blocked-25-60", blocked_25, { .width = 60 } },
	{ "blocked-25-wide", blocked_25, { .width = 100 } },
	{ "certificate-faults", certificate_faults, { .width = 80 } },
	{ "certificate-faults-60", certificate_faults, { .width = 60 } },
	{ "name-not-found", name_not_found, { .width = 80, .colour = true } },
	{ "cut-short", cut_short, { .width = 80 } },
	{ "plaintext-server", plaintext_server, { .width = 80 } },
	{ "address", address_target, { .width = 80 } },
	{ "transcript", transcript, { .width = 80, .transcript = true } },
	{ "many-hosts", many_hosts, { .width = 80 } },
	{ "other-letters", other_letters, { .width = 80 } },
	{ "traced", traced, { .width = 80, .utf8 = true } },
	{ "traced-60", traced, { .width = 60 } },
	{ "traced-by-ipv6", traced_by_ipv6, { .width = 80 } },
	{ "other-letters-utf8", other_letters, { .width = 80, .utf8 = true } },
};

/* The same in another format; a row is NAME.html. */
static const struct golden html_goldens[] = {
	{ "healthy-host", build_healthy_host, { .width = 80 } },
	{ "blocked-25", blocked_25, { .width = 80 } },
	{ "certificate-faults", certificate_faults, { .width = 80 } },
	{ "traced", traced, { .width = 80 } },
};

static void check_golden(const struct golden *g, const struct report_format *format)
{
	struct observation o = { 0 };

	g->build(&o);
	golden_check(g->name, format->name, format == &report_text ? report(&o, &g->style, 0) :
		     document(&o, format, &g->style));
	observation_clear(&o);
}

START_TEST(report_is_the_golden_one)
{
	check_golden(&goldens[_i], &report_text);
}
END_TEST

START_TEST(html_is_the_golden_one)
{
	check_golden(&html_goldens[_i], &report_html);
}
END_TEST

START_TEST(targets_are_apart_by_a_blank_line)
{
	const struct report_style s = { .width = 80 };
	struct observation o = { 0 };
	char *first, *second;

	build_healthy_host(&o);
	first = report(&o, &s, 0);
	second = report(&o, &s, 1);
	ck_assert_int_eq(second[0], '\n');
	ck_assert_str_eq(second + 1, first);
	free(first);
	free(second);
	observation_clear(&o);
}
END_TEST

/* ---- single lines ------------------------------------------------------------------------------------- */

static void host_below_the_domain(struct observation *o)
{
	build_healthy_domain(o);
	o->endpoints[0].tls.verified = false;
	o->endpoints[0].tls.faults = CERT_EXPIRED;
}

static void cut_in_tls(struct observation *o)
{
	build_healthy_host(o);
	o->cut_short = true;
	obs_ehlo_clear(&build_at(o, 587)->ehlo_tls);
	memset(&build_at(o, 587)->ehlo_tls, 0, sizeof(struct obs_ehlo));
	build_at(o, 587)->tls.outcome = OUT_CUT_SHORT;
}

static void cut_before_the_greeting(struct observation *o)
{
	build_healthy_host(o);
	o->cut_short = true;
	build_forget(build_at(o, 25));
	build_at(o, 25)->mode = MODE_PLAINTEXT;
	build_at(o, 25)->greeting.outcome = OUT_CUT_SHORT;
}

static void question_failed(struct observation *o)
{
	build_healthy_host(o);
	build_query(o, "smtp.example.com", "AAAA", DNS_SERVFAIL, NULL);
	build_at(o, 25)->tls.verified = false;
	build_at(o, 25)->tls.faults = CERT_EXPIRED;
}

static void from_somewhere(struct observation *o)
{
	build_healthy_host(o);
	build_set(&o->vantage.ipv4.source, "192.0.2.5");
}

static void two_addresses(struct observation *o)
{
	static const char *const addresses[] = { "192.0.2.10", "2001:db8::10" };

	build_target(o, TARGET_HOST, "smtp.example.com");
	build_host(o, "smtp.example.com", "192.0.2.10", MAIL_HOST_TARGET);
	strlist_add(&o->dns.hosts[0].addresses, "2001:db8::10");
	for (size_t i = 0; i < COUNT(addresses); i++)
		build_starttls(build_endpoint(o, "smtp.example.com", addresses[i], 587));
}

static void bare_lf(struct observation *o)
{
	build_healthy_host(o);
	build_at(o, 25)->greeting.flaws = FLAW_BARE_LF;
}

static const struct line_case {
	const char *name;
	void (*build)(struct observation *o);
	const char *has, *has_not;       /* NULL: nothing */
} line_cases[] = {
	{ "the headline names the target, though a host below it is in the sentence", host_below_the_domain,
	  "WARNING  example.com: The certificate has expired at mx1.example.com:25", NULL },
	{ "the headline names the target once", certificate_faults,
	  "PROBLEM  The certificate has expired at smtp.example.com ports", "smtp.example.com: The" },
	{ "a port's warning is the headline before a DNS question that failed", question_failed,
	  "WARNING  The certificate has expired at smtp.example.com:25\n", NULL },
	{ "the date and the source address are said", from_somewhere,
	  "Probed on 2026-03-12 12:00 UTC from 192.0.2.5", NULL },
	{ "a cell says where TLS was cut short", cut_in_tls, "cut short: TLS", NULL },
	{ "a cell says that the greeting was waited for", cut_before_the_greeting, "cut short: greeting",
	  NULL },
	{ "what a reply broke is said in plain words", bare_lf, "lines end in LF alone", "bare-lf" },
	{ "the same at two addresses of a host is said once", two_addresses,
	  "smtp.example.com:587 (192.0.2.10, 2001:db8::10): STARTTLS", NULL },
	{ "advice has a mark where the certificate does not fit", certificate_faults,
	  "mind: the certificate has", NULL },
	{ "advice has a mark where nothing is encrypted", plaintext_server, "mind: nothing is encrypted",
	  NULL },
	{ "the certificate is verified for a name that is named", build_healthy_host,
	  "verified for smtp.example.com", NULL },
	{ "who checks an address is not told of a verified name", address_target,
	  "certificate verified, but for no", "certificate verified for" },
	{ "what was verified includes when to log in", build_healthy_host,
	  "log-in only after TLS\n", NULL },
	{ "a note is short", build_healthy_host, "--explain SMTP_IMPLICIT_TLS", "Means" },
	{ "several notes share one hint", blocked_25, "(in full: smtpprobe --explain CODE)", NULL },
	{ "what else it may be is said of what is not certain", blocked_25, "  Perhaps  ", NULL },
	{ "what is certain has no perhaps", certificate_faults, NULL, "  Perhaps  " },
};

START_TEST(report_says)
{
	const struct line_case *c = &line_cases[_i];
	const struct report_style s = { .width = 100 };
	struct observation o = { 0 };
	char *text;

	c->build(&o);
	text = report(&o, &s, 0);
	ck_assert_msg(c->has == NULL || strstr(text, c->has) != NULL, "%s:\n%.3000s", c->name, text);
	ck_assert_msg(c->has_not == NULL || strstr(text, c->has_not) == NULL, "%s:\n%.3000s", c->name,
		      text);
	free(text);
	observation_clear(&o);
}
END_TEST

static const struct tally_case {
	const char *name;
	struct report_tally tally;
	const char *text;
} tallies[] = {
	{ "one target is not counted", { .asked = 1, .done = 1, .by_status[STATUS_OK] = 1 }, "" },
	{ "all are ok", { .asked = 2, .done = 2, .by_status[STATUS_OK] = 2 },
	  "\n2 targets: 2 ok, 0 with problems\n" },
	{ "some of each", { .asked = 13, .done = 12, .with_warnings = 3, .by_status = {
	  [STATUS_OK] = 9, [STATUS_PROBLEM] = 2, [STATUS_UNCHECKED] = 1 } },
	  "\n13 targets: 9 ok (3 with warnings), 2 with problems, 1 not checked, 1 not begun\n" },
};

START_TEST(targets_are_counted)
{
	const struct tally_case *c = &tallies[_i];
	const struct report_style s = { .width = 100 };
	struct buf b;

	buf_init(&b, 4096);
	report_text.end(&b, &s, &c->tally, NULL);
	ck_assert_msg(strcmp(buf_str(&b), c->text) == 0, "%s: \"%s\"", c->name, buf_str(&b));
	buf_clear(&b);
}
END_TEST

/* ---- what holds of any report --------------------------------------------------------------------------- */

static const char *const verdicts[] = { "OK", "WARNING", "PROBLEM", "UNCHECKED" };

static bool begins_with_verdict(const char *text)
{
	for (int i = 0; i < COUNT(verdicts); i++) {
		size_t n = strlen(verdicts[i]);

		if (strncmp(text, verdicts[i], n) == 0 && (text[n] == ' ' || text[n] == '\n'))
			return true;
	}
	return false;
}

/* What is wrong with the lines of a report; NULL: nothing. Widths are counted by the bytes that
 * begin a character: enough for what these records hold. */
static const char *complaint(const char *text, unsigned width, bool utf8)
{
	size_t columns = 0;

	if (!begins_with_verdict(text))
		return "it does not begin with the verdict";
	for (const unsigned char *s = (const unsigned char *)text; *s != '\0'; s++) {
		if (*s == '\n') {
			if (columns > 0 && s[-1] == ' ')
				return "a line ends in a space";
			columns = 0;
			continue;
		}
		if (*s < 0x20 || *s == 0x7F)
			return "a control byte";
		if (*s >= 0x80 && !utf8)
			return "a byte beyond ASCII";
		columns += (*s & 0xC0) != 0x80;
		if (columns > width)
			return "a line is too wide";
	}
	return columns == 0 ? NULL : "the last line does not end";
}

static const unsigned widths[] = { 0, 40, 60, 80, 200 };

static void check_report(const char *name, const struct observation *o)
{
	for (int i = 0; i < COUNT(widths); i++)
		for (int utf8 = 0; utf8 < 2; utf8++) {
			struct report_style s = {
				.width = widths[i], .utf8 = utf8 != 0, .transcript = true,
			};
			char *text = report(o, &s, 0);
			const char *why;

			why = complaint(text, widths[i] < 40 ? 40 : widths[i], utf8 != 0);
			if (why != NULL)
				ck_abort_msg("%s: width %u: %s:\n%.3000s", name, widths[i], why, text);
			free(text);
		}
}

static const struct rule_case *const tables[] = {
	cases_dns, cases_connect, cases_smtp, cases_starttls, cases_tls,
};

START_TEST(any_record_fits_the_page)
{
	for (const struct rule_case *c = tables[_i]; c->code != NULL; c++) {
		struct observation o = { 0 };

		c->build(&o, false);
		check_report(c->code, &o);
		observation_clear(&o);
	}
}
END_TEST

static const char *const hostile[] = {
	"\033[31m\033]0;title\007\r\nOK  all is well\n\t\b\177",
	"\xC2\x9B" "31m \xE2\x80\xAE\xE2\x80\x8B\xEF\xBB\xBF \xFF\xC0\x80\xED\xA0\x80\xF4\x90\x80\x80",
	"%s%n%d%99999d \\x1B \\",
	"</td></script><script>alert(1)</script><img src=x onerror=\"alert(1)\"> &lt;b&gt; ' ]]> <!--",
	"wordwithoutanyspaceswordwithoutanyspaceswordwithoutanyspaceswordwithoutanyspaceswordwithout"
	"anyspaceswordwithoutanyspaceswordwithoutanyspaces\xC3\xA4\xC3\xB6\xC3\xBCwordwithoutanyspaces",
	"",
	"   ",
};

static void spoil(char **field, const char *with)
{
	if (*field != NULL)
		build_set(field, with);
}

static void spoil_list(struct strlist *l, const char *with)
{
	for (size_t i = 0; i < l->count; i++)
		spoil(&l->item[i], with);
}

static void spoil_ehlo(struct obs_ehlo *e, const char *with)
{
	spoil_list(&e->reply.lines, with);
	for (size_t i = 0; i < e->cap_count; i++)
		spoil_list(&e->caps[i].params, with);
}

static void spoil_tls(struct obs_tls *t, const char *with)
{
	char **const fields[] = {
		&t->version, &t->cipher, &t->group, &t->signature, &t->sni, &t->alert,
		&t->warning_alert, &t->error, &t->first_bytes, &t->verified_name,
	};

	for (int i = 0; i < COUNT(fields); i++)
		spoil(fields[i], with);
	for (size_t i = 0; i < t->chain_count; i++) {
		spoil(&t->chain[i].subject, with);
		spoil(&t->chain[i].issuer, with);
		spoil(&t->chain[i].key, with);
		spoil(&t->chain[i].signature, with);
		spoil_list(&t->chain[i].sans, with);
	}
}

static void spoil_endpoint(struct obs_endpoint *e, const char *with)
{
	spoil(&e->host, with);
	spoil(&e->address, with);
	spoil(&e->connect.error, with);
	spoil(&e->first_bytes, with);
	spoil_list(&e->greeting.lines, with);
	spoil_ehlo(&e->ehlo, with);
	spoil(&e->enforcement.command, with);
	spoil_list(&e->enforcement.reply.lines, with);
	spoil_list(&e->starttls.reply.lines, with);
	spoil(&e->starttls.early_text, with);
	spoil_tls(&e->tls, with);
	spoil_ehlo(&e->ehlo_tls, with);
	add_line(e, 1, true, true, with);
}

/* Every text of the record, as if it had been read from a file that an enemy wrote. */
static void spoil_all(struct observation *o, const char *with)
{
	spoil(&o->target.input, with);
	spoil(&o->target.name, with);
	build_set(&o->target.unicode, with);
	for (size_t i = 0; i < o->dns.query_count; i++) {
		spoil(&o->dns.queries[i].name, with);
		spoil(&o->dns.queries[i].type, with);
		spoil_list(&o->dns.queries[i].answers, with);
	}
	for (size_t i = 0; i < o->dns.host_count; i++) {
		spoil(&o->dns.hosts[i].name, with);
		spoil_list(&o->dns.hosts[i].cname, with);
		spoil_list(&o->dns.hosts[i].addresses, with);
	}
	for (size_t i = 0; i < o->endpoint_count; i++)
		spoil_endpoint(&o->endpoints[i], with);
}

/* What a record says is never markup: no tag that is not ours, no byte that drives anything. */
static void check_html(const char *name, const struct observation *o)
{
	const struct report_style s = { .width = 80 };
	char *html = document(o, &report_html, &s);

	ck_assert_msg(strstr(html, "<script") == NULL && strstr(html, "onerror=\"") == NULL,
		      "%s: markup of a record", name);
	for (const char *c = html; *c != '\0'; c++)
		ck_assert_msg((unsigned char)*c >= 0x20 || *c == '\n', "%s: a control", name);
	free(html);
}

START_TEST(hostile_text_stays_text)
{
	for (int t = 0; t < COUNT(tables); t++)
		for (const struct rule_case *c = tables[t]; c->code != NULL; c++) {
			struct observation o = { 0 };

			c->build(&o, false);
			spoil_all(&o, hostile[_i]);
			check_report(c->code, &o);
			check_html(c->code, &o);
			observation_clear(&o);
		}
}
END_TEST

START_TEST(empty_record_is_unchecked)
{
	const struct report_style s = { .width = 80 };
	struct observation o = { 0 };
	char *text = report(&o, &s, 0);

	ck_assert_msg(strncmp(text, "UNCHECKED  ?: nothing could be tested\n", 38) == 0, "%.3000s", text);
	free(text);
}
END_TEST

/* ---- layout ------------------------------------------------------------------------------------------------ */

static const struct escape_case {
	const char *name, *text, *ascii, *utf8;
} escapes[] = {
	{ "plain text", "220 mail ESMTP", "220 mail ESMTP", "220 mail ESMTP" },
	{ "escape and bell", "\033[0m\a", "\\x1B[0m\\x07", "\\x1B[0m\\x07" },
	{ "line end and tab", "a\r\n\tb", "a\\x0D\\x0A\\x09b", "a\\x0D\\x0A\\x09b" },
	{ "a letter of UTF-8", "\xC3\xBC", "\\xC3\\xBC", "\xC3\xBC" },
	{ "a C1 control in UTF-8", "\xC2\x9B", "\\xC2\\x9B", "\\xC2\\x9B" },
	{ "right-to-left override", "\xE2\x80\xAE", "\\xE2\\x80\\xAE", "\\xE2\\x80\\xAE" },
	{ "overlong NUL", "\xC0\x80", "\\xC0\\x80", "\\xC0\\x80" },
	{ "surrogate", "\xED\xA0\x80", "\\xED\\xA0\\x80", "\\xED\\xA0\\x80" },
	{ "over U+10FFFF", "\xF4\x90\x80\x80", "\\xF4\\x90\\x80\\x80", "\\xF4\\x90\\x80\\x80" },
	{ "cut in a character", "\xE6\x97", "\\xE6\\x97", "\\xE6\\x97" },
	{ "printable form stays as it is", "\\xFF", "\\xFF", "\\xFF" },
	{ "a command of GitHub's runner", "::error title=x::y", "\\x3A:error title=x::y", "\\x3A:error title=x::y" },
	{ "one that wrapping would put first", "a ::add-mask::b", "a \\x3A:add-mask::b", "a \\x3A:add-mask::b" },
	{ "an old one", "##[error]x", "\\x23#[error]x", "\\x23#[error]x" },
	{ "addresses are none", "from ::1 and 2001:db8::a to ::ffff:192.0.2.1",
	  "from ::1 and 2001:db8::a to ::ffff:192.0.2.1", "from ::1 and 2001:db8::a to ::ffff:192.0.2.1" },
	{ "NULL", NULL, "", "" },
};

START_TEST(text_is_escaped)
{
	const struct escape_case *c = &escapes[_i];
	struct buf b;

	buf_init(&b, 4096);
	layout_escape(&b, c->text, false);
	ck_assert_msg(strcmp(buf_str(&b), c->ascii) == 0, "%s: %s", c->name, buf_str(&b));
	buf_reset(&b);
	layout_escape(&b, c->text, true);
	ck_assert_msg(strcmp(buf_str(&b), c->utf8) == 0, "%s: %s", c->name, buf_str(&b));
	buf_clear(&b);
}
END_TEST

static const struct width_case {
	const char *name, *text;
	size_t width;
} width_cases[] = {
	{ "ASCII", "abc", 3 },
	{ "two bytes, one column", "\xC3\xBC", 1 },
	{ "wide", "\xE6\x97\xA5\xE6\x9C\xAC", 4 },
	{ "a combining accent", "e\xCC\x81", 1 },
	{ "empty", "", 0 },
};

START_TEST(width_is)
{
	const struct width_case *c = &width_cases[_i];

	ck_assert_msg(layout_width(c->text) == c->width, "%s: %zu", c->name, layout_width(c->text));
}
END_TEST

static const struct wrap_case {
	const char *name, *text;
	size_t at, indent, width;
	const char *lines;
} wraps[] = {
	{ "fits", "one two", 0, 2, 10, "one two" },
	{ "fits to the column", "one two", 0, 2, 7, "one two" },
	{ "breaks at a space", "one two", 0, 2, 6, "one\n  two" },
	{ "begins in the middle", "one two", 5, 2, 9, "one\n  two" },
	{ "no room at the start", "one", 9, 2, 10, "\n  one" },
	{ "a long word is broken", "abcdefghij", 0, 2, 6, "abcdef\n  ghij" },
	{ "a long word after a short one", "ab cdefghij", 0, 2, 6, "ab cde\n  fghi\n  j" },
	{ "wide characters do not stand on the edge", "\xE6\x97\xA5\xE6\x9C\xAC", 0, 0, 3,
	  "\xE6\x97\xA5\n\xE6\x9C\xAC" },
	{ "a number stays with its unit", "in 5.0 s, or 12 ms", 0, 0, 7,
	  "in\n5.0 s,\nor\n12 ms" },
	{ "a number and a word part", "in 5.0 sacks", 0, 0, 7, "in 5.0\nsacks" },
	{ "spaces at both ends go", "  a  ", 0, 0, 10, "a" },
};

START_TEST(text_is_wrapped)
{
	const struct wrap_case *c = &wraps[_i];
	struct buf b;

	buf_init(&b, 4096);
	layout_wrap(&b, c->text, c->at, c->indent, c->width);
	ck_assert_msg(strcmp(buf_str(&b), c->lines) == 0, "%s: got \"%s\"", c->name, buf_str(&b));
	buf_clear(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("report");
	TCase *text = tcase_create("text"), *layout = tcase_create("layout");

	tcase_set_timeout(text, 60);
	tcase_add_loop_test(text, report_is_the_golden_one, 0, COUNT(goldens));
	tcase_add_loop_test(text, html_is_the_golden_one, 0, COUNT(html_goldens));
	tcase_add_loop_test(text, report_says, 0, COUNT(line_cases));
	tcase_add_loop_test(text, targets_are_counted, 0, COUNT(tallies));
	tcase_add_loop_test(text, any_record_fits_the_page, 0, COUNT(tables));
	tcase_add_loop_test(text, hostile_text_stays_text, 0, COUNT(hostile));
	tcase_add_test(text, targets_are_apart_by_a_blank_line);
	tcase_add_test(text, empty_record_is_unchecked);
	tcase_add_loop_test(layout, text_is_escaped, 0, COUNT(escapes));
	tcase_add_loop_test(layout, width_is, 0, COUNT(width_cases));
	tcase_add_loop_test(layout, text_is_wrapped, 0, COUNT(wraps));
	suite_add_tcase(s, text);
	suite_add_tcase(s, layout);
	return run_suite(s);
}
