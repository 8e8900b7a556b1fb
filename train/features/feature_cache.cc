#include "train/features/feature_cache.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/error.h"
#include "core/half.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "train/data/prefetcher.h"
#include "train/features/feature_file.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;

// XXH3 over a stream of pieces.
class StreamHash {
 public:
  StreamHash() : state_(XXH3_createState()) {
    if (state_ == nullptr) throw MemoryError("feature cache: no memory for a checksum");
    XXH3_64bits_reset(state_);
  }
  StreamHash(const StreamHash&) = delete;
  StreamHash& operator=(const StreamHash&) = delete;
  ~StreamHash() { XXH3_freeState(state_); }
  void add(const void* data, size_t bytes) { XXH3_64bits_update(state_, data, bytes); }
  uint64_t digest() const { return XXH3_64bits_digest(state_); }

 private:
  XXH3_state_t* state_;
};

// Pictures of one batch as the decoding threads leave them.
struct DecodedBatch {
  struct Item {
    Image image;
    std::string reason;  // why it cannot be used; "" if it can
    std::vector<std::string> warnings;
  };
  std::vector<Item> items;
};

// Computes the features batch by batch into the file.
class FeatureBuilder {
 public:
  FeatureBuilder(const FeatureKey& key, const FeatureShape& shape, const Dataset& dataset,
                 const FeatureBuild& build, AtomicFile* file)
      : key_(key), shape_(shape), dataset_(dataset), build_(build), file_(file) {}

  void run() {
    FeatureFileHeader header = feature_file_header(key_, shape_);
    file_->reserve(sizeof header + header.payload_bytes);
    usable_.resize(feature_offset_in_payload(shape_));
    extract_all();
    // The hash runs over the payload in file order: the usable bytes, known last, come first.
    StreamHash hash;
    hash.add(usable_.data(), usable_.size());
    const uint64_t features = features_.digest();
    hash.add(&features, sizeof features);
    header.payload_hash = hash.digest();
    header.header_hash = header_hash(header);
    file_->write_at(sizeof header, std::as_bytes(std::span(usable_)));
    file_->write_at(0, std::as_bytes(std::span(&header, 1)));
    file_->commit();
  }

 private:
  void extract_all() {
    constexpr size_t kAhead = 3;
    const size_t batch = std::max<size_t>(build_.batch, 1), total = shape_.images;
    std::vector<size_t> sizes;
    for (size_t first = 0; first < total; first += batch) {
      sizes.push_back(std::min(batch, total - first));
    }
    std::vector<DecodedBatch> slots(kAhead);
    for (DecodedBatch& slot : slots) slot.items.resize(batch);
    Prefetcher decoded(sizes, build_.threads, kAhead, [&](size_t slot, size_t b, size_t item) {
      decode(b * batch + item, &slots[slot].items[item]);
    });
    for (size_t b = 0; b < sizes.size(); ++b) {
      const std::ptrdiff_t slot = decoded.next();
      extract(b * batch, std::span(slots[slot].items).first(sizes[b]));
      if (build_.progress) build_.progress(b * batch + sizes[b], total);
    }
  }

  void decode(size_t index, DecodedBatch::Item* item) const {
    item->reason.clear();
    item->warnings.clear();
    try {
      item->image = dataset_.load(index, &item->warnings);
    } catch (const InputError& error) {
      item->reason = error.what();
    }
  }

  void extract(size_t first, std::span<DecodedBatch::Item> items) {
    std::vector<Image> images;
    for (size_t i = 0; i < items.size(); ++i) {
      if (build_.warnings != nullptr) {
        build_.warnings->insert(build_.warnings->end(), items[i].warnings.begin(),
                                items[i].warnings.end());
      }
      usable_[first + i] = items[i].reason.empty() ? 1 : 0;
      if (items[i].reason.empty()) {
        images.push_back(std::move(items[i].image));
      } else {
        build_.bad->record(build_.prefix + dataset_.id(first + i), items[i].reason);
      }
    }
    floats_.resize(images.size() * shape_.row());
    if (!images.empty()) build_.extract(images, floats_.data());
    write_rows(first, items.size());
  }

  void write_rows(size_t first, size_t count) {
    const size_t row = shape_.row();
    halves_.assign(count * row, 0);
    const float* next = floats_.data();
    for (size_t i = 0; i < count; ++i) {
      if (usable_[first + i] == 0) continue;
      to_finite_half(first + i, next, halves_.data() + i * row);
      next += row;
    }
    const auto bytes = std::as_bytes(std::span(halves_));
    features_.add(bytes.data(), bytes.size());
    file_->write_at(sizeof(FeatureFileHeader) + usable_.size() + first * row * sizeof(uint16_t),
                    bytes);
  }

  // Values beyond binary16 are held at its largest; what is not a finite number is an error.
  void to_finite_half(size_t index, const float* in, uint16_t* out) {
    constexpr float kMost = 65504;
    const size_t row = shape_.row();
    clamped_.resize(row);
    bool finite = true;
    for (size_t i = 0; i < row; ++i) {
      finite = finite && std::isfinite(in[i]);
      clamped_[i] = std::clamp(in[i], -kMost, kMost);
    }
    if (!finite) {
      throw ModelError(dataset_.id(index) +
                       ": the encoder's features are not finite; its weights may be damaged");
    }
    float_to_half(clamped_.data(), out, row);
  }

  const FeatureKey key_;
  const FeatureShape shape_;
  const Dataset& dataset_;
  const FeatureBuild& build_;
  AtomicFile* file_;
  StreamHash features_;
  std::vector<uint8_t> usable_;  // padded to where the features begin
  std::vector<float> floats_, clamped_;
  std::vector<uint16_t> halves_;
};

std::string reason_of(const Dataset& dataset, size_t image) {
  try {
    dataset.load(image);
  } catch (const InputError& error) {
    return error.what();
  }
  return "could not be decoded when its features were computed";
}

// What was left out when the features were computed counts in every run that takes them.
void record_unusable(const FeatureCache& cache, const Dataset& dataset, const FeatureBuild& build) {
  for (size_t image = 0; image < cache.shape().images; ++image) {
    if (cache.usable(image)) continue;
    build.bad->record(build.prefix + dataset.id(image), reason_of(dataset, image));
  }
}

// Hash of a payload as FeatureBuilder forms it: the usable bytes, then the hash of the features.
uint64_t payload_hash(const uint8_t* payload, const FeatureShape& shape) {
  const size_t offset = feature_offset_in_payload(shape);
  const uint64_t features =
      XXH3_64bits(payload + offset, shape.images * shape.row() * sizeof(uint16_t));
  StreamHash hash;
  hash.add(payload, offset);
  hash.add(&features, sizeof features);
  return hash.digest();
}

}  // namespace

std::unique_ptr<FeatureCache> FeatureCache::open(const fs::path& path, const FeatureKey& key,
                                                 const FeatureShape& shape, std::string* why) {
  why->clear();
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (errno != ENOENT) *why = std::string("unreadable: ") + std::strerror(errno);
    return nullptr;
  }
  struct stat status {};
  FeatureFileHeader header{};
  const bool has_header =
      fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
      pread(file, &header, sizeof header, 0) == static_cast<ssize_t>(sizeof header);
  *why = has_header ? header_fault(header, key, shape, static_cast<uint64_t>(status.st_size))
                    : "too short for a feature cache";
  void* mapping = MAP_FAILED;
  if (why->empty()) {
    mapping = mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ, MAP_SHARED, file, 0);
    if (mapping == MAP_FAILED) *why = std::string("cannot be mapped: ") + std::strerror(errno);
  }
  ::close(file);
  if (mapping == MAP_FAILED) return nullptr;

  std::unique_ptr<FeatureCache> cache(new FeatureCache());
  cache->shape_ = shape;
  cache->mapping_ = mapping;
  cache->mapped_bytes_ = static_cast<size_t>(status.st_size);
  cache->usable_ = static_cast<const uint8_t*>(mapping) + sizeof header;
  cache->features_ =
      reinterpret_cast<const uint16_t*>(cache->usable_ + feature_offset_in_payload(shape));
  if (payload_hash(cache->usable_, shape) != header.payload_hash) {
    *why = "damaged: the checksum does not match";
    return nullptr;
  }
  return cache;
}

std::unique_ptr<FeatureCache> FeatureCache::open_or_build(const fs::path& path,
                                                          const FeatureKey& key,
                                                          const FeatureShape& shape,
                                                          const Dataset& dataset,
                                                          const FeatureBuild& build) {
  const auto say = [&](const std::string& line) {
    if (build.message) build.message(line);
  };
  if (shape.images != dataset.size()) {
    throw InternalError("feature cache: " + std::to_string(shape.images) + " rows for " +
                        std::to_string(dataset.size()) + " pictures");
  }
  std::string why;
  const auto open_computed = [&] {
    auto cache = open(path, key, shape, &why);
    if (cache) record_unusable(*cache, dataset, build);
    return cache;
  };
  if (auto cache = open_computed()) return cache;
  {
    std::error_code ignored;  // the file says what is wrong
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), ignored);
    AtomicFile file(path, [&] {
      say(printable_path(path.string()) +
          ": another process is computing these features; waiting for it");
    });
    if (auto cache = open_computed()) return cache;  // it was just finished
    if (!why.empty())
      say(printable_path(path.string()) + ": " + why + "; computing the features again");
    FeatureBuilder(key, shape, dataset, build, &file).run();
  }
  if (auto cache = open(path, key, shape, &why)) return cache;
  throw IoError(printable_path(path.string()) + ": just written, but " +
                (why.empty() ? "gone" : why));
}

std::unique_ptr<FeatureCache> FeatureCache::joined(
    std::vector<std::unique_ptr<FeatureCache>> caches) {
  std::unique_ptr<FeatureCache> all(new FeatureCache());
  all->shape_ = caches.front()->shape_;
  all->shape_.images = 0;
  for (const auto& cache : caches) {
    if (cache->shape_.regions != all->shape_.regions || cache->shape_.width != all->shape_.width) {
      throw InternalError("FeatureCache::joined: features of other shapes");
    }
    all->begin_.push_back(all->shape_.images);
    all->shape_.images += cache->shape_.images;
  }
  all->parts_ = std::move(caches);
  return all;
}

std::unique_ptr<FeatureCache> FeatureCache::without_pictures(const FeatureShape& shape) {
  std::unique_ptr<FeatureCache> none(new FeatureCache());
  none->shape_ = shape;
  none->all_usable_.assign(shape.images, 1);
  none->usable_ = none->all_usable_.data();
  return none;
}

FeatureCache::Row FeatureCache::row_in_parts(size_t image) const {
  const auto behind = std::upper_bound(begin_.begin(), begin_.end(), image);
  const auto part = static_cast<size_t>(behind - begin_.begin()) - 1;
  return parts_[part]->row_of(image - begin_[part]);
}

FeatureCache::~FeatureCache() {
  if (mapping_ != nullptr) munmap(mapping_, mapped_bytes_);
}

void FeatureCache::copy_rows(std::span<const size_t> images, float* out) const {
  for (const size_t image : images) {
    half_to_float(half_row(image).data(), out, shape_.row());
    out += shape_.row();
  }
}

}  // namespace storyteller
