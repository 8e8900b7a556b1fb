#include "model/vqa/vqa_options.h"

namespace storyteller {

void declare(VqaOptions& options, Config& config) {
  config.add("vqa.embedding", options.embedding, {1, 4096},
             "task=vqa: word-embedding size of questions");
  config.add("vqa.hidden", options.hidden, {1, 8192}, "task=vqa: size of question and regions");
  config.add("vqa.attention", options.attention, {1, 8192}, "task=vqa: attention size");
  config.add("vqa.hops", options.hops, {1, 8}, "task=vqa: how often the picture is attended to");
  config.add("vqa.fusion", options.fusion,
             {{"sum", VqaFusion::kSum}, {"product", VqaFusion::kProduct}},
             "task=vqa: what was attended to and the question are added, or added and multiplied");
  config.add("vqa.dropout", options.dropout, {0, 0.99F},
             "task=vqa: dropout of the question and before the answer");
  config.add("vqa.blind", options.blind,
             "task=vqa: never look at pictures, for what questions alone tell");
}

}  // namespace storyteller
