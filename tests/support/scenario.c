/* SPDX-License-Identifier: MIT
 *
 * Reads scenario files. A line is a directive (expect, fact, port ...) or a verb of the script
 * that is open; both are rows of a table whose function takes the rest of the line. */
#include "scenario.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { FILE_MAX = 64 * 1024, TEXT_MAX = 16 * 1024 };

struct reader {
	struct scenario *s;
	enum scenario_connection connection;
	unsigned line;
	const char *path;
	struct err *e;
};

static const char *const connection_names[] = {
	[CONN_MAIN] = "main", [CONN_ENFORCEMENT] = "enforcement", [CONN_LATER] = "later",
	[CONN_LAST] = "last",
	[CONN_TLS] = "tls",
};
_Static_assert(COUNT(connection_names) == CONN_COUNT, "every connection has a name");

static bool complain(struct reader *r, const char *what, const char *text)
{
	return err_set(r->e, "%s:%u: %s: \"%s\"", r->path, r->line, what, text);
}

static bool number_of(struct reader *r, const char *text, unsigned *number)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 || n > 1000000000)
		return complain(r, "not a number", text);
	*number = (unsigned)n;
	return true;
}

static bool hex_byte(const char *s, char *byte)
{
	unsigned value = 0;

	for (int i = 0; i < 2; i++) {
		if (!isxdigit((unsigned char)s[i]))
			return false;
		value = value * 16 + (unsigned)(isdigit((unsigned char)s[i]) ? s[i] - '0' :
						(tolower((unsigned char)s[i]) - 'a' + 10));
	}
	*byte = (char)value;
	return true;
}

static bool unescape(struct reader *r, struct buf *to, const char *text)
{
	static const char letters[] = "rnt\\", bytes[] = "\r\n\t\\";

	for (const char *p = text; *p != '\0'; p++) {
		const char *letter;
		char byte;

		if (*p != '\\') {
			buf_addc(to, *p);
			continue;
		}
		p++;
		letter = *p != '\0' ? strchr(letters, *p) : NULL;
		if (letter != NULL) {
			buf_addc(to, bytes[letter - letters]);
		} else if (*p == 'x' && hex_byte(p + 1, &byte)) {
			buf_addc(to, byte);
			p += 2;
		} else {
			return complain(r, "unknown escape in", text);
		}
	}
	return to->failed ? complain(r, "too long", text) : true;
}

static struct scenario_step *add_step(struct reader *r, enum scenario_verb verb)
{
	struct scenario_script *script = &r->s->script[r->connection];
	struct scenario_step *step;

	step = mem_append(&script->step, &script->count, sizeof(*step));
	step->verb = verb;
	step->line = r->line;
	return step;
}

static void set_text(struct scenario_step *step, struct buf *b)
{
	step->size = b->len;
	step->text = b->data != NULL ? buf_take(b) : mem_strdup("");
	buf_clear(b);
}

/* ---- directives ------------------------------------------------------------------------- */

static bool on_expect(struct reader *r, const char *rest)
{
	strlist_add(&r->s->expects, rest);
	return true;
}

static bool on_note(struct reader *r, const char *rest)
{
	strlist_add(&r->s->notes, rest);
	return true;
}

static bool on_others(struct reader *r, const char *rest)
{
	r->s->others_allowed = strcmp(rest, "allowed") == 0;
	return r->s->others_allowed;
}

static bool on_option(struct reader *r, const char *rest)
{
	strlist_add(&r->s->options, rest);
	return true;
}

static bool on_fact(struct reader *r, const char *rest)
{
	static const struct {
		const char *word;
		enum scenario_relation relation;
	} relations[] = {
		{ " = ", FACT_EQUAL }, { " has ", FACT_HAS }, { " lacks ", FACT_LACKS },
		{ " > ", FACT_ABOVE }, { " < ", FACT_BELOW },
	};
	const char *first = NULL;
	size_t which = 0;
	struct scenario_fact *f;

	for (size_t i = 0; i < COUNT(relations); i++) {
		const char *at = strstr(rest, relations[i].word);

		if (at != NULL && (first == NULL || at < first)) {
			first = at;
			which = i;
		}
	}
	if (first == NULL)
		return complain(r, "a fact is PATH, one of = has lacks > <, and JSON", rest);
	f = mem_append(&r->s->facts, &r->s->fact_count, sizeof(*f));
	f->path = mem_strndup(rest, (size_t)(first - rest));
	f->relation = relations[which].relation;
	f->value = mem_strdup(first + strlen(relations[which].word));
	f->line = r->line;
	return true;
}

static bool on_exit_status(struct reader *r, const char *rest)
{
	unsigned n;

	if (!number_of(r, rest, &n))
		return false;
	r->s->exit_status = (int)n;
	return true;
}

static bool on_port(struct reader *r, const char *rest)
{
	return number_of(r, rest, &r->s->port);
}

static bool on_port_first(struct reader *r, const char *rest)
{
	if (strcmp(rest, "tls") != 0)
		return complain(r, "port-first knows \"tls\" only", rest);
	r->s->tls_first = true;
	return true;
}

static bool on_target(struct reader *r, const char *rest)
{
	free(r->s->target);
	r->s->target = mem_strdup(rest);
	return true;
}

static bool on_socket_only(struct reader *r, const char *rest)
{
	if (*rest == '\0')
		return complain(r, "socket-only wants a reason", rest);
	r->s->socket_only = true;
	return true;
}

static bool on_connection(struct reader *r, const char *rest)
{
	for (size_t i = 0; i < COUNT(connection_names); i++) {
		if (strcmp(connection_names[i], rest) == 0) {
			r->connection = (enum scenario_connection)i;
			return true;
		}
	}
	return complain(r, "no such connection", rest);
}

/* ---- verbs ------------------------------------------------------------------------------ */

static bool on_bytes(struct reader *r, enum scenario_verb verb, const char *text)
{
	struct buf b;

	buf_init(&b, TEXT_MAX);
	if (!unescape(r, &b, text)) {
		buf_clear(&b);
		return false;
	}
	set_text(add_step(r, verb), &b);
	return true;
}

static bool on_send_line(struct reader *r, const char *rest)
{
	struct buf b;

	buf_init(&b, TEXT_MAX);
	buf_addf(&b, "%s\r\n", rest);
	set_text(add_step(r, VERB_SEND), &b);
	return true;
}

static bool on_send_raw(struct reader *r, const char *rest)
{
	return on_bytes(r, VERB_SEND, rest);
}

static bool on_command(struct reader *r, const char *rest)
{
	struct scenario_step *step = add_step(r, VERB_COMMAND);

	step->text = mem_strdup(rest);
	step->size = strlen(rest);
	return true;
}

static bool on_drip(struct reader *r, const char *rest)
{
	return number_of(r, *rest != '\0' ? rest : "1", &add_step(r, VERB_DRIP)->number);
}

static bool on_wait(struct reader *r, const char *rest)
{
	return number_of(r, rest, &add_step(r, VERB_WAIT)->number);
}

static bool on_flood(struct reader *r, const char *rest)
{
	const char *space = strchr(rest, ' ');
	char *count;
	unsigned n = 0;
	bool ok;

	if (space == NULL)
		return complain(r, "flood wants a number and a text", rest);
	count = mem_strndup(rest, (size_t)(space - rest));
	ok = number_of(r, count, &n) && on_bytes(r, VERB_FLOOD, space + 1);
	free(count);
	if (ok) {
		struct scenario_script *script = &r->s->script[r->connection];

		script->step[script->count - 1].number = n;
	}
	return ok;
}

static bool on_tls(struct reader *r, const char *rest)
{
	static const struct {
		const char *word;
		unsigned version;
		enum scenario_client_certificate client_certificate;
	} words[] = {
		{ "1.0", 10, CLIENT_CERT_IGNORED }, { "1.1", 11, CLIENT_CERT_IGNORED },
		{ "1.2", 12, CLIENT_CERT_IGNORED }, { "1.3", 13, CLIENT_CERT_IGNORED },
		{ "request", 0, CLIENT_CERT_REQUESTED }, { "require", 0, CLIENT_CERT_REQUIRED },
	};
	struct scenario_step *step = add_step(r, VERB_TLS);

	for (const char *p = rest; *p != '\0'; p += strspn(p, " ")) {
		size_t n = strcspn(p, " "), i;

		for (i = 0; i < COUNT(words); i++)
			if (strlen(words[i].word) == n && memcmp(words[i].word, p, n) == 0)
				break;
		if (*p == '+' || *p == '-') {
			free(step->priority);
			step->priority = mem_strndup(p, n);
			p += n;
			continue;
		}
		if (i == COUNT(words) && step->text != NULL)
			return complain(r, "tls wants one certificate", rest);
		if (i == COUNT(words))
			step->text = mem_strndup(p, n);
		else if (words[i].version != 0)
			step->version = words[i].version;
		else
			step->client_certificate = words[i].client_certificate;
		p += n;
	}
	if (step->text == NULL)
		return complain(r, "tls wants a certificate", rest);
	step->size = strlen(step->text);
	return true;
}

static bool on_tls_alert(struct reader *r, const char *rest)
{
	return number_of(r, rest, &add_step(r, VERB_TLS_ALERT)->number);
}

static bool on_tls_plaintext(struct reader *r, const char *rest)
{
	return on_bytes(r, VERB_TLS_PLAINTEXT, rest);
}

/* ---- lines ------------------------------------------------------------------------------ */

static const struct {
	const char *word;
	bool (*with)(struct reader *r, const char *rest);
} lines[] = {
	{ "expect", on_expect }, { "note", on_note }, { "fact", on_fact },
	{ "others", on_others },
	{ "exit", on_exit_status }, { "option", on_option }, { "port", on_port },
	{ "port-first", on_port_first }, { "target", on_target },
	{ "socket-only", on_socket_only }, { "connection", on_connection },
	{ "S:", on_send_line }, { "S|", on_send_raw }, { "C:", on_command },
	{ "drip", on_drip }, { "wait", on_wait }, { "flood", on_flood }, { "tls", on_tls },
	{ "tls-alert", on_tls_alert }, { "tls-plaintext", on_tls_plaintext },
};

static const struct {
	const char *word;
	enum scenario_verb verb;
} plain_verbs[] = {
	{ "C-RAW", VERB_ANY_BYTES }, { "close", VERB_CLOSE }, { "cut", VERB_CUT },
	{ "reset", VERB_RESET }, { "stall", VERB_STALL }, { "tls-hello", VERB_TLS_HELLO },
	{ "tls-stall", VERB_TLS_STALL }, { "tls-close", VERB_TLS_CLOSE },
	{ "tls-reset", VERB_TLS_RESET },
};

static bool same_word(const char *word, const char *text, size_t n)
{
	return strlen(word) == n && memcmp(word, text, n) == 0;
}

static bool read_line(struct reader *r, const char *text)
{
	size_t n = strcspn(text, " ");
	const char *rest = text[n] == ' ' ? text + n + 1 : text + n;

	if (*text == '\0')
		return true;
	if (*text == '#') {
		if (r->s->title == NULL)
			r->s->title = mem_strdup(text + strspn(text, "# "));
		return true;
	}
	for (size_t i = 0; i < COUNT(lines); i++)
		if (same_word(lines[i].word, text, n))
			return lines[i].with(r, rest);
	for (size_t i = 0; i < COUNT(plain_verbs); i++) {
		if (same_word(plain_verbs[i].word, text, n) && *rest == '\0') {
			add_step(r, plain_verbs[i].verb);
			return true;
		}
	}
	return complain(r, "not a line of a scenario", text);
}

static bool read_whole(struct buf *b, const char *path, struct err *e)
{
	FILE *f = fopen(path, "r");
	char chunk[4096];
	size_t n;
	bool ok;

	if (f == NULL)
		return err_set(e, "%s: %s", path, strerror(errno));
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(b, chunk, n);
	ok = !ferror(f) && !b->failed && b->data != NULL;
	fclose(f);
	return ok ? true : err_set(e, "%s: empty, too long or not readable", path);
}

static char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(base, '.');

	return mem_strndup(base, dot != NULL ? (size_t)(dot - base) : strlen(base));
}

bool scenario_load(struct scenario *s, const char *path, struct err *e)
{
	struct reader r = { .s = s, .connection = CONN_MAIN, .path = path, .e = e };
	struct buf b;
	bool ok;

	*s = (struct scenario){ .exit_status = -1 };
	s->name = name_of(path);
	s->target = mem_strdup("127.0.0.1");
	buf_init(&b, FILE_MAX);
	ok = read_whole(&b, path, e);
	for (char *p = b.data, *next; ok && *p != '\0'; p = next) {
		size_t n = strcspn(p, "\n");

		next = p[n] == '\n' ? p + n + 1 : p + n;
		p[n] = '\0';
		r.line++;
		ok = read_line(&r, p);
	}
	if (ok && s->script[CONN_MAIN].count == 0)
		ok = err_set(e, "%s: there is no main script", path);
	if (ok && s->title == NULL)
		ok = err_set(e, "%s: the first comment line is the title; there is none", path);
	buf_clear(&b);
	if (!ok)
		scenario_clear(s);
	return ok;
}

void scenario_clear(struct scenario *s)
{
	free(s->name);
	free(s->title);
	free(s->target);
	strlist_clear(&s->expects);
	strlist_clear(&s->notes);
	strlist_clear(&s->options);
	for (size_t i = 0; i < s->fact_count; i++) {
		free(s->facts[i].path);
		free(s->facts[i].value);
	}
	free(s->facts);
	for (size_t i = 0; i < CONN_COUNT; i++) {
		for (size_t k = 0; k < s->script[i].count; k++) {
			free(s->script[i].step[k].text);
			free(s->script[i].step[k].priority);
		}
		free(s->script[i].step);
	}
	*s = (struct scenario){ 0 };
}
