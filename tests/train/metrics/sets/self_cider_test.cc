#include "train/metrics/sets/self_cider.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "tests/train/metrics/published_captions.h"
#include "train/metrics/sets/symmetric_eigenvalues.h"

namespace storyteller::self_cider_test {
namespace {

std::vector<Tokens> all_words(const std::vector<std::string>& texts) {
  std::vector<Tokens> out;
  for (const std::string& text : texts) out.push_back(words(text));
  return out;
}

std::vector<Tokens> random_captions(std::mt19937_64& random, size_t count) {
  std::vector<Tokens> out(count);
  for (Tokens& caption : out) {
    for (size_t n = random() % 12; n > 0; --n)
      caption.push_back(std::string(1, 'a' + random() % 5));
  }
  return out;
}

TEST(SelfCider, EigenvaluesWorkedByHand) {
  EXPECT_TRUE(symmetric_eigenvalues({}).empty());
  EXPECT_EQ(symmetric_eigenvalues({7})[0], 7);
  // [[2, 1], [1, 2]]: 3 and 1. [[2, -1, 0], [-1, 2, -1], [0, -1, 2]]: 2 + sqrt 2, 2, 2 - sqrt 2.
  const auto two = symmetric_eigenvalues({2, 1, 1, 2});
  EXPECT_NEAR(two[0], 3, 1e-14);
  EXPECT_NEAR(two[1], 1, 1e-14);
  const auto three = symmetric_eigenvalues({2, -1, 0, -1, 2, -1, 0, -1, 2});
  EXPECT_NEAR(three[0], 2 + std::sqrt(2.0), 1e-14);
  EXPECT_NEAR(three[1], 2, 1e-14);
  EXPECT_NEAR(three[2], 2 - std::sqrt(2.0), 1e-14);
}

/// Trace and sum of squares do not change; A - l I is singular for every l (Gauss).
TEST(SelfCider, EigenvaluesSolveTheirEquation) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (size_t n = 1; n <= 24; ++n) {
    std::vector<double> a(n * n);
    double trace = 0, squares = 0;
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j <= i; ++j) a[i * n + j] = a[j * n + i] = uniform(random);
      trace += a[i * n + i];
    }
    for (const double x : a) squares += x * x;
    const auto values = symmetric_eigenvalues(a);
    for (const double value : values) {
      trace -= value;
      squares -= value * value;
      std::vector<double> b = a;
      for (size_t i = 0; i < n; ++i) b[i * n + i] -= value;
      double smallest = 1;
      for (size_t column = 0; column < n; ++column) {
        size_t pivot = column;
        for (size_t r = column; r < n; ++r) {
          if (std::abs(b[r * n + column]) > std::abs(b[pivot * n + column])) pivot = r;
        }
        smallest = std::min(smallest, std::abs(b[pivot * n + column]));
        if (b[pivot * n + column] == 0) break;
        for (size_t k = 0; k < n; ++k) std::swap(b[column * n + k], b[pivot * n + k]);
        for (size_t r = column + 1; r < n; ++r) {
          const double factor = b[r * n + column] / b[column * n + column];
          for (size_t k = column; k < n; ++k) b[r * n + k] -= factor * b[column * n + k];
        }
      }
      EXPECT_LT(smallest, 1e-10) << n;
    }
    EXPECT_NEAR(trace, 0, 1e-12);
    EXPECT_NEAR(squares, 0, 1e-11);
  }
}

/// Cosines of tf-idf vectors again, slowly, with maps over strings.
double naive_similarity(const Tokens& a, const Tokens& b, const TokenizedReferences& all) {
  double sum = 0;
  for (size_t n = 1; n <= 4; ++n) {
    using Bag = std::map<Tokens, double>;
    const auto bag = [&](const Tokens& tokens) {
      Bag out;
      for (size_t i = 0; i + n <= tokens.size(); ++i) {
        ++out[Tokens(tokens.begin() + static_cast<long>(i),
                     tokens.begin() + static_cast<long>(i + n))];
      }
      return out;
    };
    const auto weigh = [&](Bag counts) {
      for (auto& [gram, value] : counts) {
        double df = 0;
        for (const auto& references : all) {
          bool holds = false;
          for (const Tokens& r : references) holds = holds || bag(r).contains(gram);
          df += holds;
        }
        value *= std::log(static_cast<double>(all.size()) / std::max(1.0, df));
      }
      return counts;
    };
    const Bag x = weigh(bag(a)), y = weigh(bag(b));
    double dot = 0, xx = 0, yy = 0;
    for (const auto& [gram, value] : x) {
      xx += value * value;
      if (y.contains(gram)) dot += value * y.at(gram);
    }
    for (const auto& [gram, value] : y) yy += value * value;
    if (xx * yy > 0) sum += dot / std::sqrt(xx * yy);
  }
  return sum / 4;
}

TEST(SelfCider, KernelAgreesWithASlowOne) {
  std::mt19937_64 random(9);
  TokenizedReferences all;
  for (int i = 0; i < 15; ++i) all.push_back(random_captions(random, 1 + random() % 3));
  const DocumentFrequencies frequencies(all);
  auto samples = random_captions(random, 6);
  samples[2].push_back("unseen");
  samples[4].push_back("unseen");
  const auto kernel = cider_kernel(samples, frequencies);
  for (size_t i = 0; i < 6; ++i) {
    for (size_t j = 0; j < 6; ++j) {
      EXPECT_NEAR(kernel[i * 6 + j], naive_similarity(samples[i], samples[j], all), 1e-12);
    }
  }
}

TEST(SelfCider, IsZeroForEqualAndOneForDisjointSamples) {
  const DocumentFrequencies frequencies(
      {all_words({"a b c d"}), all_words({"e f g h"}), all_words({"i j k l"})});
  EXPECT_NEAR(self_cider(all_words({"a b c d", "a b c d", "a b c d"}), frequencies).value(), 0,
              1e-7);
  EXPECT_NEAR(self_cider(all_words({"a b c d", "e f g h", "i j k l"}), frequencies).value(), 1,
              1e-12);
  // Two equal, one apart: eigenvalues 2, 1, 0.
  const double root = std::sqrt(2.0);
  EXPECT_NEAR(self_cider(all_words({"a b c d", "a b c d", "i j k l"}), frequencies).value(),
              -std::log(root / (root + 1)) / std::log(3.0), 1e-7);
  EXPECT_FALSE(self_cider(all_words({"a b c d"}), frequencies));
  EXPECT_FALSE(self_cider(all_words({"", ""}), frequencies)) << "nothing has a weight";
}

/// As many as anyone draws.
TEST(SelfCider, OfAHundredCaptions) {
  std::mt19937_64 random(4);
  TokenizedReferences all;
  for (int i = 0; i < 50; ++i) all.push_back(random_captions(random, 2));
  const DocumentFrequencies frequencies(all);
  auto captions = random_captions(random, 99);
  captions.push_back(captions.front());
  const double value = self_cider(captions, frequencies).value();
  EXPECT_GT(value, 0);
  EXPECT_LT(value, 1);
  const auto eigenvalues = symmetric_eigenvalues(cider_kernel(captions, frequencies));
  double trace = 0;
  for (const double l : eigenvalues) trace += l;
  const auto kernel = cider_kernel(captions, frequencies);
  for (size_t i = 0; i < 100; ++i) trace -= kernel[i * 100 + i];
  EXPECT_NEAR(trace, 0, 1e-10);
  EXPECT_GT(eigenvalues.back(), -1e-12) << "the kernel is positive semidefinite";
}

}  // namespace
}  // namespace storyteller::self_cider_test
