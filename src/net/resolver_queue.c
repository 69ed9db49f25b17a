/* SPDX-License-Identifier: MIT */
#include "net/resolver_queue.h"

void queue_init(struct queue *l)
{
	l->head = NULL;
	l->tail = &l->head;
	l->count = 0;
}

void queue_add(struct queue *l, struct question *q)
{
	q->next = NULL;
	*l->tail = q;
	l->tail = &q->next;
	l->count++;
}

struct question *queue_remove(struct queue *l, struct question **at)
{
	struct question *q = *at;

	*at = q->next;
	if (l->tail == &q->next)
		l->tail = at;
	l->count--;
	return q;
}

void queue_unlink(struct queue *l, const struct question *q)
{
	for (struct question **at = &l->head; *at != NULL; at = &(*at)->next)
		if (*at == q) {
			queue_remove(l, at);
			return;
		}
}

void queue_move(struct queue *to, struct queue *from, bool all, const void *arg)
{
	struct question **at = &from->head;

	while (*at != NULL) {
		if (all || (*at)->arg == arg)
			queue_add(to, queue_remove(from, at));
		else
			at = &(*at)->next;
	}
}
