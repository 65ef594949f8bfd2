//! The rules that there are, under all their names, and what the settings say about them.

use std::collections::{BTreeMap, BTreeSet};

use glowplug_dialect::dialect::Dialect;
use glowplug_dialect::finding::Level;
use glowplug_dialect::lint::Rule;

use crate::failure::{Failure, Result};

/// A comment that allows what nothing finds.
pub(super) const UNUSED_ALLOW: &str = "GP2202";
/// A comment that is meant to allow something, and cannot be read.
pub(super) const UNREADABLE_ALLOW: &str = "GP2203";

/// Rules and settings.
#[derive(Debug, Clone)]
pub struct Rules {
    by_code: BTreeMap<String, Rule>,
    /// Every name of a rule, in small letters, to its code.
    names: BTreeMap<String, String>,
    allow: BTreeSet<String>,
    deny: BTreeSet<String>,
    /// Whether this build has the dialect's rules: without them, a name may well be one of theirs.
    is_whole: bool,
}

impl Rules {
    /// The rules of a dialect and of the checks. `allow` names those that shall be silent, `deny` those that shall
    /// speak, as warnings, whatever they do by default.
    ///
    /// # Errors
    /// A name that no rule has.
    pub fn new(dialect: &dyn Dialect, allow: &[String], deny: &[String]) -> Result<Self> {
        let mut rules = Self {
            by_code: BTreeMap::new(),
            names: BTreeMap::new(),
            allow: BTreeSet::new(),
            deny: BTreeSet::new(),
            is_whole: true,
        };
        let of_text = dialect.lint_rules();
        rules.is_whole = !of_text.is_empty();
        of_text.into_iter().for_each(|rule| rules.add(rule));
        for check in glowplug_checks::ALL {
            rules.add(own(check.code, Some(check.name)));
        }
        for (code, name) in [(UNUSED_ALLOW, "unused-allow"), (UNREADABLE_ALLOW, "unreadable-allow")] {
            rules.add(own(code, Some(name)));
        }
        rules.allow = rules.settled(allow)?;
        rules.deny = rules.settled(deny)?;
        Ok(rules)
    }

    fn add(&mut self, rule: Rule) {
        let code = rule.code.clone();
        for name in rule.alias.iter().chain([&rule.code]) {
            self.names.insert(name.to_lowercase(), code.clone());
            if let Some((_, short)) = name.rsplit_once('/') {
                self.names.insert(short.to_lowercase(), code.clone());
            }
        }
        self.by_code.entry(code).or_insert(rule);
    }

    fn settled(&self, names: &[String]) -> Result<BTreeSet<String>> {
        let mut codes = BTreeSet::new();
        for name in names {
            match self.code(name) {
                Some(code) => _ = codes.insert(code.to_owned()),
                None if self.is_whole => {
                    return Err(Failure::new(
                        "GP4202",
                        format!(
                            "[workspace.metadata.glowplug] in Cargo.toml: `lint` names no rule with `{name}`"
                        ),
                    )
                    .hint(
                        "lint = { allow = [\"drop-column\"], deny = [\"squawk/prefer-bigint-over-int\"] }",
                    ));
                }
                None => {}
            }
        }
        Ok(codes)
    }

    /// The code of the rule of that name.
    pub(super) fn code(&self, name: &str) -> Option<&str> {
        self.names.get(&name.to_lowercase()).map(String::as_str)
    }

    /// Whether a name that is not known is wrong.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// How bad a rule's findings are when nobody says otherwise.
    pub(super) fn usual_level(&self, code: &str) -> Level {
        self.by_code.get(code).map_or(Level::Warning, |rule| rule.level)
    }

    /// At which level a finding speaks, if it does.
    pub(super) fn level(&self, code: &str, level: Level) -> Option<Level> {
        if self.deny.contains(code) {
            return Some(level.max(Level::Warning));
        }
        let is_on = self.by_code.get(code).is_none_or(|rule| rule.is_on);
        (is_on && !self.allow.contains(code)).then_some(level)
    }
}

fn own(code: &str, name: Option<&str>) -> Rule {
    Rule { code: code.to_owned(), alias: name.map(str::to_owned), level: Level::Notice, is_on: true }
}
