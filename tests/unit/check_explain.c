/* SPDX-License-Identifier: MIT
 *
 * Texts as they are pasted and logs as they are written: what is put together before it is
 * matched, what is counted, and what must not be explained. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "explain/explain.h"
#include "runner.h"

struct row {
	const char *name;
	const char *text;
	const char *code;        /* of the first; NULL: nothing is known of it */
	size_t line, count;      /* 0: whatever */
};

static const struct row rows[] = {
	{ "a bare reply", "530 5.7.0 Must issue a STARTTLS command first", "SMTP_TLS_REQUIRED", 1, 1 },
	{ "a syslog prefix", "Nov 23 10:15:02 mx postfix/smtp[1234]: 4XyZ: to=<a@example.com>, "
	  "relay=mx[192.0.2.1]:25, status=bounced (host mx said: 530 5.7.0 Must issue a STARTTLS "
	  "command first (in reply to MAIL FROM command))", "SMTP_TLS_REQUIRED", 1, 1 },
	{ "a container's log", "app_1  | 2026-11-23T10:15:02.123Z ERROR mailer: 530 Must issue a "
	  "STARTTLS command first", "SMTP_TLS_REQUIRED", 1, 1 },
	{ "a JSON log line", "{\"level\":50,\"msg\":\"send failed\",\"err\":{\"response\":\"530 5.7.0 "
	  "Must issue a \\u0022STARTTLS\\u0022 command first\\r\\n\"}}", "SMTP_TLS_REQUIRED", 1, 1 },
	{ "colours of a terminal", "\033[31merror\033[0m 530 5.7.0 Must issue a "
	  "\033[1mSTARTTLS\033[0m command first", "SMTP_TLS_REQUIRED", 1, 1 },
	{ "wrapped in the middle", "the mailer says: certificate has\nexpired, and stops",
	  "TLS_CERT_EXPIRED", 1, 1 },
	{ "a stack trace, the cause in a later frame",
	  "System.Net.Mail.SmtpException: Failure sending mail.\n"
	  " ---> System.Net.Sockets.SocketException (10061): No connection could be made because the "
	  "target machine actively refused it.\n   at System.Net.Sockets.Socket.Connect()",
	  "NET_PORT_REFUSED", 1, 1 },
	{ "a reply of several lines is one", "530-5.7.0 Must issue a\n530 5.7.0 STARTTLS command first",
	  "SMTP_TLS_REQUIRED", 1, 1 },
	{ "the same error many times is counted", "a\ngetaddrinfo ENOTFOUND mx\nb\ngetaddrinfo ENOTFOUND mx\n",
	  "DNS_NAME_NOT_FOUND", 2, 2 },
	{ "line ends of Windows", "one\r\ngetaddrinfo ENOTFOUND smtp.example.com\r\n", "DNS_NAME_NOT_FOUND",
	  2, 1 },
	{ "ordinary prose", "Dear all,\nplease find the minutes of today's meeting attached.\n", NULL, 0, 0 },
	{ "a healthy mail log", "Nov 23 10:15:02 mx postfix/smtpd[77]: connect from client[192.0.2.9]\n"
	  "Nov 23 10:15:03 mx postfix/smtp[78]: 4Xy: to=<u@example.com>, relay=mx.example.com[192.0.2.1]:25, "
	  "delay=0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9F2)\n"
	  "Nov 23 10:15:03 mx postfix/smtpd[77]: disconnect from client[192.0.2.9] ehlo=1 quit=1\n", NULL, 0, 0 },
	{ "a web server's log", "192.0.2.7 - - [23/Nov/2026:10:15:02 +0000] \"GET /550.html HTTP/1.1\" 404 535\n",
	  NULL, 0, 0 },
	{ "numbers of other things", "order 535 shipped, 550 g, at 12:44:530\n", NULL, 0, 0 },
	{ "nothing", "", NULL, 0, 0 },
	{ "NUL and rubbish", "\001\002\377\376", NULL, 0, 0 },
};

START_TEST(text_is_explained)
{
	const struct row *r = &rows[_i];
	struct explanation x;

	explain_text(&x, r->text);
	if (r->code == NULL) {
		ck_assert_msg(x.count == 0, "%s: %s", r->name, x.count > 0 ? x.list[0].rule->code : "");
	} else {
		ck_assert_msg(x.count > 0, "%s: not known", r->name);
		ck_assert_msg(strcmp(x.list[0].rule->code, r->code) == 0, "%s: %s, want %s", r->name,
			      x.list[0].rule->code, r->code);
		ck_assert_msg(x.list[0].leads, "%s", r->name);
		ck_assert_msg(r->line == 0 || x.list[0].line == r->line, "%s: line %zu", r->name,
			      x.list[0].line);
		ck_assert_msg(r->count == 0 || x.list[0].count == r->count, "%s: count %zu", r->name,
			      x.list[0].count);
		ck_assert_msg(strchr(x.list[0].text, '\033') == NULL, "%s: an escape is shown", r->name);
	}
	explanation_clear(&x);
}
END_TEST

START_TEST(neighbours_in_a_long_log_are_not_joined)
{
	struct explanation x;
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	for (int i = 0; i < 1000; i++)
		buf_addf(&b, "entry %d of no importance\n", i);
	buf_adds(&b, "the certificate has\nexpired offers are removed\n");
	explain_text(&x, buf_str(&b));
	ck_assert_uint_eq(x.count, 0);
	explanation_clear(&x);
	buf_clear(&b);
}
END_TEST

START_TEST(an_endless_line_is_read_in_parts)
{
	struct explanation x;
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	for (int i = 0; i < 100000; i++)
		buf_adds(&b, "padding ");
	buf_adds(&b, "getaddrinfo ENOTFOUND smtp.example.com");
	explain_text(&x, buf_str(&b));
	ck_assert_uint_gt(x.count, 0);
	ck_assert_str_eq(x.list[0].rule->code, "DNS_NAME_NOT_FOUND");
	explanation_clear(&x);
	buf_clear(&b);
}
END_TEST

START_TEST(stream_and_text_agree)
{
	static const char text[] = "one\ngetaddrinfo ENOTFOUND mx\n\n530-5.7.0 Must\n530 issue STARTTLS";
	struct explanation a, b;
	FILE *f = fmemopen((void *)(uintptr_t)text, sizeof(text) - 1, "r");

	ck_assert(explain_stream(&a, f));
	explain_text(&b, text);
	ck_assert_uint_eq(a.count, b.count);
	ck_assert_uint_eq(a.lines, b.lines);
	for (size_t i = 0; i < a.count; i++) {
		ck_assert_ptr_eq(a.list[i].rule, b.list[i].rule);
		ck_assert_str_eq(a.list[i].text, b.list[i].text);
	}
	fclose(f);
	explanation_clear(&a);
	explanation_clear(&b);
}
END_TEST

START_TEST(code_is_found_in_any_case_and_nearly)
{
	ck_assert_str_eq(explain_code("tls_cert_expired")->code, "TLS_CERT_EXPIRED");
	ck_assert_ptr_null(explain_code("TLS_CERT"));
	ck_assert_str_eq(explain_near("TLS_CERT_EXPIRD")->code, "TLS_CERT_EXPIRED");
	ck_assert_ptr_null(explain_near("SOMETHING_ELSE_ALTOGETHER"));
	ck_assert(explain_is_code("TLS_CERT_EXPIRED"));
	ck_assert(!explain_is_code("connection timed out"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("explain");
	TCase *tc = tcase_create("explain");

	tcase_add_loop_test(tc, text_is_explained, 0, COUNT(rows));
	tcase_add_test(tc, neighbours_in_a_long_log_are_not_joined);
	tcase_add_test(tc, an_endless_line_is_read_in_parts);
	tcase_add_test(tc, stream_and_text_agree);
	tcase_add_test(tc, code_is_found_in_any_case_and_nearly);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
