/* SPDX-License-Identifier: MIT */
#include "diagnose/number_place.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"

enum { REPLY_DIGITS = 3, SOCKET_DIGITS = 5, JOINT_MAX = 4 };

struct before {
	const char *word;        /* the word ahead of the number, and what joins them */
	size_t n;
	const char *joint;
	size_t joint_length;
};

static bool digit(char c)
{
	return isdigit((unsigned char)c);
}

static bool of_word(char c)
{
	return isalnum((unsigned char)c) || strchr("_-./", c) != NULL;
}

/* No part of a word, of a longer number, or of a date, a time or an address; but ":535", "550:",
 * "535-5.7.8" and "b'5.7.8" are as they should be. */
static bool stands_alone(const char *text, const char *at, size_t n)
{
	char before = at > text ? at[-1] : ' ', after = at[n];
	char earlier = at - text > 1 ? at[-2] : ' ';

	if (isalnum((unsigned char)before) || before == '.' || before == '/')
		return false;
	if ((before == ':' || before == '-') && digit(earlier) && n == REPLY_DIGITS)
		return false;
	if (before == ',' && digit(earlier)) /* 10:15:02,535 and 5,351 */
		return false;
	if (isalnum((unsigned char)after) || after == '/' || after == '%')
		return false;
	if ((after == '-' || after == ',') && digit(at[n + 1]))
		return at[n + 2] == '.';
	return !((after == ':' || after == '.') && digit(at[n + 1]));
}

static void look_back(struct before *b, const char *text, const char *at)
{
	const char *p = at, *end;

	while (p > text && at - p < JOINT_MAX && strchr(" \"'=:#([<", p[-1]) != NULL)
		p--;
	end = p;
	while (p > text && of_word(p[-1]))
		p--;
	*b = (struct before){ p, (size_t)(end - p), end, (size_t)(at - end) };
}

static bool is_one_of(const char *word, size_t n, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i]) == n && memcmp(list[i], word, n) == 0)
			return true;
	return false;
}

static bool ends_as_one_of(const struct before *b, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(list[i]);

		if (n <= b->n && memcmp(b->word + b->n - n, list[i], n) == 0)
			return true;
	}
	return false;
}

/* key=535 or "key": 535, where the key alone tells what the number is. A quote that opens ahead of
 * the number opens a text, in which anything may be said. */
static bool is_value(const struct before *b, char after)
{
	char first = b->joint_length > 0 ? b->joint[0] : '\0';
	char last = b->joint_length > 0 ? b->joint[b->joint_length - 1] : '\0';
	bool opened = b->joint_length > 1 && (last == '"' || last == '\'');

	if (opened && after != last)
		return false;
	return first == '=' || ((first == '"' || first == '\'') && b->joint_length > 1 &&
				b->joint[1] == ':');
}

static bool names_a_reply(const struct before *b)
{
	static const char *const endings[] = {
		"code", "status", "reply", "response", "error", "err", "errno", "smtp", "stat", "said",
		"reason", "result", "msg", "message", "detail", "details", "info", "text", "diag",
		"diagnostic", "exception",
	};

	return ends_as_one_of(b, endings, COUNT(endings));
}

/* "port 535", "line 535", "HTTP 503", "process 550". */
static bool names_something_else(const struct before *b)
{
	static const char *const words[] = {
		"port", "rport", "lport", "sport", "dport", "pid", "mpid", "ppid", "tid", "thread",
		"process", "line", "row", "column", "character", "position", "page", "room", "order",
		"size", "bytes", "length", "len", "uid", "gid", "id", "took", "time", "duration",
		"elapsed", "build", "http", "ok", "ptr",
	};

	return is_one_of(b->word, b->n, words, COUNT(words)) ||
	       (b->n > 5 && memcmp(b->word, "http/", 5) == 0);
}

/* The bytes behind the status in a web server's log: "GET / HTTP/1.1" 200 535 */
static bool follows_http_status(const struct before *b, const char *text)
{
	return b->n == REPLY_DIGITS && digit(*b->word) && b->word - text > 1 && b->word[-1] == ' ' &&
	       b->word[-2] == '"';
}

static bool counts_something(const char *after)
{
	static const char *const units[] = {
		"ms", "msec", "s", "sec", "secs", "second", "seconds", "minutes", "hours", "days",
		"byte", "bytes", "kb", "kib", "mb", "mib", "characters", "chars", "rows", "lines",
		"items", "requests", "times", "eur", "usd", "---",
	};
	size_t n = 0;

	if (*after != ' ')
		return false;
	after++;
	while (isalnum((unsigned char)after[n]) || after[n] == '-')
		n++;
	return is_one_of(after, n, units, COUNT(units));
}

/* name[535] and name(user)<535> are processes. */
static bool is_process(const struct before *b)
{
	char last;

	if (b->joint_length != 1 || (*b->joint != '[' && *b->joint != '<'))
		return false;
	if (b->n == 0)
		return b->joint[-1] == ')' || b->joint[-1] == '>';
	last = b->word[b->n - 1];
	return isalnum((unsigned char)last) && !names_a_reply(b);
}

/* RFC 5321 4.2.1: the first digit is 2 to 5, the second 0 to 5. */
static bool like_a_reply(const char *at, size_t n)
{
	return n == REPLY_DIGITS && at[0] >= '2' && at[0] <= '5' && at[1] >= '0' && at[1] <= '5';
}

static bool may_be_reply(const char *text, const char *at)
{
	const char *after = at + REPLY_DIGITS;
	struct before b;

	if (counts_something(after))
		return false;
	look_back(&b, text, at);
	if (b.joint_length == 0 || (b.n == 0 && b.word == text && b.joint[0] == ' '))
		return true;
	if (is_value(&b, *after))
		return names_a_reply(&b);
	return !(b.word + b.n > text && is_process(&b)) && !names_something_else(&b) &&
	       !follows_http_status(&b, text);
}

/* Windows numbers the errors of its sockets from 10004 to 11031. On their own such numbers are
 * processes and sizes: an error is called one, follows what went wrong, or stands behind "#". */
static bool may_be_socket_error(const char *text, const char *at)
{
	static const char *const words[] = {
		"winsock", "socket", "wsa", "out", "refused", "failed", "connect", "reset", "host", "server",
	};
	struct before b;

	look_back(&b, text, at);
	return at == text || names_a_reply(&b) || memchr(b.joint, '#', b.joint_length) != NULL ||
	       is_one_of(b.word, b.n, words, COUNT(words));
}

/* "MySQL 5.7.26", "kernel 5.4.1-amd64". */
static bool may_be_status(const char *text, const char *at, size_t n)
{
	static const char *const versioned[] = {
		"version", "ver", "v", "release", "kernel", "linux", "mysql", "mariadb", "php", "perl",
		"node", "redis", "chapter", "section", "step", "laravel", "symfony", "wordpress",
	};
	struct before b;

	if (at[n] == '-' && isalpha((unsigned char)at[n + 1]))
		return false;
	look_back(&b, text, at);
	return !is_one_of(b.word, b.n, versioned, COUNT(versioned));
}

bool number_in_place(const char *text, const char *at, size_t n)
{
	if (!stands_alone(text, at, n))
		return false;
	if (memchr(at, '.', n) != NULL)
		return may_be_status(text, at, n);
	if (n == SOCKET_DIGITS && at[0] == '1')
		return may_be_socket_error(text, at);
	return !like_a_reply(at, n) || may_be_reply(text, at);
}

size_t number_prefix(const char *line, size_t n)
{
	size_t i = REPLY_DIGITS + 1;

	if (n <= i || !digit(line[0]) || !digit(line[1]) || !digit(line[2]) ||
	    (line[3] != '-' && line[3] != ' '))
		return 0;
	if (line[i] >= '2' && line[i] <= '5' && n > i + 1 && line[i + 1] == '.')
		while (i < n && (digit(line[i]) || line[i] == '.'))
			i++;
	return i;
}

bool number_class_in_place(const char *text, const char *at, char first)
{
	return at[0] == first && digit(at[1]) && digit(at[2]) && strchr(" -", at[3]) != NULL &&
	       number_in_place(text, at, REPLY_DIGITS);
}
