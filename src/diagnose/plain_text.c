/* SPDX-License-Identifier: MIT */
#include "diagnose/plain_text.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum { ESC = 0x1b };

struct source {
	const unsigned char *at, *end;
};

/* Encodings of characters that stand for one of ASCII, longest first. */
static const struct {
	const char *bytes;
	char plain;
} alike[] = {
	{ "\\u0027", '\'' }, { "\\u0022", '"' }, { "\\u003c", '<' }, { "\\u003e", '>' },
	{ "\\u2018", '\'' }, { "\\u2019", '\'' }, { "\\u201c", '"' }, { "\\u201d", '"' },
	{ "\\u00a0", ' ' }, { "\\u000a", ' ' }, { "\\u000d", ' ' },
	{ "&quot;", '"' }, { "&apos;", '\'' }, { "&#039;", '\'' }, { "&#39;", '\'' },
	{ "&#34;", '"' }, { "&nbsp;", ' ' }, { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
	{ "\\u2013", '-' }, { "\xE2\x80\x93", '-' }, { "\xE2\x80\x91", '-' },
	{ "\xE2\x80\x98", '\'' }, { "\xE2\x80\x99", '\'' }, { "\xE2\x80\x9C", '"' },
	{ "\xE2\x80\x9D", '"' }, { "\xE2\x80\xA6", '.' }, { "\xC2\xA0", ' ' },
	{ "\\r", ' ' }, { "\\n", ' ' }, { "\\t", ' ' }, { "\\\"", '"' }, { "\\'", '\'' },
	{ "\\/", '/' }, { "\\\\", '\\' },
};

/* ECMA-48 5.4: CSI, then parameters, then a final byte. */
static bool skip_escape(struct source *s)
{
	const unsigned char *p = s->at;

	if (*p != ESC || s->end - p < 2 || p[1] != '[')
		return false;
	p += 2;
	while (p < s->end && *p >= 0x20 && *p <= 0x3F)
		p++;
	s->at = p < s->end ? p + 1 : p;
	return true;
}

static bool may_be_encoded(unsigned char c)
{
	return c == '\\' || c == '&' || c >= 0xC2;
}

static int take(struct source *s)
{
	for (size_t i = 0; may_be_encoded(*s->at) && i < COUNT(alike); i++) {
		size_t n = strlen(alike[i].bytes);

		if ((size_t)(s->end - s->at) >= n && strncasecmp((const char *)s->at, alike[i].bytes, n) == 0) {
			s->at += n;
			return alike[i].plain;
		}
	}
	return *s->at++;
}

/* None of the replacements is longer than what it stands for. */
void plain_text(struct buf *to, const char *text, size_t n)
{
	struct source s = { (const unsigned char *)text, (const unsigned char *)text + n };
	char *out = buf_room(to, n), *at = out;
	bool blank = true;

	if (out == NULL)
		return;
	while (s.at < s.end) {
		int c;

		if (skip_escape(&s))
			continue;
		c = take(&s);
		if (isspace(c) || iscntrl(c)) {
			if (!blank)
				*at++ = ' ';
			blank = true;
		} else {
			*at++ = (char)tolower(c);
			blank = false;
		}
	}
	buf_added(to, (size_t)(at - out));
}
