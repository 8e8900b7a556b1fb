#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace storyteller {

/// What a command writes into a file. One that is there already is replaced only where it is of the
/// same kind, or empty.
enum class OutputKind {
  kPage,        ///< HTML
  kJsonArray,   ///< a JSON array, as COCO's results are
  kJsonLines,   ///< a JSON object a line
  kTable,       ///< CSV whose first column is image_id
  kStatements,  ///< statements of captions, counted
  kSound,       ///< RIFF WAVE
  kPdf,
  kWeights,  ///< safetensors: a model, weights of an encoder, frequencies
};

/// Says at once what would be found out only after the work. `option` names the output in messages;
/// an empty name is fine.
/// @throws IoError where `file` is a folder, lies in none, or cannot be written there.
/// @throws UsageError where a file that is there is of another kind, and for "-": what commands
/// print stands on standard output.
void require_output_file(const char* option, const std::filesystem::path& file, OutputKind kind);

/// The files and folders that a command reads: none of its outputs may be one of them, under
/// whatever name, through a link or as one of the names of a file; and no two outputs may be one.
class InputFiles {
 public:
  /// Notes what lies at `path`; nothing where there is nothing. `what`: "the model", for messages.
  void add(const std::filesystem::path& path, std::string_view what);
  /// The files of a data set, given as FORMAT:PATH (see open_dataset): its file, or its folder and
  /// the files in it that the format may read captions from.
  void add_data(std::string_view specification);

  /// Throws UsageError where `output` is one of the inputs, or an output that was asked for before.
  /// An empty name is fine.
  void require_other(const char* option, const std::filesystem::path& output);
  /// Whether it is one.
  bool contains(const std::filesystem::path& output) const { return find(output) != nullptr; }

 private:
  struct Input {
    dev_t device;
    ino_t inode;
    std::string path, what;
  };
  /// Null: it is none of them, or not there.
  const Input* find(const std::filesystem::path& output) const;

  std::vector<Input> inputs_;
  std::vector<std::pair<const char*, std::filesystem::path>>
      outputs_;  // the option's name, the file
};

}  // namespace storyteller
