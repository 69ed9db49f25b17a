/* SPDX-License-Identifier: MIT
 *
 * Names of servers: see host_names.h. */
#include "diagnose/host_names.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

static const char *without_star(const char *name)
{
	return name != NULL && name[0] == '*' && name[1] == '.' ? name + 2 : name;
}

bool host_name_is(const char *name)
{
	const char *last;
	size_t n;

	name = without_star(name);
	if (name == NULL)
		return false;
	n = strlen(name);
	last = strrchr(name, '.');
	/* A last label of digits is that of an address. */
	return n < HOST_NAME_MAX && last != NULL && last != name && last[1] != '\0' &&
	       strspn(name, NAME_CHARACTERS) == n &&
	       strspn(last + 1, "0123456789") != strlen(last + 1);
}

/* The label that begins before `at`. */
static const char *label_before(const char *name, const char *at)
{
	while (at > name && at[-1] != '.')
		at--;
	return at;
}

/* Labels that stand for no owner under a country's top label: "example.co.uk". */
static bool common_second_level(const char *label, size_t n)
{
	static const char *const common[] = {
		"ac", "co", "com", "edu", "gen", "go", "gob", "gov", "id", "ltd", "me", "mil", "ne",
		"net", "nom", "or", "org", "plc", "sch",
	};

	for (size_t i = 0; i < COUNT(common); i++)
		if (strlen(common[i]) == n && strncasecmp(common[i], label, n) == 0)
			return true;
	return false;
}

/* "example.com" of "mx.example.com", "example.co.uk" of "mx.example.co.uk". */
static const char *registered(const char *name)
{
	const char *end = name + strlen(name), *top = label_before(name, end), *second;

	if (top == name)
		return name;
	second = label_before(name, top - 1);
	if (end - top != 2 || second == name ||
	    !common_second_level(second, (size_t)(top - 1 - second)))
		return second;
	return label_before(name, second - 1);
}

bool host_names_related(const char *a, const char *b)
{
	if (!host_name_is(a) || !host_name_is(b))
		return true;
	return strcasecmp(registered(without_star(a)), registered(without_star(b))) == 0;
}

bool host_name_of_reply(const struct obs_reply *r, char name[HOST_NAME_MAX])
{
	const char *text;
	size_t n;

	if (r->lines.count == 0 || strlen(r->lines.item[0]) < 5)
		return false;
	text = r->lines.item[0] + 4;
	n = strcspn(text, " \t,;");
	if (n == 0 || n >= HOST_NAME_MAX)
		return false;
	memcpy(name, text, n);
	name[n] = '\0';
	return host_name_is(name);
}

/* The common name of an RFC 4514 subject. */
static bool common_name(const char *subject, char name[HOST_NAME_MAX])
{
	const char *cn = subject;
	size_t n;

	while (cn != NULL && strncasecmp(cn, "CN=", 3) != 0) {
		cn = strchr(cn, ',');
		cn = cn != NULL ? cn + 1 : NULL;
	}
	if (cn == NULL)
		return false;
	cn += 3;
	n = strcspn(cn, ",+");
	if (n == 0 || n >= HOST_NAME_MAX)
		return false;
	memcpy(name, cn, n);
	name[n] = '\0';
	return true;
}

bool host_name_in_certificate(const struct obs_certificate *c,
			      bool (*test)(const char *name, const void *with), const void *with)
{
	char cn[HOST_NAME_MAX];

	for (size_t i = 0; i < c->sans.count; i++)
		if (test(c->sans.item[i], with))
			return true;
	return c->sans.count == 0 && common_name(c->subject, cn) && test(cn, with);
}

static bool is_name(const char *name, const void *with)
{
	(void)with;
	return host_name_is(name);
}

static bool related_name(const char *name, const void *with)
{
	return host_name_is(name) && host_names_related(name, with);
}

bool host_name_foreign(const struct obs_certificate *c, const char *name)
{
	return host_name_is(name) && host_name_in_certificate(c, is_name, NULL) &&
	       !host_name_in_certificate(c, related_name, name);
}
