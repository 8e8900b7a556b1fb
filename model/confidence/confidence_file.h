#pragma once

#include <filesystem>
#include <memory>

#include "core/serialization/safetensors.h"
#include "core/serialization/safetensors_writer.h"
#include "model/confidence/confidence.h"

namespace storyteller {

/// Key of the metadata of a model file that holds ConfidenceValues as JSON; the memory is in
/// tensors whose names begin with kConfidenceTensors.
inline constexpr const char* kConfidenceKey = "storyteller.confidence";
inline constexpr const char* kConfidenceTensors = "confidence.";

/// What a model file says about how sure its model is; null where it was not calibrated. Throws
/// ModelError naming the file where that is damaged or of a later version.
std::unique_ptr<const Confidence> confidence_of(const SafetensorsFile& file);

/// Adds it to a file that is being written.
void add_confidence(const Confidence& confidence, SafetensorsWriter& writer);

/// The file again at `out` with that calibration: every other tensor and word of it stays what it
/// is. Throws IoError.
void write_calibrated(const SafetensorsFile& model, const Confidence& confidence,
                      const std::filesystem::path& out);

/// As it is read back: numbers of files have six digits.
ConfidenceValues as_stored(const ConfidenceValues& values);

}  // namespace storyteller
