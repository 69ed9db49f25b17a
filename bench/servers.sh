#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# servers.sh DIR [nodelay|bulk]: real servers for the benchmarks, in the network namespace it is called
# in: an nginx mail proxy on every address (25 and 587 with STARTTLS, 465 with implicit TLS, TLS 1.3,
# a chain of two: CERTIFICATE=good, ECDSA P-256, or rsa, RSA-2048) and nsd for the domains of mx.test.
# Runs until it is ended by a signal, LIFETIME (600) seconds at most. Needs nginx with its mail module,
# nsd, openssl; nodelay: also cc.
#
# nginx leaves Nagle's algorithm on, as Postfix does; with nodelay its sockets get TCP_NODELAY, as
# Exim sets it. With bulk nsd is at 127.0.0.53 and has 200,000 domains of test: dNNNNN with a mail
# host each, mxNNNNN.mx, at an address of its own from 127.10.0.1 on, and sNNNNN, with 50 hosts between them.
set -eu
dir=${1:?usage: servers.sh DIR [nodelay|bulk]}
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin
mkdir -p "$dir"
cd "$dir"
dir=$PWD
certificate=${CERTIFICATE:-good}
# A connection is a descriptor, and the default is 1,024.
ulimit -n "$(ulimit -Hn)"
bash "$here/../tests/support/certs.sh" certs >/dev/null

modules=$(nginx -V 2>&1 | tr ' ' '\n' | sed -n 's/^--modules-path=//p')
cat >nginx.conf <<CONFIG
load_module ${modules:-/usr/lib/nginx/modules}/ngx_mail_module.so;
daemon off; pid $dir/nginx.pid; error_log $dir/nginx.log error; worker_processes 1;
events { worker_connections 16384; multi_accept on; }
mail {
  server_name mail.mx.test;
  auth_http 127.0.0.1:9/none;
  smtp_capabilities PIPELINING "SIZE 52428800" VRFY ETRN ENHANCEDSTATUSCODES 8BITMIME DSN SMTPUTF8 CHUNKING;
  ssl_certificate $dir/certs/$certificate.crt; ssl_certificate_key $dir/certs/$certificate.key;
  ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache off;
  server { listen 0.0.0.0:25 backlog=16384; protocol smtp; starttls on; smtp_auth none; }
  server { listen 0.0.0.0:587 backlog=16384; protocol smtp; starttls on; smtp_auth plain login; }
  server { listen 0.0.0.0:465 ssl backlog=16384; protocol smtp; smtp_auth plain login; }
}
CONFIG
zone=mx.test dns=127.100.0.53
cat >mx.test.zone <<'ZONE'
$ORIGIN mx.test.
$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 300
@ NS ns
ns A 127.100.0.53
example MX 10 mail
mail A 127.100.0.9
ZONE
if [ "${2:-}" = bulk ]; then
	zone=test dns=127.0.0.53
	awk 'BEGIN {
		print "$ORIGIN test.\n$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.53"
		for (i = 0; i < 50; i++)
			printf "s%02d.mx A 127.9.0.%d\n", i, i + 1
		for (i = 0; i < 100000; i++) {
			printf "d%05d MX 10 mx%05d.mx\nmx%05d.mx A 127.%d.%d.%d\n", i, i, i, \
				10 + int(i / 62500), int(i / 250) % 250, i % 250 + 1
			printf "s%05d MX 10 s%02d.mx\n", i, i % 50
		}
	}' >test.zone
fi
# Its rate limit would take one client that asks much for an attack.
cat >nsd.conf <<CONFIG
server:
  ip-address: $dns
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
  server-count: 1
  username: ""
  zonesdir: "$dir"
  logfile: "$dir/nsd.log"
  pidfile: "$dir/nsd.pid"
  database: ""
  xfrdfile: "$dir/xfrd.state"
  zonelistfile: "$dir/zone.list"
remote-control:
  control-enable: no
zone:
  name: $zone
  zonefile: $zone.zone
CONFIG

preload=
if [ "${2:-}" = nodelay ]; then
	cat >nodelay.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
int accept4(int fd, struct sockaddr *a, socklen_t *n, int flags)
{
	int (*real)(int, struct sockaddr *, socklen_t *, int) = dlsym(RTLD_NEXT, "accept4");
	int one = 1, s = real(fd, a, n, flags);

	if (s >= 0)
		setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return s;
}
C
	cc -O2 -shared -fPIC -o nodelay.so nodelay.c
	preload=$dir/nodelay.so
fi

pids=
# Until they have ended: who starts others next wants their ports.
trap 'kill $pids 2>/dev/null; wait' EXIT INT TERM
env ${preload:+LD_PRELOAD="$preload"} nginx -e "$dir/nginx.log" -c "$dir/nginx.conf" &
pids="$pids $!"
nsd -d -c "$dir/nsd.conf" &
pids="$pids $!"
sleep "${LIFETIME:-600}" &
pids="$pids $!"
wait -n
