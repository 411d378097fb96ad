// Where the user's home is, by the system's list of users: the environment may say anything.
#pragma once

#include "base/result.h"

#include <string>

namespace kato::agent {

// Absolute; empty when the system does not know the user. Code::io when it cannot tell.
Result<std::string> home_of_user();

} // namespace kato::agent
