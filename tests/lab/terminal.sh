#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What stands on a terminal while a path is traced. TAP.
# shellcheck disable=SC1091,SC2154  # lab_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/lab_lib.sh"
own_namespaces 60
command -v script >/dev/null || all_skipped 'script is not installed'

# shellcheck disable=SC2034  # the library reads them
lab=l1 cable='' wired=0 limits=0
{
	lab_up 2
	rule r1 forward tcp dport 25 drop
} >set-up 2>&1 || bail_out "$(cat set-up)"
TERM=xterm unprivileged script -qec "$work/probe --greeting-timeout 2 10.9.3.2" /dev/null \
	</dev/null | tr -d '\r' >screen

grep -q '10\.9\.3\.2  port 25 gets no answer, 587 does; finding out where it stops' screen ||
	blame "$(head -c 3000 screen)"
verdict 'the first verdict stands there before the trace is over'
awk '/finding out where it stops/ { seen = NR } /Blocked close to this machine/ { end = NR }
	END { exit !(seen && end > seen) }' screen || blame "$(head -c 3000 screen)"
verdict 'the report follows it'
grep -q '1  10\.9\.1\.2 .*| ' screen || blame "$(tail -n 20 screen)"
verdict 'the picture of the way is in plain ASCII without a UTF-8 locale'
if LC_ALL=C awk '/[\200-\377]/ { exit 1 }' screen; then :; else blame 'other bytes than ASCII'; fi
verdict 'and nothing else is there'
awk '{ gsub(/\033\[[0-9;]*[A-Za-z]/, "") } length($0) > 80' screen >wide
[ ! -s wide ] || blame "$(cat wide)"
verdict 'no line is wider than 80 columns'
done_with_all
