#!/usr/bin/env python3
"""originals_test.py with 1,000 pictures: thousand_nightly.py BINARY"""
import sys

import originals_test

if __name__ == "__main__":
    sys.argv = [sys.argv[0], sys.argv[1], "1000"]
    originals_test.main()
