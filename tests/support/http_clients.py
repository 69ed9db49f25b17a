# SPDX-License-Identifier: MIT
"""HTTP clients of the exporter's test, good and bad, many at a time. Bounded in time, loopback only.

    get URL [HEADER]       one request; prints the status, then the body
    raw HOST PORT TEXT     sends TEXT (with \\r\\n escapes), prints the status line or "closed"
    many N URL [HEADER]    N at once; prints "STATUS COUNT" lines and "success COUNT"; while they wait,
                           /metrics and /proc/net/tcp are read: prints "most-running N" probes and
                           "most-connected N" connections to a port 25
    half N URL SECONDS     N connections that send half a request; prints "held" once all stand, and
                           "ended COUNT" for those that were closed within SECONDS
    leave N URL            N requests whose client is gone before the answer
    server ADDR PORT       a mail server that turns away after 0.2 s, until killed
"""
import asyncio
import collections
import sys
import urllib.parse

DEADLINE = 40


def split(url):
    u = urllib.parse.urlsplit(url)
    return u.hostname, u.port, u.path + ("?" + u.query if u.query else "")


async def read_reply(reader):
    data = await asyncio.wait_for(reader.read(), DEADLINE)
    head, _, body = data.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    return (int(words[1]) if len(words) > 1 else 0), body.decode()


async def get(url, header=None):
    host, port, path = split(url)
    reader, writer = await asyncio.open_connection(host, port)
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: close"] + ([header] if header else [])
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    try:
        return await read_reply(reader)
    finally:
        writer.close()


async def do_get(url, header=None):
    status, body = await get(url, header)
    print(status)
    print(body, end="")


async def do_raw(host, port, text):
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(text.encode().decode("unicode_escape").encode("latin-1"))
    try:
        line = await asyncio.wait_for(reader.readline(), DEADLINE)
    except ConnectionError:
        line = b""
    print(line.decode().strip() or "closed")
    writer.close()


def connected():
    """Clients' ends of connections to port 25: SYN-SENT or ESTABLISHED."""
    rows = [line.split() for line in open("/proc/net/tcp")][1:]
    return sum(r[2].endswith(":0019") and r[3] in ("01", "02") for r in rows)


async def watch(url, most):
    base = url.split("/probe", 1)[0]
    while True:
        _, body = await get(base + "/metrics")
        for line in body.splitlines():
            if line.startswith("smtpprobe_exporter_probes_running "):
                most["running"] = max(most["running"], int(line.split()[1]))
        most["connected"] = max(most["connected"], connected())
        await asyncio.sleep(0.01)


async def do_many(n, url, header=None):
    most = collections.Counter()
    watching = asyncio.ensure_future(watch(url, most))
    replies = await asyncio.gather(*(get(url, header) for _ in range(int(n))))
    watching.cancel()
    for status, count in sorted(collections.Counter(r[0] for r in replies).items()):
        print(status, count)
    print("success", sum("\nprobe_success 1\n" in r[1] for r in replies))
    for what in "running", "connected":
        print(f"most-{what}", most[what])


async def do_half(n, url, seconds):
    host, port, _ = split(url)
    held = []
    for i in range(int(n)):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHo" if i % 2 else b"")
        held.append((reader, writer))
    print("held", flush=True)

    async def ended(reader):
        try:
            while await reader.read(4096):
                pass
        except ConnectionError:
            pass
        return True

    done, waiting = await asyncio.wait([asyncio.ensure_future(ended(r)) for r, _ in held],
                                       timeout=float(seconds))
    print("ended", len(done))
    for task in waiting:
        task.cancel()


async def do_leave(n, url):
    host, port, path = split(url)
    for _ in range(int(n)):
        _, writer = await asyncio.open_connection(host, port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        await writer.drain()
        writer.transport.abort()


async def do_server(address, port):
    async def serve(reader, writer):
        try:
            await asyncio.sleep(0.2)
            writer.write(b"554 5.7.1 not today\r\n")
            await asyncio.wait_for(reader.read(64), 5)
            writer.write(b"221 2.0.0 Bye\r\n")
            await writer.drain()
        except (ConnectionError, asyncio.TimeoutError):
            pass
        writer.close()

    server = await asyncio.start_server(serve, address, int(port), backlog=1024)
    async with server:
        await asyncio.wait_for(server.serve_forever(), 120)


if __name__ == "__main__":
    asyncio.run(globals()["do_" + sys.argv[1]](*sys.argv[2:]))
