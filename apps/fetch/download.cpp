// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// Transfers, resumed by range where an earlier one was cut.
#include "apps/fetch/download.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <system_error>

namespace areia::apps {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostText = std::size_t{64} << 20;
constexpr long kConnectSeconds = 30, kStallSeconds = 60;

using Handle = std::unique_ptr<CURL, void (*)(CURL*)>;
using Headers = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

bool is_this_machine(const std::string& url) {
  for (const char* begin : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
    const std::size_t size = std::strlen(begin);
    if (url.starts_with(begin) && (url.size() == size || url[size] == ':' || url[size] == '/')) return true;
  }
  return false;
}

/// A transfer with what all of them share.
class Transfer {
 public:
  explicit Transfer(const Request& request)
      : handle_(curl_easy_init(), curl_easy_cleanup),
        headers_(nullptr, curl_slist_free_all),
        url_(request.url) {
    if (!handle_) return;
    const char* protocols = is_this_machine(url_) ? "http,https" : "https";
    set(CURLOPT_URL, url_.c_str());
    set(CURLOPT_PROTOCOLS_STR, protocols);
    set(CURLOPT_REDIR_PROTOCOLS_STR, protocols);
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, 10L);
    set(CURLOPT_USERAGENT, "areia");
    set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, kStallSeconds);
    set(CURLOPT_ERRORBUFFER, message_);
    set(CURLOPT_NOSIGNAL, 1L);
    // libcurl sends it to the first host only, not on to others that redirects lead to.
    if (!request.token.empty()) add_header("Authorization: Bearer " + request.token);
  }

  template <typename Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(handle_.get(), option, value);
  }
  void add_header(const std::string& header) {
    curl_slist* const before = headers_.release();
    curl_slist* const longer = curl_slist_append(before, header.c_str());
    headers_.reset(longer != nullptr ? longer : before);
  }

  /// The server's status. Work failed where there was no answer.
  Result<long> run() {
    if (!handle_) return work_failed("libcurl cannot start");
    set(CURLOPT_HTTPHEADER, headers_.get());
    const CURLcode code = curl_easy_perform(handle_.get());
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && status >= 300)) return status;
    const std::string why = message_[0] != '\0' ? message_ : curl_easy_strerror(code);
    if (code == CURLE_WRITE_ERROR) return work_failed(fmt::format("{}: {}", url_, why));
    return work_failed(
        fmt::format("{}: {}; check the network and try again: what has come so far is kept", url_, why));
  }
  long status() const {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
  }
  const std::string& url() const { return url_; }

 private:
  Handle handle_;
  Headers headers_;
  std::string url_;
  char message_[CURL_ERROR_SIZE] = {};
};

Error refused(const std::string& url, long status) {
  const auto say = [&](const char* what) { return work_failed(fmt::format("{}: {}", url, what)); };
  if (status == 401 || status == 403)
    return say("access is refused: accept the model's terms on its page, and give your token in HF_TOKEN");
  if (status == 404) return say("there is no such model, revision or file: check the name");
  if (status == 429) return say("the server asks to slow down: try again later");
  return work_failed(fmt::format("{}: the server answered with status {}: try again later", url, status));
}

std::size_t keep_text(char* data, std::size_t, std::size_t size, void* place) {
  auto& text = *static_cast<std::string*>(place);
  if (text.size() + size > kMostText) return 0;
  text.append(data, size);
  return size;
}

/// Where the bytes of a download go.
struct PartFile {
  std::FILE* file = nullptr;
  Transfer* transfer = nullptr;
  std::uint64_t begin = 0;  ///< bytes that were there
  bool looked = false;
};

/// A server that ignores the range sends the whole: the file begins anew. An error's body is dropped.
std::size_t keep_bytes(char* data, std::size_t, std::size_t size, void* place) {
  auto& part = *static_cast<PartFile*>(place);
  const long status = part.transfer->status();
  if (status != 200 && status != 206) return size;
  if (!part.looked && status == 200 && part.begin > 0) {
    if (std::fseek(part.file, 0, SEEK_SET) != 0 || ftruncate(fileno(part.file), 0) != 0) return 0;
  }
  part.looked = true;
  return std::fwrite(data, 1, size, part.file);
}

std::size_t keep_etag(char* data, std::size_t, std::size_t size, void* place) {
  const std::string_view line(data, size);
  constexpr std::string_view kName = "etag:";
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  if (line.size() > kName.size() &&
      std::equal(kName.begin(), kName.end(), line.begin(), [&](char b, char a) { return same(a, b); })) {
    std::string value(line.substr(kName.size()));
    value.erase(0, value.find_first_not_of(" \t"));
    value.erase(value.find_last_not_of(" \t\r\n") + 1);
    *static_cast<std::string*>(place) = value;
  }
  return size;
}

int show_progress(void* begin, curl_off_t total, curl_off_t now, curl_off_t, curl_off_t) {
  if (total <= 0) return 0;
  const double before = static_cast<double>(*static_cast<std::uint64_t*>(begin));
  fmt::print(stderr, "\r{:5.1f} % of {:.1f} MB ",
             100 * (before + static_cast<double>(now)) / (before + static_cast<double>(total)),
             (before + static_cast<double>(total)) / 1e6);
  return 0;
}

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// One try; the status that the server gave.
Result<long> transfer_part(const Request& request, const fs::path& part, const fs::path& tag_path) {
  std::error_code error;
  std::uint64_t begin = fs::exists(part, error) ? fs::file_size(part, error) : 0;
  const std::string tag = begin > 0 ? first_line(tag_path) : "";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(part.c_str(), begin > 0 ? "r+b" : "wb"), std::fclose);
  if (!file) return work_failed(fmt::format("{}: {}", part.string(), std::strerror(errno)));
  std::fseek(file.get(), 0, SEEK_END);
  Transfer transfer(request);
  PartFile sink{file.get(), &transfer, begin, false};
  std::string new_tag;
  transfer.set(CURLOPT_WRITEFUNCTION, keep_bytes);
  transfer.set(CURLOPT_WRITEDATA, &sink);
  transfer.set(CURLOPT_HEADERFUNCTION, keep_etag);
  transfer.set(CURLOPT_HEADERDATA, &new_tag);
  if (begin > 0) {
    transfer.add_header(fmt::format("Range: bytes={}-", begin));
    if (!tag.empty() && !tag.starts_with("W/")) transfer.add_header("If-Range: " + tag);
  }
  if (isatty(STDERR_FILENO) == 1) {
    transfer.set(CURLOPT_NOPROGRESS, 0L);
    transfer.set(CURLOPT_XFERINFOFUNCTION, show_progress);
    transfer.set(CURLOPT_XFERINFODATA, &begin);
  }
  auto status = transfer.run();
  if (isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r\033[K");
  if (!new_tag.empty()) std::ofstream(tag_path) << new_tag << '\n';
  if (std::fflush(file.get()) != 0)
    return work_failed(fmt::format("{}: {}: is the disk full?", part.string(), std::strerror(errno)));
  return status;
}

}  // namespace

Result<std::string> fetch_text(const Request& request) {
  Transfer transfer(request);
  std::string text;
  transfer.set(CURLOPT_WRITEFUNCTION, keep_text);
  transfer.set(CURLOPT_WRITEDATA, &text);
  const auto status = transfer.run();
  if (!status) return status.error();
  if (*status != 200) return refused(request.url, *status);
  return text;
}

Result<void> download(const Request& request, const fs::path& path, std::optional<std::uint64_t> size) {
  const fs::path part = path.string() + ".part", tag = path.string() + ".etag";
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (size && fs::exists(part, error) && fs::file_size(part, error) > *size) fs::remove(part, error);
  const bool whole = size && fs::exists(part, error) && fs::file_size(part, error) == *size;
  if (!whole) {
    auto status = transfer_part(request, part, tag);
    if (status && *status == 416) {  // what is here does not belong to what the server has
      fs::remove(part, error);
      status = transfer_part(request, part, tag);
    }
    if (!status) return status.error();
    if (*status != 200 && *status != 206) return refused(request.url, *status);
  }
  if (size && fs::file_size(part, error) != *size) {
    const std::uint64_t got = fs::file_size(part, error);
    fs::remove(part, error);
    return work_failed(
        fmt::format("{}: {} bytes came, {} were announced: try again", request.url, got, *size));
  }
  fs::rename(part, path, error);
  if (error) return work_failed(fmt::format("{}: {}", path.string(), error.message()));
  fs::remove(tag, error);
  return {};
}

}  // namespace areia::apps
