#include "tools/apps/serve/caption_model.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <new>
#include <utility>

#include "core/error.h"
#include "core/serialization/safetensors.h"
#include "core/system/seconds_since.h"
#include "model/decoder/kinds/decoder_kind.h"
#include "model/image/preprocess.h"
#include "tools/apps/serve/caption_maps.h"
#include "tools/apps/serve/limits.h"
#include "tools/apps/serve/picture_size.h"
#include "tools/apps/serve/problem.h"

namespace storyteller::serve {
namespace {

using Clock = std::chrono::steady_clock;

/// What most numbers of a model's file are stored as, and how many there are.
void count_values(const std::string& path, ModelCard& card) {
  const SafetensorsFile file = SafetensorsFile::open(path);
  std::int64_t most = 0;
  for (const std::string& name : file.names()) {
    const StoredTensorView tensor = file.find(name);
    const std::int64_t elements = element_count(tensor.shape);
    card.parameters += elements;
    if (elements > most) card.stored_type = name_of(tensor.type);
    most = std::max(most, elements);
  }
}

}  // namespace

CaptionModel::CaptionModel(Ensemble& models, const std::vector<std::string>& files,
                           std::string digits)
    : models_(models) {
  card_.name = "storyteller";
  card_.file = std::filesystem::path(files.front()).stem().string();
  card_.digits = std::move(digits);
  card_.version = STORYTELLER_VERSION;
  Captioner& first = *models.members().front();
  card_.checksum = first.checksum();
  card_.device = first.device().name();
  card_.encoder = first.encoder().name();
  card_.decoder = kDecoderKinds[static_cast<std::size_t>(first.options().decoder.kind)].name;
  card_.vocabulary = first.vocabulary().size();
  for (const std::string& file : files) {
    count_values(file, card_);
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) continue;
    card_.bytes += status.st_size;
    card_.modified = std::max<std::int64_t>(card_.modified, status.st_mtime);
  }
}

PreparedPicture CaptionModel::prepare(std::string_view bytes, Maps maps) const {
  check_picture(bytes);
  std::unique_lock<std::mutex> one_at_a_time;
  if (const auto size = picture_size(bytes); !size || size->has_more_than(kManyPixels)) {
    one_at_a_time = std::unique_lock(large_pictures_);
  }
  constexpr int kShownSide = 416;
  const int seen = std::max(maps == Maps::kNone ? 0 : kShownSide, sufficient_min_side(models_));
  PreparedPicture prepared;
  try {
    Image image = decode_image(std::as_bytes(std::span(bytes.data(), bytes.size())), "picture",
                               &prepared.warnings, {.min_side = seen, .note_blank = true});
    prepared.inputs = encoder_inputs(models_, image);
    if (maps != Maps::kNone) prepared.view = view_for_maps(std::move(image));
  } catch (const InputError& error) {
    throw Problem(422, "bad_image", error.what(),
                  "send a JPEG or PNG picture that opens elsewhere");
  } catch (const std::bad_alloc&) {
    throw Problem(503, "memory", "not enough memory for this picture", "make it smaller");
  }
  for (std::string& warning : prepared.warnings) warning = text_of(warning, "picture");
  return prepared;
}

SearchOptions CaptionModel::search_for(const SearchWish& wish) const {
  SearchOptions search = models_.search();
  if (wish.beam) search.beam = *wish.beam;
  if (wish.max_words) search.max_words = std::min(search.max_words, *wish.max_words);
  search.min_words = std::min(search.min_words, search.max_words);
  if (wish.beam) search.sample = 0;
  if (wish.temperature.value_or(0) > 0) {
    search.sample = 1;
    search.diverse = 1;
    search.temperature = static_cast<float>(*wish.temperature);
    search.draw_seed = wish.seed.value_or(search.draw_seed);
  }
  search.n_best = 1;
  return search;
}

std::vector<Description> CaptionModel::describe(std::span<const PreparedPicture* const> pictures,
                                                const SearchWish& wish, BatchTiming* timing) {
  const auto begin = Clock::now();
  std::vector<const EncoderInputs*> inputs;
  for (const PreparedPicture* picture : pictures) inputs.push_back(&picture->inputs);
  const std::vector<Tensor> features = encoded(models_, inputs);
  timing->encode = seconds_since(begin);
  const auto middle = Clock::now();
  // One number for all: what is drawn depends on the seed, not on what is captioned beside it.
  const std::vector<std::uint64_t> numbers(pictures.size(), 0);
  std::vector<Description> found =
      storyteller::describe({.models = models_, .search = search_for(wish)}, features, numbers);
  timing->search = seconds_since(middle);
  return found;
}

PictureAnswer CaptionModel::answer(const CaptionRequest& request, PreparedPicture picture,
                                   Description description) const {
  PictureAnswer answer;
  answer.caption = std::move(description.captions.front());
  answer.words = models_.vocabulary().decode(answer.caption.words);
  answer.sentence = models_.vocabulary().sentence(answer.caption.words);
  answer.assessment = description.assessment;
  answer.text = people_text(answer.words, answer.assessment, request.wording);
  Encoder& encoder = models_.shown().encoder();
  answer.regions = static_cast<std::size_t>(encoder.grid_rows() * encoder.grid_columns());
  answer.maps = drawn_maps(request.maps, picture.view, answer.caption, models_.shown());
  answer.warnings = std::move(picture.warnings);
  return answer;
}

void CaptionModel::warm_up() {
  PreparedPicture blank;
  for (const Captioner* encoder : models_.encoders()) {
    const Preprocessing& preprocessing = encoder->preprocessing();
    blank.inputs.emplace_back(std::size_t{3} * static_cast<std::size_t>(preprocessing.width) *
                              static_cast<std::size_t>(preprocessing.height));
  }
  const PreparedPicture* const pictures[] = {&blank};
  BatchTiming timing;
  describe(pictures, {}, &timing);
}

}  // namespace storyteller::serve
