/* SPDX-License-Identifier: MIT
 *
 * Text in columns: see layout.h. Widths come from a small table of our own instead of wcwidth(),
 * which depends on the locale that happens to be set. */
#include "report/layout.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"

struct range {
	uint32_t first, last;
};

/* Would not be seen, or would change how the rest of the line is seen. */
static const struct range unseen[] = {
	{ 0x0000, 0x001F }, { 0x007F, 0x009F }, { 0x00AD, 0x00AD }, { 0x034F, 0x034F },
	{ 0x061C, 0x061C }, { 0x115F, 0x1160 }, { 0x17B4, 0x17B5 }, { 0x180B, 0x180F },
	{ 0x200B, 0x200F }, { 0x2028, 0x202E }, { 0x2060, 0x206F }, { 0x3164, 0x3164 },
	{ 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 }, { 0xFFF0, 0xFFFB }, { 0x1D173, 0x1D17A },
	{ 0xE0000, 0xE0FFF },
	{ 0xFFFE, 0xFFFF },    /* no characters: an XML document that has one is refused as a whole */
};

static const struct range zero_width[] = {
	{ 0x0300, 0x036F }, { 0x0483, 0x0489 }, { 0x0591, 0x05BD }, { 0x0610, 0x061A },
	{ 0x064B, 0x065F }, { 0x06D6, 0x06DC }, { 0x0900, 0x0902 }, { 0x093C, 0x093C },
	{ 0x0941, 0x0948 }, { 0x094D, 0x094D }, { 0x0E31, 0x0E31 }, { 0x0E34, 0x0E3A },
	{ 0x0E47, 0x0E4E }, { 0x1AB0, 0x1AFF }, { 0x1DC0, 0x1DFF }, { 0x20D0, 0x20FF },
	{ 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F },
};

static const struct range wide[] = {
	{ 0x1100, 0x115E }, { 0x2E80, 0x303E }, { 0x3041, 0xA4CF }, { 0xA960, 0xA97F },
	{ 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF }, { 0xFE30, 0xFE6F }, { 0xFF00, 0xFF60 },
	{ 0xFFE0, 0xFFE6 }, { 0x16FE0, 0x18AFF }, { 0x1B000, 0x1B2FF }, { 0x1F000, 0x1FAFF },
	{ 0x20000, 0x3FFFD },
};

static bool within(uint32_t c, const struct range *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (c >= table[i].first && c <= table[i].last)
			return true;
	return false;
}

/* One character of well-formed UTF-8 (RFC 3629: shortest form, no surrogates); its length, or 0
 * where the bytes are none. The string ends in a NUL, so reading on stops there by itself. */
static size_t decode(const char *text, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)text;
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 :
		   s[0] < 0xF5 ? 4 : 0;

	if (n == 0)
		return 0;
	*c = n == 1 ? s[0] : s[0] & (0xFFu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3F);
	}
	return *c < least[n] || *c > 0x10FFFF || (*c >= 0xD800 && *c <= 0xDFFF) ? 0 : n;
}

/* "::error ..::", "##[command]": what a runner of GitHub Actions obeys where a line of a log begins with it,
 * blanks apart (actions/runner, ActionCommand.cs). Wrapping may make any word the first of a line. */
static bool begins_command(const char *text, const char *s)
{
	if (s != text && s[-1] != ' ')
		return false;
	return strncmp(s, "##[", 3) == 0 ||
	       (strncmp(s, "::", 2) == 0 && ((s[2] >= 'a' && s[2] <= 'z') || (s[2] >= 'A' && s[2] <= 'Z')) &&
		strstr(s + 2, "::") != NULL);
}

void layout_escape(struct buf *to, const char *text, bool utf8)
{
	for (const char *s = text != NULL ? text : ""; *s != '\0';) {
		uint32_t c = 0;
		size_t n = decode(s, &c);

		if (begins_command(text, s))
			buf_addf(to, "\\x%02X", (unsigned char)*s++);
		else if (n > 0 && !within(c, unseen, COUNT(unseen)) && (n == 1 || utf8)) {
			buf_add(to, s, n);
			s += n;
		} else {
			for (n = n > 0 ? n : 1; n > 0; n--)
				buf_addf(to, "\\x%02X", (unsigned char)*s++);
		}
	}
}

/* The bytes and columns of the next character. */
static size_t step(const char *s, size_t *columns)
{
	uint32_t c = 0;
	size_t n = decode(s, &c);

	*columns = within(c, zero_width, COUNT(zero_width)) ? 0 :
		   within(c, wide, COUNT(wide)) ? 2 : 1;
	return n > 0 ? n : 1;
}

size_t layout_width(const char *escaped)
{
	size_t width = 0, columns;

	for (const char *s = escaped; *s != '\0'; width += columns)
		s += step(s, &columns);
	return width;
}

void layout_spaces(struct buf *to, size_t n)
{
	for (; n > 0; n--)
		buf_addc(to, ' ');
}

void layout_padded(struct buf *to, const char *escaped, size_t columns)
{
	size_t width = layout_width(escaped);

	buf_adds(to, escaped);
	layout_spaces(to, width < columns ? columns - width : 0);
}

void layout_end_line(struct buf *to)
{
	while (to->len > 0 && to->data[to->len - 1] == ' ')
		to->data[--to->len] = '\0';
	buf_addc(to, '\n');
}

static size_t new_line(struct buf *to, size_t indent)
{
	layout_end_line(to);
	layout_spaces(to, indent);
	return indent;
}

/* A word of n bytes that may have to be broken. */
static size_t put_word(struct buf *to, const char *word, size_t n, size_t at, size_t indent,
		       size_t width)
{
	for (const char *end = word + n; word < end;) {
		size_t columns, bytes = step(word, &columns);

		/* Nor may a break make a command of a runner the first of a line: begins_command(). */
		if (at + columns > width && at > indent && strncmp(word, "::", 2) != 0 &&
		    strncmp(word, "##[", 3) != 0)
			at = new_line(to, indent);
		buf_add(to, word, bytes);
		word += bytes;
		at += columns;
	}
	return at;
}

static size_t width_of(const char *word, size_t n)
{
	size_t width = 0, columns;

	for (const char *end = word + n; word < end; width += columns)
		word += step(word, &columns);
	return width;
}

/* The bytes up to the next space at which a line may end: a number stays with its unit. */
static size_t unbroken(const char *s)
{
	static const char *const units[] = { "s", "ms" };
	size_t n = strcspn(s, " ");

	for (size_t i = 0; i < COUNT(units) && n > 0 && s[n] == ' '; i++) {
		const char *unit = s + n + 1;
		size_t length = strlen(units[i]);

		if (s[n - 1] >= '0' && s[n - 1] <= '9' && strncmp(unit, units[i], length) == 0 &&
		    strchr(" ,;.)", unit[length]) != NULL)
			return n + 1 + strcspn(unit, " ");
	}
	return n;
}

size_t layout_wrap(struct buf *to, const char *escaped, size_t at, size_t indent, size_t width)
{
	bool first = true;

	for (const char *s = escaped + strspn(escaped, " "); *s != '\0'; s += strspn(s, " ")) {
		size_t n = unbroken(s), columns = width_of(s, n), gap = first ? 0 : 1;

		/* A word longer than a whole line stays where it is and is broken there. */
		if (at + gap + columns > width && at > indent && columns + indent <= width) {
			at = new_line(to, indent);
		} else if (gap > 0 && at + gap < width) {
			buf_addc(to, ' ');
			at++;
		} else if (gap > 0) {
			at = new_line(to, indent);
		}
		at = put_word(to, s, n, at, indent, width);
		first = false;
		s += n;
	}
	return at;
}

size_t layout_verbatim(struct buf *to, const char *escaped, size_t at, size_t indent, size_t width)
{
	return put_word(to, escaped, strlen(escaped), at, indent, width);
}

void layout_labelled(struct buf *to, const char *label, const char *escaped, size_t width)
{
	size_t start = to->len;

	buf_addf(to, "  %s", label);
	layout_spaces(to, LAYOUT_LABEL - (to->len - start));
	layout_wrap(to, escaped, LAYOUT_LABEL, LAYOUT_LABEL, width);
	layout_end_line(to);
}
