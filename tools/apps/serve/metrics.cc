#include "tools/apps/serve/metrics.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <numeric>

#include "tools/cli/parse_number.h"

namespace storyteller::serve {
namespace {

const std::vector<double> kSeconds = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};
constexpr std::array<std::string_view, 3> kStages = {"decode", "encode", "search"};
constexpr std::array<std::string_view, 3> kPictures = {"ok", "bad", "not_photo"};

void describe(std::string& out, std::string_view name, std::string_view type,
              std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
  out.append(name).append(" ").append(type).append("\n");
}

void append(std::string& out, std::string_view name, const std::string& labels, double value) {
  out.append(name);
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out.append(" ").append(number_text(value)).append("\n");
}

std::string label(std::string_view name, std::string_view value) {
  std::string out = std::string(name) + "=\"";
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// Pages of this process that lie in memory; 0 where the system does not tell.
double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double as_double(std::uint64_t count) { return static_cast<double>(count); }

}  // namespace

void Histogram::add(double value) {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  ++counts_[static_cast<std::size_t>(bucket)];
  sum_ += value;
}

void Histogram::append_to(std::string& out, std::string_view name,
                          const std::string& labels) const {
  const std::string base(name), comma = labels.empty() ? "" : ",";
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    below += counts_[i];
    const std::string bound = i < bounds_.size() ? number_text(bounds_[i]) : "+Inf";
    append(out, base + "_bucket", labels + comma + label("le", bound), as_double(below));
  }
  append(out, base + "_sum", labels, sum_);
  append(out, base + "_count", labels, as_double(below));
}

Metrics::Metrics()
    : request_seconds_(kSeconds),
      stage_seconds_(kStages.size(), Histogram(kSeconds)),
      batch_size_({1, 2, 4, 8, 16}),
      started_(std::time(nullptr)) {}

void Metrics::add_request(std::string_view route, int code, double seconds) {
  const std::lock_guard lock(lock_);
  ++requests_[{route.empty() ? "other" : std::string(route), code}];
  request_seconds_.add(seconds);
}

void Metrics::add_stage(Stage stage, double seconds) {
  const std::lock_guard lock(lock_);
  stage_seconds_[static_cast<std::size_t>(stage)].add(seconds);
}

void Metrics::add_picture(PictureResult result) {
  const std::lock_guard lock(lock_);
  ++pictures_[static_cast<std::size_t>(result)];
}

void Metrics::add_caption(Grade grade) {
  const std::lock_guard lock(lock_);
  ++captions_[static_cast<std::size_t>(grade)];
}

void Metrics::add_batch(std::size_t size) {
  const std::lock_guard lock(lock_);
  batch_size_.add(static_cast<double>(size));
}

void Metrics::add_rejected() {
  const std::lock_guard lock(lock_);
  ++rejected_;
}

void Metrics::add_received(std::size_t bytes) {
  const std::lock_guard lock(lock_);
  received_ += bytes;
}

void Metrics::set_connections(std::size_t count) {
  const std::lock_guard lock(lock_);
  connections_ = count;
}

void Metrics::set_waiting(std::size_t pictures) {
  const std::lock_guard lock(lock_);
  waiting_ = pictures;
}

std::string Metrics::text(const ModelCard* model) const {
  const std::lock_guard lock(lock_);
  std::string out;
  describe(out, "storyteller_requests_total", "counter", "Requests that were answered.");
  for (const auto& [key, count] : requests_) {
    append(out, "storyteller_requests_total",
           label("route", key.first) + "," + label("code", std::to_string(key.second)),
           as_double(count));
  }
  describe(out, "storyteller_request_duration_seconds", "histogram",
           "From the head of a request to the end of its answer.");
  request_seconds_.append_to(out, "storyteller_request_duration_seconds");
  describe(out, "storyteller_stage_duration_seconds", "histogram",
           "Time that a picture, or a batch of them, took in a stage.");
  for (std::size_t i = 0; i < kStages.size(); ++i) {
    stage_seconds_[i].append_to(out, "storyteller_stage_duration_seconds",
                                label("stage", kStages[i]));
  }
  describe(out, "storyteller_images_total", "counter", "Pictures that came.");
  for (std::size_t i = 0; i < kPictures.size(); ++i) {
    append(out, "storyteller_images_total", label("result", kPictures[i]), as_double(pictures_[i]));
  }
  describe(out, "storyteller_captions_total", "counter", "Captions by how sure the model was.");
  for (const Grade grade : {Grade::kUnsure, Grade::kLikely, Grade::kSure}) {
    append(out, "storyteller_captions_total", label("grade", name_of(grade)),
           as_double(captions_[static_cast<std::size_t>(grade)]));
  }
  describe(out, "storyteller_queue_depth", "gauge", "Pictures that wait or are being captioned.");
  append(out, "storyteller_queue_depth", "", as_double(waiting_));
  describe(out, "storyteller_queue_rejected_total", "counter",
           "Requests that were turned away because too many waited.");
  append(out, "storyteller_queue_rejected_total", "", as_double(rejected_));
  describe(out, "storyteller_batch_size", "histogram", "Pictures that were captioned together.");
  batch_size_.append_to(out, "storyteller_batch_size");
  describe(out, "storyteller_connections", "gauge", "Open connections.");
  append(out, "storyteller_connections", "", as_double(connections_));
  describe(out, "storyteller_bytes_received_total", "counter", "Bytes of bodies that were read.");
  append(out, "storyteller_bytes_received_total", "", as_double(received_));
  if (model != nullptr) {
    describe(out, "storyteller_build_info", "gauge", "What is running.");
    append(out, "storyteller_build_info",
           label("version", model->version) + "," + label("model", model->digits) + "," +
               label("device", model->device),
           1);
  }
  describe(out, "process_resident_memory_bytes", "gauge", "Memory that the process occupies.");
  append(out, "process_resident_memory_bytes", "", resident_bytes());
  describe(out, "process_start_time_seconds", "gauge", "When it started, in seconds since 1970.");
  append(out, "process_start_time_seconds", "", static_cast<double>(started_));
  return out;
}

}  // namespace storyteller::serve
