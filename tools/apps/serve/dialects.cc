#include "tools/apps/serve/dialects.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/text/ascii.h"
#include "core/text/json_line.h"
#include "tools/render/caption_json.h"

namespace storyteller::serve {
namespace {

using Json = nlohmann::ordered_json;

std::string with_fix(const Problem& problem) {
  return problem.message() + (problem.fix().empty() ? "" : "; " + problem.fix());
}

const char* openai_type(int status) {
  if (status == 401) return "authentication_error";
  if (status == 404) return "not_found_error";
  if (status == 429) return "rate_limit_error";
  return status >= 500 ? "api_error" : "invalid_request_error";
}

Json openai_error(const Problem& problem, int status) {
  const std::string& member = problem.member();
  return {{"message", with_fix(problem)},
          {"type", openai_type(status)},
          {"param", member.empty() ? Json(nullptr) : Json(member)},
          {"code", problem.code()}};
}

}  // namespace

Response health_answer(const ModelCard* model, double uptime, bool draining) {
  const bool ok = model != nullptr && !draining;
  Json body = {{"status", draining ? "stopping" : ok ? "ok" : "loading"}};
  if (model != nullptr) {
    body["model"] = model->digits;
    body["device"] = model->device;
  }
  body["uptime_seconds"] = rounded(uptime);
  Response response{.status = ok ? 200 : 503, .body = json_line(body)};
  if (!ok && !draining) response.fields.emplace_back("Retry-After", "1");
  return response;
}

Response error_answer(Dialect dialect, const Problem& problem) {
  Response response{.status = problem.status(), .fields = problem.fields()};
  Json body;
  switch (dialect) {
    case Dialect::kOwn:
      body["error"] = {{"code", problem.code()}, {"message", problem.message()}};
      body["error"]["fix"] = problem.fix();
      break;
    case Dialect::kOllama:
      body["error"] = with_fix(problem);
      break;
    case Dialect::kOpenAi:
      // What OpenAI's clients try again by themselves.
      if (problem.code() == "busy") response.status = 429;
      body["error"] = openai_error(problem, response.status);
      break;
  }
  response.body = json_line(body);
  return response;
}

bool is_name_of(const std::string& asked, const ModelCard& model) {
  const std::string name = lower_case(asked.substr(0, asked.find(':')));
  return name == lower_case(model.name) || name == lower_case(model.file);
}

std::vector<std::string> spoken_pieces(const std::string& text) {
  std::vector<std::string> pieces;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = std::min(text.find(' ', from + 1), text.size());
    pieces.push_back(text.substr(from, to - from));
    from = to;
  }
  return pieces;
}

}  // namespace storyteller::serve
