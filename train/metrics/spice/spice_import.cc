#include "train/metrics/spice/spice_import.h"

#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/text_file.h"
#include "train/metrics/spice/spice.h"

namespace storyteller {
namespace {

using Json = nlohmann::json;

class Importer {
 public:
  explicit Importer(const std::string& name) : name_(name) {}

  std::vector<ImportedTuples> read(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) fail("not JSON; is it the output file of the SPICE tool?");
    if (!json.is_array()) fail("not a list of images; is it the output file of the SPICE tool?");
    std::vector<ImportedTuples> images;
    std::unordered_set<std::string> seen;
    for (const Json& item : json) {
      ImportedTuples image = read_image(item, images.size());
      if (!seen.insert(image.image).second) fail("image_id " + printable(image.image) + " twice");
      images.push_back(std::move(image));
    }
    if (images.empty()) fail("the list of images is empty");
    return images;
  }

 private:
  [[noreturn]] void fail(const std::string& cause) const { throw InputError(name_ + ": " + cause); }

  ImportedTuples read_image(const Json& item, size_t index) const {
    const std::string place = "image " + std::to_string(index) + " (counted from 0)";
    const auto id = item.is_object() ? item.find("image_id") : item.end();
    if (!item.is_object() || id == item.end()) fail(place + ": no image_id");
    if (!id->is_string() && !id->is_number_integer()) {
      fail(place + ": image_id is neither a number nor a text");
    }
    ImportedTuples image;
    image.image = id->is_string() ? id->get<std::string>() : id->dump();
    image.candidate = read_tuples(item, "test_tuples", image.image);
    image.references = read_tuples(item, "ref_tuples", image.image);
    return image;
  }

  std::vector<spice::Proposition> read_tuples(const Json& item, const char* key,
                                              const std::string& image) const {
    const std::string place = "image_id " + printable(image) + ": ";
    const auto list = item.find(key);
    if (list == item.end() || !list->is_array()) {
      fail(place + "no list '" + key + "'; run the SPICE tool with -detailed");
    }
    std::vector<spice::Proposition> out;
    for (const Json& entry : *list) {
      const auto tuple = entry.is_object() ? entry.find("tuple") : entry.end();
      const bool sound = entry.is_object() && tuple != entry.end() && tuple->is_array() &&
                         !tuple->empty() && tuple->size() <= 3;
      if (!sound) fail(place + "'" + key + "' has an entry without a tuple of one to three texts");
      spice::Proposition proposition;
      for (const Json& part : *tuple) {
        if (!part.is_string()) fail(place + "'" + key + "' has a tuple that holds no text");
        proposition.push_back(part.get<std::string>());
      }
      out.push_back(std::move(proposition));
    }
    return out;
  }

  const std::string& name_;
};

struct Graphs {
  spice::TupleGraph candidate;
  spice::ReferenceGraph references;
};
Graphs graphs_of(const ImportedTuples& image, const spice::Thesaurus& thesaurus) {
  return {spice::TupleGraph::as_given(image.candidate, thesaurus),
          spice::ReferenceGraph(spice::TupleGraph::as_given(image.references, thesaurus))};
}

}  // namespace

std::vector<ImportedTuples> parse_spice_tuples(std::string_view json, const std::string& name) {
  return Importer(name).read(json);
}

std::vector<ImportedTuples> read_spice_tuples(const std::filesystem::path& path) {
  return parse_spice_tuples(read_text_file(path), path.string());
}

SpiceCounts spice_counts(const ImportedTuples& image, const spice::Thesaurus& thesaurus) {
  const Graphs graphs = graphs_of(image, thesaurus);
  return spice_counts(graphs.candidate, graphs.references);
}

spice::TupleMatches match_imported(const ImportedTuples& image, const spice::Thesaurus& thesaurus) {
  const Graphs graphs = graphs_of(image, thesaurus);
  return match(graphs.candidate, graphs.references);
}

}  // namespace storyteller
