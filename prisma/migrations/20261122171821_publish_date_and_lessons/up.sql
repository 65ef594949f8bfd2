-- Written by glowplug from the schema. Review it; edit it where you know better.

-- alter table `Course` (locks `Course`)
ALTER TABLE "Course"
    ADD COLUMN "publishedAt" TIMESTAMP(3),
    ADD COLUMN "slug" TEXT,
    ADD COLUMN "summary" TEXT;

-- create table `Lesson`
CREATE TABLE "Lesson" (
    "id" UUID NOT NULL,
    "courseId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL DEFAULT '',
    "minutes" SMALLINT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Lesson_pkey" PRIMARY KEY ("id")
);

-- create unique index `Lesson_courseId_position_key` on `Lesson`
CREATE UNIQUE INDEX "Lesson_courseId_position_key" ON "Lesson"("courseId", "position");

-- create unique index `Course_slug_key` on `Course` (locks `Course` for writes)
CREATE UNIQUE INDEX "Course_slug_key" ON "Course"("slug");

-- create index `Course_authorId_idx` on `Course` (locks `Course` for writes)
CREATE INDEX "Course_authorId_idx" ON "Course"("authorId");

-- create index `Course_status_publishedAt_idx` on `Course` (locks `Course` for writes)
CREATE INDEX "Course_status_publishedAt_idx" ON "Course"("status", "publishedAt" DESC);

-- add foreign key `Lesson_courseId_fkey` to `Lesson` (locks `Course` for writes)
ALTER TABLE "Lesson" ADD CONSTRAINT "Lesson_courseId_fkey" FOREIGN KEY ("courseId") REFERENCES "Course"("id") ON DELETE CASCADE ON UPDATE CASCADE;
