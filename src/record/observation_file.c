/* SPDX-License-Identifier: MIT */
#include "record/observation_file.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"
#include "record/observation_json.h"
#include "record/observation_members.h"

struct source {
	FILE *file;
	size_t given;
	bool too_long;
};

/* One byte a call: jansson takes all that it is given, also what lies behind the value. */
static size_t give_byte(void *to, size_t room, void *data)
{
	struct source *s = data;
	int c;

	if (room == 0 || (c = getc_unlocked(s->file)) == EOF)
		return ferror(s->file) ? (size_t)-1 : 0;
	if (s->given++ == RECORD_SIZE_MAX) {
		s->too_long = true;
		return (size_t)-1;
	}
	*(unsigned char *)to = (unsigned char)c;
	return 1;
}

static bool is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool refuse(const struct source *s, const json_error_t *why, struct err *e)
{
	char *said;

	if (ferror(s->file))
		return err_set(e, "it cannot be read: %s", strerror(errno));
	if (s->too_long)
		return err_set(e, "it is longer than %d octets", RECORD_SIZE_MAX);
	said = printable_dup(why->text, strlen(why->text));
	err_set(e, "it is not JSON: line %d, column %d: %s", why->line, why->column, said);
	free(said);
	return false;
}

bool observation_file_read(FILE *f, struct observation *o, bool *end, struct err *e)
{
	struct source s = { .file = f };
	json_error_t why;
	json_t *value;
	bool fine;
	int c;

	memset(o, 0, sizeof *o);
	do
		c = getc(f);
	while (is_blank(c));
	*end = c == EOF && !ferror(f);
	if (*end)
		return true;
	if (c == EOF)
		return err_set(e, "it cannot be read: %s", strerror(errno));
	ungetc(c, f);
	value = json_load_callback(give_byte, &s, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK,
				   &why);
	if (value == NULL)
		return refuse(&s, &why, e);
	fine = observation_json_take(o, value, e);
	json_decref(value);
	return fine;
}
