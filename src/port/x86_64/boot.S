// From the loader to C++.
//
// PVH: the loader reads the note, puts the segments where their physical addresses say and jumps to
// the entry in 32-bit protected mode, paging off, EBX = physical address of hvm_start_info. The
// tables made here map the first 4 GiB three times with 2 MiB pages: one to one (for this code and
// for the other processors' start), at the linear address, and, of them the first 2 GiB, where the
// kernel is linked. paging.cpp replaces them by exact ones.

#define KERNEL_BASE 0xffffffff80000000
#define PHYS(symbol) ((symbol) - KERNEL_BASE)
#define EFER 0xc0000080
#define EFER_LME_NXE 0x900

    .section .note.Xen, "a", @note
    .balign 4
    .long 4, 8, 18              // XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .quad PHYS(ashlar_pvh_entry)

    .section .text.boot, "ax", @progbits
    .code32
    .globl ashlar_pvh_entry
ashlar_pvh_entry:
    cld
    mov %ebx, %ebp              // the start information, until it is an argument

    mov $PHYS(boot_pdpt) + 3, %eax
    mov %eax, PHYS(ashlar_boot_pml4)                // one to one
    mov %eax, PHYS(ashlar_boot_pml4) + 273 * 8      // 0xffff888000000000
    mov $PHYS(boot_pdpt_high) + 3, %eax
    mov %eax, PHYS(ashlar_boot_pml4) + 511 * 8      // 0xffffffff80000000
    mov $PHYS(boot_pd) + 3, %eax
    mov %eax, PHYS(boot_pdpt)
    mov %eax, PHYS(boot_pdpt_high) + 510 * 8
    add $0x1000, %eax
    mov %eax, PHYS(boot_pdpt) + 8
    mov %eax, PHYS(boot_pdpt_high) + 511 * 8
    add $0x1000, %eax
    mov %eax, PHYS(boot_pdpt) + 16
    add $0x1000, %eax
    mov %eax, PHYS(boot_pdpt) + 24
    mov $PHYS(boot_pd), %edi
    mov $0x83, %eax             // present, writable, 2 MiB
    mov $2048, %ecx
1:  mov %eax, (%edi)
    add $0x200000, %eax
    add $8, %edi
    loop 1b

    lgdt PHYS(boot_gdt_pointer)
    mov $PHYS(ashlar_boot_pml4), %eax
    mov %eax, %cr3
    mov %cr4, %eax
    or $0x20, %eax              // PAE
    mov %eax, %cr4
    mov $EFER, %ecx
    rdmsr
    or $EFER_LME_NXE, %eax
    wrmsr
    mov %cr0, %eax
    or $0x80010001, %eax        // PG, WP, PE
    mov %eax, %cr0
    ljmp $8, $PHYS(1f)
    .code64
1:  movabs $2f, %rax
    jmp *%rax
2:  mov $16, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    xor %eax, %eax
    mov %eax, %fs
    mov %eax, %gs
    mov $ashlar_boot_stack_top, %rsp
    mov %ebp, %edi              // the start information
    xor %ebp, %ebp              // the end of every backtrace
    push $0
    jmp ashlar_x86_boot

// The other processors start in real mode at a page below 1 MiB, to which this is copied. They are
// started one by one, so they may share what ashlar_ap_stack and ashlar_ap_cpu hold.
    .section .text.trampoline, "ax", @progbits
    .balign 16
    .globl ashlar_trampoline, ashlar_trampoline_end
#define HERE(symbol) ((symbol) - ashlar_trampoline + 0x8000)
ashlar_trampoline:
    .code16
    cli
    cld
    xor %ax, %ax
    mov %ax, %ds
    lgdtl HERE(trampoline_gdt_pointer)
    mov %cr0, %eax
    or $1, %eax
    mov %eax, %cr0
    ljmpl $24, $HERE(1f)
    .code32
1:  mov $16, %eax
    mov %eax, %ds
    mov $PHYS(ashlar_boot_pml4), %eax
    mov %eax, %cr3
    mov %cr4, %eax
    or $0x20, %eax
    mov %eax, %cr4
    mov $EFER, %ecx
    rdmsr
    or $EFER_LME_NXE, %eax
    wrmsr
    mov %cr0, %eax
    or $0x80010001, %eax
    and $0x9fffffff, %eax       // INIT left the caches off
    mov %eax, %cr0
    ljmp $8, $HERE(2f)
    .code64
2:  movabs $3f, %rax
    jmp *%rax
    .balign 8
trampoline_gdt:
    .quad 0, 0x00209a0000000000, 0x00cf92000000ffff, 0x00cf9a000000ffff
trampoline_gdt_pointer:
    .word 31
    .long HERE(trampoline_gdt)
ashlar_trampoline_end:

    .section .text, "ax", @progbits
3:  mov $16, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    xor %eax, %eax
    mov %eax, %fs
    mov %eax, %gs
    mov ashlar_ap_root(%rip), %rax
    mov %rax, %cr3              // the exact tables: only they know the stack
    mov ashlar_ap_stack(%rip), %rsp
    mov ashlar_ap_cpu(%rip), %rdi
    xor %ebp, %ebp
    push $0
    jmp ashlar_x86_ap_main

    .section .rodata, "a", @progbits
    .balign 8
boot_gdt:
    .quad 0, 0x00209a0000000000, 0x00cf92000000ffff
boot_gdt_pointer:
    .word 23
    .long PHYS(boot_gdt)

    .section .bss, "aw", @nobits
    .balign 4096
    .globl ashlar_boot_pml4, ashlar_boot_stack_top, ashlar_boot_stack
ashlar_boot_pml4: .skip 4096
boot_pdpt:        .skip 4096
boot_pdpt_high:   .skip 4096
boot_pd:          .skip 4 * 4096
ashlar_boot_stack: .skip 16384
ashlar_boot_stack_top:
    .globl ashlar_ap_root, ashlar_ap_stack, ashlar_ap_cpu
ashlar_ap_root:   .skip 8
ashlar_ap_stack:  .skip 8
ashlar_ap_cpu:    .skip 8
    .section .note.GNU-stack, "", @progbits
