#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A path through a router that swallows large packets and sends no ICMP: client, router and server
# have a network each, joined by veth pairs; nftables on the router drops what is forwarded. TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
need nft nsenter
own_network 60

# in_net NAME COMMAND...
in_net()
{
	local pid=${pids[$1]}
	shift
	nsenter --net="/proc/$pid/ns/net" "$@"
}

# network NAME: an empty one, which lives as long as a process in it does.
network()
{
	start "$1" unshare --net sleep 100
	for _ in {1..100}; do
		[ "$(readlink "/proc/${pids[$1]}/ns/net")" = "$(readlink /proc/$$/ns/net)" ] || return 0
		sleep 0.02
	done
	all_skipped 'no second network namespace here'
}

# Each segment a packet of its own, as on a wire: a veth pair would carry them put together.
join_networks()
{
	ip link add name toward gso_max_segs 1 type veth peer name near gso_max_segs 1 &&
		ip link set near netns "${pids[router]}" &&
		in_net router ip link add name far gso_max_segs 1 type veth peer name away \
			gso_max_segs 1 &&
		in_net router ip link set away netns "${pids[server]}"
}

address()
{
	ip address add "$2" dev "$1"
	ip -6 address add "$3" dev "$1" nodad
	ip link set "$1" up
}

network router
network server
join_networks 2>link.log || all_skipped "no veth pairs here: $(head -n 1 link.log)"
address toward 192.0.2.1/25 2001:db8:1::1/64
ip route add default via 192.0.2.2
ip -6 route add default via 2001:db8:1::2
export -f address
in_net router bash -c 'address near 192.0.2.2/25 2001:db8:1::2/64
	address far 192.0.2.130/25 2001:db8:2::2/64
	echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 1 >/proc/sys/net/ipv6/conf/all/forwarding' 2>route.log ||
	all_skipped "no router here: $(head -n 1 route.log)"
in_net server bash -c 'address away 192.0.2.129/25 2001:db8:2::1/64
	ip route add default via 192.0.2.130
	ip -6 route add default via 2001:db8:2::2'
in_net router nft add table inet path 2>nft.log ||
	all_skipped "nftables cannot be used here: $(head -n 1 nft.log)"
in_net router nft add chain inet path forward '{ type filter hook forward priority 0; }'

# The whole dialogue, as often as it is asked for, with a certificate of 4 kB.
cat >starttls.smtp <<'SCRIPT'
# A sound server
port 587
S: 220 mx.test ESMTP
C: EHLO *
S: 250-mx.test
S: 250-SIZE 10485760
S: 250 STARTTLS
C: STARTTLS
S: 220 2.0.0 Ready to start TLS
tls big
C: EHLO *
S: 250-mx.test
S: 250-SIZE 10485760
S: 250 AUTH PLAIN LOGIN
C: QUIT
S: 221 2.0.0 Bye

connection enforcement
S: 220 mx.test ESMTP
C: EHLO *
S: 250-mx.test
S: 250 STARTTLS
C: RSET
S: 530 5.7.0 Must issue a STARTTLS command first
C: QUIT
SCRIPT
{
	sed '/^connection/,$d' starttls.smtp
	echo 'connection later'
	sed -e '1,2d' -e '/^connection/,$d' starttls.smtp
	sed -n '/^connection/,$p' starttls.smtp
} >three.smtp
cat >implicit.smtp <<'SCRIPT'
# A sound server, TLS first
port 465
port-first tls
tls big
S: 220 mx.test ESMTP
C: EHLO *
S: 250-mx.test
S: 250-SIZE 10485760
S: 250 AUTH PLAIN LOGIN
C: QUIT
S: 221 2.0.0 Bye
SCRIPT

# serve ADDRESS: a new client's first connection plays the first script.
serve()
{
	stop smtpd
	start smtpd nsenter --net="/proc/${pids[server]}/ns/net" "$support/fake_smtpd" \
		-c "$work/certs" -a "$1" three.smtp implicit.smtp
	for _ in {1..200}; do
		in_net server ss -Hltn 'sport = :465' | grep -q . && return
		sleep 0.02
	done
	bail_out "no server: $(tail -n 3 smtpd.log)"
}

# path [RULE]: what the router does to what it forwards.
path()
{
	in_net router nft flush chain inet path forward
	[ $# -eq 0 ] || in_net router nft add rule inet path forward "$1" || bail_out "nft: $1"
}

etc hosts '127.0.0.1 localhost' '192.0.2.129 mx.test' '2001:db8:2::1 six.mx.test'
short=(--tls-timeout 1 --greeting-timeout 3)

path
serve 192.0.2.129
run --host --port 465,587 "${short[@]}" mx.test
judge 0 '' 'through a sound router all is well, and nothing is tried with small segments' <<'FACTS'
note ALL_WELL
fact endpoints[0].port = 465
fact endpoints[0].mode = "implicit-tls"
fact endpoints[0].small_segments = null
fact endpoints[1].tls.verified = true
fact endpoints[1].small_segments = null
fact endpoints[1].tcp.path_mtu = 1500
fact endpoints[1].tcp.advertised_mss > 1400
fact endpoints[1].tcp.out_of_order = 0
fact duration_ms < 1000
FACTS

path 'meta length > 1000 drop'
serve 192.0.2.129
run "${short[@]}" mx.test:587
judge 1 PATH_MTU_BLACK_HOLE 'the router swallows large packets: STARTTLS stalls, small segments pass' <<'FACTS'
fact endpoints[0].starttls.outcome = "ok"
fact endpoints[0].tls.outcome = "timeout"
fact endpoints[0].enforcement.code = 530
fact endpoints[0].small_segments.mss = 536
fact endpoints[0].small_segments.outcome = "ok"
fact endpoints[0].small_segments.ms < 900
fact endpoints[0].tcp.path_mtu = 1500
fact endpoints[0].tcp.advertised_mss > 1400
fact duration_ms > 1000
fact duration_ms < 2200
FACTS

serve 192.0.2.129
run "${short[@]}" mx.test:465
judge 1 PATH_MTU_BLACK_HOLE 'implicit TLS stalls in the same way, within the time of the listener' <<'FACTS'
fact endpoints[0].mode = "implicit-tls"
fact endpoints[0].tls.outcome = "timeout"
fact endpoints[0].small_segments.outcome = "ok"
fact duration_ms < 3500
FACTS

# IPv6 carries 1280 over every link (RFC 8200 5).
path 'meta length > 1280 drop'
serve 2001:db8:2::1
run "${short[@]}" six.mx.test:587
judge 1 PATH_MTU_BLACK_HOLE 'IPv6: the least that every link carries gets through' <<'FACTS'
fact endpoints[0].family = "ipv6"
fact endpoints[0].tls.outcome = "timeout"
fact endpoints[0].small_segments.mss = 1220
fact endpoints[0].small_segments.outcome = "ok"
FACTS

path 'meta length > 400 drop'
serve 192.0.2.129
run "${short[@]}" mx.test:587
judge 1 TLS_HANDSHAKE_TIMEOUT 'where small segments get lost as well, no such claim is made' <<'FACTS'
fact endpoints[0].tls.outcome = "timeout"
fact endpoints[0].small_segments.outcome = "timeout"
fact duration_ms < 3000
FACTS

serve 192.0.2.129
run "${short[@]}" --timeout 1.5 mx.test:587
judge 2 TLS_HANDSHAKE_TIMEOUT "the target's time is kept: what is left of it, the second try may use" <<'FACTS'
fact cut_short = true
fact endpoints[0].small_segments.outcome = "cut-short"
fact duration_ms < 1900
FACTS
done_testing
