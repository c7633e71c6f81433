// Counts of pages by use, and zones as values.

#include <linux/vmstat.h>

struct zone ashlar_zones[MAX_NR_ZONES] = {{ZONE_DMA}, {ZONE_DMA32}, {ZONE_NORMAL}};
atomic_long_t vm_zone_stat[NR_VM_ZONE_STAT_ITEMS];
