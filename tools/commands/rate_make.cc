#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>
#include <unordered_map>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/text/number_format.h"
#include "core/text/text_file.h"
#include "model/image/decode.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/output_file.h"
#include "tools/commands/rate.h"
#include "tools/render/rating_page.h"
#include "train/rating/image_finder.h"
#include "train/rating/picture_names.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;

/// Captions that say which image they are about.
std::vector<FiledCaption> read_captions(const std::string& file) {
  CaptionFile captions = read_caption_file(file);
  if (captions.form == CaptionForm::kLines) {
    throw InputError(captions.name +
                     ": lines of text name no images; give COCO's JSON or "
                     "Flickr8k's name.jpg#k<TAB>caption");
  }
  for (const std::string& note : captions.notes) report_warning(note, std::cerr);
  return std::move(captions.captions);
}

std::vector<RatedSystem> read_systems(const std::vector<std::string>& arguments) {
  std::vector<RatedSystem> systems;
  for (const std::string& argument : arguments) {
    const auto [name, file] = named_file(argument, "--systems");
    systems.push_back({.name = name, .captions = read_captions(file)});
  }
  return systems;
}

/// The pictures of a sheet, each once, made small at once: many photographs need much memory.
std::vector<RatingPicture> read_pictures(const RatingSheet& sheet, const ImageFinder& finder) {
  std::map<std::string, fs::path> shown;
  for (const RatingItem& item : sheet.items) shown[item.image] = finder.find(item.image);
  std::vector<RatingPicture> pictures;
  for (const auto& [id, path] : shown) {
    ImageWarnings warnings;
    const Image picture = read_image(path, &warnings, {.min_side = kRatingPictureSide});
    pictures.push_back({.image = id, .jpeg = encode_rating_picture(picture)});
    for (const std::string& warning : warnings) report_warning(warning, std::cerr);
  }
  return pictures;
}

/// Ratings of a sheet are worth nothing without its key: that of another sheet is not overwritten.
void require_same_key(const std::string& out, const std::string& key) {
  const std::string path = key_path(out);
  std::error_code failure;
  if (fs::exists(path, failure) && read_text_file(path) != key) {
    throw UsageError(path +
                     ": is there already and belongs to another sheet; name another --out, "
                     "or remove it if that sheet's ratings do not matter");
  }
}

/// Each word may hold several names, with commas between them.
std::vector<std::string> names_in(const std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const std::string& word : words) {
    std::istringstream in(word);
    for (std::string name; std::getline(in, name, ',');) {
      if (!name.empty()) names.push_back(name);
    }
  }
  return names;
}

}  // namespace

std::pair<std::string, std::string> named_file(const std::string& argument, const char* option) {
  const size_t equals = argument.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == argument.size()) {
    throw UsageError(std::string(option) + " " + argument + ": expected NAME=FILE");
  }
  return {argument.substr(0, equals), argument.substr(equals + 1)};
}

std::string key_path(const std::string& sheet) {
  return fs::path(sheet).replace_extension(".key.json").string();
}

namespace {

void require_outputs_apart(const RateMakeArguments& arguments) {
  InputFiles inputs;
  for (const std::string& system : arguments.systems) {
    inputs.add(named_file(system, "--systems").second, "one of the files of captions");
  }
  inputs.add(arguments.references, "the file of references");
  inputs.require_other("--out", arguments.out);
  inputs.require_other("--out", key_path(arguments.out));
  require_output_file("--out", arguments.out, OutputKind::kPage);
}

}  // namespace

int rate_make(const RateMakeArguments& arguments) {
  require_outputs_apart(arguments);
  const std::vector<RatedSystem> systems = read_systems(arguments.systems);
  std::vector<FiledCaption> human;
  std::unordered_map<std::string, std::string> names;
  if (!arguments.references.empty()) {
    human = read_captions(arguments.references);
    names = parse_picture_names(read_text_file(arguments.references), arguments.references);
  }
  const std::vector<FiledCaption>* references = arguments.references.empty() ? nullptr : &human;
  const ImageFinder finder(arguments.images, std::move(names));
  std::vector<std::string> notes;
  const std::vector<std::string> images = ratable_images(systems, references, finder, &notes);
  for (const std::string& note : notes) report_warning(note, std::cerr);
  RatingSheetOptions options{.scales = names_in(arguments.scales),
                             .images = arguments.count,
                             .duplicates = arguments.duplicates,
                             .seed = arguments.seed,
                             .verbatim = arguments.verbatim};
  const RatingSheet sheet = plan_rating_sheet(systems, references, images, options);

  const std::vector<RatingPicture> pictures = read_pictures(sheet, finder);
  const std::string page = render_rating_page(sheet, pictures);
  const std::string key = rating_key_json(sheet);
  require_same_key(arguments.out, key);
  // The key first: a sheet without it would be worthless.
  write_file_atomically(key_path(arguments.out), std::string_view(key));
  write_file_atomically(arguments.out, std::string_view(page));
  std::cout << arguments.out << ": " << grouped(sheet.items.size()) << " captions of "
            << grouped(pictures.size()) << " images to rate, "
            << grouped(sheet.items.size() - sheet.originals()) << " of them for the second time; "
            << grouped(sheet.systems.size()) << " systems"
            << (sheet.control ? ", people among them" : "") << '\n'
            << key_path(arguments.out) << ": who said what; keep it from the raters\n";
  return 0;
}

}  // namespace storyteller
