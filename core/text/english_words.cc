#include "core/text/english_words.h"

#include <unordered_set>

namespace storyteller {

bool is_function_word(std::string_view word) {
  static const std::unordered_set<std::string_view> words = {
      // articles, determiners, quantities
      "a", "an", "the", "this", "that", "these", "those", "some", "any", "each", "every", "all",
      "both", "another", "other", "one", "no",
      // pronouns
      "i", "you", "he", "she", "it", "we", "they", "him", "her", "them", "us", "me", "his", "its",
      "their", "my", "your", "our", "himself", "herself", "itself", "themselves", "who", "which",
      "what", "whose", "there",
      // prepositions and particles
      "of", "in", "on", "at", "by", "to", "for", "from", "with", "without", "into", "onto", "over",
      "under", "above", "below", "up", "down", "off", "out", "through", "across", "along", "around",
      "behind", "beside", "between", "among", "near", "next", "against", "towards", "toward",
      "past", "during", "after", "before", "inside", "outside", "about", "like", "away", "front",
      // auxiliary verbs
      "is", "are", "was", "were", "be", "been", "being", "am", "has", "have", "had", "do", "does",
      "did", "can", "could", "will", "would", "may", "might", "must", "should",
      // conjunctions and adverbs of grammar
      "and", "or", "but", "nor", "so", "if", "as", "than", "while", "when", "where", "because",
      "not", "n't", "'s", "very", "too", "also", "then",
      // marks
      ",", ".", "'", "-", ";", ":"};
  return words.contains(word);
}

bool is_bad_ending(std::string_view word) {
  static const std::unordered_set<std::string_view> words = {
      "a",    "an",   "the",  "this",    "his",     "her",     "its",  "their", "my",
      "your", "our",  "and",  "or",      "but",     "while",   "as",   "that",  "which",
      "of",   "with", "at",   "to",      "for",     "from",    "into", "onto",  "by",
      "in",   "on",   "than", "between", "against", "towards", "is",   "are",   "was",
      "were", "be",   "has",  "wearing", "very",    "during",  "who",  "among", "because"};
  return words.contains(word);
}

}  // namespace storyteller
