/* SPDX-License-Identifier: MIT
 *
 * What a request for /probe asks for, and whether it may: no network, no clock.
 *
 *   target=TARGET   as on the command line; must be one of those named there, or fit --allow; a port
 *                   in it must be one that is probed anyway
 *   module=NAME     judge by what --module NAME=FILE expects; else by --expect and the findings
 *   debug=true      the text report instead of metrics */
#ifndef EXPORTER_PROBE_REQUEST_H
#define EXPORTER_PROBE_REQUEST_H

#include "exporter/http_request.h"
#include "options/options.h"

struct probe_request {
	struct target target;
	const struct expectations *expected;  /* of the options; perhaps none */
	bool findings_count;                  /* for success */
	unsigned ports[LIMIT_PORTS];
	size_t port_count;
	bool debug;
	int64_t limit_us;                     /* all of it, from the request to its answer */
};

/* 0: *r is filled. Else the HTTP status to answer with (400: the request is wrong, 403: the target is
 * none of those that may be probed), and e->msg is a sentence. */
unsigned probe_request_read(struct probe_request *r, const struct options *o,
			    const struct http_request *q, struct err *e);
void probe_request_clear(struct probe_request *r);

#endif
