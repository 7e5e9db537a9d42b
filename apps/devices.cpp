// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// From a fidelity's name to the device that has it.
#include "apps/devices.h"

#include "sim/chip.h"

namespace areia::apps {

Result<std::unique_ptr<Device>> make_device(const ChipDescription& chip, const DeviceOptions& options) {
  if (options.fidelity == "functional" || options.fidelity == "timed") {
    auto device = sim::Chip::create(chip, {.threads = options.threads, .timed = options.fidelity == "timed"});
    if (!device.ok()) return device.error();
    return std::unique_ptr<Device>(*std::move(device));
  }
  return bad_input("no fidelity named '" + options.fidelity + "'; there are: functional, timed");
}

}  // namespace areia::apps
