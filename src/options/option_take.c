/* SPDX-License-Identifier: MIT
 *
 * One taker for each type of option: judges the value where it is read, stores it in the field
 * of the option's row, or says what would be right. */
#include "options/option_table.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <net/if.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/amount.h"
#include "base/mem.h"
#include "diagnose/clients.h"

enum { SECOND = 1000000, TENTH = SECOND / 10 };

static void *field(struct options *o, const struct option_row *row)
{
	return (char *)o + row->at;
}

static void set_text(struct options *o, const struct option_row *row, const char *text)
{
	char **at = field(o, row);

	free(*at);
	*at = mem_strdup(text);
}

/* ---- takers: one for each type ----------------------------------------------------------- */

static bool take_set(struct options *o, const struct option_row *row, const char *value,
		     struct err *e)
{
	unsigned *at = field(o, row);

	(void)value;
	for (const struct option_row *other = option_table; other->name != NULL; other++)
		if (other->type == OPT_SET && other->at == row->at && other->value == *at &&
		    other != row)
			return err_set(
				e,
				"options --%s and --%s contradict each other: give one of them, "
				"or neither",
				other->name, row->name);
	*at = row->value;
	return true;
}

static bool take_flag(struct options *o, const struct option_row *row, const char *value,
		      struct err *e)
{
	(void)value;
	(void)e;
	*(bool *)field(o, row) = true;
	return true;
}

const struct option_choice *option_choice_find(const struct option_row *row, const char *word)
{
	for (const struct option_choice *c = row->choices; c != NULL && c->word != NULL; c++)
		if (strcmp(c->word, word) == 0)
			return c;
	return NULL;
}

static bool refuse_choice(const struct option_row *row, const char *value, struct err *e)
{
	struct buf words = {.limit = sizeof e->msg};
	struct target_quote q;

	for (const struct option_choice *c = row->choices; c->word != NULL; c++)
		buf_addf(&words, "%s%s",
			 words.len == 0	     ? ""
			 : c[1].word != NULL ? ", "
					     : " or ",
			 c->word);
	err_set(e, "option --%s: \"%s\" is not known; write %s", row->name, target_quote(&q, value),
		buf_str(&words));
	buf_clear(&words);
	return false;
}

static bool take_choice(struct options *o, const struct option_row *row, const char *value,
			struct err *e)
{
	const struct option_choice *c = option_choice_find(row, value);

	if (c == NULL)
		return refuse_choice(row, value, e);
	*(unsigned *)field(o, row) = c->value;
	return true;
}

static bool take_shell(struct options *o, const struct option_row *row, const char *value,
		       struct err *e)
{
	if (option_choice_find(row, value) == NULL)
		return refuse_choice(row, value, e);
	set_text(o, row, value);
	o->action = ACTION_COMPLETION;
	return true;
}

static bool take_explain(struct options *o, const struct option_row *row, const char *value,
			 struct err *e)
{
	if (value[strspn(value, " \t\r\n")] == '\0')
		return err_set(e, "option --%s: there is no text; write a code, an error message in "
			       "quotes, or - to read a log from standard input", row->name);
	set_text(o, row, value);
	o->action = ACTION_EXPLAIN;
	return true;
}

static bool take_seconds(struct options *o, const struct option_row *row, const char *value,
			 struct err *e)
{
	int64_t us = amount_seconds(value);
	struct target_quote q;

	if (us < row->min || us > row->max)
		return err_set(
			e,
			"option --%s: \"%s\" is not a number of seconds from %d.%d to %d; write "
			"one such as 5 or 2.5",
			row->name, target_quote(&q, value), (int)(row->min / SECOND),
			(int)(row->min % SECOND / TENTH), (int)(row->max / SECOND));
	*(int64_t *)field(o, row) = us;
	return true;
}

static bool take_bytes(struct options *o, const struct option_row *row, const char *value,
		       struct err *e)
{
	int64_t bytes = amount_bytes(value);
	struct target_quote q;

	if (bytes < row->min || bytes > row->max)
		return err_set(e,
			       "option --%s: \"%s\" is not a size; write bytes, or a number with K, "
			       "M or G, such as 3M or 2.5M, up to 1024G",
			       row->name, target_quote(&q, value));
	*(int64_t *)field(o, row) = bytes;
	return true;
}

static bool take_count(struct options *o, const struct option_row *row, const char *value,
		       struct err *e)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);
	struct target_quote q;

	if (!isdigit((unsigned char)value[0]) || *end != '\0' || strlen(value) > 9 ||
	    (int64_t)n < row->min || (int64_t)n > row->max)
		return err_set(e, "option --%s: \"%s\" is not a whole number from %d to %d", row->name,
			       target_quote(&q, value), (int)row->min, (int)row->max);
	*(unsigned *)field(o, row) = (unsigned)n;
	return true;
}

/* Given again, the lists are joined: dropping ports that were asked for would be a false report. */
static bool take_ports(struct options *o, const struct option_row *row, const char *value,
		       struct err *e)
{
	unsigned ports[LIMIT_PORTS];
	size_t count;

	if (!ports_parse(ports, &count, value, e))
		return false;
	for (size_t i = 0; i < count; i++) {
		size_t at = 0;

		while (at < o->port_count && o->ports[at] != ports[i])
			at++;
		if (at == LIMIT_PORTS)
			return err_set(
				e,
				"option --%s: more than %d ports are named; name fewer, or run "
				"smtpprobe more than once",
				row->name, LIMIT_PORTS);
		o->ports[at] = ports[i];
		if (at == o->port_count)
			o->port_count++;
	}
	return true;
}

/* A name or an address and perhaps a port, and none of the other forms of a target. */
static bool parse_plain(struct target *t, const char *value)
{
	struct err unused;

	memset(t, 0, sizeof *t);
	return strpbrk(value, "@/") == NULL && target_parse(t, value, TARGET_HOST, &unused);
}

/* Stored with brackets and port, the one form that c-ares cannot misread. */
static bool take_resolver(struct options *o, const struct option_row *row, const char *value,
			  struct err *e)
{
	struct target t;
	struct target_quote q;
	char *server;
	bool ok = parse_plain(&t, value) && t.kind == TARGET_ADDRESS;

	if (ok) {
		server = mem_printf(strchr(t.name, ':') != NULL ? "[%s]:%u" : "%s:%u", t.name,
				    t.port != 0 ? t.port : 53);
		set_text(o, row, server);
		free(server);
	} else {
		err_set(e,
			"option --%s: \"%s\" is not an address; write ADDR, ADDR:PORT or "
			"[IPV6]:PORT, "
			"such as 192.0.2.53 or [2001:db8::53]:5353",
			row->name, target_quote(&q, value));
	}
	target_clear(&t);
	return ok;
}

/* RFC 5321 4.1.3: "[192.0.2.1]" or "[IPv6:2001:db8::1]". */
static bool is_address_literal(const char *s)
{
	static const char tag[] = "[IPv6:";
	bool v6 = strncasecmp(s, tag, sizeof tag - 1) == 0;
	size_t from = v6 ? sizeof tag - 1 : 1, n = strlen(s);
	char text[INET6_ADDRSTRLEN];
	unsigned char bytes[sizeof(struct in6_addr)];

	if (n < from + 1 || s[0] != '[' || s[n - 1] != ']' || n - 1 - from >= sizeof text)
		return false;
	memcpy(text, s + from, n - 1 - from);
	text[n - 1 - from] = '\0';
	return inet_pton(v6 ? AF_INET6 : AF_INET, text, bytes) == 1;
}

/* A host name in A-labels, in the case it was written; NULL: it is none. A name without a dot
 * passes, as what a server says to one is worth seeing. */
static char *parse_host_name(const char *value)
{
	struct target t;
	char *name = NULL;

	if (parse_plain(&t, value) && t.kind == TARGET_HOST && t.port == 0)
		name = t.unicode != NULL ? mem_strdup(t.name) : mem_strndup(value, strlen(t.name));
	target_clear(&t);
	return name;
}

static bool take_ehlo(struct options *o, const struct option_row *row, const char *value,
		      struct err *e)
{
	char *name = is_address_literal(value) ? mem_strdup(value) : parse_host_name(value);
	struct target_quote q;

	if (name == NULL)
		return err_set(e,
			       "option --%s: \"%s\" is neither a host name nor an address literal; "
			       "write one such as client.example.com, [192.0.2.1] or "
			       "[IPv6:2001:db8::1]",
			       row->name, target_quote(&q, value));
	set_text(o, row, name);
	free(name);
	return true;
}

/* RFC 6066 3: a DNS name, never an address. */
static bool take_sni(struct options *o, const struct option_row *row, const char *value,
		     struct err *e)
{
	char *name = value[0] == '\0' ? mem_strdup("") : parse_host_name(value);
	struct target_quote q;

	if (name == NULL)
		return err_set(e,
			       "option --%s: \"%s\" is not a host name; write one such as "
			       "mail.example.com, or nothing (--%s=) to send none",
			       row->name, target_quote(&q, value), row->name);
	set_text(o, row, name);
	free(name);
	return true;
}

/* RFC 5321 4.1.1.9: one argument of a command, so that it has no blank, and fits its line in any client. */
static bool take_contact(struct options *o, const struct option_row *row, const char *value,
			 struct err *e)
{
	enum { CONTACT_MOST = 200 };
	struct target_quote q;
	size_t n = 0;

	while (value[n] > ' ' && value[n] < 127)
		n++;
	if (value[n] != '\0' || n == 0 || n > CONTACT_MOST ||
	    (strchr(value, '@') == NULL && strstr(value, "://") == NULL && strncasecmp(value, "mailto:", 7) != 0))
		return err_set(e,
			       "option --%s: \"%s\" is neither a mail address nor a URL in at most %d printable "
			       "ASCII characters without blanks; write one such as noc@example.net or "
			       "https://scan.example.net/",
			       row->name, target_quote(&q, value), CONTACT_MOST);
	set_text(o, row, value);
	return true;
}

static bool take_file(struct options *o, const struct option_row *row, const char *value,
		      struct err *e)
{
	if (value[0] == '\0')
		return err_set(e,
			       "option --%s: the file name \"\" is empty; write the path of a file",
			       row->name);
	set_text(o, row, value);
	return true;
}

static bool take_input(struct options *o, const struct option_row *row, const char *value,
		       struct err *e)
{
	struct target_quote q;

	if (*(char **)field(o, row) != NULL)
		return err_set(
			e,
			"option --%s is given twice, the second time with \"%s\"; give one file, "
			"or - for standard input",
			row->name, target_quote(&q, value));
	return take_file(o, row, value, e);
}

static bool parse_host(struct target *t, const struct option_row *row, const char *value,
		       struct err *e)
{
	struct target_quote q;
	struct err why;

	if (value[0] != '\0' && strstr(value, "://") == NULL && strchr(value, '@') == NULL &&
	    target_parse(t, value, TARGET_HOST, &why))
		return true;
	return err_set(e,
		       "option --%s: \"%s\" is no host; write a host name or an address, then perhaps "
		       ":PORT, as in %s",
		       row->name, target_quote(&q, value),
		       row->type == OPT_SOCKS5 ? "127.0.0.1:1080" : "mx.example.com:25");
}

static bool take_control(struct options *o, const struct option_row *row, const char *value,
			 struct err *e)
{
	struct target t;

	if (o->control_count >= LIMIT_CONTROLS)
		return err_set(e, "option --%s: more than %d hosts to compare with; name fewer",
			       row->name, LIMIT_CONTROLS);
	if (!parse_host(&t, row, value, e))
		return false;
	*(struct target *)mem_append(&o->controls, &o->control_count, sizeof t) = t;
	return true;
}

/* RFC 1928 3: 1080 is the port of SOCKS. */
static bool take_socks5(struct options *o, const struct option_row *row, const char *value,
			struct err *e)
{
	enum { SOCKS_PORT = 1080 };

	target_clear(&o->socks5);
	if (!parse_host(&o->socks5, row, value, e))
		return false;
	if (o->socks5.port == 0)
		o->socks5.port = SOCKS_PORT;
	return true;
}

static bool take_from(struct options *o, const struct option_row *row, const char *value,
		      struct err *e)
{
	unsigned char bytes[16];
	struct target_quote q;

	if (inet_pton(AF_INET, value, bytes) != 1 && inet_pton(AF_INET6, value, bytes) != 1 &&
	    if_nametoindex(value) == 0)
		return err_set(e,
			       "option --%s: \"%s\" is neither an address nor an interface of this "
			       "machine (ip address lists both)",
			       row->name, target_quote(&q, value));
	set_text(o, row, value);
	return true;
}

static bool take_expect(struct options *o, const struct option_row *row, const char *value,
			struct err *e)
{
	struct err why;

	return expect_parse(&o->expected, value, &why) ||
	       err_set(e, "option --%s: %s", row->name, why.msg);
}

static bool take_expect_file(struct options *o, const struct option_row *row, const char *value,
			     struct err *e)
{
	return option_read_expectations(&o->expected, value, row, e);
}

static bool take_jobs(struct options *o, const struct option_row *row, const char *value, struct err *e)
{
	struct err why;

	o->jobs = 0;
	return strcmp(value, "auto") == 0 || take_count(o, row, value, &why) ||
	       err_set(e, "%s, or auto", why.msg);
}

static bool take_shard(struct options *o, const struct option_row *row, const char *value,
		       struct err *e)
{
	struct err why;

	return shard_parse(&o->shard, value, &why) || err_set(e, "option --%s: %s", row->name, why.msg);
}

static bool take_exclusion(void *to, const char *line, struct err *e)
{
	return exclusions_add(to, line, e);
}

/* A list that excludes nobody is a mistake that others would notice. */
static bool take_exclude(struct options *o, const struct option_row *row, const char *value,
			 struct err *e)
{
	struct target_quote q;
	size_t before;

	if (o->excluded == NULL)
		o->excluded = exclusions_new();
	before = exclusions_count(o->excluded);
	if (!option_read_lines(value, row, "one name, address or CIDR block a line", take_exclusion,
			       o->excluded, e))
		return false;
	return exclusions_count(o->excluded) > before || before > 0 ||
	       err_set(e, "option --%s: \"%s\" holds no exclusion; write one a line, such as example.com or "
		       "192.0.2.0/24", row->name, target_quote(&q, value));
}

static bool take_output(struct options *o, const struct option_row *row, const char *value,
			struct err *e)
{
	size_t n = strcspn(value, "=");
	const struct report_format *format = report_format_find(value, n);
	const char *file = value[n] == '=' ? value + n + 1 : NULL;
	struct buf names = {.limit = sizeof e->msg};
	struct target_quote q;
	struct output *out;

	if (format == NULL) {
		for (size_t i = 0; report_format_at(i) != NULL; i++)
			buf_addf(&names, "%s%s", i != 0 ? " or " : "", report_format_at(i)->name);
		err_set(e,
			"option --%s: there is no report format in \"%s\"; write %s, then perhaps "
			"=FILE",
			row->name, target_quote(&q, value), buf_str(&names));
		buf_clear(&names);
		return false;
	}
	if (file != NULL && file[0] == '\0')
		return err_set(
			e,
			"option --%s: the file name after \"%s\" is missing; write one such as "
			"%s=report.txt",
			row->name, target_quote(&q, value), format->name);
	out = mem_append(&o->outputs, &o->output_count, sizeof *o->outputs);
	out->format = format;
	out->file = file != NULL && strcmp(file, "-") != 0 ? mem_strdup(file) : NULL;
	return true;
}

/* One sentence holds them all: their ids are short. */
static void list_clients(struct buf *to)
{
	for (size_t i = 0; client_at(i) != NULL; i++)
		buf_addf(to, ", %s", client_at(i)->id);
}

static bool take_client(struct options *o, const struct option_row *row, const char *value,
			struct err *e)
{
	const struct client *c = client_find(value, strlen(value)), *near;
	struct buf known = {.limit = sizeof e->msg};
	struct target_quote q;

	if (c != NULL || strcasecmp(value, "all") == 0) {
		set_text(o, row, c != NULL ? c->id : "all");
		return true;
	}
	near = client_near(value, strlen(value));
	list_clients(&known);
	err_set(e, "option --%s: \"%s\" is not known%s%s%s; write all%s", row->name,
		target_quote(&q, value), near != NULL ? " (did you mean " : "",
		near != NULL ? near->id : "", near != NULL ? "?)" : "", buf_str(&known));
	buf_clear(&known);
	return false;
}

static bool (*const takers[OPT_TYPE_COUNT])(struct options *, const struct option_row *,
					    const char *, struct err *) = {
	[OPT_SET] = take_set,		[OPT_FLAG] = take_flag,	      [OPT_CHOICE] = take_choice,
	[OPT_SHELL] = take_shell,	[OPT_SECONDS] = take_seconds, [OPT_BYTES] = take_bytes, [OPT_COUNT] = take_count, [OPT_PORTS] = take_ports,
	[OPT_RESOLVER] = take_resolver, [OPT_EHLO] = take_ehlo,	      [OPT_SNI] = take_sni,
	[OPT_CONTACT] = take_contact,
	[OPT_FILE] = take_file,		[OPT_INPUT] = take_input,     [OPT_OUTPUT] = take_output,
	[OPT_EXPECT] = take_expect,	[OPT_EXPECT_FILE] = take_expect_file,
	[OPT_CONTROL] = take_control,	[OPT_FROM] = take_from,	      [OPT_SOCKS5] = take_socks5,
	[OPT_EXPLAIN] = take_explain,	[OPT_CLIENT] = take_client,
	[OPT_JOBS] = take_jobs,		[OPT_SHARD] = take_shard,	[OPT_EXCLUDE] = take_exclude,
	[OPT_LISTEN] = option_take_listen, [OPT_ALLOW] = option_take_allow,
	[OPT_MODULE] = option_take_module,
};

bool option_take(struct options *o, const struct option_row *row, const char *value, struct err *e)
{
	return takers[row->type](o, row, value, e);
}
