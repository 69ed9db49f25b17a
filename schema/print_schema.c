/* SPDX-License-Identifier: MIT
 *
 * Writes the JSON Schema (draft 2020-12) of the JSON report at build time, from the table that its
 * writer and its reader walk and from the vocabularies, so that it cannot be out of date. It is in
 * the tarball, so that a cross build need not run this. Every object is closed and every member
 * required: the schema says what this version writes. A reader ignores members that it does not know.
 *
 * Ends with status 1 where a meaning (schema_meanings) fits no member. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_writer.h"
#include "base/mem.h"
#include "schema/schema_tables.h"

enum { MEANINGS_MAX = 512, CODE_MAX = 999 };

struct schema {
	struct json_writer w;
	bool used[MEANINGS_MAX];    /* of schema_meanings, by index */
};

static void member(struct json_writer *w, const char *key, const char *value)
{
	json_writer_key(w, key);
	json_writer_string(w, value);
}

static void type(struct json_writer *w, const char *name, bool or_null)
{
	json_writer_key(w, "type");
	if (!or_null) {
		json_writer_string(w, name);
		return;
	}
	json_writer_begin_list(w);
	json_writer_string(w, name);
	json_writer_string(w, "null");
	json_writer_end_list(w);
}

static void range(struct json_writer *w, int64_t least, int64_t most)
{
	json_writer_key(w, "minimum");
	json_writer_int(w, least);
	json_writer_key(w, "maximum");
	json_writer_int(w, most);
}

/* The words of a vocabulary; null too where a value without a word may be written. */
static void words(struct json_writer *w, const struct words *of, bool may_be_null)
{
	bool null = false;

	json_writer_key(w, "enum");
	json_writer_begin_list(w);
	for (size_t i = 0; i < of->count; i++) {
		if (of->word[i] != NULL)
			json_writer_string(w, of->word[i]);
		else
			null = may_be_null;
	}
	if (null)
		json_writer_null(w);
	json_writer_end_list(w);
}

static void texts(struct json_writer *w)
{
	type(w, "array", false);
	json_writer_key(w, "items");
	json_writer_begin_object(w);
	type(w, "string", false);
	json_writer_end_object(w);
}

/* RFC 3339 as it is written here; `format` alone asserts nothing (JSON Schema Validation 7.2.1). */
static void date_time(struct json_writer *w, bool microseconds, bool or_null)
{
	type(w, "string", or_null);
	member(w, "format", "date-time");
	member(w, "pattern", microseconds ?
	       "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z$" :
	       "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$");
}

/* ---- what a member means ------------------------------------------------------------------------- */

static bool ends_with_names(const char *path, const char *names)
{
	size_t n = strlen(path), m = strlen(names);

	return m <= n && strcmp(path + n - m, names) == 0 && (m == n || path[n - m - 1] == '.');
}

static const char *meaning_of_type(const struct member *m)
{
	switch (m->type) {
	case MEMBER_MS: return "Milliseconds.";
	case MEMBER_BYTES: return "Bytes; null: none.";
	case MEMBER_KNOWN: return "null: not known.";
	case MEMBER_CODE: return "A reply code (RFC 5321 4.2); null: there was none.";
	case MEMBER_TIME:
	case MEMBER_TIME_US: return "Wall-clock time, UTC (RFC 3339).";
	case MEMBER_TIME_OR_NULL: return "Wall-clock time, UTC (RFC 3339); null: none.";
	default: return NULL;
	}
}

static void describe(struct schema *s, const struct member *m, const char *path)
{
	const char *text = meaning_of_type(m);
	size_t longest = 0;

	for (size_t i = 0; schema_meanings[i].path != NULL; i++) {
		if (!ends_with_names(path, schema_meanings[i].path))
			continue;
		s->used[i] = true;
		if (strlen(schema_meanings[i].path) > longest) {
			longest = strlen(schema_meanings[i].path);
			text = schema_meanings[i].text;
		}
	}
	if (text != NULL)
		member(&s->w, "description", text);
}

/* ---- members ------------------------------------------------------------------------------------- */

struct part {
	const struct member *members;    /* NULL: the member `schema`, a constant */
};

static void object(struct schema *s, const struct part *parts, size_t count, const char *path,
		   bool or_null);

static void scalar(struct json_writer *w, const struct member *m)
{
	switch (m->type) {
	case MEMBER_TEXT: type(w, "string", !m->needed); break;
	case MEMBER_WORD: words(w, m->words, !m->needed); break;
	case MEMBER_CHOICE: words(w, m->words, false); break;
	case MEMBER_BOOL: type(w, "boolean", false); break;
	case MEMBER_KNOWN: type(w, "boolean", true); break;
	case MEMBER_COUNT: type(w, "integer", false); range(w, 0, m->most); break;
	case MEMBER_COUNT_OR_NULL: type(w, "integer", true); range(w, 1, m->most); break;
	case MEMBER_NUMBER: type(w, "integer", true); range(w, 0, m->most); break;
	case MEMBER_CODE: type(w, "integer", true); range(w, 1, CODE_MAX); break;
	case MEMBER_BYTES: type(w, "integer", true); range(w, 1, RECORD_US_MAX); break;
	case MEMBER_MS: type(w, "number", false); range(w, 0, RECORD_US_MAX / 1000); break;
	case MEMBER_TIME: date_time(w, false, false); break;
	case MEMBER_TIME_OR_NULL: date_time(w, false, true); break;
	case MEMBER_TIME_US: date_time(w, true, false); break;
	default: abort();    /* a type that has no schema */
	}
}

static void value(struct schema *s, const struct member *m, const char *path)
{
	struct json_writer *w = &s->w;
	const struct part part = { m->members };

	json_writer_begin_object(w);
	describe(s, m, path);
	switch (m->type) {
	case MEMBER_OBJECT:
		object(s, &part, 1, path, m->is_absent != NULL);
		break;
	case MEMBER_LIST:
		type(w, "array", m->is_absent != NULL);
		json_writer_key(w, "items");
		json_writer_begin_object(w);
		object(s, &part, 1, path, false);
		json_writer_end_object(w);
		break;
	case MEMBER_TEXTS:
		texts(w);
		break;
	case MEMBER_WORDS:
		type(w, "array", false);
		json_writer_key(w, "items");
		json_writer_begin_object(w);
		words(w, m->words, false);
		json_writer_end_object(w);
		json_writer_key(w, "uniqueItems");
		json_writer_bool(w, true);
		break;
	case MEMBER_CAPABILITIES:
		type(w, "object", false);
		json_writer_key(w, "additionalProperties");
		json_writer_begin_object(w);
		texts(w);
		json_writer_end_object(w);
		break;
	default:
		scalar(w, m);
	}
	json_writer_end_object(w);
}

static char *path_of(const char *path, const char *name)
{
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	buf_addf(&b, "%s%s%s", path, *path != '\0' ? "." : "", name);
	return buf_take(&b);
}

static bool is_optional(const char *path, const char *name)
{
	char *whole = path_of(path, name);
	bool found = false;

	for (size_t i = 0; schema_optional[i] != NULL && !found; i++)
		found = strcmp(schema_optional[i], whole) == 0;
	free(whole);
	return found;
}

static void properties(struct schema *s, const struct part *parts, size_t count, const char *path)
{
	json_writer_key(&s->w, "properties");
	json_writer_begin_object(&s->w);
	for (size_t i = 0; i < count; i++) {
		if (parts[i].members == NULL) {
			json_writer_key(&s->w, "schema");
			json_writer_begin_object(&s->w);
			member(&s->w, "const", RECORD_SCHEMA);
			json_writer_end_object(&s->w);
			continue;
		}
		for (const struct member *m = parts[i].members; m->name != NULL; m++) {
			char *whole = path_of(path, m->name);

			json_writer_key(&s->w, m->name);
			value(s, m, whole);
			free(whole);
		}
	}
	json_writer_end_object(&s->w);
}

static void required(struct schema *s, const struct part *parts, size_t count, const char *path)
{
	json_writer_key(&s->w, "required");
	json_writer_begin_list(&s->w);
	for (size_t i = 0; i < count; i++) {
		if (parts[i].members == NULL) {
			json_writer_string(&s->w, "schema");
			continue;
		}
		for (const struct member *m = parts[i].members; m->name != NULL; m++)
			if (!is_optional(path, m->name))
				json_writer_string(&s->w, m->name);
	}
	json_writer_end_list(&s->w);
}

/* The keywords of an object; the caller has begun the schema that they are of. */
static void object(struct schema *s, const struct part *parts, size_t count, const char *path,
		   bool or_null)
{
	type(&s->w, "object", or_null);
	properties(s, parts, count, path);
	required(s, parts, count, path);
	json_writer_key(&s->w, "additionalProperties");
	json_writer_bool(&s->w, false);
}

/* ---- the whole ----------------------------------------------------------------------------------- */

static void new_line(size_t depth)
{
	putchar('\n');
	for (size_t i = 0; i < depth; i++)
		putchar('\t');
}

/* For people: a line a member; lists stay on one line. */
static void print_indented(const char *json)
{
	enum { DEPTH_MAX = 256 };
	char open[DEPTH_MAX] = { 0 };
	size_t depth = 0, objects = 0;
	bool quoted = false;

	for (const char *c = json; *c != '\0'; c++) {
		if (quoted || *c == '"') {
			quoted = *c == '"' ? !quoted : quoted;
			putchar(*c);
			if (*c == '\\')
				putchar(*++c);
		} else if (*c == '{' || *c == '[') {
			if (depth == DEPTH_MAX)
				abort();
			open[depth++] = *c;
			putchar(*c);
			if (*c == '{')
				new_line(++objects);
		} else if (*c == '}' || *c == ']') {
			depth--;
			if (*c == '}')
				new_line(--objects);
			putchar(*c);
		} else if (*c == ',') {
			putchar(',');
			if (open[depth - 1] == '{')
				new_line(objects);
			else
				putchar(' ');
		} else {
			fputs(*c == ':' ? ": " : (char[]){ *c, '\0' }, stdout);
		}
	}
	putchar('\n');
}

int main(void)
{
	static struct schema s;
	static const struct part parts[] = {
		{ NULL }, { observation_head_members }, { verdict_head_members },
		{ observation_body_members }, { verdict_body_members },
	};
	struct buf json;
	int status = 0;

	buf_init(&json, BUF_NO_LIMIT);
	json_writer_init(&s.w, &json);
	json_writer_begin_object(&s.w);
	member(&s.w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	member(&s.w, "$comment", "SPDX-License-Identifier: MIT. Written at build time by schema/print_schema.c.");
	member(&s.w, "title", RECORD_SCHEMA);
	member(&s.w, "description",
	       "One line of smtpprobe --output json: what was observed of one target, and what that comes "
	       "to. It describes exactly what this version writes; a later one may add members, and none is "
	       "renamed or dropped. Text from the network is printable: other bytes stand as \\xHH.");
	object(&s, parts, COUNT(parts), "", false);
	json_writer_end_object(&s.w);
	print_indented(buf_str(&json));
	buf_clear(&json);
	for (size_t i = 0; schema_meanings[i].path != NULL; i++) {
		if (i < MEANINGS_MAX && s.used[i])
			continue;
		fprintf(stderr, "no member ends with %s\n", schema_meanings[i].path);
		status = 1;
	}
	return fflush(stdout) == 0 ? status : 1;
}
