"""Mutants of what calls the libraries that do what the original does: no test can tell them apart.

They are not judged, another mutant of the function takes their place, and the report lists them.
"""
import re
from typing import NamedTuple


class Equivalent(NamedTuple):
    source: str     # kernels/cuda/SOURCE.cc
    function: str
    rule: str
    change: str     # pattern of "before -> after", with one blank between words
    reason: str
    line: str = ""  # what stands on the mutant's line, where one like it elsewhere is another matter


EQUIVALENT = [
    Equivalent("matmul_cublaslt", "constants", "number", "15 -> 16",
               "a member of the key that is always 0"),
    Equivalent("matmul_cublaslt", "plan_for", "argument_order",
               r"(?!tf32, p ->)(static_cast|tf32|p\.|alignment_of).*",
               "the order of the key's members"),
    Equivalent("matmul_cublaslt", "plan_for", "operand", "!= -> ==",
               "whether there is a bias, the other way round in all keys", "p.bias != nullptr,"),
    Equivalent("matmul_cublaslt", "plan_for", "number", "0 -> 1",
               "without a bias, which the key holds as well, its alignment is one number",
               "p.bias == nullptr"),
    Equivalent("matmul_cublaslt", "plan_for", "choice", r"0 : alignment_of\(p\.bias\) -> .*",
               "a bias lies at a multiple of 16 bytes"),
    Equivalent("matmul_cublaslt", "plan_for", "operand", "== -> !=",
               "a bias lies at a multiple of 16 bytes, and so does null", "p.bias == nullptr"),
    Equivalent("matmul_cublaslt", "plan_for", "member", "bias -> b",
               "a bias lies at a multiple of 16 bytes, and so does null", "p.bias == nullptr"),
    Equivalent("matmul_cublaslt", "library_matmul", "statement", r"context\.enter\(\); -> ;",
               "libraries() in the next line enters as well"),
    Equivalent("convolution_cudnn", "constants", "number", "15 -> 16",
               "a member of the key that is always 0"),
    Equivalent("convolution_cudnn", "constants", "number", "0 -> 1",
               "a number of bytes that the query overwrites"),
    Equivalent("convolution_cudnn", "check", "statement", "return; -> ;",
               "the text is made in vain, and Cudnn::check() returns"),
    Equivalent("convolution_cudnn", "check", "enumerator",
               "CUDNN_STATUS_SUCCESS -> CUDNN_STATUS_(BAD_PARAM|NOT_SUPPORTED)",
               "Cudnn::check() returns on success, and what is refused does not come here"),
    Equivalent("convolution_cudnn", "plan_for", "argument_order", r"(static_cast|is_float \+|s\.|w\.).*",
               "the order of the key's members"),
    Equivalent("convolution_cudnn", "plan_for", "number", "2 -> 3",
               "three kinds of arithmetic have three numbers"),
    Equivalent("libraries", "CudaContext::Libraries::~Libraries", "number", "0 -> 1",
               "what cudaGetDevice() overwrites"),
    Equivalent("libraries", "Cudnn::check", "number", "512 -> 513", "one byte more than is needed"),
    Equivalent("libraries", "CudaContext::Libraries::give_up_cudnn", "member", "name -> path",
               "said once of a path is said once of a name", "say_done_without(library.name"),
    Equivalent("library_search", "matching", "operand", "> -> >=",
               "no two names of a folder are equal"),
    Equivalent("library_search", "judge", "number", "0 -> 1",
               "neither is a version that is known"),
    Equivalent("library_search", "path_of", "operand", r"&& -> \|\|",
               "where dladdr() finds the symbol it finds the file"),
    Equivalent("library_search", "without_links", "index", r"PATH_MAX -> \(PATH_MAX\) \+ 1",
               "one byte more than is needed"),
]


def entry(mutant, text):
    """The entry of EQUIVALENT that this mutant of the source `text` is; None for others."""
    change = re.sub(r"\s+", " ", f"{mutant.before} -> {mutant.after}".strip())
    line = text.splitlines()[mutant.line - 1]
    return next((e for e in EQUIVALENT
                 if mutant.path == f"kernels/cuda/{e.source}.cc" and mutant.function == e.function
                 and mutant.rule == e.rule and re.fullmatch(e.change, change) and e.line in line),
                None)
