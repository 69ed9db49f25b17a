/* SPDX-License-Identifier: MIT
 *
 * The words make a tree; a failure link leads from each node to the longest ending of its text
 * that is in the tree as well. Both together are written out as one table of next states, so
 * that scanning is one look-up a byte. */
#include "base/word_index.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { NO_WORD = -1, BYTES = 256 };

struct node {
	int32_t word;              /* that ends here, or NO_WORD */
	uint32_t shorter;          /* the nearest node by failure links where a word ends; 0: none */
};

struct word_index {
	unsigned char class[BYTES];    /* of a byte; 0: in no word */
	unsigned classes;
	uint32_t *next;                /* [node * classes + class] */
	struct node *nodes;
	uint32_t node_count;
};

static void make_classes(struct word_index *x, const char *const *words, size_t count)
{
	x->classes = 1;
	for (size_t i = 0; i < count; i++)
		for (const char *s = words[i]; *s != '\0'; s++)
			if (x->class[(unsigned char)*s] == 0)
				x->class[(unsigned char)*s] = (unsigned char)x->classes++;
}

static void add_word(struct word_index *x, const char *word, size_t number)
{
	uint32_t at = 0;

	for (const char *s = word; *s != '\0'; s++) {
		uint32_t *to = &x->next[(size_t)at * x->classes + x->class[(unsigned char)*s]];

		if (*to == 0) {
			x->nodes[x->node_count].word = NO_WORD;
			*to = x->node_count++;
		}
		at = *to;
	}
	x->nodes[at].word = (int32_t)number;
}

/* In order of depth: a failure link leads to a node of less depth, which is done already. */
static void link_nodes(struct word_index *x)
{
	uint32_t *queue = mem_zalloc(x->node_count, sizeof(*queue));
	uint32_t *fail = mem_zalloc(x->node_count, sizeof(*fail));
	uint32_t head = 0, tail = 0;

	queue[tail++] = 0;
	while (head < tail) {
		uint32_t at = queue[head++];
		uint32_t *next = &x->next[(size_t)at * x->classes];
		const uint32_t *other = &x->next[(size_t)fail[at] * x->classes];

		for (unsigned c = 1; c < x->classes; c++) {
			uint32_t to = next[c], back = at == 0 ? 0 : other[c];

			if (to == 0) {
				next[c] = back;
				continue;
			}
			fail[to] = back;
			x->nodes[to].shorter = x->nodes[back].word != NO_WORD ?
				back : x->nodes[back].shorter;
			queue[tail++] = to;
		}
	}
	free(queue);
	free(fail);
}

struct word_index *word_index_new(const char *const *words, size_t count)
{
	struct word_index *x = mem_zalloc(1, sizeof(*x));
	size_t most = 1;

	make_classes(x, words, count);
	for (size_t i = 0; i < count; i++)
		most += strlen(words[i]);
	x->nodes = mem_zalloc(most, sizeof(*x->nodes));
	x->next = mem_zalloc(most * x->classes, sizeof(*x->next));
	x->nodes[0].word = NO_WORD;
	x->node_count = 1;
	for (size_t i = 0; i < count; i++)
		if (*words[i] != '\0')
			add_word(x, words[i], i);
	link_nodes(x);
	return x;
}

void word_index_free(struct word_index *x)
{
	if (x == NULL)
		return;
	free(x->nodes);
	free(x->next);
	free(x);
}

void word_index_scan(const struct word_index *x, const char *text, size_t n,
		     void (*hit)(void *arg, size_t word, size_t end), void *arg)
{
	const uint32_t *row = x->next;

	for (size_t i = 0; i < n; i++) {
		uint32_t at = row[x->class[(unsigned char)text[i]]];
		uint32_t ends = x->nodes[at].word != NO_WORD ? at : x->nodes[at].shorter;

		for (; ends != 0; ends = x->nodes[ends].shorter)
			hit(arg, (size_t)x->nodes[ends].word, i + 1);
		row = x->next + (size_t)at * x->classes;
	}
}
