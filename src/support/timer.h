// Timers, as the library's own parts use them.
#pragma once

/* Starts the thread of timers; called where one may be started. */
void ashlar_start_timers(void);
