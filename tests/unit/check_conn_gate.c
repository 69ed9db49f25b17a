/* SPDX-License-Identifier: MIT
 *
 * Who is let through the gate, when, and in which order. No connection is opened. */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "net/conn_gate.h"
#include "runner.h"

enum { PASSES = 40, PER_PROVIDER = 3 };

static uv_loop_t loop;
static struct conn_gate *gate;
static struct conn_groups *groups;
static struct gate_pass passes[PASSES];
static size_t let_in[PASSES * 2], let_in_count;

static void open_gate(unsigned open, unsigned per_address, unsigned per_second)
{
	ck_assert_int_eq(uv_loop_init(&loop), 0);
	groups = conn_groups_new((unsigned[]){ [GROUP_OF_PROVIDER] = PER_PROVIDER, [GROUP_OF_ADDRESS] = per_address },
				 true);
	gate = conn_gate_new(&loop, &(struct conn_limits){ open, per_second, .wait_for_ports = true }, groups);
	memset(passes, 0, sizeof passes);
	let_in_count = 0;
}

static void close_gate(void)
{
	for (size_t i = 0; i < PASSES; i++)
		conn_gate_leave(gate, &passes[i]);
	ck_assert(!conn_gate_crowded(gate));
	conn_gate_free(gate);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	conn_groups_free(groups);
}

static void on_let_in(struct gate_pass *p)
{
	let_in[let_in_count++] = (size_t)(p - passes);
}

static bool enter(size_t i, const char *address)
{
	return conn_gate_enter(gate, &passes[i], address, NULL, on_let_in);
}

static bool enter_host(size_t i, const char *address, const char *host)
{
	return conn_gate_enter(gate, &passes[i], address, host, on_let_in);
}

static void on_time(uv_timer_t *timer)
{
	uv_stop(timer->loop);
}

/* The gate does not hold the loop for who waits for a seat. */
static void run_for_ms(unsigned ms)
{
	uv_timer_t timer;

	uv_timer_init(&loop, &timer);
	uv_timer_start(&timer, on_time, ms, 0);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_close((uv_handle_t *)&timer, NULL);
	uv_run(&loop, UV_RUN_NOWAIT);
}

/* Runs the loop until that many were let in, for two seconds at most. */
static void run_until(size_t count)
{
	uint64_t end = uv_hrtime() + UINT64_C(2000000000);

	while (let_in_count < count && uv_hrtime() < end)
		run_for_ms(10);
	ck_assert_uint_ge(let_in_count, count);
}

START_TEST(as_many_as_fit_are_let_in_and_the_rest_in_their_order)
{
	open_gate(2, 0, 0);
	ck_assert(enter(0, "a") && enter(1, "b"));
	ck_assert(!conn_gate_crowded(gate));
	ck_assert(!enter(2, "c") && !enter(3, "d") && !enter(4, "e"));
	ck_assert(conn_gate_crowded(gate));
	conn_gate_leave(gate, &passes[3]); /* wants no more */
	conn_gate_leave(gate, &passes[0]);
	ck_assert_uint_eq(let_in_count, 1);
	ck_assert_uint_eq(let_in[0], 2);
	conn_gate_leave(gate, &passes[1]);
	ck_assert_uint_eq(let_in[1], 4);
	ck_assert(!conn_gate_crowded(gate));
	close_gate();
}
END_TEST

START_TEST(an_address_has_its_own_limit_and_holds_no_other_back)
{
	open_gate(100, 2, 0);
	ck_assert(enter(0, "a") && enter(1, "a"));
	ck_assert(!enter(2, "a") && !enter(3, "a"));
	ck_assert(enter(4, "b"));
	ck_assert_msg(!conn_gate_crowded(gate), "others may be begun");
	conn_gate_leave(gate, &passes[4]);
	run_for_ms(10);
	ck_assert_uint_eq(let_in_count, 0);
	conn_gate_leave(gate, &passes[1]);
	run_until(1);
	ck_assert_uint_eq(let_in[0], 2);
	conn_gate_leave(gate, &passes[0]);
	run_until(2);
	ck_assert_uint_eq(let_in[1], 3);
	close_gate();
}
END_TEST

START_TEST(one_that_waits_for_both_takes_its_address_place_with_it)
{
	open_gate(1, 1, 0);
	ck_assert(enter(0, "a"));
	ck_assert(!enter(1, "b") && !enter(2, "b") && !enter(3, "a"));
	conn_gate_leave(gate, &passes[1]); /* was ready; its place at b goes on to 2 */
	conn_gate_leave(gate, &passes[0]);
	run_until(1);
	conn_gate_leave(gate, &passes[let_in[0]]);
	run_until(2);
	ck_assert_uint_eq(let_in[0] + let_in[1], 2 + 3);
	close_gate();
}
END_TEST

START_TEST(hosts_of_a_provider_have_a_limit_together)
{
	open_gate(100, 2, 0);
	ck_assert(enter_host(0, "a", "mx1.mail.example.com") && enter_host(1, "b", "x.example.com"));
	ck_assert(enter_host(2, "c", "example.com") && enter_host(3, "d", "mx.example.net"));
	ck_assert(!enter_host(4, "e", "y.example.com"));
	ck_assert(enter(5, "e"));
	conn_gate_leave(gate, &passes[2]);
	run_until(1);
	ck_assert_uint_eq(let_in[0], 4);
	/* It has its provider's place now and waits for its address: who leaves then gives up both. */
	ck_assert(enter(6, "f") && enter(7, "f"));
	conn_gate_leave(gate, &passes[4]);
	ck_assert(!enter_host(8, "f", "z.example.com"));
	conn_gate_leave(gate, &passes[8]);
	ck_assert(enter_host(9, "g", "z.example.com"));
	close_gate();
}
END_TEST

START_TEST(who_leaves_before_he_is_told_of_his_seat_passes_it_on)
{
	open_gate(100, 1, 0);
	ck_assert(enter(0, "a") && !enter(1, "a") && !enter(2, "a"));
	conn_gate_leave(gate, &passes[0]); /* the seat is granted to 1 */
	conn_gate_leave(gate, &passes[1]);
	run_until(1);
	ck_assert_uint_eq(let_in[0], 2);
	close_gate();
}
END_TEST

START_TEST(after_a_421_the_address_is_left_alone_and_then_asked_one_by_one)
{
	uint64_t began = uv_hrtime();

	open_gate(100, 6, 0);
	ck_assert(enter(0, "a") && enter(1, "a") && enter(2, "a"));
	conn_gate_turned_away(&passes[0]);
	conn_gate_turned_away(&passes[1]); /* of the same moment: no further pause */
	for (size_t i = 0; i < 3; i++)
		conn_gate_leave(gate, &passes[i]);
	ck_assert(enter(3, "b"));
	ck_assert(!enter(4, "a") && !enter(5, "a"));
	run_for_ms(1500);
	ck_assert_uint_eq(let_in_count, 0);
	run_until(1);
	ck_assert_uint_ge(uv_hrtime() - began, UINT64_C(1900000000));
	run_for_ms(200);
	ck_assert_uint_eq(let_in_count, 1); /* of three at once, one is left */
	conn_gate_leave(gate, &passes[let_in[0]]);
	run_until(2);
	close_gate();
}
END_TEST

START_TEST(a_provider_is_the_last_two_labels)
{
	static const struct { const char *host, *provider; } hosts[] = {
		{ "a-b.mail.protection.outlook.com", "outlook.com" }, { "example.com", "example.com" },
		{ "localhost", NULL }, { "192.0.2.1", NULL }, { "2001:db8::1", NULL }, { "", NULL }, { "a..b", ".b" },
		{ "mx.a.example.co.uk", "example.co.uk" }, { "mx.example.com.br", "example.com.br" },
		{ "co.uk", "co.uk" }, { "mx.gmx.de", "gmx.de" }, { "mx.co.example", "co.example" },
	};

	for (size_t i = 0; i < COUNT(hosts); i++) {
		const char *p = conn_provider_of(hosts[i].host);

		ck_assert_msg((p == NULL) == (hosts[i].provider == NULL) &&
				      (p == NULL || strcmp(p, hosts[i].provider) == 0),
			      "%s: %s", hosts[i].host, p != NULL ? p : "none");
	}
}
END_TEST

START_TEST(a_rate_is_kept)
{
	uint64_t began = uv_hrtime();
	double seconds;

	open_gate(1000, 0, 100);
	for (size_t i = 0; i < PASSES; i++)
		if (enter(i, "a"))
			let_in[let_in_count++] = i;
	ck_assert_uint_lt(let_in_count, PASSES);
	run_until(PASSES);
	seconds = (double)(uv_hrtime() - began) / 1e9;
	/* A tenth of a second's may be open at once; 40 at 100 a second take at least 0.29 s. */
	ck_assert_msg(seconds > 0.25, "%f s", seconds);
	for (size_t i = 1; i < PASSES; i++)
		ck_assert_uint_lt(let_in[i - 1], let_in[i]);
	close_gate();
}
END_TEST

START_TEST(after_a_shortage_it_is_tried_again_before_all_others)
{
	open_gate(10, 0, 0);
	ck_assert(enter(0, "a") && enter(1, "b") && enter(2, "c"));
	ck_assert(conn_gate_shortage(gate, &passes[2], EMFILE));
	ck_assert(conn_gate_crowded(gate));
	ck_assert(!enter(3, "d"));
	run_until(2);
	ck_assert_uint_eq(let_in[0], 2);
	ck_assert_uint_eq(let_in[1], 3);
	close_gate();
}
END_TEST

START_TEST(a_shortage_that_lasts_is_told_in_the_end)
{
	open_gate(10, 0, 0);
	ck_assert(enter(0, "a"));
	passes[0].short_since_ns = uv_hrtime() - UINT64_C(1500000000);
	ck_assert(!conn_gate_shortage(gate, &passes[0], EMFILE));
	ck_assert(enter(1, "b"));
	passes[1].short_since_ns = uv_hrtime() - UINT64_C(1500000000);
	ck_assert(conn_gate_shortage(gate, &passes[1], EMFILE)); /* another is open, and may be closed */
	close_gate();
}
END_TEST

static unsigned tries;

static void on_short_again(struct gate_pass *p)
{
	tries++;
	ck_assert(conn_gate_shortage(gate, p, EMFILE));
}

START_TEST(a_shortage_with_nothing_else_open_is_not_tried_all_the_time)
{
	open_gate(10, 0, 0);
	tries = 0;
	ck_assert(conn_gate_enter(gate, &passes[0], "a", NULL, on_short_again));
	ck_assert(conn_gate_shortage(gate, &passes[0], EMFILE));
	run_for_ms(300);
	ck_assert_uint_ge(tries, 2);
	ck_assert_uint_le(tries, 10);
	close_gate();
}
END_TEST

START_TEST(ports_of_closed_connections_are_waited_for_though_nothing_is_open)
{
	open_gate(10, 0, 0);
	ck_assert(enter(0, "a"));
	passes[0].short_since_ns = uv_hrtime() - UINT64_C(50000000000);
	ck_assert(conn_gate_shortage(gate, &passes[0], EADDRNOTAVAIL));
	close_gate();
}
END_TEST

START_TEST(what_is_a_shortage_is_known_by_its_errno)
{
	static const int yes[] = { EMFILE, ENFILE, ENOBUFS, ENOMEM, EAGAIN };
	static const int no[] = { ECONNREFUSED, ETIMEDOUT, ENETUNREACH, EHOSTUNREACH, EACCES, EPERM, EINVAL,
				  EADDRNOTAVAIL };

	for (size_t i = 0; i < COUNT(yes); i++)
		ck_assert(conn_gate_is_shortage(yes[i]));
	for (size_t i = 0; i < COUNT(no); i++)
		ck_assert(!conn_gate_is_shortage(no[i]));
	ck_assert_uint_ge(conn_gate_room(1), 8);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("conn_gate");
	TCase *tc = tcase_create("gate");

	tcase_add_test(tc, as_many_as_fit_are_let_in_and_the_rest_in_their_order);
	tcase_add_test(tc, an_address_has_its_own_limit_and_holds_no_other_back);
	tcase_add_test(tc, one_that_waits_for_both_takes_its_address_place_with_it);
	tcase_add_test(tc, hosts_of_a_provider_have_a_limit_together);
	tcase_add_test(tc, who_leaves_before_he_is_told_of_his_seat_passes_it_on);
	tcase_add_test(tc, after_a_421_the_address_is_left_alone_and_then_asked_one_by_one);
	tcase_add_test(tc, a_provider_is_the_last_two_labels);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, a_rate_is_kept);
	tcase_add_test(tc, after_a_shortage_it_is_tried_again_before_all_others);
	tcase_add_test(tc, a_shortage_that_lasts_is_told_in_the_end);
	tcase_add_test(tc, a_shortage_with_nothing_else_open_is_not_tried_all_the_time);
	tcase_add_test(tc, ports_of_closed_connections_are_waited_for_though_nothing_is_open);
	tcase_add_test(tc, what_is_a_shortage_is_known_by_its_errno);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
