/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/poll.h>
#else
#ifndef ASHLAR_LINUX_POLL_H
#define ASHLAR_LINUX_POLL_H
#include <linux/kconfig.h>
#include <linux/fs.h>
#include <linux/wait.h>
#ifndef POLLIN
#define POLLIN 0x0001
#define POLLPRI 0x0002
#define POLLOUT 0x0004
#define POLLERR 0x0008
#define POLLHUP 0x0010
#define POLLNVAL 0x0020
#define POLLRDNORM 0x0040
#define POLLWRNORM 0x0100
#endif
#define EPOLLIN ((__poll_t)0x0001)
#define EPOLLPRI ((__poll_t)0x0002)
#define EPOLLOUT ((__poll_t)0x0004)
#define EPOLLERR ((__poll_t)0x0008)
#define EPOLLHUP ((__poll_t)0x0010)
#define EPOLLRDNORM ((__poll_t)0x0040)
#define EPOLLWRNORM ((__poll_t)0x0100)
struct poll_table_struct;
typedef void (*poll_queue_proc)(struct file *file, wait_queue_head_t *queue, struct poll_table_struct *table);
typedef struct poll_table_struct {
    poll_queue_proc _qproc;
    __poll_t _key;
} poll_table;
static inline void poll_wait(struct file *file, wait_queue_head_t *queue, poll_table *table)
{
    if (table && table->_qproc && queue) table->_qproc(file, queue, table);
}
static inline void init_poll_funcptr(poll_table *table, poll_queue_proc function)
{
    table->_qproc = function;
    table->_key = ~(__poll_t)0;
}
static inline bool file_can_poll(struct file *file) { return file->f_op->poll != NULL; }
ASHLAR_BEGIN_C
__poll_t vfs_poll(struct file *file, struct poll_table_struct *table);
ASHLAR_END_C
#define DEFAULT_POLLMASK (EPOLLIN | EPOLLOUT | EPOLLRDNORM | EPOLLWRNORM)
#endif
#endif
