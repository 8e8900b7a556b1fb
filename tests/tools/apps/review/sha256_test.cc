#include "tools/apps/review/sha256.h"

#include <gtest/gtest.h>

namespace storyteller::review::sha256_test {
namespace {

// Examples of FIPS 180-4 and NIST's "SHA256ShortMsg" of the Secure Hash Standard Validation System.
TEST(ReviewSha256, IsThatOfNist) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnop"
                   "qklmnopqrlmnopqrsmnopqrstnopqrstu"),
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  EXPECT_EQ(sha256("\xd3"), "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1");
  EXPECT_EQ(sha256("\x11\xaf"), "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98");
  EXPECT_EQ(sha256(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(ReviewSha256, PiecesMakeTheWhole) {
  const std::string text(300, 'x');
  for (size_t length = 0; length <= text.size(); ++length) {
    const std::string_view whole = std::string_view(text).substr(0, length);
    Sha256 hash;
    for (size_t at = 0, piece = 1; at < length; at += piece, piece = piece * 2 % 67 + 1) {
      hash.update(whole.substr(at, piece));
    }
    EXPECT_EQ(hash.digits(), sha256(whole)) << length;
  }
}

}  // namespace
}  // namespace storyteller::review::sha256_test
