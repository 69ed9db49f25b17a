/* SPDX-License-Identifier: MIT
 *
 * Writes the manual page smtpprobe-diagnoses(7) from the table of rules, at build time. The page
 * is in the tarball, so that a cross build need not run this. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "explain/explain_report.h"

static const char *const stage_title[STAGE_COUNT] = {
	[STAGE_DNS] = "NAMES AND DNS",
	[STAGE_CONNECT] = "CONNECTION",
	[STAGE_GREETING] = "FIRST BYTES AND GREETING",
	[STAGE_EHLO] = "EHLO",
	[STAGE_ENFORCEMENT] = "DEMANDS BEFORE MAIL, LOG-IN AND POLICY",
	[STAGE_STARTTLS] = "STARTTLS",
	[STAGE_TLS] = "TLS AND CERTIFICATES",
	[STAGE_EHLO_TLS] = "INSIDE TLS",
	[STAGE_QUIT] = "THE END",
};

static const char head[] =
	".\\\" SPDX-License-Identifier: MIT\n"
	".\\\" Written at build time by man/print_diagnoses.c from the rules of src/diagnose.\n"
	".Dd November 23, 2026\n"
	".Dt SMTPPROBE-DIAGNOSES 7\n"
	".Os\n"
	".Sh NAME\n"
	".Nm smtpprobe-diagnoses\n"
	".Nd everything that smtpprobe can find, and what to do about it\n"
	".Sh DESCRIPTION\n"
	"A finding in a report of\n"
	".Xr smtpprobe 1\n"
	"has a code, which is never reused or renamed, a severity,\n"
	"what was seen, and how sure it is:\n"
	".Em certain\n"
	"means that the server or this machine said so,\n"
	".Em high\n"
	"that two independent observations agree,\n"
	".Em possible\n"
	"that one was made which other causes would explain as well.\n"
	".Pp\n"
	"The severity is that on a submission port (587, 465);\n"
	"where it is another one on a relay port (25), between mail servers,\n"
	"both are given.\n"
	"In place of\n"
	".Li HOST:PORT\n"
	"a report names the server.\n"
	"What is marked\n"
	".Dq from texts only\n"
	"is not seen by a probe, which neither logs in nor sends mail:\n"
	".Ql smtpprobe --explain\n"
	"knows it by the text of an error message.\n";

enum { LINE = 78 };

/* mdoc: a line that begins with a dot or an apostrophe is a macro, a backslash an escape. */
static void put_word(const char *word, size_t n, bool first)
{
	if (first && (*word == '.' || *word == '\''))
		fputs("\\&", stdout);
	for (size_t i = 0; i < n; i++) {
		if (word[i] == '\\')
			fputs("\\e", stdout);
		else
			putchar(word[i]);
	}
}

/* Lines of text, each sentence from the beginning of one. */
static void put(const char *text)
{
	size_t at = 0;

	while (*text != '\0') {
		size_t n = strcspn(text, " ");
		bool ends = n > 0 && strchr(".!?", text[n - 1]) != NULL;

		if (at > 0 && at + 1 + n > LINE) {
			putchar('\n');
			at = 0;
		} else if (at > 0) {
			putchar(' ');
			at++;
		}
		put_word(text, n, at == 0);
		at = ends ? 0 : at + n;
		text += n + strspn(text + n, " ");
		if (ends && *text != '\0')
			putchar('\n');
	}
	putchar('\n');
}

static void put_labelled(const char *label, const char *text)
{
	if (text == NULL)
		return;
	printf(".Pp\n.Em \\&%s :\n", label);
	put(text);
}

static void put_severity(const struct diag_rule *r)
{
	const char *live = r->endpoint == NULL && r->target == NULL && r->replies == 0 ?
				   "; from texts only" : "";

	if (r->relay_severity != SEVERITY_OK && r->relay_severity != r->severity)
		printf("(%s; %s on a relay port%s)\n", words_name(&severity_words, r->severity),
		       words_name(&severity_words, r->relay_severity), live);
	else
		printf("(%s%s)\n", words_name(&severity_words, r->severity), live);
}

static void put_references(const struct diag_rule *r)
{
	fputs(".Pp\n.Em See :\n", stdout);
	for (size_t i = 0; i < COUNT(r->references) && r->references[i] != NULL; i++) {
		bool last = i + 1 == COUNT(r->references) || r->references[i + 1] == NULL;

		printf("%s%s\n", r->references[i], last ? "" : ";");
	}
}

static void put_rule(const struct diag_rule *r)
{
	struct buf summary;

	buf_init(&summary, BUF_NO_LIMIT);
	explain_report_summary(&summary, r);
	printf(".It Sy %s\n", r->code);
	put(buf_str(&summary));
	put_severity(r);
	put_labelled("Means", r->means);
	put_labelled("Do", r->remedy);
	put_labelled("On a relay port", r->relay_remedy);
	put_labelled("It could also be", r->others);
	put_references(r);
	buf_clear(&summary);
}

int main(void)
{
	const struct diag_rule *r;

	fputs(head, stdout);
	for (unsigned stage = 0; stage < STAGE_COUNT; stage++) {
		bool any = false;

		for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++) {
			if (r->stage != stage)
				continue;
			if (!any)
				printf(".Sh %s\n.Bl -tag -width Ds\n", stage_title[stage]);
			any = true;
			put_rule(r);
		}
		if (any)
			puts(".El");
	}
	fputs(".Sh SEE ALSO\n.Xr smtpprobe 1\n", stdout);
	return fflush(stdout) == 0 ? 0 : 1;
}
