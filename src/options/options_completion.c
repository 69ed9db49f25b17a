/* SPDX-License-Identifier: MIT
 *
 * The completion scripts for bash and zsh, from the option table. */
#include "options/option_table.h"

#include <string.h>

#include "diagnose/clients.h"

/* What can stand in an argument, as far as a shell can know. */
static bool takes_file(const struct option_row *row)
{
	return row->type == OPT_FILE || row->type == OPT_INPUT;
}

/* The words that can stand in an argument, with blanks between; empty: they cannot be listed. */
static void add_words(struct buf *to, const struct option_row *row)
{
	if (row->type == OPT_OUTPUT)
		for (size_t i = 0; report_format_at(i) != NULL; i++)
			buf_addf(to, "%s%s", i != 0 ? " " : "", report_format_at(i)->name);
	if (row->type == OPT_CLIENT) {
		buf_adds(to, "all");
		for (size_t i = 0; client_at(i) != NULL; i++)
			buf_addf(to, " %s", client_at(i)->id);
	}
	for (const struct option_choice *c = row->choices; c != NULL && c->word != NULL; c++)
		buf_addf(to, "%s%s", c != row->choices ? " " : "", c->word);
}

static void add_names(struct buf *to, const struct option_row *row, const char *between)
{
	if (row->letter != 0)
		buf_addf(to, "-%c%s", row->letter, between);
	buf_addf(to, "--%s", row->name);
	if (row->alias != NULL)
		buf_addf(to, "%s--%s", between, row->alias);
}

/* ---- bash -------------------------------------------------------------------------------- */

/* Without the helpers of bash-completion, which is not everywhere, and for bash 3.2 too. */
static const char bash_head[] =
	"# bash completion for smtpprobe, printed by smtpprobe --completion bash\n"
	"_smtpprobe()\n"
	"{\n"
	"	local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD-1]} line\n"
	"	local kind=-W words=\n"
	"\n"
	"	# --option=value comes as three words\n"
	"	if [ \"$cur\" = = ]; then\n"
	"		cur=\n"
	"	elif [ \"$option\" = = ] && [ \"$COMP_CWORD\" -ge 2 ]; then\n"
	"		option=${COMP_WORDS[COMP_CWORD-2]}\n"
	"	fi\n"
	"	case $option in\n";

static const char bash_tail[] =
	"	esac\n"
	"	COMPREPLY=()\n"
	"	while IFS= read -r line; do\n"
	"		COMPREPLY+=(\"$line\")\n"
	"	done < <(if [ \"$kind\" = -f ]; then compgen -f -- \"$cur\"\n"
	"		else compgen -W \"$words\" -- \"$cur\"; fi)\n"
	"	if [ \"$kind\" = -f ]; then compopt -o filenames 2>/dev/null; fi\n"
	"}\n"
	"complete -F _smtpprobe smtpprobe\n";

static void put_bash_case(FILE *to, const struct option_row *row)
{
	struct buf names = {.limit = BUF_NO_LIMIT}, words = {.limit = BUF_NO_LIMIT};

	add_names(&names, row, "|");
	add_words(&words, row);
	if (takes_file(row))
		fprintf(to, "\t%s) kind=-f ;;\n", buf_str(&names));
	else
		fprintf(to, "\t%s) words='%s' ;;\n", buf_str(&names), buf_str(&words));
	buf_clear(&names);
	buf_clear(&words);
}

static void put_bash(FILE *to)
{
	struct buf all = {.limit = BUF_NO_LIMIT};

	fputs(bash_head, to);
	for (const struct option_row *row = option_table; row->name != NULL; row++) {
		if (row->arg != NULL)
			put_bash_case(to, row);
		add_names(&all, row, " ");
		buf_adds(&all, row[1].name != NULL ? " " : "");
	}
	fprintf(to, "\t*) words='%s' ;;\n", buf_str(&all));
	fputs(bash_tail, to);
	buf_clear(&all);
}

/* ---- zsh --------------------------------------------------------------------------------- */

static const char zsh_head[] =
	"#compdef smtpprobe\n"
	"# zsh completion for smtpprobe, printed by smtpprobe --completion zsh\n"
	"_smtpprobe()\n"
	"{\n"
	"	_arguments -s -S \\\n";

static const char zsh_tail[] = "		'*:target:_hosts'\n"
			       "}\n"
			       "if [ \"$funcstack[1]\" = _smtpprobe ]; then\n"
			       "	_smtpprobe \"$@\"\n"
			       "else\n"
			       "	compdef _smtpprobe smtpprobe\n"
			       "fi\n";

/* A text inside of '...[TEXT]...' or ':TEXT:' of an _arguments specification; `special` is what
 * ends it there. */
static void add_zsh_text(struct buf *to, const char *text, const char *special)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'') {
			buf_adds(to, "'\\''");
		} else {
			if (strchr(special, *text) != NULL)
				buf_addc(to, '\\');
			buf_addc(to, *text);
		}
	}
}

static void put_zsh_name(FILE *to, const struct option_row *row, const char *name)
{
	bool again = row->type == OPT_OUTPUT || row->type == OPT_PORTS;
	struct buf spec = {.limit = BUF_NO_LIMIT};

	buf_addc(&spec, '\'');
	if (again) {
		buf_addc(&spec, '*');
	} else {
		buf_addc(&spec, '(');
		add_names(&spec, row, " ");
		buf_addc(&spec, ')');
	}
	buf_adds(&spec, name);
	if (row->arg != NULL && name[1] == '-')
		buf_adds(&spec, row->bare != NULL ? "=-" : "=");
	buf_addc(&spec, '[');
	add_zsh_text(&spec, row->help, "[]\\");
	buf_addc(&spec, ']');
	if (row->arg != NULL) {
		buf_adds(&spec, row->bare != NULL ? "::" : ":");
		add_zsh_text(&spec, row->arg, ":\\");
		buf_addc(&spec, ':');
		if (takes_file(row)) {
			buf_adds(&spec, "_files");
		} else if (row->choices != NULL || row->type == OPT_OUTPUT ||
			   row->type == OPT_CLIENT) {
			buf_addc(&spec, '(');
			add_words(&spec, row);
			buf_addc(&spec, ')');
		} else {
			buf_addc(&spec, ' ');
		}
	}
	fprintf(to, "\t\t%s' \\\n", buf_str(&spec));
	buf_clear(&spec);
}

static void put_zsh(FILE *to)
{
	struct buf name = {.limit = BUF_NO_LIMIT};

	fputs(zsh_head, to);
	for (const struct option_row *row = option_table; row->name != NULL; row++) {
		const char letter[] = {'-', row->letter, '\0'};

		if (row->letter != 0)
			put_zsh_name(to, row, letter);
		for (const char *n = row->name; n != NULL; n = n == row->name ? row->alias : NULL) {
			buf_reset(&name);
			buf_addf(&name, "--%s", n);
			put_zsh_name(to, row, buf_str(&name));
		}
	}
	fputs(zsh_tail, to);
	buf_clear(&name);
}

bool options_completion(FILE *to, const char *shell)
{
	static const struct {
		const char *name;
		void (*put)(FILE *to);
	} shells[] = {{"bash", put_bash}, {"zsh", put_zsh}};

	for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++)
		if (strcmp(shells[i].name, shell) == 0) {
			shells[i].put(to);
			return true;
		}
	return false;
}
