/* SPDX-License-Identifier: MIT
 *
 * The dialogue as a table: what each state sends, what it waits for, and a small function that
 * judges the reply and names the next state.
 *
 *   1. smtp_session_step() feeds bytes to the reader of the reply that the state waits for.
 *   2. A complete reply goes to the record, then to the state's on_reply().
 *   3. enter_state() alone changes the state; send_command() puts its command into `out`.
 *
 * Keeping in step (RFC 5321 2.1: one reply a command). Bytes that stand behind a reply before
 * the next command is sent were sent unasked. They are flagged on that reply and thrown away,
 * whole lines and half ones, so that they cannot be taken for the next answer. One exception:
 * a 421 among them says that the server is closing (3.8), so it is recorded as the answer to
 * the next command, which is then not sent. Behind the 220 to STARTTLS the same bytes are a
 * possible injection and are recorded as early_bytes. */
#include "smtp/smtp_session.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/printable.h"
#include "smtp/smtp_caps.h"
#include "smtp/smtp_reason.h"
#include "smtp/smtp_reply.h"

/* Legal orders; states never go backwards but for the EHLO inside of TLS.
 *
 *   PROBE              GREETING EHLO [HELO] [STARTTLS TLS EHLO [HELO]] [SIZE [RSET]] [CONTACT] QUIT DONE
 *   PROBE, encrypted   GREETING EHLO [HELO] [SIZE [RSET]] [CONTACT] QUIT DONE
 *   ENFORCE            GREETING EHLO [HELO] RSET [MAIL [RSET_AGAIN]] QUIT DONE
 *
 * Any state may go to QUIT where a reply ended it, and to DONE where nothing more can be said:
 * the connection is gone, the greeting was not SMTP, or a reply had no end. */
enum smtp_state {
	ST_GREETING, ST_EHLO, ST_HELO, ST_STARTTLS, ST_TLS, ST_SIZE, ST_SIZE_RSET,
	ST_RSET, ST_MAIL, ST_RSET_AGAIN, ST_CONTACT, ST_QUIT, ST_DONE, ST_COUNT
};

enum argument { ARG_NONE, ARG_NAME, ARG_SIZE, ARG_CONTACT };

enum { UNASKED_LINES_SHOWN = 32 };

struct smtp_session {
	enum smtp_plan plan;
	enum smtp_state state;
	bool encrypted;
	bool unsent;                /* the state's command waits for the next step's `out` */
	bool greeted;
	int greeting_code;
	char *ehlo_name, *contact;  /* contact NULL: it is not said */
	int64_t size;               /* asked about after the last EHLO; 0: not */
	struct obs_endpoint *obs;
	struct obs_reply scratch;   /* replies that nothing depends on */
	struct smtp_reply reply;    /* under way */
	size_t logged;              /* lines of it that are in the transcript */
	bool owed;                  /* it answers the RSET in front of the state's command */
	size_t received;            /* bytes in all */
	int64_t asked_us;           /* when the command was sent */
	int64_t now_us;
};

static enum smtp_state on_greeting(struct smtp_session *s, struct obs_reply *r);
static enum smtp_state on_ehlo(struct smtp_session *s, struct obs_reply *r);
static enum smtp_state on_starttls(struct smtp_session *s, struct obs_reply *r);
static enum smtp_state on_size(struct smtp_session *s, struct obs_reply *r);
static enum smtp_state on_enforcement(struct smtp_session *s, struct obs_reply *r);
static enum smtp_state on_ignored(struct smtp_session *s, struct obs_reply *r);
static enum smtp_state on_quit(struct smtp_session *s, struct obs_reply *r);

static const struct smtp_step {
	const char *name;           /* in traces and in reasons */
	const char *verb;           /* sent on entry; NULL: listen first */
	enum argument argument;     /* what follows it */
	enum smtp_wait wait;
	enum stage stage;           /* where the record keeps it */
	enum smtp_state (*on_reply)(struct smtp_session *, struct obs_reply *);
} steps[] = {
	[ST_GREETING] = { "greeting", NULL, ARG_NONE, SMTP_WAIT_GREETING, STAGE_GREETING,
			  on_greeting },
	[ST_EHLO] = { "EHLO", "EHLO", ARG_NAME, SMTP_WAIT_REPLY, STAGE_EHLO, on_ehlo },
	[ST_HELO] = { "HELO", "HELO", ARG_NAME, SMTP_WAIT_REPLY, STAGE_EHLO, on_ehlo },
	[ST_STARTTLS] = { "STARTTLS", "STARTTLS", ARG_NONE, SMTP_WAIT_REPLY, STAGE_STARTTLS,
			  on_starttls },
	[ST_TLS] = { "TLS handshake", NULL, ARG_NONE, SMTP_WAIT_TLS, STAGE_TLS, NULL },
	[ST_SIZE] = { "MAIL with a size", "MAIL FROM:<>", ARG_SIZE, SMTP_WAIT_REPLY,
		      STAGE_EHLO_TLS, on_size },
	[ST_SIZE_RSET] = { "RSET", "RSET", ARG_NONE, SMTP_WAIT_REPLY, STAGE_EHLO_TLS,
			   on_ignored },
	[ST_RSET] = { "RSET", "RSET", ARG_NONE, SMTP_WAIT_REPLY, STAGE_ENFORCEMENT, on_enforcement },
	[ST_MAIL] = { "MAIL", "MAIL FROM:<>", ARG_NONE, SMTP_WAIT_REPLY, STAGE_ENFORCEMENT,
		      on_enforcement },
	[ST_RSET_AGAIN] = { "RSET", "RSET", ARG_NONE, SMTP_WAIT_REPLY, STAGE_ENFORCEMENT,
			    on_ignored },
	[ST_CONTACT] = { "NOOP", "NOOP", ARG_CONTACT, SMTP_WAIT_REPLY, STAGE_EHLO_TLS, on_ignored },
	[ST_QUIT] = { "QUIT", "QUIT", ARG_NONE, SMTP_WAIT_QUIT, STAGE_QUIT, on_quit },
	[ST_DONE] = { "done", NULL, ARG_NONE, SMTP_WAIT_NOTHING, STAGE_QUIT, NULL },
};
_Static_assert(COUNT(steps) == ST_COUNT, "a row for each state");

static const enum smtp_want wants[] = {
	[SMTP_WAIT_GREETING] = SMTP_WANT_READ, [SMTP_WAIT_REPLY] = SMTP_WANT_READ,
	[SMTP_WAIT_TLS] = SMTP_WANT_TLS,       [SMTP_WAIT_QUIT] = SMTP_WANT_CLOSE,
	[SMTP_WAIT_NOTHING] = SMTP_WANT_DONE,
};

/* ---- the record ------------------------------------------------------------------------- */

static void log_line(struct smtp_session *s, bool from_server, const char *text)
{
	struct obs_line *l;

	if (s->obs->transcript_count >= LIMIT_TRANSCRIPT)
		return;
	l = mem_append(&s->obs->transcript, &s->obs->transcript_count, sizeof *l);
	l->at_us = s->now_us;
	l->dialogue = s->plan == SMTP_PLAN_ENFORCE ? DIALOGUE_ENFORCEMENT : DIALOGUE_MAIN;
	l->from_server = from_server;
	l->encrypted = s->encrypted;
	l->text = mem_strdup(text);
}

static void log_reply(struct smtp_session *s)
{
	while (s->logged < s->reply.lines.count)
		log_line(s, true, s->reply.lines.item[s->logged++]);
}

/* Bytes that are no answer, line by line; the last may be a half one. A flood shows its start. */
static void log_bytes(struct smtp_session *s, const char *bytes, size_t n)
{
	for (int lines = 0; n > 0 && lines < UNASKED_LINES_SHOWN; lines++) {
		const char *lf = memchr(bytes, '\n', n);
		size_t whole = lf != NULL ? (size_t)(lf - bytes) + 1 : n;
		size_t shown = lf != NULL ? whole - 1 : n;
		char *text;

		if (lf != NULL && shown > 0 && bytes[shown - 1] == '\r')
			shown--;
		text = printable_dup(bytes, shown);
		log_line(s, true, text);
		free(text);
		bytes += whole;
		n -= whole;
	}
}

static struct obs_ehlo *ehlo_record(struct smtp_session *s)
{
	if (s->plan == SMTP_PLAN_ENFORCE)
		return &s->obs->enforcement.ehlo;
	return s->encrypted ? &s->obs->ehlo_tls : &s->obs->ehlo;
}

/* Where the reply that the state waits for is recorded. */
static struct obs_reply *reply_record(struct smtp_session *s)
{
	bool probe = s->plan == SMTP_PLAN_PROBE;

	if (s->owed)
		return &s->scratch;
	switch (s->state) {
	case ST_GREETING:
		return probe ? &s->obs->greeting : &s->scratch;
	case ST_EHLO:
	case ST_HELO:
		return &ehlo_record(s)->reply;
	case ST_STARTTLS:
		return &s->obs->starttls.reply;
	case ST_SIZE:
		return &s->obs->size_test.reply;
	case ST_RSET:
	case ST_MAIL:
		return &s->obs->enforcement.reply;
	case ST_QUIT:
		return probe ? &s->obs->quit : &s->scratch;
	default:
		return &s->scratch;
	}
}

/* The command of the state as it is sent, without its line end. Caller frees. */
static char *command_line(const struct smtp_session *s)
{
	const struct smtp_step *step = &steps[s->state];

	switch (step->argument) {
	case ARG_NAME:
		return mem_printf("%s %s", step->verb, s->ehlo_name);
	case ARG_SIZE:
		return mem_printf("%s SIZE=%" PRId64, step->verb, s->size);
	case ARG_CONTACT:
		return mem_printf("%s %s", step->verb, s->contact);
	default:
		return mem_strdup(step->verb);
	}
}

/* Moves what the reader holds to the record and readies the reader for the next reply. */
static struct obs_reply *record_reply(struct smtp_session *s, enum outcome o)
{
	struct obs_reply *r = reply_record(s);

	log_reply(s);
	obs_reply_clear(r);
	r->outcome = o;
	r->code = o == OUT_OK ? s->reply.code : 0;
	r->flaws = s->reply.flaws;
	r->lines = s->reply.lines;
	r->us = s->now_us - s->asked_us;
	if (s->state == ST_GREETING)
		s->greeted = s->reply.well_formed > 0;
	if (s->state == ST_STARTTLS)
		s->obs->starttls.outcome = o;
	if (s->state == ST_RSET || s->state == ST_MAIL) {
		free(s->obs->enforcement.command);
		s->obs->enforcement.command = mem_strdup(steps[s->state].verb);
	}
	if (s->state == ST_SIZE) {
		free(s->obs->size_test.command);
		s->obs->size_test.command = command_line(s);
	}
	memset(&s->reply.lines, 0, sizeof s->reply.lines);
	smtp_reply_clear(&s->reply);
	s->logged = 0;
	return r;
}

static enum stage stage_of(const struct smtp_session *s, enum smtp_state state)
{
	if (steps[state].stage == STAGE_EHLO && s->encrypted)
		return STAGE_EHLO_TLS;
	return steps[state].stage;
}

/* Every stage of the plan from `first` on was not reached. */
static void skip_stages(struct smtp_session *s, enum stage first, bool quit_too,
			const char *reason)
{
	if (s->plan == SMTP_PLAN_ENFORCE) {
		char *where = mem_printf("on a connection of its own, %s", reason);

		if (s->obs->enforcement.command == NULL)
			obs_not_reached(s->obs, STAGE_ENFORCEMENT, where);
		free(where);
		return;
	}
	for (enum stage stage = first; stage < STAGE_QUIT; stage++) {
		if (stage == STAGE_ENFORCEMENT)
			continue; /* on a connection of its own */
		if (!s->encrypted || stage == STAGE_EHLO_TLS)
			obs_not_reached(s->obs, stage, reason);
	}
	if (quit_too)
		obs_not_reached(s->obs, STAGE_QUIT, reason);
}

/* A well-formed reply that ends the plan; the QUIT follows. */
static enum smtp_state give_up(struct smtp_session *s, struct obs_reply *r)
{
	char *reason;

	if (s->state == ST_GREETING)
		reason = mem_printf("the greeting was %d", r->code);
	else
		reason = mem_printf("%s was answered with %d", steps[s->state].name, r->code);
	r->outcome = OUT_REJECTED;
	skip_stages(s, stage_of(s, s->state) + 1, false, reason);
	free(reason);
	return ST_QUIT;
}

/* ---- what a reply means ----------------------------------------------------------------- */

static enum smtp_state on_greeting(struct smtp_session *s, struct obs_reply *r)
{
	s->greeting_code = r->code;
	return r->code == 220 ? ST_EHLO : give_up(s, r);
}

/* What is still to be said behind a reply with that code: after a 421 the server closes (RFC 5321 3.8). */
static enum smtp_state farewell(const struct smtp_session *s, int code)
{
	return s->contact != NULL && s->state != ST_CONTACT && code != 421 ? ST_CONTACT : ST_QUIT;
}

/* After the last EHLO. Without SIZE announced the parameter would be an error (RFC 1870 4). */
static enum smtp_state after_last_ehlo(struct smtp_session *s, const struct obs_ehlo *e)
{
	return s->size > 0 && obs_ehlo_find(e, "SIZE") != NULL ? ST_SIZE : farewell(s, e->reply.code);
}

static enum smtp_state on_ehlo(struct smtp_session *s, struct obs_reply *r)
{
	struct obs_ehlo *e = ehlo_record(s);

	/* RFC 5321 3.2: a server that does not know EHLO gets HELO; after a 4yz or a 421 the
	 * answer to HELO would be no other. */
	if (s->state == ST_EHLO && r->code / 100 == 5) {
		e->helo = true;
		e->ehlo_code = r->code;
		r->outcome = OUT_REJECTED;
		return ST_HELO;
	}
	if (r->code != 250)
		return give_up(s, r);
	if (!e->helo)
		smtp_caps_decode(e);
	if (s->plan == SMTP_PLAN_ENFORCE)
		return ST_RSET;
	if (s->encrypted)
		return after_last_ehlo(s, e);
	if (obs_ehlo_find(e, "STARTTLS") != NULL)
		return ST_STARTTLS;
	s->obs->starttls.outcome = OUT_NOT_OFFERED;
	skip_stages(s, STAGE_TLS, false, "STARTTLS is not offered");
	return after_last_ehlo(s, e);
}

static enum smtp_state on_starttls(struct smtp_session *s, struct obs_reply *r)
{
	if (r->code == 220)
		return ST_TLS;
	give_up(s, r);
	s->obs->starttls.outcome = OUT_REFUSED;
	/* After a 421 the server closes (RFC 5321 3.8). */
	return r->code == 421 ? ST_QUIT : after_last_ehlo(s, &s->obs->ehlo);
}

static enum smtp_state on_size(struct smtp_session *s, struct obs_reply *r)
{
	if (r->code / 100 == 2)
		return ST_SIZE_RSET;
	r->outcome = OUT_REJECTED;
	return farewell(s, r->code);
}

/* RSET, then MAIL: some servers refuse both in the clear, others only MAIL. */
static enum smtp_state on_enforcement(struct smtp_session *s, struct obs_reply *r)
{
	if (r->code / 100 == 2)
		return s->state == ST_RSET ? ST_MAIL : ST_RSET_AGAIN;
	r->outcome = OUT_REJECTED;
	return ST_QUIT;
}

static enum smtp_state on_ignored(struct smtp_session *s, struct obs_reply *r)
{
	return farewell(s, r->code);
}

static enum smtp_state on_quit(struct smtp_session *s, struct obs_reply *r)
{
	(void)s;
	if (r->code != 221)
		r->outcome = OUT_REJECTED;
	return ST_DONE;
}

/* ---- going on ---------------------------------------------------------------------------- */

static void enter_state(struct smtp_session *s, enum smtp_state next)
{
	s->state = next;
	s->unsent = steps[next].verb != NULL;
}

static void send_command(struct smtp_session *s, struct buf *out)
{
	bool last_rset = s->state == ST_RSET_AGAIN || s->state == ST_SIZE_RSET;
	char *line = command_line(s);

	buf_addf(out, "%s\r\n", line);
	log_line(s, false, line);
	free(line);
	s->unsent = false;
	s->asked_us = s->now_us;
	/* The answer to the last RSET is of no interest: where the server takes commands in groups, the next
	 * goes out with it. NOOP and QUIT both have to be the last of a group (RFC 2920 3.1), so that NOOP
	 * is waited for; Exim turns away and logs who sends QUIT with it. */
	if (last_rset && obs_ehlo_find(ehlo_record(s), "PIPELINING") != NULL) {
		enter_state(s, farewell(s, 0));
		send_command(s, out);
		s->owed = true;
	}
}

/* Bytes in the clear behind the 220 to STARTTLS (CVE-2011-0411). What begins like a TLS record
 * is left to the handshake, which judges it better. */
static void take_early_bytes(struct smtp_session *s, struct buf *in)
{
	struct obs_starttls *t = &s->obs->starttls;

	if (in->len == 0 || (in->data[0] >= 0x14 && in->data[0] <= 0x17))
		return;
	t->early_bytes = (unsigned)in->len;
	t->early_text = printable_dup(in->data,
				      in->len < LIMIT_FIRST_BYTES ? in->len : LIMIT_FIRST_BYTES);
	log_bytes(s, in->data, in->len);
	buf_reset(in);
}

/* What stands in `in` before the next command is sent (see the top). True: a 421 is there,
 * which answers the command without its being sent. */
static bool keep_in_step(struct smtp_session *s, struct buf *in, struct obs_reply *last)
{
	bool over = s->state >= ST_CONTACT;
	size_t extra = over ? in->len : smtp_reply_find_421(in->data, in->len);
	bool closing = extra < in->len;

	if (extra > 0 && (last->outcome == OUT_OK || last->outcome == OUT_REJECTED))
		last->flaws |= FLAW_EXTRA_BYTES;
	log_bytes(s, in->data, extra);
	buf_drop(in, extra);
	return closing;
}

/* What has come is all that will come of this reply, and it is none: the plan ends. */
static void end_plan(struct smtp_session *s, enum outcome o, bool quit)
{
	char *reason = smtp_reason_failure(s->state == ST_GREETING ? NULL : steps[s->state].name, o);

	smtp_reply_end(&s->reply);
	s->owed = false; /* the last command has no answer either */
	record_reply(s, o);
	skip_stages(s, stage_of(s, s->state) + 1, !quit && s->state != ST_QUIT, reason);
	free(reason);
	enter_state(s, quit ? ST_QUIT : ST_DONE);
}

/* After a greeting that is not SMTP a QUIT would be noise to another protocol, and in the midst
 * of an endless reply it must not be sent. */
static void take_bad_reply(struct smtp_session *s, enum smtp_parse p, struct buf *in)
{
	bool quit = p == SMTP_PARSE_BAD && s->state != ST_GREETING && s->state != ST_QUIT;

	if (p == SMTP_PARSE_BAD)
		buf_drop(in, smtp_reply_add_evidence(&s->reply, in->data, in->len));
	end_plan(s, p == SMTP_PARSE_BAD ? OUT_MALFORMED : OUT_TOO_LONG, quit);
}

/* One reply is complete, or will never be. */
static void take_reply(struct smtp_session *s, enum smtp_parse p, struct buf *in)
{
	struct obs_reply *r = reply_record(s);

	if (p == SMTP_PARSE_DONE && s->owed) {
		record_reply(s, OUT_OK);
		s->owed = false;
		return;
	}
	if (p == SMTP_PARSE_DONE) {
		enum smtp_state next = steps[s->state].on_reply(s, record_reply(s, OUT_OK));

		enter_state(s, next);
	} else {
		take_bad_reply(s, p, in);
	}
	if (s->state == ST_TLS) {
		take_early_bytes(s, in);
	} else if (in->len > 0 && keep_in_step(s, in, r)) {
		s->unsent = false;
		s->asked_us = s->now_us;
	}
}

enum smtp_want smtp_session_step(struct smtp_session *s, struct buf *in, struct buf *out,
				 int64_t at_us)
{
	s->now_us = at_us;
	if (s->unsent)
		send_command(s, out);
	while (in->len > 0 && s->state != ST_TLS && s->state != ST_DONE) {
		size_t used = 0;
		enum smtp_parse p = smtp_reply_feed(&s->reply, in->data, in->len, &used);

		log_reply(s);
		buf_drop(in, used);
		s->received += used;
		if (p == SMTP_PARSE_MORE && s->received > LIMIT_DIALOGUE)
			p = SMTP_PARSE_TOO_LONG;
		if (p == SMTP_PARSE_MORE)
			break;
		take_reply(s, p, in);
		if (s->unsent)
			send_command(s, out);
	}
	return wants[steps[s->state].wait];
}

void smtp_session_tls_done(struct smtp_session *s, enum outcome o, int64_t at_us)
{
	assert(s->state == ST_TLS);
	s->now_us = at_us;
	if (o == OUT_OK) {
		s->encrypted = true;
		enter_state(s, ST_EHLO);
		return;
	}
	if (o == OUT_NOT_TLS)
		s->obs->starttls.outcome = OUT_PLAINTEXT;
	skip_stages(s, STAGE_EHLO_TLS, true, smtp_reason_tls(o));
	enter_state(s, ST_DONE);
}

void smtp_session_tls_lost(struct smtp_session *s, enum outcome o, int64_t at_us)
{
	bool greeting = s->state == ST_GREETING;

	if (s->reply.lines.count > 0 || !(greeting || steps[s->state].stage == STAGE_EHLO)) {
		smtp_session_fail(s, OUT_CLOSED, at_us);
		return;
	}
	if (greeting)
		obs_not_reached(s->obs, STAGE_GREETING, smtp_reason_tls(o));
	skip_stages(s, STAGE_EHLO_TLS, true, smtp_reason_tls(o));
	enter_state(s, ST_DONE);
}

void smtp_session_fail(struct smtp_session *s, enum outcome o, int64_t at_us)
{
	if (s->state == ST_DONE)
		return;
	if (s->state == ST_TLS) {
		smtp_session_tls_done(s, o, at_us);
		return;
	}
	s->now_us = at_us;
	/* What began like no reply was not going to be one, however it ended. */
	if (!smtp_reply_possible(&s->reply) && o != OUT_CUT_SHORT)
		o = OUT_MALFORMED;
	end_plan(s, o, false);
}

/* ---- the outside ------------------------------------------------------------------------- */

struct smtp_session *smtp_session_new(enum smtp_plan plan, bool encrypted, const char *ehlo_name,
				      struct obs_endpoint *obs, int64_t started_us)
{
	struct smtp_session *s = mem_zalloc(1, sizeof *s);
	struct buf name;

	/* Nothing in the name may end the command line and begin another. */
	buf_init(&name, LIMIT_COMMAND / 2);
	for (; *ehlo_name != '\0'; ehlo_name++)
		if (*ehlo_name > ' ' && *ehlo_name < 127)
			buf_addc(&name, *ehlo_name);
	assert(name.len > 0);
	s->ehlo_name = buf_take(&name);
	s->plan = plan;
	s->encrypted = encrypted;
	s->obs = obs;
	s->asked_us = s->now_us = started_us;
	smtp_reply_init(&s->reply);
	return s;
}

void smtp_session_ask_size(struct smtp_session *s, int64_t bytes)
{
	s->size = bytes;
}

void smtp_session_say_contact(struct smtp_session *s, const char *contact)
{
	s->contact = mem_strdup(contact);
}

void smtp_session_free(struct smtp_session *s)
{
	if (s == NULL)
		return;
	smtp_reply_clear(&s->reply);
	obs_reply_clear(&s->scratch);
	free(s->ehlo_name);
	free(s->contact);
	free(s);
}

enum smtp_wait smtp_session_waits_for(const struct smtp_session *s)
{
	return steps[s->state].wait;
}

const char *smtp_session_state_name(const struct smtp_session *s)
{
	return steps[s->state].name;
}

bool smtp_session_greeted(const struct smtp_session *s)
{
	return s->greeted;
}

int smtp_session_greeting_code(const struct smtp_session *s)
{
	return s->greeting_code;
}
