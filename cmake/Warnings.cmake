# Warnings are errors in every line written here; generated code is exempt (see ProtobufC.cmake).
add_library(pk_warnings INTERFACE)
target_compile_options(pk_warnings INTERFACE
    -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
    -Wformat=2 -Werror)
