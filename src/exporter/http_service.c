/* SPDX-License-Identifier: MIT
 *
 * An exchange passes between two threads: libmicrohttpd's makes it, suspends its connection and puts
 * it in a list; the loop's takes it out, and resumes the connection with the answer in it; from then
 * on it is libmicrohttpd's again, until it says that the request has ended. Only the list and the
 * number of exchanges are shared, under the mutex (libmicrohttpd manual, "Suspending connections"). */
#include "exporter/http_service.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	CONNECTIONS = 600,          /* at once; more wait in the listen queue */
	IDLE_SECONDS = 10,          /* a client that says nothing for so long is let go */
	REQUEST_BYTES = 16 * 1024,  /* of a request's head */
	GRACE_MS = 1000,
	PENDING = 128
};

struct http_exchange {
	struct http_service *service;
	struct MHD_Connection *connection;
	struct http_exchange *next;
	struct http_request request;
	bool handed;                 /* to the loop's thread */
	struct MHD_Response *response;
	unsigned status;
};

struct http_service {
	struct MHD_Daemon *daemon;
	int socket;
	http_fn *asked;
	void *owner;
	uv_async_t wake;
	uv_timer_t grace;
	unsigned handles;
	size_t unanswered;           /* of those that were asked */
	bool stopped;
	uv_mutex_t lock;             /* of what follows */
	bool closing;
	struct http_exchange *first, **last;
	size_t open;                 /* exchanges that have not ended */
};

/* ---- libmicrohttpd's thread ------------------------------------------------------------------ */

static char *without_nul(const char *bytes, size_t n)
{
	char *text = mem_zalloc(n + 1, 1);

	for (size_t i = 0; i < n; i++)
		text[i] = bytes[i] != '\0' ? bytes[i] : '\x01';
	return text;
}

static enum MHD_Result add_parameter(void *to, enum MHD_ValueKind kind, const char *name,
				     size_t name_size, const char *value, size_t value_size)
{
	struct http_request *q = to;

	(void)kind;
	if (q->parameter_count >= HTTP_PARAMETERS) {
		q->parameter_count = HTTP_PARAMETERS + 1;
		return MHD_NO;
	}
	q->parameters[q->parameter_count++] = (struct http_parameter){
		without_nul(name, name_size), without_nul(value != NULL ? value : "", value_size)
	};
	return MHD_YES;
}

static struct http_exchange *exchange_new(struct http_service *s, struct MHD_Connection *c,
					  const char *path, const char *method)
{
	struct http_exchange *x = mem_zalloc(1, sizeof *x);
	const char *timeout =
		MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-Prometheus-Scrape-Timeout-Seconds");

	x->service = s;
	x->connection = c;
	x->request.method = mem_strdup(method);
	x->request.path = mem_strdup(path);
	x->request.scrape_timeout = timeout != NULL ? mem_strdup(timeout) : NULL;
	MHD_get_connection_values_n(c, MHD_GET_ARGUMENT_KIND, add_parameter, &x->request);
	return x;
}

static void exchange_free(struct http_exchange *x)
{
	struct http_request *q = &x->request;

	for (size_t i = 0; i < q->parameter_count && i < HTTP_PARAMETERS; i++) {
		free(q->parameters[i].name);
		free(q->parameters[i].value);
	}
	free(q->method);
	free(q->path);
	free(q->scrape_timeout);
	if (x->response != NULL)
		MHD_destroy_response(x->response);
	free(x);
}

/* The loop cannot resume what it has not seen in the list. MHD_NO: the service is being closed, and so
 * is the connection. */
static enum MHD_Result hand_over(struct http_service *s, struct http_exchange *x)
{
	uv_mutex_lock(&s->lock);
	x->handed = !s->closing;
	if (x->handed) {
		MHD_suspend_connection(x->connection);
		*s->last = x;
		s->last = &x->next;
		s->open++;
	}
	uv_mutex_unlock(&s->lock);
	if (!x->handed)
		return MHD_NO;
	uv_async_send(&s->wake);
	return MHD_YES;
}

/* Called with the head of a request, with each piece of its body, with its end, and again once its
 * connection was resumed. A request that is answered before its end costs it the connection, which is
 * right where a body follows that nobody wants. */
static enum MHD_Result on_request(void *service, struct MHD_Connection *c, const char *path,
				  const char *method, const char *version, const char *body,
				  size_t *body_size, void **kept)
{
	struct http_exchange *x = *kept;

	(void)version;
	(void)body;
	if (x == NULL) {
		*kept = x = exchange_new(service, c, path, method);
		if (strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0)
			return MHD_YES;
	}
	if (x->response != NULL)
		return MHD_queue_response(c, x->status, x->response);
	if (*body_size > 0) {
		*body_size = 0;
		return MHD_YES;
	}
	return hand_over(service, x);
}

static void on_completed(void *service, struct MHD_Connection *c, void **kept,
			 enum MHD_RequestTerminationCode why)
{
	struct http_service *s = service;
	struct http_exchange *x = *kept;

	(void)c;
	(void)why;
	if (x == NULL)
		return;
	*kept = NULL;
	if (x->handed) {
		uv_mutex_lock(&s->lock);
		s->open--;
		uv_mutex_unlock(&s->lock);
		uv_async_send(&s->wake);
	}
	exchange_free(x);
}

/* ---- the loop's thread ----------------------------------------------------------------------- */

void http_answer(struct http_exchange *x, unsigned status, const char *content_type, struct buf *body)
{
	size_t n = body->len;

	x->response = MHD_create_response_from_buffer(n, buf_take(body), MHD_RESPMEM_MUST_FREE);
	x->status = status;
	MHD_add_response_header(x->response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
	MHD_add_response_header(x->response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(x->response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	x->service->unanswered--;
	MHD_resume_connection(x->connection); /* from here on it is not ours */
}

static struct http_exchange *next_exchange(struct http_service *s)
{
	struct http_exchange *x;

	uv_mutex_lock(&s->lock);
	x = s->first;
	if (x != NULL) {
		s->first = x->next;
		if (s->first == NULL)
			s->last = &s->first;
	}
	uv_mutex_unlock(&s->lock);
	return x;
}

static bool all_ended(struct http_service *s)
{
	bool ended;

	uv_mutex_lock(&s->lock);
	ended = s->closing && s->open == 0;
	uv_mutex_unlock(&s->lock);
	return ended;
}

static void on_closed(uv_handle_t *handle)
{
	struct http_service *s = handle->data;

	if (--s->handles > 0)
		return;
	uv_mutex_destroy(&s->lock);
	free(s);
}

static void close_handles(struct http_service *s)
{
	uv_close((uv_handle_t *)&s->wake, on_closed);
	uv_close((uv_handle_t *)&s->grace, on_closed);
}

static void stop(struct http_service *s)
{
	if (s->stopped)
		return;
	s->stopped = true;
	MHD_stop_daemon(s->daemon); /* waits for its thread: nothing wakes us after that */
	close(s->socket);
	close_handles(s);
}

static void on_wake(uv_async_t *wake)
{
	struct http_service *s = wake->data;
	struct http_exchange *x;

	while ((x = next_exchange(s)) != NULL) {
		s->unanswered++;
		s->asked(s->owner, x, &x->request);
	}
	if (all_ended(s))
		stop(s);
}

/* A suspended connection may not be there when libmicrohttpd is stopped. */
static void on_grace(uv_timer_t *timer)
{
	struct http_service *s = timer->data;

	on_wake(&s->wake);
	if (s->unanswered == 0)
		stop(s);
}

void http_service_close(struct http_service *s)
{
	uv_mutex_lock(&s->lock);
	s->closing = true;
	uv_mutex_unlock(&s->lock);
	s->socket = MHD_quiesce_daemon(s->daemon);
	uv_timer_start(&s->grace, on_grace, GRACE_MS, GRACE_MS);
	uv_async_send(&s->wake);
}

/* ---- listening ------------------------------------------------------------------------------- */

static socklen_t fill_address(struct sockaddr_storage *to, const char *address, unsigned port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof *to);
	if (address != NULL && inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		return sizeof *v4;
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons((uint16_t)port);
	if (address != NULL)
		inet_pton(AF_INET6, address, &v6->sin6_addr);
	return sizeof *v6;
}

static int listen_on(const char *address, unsigned port)
{
	struct sockaddr_storage at;
	socklen_t size = fill_address(&at, address, port);
	int fd = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), yes = 1, no = 0;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (at.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, address != NULL ? &yes : &no, sizeof no);
	if (bind(fd, (struct sockaddr *)&at, size) == 0 && listen(fd, PENDING) == 0)
		return fd;
	no = errno;
	close(fd);
	errno = no;
	return -1;
}

/* Every address is [::], which takes IPv4 too; where there is no IPv6, it is 0.0.0.0. */
static int open_socket(const struct listen_at *at, struct err *e)
{
	int fd = listen_on(at->address, at->port);

	if (fd < 0 && at->address == NULL && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL))
		fd = listen_on("0.0.0.0", at->port);
	if (fd < 0)
		err_set(e, "option --listen: port %u of %s cannot be listened at: %s; %s", at->port,
			at->address != NULL ? at->address : "this machine", strerror(errno),
			errno == EADDRINUSE ? "name another port, or stop what listens there" :
			errno == EACCES ? "name a port from 1024 on" : "name an address of this machine");
	return fd;
}

static bool start_daemon(struct http_service *s, struct err *e)
{
	s->daemon = MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
				     on_request, s, MHD_OPTION_LISTEN_SOCKET, s->socket,
				     MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
				     MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
				     MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
				     MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)REQUEST_BYTES,
				     MHD_OPTION_END);
	return s->daemon != NULL || err_set(e, "the HTTP server cannot be started: %s", strerror(errno));
}

struct http_service *http_service_new(uv_loop_t *loop, const struct listen_at *at, http_fn *asked,
				      void *owner, struct err *e)
{
	struct http_service *s = mem_zalloc(1, sizeof *s);

	s->asked = asked;
	s->owner = owner;
	s->last = &s->first;
	s->handles = 2;
	uv_mutex_init(&s->lock);
	uv_async_init(loop, &s->wake, on_wake);
	uv_timer_init(loop, &s->grace);
	s->wake.data = s->grace.data = s;
	s->socket = open_socket(at, e);
	if (s->socket >= 0 && start_daemon(s, e))
		return s;
	if (s->socket >= 0)
		close(s->socket);
	close_handles(s);
	return NULL;
}

void http_service_address(const struct http_service *s, struct buf *to)
{
	struct sockaddr_storage at;
	socklen_t size = sizeof at;
	char text[INET6_ADDRSTRLEN] = "";

	if (getsockname(s->socket, (struct sockaddr *)&at, &size) != 0)
		return;
	if (at.ss_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&at;

		inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
		buf_addf(to, "http://[%s]:%u", text, ntohs(v6->sin6_port));
	} else {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)&at;

		inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
		buf_addf(to, "http://%s:%u", text, ntohs(v4->sin_port));
	}
}

const char *http_service_library_version(void)
{
	return MHD_get_version();
}
