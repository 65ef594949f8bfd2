-- Written by glowplug from the schema. Review it; edit it where you know better.

-- create enum `EnrollmentStatus`
CREATE TYPE "EnrollmentStatus" AS ENUM ('ACTIVE', 'COMPLETED', 'CANCELLED');

-- alter table `Course` (locks `Course`)
ALTER TABLE "Course"
    ADD COLUMN "price" DECIMAL(8,2),
    ADD COLUMN "categoryId" UUID;

-- create table `Profile`
CREATE TABLE "Profile" (
    "id" UUID NOT NULL,
    "userId" TEXT NOT NULL,
    "bio" TEXT,
    "website" VARCHAR(200),
    "birthday" DATE,
    "speaks" TEXT[],
    "settings" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "Profile_pkey" PRIMARY KEY ("id")
);

-- create table `Enrollment`
CREATE TABLE "Enrollment" (
    "userId" TEXT NOT NULL,
    "courseId" UUID NOT NULL,
    "status" "EnrollmentStatus" NOT NULL DEFAULT 'ACTIVE',
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "enrolledAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Enrollment_pkey" PRIMARY KEY ("userId", "courseId")
);

-- create table `Tag`
CREATE TABLE "Tag" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "Tag_pkey" PRIMARY KEY ("id")
);

-- create table `Category`
CREATE TABLE "Category" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "parentId" UUID,

    CONSTRAINT "Category_pkey" PRIMARY KEY ("id")
);

-- create table `_CourseToTag`
CREATE TABLE "_CourseToTag" (
    "A" UUID NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_CourseToTag_AB_pkey" PRIMARY KEY ("A", "B")
);

-- create unique index `Profile_userId_key` on `Profile`
CREATE UNIQUE INDEX "Profile_userId_key" ON "Profile"("userId");

-- create index `Enrollment_courseId_idx` on `Enrollment`
CREATE INDEX "Enrollment_courseId_idx" ON "Enrollment"("courseId");

-- create unique index `Tag_name_key` on `Tag`
CREATE UNIQUE INDEX "Tag_name_key" ON "Tag"("name");

-- create unique index `Category_slug_key` on `Category`
CREATE UNIQUE INDEX "Category_slug_key" ON "Category"("slug");

-- create index `Category_parentId_idx` on `Category`
CREATE INDEX "Category_parentId_idx" ON "Category"("parentId");

-- create index `_CourseToTag_B_index` on `_CourseToTag`
CREATE INDEX "_CourseToTag_B_index" ON "_CourseToTag"("B");

-- create index `Course_categoryId_idx` on `Course` (locks `Course` for writes)
CREATE INDEX "Course_categoryId_idx" ON "Course"("categoryId");

-- add foreign key `Profile_userId_fkey` to `Profile` (locks `User` for writes)
ALTER TABLE "Profile" ADD CONSTRAINT "Profile_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- add foreign key `Course_categoryId_fkey` to `Course` (locks `Course` for writes)
ALTER TABLE "Course" ADD CONSTRAINT "Course_categoryId_fkey" FOREIGN KEY ("categoryId") REFERENCES "Category"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- add foreign key `Enrollment_userId_fkey` to `Enrollment` (locks `User` for writes)
ALTER TABLE "Enrollment" ADD CONSTRAINT "Enrollment_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- add foreign key `Enrollment_courseId_fkey` to `Enrollment` (locks `Course` for writes)
ALTER TABLE "Enrollment" ADD CONSTRAINT "Enrollment_courseId_fkey" FOREIGN KEY ("courseId") REFERENCES "Course"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- add foreign key `Category_parentId_fkey` to `Category`
ALTER TABLE "Category" ADD CONSTRAINT "Category_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "Category"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- add foreign key `_CourseToTag_A_fkey` to `_CourseToTag` (locks `Course` for writes)
ALTER TABLE "_CourseToTag" ADD CONSTRAINT "_CourseToTag_A_fkey" FOREIGN KEY ("A") REFERENCES "Course"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- add foreign key `_CourseToTag_B_fkey` to `_CourseToTag`
ALTER TABLE "_CourseToTag" ADD CONSTRAINT "_CourseToTag_B_fkey" FOREIGN KEY ("B") REFERENCES "Tag"("id") ON DELETE CASCADE ON UPDATE CASCADE;
