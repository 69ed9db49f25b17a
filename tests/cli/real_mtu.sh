#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A path that swallows large packets and tells nobody: nftables drops them between smtpprobe and a
# mail host, which is nginx, in the script's own network namespace. TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
need nft
need_mail_proxy
own_network 60

ip address add 192.0.2.1/24 dev lo
# As on an Ethernet; and each segment a packet of its own, which loopback would put together.
ip link set lo mtu 1500
ip link set lo gso_max_segs 1 2>gso.log ||
	all_skipped "this kernel does not let packets be made small: $(head -n 1 gso.log)"
nft add table inet path 2>nft.log ||
	all_skipped "nftables cannot be used here: $(head -n 1 nft.log)"
nft add chain inet path input '{ type filter hook input priority 0; }'
mail_hosts 192.0.2.1
etc hosts '127.0.0.1 localhost' '192.0.2.1 mx.test'

run --host --tls-timeout 2 --greeting-timeout 4 mx.test
judge 0 '' 'where nothing is swallowed, all is well and nothing is tried twice' <<'FACTS'
note ALL_WELL
fact endpoints[0].small_segments = null
fact endpoints[0].tcp.path_mtu = 1500
fact endpoints[0].tcp.advertised_mss > 1400
FACTS

nft add rule inet path input 'tcp sport { 25, 465, 587 } meta length > 900 drop'
run --host --tls-timeout 2 --greeting-timeout 4 mx.test
judge 1 PATH_MTU_BLACK_HOLE 'large packets vanish: the handshake stalls, small segments get through' <<'FACTS'
fact endpoints[0].starttls.outcome = "ok"
fact endpoints[0].tls.outcome = "timeout"
fact endpoints[0].small_segments.mss = 536
fact endpoints[0].small_segments.outcome = "ok"
fact endpoints[0].small_segments.ms < 1500
fact endpoints[1].mode = "implicit-tls"
fact endpoints[1].small_segments.outcome = "ok"
fact endpoints[2].small_segments.outcome = "ok"
FACTS
shows 'the report says what gets lost and what to do' <<'LINES'
MSS
LINES

nft flush chain inet path input
nft add rule inet path input 'tcp sport 587 meta length > 500 drop'
run --tls-timeout 1 mx.test:587
judge 1 TLS_HANDSHAKE_TIMEOUT 'where small segments get lost as well, no such claim is made' <<'FACTS'
fact endpoints[0].small_segments.outcome = "timeout"
FACTS
done_testing
