#include "shim_vfs.h"

#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include <sqlite3.h>
#include <unistd.h>

namespace kato::test {
namespace {

// How to take a write back: the bytes that were there, and the file's size before it.
struct Undo {
    sqlite3_int64 offset;
    std::string bytes;
    sqlite3_int64 size;
};

struct File {
    sqlite3_file base;
    std::vector<Undo>* undo; // owned by the shim, by file name
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

struct Shim {
    sqlite3_vfs vfs{};
    sqlite3_vfs* real = nullptr;
    sqlite3_io_methods methods{};
    FileFault fault{};
    std::array<std::atomic<std::uint64_t>, 3> counts{};
    std::atomic<bool> happened{false};
    // The rest is for lose_unsynced, under the mutex.
    std::mutex mutex;
    std::unordered_map<std::string, std::vector<Undo>> undo;
    std::vector<File*> open;
};

Shim& shim() {
    static Shim one;
    return one;
}

File* ours(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

void take_back(File* file) {
    sqlite3_file* real = file->real();
    while (!file->undo->empty()) {
        const Undo& last = file->undo->back();
        // The process is about to end: what cannot be taken back stays, as after a real crash.
        if (!last.bytes.empty())
            (void)real->pMethods->xWrite(real, last.bytes.data(),
                                         static_cast<int>(last.bytes.size()), last.offset);
        (void)real->pMethods->xTruncate(real, last.size);
        file->undo->pop_back();
    }
}

// SQLITE_OK, or what the act fails with; may not return at all.
int before(FileAct act) {
    Shim& s = shim();
    const std::uint64_t number = s.counts[static_cast<std::size_t>(act)].fetch_add(1) + 1;
    const FileFault& fault = s.fault;
    if (fault.at == 0 || act != fault.act) return SQLITE_OK;
    if (number != fault.at && !(fault.for_ever && number > fault.at)) return SQLITE_OK;
    s.happened = true;
    if (!fault.end_process) return fault.code;
    if (fault.lose_unsynced) lose_unsynced();
    ::_exit(k_crashed); // as a crash: nothing is flushed or released
}

void remember(File* file, sqlite3_int64 offset, int size) {
    if (!shim().fault.lose_unsynced) return;
    sqlite3_file* real = file->real();
    Undo undo{offset, {}, 0};
    if (real->pMethods->xFileSize(real, &undo.size) != SQLITE_OK) return;
    if (size > 0 && offset < undo.size) {
        const sqlite3_int64 there = undo.size - offset;
        undo.bytes.resize(static_cast<std::size_t>(there < size ? there : size));
        if (real->pMethods->xRead(real, undo.bytes.data(), static_cast<int>(undo.bytes.size()),
                                  offset) != SQLITE_OK)
            return;
    }
    const std::lock_guard lock(shim().mutex);
    file->undo->push_back(std::move(undo));
}

int close_file(sqlite3_file* file) {
    Shim& s = shim();
    {
        const std::lock_guard lock(s.mutex);
        std::erase(s.open, ours(file));
    }
    return ours(file)->real()->pMethods->xClose(ours(file)->real());
}

int read_file(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
    return ours(file)->real()->pMethods->xRead(ours(file)->real(), data, size, offset);
}

int write_file(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    const int rc = before(FileAct::write);
    if (rc != SQLITE_OK) return rc;
    remember(ours(file), offset, size);
    return ours(file)->real()->pMethods->xWrite(ours(file)->real(), data, size, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    const int rc = before(FileAct::write);
    if (rc != SQLITE_OK) return rc;
    sqlite3_int64 now = 0;
    if (ours(file)->real()->pMethods->xFileSize(ours(file)->real(), &now) == SQLITE_OK &&
        now > size)
        remember(ours(file), size, static_cast<int>(now - size));
    return ours(file)->real()->pMethods->xTruncate(ours(file)->real(), size);
}

int sync_file(sqlite3_file* file, int flags) {
    const int rc = before(FileAct::sync);
    if (rc != SQLITE_OK) return rc;
    {
        const std::lock_guard lock(shim().mutex);
        ours(file)->undo->clear();
    }
    return ours(file)->real()->pMethods->xSync(ours(file)->real(), flags);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return ours(file)->real()->pMethods->xFileSize(ours(file)->real(), size);
}
int lock_file(sqlite3_file* file, int level) {
    return ours(file)->real()->pMethods->xLock(ours(file)->real(), level);
}
int unlock_file(sqlite3_file* file, int level) {
    return ours(file)->real()->pMethods->xUnlock(ours(file)->real(), level);
}
int check_lock(sqlite3_file* file, int* out) {
    return ours(file)->real()->pMethods->xCheckReservedLock(ours(file)->real(), out);
}
int control(sqlite3_file* file, int operation, void* arg) {
    return ours(file)->real()->pMethods->xFileControl(ours(file)->real(), operation, arg);
}
int sector_size(sqlite3_file* file) {
    return ours(file)->real()->pMethods->xSectorSize(ours(file)->real());
}
int characteristics(sqlite3_file* file) {
    return ours(file)->real()->pMethods->xDeviceCharacteristics(ours(file)->real());
}
int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
    return ours(file)->real()->pMethods->xShmMap(ours(file)->real(), region, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int n, int flags) {
    return ours(file)->real()->pMethods->xShmLock(ours(file)->real(), offset, n, flags);
}
void shm_barrier(sqlite3_file* file) {
    ours(file)->real()->pMethods->xShmBarrier(ours(file)->real());
}
int shm_unmap(sqlite3_file* file, int drop) {
    return ours(file)->real()->pMethods->xShmUnmap(ours(file)->real(), drop);
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    Shim& s = shim();
    file->pMethods = nullptr;
    const int rc = before(FileAct::open);
    if (rc != SQLITE_OK) return rc;
    File* made = new (file) File{};
    const int opened = s.real->xOpen(s.real, name, made->real(), flags, out_flags);
    if (made->real()->pMethods == nullptr) return opened;
    made->base.pMethods = &s.methods;
    const std::lock_guard lock(s.mutex);
    made->undo = &s.undo[name != nullptr ? name : "(temporary)"];
    s.open.push_back(made);
    return opened;
}

} // namespace

void install_shim_vfs() {
    Shim& s = shim();
    s.real = sqlite3_vfs_find(nullptr);
    if (s.real == nullptr) throw std::logic_error("SQLite has no VFS");
    s.methods.iVersion = 2; // without xFetch: SQLite then reads through xRead
    s.methods.xClose = close_file;
    s.methods.xRead = read_file;
    s.methods.xWrite = write_file;
    s.methods.xTruncate = truncate_file;
    s.methods.xSync = sync_file;
    s.methods.xFileSize = file_size;
    s.methods.xLock = lock_file;
    s.methods.xUnlock = unlock_file;
    s.methods.xCheckReservedLock = check_lock;
    s.methods.xFileControl = control;
    s.methods.xSectorSize = sector_size;
    s.methods.xDeviceCharacteristics = characteristics;
    s.methods.xShmMap = shm_map;
    s.methods.xShmLock = shm_lock;
    s.methods.xShmBarrier = shm_barrier;
    s.methods.xShmUnmap = shm_unmap;
    s.vfs = *s.real; // whatever is not a file's is the real one's, with its pAppData
    s.vfs.zName = "shim";
    s.vfs.szOsFile = static_cast<int>(sizeof(File)) + s.real->szOsFile;
    s.vfs.xOpen = open_file;
    s.vfs.pNext = nullptr;
    if (sqlite3_vfs_register(&s.vfs, 1) != SQLITE_OK) throw std::logic_error("no shim VFS");
}

void set_file_fault(const FileFault& fault) {
    Shim& s = shim();
    s.fault = fault;
    for (auto& count : s.counts) count = 0;
    s.happened = false;
    const std::lock_guard lock(s.mutex);
    for (auto& [name, undo] : s.undo) undo.clear();
}

void lose_unsynced() {
    const std::lock_guard lock(shim().mutex);
    for (File* file : shim().open) take_back(file);
}

std::uint64_t file_acts(FileAct act) { return shim().counts[static_cast<std::size_t>(act)]; }
bool file_fault_happened() { return shim().happened; }

} // namespace kato::test
