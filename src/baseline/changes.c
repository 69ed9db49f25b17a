/* SPDX-License-Identifier: MIT
 *
 * Every change by its code, its sentence and its severity, and how one is told once. */
#include "baseline/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A record read from a file can hold any number of keywords; nobody reads more than this. */
enum { JOINED_MOST = 1000 };
#define MORE ", ..."

static const struct change_row {
	const char *code, *what;
	enum severity severity;
} rows[CHANGE_COUNT] = {
	[CHANGE_NULL_MX_CAME] = { "NULL_MX_CAME", "the domain takes no mail any more (null MX)", SEVERITY_PROBLEM },
	[CHANGE_NULL_MX_GONE] = { "NULL_MX_GONE", "the domain takes mail now (no null MX any more)", SEVERITY_NOTE },
	[CHANGE_IMPLICIT_MX_CAME] = { "IMPLICIT_MX_CAME", "the domain has no MX any more, so that its own addresses take its mail", SEVERITY_WARNING },
	[CHANGE_IMPLICIT_MX_GONE] = { "IMPLICIT_MX_GONE", "the domain has an MX now, so that its own addresses do not take its mail any more", SEVERITY_WARNING },
	[CHANGE_NO_MAIL_HOST] = { "NO_MAIL_HOST_LEFT", "there is no mail host any more", SEVERITY_PROBLEM },
	[CHANGE_MX_ADDED] = { "MX_ADDED", "a mail host was added (MX)", SEVERITY_WARNING },
	[CHANGE_MX_REMOVED] = { "MX_REMOVED", "a mail host was removed (MX)", SEVERITY_WARNING },
	[CHANGE_MX_ORDER] = { "MX_ORDER_CHANGED", "the mail hosts are preferred in another order (MX)", SEVERITY_NOTE },
	[CHANGE_ADDRESS_ADDED] = { "ADDRESS_ADDED", "an address was added", SEVERITY_NOTE },
	[CHANGE_ADDRESS_REMOVED] = { "ADDRESS_REMOVED", "an address was removed", SEVERITY_NOTE },
	[CHANGE_ADDRESS_MOVED] = { "ADDRESS_MOVED", "the host has another address", SEVERITY_NOTE },
	[CHANGE_IPV4_GONE] = { "IPV4_GONE", "the host has no IPv4 address any more", SEVERITY_WARNING },
	[CHANGE_IPV6_GONE] = { "IPV6_GONE", "the host has no IPv6 address any more", SEVERITY_WARNING },
	[CHANGE_NO_ADDRESS] = { "NO_ADDRESS_LEFT", "the host has no address any more", SEVERITY_PROBLEM },
	[CHANGE_PORT_CLOSED] = { "PORT_CLOSED", "the port is not open any more", SEVERITY_PROBLEM },
	[CHANGE_PORT_OPENED] = { "PORT_OPENED", "the port is open now", SEVERITY_NOTE },
	[CHANGE_IMPLICIT_TLS_GONE] = { "IMPLICIT_TLS_GONE", "the port does not speak TLS from the first byte any more", SEVERITY_PROBLEM },
	[CHANGE_MODE] = { "MODE_CHANGED", "the port speaks in another mode", SEVERITY_PROBLEM },
	[CHANGE_TURNED_AWAY] = { "TURNED_AWAY", "the server does not greet as it did", SEVERITY_PROBLEM },
	[CHANGE_WELCOME] = { "GREETS_AGAIN", "the server greets now", SEVERITY_NOTE },
	[CHANGE_GREETING_NAME] = { "GREETING_NAME_CHANGED", "the server greets with another name", SEVERITY_NOTE },
	[CHANGE_EHLO_FAILS] = { "EHLO_FAILS", "EHLO is not answered as it was", SEVERITY_PROBLEM },
	[CHANGE_EHLO_WORKS] = { "EHLO_WORKS", "EHLO is answered well now", SEVERITY_NOTE },
	[CHANGE_STARTTLS_GONE] = { "STARTTLS_GONE", "STARTTLS is not to be had any more", SEVERITY_PROBLEM },
	[CHANGE_STARTTLS_CAME] = { "STARTTLS_CAME", "STARTTLS is to be had now", SEVERITY_NOTE },
	[CHANGE_TLS_FAILS] = { "TLS_FAILS", "the TLS handshake fails now", SEVERITY_PROBLEM },
	[CHANGE_TLS_WORKS] = { "TLS_WORKS", "the TLS handshake works now", SEVERITY_NOTE },
	[CHANGE_TLS_LOWERED] = { "TLS_VERSION_LOWERED", "the version of TLS is lower", SEVERITY_WARNING },
	[CHANGE_TLS_RAISED] = { "TLS_VERSION_RAISED", "the version of TLS is higher", SEVERITY_NOTE },
	[CHANGE_TLS_WEAKER] = { "TLS_WEAKER", "TLS has a weakness that it had not", SEVERITY_WARNING },
	[CHANGE_CERT_NOT_VALID] = { "CERT_NOT_VALID", "the certificate is not good any more", SEVERITY_PROBLEM },
	[CHANGE_CERT_VALID] = { "CERT_VALID_AGAIN", "the certificate is good now", SEVERITY_NOTE },
	[CHANGE_ISSUER] = { "CERT_ISSUER_CHANGED", "the certificate is of another issuer", SEVERITY_WARNING },
	[CHANGE_CERT_RENEWED] = { "CERT_RENEWED", "the certificate was renewed", SEVERITY_NOTE },
	[CHANGE_CERT_SHORTER] = { "CERT_ENDS_EARLIER", "the certificate was replaced by one that ends earlier", SEVERITY_WARNING },
	[CHANGE_CERT_NAME_DROPPED] = { "CERT_NAME_DROPPED", "the certificate lacks a name that it had", SEVERITY_WARNING },
	[CHANGE_CERT_KEY] = { "CERT_KEY_CHANGED", "the certificate's key is of another kind", SEVERITY_NOTE },
	[CHANGE_AUTH_DROPPED] = { "AUTH_DROPPED", "a log-in method is not offered any more", SEVERITY_PROBLEM },
	[CHANGE_AUTH_ADDED] = { "AUTH_ADDED", "a log-in method is offered now", SEVERITY_NOTE },
	[CHANGE_AUTH_IN_THE_CLEAR] = { "AUTH_IN_THE_CLEAR", "a log-in that sends the password is offered before TLS now", SEVERITY_WARNING },
	[CHANGE_CAPABILITY_DROPPED] = { "CAPABILITY_DROPPED", "a capability is not offered any more", SEVERITY_WARNING },
	[CHANGE_CAPABILITY_ADDED] = { "CAPABILITY_ADDED", "a capability is offered now", SEVERITY_NOTE },
	[CHANGE_SIZE_LOWERED] = { "SIZE_LOWERED", "the largest message is smaller", SEVERITY_WARNING },
	[CHANGE_SIZE_RAISED] = { "SIZE_RAISED", "the largest message is larger", SEVERITY_NOTE },
	[CHANGE_TLS_NOT_DEMANDED] = { "TLS_NOT_DEMANDED", "TLS is not demanded before mail any more", SEVERITY_WARNING },
};

bool change_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Is the item one of "a, b, c"? */
static bool joined_has(const char *list, const char *item)
{
	size_t n = strlen(item);

	if (n == 0)
		return true;
	for (const char *at = list; (at = strstr(at, item)) != NULL; at++)
		if ((at == list || (at - list >= 2 && memcmp(at - 2, ", ", 2) == 0)) &&
		    (at[n] == '\0' || strncmp(at + n, ", ", 2) == 0))
			return true;
	return false;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

static void join(char **list, const char *item)
{
	char *longer;

	if (item == NULL || (*list != NULL && (joined_has(*list, item) || ends_with(*list, MORE))))
		return;
	if (*list == NULL)
		longer = mem_strdup(item);
	else if (strlen(*list) + strlen(item) > JOINED_MOST)
		longer = mem_printf("%s%s", *list, MORE);
	else
		longer = mem_printf("%s, %s", *list, item);
	free(*list);
	*list = longer;
}

static struct baseline_change *find(struct baseline_changes *c, const char *code, const char *where)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].code == code && strcmp(c->list[i].where, where) == 0)
			return &c->list[i];
	return NULL;
}

void change_add_as(struct baseline_changes *c, enum change what, enum severity severity,
		   const char *where, const char *before, const char *after)
{
	struct baseline_change *x = find(c, rows[what].code, where);

	if (x == NULL) {
		x = mem_append(&c->list, &c->count, sizeof *x);
		x->code = rows[what].code;
		x->where = mem_strdup(where);
		x->what = mem_strdup(rows[what].what);
	}
	if (x->severity < severity)
		x->severity = severity;
	join(&x->before, before);
	join(&x->after, after);
}

void change_add(struct baseline_changes *c, enum change what, const char *where, const char *before,
		const char *after)
{
	change_add_as(c, what, rows[what].severity, where, before, after);
}

void change_unseen(struct baseline_changes *c, const char *where, enum run run, const char *why)
{
	char *line = mem_printf("%s: %s%s", where, run == RUN_BASELINE ? "in the baseline, " : "", why);

	if (strlist_has(&c->unseen, line))
		free(line);
	else
		strlist_take(&c->unseen, line);
}
