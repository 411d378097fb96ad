// Layers and steps of setting up a confinement.
#pragma once

#include <cstdint>

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

} // namespace kato::sandbox
