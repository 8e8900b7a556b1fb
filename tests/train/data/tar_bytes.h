#pragma once

#include <array>
#include <cstdio>
#include <string>

namespace storyteller {

/// Header and contents of one member (ustar, names of at most 100 bytes), in blocks of 512 bytes.
inline std::string tar_member(const std::string& name, const std::string& contents) {
  constexpr size_t kBlock = 512;
  std::string header(kBlock, '\0');
  const auto put = [&](size_t at, const std::string& text) {
    header.replace(at, text.size(), text);
  };
  std::array<char, 16> size{};
  std::snprintf(size.data(), size.size(), "%011zo", contents.size());
  put(0, name.substr(0, 100));
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, size.data());
  put(136, "00000000000");
  put(148, "        ");
  put(156, "0");
  put(257, std::string("ustar\0", 6) + "00");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  std::array<char, 16> check{};
  std::snprintf(check.data(), check.size(), "%06o", sum);
  put(148, std::string(check.data()) + '\0' + ' ');
  std::string padded = contents;
  padded.resize((contents.size() + kBlock - 1) / kBlock * kBlock, '\0');
  return header + padded;
}

/// Two blocks of zeros.
inline std::string tar_end() { return std::string(1024, '\0'); }

}  // namespace storyteller
