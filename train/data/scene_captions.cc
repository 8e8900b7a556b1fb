#include "train/data/scene_captions.h"

#include <algorithm>

#include "core/random_stream.h"
#include "core/text/ascii.h"
#include "train/data/scene_shapes.h"

namespace storyteller::scenes {
namespace {

constexpr uint64_t kWordingStream = uint64_t{6} << 32;
constexpr std::array<std::string_view, 5> kNumbers = {"no", "one", "two", "three", "four"};

enum class Article { kA, kThe };

struct Detail {  // which adjectives a noun phrase spells out
  bool size = false, color = true;
};

std::string size_word(Size size) {
  return size == Size::kMedium ? "medium-sized" : std::string(name(size));
}

std::string with_article(const std::string& words) {
  const bool vowel = std::string_view("aeiou").find(words.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + words;
}

// "a small red circle", "the two red circles", "three stars".
std::string noun_phrase(const Group& group, Detail detail, Article article = Article::kA) {
  const size_t count = group.objects.size();
  std::string words;
  if (detail.size) words += size_word(group.size) + " ";
  if (detail.color) words += std::string(name(group.color)) + " ";
  words += (count > 1 ? kShapePlurals : kShapeNames)[static_cast<size_t>(group.shape)];
  if (count > 1) words = std::string(kNumbers[count]) + " " + words;
  if (article == Article::kThe) return "the " + words;
  return count > 1 ? words : with_article(words);
}

std::string be(const Group& group) { return group.objects.size() > 1 ? "are" : "is"; }

std::string background(const Scene& scene) {
  return "on a " + std::string(name(scene.texture)) + " background";
}

std::string join(const std::vector<std::string>& parts) {  // "a, b and c"
  std::string text = parts.front();
  for (size_t i = 1; i < parts.size(); ++i) {
    text += (i + 1 == parts.size() ? " and " : ", ") + parts[i];
  }
  return text;
}

// The third of the picture in which the centre lies.
std::string place(const Object& object) {
  const auto third = [](float v) { return v < 0.38F ? 0 : v > 0.62F ? 2 : 1; };
  constexpr std::array<std::string_view, 9> kPlaces = {
      "in the top left corner",    "at the top",    "in the top right corner",
      "on the left side",          "in the middle", "on the right side",
      "in the bottom left corner", "at the bottom", "in the bottom right corner"};
  return std::string(kPlaces[3 * third(object.y) + third(object.x)]);
}

using Five = std::array<std::string, kCaptionsPerScene>;

Five describe_single(const Scene& scene, const Group& group, RandomStream& random) {
  const std::string color(name(group.color)), shape(name(group.shape));
  const std::string full = noun_phrase(group, {.size = true});
  const std::string plain = noun_phrase(group, {});
  const std::string the = noun_phrase(group, {}, Article::kThe);
  const std::string where = place(scene.objects.front());
  Five five;
  five[0] = full;
  five[1] = random.chance(0.5F) ? "there is " + plain : "a picture of " + plain;
  five[2] = plain + " " + background(scene);
  switch (random.below(3)) {
    case 0:
      five[3] = noun_phrase(group, {.size = true, .color = false}) + " that is " + color;
      break;
    case 1:
      five[3] = "the " + shape + " is " + size_word(group.size) + " and " + color;
      break;
    default:
      five[3] = the + " is " + size_word(group.size);
  }
  switch (random.below(3)) {
    case 0:
      five[4] = full + " " + where + " of the picture";
      break;
    case 1:
      five[4] = the + " is " + where + " of the picture";
      break;
    default:
      five[4] = where + " of the picture there is " + full;
  }
  return five;
}

Five describe_twins(const Scene& scene, const Group& group, RandomStream& random) {
  const std::string shapes(kShapePlurals[static_cast<size_t>(group.shape)]);
  const std::string color(name(group.color));
  Five five;
  five[0] = noun_phrase(group, {});
  five[1] = "there are " + noun_phrase(group, {.size = true});
  five[2] = noun_phrase(group, {.color = random.chance(0.5F)}) + " " + background(scene);
  five[3] = (group.objects.size() == 2 ? "both of the " : "all of the ") + shapes + " are " +
            size_word(group.size) + " and " + color;
  five[4] = noun_phrase(group, {.size = true}) + " in the picture";
  if (group.objects.size() != 2) return five;
  std::vector<std::string> relations;
  for (int r = 0; r < kRelations; ++r) {
    if (holds(scene, static_cast<Relation>(r), {group.objects[0]}, {group.objects[1]})) {
      relations.emplace_back(kRelationNames[r]);
    }
  }
  const std::string one = color + " " + std::string(name(group.shape));
  five[4] = "one " + one + " " + relations[random.below(static_cast<uint32_t>(relations.size()))] +
            " another " + one;
  return five;
}

struct Related {
  const Group* subject;
  const Group* object;
  Relation relation;
};

std::vector<Related> true_relations(const Scene& scene, const std::vector<Group>& groups) {
  std::vector<Related> found;
  for (const Group& a : groups) {
    for (const Group& b : groups) {
      if (&a == &b) continue;
      for (int r = 0; r < kRelations; ++r) {
        const auto relation = static_cast<Relation>(r);
        if (holds(scene, relation, a.objects, b.objects)) found.push_back({&a, &b, relation});
      }
    }
  }
  return found;
}

Five describe_several(const Scene& scene, const std::vector<Group>& groups, RandomStream& random) {
  const auto pick = [&]() -> const Group& {
    return groups[random.below(static_cast<uint32_t>(groups.size()))];
  };
  std::vector<std::string> colored, shapes;
  for (const Group& group : groups) {
    colored.push_back(noun_phrase(group, {}));
    shapes.push_back(noun_phrase(group, {.size = true}));
  }
  Five five;
  five[0] = noun_phrase(pick(), {.size = true});
  five[1] = groups.front().objects.size() == 1 ? "there is " : "there are ";
  five[1] += join(colored);
  const Group& seen = pick();
  five[2] = random.chance(0.5F) ? join(colored) + " " + background(scene)
                                : noun_phrase(seen, {.size = true}) + " " + background(scene);
  const std::vector<Related> relations = true_relations(scene, groups);
  for (int k : {3, 4}) {
    if (relations.empty()) {  // twins on both sides of everything else
      five[k] = k == 3 ? join(shapes) : "a picture of " + join(colored);
      continue;
    }
    const Related& r = relations[random.below(static_cast<uint32_t>(relations.size()))];
    const std::string relation(kRelationNames[static_cast<size_t>(r.relation)]);
    five[k] = k == 3 ? noun_phrase(*r.subject, {}, Article::kThe) + " " + be(*r.subject) + " " +
                           relation + " " + noun_phrase(*r.object, {}, Article::kThe)
                     : noun_phrase(*r.subject, {.size = true}) + " " + relation + " " +
                           noun_phrase(*r.object, {.size = random.chance(0.5F)});
  }
  return five;
}

}  // namespace

std::vector<Group> group_objects(const Scene& scene) {
  std::vector<Group> groups;
  for (size_t i = 0; i < scene.objects.size(); ++i) {
    const Object& object = scene.objects[i];
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& g) {
      return g.color == object.color && g.shape == object.shape;
    });
    if (group == groups.end()) {
      group = groups.insert(groups.end(), {object.shape, object.color, object.size, {}});
    }
    group->objects.push_back(static_cast<int>(i));
  }
  return groups;
}

bool holds(const Scene& scene, Relation relation, const std::vector<int>& a,
           const std::vector<int>& b) {
  constexpr float kClear = 0.1F;
  bool touching = false, all = true;
  for (const int i : a) {
    for (const int j : b) {
      const Object& first = scene.objects[i];
      const Object& second = scene.objects[j];
      switch (relation) {
        case Relation::kLeftOf:
          all = all && second.x - first.x >= kClear;
          break;
        case Relation::kRightOf:
          all = all && first.x - second.x >= kClear;
          break;
        case Relation::kAbove:
          all = all && second.y - first.y >= kClear;
          break;
        case Relation::kBelow:
          all = all && first.y - second.y >= kClear;
          break;
        case Relation::kInFrontOf:
        case Relation::kBehind:
          all = all && (relation == Relation::kInFrontOf) == (i > j);
          touching = touching || overlap(first, second);
      }
    }
  }
  return all && (touching || relation < Relation::kInFrontOf);
}

std::array<std::string, kCaptionsPerScene> captions(const Scene& scene) {
  RandomStream random(scene.key, kWordingStream);
  const std::vector<Group> groups = group_objects(scene);
  Five five = groups.size() > 1          ? describe_several(scene, groups, random)
              : scene.objects.size() > 1 ? describe_twins(scene, groups.front(), random)
                                         : describe_single(scene, groups.front(), random);
  for (std::string& sentence : five) {
    sentence.front() = upper_case(sentence.front());
    sentence += '.';
  }
  return five;
}

}  // namespace storyteller::scenes
