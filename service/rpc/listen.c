/* Opens the port of the server (service/rpc/internal.h), and says why where the library only says
 * that it could not. */
#include <errno.h>
#include <grpc/grpc_security.h>
#include <grpc/support/log.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "models/base/text.h"
#include "service/rpc/call.h"
#include "service/rpc/internal.h"

/* "host:port" or "[v6]:port" into its two halves. */
static bool split_address(const char *address, char *host, size_t host_size, char *port,
                          size_t port_size)
{
    const char *colon = strrchr(address, ':');
    if (!colon || colon == address)
        return false;
    struct pk_text name = {address, (size_t)(colon - address)};
    bool bracketed = name.bytes[0] == '[' && name.bytes[name.size - 1] == ']';
    if (bracketed)
        name = (struct pk_text){name.bytes + 1, name.size - 2};
    else if (memchr(name.bytes, ':', name.size))
        return false;
    int64_t number = -1;
    if (!pk_text_to_integer(pk_text_from(colon + 1), &number) || number < 0 || number > 65535)
        return false;
    if (name.size == 0 || name.size >= host_size)
        return false;
    pk_text_format(host, host_size, "%.*s", (int)name.size, name.bytes);
    pk_text_format(port, port_size, "%lld", (long long)number);
    return true;
}

/* Why the library could not bind: it only says that it could not. */
static void explain_failure(const char *host, const char *port, char *out, size_t size)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    int failed = getaddrinfo(host, port, &hints, &found);
    if (failed) {
        pk_text_format(out, size, "%s", gai_strerror(failed));
        return;
    }
    pk_text_format(out, size, "the address cannot be bound");
    int handle = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    int on = 1;
    if (handle >= 0) {
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (bind(handle, found->ai_addr, found->ai_addrlen) != 0 || listen(handle, 1) != 0) {
            strerror_r(errno, out, size);
        }
        close(handle);
    }
    freeaddrinfo(found);
}

static void log_nothing(gpr_log_func_args *arguments)
{
    (void)arguments;
}

enum pk_status pk_rpc_listen(struct pk_rpc_server *server, const char *address,
                             struct pk_error *error)
{
    char host[256];
    char port[8];
    if (!split_address(address, host, sizeof host, port, sizeof port))
        return pk_error_set(error, PK_INVALID_ARGUMENT, "listen",
                            "'%s' is not HOST:PORT, as in 127.0.0.1:7117", address);
    grpc_server_credentials *credentials = grpc_insecure_server_credentials_create();
    gpr_set_log_function(log_nothing); /* the reason is told below, in our own words */
    int bound_port = grpc_server_add_http2_port(server->wire, address, credentials);
    gpr_set_log_function(NULL);
    grpc_server_credentials_release(credentials);
    if (bound_port == 0) {
        char reason[160];
        explain_failure(host, port, reason, sizeof reason);
        return pk_error_set(error, PK_UNAVAILABLE, "listen", "cannot listen on %s: %s", address,
                            reason);
    }
    bool is_v6 = strchr(host, ':') != NULL;
    pk_text_format(server->address, sizeof server->address, "%s%s%s:%d", is_v6 ? "[" : "", host,
                   is_v6 ? "]" : "", bound_port);
    return PK_OK;
}
