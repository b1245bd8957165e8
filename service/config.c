#include "service/config.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/base/text.h"

struct setting {
    const char *name; /* flag --NAME with '-', file key and PEAKSTOCK_NAME with '_' */
    size_t offset;
    size_t size;
};

#define SETTING(member)                                                                            \
    {                                                                                              \
#member, offsetof(struct pk_config, member), sizeof((struct pk_config *)0)->member         \
    }
static const struct setting settings[] = {
    SETTING(data),     SETTING(listen),    SETTING(web),
    SETTING(currency), SETTING(time_zone), SETTING(calendar),
};
#define SETTING_COUNT (sizeof settings / sizeof settings[0])

const char *pk_config_help(void)
{
    return "usage: peakstockd --data DIR [options]\n"
           "  --data DIR         directory of the store, created if missing "
           "(~/.local/share/peakstock)\n"
           "  --listen ADDR      address:port to serve gRPC on (127.0.0.1:7117; port 0 takes a "
           "free one)\n"
           "  --web off          the planner's board is not part of this version\n"
           "  --config FILE      settings as NAME = VALUE lines\n"
           "  --threads N        threads of fits (one per core)\n"
           "  --refit-cells-max N   a shop of more series x buckets is not fitted afresh for every "
           "new "
           "day,\n"
           "                     its last fit takes up to seven days first (10000000)\n"
           "  --currency CODE    of a new store (CNY)\n"
           "  --time-zone ZONE   of a new store (Asia/Shanghai)\n"
           "  --calendar auto|cn|none   of a new store (auto)\n"
           "  --check-config     read the settings, say what is wrong, and end\n"
           "  --version\n"
           "Flags override PEAKSTOCK_* environment variables, which override the file.\n";
}

/* True if `name` is a flag's, variable's or key's spelling of `setting`: letter case and -/_ do not
 * matter. */
static bool is_named(const char *setting, const char *name)
{
    for (; *setting != '\0' && *name != '\0'; setting++, name++) {
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;
        if ((c == '-' ? '_' : c) != *setting)
            return false;
    }
    return *setting == *name;
}

/* A whole number of 0 to `most`. */
static enum pk_status read_number(const char *name, const char *value, const char *source,
                                  int64_t most, int64_t *out_number, struct pk_error *error)
{
    int64_t number;
    if (!pk_text_to_integer(pk_text_from(value), &number) || number < 0 || number > most)
        return pk_error_set(error, PK_INVALID_ARGUMENT, name,
                            "'%.80s' (%s) is out of range; give 0 to %lld", value, source,
                            (long long)most);
    *out_number = number;
    return PK_OK;
}

static enum pk_status set(struct pk_config *config, const char *name, const char *value,
                          const char *source, struct pk_error *error)
{
    if (is_named("threads", name)) {
        int64_t threads = 0;
        enum pk_status status =
            read_number(name, value, source, PK_THREAD_COUNT_MAX, &threads, error);
        if (status == PK_OK)
            config->threads = (int)threads;
        return status;
    }
    if (is_named("refit_cells_max", name))
        return read_number(name, value, source, PK_REFIT_CELLS_SETTING_MAX,
                           &config->refit_cells_max, error);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (!is_named(settings[i].name, name))
            continue;
        if (strlen(value) >= settings[i].size)
            return pk_error_set(error, PK_INVALID_ARGUMENT, name,
                                "has %zu bytes (%s); give at most %zu", strlen(value), source,
                                settings[i].size - 1);
        pk_text_format((char *)config + settings[i].offset, settings[i].size, "%s", value);
        return PK_OK;
    }
    return pk_error_set(error, PK_INVALID_ARGUMENT, name, "is no setting (%s); see --help", source);
}

static enum pk_status read_file(struct pk_config *config, const char *path, struct pk_error *error)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "config", "cannot read %s: %s", path,
                            strerror(errno));
    char line[8192];
    enum pk_status status = PK_OK;
    for (int number = 1; status == PK_OK && fgets(line, sizeof line, file) != NULL; number++) {
        char source[4200];
        pk_text_format(source, sizeof source, "%s:%d", path, number);
        struct pk_text text = pk_text_trim(pk_text_from(line));
        if (text.size == 0 || text.bytes[0] == '#')
            continue;
        const char *equals = memchr(text.bytes, '=', text.size);
        if (equals == NULL) {
            status = pk_error_set(error, PK_INVALID_ARGUMENT, "config",
                                  "%s: write NAME = VALUE or # a comment", source);
            break;
        }
        char name[256];
        char value[8192];
        struct pk_text left =
            pk_text_trim((struct pk_text){text.bytes, (size_t)(equals - text.bytes)});
        struct pk_text right = pk_text_trim(
            (struct pk_text){equals + 1, text.size - (size_t)(equals - text.bytes) - 1});
        pk_text_format(name, sizeof name, "%.*s", (int)left.size, left.bytes);
        pk_text_format(value, sizeof value, "%.*s", (int)right.size, right.bytes);
        status = set(config, name, value, source, error);
    }
    fclose(file);
    return status;
}

static enum pk_status read_environment(struct pk_config *config, struct pk_error *error)
{
    static const char *const variables[] = {"PEAKSTOCK_DATA",      "PEAKSTOCK_LISTEN",
                                            "PEAKSTOCK_WEB",       "PEAKSTOCK_CURRENCY",
                                            "PEAKSTOCK_TIME_ZONE", "PEAKSTOCK_CALENDAR",
                                            "PEAKSTOCK_THREADS",   "PEAKSTOCK_REFIT_CELLS_MAX"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        if (value == NULL)
            continue;
        enum pk_status status =
            set(config, variables[i] + strlen("PEAKSTOCK_"), value, variables[i], error);
        if (status != PK_OK)
            return status;
    }
    return PK_OK;
}

/* One flag: *at moves past its value, if it takes one. --config is read before all others. */
static enum pk_status read_flag(struct pk_config *config, int argument_count, char **arguments,
                                int *at, struct pk_error *error)
{
    const char *flag = arguments[*at];
    if (strcmp(flag, "--check-config") == 0 || strcmp(flag, "--version") == 0 ||
        strcmp(flag, "--help") == 0) {
        config->check_only |= flag[2] == 'c';
        config->show_version |= flag[2] == 'v';
        config->show_help |= flag[2] == 'h';
        return PK_OK;
    }
    if (strncmp(flag, "--", 2) != 0)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "arguments",
                            "'%.80s' is no option; see --help", flag);
    char name[256];
    const char *equals = strchr(flag, '=');
    size_t name_size = equals == NULL ? strlen(flag) - 2 : (size_t)(equals - flag) - 2;
    pk_text_format(name, sizeof name, "%.*s", (int)(name_size > 200 ? 200 : name_size), flag + 2);
    if (equals == NULL && *at + 1 >= argument_count)
        return pk_error_set(error, PK_INVALID_ARGUMENT, name, "needs a value; see --help");
    const char *value = equals == NULL ? arguments[++*at] : equals + 1;
    if (strcmp(name, "config") == 0)
        return PK_OK;
    return set(config, name, value, "flag", error);
}

static const char *config_path(int argument_count, char **arguments)
{
    const char *path = getenv("PEAKSTOCK_CONFIG");
    for (int i = 1; i < argument_count; i++) {
        if (strcmp(arguments[i], "--config") == 0 && i + 1 < argument_count)
            path = arguments[i + 1];
        else if (strncmp(arguments[i], "--config=", 9) == 0)
            path = arguments[i] + 9;
    }
    return path;
}

static enum pk_status check(struct pk_config *config, struct pk_error *error)
{
    if (config->data[0] == '\0') {
        const char *home = getenv("HOME");
        if (home == NULL || home[0] == '\0')
            return pk_error_set(error, PK_INVALID_ARGUMENT, "data",
                                "is not given and HOME is not set; give --data DIR");
        pk_text_format(config->data, sizeof config->data, "%s/.local/share/peakstock", home);
    }
    if (strcmp(config->web, "off") != 0)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "web",
                            "'%.80s': this version has no planner's board; give off", config->web);
    const char *colon = strrchr(config->listen, ':');
    int64_t port;
    if (colon == NULL || colon == config->listen ||
        !pk_text_to_integer(pk_text_from(colon + 1), &port) || port < 0 || port > 65535)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "listen",
                            "'%.80s' is no address; give HOST:PORT such as 127.0.0.1:7117",
                            config->listen);
    const char *calendar = config->calendar;
    if (calendar[0] != '\0' && strcmp(calendar, "auto") != 0 && strcmp(calendar, "cn") != 0 &&
        strcmp(calendar, "none") != 0)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "calendar",
                            "'%.60s' is unknown; give auto, cn or none", calendar);
    const char *currency = config->currency;
    if (currency[0] != '\0' &&
        (strlen(currency) != 3 || strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3))
        return pk_error_set(error, PK_INVALID_ARGUMENT, "currency",
                            "'%.60s' is no currency code; give three capital letters such as CNY",
                            currency);
    return PK_OK;
}

enum pk_status pk_config_read(int argument_count, char **arguments, struct pk_config *out_config,
                              struct pk_error *error)
{
    struct pk_config config = {
        .listen = "127.0.0.1:7117", .web = "off", .refit_cells_max = PK_REFIT_CELLS_MAX};
    const char *path = config_path(argument_count, arguments);
    enum pk_status status = PK_OK;
    if (path != NULL)
        status = read_file(&config, path, error);
    if (status == PK_OK)
        status = read_environment(&config, error);
    for (int at = 1; status == PK_OK && at < argument_count; at++)
        status = read_flag(&config, argument_count, arguments, &at, error);
    if (status == PK_OK)
        status = check(&config, error);
    if (status == PK_OK)
        *out_config = config;
    return status;
}
