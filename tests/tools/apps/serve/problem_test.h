#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tools/apps/serve/problem.h"

namespace storyteller::serve {

/// The problem that `body` throws; fails without one.
template <class Body>
Problem problem_in(const Body& body) {
  try {
    body();
  } catch (const Problem& problem) {
    return problem;
  }
  ADD_FAILURE() << "no problem";
  return {0, "none", ""};
}

/// "403 forbidden_host"; "passed".
template <class Body>
std::string outcome(const Body& body) {
  try {
    body();
  } catch (const Problem& problem) {
    return std::to_string(problem.status()) + " " + problem.code();
  }
  return "passed";
}

}  // namespace storyteller::serve
