#include "tools/apps/album/index_run.h"

#include <map>
#include <optional>

#include "core/system/parallel.h"
#include "core/system/signals.h"

namespace storyteller::album {
namespace {

std::map<std::int64_t, std::filesystem::path> root_paths(Connection& connection) {
  std::map<std::int64_t, std::filesystem::path> paths;
  Statement all(connection, "SELECT id, path FROM root");
  while (all.step()) paths[all.integer(0)] = all.text(1);
  return paths;
}

/// Content that needs no captioning: that which this model captioned.
std::optional<std::int64_t> known_content(const QueuedPicture& picture, std::int64_t model,
                                          bool recaption) {
  if (recaption || picture.model != model) return std::nullopt;
  return picture.content;
}

}  // namespace

IndexCounts index_queue(Connection& connection, const std::vector<std::int64_t>& roots,
                        Describer& describer, Keeper& keeper, std::int64_t model,
                        const IndexOptions& options) {
  IndexCounts counts;
  const auto paths = root_paths(connection);
  while (!stop_requested()) {
    const Claim own = Claim::own();
    const auto batch = claim(connection, roots, kBatch, own);
    if (batch.empty()) break;
    std::vector<ReadPicture> read(batch.size());
    parallel_for(
        batch.size(), options.jobs,
        [&](size_t i) {
          if (stop_requested()) return;
          read[i] = describer.read(paths.at(batch[i].root) / batch[i].name,
                                   known_content(batch[i], model, options.recaption));
        },
        /*block=*/1);
    if (stop_requested()) {
      release(connection, own);
      break;
    }
    std::vector<const ReadPicture*> good;
    for (const ReadPicture& picture : read) {
      if (!picture.inputs.empty()) good.push_back(&picture);
    }
    std::vector<Record> records = describer.describe(good);
    auto record = records.begin();
    const std::string claimed = own.text();
    Transaction transaction(connection);
    for (size_t i = 0; i < batch.size(); ++i) {
      const ReadPicture& picture = read[i];
      const std::int64_t id = batch[i].id;
      if (!picture.inputs.empty()) {
        record->picture = id;
        record->size = picture.size;
        record->mtime_ns = picture.mtime_ns;
        record->content = picture.content;
        counts.captioned += keeper.put(*record++, model, claimed) ? 1 : 0;
      } else if (picture.error.empty()) {
        counts.unchanged += 1;
        keeper.put_unchanged(id, picture.size, picture.mtime_ns, claimed);
      } else {
        counts.bad += 1;
        keeper.put_bad(id, picture.size, picture.mtime_ns, picture.error, claimed);
        if (options.bad) {
          options.bad((paths.at(batch[i].root) / batch[i].name).string(), picture.error);
        }
      }
    }
    keeper.flush();
    transaction.commit();
    if (options.progress) options.progress(counts);
  }
  return counts;
}

}  // namespace storyteller::album
