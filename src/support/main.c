// main() for programs made of modules only: Linux's test modules become
// programs by linking. Arguments are parameters, name=value, as for insmod. The
// linker takes this file only if the program has no main() of its own.

#include <linux/bug.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/string.h>

int main(int argc, char **argv)
{
    int error;

    for (int i = 1; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        char name[64];

        strscpy(name, argv[i], sizeof(name));
        if (equals) name[min_t(size_t, (size_t)(equals - argv[i]), sizeof(name) - 1)] = 0;
        error = ashlar_set_param(name, equals ? equals + 1 : "");
        if (error) {
            pr_err("%s: parameter '%s' %s\n", argv[0], argv[i],
                   error == -ENOENT ? "is not one of this program's" : "has a value that cannot be read");
            return 2;
        }
    }
    error = ashlar_run_modules();
    if (ashlar_warn_count()) pr_notice("%lu warnings\n", ashlar_warn_count());
    return error ? 1 : 0;
}
