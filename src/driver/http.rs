//! The calls of a block through ureq: the one place that performs I/O and starts threads.
