#include "tools/apps/album/describer.h"

#include <sys/stat.h>
#include <xxhash.h>

#include <algorithm>
#include <new>
#include <utility>

#include "core/device_turn.h"
#include "core/error.h"
#include "core/system/signals.h"
#include "model/confidence/signals.h"
#include "model/image/decode.h"
#include "model/image/encode.h"
#include "model/image/file_bytes.h"
#include "model/image/picture_folder.h"
#include "model/wording/people_text.h"

namespace storyteller::album {
namespace {

/// Pictures that are encoded together.
constexpr size_t kTogether = 16;

}  // namespace

std::int64_t content_of(std::span<const std::byte> bytes) {
  return static_cast<std::int64_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

Describer::Describer(Captioning captioning, const Language& language, Digest digest)
    : captioning_(std::move(captioning)), language_(language), digest_(std::move(digest)) {
  SearchOptions& search = captioning_.search;
  search.n_best = search.sample > 0 ? search.sample : search.beam * search.diverse;
}

ReadPicture Describer::read(const std::filesystem::path& path,
                            const std::optional<std::int64_t>& known) const {
  ReadPicture picture;
  try {
    struct stat before {};
    if (::stat(path.c_str(), &before) == 0) {
      picture.size = before.st_size;
      picture.mtime_ns =
          std::int64_t{before.st_mtim.tv_sec} * 1'000'000'000 + before.st_mtim.tv_nsec;
    }
    const auto any_head = [](std::span<const std::byte>, const std::string&) {};
    const auto bytes = read_file_bytes(path, kMaxImageFileBytes, any_head);
    picture.content = content_of(bytes);
    if (known == picture.content) return picture;
    if (!read_png_text(path, kDrawnFrom).empty()) {
      throw InputError("a strip of attention maps that storyteller drew");
    }
    ImageWarnings warnings;
    const Image image = decode_image(bytes, path.filename().string(), &warnings,
                                     {.min_side = sufficient_min_side(captioning_.models)});
    if (digest_) picture.digest = digest_(bytes);
    picture.facts = file_facts(bytes);
    picture.dhash = difference_hash(image);
    picture.inputs = encoder_inputs(captioning_.models, image);
  } catch (const std::bad_alloc&) {
    picture.inputs.clear();
    picture.error = "not enough memory for this picture";
  } catch (const Error& error) {
    if (error.code() == ExitCode::kInternal) throw;
    picture.inputs.clear();
    picture.error = error.what();
  }
  return picture;
}

/// `features` (regions,width) of one picture.
Vector Describer::direction(std::span<const float> features) const {
  const Confidence* confidence = captioning_.models.confidence();
  if (confidence == nullptr || confidence->memory().axes() != kAxes) return {};
  const size_t width = confidence->memory().width();
  const auto mean = pooled(features, features.size() / width, width).mean;
  return PictureMemory::direction(confidence->memory().projection(), mean).axes;
}

Vector Describer::vector_of(const ReadPicture& picture) {
  const EncoderInputs* const one[] = {&picture.inputs};
  const std::vector<float> features = to_host_float(encoded(captioning_.models, one).front());
  return direction(features);
}

std::vector<Record> Describer::describe(std::span<const ReadPicture* const> pictures) {
  std::vector<Record> records;
  const Vocabulary& vocabulary = captioning_.models.vocabulary();
  const Concepts* concepts = captioning_.models.members().front()->concepts();
  for (size_t begin = 0; begin < pictures.size(); begin += kTogether) {
    const auto part = pictures.subspan(begin, std::min(kTogether, pictures.size() - begin));
    std::vector<const EncoderInputs*> inputs;
    for (const ReadPicture* picture : part) inputs.push_back(&picture->inputs);
    const std::vector<Tensor> features = encoded(captioning_.models, inputs);
    const auto descriptions = storyteller::describe(captioning_, features, {});
    std::vector<float> seen;
    if (concepts != nullptr) {
      const DeviceTurn turn;
      seen = concepts->probabilities(features.front());
    }
    const std::vector<float> values = to_host_float(features.front());
    const size_t row = values.size() / part.size();
    for (size_t i = 0; i < part.size(); ++i) {
      const Description& description = descriptions[i];
      const Caption& best = description.captions.front();
      const std::vector<double> share = shares(description.captions);
      std::vector<Hypothesis> hypotheses;
      for (size_t h = 0; h < share.size(); ++h) {
        hypotheses.push_back({vocabulary.decode(description.captions[h].words), share[h]});
      }
      std::vector<Detection> detections;
      for (size_t k = 0; concepts != nullptr && k < concepts->table().size(); ++k) {
        const double p = seen[i * concepts->table().size() + k];
        if (p >= kLeastDetection) detections.push_back({concepts->table().words[k], p});
      }
      records.push_back(
          {.facts = part[i]->facts,
           .dhash = part[i]->dhash,
           .caption = vocabulary.sentence(best.words),
           .text = people_text(hypotheses.front().words, description.assessment,
                               {.hedge = Hedge::kNone}),
           .assessment = description.assessment,
           .log_probability = best.log_probability,
           .postings = picture_words(language_, hypotheses, detections, part[i]->facts.keywords),
           .hypotheses = hypotheses,
           .detections = detections,
           .digest = part[i]->digest,
           .vector = direction(std::span(values).subspan(i * row, row))});
    }
  }
  return records;
}

}  // namespace storyteller::album
