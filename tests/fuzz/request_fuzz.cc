// libFuzzer target for what `storyteller serve` reads of strangers: whole requests through the
// parser of Boost.Beast, hosts and origins, base64 and data: URLs, forms, JSON in three dialects,
// heads of pictures. Any bytes are a request or a Problem. The first byte says what the rest is.
//   tests/fuzz/run request -runs=1000000
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#define BOOST_ASIO_DISABLE_CO_AWAIT
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "core/text/ascii.h"
#include "tools/apps/serve/access.h"
#include "tools/apps/serve/dialects.h"
#include "tools/apps/serve/limits.h"
#include "tools/apps/serve/multipart.h"
#include "tools/apps/serve/picture_size.h"
#include "tools/apps/serve/picture_text.h"

namespace {

using namespace storyteller::serve;
namespace http = boost::beast::http;

const AccessRules kRules = {.port = 8765,
                            .hosts = {"photos.example"},
                            .origins = {"https://app.example"},
                            .token = "s3cret"};

/// As http/connection.cc does it.
void whole_request(std::string_view bytes) {
  http::request_parser<http::string_body> parser;
  parser.header_limit(kMaxHeadBytes);
  parser.body_limit(std::uint64_t{16} << 20);
  boost::system::error_code failure;
  while (!bytes.empty() && !failure && !parser.is_done()) {
    const std::size_t read = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), failure);
    if (read == 0 && !failure) break;
    bytes.remove_prefix(read);
  }
  RequestHead head{.method = std::string(parser.get().method_string()),
                   .target = std::string(parser.get().target())};
  for (const auto& field : parser.get()) {
    const auto name = field.name_string(), value = field.value();
    head.fields.emplace_back(storyteller::lower_case({name.data(), name.size()}),
                             std::string(storyteller::trimmed({value.data(), value.size()})));
  }
  check_host(head, kRules);
  check_origin(head, kRules);
  find_route(head.method, head.path());
  own_request(head, std::move(parser.get().body()));
}

void base64(std::string_view bytes) {
  const std::string picture = picture_of_text(std::string(bytes), "image");
  if (picture.empty() || picture.size() > bytes.size()) std::abort();
}

void form(std::string_view bytes) {
  for (const FormPart& part : form_parts(bytes, "B")) {
    const bool inside = part.value.data() >= bytes.data() &&
                        part.value.data() + part.value.size() <= bytes.data() + bytes.size();
    if (!inside) std::abort();
  }
}

void host(std::string_view bytes) {
  const std::string text(bytes.substr(0, bytes.find('\n')));
  const std::string origin(bytes.substr(text.size()));
  const RequestHead head{"POST", "/v1/caption", {{"host", text}, {"origin", origin}}};
  check_host(head, kRules);
  const auto authority = authority_of(text);
  const bool ours =
      authority && (is_loopback(authority->host) || authority->host == "photos.example");
  if (!ours) std::abort();
  check_origin(head, kRules);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (data[0] % 8) {
      case 0:
        whole_request(bytes);
        break;
      case 1:
        base64(bytes);
        break;
      case 2:
        form(bytes);
        break;
      case 3:
        own_request({"POST", "/v1/caption", {{"content-type", "application/json"}}},
                    std::string(bytes));
        break;
      case 4:
        ollama_request(data[0] > 127 ? OllamaCall::kChat : OllamaCall::kGenerate,
                       std::string(bytes));
        break;
      case 5:
        openai_request(std::string(bytes));
        break;
      case 6:
        check_picture(bytes);
        break;
      default:
        host(bytes);
        break;
    }
  } catch (const Problem& problem) {
    error_answer(static_cast<Dialect>(data[0] % 3), problem);
  }
  return 0;
}
