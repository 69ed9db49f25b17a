/* SPDX-License-Identifier: MIT
 *
 * The option table, and the parser that walks the command line by it:
 *   1. words are options (--name, --name=value, --name value, -x) or targets, in any order,
 *      and targets alone after "--"; names are never abbreviated, so that a new option cannot
 *      break an old script;
 *   2. each option's value is judged where it is read, by the taker of its type
 *      (option_take.c);
 *   3. what was not given gets its default through the same taker;
 *   4. what contradicts each other is refused, and only then are the targets parsed, as --host
 *      and --domain may follow them, and those of --input read (option_read.c). */
#include "options/options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "options/option_table.h"

#define SECOND INT64_C(1000000)

static const struct option_choice colour_choices[] = {
	{"auto", COLOUR_AUTO}, {"always", COLOUR_ALWAYS}, {"never", COLOUR_NEVER}, {NULL, 0}};

static const struct option_choice fail_on_choices[] = {{"problem", SEVERITY_PROBLEM},
						       {"warning", SEVERITY_WARNING},
						       {"note", SEVERITY_NOTE},
						       {"never", SEVERITY_COUNT},
						       {NULL, 0}};

static const struct option_choice trace_choices[] = {
	{"auto", TRACE_AUTO}, {"always", TRACE_ALWAYS}, {"never", TRACE_NEVER}, {NULL, 0}};

static const struct option_choice enforcement_choices[] = {
	{"always", ENFORCEMENT_ALWAYS}, {"never", ENFORCEMENT_NEVER}, {NULL, 0}};

static const struct option_choice order_choices[] = {
	{"random", ORDER_RANDOM}, {"input", ORDER_INPUT}, {NULL, 0}};

static const struct option_choice shell_choices[] = {{"bash", 0}, {"zsh", 0}, {NULL, 0}};

const char *const option_group_titles[GROUP_COUNT] = {
	[GROUP_TARGETS] = "What is probed",
	[GROUP_DIALOGUE] = "How it is probed",
	[GROUP_MANY] = "Many targets (docs/scale.md)",
	[GROUP_DEADLINES] = "How long it may take, in seconds such as 5 or 2.5",
	[GROUP_OUTPUT] = "What is printed",
	[GROUP_CHECK] = "What must hold (docs/ci.md, smtpprobe(1))",
	[GROUP_LISTEN] = "As a service that Prometheus scrapes (docs/ci.md)",
	[GROUP_LOOKUP] = "What an error message means",
	[GROUP_OTHER] = "Other",
};

/* clang-format off */
#define IN(group_, type_, field_) \
	.group = group_, .type = type_, .at = offsetof(struct options, field_)

/* A stage may take ten minutes, the longest that RFC 5321 4.5.3.2 asks of clients. */
#define STAGE_SECONDS(field_) \
	.arg = "SECONDS", IN(GROUP_DEADLINES, OPT_SECONDS, field_), \
	.min = SECOND / 10, .max = 600 * SECOND

const struct option_row option_table[] = {
	{ .name = "port", .arg = "LIST", IN(GROUP_TARGETS, OPT_PORTS, ports), .def = "25,465,587",
	  .help = "probe these ports, separated by commas" },
	{ .name = "host", IN(GROUP_TARGETS, OPT_SET, force), .value = TARGET_HOST,
	  .help = "targets are mail hosts: do not ask for MX records" },
	{ .name = "domain", IN(GROUP_TARGETS, OPT_SET, force), .value = TARGET_DOMAIN,
	  .help = "targets are mail domains: probe their MX hosts" },
	{ .name = "ipv4", .letter = '4', IN(GROUP_TARGETS, OPT_SET, families),
	  .value = FAMILIES_IPV4, .help = "probe IPv4 addresses only" },
	{ .name = "ipv6", .letter = '6', IN(GROUP_TARGETS, OPT_SET, families),
	  .value = FAMILIES_IPV6, .help = "probe IPv6 addresses only" },
	{ .name = "input", .arg = "FILE", IN(GROUP_TARGETS, OPT_INPUT, input),
	  .help = "read more targets from FILE, one a line; - is standard input" },
	{ .name = "replay", .arg = "FILE", IN(GROUP_TARGETS, OPT_INPUT, replay),
	  .help = "judge and print the JSON report of an earlier run again, without any network; "
		  "- is standard input" },

	{ .name = "resolver", .arg = "ADDR[:PORT]", IN(GROUP_DIALOGUE, OPT_RESOLVER, resolver),
	  .help = "ask this DNS resolver (default: the system's)" },
	{ .name = "ehlo", .arg = "NAME", IN(GROUP_DIALOGUE, OPT_EHLO, ehlo),
	  .help = "greet servers with NAME (default: the local address, as in [192.0.2.1])" },
	{ .name = "sni", .arg = "NAME", IN(GROUP_DIALOGUE, OPT_SNI, sni),
	  .help = "name to ask for in TLS (default: the host's); an empty NAME sends none" },
	{ .name = "ca-file", .arg = "FILE", IN(GROUP_DIALOGUE, OPT_FILE, ca_file),
	  .help = "trust the CA certificates in FILE (PEM) instead of the system's" },

	{ .name = "trace", .arg = "WHEN", IN(GROUP_DIALOGUE, OPT_CHOICE, trace), .def = "auto",
	  .choices = trace_choices,
	  .help = "find out where on the path a port is blocked: auto (where a port is silent, "
		  "turned away or oddly answered), always or never; of --input, or with --listen, "
		  "never unless asked for" },

	{ .name = "enforcement", .arg = "WHEN", IN(GROUP_DIALOGUE, OPT_CHOICE, enforcement),
	  .def = "always", .choices = enforcement_choices,
	  .help = "test on another connection whether mail or log-in is taken without TLS: always or "
		  "never; of --input never unless asked for" },

	{ .name = "control", .arg = "HOST[:PORT]", IN(GROUP_DIALOGUE, OPT_CONTROL, controls),
	  .help = "compare with connects to the same ports of this host; may be given more than "
		  "once" },
	{ .name = "from", .arg = "ADDR|IFACE", IN(GROUP_DIALOGUE, OPT_FROM, from),
	  .help = "compare with connects from this address or interface of this machine" },
	{ .name = "socks5", .arg = "HOST[:PORT]", IN(GROUP_DIALOGUE, OPT_SOCKS5, socks5),
	  .help = "compare with connects by this SOCKS5 proxy, from where it stands" },

	{ .name = "message-size", .arg = "SIZE", IN(GROUP_DIALOGUE, OPT_BYTES, message_size),
	  .min = 1, .max = INT64_C(1) << 40,
	  .help = "find out whether a message of this size, such as 3M, would be taken" },

	{ .name = "concurrency", .arg = "N", IN(GROUP_MANY, OPT_COUNT, concurrency), .min = 1,
	  .max = 100000, .def = "100", .help = "probe as many targets at once" },
	{ .name = "rate", .arg = "N", IN(GROUP_MANY, OPT_COUNT, rate), .min = 1, .max = 1000000,
	  .help = "open at most N connections a second" },
	{ .name = "per-host", .arg = "N", IN(GROUP_MANY, OPT_COUNT, per_host), .min = 1, .max = 1000,
	  .def = "6", .help = "have at most N connections open to one address, of all targets" },

	{ .name = "per-provider", .arg = "N", IN(GROUP_MANY, OPT_COUNT, per_provider), .min = 1, .max = 10000,
	  .def = "20", .help = "have at most N connections open to mail hosts of one provider, such as all of "
			       "outlook.com, of a list" },
	{ .name = "jobs", .arg = "N|auto", IN(GROUP_MANY, OPT_JOBS, jobs), .min = 1, .max = 256, .def = "1",
	  .help = "probe a list in N threads, or one for each processor; all limits are for them together" },
	{ .name = "order", .arg = "ORDER", IN(GROUP_MANY, OPT_CHOICE, order), .def = "random",
	  .choices = order_choices,
	  .help = "take the lines of --input in random order, a window of 4096 at a time, or as they "
		  "stand: random or input" },
	{ .name = "shard", .arg = "K/N", IN(GROUP_MANY, OPT_SHARD, shard),
	  .help = "probe the K-th of N parts of the targets, as in 3/7; the same on every machine" },
	{ .name = "contact", .arg = "TEXT", IN(GROUP_MANY, OPT_CONTACT, contact),
	  .help = "tell each server, as the argument of a NOOP, how to reach you: an address or a URL" },
	{ .name = "exclude", .arg = "FILE", IN(GROUP_MANY, OPT_EXCLUDE, excluded),
	  .help = "never probe the names, addresses and CIDR blocks in FILE, one a line; may be given "
		  "more than once" },
	{ .name = "progress", IN(GROUP_MANY, OPT_FLAG, progress),
	  .help = "say every 30 s on standard error how far a list has got; SIGUSR1 asks for it at any "
		  "time, and a terminal shows it anyway" },
	{ .name = "resume", IN(GROUP_MANY, OPT_FLAG, resume),
	  .help = "go on with a list where an earlier run was ended: leave out the targets whose "
		  "records --output json=FILE has" },

	{ .name = "timeout", .arg = "SECONDS", IN(GROUP_DEADLINES, OPT_SECONDS, timeout_us),
	  .min = SECOND / 10, .max = 3600 * SECOND, .def = "60", .help = "the whole of one target" },
	{ .name = "dns-timeout", STAGE_SECONDS(dns_timeout_us), .def = "5",
	  .help = "one DNS question, with all its retries" },
	{ .name = "connect-timeout", STAGE_SECONDS(connect_timeout_us), .def = "5",
	  .help = "one TCP connection; 4 of a list unless given" },
	{ .name = "greeting-timeout", STAGE_SECONDS(greeting_timeout_us), .def = "20",
	  .help = "the server's greeting" },
	{ .name = "reply-timeout", STAGE_SECONDS(reply_timeout_us), .def = "15",
	  .help = "each reply" },
	{ .name = "tls-timeout", STAGE_SECONDS(tls_timeout_us), .def = "10",
	  .help = "one TLS handshake" },

	{ .name = "output", .arg = "FORMAT[=FILE]", IN(GROUP_OUTPUT, OPT_OUTPUT, outputs),
	  .def = "text", .help = "report as text, json, html, junit, tap, github, "
				 "prometheus, markdown, or, over all targets, summary or summary-json, to FILE or to standard output; may be given more than once" },
	{ .name = "transcript", IN(GROUP_OUTPUT, OPT_FLAG, transcript),
	  .help = "show every line of every dialogue" },
	{ .name = "client", .arg = "NAME", IN(GROUP_OUTPUT, OPT_CLIENT, client),
	  .help = "say how to set up this mail library or program for what was found, such as "
		  "python or nodemailer; all: every one that is known" },
	{ .name = "color", .alias = "colour", .arg = "WHEN", .bare = "always",
	  IN(GROUP_OUTPUT, OPT_CHOICE, colour), .def = "auto", .choices = colour_choices,
	  .help = "colour the text report: auto, always or never" },

	{ .name = "expect", .arg = "EXPECTATION", IN(GROUP_CHECK, OPT_EXPECT, expected),
	  .help = "fail unless this holds, as in '587: starttls, tls>=1.2, cert-days>=14'; may be "
		  "given more than once" },
	{ .name = "expect-file", .arg = "FILE", IN(GROUP_CHECK, OPT_EXPECT_FILE, expected),
	  .help = "the same from FILE, one a line; - is standard input" },
	{ .name = "baseline", .arg = "FILE", IN(GROUP_CHECK, OPT_INPUT, baseline),
	  .help = "compare with the JSON report of an earlier run, and report what has changed" },
	{ .name = "fail-on", .arg = "SEVERITY", IN(GROUP_CHECK, OPT_CHOICE, fail_on),
	  .def = "problem", .choices = fail_on_choices,
	  .help = "exit with 1 from this severity on: problem, warning, note or never; with "
		  "--expect, findings count only where this is given" },

	{ .name = "listen", .arg = "[ADDR]:PORT", IN(GROUP_LISTEN, OPT_LISTEN, listen),
	  .help = "probe when asked by HTTP, as in /probe?target=mx.example.com, until stopped" },
	{ .name = "allow", .arg = "PATTERN", IN(GROUP_LISTEN, OPT_ALLOW, allowed),
	  .help = "targets that may be asked for besides those named here, as in '*.example.com'; may "
		  "be given more than once" },
	{ .name = "module", .arg = "NAME=FILE", IN(GROUP_LISTEN, OPT_MODULE, modules),
	  .help = "what a request with module=NAME expects, as in --expect-file; may be given more "
		  "than once" },

	{ .name = "explain", .arg = "TEXT", IN(GROUP_LOOKUP, OPT_EXPLAIN, explain),
	  .help = "say what TEXT means and what to do, without any network: a code of a report, an "
		  "error message, or - for a log on standard input" },
	{ .name = "list-diagnoses", IN(GROUP_LOOKUP, OPT_SET, action),
	  .value = ACTION_LIST_DIAGNOSES, .help = "list everything that can be found, with its code" },

	{ .name = "help", .letter = 'h', IN(GROUP_OTHER, OPT_SET, action), .value = ACTION_HELP,
	  .help = "print this text" },
	{ .name = "version", .letter = 'V', IN(GROUP_OTHER, OPT_SET, action),
	  .value = ACTION_VERSION, .help = "print the versions of smtpprobe and its libraries" },
	{ .name = "completion", .arg = "SHELL", IN(GROUP_OTHER, OPT_SHELL, completion),
	  .choices = shell_choices, .help = "print the completion script for bash or zsh" },
	{ .name = NULL },
};
/* clang-format on */

enum { ROW_COUNT = COUNT(option_table) - 1 };

/* Rows write enum fields through this type. */
_Static_assert(sizeof(enum option_action) == sizeof(unsigned) &&
		       sizeof(enum colour) == sizeof(unsigned) &&
		       sizeof(enum families) == sizeof(unsigned) &&
		       sizeof(enum severity) == sizeof(unsigned) &&
		       sizeof(enum trace_when) == sizeof(unsigned) &&
		       sizeof(enum enforcement) == sizeof(unsigned) &&
		       sizeof(enum order) == sizeof(unsigned) &&
		       sizeof(enum target_kind) == sizeof(unsigned),
	       "enums are as wide as unsigned");

/* ---- the command line -------------------------------------------------------------------- */

/* Where the parser stands; `seen` tells which rows need no default. */
struct walk {
	struct options *o;
	struct err *e;
	char **argv;
	int argc, next;
	bool seen[ROW_COUNT];
	const char **words; /* the targets as written */
	size_t word_count;
};

static const struct option_row *find_row(const char *name, size_t n)
{
	for (const struct option_row *row = option_table; row->name != NULL; row++)
		if ((strncmp(row->name, name, n) == 0 && row->name[n] == '\0') ||
		    (row->alias != NULL && strncmp(row->alias, name, n) == 0 &&
		     row->alias[n] == '\0'))
			return row;
	return NULL;
}

static const struct option_row *find_letter(char letter)
{
	for (const struct option_row *row = option_table; row->name != NULL; row++)
		if (row->letter != 0 && row->letter == letter)
			return row;
	return NULL;
}

/* The option that was probably meant: nearly the same, or the one that the word abbreviates. */
static const struct option_row *find_near(const char *word, size_t n)
{
	const struct option_row *nearest = NULL;
	size_t least = NEAR_DISTANCE + 1;

	if (n < 2 || n > NEAR_MAX)
		return NULL;
	for (const struct option_row *row = option_table; row->name != NULL; row++) {
		size_t d = strncmp(row->name, word, n) == 0 ? 1 : near_distance(word, n, row->name);

		if (d < least && d < n) {
			least = d;
			nearest = row;
		}
	}
	return nearest;
}

static bool refuse_unknown(struct err *e, const char *arg)
{
	const char *name = arg + strspn(arg, "-");
	size_t n = strcspn(name, "=");
	const struct option_row *near = find_near(name, n);
	struct target_quote q;

	if (near != NULL)
		return err_set(e, "unknown option %s: did you mean --%s?", target_quote(&q, arg),
			       near->name);
	return err_set(e, "unknown option %s: smtpprobe --help lists the options",
		       target_quote(&q, arg));
}

/* The value of --name value: the next word, unless that is an option, which means that the value
 * was forgotten. A value that begins with -- must be written as --name=value. */
static const char *next_value(struct walk *w, const struct option_row *row)
{
	const char *word = w->next < w->argc ? w->argv[w->next] : NULL;
	struct target_quote q;

	if (row->bare != NULL) {
		if (word == NULL || option_choice_find(row, word) == NULL)
			return row->bare;
	} else if (word == NULL) {
		err_set(w->e, "option --%s needs a value: write --%s %s", row->name, row->name,
			row->arg);
		return NULL;
	} else if (word[0] == '-' && word[1] == '-') {
		err_set(w->e, "option --%s needs a value, but \"%s\" follows: write --%s=%s",
			row->name, target_quote(&q, word), row->name, row->arg);
		return NULL;
	}
	w->next++;
	return word;
}

static bool take_row(struct walk *w, const struct option_row *row, const char *value)
{
	w->seen[row - option_table] = true;
	return option_take(w->o, row, value, w->e);
}

static bool take_long(struct walk *w, const char *arg)
{
	const char *name = arg + 2;
	size_t n = strcspn(name, "=");
	const struct option_row *row = find_row(name, n);
	const char *value = name[n] == '=' ? name + n + 1 : NULL;
	struct target_quote q;

	if (row == NULL)
		return refuse_unknown(w->e, arg);
	if (row->arg == NULL && value != NULL)
		return err_set(w->e, "option --%s takes no value: leave out \"=%s\"", row->name,
			       target_quote(&q, value));
	if (row->arg != NULL && value == NULL) {
		value = next_value(w, row);
		if (value == NULL)
			return false;
	}
	return take_row(w, row, value);
}

/* One or more letters; none of them takes a value. */
static bool take_letters(struct walk *w, const char *arg)
{
	for (const char *c = arg + 1; *c != '\0'; c++) {
		const struct option_row *row = find_letter(*c);

		if (row == NULL)
			return refuse_unknown(w->e, arg);
		if (!take_row(w, row, NULL))
			return false;
	}
	return true;
}

/* --help and its like need no more of the command line, be it right or wrong. */
static bool goes_on(const struct options *o)
{
	return o->action == ACTION_PROBE || o->action == ACTION_LISTEN ||
	       o->action == ACTION_EXPLAIN || o->action == ACTION_LIST_DIAGNOSES;
}

static bool walk_words(struct walk *w)
{
	bool options_end = false;

	while (w->next < w->argc && goes_on(w->o)) {
		const char *arg = w->argv[w->next++];

		if (options_end || arg[0] != '-')
			w->words[w->word_count++] = arg;
		else if (arg[1] == '\0')
			return err_set(w->e, "target \"-\": to read targets from standard input, "
					     "write --input -");
		else if (arg[1] != '-') {
			if (!take_letters(w, arg))
				return false;
		} else if (arg[2] == '\0')
			options_end = true;
		else if (!take_long(w, arg))
			return false;
	}
	return true;
}

/* ---- what contradicts each other ---------------------------------------------------------- */

static bool sources_are_fine(const struct walk *w)
{
	const struct options *o = w->o;
	struct target_quote q;

	if (o->replay != NULL && w->word_count != 0)
		return err_set(
			w->e,
			"target \"%s\" cannot be probed while --replay prints an earlier report: "
			"leave out one of the two",
			target_quote(&q, w->words[0]));
	if (o->replay != NULL && o->input != NULL)
		return err_set(
			w->e,
			"options --replay and --input \"%s\" contradict each other: leave out "
			"one of them",
			target_quote(&q, o->input));
	if (o->replay == NULL && o->input == NULL && w->word_count == 0)
		return err_set(w->e, "name a target, for example: smtpprobe example.com");
	return options_resume_well(o, w->e) && options_outputs_are_apart(o, w->e);
}

/* An error message that was not quoted falls apart into words that look like targets. */
static bool explains_only(const struct walk *w)
{
	struct target_quote q;

	if (w->word_count == 0)
		return true;
	return err_set(w->e,
		       "option --explain takes one text, but \"%s\" follows: put the whole text in "
		       "quotes, or give it on standard input with --explain -",
		       target_quote(&q, w->words[0]));
}

static bool take_targets(struct walk *w)
{
	for (size_t i = 0; i < w->word_count; i++) {
		struct target t;

		if (!target_parse(&t, w->words[i], w->o->force, w->e))
			return false;
		*(struct target *)mem_append(&w->o->targets, &w->o->target_count, sizeof t) = t;
	}
	return true;
}

static bool given(const struct walk *w, const char *name)
{
	return w->seen[find_row(name, strlen(name)) - option_table];
}

/* Who can be asked to probe anything is an open proxy, and what has no report has no use for these. */
static bool listens_well(const struct walk *w)
{
	static const char *const unfit[] = { "replay", "output", "baseline", "explain",
					     "list-diagnoses", "client", "transcript",
					     "resume" };
	const struct options *o = w->o;

	for (size_t i = 0; i < COUNT(unfit); i++)
		if (given(w, unfit[i]))
			return err_set(w->e, "options --listen and --%s contradict each other: leave out one "
				       "of them", unfit[i]);
	return w->word_count > 0 || o->input != NULL || o->allowed.count > 0 ||
	       err_set(w->e, "option --listen: nothing may be asked for yet; name the targets that may, or "
		       "give a pattern, as in --allow '*.example.com'");
}

static bool listen_is_meant(const struct walk *w)
{
	static const char *const parts[] = { "allow", "module" };

	for (size_t i = 0; i < COUNT(parts); i++)
		if (given(w, parts[i]))
			return err_set(w->e, "option --%s belongs to --listen: give both, as in --listen "
				       "127.0.0.1:9725", parts[i]);
	return true;
}

static void take_unless_given(struct walk *w, const char *name, const char *value)
{
	if (!given(w, name))
		take_row(w, find_row(name, strlen(name)), value);
}

/* Who says what must hold is not failed for anything else, unless told so. What is scraped every minute,
 * or stands in a list of many, is traced only where that is asked for, and servers of a list are not
 * asked twice, nor waited for as long, since they are sent more SYNs. */
static bool take_defaults(struct walk *w)
{
	struct options *o = w->o;

	o->ports_given = given(w, "port");
	o->fail_on_given = given(w, "fail-on");
	o->findings_count = o->baseline == NULL && (o->expected.count == 0 || o->fail_on_given);
	if (o->action == ACTION_LISTEN || o->input != NULL)
		take_unless_given(w, "trace", "never");
	if (o->action != ACTION_LISTEN && o->input != NULL) {
		take_unless_given(w, "enforcement", "never");
		take_unless_given(w, "connect-timeout", "4");
	}
	for (const struct option_row *row = option_table; row->name != NULL; row++)
		if (row->def != NULL && !w->seen[row - option_table] && !take_row(w, row, row->def))
			return false;
	o->port_count = options_ports(o, &o->expected, o->ports);
	return true;
}

static bool judge_words(struct walk *w)
{
	struct options *o = w->o;

	switch (o->action) {
	case ACTION_EXPLAIN:
		return explains_only(w) && options_look_up_well(o, w->e);
	case ACTION_LIST_DIAGNOSES:
		return options_look_up_well(o, w->e);
	case ACTION_PROBE:
		return listen_is_meant(w) && sources_are_fine(w) && take_targets(w) &&
		       options_families_fit(o, w->e);
	case ACTION_LISTEN:
		return take_targets(w) && option_read_targets(o, w->e) && options_families_fit(o, w->e);
	default:
		return true;
	}
}

bool options_parse(struct options *o, int argc, char **argv, struct err *e)
{
	struct walk w = {.o = o, .e = e, .argv = argv, .argc = argc, .next = 1};
	bool ok;

	memset(o, 0, sizeof *o);
	w.words = mem_zalloc((size_t)argc + 1, sizeof *w.words);
	ok = walk_words(&w) && (!given(&w, "listen") || listens_well(&w)) && take_defaults(&w) &&
	     judge_words(&w);
	if (!ok)
		options_clear(o);
	free(w.words);
	return ok;
}

void options_clear(struct options *o)
{
	for (size_t i = 0; i < o->target_count; i++)
		target_clear(&o->targets[i]);
	for (size_t i = 0; i < o->output_count; i++)
		free(o->outputs[i].file);
	for (size_t i = 0; i < o->control_count; i++)
		target_clear(&o->controls[i]);
	target_clear(&o->socks5);
	free(o->controls);
	free(o->from);
	free(o->targets);
	free(o->outputs);
	free(o->completion);
	free(o->explain);
	free(o->input);
	free(o->replay);
	free(o->resolver);
	free(o->ehlo);
	free(o->contact);
	free(o->ca_file);
	free(o->sni);
	free(o->client);
	free(o->baseline);
	free(o->listen.address);
	strlist_clear(&o->allowed);
	exclusions_free(o->excluded);
	for (size_t i = 0; i < o->module_count; i++) {
		free(o->modules[i].name);
		expectations_clear(&o->modules[i].expected);
	}
	free(o->modules);
	expectations_clear(&o->expected);
	memset(o, 0, sizeof *o);
}
