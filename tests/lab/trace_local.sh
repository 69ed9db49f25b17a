#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What is blocked by this machine itself is never called the network's or the host's. TAP.
# shellcheck disable=SC1091,SC2154  # lab_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/lab_lib.sh"
own_namespaces 170

# dropped_here: the facts of a port 25 that the client's own stack does not let out.
dropped_here()
{
	cat <<-'FACTS'
		exit 1
		expect NET_DROPPED_BY_THIS_HOST
		fact endpoints[0].connect.outcome = "timeout"
		fact endpoints[0].connect.local_drop = true
		fact endpoints[0].connect.icmp = null
		fact paths[0].verdict = "local-drop"
		fact paths[0].after_hop = 0
		fact paths[0].by_hop = null
		fact paths[0].by = null
		fact paths[0].resent > 0
		fact findings lacks {"code": "NET_25_SILENT_OTHERS_ANSWER"}
		fact duration_ms < 6500
	FACTS
}

scenario 'IPv4: nftables drops in output' 2 -- 10.9.3.2 <<SCENARIO
c output tcp dport 25 drop
--
$(dropped_here)
SCENARIO
scenario 'IPv6: nftables drops in output' 2 -- fd09:3::2 <<SCENARIO
c output tcp dport 25 drop
--
$(dropped_here)
SCENARIO
scenario 'nftables drops in postrouting' 2 -- 10.9.3.2 <<SCENARIO
c post tcp dport 25 drop
--
$(dropped_here)
SCENARIO
scenario '25 is dropped here and 465 far away, at the same time: each is told right' 2 -- 10.9.3.2 <<'SCENARIO'
c output tcp dport 25 drop
r2 forward tcp dport 465 drop
--
expect NET_DROPPED_BY_THIS_HOST
fact paths has {"port": 25, "verdict": "local-drop"}
fact paths has {"port": 465, "verdict": "dropped", "after_hop": 2}
SCENARIO
while read -r with family target errno type code; do
	scenario "$with in output rejects: it is this machine" 2 -- "$target" <<-SCENARIO
		c output tcp dport 25 reject with $family $with
		--
		exit 1
		expect NET_REJECTED_BY_THIS_HOST
		fact endpoints[0].connect.errno = "$errno"
		fact endpoints[0].connect.icmp.type = $type
		fact endpoints[0].connect.icmp.code = $code
		fact paths[0].verdict = "local-reject"
		fact paths[0].after_hop = 0
		fact paths[0].confidence = "certain"
		fact duration_ms < 3000
	SCENARIO
done <<'KINDS'
admin-prohibited icmp 10.9.3.2 EHOSTUNREACH 3 13
port-unreachable icmp 10.9.3.2 ECONNREFUSED 3 3
host-prohibited icmp 10.9.3.2 EHOSTUNREACH 3 10
net-unreachable icmp 10.9.3.2 ENETUNREACH 3 0
prot-unreachable icmp 10.9.3.2 ENOPROTOOPT 3 2
admin-prohibited icmpv6 fd09:3::2 EACCES 1 1
port-unreachable icmpv6 fd09:3::2 ECONNREFUSED 1 4
no-route icmpv6 fd09:3::2 ENETUNREACH 1 0
policy-fail icmpv6 fd09:3::2 EACCES 1 5
KINDS
scenario 'a TCP reset in output: the SYN whose reset is ignored cannot leave' 2 -- 10.9.3.2 <<'SCENARIO'
c output tcp dport 25 reject with tcp reset
--
expect NET_REJECTED_BY_THIS_HOST
fact endpoints[0].connect.outcome = "refused"
fact endpoints[0].connect.arrival_ttl = 64
fact paths[0].verdict = "local-reject"
fact paths[0].resent = 1
fact paths[0].resent_failed = 1
fact findings lacks {"code": "PATH_RESET_ON_THE_WAY"}
SCENARIO
scenario 'IPv6: a TCP reset in output' 2 -- fd09:3::2 <<'SCENARIO'
c output tcp dport 25 reject with tcp reset
--
expect NET_REJECTED_BY_THIS_HOST
fact paths[0].verdict = "local-reject"
SCENARIO
while read -r type errno code; do
	scenario "a route of type $type: nothing is sent" 2 -- 10.9.3.2 <<-SCENARIO
		run c ip route add $type 10.9.3.0/24
		--
		exit 2
		expect $code
		fact endpoints[0].connect.errno = "$errno"
		fact endpoints[0].connect.icmp = null
		fact paths = []
		fact status = "unchecked"
	SCENARIO
done <<'ROUTES'
unreachable EHOSTUNREACH NET_LOCAL_ROUTE_FORBIDS
blackhole EINVAL NET_LOCAL_ROUTE_FORBIDS
prohibit EACCES NET_LOCAL_DENIED
throw ENETUNREACH NET_NO_ROUTE
ROUTES
scenario 'policy routing prohibits port 25 alone' 2 -- 10.9.3.2 <<'SCENARIO'
run c ip rule add ipproto tcp dport 25 prohibit
--
exit 1
expect NET_LOCAL_DENIED
fact endpoints[0].connect.outcome = "denied"
fact endpoints[0].connect.errno = "EACCES"
fact endpoints[2].connect.outcome = "ok"
fact paths = []
SCENARIO
scenario 'no route at all' 2 -- 10.9.3.2 <<'SCENARIO'
run c ip route del default
--
exit 2
expect NET_NO_ROUTE
fact endpoints[0].connect.errno = "ENETUNREACH"
SCENARIO
scenario 'the gateway does not answer ARP: no SYN has left' 2 -- 10.9.3.2 <<'SCENARIO'
run c ip route replace default via 10.9.1.77
--
exit 2
expect NET_NEXT_HOP_DEAD
fact endpoints[0].connect.errno = "EHOSTUNREACH"
fact endpoints[0].connect.icmp.from = "10.9.1.1"
fact endpoints[0].connect.syn_retransmits = 0
fact endpoints[0].connect.ms > 2500
fact vantage.ipv4.route = true
SCENARIO
scenario 'IPv6: the gateway does not answer neighbour discovery' 2 -- fd09:3::2 <<'SCENARIO'
run c ip route replace default via fd09:1::77
--
exit 2
expect NET_NEXT_HOP_DEAD
fact endpoints[0].connect.icmp.from = "fd09:1::1"
SCENARIO
scenario 'IPv6 is off here' 2 -- fd09:3::2 <<'SCENARIO'
run c echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
--
exit 2
expect NET_NO_ROUTE
fact endpoints[0].connect.outcome = "unreachable"
fact vantage.ipv6.route = false
SCENARIO
scenario 'no IPv6 route here' 2 -- fd09:3::2 <<'SCENARIO'
run c ip -6 route del default
--
exit 2
expect NET_NO_ROUTE
fact endpoints[0].connect.errno = "ENETUNREACH"
SCENARIO
scenario 'no local port is left' 2 -- --port 25 10.9.3.2 <<'SCENARIO'
run c echo '40000 40000' >/proc/sys/net/ipv4/ip_local_port_range
run c bash -c 'exec 3<>/dev/tcp/10.9.3.2/25; sleep 30' &
run c sleep 0.2
--
exit 2
expect NET_LOCAL_PORTS_USED_UP
SCENARIO
while read -r type errno code; do
	scenario "IPv6: a route of type $type: nothing is sent" 2 -- fd09:3::2 <<-SCENARIO
		run c ip -6 route add $type fd09:3::/64
		--
		exit 2
		expect $code
		fact endpoints[0].connect.errno = "$errno"
		fact endpoints[0].connect.icmp = null
		fact paths = []
	SCENARIO
done <<'ROUTES'
unreachable EHOSTUNREACH NET_LOCAL_ROUTE_FORBIDS
blackhole EINVAL NET_LOCAL_ROUTE_FORBIDS
prohibit EACCES NET_LOCAL_DENIED
throw ENETUNREACH NET_NO_ROUTE
ROUTES
while read -r family target type errno code; do
	scenario "policy routing, $type for port 25 alone, to $target" 2 -- "$target" <<-SCENARIO
		run c ip $family rule add ipproto tcp dport 25 $type
		--
		exit 1
		expect $code
		fact endpoints[0].connect.errno = "$errno"
		fact endpoints[0].connect.icmp = null
		fact endpoints[2].connect.outcome = "ok"
		fact paths = []
		fact findings lacks {"code": "NET_25_REJECTED"}
		fact findings lacks {"code": "NET_HOST_UNREACHABLE"}
	SCENARIO
done <<'RULES'
-4 10.9.3.2 blackhole EINVAL NET_LOCAL_ROUTE_FORBIDS
-6 fd09:3::2 prohibit EACCES NET_LOCAL_DENIED
RULES
scenario 'the interface is down' 2 -- 10.9.3.2 <<'SCENARIO'
run c ip link set dn down
--
exit 2
expect NET_NO_ROUTE
fact endpoints[0].connect.errno = "ENETUNREACH"
fact paths = []
SCENARIO
scenario 'only a link-local IPv6 address here: beyond its scope (RFC 4443 3.1), no firewall' 2 -- fd09:3::2 <<'SCENARIO'
run c ip -6 addr del fd09:1::1/64 dev dn
--
exit 1
fact endpoints[0].connect.outcome = "unreachable"
fact endpoints[0].connect.icmp.type = 1
fact endpoints[0].connect.icmp.code = 2
fact findings lacks {"code": "NET_25_REJECTED"}
fact findings lacks {"code": "NET_REJECTED_BY_THIS_HOST"}
SCENARIO
scenario 'nftables drops at the egress of the interface' 2 -- 10.9.3.2 <<SCENARIO
run c nft 'table netdev out { chain out { type filter hook egress device dn priority 0; tcp dport 25 drop; }; }'
--
$(dropped_here)
SCENARIO
confine=$build/tests/lab/confine
scenario 'a control group drops what is sent (IPAddressDeny= of systemd)' 2 \
	"needs=$confine egress 25 -" "around=$confine egress 25" -- 10.9.3.2 <<SCENARIO
--
$(dropped_here)
SCENARIO
# The command of the sandbox, where it stands (see scenario), and what connect() says.
while read -r how ports where errno; do
	scenario "a sandbox ($how) refuses connect() to port 25 alone" 2 \
		"needs=$confine $how $ports -" "$where=$confine $how $ports" -- 10.9.3.2 <<-SCENARIO
		--
		exit 1
		expect NET_LOCAL_DENIED
		fact endpoints[0].connect.outcome = "denied"
		fact endpoints[0].connect.errno = "$errno"
		fact endpoints[0].connect.icmp = null
		fact endpoints[2].connect.outcome = "ok"
		fact paths = []
	SCENARIO
done <<'SANDBOXES'
landlock 443,465,587 before EACCES
connect 25 around EPERM
SANDBOXES
scenario 'the gateway is dead, and another program has asked for it already: no firewall' 2 -- 10.9.3.2 <<'SCENARIO'
run c ip route replace default via 10.9.1.77
run c timeout 4 bash -c 'exec 3<>/dev/tcp/10.9.3.3/443' 2>/dev/null & sleep 2.6
--
exit 2
expect NET_NEXT_HOP_DEAD
fact endpoints[0].connect.errno = "EHOSTUNREACH"
fact endpoints[0].connect.icmp.from = "10.9.1.1"
fact endpoints[0].connect.ms < 1000
fact paths = []
fact findings lacks {"code": "NET_REJECTED_BY_THIS_HOST"}
SCENARIO
scenario 'IPv6: the same' 2 -- fd09:3::2 <<'SCENARIO'
run c ip route replace default via fd09:1::77
run c timeout 4 bash -c 'exec 3<>/dev/tcp/fd09:3::3/443' 2>/dev/null & sleep 2.6
--
exit 2
expect NET_NEXT_HOP_DEAD
fact paths = []
fact findings lacks {"code": "NET_REJECTED_BY_THIS_HOST"}
SCENARIO
scenario 'policy routing, unreachable for port 25 alone' 2 -- 10.9.3.2 <<'SCENARIO'
run c ip rule add ipproto tcp dport 25 unreachable
--
exit 1
expect NET_LOCAL_ROUTE_FORBIDS
fact endpoints[0].connect.errno = "ENETUNREACH"
fact endpoints[2].connect.outcome = "ok"
SCENARIO
done_with_scenarios
