/* SPDX-License-Identifier: MIT
 *
 * Writes JSON (RFC 8259) onto a buffer, piece by piece. Commas come by themselves. Whatever a
 * string holds, the output is valid UTF-8 without a control character of ASCII; what is not
 * UTF-8 becomes U+FFFD. */
#ifndef BASE_JSON_WRITER_H
#define BASE_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"

struct json_writer {
	struct buf *to;       /* borrowed */
	bool comma;           /* the next key or element is not the first of its kind */
};

void json_writer_init(struct json_writer *w, struct buf *to);

void json_writer_begin_object(struct json_writer *w);
void json_writer_end_object(struct json_writer *w);
void json_writer_begin_list(struct json_writer *w);
void json_writer_end_list(struct json_writer *w);

/* A key of ours, written as it is: nothing in it may need escaping. */
void json_writer_key_of(struct json_writer *w, const char *key, size_t n);
static inline void json_writer_key(struct json_writer *w, const char *key)
{
	json_writer_key_of(w, key, strlen(key)); /* a constant, where the key is one */
}

/* A key that a peer or a file named. */
void json_writer_foreign_key(struct json_writer *w, const char *key);

/* One value: of the last key, or the next of the list. */
void json_writer_string(struct json_writer *w, const char *s);      /* NULL: null */
void json_writer_int(struct json_writer *w, int64_t value);
void json_writer_bool(struct json_writer *w, bool value);
void json_writer_null(struct json_writer *w);
void json_writer_ms(struct json_writer *w, int64_t us);             /* 12345: 12.345 */

#endif
