// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// kRmsNorm: output (+)= input / sqrt(mean(input^2) + epsilon) * weight, over each `group` elements of a row
// (a head, or all of it). A tile takes whole rows or, where there are fewer rows than tiles, parts of them:
// then every tile of a row adds up its squares for itself, which is quicker than telling each other.
#include "sw/kernels/device.h"
#include "sw/kernels/pieces.h"
#include "sw/kernels/quantize.h"
#include "sw/kernels/vector_math.h"

namespace areia::kernels {
namespace {

/// sum + the squares of `values`, each square rounded to fp32, added in fp64.
double add_squares(double sum, const float* values, size_t count) {
  return add_in_lanes(sum, count, [values](size_t i, size_t vl) {
    const vfloat32m2_t x = __riscv_vle32_v_f32m2(values + i, vl);
    return __riscv_vfmul_vv_f32m2(x, x, vl);
  });
}

void normalise(float* values, float factor, const float* weights, size_t count) {
  for (size_t vl; count > 0; count -= vl, values += vl, weights += vl) {
    vl = __riscv_vsetvl_e32m8(count);
    const vfloat32m8_t x = __riscv_vfmul_vf_f32m8(__riscv_vle32_v_f32m8(values, vl), factor, vl);
    __riscv_vse32_v_f32m8(values, __riscv_vfmul_vv_f32m8(x, __riscv_vle32_v_f32m8(weights, vl), vl), vl);
  }
}

/// What a group with that sum of squares is multiplied by.
float factor_of(const abi::Op& op, double sum) {
  const float mean = static_cast<float>(sum / static_cast<double>(op.group));
  return 1.0f / __builtin_sqrtf(mean + op.epsilon);
}

struct Buffers : Slot {
  Piece part;     ///< what is normalised
  float* values;  ///< the row, or whole groups of it
  float* weights;
  float* residuals;  ///< of kAccumulate
  uint8_t* narrowed;
};

class RmsNorm {
 public:
  RmsNorm(const abi::Op& op, const Rows& rows) : op_(op), rows_(rows) {}

  void run() {
    cut_rows();
    const uint64_t held = whole_rows() ? op_.input.columns : part_;
    if (whole_rows() && slot_bytes(held, part_) > arena_.left()) return run_long_rows();
    const Share share = share_of(rows_.count * parts_);
    if (share.begin == share.end) return;
    const uint64_t count = slots_that_fit(arena_, slot_bytes(held, part_));
    Buffers slots[kMostSlots];
    for (uint64_t i = 0; i < count; ++i) take_buffers(slots[i], held, part_);
    each_in_turn(
        share, slots, count, [this](uint64_t item, Buffers& slot) { return load_part(part_of(item), slot); },
        [this](Buffers& slot) { norm(slot); });
  }

 private:
  /// Least of a row's elements that a tile takes; most, where groups allow.
  static constexpr uint64_t kLeastPart = kWholeBlocks, kMostPart = 8192;
  /// Of a row that is too long, what is normalised at once.
  static constexpr uint64_t kLongPiece = 1024;

  bool whole_rows() const { return op_.group == op_.input.columns; }

  /// Parts of rows, whole groups where there are several: as many as give all tiles work, small enough.
  void cut_rows() {
    const uint64_t columns = op_.input.columns, unit = whole_rows() ? kLeastPart : whole_groups();
    const uint64_t wanted = larger<uint64_t>(1, launch->tile_count / larger<uint64_t>(1, rows_.count));
    part_ = round_up(divide_up(columns, wanted), unit);
    while (!whole_rows() && part_ > unit &&
           (part_ > kMostPart || kMostSlots * slot_bytes(part_, part_) > arena_.left()))
      part_ -= unit;
    part_ = smaller<uint64_t>(part_, columns);
    parts_ = divide_up(columns, part_);
  }
  /// The least number of elements that is whole groups and whole blocks, or the row.
  uint64_t whole_groups() const {
    uint64_t unit = op_.group;
    while (unit % num::unit_elements(op_.output.format) != 0 && unit < op_.input.columns) unit += op_.group;
    return unit;
  }

  Piece part_of(uint64_t item) const {
    if (parts_ == 1) return {item, 0, part_};
    const uint64_t row = item / parts_, first = (item - row * parts_) * part_;  // a hart divides slowly
    return {row, first, smaller(part_, op_.input.columns - first)};
  }
  uint64_t source_of(const Piece& part) const {
    return op_.input.address + (rows_.first_input + part.row) * op_.input.row_stride;
  }

  bool adds() const { return op_.flags & abi::kAccumulate; }
  /// Of a slot that holds so many elements of a row, of which it normalises `part`.
  uint64_t slot_bytes(uint64_t held, uint64_t part) const {
    const uint64_t floats = held + (whole_rows() ? part : op_.group) + (adds() ? part : 0);
    return floats * sizeof(float) + block_bytes(op_.output, 1, part) + 4 * 64;
  }
  void take_buffers(Buffers& slot, uint64_t held, uint64_t part) {
    slot.values = arena_.take<float>(held);
    slot.weights = arena_.take<float>(whole_rows() ? part : op_.group);
    slot.residuals = adds() ? arena_.take<float>(part) : nullptr;
    slot.narrowed = arena_.take<uint8_t>(block_bytes(op_.output, 1, part));
  }

  Ticket load_part(const Piece& part, Buffers& slot) {
    slot.part = part;
    if (adds()) load_elements(slot.residuals, residual_of(part), 0, part.count);
    if (parts_ > 1) load_weights(part, slot);
    const uint64_t begin = whole_rows() ? 0 : part.begin;
    const uint64_t count = whole_rows() ? op_.input.columns : part.count;
    const Ticket arrived = load_elements(slot.values, source_of(part), begin, count);
    // Whole rows have the same weights: they come while the first row's squares are added.
    if (parts_ == 1 && weights_ == nullptr) {
      weights_ = slot.weights;
      weights_arrived_ = load_weights(part, slot);
    }
    return arrived;
  }
  Ticket load_weights(const Piece& part, Buffers& slot) const {
    if (whole_rows()) return load_elements(slot.weights, op_.weight.address, part.begin, part.count);
    return load_elements(slot.weights, op_.weight.address, 0, op_.group);
  }
  static Ticket load_elements(float* to, uint64_t address, uint64_t first, uint64_t count) {
    return load(to, address + first * sizeof(float), count * sizeof(float));
  }
  uint64_t residual_of(const Piece& part) const {
    return op_.output.address + part.row * op_.output.row_stride + part.begin * sizeof(float);
  }

  void norm(Buffers& slot) {
    const Piece& part = slot.part;
    float* values = slot.values;
    if (whole_rows()) {
      const double sum = add_squares(0, values, op_.group);
      values += part.begin;
      normalise(values, factor_of(op_, sum), weights_of(slot), part.count);
    } else {
      for (uint64_t first = 0; first < part.count; first += op_.group) {
        const double sum = add_squares(0, values + first, op_.group);
        normalise(values + first, factor_of(op_, sum), weights_of(slot), op_.group);
      }
    }
    finish(part, slot, values);
  }
  const float* weights_of(const Buffers& slot) const {
    if (parts_ > 1) return slot.weights;
    wait_load(weights_arrived_);
    return weights_;
  }

  /// Adds what the output holds, where the operator asks for it, and stores.
  void finish(const Piece& part, Buffers& slot, float* values) const {
    if (adds()) add_to(values, slot.residuals, part.count);
    slot.stored = store_values(op_.output, part.row, part.begin, values, 1, part.count, slot.narrowed);
  }

  /// Rows that the scratchpad does not hold: first their sums, then their elements, piece by piece.
  void run_long_rows() {
    Buffers slot;
    take_buffers(slot, kSumElements, smaller(part_, kLongPiece));
    const Share share = share_of(rows_.count * parts_);
    for (uint64_t item = share.begin; item < share.end; ++item) norm_long_part(part_of(item), slot);
  }
  void norm_long_part(const Piece& part, Buffers& slot) const {
    const uint64_t source = source_of(part), piece = smaller(part_, kLongPiece);
    double sum = 0;
    for (uint64_t column = 0; column < op_.input.columns; column += kSumElements) {
      const uint64_t count = smaller(kSumElements, op_.input.columns - column);
      slot.stored.wait();
      wait_load(load_elements(slot.values, source, column, count));
      sum = add_squares(sum, slot.values, count);
    }
    for (uint64_t first = part.begin; first < part.begin + part.count; first += piece) {
      const Piece now{part.row, first, smaller(piece, part.begin + part.count - first)};
      slot.stored.wait();
      if (adds()) load_elements(slot.residuals, residual_of(now), 0, now.count);
      load_elements(slot.weights, op_.weight.address, first, now.count);
      wait_load(load_elements(slot.values, source, first, now.count));
      normalise(slot.values, factor_of(op_, sum), slot.weights, now.count);
      finish(now, slot, slot.values);
    }
  }

  const abi::Op& op_;
  const Rows rows_;
  Arena arena_;
  uint64_t part_ = 0, parts_ = 1;   ///< elements of a part, parts of a row
  const float* weights_ = nullptr;  ///< where rows are whole
  Ticket weights_arrived_ = 0;
};

}  // namespace

void rms_norm(const abi::Op& op, const Step& step) { RmsNorm(op, rows_of(op, step)).run(); }

}  // namespace areia::kernels
