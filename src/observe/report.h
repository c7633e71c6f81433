// Statistics as text: JSON for programs, a table for readers, and the XML that
// callers of malloc_info expect. All from the plain structs of <ashlar/ashlar.h>:
// nothing here knows how a heap works.
#pragma once

#include <ashlar/ashlar.h>

#include "core/text.h"

namespace ashlar::observe {

// Long enough for each of the texts below with every size class in use.
inline constexpr usize kReportBytes = 16 * kKiB;

void write_json(Writer& out, const ashlar_stats& stats);
void write_table(Writer& out, const ashlar_stats& stats);
void write_xml(Writer& out, const ashlar_stats& stats);

// What an address is, in one line.
void write_place(Writer& out, const void* p, const ashlar_place& place);

}  // namespace ashlar::observe
