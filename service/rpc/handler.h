/* What a handler is, and what it may do with its call.
 *
 * A handler is a blocking function on a thread of the handler pool, never on a thread that serves
 * the wire, so it may compute or wait as long as the call's deadline allows. All four kinds share
 * one signature:
 *
 * - PK_RPC_UNARY: `request` is the message; pk_rpc_call_send once, then PK_OK.
 * - PK_RPC_SERVER_STREAM: `request` is the message; pk_rpc_call_send any number of times.
 * - PK_RPC_CLIENT_STREAM: `request` is NULL; pk_rpc_call_receive until NULL, then send once.
 * - PK_RPC_BIDI_STREAM: `request` is NULL; receive and send in any order, any number of times.
 *
 * What has been checked before a handler sees a message: it is well-formed, within
 * PK_MESSAGE_BYTES_MAX, and every string in it, at any depth, is UTF-8 without NUL. Absent
 * sub-messages are NULL and absent strings are "".
 *
 * Failure: return the status and fill *error; nothing else. The client gets the matching gRPC code,
 * error->message and, in grpc-status-details-bin, a google.rpc.BadRequest with every
 * pk_rpc_call_violation of the call; if there is none and error->field is set, that field is the
 * one violation. Replies of a unary or client-streaming call that fails are dropped. */
#ifndef PK_RPC_HANDLER_H
#define PK_RPC_HANDLER_H

#include <stdbool.h>
#include <stddef.h>

#include "service/rpc/method.h"

/* Encodes the message, which stays the caller's, and sends it. In a stream it waits until the peer
 * has taken the one before (back-pressure); at most one message is under way. CANCELLED or
 * DEADLINE_EXCEEDED: nobody listens any more, return that status; RESOURCE_EXHAUSTED: larger than
 * PK_MESSAGE_BYTES_MAX; OUT_OF_MEMORY. */
enum pk_status pk_rpc_call_send(struct pk_rpc_call *call, const ProtobufCMessage *message,
                                struct pk_error *error);

/* Waits for the next message of a client or bidi stream. PK_OK with a message: it lives until the
 * next receive or until the handler returns. PK_OK with NULL: the client has finished properly.
 * CANCELLED or DEADLINE_EXCEEDED: the stream broke off, whatever came before is incomplete.
 * INVALID_ARGUMENT: not a valid message. */
enum pk_status pk_rpc_call_receive(struct pk_rpc_call *call, const ProtobufCMessage **out_message,
                                   struct pk_error *error);

/* True once the peer is gone, the deadline has passed or the server gives the call up. Cheap (one
 * atomic load). Also safe from helper threads of the handler while it runs. */
bool pk_rpc_call_is_cancelled(const struct pk_rpc_call *call);

/* PK_OK, or CANCELLED / DEADLINE_EXCEEDED with a message: for loops of a long computation. */
enum pk_status pk_rpc_call_check(const struct pk_rpc_call *call, struct pk_error *error);

/* Seconds until the call's deadline, negative when it has passed, INFINITY if the client set
 * none. */
double pk_rpc_call_deadline_seconds_left(const struct pk_rpc_call *call);

/* Notes one wrong input; keep going, so that all of them are reported at once, then return
 * PK_INVALID_ARGUMENT (an empty error->message is filled in). Beyond PK_VIOLATION_COUNT_MAX they
 * are only counted. */
void pk_rpc_call_violation(struct pk_rpc_call *call, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
size_t pk_rpc_call_violation_count(const struct pk_rpc_call *call);

/* Zeroed memory that lives until the handler returns, for building replies; NULL when out of
 * memory. */
void *pk_rpc_call_allocate(struct pk_rpc_call *call, size_t size);

/* Gives back everything allocated so far, for streams that build one reply after another. */
void pk_rpc_call_release(struct pk_rpc_call *call);

#endif
