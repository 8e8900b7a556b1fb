#!/usr/bin/env python3
"""The scripts of this folder see what they say they see."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import equivalent_mutants  # noqa: E402
import every_kernel_runs  # noqa: E402
import host_mutation_rules  # noqa: E402
import mutation_report  # noqa: E402
import mutation_rules  # noqa: E402

KERNEL = """
// __global__ void comment_kernel() { __syncthreads(); }
template <class T>
__global__ void __launch_bounds__(kThreads(2)) sum_kernel(const T* x, float* y, int n) {
  float sum = 0, part[4];
  for (int i = threadIdx.x; i < n; i += kThreads) sum += x[i] * 2.0F;
  sum += __shfl_xor_sync(kAllLanes, sum, 1, 16);
  __syncthreads();
  if (threadIdx.x == 0) y[blockIdx.x] = sum;
}
__device__ float declared(float x);
void host() { for (int i = 0; i < 4; ++i) use(i + 1); }
"""


def changes(rule):
    return {(mutant.before, mutant.after.strip())
            for order in mutation_rules.mutants_of("x.cu", KERNEL).values()
            for mutant in order if mutant.rule == rule}


class MutationRules(unittest.TestCase):
    def test_only_functions_of_the_device(self):
        self.assertEqual(list(mutation_rules.mutants_of("x.cu", KERNEL)), ["sum_kernel"])

    def test_each_rule(self):
        self.assertEqual(changes("barrier"), {("__syncthreads();", ";")})
        self.assertEqual(changes("accumulation"), {("+=", "=")})
        self.assertEqual(changes("loop_bound"), {("n", "(n) + 1"), ("n", "(n) - 1")})
        self.assertEqual(changes("loop_step"), {("kThreads", "(kThreads) + 1")})
        self.assertEqual(changes("operand"), {("*", "/"), ("==", "!=")})
        self.assertEqual(changes("index"), {("i", "(i) + 1"), ("blockIdx.x", "(blockIdx.x) + 1")})
        self.assertEqual(changes("condition"), {("threadIdx.x == 0", "!(threadIdx.x == 0)")})
        self.assertEqual(changes("sync_arguments"),
                         {("kAllLanes", "(kAllLanes) >> 1"), ("kAllLanes", "(kAllLanes) & 0xFFFFU"),
                          ("1", "(1) + 1"), ("16", "(16) / 2")})

    def test_a_mutant_is_one_change(self):
        mutant = next(m for m in mutation_rules.mutants_of("x.cu", KERNEL)["sum_kernel"]
                      if m.rule == "barrier")
        self.assertEqual(mutant.line, 8)
        self.assertEqual(mutant.apply(KERNEL),
                         KERNEL.replace("16);\n  __syncthreads();", "16);\n  ;"))


HOST = """
constexpr int kMost = 32 << 20;
void call(const Plan& plan) {
  set(plan.first, CUBLASLT_MATMUL_DESC_TRANSA, p.a ? 1 : 0);  // set(b, c);
  if (!plan.second) return;
  launch("x, y", plan.first);
}
"""


class HostMutationRules(unittest.TestCase):
    def changes(self, rule):
        return {(m.function, m.before, m.after)
                for order in host_mutation_rules.mutants_of("x.cc", HOST).values()
                for m in order if m.rule == rule}

    def test_each_rule(self):
        self.assertIn(("call", '"x, y", plan.first', 'plan.first, "x, y"'),
                      self.changes("argument_order"))
        self.assertEqual(self.changes("number"),
                         {("constants", "32", "33"), ("constants", "32", "0"),
                          ("constants", "20", "21"), ("constants", "20", "0"),
                          ("call", "1", "2"), ("call", "0", "1")})
        self.assertIn(("call", "CUBLASLT_MATMUL_DESC_TRANSA", "CUBLASLT_MATMUL_DESC_TRANSB"),
                      self.changes("enumerator"))
        self.assertEqual(self.changes("member"),
                         {("call", "first", "second"), ("call", "second", "first")})
        self.assertEqual(self.changes("choice"), {("call", "1 : 0", "0 : 1")})
        self.assertEqual(self.changes("truth"), {("call", "!", "")})
        self.assertEqual(len(self.changes("statement")), 3)
        self.assertEqual(self.changes("condition"), {("call", "!plan.second", "!(!plan.second)")})


class EquivalentMutants(unittest.TestCase):
    def test_each_names_a_mutant_that_there_is(self):
        known = set()
        for source in {e.source for e in equivalent_mutants.EQUIVALENT}:
            path = f"kernels/cuda/{source}.cc"
            with open(os.path.join(host_mutation_rules.ROOT, path), encoding="utf-8") as file:
                text = file.read()
            for order in host_mutation_rules.mutants_of(path, text).values():
                known |= {equivalent_mutants.entry(mutant, text) for mutant in order}
        self.assertEqual([e for e in equivalent_mutants.EQUIVALENT if e not in known], [])


class MutationReport(unittest.TestCase):
    def test_cause(self):
        self.assertEqual(mutation_report.cause("... x_kernel: race: thread (0,0,0)"), "race")
        self.assertEqual(mutation_report.cause("a.cc:1: Failure\n got 1"), "wrong value")
        self.assertEqual(mutation_report.cause(""), "crash")

    def test_counts(self):
        records = [{"verdict": "killed", "memcheck": "race"}, {"verdict": "no C++"},
                   {"verdict": "killed", "memcheck": None, "asan": "crash"},
                   {"verdict": "survived", "memcheck": None}]
        self.assertEqual(mutation_report.summary(records),
                         "3 mutants: memcheck notices 1 of 3 (33.3 %), all variants together "
                         "2 of 3 (66.7 %)")


class EveryKernelRuns(unittest.TestCase):
    def test_names(self):
        with tempfile.NamedTemporaryFile("w", suffix=".cu") as file:
            file.write(KERNEL)
            file.flush()
            self.assertEqual(every_kernel_runs.kernels_of(file.name), ["sum_kernel"])
        self.assertEqual(every_kernel_runs.bare_name(
            "void a::(anonymous namespace)::x_kernel<float, 4>(a::X<float>)"), "x_kernel")
        self.assertEqual(every_kernel_runs.bare_name("a::(anonymous namespace)::y_kernel(int)"),
                         "y_kernel")


if __name__ == "__main__":
    unittest.main()
