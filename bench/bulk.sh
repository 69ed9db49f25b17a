#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# bulk.sh [addresses|flight|domains|shared|resolver|blocked|loss|jobs ...]: what a list costs a target, against real
# servers, in a network namespace of its own: nginx and nsd on processor 0, the client on processor 1.
# Medians of RUNS (5) whole processes; those that are compared take turns, so that the drift of a shared
# machine is in both. "floor" is floor.c: the same dialogue and a bare handshake with GnuTLS.
# Needs root, two processors, iproute2, nftables, nginx with its mail module, nsd, openssl, cc, GnuTLS.
#
#   addresses  N (2000) addresses at ports 25 and 465, ECDSA P-256 and RSA-2048
#   flight     10, 100, 1000 and 10000 under way (of at least as many)
#   domains    N domains with a mail host each, port 25: MX, A and AAAA are asked for too
#   shared     N domains with 50 mail hosts between them
#   resolver   the same through a resolver that takes 20 ms and drops what is beyond 200 at a time
#   blocked    N (1000) hosts whose port 25 is silent, and N that are silent altogether
#   loss       N (10000) healthy hosts, where one packet in twenty is lost each way
#   jobs       --jobs 1, --jobs 2 and two processes, with both processors to choose from
#
# Every run is looked into: one record of each target, and each as it must be. What is not is said on
# standard error, and the exit status is 1.
#
# shellcheck disable=SC2016,SC2059  # '$1' is of awk; the format of a row is one variable
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/.." && pwd)
smtpprobe=${SMTPPROBE:-$top/smtpprobe}
runs=${RUNS:-5}
size=${N:-2000}
work=$(mktemp -d)
export PATH=$PATH:/usr/sbin:/sbin
ns=spbulk$$
servers='' serving='' # the process id of servers.sh, and its certificate
resolver=127.0.0.53 lossy='' # what smtpprobe asks; the process id of the one that drops
inside=(ip netns exec "$ns")
client=(taskset -c 1)

# The servers end by themselves when the signal comes; the namespace goes last.
finish() {
	[ -z "$servers" ] || kill "$servers" 2>/dev/null || true
	[ -z "$lossy" ] || kill "$lossy" 2>/dev/null || true
	wait
	ip netns del "$ns" 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

complain() {
	echo "bulk.sh: WRONG: $*" >&2
	: >"$work/wrong"
}

# ---- servers ---------------------------------------------------------------------------------

wait_for() { # address port
	local _
	for _ in $(seq 200); do
		"${inside[@]}" bash -c "exec 3<>/dev/tcp/$1/$2" 2>/dev/null && return
		sleep 0.1
	done
	echo "bulk.sh: nothing listens at $1 port $2" >&2
	exit 1
}

serve() { # good|rsa
	[ "$serving" != "$1" ] || return 0
	if [ -n "$servers" ]; then
		kill "$servers"
		wait "$servers" 2>/dev/null || true
	fi
	serving=$1
	CERTIFICATE=$1 LIFETIME=$((1200 + size / 5)) "${inside[@]}" taskset -c 0 \
		bash "$here/servers.sh" "$work/$1" bulk >/dev/null 2>&1 &
	servers=$!
	wait_for 127.0.0.1 465
	wait_for 127.0.0.53 53
	# nsd listens before it has read the zone; and what was never used is slow the first time.
	title='a first run'
	addresses 100 101 25 >"$work/list"
	floor 100 "$work/list" >/dev/null
	domains 100 d >>"$work/list"
	probe 100 --input "$work/list" --port 25 >/dev/null
}

# CPU time that nginx's worker and nsd have had, in ms.
server_cpu() {
	local pid stat
	for pid in $(below "$servers"); do
		stat=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
		echo "${stat##*) }"
	done | awk -v tick="$(getconf CLK_TCK)" '{ sum += $12 + $13 } END { print sum * 1000 / tick }'
}

below() { # pid
	local -a children
	local pid
	read -r -a children <"/proc/$1/task/$1/children" || true
	for pid in "${children[@]}"; do
		echo "$pid"
		below "$pid"
	done
}

# Connections opened in the namespace so far.
opened() {
	"${inside[@]}" awk '/^Tcp:/ && $6 ~ /^[0-9]/ { print $6 }' /proc/net/snmp
}

# ---- lists -----------------------------------------------------------------------------------

addresses() { # count second-octet [port]
	awk -v n="$1" -v b="$2" -v port="${3:+:$3}" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "127.%d.%d.%d%s\n", b + int(i / 62500), int(i / 250) % 250, i % 250 + 1, port
	}'
}

domains() { # count d|s
	seq -f "$2%05.0f.test" 0 "$(($1 - 1))"
}

# ---- runs ------------------------------------------------------------------------------------

# probe AT_ONCE ARGUMENT...: one run; "wall CPU peak". Whether anything was found is its exit status.
probe() {
	local at_once=$1 status=0
	shift
	rm -f "$work/out.jsonl"
	"${inside[@]}" "${client[@]}" "$work/times" once "$smtpprobe" --ca-file "$work/$serving/certs/ca.crt" \
		--resolver "$resolver" --concurrency "$at_once" --output "json=$work/out.jsonl" "$@" \
		2>"$work/said" || status=$?
	[ "$status" -le 1 ] || complain "$title: exit status $status: $(tail -n 1 "$work/said")"
}

# floor AT_ONCE LIST: the same of the floor.
floor() {
	"${inside[@]}" "${client[@]}" "$work/times" once "$work/floor" "$@" 2>"$work/said" || true
	[ "$(cat "$work/said")" = "floor: $(wc -l <"$2") dialogues" ] || complain "$title: $(cat "$work/said")"
}

# hold COUNT PATTERN...: one record of each of COUNT targets, and every pattern in every record.
hold() {
	local count=$1 got pattern
	shift
	got=$(grep -o '"target":{"input":"[^"]*"' "$work/out.jsonl" | sort -u | wc -l) || true
	[ "$got" -eq "$count" ] || complain "$title: $got targets have a record, not $count"
	for pattern in '^{"schema"' "$@"; do
		got=$(grep -c -- "$pattern" "$work/out.jsonl") || true
		[ "$got" -eq "$count" ] || complain "$title: $got records have $pattern, not $count"
	done
}

# ---- figures ---------------------------------------------------------------------------------

# of FORMAT EXPRESSION: the median of it over the lines of $work/figures.
of() {
	awk "{ print $2 }" "$work/figures" | sort -g | awk -v format="$1" '
		{ v[NR] = $1 }
		END { printf format, NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# range EXPRESSION: the smallest and the largest.
range() {
	awk "{ print $1 }" "$work/figures" | sort -g | awk 'NR == 1 { least = $1 } END { printf "%.2f-%.2f", least, $1 }'
}

none() {
	echo -
}

columns='%-34s %7s %7s %6s %11s %7s %7s %6s %6s %7s %5s %7s\n'

head_line() {
	echo
	printf "$columns" "$1" 'CPU us' floor ratio 'least-most' 'wall s' floor MiB floor 'srv us' busy conns
}

# compare COUNT AT_ONCE LIST PATTERN... -- ARGUMENT...: smtpprobe with the arguments and the floor with
# LIST (none: ''), in turn; a row of medians. CPU times are of a target; "busy" is the share of the wall
# time in which nginx and nsd worked, and "conns" the connections that smtpprobe opened.
compare() {
	local count=$1 at_once=$2 list=$3 cpu before mine theirs=of
	local -a patterns=()
	shift 3
	while [ "$1" != -- ]; do
		patterns+=("$1")
		shift
	done
	shift
	: >"$work/figures"
	for _ in $(seq "$runs"); do
		cpu=$(server_cpu) before=$(opened)
		mine=$(probe "$at_once" "$@")
		mine="$mine $(awk "BEGIN { print $(server_cpu) - $cpu }") $(($(opened) - before))"
		hold "$count" "${patterns[@]}"
		echo "$mine ${list:+$(floor "$at_once" "$list")}" >>"$work/figures"
	done
	[ -n "$list" ] || theirs=none
	printf "$columns" "$title" "$(of %.0f "\$2 * 1000 / $count")" \
		"$($theirs %.0f "\$7 * 1000 / $count")" "$($theirs %.2f '$2 / $7')" "$([ -z "$list" ] || range '$2 / $7')" \
		"$(of %.2f '$1 / 1000')" "$($theirs %.2f '$6 / 1000')" "$(of %.1f '$3')" "$($theirs %.1f '$8')" \
		"$(of %.0f "\$4 * 1000 / $count")" "$(of %.0f%% '$4 * 100 / $1')" "$(of %.0f '$5')"
}

# ---- what is measured ------------------------------------------------------------------------

# Of an address that is in no certificate the chain is verified, and the name cannot be.
chain='"faults":\["name-mismatch"\]' well='"status":"ok"'

bench_addresses() {
	local certificate port
	local -A kind=([good]='ECDSA P-256' [rsa]=RSA-2048)
	head_line "$size addresses, 100 under way"
	for certificate in good rsa; do
		serve "$certificate"
		for port in 25 465; do
			addresses "$size" 101 "$port" >"$work/list"
			title="port $port, ${kind[$certificate]}"
			compare "$size" 100 "$work/list" "$well" "$chain" -- --input "$work/list"
		done
	done
}

bench_flight() {
	local at_once count
	serve good
	head_line 'port 25, ECDSA P-256, under way'
	for at_once in 10 100 1000 10000; do
		count=$((size > at_once ? size : at_once))
		title="$at_once, of $count addresses"
		if [ "$(ulimit -n)" -lt $((at_once + 100)) ]; then
			echo "$title: skipped, as no more than $(ulimit -n) descriptors are allowed"
			continue
		fi
		addresses "$count" 101 25 >"$work/list"
		compare "$count" "$at_once" "$work/list" "$well" "$chain" -- --input "$work/list"
	done
}

# All mail hosts are of mx.test, which the certificate names: one provider, of which no more than 20
# connections would be open.
no_provider() {
	many=()
	if "$smtpprobe" --help | grep -q -- '--per-provider '; then
		many=(--per-provider 10000)
	fi
}

# The floor has the addresses, and asks nobody for them.
bench_domains() {
	local -a many
	serve good
	no_provider
	head_line "$size domains, port 25"
	title='a mail host each'
	domains "$size" d >"$work/names"
	addresses "$size" 10 25 >"$work/list"
	compare "$size" 100 "$work/list" "$well" '"verified":true' -- --port 25 --input "$work/names" \
		"${many[@]}"
}

bench_shared() {
	local -a many
	serve good
	no_provider
	head_line "$size domains, port 25"
	title='50 mail hosts between them'
	domains "$size" s >"$work/names"
	compare "$size" 100 '' "$well" '"verified":true' -- --port 25 --input "$work/names" \
		"${many[@]}"
	[ "$(of %.0f '$5')" -le 50 ] || complain "$title: $(of %.0f '$5') connections, and not 50"
}

# silent TITLE COUNT FIRST PATTERN...: hosts of which something is dropped, all under way at once.
silent() {
	local count=$2 at_once=1000 figures # 9 sockets each at most, and handshakes that one processor keeps up with
	title=$1
	addresses "$count" "$3" >"$work/list"
	shift 3
	: >"$work/figures"
	for _ in $(seq "$runs"); do
		figures=$(probe "$at_once" --input "$work/list")
		hold "$count" "$@"
		echo "$figures $(sed 's/.*"duration_ms":\([0-9.]*\),"status".*/\1/' "$work/out.jsonl" | sort -g |
			awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)], v[NR] }')" >>"$work/figures"
	done
	printf '%-34s %9s %9s %9s %9s %9s\n' "$title" "$(of %.2f '$1 / 1000')" "$(of %.2f '$4 / 1000')" \
		"$(of %.2f '$5 / 1000')" "$(of %.0f "\$2 * 1000 / $count")" "$(of %.1f '$3')"
}

bench_resolver() {
	local -a many
	serve good
	no_provider
	cc -O2 -D_GNU_SOURCE -o "$work/fake_dns" "$top"/tests/support/fake_dns{,_zone,_main}.c
	printf '%s\n' '*.test MX 10 in.mx.test' 'in.mx.test A 127.9.0.1' '* ! delay=20' '* ! room=200' >"$work/zone"
	"${inside[@]}" taskset -c 0 "$work/fake_dns" -a 127.0.0.54 -p 53 "$work/zone" >/dev/null &
	lossy=$!
	wait_for 127.0.0.54 53
	resolver=127.0.0.54
	head_line "$size domains, port 25"
	title='room for 200 questions'
	domains "$size" s >"$work/names"
	compare "$size" 1000 '' "$well" '"verified":true' -- --port 25 --input "$work/names" "${many[@]}"
	resolver=127.0.0.53
	kill "$lossy"
	wait "$lossy" 2>/dev/null || true
	lossy=
}

bench_blocked() {
	local count=${N:-1000} all25='"port":25,[^{]*"connect":{"outcome":' all465='"port":465,[^{]*"connect":{"outcome":'
	local all587='"port":587,[^{]*"connect":{"outcome":' no='"timeout"' yes='"ok"'
	serve good
	"${inside[@]}" nft -f - <<-'RULES'
		table inet bulk {
			chain input {
				type filter hook input priority 0
				ip daddr 127.60.0.0/14 tcp dport 25 drop
				ip daddr 127.64.0.0/14 drop
			}
		}
	RULES
	echo
	printf '%-34s %9s %9s %9s %9s %9s\n' "$count hosts, three ports" 'wall s' 'median s' 'most s' 'CPU us' MiB
	silent '25 dropped, 465 and 587 answer' "$count" 60 "$all25$no" "$all465$yes" "$all587$yes"
	silent 'all dropped' "$count" 64 "$all25$no" "$all465$no" "$all587$no"
	"${inside[@]}" nft delete table inet bulk
}

bench_loss() {
	local count=${N:-10000} each='"connect":{"outcome":"ok"'
	serve good
	"${inside[@]}" nft -f - <<-'RULES'
		table inet bulk {
			chain input {
				type filter hook input priority 0
				ip daddr 127.100.0.0/14 meta l4proto tcp numgen random mod 100 < 5 drop
				ip saddr 127.100.0.0/14 meta l4proto tcp numgen random mod 100 < 5 drop
			}
		}
	RULES
	echo
	printf '%-34s %9s %9s %9s %9s %9s\n' "$count hosts, three ports" 'wall s' 'median s' 'most s' 'CPU us' MiB
	silent 'one packet in twenty lost' "$count" 101 "\"port\":25,[^{]*$each" "\"port\":465,[^{]*$each" \
		"\"port\":587,[^{]*$each"
	"${inside[@]}" nft delete table inet bulk
}

# The same list in two processes; probe() with two outputs.
two_processes() {
	rm -f "$work"/part.?
	"${inside[@]}" "$work/times" once sh -c '
		"$@" --shard 1/2 --output json="$0/part.1" & "$@" --shard 2/2 --output json="$0/part.2" & wait' \
		"$work" "$smtpprobe" --ca-file "$work/$serving/certs/ca.crt" --resolver "$resolver" --concurrency 50 \
		--input "$work/list"
	cat "$work"/part.? >"$work/out.jsonl"
}

bench_jobs() {
	local client=() jobs figures
	if ! "$smtpprobe" --help | grep -q -- '--jobs '; then
		echo
		echo 'jobs: skipped, as this smtpprobe has no --jobs'
		return
	fi
	serve good
	addresses "$size" 101 25 >"$work/list"
	: >"$work/figures"
	for _ in $(seq "$runs"); do
		figures=
		for jobs in 1 2; do
			title="--jobs $jobs"
			figures="$figures $(probe 100 --jobs "$jobs" --input "$work/list")"
			hold "$size" "$well" "$chain"
		done
		title='two processes'
		figures="$figures $(two_processes)"
		hold "$size" "$well" "$chain"
		echo "$figures" >>"$work/figures"
	done
	echo
	printf '%-34s %9s %9s %9s\n' "$size addresses, port 25" 'wall s' 'CPU us' MiB
	printf '%-34s %9s %9s %9s\n' '--jobs 1' "$(of %.2f '$1 / 1000')" "$(of %.0f "\$2 * 1000 / $size")" "$(of %.1f '$3')"
	printf '%-34s %9s %9s %9s\n' '--jobs 2' "$(of %.2f '$4 / 1000')" "$(of %.0f "\$5 * 1000 / $size")" "$(of %.1f '$6')"
	printf '%-34s %9s %9s\n' 'two processes' "$(of %.2f '$7 / 1000')" "$(of %.0f "\$8 * 1000 / $size")"
	printf '%-34s %9s (%s)\n' 'wall, 2 jobs to 1' "$(of %.2f '$4 / $1')" "$(range '$4 / $1')"
	printf '%-34s %9s (%s)\n' 'wall, 2 processes to 1 job' "$(of %.2f '$7 / $1')" "$(range '$7 / $1')"
}

if [ "$(nproc)" -lt 2 ]; then
	echo 'bulk.sh: needs two processors, one for the servers and one for the client' >&2
	exit 1
fi
if [ "$size" -gt 100000 ]; then
	echo 'bulk.sh: the zone has 100,000 domains of each kind; N must not be more' >&2
	exit 64
fi
if [ $# -eq 0 ]; then
	set -- addresses flight domains shared resolver blocked loss jobs
fi
for what; do
	if ! declare -F "bench_$what" >/dev/null; then
		echo "bulk.sh: there is no benchmark \"$what\"" >&2
		exit 64
	fi
done
ulimit -n "$(ulimit -Hn)"
cc -O2 -D_GNU_SOURCE -o "$work/times" "$here/times.c"
cc -O2 -D_GNU_SOURCE -o "$work/floor" "$here/floor.c" -lgnutls
ip netns add "$ns"
ip -n "$ns" link set lo up
# Room for a burst of 10,000 connections.
"${inside[@]}" sysctl -qw net.core.somaxconn=16384 net.ipv4.tcp_max_syn_backlog=16384 \
	net.ipv4.ip_local_port_range='10000 65000'
echo "$("$smtpprobe" --version | head -n 1), medians of $runs, load $(cut -d ' ' -f 1 /proc/loadavg)"
for what; do
	"bench_$what"
done
[ ! -e "$work/wrong" ]
