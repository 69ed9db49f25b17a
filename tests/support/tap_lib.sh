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

# python_with MODULE: prints the first Python here that has it; the one in the PATH need not be the
# system's, for which packages are installed.
python_with()
{
	local python
	for python in python3 /usr/bin/python3; do
		if "$python" -c "import $1" 2>/dev/null; then
			echo "$python"
			return 0
		fi
	done
	return 1
}

# done_with_all: the plan, and the exit status of the script.
done_with_all()
{
	echo "1..$n"
	exit "$failed"
}
