#include <ashlar/machine.h>
#include <ashlar/x86_64.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

int ashlar_kernel_main(const char* command_line) {
    static char text[4096];
    pr_info("Ashlar kernel: %u CPUs, command line '%s'\n", num_online_cpus(), command_line);
    void* p = kmalloc(100, GFP_KERNEL);
    char* v = vmalloc(3 * PAGE_SIZE);
    pr_info("kmalloc %px phys %llx, vmalloc %px, pfns %lx %lx %lx\n", p, (u64)virt_to_phys(p), v,
            vmalloc_to_pfn(v), vmalloc_to_pfn(v + 4096), vmalloc_to_pfn(v + 8192));
    memset(v, 1, 3 * PAGE_SIZE);
    vfree(v);
    kfree(p);
    ashlar_meminfo(text, sizeof(text));
    pr_info("%s", text);
    ashlar_buddyinfo(text, sizeof(text));
    pr_info("%s", text);
    pr_info("invariants: %d\n", ashlar_check_invariants());
    return 0;
}
