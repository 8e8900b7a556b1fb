#!/usr/bin/env -S python3 -S
"""Stands in for every program that tools/gpu_check starts, under the name that it is started by.

GPU_CHECK_FAULT names what is wrong with this machine: test, op, crash, hang, bits, training_bits,
agreement, cosine, copy, real, real_nan, real_crash, peer, hot, slow_node, memcheck, race, no_gpu; empty:
nothing. With h200 in it the GPU is one that predictions are for.
"""
import json
import os
import sys
import time

FAULT = os.environ.get("GPU_CHECK_FAULT", "")
NAME, ARGUMENTS = os.path.basename(sys.argv[0]), sys.argv[1:]


def value(option):
    return ARGUMENTS[ARGUMENTS.index(option) + 1]


def show(**line):
    print(json.dumps(line), flush=True)


def cuda_test():
    if FAULT == "crash":
        sys.exit("Segmentation fault")
    if FAULT == "hang":
        time.sleep(600)
    errors = {"output_error": "0.5" if FAULT == "op" else "1e-06", "output_tolerance": "1e-05",
              "gradient_error": "2e-06", "gradient_tolerance": "4e-05"}
    failures = {"failures": [{"failure": "a.cc:1: Failure"}]} if FAULT == "test" else {}
    suites = [{"name": "All/CudaOp", "testsuite": [
                  {"name": "MatchesTheCpuInDouble/LstmCell_float32", "result": "COMPLETED", **errors},
                  {"name": "GivesTheSameBitsEveryTime/LstmCell_float32", "result": "COMPLETED"}]},
              {"name": "LstmCellCuda/0", "testsuite": [
                  {"name": "ForwardMatchesTheReference", "result": "COMPLETED", **failures}]}]
    output = next(word for word in ARGUMENTS if word.startswith("--gtest_output=json:"))
    with open(output.split(":", 1)[1], "w", encoding="utf-8") as file:
        json.dump({"testsuites": suites}, file)
    sys.exit(1 if FAULT == "test" else 0)


def cuda_kernels():
    if "--machine" in ARGUMENTS:
        if FAULT == "no_gpu":
            sys.exit("cuda_kernels: no NVIDIA driver was found")
        show(gpu="NVIDIA H200" if "h200" in FAULT else "NVIDIA Stub 1", compute_capability="9.0", multiprocessors=132, l2_bytes=50 << 20,
             memory_bytes=80 << 30, driver_cuda=13000, runtime_cuda=13000,
             libraries={"cuBLASLt": "13.1.0, libcublasLt.so.13", "cuDNN": ""})
    elif "--repeat" in ARGUMENTS:
        show(kernel="adam_step", dtype="float32", runs=5, equal=FAULT != "bits")
    elif "--calibrate" in ARGUMENTS:
        if FAULT != "copy":
            show(rate="copy", value=4000.0, unit="GB/s")
        show(rate="node", value=9.0 if "slow_node" in FAULT else 2.0, unit="us")
        show(rate="product bfloat16", value=700.0, unit="TFLOP/s")
    else:
        same = {"flops": 0, "tanhs": 0, "sets": 1, "footprint": 8e8, "samples": 30, "low_us": 400.0,
                "high_us": 404.0, "copy_before_gb_per_s": 4100.0, "copy_after_gb_per_s": 3900.0}
        show(kernel="adam_step", dtype="bfloat16", bytes=8e8, median_us=402.0, warm_us=1.0, **same)
        show(kernel="product logits", dtype="bfloat16", bytes=1e6, median_us=9.0, warm_us=1.0,
             **{**same, "flops": 3.5e9})


def training_step():
    name = value("--name") if "--name" in ARGUMENTS else ""
    if "--write-case" in ARGUMENTS:
        open(value("--case"), "w", encoding="utf-8").close()
    if "--against" in ARGUMENTS:
        show(name=name + "/against", loss=1e-7, gradient=0.03 if FAULT == "agreement" else 1e-6,
             gradient_errors={"gradient.decoder.key.weight": 0.03 if FAULT == "agreement" else 1e-6,
                              "gradient.decoder.key.bias": 0.03 if name.endswith("bfloat16") else 1e-6},
             gradient_tensor="gradient.decoder.key.weight", updated=1e-6,
             gradient_cosine=0.99 if FAULT == "cosine" else 1.0,
             gradient_cosine_tensor="gradient.decoder.output.bias")
    if "--repeat" in ARGUMENTS:
        show(name=name + "/repeat", runs=3, steps=4, equal=FAULT != "training_bits")
    if "--serve" in ARGUMENTS:
        serve(name, 1.0)
    elif value("--reps") != "0":
        show(name=name, median_ms=1.0, min_ms=0.9, max_ms=1.2)


def serve(name, milliseconds):
    show(ready=name)
    for _ in sys.stdin:
        show(name=name, median_ms=milliseconds, min_ms=milliseconds, max_ms=milliseconds)


def trainer_step():
    on_gpu = value("--device") == "cuda"
    if FAULT == "real_crash" and on_gpu:
        sys.exit("trainer_step: matmul: cuBLASLt found no algorithm")
    loss = 7.5 if FAULT == "real" and on_gpu else 7.0
    if FAULT == "real_nan" and on_gpu:
        loss = float("nan")
    show(name="train_step/real", losses=[7.1, loss], allocations=387, late_allocations=13,
         bytes_from_system=9.6e8, most_bytes_in_use=6e8, median_ms=30.0, low_ms=29.0, high_ms=31.0)


def decode():
    show(name="decode/beam5/ours", median_ms=5.5, min_ms=5.4, max_ms=5.9)


def peer_python():
    if "-c" in ARGUMENTS:
        print("9.9.9")
    elif FAULT == "peer" and "--serve" in ARGUMENTS and value("--form") == "graphed":
        sys.exit("RuntimeError: this cannot be captured")
    elif "--serve" in ARGUMENTS:
        serve(value("--form"), 3.0)


def compute_sanitizer():
    tool = value("--tool")
    count = 3 if FAULT == "memcheck" and tool == "memcheck" else 0
    if tool == "racecheck":
        count = 2 if FAULT == "race" else 0
        print(f"========= RACECHECK SUMMARY: {count} hazards displayed ({count} errors, 0 warnings)")
    else:
        print(f"========= ERROR SUMMARY: {count} errors")


def ncu():
    print("==PROF== Connected\n"
          '"ID","Kernel Name","Metric Name","Metric Unit","Metric Value"\n'
          '"0","adam_step_kernel","gpu__time_duration.sum","us","5.5"\n'
          '"0","adam_step_kernel","launch__registers_per_thread","register/thread","56"')


def nvidia_smi():
    fields = next(word for word in ARGUMENTS if word.startswith("--query-gpu=")).split(",")
    if "--loop=1" in ARGUMENTS:
        reasons = "0x0000000000000060" if FAULT == "hot" else "0x0000000000000001"
        while True:
            print(f"1980, 3201, 55, [N/A], {reasons}", flush=True)
            time.sleep(0.05)
    print(", ".join(["580.65.06", "700.00 W", "1980 MHz", "3201 MHz"][:len(fields)]))


globals()[NAME.replace("-", "_")]()
