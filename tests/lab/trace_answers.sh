#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A port that is answered, but perhaps by somebody else: resets and interception. TAP.
# shellcheck disable=SC1091,SC2154  # lab_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/lab_lib.sh"
own_namespaces 170

scenario 'IPv4: the first router resets: nearer than the host, and with another TTL' 2 -- 10.9.3.2 <<'SCENARIO'
r1 forward tcp dport 25 reject with tcp reset
--
exit 1
expect PATH_RESET_ON_THE_WAY
fact endpoints[0].connect.outcome = "refused"
fact endpoints[0].connect.icmp = null
fact endpoints[0].connect.segments_in = 1
fact endpoints[0].connect.arrival_ttl = 64
fact endpoints[2].connect.arrival_ttl = 62
fact paths[0].verdict = "reset"
fact paths[0].after_hop = 1
fact paths[0].by_hop = 2
fact paths[0].confidence = "high"
fact duration_ms < 4000
SCENARIO
scenario 'IPv6: the first router resets' 2 -- fd09:3::2 <<'SCENARIO'
r1 forward tcp dport 25 reject with tcp reset
--
exit 1
expect PATH_RESET_ON_THE_WAY
fact endpoints[0].connect.arrival_ttl = 64
fact endpoints[2].connect.arrival_ttl = 62
fact paths[0].verdict = "reset"
fact paths[0].by_hop = 2
SCENARIO
scenario 'the first router resets what comes in: not this machine, whose SYNs leave' 2 -- 10.9.3.2 <<'SCENARIO'
r1 raw tcp dport 25 reject with tcp reset
--
exit 1
expect PATH_RESET_ON_THE_WAY
fact paths[0].verdict = "reset"
fact paths[0].after_hop = 0
fact paths[0].by_hop = 1
fact paths[0].resent = 1
fact paths[0].resent_failed = 0
SCENARIO
scenario 'the last router resets: at the distance of the host, told by its TTL' 2 -- 10.9.3.2 <<'SCENARIO'
r2 forward tcp dport 25 reject with tcp reset
--
exit 1
expect PATH_RESET_ON_THE_WAY
fact endpoints[0].connect.arrival_ttl = 63
fact endpoints[2].connect.arrival_ttl = 62
fact paths[0].verdict = "reset"
fact paths[0].after_hop = 2
fact paths[0].by_hop = 3
fact paths[0].confidence = "possible"
SCENARIO
scenario 'the host itself resets: all agrees, and nothing is traced' 2 -- 10.9.3.2 <<'SCENARIO'
s input tcp dport 25 reject with tcp reset
--
fact endpoints[0].connect.outcome = "refused"
fact endpoints[0].connect.arrival_ttl = 62
fact endpoints[2].connect.arrival_ttl = 62
fact paths = []
fact findings lacks {"code": "PATH_RESET_ON_THE_WAY"}
SCENARIO
scenario 'a port where nothing listens: the same' 2 -- --port 24,587 10.9.3.2 <<'SCENARIO'
--
fact endpoints[0].connect.outcome = "refused"
fact endpoints[0].connect.icmp = null
fact paths = []
SCENARIO
scenario 'a host that changes its mind while its TTL is looked for: the search ends' 2 -- 10.9.3.2 <<'SCENARIO'
s input tcp dport 25 limit rate 1/hour burst 4 packets reject with tcp reset
s input tcp dport 25 reject with icmp port-unreachable
--
fact endpoints[0].connect.outcome = "refused"
fact endpoints[0].connect.arrival_ttl = null
fact duration_ms < 7000
SCENARIO
scenario 'two names of one host are no interception' 2 -- 10.9.3.2 <<SCENARIO
run s $build/tests/lab/mail_host relay.lab 2525
s dstnat tcp dport 25 redirect to :2525
--
fact endpoints[0].greeting.lines[0] = "220 relay.lab ESMTP"
fact endpoints[0].connect.arrival_ttl = 62
fact endpoints[2].connect.arrival_ttl = 62
fact paths = []
fact findings lacks {"code": "PATH_INTERCEPTED"}
SCENARIO
scenario '--trace always traces a genuine refusal too' 2 -- --trace always 10.9.3.2 <<'SCENARIO'
s input tcp dport 25 reject with tcp reset
--
fact paths[0].verdict = "reset"
fact paths[0].by_hop = 3
fact paths[0].confidence = "possible"
fact findings lacks {"code": "PATH_RESET_ON_THE_WAY"}
SCENARIO
scenario 'IPv4: a transparent proxy on the first router answers 25 with a banner of its own' 2 -- 10.9.3.2 <<SCENARIO
run r1 $build/tests/lab/mail_host proxy.hotel 2525
r1 dstnat tcp dport 25 redirect to :2525
--
expect PATH_INTERCEPTED
fact endpoints[0].connect.outcome = "ok"
fact paths[0].verdict = "intercepted"
fact paths[0].after_hop = 0
fact paths[0].by_hop = 1
fact paths[0].confidence = "high"
fact endpoints[0].connect.arrival_ttl = 64
fact endpoints[2].connect.arrival_ttl = 62
SCENARIO
scenario 'IPv6: a transparent proxy on the second router' 3 -- fd09:4::2 <<SCENARIO
run r2 $build/tests/lab/mail_host proxy.hotel 2525
r2 dstnat tcp dport 25 redirect to :2525
--
expect PATH_INTERCEPTED
fact paths[0].verdict = "intercepted"
fact paths[0].after_hop = 1
fact paths[0].by_hop = 2
SCENARIO
scenario 'a proxy that greets like the host is found with --trace always' 2 -- --trace always 10.9.3.2 <<SCENARIO
run r2 $build/tests/lab/mail_host mail.lab 2525
r2 dstnat tcp dport 25 redirect to :2525
--
expect PATH_INTERCEPTED
fact paths[0].verdict = "intercepted"
fact paths[0].by_hop = 2
SCENARIO
scenario 'a host that passes 587 on to a machine behind it does not intercept 25' 3 -- --trace always 10.9.3.2 <<SCENARIO
run r3 $build/tests/lab/mail_host mail.lab 25 443 465
r3 dstnat ip daddr 10.9.3.2 tcp dport 587 dnat ip to 10.9.4.2
--
fact paths[0].control_port = 587
fact paths[0].control[2].from = "10.9.3.2"
fact paths[0].control[3].kind = "open"
fact paths[0].verdict = "open"
fact findings lacks {"code": "PATH_INTERCEPTED"}
SCENARIO
scenario 'IPv6: the last router resets' 2 -- fd09:3::2 <<'SCENARIO'
r2 forward tcp dport 25 reject with tcp reset
--
exit 1
expect PATH_RESET_ON_THE_WAY
fact endpoints[0].connect.arrival_ttl = 63
fact endpoints[2].connect.arrival_ttl = 62
fact paths[0].verdict = "reset"
fact paths[0].by_hop = 3
SCENARIO
scenario 'IPv6: the host itself resets' 2 -- fd09:3::2 <<'SCENARIO'
s input tcp dport 25 reject with tcp reset
--
fact endpoints[0].connect.outcome = "refused"
fact endpoints[0].connect.arrival_ttl = 62
fact endpoints[2].connect.arrival_ttl = 62
fact paths = []
fact findings lacks {"code": "PATH_RESET_ON_THE_WAY"}
SCENARIO
scenario '5 routers, the third resets' 5 -- 10.9.6.2 <<'SCENARIO'
r3 forward tcp dport 25 reject with tcp reset
--
exit 1
expect PATH_RESET_ON_THE_WAY
fact endpoints[0].connect.arrival_ttl = 62
fact endpoints[2].connect.arrival_ttl = 59
fact paths[0].verdict = "reset"
fact paths[0].after_hop = 3
fact paths[0].by_hop = 4
SCENARIO
scenario 'the host hands 25 to another of its own ports: it answers itself, nothing is intercepted' 2 -- --trace always 10.9.3.2 <<SCENARIO
run s $build/tests/lab/mail_host mail.lab 2525
s dstnat tcp dport 25 redirect to :2525
--
fact endpoints[0].connect.outcome = "ok"
fact paths[0].verdict = "open"
fact findings lacks {"code": "PATH_INTERCEPTED"}
SCENARIO
scenario 'the last router passes 25 on to another machine beside the host: no hop is missing, so it is not told' 2 -- --trace always 10.9.3.2 <<'SCENARIO'
r2 dstnat tcp dport 25 dnat ip to 10.9.3.3
--
fact endpoints[0].connect.outcome = "ok"
fact paths[0].verdict = "open"
fact findings lacks {"code": "PATH_INTERCEPTED"}
SCENARIO
scenario 'this machine itself redirects 25 to a program of its own: not the host, which is 3 hops away' 2 -- 10.9.3.2 <<SCENARIO
run c $build/tests/lab/mail_host antivirus.here 2525
c ownnat tcp dport 25 redirect to :2525
--
fact endpoints[0].connect.outcome = "ok"
fact paths[0].verdict = "intercepted"
fact paths[0].after_hop = 0
fact paths[0].by_hop = 1
SCENARIO
done_with_scenarios
