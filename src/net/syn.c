/* SPDX-License-Identifier: MIT
 *
 * SO_ERROR is read before the error queue: reading the queue clears it, and a failed connect
 * would then look open. errno alone is not enough: EHOSTUNREACH has at least five causes and
 * ECONNREFUSED two, of which the ICMP message that the queue holds tells which. */
#include "net/syn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/errqueue.h>
#endif

#include "base/mem.h"
#include "net/tcp_info.h"

/* ---- errno as outcome --------------------------------------------------------------------- */

static const struct errno_row {
	int number;
	const char *name;
	enum outcome outcome;
} errno_rows[] = {
	{ECONNREFUSED, "ECONNREFUSED", OUT_REFUSED},
	{ETIMEDOUT, "ETIMEDOUT", OUT_TIMEOUT},
	{ECONNRESET, "ECONNRESET", OUT_RESET},
	{ENETUNREACH, "ENETUNREACH", OUT_UNREACHABLE},
	{EHOSTUNREACH, "EHOSTUNREACH", OUT_UNREACHABLE},
	{ENETDOWN, "ENETDOWN", OUT_UNREACHABLE},
	{EHOSTDOWN, "EHOSTDOWN", OUT_UNREACHABLE},
	{ENOPROTOOPT, "ENOPROTOOPT", OUT_UNREACHABLE},	   /* ICMP protocol unreachable */
	{EADDRNOTAVAIL, "EADDRNOTAVAIL", OUT_UNREACHABLE}, /* no address of the family, no port left */
	{EAFNOSUPPORT, "EAFNOSUPPORT", OUT_UNREACHABLE},   /* ipv6.disable=1 */
	{EINVAL, "EINVAL", OUT_UNREACHABLE},		   /* a blackhole route */
	{ENODEV, "ENODEV", OUT_UNREACHABLE},		   /* --from: no such interface */
	{EACCES, "EACCES", OUT_DENIED},
	{EPERM, "EPERM", OUT_DENIED},
	{EMFILE, "EMFILE", OUT_ERROR},
	{ENFILE, "ENFILE", OUT_ERROR},
	{ENOBUFS, "ENOBUFS", OUT_ERROR},
	{ENOMEM, "ENOMEM", OUT_ERROR},
};

static void set_error(struct obs_connect *to, int err)
{
	to->outcome = OUT_ERROR;
	free(to->error);
	to->error = NULL;
	for (size_t i = 0; i < COUNT(errno_rows); i++)
		if (errno_rows[i].number == err) {
			to->outcome = errno_rows[i].outcome;
			to->error = mem_strdup(errno_rows[i].name);
		}
	if (to->error == NULL)
		to->error = mem_printf("errno %d", err);
}

void syn_failed(int err, struct obs_connect *to)
{
	set_error(to, err);
}

/* ---- addresses ---------------------------------------------------------------------------- */

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage room;
};

static socklen_t make_address(union address *to, const char *address, unsigned port)
{
	memset(to, 0, sizeof *to);
	if (inet_pton(AF_INET, address, &to->v4.sin_addr) == 1) {
		to->v4.sin_family = AF_INET;
		to->v4.sin_port = htons((uint16_t)port);
		return sizeof to->v4;
	}
	if (inet_pton(AF_INET6, address, &to->v6.sin6_addr) == 1) {
		to->v6.sin6_family = AF_INET6;
		to->v6.sin6_port = htons((uint16_t)port);
		return sizeof to->v6;
	}
	return 0;
}

static char *address_text(const union address *a)
{
	char text[INET6_ADDRSTRLEN] = "";

	if (a->any.sa_family == AF_INET)
		inet_ntop(AF_INET, &a->v4.sin_addr, text, sizeof text);
	else if (a->any.sa_family == AF_INET6)
		inet_ntop(AF_INET6, &a->v6.sin6_addr, text, sizeof text);
	return *text != '\0' ? mem_strdup(text) : NULL;
}

char *syn_own_address(int fd)
{
	union address own;
	socklen_t size = sizeof own;

	if (fd < 0 || getsockname(fd, &own.any, &size) < 0)
		return NULL;
	if (own.any.sa_family == AF_INET && own.v4.sin_addr.s_addr == htonl(INADDR_ANY))
		return NULL;
	if (own.any.sa_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&own.v6.sin6_addr))
		return NULL;
	return address_text(&own);
}

/* ---- options ------------------------------------------------------------------------------ */

static bool set_number(int fd, int level, int name, unsigned value)
{
	int number = (int)value;

	return setsockopt(fd, level, name, &number, sizeof number) == 0;
}

static void ask_for_icmp(int fd, bool v6, unsigned on)
{
#ifdef __linux__
	set_number(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVERR : IP_RECVERR, on);
	set_number(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVHOPLIMIT : IP_RECVTTL, on);
#else
	(void)fd;
	(void)v6;
	(void)on;
#endif
}

static bool set_min_ttl(int fd, bool v6, unsigned ttl)
{
#if defined IP_MINTTL && defined IPV6_MINHOPCOUNT
	return set_number(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_MINHOPCOUNT : IP_MINTTL, ttl);
#else
	(void)fd;
	(void)v6;
	(void)ttl;
	return false;
#endif
}

/* Of a kernel that does not take a segment size the record shows its own. But what is told by TTLs
 * would be wrong without them. */
static int set_options(int fd, bool v6, const struct syn_options *o)
{
	ask_for_icmp(fd, v6, 1);
	/* RFC 9293 3.7.1: the MSS option of our SYN bounds what the peer sends. */
	if (o->most_segment > 0)
		set_number(fd, IPPROTO_TCP, TCP_MAXSEG, o->most_segment);
	if (o->ttl > 0 && !set_number(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
				      v6 ? IPV6_UNICAST_HOPS : IP_TTL, o->ttl))
		return ENOPROTOOPT;
	return o->min_ttl > 0 && !set_min_ttl(fd, v6, o->min_ttl) ? ENOPROTOOPT : 0;
}

/* Without IP_BIND_ADDRESS_NO_PORT, bind() would take a port of its own for each socket, and run
 * out of them sooner than connect() does. */
static int bind_from(int fd, const char *from)
{
	union address own;
	socklen_t size = make_address(&own, from, 0);

	if (size == 0) {
#ifdef SO_BINDTODEVICE
		return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, from, (socklen_t)strlen(from)) < 0
			       ? errno : 0;
#else
		return ENODEV;
#endif
	}
#ifdef IP_BIND_ADDRESS_NO_PORT
	set_number(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
#endif
	return bind(fd, &own.any, size) < 0 ? errno : 0;
}

bool syn_may_come_from(const char *from, struct err *e)
{
	int fd = socket(strchr(from, ':') != NULL ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
	int err = fd < 0 ? errno : bind_from(fd, from);

	if (fd >= 0)
		close(fd);
	if (err == EADDRNOTAVAIL || err == ENODEV)
		return err_set(e, "--from %s: this machine has no such address or interface (ip address "
				  "lists them)", from);
	if (err != 0)
		return err_set(e, "--from %s cannot be used: %s", from, strerror(err));
	return true;
}

static int connect_from(int fd, const union address *to, socklen_t size, const char *from)
{
	int err = from != NULL ? bind_from(fd, from) : 0;

	if (err == 0 && connect(fd, &to->any, size) < 0 && errno != EINPROGRESS)
		err = errno;
	return err;
}

static int open_socket(int family)
{
#if defined(SOCK_CLOEXEC) && defined(SOCK_NONBLOCK)
	return socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
#else
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd >= 0) {
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	}
	return fd;
#endif
}

int syn_open(int *fd, const char *address, unsigned port, const struct syn_options *options)
{
	union address to;
	socklen_t size = make_address(&to, address, port);
	int err;

	*fd = -1;
	if (size == 0)
		return EAFNOSUPPORT;
	*fd = open_socket(to.any.sa_family);
	if (*fd < 0)
		return errno;
	err = set_options(*fd, to.any.sa_family == AF_INET6, options);
	if (err == 0)
		err = connect_from(*fd, &to, size, options->from);
	if (err != 0) {
		close(*fd);
		*fd = -1;
	}
	return err;
}

/* Datagrams have ports of their own; connecting one sends nothing. */
bool syn_lacks_port(int err, const char *address, unsigned port)
{
	union address to;
	socklen_t size = make_address(&to, address, port);
	bool reachable;
	int fd;

	if (err != EADDRNOTAVAIL || size == 0)
		return false;
	fd = socket(to.any.sa_family, SOCK_DGRAM, 0);
	reachable = fd >= 0 && connect(fd, &to.any, size) == 0;
	if (fd >= 0)
		close(fd);
	return reachable;
}

/* ---- what came of it ---------------------------------------------------------------------- */

#ifdef __linux__
static void take_icmp(const struct cmsghdr *c, struct obs_icmp *to)
{
	const struct sock_extended_err *e = (const void *)CMSG_DATA(c);
	union address from;

	if (e->ee_origin != SO_EE_ORIGIN_ICMP && e->ee_origin != SO_EE_ORIGIN_ICMP6)
		return;
	memset(&from, 0, sizeof from);
	memcpy(&from, SO_EE_OFFENDER(e), e->ee_origin == SO_EE_ORIGIN_ICMP ? sizeof from.v4
									   : sizeof from.v6);
	free(to->from);
	to->from = address_text(&from);
	to->type = e->ee_type;
	to->code = e->ee_code;
}

/* The first ICMP error of the queue, ip(7), with its own TTL. */
static void read_icmp(int fd, struct obs_icmp *to)
{
	char quoted[128];
	union {
		char room[512];
		struct cmsghdr align;
	} control;
	struct iovec data = {quoted, sizeof quoted};
	struct msghdr m = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control,
			   .msg_controllen = sizeof control};
	int ttl = 0;

	if (recvmsg(fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c != NULL; c = CMSG_NXTHDR(&m, c)) {
		bool v4 = c->cmsg_level == IPPROTO_IP, v6 = c->cmsg_level == IPPROTO_IPV6;

		if ((v4 && c->cmsg_type == IP_RECVERR) || (v6 && c->cmsg_type == IPV6_RECVERR))
			take_icmp(c, to);
		else if ((v4 && c->cmsg_type == IP_TTL) || (v6 && c->cmsg_type == IPV6_HOPLIMIT))
			memcpy(&ttl, CMSG_DATA(c), sizeof ttl);
	}
	if (to->from != NULL)
		to->ttl = ttl > 0 && ttl < 256 ? (unsigned)ttl : 0;
}
#else
static void read_icmp(int fd, struct obs_icmp *to)
{
	(void)fd;
	(void)to;
}
#endif

static bool is_v6(int fd)
{
	union address own;
	socklen_t size = sizeof own;

	return getsockname(fd, &own.any, &size) == 0 && own.any.sa_family == AF_INET6;
}

/* An ICMP error is the path's word, whatever errno it arrives as: port unreachable looks like a
 * RST (ECONNREFUSED), and IPv6's "administratively prohibited" like a rule of this host (EACCES). */
static void settle_outcome(struct obs_connect *to)
{
	if (to->icmp.from != NULL || to->outcome == OUT_DENIED)
		to->outcome = OUT_UNREACHABLE;
}

/* The loop runs its timers before it looks at sockets, so that after a stall a deadline can come
 * first, although the answer is there. */
static bool is_connected(int fd)
{
	union address peer;
	socklen_t size = sizeof peer;

	return getpeername(fd, &peer.any, &size) == 0;
}

bool syn_result(int fd, struct obs_connect *to, bool silent)
{
	struct obs_tcp info;
	socklen_t size = sizeof(int);
	int err = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &size) < 0)
		err = errno;
	free(to->source);
	to->source = syn_own_address(fd);
	tcp_info_read(fd, &info);
	to->syn_retransmits = info.retransmits;
	to->segments_in = info.segments_in;
	if (err != 0) {
		read_icmp(fd, &to->icmp);
		set_error(to, err);
		settle_outcome(to);
		return false;
	}
	silent = silent && !is_connected(fd);
	to->outcome = silent ? OUT_TIMEOUT : OUT_OK;
	if (!silent)
		ask_for_icmp(fd, is_v6(fd), 0);
	return !silent;
}
