-- check what this migration relies on, while nothing has been touched
BEGIN EXCLUSIVE;
COMMIT;
DROP TABLE IF EXISTS "temp"."_glowplug_check";
CREATE TEMP TABLE "_glowplug_check" (
    "check_1" INTEGER CONSTRAINT "`User` is not as this migration expects it: other columns, indexes or triggers would be lost" CHECK ("check_1"),
    "check_2" INTEGER CONSTRAINT "something of a name that this migration takes exists already: new_User" CHECK ("check_2"),
    "broken_keys" INTEGER,
    "same_rows" INTEGER CONSTRAINT "the copy of a table has not as many rows as the table" CHECK ("same_rows"),
    "keys_intact" INTEGER CONSTRAINT "a foreign key points nowhere: PRAGMA foreign_key_check shows which" CHECK ("keys_intact")
);
INSERT INTO "temp"."_glowplug_check" ("check_1")
    SELECT (SELECT count(*) FROM (SELECT "User"."id", "User"."email", "User"."name" FROM "User" LIMIT 0)) = 0
        AND (SELECT group_concat("name", ', ') FROM (SELECT "name" FROM pragma_table_xinfo('User') ORDER BY "name")) = 'email, id, name'
        AND (SELECT ifnull(group_concat("name", ', '), '') FROM (SELECT "name" FROM "sqlite_master" WHERE "tbl_name" = 'User' AND "type" IN ('index', 'trigger') AND "sql" IS NOT NULL ORDER BY "name")) = 'User_email_key';
INSERT INTO "temp"."_glowplug_check" ("check_2")
    SELECT NOT EXISTS (SELECT 1 FROM "sqlite_master" WHERE "name" IN ('new_User'));
INSERT INTO "temp"."_glowplug_check" ("broken_keys")
    SELECT count(*) FROM pragma_foreign_key_check;

-- begin: all of it, or nothing
PRAGMA foreign_keys=OFF;
BEGIN EXCLUSIVE;

-- drop index `User_email_key` of `User`
DROP INDEX "User_email_key";

-- rebuild table `User`
CREATE TABLE "new_User" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "email" TEXT NOT NULL,
    "name" TEXT
);
INSERT INTO "sqlite_sequence" ("name", "seq")
    SELECT 'new_User', "seq" FROM "sqlite_sequence" WHERE "name" = 'User';
INSERT OR ROLLBACK INTO "new_User" ("id", "email", "name")
    SELECT "User"."id", "User"."email", "User"."name"
    FROM "User";
INSERT OR ROLLBACK INTO "temp"."_glowplug_check" ("same_rows")
    SELECT (SELECT count(*) FROM "new_User") = (SELECT count(*) FROM "User");
DROP TABLE "User";
PRAGMA legacy_alter_table=ON;
ALTER TABLE "new_User" RENAME TO "User";
PRAGMA legacy_alter_table=OFF;

-- look for foreign keys that point nowhere
INSERT OR ROLLBACK INTO "temp"."_glowplug_check" ("keys_intact")
    SELECT count(*) <= (SELECT max("broken_keys") FROM "temp"."_glowplug_check") FROM pragma_foreign_key_check;

-- end
COMMIT;
PRAGMA foreign_keys=ON;
DROP TABLE "temp"."_glowplug_check";

