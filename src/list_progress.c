/* SPDX-License-Identifier: MIT */
#include "list_progress.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum { EACH_MS = 30000 };

struct list_progress {
	uv_timer_t timer;
	uv_signal_t signal;
	unsigned handles;
	uint64_t began_ns;
	list_count_fn *count;
	void *arg;
};

static void say_time(struct buf *to, double seconds)
{
	if (seconds < 120)
		buf_addf(to, "%.0f s", seconds);
	else if (seconds < 7200)
		buf_addf(to, "%.0f min", seconds / 60);
	else
		buf_addf(to, "%.1f h", seconds / 3600);
}

/* By the lines that were read less the targets under way: those that are left out cost nothing. */
static double share_done(const struct list_counts *c)
{
	size_t done = c->lines > c->in_flight ? c->lines - c->in_flight : 0;

	return c->all > 0 && done <= c->all ? (double)done / (double)c->all : 0;
}

void list_progress_say(struct buf *to, const struct list_counts *c, double seconds)
{
	double share = share_done(c);
	const char *before = ": ";

	buf_addf(to, "%zu %s", c->done, c->done == 1 ? "target" : "targets");
	if (c->all > 0)
		buf_addf(to, " (%.0f %% of the list)", share * 100);
	buf_adds(to, " in ");
	say_time(to, seconds);
	if (seconds >= 1)
		buf_addf(to, ", %.0f/s", (double)c->done / seconds);
	buf_addf(to, ", %zu under way", c->in_flight);
	for (unsigned i = 0; i < STATUS_COUNT; i++)
		if (c->by_status[i] > 0) {
			buf_addf(to, "%s%zu %s", before, c->by_status[i], words_name(&status_words, i));
			before = ", ";
		}
	if (share > 0 && share < 1 && seconds >= 2) {
		buf_adds(to, "; about ");
		say_time(to, seconds * (1 - share) / share);
		buf_adds(to, " left");
	}
}

static void tell(struct list_progress *p)
{
	struct list_counts c = { 0 };
	struct buf b;

	p->count(p->arg, &c);
	buf_init(&b, BUF_NO_LIMIT);
	list_progress_say(&b, &c, (double)(uv_hrtime() - p->began_ns) / 1e9);
	fprintf(stderr, "smtpprobe: %s\n", buf_str(&b));
	buf_clear(&b);
}

static void on_timer(uv_timer_t *timer)
{
	tell(timer->data);
}

static void on_signal(uv_signal_t *handle, int number)
{
	(void)number;
	tell(handle->data);
}

struct list_progress *list_progress_new(uv_loop_t *loop, bool every_while, list_count_fn *count, void *arg)
{
	struct list_progress *p = mem_zalloc(1, sizeof *p);

	p->count = count;
	p->arg = arg;
	p->began_ns = uv_hrtime();
	p->handles = 2;
	uv_timer_init(loop, &p->timer);
	uv_signal_init(loop, &p->signal);
	p->timer.data = p->signal.data = p;
	if (every_while)
		uv_timer_start(&p->timer, on_timer, EACH_MS, EACH_MS);
	uv_signal_start(&p->signal, on_signal, SIGUSR1);
	uv_unref((uv_handle_t *)&p->timer); /* they only watch: the run ends without them */
	uv_unref((uv_handle_t *)&p->signal);
	return p;
}

static void on_closed(uv_handle_t *handle)
{
	struct list_progress *p = handle->data;

	if (--p->handles == 0)
		free(p);
}

void list_progress_free(struct list_progress *p)
{
	if (p == NULL)
		return;
	uv_close((uv_handle_t *)&p->timer, on_closed);
	uv_close((uv_handle_t *)&p->signal, on_closed);
}
