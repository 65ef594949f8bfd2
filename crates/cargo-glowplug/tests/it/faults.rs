//! A few of the faults of `cargo xtask faults`, of each kind that needs no server of its own.

use std::path::Path;

use glowplug_testkit::faults::{Kind, Options, run};

#[test]
fn nothing_is_lost_and_the_next_deploy_finishes() {
    let options = Options {
        tool: Path::new(env!("CARGO_BIN_EXE_cargo-glowplug")).to_owned(),
        runs: 5,
        kinds: vec![
            Kind::Boundary,
            Kind::Alone,
            Kind::Kill,
            Kind::Cut,
            Kind::Wire,
            Kind::Deployers,
            Kind::File,
        ],
        seed: 7,
    };
    let outcomes = run(&options, &mut |_| {});
    let losses: Vec<&String> = outcomes.iter().flat_map(|outcome| &outcome.losses).collect();
    assert!(losses.is_empty(), "{losses:#?}");
    let met: usize = outcomes.iter().map(|outcome| outcome.met).sum();
    assert!(met >= 10, "the faults came too late to show anything: {outcomes:?}");
}
