/* SPDX-License-Identifier: MIT
 *
 * How a question goes its way:
 *
 * 1. It waits for a place in the window, then is asked of the first server; from there on its
 *    own deadline runs. Every server has a c-ares channel of its own, which repeats the datagram
 *    (at 1/7 and 3/7 of the time) and turns to TCP where the answer was truncated.
 * 2. A server that has not answered after its share of the time is not given up: the next one is
 *    asked beside it, and the first good answer counts. One that says REFUSED, NOTIMP, FORMERR or
 *    an unexplained SERVFAIL, sends rubbish or cannot be reached, is followed at once by the
 *    next; when none is left, the most telling of what came is the result.
 * 3. FORMERR without OPT to a question with OPT is asked again without (RFC 6891 7).
 * 4. An answer that ends in an alias without saying anything of its target (no record, no SOA) is
 *    followed by a question for the target: not every server does that for us.
 * 5. Of a list of targets, a question that nobody answered is asked all over again, as the resolver may
 *    have had too much to do; it keeps its place in the window, which makes all of us slower.
 * 6. The result is delivered from the loop, after c-ares has returned, so that the callback may
 *    ask, cancel or free. */
#include "net/resolver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/printable.h"
#include "dns/hosts_file.h"
#include "dns/server_list.h"
#include "net/dns_channel.h"
#include "net/resolver_pace.h"
#include "net/resolver_queue.h"

enum {
	TICK_MS = 50,
	READ_SIZE = 4096
};

static const char hosts_path[] = "/etc/hosts";

struct server {
	char *text;            /* "127.0.0.1:53" */
	struct dns_channel *channel;
};

struct attempt {               /* a question as one server was asked it */
	struct attempt *next;
	struct question *q;    /* NULL: nobody waits for it any more */
	struct server *server;
	bool with_opt;
};

struct resolver {
	uv_loop_t *loop;
	uv_timer_t timer;
	int64_t timeout_us;
	struct server *servers;
	size_t server_count, preferred;
	struct queue waiting, active, finished;
	struct resolver_pace pace;
	struct buf hosts;
	bool hosts_read;
	bool closing;
};

static int64_t now_us(void)
{
	return (int64_t)(uv_hrtime() / 1000);
}

/* ---- the end of a question ---------------------------------------------------------------- */

static void detach_attempts(struct question *q)
{
	struct attempt *a;

	while ((a = q->attempts) != NULL) {
		q->attempts = a->next;
		a->next = NULL;
		a->q = NULL;
	}
}

/* A SERVFAIL that says why (RFC 8914) is not for want of time. */
static bool ask_again(struct question *q)
{
	struct resolver *r = q->r;
	bool explained = q->answered && q->answer.ede >= 0;
	int64_t pause_us;

	if (explained || !resolver_pace_again(&r->pace, q->rcode, q->again, &pause_us))
		return false;
	dns_answer_clear(&q->answer);
	q->answered = q->lost = false;
	q->rcode = DNS_NOT_ASKED;
	q->again++;
	q->tried = 0;
	q->next_server_us = now_us() + pause_us;
	q->deadline_us = q->next_server_us + r->timeout_us;
	return true;
}

/* Takes it out of the window; deliver() comes later. */
static void finish(struct question *q)
{
	struct resolver *r = q->r;

	detach_attempts(q);
	resolver_pace_note(&r->pace, q->lost || q->rcode == DNS_TIMEOUT, r->waiting.head != NULL, now_us());
	if (ask_again(q))
		return;
	queue_unlink(&r->active, q);
	q->ended_us = now_us();
	queue_add(&r->finished, q);
}

static void deliver(struct question *q)
{
	struct obs_query result = { .name = printable_dup(q->asked, strlen(q->asked)),
				    .type = dns_type_dup(q->type) };

	if (q->answered) {
		strlist_copy(&q->cname, &q->answer.cname);
		strlist_clear(&q->answer.cname);
		q->answer.cname = q->cname;
		memset(&q->cname, 0, sizeof q->cname);
		q->answer.ad = q->answer.ad && !q->insecure;
		dns_answer_record(&q->answer, &result);
	} else {
		strlist_copy(&result.cname, &q->cname);
	}
	result.rcode = q->rcode;
	result.us = q->started_us != 0 ? q->ended_us - q->started_us : 0;
	q->fn(q->arg, &result, &q->answer);
	dns_answer_clear(&q->answer);
	strlist_clear(&q->cname);
	free(q->name);
	free(q->asked);
	free(q);
}

static void cut_short(struct question *q)
{
	detach_attempts(q);
	dns_answer_clear(&q->answer);
	q->answered = false;
	q->rcode = DNS_CUT_SHORT;
	q->ended_us = now_us();
	deliver(q);
}

/* ---- asking ----------------------------------------------------------------------------- */

static void on_answer(void *arg, enum dns_rcode how, bool lost, const void *message, size_t size);

static void send_question(struct question *q, struct server *s, bool with_opt)
{
	uint8_t query[DNS_QUERY_MAX];
	struct attempt *a = mem_zalloc(1, sizeof *a);
	uint16_t id = (uint16_t)uv_hrtime();
	size_t len;

	uv_random(NULL, NULL, &id, sizeof id, 0, NULL);
	len = dns_query_build(query, sizeof query, id, q->name, q->type, with_opt);
	*a = (struct attempt){ .next = q->attempts, .q = q, .server = s, .with_opt = with_opt };
	q->attempts = a;
	dns_channel_send(s->channel, query, len, on_answer, a);
}

static void ask_next_server(struct question *q)
{
	struct resolver *r = q->r;
	size_t index = (q->first + q->tried++) % r->server_count;

	q->next_server_us = now_us() + r->timeout_us / (int64_t)(r->server_count + 1);
	send_question(q, &r->servers[index], true);
}

/* Which of two results says more: an answer, then a broken one, then silence, then no way. */
static int weight(enum dns_rcode rcode)
{
	switch (rcode) {
	case DNS_NOT_ASKED:
		return 0;
	case DNS_UNREACHABLE:
		return 1;
	case DNS_TIMEOUT:
		return 2;
	case DNS_MALFORMED:
		return 3;
	default:
		return 4;
	}
}

/* Takes over *a (NULL: there is no message) if it is the best so far, else clears it. */
static void keep_result(struct question *q, enum dns_rcode rcode, struct dns_answer *a)
{
	if (weight(rcode) > weight(q->rcode)) {
		dns_answer_clear(&q->answer);
		q->answered = a != NULL;
		if (a != NULL)
			q->answer = *a;
		q->rcode = rcode;
	} else if (a != NULL) {
		dns_answer_clear(a);
	}
}

/* Would another server possibly know better? */
static bool is_inconclusive(enum dns_rcode rcode, const struct dns_answer *a)
{
	switch (rcode) {
	case DNS_SERVFAIL:
		return a->ede < 0;
	case DNS_FORMERR:
	case DNS_NOTIMP:
	case DNS_REFUSED:
	case DNS_MALFORMED:
		return !a->cname_loop;
	default:
		return false;
	}
}

static void ask_on_or_finish(struct question *q)
{
	if (q->tried < q->r->server_count)
		ask_next_server(q);
	else if (q->attempts == NULL)
		finish(q);
}

/* The aliases of an answer, behind those before; false: they go in a circle or are too many. */
static bool add_aliases(struct question *q, const struct dns_answer *a)
{
	for (size_t i = 0; i < a->cname.count; i++) {
		if (q->cname.count == LIMIT_CNAMES || strlist_has(&q->cname, a->cname.item[i]))
			return false;
		strlist_add(&q->cname, a->cname.item[i]);
	}
	return true;
}

static void ask_for_target(struct question *q, struct dns_answer *a)
{
	bool ok = add_aliases(q, a);

	q->insecure |= !a->ad;
	dns_answer_clear(a);
	dns_answer_clear(&q->answer); /* another server's, of the name before */
	q->answered = false;
	q->rcode = ok ? DNS_NOT_ASKED : DNS_MALFORMED;
	detach_attempts(q);
	if (!ok) {
		finish(q);
		return;
	}
	free(q->name);
	q->name = mem_strdup(q->cname.item[q->cname.count - 1]);
	q->tried = 0;
	ask_next_server(q);
}

static void judge(struct question *q, struct server *s, bool with_opt, struct dns_answer *a)
{
	enum dns_rcode rcode = dns_answer_rcode(a);

	if (rcode == DNS_FORMERR && with_opt && !a->has_opt) {
		dns_answer_clear(a);
		send_question(q, s, false);
	} else if (is_inconclusive(rcode, a)) {
		keep_result(q, rcode, a);
		ask_on_or_finish(q);
	} else if (rcode == DNS_NODATA && a->cname.count != 0 && !a->negative) {
		ask_for_target(q, a);
	} else {
		q->r->preferred = (size_t)(s - q->r->servers);
		q->rcode = DNS_NOT_ASKED; /* an answer outweighs whatever came before */
		keep_result(q, rcode, a);
		finish(q);
	}
}

static void on_answer(void *arg, enum dns_rcode how, bool lost, const void *message, size_t size)
{
	struct attempt *a = arg, **at;
	struct question *q = a->q;
	struct server *s = a->server;
	struct dns_answer answer;
	bool with_opt = a->with_opt;

	if (q == NULL) {
		free(a);
		return;
	}
	for (at = &q->attempts; *at != a; at = &(*at)->next)
		;
	*at = a->next;
	free(a);
	q->lost |= lost;
	if (how == DNS_NOERROR) {
		dns_answer_parse(&answer, message, size, q->name, q->type);
		judge(q, s, with_opt, &answer);
	} else {
		keep_result(q, how, NULL);
		ask_on_or_finish(q);
	}
}

static void start(struct question *q)
{
	struct resolver *r = q->r;
	uint8_t query[DNS_QUERY_MAX];

	queue_add(&r->active, q);
	q->started_us = now_us();
	q->deadline_us = q->started_us + r->timeout_us;
	q->first = r->preferred;
	if (dns_query_build(query, sizeof query, 0, q->name, q->type, true) != 0) {
		ask_next_server(q);
	} else {
		q->rcode = DNS_MALFORMED;
		finish(q);
	}
}

static void fill_window(struct resolver *r)
{
	while (r->waiting.head != NULL && r->active.count < resolver_pace_window(&r->pace))
		start(queue_remove(&r->waiting, &r->waiting.head));
}

/* ---- time ------------------------------------------------------------------------------- */

static void on_timer(uv_timer_t *timer);

/* When the question needs us next, whatever c-ares does. */
static int64_t due_us(const struct question *q)
{
	return q->tried < q->r->server_count && q->next_server_us < q->deadline_us ? q->next_server_us
										    : q->deadline_us;
}

static void set_timer(struct resolver *r)
{
	int64_t wait = (int64_t)TICK_MS * 1000, now = now_us();

	if (r->closing)
		return;
	for (const struct question *q = r->active.head; q != NULL; q = q->next)
		if (due_us(q) - now < wait)
			wait = due_us(q) - now;
	if (r->finished.head != NULL || wait < 0)
		wait = 0;
	uv_update_time(r->loop); /* else a busy loop's old time would cut the wait */
	if (r->finished.head == NULL && r->active.head == NULL)
		uv_timer_stop(&r->timer);
	else
		uv_timer_start(&r->timer, on_timer, (uint64_t)((wait + 999) / 1000), 0);
}

/* Delivers what has ended and sends what has been waiting, until there is neither. */
static void settle(void *arg)
{
	struct resolver *r = arg;

	while (!r->closing && r->finished.head != NULL) {
		deliver(queue_remove(&r->finished, &r->finished.head));
		if (!r->closing)
			fill_window(r);
	}
	set_timer(r);
}

static struct question *first_due(const struct resolver *r, int64_t now)
{
	for (struct question *q = r->active.head; q != NULL; q = q->next)
		if (due_us(q) <= now)
			return q;
	return NULL;
}

static void on_timer(uv_timer_t *timer)
{
	struct resolver *r = timer->data;
	int64_t now = now_us();
	struct question *q;

	for (size_t i = 0; i < r->server_count; i++)
		dns_channel_tick(r->servers[i].channel);
	while ((q = first_due(r, now)) != NULL) {
		if (now < q->deadline_us) {
			ask_next_server(q);
			continue;
		}
		keep_result(q, DNS_TIMEOUT, NULL);
		finish(q);
	}
	settle(r);
}

/* ---- servers ---------------------------------------------------------------------------- */

static bool open_servers(struct resolver *r, const struct strlist *list, struct err *e)
{
	r->servers = mem_zalloc(list->count, sizeof *r->servers);
	for (size_t i = 0; i < list->count; i++) {
		struct server *s = &r->servers[i];

		s->channel = dns_channel_new(r->loop, list->item[i], r->timeout_us, settle, r, e);
		if (s->channel == NULL)
			return false;
		s->text = mem_strdup(list->item[i]);
		r->server_count++;
	}
	return true;
}

static void on_timer_closed(uv_handle_t *handle)
{
	struct resolver *r = handle->data;

	buf_clear(&r->hosts);
	free(r->servers);
	free(r);
}

/* ---- interface -------------------------------------------------------------------------- */

struct resolver *resolver_new(uv_loop_t *loop, const char *servers, int64_t timeout_us,
			      struct err *e)
{
	struct strlist list = { 0 };
	struct resolver *r = NULL;

	if (!(servers != NULL ? server_list_parse(&list, servers, e)
			      : dns_channel_system_servers(&list, e)))
		goto out;
	r = mem_zalloc(1, sizeof *r);
	r->loop = loop;
	r->timeout_us = timeout_us;
	resolver_pace_init(&r->pace, 0);
	queue_init(&r->waiting);
	queue_init(&r->active);
	queue_init(&r->finished);
	buf_init(&r->hosts, LIMIT_HOSTS_FILE);
	uv_timer_init(loop, &r->timer);
	r->timer.data = r;
	if (!open_servers(r, &list, e)) {
		resolver_free(r);
		r = NULL;
	}
out:
	strlist_clear(&list);
	return r;
}

void resolver_of_list(struct resolver *r, unsigned jobs)
{
	resolver_pace_init(&r->pace, jobs);
}

void resolver_free(struct resolver *r)
{
	struct queue ended;

	if (r == NULL)
		return;
	r->closing = true;
	queue_init(&ended);
	queue_move(&ended, &r->finished, true, NULL);
	queue_move(&ended, &r->active, true, NULL);
	queue_move(&ended, &r->waiting, true, NULL);
	while (ended.head != NULL) {
		cut_short(queue_remove(&ended, &ended.head));
		queue_move(&ended, &r->waiting, true, NULL); /* a callback may have asked on */
	}
	for (size_t i = 0; i < r->server_count; i++) {
		dns_channel_free(r->servers[i].channel);
		free(r->servers[i].text);
	}
	r->server_count = 0;
	uv_close((uv_handle_t *)&r->timer, on_timer_closed);
}

void resolver_ask(struct resolver *r, const char *name, uint16_t type, resolver_fn *fn, void *arg)
{
	struct question *q = mem_zalloc(1, sizeof *q);
	size_t len = strlen(name);

	q->r = r;
	q->asked = mem_strndup(name, len > 1 && name[len - 1] == '.' ? len - 1 : len);
	q->name = mem_strdup(name);
	q->type = type;
	q->fn = fn;
	q->arg = arg;
	q->answer.ede = -1;
	queue_add(&r->waiting, q);
	if (!r->closing)
		fill_window(r);
	set_timer(r);
}

void resolver_cancel(struct resolver *r, void *arg)
{
	struct queue ended;

	queue_init(&ended);
	queue_move(&ended, &r->finished, false, arg);
	queue_move(&ended, &r->active, false, arg);
	queue_move(&ended, &r->waiting, false, arg);
	while (ended.head != NULL)
		cut_short(queue_remove(&ended, &ended.head));
	if (r->closing)
		return;
	fill_window(r);
	set_timer(r);
}

bool resolver_crowded(const struct resolver *r)
{
	return r->waiting.count > resolver_pace_window(&r->pace);
}

/* Whole lines up to the limit; a file that is not there is empty. */
static void read_hosts(struct resolver *r)
{
	FILE *file = fopen(hosts_path, "re");
	char *room;
	size_t n;

	r->hosts_read = true;
	while (file != NULL && (room = buf_room(&r->hosts, READ_SIZE)) != NULL &&
	       (n = fread(room, 1, READ_SIZE, file)) > 0)
		buf_added(&r->hosts, n);
	if (file != NULL)
		fclose(file);
	while (r->hosts.failed && r->hosts.len > 0 && r->hosts.data[r->hosts.len - 1] != '\n')
		r->hosts.len--;
}

bool resolver_hosts_file(struct resolver *r, const char *name, struct strlist *to)
{
	if (!r->hosts_read)
		read_hosts(r);
	return hosts_file_lookup(buf_str(&r->hosts), r->hosts.len, name, to);
}

void resolver_servers(const struct resolver *r, struct strlist *to)
{
	for (size_t i = 0; i < r->server_count; i++)
		strlist_add(to, r->servers[i].text);
}

const char *resolver_library_version(void)
{
	return dns_channel_library_version();
}
