/* SPDX-License-Identifier: MIT
 *
 * How many connections are open to one address, and to the mail hosts of one provider, of all threads. A
 * group has so many seats; who finds none waits in its queue. After a 421 the group has fewer, and
 * none at all for a while (RFC 5321 3.8: the service closes the channel; too many connections are why,
 * more often than not). */
#ifndef NET_CONN_GROUPS_H
#define NET_CONN_GROUPS_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

enum conn_group_kind { GROUP_OF_PROVIDER, GROUP_OF_ADDRESS, CONN_GROUP_KINDS };

struct conn_groups;
struct conn_group;

/* A place in a group, or in its queue; lives in its owner, who zeroes all but `owner`. */
struct group_seat {
	void *owner;
	struct group_seat *next, *before;
	struct conn_group *group;
	struct groups_door *door;
	enum { SEAT_NONE, SEAT_WAITS, SEAT_GRANTED, SEAT_TAKEN } state;
};

/* One event loop's door, through which it is told of seats. */
struct groups_door {
	struct conn_groups *groups;
	uv_async_t wake;
	struct group_seat *granted, *last;
	void (*on_seat)(struct group_seat *s);
};

/* most: seats of a group of each kind; 0: no limit. back_off: whether a 421 changes anything. */
struct conn_groups *conn_groups_new(const unsigned most[CONN_GROUP_KINDS], bool back_off);

/* When all doors are closed. */
void conn_groups_free(struct conn_groups *g);

/* on_seat: called from the loop, for one that waited and has its seat now. */
void groups_door_open(struct groups_door *d, struct conn_groups *g, uv_loop_t *loop,
		      void (*on_seat)(struct group_seat *s));
void groups_door_close(struct groups_door *d, uv_close_cb closed);

/* True: the seat is taken. False: it waits. */
bool group_seat_take(struct groups_door *d, struct group_seat *s, enum conn_group_kind kind, const char *key);

/* It is given up, whether it was taken or waited. Harmless where it has been. */
void group_seat_leave(struct group_seat *s);

/* The server said 421 to whoever has this seat. */
void group_seat_turned_away(struct group_seat *s);

/* To be called now and then while anybody waits: pauses end by it. */
void conn_groups_tick(struct conn_groups *g);

/* Whose host that is, as far as a name tells: its last two labels, within it, as in "outlook.com", or three, as
 * in "example.co.uk"; NULL for an address, or a name of one label. */
const char *conn_provider_of(const char *host);

#endif
