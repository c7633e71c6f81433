/* SPDX-License-Identifier: MIT */
/* As in a kernel without CONFIG_DEBUG_OBJECTS. */
#pragma once
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/spinlock.h>
enum debug_obj_state {
    ODEBUG_STATE_NONE,
    ODEBUG_STATE_INIT,
    ODEBUG_STATE_INACTIVE,
    ODEBUG_STATE_ACTIVE,
    ODEBUG_STATE_DESTROYED,
    ODEBUG_STATE_NOTAVAILABLE,
    ODEBUG_STATE_MAX
};
struct debug_obj_descr {
    const char *name;
    void *(*debug_hint)(void *address);
    bool (*is_static_object)(void *address);
    bool (*fixup_init)(void *address, enum debug_obj_state state);
    bool (*fixup_activate)(void *address, enum debug_obj_state state);
    bool (*fixup_destroy)(void *address, enum debug_obj_state state);
    bool (*fixup_free)(void *address, enum debug_obj_state state);
    bool (*fixup_assert_init)(void *address, enum debug_obj_state state);
};
#define debug_object_init(address, descr) ((void)(address))
#define debug_object_init_on_stack(address, descr) ((void)(address))
#define debug_object_activate(address, descr) ((void)(address), 0)
#define debug_object_deactivate(address, descr) ((void)(address))
#define debug_object_destroy(address, descr) ((void)(address))
#define debug_object_free(address, descr) ((void)(address))
#define debug_object_assert_init(address, descr) ((void)(address))
#define debug_check_no_obj_freed(address, size) ((void)(address))
