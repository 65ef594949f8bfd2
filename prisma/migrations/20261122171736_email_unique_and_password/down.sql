-- Takes up.sql back.

-- drop index `User_email_key` of `User` (keeps reads and writes waiting on `User`)
DROP INDEX "User_email_key";

-- alter table `User` (keeps reads and writes waiting on `User`)
-- warning GP2102: column `name` of `User` is dropped with all its values
-- warning GP2102: column `passwordHash` of `User` is dropped with all its values
ALTER TABLE "User"
    DROP COLUMN "name",
    DROP COLUMN "passwordHash";
