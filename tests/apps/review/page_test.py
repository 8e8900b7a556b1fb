#!/usr/bin/env python3
"""The report of a review in headless Chromium, phone and desktop: pictures are blurred until they are
asked for, names and keywords that try to run scripts do not, and nothing is asked of a network.

    page_test.py BINARY [SCREENSHOTS [DATABASE]]

SCREENSHOTS is a folder for pictures of the page, DATABASE a review to show instead. STORYTELLER_AXE
names axe.min.js, which then looks for what people with disabilities cannot use.
"""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "..", "browser"), os.path.join(HERE, "..", "album")]
import chromium  # noqa: E402
import gallery_test  # noqa: E402
MODEL = gallery_test.MODEL
POLICY = {"policy": 1, "name": "</title><script>document.title='owned'</script>", "sample_passes": 0.5,
          "rules": [{"id": "hearts", "words": ["heart"], "review": 0, "propose_reject": 0.1,
                     "why": "\"><img src=x onerror=\"document.title='owned'\">"},
                    {"id": "unsure", "confidence_below": 1}]}


def make_review(binary, scratch):
    """A review of pictures whose names are not nice, with some decisions."""
    folder, database = os.path.join(scratch, "p"), os.path.join(scratch, "r.db")
    made = subprocess.run([sys.executable, os.path.join(HERE, "..", "album", "pictures.py"), folder, "12"])
    if made.returncode:
        sys.exit(made.returncode)
    for number, name in enumerate(gallery_test.HOSTILE):
        os.rename(os.path.join(folder, f"{number:04}.jpg"),
                  os.path.join(folder, f"{number:03} " + name.replace("/", "_") + ".jpg"))
    policy = os.path.join(scratch, "p.json")
    with open(policy, "w", encoding="utf-8") as file:
        json.dump(POLICY, file)

    def review(*arguments):
        done = subprocess.run([binary, "review", *arguments, "--db", database],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode == 8:
            print("skipped: " + done.stderr.decode().strip())
            sys.exit(77)
        if done.returncode:
            sys.exit(f"{arguments}: {done.stderr.decode()}")
        return done.stdout.decode()
    review("scan", folder, "--policy", policy, "--model", MODEL, "--quiet")
    ids = [line.split("\t")[0] for line in review("queue").splitlines()]
    for number, verdict in zip(ids, ("pass", "reject", "escalate")):
        review("decide", number, verdict, "--by", "<b>Ann</b>", "--reason",
               "<script>document.title='owned'</script>")
    review("undo", ids[1], "--by", "Bob")
    return database


def main():
    binary = os.path.abspath(sys.argv[1])
    if chromium.find() is None:
        print("skipped: no Chromium: install chromium, or set STORYTELLER_CHROMIUM")
        sys.exit(77)
    shots = sys.argv[2] if len(sys.argv) > 2 else None
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        database = sys.argv[3] if len(sys.argv) > 3 else make_review(binary, scratch)
        report = os.path.join(scratch, "report.html")
        subprocess.run([binary, "review", "report", report, "--db", database], check=True,
                       stdout=subprocess.DEVNULL)
        with chromium.Chromium() as browser:
            for name, width, height in [("desktop", 1200, 900), ("phone", 400, 850)]:
                page = browser.open("file://" + report, width, height)
                page.resize(width, height, mobile=name == "phone")
                page.reload()
                shown = "getComputedStyle(document.querySelector('.picture img')).filter"
                if "blur" not in page.run(shown):
                    found.append(f"{name}: a picture is not blurred")
                if shots:
                    page.screenshot(os.path.join(shots, f"review_{name}.png"))
                found += gallery_test.problems(page, name)
                page.click(".picture summary")
                if page.run(shown) != "none":
                    found.append(f"{name}: a picture that is asked for stays blurred")
                others = page.run("[...document.querySelectorAll('.picture')].slice(1).every(p => "
                                  "getComputedStyle(p.querySelector('img')).filter.includes('blur'))")
                if not others:
                    found.append(f"{name}: others are shown, too")
                found += gallery_test.problems(page, name + ", opened")
                outside = [url for url in page.requests() if not url.startswith(("file:", "data:"))]
                if outside:
                    found.append(f"{name}: asks for {outside}")
    if found:
        sys.exit("\n".join(found))
    print("the report works")


if __name__ == "__main__":
    main()
