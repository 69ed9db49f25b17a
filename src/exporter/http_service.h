/* SPDX-License-Identifier: MIT
 *
 * An HTTP server on the event loop. libmicrohttpd serves the connections, on a thread of its own; this
 * hands each request to the loop's thread and holds its connection until the answer comes from there,
 * so that nothing else has to know of threads. */
#ifndef EXPORTER_HTTP_SERVICE_H
#define EXPORTER_HTTP_SERVICE_H

#include <uv.h>

#include "base/buf.h"
#include "base/err.h"
#include "exporter/http_request.h"
#include "options/options.h"

struct http_service;
struct http_exchange; /* a request that has no answer yet */

/* Called on the loop's thread, once a request. http_answer() must follow, now or later; the request
 * lives until then. */
typedef void http_fn(void *owner, struct http_exchange *x, const struct http_request *q);

/* NULL: e->msg says why that address cannot be listened at. */
struct http_service *http_service_new(uv_loop_t *loop, const struct listen_at *at, http_fn *asked,
				      void *owner, struct err *e);

/* "http://127.0.0.1:9725": where it listens, with the port that it got. */
void http_service_address(const struct http_service *s, struct buf *to);

/* body is emptied. status 405 also says which methods there are. */
void http_answer(struct http_exchange *x, unsigned status, const char *content_type, struct buf *body);

/* Takes no more connections; what was answered still goes out, for a second at most; then all is
 * closed and freed. Every request must have its answer by now or get it at once. */
void http_service_close(struct http_service *s);

const char *http_service_library_version(void);

#endif
