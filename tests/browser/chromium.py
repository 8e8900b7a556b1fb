"""Drives a headless Chromium over the DevTools protocol (a pipe, one JSON message per NUL-terminated
record): standard library only.

    with Chromium() as browser:
        page = browser.open("file:///sheet.html")
        page.press("4")
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What a key press carries besides its name: code, Windows' virtual key.
KEYS = {"Backspace": ("Backspace", 8), "Enter": ("Enter", 13), "Tab": ("Tab", 9),
        "Escape": ("Escape", 27), "ArrowLeft": ("ArrowLeft", 37), "ArrowRight": ("ArrowRight", 39)}


def find():
    """Path of an installed Chromium or Chrome, or None. STORYTELLER_CHROMIUM names another."""
    named = os.environ.get("STORYTELLER_CHROMIUM")
    return named or next((path for path in map(shutil.which, NAMES) if path), None)


class BrowserError(Exception):
    pass


class Chromium:
    """A browser with a profile of its own, and without a network, but for the host `reach`."""

    def __init__(self, timeout=60, reach="<-loopback>"):
        self.timeout = timeout
        self.profile = tempfile.mkdtemp(prefix="storyteller-chromium-")
        self.buffer = b""
        self.number = 0
        self.events = []
        child_reads, self.writes = os.pipe()
        self.reads, child_writes = os.pipe()

        def attach():  # the browser reads messages from descriptor 3 and writes them to 4
            for source, target in [(os.dup(child_reads), 3), (os.dup(child_writes), 4)]:
                os.dup2(source, target)
        self.process = subprocess.Popen(
            [find(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--remote-debugging-pipe", "--proxy-server=127.0.0.1:9",
             f"--proxy-bypass-list={reach}", f"--user-data-dir={self.profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            close_fds=False, preexec_fn=attach)  # pylint: disable=subprocess-popen-preexec-fn
        os.close(child_reads)
        os.close(child_writes)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close")
        except (BrowserError, OSError):
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.reads)
        os.close(self.writes)
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self):
        """The next message of the browser."""
        deadline = time.monotonic() + self.timeout
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.reads], [], [], left)[0]:
                raise BrowserError(f"the browser says nothing for {self.timeout} s")
            data = os.read(self.reads, 1 << 20)
            if not data:
                raise BrowserError("the browser has ended")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        """Sends a command and returns its result; events that come meanwhile are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writes, data):]
        while True:
            answer = self.receive()
            if answer.get("id") != self.number:
                self.events.append(answer)
            elif "error" in answer:
                raise BrowserError(f"{method}: {answer['error']}")
            else:
                return answer["result"]

    def wait_for(self, method, session):
        """The first event of that name that was not taken yet."""
        while True:
            for i, event in enumerate(self.events):
                if event.get("method") == method and event.get("sessionId") == session:
                    return self.events.pop(i)["params"]
            self.events.append(self.receive())

    def open(self, url, width=1280, height=800):
        return Page(self, url, width, height)


class Page:
    """One tab."""

    def __init__(self, browser, url, width, height):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target,
                                    flatten=True)["sessionId"]
        self.call("Page.enable")
        self.call("Runtime.enable")
        self.call("Log.enable")
        self.call("Network.enable")
        self.resize(width, height)
        self.go(url)

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def go(self, url):
        self.call("Page.navigate", url=url)
        self.browser.wait_for("Page.loadEventFired", self.session)

    def reload(self):
        self.call("Page.reload")
        self.browser.wait_for("Page.loadEventFired", self.session)

    def resize(self, width, height, mobile=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=mobile)

    def color_scheme(self, scheme):
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])

    def run(self, expression):
        """The value of a JavaScript expression."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in result:
            raise BrowserError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def press(self, key, modifiers=0, code=None, times=1):
        """One press of a key, as a keyboard would. Modifiers: 1 Alt, 2 Ctrl, 4 Meta, 8 Shift."""
        name, virtual = KEYS.get(key, (None, ord(key.upper()) if len(key) == 1 else 0))
        code = code or name or (f"Digit{key}" if key.isdigit() else f"Key{key.upper()}")
        text = {"text": key} if len(key) == 1 and not modifiers else {}
        if key == "Enter":
            text = {"text": "\r"}
        event = {"key": key, "code": code, "windowsVirtualKeyCode": virtual,
                 "modifiers": modifiers}
        for _ in range(times):
            self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **event,
                      **text)
            self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def write(self, text):
        self.call("Input.insertText", text=text)

    def click(self, selector):
        """A click of the mouse in the middle of an element."""
        x, y = self.run(
            f"(e => {{ e.scrollIntoView({{block: 'nearest'}}); const b = e.getBoundingClientRect();"
            f" return [b.x + b.width / 2, b.y + b.height / 2]; }})"
            f"(document.querySelector({json.dumps(selector)}))")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def text(self, selector):
        return self.run(f"document.querySelector({json.dumps(selector)}).textContent")

    def visible(self, selector):
        return self.run(f"document.querySelector({json.dumps(selector)}).checkVisibility()")

    def screenshot(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def problems(self):
        """What the page complained about so far: exceptions and messages of the browser's log."""
        self.run("0")
        found = []
        for event in self.browser.events:
            if event.get("sessionId") != self.session:
                continue
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(event["params"]["exceptionDetails"])
            elif event.get("method") == "Log.entryAdded":
                found.append(event["params"]["entry"])
        return found

    def requests(self):
        """Addresses that the page asked for, data: left out."""
        self.run("0")
        return [event["params"]["request"]["url"] for event in self.browser.events
                if event.get("sessionId") == self.session and
                event.get("method") == "Network.requestWillBeSent" and
                not event["params"]["request"]["url"].startswith("data:")]
