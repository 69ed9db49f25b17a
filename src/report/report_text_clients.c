/* SPDX-License-Identifier: MIT
 *
 * Settings for mail libraries and programs, to copy, and what the wrong ones would say, to be
 * recognised. */
#include <string.h>

#include "base/mem.h"
#include "diagnose/clients.h"
#include "report/layout.h"
#include "report/report_text.h"

enum { BLOCK_MAX = 65536, CODE_INDENT = 4, ERROR_INDENT = 6 };

static const char *const wrong_text[CLIENT_WRONG_COUNT] = {
	[CLIENT_WRONG_IMPLICIT_TLS] = "Set to implicit TLS, which is wrong here, it would say:",
	[CLIENT_WRONG_IN_THE_CLEAR] =
		"Set to STARTTLS or to no encryption, which is wrong here, it would say:",
	[CLIENT_WRONG_NO_TLS] = "Set to no encryption, which is wrong here, it would say:",
	[CLIENT_WRONG_STARTTLS] = "Set to demand STARTTLS, which is wrong here, it would say:",
	[CLIENT_WRONG_CERTIFICATE] = "While the certificate does not verify, it says:",
};

/* Lines to copy keep their blanks and are broken only where there is no room at all. */
static void put_settings(struct buf *to, const struct report_style *s, const struct strlist *lines)
{
	struct buf b;

	buf_init(&b, BLOCK_MAX);
	for (size_t i = 0; i < lines->count; i++) {
		const char *line = lines->item[i];
		unsigned indent = CODE_INDENT;

		for (; *line == '\t'; line++)
			indent += CODE_INDENT;
		buf_reset(&b);
		layout_escape(&b, line, s->utf8);
		layout_spaces(to, indent);
		layout_verbatim(to, buf_str(&b), indent, indent, s->width);
		layout_end_line(to);
	}
	buf_clear(&b);
}

/* From one column on; what does not fit on the line stands below, from another one on. */
static void put_text(struct buf *to, const struct report_style *s, size_t from, size_t indent,
		     const char *text)
{
	struct buf b;

	buf_init(&b, BLOCK_MAX);
	layout_escape(&b, text, s->utf8);
	layout_spaces(to, from);
	layout_wrap(to, buf_str(&b), from, indent, s->width);
	layout_end_line(to);
	buf_clear(&b);
}

static void put_errors(struct buf *to, const struct report_style *s, const struct client_advice *c)
{
	for (size_t i = 0; i < c->error_count; i++) {
		const struct client_error *e = &c->errors[i];

		if (i == 0 || e->wrong != c->errors[i - 1].wrong)
			put_text(to, s, 2, 4, wrong_text[e->wrong]);
		put_text(to, s, ERROR_INDENT, ERROR_INDENT + 2,
			 e->error != NULL ? e->error : "(not documented)");
	}
}

static void put_sources(struct buf *to, const struct report_style *s, const struct client *c)
{
	struct buf b;

	buf_init(&b, BLOCK_MAX);
	for (size_t i = 0; i < COUNT(c->documents) && c->documents[i] != NULL; i++)
		buf_addf(&b, "%s%s", i > 0 ? "; " : "", c->documents[i]);
	layout_labelled(to, "Source", buf_str(&b), s->width);
	buf_clear(&b);
}

static void put_impossible(struct buf *to, const struct report_style *s, const char *why)
{
	struct buf b;

	buf_init(&b, BLOCK_MAX);
	buf_addf(&b, "Impossible. %s", why);
	put_text(to, s, CODE_INDENT, CODE_INDENT, buf_str(&b));
	buf_clear(&b);
}

static void put_client(struct buf *to, const struct report_style *s, const struct client *c,
		       const struct advice *a, const struct observation *o)
{
	static const char *const mode[ADVICE_MODE_COUNT] = {
		[ADVICE_STARTTLS] = "STARTTLS", [ADVICE_IMPLICIT_TLS] = "implicit TLS",
		[ADVICE_PLAINTEXT] = "no TLS",
	};
	struct client_advice said;
	struct buf title;

	client_advise(&said, c, a, o);
	buf_init(&title, BLOCK_MAX);
	buf_addf(&title, "%s, port %u, %s:", c->name, a->port, mode[a->mode]);
	layout_end_line(to);
	put_text(to, s, 0, 2, buf_str(&title));
	buf_clear(&title);
	if (said.impossible != NULL)
		put_impossible(to, s, said.impossible);
	else if (said.settings.count == 0)
		put_text(to, s, CODE_INDENT, CODE_INDENT, "(not documented)");
	put_settings(to, s, &said.settings);
	for (size_t i = 0; i < said.notes.count; i++)
		layout_labelled(to, i == 0 ? "Note" : "", said.notes.item[i], s->width);
	put_errors(to, s, &said);
	put_sources(to, s, c);
	client_advice_clear(&said);
}

void report_text_clients(struct buf *to, const struct report_style *s, const struct observation *o,
			 const struct advice *a)
{
	const struct client *c;

	for (size_t i = 0; s->client != NULL && (c = client_at(i)) != NULL; i++)
		if (client_wants(a) &&
		    (strcmp(s->client, "all") == 0 || strcmp(s->client, c->id) == 0))
			put_client(to, s, c, a, o);
}
