#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# One list of targets, probed by several processes on this or other hosts (GNU parallel, ssh).
#
#   smtpprobe-parallel.sh DOMAINS OUTDIR [HOST...] [-- OPTION...]
#   RATE=200 WORKERS=4 smtpprobe-parallel.sh domains.txt out probe1 probe2 -- --ehlo probe.example.net
#
# Without a HOST all of them run here. Of H hosts with W workers each, every process has one of
# H*W parts of the list for good, as --shard has it, so that a second run with the same hosts and
# WORKERS goes on where the first stopped. OUTDIR/part-K.jsonl are the reports, OUTDIR/jobs.log says
# how each process ended.
#
#   WORKERS      processes on each host (1); one for each of its processors is enough
#   RATE         connections a second, of all processes together (100)
#   CONCURRENCY  targets at a time, of each process (1000)
#   EXCLUDE      a file of who must not be probed; it is copied to every host
#   REMOTE_DIR   where a HOST keeps list and reports (smtpprobe-run, in the home directory)
#   SMTPPROBE    the program, as the hosts have it (smtpprobe)
set -euo pipefail
[ $# -ge 2 ] || {
	sed -n 's/^# \{0,1\}//; 3,/SMTPPROBE/p' "$0" >&2
	exit 64
}
list=$1
out=$2
shift 2
hosts=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
	hosts+=("$1")
	shift
done
[ $# -eq 0 ] || shift
[ ${#hosts[@]} -gt 0 ] || hosts=(:)
workers=${WORKERS:-1}
parts=$((${#hosts[@]} * workers))
rate=$((${RATE:-100} / parts))
[ "$rate" -ge 1 ] || {
	echo "RATE=${RATE:-100} is less than one a second for each of $parts processes; start fewer" >&2
	exit 64
}

command=(flock -n -E 75 part-%K%.lock "${SMTPPROBE:-smtpprobe}" --input targets.txt --shard "%K%/$parts"
	--output json=part-%K%.jsonl --resume --concurrency "${CONCURRENCY:-1000}" --rate "$rate")
[ -z "${EXCLUDE:-}" ] || command+=(--exclude exclude.txt)
printf -v COMMAND '%q ' "${command[@]}" "$@"
REMOTE_DIR=${REMOTE_DIR:-smtpprobe-run}
export COMMAND REMOTE_DIR OUT=$out

# at HOST TEXT: has a shell in the directory of the run do it. Standard input is the host's.
at()
{
	if [ "$1" = : ]; then
		(cd "$OUT" && sh -c "$2")
	else
		ssh -C -o BatchMode=yes -o ServerAliveInterval=30 -- "$1" \
			"mkdir -p $REMOTE_DIR && cd $REMOTE_DIR && { $2; }"
	fi
}

# copy HOST FILE NAME
copy()
{
	at "$1" "cat >$3.new && mv $3.new $3" <"$2"
}

# probe HOST K: 1 (something was found) and 2 (something could not be checked) are results. 75: the
# process of an earlier run is still there. 255: ssh.
probe()
{
	local status=0
	at "$1" "${COMMAND//%K%/$2}" </dev/null || status=$?
	if [ "$1" != : ]; then
		at "$1" "cat part-$2.jsonl" </dev/null >"$OUT/part-$2.jsonl.new" || status=$?
		mv "$OUT/part-$2.jsonl.new" "$OUT/part-$2.jsonl"
	fi
	[ "$status" -gt 2 ] || status=0
	return "$status"
}
export -f at probe

mkdir -p "$out"
pairs=()
k=0
for host in "${hosts[@]}"; do
	copy "$host" "$list" targets.txt
	[ -z "${EXCLUDE:-}" ] || copy "$host" "$EXCLUDE" exclude.txt
	for ((w = 0; w < workers; w++)); do
		k=$((k + 1))
		pairs+=("$host" "$k")
	done
done
printf '%s\t%s\n' "${pairs[@]}" |
	PARALLEL_SHELL=$BASH parallel --will-cite --colsep '\t' --jobs "$parts" --retries 3 --line-buffer \
		--joblog "$out/jobs.log" --tagstring 'part {2} at {1}' probe '{1}' '{2}'
