/* What must hold of the whole store after an import: checked in the publishing transaction, on the
 * rows as they would be. A refusal undoes the import. */
#ifndef PK_STORE_RULES_STORE_CHECK_H
#define PK_STORE_RULES_STORE_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/base/text.h"

/* After an import of covariates: RESOURCE_EXHAUSTED if there are more than
 * PK_COVARIATE_NAME_COUNT_MAX different names. */
enum pk_status pk_covariate_names_check(int64_t name_count, struct pk_error *error);

/* One row of components, with its items numbered 0, 1, 2, ... in any order. */
struct pk_component_edge {
    uint32_t parent, component;
};

/* After an import of components: FAILED_PRECONDITION if an item would be part of itself at any
 * depth, or if components would lie more than PK_COMPONENT_DEPTH_MAX levels below an item. Of
 * several such items the message names the one that fails at the smallest depth, and of those the
 * first in `edges`. Edges of one parent stand together; `ids` holds the id of each of the
 * item_count numbers. OUT_OF_MEMORY. */
enum pk_status pk_components_check(const struct pk_component_edge *edges, size_t edge_count,
                                   const struct pk_text *ids, size_t item_count,
                                   struct pk_error *error);

#endif
