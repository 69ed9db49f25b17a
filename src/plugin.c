/* SPDX-License-Identifier: MIT
 *
 * The contract of monitoring plugins (monitoring-plugins.org, Guidelines): one line on standard
 * output, the state as exit status, and "unknown" for whatever kept it from being found out. Its own
 * options are turned into those of smtpprobe, which it takes as well; limits become expectations. */
#include "plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "base/amount.h"
#include "base/mem.h"
#include "report/report_monitoring.h"

static const char usage[] =
	"check_smtpprobe: a monitoring plugin; 0 ok, 1 warning, 2 critical, 3 unknown\n"
	"  -H HOST       the mail host (or a domain, with --domain)\n"
	"  -p PORT       its port, or several with commas between them; each must be open\n"
	"                (default: 25; with --expect, 25, 465, 587 and those that it names)\n"
	"  -w SECONDS    warning where the dialogue takes that long or longer, up to the last EHLO\n"
	"  -c SECONDS    critical where it does\n"
	"  -D DAYS[,DAYS] warning, and critical, where a certificate has fewer days left\n"
	"  -S            critical where TLS does not come up, by STARTTLS or from the first byte\n"
	"  -t SECONDS    how long all of it may take (default: 10)\n"
	"  -4, -6        by that address family only\n"
	"  -V, -h        the version; this text\n"
	"  --expect, --expect-file, --output FORMAT=FILE and the other options of smtpprobe: see its\n"
	"                manual. With --expect, only what is expected and the limits count; without,\n"
	"                a problem is critical and a warning a warning.\n";

struct plugin {
	struct strlist args;                 /* for options_parse() */
	const char *host, *port, *warning, *critical, *days, *timeout;
	bool starttls, help, version;
	struct options options;
	struct expectations warned;
	struct monitored m;
	struct expect_verdicts warnings;
	enum monitoring_state state;
	struct buf line;
};

/* The options that take a value, as the guidelines name them. */
static const struct own_option {
	char letter;
	const char *name;
	size_t at;
} own_options[] = {
	{ 'H', "hostname", offsetof(struct plugin, host) },
	{ 'p', "port", offsetof(struct plugin, port) },
	{ 'w', "warning", offsetof(struct plugin, warning) },
	{ 'c', "critical", offsetof(struct plugin, critical) },
	{ 'D', "certificate", offsetof(struct plugin, days) },
	{ 't', "timeout", offsetof(struct plugin, timeout) },
};

bool plugin_is_meant(const char *argv0)
{
	const char *slash = argv0 != NULL ? strrchr(argv0, '/') : NULL;

	return argv0 != NULL && strcmp(slash != NULL ? slash + 1 : argv0, "check_smtpprobe") == 0;
}

/* ---- the command line ------------------------------------------------------------------------ */

/* The option that a word is, with *value where the value stands in the same word; NULL: none of these. */
static const struct own_option *own_option(const char *word, const char **value)
{
	for (size_t i = 0; i < COUNT(own_options); i++) {
		const struct own_option *o = &own_options[i];
		size_t n = strlen(o->name);

		if (word[1] == o->letter) {
			*value = word[2] != '\0' ? word + 2 : NULL;
			return o;
		}
		if (word[1] == '-' && strncmp(word + 2, o->name, n) == 0 &&
		    (word[n + 2] == '\0' || word[n + 2] == '=')) {
			*value = word[n + 2] == '=' ? word + n + 3 : NULL;
			return o;
		}
	}
	return NULL;
}

static bool take_word(struct plugin *p, const char *word, const char *next, bool *took_next, struct err *e)
{
	const char *value = NULL;
	const struct own_option *o = word[0] == '-' ? own_option(word, &value) : NULL;

	*took_next = false;
	if (strcmp(word, "-S") == 0)
		p->starttls = true;
	else if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)
		p->help = true;
	else if (strcmp(word, "-V") == 0 || strcmp(word, "--version") == 0)
		p->version = true;
	else if (o == NULL)
		strlist_add(&p->args, word);
	else {
		*took_next = value == NULL;
		if (value == NULL && next == NULL)
			return err_set(e, "option -%c needs a value", o->letter);
		*(const char **)((char *)p + o->at) = value != NULL ? value : next;
	}
	return true;
}

static bool take_words(struct plugin *p, int argc, char **argv, struct err *e)
{
	for (int i = 1; i < argc; i++) {
		bool took_next;

		if (!take_word(p, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &took_next, e))
			return false;
		i += took_next;
	}
	return p->help || p->version || p->host != NULL ||
	       err_set(e, "name the mail host with -H, as in check_smtpprobe -H mail.example.com");
}

static bool given(const struct plugin *p, const char *option)
{
	size_t n = strlen(option);

	for (size_t i = 0; i < p->args.count; i++)
		if (strncmp(p->args.item[i], option, n) == 0 &&
		    (p->args.item[i][n] == '\0' || p->args.item[i][n] == '='))
			return true;
	return false;
}

static void add_option(struct plugin *p, const char *name, const char *value)
{
	if (!given(p, name))
		strlist_take(&p->args, mem_printf("%s=%s", name, value));
}

/* A silent port must be told before the whole time is over. */
static void add_deadlines(struct plugin *p)
{
	const char *timeout = p->timeout != NULL ? p->timeout : "10";
	int64_t us = amount_seconds(timeout);
	char *half = mem_printf("%.3f", us > 200000 ? (double)us / 2e6 : 0.1);

	add_option(p, "--timeout", timeout);
	if (us > 0 && us < INT64_C(10000000)) {
		add_option(p, "--connect-timeout", half);
		add_option(p, "--dns-timeout", half);
	}
	free(half);
}

/* What the state would not be made of is not passed over in silence. */
static bool refuse_what_is_not_weighed(const struct plugin *p, struct err *e)
{
	const struct options *o = &p->options;

	if (o->action != ACTION_PROBE)
		return err_set(e, "this option is one of smtpprobe alone");
	if (o->baseline != NULL)
		return err_set(e, "option --baseline: a monitor is told what must hold; write it as --expect, or "
			       "run smtpprobe --baseline");
	if (o->input != NULL || o->replay != NULL || o->target_count != 1)
		return err_set(e, "one host is checked at a time: name it with -H, and nothing beside it");
	return true;
}

static bool parse_options(struct plugin *p, struct err *e)
{
	char **argv;
	bool fine;

	if (!given(p, "--domain"))
		strlist_add(&p->args, "--host");
	if (p->port != NULL || (!given(p, "--expect") && !given(p, "--expect-file")))
		strlist_take(&p->args, mem_printf("--port=%s", p->port != NULL ? p->port : "25"));
	add_deadlines(p);
	add_option(p, "--trace", "never");
	strlist_add(&p->args, "--");
	strlist_add(&p->args, p->host);
	argv = mem_zalloc(p->args.count + 2, sizeof *argv);
	argv[0] = p->args.item[0];
	memcpy(argv + 1, p->args.item, p->args.count * sizeof *argv);
	fine = options_parse(&p->options, (int)p->args.count + 1, argv, e);
	free(argv);
	return fine && refuse_what_is_not_weighed(p, e);
}

/* ---- limits ---------------------------------------------------------------------------------- */

static bool expect(struct expectations *x, const char *option, const char *value, char *claim,
		   struct err *e)
{
	struct err why;
	bool fine = expect_parse(x, claim, &why);

	free(claim);
	return fine || err_set(e, "option %s: \"%s\" is no limit; write a number", option, value);
}

static bool limit_time(struct expectations *x, const char *option, const char *value, int64_t *us,
		       struct err *e)
{
	if (value == NULL)
		return true;
	*us = amount_seconds(value);
	return expect(x, option, value, mem_printf("all: time<%ss", value), e);
}

static bool limit_days(struct expectations *x, const char *value, size_t n, int64_t *days, struct err *e)
{
	char *number = mem_strndup(value, n);
	bool fine = expect(x, "-D", number, mem_printf("all: cert-days>=%s", number), e);

	*days = fine ? strtol(number, NULL, 10) : -1;
	free(number);
	return fine;
}

static bool limits_are_in_order(const struct plugin *p, struct err *e)
{
	const struct monitoring_limits *l = &p->m.limits;

	if (l->warning_us >= 0 && l->critical_us >= 0 && l->warning_us > l->critical_us)
		return err_set(e, "option -w: a warning at %s s comes after the critical %s s; write the shorter "
			       "time for -w", p->warning, p->critical);
	if (l->warning_days >= 0 && l->critical_days >= 0 && l->warning_days < l->critical_days)
		return err_set(e, "option -D: a warning at fewer days than the critical ones comes too late; "
			       "write the larger number first, as in 21,7");
	return true;
}

static bool set_limits(struct plugin *p, struct err *e)
{
	struct monitoring_limits *l = &p->m.limits;
	const char *comma = p->days != NULL ? strchr(p->days, ',') : NULL;

	*l = (struct monitoring_limits){ -1, -1, -1, -1 };
	if (!limit_time(&p->warned, "-w", p->warning, &l->warning_us, e) ||
	    !limit_time(&p->options.expected, "-c", p->critical, &l->critical_us, e))
		return false;
	if (p->days != NULL && !limit_days(&p->warned, p->days, strcspn(p->days, ","), &l->warning_days, e))
		return false;
	if (comma != NULL && !limit_days(&p->options.expected, comma + 1, strlen(comma + 1),
					 &l->critical_days, e))
		return false;
	return limits_are_in_order(p, e) &&
	       (!p->starttls || expect(&p->options.expected, "-S", "", mem_strdup("all: tls>=1.0"), e)) &&
	       (p->port == NULL || expect(&p->options.expected, "-p", "", mem_strdup("all: open"), e));
}

/* The one line is all that stands on standard output; files are written as well. */
static void leave_standard_output(struct options *o)
{
	size_t kept = 0;

	for (size_t i = 0; i < o->output_count; i++)
		if (o->outputs[i].file != NULL)
			o->outputs[kept++] = o->outputs[i];
	o->output_count = kept;
}

/* ---- running --------------------------------------------------------------------------------- */

static void judged(void *to, const struct observation *o, const struct diagnosis *d,
		   const struct expect_verdicts *critical)
{
	struct plugin *p = to;

	expect_judge(&p->warnings, &p->warned, o, d);
	p->m.o = o;
	p->m.d = d;
	p->m.findings_count = p->options.findings_count;
	p->m.critical = critical;
	p->m.warning = &p->warnings;
	p->state = monitoring_judge(&p->m);
	buf_reset(&p->line);
	monitoring_line(&p->line, &p->m);
	expect_verdicts_clear(&p->warnings);
}

static int probe(struct plugin *p, int argc, char **argv, struct err *e)
{
	if (!take_words(p, argc, argv, e))
		return MONITORING_UNKNOWN;
	if (p->help || p->version) {
		if (p->help)
			fputs(usage, stdout);
		else
			app_version(stdout);
		return MONITORING_UNKNOWN;    /* Guidelines 2.3: nothing was checked */
	}
	if (!parse_options(p, e) || !set_limits(p, e))
		return MONITORING_UNKNOWN;
	leave_standard_output(&p->options);
	app_run_for(&p->options, judged, p, e);
	return e->msg[0] != '\0' ? MONITORING_UNKNOWN : p->state;
}

int plugin_run(int argc, char **argv)
{
	struct plugin p = { .state = MONITORING_UNKNOWN };
	struct err e = { "" };
	int state;

	buf_init(&p.line, BUF_NO_LIMIT);
	state = probe(&p, argc, argv, &e);
	if (e.msg[0] != '\0')
		printf("SMTP UNKNOWN: %s\n", e.msg);
	else if (p.line.len > 0)
		fputs(buf_str(&p.line), stdout);
	else if (!p.help && !p.version)
		puts("SMTP UNKNOWN: cut short before anything was found out");
	if (fflush(stdout) != 0)
		state = MONITORING_UNKNOWN;
	buf_clear(&p.line);
	options_clear(&p.options);
	expectations_clear(&p.warned);
	strlist_clear(&p.args);
	return state;
}
