/* kato/kato.h - all of libkato. */
#ifndef KATO_KATO_H
#define KATO_KATO_H

#include <kato/agent.h>
#include <kato/base.h>
#include <kato/chat.h>
#include <kato/codec.h>
#include <kato/policy.h>
#include <kato/search.h>
#include <kato/store.h>

#endif
