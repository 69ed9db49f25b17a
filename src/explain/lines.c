/* SPDX-License-Identifier: MIT
 *
 * A line belongs to the ones before it where it is
 *   - the next line of the same SMTP reply ("534-5.7.9 ...", "534 5.7.9 ..."), whatever stands
 *     ahead of the code in each;
 *   - a frame of a stack trace, "Caused by: ...", or indented, behind the same log prefix; or what
 *     a Python traceback ends in;
 *   - the rest of a line that was broken: the first word would not have had room in the line
 *     before, or goes on in the middle of a sentence. */
#include "explain/lines.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "diagnose/number_place.h"

enum {
	PREFIX_MOST = 120,       /* where a program's name stands in a line */
	NARROW = 20,             /* nobody breaks lines as short as that */
	WRAPS_MOST = 12,         /* lines of one message */
	INDENTED_MOST = 1000,    /* bytes ahead of an indented line: a longer text is no message */
	SAME_PREFIX = 6          /* lines that begin alike are entries of a log */
};

struct span {
	const char *at;
	size_t n;
};

static bool digit_at(struct span s, size_t i)
{
	return i < s.n && isdigit((unsigned char)s.at[i]);
}

static struct span from(struct span s, size_t i)
{
	return (struct span){ s.at + i, s.n - i };
}

static bool begins(struct span s, const char *word)
{
	size_t n = strlen(word);

	return s.n >= n && strncasecmp(s.at, word, n) == 0;
}

static size_t span_of(struct span s, const char *characters)
{
	size_t n = 0;

	while (n < s.n && s.at[n] != '\0' && strchr(characters, s.at[n]) != NULL)
		n++;
	return n;
}

static size_t span_until(struct span s, char end)
{
	const char *at = memchr(s.at, end, s.n);

	return at != NULL ? (size_t)(at - s.at) : s.n;
}

/* ---- log prefixes -------------------------------------------------------------------------- */

/* 2026-11-23 10:15:02.535, 2026-11-23T10:15:02Z, [2026-..., 23/Nov/2026 */
static size_t date_length(struct span s)
{
	size_t i = s.n > 0 && s.at[0] == '[', date;

	date = i + span_of(from(s, i), "0123456789-/");
	if (!digit_at(s, i) || date - i < 8)
		return 0;
	if (date < s.n && (s.at[date] == ' ' || s.at[date] == 'T') && digit_at(s, date + 1))
		date++;
	return date + span_of(from(s, date), "0123456789:.,+Z]");
}

/* Without the date, and without the container's name and bar that docker compose puts ahead. */
static struct span without_prefix(struct span s)
{
	size_t i = date_length(s), name;

	if (i > 0 && i < s.n && s.at[i] == ' ')
		s = from(s, i + 1);
	if (begins(s, "stderr F ") || begins(s, "stdout F "))
		s = from(s, 9);
	for (name = 0; name < s.n && (isalnum((unsigned char)s.at[name]) || strchr("_.-", s.at[name]) != NULL);)
		name++;
	i = name + span_of(from(s, name), " ");
	if (name > 0 && i < s.n && s.at[i] == '|')
		s = from(s, i + 1 + (i + 1 < s.n && s.at[i + 1] == ' '));
	return s;
}

/* "sshd[535]: ...", "su(pam_unix)[550]: ...", "rspamd_proxy[535]" */
static struct span program_of(struct span line)
{
	const char *bracket = memchr(line.at, '[', line.n < PREFIX_MOST ? line.n : PREFIX_MOST);
	struct span name = { bracket, 0 };

	if (bracket == NULL || !digit_at(line, (size_t)(bracket - line.at) + 1))
		return (struct span){ line.at, 0 };
	while (name.at > line.at && name.at[-1] != ' ') {
		name.at--;
		name.n++;
	}
	return (struct span){ name.at, span_until(name, '(') };
}

bool line_is_of_another_program(const char *line, size_t n)
{
	static const char *const programs[] = {
		"sshd", "sshd-session", "sudo", "su", "CRON", "cron", "crond", "login", "gdm",
		"systemd-logind", "named", "unbound", "vsftpd", "pure-ftpd", "proftpd", "mysqld",
		"spamd", "rspamd",
	};
	static const char rspamd[] = "rspamd_task_write_log";
	struct span name = program_of((struct span){ line, n });

	for (size_t i = 0; name.n > 0 && i < COUNT(programs); i++)
		if (strlen(programs[i]) == name.n && memcmp(programs[i], name.at, name.n) == 0)
			return true;
	return memmem(line, n < PREFIX_MOST ? n : PREFIX_MOST, rspamd, sizeof(rspamd) - 1) != NULL;
}

static bool holds_one_of(struct span s, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k + strlen(words[i]) <= s.n; k++)
			if (strncasecmp(s.at + k, words[i], strlen(words[i])) == 0)
				return true;
	return false;
}

bool passage_is_of_another_service(const char *text, size_t n)
{
	static const char *const services[] = {
		"https://", "http://", "HTTP/1", "HTTP/2", ":443", ":5432", "port 5432", ":6379", "redis",
		":3306", "npm err", ":27017", "postgres", "psycopg", "psql", "mysql", "mongo", "upstream",
	};
	static const char *const of_mail[] = {
		"mail", "smtp", "mx", "587", "465", ":25", "port 25", "postfix", "exim", "dovecot",
		"starttls", "swift", "spam", "rcpt", "ehlo", "sender", "recipient", "blocked", "listed",
	};
	struct span s = { text, n };

	return holds_one_of(s, services, COUNT(services)) && !holds_one_of(s, of_mail, COUNT(of_mail));
}

/* ---- replies of several lines -------------------------------------------------------------- */

/* The reply code of a line that is one of an SMTP reply, wherever it stands in it; "" if none.
 * Returns its place. */
static size_t reply_code(struct span s, char code[4], bool *more)
{
	code[0] = '\0';
	for (size_t i = 0; i + 3 < s.n; i++) {
		if (s.at[i] < '2' || s.at[i] > '5' || !digit_at(s, i + 1) || !digit_at(s, i + 2) ||
		    (s.at[i + 3] != '-' && s.at[i + 3] != ' ') ||
		    (i > 0 && (isalnum((unsigned char)s.at[i - 1]) || strchr(".:-/", s.at[i - 1]) != NULL)))
			continue;
		memcpy(code, s.at + i, 3);
		code[3] = '\0';
		*more = s.at[i + 3] == '-';
		return i;
	}
	return 0;
}

size_t line_reply_text(const char *line, size_t n)
{
	char code[4];
	bool more;
	size_t at = reply_code((struct span){ line, n }, code, &more);

	return code[0] != '\0' ? at + number_prefix(line + at, n - at) : 0;
}

static bool same_reply(struct span last, struct span line)
{
	char before[4], now[4];
	bool more = false, ignored = false;

	reply_code(last, before, &more);
	if (!more)
		return false;
	reply_code(line, now, &ignored);
	return strcmp(before, now) == 0;
}

/* ---- stack traces -------------------------------------------------------------------------- */

static bool is_indented(struct span s)
{
	size_t blanks = span_of(s, " \t");

	return blanks > 0 && blanks < s.n;
}

static bool is_frame(struct span line)
{
	size_t blanks = span_of(line, " \t");
	static const char *const beginnings[] = {
		"at ", "--->", "caused by", "... ", "file \"", "^", "--- end",
	};

	for (size_t i = 0; i < COUNT(beginnings); i++)
		if (begins(from(line, blanks), beginnings[i]))
			return true;
	return false;
}

/* Python: the code of each frame is indented, and the error itself comes last. */
static bool is_of_traceback(struct span before, struct span last, struct span line)
{
	return begins(without_prefix(before), "traceback (most recent") &&
	       (is_indented(without_prefix(line)) || is_indented(without_prefix(last)));
}

/* ---- broken lines -------------------------------------------------------------------------- */

static bool begins_an_entry(struct span before, struct span line)
{
	char code[4];
	bool ignored;
	size_t word = 0, same = 0;

	while (word < line.n && !isspace((unsigned char)line.at[word]))
		word++;
	while (same < line.n && same < before.n && line.at[same] == before.at[same])
		same++;
	reply_code((struct span){ line.at, line.n < 4 ? line.n : 4 }, code, &ignored);
	return date_length(line) > 0 || same >= SAME_PREFIX || code[0] != '\0' ||
	       (word > 0 && line.at[word - 1] == ':') ||
	       !(isalnum((unsigned char)line.at[0]) || strchr("[(<'\"", line.at[0]) != NULL);
}

static bool is_rest(struct span before, struct span last, struct span line)
{
	size_t width = line.n, lines = 1, word = 0, length = 0;
	char end = last.n > 0 ? last.at[last.n - 1] : ' ';

	for (size_t i = 0; i < before.n; i++) {
		bool ends = before.at[i] == '\n' || before.at[i] == LINE_WRAP;

		length = ends ? 0 : length + 1;
		lines += ends;
		width = length > width ? length : width;
	}
	if (lines >= WRAPS_MOST || begins_an_entry(before, line))
		return false;
	while (word < line.n && !isspace((unsigned char)line.at[word]))
		word++;
	if (last.n < NARROW)
		return false;
	return last.n + 1 + word > width ||
	       (islower((unsigned char)line.at[0]) && (isalnum((unsigned char)end) || strchr(",-:", end) != NULL));
}

/* ---- all of it ----------------------------------------------------------------------------- */

static struct span last_line(struct span s)
{
	size_t i = s.n;

	while (i > 0 && s.at[i - 1] != '\n' && s.at[i - 1] != LINE_WRAP)
		i--;
	return from(s, i);
}

enum line_joint line_joint(const struct buf *before, const char *line, size_t n, bool wraps)
{
	struct span all = { before->data, before->len }, now = { line, n }, last;

	if (all.n == 0 || span_of(now, " \t\r") == n)
		return LINE_APART;
	last = last_line(all);
	if (same_reply(last, now))
		return LINE_OF_REPLY;
	if (is_frame(without_prefix(now)) || is_of_traceback(all, last, now) ||
	    (is_indented(without_prefix(now)) && all.n < INDENTED_MOST))
		return LINE_JOINED;
	return wraps && is_rest(all, last, now) ? LINE_WRAPPED : LINE_APART;
}
