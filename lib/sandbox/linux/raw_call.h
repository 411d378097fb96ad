// System calls without libc: no errno, no thread-local storage, no locks. Negative is -errno.
#pragma once

#include <cstddef>
#include <cstdint>

namespace kato::sandbox {

using Word64 = std::uint64_t;

inline long raw_call(long number, Word64 a, Word64 b, Word64 c, Word64 d, Word64 e, Word64 f) {
#if defined(__x86_64__)
    long result = 0;
    register Word64 r10 asm("r10") = d;
    register Word64 r8 asm("r8") = e;
    register Word64 r9 asm("r9") = f;
    asm volatile("syscall"
                 : "=a"(result)
                 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                 : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 asm("x8") = number;
    register Word64 x0 asm("x0") = a;
    register Word64 x1 asm("x1") = b;
    register Word64 x2 asm("x2") = c;
    register Word64 x3 asm("x3") = d;
    register Word64 x4 asm("x4") = e;
    register Word64 x5 asm("x5") = f;
    asm volatile("svc 0"
                 : "+r"(x0)
                 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                 : "memory");
    return static_cast<long>(x0);
#endif
}

inline Word64 as_word(std::nullptr_t) { return 0; }
template <class T> Word64 as_word(T* value) { return reinterpret_cast<Word64>(value); }
template <class T> Word64 as_word(T value) { // sign-extends, as the kernel expects of int
    return static_cast<Word64>(value);
}

// No array: compilers would fill it with memset.
template <class... T> long call_padded(long number, T... words) {
    if constexpr (sizeof...(T) == 6) {
        return raw_call(number, words...);
    } else {
        return call_padded(number, words..., Word64{0});
    }
}
template <class... T> long call(long number, T... arguments) {
    return call_padded(number, as_word(arguments)...);
}

} // namespace kato::sandbox
