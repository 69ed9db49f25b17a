#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Blocked ports: nftables and the routing table of the script's own network namespace stand for the
# firewalls between a client and a mail host, which is nginx. TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
need nft
need_mail_proxy
own_network 60

# Addresses for documentation (RFC 5737, RFC 3849), which exist in this namespace only.
ip address add 192.0.2.1/24 dev lo
ip address add 192.0.2.2/24 dev lo
ip -6 address add 2001:db8::1/64 dev lo nodad
nft add table inet block 2>nft.log ||
	all_skipped "nftables cannot be used here: $(head -n 1 nft.log)"
mail_hosts 192.0.2.1 192.0.2.2 '[2001:db8::1]'
etc hosts '127.0.0.1 localhost' '192.0.2.1 mx.test' '192.0.2.1 both.mx.test' \
	'2001:db8::1 both.mx.test' '192.0.2.1 far.mx.test' '2001:db8:ffff::1 far.mx.test' \
	'192.0.2.1 two.mx.test' '192.0.2.2 two.mx.test'

# firewall RULE...: at the door of the host, and nothing else.
firewall()
{
	local rule
	nft flush table inet block
	nft add chain inet block input '{ type filter hook input priority 0; }'
	for rule; do
		nft add rule inet block input "$rule" || bail_out "nft: $rule"
	done
}

# lasts FROM TO: what the last run took, in milliseconds. Generous: the end is the matter.
lasts()
{
	printf 'fact duration_ms > %s\nfact duration_ms < %s\n' "$(($1 - 50))" "$2"
}

firewall
run --host both.mx.test
judge 0 '' 'without a firewall all six ports answer' <<'FACTS'
note ALL_WELL
fact endpoints[5].tls.verified = true
fact endpoints[6] = null
FACTS

firewall 'tcp dport 25 drop'
run --host mx.test --trace never
judge 1 NET_25_SILENT_OTHERS_ANSWER \
	'port 25 is silent while others answer: that is the problem' <<FACTS
$(lasts 5000 6500)
fact endpoints[0].connect.outcome = "timeout"
fact endpoints[0].connect.errno = null
fact endpoints[0].mode = null
fact endpoints[0].greeting.outcome = "not-run"
fact endpoints[0].not_reached has {"stage": "greeting"}
FACTS
also 'the other ports are tested to the end, and advised' <<'FACTS'
fact endpoints[1].port = 465
fact endpoints[1].tls.verified = true
fact endpoints[1].transcript has {"from": "client", "text": "QUIT", "encrypted": true}
fact endpoints[2].port = 587
fact endpoints[2].tls.verified = true
fact advice[0].port = 465
fact advice[1].port = 587
fact advice[2] = null
FACTS
shows 'the report does not offer 587 in place of 25 to other hosts' <<'LINES'
do not replace 25
LINES

run --host mx.test --connect-timeout 1 --trace never
judge 1 NET_25_SILENT_OTHERS_ANSWER 'a silent port ends the run with the budget that is set' <<FACTS
$(lasts 1000 2500)
fact endpoints[0].connect.ms > 950
FACTS

firewall 'tcp dport { 25, 465, 587 } drop'
run --host mx.test --connect-timeout 1 --trace never
judge 1 NET_PORT_SILENT 'all ports are silent: nobody can tell why, and no advice is given' <<FACTS
$(lasts 1000 2500)
fact endpoints[1].connect.outcome = "timeout"
fact endpoints[2].connect.outcome = "timeout"
fact advice = []
FACTS

firewall 'tcp dport 465 drop'
run --host mx.test --connect-timeout 1
judge 0 '' 'one silent submission port beside another that works is no problem' <<'FACTS'
note NET_SOME_PORTS_SILENT
fact endpoints[1].connect.outcome = "timeout"
fact endpoints[0].tls.verified = true
fact advice[0].port = 587
FACTS

firewall 'tcp dport 25 reject with tcp reset'
run --host mx.test
judge 0 '' 'a host that refuses 25 and takes submission is no problem' <<'FACTS'
fact endpoints[0].connect.outcome = "refused"
fact endpoints[0].connect.errno = "ECONNREFUSED"
fact endpoints[1].tls.verified = true
fact advice[0].port = 465
FACTS
run mx.test:25
judge 1 NET_PORT_REFUSED 'the one port that was asked for is refused: a problem' <<FACTS
fact endpoints[0].connect.outcome = "refused"
$(lasts 0 1500)
FACTS

firewall 'tcp dport 25 reject with icmpx admin-prohibited'
run --host mx.test
judge 1 NET_REJECTED_BY_THIS_HOST \
	'a firewall that turns 25 away by ICMP in the name of this machine: it is this machine' <<FACTS
fact endpoints[0].connect.icmp.type = 3
fact endpoints[0].connect.icmp.code = 13
fact endpoints[0].connect.icmp.from = "192.0.2.1"
fact paths[0].verdict = "local-reject"
fact endpoints[0].connect.outcome = "unreachable"
fact endpoints[0].connect.errno = "EHOSTUNREACH"
fact endpoints[1].tls.verified = true
$(lasts 0 1500)
FACTS

firewall 'tcp dport { 25, 465, 587 } reject with icmpx host-unreachable'
run --host mx.test
judge 2 NET_REJECTED_BY_THIS_HOST 'all is rejected by this machine itself: nothing was tested' <<'FACTS'
fact endpoints[0].connect.outcome = "unreachable"
fact endpoints[2].connect.outcome = "unreachable"
fact advice = []
FACTS

firewall 'ip daddr 192.0.2.2 tcp dport { 25, 465, 587 } drop'
run --host two.mx.test --connect-timeout 1
judge 0 NET_ADDRESS_DEAD \
	'one of two addresses is dead: the host still works, with a warning' <<'FACTS'
fact endpoints has {"address": "192.0.2.1", "port": 587, "mode": "plaintext"}
fact endpoints has {"address": "192.0.2.2", "port": 587, "mode": null}
FACTS

firewall 'meta nfproto ipv6 tcp dport { 25, 465, 587 } drop'
run --host both.mx.test --connect-timeout 1
judge 0 NET_IPV6_BROKEN 'IPv6 is silent, IPv4 works: a warning about IPv6' <<'FACTS'
fact endpoints has {"address": "2001:db8::1", "port": 25, "mode": null}
fact advice[0].host = "both.mx.test"
FACTS

firewall 'meta nfproto ipv6 tcp dport 25 reject with icmpx admin-prohibited'
run --host both.mx.test --port 25
judge 1 NET_REJECTED_BY_THIS_HOST 'IPv6 is turned away by a firewall of this machine' <<'FACTS'
fact endpoints has {"address": "192.0.2.1", "mode": "plaintext"}
fact endpoints has {"address": "2001:db8::1", "mode": null}
FACTS

firewall
run --host far.mx.test
judge 0 '' 'no route to an IPv6 address: that is this machine, not the host' <<'FACTS'
note NET_NO_IPV6
fact vantage.ipv6.route = false
fact vantage.ipv4.route = true
fact endpoints has {"address": "192.0.2.1", "port": 25, "mode": "plaintext"}
fact endpoints[3].address = "2001:db8:ffff::1"
fact endpoints[3].connect.outcome = "unreachable"
fact endpoints[3].connect.errno = "ENETUNREACH"
FACTS

run 198.51.100.1
judge 2 NET_NO_ROUTE 'no route at all: nothing could be tested, exit 2' <<'FACTS'
fact status = "unchecked"
fact endpoints[0].connect.outcome = "unreachable"
FACTS

ip route add prohibit 198.51.100.0/24
run 198.51.100.1:25
judge 2 NET_LOCAL_DENIED 'a rule of this machine forbids it: nothing is said of the host' <<'FACTS'
fact endpoints[0].connect.outcome = "denied"
fact endpoints[0].connect.errno = "EACCES"
FACTS

firewall 'tcp dport 465 ct state established drop'
run mx.test:465 --host --tls-timeout 1 --greeting-timeout 1
judge 1 SMTP_SILENT 'a port that is let in but never answered is silent, not closed' <<'FACTS'
fact endpoints[0].connect.outcome = "ok"
fact endpoints[0].mode = "silent"
fact endpoints[0].tls.outcome = "timeout"
FACTS

# A path that loses large packets (symptom D01): the certificates do not fit into a small one.
firewall 'tcp sport 587 meta length > 800 drop'
run submission://mx.test --tls-timeout 1
judge 1 PATH_MTU_BLACK_HOLE \
	'large packets are lost: STARTTLS is accepted, then TLS stalls, but not with small segments' <<FACTS
$(lasts 1000 2500)
fact endpoints[0].port = 587
fact endpoints[0].starttls.code = 220
fact endpoints[0].tls.outcome = "timeout"
fact endpoints[0].ehlo_tls.outcome = "not-run"
fact endpoints[0].not_reached has {"stage": "ehlo_tls"}
FACTS

firewall 'udp dport 53 drop'
ip address add 192.0.2.53/24 dev lo
run --resolver 192.0.2.53 --dns-timeout 1 nowhere.test
judge 2 DNS_RESOLVER_SILENT 'a silent resolver: exit 2 when its budget is used up' <<FACTS
$(lasts 1000 2500)
fact dns.queries[0].rcode = "TIMEOUT"
fact endpoints = []
FACTS
done_testing
