#!/usr/bin/env python3
"""tests/apps/people.sh with the step that takes minutes: a calibration fitted anew.

    calibrate_nightly.py BINARY
"""
import os
import subprocess
import sys

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "people.sh")
sys.exit(subprocess.run(["bash", SCRIPT, sys.argv[1], "--slow"], check=False).returncode)
