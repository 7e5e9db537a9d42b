# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""Loads the instruction tables and checks them: every bit covered, every name known, no encodings overlap."""

import dataclasses
import pathlib
import re
import tomllib


class TableError(Exception):
    """A table is wrong; the message says which row and why."""


@dataclasses.dataclass(frozen=True)
class Piece:
    """`width` bits of the encoding from bit `source` up, which are the immediate's bits from `target` up."""

    source: int
    width: int
    target: int


@dataclasses.dataclass(frozen=True)
class Field:
    name: str
    high: int
    low: int
    slot: str | None
    register: str | None
    add: int
    pieces: tuple[Piece, ...]
    signed: bool
    meaning: str

    @property
    def width(self) -> int:
        return self.high - self.low + 1

    @property
    def mask(self) -> int:
        return ((1 << self.width) - 1) << self.low


@dataclasses.dataclass(frozen=True)
class Slot:
    """Where a register operand comes from: `add` + `width` bits from `shift` up; width 0: always `add`."""

    shift: int = 0
    width: int = 0
    add: int = 0


@dataclasses.dataclass
class Instruction:
    name: str
    extension: str
    encoding: str
    operands: str
    semantics: str
    rationale: str
    width: int
    match: int
    mask: int
    fields: list[Field]
    slots: dict[str, Slot]
    pieces: list[Piece]
    sign_bit: int  # the immediate's sign bit, 0 for none
    table: str  # file name without suffix
    expands: str | None = None
    nonzero_mask: int = 0
    specialises: str | None = None

    @property
    def identifier(self) -> str:
        return self.name.replace(".", "_")

    @property
    def opcode(self) -> str:
        """The C++ enumerator: vadd.vv is kVaddVv."""
        return "k" + "".join(part[:1].upper() + part[1:] for part in re.split(r"[._]", self.name))

    @property
    def kind(self) -> str:
        """The counter that the instruction belongs to: an enumerator of isa::Kind."""
        if self.extension == "xareia":
            return "kTensor" if self.match & 0x7F == 0x0B else "kMovement"
        return "kVector" if self.extension[0] == "v" or self.extension.startswith("zv") else "kScalar"


@dataclasses.dataclass(frozen=True)
class Csr:
    name: str
    number: int
    meaning: str


@dataclasses.dataclass
class Tables:
    fields: dict[str, Field]
    instructions: list[Instruction]  # 32-bit rows, in table order
    compressed: list[Instruction]
    csrs: list[Csr]


def load(folder: pathlib.Path) -> Tables:
    """Reads and checks every table in `folder`; v.toml may be absent."""
    fields = {name: parse_field(name, raw) for name, raw in read(folder / "fields.toml").items()}
    rows = []
    for stem in ("rv64", "v", "xareia"):
        path = folder / f"{stem}.toml"
        if path.exists():
            rows += [parse_row(raw, fields, stem) for raw in read(path).get("instruction", [])]
    instructions = [row for row in rows if row.width == 32]
    compressed = [row for row in rows if row.width == 16]
    check_unique(rows)
    by_name = {row.name: row for row in instructions}
    for row in compressed:
        resolve_expansion(row, by_name, fields)
    check_overlaps(rows)
    csrs = [Csr(raw["name"], raw["number"], raw["meaning"]) for raw in read(folder / "csr.toml")["csr"]]
    return Tables(fields, instructions, compressed, csrs)


def read(path: pathlib.Path) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise TableError(f"{path.name}: {error}") from error


def parse_range(text: str) -> tuple[int, int]:
    high, _, low = text.partition(":")
    return int(high), int(low or high)


def parse_field(name: str, raw: dict) -> Field:
    high, low = parse_range(raw["bits"])
    pieces = []
    top = high + 1
    for part in raw["immediate"].split("|") if "immediate" in raw else []:
        part_high, part_low = parse_range(part)
        width = part_high - part_low + 1
        top -= width
        pieces.append(Piece(top, width, part_low))
    if pieces and top != low:
        raise TableError(f"fields.toml: {name}: the parts of its immediate do not fill bits {raw['bits']}")
    return Field(name, high, low, raw.get("slot"), raw.get("register"), raw.get("add", 0), tuple(pieces),
                 raw.get("signed", False), raw["meaning"])


def parse_row(raw: dict, fields: dict[str, Field], table: str) -> Instruction:
    where = f"{table}.toml: {raw.get('name', 'a row without a name')}"
    for key in ("name", "extension", "encoding"):
        if key not in raw:
            raise TableError(f"{where}: needs {key}")
    width = 16 if "expands" in raw else 32
    match = mask = 0
    used = []
    position = width
    for word in raw["encoding"].split():
        if set(word) <= {"0", "1"}:
            position -= len(word)
            if position >= 0:
                match |= int(word, 2) << position
                mask |= ((1 << len(word)) - 1) << position
        elif word in fields:
            field = fields[word]
            if field.high != position - 1:
                raise TableError(f"{where}: field {word} stands at bit {position - 1}, not {field.high}")
            position = field.low
            used.append(field)
        else:
            raise TableError(f"{where}: unknown field {word}")
    if position != 0:
        raise TableError(f"{where}: the encoding has {width - position} bits, not {width}")
    row = Instruction(
        raw["name"], raw["extension"], raw["encoding"], raw.get("operands", ""),
        raw.get("semantics", "").strip(), raw.get("rationale", "").strip(), width, match, mask, used,
        {f.slot: Slot(f.low, f.width, f.add) for f in used if f.slot},
        [p for f in used for p in f.pieces],
        max((max(p.target + p.width - 1 for p in f.pieces) for f in used if f.signed), default=0), table,
        raw.get("expands"), 0, raw.get("specialises"))
    if "nonzero" in raw:
        chosen = [f for f in used if f.name == raw["nonzero"] or (raw["nonzero"] == "imm" and f.pieces)]
        if not chosen:
            raise TableError(f"{where}: nonzero names no field of the encoding")
        row.nonzero_mask = sum(f.mask for f in chosen)
    return row


def operand_words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9_]+", text)


def resolve_expansion(row: Instruction, by_name: dict[str, Instruction], fields: dict[str, Field]) -> None:
    """Fills a compressed row's slots: the word in each place says what the expansion's operand is."""
    where = f"rv64.toml: {row.name}"
    mnemonic, _, text = (row.expands or "").partition(" ")
    if mnemonic not in by_name:
        raise TableError(f"{where}: expands to {mnemonic}, which is no row")
    words, places = operand_words(text), operand_words(by_name[mnemonic].operands)
    if len(words) != len(places):
        raise TableError(f"{where}: {mnemonic} takes {len(places)} operands")
    row.slots = {}
    for word, place in zip(words, places):
        if place in ("imm", "target", "upper"):
            if word == "0":
                row.pieces, row.sign_bit = [], 0
            continue
        slot = fields[place].slot
        if re.fullmatch(r"x\d+", word):
            row.slots[slot] = Slot(add=int(word[1:]))
        elif word in fields and fields[word] in row.fields:
            row.slots[slot] = Slot(fields[word].low, fields[word].width, fields[word].add)
        else:
            raise TableError(f"{where}: {word} is neither a field of the row nor a fixed register")


def check_unique(rows: list[Instruction]) -> None:
    seen = set()
    for row in rows:
        for key in (row.name, row.opcode):
            if key in seen:
                raise TableError(f"{row.table}.toml: {row.name} is there twice")
            seen.add(key)


def check_overlaps(rows: list[Instruction]) -> None:
    """Two rows of one width overlap where their literal bits agree; allowed only if one says so."""
    by_name = {row.name: row for row in rows}
    for row in rows:
        if row.specialises and row.specialises not in by_name:
            raise TableError(f"{row.table}.toml: {row.name} specialises {row.specialises}, which is no row")
    for index, one in enumerate(rows):
        for two in rows[index + 1:]:
            common = one.mask & two.mask
            if one.width != two.width or (one.match ^ two.match) & common:
                continue
            if not (allowed(one, two, by_name) or allowed(two, one, by_name)):
                raise TableError(f"{one.name} and {two.name} overlap; see `specialises` in README.md")


def allowed(special: Instruction, general: Instruction, by_name: dict[str, Instruction]) -> bool:
    """Whether `special` says, directly or through rows between, that it specialises `general`."""
    while special.specialises:
        if special.mask.bit_count() <= by_name[special.specialises].mask.bit_count():
            return False
        special = by_name[special.specialises]
        if special is general:
            return True
    return False
