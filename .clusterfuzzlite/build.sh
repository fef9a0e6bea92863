#!/bin/bash -eu
exec bash "$SRC/wsproof/fuzz/oss-fuzz/build.sh"
