#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A list of N (2000) targets of which most hang, reset, dribble, flood or talk nonsense: each has its one
# record, which says what it did, and memory is bounded by the number under way. TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
need python3
size=${N:-2000}
own_network $((120 + size / 50))
: >text # what verdict() shows

# The last octet of the address, modulo 8, is what it does.
cat >hostile.py <<'PYTHON'
import asyncio, resource, socket, struct

resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)

async def hang(r, w):
    await r.read(1)

async def reset(r, w):
    w.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

async def dribble(r, w):
    for c in "220-" + "x" * 400:
        w.write(c.encode())
        await w.drain()
        await asyncio.sleep(0.1)

async def flood(r, w):
    for _ in range(2000):
        w.write(b"220-" + b"flood " * 160 + b"\r\n")
        await w.drain()

async def close(r, w):
    w.write(b"220 mx.test ESMTP\r\n")

async def ehlo_flood(r, w):
    w.write(b"220 mx.test ESMTP\r\n")
    await r.readline()
    for i in range(20000):
        w.write(b"250-X%d " % i + b"y" * 200 + b"\r\n")
        await w.drain()

async def nonsense(r, w):
    w.write(bytes(range(128, 256)) * 8 + b"\x1b[2J\x1b]0;title\x07\r\n")
    await r.read(1)

async def good(r, w):
    w.write(b"220 mx.test ESMTP\r\n")
    while line := await r.readline():
        word = line.strip().split(b" ")[0].upper()
        w.write({b"EHLO": b"250 mx.test\r\n", b"QUIT": b"221 bye\r\n"}.get(word, b"500 what?\r\n"))
        if word == b"QUIT":
            return

kinds = [hang, reset, dribble, flood, close, ehlo_flood, nonsense, good]

async def serve(r, w):
    last = int(w.get_extra_info("sockname")[0].split(".")[3])
    try:
        await kinds[last % 8](r, w)
        await w.drain()
    except OSError:
        pass
    finally:
        w.close()

async def main():
    server = await asyncio.start_server(serve, "0.0.0.0", 2525, backlog=4096)
    await server.serve_forever()

asyncio.run(main())
PYTHON
start hostile python3 hostile.py
listening hostile t0.0.0.0:2525
for ((i = 0; i < size; i++)); do
	echo "127.$((20 + i / 50000)).$((i / 200 % 250)).$((i % 200 + 1))"
done >list
python3 - "$probe" "$size" <<-'PYTHON' >wrong 2>&1
	import json, resource, subprocess, sys
	probe, size = sys.argv[1], int(sys.argv[2])
	done = subprocess.run([probe, "--input", "list", "--port", "2525", "--resolver", "127.0.0.1:53", "--concurrency", "300",
	                       "--per-host", "2", "--greeting-timeout", "1", "--reply-timeout", "2", "--tls-timeout", "1",
	                       "--timeout", "4", "--output", "json=out.jsonl"], stdin=subprocess.DEVNULL)
	assert done.returncode == 1, done.returncode
	peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
	expected = [["timeout"], ["closed", "reset"], ["timeout", "cut-short"], ["too-long"], ["ok"], ["ok"], ["malformed", "ok"], ["ok"]]
	names, seen = set(), {}
	for line in open("out.jsonl"):
	    assert "\x1b" not in line, "an escape sequence went through"
	    r = json.loads(line)
	    assert r["target"]["name"] not in names, "two records of " + r["target"]["name"]
	    names.add(r["target"]["name"])
	    kind = int(r["target"]["name"].split(".")[3]) % 8
	    e = r["endpoints"][0]
	    how = e["connect"]["outcome"]
	    assert how == "ok" or kind == 1 and how == "reset", (kind, e["connect"])  # before it was looked at
	    seen.setdefault(kind, {}).setdefault(e["greeting"]["outcome"] if how == "ok" else how, []).append(r["target"]["name"])
	print("# peak", peak, "MiB;", {k: {o: len(v) for o, v in s.items()} for k, s in sorted(seen.items())}, file=open("told", "w"))
	assert len(names) == size, len(names)
	for kind, outcomes in sorted(seen.items()):
	    for outcome, where in outcomes.items():
	        assert outcome in expected[kind], (kind, outcome, where[:3])
	assert peak < 160, "%d MiB" % peak
PYTHON
cat told
verdict "$size targets that hang, reset, dribble and flood: one record each, in bounded memory"
done_testing
