/* SPDX-License-Identifier: MIT
 *
 * The settings for mail libraries: that the table answers for every client and mode, that the
 * lines are whole, and that what a client would say with the wrong setting is found by --explain. */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "obs_build.h"
#include "runner.h"

#include "diagnose/clients.h"
#include "diagnose/rule.h"
#include "diagnose/text_match.h"
#include "report/report.h"

enum { WIDTH = 76, MODES = ADVICE_MODE_COUNT };

static const char *const mode_name[MODES] = {
	[ADVICE_STARTTLS] = "STARTTLS", [ADVICE_IMPLICIT_TLS] = "implicit TLS",
	[ADVICE_PLAINTEXT] = "plaintext",
};

static struct advice advice_for(unsigned mode, const char *auth)
{
	struct advice a = { .host = mem_strdup("smtp.example.net"), .mode = mode,
			    .port = mode == ADVICE_IMPLICIT_TLS ? 465 : 587,
			    .role = ROLE_SUBMISSION, .verified = true };
	char *words = mem_strdup(auth), *rest = words;

	for (char *word; (word = strsep(&rest, " ")) != NULL;)
		if (*word != '\0')
			strlist_add(&a.auth, word);
	free(words);
	return a;
}

static void free_advice(struct advice *a)
{
	free(a->host);
	free(a->caution);
	strlist_clear(&a->auth);
}

static bool said_in(const struct strlist *lines, const char *what)
{
	for (size_t i = 0; i < lines->count; i++)
		if (strstr(lines->item[i], what) != NULL)
			return true;
	return false;
}

static const struct client *find(const char *name)
{
	const struct client *c = client_find(name, strlen(name));

	ck_assert_msg(c != NULL, "%s is not known", name);
	return c;
}

static const char *errors_of(const struct client_advice *said, enum client_wrong w)
{
	for (size_t i = 0; i < said->error_count; i++)
		if (said->errors[i].wrong == w)
			return said->errors[i].error != NULL ? said->errors[i].error : "";
	return NULL;
}

/* ---- the table ---------------------------------------------------------------------------- */

static void check_prose(const char *id, const char *text)
{
	if (text == NULL)
		return;
	ck_assert_msg(*text != '\0' && !isspace((unsigned char)*text), "%s: \"%s\"", id, text);
	ck_assert_msg(strstr(text, "  ") == NULL, "%s: double blank in \"%s\"", id, text);
	ck_assert_msg(strstr(text, "SSL/TLS") == NULL, "%s: SSL/TLS in \"%s\"", id, text);
	ck_assert_msg(text[strlen(text) - 1] == '.', "%s: no full stop in \"%s\"", id, text);
	for (const char *c = text; *c != '\0'; c++)
		ck_assert_msg(isprint((unsigned char)*c), "%s: not plain: \"%s\"", id, text);
}

START_TEST(each_mode_of_each_client_is_answered)
{
	size_t i;

	for (i = 0; client_at(i) != NULL; i++) {
		const struct client *c = client_at(i);

		ck_assert_msg(c->documents[0] != NULL, "%s names no document", c->id);
		check_prose(c->id, c->note);
		check_prose(c->id, c->unchecked);
		for (unsigned m = 0; m < MODES; m++) {
			ck_assert_msg((c->modes[m].settings != NULL) != (c->modes[m].impossible != NULL),
				      "%s, %s: settings or impossible", c->id, mode_name[m]);
			check_prose(c->id, c->modes[m].note);
			check_prose(c->id, c->modes[m].impossible);
		}
		for (unsigned w = 0; w < CLIENT_WRONG_COUNT; w++)
			ck_assert_msg(c->wrong[w] == NULL || strstr(c->wrong[w], "SSL/TLS") == NULL,
				      "%s: SSL/TLS in an error text", c->id);
	}
	ck_assert_uint_eq(i, 20);
}
END_TEST

/* The menus of these two say so. */
static bool may_say_ssl_tls(const struct client *c)
{
	return strcmp(c->id, "outlook") == 0 || strcmp(c->id, "thunderbird") == 0;
}

static void check_line(const struct client *c, const char *line, bool password)
{
	size_t columns = 0;

	for (const char *s = line; *s != '\0'; s++)
		columns += *s == '\t' ? 4 : 1;
	ck_assert_msg(columns <= WIDTH, "%s: %zu columns: %s", c->id, columns, line);
	ck_assert_msg(line[0] != '?' && line[0] != '!', "%s: a mark is left: %s", c->id, line);
	for (const char *mark = "HAPM"; *mark != '\0'; mark++) {
		const char left[] = { '%', *mark, '\0' };

		ck_assert_msg(strstr(line, left) == NULL, "%s: not filled in: %s", c->id, line);
	}
	ck_assert_msg(password || (strstr(line, "PASSWORD") == NULL && strstr(line, "USER") == NULL),
		      "%s: a log-in that is not offered: %s", c->id, line);
	ck_assert_msg(may_say_ssl_tls(c) || strstr(line, "SSL/TLS") == NULL, "%s: SSL/TLS", c->id);
}

START_TEST(lines_to_copy_are_whole)
{
	static const char *const auth[] = { "", "PLAIN LOGIN", "XOAUTH2" };
	struct observation o = { .target.name = NULL };

	for (size_t i = 0; client_at(i) != NULL; i++) {
		for (unsigned k = 0; k < 3 * MODES; k++) {
			struct advice a = advice_for(k % MODES, auth[k / MODES]);
			bool password = k / MODES == 1 && a.mode != ADVICE_PLAINTEXT;
			const struct client *c = client_at(i);
			struct client_advice said;

			client_advise(&said, c, &a, &o);
			for (size_t n = 0; n < said.settings.count; n++)
				check_line(c, said.settings.item[n], password);
			if (said.impossible == NULL) {
				ck_assert_msg(said_in(&said.settings, a.host), "%s: no host", c->id);
				ck_assert_msg(said_in(&said.settings, a.port == 465 ? "465" : "587"),
					      "%s: no port", c->id);
				ck_assert_msg(!password || strcmp(c->id, "outlook") == 0 ||
					      strcmp(c->id, "thunderbird") == 0 ||
					      said_in(&said.settings, "PASSWORD"),
					      "%s: no password", c->id);
			}
			client_advice_clear(&said);
			free_advice(&a);
		}
	}
}
END_TEST

/* ---- by name ------------------------------------------------------------------------------ */

static const struct {
	const char *name, *id;
} names[] = {
	{ "dotnet", "dotnet" }, { "System.Net.Mail", "dotnet" }, { ".NET", "dotnet" },
	{ "mailkit", "mailkit" }, { "MailKit", "mailkit" }, { "nodemailer", "nodemailer" },
	{ "Node.js", "nodemailer" }, { "PHPMailer", "phpmailer" }, { "laravel", "laravel" },
	{ "symfony", "symfony" }, { "Django", "django" }, { "python", "python" },
	{ "smtplib", "python" }, { "rails", "rails" }, { "Action Mailer", "rails" },
	{ "jakarta", "jakarta" }, { "JavaMail", "jakarta" }, { "java-mail", "jakarta" },
	{ "spring", "spring" }, { "Spring Boot", "spring" }, { "go", "go" }, { "net/smtp", "go" },
	{ "go-mail", "go-mail" }, { "GoMail", "go-mail" }, { "lettre", "lettre" },
	{ "curl", "curl" }, { "msmtp", "msmtp" }, { "postfix", "postfix" }, { "exim4", "exim" },
	{ "EXIM", "exim" }, { "outlook", "outlook" }, { "thunderbird", "thunderbird" },
	{ "sendmail", NULL }, { "", NULL }, { "all", NULL }, { "go2", NULL }, { "...", NULL },
};

START_TEST(a_client_is_found_by_the_spellings_people_use)
{
	const struct client *c = client_find(names[_i].name, strlen(names[_i].name));

	ck_assert_pstr_eq(c != NULL ? c->id : NULL, names[_i].id);
}
END_TEST

START_TEST(a_misspelled_client_is_guessed_and_a_strange_one_is_not)
{
	ck_assert_str_eq(client_near("nodemialer", 10)->id, "nodemailer");
	ck_assert_str_eq(client_near("Pyhton", 6)->id, "python");
	ck_assert_str_eq(client_near("thunder", 7)->id, "thunderbird");
	ck_assert_ptr_null(client_near("foo", 3));
	ck_assert_ptr_null(client_near("qqqqqqqq", 8));
}
END_TEST

/* ---- what is said to whom ----------------------------------------------------------------- */

START_TEST(system_net_mail_cannot_do_implicit_tls_and_mailkit_is_named)
{
	struct observation o = { .target.name = NULL };
	struct advice a = advice_for(ADVICE_IMPLICIT_TLS, "PLAIN");
	struct client_advice said;

	client_advise(&said, find("dotnet"), &a, &o);
	ck_assert_ptr_nonnull(said.impossible);
	ck_assert_ptr_nonnull(strstr(said.impossible, "MailKit"));
	ck_assert_uint_eq(said.settings.count, 0);
	ck_assert_ptr_nonnull(strstr(errors_of(&said, CLIENT_WRONG_IN_THE_CLEAR), "timed out"));
	client_advice_clear(&said);
	free_advice(&a);
}
END_TEST

START_TEST(tokens_only_means_that_a_password_will_not_work)
{
	struct observation o = { .target.name = NULL };
	struct advice a = advice_for(ADVICE_STARTTLS, "XOAUTH2 OAUTHBEARER");
	struct advice other = advice_for(ADVICE_STARTTLS, "CRAM-MD5 XOAUTH2");
	struct client_advice said;

	client_advise(&said, find("python"), &a, &o);
	ck_assert(said_in(&said.notes, "password will not work"));
	client_advice_clear(&said);
	client_advise(&said, find("python"), &other, &o);
	ck_assert(!said_in(&said.notes, "password will not work"));
	ck_assert(said_in(&said.notes, "neither PLAIN nor LOGIN"));
	client_advice_clear(&said);
	free_advice(&a);
	free_advice(&other);
}
END_TEST

START_TEST(no_password_is_put_where_nothing_is_encrypted)
{
	struct observation o = { .target.name = NULL };
	struct advice a = advice_for(ADVICE_PLAINTEXT, "PLAIN LOGIN");
	struct client_advice said;

	client_advise(&said, find("symfony"), &a, &o);
	ck_assert(said_in(&said.notes, "Nothing is encrypted"));
	ck_assert(!said_in(&said.settings, "PASSWORD"));
	client_advice_clear(&said);
	free_advice(&a);
}
END_TEST

START_TEST(a_certificate_that_does_not_verify_is_said_with_the_words_of_the_client)
{
	struct observation o = { .target.name = NULL };
	struct advice a = advice_for(ADVICE_STARTTLS, "PLAIN");
	struct client_advice said;

	client_advise(&said, find("nodemailer"), &a, &o);
	ck_assert_ptr_null(errors_of(&said, CLIENT_WRONG_CERTIFICATE));
	client_advice_clear(&said);
	a.verified = false;
	a.caution = mem_strdup("the certificate is self-signed");
	client_advise(&said, find("nodemailer"), &a, &o);
	ck_assert(said_in(&said.notes, "refuses it"));
	ck_assert_ptr_nonnull(strstr(errors_of(&said, CLIENT_WRONG_CERTIFICATE), "self-signed"));
	client_advice_clear(&said);
	client_advise(&said, find("postfix"), &a, &o);
	ck_assert(!said_in(&said.notes, "refuses it"));
	ck_assert(said_in(&said.notes, "does not check it"));
	client_advice_clear(&said);
	free_advice(&a);
}
END_TEST

/* RFC 3207 4: 530 is for servers that demand TLS; others let the client go on in the clear. */
START_TEST(no_tls_is_wrong_only_where_tls_was_seen_to_be_demanded)
{
	struct observation o = { .target.name = NULL };
	struct advice a = advice_for(ADVICE_STARTTLS, "PLAIN");
	struct client_advice said;
	struct obs_endpoint *e;

	build_target(&o, TARGET_HOST, "smtp.example.net");
	e = build_endpoint(&o, "smtp.example.net", "192.0.2.1", 587);
	build_starttls(e);
	client_advise(&said, find("msmtp"), &a, &o);
	ck_assert_ptr_null(errors_of(&said, CLIENT_WRONG_NO_TLS));
	client_advice_clear(&said);
	e->enforcement.command = mem_strdup("RSET");
	build_reply(&e->enforcement.reply, OUT_REJECTED, "530 5.7.0 Must issue a STARTTLS command first",
		    9000);
	client_advise(&said, find("msmtp"), &a, &o);
	ck_assert_ptr_nonnull(errors_of(&said, CLIENT_WRONG_NO_TLS));
	client_advice_clear(&said);
	observation_clear(&o);
	free_advice(&a);
}
END_TEST

START_TEST(an_ipv6_address_has_brackets_where_a_port_follows)
{
	struct observation o = { .target.name = NULL };
	struct advice a = advice_for(ADVICE_STARTTLS, "");
	struct client_advice said;

	build_set(&a.host, "2001:db8::25");
	client_advise(&said, find("symfony"), &a, &o);
	ck_assert(said_in(&said.settings, "smtp://[2001:db8::25]:587"));
	client_advice_clear(&said);
	client_advise(&said, find("python"), &a, &o);
	ck_assert(said_in(&said.settings, "smtplib.SMTP(\"2001:db8::25\", 587"));
	client_advice_clear(&said);
	free_advice(&a);
}
END_TEST

/* A record may have been written by anybody; its lines are pasted into shells. */
START_TEST(a_host_that_is_no_host_name_is_not_put_into_code)
{
	static const char *const hosts[] = { "x'; rm -rf ~; '", "$(id)", "a b", "\"", "-oProxy", "" };
	struct observation o = { .target.name = NULL };

	for (int i = 0; i < COUNT(hosts); i++) {
		struct advice a = advice_for(ADVICE_STARTTLS, "PLAIN");
		struct client_advice said;

		build_set(&a.host, hosts[i]);
		client_advise(&said, find("curl"), &a, &o);
		ck_assert_msg(said_in(&said.settings, "'smtp://SERVER:587'"), "%s", hosts[i]);
		client_advice_clear(&said);
		free_advice(&a);
	}
}
END_TEST

START_TEST(the_method_that_is_offered_is_the_one_that_is_named)
{
	struct observation o = { .target.name = NULL };
	struct advice a = advice_for(ADVICE_STARTTLS, "LOGIN");
	struct client_advice said;

	client_advise(&said, find("rails"), &a, &o);
	ck_assert(said_in(&said.settings, "authentication: :login"));
	client_advice_clear(&said);
	free_advice(&a);
}
END_TEST

START_TEST(ports_for_relaying_are_not_for_clients)
{
	ck_assert(!client_wants(&(struct advice){ .role = ROLE_RELAY }));
	ck_assert(client_wants(&(struct advice){ .role = ROLE_SUBMISSION }));
	ck_assert(client_wants(&(struct advice){ .role = ROLE_OTHER }));
}
END_TEST

/* ---- in the reports ----------------------------------------------------------------------- */

static char *report_of(const struct report_format *f, const char *client, unsigned width)
{
	const struct report_style style = { .width = width, .client = client };
	struct observation o = { .target.name = NULL };
	struct diagnosis d;
	struct buf b;

	build_healthy_host(&o);
	diagnose(&d, &o);
	buf_init(&b, BUF_NO_LIMIT);
	report_one(&b, f, &style, &o, &d);
	diagnosis_clear(&d);
	observation_clear(&o);
	return buf_take(&b);
}

START_TEST(no_line_of_the_text_report_is_too_wide)
{
	for (unsigned width = 40; width <= 100; width += 20) {
		char *text = report_of(&report_text, "all", width), *rest = text;

		ck_assert_ptr_nonnull(strstr(text, "smtplib.SMTP"));
		ck_assert_ptr_null(strstr(text, "--client NAME"));
		for (char *line; (line = strsep(&rest, "\n")) != NULL;)
			ck_assert_msg(strlen(line) <= width, "width %u: %s", width, line);
		free(text);
	}
}
END_TEST

START_TEST(only_the_client_that_was_asked_for_is_told_and_none_without_asking)
{
	char *one = report_of(&report_text, "dotnet", 80), *none = report_of(&report_text, NULL, 80);

	ck_assert_ptr_nonnull(strstr(one, "client.EnableSsl = true;"));
	ck_assert_ptr_nonnull(strstr(one, "    Impossible. SmtpClient knows STARTTLS only"));
	ck_assert_ptr_null(strstr(one, "nodemailer"));
	ck_assert_ptr_null(strstr(none, "EnableSsl"));
	ck_assert_ptr_nonnull(strstr(none, "(settings for your mail library: --client NAME or all)"));
	free(one);
	free(none);
}
END_TEST

static json_t *client_of(json_t *report, size_t advice)
{
	json_t *row = json_array_get(json_object_get(report, "advice"), advice);

	return json_array_get(json_object_get(row, "clients"), 0);
}

START_TEST(the_json_report_has_them_with_each_row_of_advice)
{
	char *text = report_of(&report_json, "dotnet", 80);
	json_t *root = json_loads(text, 0, NULL), *c, *wrong;

	ck_assert_ptr_nonnull(root);
	ck_assert_uint_eq(json_array_size(json_object_get(root, "advice")), 3);
	c = client_of(root, 0);
	ck_assert_str_eq(json_string_value(json_object_get(c, "client")), "dotnet");
	ck_assert_str_eq(json_string_value(json_object_get(c, "mode")), "implicit-tls");
	ck_assert(json_is_false(json_object_get(c, "possible")));
	ck_assert_uint_eq(json_array_size(json_object_get(c, "settings")), 0);
	wrong = json_array_get(json_object_get(c, "wrong"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(wrong, "setting")),
			 "starttls-or-plaintext");
	ck_assert_uint_eq(json_array_size(json_object_get(c, "document")), 4);
	c = client_of(root, 1);
	ck_assert(json_is_true(json_object_get(c, "possible")));
	ck_assert_uint_eq(json_array_size(json_object_get(c, "settings")), 3);
	/* A port for relaying. */
	ck_assert_ptr_null(client_of(root, 2));
	json_decref(root);
	free(text);
}
END_TEST

/* ---- what the wrong setting would say ----------------------------------------------------- */

/* The rules that explain such a text, by the beginning of their codes. */
static const char *const explained[CLIENT_WRONG_COUNT][6] = {
	[CLIENT_WRONG_IMPLICIT_TLS] = { "CLIENT_TLS_ON_STARTTLS_PORT", "CLIENT_PHPMAILER" },
	[CLIENT_WRONG_IN_THE_CLEAR] = { "CLIENT_WAITS_ON_IMPLICIT_TLS", "SMTP_SILENT",
					"NET_PORT_SILENT", "CLIENT_PHPMAILER" },
	[CLIENT_WRONG_NO_TLS] = { "SMTP_TLS_REQUIRED", "AUTH_NOT_OFFERED", "AUTH_MECHANISM" },
	[CLIENT_WRONG_STARTTLS] = { "SMTP_STARTTLS", "AUTH_CLIENT_REFUSES_CLEAR",
				    "CLIENT_STARTTLS" },
	[CLIENT_WRONG_CERTIFICATE] = { "TLS_CERT_", "CLIENT_MAILKIT", "CLIENT_PHPMAILER" },
};

/* Too short or too common to be told apart when it stands alone. */
static const char *const too_short[] = {
	"EOF", "curl: (55) MAIL failed: 530", "curl: (56) response reading failed",
	"status=deferred (Cannot start TLS: handshake failure)",
};

/* What the rules do not know, or take for something else: a text here may become explained. */
static const char *const not_told_apart[] = {
	"The host name did not match the name given", "java.io.IOException: Can't verify identity",
	"Peer certificate subjectAlt", "a TLS session is required", "Unable to establish a secure link",
};

static bool begins_with_one(const char *text, const char *const *list, int count)
{
	for (int i = 0; i < count; i++)
		if (strncmp(text, list[i], strlen(list[i])) == 0)
			return true;
	return false;
}

static bool is_explained(enum client_wrong w, const char *text)
{
	struct text_hit best;

	if (begins_with_one(text, too_short, COUNT(too_short)) ||
	    begins_with_one(text, not_told_apart, COUNT(not_told_apart)))
		return true;
	if (text_match(text, strlen(text), &best, 1) == 0)
		return false;
	for (int i = 0; i < COUNT(explained[w]) && explained[w][i] != NULL; i++)
		if (strncmp(best.rule->code, explained[w][i], strlen(explained[w][i])) == 0)
			return true;
	return false;
}

START_TEST(what_a_client_would_say_is_explained)
{
	const struct client *c = client_at((size_t)_i / CLIENT_WRONG_COUNT);
	enum client_wrong w = (enum client_wrong)(_i % CLIENT_WRONG_COUNT);
	struct observation o = { .target.name = NULL };
	struct advice a = advice_for(w == CLIENT_WRONG_IN_THE_CLEAR ? ADVICE_IMPLICIT_TLS :
				     w == CLIENT_WRONG_STARTTLS ? ADVICE_PLAINTEXT : ADVICE_STARTTLS,
				     "PLAIN");
	struct client_advice said;
	struct obs_endpoint *e = build_endpoint(&o, a.host, "192.0.2.1", a.port);

	build_starttls(e);
	build_reply(&e->enforcement.reply, OUT_REJECTED, "530 5.7.0 Must issue a STARTTLS command first",
		    9000);
	a.verified = false;
	client_advise(&said, c, &a, &o);
	for (size_t i = 0; i < said.error_count; i++) {
		const char *text = said.errors[i].error;
		struct text_hit best = { .rule = NULL };

		if (text == NULL || said.errors[i].wrong != w || is_explained(w, text))
			continue;
		text_match(text, strlen(text), &best, 1);
		ck_abort_msg("%s, %s: %s for \"%s\"", c->id, words_name(&client_wrong_words, w),
			     best.rule != NULL ? best.rule->code : "nothing", text);
	}
	client_advice_clear(&said);
	observation_clear(&o);
	free_advice(&a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("clients");
	TCase *table = tcase_create("table"), *said = tcase_create("said");

	tcase_add_test(table, each_mode_of_each_client_is_answered);
	tcase_add_test(table, lines_to_copy_are_whole);
	tcase_add_loop_test(table, a_client_is_found_by_the_spellings_people_use, 0, COUNT(names));
	tcase_add_test(table, a_misspelled_client_is_guessed_and_a_strange_one_is_not);
	suite_add_tcase(s, table);
	tcase_add_test(said, system_net_mail_cannot_do_implicit_tls_and_mailkit_is_named);
	tcase_add_test(said, tokens_only_means_that_a_password_will_not_work);
	tcase_add_test(said, no_password_is_put_where_nothing_is_encrypted);
	tcase_add_test(said, a_certificate_that_does_not_verify_is_said_with_the_words_of_the_client);
	tcase_add_test(said, no_tls_is_wrong_only_where_tls_was_seen_to_be_demanded);
	tcase_add_test(said, an_ipv6_address_has_brackets_where_a_port_follows);
	tcase_add_test(said, a_host_that_is_no_host_name_is_not_put_into_code);
	tcase_add_test(said, the_method_that_is_offered_is_the_one_that_is_named);
	tcase_add_test(said, ports_for_relaying_are_not_for_clients);
	tcase_add_test(said, no_line_of_the_text_report_is_too_wide);
	tcase_add_test(said, only_the_client_that_was_asked_for_is_told_and_none_without_asking);
	tcase_add_test(said, the_json_report_has_them_with_each_row_of_advice);
	tcase_add_loop_test(said, what_a_client_would_say_is_explained, 0, 20 * CLIENT_WRONG_COUNT);
	suite_add_tcase(s, said);
	return run_suite(s);
}
