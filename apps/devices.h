// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The devices that areia can run programs on: one line each in make_device.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "spec/abi/device.h"
#include "spec/chip/chip.h"

namespace areia::apps {

struct DeviceOptions {
  std::string fidelity = "functional";
  unsigned threads = 0;  ///< host threads; 0: as many as the host has. No result depends on it
};

/// A device for `chip`. Bad input where the fidelity does not exist; work failed where the host is too small.
Result<std::unique_ptr<Device>> make_device(const ChipDescription& chip, const DeviceOptions& options = {});

}  // namespace areia::apps
