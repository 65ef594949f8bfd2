// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "CourseStatus"))]
    pub struct CourseStatus;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "EnrollmentStatus"))]
    pub struct EnrollmentStatus;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "Role"))]
    pub struct Role;
}

diesel::table! {
    ApiToken (hash) {
        #[max_length = 64]
        hash -> Bpchar,
        userId -> Text,
        createdAt -> Timestamptz,
        expiresAt -> Timestamptz,
    }
}

diesel::table! {
    Category (id) {
        id -> Uuid,
        slug -> Text,
        name -> Text,
        parentId -> Nullable<Uuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::CourseStatus;

    Course (id) {
        id -> Uuid,
        title -> Text,
        authorId -> Text,
        status -> CourseStatus,
        createdAt -> Timestamp,
        updatedAt -> Timestamp,
        publishedAt -> Nullable<Timestamp>,
        slug -> Nullable<Text>,
        summary -> Nullable<Text>,
        price -> Nullable<Numeric>,
        categoryId -> Nullable<Uuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::EnrollmentStatus;

    Enrollment (userId, courseId) {
        userId -> Text,
        courseId -> Uuid,
        status -> EnrollmentStatus,
        progress -> Float8,
        enrolledAt -> Timestamptz,
        completedAt -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    Lesson (id) {
        id -> Uuid,
        courseId -> Uuid,
        position -> Int4,
        title -> Text,
        body -> Text,
        minutes -> Nullable<Int2>,
        createdAt -> Timestamp,
        updatedAt -> Timestamp,
    }
}

diesel::table! {
    Profile (id) {
        id -> Uuid,
        userId -> Text,
        bio -> Nullable<Text>,
        #[max_length = 200]
        website -> Nullable<Varchar>,
        birthday -> Nullable<Date>,
        speaks -> Nullable<Array<Nullable<Text>>>,
        settings -> Jsonb,
    }
}

diesel::table! {
    Tag (id) {
        id -> Int4,
        name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Role;

    User (id) {
        id -> Text,
        email -> Text,
        role -> Role,
        createdAt -> Timestamp,
        updatedAt -> Timestamp,
        name -> Nullable<Text>,
        passwordHash -> Nullable<Text>,
    }
}

diesel::table! {
    _CourseToTag (A, B) {
        A -> Uuid,
        B -> Int4,
    }
}

diesel::joinable!(ApiToken -> User (userId));
diesel::joinable!(Course -> Category (categoryId));
diesel::joinable!(Course -> User (authorId));
diesel::joinable!(Enrollment -> Course (courseId));
diesel::joinable!(Enrollment -> User (userId));
diesel::joinable!(Lesson -> Course (courseId));
diesel::joinable!(Profile -> User (userId));
diesel::joinable!(_CourseToTag -> Course (A));
diesel::joinable!(_CourseToTag -> Tag (B));

diesel::allow_tables_to_appear_in_same_query!(
    ApiToken,
    Category,
    Course,
    Enrollment,
    Lesson,
    Profile,
    Tag,
    User,
    _CourseToTag,
);
