#include "sandbox/linux/bpf.h"

#include <utility>

namespace kato::sandbox {

BpfAssembler::Label BpfAssembler::make_label() {
    places_.push_back(0);
    return places_.size() - 1;
}

void BpfAssembler::bind(Label label) { places_[label] = program_.size(); }

void BpfAssembler::load(std::uint32_t offset) {
    program_.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

void BpfAssembler::mask(std::uint32_t bits) {
    program_.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, bits));
}

void BpfAssembler::jump(Label to) {
    uses_.push_back({program_.size(), to});
    program_.push_back(BPF_STMT(BPF_JMP | BPF_JA, 0));
}

// A condition reaches only 255 instructions far, a jump any distance.
void BpfAssembler::condition(std::uint16_t code, std::uint32_t value, Label to) {
    program_.push_back(BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | BPF_K | code), value, 0, 1));
    jump(to);
}

void BpfAssembler::jump_if_equal(std::uint32_t value, Label to) { condition(BPF_JEQ, value, to); }
void BpfAssembler::jump_if_at_least(std::uint32_t value, Label to) {
    condition(BPF_JGE, value, to);
}
void BpfAssembler::jump_if_any_bit(std::uint32_t bits, Label to) { condition(BPF_JSET, bits, to); }

void BpfAssembler::give(std::uint32_t action) {
    program_.push_back(BPF_STMT(BPF_RET | BPF_K, action));
}

std::vector<sock_filter> BpfAssembler::finish() {
    for (const Use& use : uses_)
        program_[use.at].k = static_cast<std::uint32_t>(places_[use.label] - use.at - 1);
    return std::move(program_);
}

} // namespace kato::sandbox
