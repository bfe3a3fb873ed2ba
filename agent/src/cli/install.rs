//! Puts this very program in its place: as a service that starts with the machine. Done again, it is an upgrade.

use anyhow::{Context, bail, ensure};
use clap::Args;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = "/usr/local/bin/onhand";
const CONFIG: &str = "/etc/onhand/onhand.toml";
const UNIT: &str = "/etc/systemd/system/onhand.service";
const PACKAGED: &str = include_str!("../../packaging/onhand.service");
const JOURNAL: &str = "/var/lib/onhand/journal";
const SOCKET: &str = "/run/onhand/agent.sock";

/// `onhand install`
#[derive(Args, Clone, Debug)]
pub struct Install {
    /// The user as whom the web server runs PHP: it writes the journal, and may talk to the agent.
    #[arg(long, default_value = "www-data")]
    pub user: String,
    /// Where the shop writes its journal (`ONHAND_JOURNAL_DIR`).
    #[arg(long, default_value = JOURNAL)]
    pub journal: PathBuf,
    /// Where the shop looks for the agent (`ONHAND_AGENT_SOCKET`).
    #[arg(long, default_value = SOCKET)]
    pub at: PathBuf,
    /// Write everything below this folder and start nothing, as packagers do.
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
}

/// A file as it is to be.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    path: &'static str,
    text: String,
    /// It may have been changed since: then it stays.
    keep: bool,
}

/// Does it, and says what it did.
///
/// # Errors
/// What could not be done, and what to do about it.
pub fn run(options: &Install) -> anyhow::Result<()> {
    let root = options.root.as_deref().unwrap_or(Path::new("/"));
    let live = options.root.is_none();
    if live {
        ensure!(rustix::process::geteuid().is_root(), "only root can install a service: put sudo before it");
        known(&options.user)?;
        // Those of its own the service makes by itself.
        for folder in elsewhere(options) {
            folder_of(&options.user, &folder)?;
        }
    }
    for wanted in files(options)? {
        let path = below(root, wanted.path);
        if wanted.keep && path.exists() {
            println!("{} is there and stays as it is.", path.display());
            continue;
        }
        put(&path, wanted.text.as_bytes(), 0o644)?;
        println!("{} is written.", path.display());
    }
    let program = below(root, PROGRAM);
    let own = std::env::current_exe().context("where this program is cannot be told")?;
    if fs::canonicalize(&program).ok() != fs::canonicalize(&own).ok() {
        put(&program, &fs::read(&own).with_context(|| format!("{} cannot be read", own.display()))?, 0o755)?;
        println!("{} is version {}.", program.display(), env!("CARGO_PKG_VERSION"));
    }
    if !live {
        return Ok(());
    }
    if !Path::new("/run/systemd/system").exists() {
        println!(
            "This machine is not run by systemd. Have its own service manager run this as {}:\n  {PROGRAM} agent run --config {CONFIG}",
            options.user
        );
        return Ok(());
    }
    for step in [&["daemon-reload"][..], &["enable", "onhand"], &["restart", "onhand"]] {
        systemctl(step)?;
    }
    println!("The agent runs. Go back to the shop: WooCommerce → Onhand → Set-up.");
    Ok(())
}

/// Takes the service away; what it knows, and its settings, stay.
///
/// # Errors
/// What could not be done.
pub fn remove() -> anyhow::Result<()> {
    ensure!(rustix::process::geteuid().is_root(), "only root can remove a service: put sudo before it");
    if Path::new("/run/systemd/system").exists() && Path::new(UNIT).exists() {
        systemctl(&["disable", "--now", "onhand"])?;
    }
    for path in [UNIT, PROGRAM] {
        match fs::remove_file(path) {
            Ok(()) => println!("{path} is gone."),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("{path} cannot be removed")),
        }
    }
    println!("What it knew is still in /var/lib/onhand, its settings in /etc/onhand.");
    Ok(())
}

fn files(options: &Install) -> anyhow::Result<Vec<Wanted>> {
    for path in [&options.journal, &options.at] {
        ensure!(path.is_absolute(), "{}: give the whole path, from / on", path.display());
    }
    let mut config =
        "# Only what differs from the defaults: `onhand config defaults` shows all there is.\n".to_owned();
    if options.journal != Path::new(JOURNAL) {
        config += &format!("\n[journal]\ndir = {}\n", quoted(&options.journal)?);
    }
    if options.at != Path::new(SOCKET) {
        config += &format!("\n[api]\nsocket = {}\n", quoted(&options.at)?);
    }
    let plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    };
    ensure!(plain(&options.user), "{:?} is no name of a user", options.user);
    let elsewhere = elsewhere(options);
    let mut unit = String::new();
    for line in PACKAGED.lines() {
        let (key, _) = line.split_once('=').unwrap_or((line, ""));
        unit += &match key {
            "ExecStart" => format!("ExecStart={PROGRAM} agent run --config {CONFIG}"),
            "User" => format!("User={}", options.user),
            // The user's own, whatever it is called.
            "Group" => continue,
            "ProtectSystem" if !elsewhere.is_empty() => {
                let paths: Vec<String> = elsewhere.iter().map(|path| path.display().to_string()).collect();
                format!("{line}\nReadWritePaths={}", paths.join(" "))
            }
            _ => line.to_owned(),
        };
        unit.push('\n');
    }
    Ok(vec![
        Wanted { path: CONFIG, text: config, keep: true },
        Wanted { path: UNIT, text: unit, keep: false },
    ])
}

/// Folders that are not the service's own.
fn elsewhere(options: &Install) -> Vec<PathBuf> {
    let journal = Some(options.journal.clone()).filter(|path| path != Path::new(JOURNAL));
    let socket = Some(options.at.as_path()).filter(|path| *path != Path::new(SOCKET));
    journal.into_iter().chain(socket.and_then(Path::parent).map(Path::to_path_buf)).collect()
}

fn folder_of(user: &str, folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        return Ok(());
    }
    let made = Command::new("install").args(["-d", "-m", "0750", "-o", user, "--"]).arg(folder).status();
    ensure!(made.context("`install` cannot be run")?.success(), "{} cannot be made", folder.display());
    Ok(())
}

/// As TOML writes a text.
fn quoted(path: &Path) -> anyhow::Result<String> {
    let text = path.to_str().with_context(|| format!("{} is not written in UTF-8", path.display()))?;
    ensure!(!text.contains(char::is_whitespace), "{text}: a path with spaces cannot be told to systemd");
    Ok(toml::Value::from(text).to_string())
}

fn below(root: &Path, path: &str) -> PathBuf {
    root.join(path.trim_start_matches('/'))
}

/// Whole or not at all: a program that runs is not written into.
fn put(path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
    let folder = path.parent().context("a file is in a folder")?;
    let write = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let new = path.with_extension("new");
        fs::write(&new, bytes)?;
        fs::set_permissions(&new, fs::Permissions::from_mode(mode))?;
        fs::rename(&new, path)
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}

fn known(user: &str) -> anyhow::Result<()> {
    let found = Command::new("id").args(["-u", "--", user]).output().context("`id` cannot be run")?;
    if !found.status.success() {
        bail!("there is no user {user} on this machine: name the one as whom PHP runs with --user");
    }
    Ok(())
}

fn systemctl(arguments: &[&str]) -> anyhow::Result<()> {
    let done = Command::new("systemctl").args(arguments).output().context("systemctl cannot be run")?;
    if !done.status.success() {
        bail!(
            "systemctl {} failed: {}\nSee `journalctl -u onhand -n 50`.",
            arguments.join(" "),
            String::from_utf8_lossy(&done.stderr).trim()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Install {
        Install { user: "web7".into(), journal: JOURNAL.into(), at: SOCKET.into(), root: None }
    }

    fn text(options: &Install, path: &str) -> String {
        files(options).unwrap().into_iter().find(|wanted| wanted.path == path).unwrap().text
    }

    #[test]
    fn the_service_runs_as_the_shops_user() {
        let unit = text(&options(), UNIT);
        assert!(unit.contains("\nUser=web7\n") && !unit.contains("Group="), "{unit}");
        assert!(
            unit.contains("\nExecStart=/usr/local/bin/onhand agent run --config /etc/onhand/onhand.toml\n")
        );
        assert!(!unit.contains("ReadWritePaths"));
        assert_eq!(unit.lines().count(), PACKAGED.lines().count() - 1, "the rest is as it is packaged");
    }

    #[test]
    fn other_places_are_configured_and_may_be_written() {
        let other =
            Install { journal: "/srv/shop/journal".into(), at: "/srv/shop/agent.sock".into(), ..options() };
        let config: toml::Value = toml::from_str(&text(&other, CONFIG)).unwrap();
        assert_eq!(config["journal"]["dir"].as_str(), Some("/srv/shop/journal"));
        assert_eq!(config["api"]["socket"].as_str(), Some("/srv/shop/agent.sock"));
        assert!(text(&other, UNIT).contains("\nReadWritePaths=/srv/shop/journal /srv/shop\n"));
        assert!(crate::config::Config::parse(&text(&options(), CONFIG)).is_ok());
    }

    #[test]
    fn what_would_be_another_line_of_the_unit_is_refused() {
        for wrong in ["", "a b", "www-data\nExecStartPre=/bin/false"] {
            assert!(files(&Install { user: wrong.into(), ..options() }).is_err(), "{wrong:?}");
        }
        for wrong in ["journal", "/a b", "/a\nb"] {
            assert!(files(&Install { journal: wrong.into(), ..options() }).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn done_again_it_is_an_upgrade_that_keeps_the_settings() {
        let root = tempfile::tempdir().unwrap();
        let options = Install { root: Some(root.path().into()), ..options() };
        run(&options).unwrap();
        let config = below(root.path(), CONFIG);
        fs::write(&config, "# mine\n").unwrap();
        fs::write(below(root.path(), PROGRAM), "an old one").unwrap();
        run(&options).unwrap();
        assert_eq!(fs::read_to_string(&config).unwrap(), "# mine\n");
        let program = fs::metadata(below(root.path(), PROGRAM)).unwrap();
        assert_eq!(program.permissions().mode() & 0o777, 0o755);
        assert!(program.len() > 1_000_000);
    }
}
