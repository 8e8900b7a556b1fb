#pragma once

#include <string>
#include <string_view>

namespace storyteller::serve {

/// Whose way of saying things an address follows.
enum class Dialect { kOwn, kOllama, kOpenAi };

enum class Route {
  kPage,
  kCaption,
  kAsk,
  kGenerate,
  kChat,
  kTags,
  kShow,
  kVersion,
  kRunning,
  kCompletions,
  kModels,
  kHealth,
  kMetrics,
};

/// A row of the table of all that is served.
struct RouteRow {
  Route route;
  std::string_view method, path;
  Dialect dialect;
  bool open = false;  ///< without the token
};

/// The row for a request; HEAD is GET without a body. Throws Problem: 404 with the nearest path,
/// 405 with the methods of the path.
const RouteRow& find_route(std::string_view method, std::string_view path);
/// "GET, HEAD"; "" for a path that is not served.
std::string methods_of(std::string_view path);
/// How errors about a path are put, also of one that is not served.
Dialect dialect_of(std::string_view path);

}  // namespace storyteller::serve
