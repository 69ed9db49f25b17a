#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh [start|one|trips|blocked|explain ...]: what one run of smtpprobe costs, against real servers, in
# network namespaces of its own; beside it posttls-finger, where that is installed, so that the
# figures can be read as ratios of one run. Medians of RUNS (21). Needs root, iproute2, nginx with
# its mail module, nsd, openssl, cc.
#
#   start    --version: start-up alone
#   one      one target on loopback, port 25 and three ports, chain verified against a small CA
#            file and against the system's whole store
#   trips    a link with 100 ms round-trip time: how many round trips until the report is printed
#   blocked  a host whose port 25 is silent: when does the run end?
#   explain  one error text, and a mail log of 100 MB: neither network nor root is used
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/.." && pwd)
smtpprobe=${SMTPPROBE:-$top/smtpprobe}
runs=${RUNS:-21}
work=$(mktemp -d)
export PATH=$PATH:/usr/sbin:/sbin
client=spbench$$c server=spbench$$s
pids=

# Every server here ends by itself when its signal comes; the namespaces go last.
finish() {
	for pid in $pids; do kill "$pid" 2>/dev/null || true; done
	wait
	ip netns del $client 2>/dev/null || true
	ip netns del $server 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT

cc -O2 -D_GNU_SOURCE -o "$work/times" "$here/times.c"
cc -O2 -D_GNU_SOURCE -o "$work/delay" "$here/delay.c"
cc -O2 -D_GNU_SOURCE -o "$work/blocked_port" "$top/tests/support/blocked_port.c"

wait_for() { # namespace address port
	for _ in $(seq 100); do
		ip netns exec "$1" bash -c "exec 3<>/dev/tcp/$2/$3" 2>/dev/null && return
		sleep 0.1
	done
	echo "run.sh: nothing listens at $2 port $3" >&2
	exit 1
}

# One namespace with the servers on its loopback.
near() {
	ip netns add $server
	ip -n $server link set lo up
	ip netns exec $server bash "$here/servers.sh" "$work/servers" &
	pids="$pids $!"
	wait_for $server 127.100.0.9 465
}

# Two namespaces, 50 ms apart, of 127.99.0.1 and 127.100.0.0/16: every address stays in 127.0.0.0/8.
far() { # [nodelay]
	local ns
	for ns in $client $server; do
		ip netns add "$ns"
		ip -n "$ns" link set lo up
		ip -n "$ns" addr del 127.0.0.1/8 dev lo
		ip -n "$ns" addr add 127.0.0.1/32 dev lo
		ip netns exec "$ns" sysctl -qw net.ipv4.conf.all.route_localnet=1 \
			net.ipv4.conf.default.route_localnet=1 net.ipv4.conf.all.rp_filter=0 \
			net.ipv4.conf.default.rp_filter=0
	done
	"$work/delay" 50 $client $server >"$work/delay.out" &
	pids="$pids $!"
	for _ in $(seq 50); do grep -q ready "$work/delay.out" && break; sleep 0.1; done
	ip -n $client addr add 127.99.0.1/32 dev slow0
	ip -n $client link set slow0 up
	ip -n $server addr add 127.100.0.1/32 dev slow0
	ip -n $server link set slow0 up
	for ns in $client $server; do
		ip netns exec "$ns" sysctl -qw net.ipv4.conf.slow0.route_localnet=1 net.ipv4.conf.slow0.rp_filter=0
	done
	ip -n $client route add 127.100.0.0/16 dev slow0 src 127.99.0.1
	ip -n $server route add 127.99.0.1/32 dev slow0 src 127.100.0.1
	ip -n $server route add local 127.100.0.0/16 dev lo
	ip netns exec $server bash "$here/servers.sh" "$work/servers" "$@" &
	pids="$pids $!"
	wait_for $client 127.100.0.9 465
}

away() {
	for pid in $pids; do kill "$pid" 2>/dev/null || true; done
	for pid in $pids; do wait "$pid" 2>/dev/null || true; done
	pids=
	ip netns del $client 2>/dev/null || true
	ip netns del $server 2>/dev/null || true
}

head_line() { printf '%-58s %8s %8s %8s %9s\n' "$1" 'wall ms' 'CPU ms' 'MiB' "${2:-}"; }

row() { # namespace title command...
	local ns=$1 title=$2 figures
	shift 2
	if [ "$ns" = - ]; then
		figures=$("$work/times" "$runs" "$@")
	else
		figures=$(ip netns exec "$ns" "$work/times" "$runs" "$@")
	fi
	# shellcheck disable=SC2086 # the figures are words
	set -- $figures
	local last=
	[ -z "${TRIP_MS:-}" ] || last=$(awk "BEGIN { printf \"%.2f\", $1 / $TRIP_MS }")
	printf '%-58s %8s %8s %8s %9s\n' "$title" "$1" "$2" "$3" "$last"
}

bench_start() {
	head_line 'start-up'
	row - 'smtpprobe --version' "$smtpprobe" --version
}

bench_one() {
	near
	local ca=$work/servers/certs/ca.crt
	head_line "one target on loopback, medians of $runs"
	row $server 'smtpprobe, 25, system store' "$smtpprobe" 127.100.0.9:25
	row $server 'smtpprobe, 25 465 587, system store' "$smtpprobe" 127.100.0.9
	row $server 'smtpprobe, 25, CA file' "$smtpprobe" --ca-file "$ca" 127.100.0.9:25
	row $server 'smtpprobe, 25 465 587, CA file' "$smtpprobe" --ca-file "$ca" 127.100.0.9
	if command -v posttls-finger >/dev/null; then
		row $server 'posttls-finger, 25, CA file' posttls-finger -c -F "$ca" -l secure '[127.100.0.9]:25'
	fi
	away
}

bench_trips() {
	local TRIP_MS=100 kind ca saved=$runs
	runs=7
	for kind in '' nodelay; do
		# shellcheck disable=SC2086 # none or one word
		far $kind
		ca=$work/servers/certs/ca.crt
		head_line "100 ms round trips${kind:+, server with TCP_NODELAY}" 'trips'
		row $client 'smtpprobe, an address, three ports' "$smtpprobe" --ca-file "$ca" 127.100.0.9
		row $client 'smtpprobe, a domain, three ports' "$smtpprobe" --ca-file "$ca" \
			--resolver 127.100.0.53 example.mx.test
		if command -v posttls-finger >/dev/null; then
			row $client 'posttls-finger, an address, 25' posttls-finger -c -F "$ca" '[127.100.0.9]:25'
		fi
		away
	done
	runs=$saved
}

bench_blocked() {
	local saved=$runs
	near
	ip netns exec $server "$work/blocked_port" 127.100.1.1 2525 >/dev/null &
	pids="$pids $!"
	sleep 0.3
	runs=3
	head_line 'a port that is silent, beside one that answers'
	row $server 'smtpprobe, default connect time-out' "$smtpprobe" --port 2525,587 127.100.1.1
	runs=$saved
	away
}

# A mail server's log: of a hundred lines five are errors.
make_log() { # bytes
	awk -v bytes="$1" 'BEGIN {
		good[0] = "postfix/smtpd[77]: connect from client[192.0.2.9]"
		good[1] = "postfix/smtp[78]: 4Xy: to=<u@example.com>, relay=mx.example.com[192.0.2.1]:25, delay=0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9F2)"
		good[2] = "postfix/qmgr[9]: 4Xy: from=<a@example.org>, size=5351, nrcpt=1 (queue active)"
		good[3] = "dovecot: imap-login: Login: user=<u>, method=PLAIN, rip=192.0.2.5, mpid=535, TLS"
		bad[0] = "postfix/smtp[5]: 4XyZ: status=bounced (host mx said: 530 5.7.0 Must issue a STARTTLS command first (in reply to MAIL FROM command))"
		bad[1] = "postfix/smtp[1]: connect to mx.example.net[192.0.2.33]:25: Connection timed out"
		bad[2] = "postfix/smtp[5]: warning: SASL authentication failed: 535-5.7.8 Username and Password not accepted"
		for (i = 0; n < bytes; i++) {
			line = sprintf("Nov 23 10:%02d:%02d mx %s", i / 60 % 60, i % 60, i % 20 ? good[i % 4] : bad[i % 3])
			print line
			n += length(line) + 1
		}
	}'
}

bench_explain() {
	local saved=$runs
	head_line 'an error text'
	row - 'smtpprobe --explain TEXT' "$smtpprobe" --explain '535 5.7.8 Error: authentication failed'
	make_log 100000000 >"$work/log"
	printf '#!/bin/sh\nexec "%s" --explain - <"%s"\n' "$smtpprobe" "$work/log" >"$work/explain_log"
	chmod +x "$work/explain_log"
	runs=3
	head_line 'a log of 100 MB on standard input'
	row - 'smtpprobe --explain -' "$work/explain_log"
	runs=$saved
}

if [ $# -eq 0 ]; then
	set -- start one trips blocked explain
fi
for what; do
	"bench_$what"
	echo
done
