/* The feasts that calendars know. */
#ifndef PK_CALENDAR_FEAST_H
#define PK_CALENDAR_FEAST_H

enum pk_feast {
    PK_FEAST_NONE,
    PK_FEAST_NEW_YEAR,        /* 元旦, 1 January */
    PK_FEAST_SPRING_FESTIVAL, /* 春节, lunar new year's day */
    PK_FEAST_QINGMING,        /* 清明 */
    PK_FEAST_LABOUR_DAY,      /* 劳动节, 1 May */
    PK_FEAST_DRAGON_BOAT,     /* 端午 */
    PK_FEAST_MID_AUTUMN,      /* 中秋 */
    PK_FEAST_NATIONAL_DAY,    /* 国庆, 1 October: Golden Week */
    PK_FEAST_VICTORY_DAY,     /* 3 September 2015, once */
    PK_FEAST_CHRISTMAS,       /* 25 December, every year; not a Chinese holiday */
    PK_FEAST_EASTER,          /* Easter Sunday of the Gregorian calendar */
    PK_FEAST_COUNT
};

#endif
