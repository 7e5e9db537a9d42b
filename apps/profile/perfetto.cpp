// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Protocol-buffer fields by hand: varints and lengths are all that the format needs.
#include "apps/profile/perfetto.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>

namespace areia::apps {
namespace {

// Field numbers of TracePacket, TrackDescriptor and TrackEvent.
constexpr unsigned kTracePacket = 1;
constexpr unsigned kTimestamp = 8, kSequenceId = 10, kTrackEvent = 11, kSequenceFlags = 13,
                   kTrackDescriptor = 60;
constexpr unsigned kUuid = 1, kName = 2, kParentUuid = 5, kCounter = 8;
constexpr unsigned kType = 9, kTrackUuid = 11, kEventName = 23, kDoubleCounterValue = 44;
constexpr int kSliceBegin = 1, kSliceEnd = 2, kCounterEvent = 4;
constexpr unsigned kSequence = 1;
constexpr unsigned kStateCleared = 1;

void add_varint(std::string& to, std::uint64_t value) {
  while (value >= 0x80) {
    to += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  to += static_cast<char>(value);
}
void add_number(std::string& to, unsigned field, std::uint64_t value) {
  add_varint(to, field << 3);
  add_varint(to, value);
}
void add_bytes(std::string& to, unsigned field, const std::string& bytes) {
  add_varint(to, field << 3 | 2);
  add_varint(to, bytes.size());
  to += bytes;
}
void add_double(std::string& to, unsigned field, double value) {
  add_varint(to, field << 3 | 1);
  auto bits = std::bit_cast<std::uint64_t>(value);
  for (int i = 0; i < 8; ++i, bits >>= 8) to += static_cast<char>(bits & 0xff);
}

}  // namespace

PerfettoTrace::PerfettoTrace(File file, std::string path, const ChipDescription& chip)
    : file_(std::move(file)), path_(std::move(path)), chip_(chip) {}

Result<std::unique_ptr<PerfettoTrace>> PerfettoTrace::create(const std::string& path,
                                                             const ChipDescription& chip) {
  File file(std::fopen(path.c_str(), "wb"));
  if (!file) return bad_input(fmt::format("{}: cannot be written: {}", path, std::strerror(errno)));
  return std::unique_ptr<PerfettoTrace>(new PerfettoTrace(std::move(file), path, chip));
}

std::uint64_t PerfettoTrace::nanoseconds(Cycle cycle) const {
  return static_cast<std::uint64_t>(std::floor(static_cast<double>(cycle) * 1e9 / chip_.clock_hz));
}

void PerfettoTrace::packet(const std::string& body) {
  std::string framed;
  add_bytes(framed, kTracePacket, body);
  if (std::fwrite(framed.data(), 1, framed.size(), file_.get()) != framed.size()) failed_ = true;
}

void PerfettoTrace::describe_track(std::uint64_t uuid, std::uint64_t parent, const std::string& name,
                                   bool counter) {
  std::string track, body;
  add_number(track, kUuid, uuid);
  add_bytes(track, kName, name);
  if (parent != 0) add_number(track, kParentUuid, parent);
  if (counter) add_bytes(track, kCounter, {});
  add_number(body, kSequenceId, kSequence);
  if (!begun_) add_number(body, kSequenceFlags, kStateCleared);
  begun_ = true;
  add_bytes(body, kTrackDescriptor, track);
  packet(body);
}

std::uint64_t PerfettoTrace::group(const std::string& name) {
  const auto [place, is_new] = tracks_.try_emplace(name, tracks_.size() + 1);
  if (is_new) describe_track(place->second, 0, name, false);
  return place->second;
}

std::uint64_t PerfettoTrace::track(const std::string& group_name, const std::string& name, bool counter) {
  const std::uint64_t parent = group(group_name);
  const auto [place, is_new] = tracks_.try_emplace(group_name + '/' + name, tracks_.size() + 1);
  if (is_new) describe_track(place->second, parent, name, counter);
  return place->second;
}

void PerfettoTrace::event(std::uint64_t uuid, Cycle cycle, int type, const std::string& name, double value) {
  std::string event, body;
  add_number(event, kType, static_cast<std::uint64_t>(type));
  add_number(event, kTrackUuid, uuid);
  if (type == kSliceBegin) add_bytes(event, kEventName, name);
  if (type == kCounterEvent) add_double(event, kDoubleCounterValue, value);
  add_number(body, kTimestamp, nanoseconds(cycle));
  add_number(body, kSequenceId, kSequence);
  add_bytes(body, kTrackEvent, event);
  packet(body);
}

std::string PerfettoTrace::name_of(const TraceSpan& span) const {
  static constexpr const char* kCommands[] = {"mma", "clear", "load", "store"};
  if (span.track == TraceSpan::Track::kTensor) return kCommands[span.value & 3];
  if (span.track == TraceSpan::Track::kDma) return fmt::format("{} bytes", span.bytes);
  const auto index = operator_of(span.value);
  if (!index) return "other";
  const std::string name =
      *index < operators_.size() ? operators_[*index] : fmt::format("operator {}", *index);
  return (span.value & kMarkerBarrier) != 0 ? "barrier after " + name : name;
}

std::string PerfettoTrace::track_of(const TraceSpan& span) const {
  switch (span.track) {
    case TraceSpan::Track::kOperator:
      return "operators";
    case TraceSpan::Track::kHart:
      return "hart";
    case TraceSpan::Track::kTensor:
      return span.value >= 2 ? "accumulators" : "tensor engine";
    case TraceSpan::Track::kDma:
      return fmt::format("DMA channel {}", span.value);
  }
  return {};
}

void PerfettoTrace::span(const TraceSpan& span) {
  // Descriptors of a channel overlap while they wait for each other: each begins where the last one ended.
  const std::string tile = fmt::format("tile {}", span.unit);
  const std::uint64_t uuid = track(tile, track_of(span), false);
  Cycle& free = free_[uuid];
  const Cycle begin = std::max(span.begin, free);
  if (begin >= span.end) return;
  free = span.end;
  event(uuid, begin, kSliceBegin, name_of(span), 0);
  event(uuid, span.end, kSliceEnd, {}, 0);
}

void PerfettoTrace::sample(const TraceSample& sample) {
  static constexpr const char* kDirections[] = {"east", "west", "south", "north"};
  const bool dram = sample.track == TraceSample::Track::kDramChannel;
  const std::uint64_t uuid =
      dram ? track("DRAM, bytes a cycle", fmt::format("channel {}", sample.unit), true)
           : track("network, bytes a cycle",
                   fmt::format("tile {} {}", sample.unit / 4, kDirections[sample.unit % 4]), true);
  if (sample.begin >= sample.end) return;
  // A counter keeps its value until the next one: where samples do not follow each other it was zero.
  const auto [place, is_new] = counted_.try_emplace(uuid, sample.end);
  if (!is_new && place->second < sample.begin) event(uuid, place->second, kCounterEvent, {}, 0);
  place->second = sample.end;
  const double cycles = static_cast<double>(sample.end - sample.begin);
  event(uuid, sample.begin, kCounterEvent, {}, static_cast<double>(sample.bytes) / cycles);
}

Result<void> PerfettoTrace::finish() {
  for (const auto& [uuid, end] : counted_) event(uuid, end, kCounterEvent, {}, 0);
  counted_.clear();
  if (std::fflush(file_.get()) != 0) failed_ = true;
  if (failed_) return work_failed(path_ + ": not all of the trace could be written; is the disk full?");
  return {};
}

}  // namespace areia::apps
