# SPDX-License-Identifier: LGPL-2.1-or-later
# ns-3, if it is installed with a C++ compiler: NS3_FOUND, the target weft::ns3-libraries, and the language CXX.
option(WEFT_WITHOUT_NS3 "Build as where ns-3 is not installed" OFF)
set(NS3_FOUND FALSE)
include(CheckLanguage)
check_language(CXX)
if(NOT WEFT_WITHOUT_NS3 AND CMAKE_CXX_COMPILER)
  include(${CMAKE_CURRENT_LIST_DIR}/install/weft-ns3-libraries.cmake)
  if(NOT weft_ns3_missing)
    enable_language(CXX)
    set(CMAKE_CXX_STANDARD 17) # others do not compile with the headers of ns-3 3.37
    set(CMAKE_CXX_STANDARD_REQUIRED ON)
    set(CMAKE_CXX_EXTENSIONS OFF)
    set(NS3_FOUND TRUE)
  endif()
endif()
if(NOT NS3_FOUND)
  set(unused "${CMAKE_CXX_FLAGS}${CMAKE_CXX_FLAGS_DEBUG}${CMAKE_CXX_FLAGS_RELEASE}") # presets set them all the same
endif()
