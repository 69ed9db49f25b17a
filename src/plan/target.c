/* SPDX-License-Identifier: MIT
 *
 * From one word to a target, in this order:
 *   1. bytes that no form has (controls, spaces, too many of them) are refused;
 *   2. SCHEME:// is taken off and settles the kind and the usual port;
 *   3. LOCAL-PART@ is taken off and settles the kind;
 *   4. :PORT is taken off; what remains is an address, in brackets or not, or a name;
 *   5. a name becomes A-labels and is checked against RFC 1123 2.1, after IDNA and not before,
 *      as its mapping makes dots, slashes and blanks from look-alikes. */
#include "plan/target.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/printable.h"

enum {
	TEXT_MAX = 1024, /* bytes of one target: a name of 253 A-label octets in UTF-8, with room */
	NAME_MAX_OCTETS =
		253, /* RFC 1035 2.3.4: 255 on the wire, which has a length before each label */
	LABEL_MAX_OCTETS = 63,
	PORT_MAX = 65535
};

static const struct scheme {
	const char *name;
	unsigned port;
} schemes[] = {
	{"smtp", 25},
	{"smtps", 465},
	{"submission", 587},
};

static const struct known_port {
	unsigned port;
	enum role role;
	bool tls_first;
} known_ports[] = {
	{25, ROLE_RELAY, false},	{465, ROLE_SUBMISSION, true},
	{587, ROLE_SUBMISSION, false},	{2465, ROLE_SUBMISSION, true},
	{2525, ROLE_SUBMISSION, false}, {2587, ROLE_SUBMISSION, false},
};

static const struct known_port *known_port_find(unsigned port)
{
	for (size_t i = 0; i < COUNT(known_ports); i++)
		if (known_ports[i].port == port)
			return &known_ports[i];
	return NULL;
}

enum role role_of_port(unsigned port)
{
	const struct known_port *k = known_port_find(port);

	return k != NULL ? k->role : ROLE_OTHER;
}

bool port_is_tls_first(unsigned port)
{
	const struct known_port *k = known_port_find(port);

	return k != NULL && k->tls_first;
}

const char *target_quote(struct target_quote *q, const char *text)
{
	static const char more[] = "...";
	size_t room = sizeof q->text - sizeof more;
	/* The printable form is never shorter, so a cut at twice the room is not seen. */
	char *printable = printable_dup(text, strnlen(text, 2 * room));
	size_t n = strlen(printable), keep = n < room ? n : room;

	while (keep < n && keep > 0 && ((unsigned char)printable[keep] & 0xC0) == 0x80)
		keep--; /* not within a UTF-8 character */
	snprintf(q->text, sizeof q->text, "%.*s%s", (int)keep, printable, keep < n ? more : "");
	free(printable);
	return q->text;
}

static bool refuse(struct err *e, const char *text, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool refuse(struct err *e, const char *text, const char *format, ...)
{
	struct target_quote q;
	char why[sizeof e->msg];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	return err_set(e, "target \"%s\": %s", target_quote(&q, text), why);
}

/* 1 to 65535 in at most five decimal digits; 0: no port. */
static unsigned parse_port(const char *text, size_t n)
{
	unsigned port = 0;

	if (n < 1 || n > 5)
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		port = port * 10 + (unsigned)(text[i] - '0');
	}
	return port <= PORT_MAX ? port : 0;
}

/* The address in canonical text, or NULL. inet_pton() takes no short, octal or hexadecimal form. */
static char *parse_address(int family, const char *text)
{
	unsigned char bytes[sizeof(struct in6_addr)];
	char canonical[INET6_ADDRSTRLEN];

	if (inet_pton(family, text, bytes) != 1)
		return NULL;
	return mem_strdup(inet_ntop(family, bytes, canonical, sizeof canonical));
}

/* ---- names ------------------------------------------------------------------------------- */

static bool is_letter_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool label_is_fine(const char *label, size_t n, const char *text, struct err *e)
{
	if (n == 0)
		return refuse(e, text,
			      "a label is empty (a dot at the start, or two in a row); write "
			      "a name such as mail.example.com");
	for (size_t i = 0; i < n; i++)
		/* Hosts have no underscore by RFC 1123, but DNS does, and some are in use. */
		if (!is_letter_digit(label[i]) && label[i] != '-' && label[i] != '_')
			return refuse(e, text,
				      "\"%c\" cannot be part of a host name; letters, digits, "
				      "hyphens and dots can",
				      label[i]);
	if (n > LABEL_MAX_OCTETS)
		return refuse(e, text, "a label is %zu octets long; at most %d are possible", n,
			      LABEL_MAX_OCTETS);
	if (label[0] == '-' || label[n - 1] == '-')
		return refuse(e, text,
			      "a label cannot begin or end with a hyphen; write a name such "
			      "as mail.example.com");
	return true;
}

/* RFC 1123 2.1: the last label of a name is never all digits, so that what looks like an
 * address is one, or a mistake. */
static bool last_label_is_fine(const char *name, const char *text, struct err *e)
{
	const char *dot = strrchr(name, '.');
	const char *last = dot != NULL ? dot + 1 : name;

	if (last[strspn(last, "0123456789")] != '\0')
		return true;
	if (dot == NULL)
		return refuse(e, text,
			      "a number is not a host; name one, and give ports by --port");
	if (name[strspn(name, "0123456789.")] != '\0')
		return refuse(e, text,
			      "the last label of a name cannot be a number; write a name such "
			      "as mail.example.com");
	return refuse(e, text,
		      "not an IPv4 address, which is four numbers from 0 to 255 without "
		      "leading zeros, such as 192.0.2.1");
}

static bool name_is_fine(const char *name, const char *text, struct err *e)
{
	size_t len = strlen(name), n;

	for (const char *label = name;; label += n + 1) {
		n = strcspn(label, ".");
		if (!label_is_fine(label, n, text, e))
			return false;
		if (label[n] == '\0')
			break;
	}
	if (len > NAME_MAX_OCTETS)
		return refuse(e, text, "the name is %zu octets long; at most %d are possible", len,
			      NAME_MAX_OCTETS);
	return last_label_is_fine(name, text, e);
}

static bool is_ascii(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s > 0x7F)
			return false;
	return true;
}

static bool refuse_idna(int rc, const char *text, struct err *e)
{
	if (rc == IDN2_TOO_BIG_LABEL || rc == IDN2_TOO_BIG_DOMAIN || rc == IDN2_PUNYCODE_BIG_OUTPUT)
		return refuse(e, text,
			      "too long in A-labels (xn--...); a label has at most %d "
			      "octets, a name %d",
			      LABEL_MAX_OCTETS, NAME_MAX_OCTETS);
	return refuse(e, text,
		      "not a valid internationalised name (%s); write it in UTF-8, or as "
		      "A-labels (xn--...)",
		      idn2_strerror(rc));
}

/* The name in A-labels and lower case. An ASCII name stays what it is: libidn2 would refuse
 * names that DNS holds, such as r3---sn.example (hyphens where an A-label has them). */
static char *to_a_labels(const char *name, const char *text, struct err *e)
{
	char *ascii = NULL, *mine;
	int rc;

	if (is_ascii(name)) {
		mine = mem_strdup(name);
	} else {
		rc = idn2_lookup_u8((const uint8_t *)name, (uint8_t **)&ascii,
				    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
		if (rc != IDN2_OK) {
			refuse_idna(rc, text, e);
			return NULL;
		}
		mine = mem_strdup(ascii);
		idn2_free(ascii);
	}
	for (char *c = mine; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return mine;
}

static bool parse_name(struct target *t, const char *name, const char *text, struct err *e)
{
	size_t n;

	t->name = to_a_labels(name, text, e);
	if (t->name == NULL)
		return false;
	n = strlen(t->name);
	if (n > 1 && t->name[n - 1] == '.')
		t->name[n - 1] = '\0';
	if (!is_ascii(name))
		t->unicode = mem_strdup(name);
	return name_is_fine(t->name, text, e);
}

/* ---- the forms --------------------------------------------------------------------------- */

/* What is found on the way; the texts point into one copy of the target. */
struct parts {
	const char *text; /* the whole, for messages */
	char *host;
	char *port; /* NULL: none given */
	bool bracketed;
	bool mailbox;
	const struct scheme *scheme;
};

static bool bytes_are_fine(const char *text, struct err *e)
{
	size_t n = strnlen(text, TEXT_MAX + 1);

	if (n == 0)
		return err_set(e,
			       "target \"\": it is empty; name a domain, host, mailbox or address, "
			       "for example smtpprobe example.com");
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7F)
			return refuse(e, text,
				      "a target has no spaces and no control characters; "
				      "write each target as an argument of its own");
	if (n > TEXT_MAX)
		return refuse(e, text, "it is longer than %d bytes; a name has at most %d",
			      TEXT_MAX, NAME_MAX_OCTETS);
	return true;
}

static bool take_scheme(struct parts *p, struct err *e)
{
	char *mark = strstr(p->host, "://");
	char *tail, *at;
	struct target_quote q, q2;

	if (mark == NULL)
		return true;
	*mark = '\0';
	at = strrchr(mark + 3, '@');
	if (at != NULL) /* a password has no place on a screen or in a log: not quoted */
		return err_set(e,
			       "target \"%s://...%s\": smtpprobe never logs in; leave out the "
			       "user name and password before the @",
			       target_quote(&q, p->host), target_quote(&q2, at));
	for (size_t i = 0; i < COUNT(schemes); i++)
		if (strcasecmp(p->host, schemes[i].name) == 0)
			p->scheme = &schemes[i];
	if (p->scheme == NULL)
		return refuse(e, p->text,
			      "scheme \"%s\" is not known; write smtp://, smtps:// or "
			      "submission://",
			      target_quote(&q, p->host));
	p->host = mark + 3;
	tail = p->host + strcspn(p->host, "/?#");
	if (*tail != '\0' && strcmp(tail, "/") != 0)
		return refuse(e, p->text, "nothing can follow the host and port; leave out \"%s\"",
			      target_quote(&q, tail));
	*tail = '\0';
	return true;
}

static bool take_mailbox(struct parts *p, struct err *e)
{
	char *at = strrchr(p->host, '@');

	if (at == NULL)
		return true;
	*at = '\0';
	if (p->host[0] == '\0')
		return refuse(e, p->text,
			      "nothing stands before the @; write user@example.com, or the "
			      "domain alone");
	if (strchr(p->host, '@') != NULL && p->host[0] != '"')
		return refuse(e, p->text, "a mailbox has one @, as in user@example.com");
	p->host = at + 1;
	p->mailbox = true;
	return true;
}

static bool take_port(struct parts *p, struct err *e)
{
	char *colon = strchr(p->host, ':');
	char *close;

	if (p->host[0] == '[') {
		close = strchr(p->host, ']');
		if (close == NULL)
			return refuse(e, p->text,
				      "the ] is missing; write an address such as "
				      "[2001:db8::1]");
		if (close[1] != '\0' && close[1] != ':')
			return refuse(e, p->text,
				      "only :PORT can follow the ], as in [2001:db8::1]:25");
		p->port = close[1] == ':' ? close + 2 : NULL;
		*close = '\0';
		p->host++;
		p->bracketed = true;
	} else if (colon != NULL && strchr(colon + 1, ':') == NULL) {
		*colon = '\0';
		p->port = colon + 1;
	}
	return true;
}

static bool parse_port_part(struct target *t, const struct parts *p, struct err *e)
{
	struct target_quote q;

	t->port = p->scheme != NULL ? p->scheme->port : 0;
	if (p->port == NULL)
		return true;
	t->port = parse_port(p->port, strlen(p->port));
	if (t->port != 0)
		return true;
	if (p->port[0] == '\0')
		return refuse(e, p->text,
			      "the port is missing after the colon; write a number from 1 "
			      "to %d, or no colon",
			      PORT_MAX);
	return refuse(e, p->text, "\"%s\" is not a port; write a number from 1 to %d",
		      target_quote(&q, p->port), PORT_MAX);
}

static bool parse_host(struct target *t, const struct parts *p, struct err *e)
{
	/* RFC 5321 4.1.3: an IPv6 address literal of a mailbox carries a tag. */
	bool tagged = p->bracketed && strncasecmp(p->host, "IPv6:", 5) == 0;
	const char *host = tagged ? p->host + 5 : p->host;
	bool colons = strchr(host, ':') != NULL;
	struct target_quote q;

	if (!tagged)
		t->name = parse_address(AF_INET, host);
	if (t->name == NULL)
		t->name = parse_address(AF_INET6, host);
	if (t->name != NULL) {
		t->kind = TARGET_ADDRESS;
		return true;
	}
	if ((colons || p->bracketed) && strchr(host, '%') != NULL)
		return refuse(e, p->text,
			      "zone identifiers (\"%s\") are not supported; write an "
			      "address of global scope",
			      target_quote(&q, strchr(host, '%')));
	if (p->bracketed)
		return refuse(e, p->text,
			      "\"%s\" is not an IP address; brackets hold an address, such "
			      "as [192.0.2.1] or [2001:db8::1]",
			      target_quote(&q, host));
	if (colons)
		return refuse(e, p->text,
			      "not an IPv6 address; write one such as 2001:db8::1, or "
			      "[2001:db8::1]:25 with a port");
	if (host[0] == '\0')
		return refuse(e, p->text,
			      "the host name is missing; write a name such as example.com");
	return parse_name(t, host, p->text, e);
}

static bool settle_kind(struct target *t, const struct parts *p, enum target_kind force,
			struct err *e)
{
	if (t->kind == TARGET_ADDRESS) {
		if (force == TARGET_DOMAIN)
			return refuse(e, p->text,
				      "an address has no mail domain; leave out --domain, or "
				      "name a domain");
		return true;
	}
	if (force != TARGET_AUTO)
		t->kind = force;
	else if (p->mailbox)
		t->kind = TARGET_DOMAIN;
	else if (t->port != 0) /* by :PORT or by scheme */
		t->kind = TARGET_HOST;
	return true;
}

bool target_parse(struct target *t, const char *text, enum target_kind force, struct err *e)
{
	struct parts p = {.text = text};
	char *copy = NULL;
	bool ok = false;

	memset(t, 0, sizeof *t);
	if (!bytes_are_fine(text, e))
		goto out;
	copy = mem_strdup(text);
	p.host = copy;
	if (!take_scheme(&p, e) || (p.scheme == NULL && !take_mailbox(&p, e)) || !take_port(&p, e))
		goto out;
	if (!parse_port_part(t, &p, e) || !parse_host(t, &p, e) || !settle_kind(t, &p, force, e))
		goto out;
	t->input = mem_strdup(text);
	ok = true;
out:
	if (!ok)
		target_clear(t);
	free(copy);
	return ok;
}

void target_clear(struct target *t)
{
	free(t->input);
	free(t->name);
	free(t->unicode);
	memset(t, 0, sizeof *t);
}

/* ---- lists of ports ---------------------------------------------------------------------- */

static bool has_port(const unsigned *ports, size_t count, unsigned port)
{
	for (size_t i = 0; i < count; i++)
		if (ports[i] == port)
			return true;
	return false;
}

static bool refuse_port(struct err *e, const char *list, const char *item, size_t n)
{
	struct target_quote q;
	char *port;

	if (n == 0)
		return err_set(
			e, "port list \"%s\": a port is missing; write a list such as 25,465,587",
			target_quote(&q, list));
	port = mem_strndup(item, n);
	err_set(e,
		strchr(port, '-') != NULL && port[0] != '-'
			? "port \"%s\": ranges are not supported; write each port, as in 25,465,587"
			: "port \"%s\": a port is a number from 1 to 65535; write a list such as "
			  "25,465,587",
		target_quote(&q, port));
	free(port);
	return false;
}

bool ports_parse(unsigned *ports, size_t *count, const char *text, struct err *e)
{
	struct target_quote q;
	size_t n;

	*count = 0;
	for (const char *item = text;; item += n + 1) {
		unsigned port;

		n = strcspn(item, ",");
		port = parse_port(item, n);
		if (port == 0)
			return refuse_port(e, text, item, n);
		if (!has_port(ports, *count, port)) {
			if (*count == LIMIT_PORTS)
				return err_set(
					e,
					"port list \"%s\": it has more than %d ports; write fewer, "
					"or run smtpprobe more than once",
					target_quote(&q, text), LIMIT_PORTS);
			ports[(*count)++] = port;
		}
		if (item[n] == '\0')
			return true;
	}
}
