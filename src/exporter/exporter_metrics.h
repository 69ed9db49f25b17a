/* SPDX-License-Identifier: MIT
 *
 * What the exporter tells of itself at /metrics, in Prometheus' text format, and the samples that
 * blackbox_exporter's users expect of a probe. */
#ifndef EXPORTER_EXPORTER_METRICS_H
#define EXPORTER_EXPORTER_METRICS_H

#include "base/buf.h"
#include "report/report.h"

#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

enum exporter_refusal { REFUSED_WRONG, REFUSED_FORBIDDEN, REFUSED_BUSY, REFUSAL_COUNT };

struct exporter_counts {
	size_t running, waiting;           /* now */
	size_t running_most, waiting_most; /* as many are taken */
	uint64_t probes[2];                /* that ended, by success */
	uint64_t refused[REFUSAL_COUNT];
};

void exporter_metrics(struct buf *to, const struct exporter_counts *c);

/* probe_success and its like; what smtpprobe itself has to tell is the report in Prometheus' format. */
void exporter_probe_metrics(struct buf *to, const struct report_target *t);

#endif
