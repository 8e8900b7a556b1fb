#include <array>
#include <filesystem>
#include <string>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/text/phrase.h"
#include "train/data/data_source.h"
#include "train/data/dataset.h"
#include "train/data/formats/formats.h"
#include "train/data/scenes_dataset.h"

namespace storyteller {

namespace {

struct Format {
  DataFormat shown;
  std::unique_ptr<Dataset> (*open)(const std::filesystem::path&, Split, const OpenOptions&);
  const char* remedy;  ///< What gives a set of this format a val split.
};

constexpr const char* kNameInJson =
    "write \"split\": \"val\" beside some pictures, or no split at all: a hash of the names then "
    "divides them";

constexpr std::array<Format, 15> kFormats = {{
    {{"flickr8k", "DIR", "Flickr8k as distributed"},
     open_flickr8k,
     "move some names from the list of train into Flickr_8k.devImages.txt"},
    {{"flickr30k", "DIR", "Flickr30k as distributed, with split lists"},
     open_flickr30k,
     "move some names from train.txt into val.txt"},
    {{"coco2014", "DIR", "COCO captions of 2014"},
     open_coco2014,
     "annotations_trainval2014.zip holds the captions of both, val2014.zip the photographs"},
    {{"coco2017", "DIR", "COCO captions of 2017"},
     open_coco2017,
     "annotations_trainval2017.zip holds the captions of both, val2017.zip the photographs"},
    {{"karpathy", "PATH", "Karpathy's splits of COCO, Flickr8k, Flickr30k"},
     open_karpathy,
     kNameInJson},
    {{"coco", "PATH", "COCO's JSON of pictures of your own"}, open_jsonl, kNameInJson},
    {{"conceptual", "DIR", "Conceptual Captions with the photographs fetched"},
     open_conceptual,
     "fetch Validation_GCC-1.1.0-Validation.tsv and its pictures too, or list the pictures in a "
     "file of JSON lines (jsonl:FILE), which is divided by a hash of their names"},
    {{"jsonl", "PATH", "JSON lines with image and caption"}, open_jsonl, kNameInJson},
    {{"json", "PATH", "JSON: an array, a dictionary, COCO's form"}, open_jsonl, kNameInJson},
    {{"csv", "PATH", "a table with image and caption"},
     open_csv,
     "write val into the column split of some rows, or leave that column out: a hash of the names "
     "then divides the pictures"},
    {{"shards", "PATH", "tar files of pictures and captions, as WebDataset has them"},
     open_shards,
     "call some archives val-....tar, or name no split at all: a hash of the names then divides "
     "the "
     "pictures"},
    {{"text", "FILE", "captions without pictures, beside a set that has some"},
     open_text,
     "name a set with pictures beside it"},
    {{"easy-vqa", "DIR", "easy-VQA: questions about drawn shapes"},
     open_easy_vqa,
     "train/questions.json must ask about pictures whose number ends in 9"},
    {{"made", "FORMAT:PATH", "questions made of another set's captions"},
     open_made,
     "name captions that have a val split"},
    {{"vqa", "DIR", "VQA v1 or v2: questions about COCO's photographs"},
     open_vqa,
     "the files of val2014 hold questions and annotations of val"},
}};

[[noreturn]] void fail_without_path(const DataFormat& format) {
  const std::string name(format.name);
  throw UsageError("`data` " + name + " needs its files: " + name + ":" + std::string(format.path));
}

}  // namespace

std::vector<DataFormat> data_formats() {
  std::vector<DataFormat> all = {
      {"scenes", "[key=value,...]", "drawn scenes, rendered as they are needed"}};
  for (const Format& format : kFormats) all.push_back(format.shown);
  return all;
}

std::unique_ptr<Dataset> open_dataset(std::string_view specification, Split split,
                                      const OpenOptions& options) {
  const DataSource source(specification);
  const std::string name(source.format);
  if (name == "scenes") return open_scenes(source.rest, split);
  for (const Format& format : kFormats) {
    if (name != format.shown.name) continue;
    if (source.rest.empty()) fail_without_path(format.shown);
    try {
      return format.open(source.path(), split, options);
    } catch (const EmptySplit& error) {
      if (split != Split::kVal) throw;
      const std::string message = error.what() + std::string("; ") + format.remedy;
      if (dynamic_cast<const NoSuchSplit*>(&error) != nullptr) throw NoSuchSplit(message);
      throw EmptySplit(message);
    }
  }
  std::vector<std::string> names;
  for (const DataFormat& format : data_formats()) names.emplace_back(format.name);
  throw UsageError("unknown data format '" + name + "' (known: " + joined(names) + ")" +
                   did_you_mean(name, names));
}

}  // namespace storyteller
