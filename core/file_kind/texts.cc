#include <algorithm>
#include <cctype>
#include <string>

#include "core/file_kind/signatures.h"
#include "core/text/ascii.h"

namespace storyteller::file_kind {
namespace {

using namespace std::string_view_literals;
using enum FileFamily;

constexpr auto kAnswer = "the download failed: read it to see why, then download again"sv;
constexpr auto kDecode = "decode it: sed 's/^data:[^,]*,//' FILE | base64 -d > OUT.jpg"sv;

struct Beginning {
  std::string_view text;
  FileKind kind;
};

constexpr Beginning kBeginnings[] = {
    {"version https://git-lfs"sv,
     {kPointer, "a Git LFS pointer", "fetch the file itself: git lfs pull"}},
    {"version https://hawser"sv,
     {kPointer, "a Git LFS pointer", "fetch the file itself: git lfs pull"}},
    {"[InternetShortcut]"sv,
     {kPointer, "a shortcut to a web address", "download the file that it names: curl -O ADDRESS"}},
    {"[Desktop Entry]"sv,
     {kPointer, "a shortcut of the desktop", "give the file that it leads to"}},
    {"outs:"sv, {kPointer, "a DVC pointer", "fetch the file itself: dvc pull"}},
    {"data:image/"sv, {kSpoilt, "a picture as base64 text", kDecode}},
    {"/9j/"sv, {kSpoilt, "a JPEG picture as base64 text", kDecode}},
    {"iVBORw0KGgo"sv, {kSpoilt, "a PNG picture as base64 text", kDecode}},
    {"#?RADIANCE"sv, {kPicture, "a Radiance picture (HDR)", kMagick}},
    {"#?RGBE"sv, {kPicture, "a Radiance picture (HDR)", kMagick}},
    {"/* XPM */"sv, {kPicture, "an XPM picture", kMagick}},
    {"{\\rtf"sv, {kOther, "a text document (RTF)"}},
    {"HTTP/"sv, {kFailedDownload, "a server's answer with its header", kAnswer}},
    {"4\n1\n3\nV "sv, {kOtherWeights, "an object of Lua's Torch7 (.t7)", kSaveAs}},
    {"-----BEGIN "sv, {kOther, "an encrypted file or a key", "decrypt it first"}},
    {"#!"sv, {kOther, "a script"}},
};

/// Netpbm: P1 to P7 and a blank; PF and Pf hold floats.
bool is_netpbm(std::string_view head) {
  return head.size() > 2 && head[0] == 'P' &&
         "1234567Ff"sv.find(head[1]) != std::string_view::npos &&
         std::isspace(static_cast<unsigned char>(head[2])) != 0;
}

/// What servers say in plain words where a file should be.
bool is_refusal(std::string_view lower) {
  if (lower.size() > 300) return false;
  constexpr std::string_view kRefusals[] = {"not found",        "forbidden",        "denied",
                                            "unauthorized",     "invalid username", "rate limit",
                                            "too many requests"};
  return std::any_of(std::begin(kRefusals), std::end(kRefusals), [&](std::string_view said) {
    return lower.find(said) != std::string_view::npos;
  });
}

/// Text with tags.
FileKind markup(std::string_view lower) {
  const std::size_t page = std::min({lower.find("<html"), lower.find("<!doctype html"),
                                     lower.find("<head"), lower.find("<body")});
  const std::size_t drawing = lower.find("<svg");
  constexpr std::size_t kAbsent = std::string_view::npos;
  if (page < drawing) {
    return {kFailedDownload, "a web page",
            "the download failed (a login, a warning, a wrong address): open it in a browser to "
            "see what it says, then download again"};
  }
  if (drawing != kAbsent) {
    return {kPicture, "an SVG drawing", "convert it: rsvg-convert FILE -o OUT.png"};
  }
  if (lower.find("<plist") != kAbsent) {
    return {kPointer, "a property list of macOS (a shortcut)", "give the file that it leads to"};
  }
  if (lower.find("<error") != kAbsent || lower.find("denied") != kAbsent) {
    return {kFailedDownload, "a server's error message (XML)", kAnswer};
  }
  return {kText, "XML text"};
}

FileKind json(std::string_view lower) {
  constexpr std::string_view kSigns[] = {"\"error", "\"message", "\"status", "\"detail"};
  const bool refused = std::any_of(
      std::begin(kSigns), std::end(kSigns),
      [&](std::string_view sign) { return lower.find(sign) != std::string_view::npos; });
  if (refused) return {kFailedDownload, "a server's error message (JSON)", kAnswer};
  return {kText, "JSON text"};
}

bool reads_as_text(std::string_view head) {
  return std::all_of(head.begin(), head.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u >= 0x20 ? u != 0x7f : (u >= '\t' && u <= '\r') || u == 0x1b;
  });
}

bool is_mail_or_form(std::string_view lower) {
  return lower.starts_with("--") && lower.find("content-") != std::string_view::npos;
}

}  // namespace

FileKind kind_by_text(std::string_view head) {
  if (head.empty()) return {};
  if (is_netpbm(head)) return {kPicture, "a Netpbm picture (PPM, PGM, PBM)", kMagick};
  if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff")) return {kText, "text (UTF-16)"};
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  for (const Beginning& beginning : kBeginnings) {
    if (head.starts_with(beginning.text)) return beginning.kind;
  }
  if (!reads_as_text(head)) return {};
  std::string lower = lower_case(head.substr(0, 1024));
  lower.erase(0, std::min(lower.find_first_not_of(" \t\r\n\f\v"), lower.size()));
  if (lower.find("/annex/objects/") < 300) {
    return {kPointer, "a git-annex pointer", "fetch the file itself: git annex get FILE"};
  }
  if (lower.starts_with("<") || lower.find("<html") != std::string::npos) return markup(lower);
  if (lower.starts_with("{") || lower.starts_with("[{") || lower.starts_with("[\""))
    return json(lower);
  if (is_refusal(lower) && head.size() < kIdentifyBytes) {
    return {kFailedDownload, "a server's error message", kAnswer};
  }
  if (is_mail_or_form(lower))
    return {kSpoilt, "a message or form with several parts", "save the picture in it by itself"};
  return {kText, "text"};
}

FileKind kind_of_spoilt_picture(std::string_view head) {
  constexpr auto kBinary = "copy it again, in binary mode"sv;
  constexpr auto kLatin = "turn it back: iconv -f UTF-8 -t LATIN1 FILE > OUT.jpg"sv;
  constexpr auto kCutJpeg = "cut them off: tail -c +SKIP FILE > OUT.jpg"sv;
  constexpr auto kCutPng = "cut them off: tail -c +SKIP FILE > OUT.png"sv;
  if (head.starts_with("\x89PNG") || head.starts_with("\tPNG\r\n")) {
    return {kSpoilt, "a PNG picture damaged by a transfer as text", kBinary};
  }
  if (head.starts_with("\xef\xbf\xbdPNG") ||
      head.starts_with("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd")) {
    return {kSpoilt, "a picture that a program saved as text", "copy it again from where it came"};
  }
  if (head.starts_with("\xc2\x89PNG") || head.starts_with("\xc3\xbf\xc3\x98\xc3\xbf")) {
    return {kSpoilt, "a picture that a program saved as text", kLatin};
  }
  const std::size_t jpeg = head.find("\xff\xd8\xff");
  const std::size_t png = head.find("\x89PNG\r\n\x1a\n");
  const std::size_t begin = std::min(jpeg, png);
  if (begin != std::string_view::npos && reads_as_text(head.substr(0, begin))) {
    return {kSpoilt, "a picture behind other bytes, a header or an empty line",
            jpeg < png ? kCutJpeg : kCutPng, begin};
  }
  return {};
}

}  // namespace storyteller::file_kind
