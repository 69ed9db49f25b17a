/* SPDX-License-Identifier: MIT */
#include "net/syn_watch.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/tcp_info.h"

/* No SYN is sent again in its first second (RFC 6298 2, TCP_TIMEOUT_INIT). */
enum { FIRST_MS = 800, SLICE_MS = 50 };

/* More sockets than that are a bulk run, which reading all their TCP_INFO in every slice would
 * slow down; their answers stay unknown. */
enum { WATCHED_MOST = 64 };

struct syn_watch {
	uv_timer_t timer;
	struct syn_watched *first;
	unsigned count;
	bool known; /* `failures` is valid */
	unsigned long failures;
};

/* ---- the counter -------------------------------------------------------------------------- */

static const char *next_word(const char *s)
{
	s += strcspn(s, " \n");
	return s + strspn(s, " ");
}

/* A line of names is followed by a line of numbers, both begun by "TcpExt:". */
bool syn_watch_parse(const char *netstat, unsigned long *failures)
{
	static const char name[] = "TCPRetransFail";
	const char *names = strstr(netstat, "TcpExt:");
	const char *numbers = names != NULL ? strstr(names + 1, "TcpExt:") : NULL;
	char *end;

	if (numbers == NULL)
		return false;
	while (strcspn(names, " \n") != strlen(name) || strncmp(names, name, strlen(name)) != 0) {
		if (strchr("\n", *names) != NULL || strchr("\n", *numbers) != NULL)
			return false;
		names = next_word(names);
		numbers = next_word(numbers);
	}
	*failures = strtoul(numbers, &end, 10);
	return end != numbers;
}

static bool read_failures(unsigned long *failures)
{
	char text[16384];
	size_t used = 0;
	ssize_t got;
	int fd = open("/proc/self/net/netstat", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	while (used < sizeof text - 1 && (got = read(fd, text + used, sizeof text - 1 - used)) > 0)
		used += (size_t)got;
	close(fd);
	text[used] = '\0';
	return syn_watch_parse(text, failures);
}

/* ---- slices of time ----------------------------------------------------------------------- */

/* What one socket did in a slice: its new retransmits, and whether the last was refused. */
struct slice {
	unsigned resent;
	bool refused;
};

static struct slice slice_of(struct syn_watched *s)
{
	struct tcp_info_syns syns;
	struct slice slice;

	tcp_info_syns_read(s->fd, &syns);
	slice.resent = syns.resent - s->resent;
	slice.refused = slice.resent > 0 && !syns.out;
	s->resent = syns.resent;
	return slice;
}

static void end_slice(struct syn_watch *w)
{
	struct slice slices[WATCHED_MOST];
	unsigned long before = w->failures, refused = 0;
	unsigned i = 0;
	bool known = w->known;

	w->known = read_failures(&w->failures);
	for (struct syn_watched *s = w->first; s != NULL; s = s->next, i++) {
		slices[i] = slice_of(s);
		refused += slices[i].refused ? slices[i].resent : 0;
	}
	i = 0;
	for (struct syn_watched *s = w->first; s != NULL; s = s->next, i++)
		if (!slices[i].refused)
			s->left += slices[i].resent;
		else if (known && w->known && w->failures - before >= refused)
			s->failed += slices[i].resent;
}

static void on_slice(uv_timer_t *timer)
{
	end_slice(timer->data);
}

/* ---- the interface ------------------------------------------------------------------------ */

struct syn_watch *syn_watch_new(uv_loop_t *loop)
{
	struct syn_watch *w = mem_zalloc(1, sizeof *w);

	uv_timer_init(loop, &w->timer);
	w->timer.data = w;
	return w;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void syn_watch_free(struct syn_watch *w)
{
	if (w != NULL)
		uv_close((uv_handle_t *)&w->timer, on_closed);
}

void syn_watch_add(struct syn_watch *w, struct syn_watched *s, int fd)
{
	memset(s, 0, sizeof *s);
	s->fd = -1;
	if (w->count >= WATCHED_MOST)
		return;
	if (w->count++ == 0) {
		w->known = false;
		uv_timer_start(&w->timer, on_slice, FIRST_MS, SLICE_MS);
	}
	s->fd = fd;
	s->next = w->first;
	w->first = s;
}

void syn_watch_remove(struct syn_watch *w, struct syn_watched *s)
{
	struct syn_watched **at = &w->first;

	while (*at != NULL && *at != s)
		at = &(*at)->next;
	if (*at == NULL)
		return;
	if (w->known)
		end_slice(w);
	*at = s->next;
	s->fd = -1;
	if (--w->count == 0)
		uv_timer_stop(&w->timer);
}

enum known syn_watch_local_drop(const struct syn_watched *s)
{
	if ((s->failed == 0) == (s->left == 0))
		return NOT_KNOWN;
	return s->failed > 0 ? KNOWN_YES : KNOWN_NO;
}
