// Interrupt entries, and the switch from one task to another.

// Where the library finds the running context: the first word of PerCpu.
    .globl ashlar_gs_context
    .set ashlar_gs_context, 0

    .section .text, "ax", @progbits
    .code64

// One stub a vector, 16 bytes apart. Vectors for which the processor pushes no error code push 0.
    .balign 16
    .globl ashlar_x86_stubs
ashlar_x86_stubs:
    .set vector, 0
    .rept 256
    .balign 16
    .if (vector != 8) && (vector != 10) && (vector != 11) && (vector != 12) && (vector != 13) && (vector != 14) && (vector != 17) && (vector != 21)
    push $0
    .endif
    push $vector
    jmp common
    .set vector, vector + 1
    .endr

// struct Frame of machine.h. RBP makes the interrupted code the caller of the handler, so that a
// backtrace goes on through it.
common:
    cld
    push %rax
    push %rbx
    push %rcx
    push %rdx
    push %rsi
    push %rdi
    push %r8
    push %r9
    push %r10
    push %r11
    push %r12
    push %r13
    push %r14
    push %r15
    push %rbp
    mov %rsp, %rdi
    push 136(%rsp)              // the interrupted RIP
    push %rbp
    mov %rsp, %rbp
    and $-16, %rsp
    call ashlar_x86_interrupt
    lea 16(%rbp), %rsp
    pop %rbp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rdi
    pop %rsi
    pop %rdx
    pop %rcx
    pop %rbx
    pop %rax
    add $16, %rsp
    iretq

// void ashlar_x86_switch(u64* save_sp, u64 load_sp)
    .globl ashlar_x86_switch
ashlar_x86_switch:
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, (%rdi)
    mov %rsi, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret

// Where a new task's stack returns to: RBP is 0 and ends every backtrace.
    .globl ashlar_x86_task_entry
ashlar_x86_task_entry:
    push $0
    jmp ashlar_x86_task_start

// int ashlar_x86_touch(const volatile void* address, int write): 0, or 1 when the access faulted,
// for then the instruction behind it is skipped.
    .globl ashlar_x86_touch
ashlar_x86_touch:
    mov $1, %eax
    test %esi, %esi
    jnz 2f
1:  movzbl (%rdi), %ecx
    xor %eax, %eax
    ret
2:  lock orb $0, (%rdi)
    xor %eax, %eax
3:  ret
    .section ashlar_fixups, "a", @progbits
    .balign 4
    .long 1b - .
    .long 3b - .
    .long 2b - .
    .long 3b - .
    .section .note.GNU-stack, "", @progbits
