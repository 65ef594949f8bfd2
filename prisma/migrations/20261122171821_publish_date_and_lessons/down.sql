-- Takes up.sql back.

-- drop index `Course_slug_key` of `Course` (locks `Course`)
DROP INDEX "Course_slug_key";

-- drop index `Course_authorId_idx` of `Course` (locks `Course`)
DROP INDEX "Course_authorId_idx";

-- drop index `Course_status_publishedAt_idx` of `Course` (locks `Course`)
DROP INDEX "Course_status_publishedAt_idx";

-- drop table `Lesson` (locks `Course`, `Lesson`)
-- warning GP2101: table `Lesson` is dropped with all its rows
DROP TABLE "Lesson";

-- alter table `Course` (locks `Course`)
-- warning GP2102: column `publishedAt` of `Course` is dropped with all its values
-- warning GP2102: column `slug` of `Course` is dropped with all its values
-- warning GP2102: column `summary` of `Course` is dropped with all its values
ALTER TABLE "Course"
    DROP COLUMN "publishedAt",
    DROP COLUMN "slug",
    DROP COLUMN "summary";
