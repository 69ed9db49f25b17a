#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# --listen, against nginx and odd mail hosts: what is answered to which request, what may be probed, the
# limits under many, slow and vanishing clients, and how it ends. promtool reads what it says. TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
need_mail_proxy
need python3
own_network 240
: >text # what verdict() shows
ip -6 addr add ::1/128 dev lo 2>/dev/null
etc hosts '127.0.0.1 localhost mx.test' '127.0.0.9 silent.mx.test' '127.0.0.10 slow.mx.test' '127.0.0.1 other.test'
mail_hosts 127.0.0.1
start silent "$support/blocked_port" 127.0.0.9 25
clients() { timeout 60 python3 "$tests/support/http_clients.py" "$@"; }
start slow python3 "$tests/support/http_clients.py" server 127.0.0.10 25
listening silent t127.0.0.9:25
listening slow t127.0.0.10:25
printf '%s\n' '# what we ask of a submission host' '587: starttls, tls>=1.2, auth=PLAIN' >submission.expect
printf '%s\n' '2525: open' >odd.expect

# exporter ARGUMENT...: starts it on a free port; sets url.
exporter()
{
	stop exporter
	: >exporter.log
	start exporter "$probe" --listen 127.0.0.1:0 --ca-file certs/ca.crt --resolver 127.0.0.1:53 "$@"
	url=
	for _ in {1..200}; do
		url=$(sed -n 's/^smtpprobe: listening at //p' exporter.log)
		[ -z "$url" ] || return 0
		sleep 0.05
	done
	bail_out "smtpprobe does not listen: $(cat exporter.log)"
}

# answers STATUS TEXT SENTENCE URL [HEADER]: that status, and a body with TEXT in it.
answers()
{
	local status=$1 has=$2 sentence=$3
	shift 3
	clients get "$@" >reply 2>stderr
	tail -n +2 reply >text
	{
		[ "$(head -n 1 reply)" = "$status" ] || echo "the status is $(head -n 1 reply), not $status"
		grep -qF -e "$has" text || echo "\"$has\" is not in the answer"
		cat stderr
	} >wrong
	verdict "$sentence"
}

promtool_takes()
{
	command -v promtool >/dev/null || return 0
	promtool check metrics <text >wrong 2>&1 && : >wrong
	verdict "$1"
}

# refuses STATUS TEXT SENTENCE ARGUMENT...: it does not even begin.
refuses()
{
	local want=$1 has=$2 sentence=$3 got
	shift 3
	timeout 10 "$probe" "$@" >text 2>&1 </dev/null
	got=$?
	{
		[ "$got" -eq "$want" ] || echo "exit status $got, not $want"
		grep -qF -e "$has" text || echo "\"$has\" is not said"
	} >wrong
	verdict "$sentence"
}

# metric NAME: its value at /metrics.
metric()
{
	clients get "$url/metrics" | awk -v name="$1" '$1 == name { print $2 }'
}

# settles NAME VALUE SENTENCE: a metric comes down to that value within 20 s.
settles()
{
	local now
	: >text
	for _ in {1..100}; do
		now=$(metric "$1")
		[ "$now" -gt "$2" ] || break
		sleep 0.2
	done
	{ [ "$now" -le "$2" ] || echo "$1 is $now, not $2 or less"; } >wrong
	verdict "$3"
}

# ---- beginning -------------------------------------------------------------------------------

refuses 64 '--allow' 'without anything that may be probed it does not begin: no open proxy' --listen 127.0.0.1:0
refuses 64 'contradict' 'a report of one run has no place in it' --listen 127.0.0.1:0 --output json mx.test
refuses 64 'belongs to --listen' 'what belongs to it does nothing alone' --allow '*' mx.test
refuses 64 'is not [ADDR]:PORT' 'an address without a port is refused' --listen 127.0.0.1 mx.test
refuses 64 'address of this machine' 'so is an address of another machine' --listen 192.0.2.1:9725 mx.test
refuses 64 'holds no expectation' 'and a module that expects nothing' --listen 127.0.0.1:0 --module m=/dev/null mx.test

exporter mx.test 127.0.0.9:25 --allow '*.mx.test' --module submission=submission.expect --module odd=odd.expect
refuses 64 'name another port' 'a port that is taken is told' --listen "${url#http://}" mx.test

# ---- one request -----------------------------------------------------------------------------

answers 200 'ok' '/healthz answers' "$url/healthz"
answers 200 '/probe?target=' 'the first page says what there is' "$url/"
answers 200 'smtpprobe_build_info{version=' '/metrics tells the version' "$url/metrics"
promtool_takes 'promtool finds nothing wrong with /metrics'
answers 200 'probe_success 1' 'a sound host: success' "$url/probe?target=mx.test"
promtool_takes 'promtool finds nothing wrong with /probe'
{ grep -q '^probe_ssl_earliest_cert_expiry [0-9]' text || echo 'no probe_ssl_earliest_cert_expiry'
  [ "$(grep -c '^smtpprobe_endpoint_up{.*} 1$' text)" -eq 3 ] || echo 'not three open ports'; } >wrong
verdict 'the three ports and the end of the certificate are told'
answers 200 'probe_success 1' 'a module that is met: success' "$url/probe?target=mx.test&module=submission"
grep -F 'smtpprobe_expectation_met{target="mx.test",expectation="587: tls>=1.2",checked="1"} 1' text >/dev/null ||
	echo 'the expectation is not there' >wrong
verdict 'each expectation of the module is told'
answers 200 'probe_success 0' 'a module that is not met: no success' "$url/probe?target=mx.test&module=odd"
{ grep -q 'smtpprobe_endpoint_up{.*port="2525"} 0' text || echo 'port 2525 was not tried'; } >wrong
verdict 'the ports that a module names are tried'
answers 200 'NOT MET  2525: open' 'debug=true gives the text report' "$url/probe?target=mx.test&module=odd&debug=true"
answers 200 'probe_success 0' 'a silent port is told within the time of the scrape' \
	"$url/probe?target=silent.mx.test:25" 'X-Prometheus-Scrape-Timeout-Seconds: 2'
{ grep -q 'smtpprobe_finding_info{.*code="NET_' text || echo 'no finding about it'; } >wrong
verdict 'with the finding'
answers 200 'probe_success 0' 'a name that does not resolve is an answer, not a refusal' \
	"$url/probe?target=nowhere.mx.test" 'X-Prometheus-Scrape-Timeout-Seconds: 2'

while read -r status has query sentence; do
	answers "$status" "${has//_/ }" "$sentence" "$url$query"
done <<-'ROWS'
400 target_is_missing /probe a request without a target is refused
400 target_is_empty /probe?target= an empty target is refused
400 given_twice /probe?target=mx.test&target=mx.test two targets are refused
400 no_parameter_"targe" /probe?targe=mx.test an unknown parameter is refused
400 no_module_"x" /probe?target=mx.test&module=x an unknown module is refused
400 true_or_false /probe?target=mx.test&debug=1 debug is a word
400 control /probe?target=mx.test%00.evil a NUL byte is no way around
400 control /probe?target=mx.test%1b[31m escapes do not come back
400 more_than /probe?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&target=mx.test too many parameters are refused
403 may_not_be_probed /probe?target=other.test a target that is not allowed is refused
403 may_not_be_probed /probe?target=127.0.0.1 so is the address of one that is
403 port_22_may_not /probe?target=a.mx.test:22 so is another port of one that is
403 may_not_be_probed /probe?target=127.0.0.9:26 and of one that is allowed with its port
404 /probe,_/metrics /nothing another page is not there
ROWS
answers 400 'no number of seconds' 'a time-out that is none is refused' "$url/probe?target=mx.test" \
	'X-Prometheus-Scrape-Timeout-Seconds: soon'

# said TEXT SENTENCE REQUEST
said()
{
	clients raw 127.0.0.1 "${url##*:}" "$3" >text 2>&1
	{ grep -q "$1" text || echo "not $1"; } >wrong
	verdict "$2"
}
said ' 405 ' 'POST is refused, without reading what comes with it' \
	'POST /probe?target=mx.test HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx'
said ' 200 ' 'HEAD is answered' 'HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
said ' 4[0-9][0-9] \|closed' 'what is no HTTP is refused' 'EHLO x\r\n\r\n'
said ' 4[0-9][0-9] \|closed' 'a head without end is refused' "GET / HTTP/1.1\\r\\nX: $(printf '%020000d' 0)\\r\\n\\r\\n"

# ---- many requests ---------------------------------------------------------------------------

before=$(metric process_open_fds)
clients many 200 "$url/probe?target=mx.test" >text
{ grep -q '^200 200$' text || echo 'not every one was answered'
  grep -q '^success 200$' text || echo 'not every probe was a success'
  [ "$(awk '/^most-running/ { print $2 }' text)" -le 64 ] || echo 'more than 64 ran at once'; } >wrong
verdict '200 scrapes at once: each is answered, and at most 64 probes run'
clients many 200 "$url/probe?target=slow.mx.test:25" >text
most=$(awk '/^most-connected/ { print $2 }' text)
{ grep -q '^200 200$' text || echo 'not every one was answered'
  [ "$(awk '/^most-running/ { print $2 }' text)" -eq 64 ] || echo 'not 64 ran at once'
  # Six; but the table is read in pieces, so that some that end and some that begin may both count.
  [ "$most" -ge 4 ] && [ "$most" -le 12 ] || echo "$most connections at once"; } >wrong
verdict 'a slow host has six connections of ours at once at most, whoever asks'
clients many 580 "$url/probe?target=silent.mx.test:25" 'X-Prometheus-Scrape-Timeout-Seconds: 2' >text
{ [ "$(awk '$1 == 200 || $1 == 503 { n += $2 } END { print n }' text)" -eq 580 ] || echo 'some got no answer'
  [ "$(awk '$1 == 200 { print $2 }' text)" -ge 64 ] || echo 'not even 64 were probed'
  grep -q '^503 ' text || echo 'none was turned away'; } >wrong
verdict 'more than it can do in their time: each is probed or turned away with 503'
answers 200 'probe_success 1' 'after that it probes as before' "$url/probe?target=mx.test"

clients half 100 "$url" 15 >half.log 2>&1 &
half=$!
for _ in {1..100}; do
	grep -q held half.log && break
	sleep 0.05
done
clients leave 50 "$url/probe?target=mx.test"
answers 200 'probe_success 1' 'with 100 half-open connections, and 50 clients that went away, it probes' "$url/probe?target=mx.test"
wait "$half"
cp half.log text
{ grep -q '^ended 100$' text || echo 'not all were closed'; } >wrong
verdict 'half-open connections are closed after ten seconds'
settles smtpprobe_exporter_probes_running 0 'no probe is left running'
settles process_open_fds "$before" 'as many files are open as before'

# ---- Prometheus ------------------------------------------------------------------------------

scraped_by_prometheus()
{
	cat >prometheus.yml <<-CONFIG
	global: { scrape_interval: 1s, scrape_timeout: 1s }
	scrape_configs:
	  - job_name: mail
	    metrics_path: /probe
	    params: { module: [submission] }
	    static_configs: [ targets: [mx.test, "silent.mx.test:25"] ]
	    relabel_configs:
	      - { source_labels: [__address__], target_label: __param_target }
	      - { source_labels: [__param_target], target_label: instance }
	      - { target_label: __address__, replacement: "${url#http://}" }
	  - job_name: smtpprobe
	    static_configs: [ targets: ["${url#http://}"] ]
	CONFIG
	start prometheus prometheus --config.file=prometheus.yml --storage.tsdb.path=tsdb \
		--web.listen-address=127.0.0.1:9090 --log.level=warn
	listening prometheus t127.0.0.1:9090
	for _ in {1..100}; do
		clients get 'http://127.0.0.1:9090/api/v1/query?query=probe_success' >text
		[ "$(grep -o '"instance"' text | wc -l)" -lt 2 ] || break
		sleep 0.2
	done
	python3 - text >wrong 2>&1 <<-'PYTHON'
	import json, sys
	got = {r["metric"]["instance"]: r["value"][1]
	       for r in json.loads(open(sys.argv[1]).read().split("\n", 1)[1])["data"]["result"]}
	if got != {"mx.test": "1", "silent.mx.test:25": "0"}:
	    print("Prometheus knows", got)
	PYTHON
	verdict 'Prometheus scrapes a good host and a silent one, and knows which is which'
	for _ in {1..100}; do
		clients get 'http://127.0.0.1:9090/api/v1/query?query=up' >text
		[ "$(grep -o '"value":\[[^]]*"1"\]' text | wc -l)" -lt 3 ] || break
		sleep 0.2
	done
	{ [ "$(grep -o '"value":\[[^]]*"1"\]' text | wc -l)" -eq 3 ] || echo 'not all three scrapes are up'; } >wrong
	verdict 'all its scrapes are up'
	stop prometheus
}
if command -v prometheus >/dev/null; then
	scraped_by_prometheus
else
	n=$((n + 1))
	echo "ok $n - Prometheus scrapes it # SKIP prometheus is not installed"
fi

# ---- the end ---------------------------------------------------------------------------------

clients many 20 "$url/probe?target=silent.mx.test:25" >many.log 2>&1 &
many=$!
for _ in {1..100}; do
	[ "$(metric smtpprobe_exporter_probes_running)" -lt 20 ] || break
	sleep 0.05
done
kill -TERM "${pids[exporter]}"
wait "${pids[exporter]}"
status=$?
unset 'pids[exporter]'
wait "$many" 2>/dev/null
cp many.log text
{ [ "$status" -eq 0 ] || echo "exit status $status"
  grep -q '^503 20$' text || echo 'the 20 did not all get 503'
  tail -n +2 exporter.log; } >wrong
verdict 'SIGTERM: what is under way is answered with 503, and it ends well'

exporter 127.0.0.1 --fail-on warning --port 25
answers 200 'probe_success 1' 'the targets of the command line may be probed, and nothing else' "$url/probe?target=127.0.0.1"
answers 403 'may not be probed' 'not their neighbours' "$url/probe?target=127.0.0.2"
kill -INT "${pids[exporter]}"
wait "${pids[exporter]}"
status=$?
unset 'pids[exporter]'
{ [ "$status" -eq 0 ] || echo "exit status $status"; tail -n +2 exporter.log; } >wrong
verdict 'Ctrl-C ends it at once where nothing is under way'
done_testing
