/* SPDX-License-Identifier: MIT
 *
 * Plays the scenarios of tests/scenarios (README.md there) in process: the script's lines are fed
 * to smtp_session, a handshake is an outcome, and the record goes through diagnose() and the JSON
 * report to the same judge that the real sockets' reports go to. Files that are `socket-only`
 * pass unplayed. */
#include <dirent.h>
#include <fnmatch.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/printable.h"
#include "diagnose/diagnose.h"
#include "plan/target.h"
#include "report/report.h"
#include "smtp/smtp_session.h"
#include "tests/support/runner.h"
#include "tests/support/scenario.h"
#include "tests/support/scenario_judge.h"

enum {
	ANY_PORT = 2500,
	FLOOD_MAX = 100000,     /* a client that bears more than this never gives up */
	COMPLAINTS_MAX = 64 * 1024,
	STARTED_AT = 1767225600 /* 2026-01-01 */
};

static char *folder;
static struct strlist files;

/* ---- one connection ------------------------------------------------------------------------ */

struct player {
	struct smtp_session *s;
	struct obs_endpoint *obs;
	struct buf in;
	struct buf said;        /* by the client, not yet taken by the script */
	struct buf first;       /* the server's first bytes */
	enum smtp_want want;
	int64_t now;
	bool over;              /* the connection has ended */
	bool strict;            /* the script says what the client must send */
	bool beside;            /* it does not, and the client has left it */
	struct buf *complaints;
};

static void step(struct player *p)
{
	p->now += 100;
	p->want = smtp_session_step(p->s, &p->in, &p->said, p->now);
	p->over = p->want == SMTP_WANT_DONE;
}

static void feed(struct player *p, const char *bytes, size_t n)
{
	size_t room = LIMIT_FIRST_BYTES - p->first.len;

	if (p->over)
		return;
	buf_add(&p->first, bytes, n < room ? n : room);
	buf_add(&p->in, bytes, n);
	step(p);
}

static void end(struct player *p, enum outcome how)
{
	if (!p->over) {
		smtp_session_fail(p->s, how, p->now + 100);
		step(p);
	}
}

/* The client's next command without its end; NULL: it has sent none. Caller frees. */
static char *next_command(struct player *p)
{
	const char *lf = p->said.len != 0 ? memchr(p->said.data, '\n', p->said.len) : NULL;
	char *line;

	if (lf == NULL)
		return NULL;
	line = mem_strndup(p->said.data, strcspn(p->said.data, "\r\n"));
	buf_drop(&p->said, (size_t)(lf - p->said.data) + 1);
	return line;
}

static void expect_command(struct player *p, const struct scenario_step *st)
{
	char *line = next_command(p);

	if (line != NULL && fnmatch(st->text, line, FNM_CASEFOLD) == 0) {
		free(line);
		return;
	}
	if (p->strict)
		buf_addf(p->complaints, "line %u: expected the command %s, got %s\n", st->line,
			 st->text, line != NULL ? line : "nothing");
	p->beside = true;
	if (line != NULL) { /* answered by answer_commands() */
		struct buf rest = p->said;

		buf_init(&p->said, rest.limit);
		buf_addf(&p->said, "%s\r\n%s", line, buf_str(&rest));
		buf_clear(&rest);
	}
	free(line);
}

/* ---- TLS, as an outcome -------------------------------------------------------------------- */

static void record_good_tls(struct obs_tls *t)
{
	struct obs_certificate *c;

	t->outcome = OUT_OK;
	t->version = mem_strdup("TLS1.3");
	t->cipher = mem_strdup("TLS_AES_256_GCM_SHA384");
	t->group = mem_strdup("X25519");
	t->signature = mem_strdup("ECDSA-SECP256R1-SHA256");
	t->verified = true;
	t->verified_name = mem_strdup("127.0.0.1");
	c = mem_append(&t->chain, &t->chain_count, sizeof *c);
	c->subject = mem_strdup("CN=mx.test");
	c->issuer = mem_strdup("CN=Test CA");
	strlist_add(&c->sans, "127.0.0.1");
	c->not_before = STARTED_AT - 86400;
	c->not_after = STARTED_AT + 86400 * 90;
	c->key = mem_strdup("ECDSA P-256");
	c->signature = mem_strdup("ECDSA-SHA256");
	c->sha256 = mem_printf("%064d", 1);
	c->spki_sha256 = mem_printf("%064d", 2);
}

static void shake_hands(struct player *p, const struct scenario_step *st)
{
	static const enum outcome outcomes[VERB_COUNT] = {
		[VERB_TLS] = OUT_OK, [VERB_TLS_STALL] = OUT_TIMEOUT, [VERB_TLS_CLOSE] = OUT_CLOSED,
		[VERB_TLS_RESET] = OUT_RESET, [VERB_TLS_ALERT] = OUT_ALERT,
		[VERB_TLS_PLAINTEXT] = OUT_NOT_TLS,
	};
	static const struct {
		unsigned number;
		const char *name;
	} alerts[] = {
		{ 40, "handshake_failure" }, { 70, "protocol_version" }, { 80, "internal_error" },
	};
	struct obs_tls *t = &p->obs->tls;

	if (p->want != SMTP_WANT_TLS) {
		buf_addf(p->complaints, "line %u: no handshake was asked for\n", st->line);
		return;
	}
	if (st->verb == VERB_TLS)
		record_good_tls(t);
	t->outcome = outcomes[st->verb];
	for (int i = 0; st->verb == VERB_TLS_ALERT && i < COUNT(alerts); i++)
		if (alerts[i].number == st->number)
			t->alert = mem_strdup(alerts[i].name);
	if (st->verb == VERB_TLS_PLAINTEXT)
		t->first_bytes = printable_dup(st->text, st->size);
	smtp_session_tls_done(p->s, t->outcome, p->now);
	step(p);
}

/* ---- the script ---------------------------------------------------------------------------- */

/* Adjacent sends go out in one write; `drip` sends them byte by byte. Returns how many. */
static size_t send_run(struct player *p, const struct scenario_step *st, size_t n, bool drip)
{
	struct buf run;
	size_t i;

	buf_init(&run, LIMIT_RECEIVE);
	for (i = 0; i < n && st[i].verb == VERB_SEND; i++)
		buf_add(&run, st[i].text, st[i].size);
	if (!drip)
		feed(p, buf_str(&run), run.len);
	for (size_t k = 0; drip && k < run.len; k++)
		feed(p, run.data + k, 1);
	buf_clear(&run);
	return i;
}

static void play_step(struct player *p, const struct scenario_step *st)
{
	static const enum outcome ends[VERB_COUNT] = {
		[VERB_CLOSE] = OUT_CLOSED, [VERB_CUT] = OUT_CLOSED, [VERB_RESET] = OUT_RESET,
		[VERB_STALL] = OUT_TIMEOUT,
	};

	switch (st->verb) {
	case VERB_COMMAND:
		expect_command(p, st);
		break;
	case VERB_FLOOD:
		for (unsigned i = 0; i < (st->number != 0 ? st->number : FLOOD_MAX); i++)
			feed(p, st->text, st->size);
		break;
	case VERB_DRIP:
	case VERB_WAIT:
		break;
	default:
		if (ends[st->verb] != OUT_NOT_RUN)
			end(p, ends[st->verb]);
		else
			shake_hands(p, st);
		break;
	}
}

/* After the script, or beside it. */
static void answer_commands(struct player *p, bool taken_quit)
{
	char *line = taken_quit ? mem_strdup("QUIT") : next_command(p);

	for (; line != NULL; line = next_command(p)) {
		bool quit = strcasecmp(line, "QUIT") == 0;
		const char *reply = p->beside && !p->strict ? "250 2.0.0 Ok\r\n"
							    : "500 5.5.1 Command unrecognized\r\n";

		if (quit)
			reply = "221 2.0.0 Bye\r\n";
		feed(p, reply, strlen(reply));
		if (quit)
			end(p, OUT_CLOSED);
		free(line);
	}
	end(p, OUT_TIMEOUT);
}

static void play_script(struct player *p, const struct scenario_script *script)
{
	const struct scenario_step *last = NULL;
	bool drip = false;
	size_t i = 0;

	step(p);
	while (i < script->count && !p->beside) {
		const struct scenario_step *st = &script->step[i];

		if (st->verb == VERB_SEND) {
			i += send_run(p, st, script->count - i, drip);
		} else if (i++ != 0 || st->verb != VERB_TLS || p->want == SMTP_WANT_TLS) {
			play_step(p, st); /* a first `tls` is implicit TLS, and done */
		}
		drip = st->verb == VERB_DRIP;
		last = st;
	}
	answer_commands(p, !p->beside && last != NULL && last->verb == VERB_COMMAND &&
				   strcasecmp(last->text, "QUIT") == 0);
}

/* ---- an endpoint ------------------------------------------------------------------------- */

static void begin(struct player *p, enum smtp_plan plan, bool encrypted, struct obs_endpoint *obs,
		  struct buf *complaints)
{
	memset(p, 0, sizeof *p);
	buf_init(&p->in, LIMIT_RECEIVE);
	buf_init(&p->said, LIMIT_RECEIVE);
	buf_init(&p->first, LIMIT_FIRST_BYTES);
	p->obs = obs;
	p->now = 1000;
	p->complaints = complaints;
	p->s = smtp_session_new(plan, encrypted, "[127.0.0.1]", obs, p->now);
}

static void finish(struct player *p)
{
	smtp_session_free(p->s);
	buf_clear(&p->in);
	buf_clear(&p->said);
	buf_clear(&p->first);
}

static enum mode settle_mode(const struct player *p, bool encrypted)
{
	if (encrypted)
		return MODE_IMPLICIT_TLS;
	if (smtp_session_greeted(p->s))
		return MODE_PLAINTEXT;
	if (p->first.len != 0)
		return p->obs->greeting.outcome == OUT_MALFORMED ? MODE_NOT_SMTP : MODE_PLAINTEXT;
	return p->obs->greeting.outcome == OUT_TIMEOUT ? MODE_SILENT : MODE_UNKNOWN;
}

static void play_main(const struct scenario *s, struct obs_endpoint *obs, struct buf *complaints)
{
	struct player p;

	begin(&p, SMTP_PLAN_PROBE, s->tls_first, obs, complaints);
	p.strict = true;
	if (s->tls_first)
		record_good_tls(&obs->tls);
	play_script(&p, &s->script[CONN_MAIN]);
	obs->mode = settle_mode(&p, s->tls_first);
	if (obs->mode == MODE_NOT_SMTP)
		obs->first_bytes = printable_dup(p.first.data, p.first.len);
	if (obs->mode == MODE_SILENT) /* the ClientHello met the same silence */
		obs->tls.outcome = OUT_TIMEOUT;
	finish(&p);
}

static void play_enforcement(const struct scenario *s, struct obs_endpoint *obs,
			     struct buf *complaints)
{
	bool own = s->script[CONN_ENFORCEMENT].count != 0;
	struct player p;

	begin(&p, SMTP_PLAN_ENFORCE, false, obs, complaints);
	p.strict = own;
	play_script(&p, &s->script[own ? CONN_ENFORCEMENT : CONN_MAIN]);
	finish(&p);
}

static void observe(const struct scenario *s, struct observation *o, struct buf *complaints)
{
	struct obs_mail_host *host;
	struct obs_endpoint *e;

	o->started_at_us = (int64_t)STARTED_AT * 1000000;
	o->duration_us = 20000;
	o->target.input = mem_strdup(s->target);
	o->target.kind = TARGET_ADDRESS;
	o->target.name = mem_strdup(s->target);
	o->vantage.ipv4.source = mem_strdup("127.0.0.1");
	o->vantage.ipv4.route = true;
	host = mem_append(&o->dns.hosts, &o->dns.host_count, sizeof *host);
	host->name = mem_strdup(s->target);
	host->source = MAIL_HOST_TARGET;
	strlist_add(&host->addresses, "127.0.0.1");
	e = mem_append(&o->endpoints, &o->endpoint_count, sizeof *e);
	e->host = mem_strdup(s->target);
	e->address = mem_strdup("127.0.0.1");
	e->port = s->port != 0 ? s->port : ANY_PORT;
	e->role = role_of_port(e->port);
	e->connect.outcome = OUT_OK;
	e->connect.us = 100;
	play_main(s, e, complaints);
	if (e->mode == MODE_PLAINTEXT && e->ehlo.reply.outcome == OUT_OK)
		play_enforcement(s, e, complaints);
}

static void judge(const struct scenario *s, const struct observation *o, struct buf *complaints)
{
	const struct report_style style = { .utf8 = true, .width = 80 };
	struct diagnosis d = { 0 };
	struct buf report;
	json_error_t error;
	json_t *json;

	diagnose(&d, o);
	buf_init(&report, BUF_NO_LIMIT);
	report_one(&report, &report_json, &style, o, &d);
	json = json_loadb(buf_str(&report), report.len, JSON_REJECT_DUPLICATES, &error);
	if (json != NULL)
		scenario_judge(s, json, -1, complaints);
	else
		buf_addf(complaints, "not JSON: %s at %d\n", error.text, error.position);
	json_decref(json);
	buf_clear(&report);
	diagnosis_clear(&d);
}

START_TEST(scenario_is_judged_as_expected)
{
	char *path = mem_printf("%s/%s", folder, files.item[_i]);
	struct observation o = { 0 };
	struct buf complaints;
	struct scenario s;
	struct err e;

	buf_init(&complaints, COMPLAINTS_MAX);
	ck_assert_msg(scenario_load(&s, path, &e), "%s", e.msg);
	if (!s.socket_only) {
		observe(&s, &o, &complaints);
		judge(&s, &o, &complaints);
	}
	ck_assert_msg(complaints.len == 0, "%s: %s", files.item[_i], buf_str(&complaints));
	observation_clear(&o);
	scenario_clear(&s);
	buf_clear(&complaints);
	free(path);
}
END_TEST

START_TEST(most_scenarios_are_played)
{
	ck_assert_uint_ge(files.count, 60);
}
END_TEST

static int is_scenario(const struct dirent *d)
{
	return fnmatch("*.smtp", d->d_name, 0) == 0;
}

static void find_scenarios(void)
{
	const char *top = getenv("top_srcdir");
	struct dirent **names = NULL;
	int n;

	folder = mem_printf("%s/tests/scenarios", top != NULL ? top : ".");
	n = scandir(folder, &names, is_scenario, alphasort);
	for (int i = 0; i < n; i++) {
		strlist_add(&files, names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

int main(void)
{
	Suite *s = suite_create("scenarios");
	TCase *tc = tcase_create("in process");
	int status;

	find_scenarios();
	tcase_add_test(tc, most_scenarios_are_played);
	tcase_add_loop_test(tc, scenario_is_judged_as_expected, 0, (int)files.count);
	suite_add_tcase(s, tc);
	status = run_suite(s);
	strlist_clear(&files);
	free(folder);
	return status;
}
