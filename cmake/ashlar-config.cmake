# What find_package(ashlar) reads. Components: malloc (ashlar::ashlar, ashlar::api and their static
# forms, ashlar::buffer) and kernel (ashlar::kernel, ashlar::kernel_static); without any, all.
include("${CMAKE_CURRENT_LIST_DIR}/ashlar-targets.cmake")

set(ashlar_malloc_FOUND TRUE)
set(ashlar_kernel_FOUND TRUE)
foreach(component IN LISTS ashlar_FIND_COMPONENTS)
    if(NOT ashlar_${component}_FOUND AND ashlar_FIND_REQUIRED_${component})
        set(ashlar_FOUND FALSE)
        set(ashlar_NOT_FOUND_MESSAGE "ashlar has no component '${component}'; it has malloc and kernel")
    endif()
endforeach()
