/* SPDX-License-Identifier: MIT */
#include "done_targets.h"

#include <errno.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/mem.h"

struct done_targets {
	uint64_t seed;          /* another one each run: nobody can make names that collide */
	uint64_t *hashes;       /* sorted */
	size_t count;
};

/* FNV-1a, and a final mix as its low bits alone are poor (Noll's page; MurmurHash3's fmix64). */
static uint64_t hash(const struct done_targets *d, const char *text)
{
	uint64_t h = UINT64_C(14695981039346656037) ^ d->seed;

	for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++)
		h = (h ^ *c) * UINT64_C(1099511628211);
	h = (h ^ (h >> 33)) * UINT64_C(0xff51afd7ed558ccd);
	h = (h ^ (h >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ (h >> 33);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
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
		*(uint64_t *)mem_append(&d->hashes, &d->count, sizeof *d->hashes) =
			hash(d, json_string_value(input));
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

	if (getrandom(&d->seed, sizeof d->seed, 0) != (ssize_t)sizeof d->seed)
		d->seed = (uint64_t)getpid();
	if (f != NULL) {
		fine = read_lines(d, f, file, e);
		fclose(f);
	} else if (errno != ENOENT) {
		fine = err_set(e, "option --resume: %s cannot be opened: %s", file, strerror(errno));
	}
	if (!fine) {
		done_targets_free(d);
		return NULL;
	}
	if (d->count > 0)
		qsort(d->hashes, d->count, sizeof *d->hashes, compare);
	return d;
}

void done_targets_free(struct done_targets *d)
{
	if (d == NULL)
		return;
	free(d->hashes);
	free(d);
}

size_t done_targets_count(const struct done_targets *d)
{
	return d->count;
}

bool done_targets_has(const struct done_targets *d, const char *input)
{
	uint64_t h;

	if (d == NULL || d->count == 0)
		return false;
	h = hash(d, input);
	return bsearch(&h, d->hashes, d->count, sizeof h, compare) != NULL;
}
