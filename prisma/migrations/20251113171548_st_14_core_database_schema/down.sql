-- Takes up.sql back. The rows are lost.
DROP TABLE "Course";

DROP TYPE "CourseStatus";
