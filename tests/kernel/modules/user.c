/* Uses a function of another module. */
#include <linux/module.h>

int counter_next(void);
int user_twice(void) { return counter_next() + counter_next(); }

static int __init user_init(void) { return 0; }
static void __exit user_exit(void) {}
module_init(user_init);
module_exit(user_exit);
MODULE_LICENSE("Dual MIT/GPL");
