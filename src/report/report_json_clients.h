/* SPDX-License-Identifier: MIT
 *
 * The settings for mail libraries in the JSON report: a member of each row of advice. */
#ifndef REPORT_REPORT_JSON_CLIENTS_H
#define REPORT_REPORT_JSON_CLIENTS_H

#include "base/json_writer.h"
#include "report/report.h"

/* Writes the member "clients", where --client asked for it. */
void report_json_clients(struct json_writer *w, const struct report_style *s,
			 const struct observation *o, const struct advice *a);

#endif
