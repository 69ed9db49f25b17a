/* SPDX-License-Identifier: MIT
 *
 * All patterns of all rules are compiled once, on first use, and then only read: each word and each
 * number gets a sign of its own, one pass over the text collects the signs that are in it, and a
 * pattern is tried only where its rarest sign was found. That makes a log of a million lines a
 * matter of seconds. */
#include "diagnose/text_match.h"

#include <ctype.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/word_index.h"
#include "diagnose/number_place.h"
#include "diagnose/plain_text.h"
#include "diagnose/rule.h"

enum {
	TEXT_MAX = 65536, HITS_MOST = 32,
	/* What a pattern says counts: its words by length, a code like a long word. */
	SCORE_CODE = 10, SCORE_CLASS = 2, SCORE_STATUS = 14, VAGUE = 8, DECISIVE = 8,
	SIGNS_PER_WORD = 2,          /* as a word, wherever it is; as a number, where it is in place */
	SIGN_BITS = 64
};

struct compiled {
	const struct diag_rule *rule;
	size_t all_of[COUNT(((struct text_pattern *)NULL)->words) + 2];
	size_t none_of[COUNT(((struct text_pattern *)NULL)->unless)];
	size_t all_count, none_count;
	size_t order;                /* in the tables: of equals the first wins */
	size_t trigger;              /* the rarest of all_of; NO_SIGN: it has none */
	char class;                  /* the first digit of a reply code; '\0': whatever */
	unsigned score;
};
#define NO_SIGN SIZE_MAX

static struct text_index {
	struct word_index *index;
	const char **words;          /* numbers as well */
	size_t word_count;
	bool *is_number;             /* [word]: it is looked for as a number */
	struct compiled *patterns;   /* those without signs first, then by trigger */
	size_t pattern_count;
	size_t *first;               /* [sign]: the first pattern that it triggers; one past the end too */
	size_t signless;
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

static bool is_class(const char *reply)
{
	return reply != NULL && reply[1] == '\0';
}

/* The code and the status that are asked for as such; NULL: none. */
static const char *code_of(const struct text_pattern *p)
{
	return is_class(p->reply) ? NULL : p->reply;
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
			collect((const char *[]){ code_of(p) }, 1);
			collect(&p->status, 1);
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

static size_t word_sign(const char *word)
{
	const char **at = bsearch(&word, all.words, all.word_count, sizeof(*all.words), by_text);

	return (size_t)(at - all.words) * SIGNS_PER_WORD;
}

static size_t number_sign(const char *number)
{
	size_t sign = word_sign(number);

	all.is_number[sign / SIGNS_PER_WORD] = true;
	return sign + 1;
}

static unsigned score_of(const struct text_pattern *p)
{
	unsigned score = 1;

	if (p->reply != NULL)
		score += is_class(p->reply) ? SCORE_CLASS : SCORE_CODE;
	if (p->status != NULL)
		score += SCORE_STATUS;
	for (size_t i = 0; i < COUNT(p->words) && p->words[i] != NULL; i++)
		score += (unsigned)strlen(p->words[i]);
	return p->vague ? 1 + score / VAGUE : p->decisive ? score * DECISIVE : score;
}

/* A status is rarer than a code, a code than a word, and a long word than a short one. */
static size_t rarest(const struct compiled *c, const struct text_pattern *p)
{
	size_t best = NO_SIGN, longest = 0;

	if (p->status != NULL)
		return number_sign(p->status);
	if (code_of(p) != NULL)
		return number_sign(p->reply);
	for (size_t i = 0; i < c->all_count; i++) {
		size_t n = strlen(all.words[c->all_of[i] / SIGNS_PER_WORD]);

		if (n > longest) {
			longest = n;
			best = c->all_of[i];
		}
	}
	return best;
}

static void compile(const struct diag_rule *r, const struct text_pattern *p)
{
	struct compiled *c = mem_append(&all.patterns, &all.pattern_count, sizeof(*c));

	*c = (struct compiled){ .rule = r, .order = all.pattern_count, .score = score_of(p),
				.class = is_class(p->reply) ? p->reply[0] : '\0' };
	for (size_t i = 0; i < COUNT(p->words) && p->words[i] != NULL; i++)
		c->all_of[c->all_count++] = word_sign(p->words[i]);
	if (code_of(p) != NULL)
		c->all_of[c->all_count++] = number_sign(p->reply);
	if (p->status != NULL)
		c->all_of[c->all_count++] = number_sign(p->status);
	c->trigger = rarest(c, p);
	for (size_t i = 0; i < COUNT(p->unless) && p->unless[i] != NULL; i++)
		c->none_of[c->none_count++] = word_sign(p->unless[i]);
}

static int by_trigger(const void *a, const void *b)
{
	const struct compiled *x = a, *y = b;
	size_t tx = x->trigger + 1, ty = y->trigger + 1; /* NO_SIGN + 1 is 0 */

	return tx != ty ? (tx > ty) - (tx < ty) : (x->order > y->order) - (x->order < y->order);
}

static void sort_patterns(void)
{
	size_t signs = all.word_count * SIGNS_PER_WORD, k;

	if (all.pattern_count > 0)
		qsort(all.patterns, all.pattern_count, sizeof(*all.patterns), by_trigger);
	while (all.signless < all.pattern_count && all.patterns[all.signless].trigger == NO_SIGN)
		all.signless++;
	all.first = mem_zalloc(signs + 1, sizeof(*all.first));
	k = all.signless;
	for (size_t i = 0; i <= signs; i++) {
		all.first[i] = k;
		while (k < all.pattern_count && all.patterns[k].trigger == i)
			k++;
	}
}

static void compile_all(void)
{
	const struct diag_rule *r;

	collect_words();
	all.is_number = mem_zalloc(all.word_count, sizeof(*all.is_number));
	for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++)
		for (const struct text_pattern *p = r->texts; p != NULL && !is_end(p); p++)
			compile(r, p);
	sort_patterns();
	all.index = word_index_new(all.words, all.word_count);
}

/* ---- matching ----------------------------------------------------------------------------- */

struct search {
	const char *text;
	uint64_t *signs;             /* that are in the text, a bit each */
	unsigned stages;             /* 0: all rules */
	struct text_hit *hits;       /* best first, each rule once */
	size_t *order;               /* of the pattern of each hit */
	size_t count, room;
};

static bool has(const struct search *s, size_t sign)
{
	return (s->signs[sign / SIGN_BITS] >> sign % SIGN_BITS & 1) != 0;
}

static void set(struct search *s, size_t sign)
{
	s->signs[sign / SIGN_BITS] |= UINT64_C(1) << sign % SIGN_BITS;
}

static void on_word(void *arg, size_t word, size_t end)
{
	size_t sign = word * SIGNS_PER_WORD, n;
	struct search *s = arg;

	set(s, sign);
	if (!all.is_number[word] || has(s, sign + 1))
		return;
	n = strlen(all.words[word]);
	if (number_in_place(s->text, s->text + end - n, n))
		set(s, sign + 1);
}

/* Any code of that first digit: where more is asked for, wherever it stands; on its own only where
 * the text begins with it, since any text may hold a number. */
static bool has_class(const char *text, char first, bool alone)
{
	for (const char *at = strchr(text, first); at != NULL; at = strchr(at + 1, first))
		if (number_class_in_place(text, at, first))
			return at == text || !alone;
	return false;
}

static bool fits(const struct search *s, const struct compiled *c)
{
	for (size_t i = 0; i < c->all_count; i++)
		if (!has(s, c->all_of[i]))
			return false;
	for (size_t i = 0; i < c->none_count; i++)
		if (has(s, c->none_of[i]))
			return false;
	return c->class == '\0' || has_class(s->text, c->class, c->all_count == 0);
}

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
		    fits(s, c))
			put(s, c);
	}
}

static void try_signs(struct search *s, size_t group)
{
	for (uint64_t left = s->signs[group]; left != 0; left &= left - 1) {
		size_t sign = group * SIGN_BITS + (size_t)__builtin_ctzll(left);

		try(s, all.first[sign], all.first[sign + 1]);
	}
}

static size_t match(const char *text, size_t n, unsigned stages, struct text_hit *hits, size_t room)
{
	size_t order[HITS_MOST], groups;
	struct search s = { .stages = stages, .hits = hits, .order = order,
			    .room = room < HITS_MOST ? room : HITS_MOST };
	struct buf plain;

	pthread_once(&compiled_once, compile_all);
	groups = all.word_count * SIGNS_PER_WORD / SIGN_BITS + 1;
	buf_init(&plain, TEXT_MAX);
	plain_text(&plain, text, n < TEXT_MAX ? n : TEXT_MAX - 1);
	s.text = buf_str(&plain);
	s.signs = mem_zalloc(groups, sizeof(*s.signs));
	word_index_scan(all.index, s.text, plain.len, on_word, &s);
	try(&s, 0, all.signless);
	for (size_t i = 0; i < groups; i++)
		try_signs(&s, i);
	free(s.signs);
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
		const char *line = r->lines.item[i];

		buf_adds(&text, line + (i > 0 ? number_prefix(line, strlen(line)) : 0));
		buf_addc(&text, ' ');
	}
	count = match(buf_str(&text), text.len, 1u << at, &best, 1);
	buf_clear(&text);
	return count > 0 ? best.rule : NULL;
}
