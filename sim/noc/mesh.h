// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The mesh of routers: coordinates, and how many links a message crosses. Routing is dimension-ordered:
// first along the row, then along the column. A multicast is a tree with that shape.
#pragma once

#include <algorithm>
#include <cstdint>

namespace areia::sim {

struct Position {
  std::uint32_t column = 0, row = 0;
};

/// An inclusive rectangle of tiles.
struct Rectangle {
  Position first, last;
  std::uint32_t tiles() const { return (last.column - first.column + 1) * (last.row - first.row + 1); }
};

class Mesh {
 public:
  Mesh(std::uint32_t columns, std::uint32_t rows) : columns_(columns), rows_(rows) {}

  std::uint32_t columns() const { return columns_; }
  std::uint32_t rows() const { return rows_; }
  std::uint32_t tile(Position at) const { return at.row * columns_ + at.column; }
  Position position(std::uint32_t tile) const { return {tile % columns_, tile / columns_}; }
  bool contains(const Rectangle& area) const {
    return area.first.column <= area.last.column && area.first.row <= area.last.row &&
           area.last.column < columns_ && area.last.row < rows_;
  }

  /// Links between two routers.
  static std::uint32_t hops(Position from, Position to) {
    return distance(from.column, to.column) + distance(from.row, to.row);
  }
  /// Links of the tree that brings a message from `from` to all of `area`: along the row of `from` through
  /// the area's columns, and from there up and down each of these columns.
  static std::uint32_t multicast_links(Position from, const Rectangle& area) {
    const std::uint32_t columns = area.last.column - area.first.column + 1;
    return span(from.column, area.first.column, area.last.column) +
           columns * span(from.row, area.first.row, area.last.row);
  }

 private:
  static std::uint32_t distance(std::uint32_t a, std::uint32_t b) { return a > b ? a - b : b - a; }
  static std::uint32_t span(std::uint32_t from, std::uint32_t first, std::uint32_t last) {
    return std::max(from, last) - std::min(from, first);
  }

  std::uint32_t columns_, rows_;
};

}  // namespace areia::sim
