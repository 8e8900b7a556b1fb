#!/usr/bin/env python3
"""Shows that the checks of the tree can fail: plants a violation of every rule of tree_check.py in a
scratch repository, lets quoted code drift, invents a README command."""
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import clang_tidy  # noqa: E402
import doc_quotes  # noqa: E402
import readme_commands  # noqa: E402
import tree_check  # noqa: E402

CLEAN = {
    "kernels/softmax.h": "#pragma once\n\n#include <vector>\n",
    "core/tensor.cc": '#include "core/tensor.h"\n\n#include "kernels/softmax.h"\n',
    "core/tensor.h": "#pragma once\n",
    "tests/core/tensor_test.cc": '#include "tools/cli.h"\nGTEST_SKIP() << "no data";\n',
    "cmake/PublicHeaders.cmake": "set(public_headers\n  core/tensor.h)\n",
    "tests/consumer/main.cc": "#include <storyteller/core/tensor.h>\n#include <cstdio>\n",
    "tools/test": "#!/usr/bin/env bash\ncat <" + "<< text\n",
}

# rule -> (path, content); what is planted is spelled so that this file itself breaks no rule.
PLANTED = {
    "upward include": [
        ("kernels/a.cc", '#include "core/tensor.h"\n'),
        ("train/b.cc", "#include <tools/cli.h>\n"),
        ("model/c.h", '#pragma once\n#include "tests/real_data.h"\n'),
    ],
    "include of kernels": [("model/captioner.cc", '#include "kernels/cpu/parallel.h"\n'),
                           ("train/a.h", "#pragma once\n#include <kernels/philox.h>\n"),
                           ("tools/cli/b.cc", '#include "kernels/backend.h"\n')],
    "include beside library": [
        ("train/metrics/ngram/a.cc", '#include "train/data/dataset.h"\n'),
        ("train/metrics/b.h", '#pragma once\n#include "model/vocabulary.h"\n'),
        ("train/text/d.cc", '#include "train/metrics/table.h"\n'),
    ],
    "include not from root": [("core/a.cc", '#include "tensor.h"\n'),
                              ("core/b.cc", '#include "../kernels/softmax.h"\n')],
    "private header": [
        ("tests/consumer/main.cc", "#include <storyteller/kernels/softmax.h>\n"),
        ("tests/consumer/main.cc", '#include "core/tensor.h"\n'),
        ("cmake/PublicHeaders.cmake", "set(public_headers\n  core/tensor.h\n  core/gone.h)\n")],
    "flag in library": [("train/a.cc", 'throw UsageError("go on with --resume");\n'),
                        ("core/b.h", '#pragma once\nvoid f(const char* flag = "--set");\n')],
    "conditional cuda": [("core/a.cc", "#ifdef STORYTELLER_CUDA\n"),
                         ("kernels/b.cu", "#  if defined(__CUDA_ARCH__)\n"),
                         ("core/c.cc", "#elif USE_CUDA\n"), ("core/d.cc", "#ifndef __NVCC__\n")],
    "library header": [("kernels/cuda/a.h", "#pragma once\n#include <cudnn.h>\n"),
                       ("tests/b.cc", "#include <cublasLt.h>\n")],
    "raw launch": [("kernels/a.cu", "kernel<" + "<<1, 32>" + ">>(x);\n")],
    "vague name": [("core/utils.h", "#pragma once\n"), ("model/string_helpers.cc", "\n"),
                   ("train/common/loss.cc", "\n"), ("tools/misc.py", "\n")],
    "long file": [("core/a.cc", "\n" * 401), ("tools/long", "#!/bin/sh\n" + "\n" * 401)],
    "large file": [("docs/a.png", "x" * ((2 << 20) + 1)),
                   ("models/a.storyteller", "x" * 33_000_001)],
    "open end": [("core/a.cc", "// TO" + "DO later\n"), ("tests/b.py", "# FIX" + "ME\n")],
    "machine path": [("docs/a.md", "see /wo" + "rk/main\n"), ("tests/b.py", "p = '/ho" + "me/ann'\n"),
                     ("README.md", "from py" + "pi.org\n")],
    "silent test": [("tests/core/a_test.cc", "TEST(A, DISABLED" + "_B) {}\n"),
                    ("tests/core/b_test.cc", "GTEST_SKIP()" + ";\n")],
    "test namespace": [("tests/core/a_test.cc", "namespace storyteller {\nnamespace {\n"),
                       ("tests/core/b_test.cc", "namespace storyteller::a_test {\n")],
    "header guard": [("core/a.h", "int x();\n")],
}


class TreeCheck(unittest.TestCase):
    def violations(self, files):
        with tempfile.TemporaryDirectory() as root:
            subprocess.run(["git", "init", "-q", root], check=True)
            for path, text in files.items():
                os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            return tree_check.violations(root)

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.violations(CLEAN), [])

    def test_every_rule_has_a_planted_violation(self):
        names = [rule.__name__.replace("_", " ") for rule in tree_check.RULES]
        self.assertEqual(sorted(names), sorted(PLANTED))

    def test_every_planted_violation_is_seen(self):
        for rule, plants in PLANTED.items():
            for path, text in plants:
                with self.subTest(rule=rule, path=path):
                    found = self.violations({**CLEAN, path: text})
                    self.assertTrue(found, "nothing was reported")
                    for line in found:
                        self.assertTrue(line.startswith(path) and f": {rule}: " in line, line)

    def test_models_have_a_limit_together(self):
        half = "x" * 30_000_000
        self.assertEqual(self.violations({**CLEAN, "models/a": half, "models/b": half}), [])
        found = self.violations({**CLEAN, "models/a": half, "models/b": half + "x"})
        self.assertEqual(len(found), 1)
        self.assertIn("models: large file: 60000001 bytes", found[0])

    def test_ignored_files_are_not_looked_at(self):
        self.assertEqual(self.violations({**CLEAN, ".gitignore": "build/\n",
                                          "build/utils.h": "int x();\n"}), [])


class DocQuotes(unittest.TestCase):
    SOURCE = ("int first();\n\n/// Doubles x.\nint twice(int x) {\n  return 2 * x;\n}\n"
              "\nconst int kRows[][2] = {\n    {1,\n     2},\n    {3, 4},\n};\n")

    def refreshed(self, quote, code):
        with tempfile.TemporaryDirectory() as root:
            with open(os.path.join(root, "a.cc"), "w", encoding="utf-8") as file:
                file.write(self.SOURCE)
            problems = []
            text = f"<!-- quote a.cc | {quote} -->\n```cpp\n{code}```\n"
            return doc_quotes.refreshed(root, text, problems, "a.md"), problems

    def test_equal_code_passes(self):
        code = self.SOURCE.split("\n\n")[1] + "\n"
        self.assertEqual(self.refreshed("/// Doubles | }", code)[1], [])

    def test_drift_is_seen_and_mended(self):
        text, problems = self.refreshed("/// Doubles | }", "int twice(int x);\n")
        self.assertEqual(len(problems), 1)
        self.assertIn("return 2 * x;\n}\n```", text)

    def test_a_row_of_a_table_ends_where_it_says(self):
        self.assertEqual(self.refreshed("{1, | 2},", "    {1,\n     2},\n")[1], [])

    def test_a_mark_that_is_gone_is_named(self):
        self.assertIn("/// Triples", self.refreshed("/// Triples | }", "")[1][0])


class ReadmeCommands(unittest.TestCase):
    def test_commands_are_read_from_sh_blocks(self):
        text = "```sh\n# why\na --b \\\n  c\n\nd  # e\n```\n```\nnot this\n```\n"
        self.assertEqual(readme_commands.commands(text), ["a --b c", "d"])

    def test_a_command_that_nothing_runs_is_named(self):
        self.assertEqual(readme_commands.unknown(["tools/test", "storyteller dance --now"]),
                         ["storyteller dance --now"])


class ClangTidy(unittest.TestCase):
    """Which sources see every finding that a change may have brought."""

    def touched(self, *changed):
        at = lambda path: os.path.join(clang_tidy.ROOT, path)
        dependencies = {at("a.cc"): [at("a.cc"), at("a.h"), at("b.h")],
                        at("b.cc"): [at("b.cc"), at("b.h")],
                        at("c.cc"): [at("c.cc"), at("a.h"), at("alone.h")]}
        found = clang_tidy.touched(sorted(dependencies), dependencies, {at(c) for c in changed})
        return [os.path.relpath(path, clang_tidy.ROOT) for path in found]

    def test_a_changed_source_is_checked_alone(self):
        self.assertEqual(self.touched("c.cc"), ["c.cc"])

    def test_a_changed_header_is_checked_in_the_source_of_its_name(self):
        self.assertEqual(self.touched("b.h"), ["b.cc"])
        self.assertEqual(self.touched("alone.h"), ["c.cc"])

    def test_a_header_that_a_changed_source_includes_is_seen_there(self):
        self.assertEqual(self.touched("a.cc", "b.h"), ["a.cc"])

    def test_new_rules_are_for_all(self):
        self.assertEqual(self.touched(".clang-tidy"), ["a.cc", "b.cc", "c.cc"])

    def test_a_change_elsewhere_is_none(self):
        self.assertEqual(self.touched("README.md"), [])


if __name__ == "__main__":
    unittest.main()
