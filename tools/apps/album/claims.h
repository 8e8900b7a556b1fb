#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/apps/album/sqlite.h"

namespace storyteller::album {

/// Who works on a picture, as `picture.claimed` has it: "PID:START TIME HOST". START, in ticks
/// since the machine began, tells a process from a later one of the same number.
struct Claim {
  std::int64_t process = 0;
  std::uint64_t start = 0;
  std::int64_t time = 0;  ///< seconds since 1970
  std::string host;

  std::string text() const;
  /// Nothing where `text` is no claim.
  static std::optional<Claim> parse(std::string_view text);
  /// This process's, now.
  static Claim own();
};

/// Seconds after which a claim of a process that cannot be asked, on another machine, counts no
/// more.
inline constexpr std::int64_t kClaimSeconds = 600;

/// When a process of this machine began; nothing where there is none of that number.
std::optional<std::uint64_t> process_start(std::int64_t process);

/// Whether nobody works on a claimed picture any more, at `now`: its process is gone, or is on
/// another machine and has said nothing for kClaimSeconds; or the text is no claim.
bool is_stale(std::string_view text, const std::string& host, std::int64_t now);

/// A picture that waits to be captioned.
struct QueuedPicture {
  std::int64_t id = 0, root = 0;
  std::string name;                     ///< below the root
  std::optional<std::int64_t> content;  ///< of the bytes that its caption belongs to
  std::optional<std::int64_t> model;    ///< of that caption
};

/// Takes at most `most` queued pictures of these roots for this process, so that others take
/// others. Several processes may ask at once.
std::vector<QueuedPicture> claim(Connection& connection, const std::vector<std::int64_t>& roots,
                                 size_t most, const Claim& own);

/// Gives back what this process claimed and did not finish.
void release(Connection& connection, const Claim& own);

/// Pictures of these roots that are queued still: others work on them.
std::int64_t queued(Connection& connection, const std::vector<std::int64_t>& roots);

/// "(1,2,3)", for SQL.
std::string in_list(const std::vector<std::int64_t>& ids);

}  // namespace storyteller::album
