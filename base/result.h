// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Result<T>: a value or an Error, for everything that outside input can make fail.
// Exceptions never cross a library boundary in Areia; functions that can fail return Result.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace areia {

/// Who is at fault; decides the exit status of the command line (design: 1 work failed, 2 bad input).
enum class ErrorKind {
  kBadInput,    ///< a file, flag or description from the user is wrong: exit status 2
  kWorkFailed,  ///< the input was fine but the work failed (a fault on the chip, say): exit status 1
};

/// What went wrong, where, and what to do, in one or two lines fit to show to a user.
struct Error {
  ErrorKind kind = ErrorKind::kBadInput;
  std::string message;
};

/// Makes an error about the user's input.
inline Error bad_input(std::string message) { return {ErrorKind::kBadInput, std::move(message)}; }
/// Makes an error about work that failed on good input.
inline Error work_failed(std::string message) { return {ErrorKind::kWorkFailed, std::move(message)}; }

/// A value of type T or an Error. Check with ok() (or `if (!result)`) before value().
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT: implicit on purpose, as in `return value;`
  Result(Error error) : state_(std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<T>(state_); }
  const T& value() const& { return std::get<T>(state_); }
  T&& value() && { return std::get<T>(std::move(state_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }

  const Error& error() const { return std::get<Error>(state_); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace areia

/// Returns the error of `expression` (a Result) from the enclosing function, if it has one.
#define AREIA_RETURN_IF_ERROR(expression)                                                     \
  do {                                                                                        \
    if (auto areia_result_ = (expression); !areia_result_.ok()) return areia_result_.error(); \
  } while (false)
