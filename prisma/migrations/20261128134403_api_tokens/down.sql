-- Takes up.sql back.
-- proven: exact (up, down and up again on a scratch database, with 10 rows in 5 tables)

-- drop table `ApiToken` (locks `ApiToken`, `User`)
-- warning GP2101: table `ApiToken` is dropped with all its rows
DROP TABLE "ApiToken";
