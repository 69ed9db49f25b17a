/* SPDX-License-Identifier: MIT
 *
 * A resolver on a loop of its own and scripted servers (fake_dns) in threads of this process, on
 * 127.0.0.1 only; every result is kept. dns_world_end() runs the loop dry and closes it, so a
 * handle that is left open fails the test. */
#ifndef DNS_WORLD_H
#define DNS_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "fake_dns.h"
#include "net/resolver.h"

enum { DNS_WORLD_SERVERS = 3, DNS_WORLD_RESULTS = 512 };

#define MS ((int64_t)1000)

struct dns_world {
	uv_loop_t loop;
	struct resolver *resolver;
	struct fake_dns *server[DNS_WORLD_SERVERS];
	uv_thread_t thread[DNS_WORLD_SERVERS];
	int server_count;
	char list[128];                /* what resolver_new() is given */
	struct obs_query result[DNS_WORLD_RESULTS];
	int result_count;
	int ede;                       /* of the last answer */
	bool asking;                   /* inside of resolver_ask(), where no result may come */
	bool free_in_callback;
	const char *ask_in_callback;
};

struct dns_world *dns_world_new(void);
void dns_world_end(struct dns_world *w);

/* One more server for the list; or a port on which nobody listens. */
void dns_world_add_server(struct dns_world *w, const char *zone);
void dns_world_add_closed_port(struct dns_world *w);

/* Makes loop and resolver, once the list is complete. */
void dns_world_begin(struct dns_world *w, int64_t timeout_us);

void dns_world_ask(struct dns_world *w, const char *name, uint16_t type);
void dns_world_on_result(void *arg, struct obs_query *q, const struct dns_answer *answer);

#endif
