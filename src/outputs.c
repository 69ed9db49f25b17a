/* SPDX-License-Identifier: MIT */
#include "outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

/* A report is made for 80 columns and stays readable from 60 to 100. */
enum { WIDTH_MIN = 60, WIDTH_DEFAULT = 80, WIDTH_MAX = 100 };

enum { ENOUGH = 64 * 1024 }; /* bytes for one write(2) */

struct outputs {
	struct report_tally tally;
	bool begun;
	bool resumable;
	size_t count;
	struct sink {
		const struct report_format *format;
		const char *name; /* for messages */
		char *becomes;    /* the file that is written in the end */
		char *part;       /* the file beside it that becomes it when it is whole; NULL: none */
		FILE *file;
		bool streamed;    /* lines of a list, which may go out some at a time */
		struct buf text;  /* not written yet */
		size_t written;   /* bytes */
		bool failed;      /* a part of the report is not in it */
		void *kept;       /* by the format, from its begin() to its end() */
		struct report_style style;
	} sink[];
};

static bool wants_colour(const struct options *o, FILE *f)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (o->colour != COLOUR_AUTO)
		return o->colour == COLOUR_ALWAYS;
	return isatty(fileno(f)) && (no == NULL || *no == '\0') && term != NULL &&
	       strcmp(term, "dumb") != 0;
}

static unsigned width_of(FILE *f)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	unsigned long n = 0;

	if (columns != NULL)
		n = strtoul(columns, NULL, 10);
	else if (isatty(fileno(f)) && ioctl(fileno(f), TIOCGWINSZ, &size) == 0)
		n = size.ws_col;
	if (n == 0)
		return WIDTH_DEFAULT;
	return n < WIDTH_MIN ? WIDTH_MIN : n > WIDTH_MAX ? WIDTH_MAX : (unsigned)n;
}

/* The mode that a file made anew would have. */
static mode_t new_file_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* Lines of a list of targets, which may take a day, are written as they come, and survive a kill: what
 * is there can be gone on with (--resume). */
static bool is_streamed(const struct options *o, const struct output *from)
{
	return from->format->lines && o->input != NULL;
}

/* A file that the shell opened for this program. */
static bool names_a_stream(const char *name)
{
	return strcmp(name, "/dev/stdout") == 0 || strcmp(name, "/dev/stderr") == 0 ||
	       strncmp(name, "/dev/fd/", 8) == 0;
}

/* A reader of the file, such as node_exporter, must never see half of it: what is written goes to a
 * file beside it, which takes its name when it is whole (rename(2) is atomic). A device, a pipe, and what
 * /dev/stdout or /dev/fd/N name, is written to as it is; and so is the file that a symbolic link names. */
static bool open_whole(struct sink *k, const char *name)
{
	struct stat there;
	bool exists = stat(name, &there) == 0;
	bool given;
	char *real;
	int fd;

	if ((exists && !S_ISREG(there.st_mode)) || names_a_stream(name)) {
		k->file = fopen(name, "ae");    /* of a file that the shell opened, nothing is cut off */
		return k->file != NULL;
	}
	if (exists && access(name, W_OK) != 0)
		return false;
	real = exists ? realpath(name, NULL) : NULL;
	k->becomes = real != NULL ? real : mem_strdup(name);
	k->part = mem_printf("%s.XXXXXX", k->becomes);
	fd = mkostemp(k->part, O_CLOEXEC);
	if (fd < 0) {
		free(k->part);
		k->part = NULL;
		return false;
	}
	/* Who may not give it away owns it, without a set-user-ID bit. */
	given = exists && fchown(fd, there.st_uid, there.st_gid) == 0;
	fchmod(fd, exists ? there.st_mode & (given ? 07777 : 0777) : new_file_mode());
	k->file = fdopen(fd, "w");
	return k->file != NULL;
}

static bool open_file(struct sink *k, const struct options *o, const struct output *from)
{
	if (!is_streamed(o, from))
		return open_whole(k, from->file);
	k->file = fopen(from->file, o->resume ? "ae" : "we");
	return k->file != NULL;
}

static bool open_sink(struct sink *k, const struct options *o, const struct output *from,
		      struct err *e)
{
	k->format = from->format;
	k->name = from->file != NULL ? from->file : "standard output";
	k->file = stdout;
	if (from->file != NULL && !open_file(k, o, from)) {
		k->file = NULL;
		return err_set(e, "the output file %s cannot be opened: %s", from->file,
			       strerror(errno));
	}
	k->streamed = is_streamed(o, from);
	buf_init(&k->text, BUF_NO_LIMIT);
	k->style.colour = wants_colour(o, k->file);
	k->style.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	k->style.transcript = o->transcript;
	k->style.client = o->client;
	k->style.width = width_of(k->file);
	return true;
}

static bool complain(const struct sink *k, struct err *e)
{
	return err_set(e, "%s cannot be written: %s", k->name, strerror(errno));
}

static bool copy(FILE *from, FILE *to)
{
	char bytes[BUFSIZ];
	size_t n;

	while ((n = fread(bytes, 1, sizeof bytes, from)) > 0)
		if (fwrite(bytes, 1, n, to) != n)
			return false;
	return ferror(from) == 0;
}

/* A file that is a mount of its own, as containers have them, or is somebody else's in a folder like /tmp
 * cannot be replaced: it is written over, from the whole report. */
static bool overwrite(const struct sink *k)
{
	FILE *from = fopen(k->part, "re"), *to = from != NULL ? fopen(k->becomes, "we") : NULL;
	bool fine = to != NULL && copy(from, to);

	if (from != NULL)
		fclose(from);
	return to != NULL && fclose(to) == 0 && fine;
}

static bool put_in_place(const struct sink *k)
{
	if (rename(k->part, k->becomes) == 0)
		return true;
	return (errno == EBUSY || errno == EPERM) && overwrite(k) && unlink(k->part) == 0;
}

/* Unless the report is whole, the file stays what it was. */
static bool close_sink(struct sink *k, bool whole, struct err *e)
{
	bool fine = k->file == NULL || (k->file == stdout ? fflush(stdout) : fclose(k->file)) == 0;

	if (fine && whole && k->part != NULL)
		fine = put_in_place(k);
	if (!fine)
		complain(k, e);
	if (k->part != NULL && !(fine && whole))
		unlink(k->part);
	free(k->part);
	free(k->becomes);
	buf_clear(&k->text);
	return fine;
}

static void drop(struct outputs *s)
{
	for (size_t i = 0; i < s->count; i++)
		close_sink(&s->sink[i], false, &(struct err){ "" });
	free(s);
}

struct outputs *outputs_open(const struct options *o, struct err *e)
{
	struct outputs *s = mem_zalloc(1, sizeof *s + o->output_count * sizeof s->sink[0]);

	s->resumable = o->output_count == 1 && o->outputs[0].file != NULL && is_streamed(o, o->outputs);
	signal(SIGPIPE, SIG_IGN);    /* `| head` must not end it with files half written */
	for (; s->count < o->output_count; s->count++)
		if (!open_sink(&s->sink[s->count], o, &o->outputs[s->count], e)) {
			s->count++;
			drop(s);
			return NULL;
		}
	return s;
}

/* What is in k->text goes out. */
static bool put(struct sink *k, struct err *e)
{
	bool fine = fwrite(buf_str(&k->text), 1, k->text.len, k->file) == k->text.len && fflush(k->file) == 0;

	k->written += k->text.len;
	k->failed = k->failed || !fine;
	buf_reset(&k->text);
	return fine || complain(k, e);
}

/* The same, but the lines of a list wait for more of them: a write(2) each would be half of the work
 * where mail hosts are shared. Who waits for them calls outputs_flush(). */
static bool put_soon(struct sink *k, struct err *e)
{
	return (k->streamed && k->text.len < ENOUGH) || put(k, e);
}

bool outputs_flush(struct outputs *s, struct err *e)
{
	bool fine = true;

	for (size_t i = 0; i < s->count; i++)
		fine = (s->sink[i].text.len == 0 || put(&s->sink[i], e)) && fine;
	return fine;
}

bool outputs_say(struct outputs *s, outputs_fn *say, const void *what, struct err *e)
{
	bool fine = true;

	for (size_t i = 0; i < s->count; i++) {
		struct sink *k = &s->sink[i];

		say(&k->text, k->format, &k->style, what);
		fine = put(k, e) && fine;
	}
	return fine;
}

bool outputs_can_be_resumed(const struct outputs *s)
{
	return s->resumable;
}

static void begin(struct outputs *s)
{
	s->begun = true;
	for (size_t i = 0; i < s->count; i++) {
		struct sink *k = &s->sink[i];

		if (k->format->begin != NULL)
			k->kept = k->format->begin(&k->text, &k->style);
	}
}

bool outputs_write(struct outputs *s, struct report_target *t, struct err *e)
{
	bool fine = true;

	if (!s->begun)
		begin(s);
	t->nth = s->tally.done;
	report_tally_add(&s->tally, t->d);
	for (size_t i = 0; i < s->count; i++) {
		struct sink *k = &s->sink[i];

		k->format->target(&k->text, &k->style, t, k->kept);
		fine = put_soon(k, e) && fine;
	}
	return fine;
}

static bool finish(struct outputs *s, struct sink *k, struct err *e)
{
	if (s->begun && k->format->end != NULL)
		k->format->end(&k->text, &k->style, &s->tally, k->kept);
	return put(k, e);
}

bool outputs_close(struct outputs *s, size_t asked, bool whole, struct err *e)
{
	bool fine = true;

	s->tally.asked = asked;
	for (size_t i = 0; i < s->count; i++) {
		struct sink *k = &s->sink[i];
		bool ended = finish(s, k, e);

		fine = close_sink(k, whole && !k->failed && k->written > 0, e) && ended && fine;
	}
	free(s);
	return fine;
}
