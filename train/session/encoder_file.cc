#include "train/session/encoder_file.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "core/error.h"
#include "core/system/environment.h"
#include "core/system/home.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"
#include "model/encoder/encoder.h"
#include "train/data/data_source.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;

/// Folders beside which the weights of encoders may lie: above `path` and, for a file, above its
/// folder too.
std::vector<fs::path> places_above(const fs::path& path) {
  std::vector<fs::path> places = {path.parent_path()};
  std::error_code failure;
  if (!fs::is_directory(path, failure)) places.push_back(path.parent_path().parent_path());
  return places;
}

/// Absolute, without "." and "..", and without a slash at its end.
fs::path plain(const fs::path& path) {
  std::error_code failure;
  const fs::path absolute = fs::absolute(path, failure);
  const fs::path normal = (failure ? path : absolute).lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

std::vector<fs::path> places_for(std::string_view data) {
  std::vector<fs::path> places;
  const std::string shared = environment("STORYTELLER_DATA");
  if (!shared.empty()) places.emplace_back(shared);
  const fs::path path = DataSource(data).path();
  if (path.empty()) return places;
  std::error_code failure;
  // Links are resolved before "..", as the system does.
  const fs::path real = fs::weakly_canonical(path, failure);
  for (const fs::path& place : places_above(plain(path))) places.push_back(place);
  if (!failure) {
    for (const fs::path& place : places_above(plain(real))) places.push_back(place);
  }
  return places;
}

/// Goes on with `search` where nothing was found yet.
void search_beside(std::string_view data, const std::string& encoder, EncoderSearch& search) {
  const std::string net = encoder.substr(0, encoder.find(':'));
  const std::string name = net == "mobilenet_v2" ? "mobilenet_v2_1.0_224" : net;
  for (const fs::path& place : places_for(data)) {
    const fs::path file = place / "encoders" / (name + ".safetensors");
    if (std::find(search.searched.begin(), search.searched.end(), file) != search.searched.end()) {
      continue;
    }
    search.searched.push_back(file);
    std::error_code failure;
    if (!fs::exists(file, failure)) continue;
    search.found = file;
    return;
  }
}

}  // namespace

EncoderSearch find_encoder_file(const std::string& encoder, std::string_view data) {
  EncoderSearch search;
  search_beside(data, encoder, search);
  return search;
}

EncoderSearch find_encoder_file(const std::string& encoder, std::span<const std::string> data) {
  EncoderSearch search;
  for (const std::string& each : data) {
    if (search.found.empty()) search_beside(each, encoder, search);
  }
  return search;
}

fs::path encoder_file(const std::string& encoder, const std::string& given,
                      const std::string& data) {
  return encoder_file(encoder, given, {&data, 1});
}

fs::path encoder_file(const std::string& encoder, const std::string& given,
                      std::span<const std::string> data) {
  if (!given.empty()) return expand_home(given);
  const std::vector<std::string> known = encoder_names();
  if (std::find(known.begin(), known.end(), encoder.substr(0, encoder.find(':'))) == known.end()) {
    throw unknown_encoder(encoder);
  }
  const EncoderSearch search = find_encoder_file(encoder, data);
  if (!search.found.empty()) return search.found;
  std::vector<std::string> searched;
  for (const fs::path& file : search.searched) searched.push_back(printable(file.string(), 4096));
  throw UsageError("no pretrained weights for the encoder '" + encoder + "'" +
                   (searched.empty() ? "" : " (searched " + joined(searched) + ")") +
                   ": name the file with `encoder_weights`");
}

}  // namespace storyteller
