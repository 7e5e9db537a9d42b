// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Checks descriptors and copies. Copies are defined byte by byte, ascending: run after run, the first of the
// three outer dimensions fastest. So overlapping sides have one meaning.
#include "sim/dma/transfer.h"

#include <algorithm>
#include <cstring>

#include "spec/abi/memory_map.h"

namespace areia::sim {
namespace {

using Kind = TransferCheck::Kind;
// The extent of three 32-bit counts times 64-bit strides does not fit 64 bits.
__extension__ using Wide = __int128;

/// Bytes of the host's cache lines, and of the next run that are fetched while one is copied.
constexpr std::uint64_t kHostLine = 64;
constexpr std::uint64_t kFetchedAhead = 1024;

/// The first and one past the last byte of a side, relative to its base address.
struct Extent {
  Wide low = 0, high = 0;
};

Extent extent_of(const abi::DmaDescriptor& d, const std::int64_t (&stride)[3]) {
  Extent extent{0, d.run_bytes};
  for (int i = 0; i < 3; ++i) {
    const Wide reach = Wide{d.count[i] - 1} * stride[i];
    (reach < 0 ? extent.low : extent.high) += reach;
  }
  return extent;
}

/// The place of `base` if the extent around it lies in one memory; else kNone and the bad address.
Place locate_side(const AddressMap& map, std::uint64_t base, const Extent& extent, std::uint32_t viewer,
                  std::uint64_t* bad) {
  *bad = base;
  const Place first = map.locate(base, 1, viewer);
  if (!first || first.kind == MemoryKind::kDoorbell) return {};
  if (extent.high > first.room) {
    *bad = base + first.room;
    return {};
  }
  const Wide lowest = Wide{base} + extent.low;
  *bad = static_cast<std::uint64_t>(lowest);
  if (lowest < 0) return {};
  const Place low = map.locate(static_cast<std::uint64_t>(lowest), 1, viewer);
  return low && low.same_memory(first) ? first : Place{};
}

bool well_formed(const abi::DmaDescriptor& d, const Mesh& mesh, const Rectangle& area) {
  return d.reserved == 0 && d.multicast <= 1 && (d.multicast == 0 || mesh.contains(area));
}

/// Bytes that `d` copies, or more than any transfer may.
std::uint64_t bytes_of(const abi::DmaDescriptor& d) {
  Wide bytes = d.run_bytes;
  for (const std::uint32_t count : d.count) bytes = std::min<Wide>(bytes * count, Wide{1} << 64);
  return static_cast<std::uint64_t>(std::min<Wide>(bytes, UINT64_MAX));
}

TransferCheck fault(Kind kind, std::uint64_t address, const char* detail) {
  return {kind, address, detail, {}};
}

/// Fills in the two sides of a transfer that copies something.
TransferCheck check_sides(const abi::DmaDescriptor& d, const Fabric& fabric, std::uint32_t tile,
                          TransferCheck check) {
  Transfer& t = check.transfer;
  std::uint64_t bad = 0;
  t.source.place = locate_side(fabric.map, d.source, extent_of(d, d.source_stride), tile, &bad);
  if (!t.source.place) return fault(Kind::kLoadFault, bad, "dma.start: the source is not within one memory");
  // A multicast's destination is an offset, the same in all receivers: look at it in tile 0.
  const std::uint64_t base = t.multicast ? abi::kScratchpadBase + d.destination : d.destination;
  t.destination.place =
      locate_side(fabric.map, base, extent_of(d, d.destination_stride), t.multicast ? 0 : tile, &bad);
  if (!t.destination.place || (t.multicast && !t.destination.place.is_scratchpad_of(0))) {
    return fault(Kind::kStoreFault, t.destination.place ? base : bad,
                 "dma.start: the destination is not within one memory");
  }
  t.run_bytes = d.run_bytes;
  for (int i = 0; i < 3; ++i) {
    t.count[i] = d.count[i];
    t.source.stride[i] = d.source_stride[i];
    t.destination.stride[i] = d.destination_stride[i];
  }
  return check;
}

/// Joins dimensions that are contiguous on both sides: longer runs copy faster, in the same order.
void join_contiguous(Transfer& t) {
  for (int i = 0; i < 3; ++i) {
    const auto run = static_cast<std::int64_t>(t.run_bytes);
    if (t.count[i] != 1 && (t.source.stride[i] != run || t.destination.stride[i] != run)) return;
    t.run_bytes *= t.count[i];
    t.count[i] = 1;
  }
}

void copy_run(std::uint8_t* to, const std::uint8_t* from, std::uint64_t bytes) {
  if (to > from && to < from + bytes) {  // each byte read may be one just written
    for (std::uint64_t i = 0; i < bytes; ++i) to[i] = from[i];
  } else {
    std::memmove(to, from, bytes);
  }
}

template <typename Each>
void for_each_run(const Transfer& t, const Each& each) {
  for (std::uint64_t k = 0; k < t.count[2]; ++k) {
    for (std::uint64_t j = 0; j < t.count[1]; ++j) {
      for (std::uint64_t i = 0; i < t.count[0]; ++i) {
        const auto at = [&](const TransferSide& side) {
          return static_cast<std::int64_t>(i) * side.stride[0] +
                 static_cast<std::int64_t>(j) * side.stride[1] +
                 static_cast<std::int64_t>(k) * side.stride[2];
        };
        each(at(t.source), at(t.destination));
      }
    }
  }
}

/// Tells the host that the bytes a stride behind `first` come soon: it finds those that follow within a page
/// by itself, but not what a stride leads to. They need not exist.
template <int Write>
void fetch_ahead(const std::uint8_t* first, std::int64_t stride, std::uint64_t bytes) {
  const auto next = reinterpret_cast<std::uintptr_t>(first) + static_cast<std::uintptr_t>(stride);
  for (std::uint64_t i = 0; i < bytes; i += kHostLine)
    __builtin_prefetch(reinterpret_cast<const void*>(next + i), Write);
}

void copy_to(const Transfer& t, std::uint8_t* destination) {
  const std::uint8_t* source = t.source.place.host;
  const std::uint64_t ahead = t.count[0] > 1 ? std::min(t.run_bytes, kFetchedAhead) : 0;
  for_each_run(t, [&](std::int64_t from, std::int64_t to) {
    fetch_ahead<0>(source + from, t.source.stride[0], ahead);
    fetch_ahead<1>(destination + to, t.destination.stride[0], ahead);
    copy_run(destination + to, source + from, t.run_bytes);
  });
}

/// Links times bytes between DRAM at one side and a tile, run by run.
std::uint64_t dram_hop_bytes(const Transfer& t, const TransferSide& side, const Fabric& fabric,
                             Position tile) {
  const auto base = static_cast<std::int64_t>(side.place.host - fabric.map.dram().data());
  std::uint64_t sum = 0;
  for_each_run(t, [&](std::int64_t from, std::int64_t to) {
    const std::int64_t offset = base + (&side == &t.source ? from : to);
    sum += fabric.channels.hop_bytes(tile, static_cast<std::uint64_t>(offset), t.run_bytes);
  });
  return sum;
}

void count_traffic(const Transfer& t, const Fabric& fabric, std::uint32_t tile, Traffic& traffic) {
  const bool reads_dram = t.source.place.kind == MemoryKind::kDram;
  const bool writes_dram = t.destination.place.kind == MemoryKind::kDram;
  const std::uint64_t bytes = t.bytes();
  if (reads_dram) traffic.dram_read_bytes += bytes;
  if (writes_dram) traffic.dram_write_bytes += bytes;
  if (!t.multicast && !reads_dram && t.source.place.same_memory(t.destination.place)) return;
  // What comes from DRAM and goes to DRAM passes the tile whose engine moves it.
  const Position engine = fabric.mesh.position(tile);
  const Position from = reads_dram ? engine : fabric.mesh.position(t.source.place.tile);
  if (reads_dram) {
    traffic.noc_bytes += bytes;
    traffic.noc_hop_bytes += dram_hop_bytes(t, t.source, fabric, engine);
  }
  if (writes_dram) {
    traffic.noc_bytes += bytes;
    traffic.noc_hop_bytes += dram_hop_bytes(t, t.destination, fabric, from);
  } else if (t.multicast) {
    traffic.noc_hop_bytes += bytes * Mesh::multicast_links(from, t.area);
    if (!reads_dram) traffic.noc_bytes += bytes;
  } else if (const Position to = fabric.mesh.position(t.destination.place.tile); Mesh::hops(from, to) != 0) {
    traffic.noc_hop_bytes += bytes * Mesh::hops(from, to);
    if (!reads_dram) traffic.noc_bytes += bytes;
  }
}

}  // namespace

bool Transfer::stays_with(std::uint32_t tile) const {
  if (multicast || (posts && !semaphore.is_scratchpad_of(tile))) return false;
  if (bytes() == 0) return true;
  return destination.place.is_scratchpad_of(tile) &&
         (source.place.kind == MemoryKind::kDram || source.place.is_scratchpad_of(tile));
}

TransferCheck check_transfer(const abi::DmaDescriptor& d, const Fabric& fabric, std::uint32_t tile) {
  const Rectangle area{{d.first_column, d.first_row}, {d.last_column, d.last_row}};
  if (!well_formed(d, fabric.mesh, area)) {
    return fault(Kind::kIllegal, 0,
                 "dma.start: reserved bits set, or a multicast rectangle outside the mesh");
  }
  TransferCheck check;
  Transfer& t = check.transfer;
  t.multicast = d.multicast != 0;
  t.area = area;
  t.posts = d.semaphore != 0;
  t.post_value = d.post_value;
  if (t.posts) {
    t.semaphore = fabric.map.locate(d.semaphore, 4, t.multicast ? 0 : tile);
    if (!t.semaphore.may_hold_semaphore() || d.semaphore % 4 != 0 ||
        (t.multicast && !t.semaphore.is_scratchpad_of(0))) {
      return fault(Kind::kStoreFault, d.semaphore,
                   "dma.start: no semaphore can be there, or it is not 4-byte aligned");
    }
  }
  const std::uint64_t bytes = bytes_of(d);
  if (bytes > abi::kMaxDmaBytes)
    return fault(Kind::kIllegal, 0, "dma.start: more than 4 GiB in one descriptor");
  if (bytes == 0) return check;
  check = check_sides(d, fabric, tile, check);
  if (check.kind == Kind::kDone) join_contiguous(check.transfer);
  return check;
}

void copy(const Transfer& t, Fabric& fabric, std::uint32_t tile, Traffic& traffic) {
  if (t.bytes() == 0) return;
  count_traffic(t, fabric, tile, traffic);
  if (!t.multicast) return copy_to(t, t.destination.place.host);
  const std::int64_t offset = t.destination.place.host - fabric.map.scratchpad(0).data();
  for_each_receiver(t, fabric.mesh, [&](std::uint32_t receiver) {
    copy_to(t, fabric.map.scratchpad(receiver).data() + offset);
  });
}

Place semaphore_in(const Transfer& t, const Fabric& fabric, std::uint32_t receiver) {
  Place semaphore = t.semaphore;
  semaphore.host =
      fabric.map.scratchpad(receiver).data() + (t.semaphore.host - fabric.map.scratchpad(0).data());
  semaphore.tile = receiver;
  return semaphore;
}

void carry_out(const Transfer& t, Fabric& fabric, std::uint32_t tile, Traffic& traffic) {
  copy(t, fabric, tile, traffic);
  if (!t.posts) return;
  if (!t.multicast) return fabric.post(t.semaphore, t.post_value);
  for_each_receiver(t, fabric.mesh, [&](std::uint32_t receiver) {
    fabric.post(semaphore_in(t, fabric, receiver), t.post_value);
  });
}

}  // namespace areia::sim
