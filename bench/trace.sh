#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# trace.sh [classes|loss|connections]...: how right and how quick the verdicts about blocked ports are, in
# the laboratories of tests/lab, and what a trace costs the host. Needs a built tree (make check TESTS=
# builds its helpers), root or user namespaces, iproute2, nftables, python3. RUNS (12) of each class,
# LOSS_RUNS (200) under loss.
#
#   classes      each kind of block: verdicts, and when they stood
#   loss         5 % and 20 % loss: the same
#   connections  SYNs and handshakes that reach the host, with a trace and without
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/.." && pwd)
export top_builddir=${top_builddir:-$top}
if [ -z "${LAB_WORK-}" ]; then
	export WHAT="${*:-classes loss connections}"
fi
# shellcheck disable=SC1091
. "$top/tests/lab/lab_lib.sh"
own_namespaces "${BENCH_SECONDS:-1800}"
set +e

# tally TITLE: verdicts of port 25 in the reports on standard input, one a line, and medians.
tally()
{
	python3 -c '
import collections, json, statistics, sys
verdicts, times, runs = collections.Counter(), [], []
for line in sys.stdin:
    o = json.loads(line)
    p = [p for p in o["paths"] if p["port"] == 25]
    runs.append(o["duration_ms"])
    if not p:
        c = o["endpoints"][0]["connect"]["outcome"]
        verdicts["no path (25: %s)" % c] += 1
        continue
    p = p[0]
    place = p["by"] or ("" if p["by_hop"] is None else "%s-%s" % (p["after_hop"], p["by_hop"]))
    sure = "perhaps " if p["verdict"] == "dropped" and p["confidence"] == "possible" else ""
    verdicts[("%s%s %s" % (sure, p["verdict"], place)).strip()] += 1
    times.append(p["ms"])
print("%-44s %s" % (sys.argv[1], ", ".join("%s: %d" % v for v in verdicts.most_common())))
if times:
    print("%-44s verdict after %.2f s (%.2f to %.2f), run %.2f s" % ("", statistics.median(times) / 1e3,
          min(times) / 1e3, max(times) / 1e3, statistics.median(runs) / 1e3))
' "$1"
}

# one LABORATORY RUNS ROUTERS CABLE RULES: that many runs one after the other.
one()
{
	local lab=$1 runs=$2 routers=$3 cable=$4 wired=0 limits=0 i
	[ -z "$cable" ] || wired=2
	{
		lab_up "$routers"
		apply <<<"$5"
	} >"$lab.log" 2>&1
	for ((i = 0; i < runs; i++)); do
		unprivileged "$work/probe" --output json --greeting-timeout 2 "10.9.$((routers + 1)).2" \
			>>"$lab.out" 2>>"$lab.log" </dev/null
	done
	lab_down "$routers" >/dev/null 2>&1
}

# many TITLE RUNS ROUTERS DELAY_AND_LOSS RULES: as many runs, in laboratories side by side.
many()
{
	local title=$1 runs=$2 i each=$((($2 + AT_ONCE - 1) / AT_ONCE))
	rm -f b*.out
	for ((i = 0; i * each < runs; i++)); do
		one "b$i" "$each" "$3" "${4:+$4 $((i + 1))}" "$5" &
	done
	wait
	cat b*.out | tally "$title"
}

classes()
{
	local runs=${RUNS:-12}
	many 'open' "$runs" 3 '' ''
	many 'dropped by this host' "$runs" 3 '' 'c output tcp dport 25 drop'
	many 'rejected by this host' "$runs" 3 '' 'c output tcp dport 25 reject with icmp admin-prohibited'
	many 'reset by this host' "$runs" 3 '' 'c output tcp dport 25 reject with tcp reset'
	many 'dropped coming in at router 1' "$runs" 3 '' 'r1 raw tcp dport 25 drop'
	many 'dropped at router 2' "$runs" 3 '' 'r2 forward tcp dport 25 drop'
	many 'dropped at the host' "$runs" 3 '' 's input tcp dport 25 drop'
	many 'rejected by router 2' "$runs" 3 '' 'r2 forward tcp dport 25 reject with icmp admin-prohibited'
	many 'reset by router 2' "$runs" 3 '' 'r2 forward tcp dport 25 reject with tcp reset'
	many 'intercepted at router 2' "$runs" 3 '' "run r2 $build/tests/lab/mail_host proxy.hotel 2525
r2 dstnat tcp dport 25 redirect to :2525"
	many 'all of TCP dropped at router 2' "$runs" 3 '' 'r2 forward meta l4proto tcp drop'
}

loss()
{
	local runs=${LOSS_RUNS:-200} percent
	for percent in 5 20; do
		many "$percent % loss, nothing blocked" "$runs" 3 "10 $percent" ''
		many "$percent % loss, dropped at router 2" "$runs" 3 "10 $percent" \
			'r2 forward tcp dport 25 drop'
		many "$percent % loss, rejected by router 2" "$runs" 3 "10 $percent" \
			'r2 forward tcp dport 25 reject with icmp admin-prohibited'
	done
}

# What reaches the host: SYNs, and handshakes completed by us.
count_at_host()
{
	local lab=count limits=0 cable='' wired=0 title=$1 rule=$2
	shift 2
	{
		lab_up 3
		apply <<<"$rule"
		in_node s nft -f - <<-'RULES'
			table inet count {
				counter syns { }
				chain input {
					type filter hook input priority -150;
					tcp flags & (syn | ack) == syn counter name syns
				}
			}
		RULES
		unprivileged "$work/probe" --output json --greeting-timeout 2 "$@" 10.9.4.2 </dev/null
	} >count.log 2>&1
	printf '%-44s %s SYNs, %s connections accepted\n' "$title" \
		"$(in_node s nft list counter inet count syns | sed -n 's/.*packets \([0-9]*\).*/\1/p')" \
		"$(in_node s nstat -asz TcpPassiveOpens | awk '/PassiveOpens/ { print $2 }')"
	lab_down 3 >/dev/null 2>&1
}

connections()
{
	local drop='r2 forward tcp dport 25 drop' reset='r2 forward tcp dport 25 reject with tcp reset'
	count_at_host 'open' ''
	count_at_host '25 dropped at router 2, --trace never' "$drop" --trace never
	count_at_host '25 dropped at router 2' "$drop"
	count_at_host '25 reset by router 2, --trace never' "$reset" --trace never
	count_at_host '25 reset by router 2' "$reset"
	count_at_host '25 refused by the host, --trace never' 's input tcp dport 25 reject with tcp reset' \
		--trace never
	count_at_host '25 refused by the host' 's input tcp dport 25 reject with tcp reset'
	count_at_host '25 dropped at the host' 's input tcp dport 25 drop'
}

for what in $WHAT; do
	"$what"
done
