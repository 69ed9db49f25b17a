/* SPDX-License-Identifier: MIT
 *
 * The targets of --input: one a line; blank lines and those that begin with # are passed over,
 * and so are blanks around a target, the CR of CRLF, and the byte order mark that some editors
 * put first. */
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

static bool take_line(struct options *o, char *line, size_t n, struct err *e)
{
	struct target t;
	const char *text;

	if (strlen(line) != n)
		return err_set(e, "a target has no NUL bytes; write one target a line");
	text = trim(line);
	if (*text == '\0' || *text == '#')
		return true;
	if (!target_parse(&t, text, o->force, e))
		return false;
	*(struct target *)mem_append(&o->targets, &o->target_count, sizeof t) = t;
	return true;
}

static bool read_lines(struct options *o, FILE *from, const char *name, struct err *e)
{
	static const char bom[] = "\xEF\xBB\xBF";
	size_t size = 0, number = 0;
	char *line = NULL;
	ssize_t n;
	struct err why;
	bool ok = true;

	while (ok && (n = getline(&line, &size, from)) >= 0) {
		size_t skip = number++ == 0 && strncmp(line, bom, 3) == 0 ? 3 : 0;

		ok = take_line(o, line + skip, (size_t)n - skip, &why);
		if (!ok)
			err_set(e, "%s, line %zu: %s", name, number, why.msg);
	}
	if (ok && ferror(from))
		ok = err_set(e,
			     "option --input: \"%s\" cannot be read: %s; name a file with one "
			     "target a line",
			     name, strerror(errno));
	free(line);
	return ok;
}

bool option_read_targets(struct options *o, struct err *e)
{
	struct target_quote q;
	const char *name;
	FILE *from;
	bool ok;

	if (o->input == NULL)
		return true;
	from = strcmp(o->input, "-") == 0 ? stdin : fopen(o->input, "re");
	name = from == stdin ? "standard input" : target_quote(&q, o->input);
	if (from == NULL)
		return err_set(e,
			       "option --input: \"%s\" cannot be opened: %s; name a file with one "
			       "target a line",
			       name, strerror(errno));
	ok = read_lines(o, from, name, e);
	if (from != stdin)
		fclose(from);
	if (ok && o->target_count == 0)
		return err_set(e,
			       "option --input: \"%s\" names no target; write one a line, such as "
			       "example.com",
			       name);
	return ok;
}
