// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Hart: one RISC-V hart, machine mode only: its state, and run(). Start here to read sim/hart:
//   instruction.h  a decoded instruction           code_cache.h   blocks of them, shared between harts
//   dispatch.h     how blocks are run              execute_*.cpp  what instructions do, by extension
//   csr.cpp        control and status registers    tile_port.h    what a hart asks of its tile
//
// A hart is not thread-safe; different harts may run on different host threads at the same time, also
// with a CodeCache in common. Little-endian; misaligned accesses work, but for atomics, which trap.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>

#include "sim/hart/float_environment.h"
#include "sim/hart/instruction.h"
#include "sim/hart/memory_windows.h"
#include "sim/hart/tile_port.h"
#include "sim/hart/trap.h"
#include "sim/hart/vector_state.h"

namespace areia::sim {

class CodeCache;
class HartClock;

/// Why Hart::run() came back.
enum class StopReason : std::uint8_t {
  kBudget,   ///< the instructions asked for were executed
  kBlocked,  ///< an instruction must wait: pc() is at it, and it executes again at the next run()
  kHalted,   ///< the program ended; run() returns at once until reset()
  kFault,    ///< a trap with mtvec = 0: see fault(); run() returns at once until reset()
};

/// The trap that stopped a hart.
struct HartFault {
  std::uint64_t pc = 0;
  TrapCause cause = TrapCause::kIllegalInstruction;
  std::uint64_t value = 0;  ///< what mtval would hold
};

/// Instructions retired since construction or reset_counters().
struct HartCounters {
  std::uint64_t scalar = 0, vector = 0, tensor = 0, movement = 0;
  std::uint64_t total() const { return scalar + vector + tensor + movement; }
};

/// The machine-mode CSRs that are plain storage; csr.cpp gives them meaning.
struct MachineState {
  std::uint64_t mstatus = 0, mtvec = 0, mepc = 0, mcause = 0, mtval = 0, mscratch = 0, mie = 0;
  std::uint64_t cycle_offset = 0, instret_offset = 0;  ///< added to cycles and to retired instructions
  std::uint32_t marker = 0;
};

class Hart {
 public:
  /// A hart that asks `port` (which must outlive it); `hart_id` is mhartid, `vlen_bits` a power of two from
  /// 128 to 4096. Harts that run the same program share `code`; without one the hart makes its own.
  Hart(TilePort& port, std::uint64_t hart_id, std::uint32_t vlen_bits,
       std::shared_ptr<CodeCache> code = nullptr);
  ~Hart();
  Hart(const Hart&) = delete;
  Hart& operator=(const Hart&) = delete;

  /// Reset state with the given pc: registers and CSRs zero, but mstatus.FS and VS Initial (so that programs
  /// need not enable them) and vtype illegal. Counters of instructions stay.
  void reset(std::uint64_t pc);
  /// Drops decoded code, cached windows and the reservation: the host changed the program or its memory.
  /// `code` as for the constructor.
  void forget_code(std::shared_ptr<CodeCache> code = nullptr);

  /// From now on `clock`, which must outlive the hart, says when each instruction happens; null: none.
  void set_clock(HartClock* clock) { clock_ = clock; }
  /// With a clock: run() returns kBudget too once the next instruction can issue in `cycle` or later.
  void set_time_limit(std::uint64_t cycle) { time_limit_ = cycle; }

  /// Executes at most `max_instructions`, exactly as many where it returns kBudget (a trap counts as one).
  StopReason run(std::uint64_t max_instructions);
  /// Tells the host that run() comes soon.
  void prefetch() const {
    for (std::size_t i = 0; i < x.size(); i += 8) __builtin_prefetch(&x[i], 1);
    __builtin_prefetch(&pc_, 1);
    __builtin_prefetch(&total_at_reset_, 1);
    __builtin_prefetch(&loads_, 1);
    __builtin_prefetch(&stores_, 1);
  }

  std::uint64_t pc() const { return pc_; }
  void set_pc(std::uint64_t pc) { pc_ = pc; }
  /// After kFault.
  const std::optional<HartFault>& fault() const { return fault_; }
  HartCounters counters() const;
  void reset_counters();

  /// Any CSR by its number, for tests and tools; nothing where the hart has none of that number.
  std::optional<std::uint64_t> read_csr(std::uint32_t number);

  // --- Architectural state, for executors and tests ---------------------------------------------------

  /// x0 to x31, and the sink for writes to x0 (kSinkRegister). x[0] is always zero.
  std::array<std::uint64_t, 33> x{};
  /// f0 to f31; narrower values are NaN-boxed.
  std::array<std::uint64_t, 32> f{};
  VectorState vector;
  FloatEnvironment floats;
  MachineState machine;
  /// While a jump or branch executes: where the program goes on.
  std::uint64_t next_pc = 0;

  void write_x(unsigned rd, std::uint64_t value) {
    if (rd != 0) x[rd] = value;
  }

  // --- For executors ---------------------------------------------------------------------------------

  /// Loads a T of up to 8 bytes, little-endian. Throws Trap or Blocked.
  template <typename T>
  T load(std::uint64_t address) {
    if (const std::uint8_t* host = loads_.find(address)) [[likely]] {
      T value;
      std::memcpy(&value, host, sizeof value);
      return value;
    }
    return static_cast<T>(load_slow(address, sizeof(T)));
  }
  /// Stores a T of up to 8 bytes, little-endian. Throws Trap or Blocked.
  template <typename T>
  void store(std::uint64_t address, T value) {
    if (std::uint8_t* host = stores_.find(address)) [[likely]] {
      std::memcpy(host, &value, sizeof value);
      return;
    }
    store_slow(address, static_cast<std::make_unsigned_t<T>>(value), sizeof(T));
  }
  /// Host address of `bytes` bytes for loads (stores), or null where they must be accessed one by one with
  /// load() and store(), which then trap or block at the right element. For vector accesses.
  const std::uint8_t* load_span(std::uint64_t address, std::uint64_t bytes) {
    if (const std::uint8_t* host = loads_.find(address, bytes)) [[likely]]
      return host;
    return ask_window(loads_, address, bytes, AccessKind::kLoad);
  }
  std::uint8_t* store_span(std::uint64_t address, std::uint64_t bytes) {
    if (std::uint8_t* host = stores_.find(address, bytes)) [[likely]]
      return host;
    return ask_window(stores_, address, bytes, AccessKind::kStore);
  }

  /// Whether floating-point (vector) instructions may execute, with mstatus.FS (VS) Dirty already, so that
  /// nothing is left to do before they write registers.
  bool float_ready() const { return float_ready_; }
  bool vector_ready() const { return vector_ready_; }
  /// Makes FS (VS) Dirty, or throws an illegal instruction where it is Off.
  void prepare_float();
  void prepare_vector();

 private:
  friend struct Dispatch;    // dispatch.h: everything that runs blocks
  friend struct CsrFile;     // csr.h: what reads and writes of CSRs mean
  friend struct Atomics;     // execute_a.cpp: the reservation
  friend struct XareiaPort;  // execute_xareia.cpp: what the tile does

  const std::uint8_t* fetch_span(std::uint64_t address, std::uint64_t bytes) {
    if (const std::uint8_t* host = fetches_.find(address, bytes)) return host;
    return ask_window(fetches_, address, bytes, AccessKind::kFetch);
  }
  std::uint8_t* ask_window(MemoryWindows& windows, std::uint64_t address, std::uint64_t bytes,
                           AccessKind kind);
  std::uint64_t load_slow(std::uint64_t address, unsigned bytes);
  void store_slow(std::uint64_t address, std::uint64_t value, unsigned bytes);
  void set_mstatus(std::uint64_t value);
  std::uint64_t retired() const { return granted_ - static_cast<std::uint64_t>(remaining_); }
  void stop(StopReason reason) { stop_ = reason; }
  void halt() {
    halted_ = true;
    stop(StopReason::kHalted);
  }

  // What every run of a few instructions needs stands together: a chip has many harts, and each finds the
  // host's cache full of the others' state.
  std::uint64_t pc_ = 0;
  /// Instructions left of the budget; adjusted when a block is left, so it may lag within one.
  std::int64_t remaining_ = 0;
  /// Such that granted_ - remaining_ is the number of instructions retired since construction.
  std::uint64_t granted_ = 0;
  HartClock* clock_ = nullptr;
  std::uint64_t time_limit_ = ~std::uint64_t{0};
  const Instruction* unlinked_ = nullptr;  ///< the instruction whose successor the next block is
  const Instruction* resumed_ = nullptr;   ///< with a clock: the one at pc_, where run() goes on
  std::uint64_t vector_count_ = 0, tensor_count_ = 0, movement_count_ = 0;
  std::uint64_t total_at_reset_ = 0;
  bool float_ready_ = false, vector_ready_ = false;
  std::optional<StopReason> stop_;  ///< set by what ends run() early
  bool code_stale_ = false;         ///< fence.i: drop decoded code before the next block
  bool halted_ = false;
  bool reserved_ = false;  ///< LR/SC
  TilePort& port_;
  MemoryWindows loads_, stores_, fetches_;

  std::shared_ptr<CodeCache> code_;
  std::uint64_t hart_id_;
  std::uint64_t reserved_address_ = 0, reserved_value_ = 0;
  std::optional<HartFault> fault_;
  /// The last blocks that indirect jumps and run() went to, by pc; emptied when code_ changes.
  struct JumpEntry {
    std::uint64_t pc = ~std::uint64_t{0};
    const Instruction* first = nullptr;
  };
  static constexpr std::size_t kJumpEntries = 256;
  std::array<JumpEntry, kJumpEntries> jumps_{};
};

}  // namespace areia::sim
