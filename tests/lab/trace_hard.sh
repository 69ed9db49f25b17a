#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Delay, loss, routers that limit their ICMP errors, and several hosts. TAP.
# shellcheck disable=SC1091,SC2154  # lab_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/lab_lib.sh"
own_namespaces 170

scenario '200 ms round trip, dropped behind it' 3 'cable=100 0 1' -- 10.9.4.2 <<'SCENARIO'
r2 forward tcp dport 25 drop
--
exit 1
expect PATH_DROPPED_ON_THE_WAY
fact paths[0].verdict = "dropped"
fact paths[0].after_hop = 2
fact paths[0].by_hop = 3
fact paths[0].hops[1].ms > 195
fact duration_ms < 8000
SCENARIO
scenario '200 ms round trip, rejected' 3 'cable=100 0 1' -- 10.9.4.2 <<'SCENARIO'
r2 forward tcp dport 25 reject with icmp admin-prohibited
--
exit 1
fact paths[0].verdict = "rejected"
fact paths[0].by = "10.9.2.2"
fact paths[0].by_hop = 2
fact duration_ms < 4000
SCENARIO
scenario '200 ms round trip, reset' 3 'cable=100 0 1' -- 10.9.4.2 <<'SCENARIO'
r2 forward tcp dport 25 reject with tcp reset
--
exit 1
expect PATH_RESET_ON_THE_WAY
fact paths[0].verdict = "reset"
fact paths[0].by_hop = 3
fact endpoints[0].connect.arrival_ttl = 63
fact endpoints[2].connect.arrival_ttl = 61
SCENARIO
for seed in 1 2 3; do
	scenario "5 % loss ($seed): dropped is dropped" 3 "cable=10 5 $seed" -- 10.9.4.2 <<-'SCENARIO'
		r2 forward tcp dport 25 drop
		--
		fact paths[0].verdict = "dropped"
		fact paths[0].after_hop = 2
		fact findings lacks {"code": "NET_DROPPED_BY_THIS_HOST"}
	SCENARIO
	scenario "5 % loss ($seed): rejected is rejected" 3 "cable=10 5 $seed" -- 10.9.4.2 <<-'SCENARIO'
		r2 forward tcp dport 25 reject with icmp admin-prohibited
		--
		fact endpoints[0].connect.icmp.from = "10.9.2.2"
		fact findings lacks {"code": "NET_DROPPED_BY_THIS_HOST"}
	SCENARIO
	scenario "20 % loss ($seed): nothing is blocked, and nothing said to be" 3 "cable=10 20 $seed" \
		-- 10.9.4.2 <<-'SCENARIO'
		--
		fact findings lacks {"code": "NET_DROPPED_BY_THIS_HOST"}
		fact findings lacks {"code": "NET_REJECTED_BY_THIS_HOST"}
		fact findings lacks {"code": "NET_25_REJECTED"}
		fact findings lacks {"code": "PATH_DROPPED_NEAR_HERE"}
		fact findings lacks {"code": "PATH_RESET_ON_THE_WAY"}
		fact findings lacks {"code": "PATH_INTERCEPTED"}
	SCENARIO
done
scenario 'too few descriptors for a trace: nothing is said of the way' 2 'before=prlimit --nofile=16:16' -- 10.9.3.2 <<'SCENARIO'
r1 forward tcp dport 25 drop
--
exit 1
expect NET_25_SILENT_OTHERS_ANSWER
fact paths = []
SCENARIO
scenario 'only the first SYN is lost: open a second later, a note and no trace' 2 -- 10.9.3.2 <<'SCENARIO'
r1 forward tcp dport 25 tcp flags & (syn | ack) == syn limit rate 1/hour burst 1 packets drop
--
note NET_SYN_LOST
fact endpoints[0].connect.outcome = "ok"
fact endpoints[0].connect.syn_retransmits = 1
fact endpoints[0].connect.ms > 900
fact paths = []
SCENARIO
scenario 'ICMP limits as Linux has them, 4 runs one after the other: dropped' 2 limits runs=4 -- 10.9.3.2 <<'SCENARIO'
r2 forward tcp dport 25 drop
--
fact paths[0].verdict = "dropped"
fact paths[0].after_hop = 2
fact paths[0].by_hop = 3
SCENARIO
scenario 'ICMP limits, 4 runs: rejected is never called dropped' 2 limits runs=4 -- 10.9.3.2 <<'SCENARIO'
r1 forward tcp dport 25 reject with icmp admin-prohibited
--
fact findings lacks {"code": "PATH_DROPPED_NEAR_HERE"}
fact findings lacks {"code": "PATH_DROPPED_NEAR_HOST"}
fact findings lacks {"code": "NET_DROPPED_BY_THIS_HOST"}
SCENARIO
scenario 'ICMP limits, 4 runs, IPv6: dropped' 2 limits runs=4 -- fd09:3::2 <<'SCENARIO'
r1 forward tcp dport 25 drop
--
fact paths[0].verdict = "dropped"
fact paths[0].after_hop = 1
SCENARIO
scenario 'ICMP limits, two ports dropped' 3 limits runs=2 -- 10.9.4.2 <<'SCENARIO'
r2 forward tcp dport { 25, 465 } drop
--
fact paths[0].verdict = "dropped"
fact paths[0].after_hop = 2
fact paths[1].verdict = "dropped"
fact paths[1].after_hop = 2
SCENARIO
# zone LINK: two MX hosts behind that link, for the client's own resolver.
zone()
{
	cat >"zone$1" <<-ZONE
		lab.test MX 10 mx1.lab.test
		lab.test MX 20 mx2.lab.test
		mx1.lab.test A 10.9.$1.2
		both.lab.test A 10.9.$1.2
		both.lab.test AAAA fd09:$1::2
		mx2.lab.test A 10.9.$1.3
	ZONE
}
zone 4
zone 5
dns="$build/tests/support/fake_dns"
scenario 'two MX hosts, 25 of one is dropped: it is told of that one' 3 -- --resolver 127.0.0.1:5300 lab.test <<SCENARIO
run c $dns -p 5300 $work/zone4 >/dev/null 2>&1 &
r1 forward ip daddr 10.9.4.2 tcp dport 25 drop
--
fact paths[0].host = "mx1.lab.test"
fact paths[0].verdict = "dropped"
fact paths[0].after_hop = 1
fact paths[1] = null
fact endpoints has {"host": "mx2.lab.test", "port": 25, "mode": "plaintext"}
SCENARIO
scenario 'two MX hosts, 25 of both stops after the same hop: it is on this side' 4 -- --resolver 127.0.0.1:5300 lab.test <<SCENARIO
run c $dns -p 5300 $work/zone5 >/dev/null 2>&1 &
r2 forward tcp dport 25 drop
--
expect PATH_DROPPED_NEAR_HERE
fact paths[0].after_hop = 2
fact paths[1].after_hop = 2
fact paths[1].host = "mx2.lab.test"
fact duration_ms < 7000
SCENARIO
scenario 'paths stand as the MX hosts do, though that of the second has its verdict at once' 4 -- --resolver 127.0.0.1:5300 lab.test <<SCENARIO
run c $dns -p 5300 $work/zone5 >/dev/null 2>&1 &
r2 forward ip daddr 10.9.5.2 tcp dport 25 drop
r2 forward ip daddr 10.9.5.3 tcp dport 25 reject
--
fact paths[0].host = "mx1.lab.test"
fact paths[0].verdict = "dropped"
fact paths[1].host = "mx2.lab.test"
fact paths[1].verdict = "rejected"
SCENARIO
scenario 'an MX host whose 465 and 587 are dropped need not take submissions: no trace' 3 -- --resolver 127.0.0.1:5300 lab.test <<SCENARIO
run c $dns -p 5300 $work/zone4 >/dev/null 2>&1 &
s input tcp dport { 465, 587 } drop
--
fact endpoints has {"port": 25, "mode": "plaintext"}
fact paths = []
SCENARIO
scenario 'IPv6 is blocked where IPv4 is not: both are looked at, one is traced' 3 -- --resolver 127.0.0.1:5300 --host both.lab.test <<SCENARIO
run c $dns -p 5300 $work/zone4 >/dev/null 2>&1 &
r1 forward ip6 nexthdr tcp tcp dport 25 drop
--
expect NET_IPV6_BROKEN
fact endpoints has {"address": "10.9.4.2", "port": 25, "mode": "plaintext"}
fact paths[0].address = "fd09:4::2"
fact paths[0].verdict = "dropped"
fact paths[0].after_hop = 1
fact paths[1] = null
SCENARIO
scenario 'IPv6: 200 ms round trip, dropped behind it' 3 'cable=100 0 1' -- fd09:4::2 <<'SCENARIO'
r2 forward tcp dport 25 drop
--
exit 1
fact paths[0].verdict = "dropped"
fact paths[0].after_hop = 2
fact paths[0].by_hop = 3
fact duration_ms < 8000
SCENARIO
scenario '200 ms round trip, intercepted before it: an answer that comes too soon' 3 'cable=100 0 1' -- 10.9.4.2 <<SCENARIO
run r1 $build/tests/lab/mail_host proxy.hotel 2525
r1 dstnat tcp dport 25 redirect to :2525
--
expect PATH_INTERCEPTED
fact paths[0].verdict = "intercepted"
fact paths[0].by_hop = 1
fact endpoints[0].connect.ms < 50
fact endpoints[2].connect.ms > 195
SCENARIO
for family in 10.9.4.2 fd09:4::2; do
	scenario "every second SYN to 25 is lost: slow, not blocked ($family)" 3 -- "$family" <<-'SCENARIO'
		s input tcp dport 25 tcp flags & (syn | ack) == syn numgen inc mod 2 == 0 drop
		--
		fact endpoints[0].connect.outcome = "ok"
		fact endpoints[0].connect.syn_retransmits > 0
		fact findings lacks {"code": "NET_DROPPED_BY_THIS_HOST"}
		fact findings lacks {"code": "PATH_DROPPED_NEAR_HERE"}
		fact findings lacks {"code": "PATH_DROPPED_NEAR_HOST"}
	SCENARIO
done
scenario 'the host has no room for the connection (backlog full), then has: slow, not blocked' 2 -- 10.9.3.2 <<'SCENARIO'
s input tcp dport 25 ct state new quota until 150 bytes drop
--
fact endpoints[0].connect.outcome = "ok"
fact endpoints[0].connect.syn_retransmits > 0
fact findings lacks {"code": "NET_25_SILENT_OTHERS_ANSWER"}
SCENARIO
done_with_scenarios
