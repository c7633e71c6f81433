/* Needs what nobody has; and has no exit, which is only asked about later. */
#include <linux/module.h>

#ifdef WITHOUT_UNKNOWN
static int answer(void) { return 0; }
#else
int nobody_has_this(void);
int nor_this(void);
static int answer(void) { return nobody_has_this() + nor_this(); }
#endif

static int __init unknown_init(void) { return answer(); }
module_init(unknown_init);
MODULE_LICENSE("Dual MIT/GPL");
