// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The Xareia instructions and slow memory accesses of a tile, and its part in the phases.
#include "sim/tile.h"

#include "sim/tile_clock.h"
#include "sim/xareia_opcode.h"
#include "spec/abi/memory_map.h"

namespace areia::sim {
namespace {

/// What a clock says of an instruction that may have to wait.
PortOutcome done_or_blocked(bool done) { return done ? PortOutcome::kDone : PortOutcome::kBlocked; }

/// Instructions that a parked hart executes in a serial phase. A run of stores to DRAM goes through at once,
/// and the other tiles do not wait for long.
constexpr std::uint64_t kSerialInstructions = 256;

}  // namespace

Tile::Tile(const ChipDescription& chip, Fabric& fabric, std::uint32_t index, std::shared_ptr<CodeCache> code)
    : fabric_(fabric),
      index_(index),
      dma_channels_(chip.dma.channels),
      hart_(*this, index, chip.hart.vlen_bits, std::move(code)),
      tensor_(chip.tensor.rows, chip.tensor.columns, chip.tensor.accumulator_sets,
              fabric.map.scratchpad(index)) {}

void Tile::start(std::uint64_t entry, std::uint64_t a0, std::uint64_t sp, std::shared_ptr<CodeCache> code) {
  hart_.forget_code(std::move(code));
  hart_.reset(entry);
  hart_.write_x(10, a0);
  hart_.write_x(2, sp);
  tensor_.reset();
  queue_.clear();
  queued_channels_ = 0;
  detail_ = nullptr;
  state_ = TileState::kReady;
}

void Tile::reset_counters() {
  hart_.reset_counters();
  tensor_.reset_macs();
  traffic_ = {};
}

// --- Phases -----------------------------------------------------------------------------------------------

void Tile::run(std::uint64_t budget) {
  state_ = TileState::kReady;
  switch (hart_.run(budget)) {
    case StopReason::kBudget:
    case StopReason::kBlocked:  // what blocked it has set the state
      break;
    case StopReason::kHalted:
      state_ = TileState::kOff;
      break;
    case StopReason::kFault:
      state_ = TileState::kFault;
      break;
  }
}

void Tile::carry_out_queue() {
  for (const auto& effect : queue_) {
    if (const auto* transfer = std::get_if<Transfer>(&effect)) {
      carry_out(*transfer, fabric_, index_, traffic_);
    } else {
      const Post& posted = std::get<Post>(effect);
      fabric_.post(posted.semaphore, posted.value);
    }
  }
  queue_.clear();
  queued_channels_ = 0;
}

void Tile::finish_phase() {
  if (!queue_.empty()) carry_out_queue();
  if (state_ != TileState::kParked) return;
  serial_ = true;
  // One by one where the host watches a store, so that it sees each.
  run(fabric_.watched_bytes != 0 ? 1 : kSerialInstructions);
  serial_ = false;
}

ChipFault Tile::fault() const {
  const HartFault& fault = *hart_.fault();
  std::string cause(trap_name(fault.cause));
  if (detail_ && detail_value_ == fault.value) cause += std::string(" (") + detail_ + ")";
  return {index_, fault.pc, std::move(cause), fault.value};
}

PortOutcome Tile::parks() {
  state_ = TileState::kParked;
  return PortOutcome::kBlocked;
}

PortOutcome Tile::fails(PortOutcome outcome, std::uint64_t value, const char* detail) {
  detail_ = detail;
  detail_value_ = value;
  return outcome;
}

// --- Memory -----------------------------------------------------------------------------------------------

MemoryWindow Tile::window(std::uint64_t address, std::uint64_t bytes, AccessKind kind) {
  const Place place = fabric_.map.locate(address, bytes, index_);
  if (place.is_scratchpad_of(index_)) {
    const auto scratchpad = fabric_.map.scratchpad(index_);
    const auto offset = static_cast<std::uint64_t>(place.host - scratchpad.data());
    return {address - offset, scratchpad.size(), scratchpad.data()};
  }
  if (place.kind != MemoryKind::kDram) return {};
  const MemoryWindow dram{abi::kDramBase, fabric_.map.dram().size(), fabric_.map.dram().data()};
  if (kind != AccessKind::kStore) return dram;
  return fabric_.lone_tile ? around_watched(dram, address, bytes) : MemoryWindow{};
}

MemoryWindow Tile::around_watched(const MemoryWindow& dram, std::uint64_t address,
                                  std::uint64_t bytes) const {
  if (fabric_.watched_bytes == 0) return dram;
  if (fabric_.is_watched(address, bytes)) return {};
  if (address < fabric_.watched) return {dram.base, fabric_.watched - dram.base, dram.host};
  const std::uint64_t skipped = fabric_.watched + fabric_.watched_bytes - dram.base;
  return {dram.base + skipped, dram.bytes - skipped, dram.host + skipped};
}

PortOutcome Tile::slow_access(std::uint64_t address, unsigned bytes, AccessKind kind, std::uint64_t& value) {
  const Place place = fabric_.map.locate(address, bytes, index_);
  if (!place || place.kind == MemoryKind::kDoorbell) {
    return kind == AccessKind::kStore ? fails(PortOutcome::kStoreFault, address, "no memory there")
                                      : fails(PortOutcome::kLoadFault, address, "no memory there");
  }
  const bool stores = kind == AccessKind::kStore;
  const bool watched = stores && place.kind == MemoryKind::kDram && fabric_.is_watched(address, bytes);
  if (clock_ != nullptr && !clock_->reached()) return PortOutcome::kBlocked;
  const bool own = place.is_scratchpad_of(index_) || (!stores && place.kind == MemoryKind::kDram);
  // A watched store ends the phase, and is made in the serial one.
  if (watched ? !serial_ && clock_ == nullptr : !own && !unbound()) return parks();
  if (!stores) {
    value = 0;
    std::memcpy(&value, place.host, bytes);
  } else {
    std::memcpy(place.host, &value, bytes);
    if (watched) fabric_.watch_hit = true;
    if (watched && clock_ != nullptr) clock_->stop_soon();
  }
  return PortOutcome::kDone;
}

void Tile::mark(std::uint32_t marker) {
  if (clock_ != nullptr) clock_->mark(marker);
}

// --- Xareia -----------------------------------------------------------------------------------------------

PortOutcome Tile::xareia(std::uint32_t raw, std::uint64_t rs1, std::uint64_t rs2,
                         std::uint64_t* fault_address) {
  using isa::Opcode;
  if (clock_ != nullptr && !clock_->reached()) return PortOutcome::kBlocked;
  switch (xareia_opcode(raw)) {
    case Opcode::kTsetFormat:
      return tensor_.set_format(rs1).done()
                 ? PortOutcome::kDone
                 : fails(PortOutcome::kIllegal, raw, "tset.format: reserved bits set");
    case Opcode::kTsetShape:
      tensor_.set_shape(rs1, rs2);
      return PortOutcome::kDone;
    case Opcode::kTsetStride:
      tensor_.set_stride(rs1, rs2);
      return PortOutcome::kDone;
    case Opcode::kTmma:
      return tensor_command(TensorCommand::Kind::kMma, raw, rs1, rs2, fault_address);
    case Opcode::kTclear:
      return tensor_command(TensorCommand::Kind::kClear, raw, rs1, rs2, fault_address);
    case Opcode::kTload:
      return tensor_command(TensorCommand::Kind::kLoad, raw, rs1, rs2, fault_address);
    case Opcode::kTstore:
      return tensor_command(TensorCommand::Kind::kStore, raw, rs1, rs2, fault_address);
    case Opcode::kTfence:  // without a clock commands complete as they issue
      return done_or_blocked(clock_ == nullptr || clock_->fence_tensor());
    case Opcode::kTpost:
      return post(rs1, rs2, fault_address, true);
    case Opcode::kSemPost:
      return post(rs1, rs2, fault_address, false);
    case Opcode::kSemWait:
      return wait_for(rs1, rs2, fault_address);
    case Opcode::kDmaStart:
      return start_dma(raw, rs1, rs2, fault_address);
    case Opcode::kDmaFence:
      return fence_dma(raw, rs1);
    case Opcode::kHalt:
      exit_code_ = rs1;
      return PortOutcome::kHalted;
    default:
      return PortOutcome::kIllegal;
  }
}

PortOutcome Tile::tensor_command(TensorCommand::Kind kind, std::uint32_t raw, std::uint64_t rs1,
                                 std::uint64_t rs2, std::uint64_t* fault_address) {
  const TensorCommand command = tensor_.command(kind, raw >> 7 & 31, rs1, rs2);
  const TensorOutcome outcome = clock_ != nullptr ? tensor_.check(command) : tensor_.run(command);
  *fault_address = outcome.address;
  switch (outcome.kind) {
    case TensorOutcome::Kind::kDone:
      return done_or_blocked(clock_ == nullptr || clock_->push_tensor(command));
    case TensorOutcome::Kind::kIllegal:
      return fails(PortOutcome::kIllegal, raw,
                   "tensor command: formats, shape or accumulator set not allowed");
    case TensorOutcome::Kind::kLoadFault:
      return fails(PortOutcome::kLoadFault, *fault_address,
                   "tensor command: an operand is not within the scratchpad");
    case TensorOutcome::Kind::kStoreFault:
      return fails(PortOutcome::kStoreFault, *fault_address,
                   "tensor command: the result is not within the scratchpad");
  }
  return PortOutcome::kIllegal;
}

PortOutcome Tile::start_dma(std::uint32_t raw, std::uint64_t address, std::uint64_t channel,
                            std::uint64_t* fault_address) {
  if (channel >= dma_channels_) return fails(PortOutcome::kIllegal, raw, "dma.start: no such channel");
  *fault_address = address;
  const Place at = fabric_.map.locate(address, sizeof(abi::DmaDescriptor), index_);
  if (!at.is_scratchpad_of(index_) || address % 8 != 0) {
    return fails(PortOutcome::kLoadFault, address,
                 "dma.start: the descriptor is not 8-byte aligned in this scratchpad");
  }
  abi::DmaDescriptor descriptor;
  std::memcpy(&descriptor, at.host, sizeof descriptor);
  const TransferCheck check = check_transfer(descriptor, fabric_, index_);
  *fault_address = check.address;
  switch (check.kind) {
    case TransferCheck::Kind::kIllegal:
      return fails(PortOutcome::kIllegal, raw, check.detail);
    case TransferCheck::Kind::kLoadFault:
      return fails(PortOutcome::kLoadFault, check.address, check.detail);
    case TransferCheck::Kind::kStoreFault:
      return fails(PortOutcome::kStoreFault, check.address, check.detail);
    case TransferCheck::Kind::kDone:
      break;
  }
  if (clock_ != nullptr)
    return done_or_blocked(clock_->start_dma(static_cast<std::uint32_t>(channel), check.transfer));
  // Descriptors of one channel complete in order, so one behind a queued one is queued too.
  const std::uint32_t bit = 1u << channel;
  const bool behind = (queued_channels_ & bit) != 0;
  if (unbound() || (!behind && check.transfer.stays_with(index_))) {
    carry_out(check.transfer, fabric_, index_, traffic_);
  } else {
    queue_.emplace_back(check.transfer);
    queued_channels_ |= bit;
  }
  return PortOutcome::kDone;
}

PortOutcome Tile::fence_dma(std::uint32_t raw, std::uint64_t channel) {
  if (channel >= dma_channels_) return fails(PortOutcome::kIllegal, raw, "dma.fence: no such channel");
  if (clock_ != nullptr) return done_or_blocked(clock_->fence_dma(static_cast<std::uint32_t>(channel)));
  // Blocked but ready: the queue is carried out before the tile runs again.
  return (queued_channels_ >> channel & 1) != 0 ? PortOutcome::kBlocked : PortOutcome::kDone;
}

PortOutcome Tile::post(std::uint64_t address, std::uint64_t value, std::uint64_t* fault_address,
                       bool behind_tensor) {
  *fault_address = address;
  const Place semaphore = fabric_.map.locate(address, 4, index_);
  if (!semaphore.may_hold_semaphore() || address % 4 != 0) {
    return fails(PortOutcome::kStoreFault, address,
                 "post: no semaphore can be there, or it is not 4-byte aligned");
  }
  if (clock_ != nullptr && behind_tensor)
    return done_or_blocked(clock_->push_tensor_post(semaphore, static_cast<std::uint32_t>(value)));
  if (clock_ != nullptr) {
    clock_->post(semaphore, static_cast<std::uint32_t>(value));
  } else if (unbound() || semaphore.is_scratchpad_of(index_)) {
    fabric_.post(semaphore, static_cast<std::uint32_t>(value));
  } else {
    queue_.emplace_back(Post{semaphore, static_cast<std::uint32_t>(value)});
  }
  return PortOutcome::kDone;
}

PortOutcome Tile::wait_for(std::uint64_t address, std::uint64_t target, std::uint64_t* fault_address) {
  *fault_address = address;
  const Place semaphore = fabric_.map.locate(address, 4, index_);
  if (!semaphore.is_scratchpad_of(index_) || address % 4 != 0) {
    return fails(PortOutcome::kLoadFault, address,
                 "sem.wait: not a 4-byte aligned semaphore in this tile's scratchpad");
  }
  wait_ = {address, semaphore.host, static_cast<std::uint32_t>(target)};
  if (wait_.reached()) return PortOutcome::kDone;
  state_ = TileState::kWaiting;
  if (clock_ != nullptr) clock_->sleep();
  return PortOutcome::kBlocked;
}

}  // namespace areia::sim
