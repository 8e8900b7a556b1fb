#include "tools/apps/serve/routes.h"

#include <array>
#include <iterator>
#include <vector>

#include "core/did_you_mean.h"
#include "tools/apps/serve/problem.h"

namespace storyteller::serve {
namespace {

constexpr std::array<RouteRow, 13> kRoutes = {
    {{Route::kPage, "GET", "/", Dialect::kOwn, true},
     {Route::kCaption, "POST", "/v1/caption", Dialect::kOwn},
     {Route::kAsk, "POST", "/v1/ask", Dialect::kOwn},
     {Route::kGenerate, "POST", "/api/generate", Dialect::kOllama},
     {Route::kChat, "POST", "/api/chat", Dialect::kOllama},
     {Route::kTags, "GET", "/api/tags", Dialect::kOllama},
     {Route::kShow, "POST", "/api/show", Dialect::kOllama},
     {Route::kVersion, "GET", "/api/version", Dialect::kOllama},
     {Route::kRunning, "GET", "/api/ps", Dialect::kOllama},
     {Route::kCompletions, "POST", "/v1/chat/completions", Dialect::kOpenAi},
     {Route::kModels, "GET", "/v1/models", Dialect::kOpenAi},
     {Route::kHealth, "GET", "/health", Dialect::kOwn, true},
     {Route::kMetrics, "GET", "/metrics", Dialect::kOwn}}};

}  // namespace

std::string methods_of(std::string_view path) {
  for (const RouteRow& row : kRoutes) {
    if (row.path == path) return row.method == "GET" ? "GET, HEAD" : std::string(row.method);
  }
  return "";
}

const RouteRow& find_route(std::string_view method, std::string_view path) {
  for (const RouteRow& row : kRoutes) {
    if (row.path != path) continue;
    if (row.method == method || (row.method == "GET" && method == "HEAD")) return row;
    throw Problem(405, "method_not_allowed", "this address takes " + methods_of(path))
        .with("Allow", methods_of(path));
  }
  std::vector<std::string> paths;
  paths.reserve(std::size(kRoutes));
  for (const RouteRow& row : kRoutes) paths.emplace_back(row.path);
  constexpr std::size_t kLongestPath = 40;
  const std::string near = closest_match(path.substr(0, kLongestPath), paths);
  throw Problem(404, "not_found", "nothing is served at this address",
                near.empty() ? "GET / is a page, POST /v1/caption takes a picture"
                             : "did you mean " + near + "?");
}

Dialect dialect_of(std::string_view path) {
  if (path.starts_with("/api/")) return Dialect::kOllama;
  if (path.starts_with("/v1/chat") || path.starts_with("/v1/models")) return Dialect::kOpenAi;
  return Dialect::kOwn;
}

}  // namespace storyteller::serve
