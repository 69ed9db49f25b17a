/* SPDX-License-Identifier: MIT
 *
 * How to send, from what was seen to work; and, on demand, every line of every dialogue. */
#include <string.h>

#include "base/mem.h"
#include "report/layout.h"
#include "report/report_text.h"

enum { MODE_COLUMN = 26, ADVICE_MAX = 16384 };

const char *const report_text_mode[ADVICE_MODE_COUNT] = {
	[ADVICE_STARTTLS] = "STARTTLS",
	[ADVICE_IMPLICIT_TLS] = "implicit TLS",
	[ADVICE_PLAINTEXT] = "no TLS",
};

/* What speaks for itself in no other column: the log-in, and what is against it. */
static void say_rest(struct buf *b, const struct advice *a, bool utf8)
{
	for (size_t i = 0; a->role != ROLE_RELAY && i < a->auth.count; i++) {
		buf_adds(b, i == 0 ? "log-in: " : ", ");
		layout_escape(b, a->auth.item[i], utf8);
	}
	if (a->caution != NULL) {
		buf_adds(b, b->len > 0 ? "; mind: " : "mind: ");
		layout_escape(b, a->caution, utf8);
	}
}

static void put_row(struct buf *to, const struct report_style *s, const struct advice *a)
{
	struct buf b;
	size_t at, column = 2 + MODE_COLUMN;

	buf_init(&b, ADVICE_MAX);
	if (a->role == ROLE_RELAY) {
		layout_escape(&b, a->host, s->utf8);
		buf_addc(&b, ' ');
	}
	buf_addf(&b, "port %u, %s", a->port, report_text_mode[a->mode]);
	layout_spaces(to, 2);
	at = layout_wrap(to, buf_str(&b), 2, 4, s->width);
	buf_reset(&b);
	say_rest(&b, a, s->utf8);
	if (b.len > 0) {
		layout_spaces(to, at < column ? column - at : 2);
		layout_wrap(to, buf_str(&b), at < column ? column : at + 2, column, s->width);
	}
	layout_end_line(to);
	buf_clear(&b);
}

/* One section a host that mail can be sent through; one for all that take it as relays. */
static bool same_section(const struct advice *a, const struct advice *b)
{
	if (a->role == ROLE_RELAY || b->role == ROLE_RELAY)
		return a->role == b->role;
	return strcmp(a->host, b->host) == 0;
}

static bool headed_before(const struct diagnosis *d, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_section(&d->advice[k], &d->advice[i]))
			return true;
	return false;
}

static void put_title(struct buf *to, const struct report_style *s, const struct advice *a)
{
	struct buf title;

	buf_init(&title, ADVICE_MAX);
	if (a->role == ROLE_RELAY) {
		buf_adds(&title, "Other mail servers deliver to");
	} else {
		buf_adds(&title, "To send through ");
		layout_escape(&title, a->host, s->utf8);
	}
	buf_addc(to, '\n');
	layout_wrap(to, buf_str(&title), 0, 2, s->width);
	layout_end_line(to);
	buf_clear(&title);
}

/* The rows of the section that begins with the i-th; then what --client asked for, or that it can
 * be asked for. */
static void put_rows(struct buf *to, const struct report_style *s, const struct observation *o,
		     const struct diagnosis *d, size_t i)
{
	for (size_t k = i; k < d->advice_count; k++)
		if (same_section(&d->advice[k], &d->advice[i]))
			put_row(to, s, &d->advice[k]);
	if (d->advice[i].role == ROLE_RELAY)
		return;
	if (s->client == NULL) {
		layout_spaces(to, 2);
		layout_wrap(to, "(settings for your mail library: --client NAME or all)", 2, 4,
			    s->width);
		layout_end_line(to);
	}
	for (size_t k = i; k < d->advice_count; k++)
		if (same_section(&d->advice[k], &d->advice[i]))
			report_text_clients(to, s, o, &d->advice[k]);
}

void report_text_advice(struct buf *to, const struct report_style *s, const struct observation *o,
			const struct diagnosis *d)
{
	for (size_t i = 0; i < d->advice_count; i++) {
		if (headed_before(d, i))
			continue;
		put_title(to, s, &d->advice[i]);
		put_rows(to, s, o, d, i);
	}
}

/* ---- transcript ----------------------------------------------------------------------------- */

/* "      12.3 ms  C*: EHLO [192.0.2.9]": from the client, inside of TLS. */
static void put_line(struct buf *to, const struct report_style *s, const struct obs_line *l)
{
	struct buf b;
	size_t start = to->len, at;

	buf_addf(to, "  %8.1f ms  %c%s ", (double)l->at_us / 1e3, l->from_server ? 'S' : 'C',
		 l->encrypted ? "*:" : ": ");
	at = to->len - start;
	buf_init(&b, BUF_NO_LIMIT);
	layout_escape(&b, l->text, s->utf8);
	layout_verbatim(to, buf_str(&b), at, at, s->width);
	layout_end_line(to);
	buf_clear(&b);
}

static bool put_dialogue(struct buf *to, const struct report_style *s, const struct observation *o,
			 const struct obs_endpoint *e, enum transcript_dialogue which)
{
	bool any = false, encrypted = false;

	for (size_t i = 0; i < e->transcript_count; i++) {
		const struct obs_line *l = &e->transcript[i];
		struct buf title;

		if (l->dialogue != which)
			continue;
		if (!any) {
			buf_init(&title, ADVICE_MAX);
			buf_adds(&title, which == DIALOGUE_MAIN ? "Dialogue with " :
				 "What is demanded in the clear: dialogue with ");
			report_text_endpoint(&title, s, o, e);
			layout_end_line(to);
			layout_wrap(to, buf_str(&title), 0, 2, s->width);
			layout_end_line(to);
			buf_clear(&title);
		}
		put_line(to, s, l);
		any = true;
		encrypted = encrypted || l->encrypted;
	}
	return encrypted;
}

void report_text_transcript(struct buf *to, const struct report_style *s,
			    const struct observation *o)
{
	bool encrypted = false;

	for (size_t i = 0; i < o->endpoint_count; i++)
		for (unsigned which = 0; which < DIALOGUE_COUNT; which++)
			if (put_dialogue(to, s, o, &o->endpoints[i],
					 (enum transcript_dialogue)which))
				encrypted = true;
	if (encrypted)
		buf_adds(to, "\n  C: client, S: server, *: inside TLS\n");
}
