/* SPDX-License-Identifier: MIT */
#include "dns/server_list.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { DNS_PORT = 53, PORT_DIGITS = 5, PORT_MAX = 65535 };

/* Digits to the end of the word; 0: no port number. */
static unsigned parse_port(const char *s, size_t len)
{
	unsigned value = 0;

	if (len == 0 || len > PORT_DIGITS)
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return 0;
		value = value * 10 + (unsigned)(s[i] - '0');
	}
	return value <= PORT_MAX ? value : 0;
}

struct parts {
	const char *address;
	size_t len;
	const char *port;      /* behind the colon; NULL: none was given */
};

/* "ADDR", "ADDR:PORT", "[V6]", "[V6]:PORT"; a bare IPv6 address has more than one colon. */
static bool split(struct parts *p, const char *s, size_t len)
{
	const char *end = s + len, *colon = memchr(s, ':', len), *bracket;

	*p = (struct parts){ .address = s, .len = len };
	if (len > 0 && *s == '[') {
		bracket = memchr(s, ']', len);
		if (bracket == NULL || (bracket + 1 < end && bracket[1] != ':'))
			return false;
		p->address = s + 1;
		p->len = (size_t)(bracket - s) - 1;
		p->port = bracket + 1 < end ? bracket + 2 : NULL;
	} else if (colon != NULL && memchr(colon + 1, ':', (size_t)(end - colon) - 1) == NULL) {
		p->len = (size_t)(colon - s);
		p->port = colon + 1;
	}
	return true;
}

static bool parse_server(struct strlist *to, const char *s, size_t len, struct err *e)
{
	char address[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN + sizeof "[]:65535"];
	unsigned char octets[16];
	unsigned port = DNS_PORT;
	struct parts p;
	int family;

	if (!split(&p, s, len) || p.len == 0 || p.len >= sizeof address)
		goto bad_address;
	memcpy(address, p.address, p.len);
	address[p.len] = '\0';
	family = strchr(address, ':') != NULL ? AF_INET6 : AF_INET;
	if ((*s == '[' && family == AF_INET) || inet_pton(family, address, octets) != 1)
		goto bad_address;
	if (p.port != NULL && (port = parse_port(p.port, (size_t)(s + len - p.port))) == 0)
		return err_set(e, "\"%.*s\": the port of a resolver is a number from 1 to 65535, "
			       "as in 192.0.2.53:5353", (int)len, s);
	inet_ntop(family, octets, address, sizeof address);
	snprintf(text, sizeof text, family == AF_INET6 ? "[%s]:%u" : "%s:%u", address, port);
	if (!strlist_has(to, text))
		strlist_add(to, text);
	return true;
bad_address:
	return err_set(e, "\"%.*s\": a resolver is an IP address, as in 192.0.2.53, "
		       "192.0.2.53:5353 or [2001:db8::53]:5353, not a name",
		       (int)(len < 200 ? len : 200), s);
}

bool server_list_parse(struct strlist *to, const char *text, struct err *e)
{
	struct strlist parsed = { 0 };
	bool more = true;

	while (more) {
		size_t len = strcspn(text, ",");

		if (!parse_server(&parsed, text, len, e)) {
			strlist_clear(&parsed);
			return false;
		}
		more = text[len] == ',';
		text += len + more;
	}
	for (size_t i = 0; i < parsed.count; i++)
		if (!strlist_has(to, parsed.item[i]))
			strlist_add(to, parsed.item[i]);
	strlist_clear(&parsed);
	return true;
}
