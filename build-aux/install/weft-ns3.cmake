# SPDX-License-Identifier: LGPL-2.1-or-later
# Component ns3: ns-3 by header and libraries, whoever has packaged it.
get_property(weft_languages GLOBAL PROPERTY ENABLED_LANGUAGES)
include(${CMAKE_CURRENT_LIST_DIR}/weft-ns3-libraries.cmake)
if(NOT CXX IN_LIST weft_languages)
  set(weft_reason "the project must enable the language CXX")
elseif(weft_ns3_missing)
  list(JOIN weft_ns3_missing ", " weft_ns3_missing)
  set(weft_reason "${weft_ns3_missing} not found; install libns3-dev")
else()
  include(${CMAKE_CURRENT_LIST_DIR}/weft-ns3Targets.cmake)
endif()
