#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A port that is dropped, at every place where that can be done. TAP.
# shellcheck disable=SC1091,SC2154  # lab_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/lab_lib.sh"
own_namespaces 170

# dropped AFTER BY CODE: the facts of a confirmed drop of port 25.
dropped()
{
	cat <<-FACTS
		exit 1
		expect $3
		fact endpoints[0].port = 25
		fact endpoints[0].connect.outcome = "timeout"
		fact endpoints[0].connect.local_drop = false
		fact endpoints[0].connect.icmp = null
		fact endpoints[0].connect.segments_in = 0
		fact endpoints[0].connect.syn_retransmits > 1
		fact paths[0].port = 25
		fact paths[0].control_port = 587
		fact paths[0].verdict = "dropped"
		fact paths[0].after_hop = $1
		fact paths[0].by_hop = $2
		fact paths[0].by = null
		fact paths[0].confidence = "high"
		fact paths[1] = null
		fact duration_ms < 7000
	FACTS
}

scenario 'IPv4: the first of 2 routers drops forwarded packets' 2 -- 10.9.3.2 <<SCENARIO
r1 forward tcp dport 25 drop
--
$(dropped 1 2 PATH_DROPPED_NEAR_HERE)
fact paths[0].hops[0].from = "10.9.1.2"
fact paths[0].hops[0].kind = "expired"
fact paths[0].hops[1].kind = "silent"
fact paths[0].hops[1].from = null
fact paths[0].control[1].from = "10.9.2.2"
fact paths[0].control[2].kind = "open"
SCENARIO
scenario 'IPv6: the first of 2 routers drops forwarded packets' 2 -- fd09:3::2 <<SCENARIO
r1 forward tcp dport 25 drop
--
$(dropped 1 2 PATH_DROPPED_NEAR_HERE)
fact paths[0].hops[0].from = "fd09:1::2"
SCENARIO
scenario 'IPv4: the first router drops what comes in' 2 -- 10.9.3.2 <<SCENARIO
r1 raw tcp dport 25 drop
--
$(dropped 0 1 PATH_DROPPED_NEAR_HERE)
SCENARIO
scenario 'IPv6: the first router drops what comes in' 2 -- fd09:3::2 <<SCENARIO
r1 raw tcp dport 25 drop
--
$(dropped 0 1 PATH_DROPPED_NEAR_HERE)
SCENARIO
scenario 'IPv4: the last router drops forwarded packets: as good as at the host' 2 -- 10.9.3.2 <<SCENARIO
r2 forward tcp dport 25 drop
--
$(dropped 2 3 PATH_DROPPED_NEAR_HOST)
SCENARIO
scenario 'IPv6: the last router drops forwarded packets' 2 -- fd09:3::2 <<SCENARIO
r2 forward tcp dport 25 drop
--
$(dropped 2 3 PATH_DROPPED_NEAR_HOST)
SCENARIO
scenario 'IPv4: the last router drops what comes in' 2 -- 10.9.3.2 <<SCENARIO
r2 raw tcp dport 25 drop
--
$(dropped 1 2 PATH_DROPPED_NEAR_HERE)
SCENARIO
scenario 'IPv4: the host drops' 2 -- 10.9.3.2 <<SCENARIO
s input tcp dport 25 drop
--
$(dropped 2 3 PATH_DROPPED_NEAR_HOST)
SCENARIO
scenario 'IPv6: the host drops' 2 -- fd09:3::2 <<SCENARIO
s input tcp dport 25 drop
--
$(dropped 2 3 PATH_DROPPED_NEAR_HOST)
SCENARIO
scenario 'the first router drops the answers: not to be told from a drop at the host' 2 -- 10.9.3.2 <<SCENARIO
r1 forward tcp sport 25 drop
--
$(dropped 2 3 PATH_DROPPED_NEAR_HOST)
SCENARIO
scenario 'this machine drops the answers: neither' 2 -- 10.9.3.2 <<SCENARIO
c input tcp sport 25 drop
--
$(dropped 2 3 PATH_DROPPED_NEAR_HOST)
SCENARIO
scenario '5 routers, the third drops forwarded packets: on the way' 5 -- 10.9.6.2 <<SCENARIO
r3 forward tcp dport 25 drop
--
$(dropped 3 4 PATH_DROPPED_ON_THE_WAY)
SCENARIO
scenario '5 routers, IPv6, the fourth drops what comes in: on the way' 5 -- fd09:6::2 <<SCENARIO
r4 raw tcp dport 25 drop
--
$(dropped 3 4 PATH_DROPPED_ON_THE_WAY)
SCENARIO
scenario 'a router that sends no ICMP is not taken for the block' 2 -- 10.9.3.2 <<SCENARIO
r1 output icmp type time-exceeded drop
r2 forward tcp dport 25 drop
--
$(dropped 2 3 PATH_DROPPED_NEAR_HOST)
fact paths[0].hops[0].kind = "silent"
fact paths[0].control[0].kind = "silent"
SCENARIO
scenario 'the block lies behind a router that sends no ICMP' 3 -- 10.9.4.2 <<SCENARIO
r2 output icmp type time-exceeded drop
r2 forward tcp dport 25 drop
--
$(dropped 1 3 PATH_DROPPED_ON_THE_WAY)
SCENARIO
scenario 'no router sends ICMP: dropped somewhere before the host' 3 -- 10.9.4.2 <<SCENARIO
r1 output icmp type time-exceeded drop
r2 output icmp type time-exceeded drop
r3 output icmp type time-exceeded drop
r1 forward tcp dport 25 drop
--
$(dropped 0 4 PATH_DROPPED_ON_THE_WAY)
SCENARIO
scenario '25 and 465 are dropped, 587 is open: both are traced, the pattern is named' 2 -- 10.9.3.2 <<'SCENARIO'
r1 forward tcp dport { 25, 465 } drop
--
exit 1
expect NET_25_465_SILENT
fact paths[0].verdict = "dropped"
fact paths[0].after_hop = 1
fact paths[1].port = 465
fact paths[1].verdict = "dropped"
fact paths[1].after_hop = 1
fact duration_ms < 7000
SCENARIO
scenario 'all mail ports are dropped: another port of the host is the one to compare with' 2 -- 10.9.3.2 <<'SCENARIO'
r2 forward tcp dport { 25, 465, 587 } drop
--
exit 1
fact paths[0].control_port = 443
fact paths[0].verdict = "dropped"
fact paths[0].after_hop = 2
fact paths[2].port = 587
fact duration_ms < 8000
SCENARIO
scenario 'all of TCP is dropped: nothing to compare with, and so it is said' 2 -- 10.9.3.2 <<'SCENARIO'
r2 forward meta l4proto tcp drop
--
exit 1
expect NET_PORT_SILENT
fact paths[0].control_port = null
fact paths[0].verdict = "unknown"
fact paths[0].after_hop = 2
fact paths[0].by_hop = null
fact paths[0].confidence = "possible"
fact duration_ms < 7000
SCENARIO
scenario '--trace never finds out nothing' 2 -- --trace never 10.9.3.2 <<'SCENARIO'
r2 forward tcp dport 25 drop
--
exit 1
expect NET_25_SILENT_OTHERS_ANSWER
fact paths = []
SCENARIO
scenario '--trace always traces what works as well' 2 -- --trace always 10.9.3.2 <<'SCENARIO'
--
fact paths[0].port = 25
fact paths[0].verdict = "open"
fact paths[0].after_hop = null
fact paths[0].hops[2].kind = "open"
fact paths[1].port = 465
fact paths[1].verdict = "open"
SCENARIO
scenario 'where all is well, nothing is traced' 2 -- 10.9.3.2 <<'SCENARIO'
--
fact paths = []
fact endpoints[0].connect.outcome = "ok"
fact endpoints[0].connect.syn_retransmits = 0
fact endpoints[0].connect.source = "10.9.1.1"
fact duration_ms < 3000
SCENARIO
scenario 'no router at all: the host on the same link drops' 0 -- 10.9.1.2 <<SCENARIO
s input tcp dport 25 drop
--
$(dropped 0 1 PATH_DROPPED_NEAR_HOST)
SCENARIO
scenario '1 router, which drops forwarded packets' 1 -- 10.9.2.2 <<SCENARIO
r1 forward tcp dport 25 drop
--
$(dropped 1 2 PATH_DROPPED_NEAR_HOST)
SCENARIO
scenario 'IPv6: 1 router, which drops what comes in' 1 -- fd09:2::2 <<SCENARIO
r1 raw tcp dport 25 drop
--
$(dropped 0 1 PATH_DROPPED_NEAR_HERE)
SCENARIO
scenario 'IPv6: the last router drops what comes in' 2 -- fd09:3::2 <<SCENARIO
r2 raw tcp dport 25 drop
--
$(dropped 1 2 PATH_DROPPED_NEAR_HERE)
SCENARIO
scenario 'IPv6: the second router drops the answers' 3 -- fd09:4::2 <<SCENARIO
r2 forward tcp sport 25 drop
--
$(dropped 3 4 PATH_DROPPED_NEAR_HOST)
SCENARIO
scenario 'IPv6: this machine drops the answers' 2 -- fd09:3::2 <<SCENARIO
c input tcp sport 25 drop
--
$(dropped 2 3 PATH_DROPPED_NEAR_HOST)
SCENARIO
scenario 'a submission port alone is dropped' 2 -- 10.9.3.2 <<'SCENARIO'
r1 forward tcp dport 587 drop
--
fact paths[0].port = 587
fact paths[0].verdict = "dropped"
fact paths[0].after_hop = 1
fact paths[0].by_hop = 2
fact paths[1] = null
SCENARIO
cat >zone <<'ZONE'
both.test MX 10 mx.both.test
mx.both.test A 10.9.3.2
mx.both.test AAAA fd09:3::2
ZONE
dns="$build/tests/support/fake_dns -p 5300 $work/zone >/dev/null 2>&1 &"
scenario 'a host with both families, 25 of IPv4 is dropped: only that is traced' 2 -- --resolver 127.0.0.1:5300 both.test <<SCENARIO
run c $dns
r1 forward ip daddr 10.9.3.2 tcp dport 25 drop
--
fact paths[0].address = "10.9.3.2"
fact paths[0].verdict = "dropped"
fact paths[0].after_hop = 1
fact paths[1] = null
SCENARIO
scenario 'a host with both families, blocked at different places: each has its own' 2 -- --resolver 127.0.0.1:5300 both.test <<SCENARIO
run c $dns
r1 forward ip daddr 10.9.3.2 tcp dport 25 drop
r2 forward ip6 daddr fd09:3::2 tcp dport 25 reject with icmpv6 admin-prohibited
--
exit 1
fact paths has {"address": "10.9.3.2", "verdict": "dropped", "after_hop": 1, "by_hop": 2}
fact paths has {"address": "fd09:3::2", "verdict": "rejected", "by": "fd09:2::2", "by_hop": 2}
SCENARIO
done_with_scenarios
