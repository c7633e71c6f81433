# What `cmake --install` lays down: the libraries, the public headers, the command, and what
# find_package(ashlar) and pkg-config read. Nothing in it names the prefix, so an installed tree can
# be moved.
include(CMakePackageConfigHelpers)

install(
    TARGETS ashlar ashlar_static ashlar_api ashlar_api_static ashlar_buffer
    EXPORT ashlar
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/ashlar" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

# The kernel library: find_package(ashlar COMPONENTS kernel). Its headers have the names of the
# system's, so they lie in a folder that only its users search.
set(kernel_headers "${CMAKE_INSTALL_INCLUDEDIR}/ashlar-kernel")
install(
    TARGETS ashlar_kernel ashlar_kernel_static
    EXPORT ashlar
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(
    DIRECTORY "${PROJECT_SOURCE_DIR}/include/"
    DESTINATION "${kernel_headers}"
    PATTERN "ashlar" EXCLUDE
    PATTERN ".clang-format" EXCLUDE)

# For kernels: the archives, and how a kernel over the port is linked.
if(TARGET ashlar_kernel_freestanding)
    install(TARGETS ashlar_kernel_freestanding ashlar_x86_64
            ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
    install(FILES "${PROJECT_SOURCE_DIR}/src/port/x86_64/kernel.ld"
                  "${PROJECT_SOURCE_DIR}/src/port/x86_64/symbols.py"
            DESTINATION "${CMAKE_INSTALL_DATADIR}/ashlar/x86_64")
endif()

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/ashlar")
install(EXPORT ashlar NAMESPACE ashlar:: FILE ashlar-targets.cmake DESTINATION "${package_folder}")
install(FILES "${PROJECT_SOURCE_DIR}/cmake/ashlar-config.cmake" DESTINATION "${package_folder}")
write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/ashlar-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/ashlar-config-version.cmake" DESTINATION "${package_folder}")

set(pc_folder "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
           BASE_DIRECTORY "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" OUTPUT_VARIABLE prefix_from_pc)

# ashlar_pkg_config(NAME DESCRIPTION LIBS [CFLAGS])
function(ashlar_pkg_config PC_NAME PC_DESCRIPTION PC_LIBS)
    set(PC_CFLAGS "-I\${includedir}")
    if(ARGC GREATER 3)
        set(PC_CFLAGS "${ARGV3} ${PC_CFLAGS}")
    endif()
    configure_file("${PROJECT_SOURCE_DIR}/cmake/package.pc.in" "${PROJECT_BINARY_DIR}/${PC_NAME}.pc"
                   @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/${PC_NAME}.pc" DESTINATION "${pc_folder}")
endfunction()
set(want_malloc "-Wl,--undefined=malloc")
ashlar_pkg_config(ashlar "malloc and its family, by Ashlar"
                  "-L\${libdir} -lashlar ${want_malloc}")
ashlar_pkg_config(ashlar-static "malloc and its family, by Ashlar, as a part of the program"
                  "\${libdir}/libashlar.a ${want_malloc}")
ashlar_pkg_config(ashlar-api "Ashlar beside the system's malloc" "-L\${libdir} -lashlar-api")
ashlar_pkg_config(ashlar-api-static "Ashlar beside the system's malloc, as a part of the program"
                  "\${libdir}/libashlar-api.a")
ashlar_pkg_config(ashlar-buffer "A heap over any buffer, without a system"
                  "\${libdir}/libashlar-buffer.a")
set(kernel_cflags "-I\${includedir}/ashlar-kernel -fno-strict-aliasing -fno-delete-null-pointer-checks")
ashlar_pkg_config(ashlar-kernel "kmalloc and vmalloc in a process"
                  "-L\${libdir} -lashlar-kernel -lpthread" "${kernel_cflags}")
ashlar_pkg_config(ashlar-kernel-static "kmalloc and vmalloc in a process, as a part of the program"
                  "\${libdir}/libashlar-kernel.a -lpthread" "${kernel_cflags}")
if(TARGET ashlar_kernel_freestanding)
    string(JOIN " " freestanding_cflags "${kernel_cflags}" -DASHLAR_FREESTANDING -D__KERNEL__
           -ffreestanding -mno-red-zone -mgeneral-regs-only -mcmodel=kernel -fno-pic
           -fno-stack-protector)
    ashlar_pkg_config(ashlar-kernel-freestanding "kmalloc and vmalloc for a kernel"
                      "\${libdir}/libashlar-kernel-freestanding.a" "${freestanding_cflags}")
endif()
