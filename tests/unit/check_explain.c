/* SPDX-License-Identifier: MIT
 *
 * Texts as they are pasted and logs as they are written: what is put together before it is
 * matched, what is counted, and what must not be explained. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "explain/bare_code.h"
#include "explain/explain.h"
#include "explain/lines.h"
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
	{ "a phrase over two lines of a reply", "553-5.7.1 <a@example.org>: Sender address rejected: not\n"
	  "553 5.7.1 owned by user b@example.org", "POLICY_SENDER_NOT_ALLOWED", 1, 1 },
	{ "a process with a number that an error has", "Nov 23 10:15:02 mx postfix/qmgr[10060]: 4Xy: from="
	  "<a@example.com>, size=10061, nrcpt=1 (queue active)\nNov 23 10:15:02 mx postfix/smtpd[10054]: "
	  "connect from client[192.0.2.9]\n", NULL, 0, 0 },
	{ "the same number as an error", "System.Net.Sockets.SocketException (10060): nothing came back",
	  "NET_PORT_SILENT", 1, 1 },
	{ "a healthy end of a dialogue on this machine", "Nov 23 10:15:02 mx postfix/smtpd[77]: disconnect from "
	  "localhost[127.0.0.1] ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7\n", NULL, 0, 0 },
	{ "another service's port", "npm ERR! request to https://registry.example.org failed, reason: connect "
	  "ETIMEDOUT 192.0.2.35:443", NULL, 0, 0 },
	{ "a database", "psql: error: connection to server at \"localhost\" (127.0.0.1), port 5432 failed: "
	  "Connection refused", NULL, 0, 0 },
	{ "a web server's back end", "[error] 31#31: *1 upstream timed out (110: Connection timed out) while "
	  "reading response header from upstream, client: 192.0.2.1", NULL, 0, 0 },
	{ "ordinary prose", "Dear all,\nplease find the minutes of today's meeting attached.\n", NULL, 0, 0 },
	{ "a healthy mail log", "Nov 23 10:15:02 mx postfix/smtpd[77]: connect from client[192.0.2.9]\n"
	  "Nov 23 10:15:03 mx postfix/smtp[78]: 4Xy: to=<u@example.com>, relay=mx.example.com[192.0.2.1]:25, "
	  "delay=0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9F2)\n"
	  "Nov 23 10:15:03 mx postfix/smtpd[77]: disconnect from client[192.0.2.9] ehlo=1 quit=1\n", NULL, 0, 0 },
	{ "a web server's log", "192.0.2.7 - - [23/Nov/2026:10:15:02 +0000] \"GET /550.html HTTP/1.1\" 404 535\n",
	  NULL, 0, 0 },
	{ "numbers of other things", "order 535 shipped, 550 g, at 12:44:530\n", NULL, 0, 0 },
	{ "a process id and a port are no reply codes", "Nov 23 10:15:02 mx dovecot: imap-login: Login: "
	  "user=<u@example.com>, method=PLAIN, rip=192.0.2.5, mpid=535, session=<a/550>", NULL, 0, 0 },
	{ "a process id in brackets is no reply code", "Nov 23 10:15:02 mx app[535]: password of user changed",
	  NULL, 0, 0 },
	{ "milliseconds are no reply code", "2026-11-23 10:15:02,535 INFO user logged in with password",
	  NULL, 0, 0 },
	{ "a line number is no reply code", "PHP Notice: undefined variable password in login.php on line "
	  "535", NULL, 0, 0 },
	{ "a JSON number under another name", "{\"pid\":550,\"responseTime\":535,\"url\":\"/auth/login\"}",
	  NULL, 0, 0 },
	{ "bytes of a web server's log", "\"GET /password/reset HTTP/1.1\" 200 535 \"-\"", NULL, 0, 0 },
	{ "log-ins by ssh are none of mail", "Nov 23 10:15:02 mx sshd[535]: pam_unix(sshd:auth): "
	  "authentication failure; user unknown", NULL, 0, 0 },
	{ "a JSON number named responseCode", "{\"command\":\"AUTH PLAIN\",\"responseCode\":535,"
	  "\"response\":\"credentials invalid\"}", "AUTH_REJECTED", 1, 1 },
	{ "a code of a Python exception", "smtplib.SMTPAuthenticationError: (535, b'5.7.8 Error: "
	  "authentication failed')", "AUTH_REJECTED", 1, 1 },
	{ "quoted and broken by a mail program", "> 535 5.7.139 Authentication unsuccessful, "
	  "SmtpClientAuthentication is\n> disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled",
	  "AUTH_MICROSOFT_SMTP_OFF", 1, 1 },
	{ "broken within a word", "535 5.7.139 Authentication unsuccessful, SmtpClientAuth\n"
	  "entication is disabled for the Tenant.", "AUTH_MICROSOFT_SMTP_OFF", 1, 1 },
	{ "broken into three lines", "mail: 554 5.7.1 Service unavailable; Client host\n[192.0.2.4] blocked "
	  "using\nzen.spamhaus.org", "SMTP_GREETING_BLOCKLISTED", 1, 1 },
	{ "a Python traceback ends in its error", "Traceback (most recent call last):\n  File \"send.py\", "
	  "line 5, in <module>\n    s = smtplib.SMTP_SSL(\"smtp.example.com\", 587)\nssl.SSLError: [SSL: "
	  "WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)", "CLIENT_TLS_ON_STARTTLS_PORT", 1, 1 },
	{ "a Java trace under docker compose", "app-1  | javax.mail.MessagingException: Could not connect to "
	  "SMTP host: smtp.example.com, port: 587;\napp-1  |   nested exception is:\napp-1  | \tjavax.net.ssl."
	  "SSLException: Unrecognized SSL message, plaintext connection?\napp-1  | \tat com.sun.mail.smtp."
	  "SMTPTransport.openServer(SMTPTransport.java:1972)", "CLIENT_TLS_ON_STARTTLS_PORT", 1, 1 },
	{ "an error object of nodemailer", "{\n  code: 'EAUTH',\n  response: '535 5.7.139 Authentication "
	  "unsuccessful, basic authentication is disabled.',\n  responseCode: 535,\n  command: 'AUTH LOGIN'\n}",
	  "AUTH_MICROSOFT_SMTP_OFF", 1, 1 },
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
	ck_assert_str_eq(explain_code("tls-cert expired")->code, "TLS_CERT_EXPIRED");
	ck_assert_str_eq(explain_near("TLS_CERT_EXPIRD")->code, "TLS_CERT_EXPIRED");
	ck_assert_ptr_null(explain_near("SOMETHING_ELSE_ALTOGETHER"));
	ck_assert(explain_is_code("TLS_CERT_EXPIRED"));
	ck_assert(!explain_is_code("connection timed out"));
}
END_TEST

static const struct {
	const char *name, *text;
	bool is_one;
	const char *reply, *status;
	const char *first;       /* rule; NULL: whatever */
	bool leads;
} bare_rows[] = {
	{ "a reply code", "535", true, "535", "", "AUTH_REJECTED", true },
	{ "with a status", "530 5.7.0", true, "530", "5.7.0", "SMTP_TLS_REQUIRED", true },
	{ "joined by a hyphen, in brackets", "(535-5.7.8)", true, "535", "5.7.8", "AUTH_REJECTED", true },
	{ "a status alone", "#5.7.8", true, "", "5.7.8", NULL, true },
	{ "a code of many causes leads to none of them", "550", true, "550", "", NULL, false },
	{ "a status that no rule knows", "5.6.999", true, "", "5.6.999", NULL, false },
	{ "success", "250", false, "", "", NULL, false },
	{ "no reply code of any RFC", "599", false, "", "", NULL, false },
	{ "two codes", "535 550", false, "", "", NULL, false },
	{ "an address", "5.7.8.9", false, "", "", NULL, false },
	{ "four digits", "5350", false, "", "", NULL, false },
	{ "a word behind it", "535 no", false, "", "", NULL, false },
	{ "a status that does not end", "5.7.", false, "", "", NULL, false },
	{ "a status without bounds", "5.1234.1", false, "", "", NULL, false },
	{ "nothing", "", false, "", "", NULL, false },
};

START_TEST(bare_code_is_known)
{
	const char *name = bare_rows[_i].name;
	const struct diag_rule *r;
	struct bare_code b;
	bool leads = false;

	ck_assert_msg(bare_code_parse(&b, bare_rows[_i].text) == bare_rows[_i].is_one, "%s", name);
	if (!bare_rows[_i].is_one)
		return;
	ck_assert_msg(strcmp(b.reply, bare_rows[_i].reply) == 0, "%s: %s", name, b.reply);
	ck_assert_msg(strcmp(b.status, bare_rows[_i].status) == 0, "%s: %s", name, b.status);
	r = bare_code_rule(&b, 0, &leads);
	ck_assert_msg(leads == bare_rows[_i].leads, "%s", name);
	if (bare_rows[_i].first != NULL)
		ck_assert_msg(r != NULL && strcmp(r->code, bare_rows[_i].first) == 0, "%s: %s", name,
			      r != NULL ? r->code : "none");
}
END_TEST

START_TEST(usual_rules_exist)
{
	static const char *const replies[] = { "452", "454", "530", "534", "535", "538", "551", "552" };

	for (size_t i = 0; i < COUNT(replies); i++) {
		struct bare_code b;
		bool leads = false;

		ck_assert_msg(bare_code_parse(&b, replies[i]), "%s", replies[i]);
		ck_assert_msg(bare_code_rule(&b, 0, &leads) != NULL && leads, "%s", replies[i]);
	}
}
END_TEST

static const struct {
	const char *name, *before, *line;
	bool wraps;
	enum line_joint joint;
} joints[] = {
	{ "the next line of a reply", "534-5.7.9 Application", "534 5.7.9 password", false, LINE_OF_REPLY },
	{ "the same behind a prefix", "mx said: 534-5.7.9 Application", "mx said: 534 5.7.9 password", false,
	  LINE_OF_REPLY },
	{ "another code begins another reply", "534-5.7.9 Application", "535 5.7.8 password", false, LINE_APART },
	{ "a reply that is complete", "534 5.7.9 Application", "534 5.7.9 password", false, LINE_APART },
	{ "a frame", "Exception: x", "   at System.Net.Mail.Send()", false, LINE_JOINED },
	{ "an inner exception", "Exception: x", "---> System.IO.IOException: y", false, LINE_JOINED },
	{ "a cause", "Exception: x", "Caused by: java.net.ConnectException: y", false, LINE_JOINED },
	{ "a frame behind date and container", "2026-11-23 10:15:02 web-1  | Exception: x",
	  "2026-11-23 10:15:02 web-1  |    at Send()", false, LINE_JOINED },
	{ "an empty line", "Exception: x", "   ", true, LINE_APART },
	{ "the middle of a sentence", "the mailer says: certificate has", "expired, and stops", true,
	  LINE_WRAPPED },
	{ "not in a log", "the mailer says: certificate has", "expired, and stops", false, LINE_APART },
	{ "an entry with a date", "the mailer says: certificate has", "2026-11-23 10:15:02 expired", true,
	  LINE_APART },
	{ "an entry that begins alike", "mailer: certificate has", "mailer: expired offers", true, LINE_APART },
	{ "a reply is no rest", "the mailer says: certificate has", "535 expired", true, LINE_APART },
};

START_TEST(line_is_joined)
{
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	buf_adds(&b, joints[_i].before);
	ck_assert_msg(line_joint(&b, joints[_i].line, strlen(joints[_i].line), joints[_i].wraps) ==
		      joints[_i].joint, "%s", joints[_i].name);
	buf_clear(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("explain");
	TCase *tc = tcase_create("explain");

	tcase_add_loop_test(tc, text_is_explained, 0, COUNT(rows));
	tcase_add_loop_test(tc, bare_code_is_known, 0, COUNT(bare_rows));
	tcase_add_test(tc, usual_rules_exist);
	tcase_add_loop_test(tc, line_is_joined, 0, COUNT(joints));
	tcase_add_test(tc, neighbours_in_a_long_log_are_not_joined);
	tcase_add_test(tc, an_endless_line_is_read_in_parts);
	tcase_add_test(tc, stream_and_text_agree);
	tcase_add_test(tc, code_is_found_in_any_case_and_nearly);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
