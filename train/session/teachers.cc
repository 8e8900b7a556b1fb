#include "train/session/teachers.h"

#include <xxhash.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/serialization/safetensors.h"
#include "core/system/printable.h"
#include "model/agreement.h"
#include "model/model_file.h"

namespace storyteller {
namespace {

/// Of all that the file says.
uint64_t content_of(const SafetensorsFile& file) {
  uint64_t content = 0;
  const auto add = [&](const void* data, size_t size) {
    content = XXH3_64bits_withSeed(data, size, content);
  };
  for (const auto& [key, text] : file.metadata()) {
    add(key.data(), key.size());
    add(text.data(), text.size());
  }
  for (const std::string& name : file.names()) {
    add(name.data(), name.size());
    const auto bytes = file.find(name).bytes;
    add(bytes.data(), bytes.size());
  }
  return content;
}

/// Throws UsageError where the student's features change while it learns.
void require_steady_features(Captioner& student) {
  const std::string& encoder = student.options().encoder;
  if (is_pretrained(encoder) && !student.fine_tunes_encoder()) return;
  throw UsageError(
      "`teacher`: teachers read the features that the student's encoder makes, so it must be a "
      "pretrained one that stays frozen, but " +
      (is_pretrained(encoder)
           ? "`encoder_training` lets it learn; leave that out"
           : "`encoder`=" + encoder + " learns; choose another, such as `encoder`=mobilenet_v2"));
}

/// Throws UsageError where the model cannot teach the student.
void require_teacher_of(Captioner& student, Captioner& teacher, const std::string& name) {
  if (teacher.vocabulary().words() != student.vocabulary().words()) {
    throw UsageError(
        name + ": a teacher must know the student's words, and no others: " +
        vocabulary_difference(student.vocabulary(), "the student", teacher.vocabulary()));
  }
  if (same_encoder(student, teacher)) return;
  const std::string &ours = student.options().encoder, &theirs = teacher.options().encoder;
  throw UsageError(name + ": a teacher must have the student's encoder, to read its features: " +
                   (ours == theirs ? "both have " + ours +
                                         ", but with other weights, options or preprocessing; "
                                         "train both from one file of weights"
                                   : "the student has " + ours + ", this model " + theirs));
}

}  // namespace

Teachers load_teachers(std::span<const std::filesystem::path> files, Captioner& student) {
  Teachers teachers;
  if (files.empty()) return teachers;
  require_steady_features(student);
  for (const std::filesystem::path& path : files) {
    const SafetensorsFile file = SafetensorsFile::open(path);
    auto teacher = std::make_unique<Captioner>(
        model_options_of(file), vocabulary_of(file), student.device(), std::nullopt,
        /*with_gradients=*/false, student.precision(), EncoderTraining{}, concept_table_of(file));
    teacher->take_values(file);
    require_teacher_of(student, *teacher, printable_path(path.string()));
    teachers.records.push_back({.file = path.string(), .content = content_of(file)});
    teachers.models.push_back(std::move(teacher));
  }
  return teachers;
}

}  // namespace storyteller
