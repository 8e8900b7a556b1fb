#!/usr/bin/env python3
"""Writes resize_golden.h: pictures resized by Pillow (made with 9.4.0), the reference that resize()
must equal bit for bit. Needs python3-pil. Usage: resize_golden.py > resize_golden.h"""
from PIL import Image


def noisy_picture(width, height):
    """The same pixels as fixtures::noisy_picture."""
    state, out = 12345, bytearray()
    for _ in range(width * height * 3):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out.append(state >> 24)
    return Image.frombytes("RGB", (width, height), bytes(out))


CASES = [(37, 29, 11, 7), (8, 6, 13, 9), (5, 40, 5, 9), (40, 5, 9, 5), (1, 1, 3, 2), (23, 19, 10, 30)]

print("#pragma once\n\n// Written by resize_golden.py; do not edit.\n")
print("#include <cstdint>\n#include <vector>\n")
print("namespace storyteller {\n")
print("struct ResizeGolden {\n  int in_width, in_height, out_width, out_height;")
print("  std::vector<std::uint8_t> rgb;\n};\n")
print("// clang-format off\ninline const std::vector<ResizeGolden> kResizeGoldens = {")
for in_width, in_height, out_width, out_height in CASES:
    pixels = noisy_picture(in_width, in_height).resize((out_width, out_height), Image.BILINEAR).tobytes()
    print(f"    {{{in_width}, {in_height}, {out_width}, {out_height}, {{")
    for i in range(0, len(pixels), 20):
        print("     " + ",".join(str(v) for v in pixels[i:i + 20]) + ",")
    print("    }},")
print("};\n// clang-format on\n\n}  // namespace storyteller")
