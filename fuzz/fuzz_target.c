/* SPDX-License-Identifier: MIT
 *
 * Whatever is given as a target or a list of ports is either refused with a printable sentence
 * or understood as something that may be asked of DNS, connected to and printed. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "plan/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_printable(const char *s)
{
	if (*s == '\0')
		abort();
	for (; *s != '\0'; s++)
		if (iscntrl((unsigned char)*s))
			abort();
}

static void must_be_a_name(const struct target *t)
{
	static const char in_names[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
	static const char in_addresses[] = "0123456789abcdef.:";
	struct target again;
	struct err e;

	if (t->name[strspn(t->name, t->kind == TARGET_ADDRESS ? in_addresses : in_names)] != '\0')
		abort();
	if (strlen(t->name) < 1 || strlen(t->name) > 253 || t->port > 65535)
		abort();
	/* A name that was understood is understood as itself. */
	if (!target_parse(&again, t->name, TARGET_HOST, &e) || strcmp(again.name, t->name) != 0)
		abort();
	target_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size);
	unsigned ports[LIMIT_PORTS];
	size_t count;

	for (unsigned force = TARGET_AUTO; force <= TARGET_HOST; force++) {
		struct target t;
		struct err e = {""};

		if (target_parse(&t, text, (enum target_kind)force, &e))
			must_be_a_name(&t);
		else
			must_be_printable(e.msg);
		target_clear(&t);
	}
	struct err e = {""};
	if (!ports_parse(ports, &count, text, &e))
		must_be_printable(e.msg);
	else if (count < 1 || count > LIMIT_PORTS)
		abort();
	free(text);
	return 0;
}
