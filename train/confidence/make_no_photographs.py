#!/usr/bin/env python3
"""Makes two folders of pictures that are no photographs: screenshots, maps, clip art and paintings.

    make_no_photographs.py OUT

They come from Debian packages, which `apt-get download` brings and nothing installs: screenshots from
gimp-help-en (GFDL) and gnome-user-docs (CC BY-SA 3.0), maps from kgeography-data (GPL-2+), drawings
from openclipart-png (public domain), paintings from wesnoth-1.16-data (GPL-2+). OUT/fit is for
`storyteller calibrate --not-photos`, OUT/test for what a fit has not seen. The same versions of the
packages make the same folders. Needs dpkg-deb, apt-get and Pillow.
"""

import glob
import os
import random
import subprocess
import sys
import tempfile

from PIL import Image

KINDS = {
    "dialogs": "gimp-help-en",
    "help": "gnome-user-docs",
    "maps": "kgeography-data",
    "clipart": "openclipart-png",
    "game": "wesnoth-1.16-data",
}
OF_A_KIND = 60  # at most
SHORTEST, LONGEST = 180, 1200  # sides, in pixels

# Photographs, and windows that are full of one: by looking at them.
PHOTOGRAPHS = {
    "artistic-taj-photocopy.jpg", "lockbrush-zoom200-nolock.png", "cairo-progress-indicator.png",
    "palettes.png", "rectangle-selection.png", "draw-mask-ex1.png",
    "legacy-layer-mode-color-mask1.jpg", "scale-no-constraint.png",
    "legacy-layer-mode-hue-mask2.jpg", "noise-taj-spread.jpg", "oilify.png",
    "default-layer-mode-luma-luminance-darken-only.jpg", "remove-holes-ex1.png",
    "default-layer-mode-lch-chroma.jpg", "clip-4b.png", "light-taj-lighting.jpg", "destripe.png",
    "alien-map-taj.jpg", "color-taj-color-temperature.jpg", "round-rect-01.png",
    "quickie-background-desaturate-result.png", "a_happy_boy_01.png", "grandpa_01.png",
}


def is_wanted(kind, path):
    if kind == "maps":
        return "/flags/" not in path
    if kind == "game":
        return any(part in path for part in ("portraits", "story", "maps"))
    return True


def on_white(picture):
    picture = picture.convert("RGBA")
    page = Image.new("RGBA", picture.size, "white")
    page.alpha_composite(picture)
    page = page.convert("RGB")
    if max(page.size) > LONGEST:
        page.thumbnail((LONGEST, LONGEST))
    return page


def pictures_of(kind, folder):
    """Up to OF_A_KIND of a kind, each under its number."""
    paths = sorted(glob.glob(folder + "/**/*.png", recursive=True) +
                   glob.glob(folder + "/**/*.jpg", recursive=True))
    paths = [path for path in paths if is_wanted(kind, path)]
    random.shuffle(paths)
    seen, chosen = set(), []
    for path in paths:
        name = os.path.basename(path)
        if len(chosen) == OF_A_KIND:
            break
        try:
            picture = Image.open(path)
        except OSError:
            continue
        if min(picture.size) < SHORTEST or os.path.islink(path) or name in seen:
            continue
        seen.add(name)
        chosen.append((f"{kind}_{len(chosen):03d}.png", name, path))
    return chosen


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    random.seed(1)
    everything = []
    with tempfile.TemporaryDirectory() as work:
        subprocess.run(["apt-get", "download", "-qq", *KINDS.values()], cwd=work, check=True)
        for kind, package in KINDS.items():
            [archive] = glob.glob(f"{work}/{package}_*.deb")
            subprocess.run(["dpkg-deb", "-x", archive, f"{work}/{package}"], check=True)
            everything += pictures_of(kind, f"{work}/{package}")
        kept = sorted(one for one in everything if one[1] not in PHOTOGRAPHS)
        for number, (name, _, path) in enumerate(kept):
            folder = os.path.join(sys.argv[1], "fit" if number % 2 == 0 else "test")
            os.makedirs(folder, exist_ok=True)
            on_white(Image.open(path)).save(os.path.join(folder, name))
    print(f"{len(kept)} pictures")


if __name__ == "__main__":
    main()
