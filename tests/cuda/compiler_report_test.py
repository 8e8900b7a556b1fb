#!/usr/bin/env python3
"""compiler_report.py on canned output of nvcc: what it reads, and that planted faults fail it."""
import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compiler_output  # noqa: E402
import compiler_report  # noqa: E402

SOURCE = """
// A word about __global__ functions.
/// Adds y to x.
// compiled: {promises}
template <class T, int W>
__global__ void __launch_bounds__(kThreads, divide_up(kA, 2)) add_kernel(Add<T> p) {{
}}
"""
VECTOR = "_ZN11storyteller10add_kernelIfLi4EEEvNS_3AddIT_EE"
SCALAR = "_ZN11storyteller10add_kernelIfLi1EEEvNS_3AddIT_EE"
PTXAS = """ptxas info    : 0 bytes gmem
ptxas info    : Compiling entry function '{name}' for '{arch}'
ptxas info    : Function properties for _Z5otherv
    64 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Function properties for {name}
    {stack} bytes stack frame, {stores} bytes spill stores, {loads} bytes spill loads
ptxas info    : Used 40 registers, used 1 barriers{shared}, 400 bytes cmem[0]
ptxas info    : Compile time = 13.807 ms
"""
PTX_VECTOR = """.visible .entry {name}(
	.param .align 8 .b8 p[32]
)
.maxntid 256, 1, 1
{{
	ld.param.u64 	%rd1, [p];
	@%p1 bra 	$L__BB0_2;
	ld.global.nc.v4.f32 	{{%f1, %f2, %f3, %f4}}, [%rd1];
	@!%p2 ld.global.v2.u64 	{{%rd3, %rd4}}, [%rd1];
	cp.async.cg.shared.global [%r1], [%rd2], 16;
	{extra}
	{store} 	[%rd1], {{%f1, %f2, %f3, %f4}};
	st.shared.f32 	[%r1], %f1;
	ret;
}}
"""
PTX_SCALAR = """.visible .entry {name}(
	.param .align 8 .b8 p[32]
)
{{
	ld.global.f32 	%f1, [%rd1];
	ld.global.u16 	%rs1, [%rd1];
	st.global.f32 	[%rd1], %f1;
	ret;
}}
"""
V4 = "st.global.v4.f32"


def rows(promises, stack=0, stores=0, loads=0, store=V4, extra="", vector=VECTOR):
    text, ptx = "", {}
    for arch in ("sm_80", "sm_90"):
        text += PTXAS.format(name=vector, arch=arch, stack=stack, stores=stores, loads=loads,
                             shared=", 128 bytes smem")
        text += PTXAS.format(name=SCALAR, arch=arch, stack=0, stores=0, loads=0, shared="")
        ptx[arch] = (PTX_VECTOR.format(name=vector, store=store, extra=extra) +
                     PTX_SCALAR.format(name=SCALAR))
    return compiler_report.rows_of(text, ptx, SOURCE.format(promises=promises))


def problems(promises, name="add", **planted):
    return compiler_report.problems_of(name, rows(promises, **planted),
                                       SOURCE.format(promises=promises))


ALL = "no stack, 16-byte loads, 16-byte stores, only 16-byte accesses"


class Parser(unittest.TestCase):
    def test_reads_registers_memory_and_accesses(self):
        row = rows(ALL, stack=8, stores=12, loads=16)[-1]
        self.assertEqual(row["instantiation"], "add_kernel<float, 4>")
        self.assertEqual((row["kernel"], row["arch"], row["vector"]), ("add_kernel", "sm_90", True))
        self.assertEqual((row["registers"], row["shared"], row["stack"]), (40, 128, 8))
        self.assertEqual((row["spill_stores"], row["spill_loads"]), (12, 16))
        self.assertEqual((row["loads"], row["stores"]), ({16: 3}, {16: 1}))
        scalar = rows(ALL)[0]
        self.assertEqual((scalar["loads"], scalar["stores"]), ({4: 1, 2: 1}, {4: 1}))
        self.assertEqual((scalar["vector"], scalar["shared"]), (False, 0))

    def test_reads_promises_and_template_parameters(self):
        kernels = compiler_output.kernels_of(SOURCE.format(promises=ALL))
        self.assertEqual(kernels, {"add_kernel": (["T", "W"], ALL.split(", "))})
        plain = "// compiled: no stack\n}\n\n__global__ void plain_kernel(int* x) {\n"
        self.assertEqual(compiler_output.kernels_of(plain), {"plain_kernel": ([], [])})

    def test_names_lose_scopes_and_arguments(self):
        name = ("void storyteller::(anonymous namespace)::f_kernel<storyteller::bfloat16, 8, "
                "(storyteller::Score)1>(storyteller::F<storyteller::bfloat16>)")
        short = compiler_output.short_name(name)
        self.assertEqual(short, "f_kernel<bfloat16, 8, (Score)1>")
        self.assertEqual(compiler_output.template_arguments(short), ["bfloat16", "8", "(Score)1"])
        self.assertTrue(compiler_output.is_vector("g<float, true>", ["T", "kVector"]))
        self.assertFalse(compiler_output.is_vector("g<float, false>", ["T", "kVector"]))


class PlantedFaults(unittest.TestCase):
    def test_kept_promises_pass(self):
        self.assertEqual(problems(ALL), [])

    def test_a_spill_fails(self):
        found = problems(ALL, stores=4, loads=8)
        self.assertEqual(len(found), 2, found)  # both architectures
        self.assertIn("add_kernel<float, 4> for sm_80: 4 bytes spill stores, 8 bytes spill loads",
                      found[0])

    def test_a_local_array_fails(self):
        self.assertIn("32 bytes stack", problems(ALL, stack=32)[0])

    def test_spills_pass_where_nothing_is_promised(self):
        self.assertEqual(problems("16-byte loads", stores=4, loads=8), [])

    def test_narrow_accesses_fail(self):
        self.assertIn("no 16-byte stores", problems("16-byte stores", store="st.global.v2.f32")[0])
        narrow = problems("only 16-byte accesses", extra="ld.global.u16 %rs1, [%rd1];")
        self.assertIn("accesses of 2 bytes", narrow[0])

    def test_a_promise_that_nothing_can_break_fails(self):
        self.assertIn("no vector instantiation", problems("16-byte loads", vector=SCALAR)[0])
        self.assertIn("unknown promise 'no stak'", problems("no stak")[0])

    def test_a_hot_kernel_must_promise(self):
        self.assertIn("hot kernel", problems("16-byte loads", name="lstm_cell")[0])
        self.assertEqual(problems("no stack", name="lstm_cell"), [])


if __name__ == "__main__":
    unittest.main()
