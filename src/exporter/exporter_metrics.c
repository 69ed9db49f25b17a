/* SPDX-License-Identifier: MIT */
#include "exporter/exporter_metrics.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "diagnose/facts.h"

static void add_head(struct buf *to, const char *name, const char *type, const char *help)
{
	buf_addf(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_gauge(struct buf *to, const char *name, const char *help, double value)
{
	add_head(to, name, "gauge", help);
	buf_addf(to, "%s %.15g\n", name, value);
}

/* ---- /probe ----------------------------------------------------------------------------------- */

/* 0: no TLS, so no certificate. */
static int64_t first_end(const struct observation *o)
{
	int64_t first = 0;

	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_tls *tls = &o->endpoints[i].tls;

		for (size_t k = 0; facts_tls_up(&o->endpoints[i]) && k < tls->chain_count; k++)
			if (first == 0 || tls->chain[k].not_after < first)
				first = tls->chain[k].not_after;
	}
	return first;
}

void exporter_probe_metrics(struct buf *to, const struct report_target *t)
{
	int64_t end = first_end(t->o);

	add_gauge(to, "probe_success", "Whether all that counts is well.",
		  report_weigh(t) == REPORT_FINE);
	add_gauge(to, "probe_duration_seconds", "How long the probe took.",
		  (double)t->o->duration_us / 1e6);
	if (end != 0)
		add_gauge(to, "probe_ssl_earliest_cert_expiry",
			  "When the first certificate of all that were seen ends, in seconds since 1970.",
			  (double)end);
}

/* ---- /metrics --------------------------------------------------------------------------------- */

static size_t open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	if (d == NULL)
		return 0;
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 3; /* ".", ".." and the folder itself */
}

static double resident_bytes(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	unsigned long all, resident = 0;

	if (f == NULL)
		return 0;
	if (fscanf(f, "%lu %lu", &all, &resident) != 2)
		resident = 0;
	fclose(f);
	return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

static double cpu_seconds(void)
{
	struct timespec t = { 0, 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The names that Prometheus' own client libraries use; absent where /proc is. */
static void add_process(struct buf *to)
{
	size_t files = open_files();
	double resident = resident_bytes();
	struct rlimit limit;

	add_head(to, "process_cpu_seconds_total", "counter", "CPU time used.");
	buf_addf(to, "process_cpu_seconds_total %.6f\n", cpu_seconds());
	if (files > 0)
		add_gauge(to, "process_open_fds", "Open file descriptors.", (double)files);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
		add_gauge(to, "process_max_fds", "As many may be open.", (double)limit.rlim_cur);
	if (resident > 0)
		add_gauge(to, "process_resident_memory_bytes", "Memory in use.", resident);
}

static void add_counter(struct buf *to, const char *name, const char *label, const char *value, uint64_t n)
{
	buf_addf(to, "%s{%s=\"%s\"} %" PRIu64 "\n", name, label, value, n);
}

void exporter_metrics(struct buf *to, const struct exporter_counts *c)
{
	static const char *const results[] = { "failure", "success" };
	static const char *const reasons[REFUSAL_COUNT] = {
		[REFUSED_WRONG] = "wrong", [REFUSED_FORBIDDEN] = "forbidden", [REFUSED_BUSY] = "busy",
	};

	add_head(to, "smtpprobe_build_info", "gauge", "The version that runs.");
	buf_addf(to, "smtpprobe_build_info{version=\"%s\"} 1\n", PACKAGE_VERSION);
	add_gauge(to, "smtpprobe_exporter_probes_running", "Probes under way.", (double)c->running);
	add_gauge(to, "smtpprobe_exporter_probes_running_limit", "Probes at once at most.",
		  (double)c->running_most);
	add_gauge(to, "smtpprobe_exporter_probes_waiting", "Requests that wait for their probe to begin.",
		  (double)c->waiting);
	add_gauge(to, "smtpprobe_exporter_probes_waiting_limit", "Requests that may wait at most.",
		  (double)c->waiting_most);
	add_head(to, "smtpprobe_exporter_probes_total", "counter", "Probes that ended, by success.");
	for (size_t i = 0; i < 2; i++)
		add_counter(to, "smtpprobe_exporter_probes_total", "result", results[i], c->probes[i]);
	add_head(to, "smtpprobe_exporter_requests_refused_total", "counter", "Requests that were refused.");
	for (size_t i = 0; i < REFUSAL_COUNT; i++)
		add_counter(to, "smtpprobe_exporter_requests_refused_total", "reason", reasons[i],
			    c->refused[i]);
	add_process(to);
}
