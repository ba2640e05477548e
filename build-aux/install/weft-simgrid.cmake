# SPDX-License-Identifier: LGPL-2.1-or-later
# Component simgrid: SimGrid by pkg-config, as it is packaged without a CMake package.
find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND AND NOT TARGET PkgConfig::SIMGRID)
  pkg_check_modules(SIMGRID QUIET IMPORTED_TARGET simgrid>=3.32)
endif()
if(TARGET PkgConfig::SIMGRID)
  include(${CMAKE_CURRENT_LIST_DIR}/weft-simgridTargets.cmake)
else()
  set(weft_reason "pkg-config finds no simgrid 3.32 or later; install libsimgrid-dev and pkg-config")
endif()
