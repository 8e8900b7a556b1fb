#pragma once

#include <string>
#include <vector>

#include "tools/apps/serve/caption_request.h"
#include "tools/apps/serve/http_message.h"
#include "tools/apps/serve/problem.h"
#include "tools/apps/serve/routes.h"

namespace storyteller::serve {

// Each dialect reads requests, and throws Problem 400 or 415 for what it cannot, and puts answers.

/// A picture as the body, a form, or JSON.
CaptionRequest own_request(const RequestHead& head, std::string body);
Response own_answer(const CaptionRequest& request, const std::vector<PictureAnswer>& answers,
                    const Timing& timing, const ModelCard& model);

enum class OllamaCall { kGenerate, kChat };
CaptionRequest ollama_request(OllamaCall call, std::string body);
Response ollama_answer(OllamaCall call, const CaptionRequest& request, const PictureAnswer& answer,
                       const Timing& timing, const ModelCard& model);
/// The answer to a request that loads the model alone.
Response ollama_loaded(OllamaCall call, const ModelCard& model);
Response ollama_tags(const ModelCard& model);
Response ollama_running(const ModelCard& model);
Response ollama_version(const ModelCard& model);
/// The model that POST /api/show asks for.
std::string ollama_shown(std::string body);
Response ollama_show(const ModelCard& model);

CaptionRequest openai_request(std::string body);
Response openai_answer(const CaptionRequest& request, const PictureAnswer& answer,
                       const ModelCard& model);
Response openai_models(const ModelCard& model);

/// 503 where no model is loaded yet (null), and where the server stops.
Response health_answer(const ModelCard* model, double uptime, bool draining);
/// An error as the dialect has it, with the status that its clients know.
Response error_answer(Dialect dialect, const Problem& problem);

/// Whether a model's name, as a request has it, is that of this model.
bool is_name_of(const std::string& asked, const ModelCard& model);
/// "A", " dog", " runs.": what a stream says one by one.
std::vector<std::string> spoken_pieces(const std::string& text);

}  // namespace storyteller::serve
