# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Laboratories of network namespaces for the tests in this folder; they read it with `.`. TAP.
#
#   client c --- r1 --- r2 --- ... --- server s        the n-th link: 10.9.n.0/24, fd09:n::/64
#   10.9.1.1   .1.2 .2.1  .2.2            10.9.LAST.2, and .3 as a second host; LAST = routers + 1
#
# Each scenario has a laboratory of its own, and many run at once: most of their time is waiting.
# Nothing in there has a link or a route to anything outside. A script runs in namespaces of its own,
# as root of the machine or of a user namespace; all that it starts ends with it. The probe runs in
# the client, without any privilege.
set -u
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(cd "${top_builddir:-.}" && pwd)
# shellcheck disable=SC1091
. "$tests/support/tap_lib.sh"

AT_ONCE=${LAB_AT_ONCE:-12}
count=0

all_skipped()
{
	echo "1..0 # SKIP $1"
	exit 0
}

bail_out()
{
	echo "Bail out! $1"
	exit 99
}

# own_namespaces SECONDS [ARGUMENT...]: starts the script again in namespaces of its own, for at most
# so long.
own_namespaces()
{
	local way reason program
	if [ -n "${LAB_WORK-}" ]; then
		enter
		return
	fi
	for program in unshare ip nft setpriv; do
		command -v "$program" >/dev/null || all_skipped "$program is not installed"
	done
	for way in '' '--user --map-root-user'; do
		[ "${LAB_ROOTLESS-}" != 1 ] || [ -n "$way" ] || continue
		way="unshare $way --net --mount --pid --fork --kill-child"
		# shellcheck disable=SC2086  # words
		reason=$($way sh -c 'mount -t tmpfs none /run && ip netns add try && nft add table inet try' \
			2>&1) || continue
		LAB_WORK=$(mktemp -d)
		export LAB_WORK
		trap 'rm -rf "$LAB_WORK"' EXIT
		# shellcheck disable=SC2086  # words
		timeout --foreground -s KILL "$1" $way bash "$0" "${@:2}"
		exit
	done
	all_skipped "no network namespaces here: ${reason//$'\n'/ }"
}

enter()
{
	local program
	work=$LAB_WORK
	cd "$work" || exit 99
	chmod 755 .
	mount -t tmpfs none /run
	mount -t proc proc /proc 2>/dev/null
	# A copy that anybody may run, wherever the tree lies.
	cp "${SMTPPROBE:-$build/smtpprobe}" probe || bail_out 'there is no smtpprobe'
	for program in lab/wire lab/mail_host support/scenario_check support/fake_dns; do
		[ -x "$build/tests/$program" ] || bail_out "there is no tests/$program"
	done
}

# in_node NODE COMMAND...: as root in a node of the present laboratory.
in_node()
{
	local node=$1
	shift
	ip netns exec "$lab-$node" "$@"
}

# ---- building ----------------------------------------------------------------------------------

# "c r1 r2 s" for two routers.
nodes()
{
	local i
	printf 'c'
	for ((i = 1; i <= $1; i++)); do
		printf ' r%d' "$i"
	done
	printf ' s'
}

# What ip -batch reads: links made in the right namespaces at once, so that no name meets another.
# A link that runs over a cable of tests/lab/wire has the namespace w in its middle.
links()
{
	local j
	for ((j = 1; j < $#; j++)); do
		if [ "$j" -eq "$wired" ]; then
			echo "link add name dn netns $lab-${!j} type veth peer name wa netns $lab-w"
			((j++))
			echo "link add name wb netns $lab-w type veth peer name up0 netns $lab-${!j}"
			((j--))
		else
			local next=$((j + 1))
			echo "link add name dn netns $lab-${!j} type veth peer name up0 netns $lab-${!next}"
		fi
	done
}

# configure NODE INDEX LAST: addresses and routes; the node's links are number INDEX and INDEX + 1.
configure()
{
	local node=$1 k=$2 last=$3 j
	{
		echo 'link set lo up'
		if [ "$k" -gt 0 ]; then
			echo 'link set up0 up'
			echo "addr add 10.9.$k.2/24 dev up0"
			echo "addr add fd09:$k::2/64 dev up0 nodad"
		fi
		if [ "$k" -lt "$last" ]; then
			echo 'link set dn up'
			echo "addr add 10.9.$((k + 1)).1/24 dev dn"
			echo "addr add fd09:$((k + 1))::1/64 dev dn nodad"
		fi
		if [ "$node" = s ]; then
			echo "addr add 10.9.$k.3/24 dev up0"
			echo "addr add fd09:$k::3/64 dev up0 nodad"
			echo "route add default via 10.9.$k.1"
			echo "route add default via fd09:$k::1"
		elif [ $((k + 1)) -lt "$last" ]; then
			echo "route add default via 10.9.$((k + 1)).2"
			echo "route add default via fd09:$((k + 1))::2"
		fi
		if [ "$node" = c ] && [ $((k + 1)) -eq "$last" ]; then
			echo "route add default via 10.9.1.2"
		fi
		if [ "$node" != s ]; then
			for ((j = 1; j < k; j++)); do
				echo "route add 10.9.$j.0/24 via 10.9.$k.1"
				echo "route add fd09:$j::/64 via fd09:$k::1"
			done
		fi
	} >"$lab.$node"
	ip -n "$lab-$node" -batch "$lab.$node" || return
	case $node in
	r*)
		in_node "$node" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
			echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
		# Unless the limits are the matter: the router answers every probe.
		[ "$limits" = 1 ] || in_node "$node" sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_ratelimit
			echo 0 >/proc/sys/net/ipv6/icmp/ratelimit'
		;;
	s)
		[ "$limits" = 1 ] || in_node s sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_ratelimit
			echo 0 >/proc/sys/net/ipv6/icmp/ratelimit'
		;;
	esac
}

# lab_up ROUTERS: the laboratory $lab. wired: the link that runs over a cable; cable: its
# DELAY_MS [LOSS_PERCENT [SEED]]; limits: 1 for the ICMP limits as Linux has them.
lab_up()
{
	local node k=0 all
	all=$(nodes "$1")
	for node in $all ${cable:+w}; do
		echo "netns add $lab-$node"
	done | ip -batch - || return
	# Before there are links: else their addresses are tentative for 2 s (RFC 4862 5.4).
	for node in $all; do
		in_node "$node" sh -c 'for d in all default; do
			echo 0 >/proc/sys/net/ipv6/conf/$d/accept_dad; done'
	done
	# shellcheck disable=SC2086  # words
	links $all | ip -batch - || return
	if [ -n "$cable" ]; then
		in_node w sh -c 'for d in all default wa wb; do
			echo 1 >/proc/sys/net/ipv6/conf/$d/disable_ipv6; done
			ip link set wa up; ip link set wb up'
		# shellcheck disable=SC2086  # words
		in_node w "$build/tests/lab/wire" wa wb $cable &
	fi
	for node in $all; do
		configure "$node" "$k" $(($1 + 1)) || return
		k=$((k + 1))
	done
	in_node s "$build/tests/lab/mail_host" mail.lab 25 443 465 587
}

# rule NODE CHAIN RULE...: one rule of nftables.
rule()
{
	local node=$1 chain=$2 hook priority=0 type=filter
	shift 2
	hook=$chain
	case $chain in
	raw) hook=prerouting priority=-300 ;;
	dstnat) hook=prerouting priority=-100 type=nat ;;
	ownnat) hook=output priority=-100 type=nat ;;
	post) hook=postrouting ;;
	esac
	in_node "$node" nft -f - <<-RULES
		table inet lab {
			chain $chain {
				type $type hook $hook priority $priority;
				$*
			}
		}
	RULES
}

# apply LINE...: what a scenario sets up, a line each: "NODE CHAIN RULE", or "run NODE COMMAND".
apply()
{
	local what node rest
	while read -r what node rest; do
		case $what in
		'') ;;
		run) in_node "$node" sh -c "$rest" || echo "set-up failed: $rest" ;;
		*) rule "$what" "$node" "$rest" || echo "rule failed: $what $node $rest" ;;
		esac
	done
}

# The probe in the client, without privilege. Where only one user is mapped, all capabilities are
# taken from it instead. $around stands outside of `ip netns exec`, which hides the control groups.
unprivileged()
{
	local ids='--reuid 65534 --regid 65534 --clear-groups'
	[ "$(awk '$1 <= 65534 && 65534 < $1 + $3' /proc/self/uid_map)" ] || ids=
	# shellcheck disable=SC2086  # words
	${around-} ip netns exec "$lab-c" setpriv $ids --inh-caps=-all --bounding-set=-all --no-new-privs "$@"
}

lab_down()
{
	local node pid
	for node in $(nodes "$1") w; do
		[ -e "/run/netns/$lab-$node" ] || continue
		for pid in $(ip netns pids "$lab-$node"); do
			kill "$pid" 2>/dev/null
		done
		ip netns del "$lab-$node"
	done
}

# ---- scenarios ----------------------------------------------------------------------------------

# judge NAME STATUS: the report NAME.json against NAME.facts.
judge()
{
	{
		cat "$1.log"
		"$build/tests/support/scenario_check" "$1.facts" "$1.json" "$2"
	} >"$1.wrong" 2>&1
}

# play NAME ROUTERS ARGUMENT...: one run of the scenario that NAME.set and NAME.facts describe.
play()
{
	local lab=$1 routers=$2 runs=1 cable='' wired=0 limits=0 option before='' around='' status
	shift 2
	while [ "${1-}" != -- ]; do
		option=$1
		case $option in
		cable=*) cable=${option#cable=} wired=2 ;;
		limits) limits=1 ;;
		runs=*) runs=${option#runs=} ;;
		before=*) before=${option#before=} ;;
		around=*) around=${option#around=} ;;
		needs=*)
			# shellcheck disable=SC2086  # words
			${option#needs=} 2>"$lab.skip" || return
			;;
		esac
		shift
	done
	shift
	{
		lab_up "$routers"
		apply <"$lab.set"
	} >"$lab.log" 2>&1
	while [ "$runs" -gt 0 ] && [ ! -s "$lab.wrong" ]; do
		# shellcheck disable=SC2086  # words
		unprivileged $before timeout 40 "$work/probe" --output json --greeting-timeout 2 "$@" \
			>"$lab.json" 2>>"$lab.log" </dev/null
		status=$?
		judge "$lab" "$status"
		runs=$((runs - 1))
	done
	lab_down "$routers" >/dev/null 2>&1
}

# scenario TITLE ROUTERS [cable="DELAY LOSS SEED"] [limits] [runs=N] [before=COMMAND]
#          [around=COMMAND] [needs=COMMAND] -- ARGUMENT...
# Standard input: what is set up (see apply), a line "--", and the facts, which are written as in
# tests/scenarios/README.md. Runs beside others; the results come in order from done_with_scenarios.
# The probe is started by `before`, without privilege, and all that by `around`, as root; where `needs`
# fails, the scenario is skipped, with what that says.
scenario()
{
	local name
	[[ $1 == *"${LAB_ONLY-}"* ]] || return 0
	count=$((count + 1))
	name=l$count
	sed 's/^[[:space:]]*//' >"$name.in"
	sed '/^--$/,$d' "$name.in" >"$name.set"
	{
		printf '# %s\nothers allowed\n' "$1"
		sed '1,/^--$/d' "$name.in"
		echo close
	} >"$name.facts"
	echo "$1" >"$name.title"
	while [ "$(jobs -rp | wc -l)" -ge "$AT_ONCE" ]; do
		wait -n
	done
	play "$name" "${@:2}" &
}

done_with_scenarios()
{
	local i
	wait
	for ((i = 1; i <= count; i++)); do
		if [ -s "l$i.skip" ]; then
			echo "# SKIP $(head -1 "l$i.skip")" >>"l$i.title"
		elif [ -e "l$i.wrong" ]; then
			[ ! -s "l$i.wrong" ] || blame "$(cat "l$i.wrong"; paths_of "l$i.json")"
		else
			blame 'it did not come to an end'
		fi
		verdict "$(paste -sd ' ' "l$i.title")"
	done
	done_with_all
}

# What the report says of paths, to read beside a failed fact.
paths_of()
{
	sed -n 's/.*\("paths":.*\),"comparisons".*/\1/p' "$1" | cut -c 1-1500
}
