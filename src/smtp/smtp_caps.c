/* SPDX-License-Identifier: MIT
 *
 * The EHLO decoder. Lines are in printable form, where a TAB is "\x09": old servers put one
 * between keyword and parameters. */
#include "smtp/smtp_caps.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/mem.h"

enum {
	ESCAPE_LENGTH = 4,      /* \xHH */
	CODE_DIGITS = 3,
	SIZE_DIGITS = 20        /* RFC 1870 3: 1*20DIGIT */
};

/* The next word at *s, whose length is *n; *s stays before it. False: there is none. */
static bool next_word(const char **s, size_t *n)
{
	while (**s == ' ' || strncmp(*s, "\\x09", ESCAPE_LENGTH) == 0)
		*s += **s == ' ' ? 1 : ESCAPE_LENGTH;
	for (*n = 0; (*s)[*n] != '\0' && (*s)[*n] != ' '; (*n)++)
		if (strncmp(*s + *n, "\\x09", ESCAPE_LENGTH) == 0)
			break;
	return *n != 0;
}

/* Upper case, but for the escapes: "\xE4" must not become "\XE4". */
static void raise_case(char *keyword)
{
	for (char *p = keyword; *p != '\0'; p++) {
		if (p[0] == '\\' && p[1] == 'x' && isxdigit((unsigned char)p[2]) &&
		    isxdigit((unsigned char)p[3]))
			p += ESCAPE_LENGTH - 1;
		else if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	}
}

static struct obs_capability *find_or_add(struct obs_ehlo *e, const char *keyword)
{
	struct obs_capability *c;

	for (size_t i = 0; i < e->cap_count; i++)
		if (strcmp(e->caps[i].keyword, keyword) == 0)
			return &e->caps[i];
	if (e->cap_count == LIMIT_CAPABILITIES)
		return NULL;
	c = mem_append(&e->caps, &e->cap_count, sizeof *e->caps);
	c->keyword = mem_strdup(keyword);
	return c;
}

/* Mechanisms and other parameters are compared caselessly, as most extensions define them. */
static void add_parameter(struct obs_capability *c, const char *s, size_t n)
{
	if (c->params.count == LIMIT_PARAMETERS)
		return;
	for (size_t i = 0; i < c->params.count; i++)
		if (strlen(c->params.item[i]) == n && strncasecmp(c->params.item[i], s, n) == 0)
			return;
	strlist_take(&c->params, mem_strndup(s, n));
}

static void decode_line(struct obs_ehlo *e, const char *s)
{
	struct obs_capability *c;
	char *keyword;
	size_t n;

	if (!next_word(&s, &n))
		return;
	/* "AUTH=LOGIN PLAIN": drafts before RFC 2554, still sent for old clients */
	if (n > 4 && strncasecmp(s, "AUTH=", 5) == 0)
		n = 4;
	keyword = mem_strndup(s, n);
	raise_case(keyword);
	c = find_or_add(e, keyword);
	s += s[n] == '=' ? n + 1 : n;
	while (c != NULL && next_word(&s, &n)) {
		add_parameter(c, s, n);
		s += n;
	}
	free(keyword);
}

void smtp_caps_decode(struct obs_ehlo *e)
{
	for (size_t i = 1; i < e->reply.lines.count; i++) {
		const char *line = e->reply.lines.item[i];
		size_t code = strnlen(line, CODE_DIGITS);
		bool separated = line[code] == '-' || line[code] == ' ';

		decode_line(e, line + code + (separated ? 1 : 0));
	}
}

bool smtp_caps_size(const struct obs_ehlo *e, int64_t *octets)
{
	const struct obs_capability *c = obs_ehlo_find(e, "SIZE");
	const char *s = c != NULL && c->params.count > 0 ? c->params.item[0] : "";
	size_t n = strlen(s);
	int64_t value = 0;

	if (n == 0 || n > SIZE_DIGITS || strspn(s, "0123456789") != n)
		return false;
	for (; *s != '\0'; s++) {
		int digit = *s - '0';

		value = value > (INT64_MAX - digit) / 10 ? INT64_MAX : value * 10 + digit;
	}
	*octets = value;
	return true;
}
