#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# play.sh [ROUTERS] [LINE...] [-- ARGUMENT...]: one laboratory (tests/lab/README.md) with 2 routers, or
# so many, in which each LINE ("NODE CHAIN RULE", "run NODE COMMAND", "cable DELAY_MS [LOSS [SEED]]" or
# "limits") is set up. Runs smtpprobe there with the arguments, or a shell in the client. In the shell
# `in_node NODE COMMAND`, `rule NODE CHAIN RULE` and `unprivileged probe ARGUMENT...` are at hand. All of
# it is gone at the end, after at most an hour.
# shellcheck disable=SC1091,SC2034,SC2154  # lab_lib.sh is read there, and sets and uses what is here
. "$(dirname "$0")/lab_lib.sh"
own_namespaces 3600 "$@"

lab=play routers=2 cable='' wired=0 limits=0 around=''
case ${1-} in
[0-9]) routers=$1 && shift ;;
esac
while [ $# -gt 0 ] && [ "$1" != -- ]; do
	case $1 in
	cable\ *) cable=${1#cable } wired=2 ;;
	limits) limits=1 ;;
	*) echo "$1" >>"$lab.set" ;;
	esac
	shift
done
touch "$lab.set"
lab_up "$routers" || bail_out 'the laboratory does not stand'
apply <"$lab.set"
export -f in_node rule unprivileged
export lab around
export PATH="$work:$PATH"
if [ "${1-}" = -- ]; then
	shift
	unprivileged probe "$@"
else
	echo "nodes: $(nodes "$routers"); the host is 10.9.$((routers + 1)).2 and fd09:$((routers + 1))::2"
	in_node c bash --norc
fi
status=$?
lab_down "$routers" >/dev/null 2>&1
exit "$status"
