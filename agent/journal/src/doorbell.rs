//! The doorbell: a datagram that wakes the agent and that nobody ever waits for.

use rustix::io::Errno;
use rustix::net::{AddressFamily, SendFlags, SocketAddrUnix, SocketFlags, SocketType, connect, send, socket_with};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Its name in the journal directory.
pub const NAME: &str = "doorbell.sock";

/// The agent's end.
#[derive(Debug)]
pub struct Doorbell {
    socket: UnixDatagram,
}

impl Doorbell {
    /// Binds the doorbell, replacing one that a killed agent left behind. Only the journal's one reader may call it.
    ///
    /// # Errors
    /// When the directory refuses.
    pub fn bind(dir: &Path) -> io::Result<Self> {
        let path = dir.join(NAME);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let socket = UnixDatagram::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o660))?;
        socket.set_nonblocking(true)?;
        Ok(Self { socket })
    }

    /// The non-blocking socket.
    #[must_use]
    pub fn into_socket(self) -> UnixDatagram {
        self.socket
    }
}

/// Where nobody listens, the bell is left alone for so long: an agent that starts reads what is there by itself.
const PAUSE: Duration = Duration::from_millis(100);

/// A writer's end, opened when first needed. It stays connected, which spares the kernel a walk to the path each time.
#[derive(Debug)]
pub struct Ringer {
    path: PathBuf,
    socket: Option<OwnedFd>,
    nobody: Option<Instant>,
}

impl Ringer {
    /// For the doorbell of a journal directory.
    #[must_use]
    pub fn new(dir: &Path) -> Self {
        Self { path: dir.join(NAME), socket: None, nobody: None }
    }

    /// Rings; true when somebody listens. Never blocks, never fails: the reader also looks by itself.
    pub fn ring(&mut self) -> bool {
        if let Some(socket) = &self.socket {
            match rung(socket) {
                Ok(()) => return true,
                // Who listened has gone; another may have taken the place.
                Err(_) => self.socket = None,
            }
        }
        #[allow(clippy::disallowed_methods, reason = "loaded into PHP, where the agent's clock does not exist")]
        let now = Instant::now();
        if self.nobody.is_some_and(|since| now.duration_since(since) < PAUSE) {
            return false;
        }
        self.socket = connected(&self.path).ok().filter(|socket| rung(socket).is_ok());
        self.nobody = self.socket.is_none().then_some(now);
        self.socket.is_some()
    }

    /// Looks anew for somebody who listens. After a fork the child opens its own.
    pub fn reopen(&mut self) {
        self.socket = None;
        self.nobody = None;
    }
}

fn connected(path: &Path) -> Result<OwnedFd, Errno> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, SocketType::DGRAM, flags, None)?;
    connect(&socket, &SocketAddrUnix::new(path)?)?;
    Ok(socket)
}

fn rung(socket: &OwnedFd) -> Result<(), Errno> {
    match send(socket, b"!", SendFlags::DONTWAIT | SendFlags::NOSIGNAL) {
        // A full bell has already rung.
        Ok(_) | Err(Errno::AGAIN) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_listener_in_the_same_place_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let mut ringer = Ringer::new(dir.path());
        assert!(!ringer.ring(), "nobody is there");
        for _ in 0..3 {
            let listener = Doorbell::bind(dir.path()).unwrap().into_socket();
            ringer.reopen();
            assert!(ringer.ring());
            assert!(ringer.ring());
            let mut byte = [0; 1];
            assert_eq!((listener.recv(&mut byte).unwrap(), listener.recv(&mut byte).unwrap()), (1, 1));
        }
        let next = Doorbell::bind(dir.path()).unwrap().into_socket();
        assert!(ringer.ring(), "without being told: the old one has gone");
        assert_eq!(next.recv(&mut [0; 1]).unwrap(), 1);
    }

    #[test]
    fn a_bell_that_is_full_counts_as_rung() {
        let dir = tempfile::tempdir().unwrap();
        let _listener = Doorbell::bind(dir.path()).unwrap();
        let mut ringer = Ringer::new(dir.path());
        assert!((0..5000).all(|_| ringer.ring()));
    }
}
