# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
#
# How every library and test of Areia is built: one set of flags, one way to declare.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

add_library(areia_flags INTERFACE)
target_include_directories(areia_flags INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
target_compile_options(areia_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror
  # GCC 12 sees overlaps in std::string's operator+ that are not there (GCC bug 105329).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # Bits first: a product and a sum fuse only where the code says fma.
  -ffp-contract=off)
if(AREIA_NATIVE)
  target_compile_options(areia_flags INTERFACE -march=native)
endif()
if(AREIA_SANITIZE)
  # With the sanitizers' own code in between, GCC 12 takes members of std::optional for uninitialised.
  target_compile_options(areia_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_compile_options(areia_flags INTERFACE -fsanitize=${AREIA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(areia_flags INTERFACE -fsanitize=${AREIA_SANITIZE})
  # What the sanitizers add makes compiling slow; these halve it, and a report still names file and line.
  target_compile_options(areia_flags INTERFACE -O1 -g1)
endif()

# Whether the program is optimised across the files of sim (link time optimisation).
set(AREIA_LINK_AS_ONE OFF)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT AREIA_SANITIZE)
  set(AREIA_LINK_AS_ONE ON)
endif()

# For what runs once or waits for others anyhow. Not in a debug build.
set(AREIA_QUICK_TO_COMPILE $<$<CONFIG:Release>:-O1>)

# areia_library(NAME SOURCES a.cpp ... [LINK lib ...] [TESTS a_test.cpp ...])
# A static library areia_NAME and, from the TESTS beside it, the test program NAME_test.
function(areia_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;TESTS" ${ARGN})
  add_library(areia_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(areia_${name} PUBLIC areia_flags ${ARG_LINK})
  if(AREIA_TESTS AND ARG_TESTS)
    areia_test(${name}_test SOURCES ${ARG_TESTS} LINK areia_${name})
  endif()
endfunction()

# What `make sanitize` builds: the programs whose tests carry the label `fuzz`.
add_custom_target(fuzz_tests)

# areia_test(NAME SOURCES a_test.cpp ... [LINK lib ...] [LABELS slow | fuzz ...])
# One program, one CTest entry per GoogleTest case. Labels: `slow` is left out of `make test`, `fuzz` (the
# mutation tests of parsers, and what must be the same in every build) is also run under sanitizers.
#
# Tests are compiled quickly rather than to be quick, but for those beneath base, spec and sim: they compile
# inline functions of headers, which are to be as they ship.
function(areia_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} areia_flags GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE AREIA_SOURCE_DIR="${PROJECT_SOURCE_DIR}" AREIA_BINARY_DIR="${PROJECT_BINARY_DIR}")
  if(NOT CMAKE_CURRENT_SOURCE_DIR MATCHES "^${PROJECT_SOURCE_DIR}/(base|spec|sim)/")
    target_compile_options(${name} PRIVATE ${AREIA_QUICK_TO_COMPILE})
  endif()
  if("fuzz" IN_LIST ARG_LABELS)
    add_dependencies(fuzz_tests ${name})
  endif()
  if(ARG_LABELS)
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${ARG_LABELS}")
  else()
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60)
  endif()
endfunction()
