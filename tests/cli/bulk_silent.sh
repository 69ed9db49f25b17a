#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Lists of targets of which a port is silent, or packets are lost on the way: what is silent is settled
# well before the deadline, and what is only lossy is never called silent. nginx behind nftables. TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
need_mail_proxy
need nft
need python3
own_network 240
: >text # what verdict() shows
sound_hosts
nft -f - <<-'NFT' || all_skipped 'nftables does not work here'
	table inet paths {
		chain input {
			type filter hook input priority 0;
			ip daddr 127.2.0.0/16 tcp dport 25 drop
			ip daddr 127.3.0.0/16 tcp dport { 25, 465, 587 } drop
			ip daddr 127.4.0.0/16 meta l4proto tcp numgen random mod 100 < 5 drop
			ip saddr 127.4.0.0/16 meta l4proto tcp numgen random mod 100 < 5 drop
		}
	}
NFT

# list NETWORK COUNT: addresses of 127.NETWORK.
list()
{
	for ((i = 0; i < $2; i++)); do
		echo "127.$1.$((i / 200)).$((i % 200 + 1))"
	done >list
	"$probe" --ca-file certs/ca.crt --resolver 127.0.0.1:53 --output json=out.jsonl --input list --concurrency 300 \
		"${@:3}" >text 2>stderr </dev/null
}

# each CODE: python that sees every record as r, its ports as port (of number), and says what is wrong.
each()
{
	python3 - out.jsonl <<-PYTHON 2>&1 | head -n 3
	import json, sys
	for line in open(sys.argv[1]):
	    r = json.loads(line)
	    port = {e["port"]: e["connect"] for e in r["endpoints"]}
	    codes = [f["code"] for f in r["findings"]]
	    $1
PYTHON
}

# The deadline is far off: only lost SYNs can have settled it.
list 2 100 --connect-timeout 30
{ [ "$(wc -l <out.jsonl)" -eq 100 ] || echo 'not every target has a record'
  each 'assert port[25]["outcome"] == "timeout" and port[25]["ms"] < 15000, port[25]'
  each 'assert port[25]["syn_retransmits"] >= 6, port[25]'
  each 'assert port[465]["outcome"] == port[587]["outcome"] == "ok", port'
  each 'assert "NET_25_SILENT_OTHERS_ANSWER" in codes, codes'; } >wrong
verdict '25 is silent and 465 and 587 answer: settled after seven lost SYNs'
list 3 100
{ each 'assert all(p["outcome"] == "timeout" and p["ms"] >= 3900 for p in port.values()), port'
  each 'assert all(p["syn_retransmits"] >= 7 for p in port.values()), port'; } >wrong
verdict 'nothing answers: settled after the 4 s of a list'
list 4 500
{ [ "$(wc -l <out.jsonl)" -eq 500 ] || echo 'not every target has a record'
  each 'assert all(p["outcome"] == "ok" for p in port.values()), (r["target"]["name"], port)'
  grep -q '"NET_SYN_LOST"' out.jsonl || echo 'no SYN was lost: this tests nothing'; } >wrong
verdict 'one packet in twenty is lost each way: no port of 500 hosts is called silent'
(ulimit -n 64 && list 4 60)
each 'assert all(p["outcome"] == "ok" for p in port.values()), (r["target"]["name"], port)' >wrong
verdict 'nor where there is no room for more sockets'
printf '127.2.0.1\n127.1.0.1\n' >list
"$probe" --ca-file certs/ca.crt --resolver 127.0.0.1:53 --output json=out.jsonl --input list --connect-timeout 1 \
	>text 2>stderr </dev/null
each 'assert r["target"]["name"] != "127.2.0.1" or 900 < port[25]["ms"] < 2000 and port[25]["syn_retransmits"] >= 1, port' >wrong
verdict 'a shorter deadline is kept'
done_testing
