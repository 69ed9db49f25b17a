/* SPDX-License-Identifier: MIT
 *
 * A request as plain data, whatever library it came by. All of it is hostile. */
#ifndef EXPORTER_HTTP_REQUEST_H
#define EXPORTER_HTTP_REQUEST_H

#include <stddef.h>

enum { HTTP_PARAMETERS = 16 };     /* kept of one request; more are refused */

struct http_request {
	char *method;              /* "GET" */
	char *path;                /* "/probe", without the query */
	char *scrape_timeout;      /* X-Prometheus-Scrape-Timeout-Seconds; NULL: not sent */
	struct http_parameter {
		char *name, *value; /* decoded; a NUL byte within has become a control character */
	} parameters[HTTP_PARAMETERS];
	size_t parameter_count;    /* HTTP_PARAMETERS + 1: there were more */
};

#endif
