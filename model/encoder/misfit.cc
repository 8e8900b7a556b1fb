#include "model/encoder/misfit.h"

#include <algorithm>

#include "core/error.h"
#include "core/serialization/safetensors.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"
#include "model/encoder/encoder.h"

namespace storyteller {
namespace {

using Norm = EncoderChoices::Norm;

EncoderChoices with_other_norm(const std::string& encoder, EncoderChoices choices) {
  const bool folded = encoder_options(encoder, choices).layers.folded;
  choices.norm = folded ? Norm::kBatch : Norm::kFolded;
  return choices;
}

std::string norm_of(const EncoderChoices& choices) {
  return choices.norm == Norm::kFolded ? "folded" : "batch";
}

bool is_statistic(const std::string& name) {
  return name.ends_with(".running_mean") || name.ends_with(".running_var");
}

std::string under(const std::vector<std::string>& prefixes) {
  std::string text;
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    text += (i == 0                     ? ""
             : i + 1 == prefixes.size() ? " and "
                                        : ", ") +
            ("'" + printable(prefixes[i]) + "'");
  }
  return text;
}

/// Names of Keras: its layers, and kernels whose axes are rows, columns, in, out.
bool looks_like_keras(const WeightsFile& file) {
  return std::any_of(file.tensors().begin(), file.tensors().end(), [](const WeightTensor& tensor) {
    const std::string& name = tensor.name;
    return name.ends_with("kernel:0") || name.ends_with("/kernel") ||
           name.ends_with("moving_mean:0") || name.ends_with("/moving_mean");
  });
}

/// "50 of 52 tensors are missing, such as 'conv1.weight', and 1 has another shape, ..."
std::string lack_of(const EncoderFit& fit) {
  std::string text;
  if (!fit.missing.empty()) {
    text = std::to_string(fit.missing.size()) + " of " +
           counted(fit.missing.size() + fit.matches.size(), "tensor", "tensors") +
           (fit.missing.size() == 1 ? " is" : " are") + " missing, such as '" +
           fit.missing.front() + "'";
  }
  if (!fit.misshapen.empty()) {
    const EncoderFit::Match& first = fit.misshapen.front();
    text += (text.empty() ? "" : ", and ") +
            (counted(fit.misshapen.size(), "tensor has", "tensors have") +
             " another shape, such as '" + printable(first.file_name) + "' with " +
             shape_text(first.file_shape) + " for " + shape_text(first.shape));
  }
  return text;
}

/// Why it may not fit where the file itself says so; "" where it does not.
std::string cause_in_file(const WeightsFile& file, const EncoderFit& fit) {
  if (!fit.unreadable.empty()) {
    const WeightTensor& tensor = file.find(fit.unreadable.front().file_name);
    return "tensor '" + printable(tensor.name) + "' has the type " + type_text(tensor) +
           ", which is not read; save it as float32 or float16";
  }
  if (!file.part_of().empty()) return lack_of(fit) + "; the file is " + file.part_of();
  if (fit.misshapen.empty() && !fit.missing.empty() &&
      std::all_of(fit.missing.begin(), fit.missing.end(), is_statistic)) {
    return counted(fit.missing.size() / 2, "batch norm", "batch norms") +
           " have no running_mean and running_var, without which they cannot be applied: save "
           "model.state_dict(), which has these buffers, not the parameters alone";
  }
  if (looks_like_keras(file)) {
    return "its names are those of Keras, whose kernels have their axes in another order; take "
           "the weights of a PyTorch model";
  }
  return "";
}

/// " NAME" of encoders that it does fit, with their settings.
std::string fitting_text(const WeightsFile& file) {
  std::string text;
  for (const FittingEncoder& one : fitting_encoders(file)) {
    text += (text.empty() ? "" : ", ") + one.encoder +
            (one.setting.empty() ? "" : " (" + one.setting + ")");
  }
  return text;
}

}  // namespace

EncoderFit fit_to(const WeightsFile& file, const std::string& encoder,
                  const EncoderChoices& choices, const std::vector<NameRule>& rules) {
  Parameters parameters;
  parameters.add_group({.name = "encoder", .trainable = false});
  make_encoder(encoder, parameters, encoder_options(encoder, choices));
  return fit_encoder(file, parameters, rules);
}

std::vector<FittingEncoder> fitting_encoders(const WeightsFile& file) {
  std::vector<FittingEncoder> fitting;
  for (const std::string& name : encoder_names()) {
    if (!is_pretrained(name)) continue;
    const EncoderChoices other = with_other_norm(name, {});
    for (const EncoderChoices& choices : {EncoderChoices{}, other}) {
      const EncoderFit fit = fit_to(file, name, choices, {});
      if (!fit.complete()) continue;
      fitting.push_back(
          {name, choices == other ? "encoder_norm=" + norm_of(other) : "", fit.notes});
      break;
    }
  }
  return fitting;
}

std::string nearest_encoder(const WeightsFile& file) {
  double most = 0.3;  // of an encoder's tensors; two networks have a few in common by chance
  std::string nearest;
  for (const std::string& name : encoder_names()) {
    if (!is_pretrained(name)) continue;
    for (const EncoderChoices& choices : {EncoderChoices{}, with_other_norm(name, {})}) {
      const EncoderFit fit = fit_to(file, name, choices, {});
      const std::size_t all = fit.missing.size() + fit.matches.size();
      if (!fit.rivals.empty()) {
        return name + ", which is there more than once, under " + under(fit.rivals);
      }
      const std::size_t right = fit.matches.size() - fit.misshapen.size() - fit.unreadable.size();
      const double share = static_cast<double>(right) / static_cast<double>(all);
      if (share <= most) continue;
      most = share;
      const std::string cause = cause_in_file(file, fit);
      nearest = name + ": " + (cause.empty() ? lack_of(fit) : cause);
    }
  }
  return nearest;
}

void require_fit(const WeightsFile& file, const EncoderFit& fit, const std::string& encoder,
                 const EncoderChoices& choices, const std::vector<NameRule>& rules) {
  if (fit.complete()) return;
  const std::string who = file.file() + ": ";
  if (!fit.rivals.empty()) {
    throw ModelError(who + "the encoder '" + encoder + "' is there " +
                     std::to_string(fit.rivals.size()) + " times, under " + under(fit.rivals) +
                     "; choose one with 'storyteller weights import --map RULES', where RULES is "
                     "a file with the line: " +
                     rule_without(fit.rivals.front()));
  }
  const std::string misfit = who + "does not fit the encoder '" + encoder + "': ";
  const EncoderChoices other = with_other_norm(encoder, choices);
  if (fit_to(file, encoder, other, rules).complete()) {
    throw ModelError(
        misfit + "its batch norms are " +
        (other.norm == Norm::kFolded ? "folded into its convolutions" : "there apart") +
        "; add `encoder_norm`=" + norm_of(other));
  }
  const std::string cause = cause_in_file(file, fit);
  if (!cause.empty()) throw ModelError(misfit + cause);
  const std::string others = fitting_text(file);
  throw ModelError(misfit + lack_of(fit) +
                   (others.empty() ? "; give the encoder's names with 'storyteller weights import "
                                     "--map RULES'"
                                   : "; it fits " + others) +
                   (file.other_keys().empty()
                        ? ""
                        : "; or choose another state dict by `key`: " + file.other_keys()));
}

}  // namespace storyteller
