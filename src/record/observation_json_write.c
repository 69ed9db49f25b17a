/* SPDX-License-Identifier: MIT */
#include "record/observation_json.h"

#include <string.h>

#include "base/mem.h"
#include "record/observation_members.h"

/* RFC 3339 has years of four digits. */
#define TIME_FIRST INT64_C(-62167219200) /* 0000-01-01T00:00:00Z */
#define TIME_LAST INT64_C(253402300799)  /* 9999-12-31T23:59:59Z */

enum { MICROSECONDS = 1000000, DAY = 24 * 60 * 60, NO_FRACTION = -1, TIMESTAMP_MAX = 32 };

/* Days since 1970 as a date of the Gregorian calendar, from the year 0 on. A year is counted from
 * March here, so that the day that not every year has is its last. */
static void date_of(int64_t days, unsigned *year, unsigned *month, unsigned *day)
{
	/* From 1 March of the year -400: eras of 400 years are of the same length, and none is negative. */
	unsigned since = (unsigned)(days + 719468 + 146097), in_era = since % 146097;
	unsigned of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	unsigned in_year = in_era - (365 * of_era + of_era / 4 - of_era / 100);
	unsigned from_march = (5 * in_year + 2) / 153;

	*day = in_year - (153 * from_march + 2) / 5 + 1;
	*month = from_march < 10 ? from_march + 3 : from_march - 9;
	*year = since / 146097 * 400 + of_era - 400 + (*month <= 2);
}

/* That many digits, and what stands behind them. */
static char *put_number(char *to, unsigned n, size_t digits, char behind)
{
	for (size_t i = digits; i > 0; n /= 10)
		to[--i] = (char)('0' + n % 10);
	to[digits] = behind;
	return to + digits + 1;
}

/* By hand: a record has a dozen, printf() takes longer than all of a record's numbers, and gmtime_r()
 * takes a lock that all threads share. */
static void write_timestamp(struct json_writer *w, int64_t seconds, long us)
{
	int64_t t = seconds < TIME_FIRST ? TIME_FIRST : seconds > TIME_LAST ? TIME_LAST : seconds;
	unsigned in_day = (unsigned)((t - TIME_FIRST) % DAY), year, month, day;
	char text[TIMESTAMP_MAX], *at = text;

	date_of((t - in_day) / DAY, &year, &month, &day);
	at = put_number(at, year, 4, '-');
	at = put_number(at, month, 2, '-');
	at = put_number(at, day, 2, 'T');
	at = put_number(at, in_day / 3600, 2, ':');
	at = put_number(at, in_day / 60 % 60, 2, ':');
	at = put_number(at, in_day % 60, 2, us != NO_FRACTION ? '.' : 'Z');
	if (us != NO_FRACTION)
		at = put_number(at, (unsigned)us, 6, 'Z');
	*at = '\0';
	json_writer_string(w, text);
}

void observation_json_write_time(struct json_writer *w, int64_t us)
{
	int64_t fraction = us % MICROSECONDS;

	if (fraction < 0)
		fraction += MICROSECONDS;
	write_timestamp(w, (us - fraction) / MICROSECONDS, (long)fraction);
}

/* ---- one function a type of member: m is its row, `from` the struct it is a field of -------- */

#define FIELD(type, m, from) ((const type *)(const void *)((const char *)(from) + (m)->at))

static void write_members(struct json_writer *w, const struct member *m, const void *from);

static void write_text(struct json_writer *w, const struct member *m, const void *from)
{
	json_writer_string(w, *FIELD(char *, m, from));
}

static void write_strings(struct json_writer *w, const struct strlist *l)
{
	json_writer_begin_list(w);
	for (size_t i = 0; i < l->count; i++)
		json_writer_string(w, l->item[i]);
	json_writer_end_list(w);
}

static void write_texts(struct json_writer *w, const struct member *m, const void *from)
{
	write_strings(w, FIELD(struct strlist, m, from));
}

static void write_word(struct json_writer *w, const struct member *m, const void *from)
{
	unsigned value = *FIELD(unsigned, m, from);

	json_writer_string(w, value < m->words->count ? m->words->word[value] : NULL);
}

static void write_words(struct json_writer *w, const struct member *m, const void *from)
{
	unsigned bits = *FIELD(unsigned, m, from);

	json_writer_begin_list(w);
	for (unsigned i = 0; i < m->words->count; i++)
		if (bits & 1u << i)
			json_writer_string(w, words_name(m->words, i));
	json_writer_end_list(w);
}

static void write_choice(struct json_writer *w, const struct member *m, const void *from)
{
	json_writer_string(w, words_name(m->words, *FIELD(bool, m, from)));
}

static void write_bool(struct json_writer *w, const struct member *m, const void *from)
{
	json_writer_bool(w, *FIELD(bool, m, from));
}

static void write_count(struct json_writer *w, const struct member *m, const void *from)
{
	json_writer_int(w, *FIELD(unsigned, m, from));
}

static void write_known(struct json_writer *w, const struct member *m, const void *from)
{
	unsigned known = *FIELD(unsigned, m, from);

	if (known == NOT_KNOWN)
		json_writer_null(w);
	else
		json_writer_bool(w, known == KNOWN_YES);
}

static void write_count_or_null(struct json_writer *w, const struct member *m, const void *from)
{
	if (*FIELD(unsigned, m, from) == 0)
		json_writer_null(w);
	else
		write_count(w, m, from);
}

static void write_number(struct json_writer *w, const struct member *m, const void *from)
{
	int number = *FIELD(int, m, from);

	if (number < 0)
		json_writer_null(w);
	else
		json_writer_int(w, number);
}

static void write_code(struct json_writer *w, const struct member *m, const void *from)
{
	int code = *FIELD(int, m, from);

	if (code == 0)
		json_writer_null(w);
	else
		json_writer_int(w, code);
}

static void write_bytes(struct json_writer *w, const struct member *m, const void *from)
{
	int64_t bytes = *FIELD(int64_t, m, from);

	if (bytes == 0)
		json_writer_null(w);
	else
		json_writer_int(w, bytes);
}

static void write_ms(struct json_writer *w, const struct member *m, const void *from)
{
	json_writer_ms(w, *FIELD(int64_t, m, from));
}

static void write_time(struct json_writer *w, const struct member *m, const void *from)
{
	write_timestamp(w, *FIELD(int64_t, m, from), NO_FRACTION);
}

static void write_time_or_null(struct json_writer *w, const struct member *m, const void *from)
{
	if (*FIELD(int64_t, m, from) == 0)
		json_writer_null(w);
	else
		write_time(w, m, from);
}

static void write_time_us(struct json_writer *w, const struct member *m, const void *from)
{
	observation_json_write_time(w, *FIELD(int64_t, m, from));
}

static void write_object(struct json_writer *w, const struct member *m, const void *from)
{
	const void *object = FIELD(char, m, from);

	if (m->is_absent != NULL && m->is_absent(object)) {
		json_writer_null(w);
		return;
	}
	json_writer_begin_object(w);
	write_members(w, m->members, object);
	json_writer_end_object(w);
}

static void write_list(struct json_writer *w, const struct member *m, const void *from)
{
	const char *element;
	size_t count;

	memcpy(&element, FIELD(char, m, from), sizeof element);
	memcpy(&count, (const char *)from + m->count_at, sizeof count);
	json_writer_begin_list(w);
	for (; count > 0; count--, element += m->size) {
		json_writer_begin_object(w);
		write_members(w, m->members, element);
		json_writer_end_object(w);
	}
	json_writer_end_list(w);
}

static void write_capabilities(struct json_writer *w, const struct member *m, const void *from)
{
	const struct obs_ehlo *e = from;

	(void)m;
	json_writer_begin_object(w);
	for (size_t i = 0; i < e->cap_count; i++) {
		json_writer_foreign_key(w, e->caps[i].keyword);
		write_strings(w, &e->caps[i].params);
	}
	json_writer_end_object(w);
}

static void (*const write_member[])(struct json_writer *, const struct member *, const void *) = {
	[MEMBER_TEXT] = write_text,
	[MEMBER_TEXTS] = write_texts,
	[MEMBER_WORD] = write_word,
	[MEMBER_WORDS] = write_words,
	[MEMBER_CHOICE] = write_choice,
	[MEMBER_BOOL] = write_bool,
	[MEMBER_KNOWN] = write_known,
	[MEMBER_COUNT] = write_count,
	[MEMBER_COUNT_OR_NULL] = write_count_or_null,
	[MEMBER_NUMBER] = write_number,
	[MEMBER_CODE] = write_code,
	[MEMBER_BYTES] = write_bytes,
	[MEMBER_MS] = write_ms,
	[MEMBER_TIME] = write_time,
	[MEMBER_TIME_OR_NULL] = write_time_or_null,
	[MEMBER_TIME_US] = write_time_us,
	[MEMBER_OBJECT] = write_object,
	[MEMBER_LIST] = write_list,
	[MEMBER_CAPABILITIES] = write_capabilities,
};
_Static_assert(COUNT(write_member) == MEMBER_TYPE_COUNT, "a writer for every type");

static void write_members(struct json_writer *w, const struct member *m, const void *from)
{
	for (; m->name != NULL; m++) {
		json_writer_key(w, m->name);
		write_member[m->type](w, m, from);
	}
}

void observation_json_write_head(struct json_writer *w, const struct observation *o)
{
	json_writer_key(w, "schema");
	json_writer_string(w, RECORD_SCHEMA);
	write_members(w, observation_head_members, o);
}

void observation_json_write_body(struct json_writer *w, const struct observation *o)
{
	write_members(w, observation_body_members, o);
}

void observation_json_write(struct buf *to, const struct observation *o)
{
	struct json_writer w;

	json_writer_init(&w, to);
	json_writer_begin_object(&w);
	observation_json_write_head(&w, o);
	observation_json_write_body(&w, o);
	json_writer_end_object(&w);
}
