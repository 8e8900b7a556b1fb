#!/usr/bin/env python3
"""Looks at the pages of `storyteller explain` and `storyteller book` in headless Chromium: nothing is
asked for, hostile names run nothing, they fit a telephone, and axe-core finds nothing of WCAG 2 A/AA.

    story_pages_test.py BINARY [--screenshots FOLDER PICTURE...]

Without Chromium it ends with status 77 (skipped). STORYTELLER_AXE names axe.min.js (PyPI's
axe-playwright-python holds it); without it that part is left out.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(FOLDER))
sys.path.insert(0, FOLDER)
import chromium  # noqa: E402 pylint: disable=wrong-import-position

BINARY = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else None
SCENE = os.path.join(ROOT, "tests/goldens/model_v1_scene.jpg")
MODEL = os.path.join(ROOT, "models/everyday.storyteller")
NAMES = ["<script>window.owned=1<", "\"><img src=x onerror=\"window.owned=1\">", "\u202etxt.jpg", "plain.jpg"]
PAGES = {"explain-child": ["explain", "--level", "child"],
         "explain-student": ["explain"],
         "explain-engineer": ["explain", "--level", "engineer", "--steps", "--compare", MODEL],
         "book-1": ["book", "--level", "1", "--quiz", "5", "--glossary"],
         "book-3": ["book", "--level", "3", "--glossary", "--quiz", "2"]}

EXPLAINED = {"explain-child": slice(0, 1), "explain-student": slice(0, 2), "explain-engineer": slice(1, 2)}


def make(folder, pictures):
    """The pages, by name, in a folder."""
    environment = dict(os.environ, STORYTELLER_MODEL=MODEL)
    for name, (command, *options) in PAGES.items():
        # Covering each region of a picture takes seconds: two pictures on one page, a hostile name on each.
        some = pictures[EXPLAINED[name]] if command == "explain" else pictures
        page = os.path.join(folder, name + ".html")
        done = subprocess.run([BINARY, command, *some, *options, "--out", page], env=environment,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        if done.returncode not in (0, 8) or not os.path.exists(page):  # 8: without WordNet
            raise SystemExit(f"{name}: status {done.returncode}: {done.stderr.decode()}")
    return {name: os.path.join(folder, name + ".html") for name in PAGES}


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="storyteller-pages-")
        pictures = [os.path.join(cls.folder, name) for name in NAMES]
        for picture in pictures:
            os.makedirs(os.path.dirname(picture), exist_ok=True)
            shutil.copy(SCENE, picture)
        subprocess.run([sys.executable, os.path.join(ROOT, "tests/apps/draw.py"), cls.folder], check=True)
        cls.pages = make(cls.folder, pictures + [os.path.join(cls.folder, "page.png")])
        cls.browser = chromium.Chromium()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        shutil.rmtree(cls.folder)

    def each(self):
        for name, path in self.pages.items():
            with self.subTest(name):
                yield self.browser.open("file://" + path)

    def test_nothing_is_asked_for_and_nothing_runs(self):
        for page in self.each():
            self.assertEqual(page.problems(), [])
            self.assertEqual(len(page.requests()), 1, page.requests())
            self.assertIsNone(page.run("window.owned"))
            self.assertEqual(page.run("document.scripts.length"), 0)
            self.assertEqual(page.run("[...document.images].filter(i => !i.naturalWidth).length"), 0)
            self.assertEqual(page.run("[...document.querySelectorAll('img:not([alt])')].length"), 0)
            # What got in all the same would be stopped: a script, a picture from elsewhere.
            stopped = page.run("""(async () => {
              const stopped = new Set();
              document.addEventListener('securitypolicyviolation', e => stopped.add(e.effectiveDirective));
              const script = document.createElement('script');
              script.textContent = 'window.owned = 1';
              const image = document.createElement('img');
              image.src = 'http://127.0.0.1:9/x.png';
              document.body.append(script, image);
              for (let i = 0; i < 100 && stopped.size < 2; ++i) await new Promise(r => setTimeout(r, 20));
              return [...stopped].sort().join(' ');
            })()""")
            self.assertEqual(stopped, "img-src script-src-elem")
            self.assertIsNone(page.run("window.owned"))

    def test_fits_a_telephone(self):
        for page in self.each():
            for width in (320, 400):
                page.resize(width, 800, mobile=True)
                self.assertLessEqual(page.run("document.documentElement.scrollWidth"), width)

    def test_headings_are_in_order(self):
        for page in self.each():
            ranks = page.run("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
            self.assertEqual(ranks[0], 1)
            self.assertTrue(all(b <= a + 1 for a, b in zip(ranks, ranks[1:])), ranks)
            self.assertEqual(page.run("document.documentElement.lang"), "en")

    def test_axe_finds_nothing(self):
        if not os.environ.get("STORYTELLER_AXE"):
            self.skipTest("STORYTELLER_AXE does not name axe.min.js")
        with open(os.environ["STORYTELLER_AXE"], encoding="utf-8") as file:
            axe = file.read()
        for page in self.each():
            for scheme in ("light", "dark"):
                page.color_scheme(scheme)
                page.run(axe + "; 0")
                found = page.run(
                    "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}).then(r => "
                    "r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => "
                    "n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | ')))")
                self.assertEqual(found, [], scheme)


def screenshots(folder, pictures):
    """Whole pages at the width of a desk and of a telephone."""
    pages = make(folder, pictures)
    with chromium.Chromium() as browser:
        for name, path in pages.items():
            for width in (1200, 400):
                page = browser.open("file://" + path, width, 900)
                page.resize(width, min(page.run("document.documentElement.scrollHeight"), 16000),
                            mobile=width < 500)
                page.screenshot(os.path.join(folder, f"{name}-{width}.png"))


def main():
    if not chromium.find():
        print("skipped: no Chromium or Chrome; 'apt-get install chromium', or name one in "
              "STORYTELLER_CHROMIUM")
        return 77
    if not os.path.exists(MODEL):
        print("skipped: models/everyday.storyteller is not there")
        return 77
    if "--screenshots" in sys.argv:
        folder, *pictures = sys.argv[sys.argv.index("--screenshots") + 1:]
        return screenshots(folder, pictures)
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Pages)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
