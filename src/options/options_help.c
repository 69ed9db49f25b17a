/* SPDX-License-Identifier: MIT
 *
 * --help and the list of options, from the option table. */
#include "options/option_table.h"

#include <string.h>

enum { WIDTH = 80, HELP_COLUMN = 34 };

static const char intro[] =
	"Usage: smtpprobe [OPTION]... TARGET...\n"
	"       smtpprobe --replay FILE\n"
	"\n"
	"Finds out whether mail servers can be reached, how they must be spoken to, and\n"
	"why not where they cannot. Sends no mail and never logs in.\n"
	"\n"
	"A TARGET is one of\n"
	"  example.com             a domain if it has MX records, else a host\n"
	"  user@example.com        the domain of a mailbox\n"
	"  192.0.2.1, 2001:db8::1  an address, also in brackets\n"
	"  HOST:PORT, [IPV6]:PORT  a host or an address, at that port only\n"
	"  smtp://HOST[:PORT]      a host; also smtps:// (465) and submission:// (587)\n";

static const char outro[] =
	"\n"
	"Examples\n"
	"  smtpprobe example.com                    every mail host of a domain\n"
	"  smtpprobe --host --port 25,2525 mx.example.com\n"
	"                                           a host, at ports of your choice\n"
	"  smtpprobe --output json example.com      for a program to read\n"
	"  smtpprobe --output text --output json=run.json example.com\n"
	"  smtpprobe --replay run.json              the same report again, offline\n"
	"\n"
	"Exit status: 0 tested and fine, 1 something was found (see --fail-on), 2 could\n"
	"not check, 64 usage, 70 internal error. The manual: man smtpprobe\n";

/* Puts words from HELP_COLUMN on, in as many lines as they need; `column` is where the cursor is.
 */
static void put_wrapped(FILE *to, size_t column, const char *text)
{
	bool first = true;

	while (*text != '\0') {
		size_t n = strcspn(text, " ");

		if (first && column >= HELP_COLUMN)
			column = WIDTH;
		if (column + 1 + n > WIDTH) {
			fputc('\n', to);
			column = 0;
			first = true;
		}
		if (column < HELP_COLUMN) {
			fprintf(to, "%*s", (int)(HELP_COLUMN - column), "");
			column = HELP_COLUMN;
		} else if (!first) {
			fputc(' ', to);
			column++;
		}
		fwrite(text, 1, n, to);
		column += n;
		first = false;
		text += n + (text[n] == ' ');
	}
	fputc('\n', to);
}

static void put_row(FILE *to, const struct option_row *row)
{
	struct buf left = {.limit = WIDTH}, right = {.limit = 4 * WIDTH};

	if (row->letter != 0)
		buf_addf(&left, "  -%c, --%s", row->letter, row->name);
	else
		buf_addf(&left, "      --%s", row->name);
	if (row->bare != NULL)
		buf_addf(&left, "[=%s]", row->arg);
	else if (row->arg != NULL)
		buf_addf(&left, " %s", row->arg);
	buf_adds(&right, row->help);
	if (row->alias != NULL)
		buf_addf(&right, "; also --%s", row->alias);
	if (row->def != NULL)
		buf_addf(&right, " (default %s)", row->def);
	fputs(buf_str(&left), to);
	put_wrapped(to, left.len, buf_str(&right));
	buf_clear(&left);
	buf_clear(&right);
}

void options_help(FILE *to)
{
	fputs(intro, to);
	for (unsigned group = 0; group < GROUP_COUNT; group++) {
		fprintf(to, "\n%s\n", option_group_titles[group]);
		for (const struct option_row *row = option_table; row->name != NULL; row++)
			if (row->group == group)
				put_row(to, row);
	}
	fputs(outro, to);
}

void options_list(FILE *to)
{
	for (const struct option_row *row = option_table; row->name != NULL; row++) {
		const char *arg = row->arg != NULL ? row->arg : "-";

		fprintf(to, "%s\t%s\n", row->name, arg);
		if (row->alias != NULL)
			fprintf(to, "%s\t%s\n", row->alias, arg);
	}
}
