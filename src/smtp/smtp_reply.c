/* SPDX-License-Identifier: MIT
 *
 * The reply reader. Bytes are gathered into one line; a CR is held back until the next byte
 * tells whether it ends the line; a complete line is judged, made printable and kept. */
#include "smtp/smtp_reply.h"

#include <string.h>

#include "base/limits.h"
#include "base/printable.h"

enum {
	CODE_DIGITS = 3,
	RFC_LINE_MAX = 512      /* RFC 5321 4.5.3.1.5: with the code and the line end */
};

void smtp_reply_init(struct smtp_reply *r)
{
	memset(r, 0, sizeof *r);
	buf_init(&r->line, LIMIT_REPLY_LINE);
}

void smtp_reply_clear(struct smtp_reply *r)
{
	strlist_clear(&r->lines);
	buf_clear(&r->line);
	smtp_reply_init(r);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How many of the first bytes fit the Reply-code grammar: 3 is a whole code. */
static size_t code_prefix(const char *s, size_t n)
{
	static const struct {
		char first, last;
	} digit[CODE_DIGITS] = { { '2', '5' }, { '0', '5' }, { '0', '9' } };
	size_t i = 0;

	while (i < CODE_DIGITS && i < n && s[i] >= digit[i].first && s[i] <= digit[i].last)
		i++;
	return i;
}

/* 0: the line does not begin with a reply code. */
static int parse_code(const char *s, size_t n)
{
	if (code_prefix(s, n) < CODE_DIGITS || (n > CODE_DIGITS && is_digit(s[CODE_DIGITS])))
		return 0;
	return (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
}

static void keep_line(struct smtp_reply *r)
{
	strlist_take(&r->lines, printable_dup(buf_str(&r->line), r->line.len));
	buf_reset(&r->line);
}

static enum smtp_parse end_line(struct smtp_reply *r, size_t end_length)
{
	int code = parse_code(buf_str(&r->line), r->line.len);
	char separator = r->line.len > CODE_DIGITS ? r->line.data[CODE_DIGITS] : ' ';

	if (r->line.len + end_length > RFC_LINE_MAX)
		r->flaws |= FLAW_LONG_LINE;
	keep_line(r);
	if (code == 0)
		return SMTP_PARSE_BAD;
	if (r->well_formed++ > 0 && code != r->code)
		r->flaws |= FLAW_CODE_CHANGED;
	r->code = code;
	if (separator == '-')
		return r->lines.count < LIMIT_REPLY_LINES ? SMTP_PARSE_MORE : SMTP_PARSE_TOO_LONG;
	if (separator != ' ')
		r->flaws |= FLAW_NO_SEPARATOR;
	return SMTP_PARSE_DONE;
}

/* A byte that does not end the line. */
static enum smtp_parse add_byte(struct smtp_reply *r, char byte)
{
	unsigned char c = (unsigned char)byte;
	bool binary = c > 126 || (c < 32 && c != '\t' && c != '\r');

	if (c == 0)
		r->flaws |= FLAW_NUL;
	else if (c == '\r')
		r->flaws |= FLAW_BARE_CR;
	else if (c > 127)
		r->flaws |= FLAW_EIGHT_BIT;
	else if (binary)
		r->flaws |= FLAW_CONTROL;
	if (r->line.len == LIMIT_REPLY_LINE) {
		r->flaws |= FLAW_LONG_LINE;
		keep_line(r);
		return SMTP_PARSE_TOO_LONG;
	}
	buf_addc(&r->line, byte);
	return binary && r->line.len <= CODE_DIGITS ? SMTP_PARSE_BAD : SMTP_PARSE_MORE;
}

static enum smtp_parse feed_byte(struct smtp_reply *r, char c)
{
	bool after_cr = r->held_cr;

	r->held_cr = false;
	if (c == '\n') {
		if (!after_cr)
			r->flaws |= FLAW_BARE_LF;
		return end_line(r, after_cr ? 2 : 1);
	}
	if (after_cr) {
		enum smtp_parse p = add_byte(r, '\r');

		if (p != SMTP_PARSE_MORE)
			return p;
	}
	if (c == '\r') {
		r->held_cr = true;
		return SMTP_PARSE_MORE;
	}
	return add_byte(r, c);
}

enum smtp_parse smtp_reply_feed(struct smtp_reply *r, const char *bytes, size_t n, size_t *used)
{
	enum smtp_parse p = SMTP_PARSE_MORE;
	size_t i = 0;

	while (i < n && p == SMTP_PARSE_MORE)
		p = feed_byte(r, bytes[i++]);
	*used = i;
	return p;
}

size_t smtp_reply_add_evidence(struct smtp_reply *r, const char *bytes, size_t n)
{
	const char *lf = n != 0 ? memchr(bytes, '\n', n) : NULL;
	size_t whole = lf != NULL ? (size_t)(lf - bytes) + 1 : n;
	size_t shown = lf != NULL ? whole - 1 : n;
	size_t fits = LIMIT_REPLY_LINE - r->line.len;

	if (r->line.len == 0)
		return 0;
	if (lf != NULL && shown > 0 && bytes[shown - 1] == '\r')
		shown--;
	buf_add(&r->line, bytes, shown < fits ? shown : fits);
	return whole;
}

bool smtp_reply_possible(const struct smtp_reply *r)
{
	size_t n = r->line.len;

	if (n > CODE_DIGITS)
		return parse_code(r->line.data, n) != 0;
	return code_prefix(buf_str(&r->line), n) == n;
}

void smtp_reply_end(struct smtp_reply *r)
{
	r->held_cr = false;
	if (r->line.len > 0)
		keep_line(r);
}

size_t smtp_reply_find_421(const char *bytes, size_t n)
{
	size_t at = 0;

	while (at < n) {
		const char *lf = memchr(bytes + at, '\n', n - at);

		if (lf == NULL)
			return n;
		if (n - at > 3 && memcmp(bytes + at, "421", 3) == 0 &&
		    memchr(" -\r\n", bytes[at + 3], 4) != NULL)
			return at;
		at = (size_t)(lf - bytes) + 1;
	}
	return n;
}
