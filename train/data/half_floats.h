#pragma once

#include <cstddef>
#include <cstdint>

namespace storyteller {

/// IEEE 754 binary16 -> binary32, exact for every value including subnormals, infinities and NaN.
/// Eight at a time with F16C where the processor has it.
void half_to_float(const uint16_t* in, float* out, size_t count);

/// binary32 -> binary16, round to nearest even; beyond 65504 to infinity.
void float_to_half(const float* in, uint16_t* out, size_t count);

/// The same without special instructions, for any processor; the reference of the tests.
void half_to_float_portable(const uint16_t* in, float* out, size_t count);
void float_to_half_portable(const float* in, uint16_t* out, size_t count);

}  // namespace storyteller
