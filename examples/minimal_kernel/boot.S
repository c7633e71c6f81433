// From a PVH loader (qemu -kernel) to kernel_start() in 64-bit mode. The tables map the first 1 GiB
// one to one, at the linear address, and where the kernel is linked.

#define KERNEL_BASE 0xffffffff80000000
#define PHYS(symbol) ((symbol) - KERNEL_BASE)

    .section .note.Xen, "a", @note
    .balign 4
    .long 4, 8, 18              // the entry's physical address
    .asciz "Xen"
    .quad PHYS(entry)

    .section .text.boot, "ax", @progbits
    .code32
    .globl entry
entry:
    mov %ebx, %edi              // struct hvm_start_info
    lgdt PHYS(gdt_pointer)
    mov $PHYS(root_table), %eax
    mov %eax, %cr3
    mov $0x20, %eax             // PAE
    mov %eax, %cr4
    mov $0xc0000080, %ecx       // EFER: long mode, no-execute
    rdmsr
    or $0x900, %eax
    wrmsr
    mov $0x80010001, %eax       // paging, write protection, protected mode
    mov %eax, %cr0
    ljmp $8, $PHYS(1f)
    .code64
1:  movabs $2f, %rax
    jmp *%rax
2:  mov $16, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov $stack_top, %rsp
    xor %ebp, %ebp
    push $0
    jmp kernel_start

    .data
    .balign 4096
    .globl root_table
root_table:                     // entries 0, 273 (0xffff888000000000) and 511
    .quad PHYS(linear_table) + 3
    .fill 272, 8, 0
    .quad PHYS(linear_table) + 3
    .fill 237, 8, 0
    .quad PHYS(kernel_table) + 3
linear_table:
    .quad PHYS(pages) + 3
    .fill 511, 8, 0
kernel_table:                   // entry 510: 0xffffffff80000000
    .fill 510, 8, 0
    .quad PHYS(pages) + 3, 0
pages:
    .set place, 0x83            // present, writable, 2 MiB
    .rept 512
    .quad place
    .set place, place + 0x200000
    .endr
    .balign 8
gdt:
    .quad 0, 0x00209a0000000000, 0x00cf92000000ffff
gdt_pointer:
    .word 23
    .long PHYS(gdt)

    .bss
    .balign 16
    .skip 16384
stack_top:
    .section .note.GNU-stack, "", @progbits
