// Where setting up a confinement failed: the layer, the step and the system's error number.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string_view>

namespace kato::sandbox {

// `request`: the caller asked for something impossible; `start`: the program itself.
enum class Layer : std::uint8_t { none, request, hygiene, landlock, seccomp, namespaces, start };

// In the order in which they are taken.
enum class Step : std::uint8_t {
    none,
    check_request,
    open_grant,
    make_ruleset,
    prepare, // pipes, memory and strings of ours
    clone,
    map_user,
    close_descriptors,
    session,
    place_descriptors,
    open_source, // of a bind mount
    become_user,
    make_root,
    fill_root,
    mount_source,
    copy_file,
    seal_root,
    enter_root,
    host_name,
    limits,
    parent_death,
    host_alive,
    capabilities,
    no_new_privileges,
    add_rule,
    restrict_self, // Landlock
    install_filter,
    send_descriptors,
    self_test,
    execute,
};

// What is missing decides between "unavailable" (hygiene, landlock, seccomp, namespaces) and
// "refused" (request, start).
struct Failure {
    Layer layer = Layer::none;
    Step step = Step::none;
    int os_error = 0; // errno; 0 when the system was not asked
};

std::string_view name(Layer layer);
std::string_view name(Step step);
Layer layer_of(Step step, bool isolated);

// Fills `failure` too. Code::unsupported for a layer that is unavailable, Code::invalid for an
// impossible request, else by errno.
Error failure_error(const Failure& failure, std::string_view about, Failure& out);

} // namespace kato::sandbox
