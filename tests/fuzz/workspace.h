// Workspaces for fuzz targets over the C API: what goes in must be accounted for, what comes out is compared.
#pragma once

#include <kato/kato.h>

#include <memory>
#include <string>
#include <string_view>

namespace kato::fuzz {

struct CloseStore {
    void operator()(kato_store* store) const { kato_store_close(store); }
};
using Store = std::unique_ptr<kato_store, CloseStore>;

Store open_workspace(const std::string& path);
// Any outcome is fine that accounts for the bytes. Archives may be refused as a whole.
kato_status import_bytes(kato_store* store, std::string_view bytes, const std::string& name = "-");
std::string export_all(kato_store* store);
// Every check of the store must pass.
void verify(kato_store* store);

} // namespace kato::fuzz
