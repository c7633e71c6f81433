"""The bench: workloads side by side on several allocators, in interleaved rounds."""
