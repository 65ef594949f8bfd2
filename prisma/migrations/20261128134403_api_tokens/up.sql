-- Written by glowplug from the schema. Review it; edit it where you know better.
-- starts from schema 287d02914871466a, written as b1083af028cb6358

-- create table `ApiToken`
CREATE TABLE "ApiToken" (
    "hash" CHAR(64) NOT NULL,
    "userId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("hash")
);

-- create index `ApiToken_userId_idx` on `ApiToken`
CREATE INDEX "ApiToken_userId_idx" ON "ApiToken"("userId");

-- add foreign key `ApiToken_userId_fkey` to `ApiToken` (locks `User` for writes)
ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
