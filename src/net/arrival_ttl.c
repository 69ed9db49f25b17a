/* SPDX-License-Identifier: MIT
 *
 * A search in quarters: three thresholds at once, four rounds for 1 to 255, and one more SYN that
 * must not be answered, lest a lost answer is taken for an ignored one. */
#include "net/arrival_ttl.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/syn.h"

enum { AT_ONCE = 3, TTL_OVER = 256, ROUNDS_MOST = 6 };
#define MS UINT64_C(1000000)
#define FIRST_WAIT_MS 950        /* before the kernel's second SYN */
#define SPARE_MS 20

struct threshold {
	uv_poll_t poll;
	struct arrival_ttl *search;
	unsigned ttl;
	int fd;
};

struct arrival_ttl {
	uv_loop_t *loop;
	uv_timer_t timer;
	char *address;
	unsigned port;
	unsigned guess;                /* 0: none, or it was asked */
	arrival_ttl_fn *done;
	void *owner;
	struct threshold *open[AT_ONCE];
	unsigned answered, ignored;    /* thresholds: the highest of the one, the lowest of the other */
	uint64_t sent_ns, wait_ms;
	unsigned rounds;
	bool checked, over;
	bool spoiled;                  /* a SYN could not be sent, or came to something else than an answer */
};

static void next_round(struct arrival_ttl *a);

static void on_threshold_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void close_threshold(struct arrival_ttl *a, size_t i)
{
	uv_close((uv_handle_t *)&a->open[i]->poll, on_threshold_closed);
	close(a->open[i]->fd);
	a->open[i] = NULL;
}

static bool any_open(const struct arrival_ttl *a)
{
	for (size_t i = 0; i < AT_ONCE; i++)
		if (a->open[i] != NULL)
			return true;
	return false;
}

/* An ICMP error is none: its TTL is another matter. */
static bool is_answer(int fd)
{
	struct obs_connect c = {0};
	bool answer = syn_result(fd, &c, false) ||
		      ((c.outcome == OUT_REFUSED || c.outcome == OUT_RESET) && c.icmp.from == NULL);

	obs_connect_clear(&c);
	return answer;
}

static void on_timer(uv_timer_t *timer);

/* What was sent at the same time would be answered by now, or soon. */
static void note_answer(struct arrival_ttl *a, unsigned ttl)
{
	uint64_t took_ms = (uv_hrtime() - a->sent_ns) / MS;

	if (ttl > a->answered)
		a->answered = ttl;
	a->wait_ms = 3 * took_ms + SPARE_MS < FIRST_WAIT_MS ? 3 * took_ms + SPARE_MS : FIRST_WAIT_MS;
	uv_update_time(a->loop); /* timers count from the loop's cached time */
	uv_timer_start(&a->timer, on_timer, a->wait_ms > took_ms ? a->wait_ms - took_ms : 0, 0);
}

static void on_event(uv_poll_t *poll, int status, int events)
{
	struct threshold *t = poll->data;
	struct arrival_ttl *a = t->search;

	(void)status;
	(void)events;
	if (is_answer(t->fd))
		note_answer(a, t->ttl);
	else
		a->spoiled = true;
	for (size_t i = 0; i < AT_ONCE; i++)
		if (a->open[i] == t)
			close_threshold(a, i);
	if (!any_open(a))
		next_round(a);
}

static void on_timer(uv_timer_t *timer)
{
	struct arrival_ttl *a = timer->data;

	for (size_t i = 0; i < AT_ONCE; i++)
		if (a->open[i] != NULL) {
			if (a->open[i]->ttl < a->ignored)
				a->ignored = a->open[i]->ttl;
			close_threshold(a, i);
		}
	next_round(a);
}

static void ask(struct arrival_ttl *a, size_t i, unsigned ttl)
{
	struct syn_options options = {.min_ttl = ttl};
	struct threshold *t = mem_zalloc(1, sizeof *t);

	if (syn_open(&t->fd, a->address, a->port, &options) != 0 ||
	    uv_poll_init_socket(a->loop, &t->poll, t->fd) != 0) {
		if (t->fd >= 0)
			close(t->fd);
		free(t);
		a->spoiled = true;
		return;
	}
	t->poll.data = t;
	t->search = a;
	t->ttl = ttl;
	a->open[i] = t;
	uv_poll_start(&t->poll, UV_WRITABLE, on_event);
}

static void finish(struct arrival_ttl *a)
{
	a->over = true;
	uv_timer_stop(&a->timer);
	a->done(a->owner, a);
}

/* The quarters between what is answered and what is ignored; at first 1 is asked as well, which
 * every answer meets. */
static void ask_quarters(struct arrival_ttl *a)
{
	unsigned before = a->answered;

	for (unsigned k = 1; k <= AT_ONCE; k++) {
		unsigned ttl = a->answered + (a->ignored - a->answered) * k / 4;

		if (a->answered == 0 && k == 1)
			ttl = 1;
		if (ttl <= before || ttl >= a->ignored)
			continue;
		before = ttl;
		ask(a, k - 1, ttl);
	}
}

/* The guess and the next, of which the one is to be answered and the other not; and 1, which every
 * answer meets: it tells how long to wait. */
static void ask_guess(struct arrival_ttl *a)
{
	ask(a, 0, 1);
	if (a->guess > 1)
		ask(a, 1, a->guess);
	if (a->guess + 1 < TTL_OVER)
		ask(a, 2, a->guess + 1);
	a->guess = 0;
}

static void next_round(struct arrival_ttl *a)
{
	bool nothing = a->spoiled || a->rounds++ > ROUNDS_MOST ||
		       (a->answered == 0 && a->sent_ns != 0);

	uv_timer_stop(&a->timer);
	/* A lost answer was taken for an ignored one. */
	nothing = nothing || a->ignored <= a->answered;
	if (nothing)
		a->answered = 0;
	if (nothing || (a->checked && a->ignored - a->answered == 1)) {
		finish(a);
		return;
	}
	a->sent_ns = uv_hrtime();
	if (a->guess != 0) {
		ask_guess(a);
	} else if (a->ignored - a->answered > 1) {
		ask_quarters(a);
	} else {
		a->checked = true;
		if (a->ignored < TTL_OVER)
			ask(a, 0, a->ignored);
	}
	uv_update_time(a->loop);
	uv_timer_start(&a->timer, on_timer, any_open(a) ? a->wait_ms : 0, 0);
}

static void on_start(uv_timer_t *timer)
{
	next_round(timer->data);
}

struct arrival_ttl *arrival_ttl_new(uv_loop_t *loop, const char *address, unsigned port,
				    unsigned guess, arrival_ttl_fn *done, void *owner)
{
	struct arrival_ttl *a = mem_zalloc(1, sizeof *a);

	a->loop = loop;
	a->address = mem_strdup(address);
	a->port = port;
	a->guess = guess;
	a->done = done;
	a->owner = owner;
	a->ignored = TTL_OVER;
	a->wait_ms = FIRST_WAIT_MS;
	uv_timer_init(loop, &a->timer);
	a->timer.data = a;
	uv_timer_start(&a->timer, on_start, 0, 0);
	return a;
}

unsigned arrival_ttl_found(const struct arrival_ttl *a)
{
	return a->over ? a->answered : 0;
}

unsigned arrival_ttl_port(const struct arrival_ttl *a)
{
	return a->port;
}

static void on_closed(uv_handle_t *handle)
{
	struct arrival_ttl *a = handle->data;

	free(a->address);
	free(a);
}

void arrival_ttl_free(struct arrival_ttl *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < AT_ONCE; i++)
		if (a->open[i] != NULL)
			close_threshold(a, i);
	uv_close((uv_handle_t *)&a->timer, on_closed);
}
