#include "model/encoder/fit.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"
#include "model/encoder/naming.h"
#include "model/encoder/pretrained.h"

namespace storyteller {
namespace {

using Shapes = std::map<std::string, std::vector<std::int64_t>, std::less<>>;

// What torch.compile, DataParallel, FSDP, DeepSpeed and checkpointing put around a module.
constexpr std::array<std::string_view, 5> kWrappers = {
    "_orig_mod.", "module.", "_fsdp_wrapped_module.", "_checkpoint_wrapped_module.",
    "_forward_module."};
// Usual names of the encoder within a model: these may stand in front of some names alone.
constexpr std::array<std::string_view, 12> kUsualPrefixes = {
    "model.",  "encoder.", "backbone.", "net.",           "network.",           "resnet.",
    "visual.", "cnn.",     "body.",     "image_encoder.", "feature_extractor.", "trunk."};

Shapes shapes_of(const Parameters& parameters) {
  Shapes shapes;
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (!parameters.name(id).starts_with(kEncoderPrefix)) continue;
    const std::string name = parameters.name(id).substr(kEncoderPrefix.size());
    auto& sizes = shapes[name];
    const Shape& shape = parameters.shape(id);
    for (int axis = 0; axis < shape.rank(); ++axis) sizes.push_back(shape[axis]);
    // Files hold it as three planes, the encoder as pixels.
    if (name == kMeanImage) std::rotate(sizes.begin(), sizes.end() - 1, sizes.end());
  }
  return shapes;
}

std::string with_points(std::string name) {
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

/// `name` with points for slashes and without wrappers.
std::string unwrapped(std::string name) {
  constexpr std::size_t kLongest = 4096;  // each removal moves the rest
  if (name.size() > kLongest) return name;
  name = with_points(std::move(name));
  for (std::size_t begin = 0; begin < name.size();) {
    const std::string_view rest = std::string_view(name).substr(begin);
    const auto wrapper = std::find_if(kWrappers.begin(), kWrappers.end(),
                                      [&](std::string_view one) { return rest.starts_with(one); });
    if (wrapper != kWrappers.end()) {
      name.erase(begin, wrapper->size());
      continue;
    }
    const std::size_t point = name.find('.', begin);
    begin = point == std::string::npos ? name.size() : point + 1;
  }
  return name;
}

/// Whether `prefix` is made of usual ones.
bool is_usual(std::string_view prefix) {
  while (!prefix.empty()) {
    const auto* one =
        std::find_if(kUsualPrefixes.begin(), kUsualPrefixes.end(),
                     [&](std::string_view usual) { return prefix.starts_with(usual); });
    if (one == kUsualPrefixes.end()) return false;
    prefix.remove_prefix(one->size());
  }
  return true;
}

/// A tensor of the file and what its name came to.
struct Named {
  const WeightTensor* tensor;
  std::string ruled, name;  ///< after the rules; unwrapped too
  bool by_rule() const { return ruled != tensor->name; }
};

/// One way to find the encoder: names of one library behind one prefix.
struct Candidate {
  const Naming* naming = nullptr;
  std::string prefix;
  std::map<std::string_view, const Named*> found;  ///< by the encoder's names
  std::size_t fitting = 0;                         ///< of right shape
};

class Fitter {
 public:
  Fitter(const WeightsFile& file, const Parameters& parameters, const std::vector<NameRule>& rules)
      : file_(file), shapes_(shapes_of(parameters)) {
    const NameRules ready(rules);
    std::map<std::string, int> times;
    for (const WeightTensor& tensor : file.tensors()) {
      const std::string ruled = ready.apply(tensor.name);
      named_.push_back({&tensor, ruled, unwrapped(ruled)});
      ++times[named_.back().name];
    }
    for (Named& one : named_) {  // a module beside its wrapped copy: they stay apart
      if (times[one.name] > 1) one.name = one.ruled;
    }
  }

  EncoderFit fit() {
    for (const Naming& naming : namings()) look_for(naming);
    std::vector<const Candidate*> whole = complete_candidates();
    const Candidate* best = whole.empty() ? nullptr : whole.front();
    if (whole.size() > 1 && !whole.front()->prefix.empty()) {
      for (const Candidate* one : whole) out_.rivals.push_back(written_prefix(*one));
      return std::move(out_);
    }
    Candidate joined;
    if (best == nullptr) {
      best = closest();
      joined = join_usual_prefixes();
      if (best == nullptr || joined.fitting > best->fitting) best = &joined;
    }
    take(*best);
    for (std::size_t i = 1; i < whole.size(); ++i) {
      out_.notes.push_back("the encoder is under '" + printable(written_prefix(*whole[i])) + "'" +
                           " too; `map` with the line " + rule_without(written_prefix(*whole[i])) +
                           " takes that");
    }
    return std::move(out_);
  }

 private:
  /// Adds the candidates that there are by one library's names.
  void look_for(const Naming& naming) {
    std::map<std::string, const std::string*, std::less<>> names;  // theirs, ours
    std::size_t longest = 0;
    bool other = naming.parts.empty();
    for (const auto& [name, shape] : shapes_) {
      const std::string theirs = naming.of(name);
      other = other || theirs != name;
      longest = std::max(longest, theirs.size());
      names.emplace(theirs, &name);
    }
    if (!other || names.size() != shapes_.size()) return;
    std::map<std::string_view, Candidate> by_prefix;
    for (const Named& one : named_) {
      const std::string_view name = one.name;
      for (std::size_t begin = 0; begin < name.size();) {
        const std::string_view rest = name.substr(begin);
        const auto at = rest.size() <= longest ? names.find(rest) : names.end();
        if (at != names.end()) add(by_prefix[name.substr(0, begin)], *at->second, one);
        const std::size_t point = name.find('.', begin);
        begin = point == std::string_view::npos ? name.size() : point + 1;
      }
    }
    for (auto& [prefix, candidate] : by_prefix) {
      candidate.naming = &naming;
      candidate.prefix = prefix;
      candidates_.push_back(std::move(candidate));
    }
  }

  void add(Candidate& candidate, const std::string& name, const Named& one) {
    const auto [at, fresh] = candidate.found.emplace(name, &one);
    if (!fresh) {
      // What a rule of the user's made goes before what has that name by itself.
      if (at->second->by_rule() == one.by_rule()) {
        throw ModelError(file_.file() + ": tensors '" + printable(at->second->tensor->name) +
                         "' and '" + printable(one.tensor->name) + "' both come to the name '" +
                         name + "'; tell them apart with `map`");
      }
      if (!one.by_rule()) return;
      candidate.fitting -= fits(*at->second, name) ? 1 : 0;
      at->second = &one;
    }
    candidate.fitting += fits(one, name) ? 1 : 0;
  }

  bool fits(const Named& one, std::string_view name) const {
    return one.tensor->shape == shapes_.find(name)->second;
  }

  /// Those with the whole encoder: no prefix first, then in the order of the libraries.
  std::vector<const Candidate*> complete_candidates() const {
    std::vector<const Candidate*> whole;
    for (const Candidate& one : candidates_) {
      if (one.fitting != shapes_.size()) continue;
      const bool again = std::any_of(whole.begin(), whole.end(), [&](const Candidate* other) {
        return other->found == one.found;  // the same tensors by another name
      });
      if (!again) whole.push_back(&one);
    }
    std::stable_sort(whole.begin(), whole.end(), [](const Candidate* a, const Candidate* b) {
      return a->prefix.empty() && !b->prefix.empty();
    });
    return whole;
  }

  /// A candidate's prefix as it stands in the file, wrappers included, which rules have to match.
  static std::string written_prefix(const Candidate& candidate) {
    const auto& [name, one] = *candidate.found.begin();
    const std::string theirs = candidate.naming->of(name);
    const bool behind = one->ruled.ends_with(theirs);
    return behind ? one->ruled.substr(0, one->ruled.size() - theirs.size()) : candidate.prefix;
  }

  /// The one that lacks least; null where it has so little that it is there by chance.
  const Candidate* closest() const {
    const auto best = std::max_element(
        candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
          return std::pair(a.fitting, a.found.size()) < std::pair(b.fitting, b.found.size());
        });
    const bool any = best != candidates_.end() && (best->fitting * 4 >= shapes_.size() ||
                                                   best->found.size() * 2 >= shapes_.size());
    return any ? &*best : nullptr;
  }

  Candidate join_usual_prefixes() {
    const Candidate nothing{.naming = &namings().front(), .prefix = {}, .found = {}};
    Candidate joined = nothing;
    for (const Candidate& one : candidates_) {
      if (one.naming != joined.naming || !is_usual(one.prefix)) continue;
      for (const auto& [name, tensor] : one.found) {
        if (joined.found.contains(name)) return nothing;  // no saying which
        add(joined, shapes_.find(name)->first, *tensor);
      }
    }
    return joined;
  }

  void take(const Candidate& candidate) {
    std::set<const WeightTensor*> used;
    for (const auto& [name, shape] : shapes_) {
      const auto at = candidate.found.find(name);
      if (at == candidate.found.end()) {
        out_.missing.push_back(name);
        continue;
      }
      const WeightTensor& tensor = *at->second->tensor;
      used.insert(&tensor);
      const EncoderFit::Match match{tensor.name, name, tensor.shape, shape};
      out_.matches.push_back(match);
      if (tensor.type == StoredType::kOther) {
        out_.unreadable.push_back(match);
      } else if (!match.fits()) {
        out_.misshapen.push_back(match);
      }
    }
    const auto biases = biases_of(candidate);
    for (const Named& one : named_) {
      if (used.contains(one.tensor)) continue;
      const auto bias = biases.find(one.name);
      if (bias != biases.end()) {
        const auto& weight = shapes_.find(bias->second + ".weight")->second;
        out_.biases.push_back(
            {one.tensor->name, bias->second + ".bias", one.tensor->shape, {weight.front()}});
      } else if (!one.tensor->name.ends_with("num_batches_tracked")) {
        out_.unused.push_back(one.tensor->name);
      }
    }
    say(candidate);
  }

  /// Biases in front of norms, by the file's names, and their convolutions: no values of the
  /// encoder, and still a part of what the file computes.
  std::map<std::string, std::string> biases_of(const Candidate& candidate) const {
    std::map<std::string, std::string> biases;
    for (const auto& [weight, shape] : shapes_) {
      if (shape.size() != 4 || !weight.ends_with(".weight")) continue;
      const std::string convolution = weight.substr(0, weight.size() - 7);
      if (!shapes_.contains(norm_behind(convolution) + ".running_mean")) continue;
      biases.emplace(candidate.prefix + candidate.naming->of(convolution + ".bias"), convolution);
    }
    return biases;
  }

  void say(const Candidate& candidate) {
    const std::size_t all = candidate.found.size();
    std::size_t ruled = 0, slashes = 0, wrapped = 0;
    std::map<std::string, std::size_t> prefixes;
    for (const auto& [name, one] : candidate.found) {
      ruled += one->by_rule() ? 1 : 0;
      const std::string pointed = with_points(one->ruled);
      slashes += pointed != one->ruled && one->name != one->ruled ? 1 : 0;
      wrapped += one->name != one->ruled && one->name != pointed ? 1 : 0;
      const std::string theirs = candidate.naming->of(name);
      ++prefixes[one->name.substr(0, one->name.size() - theirs.size())];
    }
    if (all == 0) return;
    const auto names = [](std::size_t n) { return counted(n, "name", "names"); };
    if (ruled > 0) out_.notes.push_back("rules changed " + names(ruled));
    if (slashes > 0) out_.notes.push_back("'/' became '.' in " + names(slashes));
    if (wrapped > 0) {
      out_.notes.push_back("wrappers such as '_orig_mod.' and 'module.' were taken off " +
                           names(wrapped));
    }
    for (const auto& [prefix, count] : prefixes) {
      if (prefix.empty()) continue;
      out_.notes.push_back("'" + printable(prefix) + "' was taken off " + names(count));
    }
    if (!candidate.naming->parts.empty()) {
      out_.notes.push_back("names of " + std::string(candidate.naming->library) +
                           " became torchvision's");
    }
  }

  const WeightsFile& file_;
  Shapes shapes_;
  std::vector<Named> named_;
  std::vector<Candidate> candidates_;
  EncoderFit out_;
};

}  // namespace

std::string norm_behind(const std::string& convolution) {
  constexpr std::string_view kConv = "conv", kDigits = "0123456789";
  const std::size_t begin = convolution.find_last_of('.') + 1;
  const std::string last = convolution.substr(begin), before = convolution.substr(0, begin);
  if (last.starts_with(kConv)) return before + "bn" + last.substr(kConv.size());
  if (last.empty() || last.size() > 6 || last.find_first_not_of(kDigits) != std::string::npos) {
    return "";
  }
  return before + std::to_string(std::stoi(last) + 1);
}

EncoderFit fit_encoder(const WeightsFile& file, const Parameters& parameters,
                       const std::vector<NameRule>& rules) {
  return Fitter(file, parameters, rules).fit();
}

}  // namespace storyteller
