#include "model/encoder/form_color_cnn.h"

#include "model/encoder/pretrained.h"

namespace storyteller {
namespace {

constexpr int64_t kCell = SceneEncoder::kSide / SceneEncoder::kGrid;  // pixels of a region
constexpr int64_t kStemChannels = 24, kColorChannels = 32;
constexpr int64_t kFormChannels[] = {48, 96};

std::string part(const char* name) { return std::string(kEncoderPrefix) + name; }

ConvolutionOptions pointwise(Activation activation) {
  return {.kernel = 1, .activation = activation};
}

}  // namespace

FormColorCnn::FormColorCnn(Parameters& parameters)
    : stem_(parameters, part("stem"), 3, kStemChannels, halving_convolution(4, Activation::kRelu)),
      form_{{parameters, part("form1"), kStemChannels, kFormChannels[0], true},
            {parameters, part("form2"), kFormChannels[0], kFormChannels[1], true}},
      form_out_(parameters, part("form_out"), kFormChannels[1], kWidth,
                pointwise(Activation::kNone)),
      color_(parameters, part("color"), 3, kColorChannels, pointwise(Activation::kRelu)),
      color_out_(parameters, part("color_out"), kColorChannels, kWidth,
                 pointwise(Activation::kNone)) {}

Var FormColorCnn::forward(Tape& tape, const Var& pictures) {
  Var form = stem_.forward(tape, pictures);
  for (ResidualBlock& block : form_) form = block.forward(tape, form);
  form = mean_pool(tape, form, {.window = {.height = 3, .width = 3, .padding = Padding::all(1)}});
  const Var means =
      mean_pool(tape, pictures, {.window = {.height = kCell, .width = kCell, .stride = kCell}});
  const Var x =
      color_out_.forward(tape, color_.forward(tape, means), form_out_.forward(tape, form));
  return reshape(tape, x, {x.shape()[0], x.shape()[1] * x.shape()[2], x.shape()[3]});
}

void FormColorCnn::freeze_statistics(bool frozen) {
  for (NormalisedConvolution* layer : {&stem_, &form_out_, &color_, &color_out_}) {
    layer->freeze_statistics(frozen);
  }
  for (ResidualBlock& block : form_) block.freeze_statistics(frozen);
}

}  // namespace storyteller
