#include "exchange/selection.h"

namespace kato {

const EventView* Selection::take(const EventView& event) {
    if (kinds_ == k_all_kinds) return &event;
    const auto before = event.parent ? left_out_.find(*event.parent) : left_out_.end();
    const bool moves = before != left_out_.end();
    if ((kinds_ & kind_bit(event.body.kind)) == 0) {
        left_out_[event.id] = moves ? before->second : event.parent;
        if (loss_ != nullptr) loss_->leave_out(kind_name(event.body.kind));
        return nullptr;
    }
    if (!moves) return &event;
    moved_ = event;
    moved_.parent = before->second;
    return &moved_;
}

} // namespace kato
