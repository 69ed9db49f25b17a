# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What the tests with real servers (tests/cli/real_*.sh) share; they read it with `.`. TAP.
#
# Each script runs in a network of its own, with a /etc/hosts and a /etc/resolv.conf of its own,
# and in a process namespace of its own: whatever a server started ends with the script. All that
# servers read and write lies below $work. Nothing of the system's own servers is touched.
set -u
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(cd "${top_builddir:-.}" && pwd)
probe=${SMTPPROBE:-$build/smtpprobe}
support=${SUPPORT_PROGRAMS:-$build/tests/support}

n=0
failed=0
status=
expected=
declare -A pids=()

# all_skipped REASON: the whole script.
all_skipped()
{
	echo "1..0 # SKIP $1"
	exit 0
}

need()
{
	local program
	for program; do
		command -v "$program" >/dev/null || all_skipped "$program is not installed"
	done
}

bail_out()
{
	echo "Bail out! $1"
	exit 99
}

# own_network SECONDS: starts the script again in namespaces of its own, as root of the machine
# or of a user namespace, for at most so long. Returns in there, in $work, with the certificates
# of certs.sh in $work/certs.
own_network()
{
	local way reason
	if [ -n "${REAL_WORK-}" ]; then
		enter
		return
	fi
	need unshare ip ss
	for way in '' '--user --map-root-user'; do
		way="unshare $way --net --mount --pid --fork --kill-child"
		reason=$($way ip link set lo up 2>&1) || continue
		REAL_WORK=$(mktemp -d)
		export REAL_WORK
		trap 'rm -rf "$REAL_WORK"' EXIT
		# shellcheck disable=SC2086  # words
		timeout --foreground -s KILL "$1" $way bash "$0"
		exit
	done
	all_skipped "no network namespace here: ${reason//$'\n'/ }"
}

enter()
{
	work=$REAL_WORK
	cd "$work" || exit 99
	# Servers look into it as users of their own.
	chmod 711 .
	trap stop_all EXIT
	# Where it is forbidden, only a sanitizer that looks for leaks misses it.
	mount -t proc proc /proc 2>/dev/null
	ip link set lo up
	bash "$tests/support/certs.sh" "$work/certs" >&2 || bail_out 'no certificates'
	for program in "$probe" "$support/scenario_check" "$support/fake_smtpd"; do
		[ -x "$program" ] || bail_out "there is no $program"
	done
	etc hosts '127.0.0.1 localhost mx.test' '::1 localhost'
	etc resolv.conf 'nameserver 127.0.0.1'
}

# etc FILE LINE...: what /etc/FILE holds from now on, in this namespace only.
etc()
{
	local file=$1
	shift
	printf '%s\n' "$@" >"etc.$file"
	mountpoint -q "/etc/$file" || mount --bind "etc.$file" "/etc/$file" 2>mount.log ||
		all_skipped "/etc/$file cannot be replaced here: $(head -n 1 mount.log)"
}

# other_users USER...: skips all where servers cannot become these.
other_users()
{
	local user
	touch owned
	for user; do
		id "$user" >/dev/null 2>&1 || all_skipped "there is no user $user"
		chown "$user" owned 2>/dev/null ||
			all_skipped "only root can start a server that becomes $user"
	done
	rm owned
}

# start NAME COMMAND...: in the background; what it says goes to NAME.log.
start()
{
	local name=$1
	shift
	"$@" >>"$name.log" 2>&1 </dev/null &
	pids[$name]=$!
}

stop()
{
	if [ -n "${pids[$1]-}" ]; then
		kill "${pids[$1]}" 2>/dev/null
		wait "${pids[$1]}" 2>/dev/null
		unset "pids[$1]"
	fi
}

stop_all()
{
	local name
	for name in ${!pids[*]}; do
		stop "$name"
	done
}

# listening NAME WHERE...: waits until that server listens at t[ADDRESS]:PORT (TCP), u... (UDP).
listening()
{
	local name=$1 where
	shift
	for where; do
		for _ in {1..200}; do
			[ -z "$(ss -H "-ln${where::1}" "src ${where:1}")" ] || continue 2
			kill -0 "${pids[$name]}" 2>/dev/null || break
			sleep 0.05
		done
		bail_out "$name does not listen at $where: $(tail -n 5 "$name.log" | tr '\n' ' ')"
	done
}

# need_mail_proxy: nginx with its mail module, of which mail_module is the file where it is one.
need_mail_proxy()
{
	local folder
	need nginx
	folder=$(nginx -V 2>&1 | tr ' ' '\n' | sed -n 's/^--modules-path=//p')
	mail_module=${folder:-/usr/lib/nginx/modules}/ngx_mail_module.so
	[ -e "$mail_module" ] || nginx -V 2>&1 | grep -q -e '--with-mail ' ||
		all_skipped "nginx has no mail module ($mail_module)"
}

# mail_proxy CERTIFICATE LINES [PORT...]: (re)starts nginx with these lines in its mail block. It
# must listen at these ports, by default 25, 465 and 587.
mail_proxy()
{
	local certificate=$1 lines=$2 ports
	shift 2
	ports=("$@")
	[ $# -gt 0 ] || ports=(25 465 587)
	stop nginx
	: >nginx.conf
	[ ! -e "$mail_module" ] || echo "load_module $mail_module;" >nginx.conf
	cat >>nginx.conf <<-CONFIG
	daemon off; master_process off; pid $work/nginx.pid; error_log $work/nginx.log error;
	events { worker_connections 512; }
	mail {
	  server_name mail.mx.test;
	  auth_http 127.0.0.1:9/none;
	  smtp_capabilities PIPELINING "SIZE 52428800" 8BITMIME;
	  ssl_protocols TLSv1.2 TLSv1.3;
	  ssl_certificate $work/certs/$certificate.crt;
	  ssl_certificate_key $work/certs/$certificate.key;
	  $lines
	}
	CONFIG
	start nginx nginx -e "$work/nginx.log" -c "$work/nginx.conf"
	listening nginx "${ports[@]/#/t:}"
}

# sound_hosts: every loopback address is a mail host with nothing wrong.
sound_hosts()
{
	mail_proxy good '
	server { listen 25; protocol smtp; starttls on; smtp_auth none; }
	server { listen 465 ssl; protocol smtp; smtp_auth plain; }
	server { listen 587; protocol smtp; starttls only; smtp_auth plain; }'
}

# mail_hosts ADDRESS...: sound hosts there, with all three ports.
mail_hosts()
{
	local address servers=
	for address; do
		servers+="
		server { listen $address:25; protocol smtp; starttls on; smtp_auth none; }
		server { listen $address:465 ssl; protocol smtp; smtp_auth plain; }
		server { listen $address:587; protocol smtp; starttls only; smtp_auth plain; }"
	done
	mail_proxy good "$servers"
}

# run ARGUMENT...: smtpprobe, with the tests' CA. Sets status; writes `report` (JSON), `text`.
run()
{
	# shellcheck disable=SC2094  # --output text names a format
	timeout 40 "$probe" --ca-file certs/ca.crt --output json=report --output text "$@" \
		>text 2>stderr </dev/null
	status=$?
}

# verdict SENTENCE: ok where the file `wrong` is empty.
verdict()
{
	n=$((n + 1))
	if [ ! -s wrong ]; then
		echo "ok $n - $1"
		return
	fi
	failed=1
	echo "not ok $n - $1"
	{
		cat wrong
		head -n 25 text
	} | sed 's/^/# /'
}

# hold SENTENCE: the last run against `expected` and the lines on standard input, into `wrong`.
hold()
{
	{
		printf '%s\n' "# $1" "$expected"
		cat
		# A file of scenarios has a script; the server here is a real one.
		echo close
	} >facts
	{
		"$support/scenario_check" facts report "$status"
		cat stderr
	} >wrong
}

# judge STATUS CODES SENTENCE: the last run must have ended so, with exactly these problems and
# warnings (or none), and with the facts and notes on standard input, which are written as in
# tests/scenarios/README.md; and the stored record must give the same report.
judge()
{
	local code
	expected="exit $1"
	for code in $2; do
		expected+=$'\n'"expect $code"
	done
	hold "$3"
	if ! "$probe" --replay report --output json 2>>wrong | cmp -s - report; then
		echo '--replay does not give the same report' >>wrong
	fi
	verdict "$3"
}

# also SENTENCE: more facts and notes of the same run.
also()
{
	hold "$1"
	verdict "$1"
}

# shows SENTENCE: each line of standard input stands in the text report, broken in lines or not.
shows()
{
	local line
	while read -r line; do
		tr -s '[:space:]' ' ' <text | grep -qF -e "$line" ||
			echo "\"$line\" is not in the report"
	done >wrong
	verdict "$1"
}

done_testing()
{
	echo "1..$n"
	exit "$failed"
}
