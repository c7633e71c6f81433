// Programs that a kernel would start, and cannot before there is user space: whoever asks
// is told so, and what he prepared goes back.

#include <linux/slab.h>
#include <linux/umh.h>

struct subprocess_info *call_usermodehelper_setup(const char *path, char **argv, char **envp, gfp_t flags,
                                                  int (*init)(struct subprocess_info *info, struct cred *fresh),
                                                  void (*cleanup)(struct subprocess_info *info), void *data)
{
    struct subprocess_info *info = kzalloc(sizeof(*info), flags);

    if (!info) return NULL;
    *info = (struct subprocess_info){
        .path = path, .argv = argv, .envp = envp, .init = init, .cleanup = cleanup, .data = data};
    return info;
}

int call_usermodehelper_exec(struct subprocess_info *info, int wait)
{
    int error = info->path ? -EBUSY : -EINVAL;

    info->wait = wait;
    info->retval = error;
    if (info->cleanup) info->cleanup(info);
    kfree(info);
    return error;
}

int call_usermodehelper(const char *path, char **argv, char **envp, int wait)
{
    struct subprocess_info *info =
        call_usermodehelper_setup(path, argv, envp, wait == UMH_NO_WAIT ? GFP_ATOMIC : GFP_KERNEL, NULL, NULL, NULL);

    return info ? call_usermodehelper_exec(info, wait) : -ENOMEM;
}
