#pragma once

#include <optional>
#include <string>
#include <string_view>

// What people call the three parts of a data set, in tables, JSON, file names and --split.
namespace storyteller {

/// The three parts of a data set. `kVal` is what Flickr8k calls "dev": models are selected on it.
enum class Split { kTrain, kVal, kTest };

/// "train" | "val" (also "dev") | "test"; anything else is a UsageError with a suggestion.
Split parse_split(std::string_view name);
std::string_view split_name(Split split);

/// The split of a name, whatever its case and the blanks around it: train, training, trn, restval
/// (Karpathy's) | val, valid, validation, dev, development, eval, evaluation, minival | test,
/// testing, tst. A year behind it (train2017) is nothing. Nothing for another name.
std::optional<Split> split_named(std::string_view name);

/// Whether a name says that there is none: empty, or as pandas and JSON write what is missing.
bool names_no_split(std::string_view name);

/// The split that the name of a file or folder tells: "train-000000.tar", "coco_karpathy_val.json",
/// "captions_train2017.json". The first of its words that names one decides; nothing where no word
/// does.
std::optional<Split> split_in_name(std::string_view name);

/// "unknown split 'trian' (known: train, val, test); did you mean 'train'?"
std::string unknown_split(std::string_view name);

}  // namespace storyteller
