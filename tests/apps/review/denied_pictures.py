#!/usr/bin/env python3
"""Pictures for tests of the review, beside those of the album.

    denied_pictures.py FOLDER    man.jpg, with the keyword "a man without a gun", and knife.jpg under a name
                          and with a keyword that try to run scripts
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "album"))
import pictures  # noqa: E402

KNIFE = "<script>alert(1)</script> knife.jpg".replace("/", "_")


def main():
    folder = sys.argv[1]
    pictures.write(folder, "man.jpg", pictures.jpeg(pictures.scene(9), ["a man without a gun"]))
    pictures.write(folder, KNIFE, pictures.jpeg(
        pictures.scene(10), ["knife &lt;/p&gt;&lt;script&gt;alert(2)&lt;/script&gt;"]))


if __name__ == "__main__":
    main()
