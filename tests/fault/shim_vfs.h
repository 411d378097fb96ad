// A layer between SQLite and the file system that fails, forgets or ends the process on order.
#pragma once

#include <cstdint>

namespace kato::test {

// What SQLite asks of the file system.
enum class FileAct : std::uint8_t { open, write, sync };

struct FileFault {
    FileAct act = FileAct::write;
    std::uint64_t at = 0;       // the act that fails, from 1; 0: none
    bool for_ever = false;      // and all later ones
    int code = 0;               // SQLite's result code for it
    bool end_process = false;   // instead: _exit(k_crashed) before the act is done
    bool lose_unsynced = false; // and first take back what was written and not synced
};
constexpr int k_crashed = 86;

// Becomes SQLite's default VFS, for the whole process; to be called before any store is opened.
void install_shim_vfs();

// From here on; an earlier one ends. Not while a store is in use.
void set_file_fault(const FileFault& fault);
// Takes back what was written and not synced, as when the machine ends; set_file_fault with
// lose_unsynced comes first.
void lose_unsynced();
// How often `act` was asked for since set_file_fault, and whether the fault happened.
std::uint64_t file_acts(FileAct act);
bool file_fault_happened();

} // namespace kato::test
