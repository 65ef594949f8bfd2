-- Takes up.sql back. The rows are lost.
DROP TABLE "User";

DROP TYPE "Role";
