/* SPDX-License-Identifier: MIT
 *
 * smtpprobe: finds out why mail will not go out. */
#include <locale.h>
#include <stdio.h>

#include "app.h"
#include "options/exit_code.h"
#include "options/options.h"

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
	case ACTION_PROBE:
		return app_run(o);
	}
	if (fflush(stdout) != 0) {
		perror("smtpprobe: standard output cannot be written");
		return EXIT_INTERNAL;
	}
	return EXIT_FINE;
}

int main(int argc, char **argv)
{
	struct options o;
	struct err e;
	int status = EXIT_USAGE;

	setlocale(LC_CTYPE, ""); /* not LC_NUMERIC: "2.5" and JSON numbers keep their point */
	if (options_parse(&o, argc, argv, &e))
		status = act(&o);
	else
		fprintf(stderr, "smtpprobe: %s\n", e.msg);
	options_clear(&o);
	return status;
}
