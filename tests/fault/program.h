// What each program of this folder does before its first test case.
#pragma once

namespace kato::test {
void before_all();
}
