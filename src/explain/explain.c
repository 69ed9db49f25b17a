/* SPDX-License-Identifier: MIT
 *
 * Lines are gathered into passages: a line begins one, and what belongs to it is joined to it
 * (lines.c). Each passage is matched as a whole. Lines that were broken are put together only near
 * the beginning: texts are pasted so, while in a long log neighbours have nothing to do with each
 * other. */
#include "explain/explain.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/printable.h"
#include "explain/lines.h"

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

struct reader {
	struct explanation *x;
	struct buf rest;         /* the line that is being read */
	struct buf passage;      /* the lines before it that belong together */
	size_t line;             /* the passage's first, from 1 */
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

/* Where lines were broken stands a blank again. */
static char *show_line(const char *line, size_t n)
{
	char *copy, *shown;

	while (n > 0 && isspace((unsigned char)*line)) {
		line++;
		n--;
	}
	n = n < SHOWN_MAX ? n : SHOWN_MAX;
	copy = mem_zalloc(n + 1, 1);
	for (size_t i = 0; i < n; i++)
		copy[i] = line[i] == LINE_WRAP ? ' ' : line[i];
	shown = printable_dup(copy, n);
	free(copy);
	return shown;
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
	return show_line(best, best_length);
}

static void record(struct explanation *x, const char *text, size_t n, size_t line)
{
	struct text_hit hits[HITS];
	size_t count = text_match(text, n, hits, HITS);

	if (count > 0 && passage_is_of_another_service(text, n))
		return;
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

static unsigned best_score(const char *text, size_t n)
{
	struct text_hit best;

	return text_match(text, n, &best, 1) > 0 ? best.score : 0;
}

/* A line may have been broken within a word: where that tells more, the pieces are put together
 * without a blank. */
static void close_words(struct buf *passage)
{
	struct buf tight;

	if (memchr(passage->data, LINE_WRAP, passage->len) == NULL)
		return;
	buf_init(&tight, passage->len);
	for (size_t i = 0; i < passage->len; i++)
		if (passage->data[i] != LINE_WRAP)
			buf_addc(&tight, passage->data[i]);
	if (best_score(buf_str(&tight), tight.len) > best_score(passage->data, passage->len)) {
		buf_reset(passage);
		buf_add(passage, tight.data, tight.len);
	}
	buf_clear(&tight);
}

static void end_passage(struct reader *r)
{
	if (r->passage.len > 0) {
		close_words(&r->passage);
		record(r->x, r->passage.data, r->passage.len, r->line);
	}
	buf_reset(&r->passage);
}

/* "> " ahead of what a mail program quotes, and blanks at the end. */
static void strip(const char **line, size_t *n)
{
	while (*n > 0 && (**line == '>')) {
		size_t blank = *n > 1 && (*line)[1] == ' ';

		*line += 1 + blank;
		*n -= 1 + blank;
	}
	while (*n > 0 && isspace((unsigned char)(*line)[*n - 1]))
		(*n)--;
}

static void take_line(struct reader *r, const char *line, size_t n)
{
	struct buf *p = &r->passage;
	enum line_joint joint;

	r->x->lines++;
	strip(&line, &n);
	joint = line_joint(p, line, n, r->x->lines <= WRAPPED_LINES);
	if (joint == LINE_APART || p->len + n + 1 > PASSAGE_MAX)
		end_passage(r);
	if (p->len == 0 && line_is_of_another_program(line, n))
		return;
	if (p->len > 0 && joint == LINE_OF_REPLY) {
		size_t code = line_reply_text(line, n);

		line += code;
		n -= code;
	}
	if (p->len == 0)
		r->line = r->x->lines;
	else
		buf_addc(p, joint == LINE_WRAPPED ? LINE_WRAP : '\n');
	buf_add(p, line, n);
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
	buf_init(&r->passage, PASSAGE_MAX + LINE_KEPT + 2);
}

static void finish(struct reader *r)
{
	if (r->rest.len > 0)
		take_line(r, buf_str(&r->rest), r->rest.len);
	end_passage(r);
	if (r->x->count > 1)
		qsort(r->x->list, r->x->count, sizeof(*r->x->list), better);
	buf_clear(&r->rest);
	buf_clear(&r->passage);
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

void explanation_add(struct explanation *x, const struct diag_rule *rule, bool leads)
{
	entry(x, rule)->leads = leads;
}

void explanation_clear(struct explanation *x)
{
	for (size_t i = 0; i < x->count; i++)
		free(x->list[i].text);
	free(x->list);
	memset(x, 0, sizeof(*x));
}

/* ---- codes --------------------------------------------------------------------------------- */

static bool is_code_of(const struct diag_rule *r, const char *code)
{
	size_t n = strlen(r->code);

	if (strlen(code) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		bool joint = code[i] == '-' || code[i] == ' ';

		if ((joint ? '_' : toupper((unsigned char)code[i])) != r->code[i])
			return false;
	}
	return true;
}

const struct diag_rule *explain_code(const char *code)
{
	const struct diag_rule *r;

	for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++)
		if (is_code_of(r, code))
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
