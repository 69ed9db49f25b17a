/* SPDX-License-Identifier: MIT */
#include "dns/hosts_file.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

enum { WORD_SIZE = 256 };      /* longer than any address or name */

/* Skips blanks, then gives the next word of the line; 0: the line has ended. */
static size_t next_word(const char **at, const char *end, const char **word)
{
	const char *s = *at;

	while (s < end && (*s == ' ' || *s == '\t' || *s == '\r'))
		s++;
	*word = s;
	while (s < end && strchr(" \t\r#", *s) == NULL)
		s++;
	*at = s;
	return (size_t)(s - *word);
}

static size_t without_dot(const char *name, size_t len)
{
	return len > 1 && name[len - 1] == '.' ? len - 1 : len;
}

static bool is_name(const char *word, size_t len, const char *name, size_t name_len)
{
	return without_dot(word, len) == name_len && strncasecmp(word, name, name_len) == 0;
}

static void add_address(struct strlist *to, const char *word, size_t len)
{
	char text[WORD_SIZE], canonical[INET6_ADDRSTRLEN];
	unsigned char octets[16];
	int family;

	if (len >= sizeof text)
		return;
	memcpy(text, word, len);
	text[len] = '\0';
	family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
	if (inet_pton(family, text, octets) != 1)
		return;
	inet_ntop(family, octets, canonical, sizeof canonical);
	if (!strlist_has(to, canonical))
		strlist_add(to, canonical);
}

static void look_in_line(const char *at, const char *end, const char *name, size_t name_len,
			 struct strlist *to)
{
	const char *address, *word;
	size_t address_len = next_word(&at, end, &address), len;

	while ((len = next_word(&at, end, &word)) != 0)
		if (is_name(word, len, name, name_len)) {
			add_address(to, address, address_len);
			return;
		}
}

static bool is_localhost(const char *name, size_t len)
{
	static const char localhost[] = "localhost";
	size_t n = sizeof localhost - 1;

	return len >= n && strncasecmp(name + len - n, localhost, n) == 0 &&
	       (len == n || name[len - n - 1] == '.');
}

bool hosts_file_lookup(const char *text, size_t size, const char *name, struct strlist *to)
{
	size_t name_len = without_dot(name, strlen(name)), before = to->count;
	const char *end = text + size;

	while (name_len != 0 && text < end) {
		const char *line_end = memchr(text, '\n', (size_t)(end - text));

		if (line_end == NULL)
			line_end = end;
		look_in_line(text, line_end, name, name_len, to);
		text = line_end < end ? line_end + 1 : end;
	}
	if (to->count == before && is_localhost(name, name_len)) {
		add_address(to, "127.0.0.1", 9);
		add_address(to, "::1", 3);
	}
	return to->count != before;
}
