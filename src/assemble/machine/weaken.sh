#!/bin/sh
# weaken.sh ARCHIVE OBJCOPY NM AR OBJECTS...
# Makes ARCHIVE anew from copies of OBJECTS in which every name that the object defines is weak. What
# it only uses stays strong, so that the linker still looks for it (objcopy --weaken alone would make
# both weak).
set -eu
archive=$1 objcopy=$2 nm=$3 ar=$4
shift 4
folder=$archive.objects
rm -rf "$folder"
mkdir "$folder"
for object; do
    # Files of one name come from several folders.
    copy=$folder/$(printf '%s' "${object##*__/}" | tr / _)
    "$nm" --defined-only --extern-only --format=posix "$object" | cut -d ' ' -f 1 >"$folder/names"
    "$objcopy" --weaken-symbols="$folder/names" "$object" "$copy"
done
rm "$folder/names" "$archive"
"$ar" qcs "$archive" "$folder"/*.o
rm -r "$folder"
