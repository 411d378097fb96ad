#include "failing_memory.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <stdexcept>

#include <dlfcn.h>
#include <sqlite3.h>
#include <zstd.h>

namespace {

// Constant-initialised: operator new is used before any constructor runs.
std::atomic<std::uint64_t> g_count{0};
std::atomic<std::uint64_t> g_at{0}; // 0: nothing fails
std::atomic<bool> g_for_ever{false};
std::atomic<bool> g_failed{false};

bool fails() noexcept {
    const std::uint64_t at = g_at.load(std::memory_order_relaxed);
    if (at == 0) return false;
    const std::uint64_t number = g_count.fetch_add(1, std::memory_order_relaxed) + 1;
    if (number != at && !(number > at && g_for_ever.load(std::memory_order_relaxed))) return false;
    g_failed.store(true, std::memory_order_relaxed);
    return true;
}

void* allocate(std::size_t size, std::size_t alignment) noexcept {
    if (fails()) return nullptr;
    if (size == 0) size = 1;
    if (alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) return std::malloc(size);
    return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
    void* memory = allocate(size, alignment);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

sqlite3_mem_methods g_sqlite{}; // SQLite's own

void* sqlite_malloc(int size) { return fails() ? nullptr : g_sqlite.xMalloc(size); }
void* sqlite_realloc(void* memory, int size) {
    return fails() ? nullptr : g_sqlite.xRealloc(memory, size);
}

template <class Function> Function next(const char* name) {
    // The library's function behind ours.
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

} // namespace

// The whole family: where one of them is missing, a pointer of ours would meet a delete that isn't.
void* operator new(std::size_t size) { return allocate_or_throw(size, 0); }
void* operator new[](std::size_t size) { return allocate_or_throw(size, 0); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 0); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 0); }
void* operator new(std::size_t size, std::align_val_t a) {
    return allocate_or_throw(size, static_cast<std::size_t>(a));
}
void* operator new[](std::size_t size, std::align_val_t a) {
    return allocate_or_throw(size, static_cast<std::size_t>(a));
}
void* operator new(std::size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
    return allocate(size, static_cast<std::size_t>(a));
}
void* operator new[](std::size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
    return allocate(size, static_cast<std::size_t>(a));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
    std::free(memory);
}

// zstd takes an allocator only through other functions than these.
extern "C" ZSTD_CCtx* ZSTD_createCCtx(void) {
    return fails() ? nullptr : next<ZSTD_CCtx* (*)()>("ZSTD_createCCtx")();
}
extern "C" ZSTD_DCtx* ZSTD_createDCtx(void) {
    return fails() ? nullptr : next<ZSTD_DCtx* (*)()>("ZSTD_createDCtx")();
}

namespace kato::test {

void install_failing_memory() {
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &g_sqlite) != SQLITE_OK)
        throw std::logic_error("SQLite is in use already");
    sqlite3_mem_methods ours = g_sqlite;
    ours.xMalloc = sqlite_malloc;
    ours.xRealloc = sqlite_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) != SQLITE_OK)
        throw std::logic_error("SQLite does not take an allocator");
}

FailingMemory::FailingMemory(std::uint64_t at, bool for_ever) {
    g_count = 0;
    g_failed = false;
    g_for_ever = for_ever;
    g_at = at; // last: it arms
}

FailingMemory::~FailingMemory() { g_at = 0; }

std::uint64_t FailingMemory::allocations() const { return g_count; }
bool FailingMemory::failed() const { return g_failed; }

} // namespace kato::test
