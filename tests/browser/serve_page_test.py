#!/usr/bin/env python3
"""Looks at the page of `storyteller serve` in headless Chromium: a picture in, a sentence out, the maps
by keyboard, on a telephone and on a desk, with hostile sentences, and without a finding of axe-core's.

    serve_page_test.py BINARY [--screenshots FOLDER [MODEL PICTURE]]

Without Chromium, or where the program was built without Boost, it ends with status 77 (skipped).
STORYTELLER_AXE names axe.min.js (PyPI's axe-playwright-python holds it); without it that part is left out.
"""
import base64
import json
import os
import sys
import tempfile
import time
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [FOLDER, os.path.join(FOLDER, "..", "apps", "serve")]
import chromium  # noqa: E402 pylint: disable=wrong-import-position
import hostile_test as hostile  # noqa: E402 pylint: disable=wrong-import-position
import server as serve  # noqa: E402 pylint: disable=wrong-import-position

BINARY = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else None
TEXT = "Not sure: perhaps a large white heart."
HOSTILE = ["</script><script>window.owned=1</script>", "<img src=x onerror=\"window.owned=1\">",
           "\u202etxt.exe \u2066 <!-- <script", "javascript:window.owned=1", "${owned=1} {{7*7}}",
           "\"><svg onload=window.owned=1>", "\u2028\u2029'\\\"", "<iframe srcdoc='<script>owned=1'>"]


class Browser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = serve.Server(BINARY, "--quiet")
        cls.browser = chromium.Chromium(reach="127.0.0.1")

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.server.__exit__()

    def setUp(self):
        self.page = self.browser.open(self.server.url + "/")

    def give(self, path=serve.SCENE, kind="image/jpeg", name="picture", metadata=b""):
        """As if somebody had pasted the file; with a comment and EXIF of `metadata`."""
        with open(path, "rb") as file:
            data = file.read()
        if metadata:
            data = hostile.with_metadata(data, metadata)
        data = base64.b64encode(data).decode()
        self.page.run(f"""(() => {{
          const bytes = Uint8Array.from(atob({json.dumps(data)}), c => c.charCodeAt(0));
          const files = new DataTransfer();
          files.items.add(new File([bytes], {json.dumps(name)}, {{type: {json.dumps(kind)}}}));
          document.dispatchEvent(new ClipboardEvent("paste", {{clipboardData: files}}));
        }})()""")

    def until(self, expression, what):
        for _ in range(400):
            if self.page.run(expression):
                return
            time.sleep(.025)
        self.fail(f"not {what}: {self.page.text('#sentence')}")

    def described(self):
        self.give()
        self.until("!document.getElementById('looked').hidden", "described")

    def test_a_picture_in_a_sentence_out(self):
        self.assertFalse(self.page.visible("#looked"))
        self.described()
        self.assertEqual(self.page.text("#sentence"), TEXT)
        self.assertEqual(self.page.text("#grade"), "not sure")
        self.assertEqual(self.page.run("[...document.querySelectorAll('#words button')]"
                                       ".map(b => b.textContent).join(' ')"), serve.SAID)
        self.assertEqual(self.page.problems(), [])
        asked = {url for url in self.page.requests() if not url.startswith("blob:")}
        self.assertEqual(asked, {self.server.url + "/", self.server.url + "/v1/caption"})

    def test_the_light_moves_by_keyboard(self):
        self.described()
        pixels = "document.getElementById('canvas').toDataURL()"
        plain = self.page.run(pixels)
        self.page.press("ArrowRight")
        first = self.page.run(pixels)
        self.page.press("ArrowRight", times=3)
        last = self.page.run(pixels)
        self.assertEqual(len({plain, first, last}), 3)
        self.assertEqual(self.page.run("document.querySelector('[aria-pressed=true]').textContent"),
                         "heart")
        self.page.press("Escape")
        self.assertEqual(self.page.run(pixels), plain)
        self.page.click("#words button")
        self.assertEqual(self.page.run(pixels), first)

    def test_what_is_no_picture_is_said(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"\xff\xd8\xff nothing")
            file.flush()
            self.give(file.name)
            self.until("document.getElementById('sentence').textContent.startsWith('That did not')",
                       "refused")
        self.give(os.path.abspath(__file__), "text/plain")
        self.until("document.getElementById('sentence').textContent.startsWith('That is no picture')",
                   "refused")

    def test_500_hostile_sentences_run_nothing(self):
        self.page.run("""(async () => {
          const small = Object.assign(document.createElement("canvas"), {width: 8, height: 6});
          window.picture = await new Promise(done => small.toBlob(done));
          window.map = small.toDataURL();
          window.fetch = async () => new Response(JSON.stringify(window.answer));
        })()""")
        for number in range(500):
            text = HOSTILE[number % len(HOSTILE)] + f" {number}"
            answer = {"text": text, "grade": text, "confidence": None, "photo": None,
                      "words": [{"word": text}]}
            self.page.run(f"window.answer = {json.dumps(answer)};"
                          f"answer.words[0].attention = {number} % 3 ? map : answer.text;"
                          "describe(picture)")
            if number % 3:
                self.assertEqual(self.page.text("#sentence"), text)
                self.assertEqual(self.page.text("#words button"), text)
        self.assertIsNone(self.page.run("window.owned"))
        self.assertEqual(self.page.run("document.scripts.length"), 1)
        self.assertEqual(self.page.run("document.querySelectorAll('iframe,svg[onload]').length"), 0)

    def test_hostile_names_of_files_and_exif_run_nothing(self):
        for name in HOSTILE + hostile.NAMES[:8]:
            self.give(name=name, metadata=hostile.octets(name))
            self.until("!document.getElementById('looked').hidden", "described")
            self.assertEqual(self.page.text("#sentence"), TEXT)
            self.assertFalse(self.page.run(
                f"document.documentElement.outerHTML.includes({json.dumps(name)})"), name)
            self.give(name=name, kind="text/html")
        self.assertIsNone(self.page.run("window.owned"))
        self.assertEqual(self.page.run("document.scripts.length"), 1)
        self.assertEqual(self.page.problems(), [])

    def test_can_be_used_without_seeing(self):
        self.assertEqual(self.page.run(
            "document.querySelector('#sentence').closest('[aria-live=polite]').role"), "status")
        self.described()
        names = []
        for _ in range(14):
            self.page.press("Tab")
            names.append(self.page.run("(e => e.ariaLabel || e.labels?.[0]?.textContent.trim() || "
                                       "e.textContent.trim())(document.activeElement)"))
        for name in ("Choose a picture", "Camera", "Say it again", "Say sentences aloud", "heart"):
            self.assertIn(name, names)

    def test_fits_a_telephone(self):
        for width in (320, 390):
            self.page.resize(width, 780, mobile=True)
            self.described()
            self.assertLessEqual(self.page.run("document.documentElement.scrollWidth"), width)
            small = self.page.run(
                "[...document.querySelectorAll('button,.file')].filter(b => b.checkVisibility() && "
                "b.getBoundingClientRect().height < 44).map(b => b.textContent)")
            self.assertEqual(small, [])

    def test_axe_finds_nothing_serious(self):
        if not os.environ.get("STORYTELLER_AXE"):
            self.skipTest("STORYTELLER_AXE does not name axe.min.js")
        with open(os.environ["STORYTELLER_AXE"], encoding="utf-8") as file:
            axe = file.read()
        for scheme in ("light", "dark"):
            self.page.color_scheme(scheme)
            self.described()
            self.page.run(axe + "; 0")
            found = self.page.run(
                "axe.run().then(r => r.violations.filter(v => ['serious', 'critical']"
                ".includes(v.impact)).map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' ')))")
            self.assertEqual(found, [], scheme)


def screenshots(folder, model=serve.MODEL, picture=serve.SCENE):
    Browser.server = serve.Server(BINARY, "--quiet", model=model)
    Browser.browser = chromium.Chromium(reach="127.0.0.1")
    test = Browser()
    for name, width, height, scheme in (("serve-desktop", 1180, 920, "light"),
                                        ("serve-phone", 390, 1000, "dark")):
        test.setUp()
        test.page.resize(width, height, mobile=width < 500)
        test.page.color_scheme(scheme)
        if width > 500:
            test.page.screenshot(os.path.join(folder, "serve-empty.png"))
        test.give(picture)
        test.until("!document.getElementById('looked').hidden", "described")
        test.page.press("ArrowRight", times=2 if len(sys.argv) < 7 else int(sys.argv[6]))
        test.page.run("document.activeElement.blur()")
        test.page.screenshot(os.path.join(folder, name + ".png"))
    Browser.tearDownClass()


def main():
    if "--screenshots" in sys.argv:
        return screenshots(*sys.argv[sys.argv.index("--screenshots") + 1:][:3])
    serve.require_serve(BINARY)
    if not chromium.find():
        serve.skip("no Chromium or Chrome; 'apt-get install chromium', or name one in "
                   "STORYTELLER_CHROMIUM")
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Browser)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
