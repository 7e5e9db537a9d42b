// SPDX-FileCopyrightText: 2026 The Areia authors
// SPDX-License-Identifier: Apache-2.0
//
// The fixed part of a differential test program: starts up, loads and saves states around the generated
// blocks, records traps and steps over the instructions that caused them, and at the end writes the traps
// and the saved states to standard output. HTIF = 1: machine mode, for Spike and areia; HTIF = 0: Linux user
// mode, for QEMU. Addresses and offsets come from layout.py.

#define SIGACTION 134
#define SIGALTSTACK 132
#define WRITE 64
#define EXIT 93

  .option norelax
  .option norvc
  .section .text.start, "ax"
  .globl _start
_start:
  j start
  nop
  j finish
  nop
  j save_31
  nop
  j load_31
  nop
  j save_5
  nop
  j load_5
  nop

// save: pointer S holds the state's address, T the return address; T itself is saved by the caller.
.macro save s, t
  .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
  .if \n - \t
  sd x\n, STATE_X + 8 * \n(x\s)
  .endif
  .endr
  .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
  fsd f\n, STATE_F + 8 * \n(x\s)
  .endr
  csrr x1, fcsr
  sd x1, STATE_CSRS + 0(x\s)
  csrr x1, vcsr
  sd x1, STATE_CSRS + 8(x\s)
  csrr x1, vl
  sd x1, STATE_CSRS + 16(x\s)
  csrr x1, vtype
  sd x1, STATE_CSRS + 24(x\s)
  csrr x1, vstart
  sd x1, STATE_CSRS + 32(x\s)
  csrw vstart, x0
  addi x1, x\s, STATE_V
  li x2, 8 * VLENB
  .irp n, 0,8,16,24
  vs8r.v v\n, (x1)
  add x1, x1, x2
  .endr
  // x1 is now at the state's memory
  li x2, BUFFER
  li x3, BUFFER + BUFFER_BYTES
1:ld x4, 0(x2)
  sd x4, 0(x1)
  addi x2, x2, 8
  addi x1, x1, 8
  bne x2, x3, 1b
  jr x\t
.endm

// load: the caller loads S and T themselves afterwards.
.macro load s, t
  .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
  fld f\n, STATE_F + 8 * \n(x\s)
  .endr
  ld x1, STATE_SOURCE(x\s)
  li x2, BUFFER
  li x3, BUFFER + BUFFER_BYTES
1:ld x4, 0(x1)
  sd x4, 0(x2)
  addi x1, x1, 8
  addi x2, x2, 8
  bne x2, x3, 1b
  ld x1, STATE_CSRS + 0(x\s)
  csrw fcsr, x1
  ld x1, STATE_CSRS + 8(x\s)
  csrw vcsr, x1
  csrw vstart, x0
  addi x1, x\s, STATE_V
  li x2, 8 * VLENB
  .irp n, 0,8,16,24
  vl8re8.v v\n, (x1)
  add x1, x1, x2
  .endr
  ld x1, STATE_CSRS + 16(x\s)
  ld x2, STATE_CSRS + 24(x\s)
  vsetvl x0, x1, x2
  .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
  .if (\n - \t) * (\n - \s)
  ld x\n, STATE_X + 8 * \n(x\s)
  .endif
  .endr
  jr x\t
.endm

save_31:
  save 31, 30
load_31:
  load 31, 30
save_5:
  save 5, 6
load_5:
  load 5, 6

// log_trap: appends {x29 = pc, x30 = cause, x28 = value} to the log; x27 is free.
.macro log_trap
  la x27, trap_count
  ld x27, 0(x27)
  li x26, MAX_TRAPS
  bgeu x27, x26, too_many
  la x27, trap_count
  ld x26, 0(x27)
  addi x26, x26, 1
  sd x26, 0(x27)
  slli x27, x26, 3
  slli x26, x26, 4
  add x26, x26, x27
  la x27, trap_log - 24
  add x27, x27, x26
  sd x29, 0(x27)
  sd x30, 8(x27)
  sd x28, 16(x27)
.endm

// step_over: x29 = pc of an instruction becomes that of the next one; x30 is free.
.macro step_over
  lhu x30, 0(x29)
  andi x30, x30, 3
  addi x30, x30, -3
  seqz x30, x30
  slli x30, x30, 1
  addi x30, x30, 2
  add x29, x29, x30
.endm

#if HTIF
start:
  li x1, 0x6600  // mstatus: FS and VS on
  csrs mstatus, x1
  la x1, trap
  csrw mtvec, x1
  la x1, trap_frame
  csrw mscratch, x1
  li x1, TESTS
  jr x1

  .balign 4
trap:
  csrrw x31, mscratch, x31
  sd x30, 0(x31)
  sd x29, 8(x31)
  sd x28, 16(x31)
  sd x27, 24(x31)
  sd x26, 32(x31)
  csrr x29, mepc
  csrr x30, mcause
  csrr x28, mtval
  log_trap
  step_over
  csrw mepc, x29
  ld x30, 0(x31)
  ld x29, 8(x31)
  ld x28, 16(x31)
  ld x27, 24(x31)
  ld x26, 32(x31)
  csrrw x31, mscratch, x31
  mret

// write_out: a1 = address, a2 = bytes; a system call by way of the host's proxy.
write_out:
  la t0, system_call
  li t1, WRITE
  sd t1, 0(t0)
  li t1, 1
  sd t1, 8(t0)
  sd a1, 16(t0)
  sd a2, 24(t0)
  fence
  la t1, tohost
  sd t0, 0(t1)
  la t1, fromhost
1:ld t2, 0(t1)
  beqz t2, 1b
  sd zero, 0(t1)
  fence
  ret

// leave: a0 = exit code
leave:
  slli a0, a0, 1
  ori a0, a0, 1
  la t0, tohost
1:sd a0, 0(t0)
  j 1b

  .section .tohost, "aw"
  .balign 64
  .globl tohost
tohost:
  .dword 0
  .balign 64
  .globl fromhost
fromhost:
  .dword 0
  .balign 64
system_call:
  .zero 64
  .text
#else
start:
  la a0, alternate_stack
  li a1, 0
  li a7, SIGALTSTACK
  ecall
  .irp signal, 4,5,7,8,11
  li a0, \signal
  la a1, action
  li a2, 0
  li a3, 8
  li a7, SIGACTION
  ecall
  .endr
  li x1, TESTS
  jr x1

// A signal handler: a0 = number, a2 = context, which holds the pc 176 bytes from its start.
handler:
  ld x29, 176(a2)
  mv x30, a0
  li x28, 0
  log_trap
  step_over
  sd x29, 176(a2)
  ret

write_out:
  li a0, 1
  li a7, WRITE
  ecall
  blez a0, leave
  add a1, a1, a0
  sub a2, a2, a0
  bnez a2, write_out
  ret

leave:
  li a7, EXIT
  ecall
  j leave

  .data
  .balign 8
action:
  .dword handler, 0x48000000, 0, 0  // SA_ONSTACK, SA_NODEFER
alternate_stack:
  .dword signal_stack, 0, 65536
  .bss
  .balign 16
signal_stack:
  .zero 65536
  .text
#endif

finish:
  jal ra, write_traps
  li a1, OUTPUT
  li a2, OUTPUT_BYTES
  jal ra, write_out
  li a0, 0
  j leave

too_many:  // the log is full: something runs wild
  jal ra, write_traps
  li a0, 9
  j leave

write_traps:
  la a1, trap_count
  ld t0, 0(a1)
  slli t1, t0, 3
  slli t0, t0, 4
  add a2, t0, t1
  addi a2, a2, 8
  j write_out

  .bss
  .balign 64
trap_frame:
  .zero 64
trap_count:
  .zero 8
trap_log:
  .zero 24 * MAX_TRAPS

  .section .tests, "ax"
  .incbin "tests.bin"
  .section .states, "aw"
  .incbin "data.bin"
  .section .buffer, "aw", @nobits
  .zero BUFFER_BYTES
  .section .output, "aw", @nobits
  .zero OUTPUT_BYTES
