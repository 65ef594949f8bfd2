-- drop table `Post`
DROP TABLE "Post";

-- drop table `Note`
DROP TABLE "Note";

-- drop table `Tag`
DROP TABLE "Tag";

-- drop table `User`
DROP TABLE "User";

