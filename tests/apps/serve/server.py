"""A `storyteller serve` to try things on, and a client that says exactly what it is told."""
import json
import os
import select
import socket
import subprocess
import sys
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
MODEL = os.path.join(ROOT, "tests", "goldens", "model_v1.storyteller")
SCENE = os.path.join(ROOT, "tests", "goldens", "model_v1_scene.jpg")
SAID = "a large white heart"  # what the model says about the scene


class Server:
    """The program, listening at a port of its own choice until the block ends."""

    def __init__(self, binary, *options, model=MODEL, log=subprocess.DEVNULL):
        command = [binary, "serve", *(() if "--port" in options else ("--port", "0")), *options]
        if model:
            command += ["--model", model]
        self.begun = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            self.process.wait()
            raise SystemExit(f"no server: {line!r}, status {self.process.returncode}")
        self.url = line.split()[-1]
        self.port = int(self.url.rsplit(":", 1)[1])
        while (status := self.ask("GET", "/health")[0]) == 503:
            time.sleep(0.01)  # it loads the model
        if status != 200:
            raise SystemExit(f"health says {status}, status {self.process.poll()}")
        self.ready = time.monotonic() - self.begun

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def memory(self, what="VmRSS"):
        """Bytes that the program occupies; with VmHWM: the most so far."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith(what + ":"):
                    return int(line.split()[1]) * 1024
        return 0

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def connect(self, source=None, timeout=60):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout,
                                        source_address=(source, 0) if source else None)

    def send(self, *pieces, source=None, timeout=60):
        """Sends bytes on a connection of their own; (status, head, body) of the first answer."""
        with self.connect(source, timeout) as connection:
            try:
                for piece in pieces:
                    connection.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it answers before all was sent
            return answer_of(connection)

    def ask(self, method, path, body=b"", fields=(), host=None, source=None):
        head = [f"{method} {path} HTTP/1.1", f"Host: {host or f'127.0.0.1:{self.port}'}",
                "Connection: close", *fields]
        if method == "POST":
            head.append(f"Content-Length: {len(body)}")
        return self.send("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body, source=source)

    def caption(self, picture, **wishes):
        """Seconds and the object of an answer that must be one."""
        begun = time.monotonic()
        status, _, body = self.ask("POST", "/v1/caption", picture, **wishes)
        if status != 200:
            raise AssertionError(f"{status}: {body[:300]}")
        return time.monotonic() - begun, json.loads(body)


def answer_of(connection):
    """(status, head, body) as they come; status 0: the connection was closed without an answer."""
    data = b""
    try:
        while piece := connection.recv(65536):
            data += piece
            if is_whole(data):
                break
    except ConnectionResetError:
        pass
    head, _, body = data.partition(b"\r\n\r\n")
    while head.startswith(b"HTTP/1.1 100"):
        head, _, body = body.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    return (int(words[1]) if len(words) > 1 else 0), head.decode("latin-1"), body


def is_whole(data):
    head, end, body = data.partition(b"\r\n\r\n")
    if not end or head.startswith(b"HTTP/1.1 100"):
        return False
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return body.endswith(b"0\r\n\r\n")


def readable(connection, seconds):
    return bool(select.select([connection], [], [], seconds)[0])


def skip(reason):
    print("skipped: " + reason)
    sys.exit(77)


def require_serve(binary):
    done = subprocess.run([binary, "serve", "--host", "nonsense", "--token", os.devnull],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode == 8:
        skip("this program was built without Boost: install libboost-dev and configure again")
