#include "tools/apps/review/classifiers.h"

#include <algorithm>
#include <new>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/parallel.h"
#include "core/system/printable.h"
#include "core/system/signals.h"
#include "model/image/decode.h"
#include "model/image/file_bytes.h"
#include "tools/apps/album/claims.h"
#include "tools/apps/review/sha256.h"

namespace storyteller::review {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKeptClassifiers = "classifiers";
/// Pictures that are read together.
constexpr std::int64_t kReadTogether = 64;
constexpr int kSeenDigits = 12;

struct Unseen {
  std::int64_t picture = 0;
  fs::path path;
  std::string sha256, error = {};
  std::vector<std::vector<float>> inputs =
      {};  ///< [classifier]; none: it cannot be read, or changed
};

std::string where_unseen(const Classifiers& classifiers, const std::vector<std::int64_t>& roots) {
  std::string lacks;
  for (const auto& one : classifiers.all()) {
    lacks += (lacks.empty() ? "instr(seen, '" : " OR instr(seen, '") + one.key + "') = 0";
  }
  return " FROM picture JOIN sight ON sight.picture = picture.id JOIN root ON root.id = "
         "picture.root WHERE state = 1 AND root IN " +
         album::in_list(roots) + " AND (" + lacks + ")";
}

void read_unseen(Unseen& picture, const Classifiers& classifiers) {
  try {
    const auto any_head = [](std::span<const std::byte>, const std::string&) {};
    const auto bytes = read_file_bytes(picture.path, kMaxImageFileBytes, any_head);
    if (sha256(bytes) != picture.sha256) return;
    int side = 0;
    for (const auto& one : classifiers.all()) side = std::max(side, one.classifier->min_side());
    const Image image =
        decode_image(bytes, picture.path.filename().string(), nullptr, {.min_side = side});
    for (const auto& one : classifiers.all()) {
      picture.inputs.emplace_back(static_cast<size_t>(one.classifier->input_size()));
      one.classifier->prepare(image, picture.inputs.back().data());
    }
  } catch (const std::bad_alloc&) {
    picture.inputs.clear();
    picture.error = "not enough memory for this picture";
  } catch (const Error& error) {
    if (error.code() == ExitCode::kInternal) throw;
    picture.inputs.clear();
    picture.error = error.what();
  }
}

/// Adds what one classifier says of these pictures.
void classify(PictureClassifier& classifier, size_t place, const std::vector<Unseen*>& pictures,
              const std::string& key, std::vector<Classes>& classes) {
  std::vector<float> inputs;
  for (const Unseen* picture : pictures) {
    inputs.insert(inputs.end(), picture->inputs[place].begin(), picture->inputs[place].end());
  }
  const auto count = static_cast<std::int64_t>(pictures.size());
  const std::vector<float> found = classifier.probabilities(inputs, count);
  const auto each = static_cast<size_t>(classifier.classes());
  for (size_t i = 0; i < pictures.size(); ++i) {
    const auto begin = found.begin() + static_cast<std::ptrdiff_t>(i * each);
    classes[i][key] = {begin, begin + static_cast<std::ptrdiff_t>(each)};
  }
}

void keep_classes(Connection& connection, const Unseen& picture, const Classes& classes) {
  Statement find(connection, "SELECT seen FROM sight WHERE picture = ? AND sha256 = ?");
  find.bind(1, picture.picture).bind_text(2, picture.sha256);
  if (!find.step()) return;  // another process scanned it anew
  Sight sight = Sight::of_json(find.text(0));
  for (const auto& [key, its] : classes) sight.classes[key] = its;
  Statement update(connection, "UPDATE sight SET seen = ? WHERE picture = ?");
  update.bind_text(1, sight.json()).bind(2, picture.picture).run();
  Statement judged(connection, "DELETE FROM judged WHERE picture = ?");
  judged.bind(1, picture.picture).run();
}

}  // namespace

Classifiers Classifiers::open(const Policy& policy, const fs::path& policy_file, Device device) {
  Classifiers found;
  for (const Rule& rule : policy.rules) {
    if (rule.kind != RuleKind::kClassifier) continue;
    const auto known = found.keys_.find(rule.classifier);
    const auto with_key = [&](const std::string& key) {
      return std::find_if(found.all_.begin(), found.all_.end(),
                          [&](const One& one) { return one.key == key; });
    };
    auto one = found.all_.end();
    if (known == found.keys_.end()) {
      const fs::path path = policy_file.parent_path() / rule.classifier;
      std::error_code failure;
      if (!fs::exists(path, failure)) continue;
      auto classifier = PictureClassifier::load(path, device);
      const std::string key = classifier->checksum().substr(0, kSeenDigits);
      found.keys_[rule.classifier] = key;
      one = with_key(key);
      if (one == found.all_.end()) {
        one = found.all_.insert(one, {.key = key, .classifier = std::move(classifier)});
      }
    } else {
      one = with_key(known->second);
    }
    if (rule.class_index >= one->classifier->classes()) {
      throw UsageError(printable_path(policy_file.string()) + ": rule '" + rule.id + "': class " +
                       std::to_string(rule.class_index) + " of " + printable_path(rule.classifier) +
                       ", which knows 0 to " + std::to_string(one->classifier->classes() - 1));
    }
  }
  return found;
}

void classify_all(Connection& connection, const Classifiers& classifiers,
                  const std::vector<std::int64_t>& roots, const ClassifyOptions& options) {
  if (classifiers.all().empty() || roots.empty()) return;
  const std::string where = where_unseen(classifiers, roots);
  const std::int64_t total = connection.integer("SELECT count(*)" + where).value_or(0);
  Statement next(connection, "SELECT picture.id, root.path, name, sha256" + where +
                                 " AND picture.id > ? ORDER BY picture.id LIMIT ?");
  std::int64_t last = 0, done = 0;
  while (!stop_requested()) {
    std::vector<Unseen> batch;
    next.bind(1, last).bind(2, kReadTogether);
    while (next.step()) {
      batch.push_back({.picture = next.integer(0),
                       .path = fs::path(next.text(1)) / next.text(2),
                       .sha256 = next.text(3)});
    }
    next.reset();
    if (batch.empty()) return;
    last = batch.back().picture;
    parallel_for(
        batch.size(), options.jobs, [&](size_t i) { read_unseen(batch[i], classifiers); },
        /*block=*/1);
    std::vector<Unseen*> good;
    for (Unseen& picture : batch) {
      if (!picture.inputs.empty()) good.push_back(&picture);
      if (!picture.error.empty() && options.bad) options.bad(picture.path.string(), picture.error);
    }
    std::vector<Classes> classes(good.size());
    for (size_t c = 0; c < classifiers.all().size() && !good.empty(); ++c) {
      const auto& one = classifiers.all()[c];
      classify(*one.classifier, c, good, one.key, classes);
    }
    Transaction transaction(connection);
    for (size_t i = 0; i < good.size(); ++i) keep_classes(connection, *good[i], classes[i]);
    transaction.commit();
    done += static_cast<std::int64_t>(batch.size());
    if (options.progress) options.progress(done, total);
  }
}

ClassifierKeys kept_classifiers(Connection& connection) {
  const auto json = nlohmann::json::parse(kept(connection, kKeptClassifiers), nullptr,
                                          /*allow_exceptions=*/false);
  ClassifierKeys keys;
  if (!json.is_object()) return keys;
  for (const auto& [file, key] : json.items()) {
    if (key.is_string()) keys[file] = key.get<std::string>();
  }
  return keys;
}

void keep_classifiers(Connection& connection, const ClassifierKeys& keys) {
  const nlohmann::json json = keys;
  const std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (kept(connection, kKeptClassifiers) != text) keep(connection, kKeptClassifiers, text);
}

}  // namespace storyteller::review
