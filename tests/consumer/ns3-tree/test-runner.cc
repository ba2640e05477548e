// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs the test suites that it is linked with, as utils/test-runner of an ns-3 source tree does.
#include "ns3/test.h"

int main(int argc, char *argv[])
{
    return ns3::TestRunner::Run(argc, argv);
}
