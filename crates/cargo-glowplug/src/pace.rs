//! How patient a migration is with others: from flags, the environment, `.env`, and the settings.

use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use glowplug_dialect::database::ConnectOptions;
use glowplug_engine::failure::{Failure, Result};
use serde::Deserialize;

/// A span of time as people write it: `500ms`, `2s`, `5min`, `1h`; 0 is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Span(pub Duration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let text = text.trim();
        let digits = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let milliseconds = match unit.trim() {
            "ms" => 1,
            "s" => 1000,
            "min" | "m" => 60_000,
            "h" => 3_600_000,
            "" if number.bytes().all(|it| it == b'0') => 1,
            _ => 0,
        };
        // The server's own limit.
        let spelled = number.parse::<u64>().ok().filter(|_| milliseconds > 0);
        let span = spelled.and_then(|it| it.checked_mul(milliseconds)).filter(|it| *it <= i32::MAX as u64);
        span.map(|it| Self(Duration::from_millis(it))).ok_or_else(|| {
            format!("`{text}` is no span of time: write it like 500ms, 2s or 5min; 0 is no limit")
        })
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        text.parse()
    }
}

/// What may be said about it, in flags as in the settings.
#[derive(Debug, Clone, Copy, Default, Args, Deserialize)]
pub struct PaceArgs {
    /// How long a statement may wait for a table before its transaction is rolled back and tried again
    /// [default: 2s]
    #[arg(long, value_name = "TIME")]
    pub lock_timeout: Option<Span>,
    /// How often that is tried [default: 10]
    #[arg(long, value_name = "N")]
    pub lock_retries: Option<u32>,
    /// How long a statement in a transaction may run [default: what the server has]
    #[arg(long, value_name = "TIME")]
    pub statement_timeout: Option<Span>,
    /// How long to wait for somebody else's migration to end [default: 60s]
    #[arg(long, value_name = "TIME")]
    pub deploy_wait: Option<Span>,
}

impl PaceArgs {
    /// What is not said here, is said there.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            lock_timeout: self.lock_timeout.or(other.lock_timeout),
            lock_retries: self.lock_retries.or(other.lock_retries),
            statement_timeout: self.statement_timeout.or(other.statement_timeout),
            deploy_wait: self.deploy_wait.or(other.deploy_wait),
        }
    }

    /// What the environment says.
    pub(crate) fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let span = |name: &str| {
            let parsed = variable(name).map(|text| text.parse::<Span>());
            parsed.transpose().map_err(|error| Failure::new("GP4202", format!("{name}: {error}")))
        };
        let retries = variable("GLOWPLUG_LOCK_RETRIES").map(|text| text.trim().parse::<u32>());
        Ok(Self {
            lock_timeout: span("GLOWPLUG_LOCK_TIMEOUT")?,
            lock_retries: retries
                .transpose()
                .map_err(|_| Failure::new("GP4202", "GLOWPLUG_LOCK_RETRIES is not a number"))?,
            statement_timeout: span("GLOWPLUG_STATEMENT_TIMEOUT")?,
            deploy_wait: span("GLOWPLUG_DEPLOY_WAIT")?,
        })
    }

    /// The limits of every session.
    pub(crate) fn limit(&self, options: &mut ConnectOptions) {
        const LOCK_TIMEOUT: Duration = Duration::from_secs(2);
        options.lock_timeout = Some(self.lock_timeout.map_or(LOCK_TIMEOUT, |it| it.0));
        options.statement_timeout = self.statement_timeout.map(|it| it.0);
    }

    /// The engine's share.
    pub(crate) fn pace(&self) -> glowplug_engine::ctx::Pace {
        let default = glowplug_engine::ctx::Pace::default();
        glowplug_engine::ctx::Pace {
            deploy_wait: match self.deploy_wait {
                Some(Span(wait)) if wait.is_zero() => Duration::MAX,
                Some(Span(wait)) => wait,
                None => default.deploy_wait,
            },
            tries: self.lock_retries.unwrap_or(default.tries),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn spans_of_time() {
        let milliseconds = |text: &str| text.parse::<Span>().ok().map(|it| it.0.as_millis());
        for (text, expected) in
            [("500ms", 500), ("2s", 2000), (" 5 min ", 300_000), ("1h", 3_600_000), ("0", 0)]
        {
            assert_eq!(milliseconds(text), Some(expected), "{text}");
        }
        for text in ["", "2", "s", "-1s", "2 days", "99999999999999999999s", "1000h"] {
            assert_eq!(milliseconds(text), None, "{text}");
        }
    }
}
