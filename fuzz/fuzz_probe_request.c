/* SPDX-License-Identifier: MIT
 *
 * Requests for /probe: whatever the parameters, one is either refused with a sentence that may stand
 * in a terminal, or its target is one that may be probed. The first line is the scraper's time-out
 * (empty: none), the others are parameters, NAME=VALUE. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "exporter/probe_request.h"

static void require(bool fine)
{
	if (!fine)
		abort();
}

static void read_options(struct options *o)
{
	static const char *const words[] = { "smtpprobe", "--listen", ":0", "--allow", "*.example.com", "mx.test", "[::1]:2525" };
	struct err e = { "" };

	require(options_parse(o, COUNT(words), (char **)(uintptr_t)words, &e));
}

static void fill(struct http_request *q, char *text)
{
	char *next = strchr(text, '\n');

	if (next != NULL)
		*next++ = '\0';
	q->scrape_timeout = text[0] != '\0' ? text : NULL;
	for (char *line = next; line != NULL && q->parameter_count < HTTP_PARAMETERS; line = next) {
		char *value = line + strcspn(line, "=\n");

		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (*value == '=')
			*value++ = '\0';
		q->parameters[q->parameter_count++] = (struct http_parameter){ line, value };
	}
}

static void judge(const struct probe_request *r)
{
	const struct target *t = &r->target;

	require(r->limit_us > 0 && r->limit_us <= INT64_C(60000000));
	require(fnmatch("*.example.com", t->name, 0) == 0 || strcmp(t->name, "mx.test") == 0 ||
		(strcmp(t->name, "::1") == 0 && t->port == 2525));
	require(t->port == 0 || t->port == 25 || t->port == 465 || t->port == 587 || t->port == 2525);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size);
	struct http_request q = { 0 };
	struct probe_request r;
	struct options o;
	struct err e = { "" };
	unsigned status;

	read_options(&o);
	fill(&q, text);
	status = probe_request_read(&r, &o, &q, &e);
	if (status == 0) {
		judge(&r);
		probe_request_clear(&r);
	} else {
		require((status == 400 || status == 403) && e.msg[0] != '\0');
	}
	for (const char *c = e.msg; *c != '\0'; c++)
		require((unsigned char)*c >= 0x20 && *c != 0x7F);
	options_clear(&o);
	free(text);
	return 0;
}
