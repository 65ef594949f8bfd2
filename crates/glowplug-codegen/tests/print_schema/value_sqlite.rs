// @generated automatically by Diesel CLI.

diesel::table! {
    Value (id) {
        id -> Integer,
        text -> Nullable<Text>,
        flag -> Nullable<Bool>,
        int -> Nullable<Integer>,
        big -> Nullable<BigInt>,
        double -> Nullable<Float>,
        decimal -> Nullable<Double>,
        micro -> Nullable<Timestamp>,
        json -> Nullable<Text>,
        bytes -> Nullable<Binary>,
        mood -> Nullable<Text>,
    }
}
