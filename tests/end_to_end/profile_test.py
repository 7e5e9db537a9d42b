#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""`areia profile` from outside: what it writes holds to the published formats, and adds up.

    profile_test.py AREIA TINY_MODEL.gguf ORACLES

ORACLES is the Python environment that tools/setup makes: its package `perfetto` carries the schema of traces.
"""

import collections
import html
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import screenshot  # noqa: E402: it is found by the line above

AREIA, MODEL = sys.argv[1], sys.argv[2]
ORACLES = pathlib.Path(os.environ.get("AREIA_ORACLES", sys.argv[3]))
sys.path += [str(path) for path in ORACLES.glob("lib/python*/site-packages")]
try:
    from perfetto.protos.perfetto.trace import perfetto_trace_pb2 as schema
except ImportError:
    schema = None

HOSTILE = "</script><img src=x onerror=alert(1)>/*DATA*//*CHART*/"
TILE_TRACKS = {"operators", "hart", "tensor engine", "accumulators"}


def profile(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([AREIA, "profile", *arguments], capture_output=True, timeout=300)


def unknown_fields(message) -> list[str]:
    """Fields that the schema does not have, at any depth."""
    from google.protobuf import unknown_fields as unknown
    found = [f"{message.DESCRIPTOR.name}: {field.field_number}" for field in unknown.UnknownFieldSet(message)]
    for field, value in message.ListFields():
        if field.message_type is not None:
            for part in value if hasattr(value, "append") else [value]:
                found += unknown_fields(part)
    return found


class Trace:
    """A trace, decoded by the published schema."""

    def __init__(self, data: bytes):
        self.trace = schema.Trace.FromString(data)
        self.tracks, self.groups = {}, {}
        self.slices = collections.defaultdict(list)    # of a track: [begin, end, name], in the file's order
        self.counters = collections.defaultdict(list)  # of a track: (time, value)
        for packet in self.trace.packet:
            if packet.HasField("track_descriptor"):
                self.describe(packet.track_descriptor)
            elif packet.HasField("track_event"):
                self.event(packet.timestamp, packet.track_event)

    def describe(self, track) -> None:
        if track.HasField("parent_uuid"):
            self.tracks[track.uuid] = (self.groups[track.parent_uuid], track.name)
        else:
            self.groups[track.uuid] = track.name

    def event(self, time: int, event) -> None:
        track = self.tracks[event.track_uuid]
        if event.type == schema.TrackEvent.TYPE_SLICE_BEGIN:
            self.slices[track].append([time, None, event.name])
        elif event.type == schema.TrackEvent.TYPE_SLICE_END:
            assert self.slices[track][-1][1] is None, f"{track}: an end without a begin"
            self.slices[track][-1][1] = time
        else:
            assert event.type == schema.TrackEvent.TYPE_COUNTER, event
            self.counters[track].append((time, event.double_counter_value))


class Profile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.trace_file = pathlib.Path(cls.folder.name, "run.perfetto-trace")
        cls.page_file = pathlib.Path(cls.folder.name, "run.html")
        cls.result = profile(MODEL, "-p", HOSTILE, "-n", "4", "--chip", "areia-lab", "--json", "--ignore-eos",
                             "--trace", str(cls.trace_file), "--html", str(cls.page_file))
        assert cls.result.returncode == 0, cls.result.stderr.decode()
        cls.json = json.loads(cls.result.stdout)
        cls.phases = [cls.json["prefill"], cls.json["decode"]]
        cls.nanoseconds = 1e9 * cls.phases[0]["seconds"] / cls.phases[0]["cycles"]

    def trace(self) -> Trace:
        if schema is None:
            self.skipTest(f"no package 'perfetto' in {ORACLES}: tools/setup test installs it")
        return Trace(self.trace_file.read_bytes())

    def test_operators_harts_and_energies_add_up_to_the_clock(self):
        self.assertEqual(self.json["cycles"], sum(phase["cycles"] for phase in self.phases))
        for phase in self.phases:
            # The clock stops for the host while harts are in the middle of an instruction.
            self.assertAlmostEqual(phase["total"]["cycles"], phase["cycles"], delta=100)
            for field in ["cycles", "barrier_cycles", "macs", "dram_bytes"]:
                parts = sum(part[field] for part in phase["operators"])
                self.assertAlmostEqual(parts, phase["total"][field], delta=1e-9 * parts)
            for part in [*phase["operators"], phase["total"]]:
                states = sum(part["hart_cycles"].values())
                self.assertAlmostEqual(states, part["cycles"], delta=1e-6 * states)
            joules = sum(sum(part["joules"].values()) for part in phase["operators"])
            self.assertAlmostEqual(joules, phase["joules"], delta=1e-9 * joules)
        whole = sum(phase["total"]["dram_bytes"] for phase in self.phases)
        # Harts' own accesses and what is on its way when a phase ends belong to channels alone.
        self.assertAlmostEqual(whole, sum(self.json["channel_bytes"]), delta=0.01 * whole)

    def test_a_trace_is_what_the_schema_says(self):
        trace = self.trace()
        self.assertEqual(unknown_fields(trace.trace), [])
        self.assertEqual({packet.trusted_packet_sequence_id for packet in trace.trace.packet}, {1})
        self.assertEqual(trace.trace.SerializeToString(), self.trace_file.read_bytes())
        tiles = [group for group in trace.groups.values() if group.startswith("tile ")]
        self.assertEqual(sorted(tiles), [f"tile {i}" for i in range(len(tiles))])
        self.assertEqual(len(self.json["link_bytes"]), 4 * len(tiles))
        for tile in tiles:
            named = {name for group, name in trace.tracks.values() if group == tile}
            self.assertLessEqual({"operators", "tensor engine"}, named)
            self.assertTrue(any(name.startswith("DMA channel") for name in named))
            for name in named - TILE_TRACKS:
                self.assertRegex(name, r"^DMA channel \d+$")

    def test_slices_of_a_track_follow_each_other(self):
        end_of_run = self.json["cycles"] * self.nanoseconds
        for track, slices in self.trace().slices.items():
            free = 0
            for begin, end, name in slices:
                self.assertIsNotNone(end, f"{track}: {name} never ends")
                self.assertLessEqual(free, begin, f"{track}: {name}")
                self.assertLessEqual(begin, end, f"{track}: {name}")
                free = end
            self.assertLess(free, end_of_run + 1000, track)

    def test_slices_of_operators_add_up_to_the_tables(self):
        trace = self.trace()
        times, slices, tiles = collections.Counter(), collections.Counter(), len(self.json["link_bytes"]) // 4
        for (_, track), pieces in trace.slices.items():
            if track != "operators":
                continue
            for begin, end, name in pieces:
                name = name.removeprefix("barrier after ")
                times[name] += end - begin
                slices[name] += 1
        expected = collections.Counter()
        for phase in self.phases:
            for operator in phase["operators"]:
                expected[operator["name"]] += operator["cycles"] * self.nanoseconds * tiles
        del expected["(between operators)"]
        self.assertEqual(set(times), {name for name, time in expected.items() if time > 0})
        for name, time in times.items():  # a slice is rounded at both ends
            self.assertAlmostEqual(time, expected[name], delta=slices[name] + 1e-6 * time, msg=name)

    def test_counters_add_up_to_the_bytes_that_moved(self):
        trace = self.trace()
        moved = collections.Counter()
        for (group, _), points in trace.counters.items():
            points.sort(key=lambda point: point[0])
            self.assertEqual(points[-1][1], 0)
            for (begin, rate), (end, _) in zip(points, points[1:]):
                moved[group] += rate * (end - begin) / self.nanoseconds
        for group, expected in [("DRAM, bytes a cycle", self.json["channel_bytes"]),
                                ("network, bytes a cycle", self.json["link_bytes"])]:
            self.assertAlmostEqual(moved[group], sum(expected), delta=0.01 * sum(expected), msg=group)

    def test_a_page_stands_alone_and_takes_hostile_texts(self):
        page = self.page_file.read_text(encoding="utf-8")
        self.assertNotIn(HOSTILE[:12], page)  # the prompt closes no script
        self.assertEqual(page.count("</script>"), 2)
        for outside in ["src=\"http", "href=\"http", "@import"]:
            self.assertNotIn(outside, page)
        _, _, data = page.partition("const data = ")
        data, _ = json.JSONDecoder().raw_decode(data)
        self.assertEqual(data["prompt"], HOSTILE)
        self.assertEqual([phase["cycles"] for phase in data["phases"]], [phase["cycles"] for phase in self.phases])

    def test_a_browser_draws_the_page_without_an_error(self):
        if screenshot.browser() is None:
            self.skipTest("no Chromium: tools/setup test installs it")
        document, errors = screenshot.rendered(self.page_file)
        self.assertEqual(errors, [])
        self.assertIn("Prompt: " + html.escape(HOSTILE, quote=False), document)
        self.assertGreaterEqual(document.count("<canvas"), 7)
        broken = pathlib.Path(self.folder.name, "broken.html")
        broken.write_text(self.page_file.read_text(encoding="utf-8").replace("const data = ", "const data = nothing + "))
        self.assertTrue(screenshot.rendered(broken)[1])

    def test_the_same_run_gives_the_same_trace(self):
        again = pathlib.Path(self.folder.name, "again.perfetto-trace")
        profile(MODEL, "-p", HOSTILE, "-n", "4", "--chip", "areia-lab", "--ignore-eos", "--trace", str(again))
        self.assertEqual(again.read_bytes(), self.trace_file.read_bytes())


class Tables(unittest.TestCase):
    def test_tables_end_with_their_sums(self):
        result = profile(MODEL, "-p", "abc", "-n", "3", "--chip", "areia-lab", "--ignore-eos")
        self.assertEqual(result.returncode, 0, result.stderr)
        text = result.stdout.decode()
        for title in ["Prefill", "Decode"]:
            self.assertIn(title, text)
        sums = [line.split() for line in text.splitlines() if line.strip().startswith("sum")]
        self.assertEqual(len(sums), 8)
        for phase in (sums[:4], sums[4:]):
            self.assertEqual(len({line[1] for line in phase[:3]}), 1)       # cycles
            self.assertEqual(phase[0][-1], phase[3][1])                    # microjoules


class Errors(unittest.TestCase):
    def fails(self, word: str, *arguments: str) -> None:
        result = profile(*arguments)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, b"")
        self.assertIn(word, result.stderr.decode())

    def test_what_cannot_be(self):
        run = [MODEL, "-p", "abc", "-n", "2", "--chip", "areia-lab"]
        self.fails("--prompt", MODEL)
        self.fails("/nowhere/x", *run, "--trace", "/nowhere/x")
        self.fails("/nowhere/x", *run, "--html", "/nowhere/x")
        self.fails("--operators", *run, "--operators", "0")
        self.fails("nothing.gguf", "nothing.gguf", "-p", "abc")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
