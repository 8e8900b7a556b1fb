#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/confidence/assessment.h"
#include "tools/apps/serve/caption_request.h"

namespace storyteller::serve {

/// Counts of values at or below bounds.
class Histogram {
 public:
  explicit Histogram(std::vector<double> bounds)
      : bounds_(std::move(bounds)), counts_(bounds_.size() + 1, 0) {}
  void add(double value);
  /// Lines of the text format; `labels` "" or `stage="decode"`.
  void append_to(std::string& out, std::string_view name, const std::string& labels = "") const;

 private:
  std::vector<double> bounds_;
  std::vector<std::uint64_t> counts_;  // each of its own bucket
  double sum_ = 0;
};

enum class Stage : std::uint8_t { kDecode, kEncode, kSearch };
enum class PictureResult : std::uint8_t { kOk, kBad, kNotPhoto };

/// What a server did, as Prometheus reads it (text format 0.0.4). Any thread may count.
class Metrics {
 public:
  Metrics();

  /// @param route from the table, never what a client sent: "" for what is not served.
  void add_request(std::string_view route, int code, double seconds);
  void add_stage(Stage stage, double seconds);
  void add_picture(PictureResult result);
  void add_caption(Grade grade);
  void add_batch(std::size_t size);
  void add_rejected();
  void add_received(std::size_t bytes);
  void set_connections(std::size_t count);
  void set_waiting(std::size_t pictures);

  /// Without a model (null) it says nothing of one.
  std::string text(const ModelCard* model) const;

 private:
  mutable std::mutex lock_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  Histogram request_seconds_;
  std::vector<Histogram> stage_seconds_;
  std::array<std::uint64_t, 3> pictures_{}, captions_{};
  Histogram batch_size_;
  std::uint64_t rejected_ = 0, received_ = 0;
  std::size_t connections_ = 0, waiting_ = 0;
  std::int64_t started_;  // seconds since 1970
};

}  // namespace storyteller::serve
