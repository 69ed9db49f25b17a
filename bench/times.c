/* SPDX-License-Identifier: MIT
 *
 * times RUNS COMMAND...: runs a command RUNS times after one warm-up and prints the medians of
 * its wall time, CPU time and peak memory, with the smallest and the largest wall time. Whole
 * processes, as the kernel accounts them (wait4(2)); the command's output is thrown away.
 *
 * times once COMMAND...: one run without a warm-up, for commands that are to take turns; standard
 * error is kept, and the exit status is the command's. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MAX = 1000 };

struct figures {
	double wall_ms[RUNS_MAX], cpu_ms[RUNS_MAX], peak_mib[RUNS_MAX];
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double ms(const struct timeval *t)
{
	return (double)t->tv_sec * 1e3 + (double)t->tv_usec / 1e3;
}

static int run(char **argv, bool heard, double *wall, double *cpu, double *peak)
{
	double began = now_ms();
	struct rusage r;
	int status = 0;
	pid_t child = vfork();

	if (child == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		if (!heard)
			dup2(null, 2);
		execvp(argv[0], argv);
		_exit(127);
	}
	wait4(child, &status, 0, &r);
	*wall = now_ms() - began;
	*cpu = ms(&r.ru_utime) + ms(&r.ru_stime);
	*peak = (double)r.ru_maxrss / 1024;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, unsigned long n)
{
	qsort(v, n, sizeof *v, ascending);
	return n % 2 != 0 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

int main(int argc, char **argv)
{
	static struct figures f;
	unsigned long runs = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	double once[3], wall;

	if (argc > 2 && strcmp(argv[1], "once") == 0) {
		int status = run(argv + 2, true, &once[0], &once[1], &once[2]);

		printf("%.2f %.2f %.1f\n", once[0], once[1], once[2]);
		return status;
	}
	if (runs == 0 || runs > RUNS_MAX) {
		fputs("usage: times RUNS|once COMMAND...\n", stderr);
		return 64;
	}
	run(argv + 2, false, &once[0], &once[1], &once[2]);
	for (unsigned long i = 0; i < runs; i++)
		run(argv + 2, false, &f.wall_ms[i], &f.cpu_ms[i], &f.peak_mib[i]);
	wall = median(f.wall_ms, runs);
	printf("%.2f %.2f %.1f %.2f %.2f\n", wall, median(f.cpu_ms, runs),
	       median(f.peak_mib, runs), f.wall_ms[0], f.wall_ms[runs - 1]);
	return 0;
}
