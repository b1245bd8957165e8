# pk_protobuf_c(NAME): C messages of every .proto below proto/ and of the well-known ones that they import, made in
# the build folder, plus the descriptor set that server reflection serves, embedded as bytes (descriptor_set.c).
# Generated code is exempt from our warnings: it does not link pk_warnings, and its headers are system headers.
find_program(PK_PROTOC protoc REQUIRED)
find_program(PK_PROTOC_C protoc-c REQUIRED)

# The C library carries no code for these, and protoc-c 1.4.1 rejects some others: the list is what is used.
set(PK_WELL_KNOWN_PROTOS google/protobuf/any.proto)

function(pk_protobuf_c name)
    set(root ${CMAKE_SOURCE_DIR}/proto)
    set(system_root /usr/include)
    set(out ${CMAKE_BINARY_DIR}/proto)
    file(GLOB_RECURSE protos CONFIGURE_DEPENDS RELATIVE ${root} ${root}/*.proto)
    file(MAKE_DIRECTORY ${out})
    set(sources)
    set(proto_files)
    foreach(proto ${protos} ${PK_WELL_KNOWN_PROTOS})
        string(REGEX REPLACE "\\.proto$" "" stem ${proto})
        set(proto_file ${root}/${proto})
        if(proto IN_LIST PK_WELL_KNOWN_PROTOS)
            set(proto_file ${system_root}/${proto})
        endif()
        add_custom_command(
            OUTPUT ${out}/${stem}.pb-c.c ${out}/${stem}.pb-c.h
            COMMAND ${PK_PROTOC_C} --c_out=${out} -I ${root} -I ${system_root} ${proto}
            DEPENDS ${proto_file} WORKING_DIRECTORY ${root} VERBATIM)
        list(APPEND sources ${out}/${stem}.pb-c.c)
        list(APPEND proto_files ${proto_file})
    endforeach()

    add_custom_command(
        OUTPUT ${out}/descriptor_set.c
        COMMAND ${PK_PROTOC} -I ${root} -I ${system_root} --include_imports
            --descriptor_set_out=${out}/descriptor_set.bin ${protos}
        COMMAND ${CMAKE_COMMAND} -D INPUT=${out}/descriptor_set.bin -D OUTPUT=${out}/descriptor_set.c
            -D SYMBOL=pk_descriptor_set -P ${CMAKE_SOURCE_DIR}/cmake/EmbedBytes.cmake
        DEPENDS ${proto_files} ${CMAKE_SOURCE_DIR}/cmake/EmbedBytes.cmake
        WORKING_DIRECTORY ${root} VERBATIM)

    add_library(${name} STATIC ${sources} ${out}/descriptor_set.c)
    target_include_directories(${name} SYSTEM PUBLIC ${out})
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} PUBLIC PkgConfig::PROTOBUFC)
endfunction()
