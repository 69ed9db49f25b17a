/* SPDX-License-Identifier: MIT
 *
 * The inside of the resolver: a question on its way from one queue to the next. No one else includes it. */
#ifndef NET_RESOLVER_QUEUE_H
#define NET_RESOLVER_QUEUE_H

#include "net/resolver.h"

struct question {
	struct question *next;
	struct resolver *r;
	char *name;            /* as asked; then the last alias that had to be asked for */
	char *asked;
	uint16_t type;
	resolver_fn *fn;
	void *arg;
	int64_t started_us, ended_us, next_server_us;
	int64_t deadline_us;   /* of this time that the servers are asked */
	unsigned again;        /* times that they were asked before */
	size_t first, tried;   /* servers: the first one's index, how many were asked */
	struct attempt *attempts;
	struct strlist cname;  /* of the answers that led to further questions */
	bool insecure;         /* one of those was without AD */
	bool lost;             /* a datagram went unanswered */
	bool answered;
	enum dns_rcode rcode;  /* the best result so far; DNS_NOT_ASKED: none */
	struct dns_answer answer;
};

struct queue {
	struct question *head, **tail;
	size_t count;
};

void queue_init(struct queue *l);
void queue_add(struct queue *l, struct question *q);
struct question *queue_remove(struct queue *l, struct question **at);
void queue_unlink(struct queue *l, const struct question *q);

/* Moves all questions, or those of that arg. */
void queue_move(struct queue *to, struct queue *from, bool all, const void *arg);

#endif
