#include "assemble/preload/report.h"

#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "assemble/preload/options.h"
#include "assemble/preload/statistics.h"
#include "observe/report.h"

namespace ashlar::preload {

namespace {

// Programs close standard error before libraries end, so a report to it needs
// a descriptor of its own.
int report_fd = 0;  // set with the option that needs it

bool reports_to_stderr() {
    constexpr char kStderr[] = "stderr";
    return options.stats != nullptr && options.stats_length == sizeof(kStderr) - 1 &&
           std::memcmp(options.stats, kStderr, options.stats_length) == 0;
}

}  // namespace

void prepare_statistics() {
    constexpr int kOutOfTheWay = 100;
    report_fd = fcntl(2, F_DUPFD_CLOEXEC, kOutOfTheWay);
}

void write_statistics_at_exit() {
    if (reports_to_stderr()) {
        Text<observe::kReportBytes> out;
        observe::write_table(out, current_statistics());
        return ProcessPort::write_all(report_fd, out.c_str(), out.size());
    }
    Text<4096> path;
    for (usize i = 0; i < options.stats_length; i++) {
        if (i + 1 < options.stats_length && options.stats[i] == '%' &&
            options.stats[i + 1] == 'p') {
            path << u64{static_cast<u64>(getpid())};
            i++;
        } else {
            path << options.stats[i];
        }
    }
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        Text<512> line;
        line << "ashlar: cannot write statistics to '" << path.c_str() << "'\n";
        return ProcessPort::write_all(report_fd, line.c_str(), line.size());
    }
    Text<observe::kReportBytes> out;
    observe::write_json(out, current_statistics());
    ProcessPort::write_all(fd, out.c_str(), out.size());
    close(fd);
}

}  // namespace ashlar::preload
