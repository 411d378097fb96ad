// Keeps the host debuggable: a child that changes its user while it shares the host's memory makes
// the kernel mark that memory as not to be dumped.
#pragma once

namespace kato::sandbox {

// While one exists the mark may change; the last of those that overlap restores what the first found.
class KeepDumpable {
public:
    KeepDumpable();
    ~KeepDumpable();
    KeepDumpable(const KeepDumpable&) = delete;
    KeepDumpable& operator=(const KeepDumpable&) = delete;
};

} // namespace kato::sandbox
