#!/usr/bin/env python3
"""A gallery in headless Chromium: pictures whose names, keywords and EXIF try to run scripts, phone
and desktop, with search and without a network.

    gallery_test.py BINARY [SCREENSHOTS [DATABASE]]

SCREENSHOTS is a folder for pictures of the page, DATABASE an album to show instead. STORYTELLER_AXE
names axe.min.js, which then looks for what people with disabilities cannot use.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "browser"))
import chromium  # noqa: E402
MODEL = os.path.join(HERE, "..", "..", "goldens", "model_v1.storyteller")
HOSTILE = ["<script>document.title='owned'</script>", "\" onerror=\"document.title='owned'",
           "javascript:document.title='owned'", "'><svg onload=document.title='owned'>",
           "\u202egpj.exe", "${document.title='owned'}", "a&lt;b>", "%3Cscript%3E", "#?;",
           "</title><script>document.title='owned'</script>"]
COPIES = 50


def hostile_pictures(folder):
    """Copies of one picture under 500 names that are not nice."""
    subprocess.run([sys.executable, os.path.join(HERE, "pictures.py"), folder, "1"], check=True)
    first = os.path.join(folder, "0000.jpg")
    for i, name in enumerate(HOSTILE * COPIES):
        os.link(first, os.path.join(folder, f"{i:03} " + name.replace("/", "_") + ".jpg"))


def violations(page):
    """What axe finds; nothing where STORYTELLER_AXE does not name it."""
    axe = os.environ.get("STORYTELLER_AXE")
    if not axe:
        return []
    with open(axe, encoding="utf-8") as file:
        page.run(file.read() + "; 0")
    look = ("axe.run({resultTypes: ['violations']}).then(r => r.violations.map(v => v.id + ': ' + "
            "v.nodes[0].html))")
    page.run("document.querySelector('main, body').insertAdjacentHTML('beforeend', '<img id=bad>'); 0")
    if not any("id=\"bad\"" in found for found in page.run(look)):
        return ["axe would not see a picture without words"]
    page.run("document.getElementById('bad').remove(); 0")
    return page.run(look)


def problems(page, name):
    found = [str(problem) for problem in page.problems()]
    if page.run("document.title").startswith("owned"):
        found.append("a name was run")
    wide = page.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        found.append(f"{wide} pixels too wide")
    found += violations(page)
    return [f"{name}: {problem}" for problem in found]


def main():
    binary = sys.argv[1]
    if chromium.find() is None:
        print("skipped: no Chromium: install chromium, or set STORYTELLER_CHROMIUM")
        sys.exit(77)
    shots = sys.argv[2] if len(sys.argv) > 2 else None
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        database = sys.argv[3] if len(sys.argv) > 3 else os.path.join(scratch, "a.db")
        gallery = os.path.join(scratch, "gallery")
        if len(sys.argv) <= 3:
            hostile_pictures(os.path.join(scratch, "p"))
            done = subprocess.run([binary, "album", "index", os.path.join(scratch, "p"), "--quiet",
                                   "--db", database, "--model", MODEL], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE)
            if done.returncode == 8:
                print("skipped: " + done.stderr.decode().strip())
                sys.exit(77)
        subprocess.run([binary, "album", "gallery", gallery, "--db", database], check=True,
                       stdout=subprocess.DEVNULL)
        with chromium.Chromium() as browser:
            for name, width, height in [("desktop", 1280, 800), ("phone", 390, 844)]:
                page = browser.open("file://" + os.path.join(gallery, "index.html"), width, height)
                page.resize(width, height, mobile=name == "phone")
                page.reload()
                for _ in range(50):  # pictures come lazily
                    loaded = page.run("Array.from(document.images).slice(0, 4).every(i => "
                                      "i.naturalWidth > 0)")
                    if loaded:
                        break
                    time.sleep(0.1)
                styled = page.run("getComputedStyle(document.querySelector('.cards')).display")
                if not loaded or styled != "grid":
                    found.append(f"{name}: pictures or style are not loaded ({loaded}, {styled})")
                if shots:
                    page.screenshot(os.path.join(shots, f"album_{name}.png"))
                shown = page.run("document.querySelectorAll('.card').length")
                page.click("#query")
                page.write(sys.argv[4] if len(sys.argv) > 4 else "001")
                hits = page.run("document.querySelectorAll('.card').length")
                if not 0 < hits < shown:
                    found.append(f"{name}: the search shows {hits} of {shown}")
                found += problems(page, name)
                page.run("document.getElementById('query').value = ''; "
                         "document.getElementById('query').dispatchEvent(new Event('input')); 0")
                outside = [url for url in page.requests() if not url.startswith("file:")]
                if outside:
                    found.append(f"{name}: asks for {outside}")
    if found:
        sys.exit("\n".join(found))
    print("a gallery of %d pictures works" % (len(HOSTILE) * COPIES + 1)
          if len(sys.argv) <= 3 else json.dumps("shown"))


if __name__ == "__main__":
    main()
