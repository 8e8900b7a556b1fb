#pragma once

#include <string_view>

#include "train/data/formats/picture_list.h"

// Splits for sets that name none.
namespace storyteller {

/// Of twenty pictures, by a hash of the name: eighteen train, one val, one test.
Split split_by_name(std::string_view name);

/// Moves every picture to the split of split_by_name. Chance would leave small sets without
/// pictures to select a model on: where val or test get too few, the pictures of the smallest
/// hashes follow from the largest split. Val has at least one picture of two, two of ten, one in
/// twenty of up to 400 and one in forty beyond, which chance does not miss; test the same from ten
/// pictures on.
void divide_by_name(PictureList& list);

}  // namespace storyteller
