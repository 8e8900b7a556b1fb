"""The parts of tools/gpu_check: each makes one section of its report."""
