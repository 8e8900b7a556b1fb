#include "tools/apps/album/claims.h"

#include <unistd.h>

#include <array>
#include <charconv>
#include <ctime>
#include <fstream>
#include <sstream>

namespace storyteller::album {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

template <class Number>
bool take_number(std::string_view& text, char end, Number& number) {
  const size_t stop = text.find(end);
  const std::string_view digits = text.substr(0, stop);
  const auto [at, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc() || at != digits.data() + digits.size()) return false;
  text.remove_prefix(stop == std::string_view::npos ? text.size() : stop + 1);
  return true;
}

}  // namespace

std::string Claim::text() const {
  return std::to_string(process) + ":" + std::to_string(start) + " " + std::to_string(time) + " " +
         host;
}

std::optional<Claim> Claim::parse(std::string_view text) {
  Claim claim;
  if (!take_number(text, ':', claim.process) || !take_number(text, ' ', claim.start) ||
      !take_number(text, ' ', claim.time) || text.empty() || claim.process <= 0) {
    return std::nullopt;
  }
  claim.host = text;
  return claim;
}

Claim Claim::own() {
  const auto process = static_cast<std::int64_t>(::getpid());
  return {.process = process,
          .start = process_start(process).value_or(0),
          .time = static_cast<std::int64_t>(std::time(nullptr)),
          .host = host_name()};
}

std::optional<std::uint64_t> process_start(std::int64_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  if (!std::getline(in, line)) return std::nullopt;
  // The name, in brackets, may hold blanks and brackets; the start is field 22, state field 3.
  const size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  std::string field;
  for (int number = 3; number < 22; ++number) fields >> field;
  std::uint64_t start = 0;
  if (!(fields >> start)) return std::nullopt;
  return start;
}

bool is_stale(std::string_view text, const std::string& host, std::int64_t now) {
  const auto claim = Claim::parse(text);
  if (!claim) return true;
  if (claim->host == host && process_start(claim->process) != claim->start) return true;
  return now - claim->time > kClaimSeconds;
}

std::string in_list(const std::vector<std::int64_t>& ids) {
  std::string list = "(";
  for (const std::int64_t id : ids) list += (list.size() > 1 ? "," : "") + std::to_string(id);
  return list + ")";
}

std::vector<QueuedPicture> claim(Connection& connection, const std::vector<std::int64_t>& roots,
                                 size_t most, const Claim& own) {
  std::vector<QueuedPicture> pictures;
  const std::string in_roots = " state = 0 AND root IN " + in_list(roots);
  Transaction transaction(connection);
  Statement claimed(connection, "SELECT DISTINCT claimed FROM picture WHERE" + in_roots +
                                    " AND claimed IS NOT NULL");
  std::vector<std::string> stale;
  while (claimed.step()) {
    std::string text = claimed.text(0);
    if (is_stale(text, own.host, own.time)) stale.push_back(std::move(text));
  }
  Statement free(connection, "UPDATE picture SET claimed = NULL WHERE state = 0 AND claimed = ?");
  for (const std::string& text : stale) free.bind_text(1, text).run();
  Statement waiting(connection,
                    "SELECT id, root, name, content, (SELECT max(model) FROM caption WHERE "
                    "caption.picture = picture.id) FROM picture WHERE" +
                        in_roots + " AND claimed IS NULL ORDER BY id LIMIT ?");
  waiting.bind(1, static_cast<std::int64_t>(most));
  const auto number = [&](int column) {
    return waiting.is_null(column) ? std::nullopt : std::optional(waiting.integer(column));
  };
  while (waiting.step()) {
    pictures.push_back({.id = waiting.integer(0),
                        .root = waiting.integer(1),
                        .name = waiting.text(2),
                        .content = number(3),
                        .model = number(4)});
  }
  Statement take(connection, "UPDATE picture SET claimed = ? WHERE id = ?");
  for (const QueuedPicture& picture : pictures) {
    take.bind_text(1, own.text()).bind(2, picture.id).run();
  }
  transaction.commit();
  return pictures;
}

void release(Connection& connection, const Claim& own) {
  Transaction transaction(connection);
  Statement free(connection, "UPDATE picture SET claimed = NULL WHERE state = 0 AND claimed = ?");
  free.bind_text(1, own.text()).run();
  transaction.commit();
}

std::int64_t queued(Connection& connection, const std::vector<std::int64_t>& roots) {
  return connection
      .integer("SELECT count(*) FROM picture WHERE state = 0 AND root IN " + in_list(roots))
      .value_or(0);
}

}  // namespace storyteller::album
