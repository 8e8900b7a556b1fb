#!/usr/bin/env python3
"""Rates captions on a sheet of `storyteller rate make` in headless Chromium, offline, by keyboard and
by mouse, reloads, exports, and has `storyteller rate analyse` read what came out.

    rating_sheet_test.py BINARY

Without Chromium it checks what needs no browser and ends with status 77 (skipped).
"""
import base64
import csv
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import chromium  # noqa: E402 pylint: disable=wrong-import-position

BINARY = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else None
HOSTILE = ["</script><script>document.title='owned'</script>", "<img src=x onerror=\"alert(1)\">",
           "\u202etxt.exe \u2066 <!-- <script", "a \"quoted\", 'caption' & \u00e9\u4e2d\U0001f600",
           "\u2028\u2029 \\u003c/script>", "${alert(1)} `x` {{7*7}}"]
CTRL = 2


def write_picture(path, color):
    """A small PNG of one colour."""
    rows = (b"\0" + bytes(color) * 64) * 48

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0)) +
                   chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def run(*arguments):
    done = subprocess.run([BINARY, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{arguments}: {done.returncode}: {done.stderr}")
    return done.stdout


class Sheet:
    """Pictures, two systems, references, and the sheet made of them."""

    def __init__(self, folder, seed=5):
        self.folder = folder
        self.html = os.path.join(folder, "sheet.html")
        self.key_file = os.path.join(folder, "sheet.key.json")
        pictures = os.path.join(folder, "pictures")
        os.mkdir(pictures)
        images = range(1, 7)
        for i in images:
            write_picture(os.path.join(pictures, f"{i:012d}.png"), (40 * i, 90, 250 - 40 * i))
        self.write("zebra-net.json", [{"image_id": i, "caption": f"a thing number {i}"}
                                      for i in images])
        self.write("quokka-net.json", [{"image_id": i, "caption": HOSTILE[i - 1]} for i in images])
        self.write("people.json", {"annotations": [{"image_id": i, "caption": f"What {i} is"}
                                                   for i in images]})
        run("rate", "make", "--systems", "zebra-net=" + os.path.join(folder, "zebra-net.json"),
            "quokka-net=" + os.path.join(folder, "quokka-net.json"),
            "--references", os.path.join(folder, "people.json"), "--images", pictures,
            "--seed", str(seed), "--duplicates", "3", "--out", self.html)
        with open(self.html, encoding="utf-8") as file:
            self.text = file.read()
        with open(self.key_file, encoding="utf-8") as file:
            self.key = json.load(file)

    def write(self, name, value):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            json.dump(value, file)

    def rating(self, number):
        """What the rater of this test says of an item: people 5, zebra 4 or 3, quokka 2 or 1."""
        system = self.key["items"][number - 1]["systems"][0]
        correct = {"human": 5, "zebra-net": 4, "quokka-net": 2}[system]
        return correct, max(1, correct - 1)


class Page(unittest.TestCase):
    """What needs no browser."""

    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(self.scratch.cleanup)
        self.sheet = Sheet(self.scratch.name)

    def test_admits_its_own_script_alone(self):
        scripts = re.findall(r"<script>(.*?)</script>", self.sheet.text, re.S)
        self.assertEqual(len(scripts), 1)
        digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
        self.assertIn(f"script-src 'sha256-{digest}'", self.sheet.text,
                      "kRatingScriptHash is to be the hash of kRatingScript: " + digest)
        self.assertIn("default-src 'none'", self.sheet.text)

    def test_loads_nothing_and_names_no_system(self):
        outside = re.sub(r"data:image/jpeg;base64,[A-Za-z0-9+/=]*", "", self.sheet.text)
        for word in ("http:", "https:", "url(", "@import", "zebra", "quokka", "human", ".png"):
            self.assertNotIn(word, outside)
        self.assertEqual(self.sheet.text.count("data:image/jpeg"), 6, "each picture once")

    def test_is_a_function_of_the_seed(self):
        with tempfile.TemporaryDirectory() as again, tempfile.TemporaryDirectory() as other:
            self.assertEqual(Sheet(again).text, self.sheet.text)
            self.assertNotEqual(Sheet(other, seed=6).key["sheet"], self.sheet.key["sheet"])


class InABrowser(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(self.scratch.cleanup)
        self.sheet = Sheet(self.scratch.name)
        self.items = len(self.sheet.key["items"])
        self.browser = chromium.Chromium()
        self.addCleanup(self.browser.__exit__)
        self.downloads = os.path.join(self.scratch.name, "downloads")
        os.mkdir(self.downloads)
        self.browser.call("Browser.setDownloadBehavior", behavior="allow",
                          downloadPath=self.downloads)
        self.page = self.browser.open("file://" + self.sheet.html)

    def enter(self, name):
        self.page.write(name)
        self.page.press("Enter")

    def rate(self, number, page=None):
        for digit in self.sheet.rating(number):
            (page or self.page).press(str(digit))

    def position(self):
        return self.page.text("#position")

    def downloaded(self, extension):
        """The text of the one file with that extension, once it is there."""
        for _ in range(200):
            names = [n for n in os.listdir(self.downloads) if n.endswith("." + extension)]
            if names and not any(n.endswith(".crdownload") for n in os.listdir(self.downloads)):
                self.assertEqual(len(names), 1)
                with open(os.path.join(self.downloads, names[0]), encoding="utf-8",
                          newline="") as file:
                    return names[0], file.read()
            time.sleep(0.05)
        raise AssertionError("nothing was saved")

    def assert_calm(self):
        """No script failed, nothing was refused, nothing was loaded, nothing foreign ran."""
        self.assertEqual(self.page.problems(), [])
        self.assertEqual({r for r in self.page.requests() if not r.startswith("blob:")},
                         {"file://" + self.sheet.html})
        self.assertEqual(self.page.run("document.title"), "Rating captions")
        self.assertEqual(self.page.run("document.scripts.length"), 2)

    def test_rated_by_keyboard_reloaded_exported_and_analysed(self):
        self.enter("Ann \"A\"")
        for number in range(1, self.items // 2 + 1):
            self.assertEqual(self.position(), f"{number} / {self.items}")
            shown = self.page.text("#caption")
            self.assertEqual(shown, self.sheet.key["items"][number - 1]["caption"])
            self.rate(number)
        half = self.items // 2
        self.page.press(str(self.sheet.rating(half + 1)[0]))  # in the middle of a caption
        self.page.reload()
        self.assertFalse(self.page.visible("#rate"))
        self.assertEqual(self.page.run("document.getElementById('rater').value"), "Ann \"A\"")
        self.page.press("Enter")
        self.assertEqual(self.position(), f"{half + 1} / {self.items}")
        self.page.press(str(self.sheet.rating(half + 1)[1]))
        for number in range(half + 2, self.items + 1):
            self.rate(number)
        self.assertTrue(self.page.visible("#done"))
        self.assertIn(f"all {self.items} captions", self.page.text("#summary"))

        self.page.click("#json-2")
        name, text = self.downloaded("json")
        self.assertEqual(name, f"ratings-{self.sheet.key['sheet'][:8]}-Ann-A.json")
        ratings = json.loads(text)
        self.assertEqual(ratings["rater"], "Ann \"A\"")
        self.assertEqual([(r["correctness"], r["fluency"]) for r in ratings["ratings"]],
                         [self.sheet.rating(n) for n in range(1, self.items + 1)])
        self.page.click("#csv-2")
        rows = list(csv.DictReader(self.downloaded("csv")[1].splitlines()))
        self.assertEqual([(r["rater"], r["item"], r["correctness"], r["fluency"]) for r in rows],
                         [("Ann \"A\"", str(n), *map(str, self.sheet.rating(n)))
                          for n in range(1, self.items + 1)])
        self.assert_calm()

        analysis = json.loads(run("rate", "analyse", "--key", self.sheet.key_file, "--json",
                                  "--samples", "100", os.path.join(self.downloads, name)))
        correctness = analysis["scales"][0]
        self.assertEqual({s["system"]: s["mean"]["value"] for s in correctness["systems"]},
                         {"zebra-net": 4, "quokka-net": 2, "human": 5})
        self.assertEqual(analysis["raters"][0]["rated"], self.items)
        self.assertEqual(analysis["raters"][0]["scales"][0]["same"], 1)
        self.assertEqual(analysis["raters"][0]["scales"][0]["duplicates"], 3)

    def state(self):
        return json.loads(self.page.run("localStorage.getItem(Object.keys(localStorage)"
                                        ".find(k => k.endsWith(':rater:B')))"))["ratings"]

    def test_takes_back_skips_and_goes_back(self):
        self.enter("B")
        self.page.press("4")
        self.page.press("Backspace")
        self.assertEqual(self.state(), {})
        self.page.press("3")
        self.page.press("5")
        self.page.press("1")
        self.assertEqual(self.position(), f"2 / {self.items}")
        self.page.press("z", CTRL)
        self.page.press("u")
        self.assertEqual(self.position(), f"1 / {self.items}")
        self.assertEqual(list(self.state()["1"].items()), [("correctness", 3)])
        self.page.press("2")
        self.page.press("0")  # cannot judge the second
        self.assertEqual(self.position(), f"3 / {self.items}")
        self.page.press("ArrowLeft", times=2)
        self.assertEqual(self.page.run(
            "[...document.querySelectorAll('[aria-pressed=true]')].map(b => b.ariaLabel)"),
            ["correctness 3, half right", "fluency 2, poor"])
        self.page.press("5")  # rated anew: both scales, then on
        self.assertEqual(self.position(), f"1 / {self.items}")
        self.page.press("4")
        self.assertEqual(self.position(), f"2 / {self.items}")
        kept = self.state()
        self.assertEqual((kept["1"]["correctness"], kept["1"]["fluency"]), (5, 4))
        self.assertEqual((kept["2"]["correctness"], kept["2"]["fluency"]), (None, None))
        self.page.press("0")
        self.page.press("Backspace")
        self.page.press("Backspace")
        self.assertEqual(self.state()["1"]["fluency"], 2)
        # With the French layout digits are on Shift; the key's place counts.
        self.page.press("ArrowRight", times=2)
        self.page.press("\u00e9", code="Digit2")
        self.assertEqual(self.state()["3"]["correctness"], 2)
        # Left open, found again from the end.
        self.page.press("ArrowRight", times=self.items)
        self.assertTrue(self.page.visible("#done"))
        self.assertIn("rated 2 of", self.page.text("#summary"))
        self.page.click("#resume")
        self.assertEqual(self.position(), f"3 / {self.items}")
        self.assert_calm()

    def test_works_by_mouse_and_for_two_raters(self):
        self.page.write("C")
        self.page.click("#name button")
        self.page.click("#scale-1 button:nth-child(5)")  # the second scale first
        self.assertEqual(self.position(), f"1 / {self.items}")
        self.page.click("#scale-0 button:nth-child(3)")
        self.assertEqual(self.position(), f"2 / {self.items}")
        self.page.click("#skip")
        self.page.click("#back")
        self.page.click("#undo")
        self.assertEqual(self.position(), f"2 / {self.items}")
        self.page.click("#change")
        self.enter("D")  # replaces the name, which is selected
        self.assertEqual(self.position(), f"1 / {self.items}")
        self.page.click("#json")
        ratings = json.loads(self.downloaded("json")[1])
        self.assertEqual((ratings["rater"], ratings["ratings"]), ("D", []))
        self.assert_calm()

    def test_a_second_tab_loses_nothing(self):
        self.enter("E")
        self.rate(1)
        other = self.browser.open("file://" + self.sheet.html)
        other.press("Enter")
        self.rate(2, other)
        self.rate(3, other)
        for _ in range(100):
            if self.position() == f"4 / {self.items}":
                break
            time.sleep(0.02)
        self.rate(4)
        self.page.click("#json")
        ratings = json.loads(self.downloaded("json")[1])["ratings"]
        self.assertEqual([r["item"] for r in ratings], [1, 2, 3, 4])

    def test_can_be_reached_and_read_without_seeing(self):
        self.enter("F")
        names = []
        for _ in range(20):
            self.page.press("Tab")
            names.append(self.page.run("document.activeElement.ariaLabel ?? "
                                       "document.activeElement.textContent"))
        for name in ("correctness 1, wrong", "fluency 5, flawless", "Cannot judge", "Next \u2192"):
            self.assertIn(name, names)
        self.page.run("document.querySelector('#scale-0 button:nth-child(2)').focus()")
        self.page.press("Enter")
        self.assertEqual(self.page.run("document.activeElement.ariaPressed"), "true")
        self.assertTrue(self.page.run("document.getElementById('picture').alt.length > 0"))
        self.assertEqual(self.page.run("document.getElementById('caption').ariaLive"), "polite")

    def test_fits_a_telephone(self):
        self.page.resize(360, 740, mobile=True)
        self.enter("G")
        self.assertLessEqual(self.page.run("document.documentElement.scrollWidth"), 360)
        overflowing = self.page.run(
            "[...document.querySelectorAll('button')].filter(b => b.checkVisibility() && "
            "b.scrollWidth > b.clientWidth).map(b => b.textContent)")
        self.assertEqual(overflowing, [])

    def test_warns_where_the_browser_stores_nothing(self):
        self.page.call("Page.addScriptToEvaluateOnNewDocument",
                       source="Storage.prototype.setItem = Storage.prototype.getItem = () => "
                              "{ throw new Error('denied'); }")
        self.page.reload()
        self.enter("H")
        self.rate(1)
        self.assertTrue(self.page.visible("#unsaved"))
        self.page.click("#json")
        self.assertEqual(len(json.loads(self.downloaded("json")[1])["ratings"]), 1)


def main():
    loader = unittest.defaultTestLoader
    suite = unittest.TestSuite([loader.loadTestsFromTestCase(Page)])
    browser = chromium.find()
    if browser:
        suite.addTest(loader.loadTestsFromTestCase(InABrowser))
    passed = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite).wasSuccessful()
    if passed and not browser:
        print("skipped: no Chromium or Chrome; 'apt-get install chromium', or name one in "
              "STORYTELLER_CHROMIUM")
        return 77
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
