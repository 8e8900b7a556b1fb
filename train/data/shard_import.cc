#include "train/data/shard_import.h"

#include <system_error>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/system/signals.h"
#include "train/data/formats/shard_writer.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

/// Reads what was written: only then is it known to be there.
void require_the_same(const ImportedSplit& imported, Split split, const fs::path& folder) {
  const auto written = open_dataset("shards:" + folder.string(), split, {.max_bad = {.share = 1}});
  size_t captions = 0;
  for (size_t i = 0; i < written->size(); ++i) captions += written->captions(i).size();
  if (written->size() == imported.pictures && captions == imported.captions) return;
  throw IoError(imported.name + ": " + std::to_string(imported.pictures) + " pictures with " +
                std::to_string(imported.captions) + " captions were written, but " +
                std::to_string(written->size()) + " with " + std::to_string(captions) +
                " are read back; nothing was kept, is the disk in order?");
}

}  // namespace

ShardImport::ShardImport(const fs::path& out) : out_(out), workshop_(out / ".unfinished") {
  std::error_code failure;
  fs::create_directories(out, failure);
  if (failure) throw IoError("`out` " + printable_path(out.string()) + ": " + failure.message());
  for (const auto& entry : fs::directory_iterator(out)) {
    if (entry.path().extension() == ".tar") {
      throw UsageError("`out` " + printable_path(out.string()) +
                       ": shards are there already; name another folder");
    }
  }
  fs::remove_all(workshop_);  // of an import that was killed
  fs::create_directories(workshop_);
}

ShardImport::~ShardImport() {
  std::error_code ignored;
  fs::remove_all(workshop_, ignored);
}

ImportedSplit ShardImport::copy(const OpenedSplit& opened, double max_bad,
                                const std::function<void(size_t, size_t)>& progress) {
  const Dataset& dataset = *opened.dataset;
  const size_t listed = dataset.size() + dataset.skipped().count();
  ImportedSplit imported{.name = std::string(split_name(opened.split)),
                         .bad = BadPictures(MaxBad{.share = max_bad}.of(listed)),
                         .notes = {}};
  imported.bad.record_all(dataset.skipped());
  ShardWriter writer(workshop_, imported.name);
  for (size_t i = 0; i < dataset.size(); ++i) {
    const std::string id = dataset.id(i);
    try {
      const std::vector<std::string> captions = dataset.captions(i);
      const std::string picture = dataset.picture_bytes(i);
      ShardWriter::require_picture(picture, id);
      writer.add(keys_.key_of(id), id, picture, captions);
      ++imported.pictures;
      imported.captions += captions.size();
    } catch (const InputError& error) {
      imported.bad.record(id, error.what());
    }
    if (progress) progress(i + 1, dataset.size());
    if (stop_requested()) throw Stopped();
  }
  imported.shards = writer.finish();
  if (imported.pictures == 0) {
    throw InputError(imported.name + ": no picture could be copied: " + imported.bad.summary());
  }
  if (writer.replaced() > 0) {
    imported.notes.push_back(imported.name + ": " + std::to_string(writer.replaced()) +
                             " captions hold bytes that are not UTF-8, which JSON cannot: U+FFFD "
                             "stands for them");
  }
  require_the_same(imported, opened.split, workshop_);
  return imported;
}

std::string ShardImport::renamed_note() const {
  if (keys_.renamed() == 0) return "";
  return std::to_string(keys_.renamed()) + " pictures have other names in the archives, such as " +
         keys_.example() + "; their own are kept beside the captions";
}

void ShardImport::deliver() const {
  for (const auto& entry : fs::directory_iterator(workshop_)) {
    fs::rename(entry.path(), out_ / entry.path().filename());
  }
}

}  // namespace storyteller
