// Promise: NaN and infinity cannot poison a training, wherever they arise.
#include <gtest/gtest.h>

#include <cmath>
#include <iostream>
#include <limits>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::nan_sites_test {
namespace {

struct Site {
  std::string parameter;
  int64_t element;
};

/// Elements of all parameters that a step must read: the first and the last of each, and of word
/// vectors those of <start>, which begins every caption.
std::vector<Site> sites_of(Parameters& parameters) {
  std::vector<Site> sites;
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (parameters.is_buffer(id) || !parameters.var(id).tracked()) continue;
    const std::string& name = parameters.name(id);
    const int64_t elements = parameters.value(id).elements();
    if (name == "decoder.embedding.weight") {
      const int64_t width = parameters.value(id).size(1);
      sites.push_back({name, Vocabulary::kStart * width});
      sites.push_back({name, Vocabulary::kStart * width + width - 1});
    } else {
      sites.push_back({name, 0});
      if (elements > 1) sites.push_back({name, elements - 1});
    }
  }
  return sites;
}

/// Poisons every site in turn. The step is skipped, its place named, and nothing of weights,
/// running statistics and counts moves; then training goes on, so that moments have kept nothing
/// either. An infinite weight may have a finite loss and gradient, behind a function that
/// saturates.
void poison_all(const std::string& encoder, size_t& sites_tried) {
  const TemporaryFolder folder;
  const TinyTraining training(encoder, TinyDataset::varied_captions(6), folder.path());
  TrainOptions options;
  options.batch_size = 12;
  options.learning_rate = 0.01;
  options.average_decay = 0.9;
  std::vector<std::string> messages;
  TrainingObserver observer;
  observer.message = [&](const std::string& text) { messages.push_back(text); };
  const auto run = training.start(options, folder / "run", observer);
  run->trainer->train_step();
  Parameters& parameters = run->captioner->parameters();
  const std::vector<Site> sites = sites_of(parameters);
  const auto poison = [&](const Site& site, float bad) {
    SCOPED_TRACE(site.parameter + "[" + std::to_string(site.element) + "] is " +
                 std::to_string(bad));
    float& poisoned = parameters.value(parameters.find(site.parameter)).data<float>()[site.element];
    const float good = std::exchange(poisoned, bad);
    parameters.bump_version();
    const auto before = all_values(*run->captioner);
    const TrainingState state = run->trainer->state();
    messages.clear();
    run->trainer->train_step();
    EXPECT_EQ(all_values(*run->captioner), before);
    EXPECT_EQ(run->trainer->state().updates, state.updates);
    EXPECT_EQ(run->trainer->state().loss_sum, state.loss_sum);
    ASSERT_EQ(messages.size(), 1U) << "it went by unseen";
    EXPECT_NE(messages[0].find(": " + site.parameter + " is not finite"), std::string::npos)
        << messages[0];
    poisoned = good;
    parameters.bump_version();
    ASSERT_TRUE(std::isfinite(run->trainer->train_step()));
    EXPECT_EQ(run->trainer->state().updates, state.updates + 1);
  };
  using Limits = std::numeric_limits<float>;
  for (const Site& site : sites) {
    for (const float bad : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}) {
      ASSERT_NO_FATAL_FAILURE(poison(site, bad));
    }
  }
  sites_tried = sites.size();
}

TEST(NanSites, NoneOfThoseOfADecoderPoisonsATraining) {
  size_t sites = 0;
  poison_all("mobilenet_v2", sites);
  EXPECT_GE(sites, 20U);
}

TEST(NanSitesInFull, NoneOfFiftyPoisonsATraining) {
  size_t sites = 0;
  poison_all("scene_cnn", sites);
  EXPECT_GE(sites, 50U);
  std::cout << "NaN and infinity in each of " << sites << " sites\n";
}

}  // namespace
}  // namespace storyteller::nan_sites_test
