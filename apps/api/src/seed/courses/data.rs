//! What the seed's courses say.

/// A course.
pub(super) struct Course {
    pub(super) slug: &'static str,
    pub(super) title: &'static str,
    pub(super) summary: &'static str,
    /// Address of the author.
    pub(super) author: &'static str,
    /// Slug of the shelf.
    pub(super) category: &'static str,
    /// When it was published, in seconds since 1970; none for a draft.
    pub(super) published: Option<i64>,
    /// The price; none for a free course.
    pub(super) cents: Option<i64>,
    pub(super) tags: &'static [&'static str],
    /// Title, minutes, text.
    pub(super) lessons: &'static [(&'static str, i16, &'static str)],
}

/// Slug, name, slug of the shelf that it stands in; that one comes first.
pub(super) const CATEGORIES: [(&str, &str, Option<&str>); 5] = [
    ("computing", "Computing", None),
    ("programming", "Programming", Some("computing")),
    ("databases", "Databases", Some("computing")),
    ("crafts", "Crafts", None),
    ("bookbinding", "Bookbinding", Some("crafts")),
];

/// The courses.
pub(super) const COURSES: &[Course] = &[
    Course {
        slug: "rust-for-the-curious",
        title: "Rust for the curious",
        summary: "From the first line to a program that others use.",
        author: "ada@example.com",
        category: "programming",
        published: Some(1_751_360_400),
        cents: Some(4_900),
        tags: &["beginners", "rust"],
        lessons: &[
            ("Hello, crab", 20, "Install the tools and print a line."),
            ("Who owns this?", 45, "Moves, borrows, and why the compiler asks."),
            ("Errors are values", 40, "Result, the question mark, and messages that help."),
            ("Traits", 50, "What types have in common."),
        ],
    },
    Course {
        slug: "sql-you-can-read",
        title: "SQL you can read",
        summary: "Queries as sentences.",
        author: "grace@example.com",
        category: "databases",
        published: Some(1_753_952_400),
        cents: None,
        tags: &["beginners", "postgresql", "sql"],
        lessons: &[
            ("Rows and questions", 15, "A table is a list of true sentences."),
            ("Joins without fear", 35, "Putting sentences together."),
            ("Counting", 30, "Groups, sums, and the NULL in the room."),
        ],
    },
    Course {
        slug: "diesel-without-tears",
        title: "Diesel without tears",
        summary: "Queries that the compiler has read.",
        author: "ada@example.com",
        category: "databases",
        published: Some(1_759_222_800),
        cents: Some(3_950),
        tags: &["postgresql", "rust", "sql"],
        lessons: &[
            ("Tables in Rust", 25, "What `table!` says and who should write it."),
            ("Inserts and updates", 35, "`None` means two things; telling them apart."),
            ("Migrations people read", 45, "Up, down, and the five minutes in between."),
        ],
    },
    Course {
        slug: "bind-a-book",
        title: "Bind a book",
        summary: "Paper, thread, and patience.",
        author: "grace@example.com",
        category: "bookbinding",
        published: None,
        cents: None,
        tags: &["beginners"],
        lessons: &[("Folding", 60, "")],
    },
];
