// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Prices by the hour and by the token.
#include "apps/predict/price.h"

namespace areia::apps {

HourlyPrice hourly_price(const Accelerator& chip) {
  HourlyPrice price;
  if (chip.purchase_usd) price.bought = chip.purchase_usd->value / (kYearsOfUse * kHoursAYear);
  if (chip.rent_usd_hour) price.rented = chip.rent_usd_hour->value;
  return price;
}

std::optional<double> dollars_per_million(std::optional<double> dollars_per_hour, double chips,
                                          double tokens_per_second) {
  constexpr double kSecondsAnHour = 3600, kMillion = 1e6;
  if (!dollars_per_hour || !(tokens_per_second > 0)) return std::nullopt;
  return *dollars_per_hour * chips / kSecondsAnHour / tokens_per_second * kMillion;
}

}  // namespace areia::apps
