//! Any bytes in: parsing, validating and formatting never panic, formatting settles, and every
//! finding lies inside the text.
#![no_main]

use glowplug_psl::diagnostics::SourceFile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let once = glowplug_psl::format(&text);
    assert_eq!(glowplug_psl::format(&once), once);
    let length = text.len();
    let (_, diagnostics) = glowplug_psl::parse(&[SourceFile { path: "schema.prisma".to_owned(), text }]);
    for diagnostic in diagnostics {
        assert!(diagnostic.span.start <= diagnostic.span.end && diagnostic.span.end as usize <= length);
    }
});
