# What users of the library include, as <storyteller/PATH>; docs/library.md shows it. Headers that
# these include are installed beside them, without being promised; all others stay here.
set(public_headers
  # The engine.
  core/config.h
  core/device.h
  core/dtype.h
  core/error.h
  core/ops/ops.h
  core/parameters.h
  core/random_stream.h
  core/serialization/safetensors.h
  core/serialization/safetensors_writer.h
  core/serialization/weights_file.h
  core/system/signals.h
  core/system/threads.h
  core/tape.h
  core/tensor.h
  # Captioning.
  model/captioner.h
  model/captioning.h
  model/ensemble.h
  model/image/decode.h
  model/image/encode.h
  model/image/image.h
  model/image/picture_folder.h
  model/image/preprocess.h
  model/model_options.h
  model/search/search.h
  model/shipped_model.h
  model/vocabulary.h
  # Metrics and statistics of captions.
  train/metrics/caption_scorer.h
  train/metrics/consensus.h
  train/metrics/files/caption_file.h
  train/metrics/sets/set_report.h
  train/metrics/statistics/caption_report.h
  train/metrics/table.h
  train/text/ptb/tokenizer.h
  # Data sets, training, evaluation, ratings.
  train/data/dataset.h
  train/data/verification.h
  train/rating/rating_analysis.h
  train/session/training_session.h
  train/validation/evaluation.h)
