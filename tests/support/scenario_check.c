/* SPDX-License-Identifier: MIT
 *
 * scenario_check SCENARIO REPORT STATUS: holds the JSON report in the file REPORT and the exit
 * status against the scenario. Prints what differs; exit status 0: nothing. Every report of the
 * command-line tests goes through it, so its own readers stay strict: one object, one line. */
#include "scenario_judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum { REPORT_MAX = 4 * 1024 * 1024, COMPLAINTS_MAX = 1024 * 1024 };

static bool read_report(struct buf *b, const char *path)
{
	FILE *f = fopen(path, "r");
	char chunk[8192];
	size_t n;

	if (f == NULL)
		return false;
	buf_init(b, REPORT_MAX);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(b, chunk, n);
	fclose(f);
	return !b->failed;
}

/* One line that ends in LF, and nothing that could drive a terminal: no control bytes. */
static void judge_bytes(const struct buf *b, struct buf *complaints)
{
	for (size_t i = 0; i + 1 < b->len; i++) {
		unsigned char c = (unsigned char)b->data[i];

		if (c < ' ' || c == 127) {
			buf_addf(complaints, "byte \\x%02X at %zu in the report\n", c, i);
			return;
		}
	}
	if (b->len == 0 || b->data[b->len - 1] != '\n')
		buf_adds(complaints, "the report is not one line\n");
}

int main(int argc, char **argv)
{
	struct scenario s;
	struct buf report, complaints;
	json_error_t error;
	json_t *json;
	struct err e;
	int status;

	if (argc != 4) {
		fputs("usage: scenario_check SCENARIO REPORT STATUS\n", stderr);
		return 64;
	}
	if (!scenario_load(&s, argv[1], &e)) {
		puts(e.msg);
		return 1;
	}
	if (!read_report(&report, argv[2])) {
		printf("%s: not readable, or too long\n", argv[2]);
		return 1;
	}
	buf_init(&complaints, COMPLAINTS_MAX);
	json = json_loadb(buf_str(&report), report.len, JSON_REJECT_DUPLICATES, &error);
	if (json == NULL) {
		buf_addf(&complaints, "not JSON: %s at %d\n", error.text, error.position);
	} else {
		judge_bytes(&report, &complaints);
		scenario_judge(&s, json, (int)strtol(argv[3], NULL, 10), &complaints);
	}
	fputs(buf_str(&complaints), stdout);
	status = complaints.len > 0;
	json_decref(json);
	buf_clear(&report);
	buf_clear(&complaints);
	scenario_clear(&s);
	return status;
}
