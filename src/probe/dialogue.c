/* SPDX-License-Identifier: MIT
 *
 * The pump. On every event:
 *   1. ciphertext goes through the TLS engine (handshake, then decryption) if there is one;
 *   2. the SMTP session takes what is readable and says what it wants next;
 *   3. all that is to be sent goes out in one send: our Finished together with the second EHLO,
 *      which saves a round trip;
 *   4. the chain is described and verified once QUIT is sent: its answer is worth no wait, and
 *      the trust store has had the whole dialogue's time to be loaded;
 *   5. the deadline of what is waited for is armed.
 * Deadlines of replies run from the command to the whole reply: a server that drips a byte at
 * a time cannot stretch them. */
#include "probe/dialogue.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/printable.h"
#include "net/conn.h"
#include "net/tls_engine.h"
#include "record/message_size.h"
#include "smtp/smtp_reason.h"

/* How long a 221 is waited for before the connection is closed: long enough for a near server,
 * too short to cost a far one a round trip. */
#define QUIT_GRACE_US 10000

struct dialogue {
	enum dialogue_kind kind;
	enum dialogue_phase phase;
	const struct probe_settings *settings;
	const char *host;
	uint64_t target_started_ns, opened_ns, handshake_ns;
	dialogue_fn *changed;
	void *owner;
	struct conn *conn;
	struct syn_watched syns; /* of the connect, once it has ended */
	struct tls_engine *tls;
	bool shaking;		   /* the handshake is under way */
	bool undescribed;	   /* it has ended and is not yet in the record */
	int64_t shaken_us;	   /* when it ended, since it connects */
	int64_t size;		   /* of the message to ask about, on the wire; 0: none */
	bool dropped;		   /* by the peer, before QUIT */
	struct smtp_session *smtp; /* NULL until connected (implicit TLS: until shaken) */
	enum smtp_wait armed;	   /* which deadline runs */
	bool armed_fresh;	   /* a command has gone out since */
	struct buf plain_in, plain_out;
	unsigned char first[LIMIT_FIRST_BYTES];
	size_t first_count;
	size_t left; /* bytes of conn_in() that were there before this event */
	struct obs_endpoint record;
};

static int64_t at_us(const struct dialogue *d)
{
	return (int64_t)((uv_hrtime() - d->target_started_ns) / 1000);
}

/* ---- names ------------------------------------------------------------------------------- */

static bool is_address(const char *host)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

/* RFC 6066 3: SNI carries DNS names only, no addresses. */
static const char *server_name(const struct dialogue *d)
{
	const char *sni = d->settings->sni != NULL ? d->settings->sni : d->host;

	return *sni == '\0' || is_address(sni) ? NULL : sni;
}

/* ---- what was not reached ----------------------------------------------------------------- */

static void not_reached(struct dialogue *d, const enum stage *stages, size_t count,
			const char *reason)
{
	for (size_t i = 0; i < count; i++)
		obs_not_reached(&d->record, stages[i], reason);
}

static void nothing_after_connect(struct dialogue *d)
{
	static const enum stage stages[] = {STAGE_GREETING, STAGE_EHLO, STAGE_ENFORCEMENT,
					    STAGE_STARTTLS, STAGE_TLS,	STAGE_EHLO_TLS,
					    STAGE_QUIT};
	static const char *const reasons[OUT_COUNT] = {
		[OUT_REFUSED] = "the connection was refused",
		[OUT_TIMEOUT] = "the connect got no answer in time",
		[OUT_UNREACHABLE] = "the address cannot be reached",
		[OUT_DENIED] = "this machine does not allow the connection",
		[OUT_RESET] = "the connection was reset",
		[OUT_CUT_SHORT] = "the probe was cut short during the connect",
	};
	const char *reason = reasons[d->record.connect.outcome];

	not_reached(d, stages, COUNT(stages), reason != NULL ? reason : "the connect failed");
}

static void nothing_inside_tls(struct dialogue *d)
{
	static const enum stage stages[] = {STAGE_GREETING, STAGE_EHLO_TLS, STAGE_QUIT};

	not_reached(d, stages, COUNT(stages), smtp_reason_tls(d->record.tls.outcome));
}

/* ---- the end ------------------------------------------------------------------------------ */

static void describe(struct dialogue *d)
{
	struct obs_tls *t = &d->record.tls;
	const char *sni = d->settings->sni;
	const char *name = sni != NULL && *sni != '\0' ? sni : d->host;

	d->undescribed = false;
	obs_tls_clear(t);
	tls_engine_describe(d->tls, t, name, (int64_t)time(NULL));
	t->us = (int64_t)(d->handshake_ns / 1000);
	t->sni = mem_strdup(server_name(d));
}

/* The listener's first bytes decide what the port speaks. */
static void settle_mode(struct dialogue *d)
{
	struct obs_endpoint *r = &d->record;
	bool digit = d->first_count > 0 && d->first[0] >= '0' && d->first[0] <= '9';

	if (d->kind == DIALOGUE_TLS_FIRST) {
		r->mode = dialogue_heard_tls(d) ? MODE_IMPLICIT_TLS : MODE_UNKNOWN;
		return;
	}
	if (d->first_count == 0)
		r->mode = r->greeting.outcome == OUT_TIMEOUT ? MODE_SILENT : MODE_UNKNOWN;
	else if (d->smtp != NULL &&
		 (smtp_session_greeted(d->smtp) || (digit && r->greeting.outcome != OUT_MALFORMED)))
		r->mode = MODE_PLAINTEXT;
	else
		r->mode = MODE_NOT_SMTP;
	if (r->mode == MODE_NOT_SMTP && r->first_bytes == NULL)
		r->first_bytes = printable_dup(d->first, d->first_count);
}

static void close_connection(struct dialogue *d)
{
	if (d->conn == NULL)
		return;
	/* Before our close_notify, which nobody could have acknowledged yet. */
	if (d->record.connect.outcome == OUT_OK)
		conn_tcp_info(d->conn, &d->record.tcp);
	if (d->tls != NULL && !d->shaking) {
		tls_engine_close(d->tls, conn_out(d->conn));
		conn_flush(d->conn);
	}
	d->opened_ns = conn_started_ns(d->conn);
	conn_close(d->conn);
	d->conn = NULL;
}

static void finish(struct dialogue *d)
{
	if (d->undescribed)
		describe(d);
	if (d->conn != NULL && (d->record.greeting.code == 421 || d->record.ehlo.reply.code == 421))
		conn_turned_away(d->conn);
	settle_mode(d);
	close_connection(d);
	d->phase = PHASE_OVER;
}

static bool begins_as_text(const char *printable)
{
	return printable != NULL && *printable > ' ' && *printable < 127 &&
	       strncmp(printable, "\\x", 2) != 0;
}

static void fail_handshake(struct dialogue *d)
{
	const struct obs_tls *t = &d->record.tls;
	enum outcome o;

	describe(d);
	o = t->outcome;
	/* Binary bytes that are no TLS are no text either: STARTTLS itself was answered well. */
	if (o == OUT_NOT_TLS && !begins_as_text(t->first_bytes))
		o = OUT_PROTOCOL_ERROR;
	if (d->smtp != NULL)
		smtp_session_tls_done(d->smtp, o, at_us(d));
	else
		nothing_inside_tls(d);
}

static void end_handshake(struct dialogue *d)
{
	d->handshake_ns = uv_hrtime() - d->handshake_ns;
	d->shaking = false;
	d->shaken_us = dialogue_age_us(d);
}

/* Whatever is under way ends like this. */
static void give_up(struct dialogue *d, enum outcome how)
{
	if (d->shaking) {
		end_handshake(d);
		tls_engine_fail(d->tls, how);
		fail_handshake(d);
	} else if (d->smtp != NULL) {
		smtp_session_fail(d->smtp, how, at_us(d));
	}
	finish(d);
}

/* ---- the pump ----------------------------------------------------------------------------- */

static void begin_session(struct dialogue *d, bool encrypted)
{
	const char *own = d->record.connect.source, *name = d->settings->ehlo;
	char literal[80];

	if (name == NULL) {
		/* RFC 5321 4.1.4: a client without a name of its own gives its address literal. */
		own = own != NULL ? own : "";
		snprintf(literal, sizeof literal, "[%s%s]", strchr(own, ':') != NULL ? "IPv6:" : "",
			 own);
		name = literal;
	}
	d->smtp =
		smtp_session_new(d->kind == DIALOGUE_ENFORCE ? SMTP_PLAN_ENFORCE : SMTP_PLAN_PROBE,
				 encrypted, name, &d->record, at_us(d));
	smtp_session_ask_size(d->smtp, d->size);
	if (d->kind != DIALOGUE_ENFORCE)
		smtp_session_say_contact(d->smtp, d->settings->contact);
}

static void begin_handshake(struct dialogue *d)
{
	const char *sni = server_name(d);

	d->tls = tls_engine_new(d->settings->tls, sni);
	d->shaking = true;
	d->handshake_ns = uv_hrtime();
}

/* False: wait for more, or it is over. */
static bool advance_handshake(struct dialogue *d, bool eof)
{
	enum tls_progress p =
		tls_engine_handshake(d->tls, conn_in(d->conn), conn_out(d->conn), eof);

	if (p == TLS_AGAIN)
		return false;
	end_handshake(d);
	d->undescribed = true;
	if (p == TLS_FAILED) {
		conn_flush(d->conn); /* our alert */
		fail_handshake(d);
		finish(d);
		return false;
	}
	if (d->smtp != NULL)
		smtp_session_tls_done(d->smtp, OUT_OK, at_us(d));
	else
		begin_session(d, true);
	return true;
}

/* False: the TLS session is broken, and the dialogue over. */
static bool decrypt(struct dialogue *d, bool eof)
{
	enum tls_progress p;

	p = tls_engine_read(d->tls, conn_in(d->conn), &d->plain_in, conn_out(d->conn), eof);
	if (p != TLS_FAILED)
		return true;
	describe(d);
	smtp_session_tls_lost(d->smtp, d->record.tls.outcome, at_us(d));
	finish(d);
	return false;
}

static enum smtp_want step(struct dialogue *d)
{
	struct buf *out = conn_out(d->conn);
	enum smtp_want want;
	size_t before = out->len;

	if (d->tls == NULL) {
		want = smtp_session_step(d->smtp, conn_in(d->conn), out, at_us(d));
		d->armed_fresh |= out->len > before;
		return want;
	}
	want = smtp_session_step(d->smtp, &d->plain_in, &d->plain_out, at_us(d));
	if (d->plain_out.len > 0) {
		tls_engine_write(d->tls, &d->plain_out, out);
		buf_reset(&d->plain_out);
		d->armed_fresh = true;
	}
	return want;
}

static int64_t deadline_of(const struct dialogue *d, enum smtp_wait wait)
{
	switch (wait) {
	case SMTP_WAIT_GREETING:
		return d->settings->greeting_us;
	case SMTP_WAIT_REPLY:
		return d->settings->reply_us;
	case SMTP_WAIT_TLS:
		return d->settings->tls_us;
	case SMTP_WAIT_QUIT:
		return QUIT_GRACE_US;
	case SMTP_WAIT_NOTHING:
		break;
	}
	return 0;
}

static void arm(struct dialogue *d)
{
	enum smtp_wait wait = d->shaking ? SMTP_WAIT_TLS : smtp_session_waits_for(d->smtp);

	if (wait == d->armed && !d->armed_fresh)
		return;
	d->armed = wait;
	d->armed_fresh = false;
	conn_deadline(d->conn, deadline_of(d, wait));
}

/* Runs until the network is needed. */
static void pump_on(struct dialogue *d, bool eof)
{
	enum smtp_want want;

	for (;;) {
		if (d->shaking && !advance_handshake(d, eof))
			return;
		if (d->tls != NULL && !decrypt(d, eof))
			return;
		want = step(d);
		if (want == SMTP_WANT_READ)
			return;
		if (want == SMTP_WANT_TLS) {
			conn_flush(d->conn);
			begin_handshake(d);
			continue;
		}
		if (want == SMTP_WANT_CLOSE) {
			if (d->phase < PHASE_QUITTING)
				d->phase = PHASE_QUITTING;
			return;
		}
		conn_flush(d->conn);
		finish(d);
		return;
	}
}

/* `before`: the phase in which the event came. The owner may cut us in the callback, so that
 * it comes last. */
static void pump(struct dialogue *d, enum dialogue_phase before)
{
	if (d->first_count > 0 && d->phase < PHASE_SPEAKING)
		d->phase = PHASE_SPEAKING;
	pump_on(d, false);
	if (d->phase != PHASE_OVER) {
		conn_flush(d->conn);
		if (d->undescribed && d->phase == PHASE_QUITTING)
			describe(d);
		arm(d);
		d->left = conn_in(d->conn)->len;
	}
	if (d->phase == PHASE_QUITTING)
		settle_mode(d);
	if (d->phase != before)
		d->changed(d->owner, d);
}

/* ---- events ------------------------------------------------------------------------------- */

static void on_connected(void *owner)
{
	struct dialogue *d = owner;
	const struct obs_connect *result = conn_connect_result(d->conn);

	obs_connect_copy(&d->record.connect, result);
	d->syns = *conn_syns(d->conn);
	if (result->outcome != OUT_OK) {
		nothing_after_connect(d);
		finish(d);
		d->changed(d->owner, d);
		return;
	}
	d->phase = PHASE_UP;
	if (d->kind == DIALOGUE_TLS_FIRST)
		begin_handshake(d);
	else
		begin_session(d, false);
	d->armed_fresh = true;
	pump(d, PHASE_CONNECTING);
}

static void keep_first_bytes(struct dialogue *d)
{
	const struct buf *in = conn_in(d->conn);
	size_t n = in->len - d->left;

	if (n > sizeof d->first - d->first_count)
		n = sizeof d->first - d->first_count;
	memcpy(d->first + d->first_count, in->data + d->left, n);
	d->first_count += n;
}

static void on_readable(void *owner)
{
	struct dialogue *d = owner;

	keep_first_bytes(d);
	pump(d, d->phase);
}

static void on_ended(void *owner, enum outcome how)
{
	struct dialogue *d = owner;

	d->dropped = d->phase < PHASE_QUITTING;
	if (how == OUT_CLOSED) /* the TLS engine tells a cut record from a clean end */
		pump_on(d, true);
	if (d->phase != PHASE_OVER)
		give_up(d, how);
	d->changed(d->owner, d);
}

static void on_deadline(void *owner)
{
	struct dialogue *d = owner;

	give_up(d, d->phase == PHASE_QUITTING ? OUT_CUT_SHORT : OUT_TIMEOUT);
	d->changed(d->owner, d);
}

static const struct conn_events events = {
	.connected = on_connected,
	.readable = on_readable,
	.ended = on_ended,
	.deadline = on_deadline,
};

/* ---- the interface ------------------------------------------------------------------------ */

struct dialogue *dialogue_open(enum dialogue_kind kind, const struct probe_settings *settings,
			       const char *host, const char *address, unsigned port,
			       unsigned most_segment, uint64_t started_ns, dialogue_fn *changed,
			       void *owner)
{
	struct dialogue *d = mem_zalloc(1, sizeof *d);
	bool spares = settings->of_list && kind != DIALOGUE_ENFORCE;

	d->kind = kind;
	d->settings = settings;
	d->host = host;
	d->target_started_ns = started_ns;
	d->changed = changed;
	d->owner = owner;
	d->armed = SMTP_WAIT_NOTHING;
	if (kind != DIALOGUE_ENFORCE && most_segment == 0 && settings->message_size > 0)
		d->size = message_size(settings->message_size).wire;
	buf_init(&d->plain_in, LIMIT_RECEIVE);
	buf_init(&d->plain_out, LIMIT_RECEIVE);
	d->conn = conn_open(settings->gate, settings->syn_watch, host, address, port, settings->connect_us,
			    &(struct syn_options){.most_segment = most_segment, .spares = spares}, &events, d);
	return d;
}

bool dialogue_is_held(const struct dialogue *d)
{
	return d->phase == PHASE_CONNECTING && conn_started_ns(d->conn) == 0;
}

void dialogue_conclude(struct dialogue *d, int64_t after_us, unsigned syns)
{
	if (d->phase == PHASE_CONNECTING && dialogue_age_us(d) >= after_us && conn_syns_sent(d->conn) >= syns)
		conn_conclude(d->conn);
}

/* RFC 5321 4.1.1.10: a client does not leave a dialogue without QUIT. Before the greeting there
 * is none. */
static void say_quit(struct dialogue *d)
{
	if (d->smtp == NULL || d->shaking || d->phase >= PHASE_QUITTING ||
	    !smtp_session_greeted(d->smtp))
		return;
	if (d->tls != NULL) {
		buf_adds(&d->plain_out, "QUIT\r\n");
		tls_engine_write(d->tls, &d->plain_out, conn_out(d->conn));
		buf_reset(&d->plain_out);
	} else {
		buf_adds(conn_out(d->conn), "QUIT\r\n");
	}
	conn_flush(d->conn);
}

void dialogue_cut(struct dialogue *d)
{
	if (d->phase == PHASE_OVER)
		return;
	say_quit(d);
	if (d->phase == PHASE_CONNECTING) {
		d->record.connect.outcome = OUT_CUT_SHORT;
		d->record.connect.us = dialogue_age_us(d);
		nothing_after_connect(d);
	}
	give_up(d, OUT_CUT_SHORT);
}

void dialogue_free(struct dialogue *d)
{
	if (d == NULL)
		return;
	dialogue_cut(d);
	smtp_session_free(d->smtp);
	tls_engine_free(d->tls);
	buf_clear(&d->plain_in);
	buf_clear(&d->plain_out);
	obs_endpoint_clear(&d->record);
	free(d);
}

enum dialogue_phase dialogue_phase(const struct dialogue *d)
{
	return d->phase;
}

int64_t dialogue_age_us(const struct dialogue *d)
{
	uint64_t since = d->conn != NULL ? conn_started_ns(d->conn) : d->opened_ns;

	return since != 0 ? (int64_t)((uv_hrtime() - since) / 1000) : 0;
}

const struct syn_watched *dialogue_syns(const struct dialogue *d)
{
	return d->phase == PHASE_CONNECTING ? conn_syns(d->conn) : &d->syns;
}

const char *dialogue_waits_for(const struct dialogue *d)
{
	if (d->phase == PHASE_CONNECTING)
		return "connect";
	if (d->shaking)
		return "TLS handshake";
	return d->smtp != NULL ? smtp_session_state_name(d->smtp) : "";
}

int dialogue_greeting_code(const struct dialogue *d)
{
	return d->smtp != NULL ? smtp_session_greeting_code(d->smtp) : 0;
}

bool dialogue_dropped(const struct dialogue *d)
{
	return d->dropped;
}

int64_t dialogue_shaken_us(const struct dialogue *d)
{
	return d->shaken_us;
}

bool dialogue_heard(const struct dialogue *d)
{
	return d->first_count > 0;
}

bool dialogue_heard_tls(const struct dialogue *d)
{
	/* RFC 8446 5.1: handshake, alert; then the major version, 3 */
	return d->first_count >= 2 && (d->first[0] == 0x16 || d->first[0] == 0x15) &&
	       d->first[1] == 3;
}

struct obs_endpoint *dialogue_record(struct dialogue *d)
{
	return &d->record;
}
