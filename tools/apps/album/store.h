#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/apps/album/keeper.h"
#include "tools/apps/album/packed_postings.h"
#include "tools/apps/album/schema.h"
#include "tools/apps/album/vectors.h"
#include "tools/apps/shared/language.h"

namespace storyteller::album {

/// Writes what is found out about pictures, in transactions of its callers.
class Store : public Keeper {
 public:
  Store(Connection& connection, const Language& language)
      : Keeper(connection), language_(language), vectors_(connection), packer_(connection) {}

  /// The row of a model; made where it is not there. `words`: known_words() of its vocabulary, ""
  /// where that is not known.
  std::int64_t model(const std::string& checksum, const std::string& name,
                     const std::string& calibration, const std::string& words = "");

  /// Replaces all about a picture but what people said of it: tags by hand stay, and tags that were
  /// taken away stay away. False, and nothing is written, where `claimed` does not claim it.
  bool put(const Record& record, std::int64_t model, std::string_view claimed) override;
  /// Forgets a picture altogether.
  void remove(std::int64_t picture);

  /// A tag by hand, or one taken away: every word of the picture with one of these lemmas is.
  void add_tag(std::int64_t picture, const Lemma& lemma);
  void hide_tag(std::int64_t picture, const std::vector<Lemma>& lemmas);

  /// At the end of each transaction.
  void flush() override {
    vectors_.flush();
    packer_.flush();
  }

 private:
  struct Words {
    std::string caption, keywords, name;
  };
  void forget(std::int64_t picture) override;
  std::int64_t term(const Lemma& lemma);
  std::optional<Words> words(std::int64_t picture);
  void unindex_words(std::int64_t picture);
  void index_words(std::int64_t picture);
  void clear_postings(std::int64_t picture, bool hand_too);
  /// Before (-1) and after (1) postings of a picture change.
  void count_terms(std::int64_t picture, int by);

  const Language& language_;
  VectorWriter vectors_;
  PostingPacker packer_;
  std::map<Lemma, std::int64_t> terms_;
};

/// Adds a line to the album's journal.
void note(Connection& connection, const std::string& what, const std::string& detail);

/// "2026-05-03T10:00:00Z".
std::string utc_now();

}  // namespace storyteller::album
