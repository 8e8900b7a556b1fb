#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>
#include <unordered_map>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "core/text/number_format.h"
#include "core/text/text_file.h"
#include "model/image/decode.h"
#include "model/image/picture_folder.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/output_file.h"
#include "tools/commands/rate.h"
#include "tools/render/rating_page.h"
#include "train/rating/picture_names.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;
using PictureNames = std::unordered_map<std::string, std::string>;

/// Finds the picture of an image id in a folder.
class PictureFinder {
 public:
  PictureFinder(const std::string& folder, PictureNames file_names)
      : file_names_(std::move(file_names)) {
    std::error_code failure;
    if (!fs::is_directory(folder, failure)) {
      throw InputError("--images " + folder + ": no such folder");
    }
    const std::vector<fs::path> pictures = list_picture_folder(folder).pictures;
    if (pictures.empty()) throw InputError("--images " + folder + ": no JPEG or PNG files there");
    for (const fs::path& picture : pictures) {
      const std::string stem = picture.stem().string();
      by_name_[picture.filename().string()] = picture;
      add(stem, picture, &by_stem_);
      if (const auto number = trailing_number(stem)) add(*number, picture, &by_number_);
    }
  }

  /// The file that annotations name, else ID, ID.jpg and the like, else a name that ends in the
  /// number of the id, as COCO's do (COCO_val2014_000000391895.jpg). Empty: none.
  fs::path find(const std::string& id) const {
    if (const auto named = file_names_.find(id); named != file_names_.end()) {
      return found(named->second, by_name_);
    }
    for (const Files* files : {&by_name_, &by_stem_}) {
      if (fs::path path = found(id, *files); !path.empty()) return path;
    }
    const bool is_number = id.find_first_not_of("0123456789") == std::string::npos;
    return is_number ? found(trailing_number(id).value_or(""), by_number_) : fs::path();
  }

 private:
  using Files = std::unordered_map<std::string, fs::path>;

  /// What two files could be meant by is none.
  static void add(const std::string& name, const fs::path& path, Files* files) {
    const auto [at, is_new] = files->emplace(name, path);
    if (!is_new) at->second.clear();
  }
  static fs::path found(const std::string& name, const Files& files) {
    const auto at = files.find(name);
    return at == files.end() ? fs::path() : at->second;
  }
  /// Digits at the end, without leading zeros; nothing where there are none.
  static std::optional<std::string> trailing_number(const std::string& text) {
    const size_t begin = text.find_last_not_of("0123456789") + 1;  // npos + 1 is 0
    if (begin == text.size()) return std::nullopt;
    return text.substr(std::min(text.find_first_not_of('0', begin), text.size() - 1));
  }

  Files by_name_, by_stem_, by_number_;
  PictureNames file_names_;
};

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

/// Images that can be rated; says how many of all cannot, and why.
std::vector<std::string> usable_images(const std::vector<RatedSystem>& systems,
                                       const std::vector<FiledCaption>* references,
                                       const PictureFinder& pictures, const std::string& folder) {
  std::vector<std::string> common = images_in_common(systems, references);
  if (common.empty()) {
    throw InputError(std::string("no image has a caption of every system") +
                     (references != nullptr ? " and a reference" : "") +
                     "; do the files speak of the same images, with the same ids?");
  }
  size_t captioned = 0;
  for (const RatedSystem& system : systems) {
    captioned = std::max(captioned, system.captions.size());
  }
  if (common.size() < captioned) {
    report_warning(grouped(captioned - common.size()) + " of " + grouped(captioned) +
                       " images are left out: not every system has a caption of them" +
                       (references != nullptr ? ", or they have no reference" : ""),
                   std::cerr);
  }
  const size_t all = common.size();
  const std::string example = common[0];
  std::erase_if(common, [&](const std::string& id) { return pictures.find(id).empty(); });
  if (common.empty()) {
    throw InputError("--images " + folder + ": no picture of any of the " + grouped(all) +
                     " images, such as " + printable(example) +
                     "; pictures are looked for by the references' file_name, else as ID.jpg");
  }
  if (common.size() < all) {
    report_warning(grouped(all - common.size()) + " of " + grouped(all) +
                       " images are left out: their pictures are not in " + folder,
                   std::cerr);
  }
  return common;
}

/// The pictures of a sheet, each once, made small at once: many photographs need much memory.
std::vector<RatingPicture> read_pictures(const RatingSheet& sheet, const PictureFinder& finder) {
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
  PictureNames names;
  if (!arguments.references.empty()) {
    human = read_captions(arguments.references);
    names = parse_picture_names(read_text_file(arguments.references), arguments.references);
  }
  const std::vector<FiledCaption>* references = arguments.references.empty() ? nullptr : &human;
  const PictureFinder finder(arguments.images, std::move(names));
  RatingSheetOptions options{.scales = names_in(arguments.scales),
                             .images = arguments.count,
                             .duplicates = arguments.duplicates,
                             .seed = arguments.seed,
                             .verbatim = arguments.verbatim};
  const RatingSheet sheet = plan_rating_sheet(
      systems, references, usable_images(systems, references, finder, arguments.images), options);

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
