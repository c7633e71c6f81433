// vmalloc and vmap under their Linux names.
//
//   vmalloc -> shelf, or: reserve an area, fetch frames, map them in runs
//   vfree   -> shelf or lazy list; from an interrupt, onto a list that a thread
//              works off, or the next call from a task if that comes first

#include <linux/vmalloc.h>

#include <linux/kernel.h>
#include <linux/llist.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "core/shadow.h"
#include "vmap/areas.h"

using namespace ashlar;
using namespace ashlar::vmap;

namespace {

llist_head deferred = LLIST_HEAD_INIT(deferred);
u32 deferred_word = 0;   // moves when the list gets its first; what the thread sleeps on
u32 working_off = 0;     // who has taken areas from the list and not freed them all
u32 thread_started = 0;  // nothing interrupts before it is

bool in_module_range(const void* pointer) {
    const ashlar_window& window = *ashlar_port_window();
    return address(pointer) - window.modules < window.modules_bytes;
}

// Frames for the area, in as large pieces as are free, so that they map in few calls.
usize fetch_frames(struct page** pages, usize count, gfp_t flags) {
    usize got = 0;
    unsigned order = MAX_ORDER - 1;
    while (got < count) {
        const usize left = count - got;
        while ((usize{1} << order) > left) order--;
        struct page* block = nullptr;
        if (order > 0) {
            const gfp_t gently =
                (flags & ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL)) | __GFP_NORETRY | __GFP_NOWARN;
            block = alloc_pages(gently, order);
            if (block == nullptr) {
                order--;
                continue;
            }
            split_page(block, order);
        } else {
            block = alloc_pages(flags, 0);
            if (block == nullptr) return got;
        }
        for (struct page* const end = block + (usize{1} << order); block != end; block++)
            pages[got++] = block;
    }
    return got;
}

void put_frames(struct page** pages, usize count) {
    release_pages(pages, static_cast<int>(count));
}

struct page** page_array(usize count, gfp_t flags) {
    const usize bytes = count * sizeof(struct page*);
    const gfp_t plain = flags & (GFP_RECLAIM_MASK | __GFP_NOLOCKDEP);
    if (bytes <= 4 * PAGE_SIZE) return static_cast<struct page**>(kmalloc(bytes, plain));
    return static_cast<struct page**>(__vmalloc_node(bytes, 1, plain, NUMA_NO_NODE, nullptr));
}

[[gnu::noinline]] void tell_failure(usize bytes, gfp_t flags, const char* why, int error) {
    if ((flags & __GFP_NOWARN) != 0 || ashlar_printk_ratelimit() == 0) return;
    pr_warn("vmalloc error: size %zu, %s (%d)%s\n", bytes, why, error,
            error == -ENOMEM ? "; the host may allow no more mappings (vm.max_map_count)" : "");
    dump_stack();
}

void work_off_deferred() {
    if (llist_empty(&deferred)) return;
    __atomic_fetch_add(&working_off, 1u, __ATOMIC_ACQ_REL);
    llist_node* node = llist_del_all(&deferred);
    while (node != nullptr) {
        llist_node* next = node->next;
        vfree(node);
        node = next;
    }
    __atomic_fetch_sub(&working_off, 1u, __ATOMIC_ACQ_REL);
}

void free_deferred(void*) {
    for (;;) {
        const u32 word = __atomic_load_n(&deferred_word, __ATOMIC_ACQUIRE);
        work_off_deferred();
        if (llist_empty(&deferred)) ashlar_port_wait(&deferred_word, word, UINT64_MAX);
    }
}

// An area in use as its caller knows it, or null after the report.
Area* area_to_free(const void* pointer, const char* call) {
    if (!PAGE_ALIGNED(pointer)) {
        ashlar_warn_text(__FILE__, __LINE__, call, "Trying to %s() bad address (%px)", call,
                         pointer);
        return nullptr;
    }
    Area* area = find_start(pointer);
    if (area == nullptr) {
        ashlar_warn_text(__FILE__, __LINE__, call, "Trying to %s() nonexistent vm area (%px)", call,
                         pointer);
    }
    return area;
}

void* map_given(struct page** pages, usize count, unsigned rights, bool ram, bool take_array,
                const void* caller) {
    Area* area = reserve(count << PAGE_SHIFT, PAGE_SIZE, VMALLOC_START, VMALLOC_END, GFP_KERNEL);
    if (area == nullptr) return nullptr;
    struct page** kept = take_array ? pages : page_array(count, GFP_KERNEL);
    if (kept != nullptr && kept != pages) memcpy(kept, pages, count * sizeof(struct page*));
    const int error = kept == nullptr ? -ENOMEM : map_frames(*area, pages, count, rights);
    if (error != 0) {
        if (kept != pages) kvfree(kept);
        unreserve(area);
        return nullptr;
    }
    area->vm.pages = kept;
    area->vm.nr_pages = static_cast<unsigned>(count);
    area->vm.flags = VM_MAP | (take_array ? VM_MAP_PUT_PAGES : 0);
    area->vm.caller = caller;
    area->ram = ram;
    shadow::unpoison(area->vm.addr, count << PAGE_SHIFT);
    return area->vm.addr;
}

}  // namespace

extern "C" {

void* __vmalloc_node_range(unsigned long size, unsigned long align, unsigned long start,
                           unsigned long end, gfp_t flags, pgprot_t prot, unsigned long vm_flags,
                           int, const void* caller) {
    const usize bytes = PAGE_ALIGN(size);
    const usize count = bytes >> PAGE_SHIFT;
    if (size == 0 || bytes < size || count > ashlar_memory()->pages) {
        WARN_ONCE(size == 0, "vmalloc of nothing");
        if (size != 0) tell_failure(size, flags, "exceeds total pages", 0);
        return nullptr;
    }
    if (align < PAGE_SIZE) align = PAGE_SIZE;
    if ((align & (align - 1)) != 0 || align > (end - start)) return nullptr;
    BUG_ON(in_interrupt());
    ashlar_might_sleep("vmalloc", __FILE__, __LINE__);
    work_off_deferred();
    const unsigned rights = static_cast<unsigned>(pgprot_val(prot));
    const bool plain = rights == ASHLAR_PROT_WRITE && start == VMALLOC_START &&
                       align == PAGE_SIZE && (flags & (GFP_DMA | GFP_DMA32)) == 0;
    if (plain) {
        if (Area* area = take_shelved(count)) {
            area->vm.flags = VM_ALLOC | vm_flags;
            area->vm.caller = caller;
            shadow::unpoison(area->vm.addr, bytes);
            if (want_init_on_alloc(flags)) memset(area->vm.addr, 0, bytes);
            shadow::unpoison_part(static_cast<char*>(area->vm.addr), size, bytes);
            return area->vm.addr;
        }
    }
    const gfp_t frame_flags =
        (flags & (GFP_RECLAIM_MASK | GFP_DMA | GFP_DMA32 | __GFP_ZERO | __GFP_ACCOUNT)) |
        ((flags & (GFP_DMA | GFP_DMA32)) == 0 ? __GFP_HIGHMEM : 0u);
    for (;;) {
        Area* area = reserve(bytes, align, start, end, flags);
        const char* why = "no address space left";
        int error = 0;
        if (area != nullptr) {
            struct page** pages = page_array(count, flags);
            usize got = 0;
            why = "no memory for the page array";
            if (pages != nullptr) {
                got = fetch_frames(pages, count, frame_flags);
                why = "failed to allocate pages";
                if (got == count) {
                    error = map_frames(*area, pages, count, rights);
                    why = "the frames cannot be mapped";
                    if (error == -ENOMEM && purge() != 0)
                        error = map_frames(*area, pages, count, rights);
                    if (error == 0) {
                        area->vm.pages = pages;
                        area->vm.nr_pages = static_cast<unsigned>(count);
                        area->vm.flags = VM_ALLOC | vm_flags;
                        area->vm.caller = caller;
                        area->plain = plain;
                        shadow::unpoison_part(static_cast<char*>(area->vm.addr), size, bytes);
                        return area->vm.addr;
                    }
                }
                put_frames(pages, got);
                kvfree(pages);
            }
            unreserve(area);
        }
        if ((flags & __GFP_NOFAIL) == 0) {
            tell_failure(size, flags, why, error);
            return nullptr;
        }
        schedule_timeout_uninterruptible(1);
    }
}

void* __vmalloc_node(unsigned long size, unsigned long align, gfp_t flags, int node,
                     const void* caller) {
    return __vmalloc_node_range(size, align, VMALLOC_START, VMALLOC_END, flags, PAGE_KERNEL, 0,
                                node, caller != nullptr ? caller : __builtin_return_address(0));
}

#define HERE __builtin_return_address(0)
void* __vmalloc(unsigned long size, gfp_t flags) {
    return __vmalloc_node(size, 1, flags, -1, HERE);
}
void* vmalloc(unsigned long size) {
    return __vmalloc_node(size, 1, GFP_KERNEL, -1, HERE);
}
void* vzalloc(unsigned long size) {
    return __vmalloc_node(size, 1, GFP_KERNEL | __GFP_ZERO, -1, HERE);
}
void* vmalloc_node(unsigned long size, int node) {
    return __vmalloc_node(size, 1, GFP_KERNEL, node, HERE);
}
void* vzalloc_node(unsigned long size, int node) {
    return __vmalloc_node(size, 1, GFP_KERNEL | __GFP_ZERO, node, HERE);
}
void* vmalloc_huge(unsigned long size, gfp_t flags) {
    // Whole 2 MiB pieces only if they start at such an address.
    return __vmalloc_node(size, size >= PMD_SIZE ? PMD_SIZE : 1, flags, -1, HERE);
}
void* vmalloc_32(unsigned long size) {
    return __vmalloc_node(size, 1, GFP_DMA32 | GFP_KERNEL, -1, HERE);
}
static void* vmalloc_for_user(unsigned long size, gfp_t flags, const void* caller) {
    return __vmalloc_node_range(size, PAGE_SIZE, VMALLOC_START, VMALLOC_END,
                                flags | GFP_KERNEL | __GFP_ZERO, PAGE_KERNEL, VM_USERMAP, -1,
                                caller);
}
void* vmalloc_user(unsigned long size) {
    return vmalloc_for_user(size, 0, HERE);
}
void* vmalloc_32_user(unsigned long size) {
    return vmalloc_for_user(size, GFP_DMA32, HERE);
}

void vfree_atomic(const void* pointer) {
    if (pointer == nullptr) return;
    // The area's own memory is the list's node, however small a part of it was asked for.
    shadow::unpoison(pointer, sizeof(llist_node));
    if (!llist_add(static_cast<llist_node*>(const_cast<void*>(pointer)), &deferred)) return;
    __atomic_fetch_add(&deferred_word, 1u, __ATOMIC_RELEASE);
    ashlar_port_wake(&deferred_word, 1);
}

void ashlar_start_vfree_thread() {
    if (__atomic_exchange_n(&thread_started, 1u, __ATOMIC_ACQ_REL) != 0) return;
    // Where there are no threads the next call from a task does it.
    ashlar_port_spawn(free_deferred, nullptr, "vfree");
}

void vfree(const void* pointer) {
    BUG_ON(in_nmi());
    if (pointer == nullptr) return;
    if (in_interrupt()) {
        if (find_start(pointer) == nullptr) {
            area_to_free(pointer, "vfree");
            return;
        }
        vfree_atomic(pointer);
        return;
    }
    ashlar_might_sleep("vfree", __FILE__, __LINE__);
    Area* area = area_to_free(pointer, "vfree");
    if (area == nullptr) return;
    shadow::poison(area->vm.addr, area->mapped);
    retire(area, (area->vm.flags & (VM_ALLOC | VM_MAP_PUT_PAGES)) != 0);
    work_off_deferred();
}

void* vmap(struct page** pages, unsigned int count, unsigned long flags, pgprot_t prot) {
    ashlar_might_sleep("vmap", __FILE__, __LINE__);
    if (WARN_ON_ONCE(flags & VM_FLUSH_RESET_PERMS)) return nullptr;
    if (count == 0 || count > ashlar_memory()->pages) return nullptr;
    return map_given(pages, count, static_cast<unsigned>(pgprot_val(prot)), false,
                     (flags & VM_MAP_PUT_PAGES) != 0, HERE);
}

void* vmap_pfn(unsigned long* pfns, unsigned int count, pgprot_t prot) {
    auto** pages =
        static_cast<struct page**>(kvmalloc_array(count, sizeof(struct page*), GFP_KERNEL));
    if (pages == nullptr) return nullptr;
    for (unsigned i = 0; i < count; i++) pages[i] = pfn_to_page(pfns[i]);
    void* mapped =
        map_given(pages, count, static_cast<unsigned>(pgprot_val(prot)), false, false, HERE);
    kvfree(pages);
    return mapped;
}

void vunmap(const void* pointer) {
    BUG_ON(in_interrupt());
    ashlar_might_sleep("vunmap", __FILE__, __LINE__);
    if (pointer == nullptr) return;
    Area* area = area_to_free(pointer, "vunmap");
    if (area == nullptr) return;
    shadow::poison(area->vm.addr, area->mapped);
    retire(area, false);
}

void* vm_map_ram(struct page** pages, unsigned int count, int) {
    return map_given(pages, count, ASHLAR_PROT_WRITE, true, false, HERE);
}

void vm_unmap_ram(const void* pointer, unsigned int count) {
    ashlar_might_sleep("vm_unmap_ram", __FILE__, __LINE__);
    Area* area = area_to_free(pointer, "vm_unmap_ram");
    if (area == nullptr) return;
    BUG_ON(!area->ram || area->mapped != usize{count} << PAGE_SHIFT);
    shadow::poison(area->vm.addr, area->mapped);
    retire(area, false);
}

void vm_unmap_aliases() {
    work_off_deferred();
    // Others may be in the middle of it.
    for (unsigned turns = 0; __atomic_load_n(&working_off, __ATOMIC_ACQUIRE) != 0; turns++)
        ashlar_port_spin(turns);
    purge();
}

struct vm_struct* get_vm_area_caller(unsigned long size, unsigned long flags, const void* caller) {
    Area* area = reserve(PAGE_ALIGN(size), PAGE_SIZE, VMALLOC_START, VMALLOC_END, GFP_KERNEL);
    if (area == nullptr) return nullptr;
    area->vm.flags = flags;
    area->vm.caller = caller;
    return &area->vm;
}
struct vm_struct* get_vm_area(unsigned long size, unsigned long flags) {
    return get_vm_area_caller(size, flags, HERE);
}
void free_vm_area(struct vm_struct* vm) {
    Area* area = container_of(vm, Area, vm);
    if (area->mapped != 0) {
        ashlar_port_unmap(area->start, area->mapped);
        ashlar_port_flush(area->start, area->mapped);
    }
    unreserve(area);
}
struct vm_struct* find_vm_area(const void* pointer) {
    Area* area = find(pointer);
    return area != nullptr ? &area->vm : nullptr;
}

bool is_vmalloc_addr(const void* pointer) {
    const uptr at = address(pointer);
    return at >= VMALLOC_START && at < VMALLOC_END;
}
bool is_vmalloc_or_module_addr(const void* pointer) {
    return is_vmalloc_addr(pointer) || in_module_range(pointer);
}

struct page* vmalloc_to_page(const void* pointer) {
    Area* area = find(pointer);
    if (area == nullptr || area->vm.pages == nullptr) return nullptr;
    const usize index = (address(pointer) - area->start) >> PAGE_SHIFT;
    return index < area->vm.nr_pages ? area->vm.pages[index] : nullptr;
}
unsigned long vmalloc_to_pfn(const void* pointer) {
    struct page* page = vmalloc_to_page(pointer);
    return page != nullptr ? page_to_pfn(page) : 0;
}
unsigned long vmalloc_nr_pages() {
    unsigned long pages = 0;
    for_each_area(
        [&](Area& area) { pages += (area.vm.flags & VM_ALLOC) != 0 ? area.vm.nr_pages : 0; });
    return pages;
}
bool vmalloc_dump_obj(void* object) {
    Area* area = find(object);
    if (area == nullptr) return false;
    pr_cont(" %u-page vmalloc region starting at %px allocated at %pS\n", area->vm.nr_pages,
            area->vm.addr, area->vm.caller);
    return true;
}

// ---- memory for code ----------------------------------------------------------

void* module_alloc(unsigned long size) {
    const ashlar_window& window = *ashlar_port_window();
    return __vmalloc_node_range(size, PAGE_SIZE, window.modules,
                                window.modules + window.modules_bytes, GFP_KERNEL, PAGE_KERNEL,
                                VM_FLUSH_RESET_PERMS, -1, HERE);
}
void module_memfree(void* pointer) {
    vfree(pointer);
}

static int set_rights(unsigned long where, int pages, unsigned rights) {
    return is_vmalloc_or_module_addr(reinterpret_cast<void*>(where))
               ? ashlar_port_protect(where, static_cast<usize>(pages) << PAGE_SHIFT, rights)
               : -EINVAL;
}
int set_memory_ro(unsigned long where, int pages) {
    return set_rights(where, pages, 0);
}
int set_memory_rw(unsigned long where, int pages) {
    return set_rights(where, pages, ASHLAR_MAP_WRITE);
}
int set_memory_nx(unsigned long where, int pages) {
    return set_rights(where, pages, ASHLAR_MAP_WRITE);
}
int set_memory_x(unsigned long where, int pages) {
    return set_rights(where, pages, ASHLAR_MAP_EXEC);
}

// ---- whichever fits -------------------------------------------------------------

void* kvmalloc_node(size_t size, gfp_t flags, int node) {
    gfp_t gently = flags;
    if (size > PAGE_SIZE) {
        gently |= __GFP_NOWARN;
        if ((flags & __GFP_RETRY_MAYFAIL) == 0) gently |= __GFP_NORETRY;
        gently &= ~__GFP_NOFAIL;
    }
    void* object = size > KMALLOC_MAX_SIZE ? nullptr : __kmalloc_node(size, gently, node);
    if (object != nullptr || size <= PAGE_SIZE) return object;
    if (!gfpflags_allow_blocking(flags)) return nullptr;
    if (size > INT_MAX) {
        WARN_ON_ONCE((flags & __GFP_NOWARN) == 0);
        return nullptr;
    }
    return __vmalloc_node(size, 1, flags, node, HERE);
}

void kvfree(const void* pointer) {
    if (is_vmalloc_addr(pointer)) {
        vfree(pointer);
    } else {
        kfree(pointer);
    }
}
void kvfree_sensitive(const void* pointer, size_t size) {
    if (ZERO_OR_NULL_PTR(pointer)) return;
    memzero_explicit(const_cast<void*>(pointer), size);
    kvfree(pointer);
}
void* kvrealloc(const void* pointer, size_t old_size, size_t new_size, gfp_t flags) {
    if (old_size >= new_size) return const_cast<void*>(pointer);
    void* fresh = kvmalloc(new_size, flags);
    if (fresh == nullptr) return nullptr;
    memcpy(fresh, pointer, old_size);
    kvfree(pointer);
    return fresh;
}

}  // extern "C"
