#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# explain.sh [MEGABYTES]: what it costs to explain a mail log of that size (100), which is made here:
# seconds, megabytes a second and peak memory, beside those of `grep -c` for one word of it.
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
probe=${SMTPPROBE:-$here/../smtpprobe}
size=${1:-100}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

awk -v bytes="$((size * 1000000))" 'BEGIN {
	while (n < bytes) {
		i++
		line = sprintf("Nov 23 10:15:%02d mx postfix/smtp[12%03d]: 4XyZ%05d: to=<user%d@example.com>, relay=mx.example.com[192.0.2.%d]:25, delay=0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ABC)", i % 60, i % 1000, i % 100000, i, i % 250)
		if (i % 1000 == 0)
			line = "Nov 23 10:15:00 mx app: 535 5.7.8 Error: authentication failed"
		print line
		n += length(line) + 1
	}
}' >"$work/log"

# measure NAME COMMAND...: the median of three.
measure()
{
	local name=$1
	shift
	for _ in 1 2 3; do
		command time -a -o "$work/$name" -f '%e %M' "$@" <"$work/log" >"$work/out"
	done
	sort -n "$work/$name" | sed -n 2p
}

read -r seconds kilobytes < <(measure explain "$probe" --explain -)
read -r grep_seconds _ < <(measure grep grep -c 'authentication failed')
awk -v s="$seconds" -v k="$kilobytes" -v g="$grep_seconds" -v size="$size" 'BEGIN {
	printf "%d MB explained in %.2f s (%.0f MB/s), peak memory %.1f MiB; grep for one phrase %.2f s\n",
		size, s, size / s, k / 1024, g
}'
