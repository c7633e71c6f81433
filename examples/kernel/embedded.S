// The module, as its compiler made it.
    .section .rodata
    .balign 16
    .globl embedded_module, embedded_module_end
embedded_module:
    .incbin MODULE_OBJECT
embedded_module_end:
    .section .note.GNU-stack, "", @progbits
