#include "client/commands/show.h"

#include "client/frame/answer.h"
#include "models/base/limits.h"

enum pk_status pk_show_reply(struct pk_command_context *context, const struct pk_question *question,
                             pk_show_write *write, struct pk_error *error)
{
    ProtobufCMessage *reply = NULL;
    struct pk_output *output = NULL;
    enum pk_status status = pk_answer_get(context, question->path, question->request,
                                          question->response, &reply, error);
    if (status == PK_OK)
        status = pk_output_open(context, &output, error);
    if (status == PK_OK) {
        write(context, output, reply);
        status = pk_output_publish(output, error);
    }
    pk_output_close(output);
    protobuf_c_message_free_unpacked(reply, NULL);
    return status;
}

enum pk_status pk_show_stream(struct pk_command_context *context,
                              const struct pk_question *question, const struct pk_show_taker *taker,
                              struct pk_error *error)
{
    enum pk_status status = pk_output_open(context, taker->output, error);
    if (status == PK_OK)
        status = pk_answer_stream(context, question->path, question->request, question->response,
                                  taker->take, taker->taker, error);
    if (status == PK_OK && taker->end)
        status = taker->end(taker->taker, error);
    if (status == PK_OK)
        status = pk_output_publish(*taker->output, error);
    pk_output_close(*taker->output);
    *taker->output = NULL;
    return status;
}

/* Writes one page; `token` becomes the next page's, "" at the end. */
static enum pk_status show_page(struct pk_command_context *context,
                                const struct pk_question *question, struct pk_output *output,
                                pk_show_page *write, char token[PK_TEXT_BYTES_MAX + 1],
                                struct pk_error *error)
{
    ProtobufCMessage *reply = NULL;
    enum pk_status status = pk_answer_get(context, question->path, question->request,
                                          question->response, &reply, error);
    if (status != PK_OK)
        return status;
    const char *next_token = write(output, reply);
    pk_text_format(token, PK_TEXT_BYTES_MAX + 1, "%s", next_token ? next_token : "");
    protobuf_c_message_free_unpacked(reply, NULL);
    return PK_OK;
}

enum pk_status pk_show_pages(struct pk_command_context *context, const struct pk_question *question,
                             Peakstock__V1__PageRequest *page,
                             const struct pk_output_section *section, pk_show_page *write,
                             struct pk_error *error)
{
    char token[PK_TEXT_BYTES_MAX + 1] = "";
    struct pk_output *output = NULL;
    enum pk_status status = pk_output_open(context, &output, error);
    if (status != PK_OK)
        return status;
    page->page_token = token;
    pk_output_begin(output, section);
    do
        status = show_page(context, question, output, write, token, error);
    while (status == PK_OK && token[0]);
    if (status == PK_OK)
        status = pk_output_publish(output, error);
    pk_output_close(output);
    return status;
}
