/* SPDX-License-Identifier: MIT */
#include "base/json_writer.h"

#include <string.h>

void json_writer_init(struct json_writer *w, struct buf *to)
{
	w->to = to;
	w->comma = false;
}

static void begin_item(struct json_writer *w)
{
	if (w->comma)
		buf_addc(w->to, ',');
	w->comma = true;
}

static void begin_nest(struct json_writer *w, char bracket)
{
	begin_item(w);
	buf_addc(w->to, bracket);
	w->comma = false;
}

static void end_nest(struct json_writer *w, char bracket)
{
	buf_addc(w->to, bracket);
	w->comma = true;
}

void json_writer_begin_object(struct json_writer *w)
{
	begin_nest(w, '{');
}

void json_writer_end_object(struct json_writer *w)
{
	end_nest(w, '}');
}

void json_writer_begin_list(struct json_writer *w)
{
	begin_nest(w, '[');
}

void json_writer_end_list(struct json_writer *w)
{
	end_nest(w, ']');
}

/* Length of the well-formed UTF-8 sequence at s (RFC 3629 section 4), 0: there is none. s ends
 * in a NUL, which no sequence goes beyond. */
static size_t utf8_length(const unsigned char *s)
{
	unsigned char low = 0x80, high = 0xBF; /* bounds of the second byte */
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;

	switch (s[0]) {
	case 0xE0:
		low = 0xA0; /* else overlong */
		break;
	case 0xED:
		high = 0x9F; /* else a surrogate */
		break;
	case 0xF0:
		low = 0x90; /* else overlong */
		break;
	case 0xF4:
		high = 0x8F; /* else above U+10FFFF */
		break;
	default:
		break;
	}
	if (s[0] > 0xF4 || (n > 1 && (s[1] < low || s[1] > high)))
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	return n;
}

/* What stands for itself in a JSON string, of ASCII. */
static const bool plain[256] = {
	/* 0x00 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	/* 0x10 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	/* 0x20 */ 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, /* but for the quote */
	/* 0x30 */ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	/* 0x40 */ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	/* 0x50 */ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, /* but for the backslash */
	/* 0x60 */ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	/* 0x70 */ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, /* but for DEL */
};

/* Bytes from s on that go out as they are. */
static size_t plain_length(const unsigned char *s)
{
	const unsigned char *at = s;
	size_t n;

	do {
		while (plain[*at])
			at++;
		n = *at < 0x80 ? 0 : utf8_length(at);
		at += n;
	} while (n != 0);
	return (size_t)(at - s);
}

/* One byte that cannot go out as it is. */
static void add_escaped(struct buf *to, unsigned char c)
{
	const char quoted[] = { '\\', (char)c };

	if (c >= 0x80)
		buf_adds(to, "\xEF\xBF\xBD"); /* U+FFFD */
	else if (c == '"' || c == '\\')
		buf_add(to, quoted, sizeof quoted);
	else
		buf_addf(to, "\\u%04x", c);
}

static void add_string(struct buf *to, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	buf_addc(to, '"');
	for (;;) {
		size_t n = plain_length(s);

		buf_add(to, s, n);
		s += n;
		if (*s == '\0')
			break;
		add_escaped(to, *s++);
	}
	buf_addc(to, '"');
}

void json_writer_key_of(struct json_writer *w, const char *key, size_t n)
{
	char *room = buf_room(w->to, n + strlen(",\"\":")), *at = room;

	if (room != NULL) {
		if (w->comma)
			*at++ = ',';
		*at++ = '"';
		memcpy(at, key, n);
		at += n;
		*at++ = '"';
		*at++ = ':';
		buf_added(w->to, (size_t)(at - room));
	}
	w->comma = false;
}

void json_writer_foreign_key(struct json_writer *w, const char *key)
{
	begin_item(w);
	add_string(w->to, key);
	buf_addc(w->to, ':');
	w->comma = false;
}

void json_writer_string(struct json_writer *w, const char *s)
{
	if (s == NULL) {
		json_writer_null(w);
		return;
	}
	begin_item(w);
	add_string(w->to, s);
}

/* Without printf(), which is most of the cost of a record's many numbers: at least `width` digits. */
static void add_digits(struct buf *to, uint64_t n, unsigned width)
{
	char digits[20];
	size_t at = sizeof digits;

	while (n > 0 || sizeof digits - at < width) {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	}
	buf_add(to, digits + at, sizeof digits - at);
}

/* The digits of what has no sign follow. */
static uint64_t add_sign(struct buf *to, int64_t value)
{
	if (value >= 0)
		return (uint64_t)value;
	buf_addc(to, '-');
	return 0 - (uint64_t)value;
}

void json_writer_int(struct json_writer *w, int64_t value)
{
	begin_item(w);
	add_digits(w->to, add_sign(w->to, value), 1);
}

void json_writer_bool(struct json_writer *w, bool value)
{
	begin_item(w);
	if (value)
		buf_add(w->to, "true", 4);
	else
		buf_add(w->to, "false", 5);
}

void json_writer_null(struct json_writer *w)
{
	begin_item(w);
	buf_add(w->to, "null", 4);
}

/* By integers: %f would write the locale's decimal comma. */
void json_writer_ms(struct json_writer *w, int64_t us)
{
	uint64_t size;

	begin_item(w);
	size = add_sign(w->to, us);
	add_digits(w->to, size / 1000, 1);
	buf_addc(w->to, '.');
	add_digits(w->to, size % 1000, 3);
}
