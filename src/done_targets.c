/* SPDX-License-Identifier: MIT */
#include "done_targets.h"

#include <errno.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/key_set.h"
#include "base/mem.h"
#include "base/printable.h"

struct done_targets {
	struct hash_key key;
	struct key_set set;
};

static uint64_t key_of(const struct done_targets *d, const char *input)
{
	return hash_bytes(&d->key, input, strlen(input));
}

/* The member stands before all that came from the network, so that the first place where it is found
 * is the right one. */
static bool add_line(struct done_targets *d, const char *line, size_t n)
{
	static const char member[] = "\"target\":{\"input\":";
	const char *at = strstr(line, member);
	json_t *input;
	bool fine;

	if (at == NULL)
		return false;
	at += strlen(member);
	input = json_loadb(at, n - (size_t)(at - line), JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, NULL);
	fine = json_is_string(input);
	if (fine)
		key_set_add(&d->set, key_of(d, json_string_value(input)));
	json_decref(input);
	return fine;
}

static bool read_lines(struct done_targets *d, FILE *f, const char *file, struct err *e)
{
	char *line = NULL;
	size_t size = 0, number = 0;
	off_t whole = 0;
	ssize_t n;
	bool fine = true;

	while (fine && (n = getline(&line, &size, f)) > 0 && line[n - 1] == '\n') {
		number++;
		whole += n;
		fine = add_line(d, line, (size_t)n) ||
		       err_set(e, "option --resume: line %zu of %s is no report of smtpprobe; name the file "
			       "that --output json=FILE wrote", number, file);
	}
	free(line);
	if (!fine)
		return false;
	if (ferror(f) || ftruncate(fileno(f), whole) != 0)
		return err_set(e, "option --resume: %s cannot be gone on with: %s", file, strerror(errno));
	return true;
}

struct done_targets *done_targets_read(const char *file, struct err *e)
{
	struct done_targets *d = mem_zalloc(1, sizeof *d);
	FILE *f = fopen(file, "r+e");
	bool fine = true;

	hash_key_make(&d->key);
	key_set_init(&d->set, SIZE_MAX);
	if (f != NULL) {
		fine = read_lines(d, f, file, e);
		fclose(f);
	} else if (errno != ENOENT) {
		fine = err_set(e, "option --resume: %s cannot be opened: %s", file, strerror(errno));
	}
	if (fine)
		return d;
	done_targets_free(d);
	return NULL;
}

void done_targets_free(struct done_targets *d)
{
	if (d == NULL)
		return;
	key_set_clear(&d->set);
	free(d);
}

bool done_targets_has(const struct done_targets *d, const char *input)
{
	char *printed;
	bool has;

	if (d == NULL)
		return false;
	printed = printable_dup(input, strlen(input)); /* as the record has it */
	has = key_set_has(&d->set, key_of(d, printed));
	free(printed);
	return has;
}
