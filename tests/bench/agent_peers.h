// Other sandboxes, for bench agent: those that are installed.
#pragma once

#include "agent_client.h"

#include <functional>
#include <string>
#include <vector>

namespace bench {

struct Peer {
    std::string name;
    std::function<Sample()> once;
};

// Says on standard error why not.
bool works(const char* name, const std::function<Sample()>& once);

// Says on standard error which are missing. `folder` is made, for scripts.
std::vector<Peer> find_peers(const std::string& folder);

} // namespace bench
