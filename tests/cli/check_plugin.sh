#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check_smtpprobe as Nagios and its like run it, against nginx and a scripted server: one line, the
# state as exit status, performance data, and every limit on either side. TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
need_mail_proxy
own_network 60
ln -s "$probe" check_smtpprobe
etc hosts '127.0.0.1 localhost mx.test' '127.0.0.9 silent.mx.test' '127.0.0.10 odd.mx.test'
mail_hosts 127.0.0.1
printf '%s\n' '# a greeting that turns away' 'port 25' 'S: 554 5.7.1 a|b is listed' 'C: QUIT' >odd.smtp
start odd "$support/fake_smtpd" -t 60 -a 127.0.0.10 -p 25 odd.smtp
start silent "$support/blocked_port" 127.0.0.9 25
listening odd t127.0.0.10:25
listening silent t127.0.0.9:25

number='[0-9]+(\.[0-9]+)?'
perfdata="^[^|]+ \| time=${number}s;;;0( (time_[0-9]+=${number}s;($number)?;($number)?;0|cert_days_[0-9]+=-?[0-9]+;([0-9]+:)?;([0-9]+:)?))*$"

# plugin STATE WORD SENTENCE ARGUMENT...
plugin()
{
	local state=$1 word=$2 sentence=$3 got
	shift 3
	timeout 30 ./check_smtpprobe --ca-file certs/ca.crt "$@" >text 2>stderr </dev/null
	got=$?
	{
		[ "$got" -eq "$state" ] || echo "exit status $got, not $state"
		[ "$(wc -l <text)" -eq 1 ] || echo 'it is not one line'
		grep -q "^SMTP $word: " text || echo "the line does not begin with SMTP $word"
		[ "$(tr -cd '|' <text | wc -c)" -le 1 ] || echo 'more than one |'
		grep -q '|' text && { grep -qE "$perfdata" text || echo 'the performance data are malformed'; }
		cat stderr
	} >wrong
	verdict "$sentence"
}

# has TEXT SENTENCE: of the last line.
has()
{
	: >wrong
	grep -qF -e "$1" text || echo "\"$1\" is not in it" >wrong
	verdict "$2"
}

plugin 0 OK 'a sound host is OK' -H mx.test
has 'time_25=' 'the time of its port is told'
has 'cert_days_25=' 'and the days of its certificate'
plugin 0 OK 'wide limits: OK' -H mx.test -w 20 -c 25 -D 2,1 -S
has ';20.000000;25.000000;0' 'the limits of time are among the performance data'
has ';2:;1:' 'and those of the days'
plugin 1 WARNING 'slower than -w: WARNING' -H mx.test -w 0.000001 -c 25
has 'time<0.000001s' 'the limit is named'
plugin 2 CRITICAL 'slower than -c: CRITICAL' -H mx.test -w 0.000001 -c 0.000002
plugin 1 WARNING 'fewer days than -D WARN: WARNING' -H mx.test -D 200000,1
has 'days left' 'the days are told'
plugin 2 CRITICAL 'fewer days than -D ,CRIT: CRITICAL' -H mx.test -D 200000,100000
plugin 0 OK 'several ports' -H mx.test -p 25,465,587
plugin 0 OK 'TLS is demanded, and is there from the first byte: OK' -H mx.test -p 465 -S
plugin 2 CRITICAL 'TLS is demanded where there is none: CRITICAL' -H odd.mx.test -p 25 -S --expect '25: code=554'
has 'port 25:' 'the port is named'
plugin 2 CRITICAL 'one of several ports is closed: CRITICAL' -H mx.test -p 465,26
has 'port 26: ' 'it is named'
plugin 0 OK 'what works is told where all is well' -H mx.test -p 465,587
has '465 and 587 work' 'by port'
plugin 3 UNKNOWN 'a warning that comes after the critical state: UNKNOWN' -H mx.test -w 5 -c 2
plugin 3 UNKNOWN 'in days as well: UNKNOWN' -H mx.test -D 7,21
plugin 2 CRITICAL 'a closed port: CRITICAL' -H mx.test -p 26 -w 1 -c 2
has 'refused' 'it says that it was refused'
plugin 2 CRITICAL 'a silent port: CRITICAL, before -t is over' -H silent.mx.test -t 2
has 'No answer' 'it says that there was no answer'
plugin 2 CRITICAL 'a host that turns away: CRITICAL' -H odd.mx.test
plugin 2 CRITICAL 'what is expected is not met: CRITICAL' -H odd.mx.test -p 25 --expect '25: greeting.code=220'
has 'a/b is listed' 'what the server said stands in the line, without its |'
plugin 0 OK 'what is expected is met: OK, whatever else was found' -H odd.mx.test -p 25 --expect '25: code=554'
plugin 3 UNKNOWN 'what is expected could not be checked: UNKNOWN' -H mx.test -p 25 --expect '2525: open'
plugin 3 UNKNOWN 'a resolver that is dead: UNKNOWN' -H elsewhere.test -t 2 --resolver 127.0.0.1:9
plugin 3 UNKNOWN 'no host: UNKNOWN' -w 1
plugin 3 UNKNOWN 'an option that is none: UNKNOWN' -H mx.test --frobnicate
plugin 3 UNKNOWN 'a limit that is no number: UNKNOWN' -H mx.test -w soon
plugin 3 UNKNOWN 'a claim that is none: UNKNOWN' -H mx.test --expect '25: opn'
has 'did you mean open?' 'and which was meant'
plugin 0 OK 'a file takes the whole report' -H mx.test --output json=whole
plugin 3 UNKNOWN 'a baseline, of which the state would not be made: UNKNOWN' -H mx.test --baseline whole
has '--expect' 'it says what to write instead'
plugin 3 UNKNOWN 'a second host, of which one would be passed over: UNKNOWN' odd.mx.test -H mx.test
has 'one host' 'it says that there is one'
plugin 3 UNKNOWN 'a list of hosts: UNKNOWN' -H mx.test --input /dev/null
plugin 0 OK 'the long names of the guidelines' --hostname=mx.test --port 587 --warning 20 --critical=25 --certificate=2,1 --timeout 8
: >wrong
grep -q smtpprobe.report/1 whole || echo 'there is no report in the file' >wrong
verdict 'the file holds the record'
done_testing
