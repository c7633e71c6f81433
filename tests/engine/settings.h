// The platforms that the typed heap tests run on. A setting lives as long as
// the heap under test; the machine of a simulated one is built with it.
#pragma once

#include "port/linux_process/linux_process.h"
#include "port/sim/sim.h"

namespace ashlar::testing_support {

struct OnLinux {
    using Port = port::LinuxProcess;
};
struct OnSim {
    using Port = port::Sim;
    port::SimMachine machine;
};
struct OnLargePages {
    using Port = port::Sim;
    port::SimMachine machine{{.page_size = 64 * kKiB}};
};
struct OnReservations {
    using Port = port::Sim;
    port::SimMachine machine{{.address_space = 4 * kGiB, .suggests = false}};
};
struct WithoutMove {
    using Port = port::Sim;
    port::SimMachine machine{{.moves = false}};
};

}  // namespace ashlar::testing_support
