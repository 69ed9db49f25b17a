/* SPDX-License-Identifier: MIT
 *
 * A record file may come from anywhere: every count is bounded, every type is checked, and
 * every string is put into printable form again, so that a file can do no more to a terminal
 * than a server can. */
#include "record/observation_json.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/printable.h"
#include "record/observation_members.h"

/* Where in the record the reader is: "endpoints[3].port". */
struct place {
	const struct place *up;  /* NULL: the record itself */
	const char *name;        /* NULL: an element, number `index` */
	size_t index;
	struct err *e;
};

static void add_place(struct buf *to, const struct place *p)
{
	if (p->up == NULL)
		return;
	add_place(to, p->up);
	if (p->name == NULL)
		buf_addf(to, "[%zu]", p->index);
	else
		buf_addf(to, "%s%s", to->len != 0 ? "." : "", p->name);
}

static bool refuse(const struct place *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool refuse(const struct place *p, const char *format, ...)
{
	char what[sizeof p->e->msg];
	struct buf path;
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	buf_init(&path, BUF_NO_LIMIT);
	add_place(&path, p);
	err_set(p->e, "%s %s", path.len != 0 ? buf_str(&path) : "the record", what);
	buf_clear(&path);
	return false;
}

/* Decoded and encoded again: text that is in printable form stays as it is. */
static char *take_text(const char *text)
{
	struct buf bytes;
	char *printable;

	buf_init(&bytes, BUF_NO_LIMIT);
	printable_decode(&bytes, text);
	printable = printable_dup(buf_str(&bytes), bytes.len);
	buf_clear(&bytes);
	return printable;
}

/* ---- one function a type of member: m is its row, `to` the struct it is a field of ---------- */

#define FIELD(type, m, to) ((type *)(void *)((char *)(to) + (m)->at))

typedef bool read_fn(const struct place *p, const struct member *m, void *to, json_t *v);

static bool read_members(const struct place *p, const struct member *m, void *to, json_t *object);

static bool read_text(const struct place *p, const struct member *m, void *to, json_t *v)
{
	if (json_is_null(v) && !m->needed)
		return true;
	if (!json_is_string(v))
		return refuse(p, "is not a string%s", m->needed ? "" : " or null");
	*FIELD(char *, m, to) = take_text(json_string_value(v));
	return true;
}

static bool read_strings(const struct place *p, struct strlist *to, json_t *v)
{
	if (!json_is_array(v))
		return refuse(p, "is not a list of strings");
	if (json_array_size(v) > RECORD_LIST_MAX)
		return refuse(p, "has more than %d elements", RECORD_LIST_MAX);
	for (size_t i = 0; i < json_array_size(v); i++) {
		struct place element = { p, NULL, i, p->e };
		const json_t *s = json_array_get(v, i);

		if (!json_is_string(s))
			return refuse(&element, "is not a string");
		strlist_take(to, take_text(json_string_value(s)));
	}
	return true;
}

static bool read_texts(const struct place *p, const struct member *m, void *to, json_t *v)
{
	return read_strings(p, FIELD(struct strlist, m, to), v);
}

static bool refuse_word(const struct place *p, const struct words *words)
{
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	for (size_t i = 0; i < words->count; i++)
		buf_addf(&b, "%s%s", i != 0 ? ", " : "",
			 words->word[i] != NULL ? words->word[i] : "null");
	refuse(p, "is none of %s", buf_str(&b));
	buf_clear(&b);
	return false;
}

static int word_value(const struct words *words, const json_t *v)
{
	if (json_is_string(v))
		return words_value(words, json_string_value(v));
	for (size_t i = 0; json_is_null(v) && i < words->count; i++)
		if (words->word[i] == NULL)
			return (int)i;
	return -1;
}

static bool read_word(const struct place *p, const struct member *m, void *to, json_t *v)
{
	int value = word_value(m->words, v);

	if (value < 0)
		return refuse_word(p, m->words);
	*FIELD(unsigned, m, to) = (unsigned)value;
	return true;
}

static bool read_words(const struct place *p, const struct member *m, void *to, json_t *v)
{
	if (!json_is_array(v))
		return refuse(p, "is not a list of words");
	for (size_t i = 0; i < json_array_size(v); i++) {
		struct place element = { p, NULL, i, p->e };
		int bit = word_value(m->words, json_array_get(v, i));

		if (bit < 0)
			return refuse_word(&element, m->words);
		*FIELD(unsigned, m, to) |= 1u << bit;
	}
	return true;
}

static bool read_choice(const struct place *p, const struct member *m, void *to, json_t *v)
{
	int value = word_value(m->words, v);

	if (value < 0)
		return refuse_word(p, m->words);
	*FIELD(bool, m, to) = value != 0;
	return true;
}

static bool read_bool(const struct place *p, const struct member *m, void *to, json_t *v)
{
	if (!json_is_boolean(v))
		return refuse(p, "is neither true nor false");
	*FIELD(bool, m, to) = json_is_true(v);
	return true;
}

static bool read_count(const struct place *p, const struct member *m, void *to, json_t *v)
{
	if (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > m->most)
		return refuse(p, "is not a whole number from 0 to %u", m->most);
	*FIELD(unsigned, m, to) = (unsigned)json_integer_value(v);
	return true;
}

static bool read_known(const struct place *p, const struct member *m, void *to, json_t *v)
{
	if (json_is_null(v))
		return true;
	if (!json_is_boolean(v))
		return refuse(p, "is none of true, false, null");
	*FIELD(unsigned, m, to) = json_is_true(v) ? KNOWN_YES : KNOWN_NO;
	return true;
}

static bool read_count_or_null(const struct place *p, const struct member *m, void *to, json_t *v)
{
	return json_is_null(v) || read_count(p, m, to, v);
}

static bool read_number(const struct place *p, const struct member *m, void *to, json_t *v)
{
	int *number = FIELD(int, m, to);

	*number = -1;
	if (json_is_null(v))
		return true;
	if (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > m->most)
		return refuse(p, "is not a whole number from 0 to %u, or null", m->most);
	*number = (int)json_integer_value(v);
	return true;
}

/* RFC 5321 4.2: three digits, of which we read any. */
static bool read_code(const struct place *p, const struct member *m, void *to, json_t *v)
{
	enum { CODE_MAX = 999 };

	if (json_is_null(v))
		return true;
	if (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > CODE_MAX)
		return refuse(p, "is not a reply code from 0 to %d, or null", CODE_MAX);
	*FIELD(int, m, to) = (int)json_integer_value(v);
	return true;
}

static bool read_bytes(const struct place *p, const struct member *m, void *to, json_t *v)
{
	if (json_is_null(v))
		return true;
	if (!json_is_integer(v) || json_integer_value(v) < 0 ||
	    json_integer_value(v) > RECORD_US_MAX)
		return refuse(p, "is not a number of bytes from 0 to 1e15, or null");
	*FIELD(int64_t, m, to) = (int64_t)json_integer_value(v);
	return true;
}

static bool read_ms(const struct place *p, const struct member *m, void *to, json_t *v)
{
	double us = json_number_value(v) * 1000;

	if (!json_is_number(v) || us < 0 || us > (double)RECORD_US_MAX)
		return refuse(p, "is not a number of milliseconds from 0 to 1e12");
	*FIELD(int64_t, m, to) = (int64_t)(us + 0.5);
	return true;
}

/* n digits at *s, which moves behind them and the `end` that must follow; -1: not so. */
static int take_digits(const char **s, int n, char end)
{
	int value = 0;

	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		value = value * 10 + (**s - '0');
	}
	return *(*s)++ == end ? value : -1;
}

/* "2026-11-23T06:02:28" and `end`. *s moves behind it. */
static bool take_timestamp(const char **s, char end, int64_t *seconds)
{
	static const struct {
		int digits;
		char end;
	} parts[] = { { 4, '-' }, { 2, '-' }, { 2, 'T' }, { 2, ':' }, { 2, ':' }, { 2, '\0' } };
	int value[COUNT(parts)];
	struct tm tm = { 0 }, same;
	time_t t;

	for (size_t i = 0; i < COUNT(parts); i++) {
		char follows = parts[i].end != '\0' ? parts[i].end : end;

		value[i] = take_digits(s, parts[i].digits, follows);
		if (value[i] < 0)
			return false;
	}
	tm.tm_year = value[0] - 1900;
	tm.tm_mon = value[1] - 1;
	tm.tm_mday = value[2];
	tm.tm_hour = value[3];
	tm.tm_min = value[4];
	tm.tm_sec = value[5];
	same = tm;
	t = timegm(&tm); /* carries what is out of range over, as 30 February */
	*seconds = t;
	return tm.tm_mon == same.tm_mon && tm.tm_mday == same.tm_mday &&
	       tm.tm_hour == same.tm_hour && tm.tm_min == same.tm_min && tm.tm_sec == same.tm_sec;
}

static bool read_time(const struct place *p, const struct member *m, void *to, json_t *v)
{
	const char *s = json_string_value(v);

	if (s == NULL || !take_timestamp(&s, 'Z', FIELD(int64_t, m, to)) || *s != '\0')
		return refuse(p, "is not a time like 2026-11-23T06:02:28Z");
	return true;
}

static bool read_time_or_null(const struct place *p, const struct member *m, void *to, json_t *v)
{
	return json_is_null(v) || read_time(p, m, to, v);
}

static bool read_time_us(const struct place *p, const struct member *m, void *to, json_t *v)
{
	const char *s = json_string_value(v);
	int64_t seconds = 0;
	int us = s != NULL && take_timestamp(&s, '.', &seconds) ? take_digits(&s, 6, 'Z') : -1;

	if (us < 0 || *s != '\0')
		return refuse(p, "is not a time like 2026-11-23T06:02:28.123456Z");
	*FIELD(int64_t, m, to) = seconds * 1000000 + us;
	return true;
}

static bool read_object(const struct place *p, const struct member *m, void *to, json_t *v)
{
	if (m->is_absent != NULL && json_is_null(v))
		return true;
	return read_members(p, m->members, FIELD(char, m, to), v);
}

static bool read_list(const struct place *p, const struct member *m, void *to, json_t *v)
{
	size_t most = m->most != 0 ? m->most : RECORD_LIST_MAX;
	size_t *count = (size_t *)(void *)((char *)to + m->count_at);

	if (!json_is_array(v))
		return refuse(p, "is not a list of objects");
	if (json_array_size(v) > most)
		return refuse(p, "has more than %zu elements", most);
	for (size_t i = 0; i < json_array_size(v); i++) {
		struct place element = { p, NULL, i, p->e };
		void *one = mem_append(FIELD(char, m, to), count, m->size);

		if (!read_members(&element, m->members, one, json_array_get(v, i)))
			return false;
	}
	return true;
}

static bool read_capabilities(const struct place *p, const struct member *m, void *to, json_t *v)
{
	struct obs_ehlo *e = to;
	const char *key;
	json_t *params;

	(void)m;
	if (!json_is_object(v))
		return refuse(p, "is not an object of lists");
	if (json_object_size(v) > LIMIT_CAPABILITIES)
		return refuse(p, "has more than %d members", LIMIT_CAPABILITIES);
	json_object_foreach(v, key, params) {
		struct place element = { p, NULL, e->cap_count, p->e };
		char *keyword = take_text(key);
		const struct obs_capability *known = obs_ehlo_find(e, keyword);
		struct obs_capability *c = mem_append(&e->caps, &e->cap_count, sizeof *c);

		c->keyword = keyword;
		/* Two keys can have one printable form; JSON would have the member twice then. */
		if (known != NULL)
			return refuse(&element, "is a keyword for the second time");
		if (!read_strings(&element, &c->params, params))
			return false;
	}
	return true;
}

static read_fn *const read_member[] = {
	[MEMBER_TEXT] = read_text,
	[MEMBER_TEXTS] = read_texts,
	[MEMBER_WORD] = read_word,
	[MEMBER_WORDS] = read_words,
	[MEMBER_CHOICE] = read_choice,
	[MEMBER_BOOL] = read_bool,
	[MEMBER_KNOWN] = read_known,
	[MEMBER_COUNT] = read_count,
	[MEMBER_COUNT_OR_NULL] = read_count_or_null,
	[MEMBER_NUMBER] = read_number,
	[MEMBER_CODE] = read_code,
	[MEMBER_BYTES] = read_bytes,
	[MEMBER_MS] = read_ms,
	[MEMBER_TIME] = read_time,
	[MEMBER_TIME_OR_NULL] = read_time_or_null,
	[MEMBER_TIME_US] = read_time_us,
	[MEMBER_OBJECT] = read_object,
	[MEMBER_LIST] = read_list,
	[MEMBER_CAPABILITIES] = read_capabilities,
};
_Static_assert(COUNT(read_member) == MEMBER_TYPE_COUNT, "a reader for every type");

static bool read_members(const struct place *p, const struct member *m, void *to, json_t *object)
{
	if (!json_is_object(object))
		return refuse(p, "is not an object");
	for (; m->name != NULL; m++) {
		struct place member = { p, m->name, 0, p->e };
		json_t *v = json_object_get(object, m->name);

		if (v == NULL && m->needed)
			return refuse(&member, "is missing");
		if (v != NULL && !read_member[m->type](&member, m, to, v))
			return false;
	}
	return true;
}

/* ---- the interface ------------------------------------------------------------------------ */

static bool read_record(const struct place *p, struct observation *o, json_t *value)
{
	struct place schema = { p, "schema", 0, p->e };
	const char *s = json_string_value(json_object_get(value, "schema"));

	if (!json_is_object(value))
		return refuse(p, "is not an object");
	if (s == NULL || strcmp(s, RECORD_SCHEMA) != 0)
		return refuse(&schema, "is not \"%s\"", RECORD_SCHEMA);
	return read_members(p, observation_head_members, o, value) &&
	       read_members(p, observation_body_members, o, value);
}

bool observation_json_take(struct observation *o, json_t *value, struct err *e)
{
	struct place record = { NULL, NULL, 0, e };

	memset(o, 0, sizeof *o);
	if (read_record(&record, o, value))
		return true;
	observation_clear(o);
	return false;
}

bool observation_json_read(struct observation *o, const char *text, size_t n, struct err *e)
{
	json_error_t why;
	json_t *value;
	bool fine;

	memset(o, 0, sizeof *o);
	if (n > RECORD_SIZE_MAX)
		return err_set(e, "the record is longer than %d octets", RECORD_SIZE_MAX);
	value = json_loadb(text, n, JSON_REJECT_DUPLICATES, &why);
	if (value == NULL) {
		char *said = printable_dup(why.text, strlen(why.text));

		err_set(e, "the record is not JSON: line %d, column %d: %s", why.line, why.column,
			said);
		free(said);
		return false;
	}
	fine = observation_json_take(o, value, e);
	json_decref(value);
	return fine;
}
