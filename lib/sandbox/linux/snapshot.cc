#include "sandbox/snapshot.h"

#include "sandbox/linux/kernel.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kato::sandbox {

Result<Fd> create_snapshot() {
    constexpr unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    Fd fd(::memfd_create("kato-snapshot", flags | k_memfd_no_execution));
    if (!fd && errno == EINVAL) fd = Fd(::memfd_create("kato-snapshot", flags)); // before 6.3
    if (!fd) return os_error("cannot make a file in memory", "snapshot");
    return fd;
}

Result<Fd> seal_snapshot(Fd written) {
    constexpr int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    if (::fcntl(written.get(), F_ADD_SEALS, seals) != 0) {
        Error error = os_error("cannot seal", "snapshot");
        error.code = Code::unsupported;
        return error;
    }
    // Through /proc/self/fd the program could open it for writing, to no avail but why let it.
    if (::fchmod(written.get(), 0444) != 0) return os_error("cannot set mode", "snapshot");
    // Opened anew it cannot even be asked to write. Without /proc the seals alone must do.
    Fd read_only(
        ::open(fmt::format("/proc/self/fd/{}", written.get()).c_str(), O_RDONLY | O_CLOEXEC));
    if (read_only) return read_only;
    if (::lseek(written.get(), 0, SEEK_SET) != 0) return os_error("cannot rewind", "snapshot");
    return written;
}

} // namespace kato::sandbox
