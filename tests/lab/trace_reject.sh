#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A port that is rejected by ICMP, of every kind and at every place: the sender is named. TAP.
# shellcheck disable=SC1091,SC2154  # lab_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/lab_lib.sh"
own_namespaces 170

# rejected TYPE CODE ERRNO BY AFTER HOP: the facts of port 25 rejected by the address BY at HOP.
rejected()
{
	cat <<-FACTS
		exit 1
		expect NET_25_REJECTED
		fact endpoints[0].connect.outcome = "unreachable"
		fact endpoints[0].connect.errno = "$3"
		fact endpoints[0].connect.icmp.type = $1
		fact endpoints[0].connect.icmp.code = $2
		fact endpoints[0].connect.icmp.from = "$4"
		fact endpoints[0].connect.icmp.ttl > 50
		fact endpoints[0].connect.ms < 1000
		fact paths[0].verdict = "rejected"
		fact paths[0].by = "$4"
		fact paths[0].after_hop = $5
		fact paths[0].by_hop = $6
		fact paths[0].hops[-1].kind = "rejected"
		fact paths[0].control[2].kind = "open"
		fact duration_ms < 3000
	FACTS
}

# Each kind at the first of two routers. errno alone has one word for many of them.
while read -r with type code errno; do
	scenario "IPv4: the first router rejects with $with" 2 -- 10.9.3.2 <<-SCENARIO
		r1 forward tcp dport 25 reject with icmp $with
		--
		$(rejected "$type" "$code" "$errno" 10.9.1.2 1 1)
		fact paths[0].confidence = "certain"
	SCENARIO
done <<'KINDS'
admin-prohibited 3 13 EHOSTUNREACH
host-prohibited 3 10 EHOSTUNREACH
net-prohibited 3 9 ENETUNREACH
port-unreachable 3 3 ECONNREFUSED
host-unreachable 3 1 EHOSTUNREACH
net-unreachable 3 0 ENETUNREACH
prot-unreachable 3 2 ENOPROTOOPT
KINDS
while read -r with type code errno; do
	scenario "IPv6: the first router rejects with $with" 2 -- fd09:3::2 <<-SCENARIO
		r1 forward tcp dport 25 reject with icmpv6 $with
		--
		$(rejected "$type" "$code" "$errno" fd09:1::2 1 1)
		fact paths[0].confidence = "certain"
	SCENARIO
done <<'KINDS'
admin-prohibited 1 1 EACCES
port-unreachable 1 4 ECONNREFUSED
addr-unreachable 1 3 EHOSTUNREACH
no-route 1 0 ENETUNREACH
policy-fail 1 5 EACCES
reject-route 1 6 EACCES
KINDS
scenario 'IPv4: the second router rejects' 2 -- 10.9.3.2 <<SCENARIO
r2 forward tcp dport 25 reject with icmp admin-prohibited
--
$(rejected 3 13 EHOSTUNREACH 10.9.2.2 2 2)
SCENARIO
scenario 'IPv4: the second router rejects what comes in' 2 -- 10.9.3.2 <<SCENARIO
r2 raw tcp dport 25 reject with icmp admin-prohibited
--
$(rejected 3 13 EHOSTUNREACH 10.9.2.2 1 2)
SCENARIO
scenario 'IPv4: the host rejects' 2 -- 10.9.3.2 <<SCENARIO
s input tcp dport 25 reject with icmp admin-prohibited
--
$(rejected 3 13 EHOSTUNREACH 10.9.3.2 2 3)
SCENARIO
scenario 'IPv6: the host rejects' 2 -- fd09:3::2 <<SCENARIO
s input tcp dport 25 reject with icmpv6 admin-prohibited
--
$(rejected 1 1 EACCES fd09:3::2 2 3)
SCENARIO
scenario 'a submission port that is rejected beside one that works is a note' 2 -- 10.9.3.2 <<'SCENARIO'
r1 forward tcp dport 465 reject with icmp admin-prohibited
--
note NET_PORT_REJECTED
fact paths[0].port = 465
fact paths[0].by = "10.9.1.2"
SCENARIO
scenario 'a router without a route says so' 2 -- 10.9.3.2 <<'SCENARIO'
run r1 ip route del default
--
exit 1
expect NET_HOST_UNREACHABLE
fact endpoints[0].connect.errno = "ENETUNREACH"
fact endpoints[0].connect.icmp.code = 0
fact endpoints[0].connect.icmp.from = "10.9.1.2"
SCENARIO
scenario 'a host that is down: its router gives up on ARP after 3 s' 2 -- 10.9.3.77 <<'SCENARIO'
--
exit 1
expect NET_HOST_DOWN
fact endpoints[0].connect.icmp.type = 3
fact endpoints[0].connect.icmp.code = 1
fact endpoints[0].connect.icmp.from = "10.9.2.2"
fact endpoints[0].connect.ms > 2500
SCENARIO
scenario 'an error in the name of a far address, from close by, is not believed' 4 -- 10.9.5.2 <<'SCENARIO'
r1 post ip saddr 10.9.1.2 icmp type destination-unreachable ip saddr set 10.9.4.2
r1 forward tcp dport 25 reject with icmp admin-prohibited
--
exit 1
fact endpoints[0].connect.icmp.from = "10.9.4.2"
fact paths[0].verdict = "rejected"
fact paths[0].by = null
fact paths[0].confidence = "possible"
fact paths[0].after_hop = 1
SCENARIO
scenario 'IPv6: the second router rejects what comes in' 2 -- fd09:3::2 <<SCENARIO
r2 raw tcp dport 25 reject with icmpv6 admin-prohibited
--
$(rejected 1 1 EACCES fd09:2::2 1 2)
SCENARIO
scenario 'IPv4: the host rejects with port-unreachable: a firewall, not a closed port' 2 -- 10.9.3.2 <<SCENARIO
s input tcp dport 25 reject with icmp port-unreachable
--
$(rejected 3 3 ECONNREFUSED 10.9.3.2 2 3)
SCENARIO
scenario '1 router, which rejects' 1 -- 10.9.2.2 <<'SCENARIO'
r1 forward tcp dport 25 reject with icmp admin-prohibited
--
exit 1
expect NET_25_REJECTED
fact paths[0].verdict = "rejected"
fact paths[0].by = "10.9.1.2"
fact paths[0].by_hop = 1
SCENARIO
scenario '5 routers, IPv6, the fourth rejects' 5 -- fd09:6::2 <<'SCENARIO'
r4 forward tcp dport 25 reject with icmpv6 admin-prohibited
--
exit 1
expect NET_25_REJECTED
fact paths[0].verdict = "rejected"
fact paths[0].by = "fd09:4::2"
fact paths[0].after_hop = 4
fact paths[0].by_hop = 4
SCENARIO
scenario 'all of TCP is rejected at one router: its address is known all the same' 2 -- 10.9.3.2 <<'SCENARIO'
r2 forward meta l4proto tcp reject with icmp admin-prohibited
--
exit 1
expect NET_HOST_REJECTED
fact endpoints[0].connect.icmp.from = "10.9.2.2"
fact endpoints[0].connect.icmp.code = 13
fact endpoints[2].connect.icmp.from = "10.9.2.2"
SCENARIO
scenario 'IPv6: a router without a route says so' 2 -- fd09:3::2 <<'SCENARIO'
run r1 ip -6 route del default
--
exit 1
expect NET_HOST_UNREACHABLE
fact endpoints[0].connect.errno = "ENETUNREACH"
fact endpoints[0].connect.icmp.type = 1
fact endpoints[0].connect.icmp.code = 0
fact endpoints[0].connect.icmp.from = "fd09:1::2"
SCENARIO
scenario 'IPv6: a host that is down: its router gives up on neighbour discovery' 2 -- fd09:3::77 <<'SCENARIO'
--
exit 1
expect NET_HOST_DOWN
fact endpoints[0].connect.icmp.type = 1
fact endpoints[0].connect.icmp.code = 3
fact endpoints[0].connect.icmp.from = "fd09:2::2"
SCENARIO
scenario 'two routers that send it to each other: the way does not end, and no firewall is named' 3 -- 10.9.4.2 <<'SCENARIO'
run r2 ip route replace default via 10.9.2.1
--
exit 1
fact endpoints[0].connect.outcome = "unreachable"
fact endpoints[0].connect.errno = "EHOSTUNREACH"
fact endpoints[0].connect.icmp.type = 11
fact endpoints[0].connect.icmp.code = 0
fact findings lacks {"code": "NET_25_REJECTED"}
fact findings lacks {"code": "NET_REJECTED_BY_THIS_HOST"}
SCENARIO
scenario 'all of TCP is rejected by a router: it said so, nothing to compare with is needed' 2 -- 10.9.3.2 <<'SCENARIO'
r2 forward meta l4proto tcp reject with icmp admin-prohibited
--
exit 1
fact paths[0].verdict = "rejected"
fact paths[0].by = "10.9.2.2"
fact paths[0].by_hop = 2
SCENARIO
done_with_scenarios
