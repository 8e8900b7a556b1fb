#!/usr/bin/env python3
"""Names of files, of fields and EXIF that would be more than names: nothing of them comes back but as
JSON, no head is split, and the log holds none of it.

    hostile_test.py BINARY

tests/browser/serve_page_test.py gives the same to the page.
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server as serve  # noqa: E402 pylint: disable=wrong-import-position

# Each holds "owned": where that is seen again, it got through.
NAMES = [
    "<script>owned()</script>.jpg", "<img src=x onerror=owned()>", "a\r\nX-Owned: 1\r\n\r\n<b>owned",
    "a\nSet-Cookie: owned=1", "a\r\n\r\n--B\r\nowned", "a\0owned.jpg", "%0d%0aX-Owned:%201",
    "../../../../tmp/owned", "/dev/owned", "$(touch owned)", "`touch owned`", "';touch owned;'",
    "${jndi:ldap://owned}", "%s%n%owned", "\u202egpj.owned", "\ud800owned", "a\\\"; owned=\"b",
    "owned" * 1500, "",
]
HEAD = {"date", "content-type", "content-length", "connection", "content-security-policy",
        "x-content-type-options", "referrer-policy", "cache-control", "cross-origin-resource-policy",
        "warning", "allow"}


def octets(name):
    return name.encode("utf-8", "surrogatepass")


def segment(marker, data):
    return bytes((0xFF, marker)) + (len(data) + 2).to_bytes(2, "big") + data


def with_metadata(picture, said, entries=None):
    """The JPEG with EXIF, XMP and a comment that say `said`; `entries`: of the EXIF, as they are."""
    text = said[:60000] + b"\0"
    if entries is None:
        # ImageDescription, Make, Artist, Copyright: all of one text behind the table.
        entries = b"".join(tag.to_bytes(2, "big") + b"\0\2" + len(text).to_bytes(4, "big") +
                           (8 + 2 + 4 * 12 + 4).to_bytes(4, "big") for tag in (270, 271, 315, 33432))
    table = (len(entries) // 12).to_bytes(2, "big") + entries + bytes(4)
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + table + text
    packet = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + text + b"</x:xmpmeta>"
    return picture[:2] + segment(0xE1, exif[:65000]) + segment(0xE1, packet[:65000]) + \
        segment(0xFE, text) + picture[2:]


def wild_exif():
    """Tables whose numbers lead out of the block, back to themselves, or nowhere."""
    far = b"\xff\xff\xff\xff"
    yield b"\x01\x12\0\3" + far + far
    yield b"\x01\x0e\0\2" + far + b"\0\0\0\x08"
    yield b"\x01\x12\xff\xff\0\0\0\1" + far
    yield b"\x87\x69\0\4\0\0\0\1\0\0\0\x08" * 5000  # each the table itself


def form(name, picture, field="image"):
    """A form as a client without care would write it."""
    return (b"--B\r\nContent-Disposition: form-data; name=\"" + octets(field) + b"\"; filename=\"" +
            octets(name) + b"\"\r\nContent-Type: image/jpeg\r\n\r\n" + picture + b"\r\n--B--\r\n")


class Hostile:
    def __init__(self, server):
        self.server, self.count = server, 0

    def ask(self, what, body, fields=(), path="/v1/caption", wanted=(200,)):
        """The answer's object, which must be JSON under a head that has no more fields than any."""
        status, head, body = self.server.ask("POST", path, body, fields)
        lines = head.split("\r\n")[1:]
        names = [line.partition(":")[0].lower() for line in lines]
        self.count += 1
        assert status in wanted, f"{what!r}: {status} {body[:300]}"
        assert set(names) <= HEAD and len(set(names)) == len(names), f"{what!r}: {head}"
        assert "owned" not in head.lower(), f"{what!r}: {head}"
        for line in ("Content-Type: application/json", "X-Content-Type-Options: nosniff",
                     "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'"):
            assert line in lines, f"{what!r}: {line} is not in {head}"
        answer = json.loads(body)
        answer.pop("ignored", None)  # names members as they came, as texts
        assert "owned" not in json.dumps(answer), f"{what!r}: {answer}"
        return answer

    def run(self, picture):
        form_type = ["Content-Type: multipart/form-data; boundary=B"]
        for name in NAMES:
            marked = with_metadata(picture, octets(name))
            assert self.ask(name, marked)["caption"] == serve.SAID
            # Line ends in the name break the form, not the server.
            broken = any(c in name for c in "\r\n\0") or len(name) > 4000 or "\\\"" in name
            answer = self.ask(name, form(name, marked), form_type, wanted=(200, 400, 415) if broken else (200,))
            assert broken or answer["caption"] == serve.SAID
            self.ask(name, form(name, b"no picture"), form_type, wanted=(400, 415))
            self.ask(name, form("a.jpg", marked, name), form_type, wanted=(400,))
            answer = self.ask(name, json.dumps({"image": name, name or "owned": name}).encode(),
                              wanted=(400, 415))
            model = json.dumps({"model": name, "prompt": name, "images": [name]}).encode()
            for path in ("/api/generate", "/v1/chat/completions"):
                self.ask(name, model, path=path, wanted=(400, 415))
            # An address that is not one: the line is cut where the client's own breaks it.
            line = name.replace("\r", "").replace("\n", "").replace("\0", "").replace(" ", "+")[:500]
            self.ask(name, b"x", path="/" + line.encode("utf-8", "surrogatepass").decode("latin-1"),
                     wanted=(400, 404, 405, 411))
        for entries in wild_exif():
            assert self.ask(entries[:12], with_metadata(picture, b"owned", entries))["caption"] == serve.SAID


def main():
    binary = os.path.abspath(sys.argv[1])
    serve.require_serve(binary)
    with open(serve.SCENE, "rb") as file:
        picture = file.read()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("log", "wb") as log, serve.Server(binary, log=log) as server:
            hostile = Hostile(server)
            hostile.run(picture)
        with open("log", encoding="utf-8", errors="replace") as file:
            logged = file.read()
        assert "owned" not in logged.lower() and "caption" in logged, logged[:2000]
        assert sorted(os.listdir()) == ["log"], os.listdir()
    print(f"{hostile.count} answers: nothing got through")


if __name__ == "__main__":
    main()
