// Where an import goes: a store, or nowhere.
#pragma once

#include "store/import_session.h"
#include "store/store.h"

#include <array>
#include <memory>
#include <string>

namespace kato {

class Target {
public:
    virtual ~Target() = default;
    // As Store's shared imports.
    virtual Result<std::unique_ptr<ImportSession>> begin() = 0;
    virtual Status commit() = 0;
    virtual Status end() = 0;
    // Where large things are set aside: a directory of the user's own.
    virtual std::string scratch_directory() const = 0;
    // A directory that is not imported; may be empty.
    virtual std::string left_out() const = 0;
    // What the last session heard of each kind of event: only where nothing is stored.
    virtual const std::array<std::uint64_t, k_kind_count + 1>* kinds() const { return nullptr; }
};

class StoreTarget final : public Target {
public:
    explicit StoreTarget(Store& store) : store_(store) {}
    Result<std::unique_ptr<ImportSession>> begin() override {
        return store_.begin_shared_import(share_);
    }
    Status commit() override { return store_.commit_imports(share_); }
    Status end() override { return store_.end_import(); }
    std::string scratch_directory() const override { return store_.path(); }
    std::string left_out() const override { return store_.path(); }

private:
    Store& store_;
    ImportShare share_{};
};

// Reads everything as an import does, and keeps nothing.
std::unique_ptr<Target> make_dry_target();

} // namespace kato
