/* The blocking gRPC client of the command line: one connection, one call at a time, used from one
 * thread.
 *
 * Messages that come back are the caller's: protobuf_c_message_free_unpacked(message, NULL). A
 * failed call fills the error with the service's own status, field and words; every violation it
 * listed is at pk_connection_violation. */
#ifndef PK_CLIENT_CONNECTION_H
#define PK_CLIENT_CONNECTION_H

#include <protobuf-c/protobuf-c.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "models/base/error.h"

struct pk_connection;
struct pk_stream;

struct pk_connection_options {
    const char *address;            /* "127.0.0.1:7117", "localhost:7117" */
    double connect_timeout_seconds; /* until the service must answer */
    double call_timeout_seconds;    /* deadline of each call or stream; <= 0 means none */
    const volatile sig_atomic_t
        *cancel_flag; /* set by a SIGINT handler, looked at 10 times a second; may be NULL */
};

struct pk_violation {
    const char *field;
    const char *description;
};

/* Connects and waits until the service is reachable. UNAVAILABLE: nobody answers there in time
 * (exit code 3); CANCELLED: the flag was set; INVALID_ARGUMENT: not an address; OUT_OF_MEMORY. */
enum pk_status pk_connection_open(const struct pk_connection_options *options,
                                  struct pk_connection **out_connection, struct pk_error *error);

/* Accepts NULL. All streams must have been closed. */
void pk_connection_close(struct pk_connection *connection);

/* True if the last failure was the transport's (service gone in the middle), not an answer of the
 * service. */
bool pk_connection_is_lost(const struct pk_connection *connection);

/* What was wrong with the last refused request, field by field; they live until the next call. */
size_t pk_connection_violation_count(const struct pk_connection *connection);
struct pk_violation pk_connection_violation(const struct pk_connection *connection, size_t index);

/* Unary call. `path` is "/peakstock.v1.AdminService/GetStatus", `response` describes the reply. */
enum pk_status pk_connection_call(struct pk_connection *connection, const char *path,
                                  const ProtobufCMessage *request,
                                  const ProtobufCMessageDescriptor *response,
                                  ProtobufCMessage **out_reply, struct pk_error *error);

/* Opens a stream. With a request: a server stream, pull with pk_stream_next. Without (NULL): a
 * client stream, push with pk_stream_send and end with pk_stream_finish. */
enum pk_status pk_stream_open(struct pk_connection *connection, const char *path,
                              const ProtobufCMessage *request,
                              const ProtobufCMessageDescriptor *response,
                              struct pk_stream **out_stream, struct pk_error *error);

/* The next message of a server stream, or NULL at its proper end; a broken or failed stream is an
 * error. */
enum pk_status pk_stream_next(struct pk_stream *stream, ProtobufCMessage **out_message,
                              struct pk_error *error);

/* Sends one message of a client stream, waiting until the service has room for it (flow control).
 * If the service has refused the upload already, that refusal is the error. */
enum pk_status pk_stream_send(struct pk_stream *stream, const ProtobufCMessage *message,
                              struct pk_error *error);

/* Ends a client stream and waits for the one reply. */
enum pk_status pk_stream_finish(struct pk_stream *stream, ProtobufCMessage **out_reply,
                                struct pk_error *error);

/* Cancels what has not ended and frees. Accepts NULL. */
void pk_stream_close(struct pk_stream *stream);

#endif
