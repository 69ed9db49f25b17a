/* SPDX-License-Identifier: MIT
 *
 * Files of the user's with one thing a line: blank lines and those that begin with # are passed over,
 * and so are blanks around a text, the CR of CRLF, and the byte order mark that some editors put
 * first. */
#include "options/option_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char blanks[] = " \t\r\n";

/* Cuts the blanks off the end and returns where the text begins. */
static char *trim(char *line)
{
	char *end = line + strlen(line);

	while (end > line && strchr(blanks, end[-1]) != NULL)
		*--end = '\0';
	return line + strspn(line, blanks);
}

const char *option_line_text(char *line, bool first)
{
	static const char bom[] = "\xEF\xBB\xBF";
	const char *text = trim(first && strncmp(line, bom, 3) == 0 ? line + 3 : line);

	return *text == '\0' || *text == '#' ? NULL : text;
}

static bool take_line(char *line, size_t n, bool first, option_line_fn *take, void *to, struct err *e)
{
	const char *text;

	if (strlen(line) != n)
		return err_set(e, "a line has no NUL bytes; write text");
	text = option_line_text(line, first);
	return text == NULL || take(to, text, e);
}

static bool read_lines(FILE *from, const char *name, option_line_fn *take, void *to, struct err *e)
{
	size_t size = 0, number = 0;
	char *line = NULL;
	ssize_t n;
	struct err why;
	bool ok = true;

	while (ok && (n = getline(&line, &size, from)) >= 0) {
		number++;
		ok = take_line(line, (size_t)n, number == 1, take, to, &why);
		if (!ok)
			err_set(e, "%s, line %zu: %s", name, number, why.msg);
	}
	free(line);
	return ok;
}

bool option_read_lines(const char *file, const struct option_row *row, const char *what,
		       option_line_fn *take, void *to, struct err *e)
{
	struct target_quote q;
	FILE *from = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
	const char *name = from == stdin ? "standard input" : target_quote(&q, file);
	bool ok;

	if (from == NULL)
		return err_set(e, "option --%s: \"%s\" cannot be opened: %s; name a file with %s",
			       row->name, name, strerror(errno), what);
	ok = read_lines(from, name, take, to, e);
	if (ok && ferror(from))
		ok = err_set(e, "option --%s: \"%s\" cannot be read: %s; name a file with %s", row->name,
			     name, strerror(errno), what);
	if (from != stdin)
		fclose(from);
	return ok;
}

static bool take_expectation(void *to, const char *line, struct err *e)
{
	return expect_parse(to, line, e);
}

bool option_read_expectations(struct expectations *to, const char *file, const struct option_row *row,
			      struct err *e)
{
	size_t before = to->count;
	struct target_quote q;

	if (!option_read_lines(file, row, "one expectation a line", take_expectation, to, e))
		return false;
	return to->count > before ||
	       err_set(e, "option --%s: \"%s\" holds no expectation; write one a line, such as 587: "
		       "starttls, tls>=1.2", row->name, target_quote(&q, file));
}

static bool take_target(void *to, const char *line, struct err *e)
{
	struct options *o = to;
	struct target t;

	if (!target_parse(&t, line, o->force, e))
		return false;
	*(struct target *)mem_append(&o->targets, &o->target_count, sizeof t) = t;
	return true;
}

bool option_read_targets(struct options *o, struct err *e)
{
	static const struct option_row input = { .name = "input" };
	struct target_quote q;

	if (o->input == NULL)
		return true;
	if (!option_read_lines(o->input, &input, "one target a line", take_target, o, e))
		return false;
	if (o->target_count == 0)
		return err_set(e,
			       "option --input: \"%s\" names no target; write one a line, such as "
			       "example.com",
			       strcmp(o->input, "-") == 0 ? "standard input" : target_quote(&q, o->input));
	return true;
}
