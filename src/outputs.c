/* SPDX-License-Identifier: MIT */
#include "outputs.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/mem.h"

/* A report is made for 80 columns and stays readable from 60 to 100. */
enum { WIDTH_MIN = 60, WIDTH_DEFAULT = 80, WIDTH_MAX = 100 };

struct outputs {
	const struct options *options;
	struct report_tally tally;
	size_t count;
	struct sink {
		const struct report_format *format;
		const char *name; /* for messages */
		FILE *file;
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

struct outputs *outputs_open(const struct options *o, struct err *e)
{
	struct outputs *s = mem_zalloc(1, sizeof *s + o->output_count * sizeof s->sink[0]);

	s->options = o;
	for (; s->count < o->output_count; s->count++) {
		struct sink *k = &s->sink[s->count];
		const struct output *from = &o->outputs[s->count];

		k->format = from->format;
		k->name = from->file != NULL ? from->file : "standard output";
		k->file = from->file != NULL ? fopen(from->file, "we") : stdout;
		if (k->file == NULL) {
			err_set(e, "the output file %s cannot be opened: %s", from->file,
				strerror(errno));
			outputs_close(s, &(struct err){""});
			return NULL;
		}
		k->style.colour = wants_colour(o, k->file);
		k->style.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
		k->style.transcript = o->transcript;
		k->style.client = o->client;
		k->style.width = width_of(k->file);
	}
	return s;
}

static bool complain(const struct sink *k, struct err *e)
{
	return err_set(e, "%s cannot be written: %s", k->name, strerror(errno));
}

bool outputs_say(struct outputs *s, outputs_fn *say, const void *what, struct err *e)
{
	bool fine = true;

	for (size_t i = 0; i < s->count; i++) {
		struct sink *k = &s->sink[i];
		struct buf b;

		buf_init(&b, BUF_NO_LIMIT);
		say(&b, k->format, &k->style, what);
		if (fwrite(buf_str(&b), 1, b.len, k->file) != b.len || fflush(k->file) != 0)
			fine = complain(k, e);
		buf_clear(&b);
	}
	return fine;
}

struct judged {
	const struct observation *o;
	const struct diagnosis *d;
	size_t nth;
};

static void say_target(struct buf *to, const struct report_format *f, const struct report_style *s,
		       const void *what)
{
	const struct judged *j = what;

	f->target(to, s, j->o, j->d, j->nth);
}

bool outputs_write(struct outputs *s, const struct observation *o, const struct diagnosis *d,
		   struct err *e)
{
	struct judged j = { o, d, s->tally.done++ };

	s->tally.by_status[d->status]++;
	s->tally.with_warnings += d->status == STATUS_OK && d->finding_count > 0 &&
				  d->findings[0].severity == SEVERITY_WARNING;
	return outputs_say(s, say_target, &j, e);
}

static void say_end(struct buf *to, const struct report_format *f, const struct report_style *s,
		    const void *what)
{
	if (f->end != NULL)
		f->end(to, s, what);
}

bool outputs_close(struct outputs *s, struct err *e)
{
	const struct options *o = s->options;
	bool fine = true;

	s->tally.asked = o->replay != NULL ? s->tally.done : o->target_count;
	if (s->tally.done > 0)
		fine = outputs_say(s, say_end, &s->tally, e);
	for (size_t i = 0; i < s->count; i++) {
		struct sink *k = &s->sink[i];

		if ((k->file == stdout ? fflush(stdout) : fclose(k->file)) != 0)
			fine = complain(k, e);
	}
	free(s);
	return fine;
}
