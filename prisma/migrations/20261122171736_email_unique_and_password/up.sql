-- Written by glowplug from the schema. Review it; edit it where you know better.

-- alter table `User` (keeps reads and writes waiting on `User`)
ALTER TABLE "User"
    ADD COLUMN "name" TEXT,
    ADD COLUMN "passwordHash" TEXT;

-- create unique index `User_email_key` on `User` (keeps writes waiting on `User`)
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
