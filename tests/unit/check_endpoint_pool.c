/* SPDX-License-Identifier: MIT
 *
 * Who probes an endpoint, who waits, who gets a copy, and for how long it is good; from one event loop and
 * from several. Nothing is connected to. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "obs_build.h"
#include "probe/endpoint_pool.h"
#include "runner.h"

enum { ASKERS = 8 };

struct asker {
	struct pool_share share; /* first: on_settled() takes its address for ours */
	unsigned settled;
	struct obs_endpoint got;
};

static uv_loop_t loop;
static struct endpoint_pool *pool;
static struct pool_door *door;
static struct asker askers[ASKERS];
static struct observation seen;

static void open_pool(int64_t good_for_us, size_t most)
{
	ck_assert_int_eq(uv_loop_init(&loop), 0);
	pool = endpoint_pool_new(good_for_us, most);
	door = pool_door_new(pool, &loop);
	memset(askers, 0, sizeof askers);
	memset(&seen, 0, sizeof seen);
	build_endpoint(&seen, "mx.test", "127.0.0.1", 25);
}

static void close_pool(void)
{
	for (size_t i = 0; i < ASKERS; i++) {
		endpoint_pool_give_up(door, &askers[i].share);
		obs_endpoint_clear(&askers[i].got);
	}
	pool_door_free(door);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	endpoint_pool_free(pool);
	observation_clear(&seen);
}

static void on_settled(struct pool_share *s)
{
	((struct asker *)s)->settled++;
}

static enum pool_answer ask(size_t i, const char *host)
{
	obs_endpoint_clear(&askers[i].got);
	memset(&askers[i].got, 0, sizeof askers[i].got);
	return endpoint_pool_ask(door, &askers[i].share, host, "127.0.0.1", 25, &askers[i].got, on_settled);
}

static void on_time(uv_timer_t *timer)
{
	uv_stop(timer->loop);
}

/* A door does not hold the loop. */
static void run_loop_for_ms(uv_loop_t *l, unsigned ms)
{
	uv_timer_t timer;

	uv_timer_init(l, &timer);
	uv_timer_start(&timer, on_time, ms, 0);
	uv_run(l, UV_RUN_DEFAULT);
	uv_close((uv_handle_t *)&timer, NULL);
	uv_run(l, UV_RUN_NOWAIT);
}

static void run_for_ms(unsigned ms)
{
	run_loop_for_ms(&loop, ms);
}

START_TEST(one_probes_and_the_others_get_what_was_seen)
{
	open_pool(INT64_C(60000000), 10);
	ck_assert_int_eq(ask(0, "mx.test"), POOL_YOURS);
	ck_assert_int_eq(ask(1, "mx.test"), POOL_WAIT);
	ck_assert_int_eq(ask(2, "mx.test"), POOL_WAIT);
	ck_assert_int_eq(ask(3, "other.test"), POOL_YOURS);
	endpoint_pool_tell(door, &askers[0].share, seen.endpoints);
	ck_assert_msg(askers[1].settled == 0, "never from within");
	run_for_ms(5);
	ck_assert_uint_eq(askers[1].settled + askers[2].settled, 2);
	ck_assert_int_eq(ask(1, "mx.test"), POOL_KNOWN);
	ck_assert_int_eq(ask(4, "mx.test"), POOL_KNOWN);
	ck_assert_str_eq(askers[4].got.host, "mx.test");
	ck_assert_int_gt(askers[4].got.seen_at, 0);
	ck_assert_int_eq(seen.endpoints->seen_at, 0);
	close_pool();
}
END_TEST

START_TEST(what_was_seen_is_good_for_a_time)
{
	open_pool(80000, 10);
	ck_assert_int_eq(ask(0, "mx.test"), POOL_YOURS);
	endpoint_pool_tell(door, &askers[0].share, seen.endpoints);
	ck_assert_int_eq(ask(1, "mx.test"), POOL_KNOWN);
	run_for_ms(90);
	ck_assert_int_eq(ask(2, "mx.test"), POOL_YOURS);
	ck_assert_int_eq(ask(3, "mx.test"), POOL_WAIT);
	close_pool();
}
END_TEST

/* A minute later: by the clock, which nobody waits for. */
START_TEST(what_failed_in_this_host_is_good_for_those_who_wait_and_not_for_long)
{
	static const struct { enum outcome outcome; bool icmp, kept; } rows[] = {
		{ OUT_OK, false, true }, { OUT_TIMEOUT, false, true }, { OUT_REFUSED, false, true },
		{ OUT_UNREACHABLE, true, true }, { OUT_UNREACHABLE, false, false }, { OUT_DENIED, false, false },
		{ OUT_ERROR, false, false },
	};
	struct obs_connect *c;

	open_pool(INT64_C(3600000000), 10);
	c = &seen.endpoints->connect;
	c->outcome = rows[_i].outcome;
	if (rows[_i].icmp)
		build_set(&c->icmp.from, "127.0.0.9");
	ck_assert_int_eq(endpoint_pool_good_for_us(pool, c) == INT64_C(3600000000), rows[_i].kept);
	ck_assert_int_ge(endpoint_pool_good_for_us(pool, c), 1000000);
	close_pool();
}
END_TEST

START_TEST(who_gives_up_leaves_it_to_the_next)
{
	open_pool(INT64_C(60000000), 10);
	ck_assert_int_eq(ask(0, "mx.test"), POOL_YOURS);
	ck_assert_int_eq(ask(1, "mx.test"), POOL_WAIT);
	ck_assert_int_eq(ask(2, "mx.test"), POOL_WAIT);
	endpoint_pool_give_up(door, &askers[2].share); /* waits no more */
	endpoint_pool_give_up(door, &askers[0].share);
	run_for_ms(5);
	ck_assert_uint_eq(askers[1].settled, 1);
	ck_assert_uint_eq(askers[2].settled, 0);
	ck_assert_int_eq(ask(1, "mx.test"), POOL_YOURS);
	close_pool();
}
END_TEST

START_TEST(the_one_not_used_for_longest_gives_way)
{
	open_pool(INT64_C(60000000), 2);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(ask(i, i == 0 ? "a.test" : "b.test"), POOL_YOURS);
		endpoint_pool_tell(door, &askers[i].share, seen.endpoints);
	}
	ck_assert_int_eq(ask(2, "a.test"), POOL_KNOWN);
	ck_assert_int_eq(ask(3, "c.test"), POOL_YOURS);
	endpoint_pool_tell(door, &askers[3].share, seen.endpoints);
	ck_assert_int_eq(ask(4, "a.test"), POOL_KNOWN);
	ck_assert_int_eq(ask(5, "b.test"), POOL_YOURS);
	close_pool();
}
END_TEST

/* ---- several threads ---------------------------------------------------------------------------- */

enum { THREADS = 4, ROUNDS = 3000, HOSTS = 16 };

struct worker {
	struct asker asker;
	uv_loop_t loop;
	struct pool_door *door;
	uv_thread_t thread;
	unsigned round;
};

static struct worker workers[THREADS];
static atomic_uint probing[HOSTS], probed[HOSTS], copies;

static void probe(struct worker *w, unsigned host)
{
	ck_assert_msg(atomic_fetch_add(&probing[host], 1) == 0, "two probe it at once");
	atomic_fetch_add(&probed[host], 1);
	uv_sleep(1);
	atomic_fetch_sub(&probing[host], 1);
	endpoint_pool_tell(w->door, &w->asker.share, seen.endpoints);
}

static void work(void *arg)
{
	struct worker *w = arg;
	char name[32];

	while (w->round < ROUNDS) {
		unsigned host = w->round % HOSTS, settled = w->asker.settled;

		snprintf(name, sizeof name, "h%u.test", host);
		switch (endpoint_pool_ask(w->door, &w->asker.share, name, "127.0.0.1", 25, &w->asker.got, on_settled)) {
		case POOL_YOURS:
			probe(w, host);
			w->round++;
			break;
		case POOL_KNOWN:
			obs_endpoint_clear(&w->asker.got);
			memset(&w->asker.got, 0, sizeof w->asker.got);
			atomic_fetch_add(&copies, 1);
			w->round++;
			break;
		case POOL_WAIT:
			while (w->asker.settled == settled)
				run_loop_for_ms(&w->loop, 1);
			break;
		}
	}
}

START_TEST(threads_probe_each_endpoint_once)
{
	unsigned total = 0;

	open_pool(INT64_C(60000000), 100);
	memset(workers, 0, sizeof workers);
	for (size_t i = 0; i < THREADS; i++) {
		ck_assert_int_eq(uv_loop_init(&workers[i].loop), 0);
		workers[i].door = pool_door_new(pool, &workers[i].loop);
		ck_assert_int_eq(uv_thread_create(&workers[i].thread, work, &workers[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		uv_thread_join(&workers[i].thread);
		pool_door_free(workers[i].door);
		uv_run(&workers[i].loop, UV_RUN_DEFAULT);
		ck_assert_int_eq(uv_loop_close(&workers[i].loop), 0);
	}
	for (size_t i = 0; i < HOSTS; i++) {
		ck_assert_uint_eq(probed[i], 1);
		total += probed[i];
	}
	ck_assert_uint_eq(total + copies, THREADS * ROUNDS);
	close_pool();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("endpoint_pool");
	TCase *tc = tcase_create("pool");

	tcase_add_test(tc, one_probes_and_the_others_get_what_was_seen);
	tcase_add_test(tc, what_was_seen_is_good_for_a_time);
	tcase_add_loop_test(tc, what_failed_in_this_host_is_good_for_those_who_wait_and_not_for_long, 0, 7);
	tcase_add_test(tc, who_gives_up_leaves_it_to_the_next);
	tcase_add_test(tc, the_one_not_used_for_longest_gives_way);
	tcase_add_test(tc, threads_probe_each_endpoint_once);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
