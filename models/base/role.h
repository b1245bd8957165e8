/* Product roles 商品角色: the part that an item plays in the shop's assortment, as the items file
 * names it. */
#ifndef PK_BASE_ROLE_H
#define PK_BASE_ROLE_H

#include "models/base/text.h"
#include "models/base/word.h"

enum pk_role { PK_ROLE_NONE, PK_ROLE_TRAFFIC, PK_ROLE_PROFIT, PK_ROLE_IMAGE, PK_ROLE_REGULAR };
#define PK_ROLE_COUNT 5

/* The word of a role; all its names are "" for PK_ROLE_NONE. Static. */
const struct pk_word *pk_role_word(enum pk_role role);

/* The role of that name; PK_ROLE_NONE if there is none. */
enum pk_role pk_role_find(struct pk_text name);

#endif
