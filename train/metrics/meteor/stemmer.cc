#include "train/metrics/meteor/stemmer.h"

#include <libstemmer.h>

#include <climits>
#include <memory>

#include "core/error.h"

namespace storyteller::meteor_parts {

std::string stem(std::string_view word) {
  struct Deleter {
    void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
  };
  static thread_local const std::unique_ptr<sb_stemmer, Deleter> stemmer(
      sb_stemmer_new("english", "UTF_8"));
  if (word.size() > INT_MAX / 4) return std::string(word);  // libstemmer counts in int
  const auto* bytes = reinterpret_cast<const sb_symbol*>(word.data());
  const sb_symbol* out =
      stemmer ? sb_stemmer_stem(stemmer.get(), bytes, static_cast<int>(word.size())) : nullptr;
  if (out == nullptr) throw MemoryError("METEOR: no memory for the stemmer");
  return {reinterpret_cast<const char*>(out),
          static_cast<size_t>(sb_stemmer_length(stemmer.get()))};
}

}  // namespace storyteller::meteor_parts
