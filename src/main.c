/* SPDX-License-Identifier: MIT
 *
 * smtpprobe: finds out why mail will not go out. */
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#include "app.h"
#include "exporter/exporter.h"
#include "lookup.h"
#include "options/exit_code.h"
#include "options/options.h"
#include "plugin.h"

static int act(const struct options *o)
{
	switch (o->action) {
	case ACTION_HELP:
		options_help(stdout);
		break;
	case ACTION_VERSION:
		app_version(stdout);
		break;
	case ACTION_COMPLETION:
		options_completion(stdout, o->completion);
		break;
	case ACTION_EXPLAIN:
		return lookup_explain(o);
	case ACTION_LIST_DIAGNOSES:
		return lookup_list(o);
	case ACTION_LISTEN:
		return exporter_run(o);
	case ACTION_PROBE:
		return app_run(o);
	}
	if (fflush(stdout) != 0) {
		perror("smtpprobe: standard output cannot be written");
		return EXIT_INTERNAL;
	}
	return EXIT_FINE;
}

/* Started without a standard stream, by some daemons: the next file opened would take its number,
 * be written to by a report, and libuv refuses to close it. */
static bool fill_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	return fd >= 0 && close(fd) == 0;
}

int main(int argc, char **argv)
{
	struct options o;
	struct err e;
	int status = EXIT_USAGE;

	if (!fill_standard_streams())
		return EXIT_INTERNAL;
	if (plugin_is_meant(argv[0]))
		return plugin_run(argc, argv);
	setlocale(LC_CTYPE, ""); /* not LC_NUMERIC: "2.5" and JSON numbers keep their point */
	if (options_parse(&o, argc, argv, &e))
		status = act(&o);
	else
		fprintf(stderr, "smtpprobe: %s\n", e.msg);
	options_clear(&o);
	return status;
}
