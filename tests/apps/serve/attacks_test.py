#!/usr/bin/env python3
"""Tries on `storyteller serve` what the network tries on servers, with a good client beside it.

    attacks_test.py BINARY [--full]

Each attack says what must come of it. With --full it prints the figures of docs/apps/serve.md: memory
above that of the model, and how much longer the good client waits. Standard library only.
"""
import json
import multiprocessing
import os
import statistics
import sys
import threading
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server as serve  # noqa: E402 pylint: disable=wrong-import-position

MEBIBYTE = 1 << 20
FULL = "--full" in sys.argv
STRANGER = "127.0.0.66"  # attackers come from addresses of their own, but for two attacks
ATTACKS = []


def attack(title):
    def register(function):
        ATTACKS.append((title, function))
        return function
    return register


def expect(got, wanted, what=""):
    if got not in (wanted if isinstance(wanted, tuple) else (wanted,)):
        raise AssertionError(f"{what}: got {got}, wanted {wanted}")


def post(server, body, fields=(), wanted=400, source=STRANGER, path="/v1/caption"):
    status, _, answer = server.ask("POST", path, body, fields, source=source)
    expect(status, wanted, answer[:200])
    return answer


def raw(server, text, wanted, body=b""):
    status, _, answer = server.send(text.replace("\n", "\r\n").replace("PORT", str(server.port))
                                    .encode("latin-1") + body, source=STRANGER)
    expect(status, wanted, answer[:200])


@attack("empty, missing, foreign and double hosts")
def hosts(server):
    raw(server, "GET /health HTTP/1.1\nHost:\n\n", 403)
    raw(server, "GET /health HTTP/1.1\nHost: \n\n", 403)
    raw(server, "GET /health HTTP/1.1\n\n", 403)
    raw(server, "GET /health HTTP/1.0\n\n", 403)
    raw(server, "GET /health HTTP/1.1\nHost: rebind.example:PORT\n\n", 403)
    raw(server, "GET /health HTTP/1.1\nHost: localhost:PORT\nHost: evil.example\n\n", 400)
    raw(server, "GET /health HTTP/1.1\nHost: 127.0.0.1.evil.example:PORT\n\n", 403)


@attack("pages of other origins")
def origins(server):
    for origin in ("null", "http://evil.example", "http://localhost:1", "file://", ""):
        post(server, b"x", [f"Origin: {origin}"], 403)
    for site in ("cross-site", "same-site"):
        post(server, b"x", [f"Sec-Fetch-Site: {site}"], 403)


@attack("smuggling: two lengths, length beside chunks, chunks that are none")
def smuggling(server):
    head = "POST /v1/caption HTTP/1.1\nHost: localhost:PORT\n"
    raw(server, head + "Content-Length: 4\nTransfer-Encoding: chunked\n\n0\n\n", 400)
    raw(server, head + "Transfer-Encoding: chunked\nContent-Length: 4\n\n0\n\n", 400)
    raw(server, head + "Content-Length: 4\nContent-Length: 5\n\nabcde", 400)
    raw(server, head + "Content-Length: +4\n\nabcd", 400)
    raw(server, head + "Content-Length: -1\n\n", 400)
    raw(server, head + "Content-Length: 99999999999999999999999\n\n", (400, 413))
    raw(server, head + "Transfer-Encoding: xchunked\n\n0\n\n", (400, 411))
    raw(server, head + "Transfer-Encoding: chunked\n\nzz\n\n", 400)
    raw(server, head + "Transfer-Encoding: chunked\n\nffffffffffffffffff\n\n", (400, 413))
    raw(server, head + "\n", 411)


@attack("what is no HTTP: another protocol, line ends, NUL, an absolute address")
def not_http(server):
    raw(server, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\n", 400)
    raw(server, "GET /health HTTP/3.0\nHost: localhost:PORT\n\n", (400, 505))
    raw(server, "GET  /health\n\n", 400)
    raw(server, "GET /health HTTP/1.1\nHost: localhost:PORT\nX: a\0b\n\n", 400)
    raw(server, "GET http://evil.example/ HTTP/1.1\nHost: localhost:PORT\n\n", 400)
    raw(server, "CONNECT evil.example:443 HTTP/1.1\nHost: localhost:PORT\n\n", 400)
    raw(server, "GET /health HTTP/1.1\nHost : localhost:PORT\n\n", 400)


@attack("200 ways out of a folder")
def traversal(server):
    dots = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", "....//", "%252e%252e%252f",
            "..%c0%af", "%uff0e%uff0e/"]
    for number in range(200):
        path = "/" + dots[number % len(dots)] * (1 + number // len(dots)) + "etc/passwd"
        status, _, body = server.ask("GET", path, source=STRANGER)
        expect(status, (400, 404), path)
        expect(b"root:" in body, False, path)


@attack("a head without end, and one of many fields")
def endless_head(server):
    begin = f"GET /health HTTP/1.1\r\nHost: localhost:{server.port}\r\n".encode()
    line = b"X-Filling: " + b"a" * 1000 + b"\r\n"
    status, _, _ = server.send(begin, *([line] * 10000), source=STRANGER)
    expect(status, (431, 0))  # 0: what was still being sent tore the answer away
    status, _, _ = server.send(begin + b"a: b\r\n" * 100 + b"\r\n", source=STRANGER)
    expect(status, 431)


@attack("a body of 1.5 GB in chunks")
def endless_body(server):
    head = (f"POST /v1/caption HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
            "Transfer-Encoding: chunked\r\n\r\n").encode()
    chunk = b"100000\r\n" + b"a" * MEBIBYTE + b"\r\n"
    status, _, _ = server.send(head, *([chunk] * 1500), source=STRANGER)
    expect(status, (413, 0))
    post(server, b"a" * (17 * MEBIBYTE), wanted=(413, 0))


@attack("eight bodies of 16 MiB at once")
def many_bodies(server):
    def one():
        status, _, _ = server.ask("POST", "/v1/caption", b"a" * (16 * MEBIBYTE), source=STRANGER)
        expect(status, (415, 503, 0))
    run_together([one] * 8)


@attack("a packed body")
def packed(server):
    post(server, zlib.compress(b"0" * 100000), ["Content-Encoding: deflate"], 415)


@attack("JSON: deep, wide, cut, and not UTF-8")
def json_bombs(server):
    post(server, b"{\"a\":" + b"[" * 4_000_000)
    post(server, b"{\"a\":[" + b"[]," * 4_000_000 + b"0]}")
    post(server, b"{\"a\":" * 100_000)
    post(server, b"{\"image\": \"\xff\"}")
    post(server, b"{\"image\": \"" + b"A" * 100_000)
    post(server, json.dumps({"image": {"a": 1}}).encode())


@attack("16 MiB of =, and of blanks, as base64")
def base64_bombs(server):
    for filling in (b"=", b" "):
        post(server, b"{\"image\": \"" + filling * (16 * MEBIBYTE - 20) + b"\"}")


def png_head(width, height):
    data = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    return b"\x89PNG\r\n\x1a\n\0\0\0\r" + data + zlib.crc32(data).to_bytes(4, "big")


@attack("a PNG of 10^9 pixels, refused within 100 ms")
def png_bomb(server):
    begun = time.monotonic()
    post(server, png_head(31623, 31623) + b"\0" * 100, wanted=422)
    if time.monotonic() - begun > (.1 if FULL else .5):
        raise AssertionError(f"{time.monotonic() - begun:.3f} s")
    # As large as may be, and nothing in it; and one that unpacks to more than it says.
    post(server, png_head(8000, 8000) + b"\0" * 100, wanted=422)


@attack("a JPEG of 1,000 scans")
def jpeg_bomb(server):
    with open(serve.SCENE, "rb") as file:
        picture = file.read()
    at = picture.index(b"\xff\xda")
    scan = picture[at:-2]
    progressive = picture[:at].replace(b"\xff\xc0", b"\xff\xc2", 1)
    post(server, progressive + scan * 1000 + b"\xff\xd9", wanted=(413, 422))
    claimed = bytearray(picture)
    frame = claimed.index(b"\xff\xc0")
    claimed[frame + 5:frame + 9] = b"\xff\xff\xff\xff"
    post(server, bytes(claimed), wanted=422)


@attack("forms: nine parts, no boundary, no end")
def forms(server):
    head = ["Content-Type: multipart/form-data; boundary=B"]
    post(server, b"--B\r\n\r\nx\r\n" * 9 + b"--B--", head)
    post(server, b"--B\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n" + b"a" * MEBIBYTE, head)
    post(server, b"x", ["Content-Type: multipart/form-data"])
    post(server, b"--B\r\n" * 1_000_000, head)


@attack("addresses to fetch")
def remote_images(server):
    for url in ("http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "gopher://x"):
        post(server, json.dumps({"image": url}).encode())
        part = [{"type": "image_url", "image_url": {"url": url}}]
        post(server, json.dumps({"messages": [{"role": "user", "content": part}]}).encode(),
             path="/v1/chat/completions")


@attack("pictures of an earlier request")
def earlier_pictures(server):
    with server.connect(STRANGER) as connection:
        with open(serve.SCENE, "rb") as file:
            good = file.read()
        for body, wanted in ((good, 200), (b"{}", 400), (good, 200), (b'{"images": [""]}', 400)):
            connection.sendall(f"POST /v1/caption HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
                               f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            status, _, _ = serve.answer_of(connection)
            expect(status, wanted)


@attack("a head that comes too slowly")
def slow_head(server):
    with server.connect(STRANGER) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: ")
        begun = time.monotonic()
        for _ in range(12):
            if serve.readable(connection, .5):
                break
            connection.sendall(b"a")
        expect(serve.answer_of(connection)[0], 408)
        expect(4 < time.monotonic() - begun < 8, True, "after five seconds")


@attack("a body that comes too slowly")
def slow_body(server):
    with server.connect(STRANGER) as connection:
        connection.sendall(f"POST /v1/caption HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
                           "Content-Length: 100000\r\n\r\n".encode())
        begun = time.monotonic()
        for _ in range(16):
            if serve.readable(connection, .5):
                break
            connection.sendall(b"a" * 100)
        expect(serve.answer_of(connection)[0], 408)
        expect(4 < time.monotonic() - begun < 9, True, "after five seconds")


@attack("300 slow clients from other addresses")
def slow_clients(server):
    slow_from([f"127.0.1.{1 + number % 40}" for number in range(300)], server)


@attack("300 slow clients from the good client's address")
def slow_neighbours(server):
    slow_from(["127.0.0.1"] * 300, server)


def slow_from(sources, server):
    connections = []
    try:
        for source in sources:
            try:
                connection = server.connect(source, timeout=5)
                connection.sendall(b"POST /v1/caption HTTP/1.1\r\nHost: localhost\r\nX: ")
                connections.append(connection)
            except OSError:
                pass  # it makes room for others
        with open(serve.SCENE, "rb") as file:
            server.caption(file.read())
    finally:
        for connection in connections:
            connection.close()


@attack("an answer that nobody reads")
def never_read(server):
    with open(serve.SCENE, "rb") as file:
        picture = file.read()
    request = (f"POST /v1/caption HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
               f"Content-Length: {len(picture)}\r\n\r\n".encode() + picture)
    with server.connect(STRANGER) as connection:
        connection.settimeout(.5)
        try:
            for _ in range(100):
                connection.sendall(request)
        except OSError:
            pass  # no more is taken until it is read


def run_together(bodies):
    failures = []

    def guarded(body):
        try:
            body()
        except Exception as failure:  # pylint: disable=broad-exception-caught
            failures.append(failure)
    threads = [threading.Thread(target=guarded, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


class GoodClient:
    """Asks for captions as long as the block lasts. A process of its own, as it would wait for an
    attacker's thread, too."""

    def __init__(self, server, picture):
        self.server, self.picture = server, picture
        self.seconds, self.failure = [], None
        self.ending = multiprocessing.Event()
        self.told, tell = multiprocessing.Pipe(duplex=False)
        self.process = multiprocessing.Process(target=self.run, args=(tell,))

    def run(self, tell):
        seconds, failure = [], None
        while failure is None:
            try:
                took, answer = self.server.caption(self.picture, source="127.0.0.2")
                expect(answer["caption"], serve.SAID)
                seconds.append(took)
            except Exception as problem:  # pylint: disable=broad-exception-caught
                failure = str(problem)
            if self.ending.wait(.05):
                break
        tell.send((seconds, failure))

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.seconds, self.failure = self.told.recv()
        self.process.join()


def main():
    binary = os.path.abspath(sys.argv[1])
    serve.require_serve(binary)
    with open(serve.SCENE, "rb") as file:
        picture = file.read()
    failed = 0
    with serve.Server(binary, "--quiet") as server:
        for _ in range(10):
            server.caption(picture)
        quiet = statistics.median(server.caption(picture)[0] for _ in range(30))
        before = server.memory()
        print(f"alone: {quiet * 1e3:.1f} ms a caption, {before / MEBIBYTE:.0f} MiB")
        for title, function in ATTACKS:
            server.forget_peak()
            begun = time.monotonic()
            try:
                with GoodClient(server, picture) as good:
                    function(server)
                    while FULL and time.monotonic() - begun < 3:  # enough captions for a median
                        function(server)
                if good.failure:
                    raise AssertionError(f"the good client: {good.failure}")
                grown = server.memory("VmHWM") - before
                if grown > 256 * MEBIBYTE:
                    raise AssertionError(f"{grown / MEBIBYTE:.0f} MiB more memory")
                waited = statistics.median(good.seconds) if good.seconds else 0
                print(f"ok      {title}: {time.monotonic() - begun:.1f} s, "
                      f"{grown / MEBIBYTE:+.0f} MiB, good client x {waited / quiet:.2f}", flush=True)
            except Exception as failure:  # pylint: disable=broad-exception-caught
                failed += 1
                print(f"FAILED  {title}: {failure}", flush=True)
            if server.process.poll() is not None:
                print(f"FAILED  the server ended: {server.process.returncode}")
                return 1
        server.caption(picture)
    print(f"{len(ATTACKS) - failed} attacks held off, {failed} not")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
