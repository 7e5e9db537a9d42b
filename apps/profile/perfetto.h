// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A trace of a run for the Perfetto UI (ui.perfetto.dev), in its native format: TracePackets of track events.
// Source of the field numbers: Perfetto's protos/perfetto/trace, as its Python package carries them.
#pragma once

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "spec/abi/timing.h"
#include "spec/chip/chip.h"

namespace areia::apps {

/// Writes as it hears. A nanosecond of the trace is one of the chip's, rounded down from its cycles.
class PerfettoTrace final : public TraceSink {
 public:
  /// Bad input where the file cannot be written.
  static Result<std::unique_ptr<PerfettoTrace>> create(const std::string& path, const ChipDescription& chip);

  /// Names for the operators of the plan that comes next.
  void set_operators(std::vector<std::string> names) { operators_ = std::move(names); }
  void span(const TraceSpan& span) override;
  void sample(const TraceSample& sample) override;
  /// Ends the file. Work failed where not all of it could be written.
  Result<void> finish();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Closer>;
  PerfettoTrace(File file, std::string path, const ChipDescription& chip);

  std::uint64_t nanoseconds(Cycle cycle) const;
  void describe_track(std::uint64_t uuid, std::uint64_t parent, const std::string& name, bool counter);
  std::uint64_t group(const std::string& name);
  std::uint64_t track(const std::string& group_name, const std::string& name, bool counter);
  void event(std::uint64_t uuid, Cycle cycle, int type, const std::string& name, double value);
  void packet(const std::string& body);
  std::string name_of(const TraceSpan& span) const;
  std::string track_of(const TraceSpan& span) const;

  File file_;
  std::string path_;
  ChipDescription chip_;
  std::vector<std::string> operators_;
  std::map<std::string, std::uint64_t> tracks_;  ///< by group and name
  std::map<std::uint64_t, Cycle> free_;          ///< by track: where its last slice ended
  std::map<std::uint64_t, Cycle> counted_;       ///< by counter: where its last sample ended
  bool begun_ = false, failed_ = false;
};

}  // namespace areia::apps
