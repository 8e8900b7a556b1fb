#pragma once

#include <filesystem>
#include <memory>

#include "train/data/dataset.h"

// One function a format; docs/data.md shows the files. All throw InputError, naming file and line,
// for what is missing or cannot be read.
namespace storyteller {

/// Flickr8k as it is distributed (Hodosh, Young and Hockenmaier, JAIR 2013). Below the folder, or
/// its Flickr8k_text and Flickr8k_Dataset:
///   Flickr8k.token.txt            lines "name.jpg#k<TAB>caption"
///   Flickr_8k.trainImages.txt     one name a line; devImages is `kVal`, testImages `kTest`
///   images | Images | Flicker8k_Dataset | Flickr8k_Dataset      the photographs
std::unique_ptr<Dataset> open_flickr8k(const std::filesystem::path& folder, Split split,
                                       const OpenOptions& options);

/// Flickr30k (Young et al., TACL 2014): results_20130124.token, or results.csv with its three
/// columns between '|'. Splits: Karpathy's dataset_flickr30k.json, or train.txt, val.txt, test.txt
/// with one name a line, ".jpg" or not.
std::unique_ptr<Dataset> open_flickr30k(const std::filesystem::path& folder, Split split,
                                        const OpenOptions& options);

/// COCO captions (Chen et al. 2015): annotations/captions_SPLITYEAR.json, photographs in SPLITYEAR
/// or images/SPLITYEAR. There are no captions of test.
std::unique_ptr<Dataset> open_coco2014(const std::filesystem::path& folder, Split split,
                                       const OpenOptions& options);
std::unique_ptr<Dataset> open_coco2017(const std::filesystem::path& folder, Split split,
                                       const OpenOptions& options);

/// Karpathy's splits (CVPR 2015): dataset_{coco,flickr8k,flickr30k}.json, or a folder with one of
/// them. `restval` belongs to train. Photographs lie beside the file or in its folder `images`.
std::unique_ptr<Dataset> open_karpathy(const std::filesystem::path& path, Split split,
                                       const OpenOptions& options);

/// Conceptual Captions (Sharma et al., ACL 2018): the tables that for_each_link reads, called
/// Train_GCC-training.tsv and Validation_GCC-1.1.0-Validation.tsv, or train.tsv and val.tsv, with
/// the photographs that were fetched in images/train and images/val, by NumberedPictures. A path in
/// place of the link is relative to images. Links die: what is not there is counted, not bad.
std::unique_ptr<Dataset> open_conceptual(const std::filesystem::path& folder, Split split,
                                         const OpenOptions& options);

/// JSON lines, one object each: "image" (or "file_name", "path") and "caption" (or "text"), a
/// string, or "captions", an array; "split" where there is one. A folder with captions.jsonl or
/// metadata.jsonl, a file, or "-" for what comes through a pipe. Pictures lie beside it or in
/// `images`. Without "split", nine of ten pictures are train and one in twenty each val and test,
/// by a hash of their name.
std::unique_ptr<Dataset> open_jsonl(const std::filesystem::path& path, Split split,
                                    const OpenOptions& options);

/// The same as columns, named in the first line, between commas (RFC 4180) or tabs.
std::unique_ptr<Dataset> open_csv(const std::filesystem::path& path, Split split,
                                  const OpenOptions& options);

/// Captions without pictures, to learn words from: whatever read_caption_file() reads, gzip or not,
/// such as a table of image_id and caption; captions of one id are of one picture. Train alone:
/// other splits are NoSuchSplit.
std::unique_ptr<Dataset> open_text(const std::filesystem::path& path, Split split,
                                   const OpenOptions& options);

/// easy-VQA (Zhou 2019): train/questions.json and test/questions.json, arrays of [question, answer,
/// picture], with the pictures images/PICTURE.png beside them. Val are the pictures of train whose
/// number ends in 9.
std::unique_ptr<Dataset> open_easy_vqa(const std::filesystem::path& folder, Split split,
                                       const OpenOptions& options);

/// VQA v1 and v2 (Antol et al. 2015, Goyal et al. 2017): questions and annotations under their
/// official names, or SPLIT_questions.json and SPLIT_annotations.json; photographs under COCO's
/// names, or as 000000000042.jpg, in train2014, val2014 or images.
std::unique_ptr<Dataset> open_vqa(const std::filesystem::path& folder, Split split,
                                  const OpenOptions& options);

/// Questions that are made of the captions of another data set, FORMAT:PATH (make_questions).
std::unique_ptr<Dataset> open_made(const std::filesystem::path& specification, Split split,
                                   const OpenOptions& options);

/// Tar files as WebDataset writes them (see read_shard): members NAME.jpg (or .jpeg, .png) with
/// NAME.txt, one caption a line, or NAME.json with "caption", "captions" or "text". What
/// find_shards finds. The split stands in the name of the file or its folder ("train-000001.tar"),
/// in the JSON, or follows as above. The archives are read once, in a stream; pictures are then
/// read where they lie, so that compressed ones are an error.
std::unique_ptr<Dataset> open_shards(const std::filesystem::path& path, Split split,
                                     const OpenOptions& options);

}  // namespace storyteller
