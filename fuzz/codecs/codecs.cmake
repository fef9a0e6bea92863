# Each adapter implements fuzz/codec.h and is linked with the target that compares it with the reference.
