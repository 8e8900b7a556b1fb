#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/device.h"
#include "model/classifier/picture_classifier.h"
#include "tools/apps/review/evidence.h"
#include "tools/apps/review/review_file.h"

namespace storyteller::review {

/// The classifiers that the rules of a policy name.
class Classifiers {
 public:
  /// Files are looked for beside the policy's. Those that are not there are left out: the judge
  /// then says so. Throws ModelError for one that is none, UsageError for a class that it does not
  /// know.
  static Classifiers open(const Policy& policy, const std::filesystem::path& policy_file,
                          Device device);

  /// Of those that are there.
  const ClassifierKeys& keys() const { return keys_; }

  struct One {
    std::string key;
    std::unique_ptr<PictureClassifier> classifier;
  };
  const std::vector<One>& all() const { return all_; }

 private:
  ClassifierKeys keys_;
  std::vector<One> all_;  ///< each once
};

struct ClassifyOptions {
  int jobs = 1;  ///< threads that read pictures
  std::function<void(const std::string& path, const std::string& why)> bad = {};
  std::function<void(std::int64_t done, std::int64_t total)> progress = {};
};

/// Has all pictures of these roots looked at by the classifiers that have not seen them, and keeps
/// what they say; such pictures are judged anew. Files that changed since their scan are left for
/// the next one. Ends early where a stop was requested: nothing that was done is lost.
void classify_all(Connection& connection, const Classifiers& classifiers,
                  const std::vector<std::int64_t>& roots, const ClassifyOptions& options);

/// The classifiers that the last scan ran, for whoever judges without pictures.
ClassifierKeys kept_classifiers(Connection& connection);
void keep_classifiers(Connection& connection, const ClassifierKeys& keys);

}  // namespace storyteller::review
