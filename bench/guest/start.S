# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
#
# Start-up of the benchmark programs. By default bare-metal with Spike's HTIF, ending by a store to
# tohost; with -DLINUX for qemu's user mode, ending by the exit system call. main's result is the exit code.
  .section .text.start, "ax"
  .global _start
_start:
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
#ifndef LINUX
  la sp, stack_end
  li t0, 0x6600        # mstatus: FS and VS on
  csrs mstatus, t0
#endif
  call main
#ifdef LINUX
  li a7, 93
  ecall
#else
  slli a0, a0, 1
  ori a0, a0, 1
  la t0, tohost
  sd a0, 0(t0)
#endif
1:
  j 1b

#ifndef LINUX
  .section .tohost, "aw", @progbits
  .balign 64
  .global tohost
tohost:
  .dword 0
  .balign 64
  .global fromhost
fromhost:
  .dword 0

  .section .bss
  .balign 16
  .space 65536
stack_end:
#endif
