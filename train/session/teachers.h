#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "model/captioner.h"
#include "train/session/run_record.h"

namespace storyteller {

/// Models that a run learns from, and how its record names them.
struct Teachers {
  std::vector<std::unique_ptr<Captioner>> models;
  std::vector<RunRecord::Teacher> records;
};

/// Loads them without gradients, onto the student's device and in its precision. They read the
/// features that the student's encoder makes: throws UsageError where that encoder learns, where a
/// teacher has another one, or does not know the student's words; and what opening a model throws.
Teachers load_teachers(std::span<const std::filesystem::path> files, Captioner& student);

}  // namespace storyteller
