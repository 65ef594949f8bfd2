//! What a database dialect must answer, and what a plan is made of
