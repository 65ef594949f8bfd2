-- Takes up.sql back.

-- drop foreign key `Course_categoryId_fkey` of `Course` (locks `Category`, `Course`)
ALTER TABLE "Course" DROP CONSTRAINT "Course_categoryId_fkey";

-- drop index `Course_categoryId_idx` of `Course` (locks `Course`)
DROP INDEX "Course_categoryId_idx";

-- drop table `Profile` (locks `Profile`, `User`)
-- warning GP2101: table `Profile` is dropped with all its rows
DROP TABLE "Profile";

-- drop table `Enrollment` (locks `Course`, `Enrollment`, `User`)
-- warning GP2101: table `Enrollment` is dropped with all its rows
DROP TABLE "Enrollment";

-- drop table `Category` (locks `Category`)
-- warning GP2101: table `Category` is dropped with all its rows
DROP TABLE "Category";

-- drop table `_CourseToTag` (locks `Course`, `Tag`, `_CourseToTag`)
-- warning GP2101: table `_CourseToTag` is dropped with all its rows
DROP TABLE "_CourseToTag";

-- drop table `Tag` (locks `Tag`)
-- warning GP2101: table `Tag` is dropped with all its rows
DROP TABLE "Tag";

-- alter table `Course` (locks `Course`)
-- warning GP2102: column `price` of `Course` is dropped with all its values
-- warning GP2102: column `categoryId` of `Course` is dropped with all its values
ALTER TABLE "Course"
    DROP COLUMN "price",
    DROP COLUMN "categoryId";

-- drop enum `EnrollmentStatus`
DROP TYPE "EnrollmentStatus";
