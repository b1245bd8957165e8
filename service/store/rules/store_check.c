#include "service/store/rules/store_check.h"

#include <stdbool.h>
#include <stdlib.h>

#include "models/base/limits.h"

enum pk_status pk_covariate_names_check(int64_t name_count, struct pk_error *error)
{
    if (name_count <= PK_COVARIATE_NAME_COUNT_MAX)
        return PK_OK;
    return pk_error_set(error, PK_RESOURCE_EXHAUSTED, "name",
                        "the store would hold %lld covariate names; at most %d fit: delete "
                        "rows of names that are no longer used",
                        (long long)name_count, PK_COVARIATE_NAME_COUNT_MAX);
}

/* The items of one level below a root, each once. */
struct level {
    uint32_t *items;
    size_t count;
};

struct walk {
    const struct pk_component_edge *edges;
    size_t edge_count;
    size_t *first_edges; /* of each item; edge_count = it has no components */
    uint32_t *marks;     /* of each item: the last level that holds it */
    uint32_t mark;
    struct level level, next;
};

/* Fills walk->next from walk->level; true if it holds the root. */
static bool go_down(struct walk *walk, uint32_t root)
{
    walk->mark++;
    walk->next.count = 0;
    for (size_t i = 0; i < walk->level.count; i++) {
        const uint32_t parent = walk->level.items[i];
        for (size_t e = walk->first_edges[parent];
             e < walk->edge_count && walk->edges[e].parent == parent; e++) {
            const uint32_t component = walk->edges[e].component;
            if (component == root)
                return true;
            if (walk->marks[component] != walk->mark)
                walk->next.items[walk->next.count++] = component;
            walk->marks[component] = walk->mark;
        }
    }
    return false;
}

/* The depth, at most depth_max, at which a root meets itself or lies too deep; depth_max + 1 =
 * none. */
static int find_failure(struct walk *walk, uint32_t root, int depth_max)
{
    walk->level.items[0] = root;
    walk->level.count = 1;
    for (int depth = 1; depth <= depth_max; depth++) {
        if (go_down(walk, root) || (walk->next.count > 0 && depth > PK_COMPONENT_DEPTH_MAX))
            return depth;
        const struct level done = walk->level;
        walk->level = walk->next;
        walk->next = done;
    }
    return depth_max + 1;
}

enum pk_status pk_components_check(const struct pk_component_edge *edges, size_t edge_count,
                                   const struct pk_text *ids, size_t item_count,
                                   struct pk_error *error)
{
    struct walk walk = {.edges = edges, .edge_count = edge_count};
    uint32_t failed = 0;
    /* Failures at this depth or below it are still looked for. */
    int depth = PK_COMPONENT_DEPTH_MAX + 1;
    bool has_failed = false;
    enum pk_status status = PK_OK;
    walk.first_edges = malloc((item_count + 1) * sizeof *walk.first_edges);
    walk.marks = calloc(item_count + 1, sizeof *walk.marks);
    walk.level.items = malloc((item_count + 1) * sizeof *walk.level.items);
    walk.next.items = malloc((item_count + 1) * sizeof *walk.next.items);
    if (walk.first_edges == NULL || walk.marks == NULL || walk.level.items == NULL ||
        walk.next.items == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for components");
        goto cleanup;
    }
    for (size_t i = 0; i < item_count; i++)
        walk.first_edges[i] = edge_count;
    for (size_t e = edge_count; e-- > 0;)
        walk.first_edges[edges[e].parent] = e;
    for (size_t e = 0; e < edge_count && depth > 0; e++) {
        if (walk.first_edges[edges[e].parent] != e)
            continue;
        const int found = find_failure(&walk, edges[e].parent, depth);
        if (found > depth)
            continue;
        has_failed = true;
        failed = edges[e].parent;
        depth = found - 1;
    }
    if (has_failed)
        status = pk_error_set(error, PK_FAILED_PRECONDITION, "component_item_id",
                              "'%.*s' would contain itself, or lie more than %d levels deep; "
                              "delete a row with op = delete",
                              (int)ids[failed].size, ids[failed].bytes, PK_COMPONENT_DEPTH_MAX);
cleanup:
    free(walk.first_edges);
    free(walk.marks);
    free(walk.level.items);
    free(walk.next.items);
    return status;
}
