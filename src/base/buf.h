/* SPDX-License-Identifier: MIT
 *
 * A byte buffer with a limit from birth and a sticky error: what does not fit sets `failed`
 * and leaves the contents as they were, so that a row of additions needs one check at its
 * end. Zero-initialised is a valid buffer without room; buf_init() gives it its limit. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct buf {
	char *data;      /* always ends in a NUL that is not counted; NULL while empty */
	size_t len;
	size_t size;     /* allocated; never more than limit + 1, so that what fits in it is allowed */
	size_t limit;    /* len never exceeds it */
	bool failed;     /* something did not fit */
};

#define BUF_NO_LIMIT ((size_t)-1 / 4)

void buf_init(struct buf *b, size_t limit);
void buf_clear(struct buf *b);                 /* frees; the limit stays */
void buf_reset(struct buf *b);                 /* empties, keeps the memory */

void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

void buf_drop(struct buf *b, size_t n);        /* takes n bytes off the front */
const char *buf_str(const struct buf *b);      /* as a string; "" while empty */
char *buf_take(struct buf *b);                 /* hands the string over; b is empty then */

/* Of buf_room() where the memory that is there does not do. */
void *buf_grow(struct buf *b, size_t n);

/* What follows stands here to be inlined: reports are made of thousands of small additions. */

/* Room for n more bytes at the end, to be written by the caller and then counted with
 * buf_added(); NULL and `failed` where the limit forbids it. */
static inline void *buf_room(struct buf *b, size_t n)
{
	return !b->failed && n < b->size - b->len ? b->data + b->len : buf_grow(b, n);
}

static inline void buf_added(struct buf *b, size_t n)
{
	b->len += n;
	b->data[b->len] = '\0';
}

static inline void buf_add(struct buf *b, const void *bytes, size_t n)
{
	void *room = n != 0 ? buf_room(b, n) : NULL;

	if (room != NULL) {
		memcpy(room, bytes, n);
		buf_added(b, n);
	}
}

static inline void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

#endif
