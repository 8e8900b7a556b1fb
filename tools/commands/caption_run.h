#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/captioning.h"
#include "model/encoder_inputs.h"
#include "model/image/decode.h"
#include "tools/commands/caption_output.h"
#include "tools/commands/picture_names.h"
#include "tools/commands/word_arguments.h"

namespace storyteller {

/// Captions pictures in batches as they come. Of each, a batch keeps what the encoder reads and,
/// where it is shown, a small view: memory is that of one decoded picture, however many come.
class CaptionRun {
 public:
  struct Options {
    bool single = false;  ///< one picture was named and no more: what is wrong with it is thrown
    /// Captions of less, and of what does not look like a photograph, are not handed out.
    std::optional<double> min_confidence = {};
  };
  /// @param must names of captioning.demands.must.
  CaptionRun(Captioning captioning, std::vector<std::string> must, CaptionOutput& output,
             const Options& options);

  /// Reads a picture. Where it cannot be read, that is reported and the run goes on. Throws Stopped
  /// where a signal ends the waiting for a pipe.
  void add(PictureName picture);
  /// A name that gave no picture.
  void add_failure(const Error& error);

  bool empty() const { return pictures_.empty(); }
  bool full() const { return pictures_.size() >= kBatch; }
  /// Captions what was added and hands it out, failures in their places.
  void flush();
  /// After the last flush(): judges the last folder, unless the run was `stopped` inside, and says
  /// how much of all failed, what was not said and what was left out.
  void finish(bool stopped);

  size_t captioned() const { return captioned_; }
  /// Of all pictures so far.
  size_t total() const { return total_; }
  /// 0; else the code of the first failure that was no bad input; else 3 where a picture that was
  /// named could not be read, none of a folder, or more of the folders than `max_bad`, a share.
  int exit_code(double max_bad) const;

 private:
  static constexpr size_t kBatch = 16;

  struct Pending {
    PictureName picture;
    uint64_t number = 0;        // of those that were added, from 0
    EncoderInputs inputs = {};  // empty: `error` says why
    Image view = {};            // empty: it is not shown
    ImageWarnings warnings = {};
    std::string error = {};
  };

  Pending read(PictureName picture) const;
  /// Reports it, in `pending` too, and counts it.
  void fail(Pending& pending, const Error& error);
  /// Captions those of `pictures_` that could be read; all at once, or where memory does not allow
  /// that one by one. Of others nothing.
  std::vector<Description> caption_all();
  std::vector<Description> caption(const std::vector<const Pending*>& pictures);
  bool leaves_out(const Assessment& assessment) const;
  void hand_out(Pending& pending, const Description& description);
  /// The pictures of `folder` follow; null: of none. Judges the one before.
  void enter(const std::shared_ptr<FolderTally>& folder);

  Captioning captioning_;
  MissingWords missing_;
  CaptionOutput& output_;
  Options options_;
  std::vector<Pending> pictures_;
  std::shared_ptr<FolderTally> folder_;
  size_t total_ = 0, captioned_ = 0, failed_ = 0, bad_found_ = 0, left_out_ = 0;
  std::filesystem::path first_left_out_;
  bool empty_folder_ = false;
  ExitCode worst_ = ExitCode::kOk;  // of what is never forgiven
};

}  // namespace storyteller
