#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Comparisons: control hosts, another source address, a SOCKS5 proxy. TAP.
# shellcheck disable=SC1091,SC2154  # lab_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/lab_lib.sh"
own_namespaces 170

scenario 'a control host whose 25 opens: the block is at that end' 3 -- \
	--control 10.9.4.3 10.9.4.2 <<'SCENARIO'
s input ip daddr 10.9.4.2 tcp dport 25 drop
--
exit 1
expect NET_BLOCKED_AT_THAT_END
fact comparisons[0].kind = "control"
fact comparisons[0].port = 25
fact comparisons[0].connect.outcome = "ok"
fact comparisons[0].greeting = "220 mail.lab ESMTP"
fact comparisons[0].via = null
fact comparisons[3] = null
fact findings lacks {"code": "NET_25_SILENT_OTHERS_ANSWER"}
fact duration_ms < 7000
SCENARIO
scenario 'a control host whose 25 is silent as well: the block is on this side' 3 -- \
	--control 10.9.4.3 10.9.4.2 <<'SCENARIO'
r2 forward tcp dport 25 drop
--
exit 1
expect NET_BLOCKED_ON_OUR_SIDE
fact comparisons[0].connect.outcome = "timeout"
fact comparisons[2].connect.outcome = "ok"
SCENARIO
scenario 'a control host of the other family decides nothing' 3 -- --control fd09:4::3 10.9.4.2 <<'SCENARIO'
r1 forward ip protocol tcp tcp dport 25 drop
--
exit 1
expect PATH_DROPPED_NEAR_HERE
fact comparisons[0].connect.outcome = "ok"
fact findings lacks {"code": "NET_BLOCKED_AT_THAT_END"}
SCENARIO
scenario 'a control host by name, and one that has no address' 3 -- --resolver 127.0.0.1:5300 \
	--control mx2.lab.test:25 --control nowhere.lab.test 10.9.4.2 <<SCENARIO
run c printf 'mx2.lab.test A 10.9.4.3\n' >zone.$$; $build/tests/support/fake_dns -p 5300 zone.$$ >/dev/null 2>&1 &
s input ip daddr 10.9.4.2 tcp dport 25 drop
--
expect NET_BLOCKED_AT_THAT_END
expect NET_COMPARISON_FAILED
fact comparisons[0].host = "mx2.lab.test"
fact comparisons[0].address = "10.9.4.3"
fact comparisons[1].host = "nowhere.lab.test"
fact comparisons[1].address = null
fact comparisons[1].connect.outcome = "error"
SCENARIO
scenario 'another address of this machine is let through' 2 -- --from 10.9.1.9 10.9.3.2 <<'SCENARIO'
run c ip addr add 10.9.1.9/24 dev dn
r1 forward ip saddr 10.9.1.1 tcp dport 25 drop
--
exit 1
expect NET_BLOCKED_ON_OUR_SIDE
fact comparisons has {"kind": "from", "via": "10.9.1.9", "port": 25, "greeting": "220 mail.lab ESMTP"}
fact comparisons[0].connect.source = "10.9.1.9"
SCENARIO
scenario 'an interface by its name, IPv6' 2 -- --from dn fd09:3::2 <<'SCENARIO'
--
fact comparisons has {"kind": "from", "via": "dn", "port": 25, "greeting": "220 mail.lab ESMTP"}
SCENARIO
if command -v microsocks >/dev/null; then
	scenario 'open by the proxy: the block is on this side' 2 -- --socks5 10.9.1.2:1080 10.9.3.2 <<-'SCENARIO'
		run r1 microsocks -i 10.9.1.2 -p 1080 >/dev/null 2>&1 &
		r1 forward tcp dport 25 drop
		--
		exit 1
		expect NET_BLOCKED_ON_OUR_SIDE
		fact comparisons has {"kind": "socks5", "via": "10.9.1.2:1080", "port": 25, "proxy_reply": 0, "greeting": "220 mail.lab ESMTP"}
	SCENARIO
	scenario 'closed by the proxy as well: refused' 2 -- --port 26,587 --socks5 10.9.1.2:1080 10.9.3.2 <<-'SCENARIO'
		run r1 microsocks -i 10.9.1.2 -p 1080 >/dev/null 2>&1 &
		--
		fact comparisons has {"kind": "socks5", "port": 26, "proxy_reply": 5, "greeting": null}
		fact comparisons has {"kind": "socks5", "port": 587, "proxy_reply": 0}
	SCENARIO
	scenario 'silent by the proxy as well' 2 -- --socks5 10.9.1.2:1080 10.9.3.2 <<-'SCENARIO'
		run r1 microsocks -i 10.9.1.2 -p 1080 >/dev/null 2>&1 &
		s input tcp dport 25 drop
		--
		exit 1
		note NET_NOT_BY_PROXY_EITHER
		fact comparisons has {"kind": "socks5", "port": 25, "proxy_reply": null}
	SCENARIO
fi
scenario 'a proxy that is not there' 2 -- --socks5 10.9.1.2:1080 10.9.3.2 <<'SCENARIO'
--
expect NET_COMPARISON_FAILED
fact comparisons[0].connect.outcome = "error"
fact comparisons[0].connect.error = null
fact comparisons[0].connect.errno = "the proxy itself cannot be reached"
SCENARIO
scenario 'a proxy that is a mail server: no SOCKS5' 2 -- --socks5 10.9.3.2:587 10.9.3.2 <<'SCENARIO'
--
expect NET_COMPARISON_FAILED
fact comparisons[0].proxy_reply = null
SCENARIO
done_with_scenarios
