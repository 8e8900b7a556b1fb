#include "core/text/gunzip.h"

#include <zlib.h>

#include <array>
#include <utility>

#include "core/error.h"

namespace storyteller {

struct Gunzip::State {
  z_stream stream{};
  std::array<char, size_t{1} << 16U> piece{};
  bool between = false;  // behind a member, where another may begin
};

Gunzip::Gunzip(std::string name) : name_(std::move(name)), state_(std::make_unique<State>()) {
  constexpr int kGzip = 16;  // zlib's way of saying: with gzip's header
  if (inflateInit2(&state_->stream, MAX_WBITS + kGzip) != Z_OK) {
    throw MemoryError(name_ + ": no memory to unpack it");
  }
}

Gunzip::~Gunzip() { inflateEnd(&state_->stream); }

void Gunzip::feed(std::string_view bytes) {
  // zlib's type for bytes is not const, yet it only reads them.
  state_->stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  state_->stream.avail_in = static_cast<uInt>(bytes.size());
}

std::string_view Gunzip::next() {
  z_stream& stream = state_->stream;
  stream.next_out = reinterpret_cast<Bytef*>(state_->piece.data());
  stream.avail_out = static_cast<uInt>(state_->piece.size());
  while (stream.avail_out != 0) {
    if (state_->between) {
      while (stream.avail_in > 0 && *stream.next_in == 0) {
        ++stream.next_in;
        --stream.avail_in;
      }
      if (stream.avail_in == 0) break;
      inflateReset(&stream);
      state_->between = false;
    }
    const int result = inflate(&stream, Z_NO_FLUSH);
    if (result == Z_BUF_ERROR) break;  // all is read
    if (result == Z_MEM_ERROR) throw MemoryError(name_ + ": no memory to unpack it");
    if (result != Z_OK && result != Z_STREAM_END) {
      throw InputError(name_ + ": its gzip data is damaged; copy or download it again");
    }
    state_->between = result == Z_STREAM_END;
  }
  return {state_->piece.data(), state_->piece.size() - stream.avail_out};
}

void Gunzip::finish() const {
  if (!state_->between) {
    throw InputError(name_ + ": its gzip data ends too early; copy or download it again");
  }
}

}  // namespace storyteller
