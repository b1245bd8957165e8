/* One question put to the service and its answer shown: the document is written whole and let out
 * at the end, or nothing is. */
#ifndef PK_CLIENT_SHOW_H
#define PK_CLIENT_SHOW_H

#include <protobuf-c/protobuf-c.h>

#include "client/frame/command.h"
#include "client/output/output.h"
#include "models/base/error.h"

struct pk_question {
    const char *path; /* "/peakstock.v1.AdminService/GetStatus" */
    const ProtobufCMessage *request;
    const ProtobufCMessageDescriptor *response;
};

/* Writes the one message that answers a question. */
typedef void pk_show_write(const struct pk_command_context *context, struct pk_output *output,
                           const void *reply);

/* A question with one message as its answer. Errors of pk_answer_get and pk_output_*. */
enum pk_status pk_show_reply(struct pk_command_context *context, const struct pk_question *question,
                             pk_show_write *write, struct pk_error *error);

/* Who takes the messages of a stream. */
struct pk_show_taker {
    void *taker;
    struct pk_output *
        *output; /* the taker's; set before the first message, NULL again at the end */
    enum pk_status (*take)(void *taker, const void *message, struct pk_error *error);
    /* After the last message of a stream that ended well; may be NULL. */
    enum pk_status (*end)(void *taker, struct pk_error *error);
};

/* A question with a stream of messages as its answer. Errors of pk_answer_stream, of the taker and
 * of pk_output_*. */
enum pk_status pk_show_stream(struct pk_command_context *context,
                              const struct pk_question *question, const struct pk_show_taker *taker,
                              struct pk_error *error);

/* Writes the rows of one page; returns the token of the next one, "" or NULL at the end. */
typedef const char *pk_show_page(struct pk_output *output, const void *reply);

/* A list that is answered page by page: `page` is the one in the question's request, `section`
 * takes all rows. Errors of pk_answer_get and pk_output_*. */
enum pk_status pk_show_pages(struct pk_command_context *context, const struct pk_question *question,
                             Peakstock__V1__PageRequest *page,
                             const struct pk_output_section *section, pk_show_page *write,
                             struct pk_error *error);

#endif
