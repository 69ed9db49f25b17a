/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void buf_init(struct buf *b, size_t limit)
{
	memset(b, 0, sizeof *b);
	b->limit = limit;
}

void buf_clear(struct buf *b)
{
	free(b->data);
	buf_init(b, b->limit);
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

void *buf_grow(struct buf *b, size_t n)
{
	size_t want = b->size != 0 ? b->size * 2 : 64;

	if (b->failed || n > b->limit || b->len > b->limit - n) {
		b->failed = true;
		return NULL;
	}
	if (want < b->len + n + 1)
		want = b->len + n + 1;
	if (want - 1 > b->limit)
		want = b->limit + 1;
	b->data = mem_regrow(b->data, want, 1);
	b->size = want;
	return b->data + b->len;
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addf(struct buf *b, const char *format, ...)
{
	va_list args;
	char *room = NULL, first[256];
	int n;

	va_start(args, format);
	n = vsnprintf(first, sizeof first, format, args);
	va_end(args);
	if (n > 0 && (size_t)n < sizeof first) {
		buf_add(b, first, (size_t)n);
		return;
	}
	if (n <= 0 || (room = buf_room(b, (size_t)n)) == NULL)
		return;
	va_start(args, format);
	vsnprintf(room, (size_t)n + 1, format, args);
	va_end(args);
	buf_added(b, (size_t)n);
}

void buf_drop(struct buf *b, size_t n)
{
	if (n == 0)
		return;
	b->len -= n;
	memmove(b->data, b->data + n, b->len + 1);
}

const char *buf_str(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}

/* What is taken is mostly a short line that stays in a record: the rest of its room goes. */
char *buf_take(struct buf *b)
{
	char *s = b->data != NULL ? mem_regrow(b->data, b->len + 1, 1) : mem_strdup("");

	buf_init(b, b->limit);
	return s;
}
