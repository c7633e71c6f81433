// What AddressSanitizer's report does not know: whose memory it was.
#pragma once

namespace ashlar::kmem {

void start_kasan();

}  // namespace ashlar::kmem
