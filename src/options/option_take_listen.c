/* SPDX-License-Identifier: MIT
 *
 * The takers of what belongs to --listen. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "options/option_table.h"

enum { PORT_MOST = 65535 };

static bool read_port(const char *text, unsigned *port)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*port = (unsigned)n;
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && n <= PORT_MOST;
}

/* "127.0.0.1", "[::1]", "localhost" or nothing, of n bytes; NULL: none of these. */
static char *read_address(const char *text, size_t n)
{
	bool bracketed = n >= 2 && text[0] == '[' && text[n - 1] == ']';
	char *address = bracketed ? mem_strndup(text + 1, n - 2) : mem_strndup(text, n);
	unsigned char bytes[sizeof(struct in6_addr)];

	if (inet_pton(bracketed ? AF_INET6 : AF_INET, address, bytes) == 1)
		return address;
	if (strcasecmp(address, "localhost") == 0) {
		free(address);
		return mem_strdup("127.0.0.1");
	}
	free(address);
	return NULL;
}

bool option_take_listen(struct options *o, const struct option_row *row, const char *value, struct err *e)
{
	const char *colon = strrchr(value, ':');
	struct target_quote q;
	char *address = NULL;
	unsigned port = 0;
	bool fine = colon != NULL && read_port(colon + 1, &port);

	if (fine && colon > value) {
		address = read_address(value, (size_t)(colon - value));
		fine = address != NULL;
	}
	if (!fine)
		return err_set(e,
			       "option --%s: \"%s\" is not [ADDR]:PORT; write one such as 127.0.0.1:9725, "
			       "[::1]:9725, or :9725 for every address of this machine",
			       row->name, target_quote(&q, value));
	free(o->listen.address);
	o->listen = (struct listen_at){ address, port };
	o->action = ACTION_LISTEN;
	return true;
}

bool option_take_allow(struct options *o, const struct option_row *row, const char *value, struct err *e)
{
	char *pattern = mem_strdup(value);
	struct target_quote q;
	bool fine = value[0] != '\0';

	for (char *c = pattern; *c != '\0'; c++) {
		fine = fine && *c > ' ' && *c < 0x7f;
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	if (fine)
		strlist_add(&o->allowed, pattern);
	free(pattern);
	return fine ||
	       err_set(e, "option --%s: \"%s\" is no pattern of targets; write a name or an address, with * "
		       "and ? as in the shell, such as *.example.com (international names as xn--...)",
		       row->name, target_quote(&q, value));
}

static bool is_module_name(const char *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-", name[i]) == NULL)
			return false;
	return n > 0;
}

bool option_take_module(struct options *o, const struct option_row *row, const char *value, struct err *e)
{
	size_t n = strcspn(value, "=");
	struct target_quote q;
	struct module m = { NULL, { NULL, 0 } };

	if (!is_module_name(value, n) || value[n] == '\0' || value[n + 1] == '\0')
		return err_set(e,
			       "option --%s: \"%s\" is not NAME=FILE; write a name of letters and digits, then "
			       "= and a file of expectations",
			       row->name, target_quote(&q, value));
	m.name = mem_strndup(value, n);
	for (size_t i = 0; i < o->module_count; i++)
		if (strcmp(o->modules[i].name, m.name) == 0) {
			err_set(e, "option --%s: \"%s\" is given twice; give each module a name of its own",
				row->name, target_quote(&q, m.name));
			free(m.name);
			return false;
		}
	*(struct module *)mem_append(&o->modules, &o->module_count, sizeof m) = m;
	return option_read_expectations(&o->modules[o->module_count - 1].expected, value + n + 1, row, e);
}
