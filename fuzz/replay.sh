#!/bin/sh
# SPDX-License-Identifier: MIT
# Gives every fuzz target its seeds, so that make check runs the targets on each build. TAP.
set -u
top_srcdir=${top_srcdir:-.} top_builddir=${top_builddir:-.}
n=0

for source in "$top_srcdir"/fuzz/fuzz_*.c; do
	target=$(basename "$source" .c)
	seeds=$top_srcdir/fuzz/seeds/${target#fuzz_}
	n=$((n + 1))
	set -- "$seeds"/*
	if [ ! -f "$1" ]; then
		echo "not ok $n - $target has seeds in fuzz/seeds/${target#fuzz_}"
		continue
	fi
	if "$top_builddir/fuzz/$target" "$@" >&2; then
		echo "ok $n - $target survives its $# seeds"
	else
		echo "not ok $n - $target survives its $# seeds"
	fi
done
echo "1..$n"
