/* Which device a name below /dev is. Of this folder only. */
#pragma once
struct miscdevice;
struct pseudo;
/* A node of its own, with a reference; `misc` is what a misc driver finds in private_data. ERR_PTR:
 * -ENOENT without such a name, -ENXIO when nobody serves its number. */
struct pseudo *chardev_node(const char *name, struct miscdevice **misc);
