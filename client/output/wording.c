#include "client/output/wording.h"

#include "client/output/wording_tables.h"
#include "models/base/campaign_kind.h"
#include "models/base/promotion_phase.h"
#include "models/base/reason.h"
#include "models/base/role.h"

/* NULL if the table has no such key. */
static const struct pk_word *find(struct pk_words table, struct pk_text key)
{
    const size_t at = pk_word_find(table.words, table.count, key);
    return at < table.count ? &table.words[at] : NULL;
}

/* Roles, phases and kinds of promotions: the words that the models know too. NULL if it is none. */
static const struct pk_word *find_in_models(const char *key)
{
    const struct pk_text name = pk_text_from(key);
    const enum pk_promotion_phase phase = pk_promotion_phase_find(name);
    const enum pk_role role = pk_role_find(name);
    const struct pk_campaign_kind *kind = pk_campaign_kind_find(key);
    if (phase != PK_PHASE_NONE)
        return pk_promotion_phase_word(phase);
    if (role != PK_ROLE_NONE)
        return pk_role_word(role);
    return kind ? &kind->word : NULL;
}

const char *pk_wording(const char *key, bool is_chinese)
{
    const struct pk_word *word = find(pk_wording_headings, pk_text_from(key));
    for (size_t i = 0; i < PK_WORDING_WORD_TABLE_COUNT && !word; i++)
        word = find(pk_wording_words[i], pk_text_from(key));
    if (!word)
        word = find_in_models(key);
    if (!word)
        return key;
    return is_chinese ? word->chinese : word->english;
}

const char *pk_wording_reason(const char *code, bool is_chinese)
{
    enum pk_reason reason = pk_reason_from_code(pk_text_from(code));
    if (reason == PK_REASON_NONE)
        return code;
    return pk_reason_sentence(reason, is_chinese ? PK_LANGUAGE_CHINESE : PK_LANGUAGE_ENGLISH);
}
