/* SPDX-License-Identifier: MIT */
#include "diagnose/text_match.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "diagnose/rule.h"

enum { TEXT_MAX = 65536, SCORE_CODE = 8, SCORE_CLASS = 2, SCORE_STATUS = 12 };

/* Lower case, every run of blanks one blank. */
static void normalise(struct buf *to, const char *text, size_t n)
{
	bool blank = true;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (isspace(c) || c == '\0') {
			if (!blank)
				buf_addc(to, ' ');
			blank = true;
			continue;
		}
		blank = false;
		buf_addc(to, (char)tolower(c));
	}
}

/* A code stands alone: no digit or dot touches it. */
static bool has_number(const char *text, const char *number)
{
	size_t n = strlen(number);

	for (const char *at = strstr(text, number); at != NULL; at = strstr(at + 1, number)) {
		bool before = at > text && (isdigit((unsigned char)at[-1]) || at[-1] == '.');
		bool after = isdigit((unsigned char)at[n]) ||
			     (at[n] == '.' && isdigit((unsigned char)at[n + 1]));

		if (!before && !after)
			return true;
	}
	return false;
}

static bool has_class(const char *text, char digit)
{
	for (const char *s = text; *s != '\0'; s++)
		if (*s == digit && (s == text || !isalnum((unsigned char)s[-1])) &&
		    isdigit((unsigned char)s[1]) && isdigit((unsigned char)s[2]) &&
		    !isalnum((unsigned char)s[3]))
			return true;
	return false;
}

/* 0: does not fit. */
static unsigned fits(const struct text_pattern *p, const char *text)
{
	unsigned score = 1;

	if (p->reply != NULL) {
		bool class = p->reply[1] == '\0';

		if (class ? !has_class(text, p->reply[0]) : !has_number(text, p->reply))
			return 0;
		score += class ? SCORE_CLASS : SCORE_CODE;
	}
	if (p->status != NULL) {
		if (!has_number(text, p->status))
			return 0;
		score += SCORE_STATUS;
	}
	for (size_t i = 0; i < COUNT(p->words) && p->words[i] != NULL; i++) {
		if (strstr(text, p->words[i]) == NULL)
			return 0;
		score += (unsigned)strlen(p->words[i]);
	}
	for (size_t i = 0; i < COUNT(p->unless) && p->unless[i] != NULL; i++)
		if (strstr(text, p->unless[i]) != NULL)
			return 0;
	return score;
}

static bool is_end(const struct text_pattern *p)
{
	return p->reply == NULL && p->status == NULL && p->words[0] == NULL;
}

static unsigned best_score(const struct diag_rule *r, const char *text)
{
	unsigned best = 0;

	for (const struct text_pattern *p = r->texts; p != NULL && !is_end(p); p++) {
		unsigned score = fits(p, text);

		if (score > best)
			best = score;
	}
	return best;
}

/* Keeps the list in order and the first of equals first. */
static size_t put(struct text_hit *hits, size_t count, size_t room, struct text_hit hit)
{
	size_t at = count;

	while (at > 0 && hits[at - 1].score < hit.score)
		at--;
	if (at == room)
		return count;
	if (count == room)
		count--;
	memmove(hits + at + 1, hits + at, (count - at) * sizeof(*hits));
	hits[at] = hit;
	return count + 1;
}

static size_t match(const char *text, size_t n, unsigned stages, struct text_hit *hits, size_t room)
{
	const struct diag_rule *r;
	struct buf plain;
	size_t count = 0;

	buf_init(&plain, TEXT_MAX);
	normalise(&plain, text, n < TEXT_MAX ? n : TEXT_MAX - 1);
	for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++) {
		struct text_hit hit = { .rule = r };

		if (stages != 0 && (r->replies & stages) == 0)
			continue;
		hit.score = best_score(r, buf_str(&plain));
		if (hit.score > 0)
			count = put(hits, count, room, hit);
	}
	buf_clear(&plain);
	return count;
}

size_t text_match(const char *text, size_t n, struct text_hit *hits, size_t room)
{
	return match(text, n, 0, hits, room);
}

const struct diag_rule *text_reply_rule(const struct obs_reply *r, enum stage at)
{
	struct text_hit best;
	struct buf text;
	size_t count;

	if (r->code < 400 || r->lines.count == 0)
		return NULL;
	buf_init(&text, TEXT_MAX);
	for (size_t i = 0; i < r->lines.count; i++) {
		buf_adds(&text, r->lines.item[i]);
		buf_addc(&text, ' ');
	}
	count = match(buf_str(&text), text.len, 1u << at, &best, 1);
	buf_clear(&text);
	return count > 0 ? best.rule : NULL;
}
