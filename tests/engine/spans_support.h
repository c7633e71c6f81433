// What the tests of src/pages/spans.h and what it is made of share.
#pragma once

#include <cstring>

#include "pages/spans.h"
#include "port/sim/sim.h"

namespace ashlar::pages::testing_support {

// The heap's.
inline constexpr Geometry kUnits{16, 128};

using Units = Spans<port::Sim, kUnits>;
constexpr usize kUnit = Units::kPage;

// Takes and writes a run, so that memory is behind it.
inline Cell& take_written(Units& spans, usize count) {
    const Span span = spans.take(count);
    std::memset(spans.windows().address_of(*span.first), 0x5a, count * kUnit);
    return *span.first;
}

// A long run, with dirty memory of elsewhere moved in.
template <class Set>
Span take_filled(Set& spans, usize count, usize align) {
    Gaps gaps;
    Span span = spans.take_place(count, align, gaps);
    if (span.first != nullptr && gaps.pages() != 0) spans.supply(span, gaps, count);
    return span;
}

}  // namespace ashlar::pages::testing_support
