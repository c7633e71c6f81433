# ashlar_add_kernel(TARGET SOURCES...): a bootable kernel over the port x86_64.
#
# It is linked twice: what symbols.py reads from the first image is the table in the second, by which
# reports name functions.
function(ashlar_add_kernel target)
    set(port "${PROJECT_SOURCE_DIR}/src/port/x86_64")
    set(table "${CMAKE_CURRENT_BINARY_DIR}/${target}_symbols.S")
    add_library(${target}_objects OBJECT ${ARGN})
    target_link_libraries(${target}_objects PRIVATE ashlar_freestanding_flags)
    # A caller that jumps instead of calling is missing in backtraces.
    target_compile_options(${target}_objects PRIVATE -fno-optimize-sibling-calls)
    add_custom_command(
        OUTPUT "${table}"
        COMMAND ${ASHLAR_PYTHON} "${port}/symbols.py" ${CMAKE_NM} c++filt $<TARGET_FILE:${target}_unnamed> > "${table}"
        DEPENDS ${target}_unnamed "${port}/symbols.py"
        VERBATIM)
    add_executable(${target}_unnamed $<TARGET_OBJECTS:${target}_objects>)
    add_executable(${target} $<TARGET_OBJECTS:${target}_objects> "${table}")
    foreach(image IN ITEMS ${target}_unnamed ${target})
        target_link_libraries(${image} PRIVATE ashlar_x86_64 ashlar_kernel_freestanding)
        target_link_options(
            ${image}
            PRIVATE
            -nostdlib
            -static
            -no-pie
            -Wl,-T,${port}/kernel.ld
            -Wl,-z,max-page-size=4096
            -Wl,-z,noexecstack
            -Wl,--gc-sections
            -Wl,--build-id=none
            -Wl,--no-warn-rwx-segments
            -Wl,--start-group $<TARGET_FILE:ashlar_x86_64> $<TARGET_FILE:ashlar_kernel_freestanding> -Wl,--end-group)
        set_target_properties(${image} PROPERTIES LINKER_LANGUAGE C LINK_DEPENDS "${port}/kernel.ld")
    endforeach()
endfunction()
