/* SPDX-License-Identifier: MIT */
#include "target_source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/shuffle.h"

enum {
	READ_BYTES = 8192,      /* small, as each line taken moves what is behind it */
	LINE_BYTES = 4096,      /* a name has 255 at most, in UTF-8 some more */
	TOLD_MOST = 10,         /* lines that are no target and told one by one */
	WINDOW = 4096           /* targets that random order chooses among; some 100 bytes each */
};

struct target_source {
	const struct options *options;
	const struct done_targets *done; /* NULL: nothing is */
	target_source_fn *ready;
	void *to;
	const char *name;       /* of the file, for sentences */
	int fd;                 /* -1: there is none */
	bool ended;             /* nothing is left to read */
	bool waits;             /* it is no file on a disk: reading it may block */
	bool polled;            /* `poll` is open */
	uv_poll_t poll;
	struct buf text;        /* read, not yet taken */
	bool cut;               /* what is in `text` goes on a line that was too long */
	size_t line;            /* the number of the last that was taken from `text` */
	struct shuffle *window; /* texts of targets that may be probed; one alone in the order of the input */
	size_t nth;             /* of the command line */
	struct target_source_counts counts;
};

/* ---- opening ---------------------------------------------------------------------------------- */

static bool open_input(struct target_source *s, struct err *e)
{
	const char *file = s->options->input;
	struct target_quote q;
	struct stat st;

	if (file == NULL)
		return true;
	s->name = strcmp(file, "-") == 0 ? "standard input" : file;
	s->fd = strcmp(file, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) :
					 open(file, O_RDONLY | O_CLOEXEC);
	if (s->fd >= 0 && fstat(s->fd, &st) == 0 && !S_ISDIR(st.st_mode)) {
		s->waits = !S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode);
		return true;
	}
	return err_set(e, "option --input: \"%s\" cannot be opened: %s; name a file with one target a line",
		       target_quote(&q, s->name), strerror(s->fd >= 0 ? EISDIR : errno));
}

/* For the progress alone; 15 MB a million lines take some milliseconds. */
static size_t count_lines(int fd)
{
	char piece[READ_BYTES];
	size_t lines = 0;
	ssize_t n;

	while ((n = read(fd, piece, sizeof piece)) > 0)
		for (const char *c = piece; (c = memchr(c, '\n', (size_t)(piece + n - c))) != NULL; c++)
			lines++;
	return lseek(fd, 0, SEEK_SET) == 0 ? lines : 0;
}

/* libuv makes it non-blocking, for all who share the open file: a terminal or sshd's socket is our standard
 * output as well. It is only read when poll(2) says so. /dev/null cannot be polled. */
static void poll_input(struct target_source *s, uv_loop_t *loop)
{
	int flags = fcntl(s->fd, F_GETFL);

	s->polled = s->waits = uv_poll_init(loop, &s->poll, s->fd) == 0;
	s->poll.data = s;
	if (flags >= 0)
		fcntl(s->fd, F_SETFL, flags);
}

struct target_source *target_source_open(uv_loop_t *loop, const struct options *o,
					 const struct done_targets *done, target_source_fn *ready, void *to, struct err *e)
{
	struct target_source *s = mem_zalloc(1, sizeof *s);

	s->options = o;
	s->counts.left = o->target_count;
	s->done = done;
	s->ready = ready;
	s->to = to;
	s->fd = -1;
	s->ended = o->input == NULL;
	buf_init(&s->text, READ_BYTES + LINE_BYTES);
	s->window = shuffle_new(o->order == ORDER_INPUT ? 1 : WINDOW);
	if (!open_input(s, e)) {
		target_source_close(s);
		return NULL;
	}
	if (s->fd >= 0 && !s->waits && lseek(s->fd, 0, SEEK_CUR) == 0)
		s->counts.all = count_lines(s->fd);
	if (s->fd >= 0 && s->waits)
		poll_input(s, loop);
	return s;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void target_source_close(struct target_source *s)
{
	if (s == NULL)
		return;
	buf_clear(&s->text);
	shuffle_free(s->window);
	if (s->polled)
		uv_close((uv_handle_t *)&s->poll, on_closed);
	if (s->fd >= 0)
		close(s->fd);
	if (!s->polled)
		free(s);
}

/* ---- lines ------------------------------------------------------------------------------------ */

static bool may_read(const struct target_source *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	return !s->waits || poll(&p, 1, 0) > 0;
}

static void end_input(struct target_source *s)
{
	s->ended = true;
	if (s->text.len > 0)
		buf_adds(&s->text, "\n"); /* a last line without its end */
}

/* False: nothing is there now. */
static bool read_more(struct target_source *s)
{
	ssize_t got;

	if (!may_read(s))
		return false;
	got = read(s->fd, buf_room(&s->text, READ_BYTES), READ_BYTES);
	if (got > 0)
		buf_added(&s->text, (size_t)got);
	else if (got == 0 || errno != EINTR)
		end_input(s);
	return true;
}

/* A line without its end, in *line until the next call. False: there is none yet. */
static bool next_line(struct target_source *s, char *line, size_t *n)
{
	const char *end = s->text.len > 0 ? memchr(s->text.data, '\n', s->text.len) : NULL;

	if (end == NULL && s->text.len <= LINE_BYTES)
		return false;
	*n = end != NULL ? (size_t)(end - s->text.data) : s->text.len;
	if (*n > LINE_BYTES)
		*n = LINE_BYTES; /* too long for any target; the rest is dropped below */
	s->line += !s->cut;
	memcpy(line, s->text.data, *n);
	line[*n] = '\0';
	if (s->cut)
		line[0] = '\0';
	s->cut = end == NULL;
	buf_drop(&s->text, end != NULL ? (size_t)(end - s->text.data) + 1 : s->text.len);
	return true;
}

/* ---- targets ---------------------------------------------------------------------------------- */

static void tell_wrong(struct target_source *s, const char *why)
{
	if (s->counts.wrong++ < TOLD_MOST)
		fprintf(stderr, "smtpprobe: %s, line %zu is passed over: %s\n", s->name, s->line, why);
}

/* Is it of our shard, and may it be probed? */
static bool is_ours(struct target_source *s, const struct target *t)
{
	const struct options *o = s->options;

	if (!shard_has(&o->shard, t->name))
		return false;
	if (!exclusions_name(o->excluded, t->name))
		return true;
	s->counts.excluded++;
	return false;
}

/* What is wrong is told now, while the number of the line is known; a window of texts is smaller than
 * one of targets. */
static void take_line(struct target_source *s, char *line, size_t n)
{
	bool has_nul = memchr(line, '\0', n) != NULL; /* before blanks at the end, or CRs, are cut off */
	const char *text = option_line_text(line, s->line == 1);
	struct target t;
	struct err e;

	if (has_nul && text != NULL)
		err_set(&e, "a line has no NUL bytes");
	else if (text == NULL)
		return;
	else if (done_targets_has(s->done, text)) {
		s->counts.done++;
		return;
	} else if (target_parse(&t, text, s->options->force, &e)) {
		bool fits = options_family_fits(s->options, &t, &e);

		if (fits && is_ours(s, &t))
			shuffle_put(s->window, text);
		target_clear(&t);
		if (fits)
			return;
	}
	tell_wrong(s, e.msg);
}

/* As far as the input gives lines at once: who writes them slowly is not waited for. Where few lines are
 * ours, the window fills while it is drawn from, so that those under way do not wait for it. */
static void fill_window(struct target_source *s)
{
	char line[LINE_BYTES + 1];
	size_t n;

	for (size_t lines = 0; !shuffle_full(s->window);)
		if (lines >= WINDOW && shuffle_held(s->window) > 0)
			break;
		else if (next_line(s, line, &n)) {
			take_line(s, line, n);
			lines++;
		} else if (s->ended || !read_more(s))
			break;
}

static bool draw(struct target_source *s, struct target *t)
{
	char *text = shuffle_draw(s->window);
	struct err unused;
	bool drawn = text != NULL && target_parse(t, text, s->options->force, &unused);

	free(text);
	return drawn;
}

static bool take_word(struct target_source *s, struct target *t)
{
	struct err unused;

	while (s->counts.left > 0) {
		const char *input = s->options->targets[s->nth++].input;

		s->counts.left--;
		if (done_targets_has(s->done, input)) {
			s->counts.done++;
			continue;
		}
		if (!target_parse(t, input, s->options->force, &unused))
			continue;
		if (is_ours(s, t))
			return true;
		target_clear(t);
	}
	return false;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct target_source *s = poll->data;

	(void)status;
	(void)events;
	uv_poll_stop(poll); /* until it is waited for again */
	s->ready(s->to);
}

enum supply target_source_next(struct target_source *s, struct target *t)
{
	bool got = take_word(s, t);

	if (!got) {
		fill_window(s);
		got = draw(s, t);
		s->counts.lines = s->line - shuffle_held(s->window);
	}
	s->counts.given += got;
	return got ? SUPPLY_TARGET : s->ended ? SUPPLY_END : SUPPLY_LATER;
}

void target_source_wait(struct target_source *s)
{
	if (s->ended || shuffle_held(s->window) > 0) /* as somebody else has found meanwhile */
		s->ready(s->to);
	else
		uv_poll_start(&s->poll, UV_READABLE | UV_DISCONNECT, on_readable);
}

void target_source_stop(struct target_source *s)
{
	if (s->polled)
		uv_poll_stop(&s->poll);
}

const struct target_source_counts *target_source_counts(const struct target_source *s)
{
	return &s->counts;
}
