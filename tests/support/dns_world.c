/* SPDX-License-Identifier: MIT */
#include "dns_world.h"

#include <arpa/inet.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LIFETIME_S = 30 };

static void serve(void *server)
{
	fake_dns_run(server, LIFETIME_S);
}

static void add_to_list(struct dns_world *w, unsigned port)
{
	size_t len = strlen(w->list);

	snprintf(w->list + len, sizeof w->list - len, "%s127.0.0.1:%u", len != 0 ? "," : "", port);
}

void dns_world_add_server(struct dns_world *w, const char *zone)
{
	char why[200];
	int i = w->server_count++;

	w->server[i] = fake_dns_open("127.0.0.1", 0, zone, why, sizeof why);
	ck_assert_msg(w->server[i] != NULL, "%s", why);
	ck_assert_int_eq(uv_thread_create(&w->thread[i], serve, w->server[i]), 0);
	add_to_list(w, fake_dns_port(w->server[i]));
}

/* A port on which nobody listens: one that has just been given back. */
void dns_world_add_closed_port(struct dns_world *w)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	close(fd);
	add_to_list(w, ntohs(at.sin_port));
}

void dns_world_begin(struct dns_world *w, int64_t timeout_us)
{
	struct err e = { "" };

	ck_assert_int_eq(uv_loop_init(&w->loop), 0);
	w->resolver = resolver_new(&w->loop, w->list, timeout_us, &e);
	ck_assert_msg(w->resolver != NULL, "%s", e.msg);
}

void dns_world_end(struct dns_world *w)
{
	if (w->resolver != NULL)
		resolver_free(w->resolver);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_msg(uv_loop_close(&w->loop) == 0, "a handle is still open");
	for (int i = 0; i < w->server_count; i++) {
		fake_dns_stop(w->server[i]);
		uv_thread_join(&w->thread[i]);
		fake_dns_close(w->server[i]);
	}
	for (int i = 0; i < w->result_count; i++) {
		free(w->result[i].name);
		free(w->result[i].type);
		strlist_clear(&w->result[i].cname);
		strlist_clear(&w->result[i].answers);
	}
	free(w);
}

void dns_world_on_result(void *arg, struct obs_query *q, const struct dns_answer *answer)
{
	struct dns_world *w = arg;
	const char *next = w->ask_in_callback;

	ck_assert_msg(!w->asking, "called from within resolver_ask()");
	ck_assert_int_lt(w->result_count, DNS_WORLD_RESULTS);
	w->result[w->result_count++] = *q;
	w->ede = answer->ede;
	w->ask_in_callback = NULL;
	if (next != NULL)
		resolver_ask(w->resolver, next, DNS_TYPE_A, dns_world_on_result, w);
	if (w->free_in_callback && w->resolver != NULL) {
		struct resolver *r = w->resolver;

		w->resolver = NULL;
		resolver_free(r);
	}
}

void dns_world_ask(struct dns_world *w, const char *name, uint16_t type)
{
	w->asking = true;
	resolver_ask(w->resolver, name, type, dns_world_on_result, w);
	w->asking = false;
}

struct dns_world *dns_world_new(void)
{
	struct dns_world *w = calloc(1, sizeof *w);

	ck_assert_ptr_nonnull(w);
	return w;
}
