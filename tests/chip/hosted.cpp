// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// A bare-metal program that talks to the host by HTIF, as programs for Spike do; device code. Its second
// argument says what to do.
extern "C" {
[[gnu::section(".tohost"), gnu::aligned(64)]] volatile unsigned long tohost = 0;
[[gnu::section(".tohost"), gnu::aligned(64)]] volatile unsigned long fromhost = 0;
}

namespace {

using u64 = unsigned long;

alignas(64) volatile u64 request[8];
alignas(16) char stack[4096];
u64 main_variables[64];

u64 ask(u64 value) {
  while (tohost != 0) {
  }
  tohost = value;
  while (fromhost == 0) {
  }
  const u64 answer = fromhost;
  fromhost = 0;
  return answer;
}

u64 call(u64 number, u64 a0 = 0, u64 a1 = 0, u64 a2 = 0) {
  request[0] = number;
  request[1] = a0;
  request[2] = a1;
  request[3] = a2;
  ask(reinterpret_cast<u64>(request));
  return request[0];
}

void put(char c) {
  while (tohost != 0) {
  }
  tohost = 1ul << 56 | 1ul << 48 | static_cast<unsigned char>(c);
}

u64 length(const char* text) {
  u64 n = 0;
  while (text[n]) ++n;
  return n;
}

void write(const char* text) { call(64, 1, reinterpret_cast<u64>(text), length(text)); }

[[noreturn]] void leave(u64 code) {
  for (;;) tohost = code << 1 | 1;
}

[[gnu::noinline]] void crash() { *reinterpret_cast<volatile u64*>(8) = 1; }

[[noreturn]] void run(const char* what, int argc, char** argv) {
  switch (what[0]) {
    case 'a':  // arguments, by system call
      for (int i = 2; i < argc; ++i) {
        write(argv[i]);
        write("\n");
      }
      leave(static_cast<u64>(argc));
    case 'p':  // the console device, a character at a time
      for (const char* c = "put\n"; *c; ++c) put(*c);
      leave(0);
    case 'r': {  // reads, by both ways
      char text[16];
      text[0] = static_cast<char>(ask(1ul << 56));
      const u64 got = call(63, 0, reinterpret_cast<u64>(text + 1), 8);
      call(64, 1, reinterpret_cast<u64>(text), got + 1);
      leave(got);
    }
    case 'h':  // a request in two halves, as 32-bit code writes it
      reinterpret_cast<volatile unsigned*>(&tohost)[0] = '!';
      reinterpret_cast<volatile unsigned*>(&tohost)[1] = 1u << 24 | 1u << 16;
      leave(3);
    case 'e':
      call(93, 41);
      break;
    case 'b':
      leave(256);  // does not fit a process's exit status
    case 'n':
      leave(call(1234) == -38ul ? 0 : 1);
    case 'w':
      leave(call(64, 1, 0x10, 100) == -14ul ? 0 : 1);
    case 'x':
      tohost = 0x10;
      break;  // a system call whose words are nowhere
    case 'c':
      crash();
      break;
    default:
      break;
  }
  for (;;) {
  }
}

}  // namespace

extern "C" [[noreturn]] void begin() {
  call(2011, reinterpret_cast<u64>(main_variables), sizeof main_variables);
  const int argc = static_cast<int>(main_variables[0]);
  char** argv = reinterpret_cast<char**>(main_variables + 1);
  run(argc > 1 ? argv[1] : "", argc, argv);
}

extern "C" [[gnu::naked, gnu::section(".text.start")]] void _start() {
  asm volatile("la sp, %0 + 4096\n j begin" : : "i"(stack));
}
