#include "tools/apps/serve/page.h"

#include <cstdint>
#include <random>
#include <string_view>

#include "core/text/hex.h"

// Bytes of page.html (cmake/EmbedFile.cmake).
extern "C" {
extern const char storyteller_serve_page_begin[];
extern const char storyteller_serve_page_end[];
}

namespace storyteller::serve {
namespace {

std::string random_nonce() {
  std::random_device device;
  std::string nonce;
  for (int i = 0; i < 4; ++i) nonce += hex(device(), 8);
  return nonce;
}

}  // namespace

Response page_answer() {
  constexpr std::string_view kPlace = "{{nonce}}";
  const std::string nonce = random_nonce();
  std::string_view rest(
      storyteller_serve_page_begin,
      static_cast<std::size_t>(storyteller_serve_page_end - storyteller_serve_page_begin));
  Response response{.type = "text/html; charset=utf-8"};
  for (std::size_t at = rest.find(kPlace); at != std::string_view::npos; at = rest.find(kPlace)) {
    response.body.append(rest.substr(0, at)).append(nonce);
    rest.remove_prefix(at + kPlace.size());
  }
  response.body.append(rest);
  response.fields.emplace_back(
      "Content-Security-Policy",
      "default-src 'none'; script-src 'nonce-" + nonce + "'; style-src 'nonce-" + nonce +
          "'; img-src blob: data:; media-src blob: mediastream:; connect-src 'self'; "
          "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  response.fields.emplace_back("Permissions-Policy", "camera=(self)");
  return response;
}

}  // namespace storyteller::serve
