/* SPDX-License-Identifier: MIT
 *
 * All patterns of all rules are compiled once, on first use, and then only read: each word gets
 * a number, all words are looked for in one pass, and a pattern is tried only where its longest
 * word was found. That makes a log of a million lines a matter of seconds. */
#include "diagnose/text_match.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/word_index.h"
#include "diagnose/plain_text.h"
#include "diagnose/rule.h"

enum {
	TEXT_MAX = 65536, HITS_MOST = 32,
	/* What a pattern says counts: its words by length, a code like a long word. */
	SCORE_CODE = 10, SCORE_CLASS = 2, SCORE_STATUS = 14, VAGUE = 8, DECISIVE = 8
};

struct compiled {
	const struct diag_rule *rule;
	const struct text_pattern *pattern;
	size_t words[COUNT(((struct text_pattern *)NULL)->words)];
	size_t unless[COUNT(((struct text_pattern *)NULL)->unless)];
	size_t word_count, unless_count;
	size_t order;                /* in the tables: of equals the first wins */
	size_t trigger;              /* the longest of the words; NO_WORD: it has none */
	unsigned score;
};
#define NO_WORD SIZE_MAX

static struct text_index {
	struct word_index *index;
	const char **words;
	size_t word_count;
	struct compiled *patterns;   /* those without words first, then by trigger */
	size_t pattern_count;
	size_t *first;               /* [word]: the first pattern that it triggers; one past the end too */
	size_t wordless;
} all;
static pthread_once_t compiled_once = PTHREAD_ONCE_INIT;

/* ---- compiling ---------------------------------------------------------------------------- */

static bool is_end(const struct text_pattern *p)
{
	return p->reply == NULL && p->status == NULL && p->words[0] == NULL;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void collect(const char *const *words, size_t most)
{
	for (size_t i = 0; i < most && words[i] != NULL; i++)
		*(const char **)mem_append(&all.words, &all.word_count, sizeof(*all.words)) = words[i];
}

/* Every word once, in order. */
static void collect_words(void)
{
	const struct diag_rule *r;
	size_t kept = 0;

	for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++)
		for (const struct text_pattern *p = r->texts; p != NULL && !is_end(p); p++) {
			collect(p->words, COUNT(p->words));
			collect(p->unless, COUNT(p->unless));
		}
	if (all.word_count > 0)
		qsort(all.words, all.word_count, sizeof(*all.words), by_text);
	for (size_t i = 0; i < all.word_count; i++)
		if (kept == 0 || strcmp(all.words[kept - 1], all.words[i]) != 0)
			all.words[kept++] = all.words[i];
	all.word_count = kept;
}

static size_t number_of(const char *word)
{
	const char **at = bsearch(&word, all.words, all.word_count, sizeof(*all.words), by_text);

	return (size_t)(at - all.words);
}

static unsigned score_of(const struct text_pattern *p)
{
	unsigned score = 1;

	if (p->reply != NULL)
		score += p->reply[1] == '\0' ? SCORE_CLASS : SCORE_CODE;
	if (p->status != NULL)
		score += SCORE_STATUS;
	for (size_t i = 0; i < COUNT(p->words) && p->words[i] != NULL; i++)
		score += (unsigned)strlen(p->words[i]);
	return p->vague ? 1 + score / VAGUE : p->decisive ? score * DECISIVE : score;
}

static void compile(const struct diag_rule *r, const struct text_pattern *p)
{
	struct compiled *c = mem_append(&all.patterns, &all.pattern_count, sizeof(*c));

	*c = (struct compiled){ .rule = r, .pattern = p, .order = all.pattern_count,
				.trigger = NO_WORD, .score = score_of(p) };
	for (size_t i = 0; i < COUNT(p->words) && p->words[i] != NULL; i++) {
		c->words[c->word_count] = number_of(p->words[i]);
		if (c->trigger == NO_WORD ||
		    strlen(p->words[i]) > strlen(all.words[c->trigger]))
			c->trigger = c->words[c->word_count];
		c->word_count++;
	}
	for (size_t i = 0; i < COUNT(p->unless) && p->unless[i] != NULL; i++)
		c->unless[c->unless_count++] = number_of(p->unless[i]);
}

static int by_trigger(const void *a, const void *b)
{
	const struct compiled *x = a, *y = b;
	size_t tx = x->trigger + 1, ty = y->trigger + 1; /* NO_WORD + 1 is 0 */

	return tx != ty ? (tx > ty) - (tx < ty) : (x->order > y->order) - (x->order < y->order);
}

static void compile_all(void)
{
	const struct diag_rule *r;
	size_t k = 0;

	collect_words();
	for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++)
		for (const struct text_pattern *p = r->texts; p != NULL && !is_end(p); p++)
			compile(r, p);
	if (all.pattern_count > 0)
		qsort(all.patterns, all.pattern_count, sizeof(*all.patterns), by_trigger);
	while (all.wordless < all.pattern_count && all.patterns[all.wordless].trigger == NO_WORD)
		all.wordless++;
	all.first = mem_zalloc(all.word_count + 1, sizeof(*all.first));
	k = all.wordless;
	for (size_t w = 0; w <= all.word_count; w++) {
		all.first[w] = k;
		while (k < all.pattern_count && all.patterns[k].trigger == w)
			k++;
	}
	all.index = word_index_new(all.words, all.word_count);
}

/* ---- matching ----------------------------------------------------------------------------- */

static bool digit(char c)
{
	return isdigit((unsigned char)c);
}

/* A number stands alone: it is no part of a word, of a longer number, or of a date, a time or an
 * address; but ":535", "550:", "535-5.7.8" and "b'5.7.8" are as they should be. */
static bool stands_alone(const char *text, const char *at, size_t n)
{
	char before = at > text ? at[-1] : ' ', after = at[n];

	if (isalnum((unsigned char)before) || before == '.' || before == '/')
		return false;
	if ((before == ':' || before == '-') && at - text > 1 && digit(at[-2]) && n == 3)
		return false;
	if (isalnum((unsigned char)after) || after == '/')
		return false;
	if (after == '-' && digit(at[n + 1]))
		return at[n + 2] == '.';
	return !((after == ':' || after == '.') && digit(at[n + 1]));
}

static bool has_number(const char *text, const char *number)
{
	size_t n = strlen(number);

	for (const char *at = strstr(text, number); at != NULL; at = strstr(at + 1, number))
		if (stands_alone(text, at, n))
			return true;
	return false;
}

static bool begins_with_class(const char *text, char first)
{
	return text[0] == first && digit(text[1]) && digit(text[2]) &&
	       (text[3] == ' ' || text[3] == '-' || text[3] == '\0');
}

/* Any code of that first digit: where words are asked for as well, wherever it stands; on its own
 * only where the text begins with it, since any text may hold a number. */
static bool has_class(const char *text, char first, bool with_words)
{
	if (!with_words)
		return begins_with_class(text, first);
	for (const char *at = strchr(text, first); at != NULL; at = strchr(at + 1, first))
		if (begins_with_class(at, first) && stands_alone(text, at, 3))
			return true;
	return false;
}

static bool has_reply(const char *text, const struct compiled *c)
{
	const char *reply = c->pattern->reply;

	return reply[1] == '\0' ? has_class(text, reply[0], c->word_count > 0) : has_number(text, reply);
}

static bool fits(const struct compiled *c, const char *text, const bool *found)
{
	for (size_t i = 0; i < c->word_count; i++)
		if (!found[c->words[i]])
			return false;
	for (size_t i = 0; i < c->unless_count; i++)
		if (found[c->unless[i]])
			return false;
	return (c->pattern->reply == NULL || has_reply(text, c)) &&
	       (c->pattern->status == NULL || has_number(text, c->pattern->status));
}

struct search {
	const char *text;
	const bool *found;
	unsigned stages;             /* 0: all rules */
	struct text_hit *hits;       /* best first, each rule once */
	size_t *order;               /* of the pattern of each hit */
	size_t count, room;
};

static bool comes_before(const struct search *s, size_t i, const struct compiled *c)
{
	return s->hits[i].score != c->score ? s->hits[i].score > c->score : s->order[i] < c->order;
}

static void remove_hit(struct search *s, size_t i)
{
	s->count--;
	memmove(s->hits + i, s->hits + i + 1, (s->count - i) * sizeof(*s->hits));
	memmove(s->order + i, s->order + i + 1, (s->count - i) * sizeof(*s->order));
}

static void put(struct search *s, const struct compiled *c)
{
	size_t at = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->hits[i].rule == c->rule) {
			if (comes_before(s, i, c))
				return;
			remove_hit(s, i);
		}
	while (at < s->count && comes_before(s, at, c))
		at++;
	if (at == s->room)
		return;
	if (s->count == s->room)
		s->count--;
	memmove(s->hits + at + 1, s->hits + at, (s->count - at) * sizeof(*s->hits));
	memmove(s->order + at + 1, s->order + at, (s->count - at) * sizeof(*s->order));
	s->hits[at] = (struct text_hit){ c->rule, c->score };
	s->order[at] = c->order;
	s->count++;
}

static void try(struct search *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct compiled *c = &all.patterns[i];

		if ((s->stages == 0 || (c->rule->replies & s->stages) != 0) &&
		    fits(c, s->text, s->found))
			put(s, c);
	}
}

static size_t match(const char *text, size_t n, unsigned stages, struct text_hit *hits, size_t room)
{
	struct search s = { .stages = stages, .hits = hits,
			    .room = room < HITS_MOST ? room : HITS_MOST };
	bool *found;
	size_t *which, count;
	size_t order[HITS_MOST];
	struct buf plain;

	pthread_once(&compiled_once, compile_all);
	buf_init(&plain, TEXT_MAX);
	plain_text(&plain, text, n < TEXT_MAX ? n : TEXT_MAX - 1);
	which = mem_zalloc(all.word_count + 1, sizeof(*which) + sizeof(*found));
	found = (bool *)(which + all.word_count + 1);
	s.text = buf_str(&plain);
	s.found = found;
	s.order = order;
	count = word_index_scan(all.index, s.text, plain.len, found, which);
	for (size_t i = 0; i < count; i++)
		try(&s, all.first[which[i]], all.first[which[i] + 1]);
	try(&s, 0, all.wordless);
	free(which);
	buf_clear(&plain);
	return s.count;
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
