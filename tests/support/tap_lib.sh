# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# TAP for scripts that gather what is wrong with a case before they judge it; they read it with `.`.
n=0
failed=0
why=

# verdict SENTENCE: ok where nothing was put into why.
verdict()
{
	n=$((n + 1))
	if [ -z "$why" ]; then
		echo "ok $n - $1"
	else
		failed=1
		echo "not ok $n - $1"
		printf '%s\n' "$why" | sed 's/^/# /'
	fi
	why=
}

# blame TEXT...: adds to what is wrong with the present case.
blame()
{
	why="$why${why:+
}$*"
}

# done_with_all: the plan, and the exit status of the script.
done_with_all()
{
	echo "1..$n"
	exit "$failed"
}
