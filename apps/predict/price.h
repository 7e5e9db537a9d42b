// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// What a chip costs an hour.
#pragma once

#include <optional>

#include "spec/accelerator/accelerator.h"

namespace areia::apps {

/// A bought chip is written off over this many years of use without a pause; power and house are not in it.
inline constexpr double kYearsOfUse = 4, kHoursAYear = 8766;

/// Dollars an hour of one chip; absent where no price is known.
struct HourlyPrice {
  std::optional<double> bought;  ///< purchase price / (kYearsOfUse * kHoursAYear)
  std::optional<double> rented;
};
HourlyPrice hourly_price(const Accelerator& chip);

/// Dollars for a million tokens.
std::optional<double> dollars_per_million(std::optional<double> dollars_per_hour, double chips,
                                          double tokens_per_second);

}  // namespace areia::apps
