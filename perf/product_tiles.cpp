// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Tables of tiles, by library and by what feeds the matrix units.
#include "perf/product_tiles.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace areia::perf {
namespace {

/// Output tiles that a heuristic chooses from where warps feed the matrix units: powers of two, as times show
/// whole waves of them (cuBLAS on Ampere, Ada and workstations' Blackwell).
constexpr Tile kWarpTiles[] = {{256, 128}, {128, 256}, {128, 128}, {256, 64}, {64, 256}, {128, 64},
                               {64, 128},  {64, 64},   {32, 64},   {64, 32},  {32, 128}, {16, 64}};
/// What cuBLAS had for Ampere before, as the names of its kernels tell ("tilesize160x128x32").
constexpr Tile kOldWarpTiles[] = {{256, 128}, {128, 256}, {192, 128}, {160, 128}, {128, 128}, {256, 64},
                                  {64, 256},  {128, 64},  {64, 128},  {64, 64},   {16, 64}};
/// Those of libraries of other makers (hipBLASLt, oneDNN), and of cuBLAS's first ones for Hopper.
constexpr Tile kOtherTiles[] = {{256, 256}, {256, 192}, {192, 256}, {256, 128}, {128, 256}, {192, 128},
                                {128, 192}, {128, 128}, {256, 64},  {64, 256},  {128, 64},  {64, 128},
                                {64, 64},   {32, 128},  {32, 64},   {16, 128},  {16, 64}};
/// That of software which knows one alone.
constexpr Tile kOneTile[] = {{128, 128}};

/// Units that read shared memory by themselves take 64 rows at a time and any number of columns, and the
/// library has kernels for nearly all (cuBLAS from Hopper on: "nvjet"), with A and B in either place.
constexpr double kUnitRows[] = {64, 128, 192, 256};
constexpr double kUnitColumns[] = {16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256};
/// Sums of a tile that fit in registers, and in a memory of their own.
constexpr double kSumsInRegisters = 128 * 256, kSumsInMemory = 256 * 256;

template <std::size_t kMost>
struct TileList {
  std::array<Tile, kMost> tiles;
  std::size_t count = 0;
  constexpr void add(Tile tile) { tiles[count++] = tile; }
  constexpr operator std::span<const Tile>() const { return {tiles.data(), count}; }
};

/// Largest first.
constexpr auto unit_tiles(double most_sums) {
  TileList<2 * std::size(kUnitRows) * std::size(kUnitColumns)> list{};
  for (std::size_t i = std::size(kUnitRows); i-- > 0;) {
    for (std::size_t j = std::size(kUnitColumns); j-- > 0;) {
      const double rows = kUnitRows[i], columns = kUnitColumns[j];
      if (rows * columns > most_sums) continue;
      list.add({rows, columns});
      // Turned over, unless that is a tile with columns for its rows.
      if (std::ranges::find(kUnitRows, columns) == std::end(kUnitRows)) list.add({columns, rows});
    }
  }
  return list;
}
constexpr auto kTilesOfRegisters = unit_tiles(kSumsInRegisters);
constexpr auto kTilesOfMemory = unit_tiles(kSumsInMemory);

}  // namespace

std::span<const Tile> tiles_of(const Gemm& gemm, const Device& device) {
  const bool old = gemm.library == ProductLibrary::kOld;
  if (gemm.library == ProductLibrary::kOneTile) return kOneTile;
  if (device.chip().vendor != "NVIDIA") return kOtherTiles;
  if (device.fed_by_registers()) return old ? std::span<const Tile>(kOldWarpTiles) : kWarpTiles;
  if (old) return kOtherTiles;
  return device.holds_sums() ? kTilesOfMemory : kTilesOfRegisters;
}

}  // namespace areia::perf
