// Where the user's home is, by the system's list of users: the environment may say anything.
#pragma once

#include <string>

namespace kato::agent {

// Absolute; empty when the system does not know the user.
std::string home_of_user();

} // namespace kato::agent
