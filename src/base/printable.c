/* SPDX-License-Identifier: MIT
 *
 * The printable form of wire bytes and its inverse. Both directions look at the text from left
 * to right; the encoder never makes an escape that the text did not need except for a
 * backslash that the decoder would take for the start of one. */
#include "base/printable.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Characters that show nothing, or move what others show: they could hide or reorder what the
 * server really said. Everything else that Unicode has is shown as itself. */
static const struct range {
	uint32_t first, last;
} hidden[] = {
	{ 0x0000, 0x001F },   /* C0 controls */
	{ 0x007F, 0x009F },   /* DEL, C1 controls */
	{ 0x00AD, 0x00AD },   /* soft hyphen */
	{ 0x061C, 0x061C },   /* Arabic letter mark */
	{ 0x180E, 0x180E },   /* Mongolian vowel separator */
	{ 0x200B, 0x200F },   /* zero-width space, joiners, direction marks */
	{ 0x2028, 0x202E },   /* line and paragraph separator, embeddings and overrides */
	{ 0x2060, 0x206F },   /* word joiner, invisible operators, isolates */
	{ 0xFEFF, 0xFEFF },   /* zero-width no-break space, the byte-order mark */
	{ 0xFFF9, 0xFFFB },   /* interlinear annotation */
	{ 0xE0000, 0xE007F }, /* tags */
};

static bool is_hidden(uint32_t c)
{
	for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
		if (c >= hidden[i].first && c <= hidden[i].last)
			return true;
	return false;
}

/* Length of the well-formed UTF-8 sequence at s, 0 where there is none (RFC 3629 section 4:
 * the bounds exclude overlong forms, surrogates and what lies above U+10FFFF). */
static size_t decode_utf8(const unsigned char *s, size_t n, uint32_t *c)
{
	static const struct {
		unsigned char first, last, length, mask;
		uint32_t min;
	} heads[] = {
		{ 0x00, 0x7F, 1, 0x7F, 0 },
		{ 0xC2, 0xDF, 2, 0x1F, 0x80 },
		{ 0xE0, 0xEF, 3, 0x0F, 0x800 },
		{ 0xF0, 0xF4, 4, 0x07, 0x10000 },
	};

	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
		if (s[0] < heads[i].first || s[0] > heads[i].last)
			continue;
		if (n < heads[i].length)
			return 0;
		*c = s[0] & heads[i].mask;
		for (size_t k = 1; k < heads[i].length; k++) {
			if ((s[k] & 0xC0) != 0x80)
				return 0;
			*c = *c << 6 | (s[k] & 0x3F);
		}
		if (*c < heads[i].min || *c > 0x10FFFF || (*c >= 0xD800 && *c <= 0xDFFF))
			return 0;
		return heads[i].length;
	}
	return 0;
}

static int hex_value(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Does an escape, or what a reader would take for one, stand here? */
static bool is_escape(const unsigned char *s, size_t n)
{
	return n >= 4 && s[0] == '\\' && s[1] == 'x' && hex_value(s[2]) >= 0 &&
	       hex_value(s[3]) >= 0;
}

static void escape(struct buf *b, unsigned char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char text[4] = { '\\', 'x', digits[c >> 4], digits[c & 15] };

	buf_add(b, text, sizeof text);
}

void printable_add(struct buf *b, const void *bytes, size_t n)
{
	const unsigned char *s = bytes;
	size_t plain = 0; /* bytes before s[i] that go out as they are */
	size_t i = 0;

	while (i < n) {
		uint32_t c = 0;
		size_t length = decode_utf8(s + i, n - i, &c);
		size_t bad = length;

		if (length == 0)
			bad = length = 1;
		else if (is_escape(s + i, n - i))
			bad = 1;
		else if (!is_hidden(c))
			bad = 0;
		if (bad == 0) {
			plain += length;
		} else {
			buf_add(b, s + i - plain, plain);
			plain = 0;
			for (size_t k = 0; k < bad; k++)
				escape(b, s[i + k]);
		}
		i += length;
	}
	if (plain != 0)
		buf_add(b, s + n - plain, plain);
}

char *printable_dup(const void *bytes, size_t n)
{
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	printable_add(&b, bytes, n);
	return buf_take(&b);
}

void printable_decode(struct buf *b, const char *printable)
{
	const unsigned char *s = (const unsigned char *)printable;
	size_t n = strlen(printable);

	for (size_t i = 0; i < n;) {
		if (is_escape(s + i, n - i)) {
			buf_addc(b, (char)(hex_value(s[i + 2]) << 4 | hex_value(s[i + 3])));
			i += 4;
		} else {
			buf_addc(b, (char)s[i++]);
		}
	}
}
