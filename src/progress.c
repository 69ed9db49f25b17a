/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

/* Quick runs never show it: a flash of lines is noise. */
enum { FIRST_MS = 400, EACH_MS = 200 };

struct progress {
	uv_timer_t timer;
	uv_mutex_t *lock;
	each_waiting_fn *each;
	void *arg;
	unsigned shown; /* lines on the screen */
	unsigned rows, columns;
	unsigned lines, left_out;
	struct buf screen;
};

static int endpoint_line(char *line, size_t size, const struct endpoint_probe *e)
{
	const char *host = endpoint_probe_host(e), *address = endpoint_probe_address(e);
	bool named = strcmp(host, address) != 0;

	return snprintf(line, size, "%s%s%s port %u  %s  %.1f s", named ? host : "",
			named ? "  " : "", address, endpoint_probe_port(e),
			endpoint_probe_waits_for(e), (double)endpoint_probe_age_us(e) / 1e6);
}

static void add_line(void *to, const struct endpoint_probe *e, const char *words)
{
	struct progress *p = to;
	char line[512];
	int n;

	if (p->lines + 2 >= p->rows) {
		p->left_out++;
		return;
	}
	n = e != NULL ? endpoint_line(line, sizeof line, e)
		      : snprintf(line, sizeof line, "%s", words);
	if (n > (int)p->columns - 1)
		n = (int)p->columns - 1;
	if (n > (int)sizeof line - 1)
		n = (int)sizeof line - 1;
	buf_add(&p->screen, line, (size_t)n);
	buf_adds(&p->screen, "\n");
	p->lines++;
}

static void put(const struct buf *b)
{
	fwrite(buf_str(b), 1, b->len, stderr);
	fflush(stderr);
}

/* Moves up over the lines shown and clears to the end of the screen (ECMA-48 CPL and ED). */
static void add_erase(struct progress *p)
{
	if (p->shown > 0)
		buf_addf(&p->screen, "\033[%uF\033[J", p->shown);
	p->shown = 0;
}

static void show(struct progress *p)
{
	struct winsize size;

	p->rows = 24;
	p->columns = 80;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 2 && size.ws_col > 20) {
		p->rows = size.ws_row;
		p->columns = size.ws_col;
	}
	p->lines = p->left_out = 0;
	buf_reset(&p->screen);
	add_erase(p);
	p->each(p->arg, add_line, p);
	if (p->left_out > 0) {
		buf_addf(&p->screen, "and %u more\n", p->left_out);
		p->lines++;
	}
	p->shown = p->lines;
	put(&p->screen);
}

static void on_timer(uv_timer_t *timer)
{
	struct progress *p = timer->data;

	uv_mutex_lock(p->lock);
	show(p);
	uv_mutex_unlock(p->lock);
}

struct progress *progress_new(uv_loop_t *loop, uv_mutex_t *lock, each_waiting_fn *each, void *arg)
{
	const char *term = getenv("TERM");
	struct progress *p;

	if (!isatty(STDERR_FILENO) || term == NULL || strcmp(term, "dumb") == 0)
		return NULL;
	p = mem_zalloc(1, sizeof *p);
	p->lock = lock;
	p->each = each;
	p->arg = arg;
	buf_init(&p->screen, BUF_NO_LIMIT);
	uv_timer_init(loop, &p->timer);
	p->timer.data = p;
	uv_timer_start(&p->timer, on_timer, FIRST_MS, EACH_MS);
	uv_unref((uv_handle_t *)&p->timer); /* it only watches: the run ends without it */
	return p;
}

void progress_hide(struct progress *p)
{
	if (p == NULL || p->shown == 0)
		return;
	buf_reset(&p->screen);
	add_erase(p);
	put(&p->screen);
}

static void on_closed(uv_handle_t *handle)
{
	struct progress *p = handle->data;

	buf_clear(&p->screen);
	free(p);
}

void progress_free(struct progress *p)
{
	if (p == NULL)
		return;
	progress_hide(p);
	uv_close((uv_handle_t *)&p->timer, on_closed);
}
