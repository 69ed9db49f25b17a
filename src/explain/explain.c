/* SPDX-License-Identifier: MIT
 *
 * Lines are gathered into passages: a line begins one, and what continues it is joined to it
 * (the next line of an SMTP reply, a frame of a stack trace, an indented line). Each passage is
 * matched as a whole. Where neither of two neighbours shows anything, both together are tried,
 * since messages are wrapped when they are pasted; but only near the beginning, because in a
 * long log neighbours have nothing to do with each other. */
#include "explain/explain.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/printable.h"

enum {
	CHUNK = 65536,
	LINE_KEPT = 8192,        /* of a line; what is longer goes on as a new one */
	PASSAGE_MAX = 16384,
	WRAPPED_LINES = 400,     /* pasted texts are shorter, logs are longer */
	SHOWN_MAX = 400,         /* bytes of the line that is shown */
	HITS = 8,
	/* A rule that fits with less than this share of the best one's points is noise. */
	FITS_PERCENT = 60
};

struct passage {
	struct buf text;
	size_t line;             /* its first, from 1 */
};

struct reader {
	struct explanation *x;
	struct buf rest;         /* the line that is being read */
	struct passage now, before;    /* before: the one ahead of it, where it showed nothing */
};

/* ---- what was found ------------------------------------------------------------------------ */

static struct explained *entry(struct explanation *x, const struct diag_rule *rule)
{
	struct explained *e;

	for (size_t i = 0; i < x->count; i++)
		if (x->list[i].rule == rule)
			return &x->list[i];
	e = mem_append(&x->list, &x->count, sizeof(*e));
	e->rule = rule;
	return e;
}

static size_t line_length(const char *text, size_t n)
{
	const char *end = memchr(text, '\n', n);

	return end != NULL ? (size_t)(end - text) : n;
}

/* The line that shows the rule best on its own; the first where none does. */
static char *show(const struct diag_rule *rule, const char *text, size_t n)
{
	const char *best = text;
	size_t best_length = line_length(text, n);
	unsigned most = 0;
	struct text_hit hits[HITS];

	for (const char *at = text; at < text + n; at += line_length(at, (size_t)(text + n - at)) + 1) {
		size_t length = line_length(at, (size_t)(text + n - at));
		size_t count = text_match(at, length, hits, HITS);

		for (size_t i = 0; i < count; i++)
			if (hits[i].rule == rule && hits[i].score > most) {
				most = hits[i].score;
				best = at;
				best_length = length;
			}
	}
	while (best_length > 0 && isspace((unsigned char)*best)) {
		best++;
		best_length--;
	}
	return printable_dup(best, best_length < SHOWN_MAX ? best_length : SHOWN_MAX);
}

static bool record(struct explanation *x, const char *text, size_t n, size_t line)
{
	struct text_hit hits[HITS];
	size_t count = text_match(text, n, hits, HITS);

	for (size_t i = 0; i < count; i++) {
		struct explained *e;

		if (i > 0 && hits[i].score * 100 < hits[0].score * FITS_PERCENT)
			break;
		e = entry(x, hits[i].rule);
		e->count += i == 0;
		if (hits[i].score > e->score || (i == 0 && !e->leads)) {
			free(e->text);
			e->text = show(e->rule, text, n);
			e->score = hits[i].score;
			e->line = line;
		}
		e->leads = e->leads || i == 0;
	}
	return count > 0;
}

static int better(const void *a, const void *b)
{
	const struct explained *x = a, *y = b;

	if (x->leads != y->leads)
		return x->leads ? -1 : 1;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

/* ---- passages ------------------------------------------------------------------------------ */

/* The reply code of a line that is one of an SMTP reply, wherever it stands in it; "" if none. */
static void reply_code(const char *line, size_t n, char code[4], bool *more)
{
	code[0] = '\0';
	for (size_t i = 0; i + 3 < n; i++) {
		if (line[i] < '2' || line[i] > '5' || !isdigit((unsigned char)line[i + 1]) ||
		    !isdigit((unsigned char)line[i + 2]) ||
		    (line[i + 3] != '-' && line[i + 3] != ' ') ||
		    (i > 0 && (isalnum((unsigned char)line[i - 1]) || strchr(".:-/", line[i - 1]) != NULL)))
			continue;
		memcpy(code, line + i, 3);
		code[3] = '\0';
		*more = line[i + 3] == '-';
		return;
	}
}

static bool same_reply(const struct buf *passage, const char *line, size_t n)
{
	const char *text = passage->data, *last = text;
	char before[4], now[4];
	bool more = false, ignored = false;

	for (const char *s = text; s < text + passage->len; s++)
		if (*s == '\n' && s + 1 < text + passage->len)
			last = s + 1;
	reply_code(last, (size_t)(text + passage->len - last), before, &more);
	reply_code(line, n, now, &ignored);
	return more && before[0] != '\0' && strcmp(before, now) == 0;
}

static bool continues(const struct buf *passage, const char *line, size_t n)
{
	static const char *const begins[] = { "at ", "---> ", "--->", "caused by", "... ", "file \"", "^", "--- end" };
	size_t blanks = 0;

	while (blanks < n && (line[blanks] == ' ' || line[blanks] == '\t'))
		blanks++;
	if (passage->len == 0 || n == blanks)
		return false;
	if (blanks > 0)
		return true;
	for (size_t i = 0; i < COUNT(begins); i++)
		if (n >= strlen(begins[i]) && strncasecmp(line, begins[i], strlen(begins[i])) == 0)
			return true;
	return same_reply(passage, line, n);
}

/* The passage is complete. */
static void end_passage(struct reader *r)
{
	struct passage *now = &r->now, *before = &r->before;

	if (now->text.len == 0)
		return;
	if (record(r->x, now->text.data, now->text.len, now->line)) {
		buf_reset(&before->text);
	} else if (now->line <= WRAPPED_LINES) {
		bool joined = before->text.len > 0;

		buf_addc(&before->text, joined ? '\n' : ' ');
		buf_add(&before->text, now->text.data, now->text.len);
		if (!joined)
			before->line = now->line;
		if (joined && record(r->x, buf_str(&before->text), before->text.len, before->line)) {
			buf_reset(&before->text);
		} else {
			buf_reset(&before->text);
			buf_add(&before->text, now->text.data, now->text.len);
			before->line = now->line;
		}
	}
	buf_reset(&now->text);
}

static void take_line(struct reader *r, const char *line, size_t n)
{
	struct passage *p = &r->now;

	r->x->lines++;
	if (!continues(&p->text, line, n) || p->text.len + n + 1 > PASSAGE_MAX)
		end_passage(r);
	if (p->text.len == 0)
		p->line = r->x->lines;
	else
		buf_addc(&p->text, '\n');
	buf_add(&p->text, line, n);
}

static void take_bytes(struct reader *r, const char *data, size_t n)
{
	while (n > 0) {
		const char *end = memchr(data, '\n', n);
		size_t length = end != NULL ? (size_t)(end - data) : n;
		size_t room = LINE_KEPT - r->rest.len;
		size_t part = length < room ? length : room;

		buf_add(&r->rest, data, part);
		if (end != NULL && part == length)
			part++;
		else if (part == room)
			end = data;
		if (end != NULL) {
			take_line(r, buf_str(&r->rest), r->rest.len);
			buf_reset(&r->rest);
		}
		data += part;
		n -= part;
	}
}

static void begin(struct reader *r, struct explanation *x)
{
	memset(x, 0, sizeof(*x));
	memset(r, 0, sizeof(*r));
	r->x = x;
	buf_init(&r->rest, LINE_KEPT + 1);
	buf_init(&r->now.text, PASSAGE_MAX + LINE_KEPT + 2);
	buf_init(&r->before.text, 2 * (PASSAGE_MAX + LINE_KEPT + 2));
}

static void finish(struct reader *r)
{
	if (r->rest.len > 0)
		take_line(r, buf_str(&r->rest), r->rest.len);
	end_passage(r);
	if (r->x->count > 1)
		qsort(r->x->list, r->x->count, sizeof(*r->x->list), better);
	buf_clear(&r->rest);
	buf_clear(&r->now.text);
	buf_clear(&r->before.text);
}

bool explain_stream(struct explanation *x, FILE *f)
{
	char *chunk = mem_zalloc(CHUNK, 1);
	struct reader r;
	bool fine;
	size_t n;

	begin(&r, x);
	while ((n = fread(chunk, 1, CHUNK, f)) > 0)
		take_bytes(&r, chunk, n);
	fine = ferror(f) == 0;
	finish(&r);
	free(chunk);
	return fine;
}

void explain_text(struct explanation *x, const char *text)
{
	struct reader r;

	begin(&r, x);
	take_bytes(&r, text, strlen(text));
	finish(&r);
}

void explanation_clear(struct explanation *x)
{
	for (size_t i = 0; i < x->count; i++)
		free(x->list[i].text);
	free(x->list);
	memset(x, 0, sizeof(*x));
}

/* ---- codes --------------------------------------------------------------------------------- */

const struct diag_rule *explain_code(const char *code)
{
	const struct diag_rule *r;

	for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++)
		if (strcasecmp(r->code, code) == 0)
			return r;
	return NULL;
}

const struct diag_rule *explain_near(const char *code)
{
	const struct diag_rule *r, *nearest = NULL;
	size_t n = strlen(code), least = NEAR_DISTANCE + 1;
	char upper[NEAR_MAX + 1];

	if (n > NEAR_MAX)
		return NULL;
	for (size_t i = 0; i <= n; i++)
		upper[i] = (char)toupper((unsigned char)code[i]);
	for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++) {
		size_t d = strstr(r->code, upper) != NULL ? 1 : near_distance(upper, n, r->code);

		if (d < least) {
			least = d;
			nearest = r;
		}
	}
	return nearest;
}

bool explain_is_code(const char *text)
{
	return strchr(text, '_') != NULL &&
	       text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				 "0123456789_")] == '\0';
}
