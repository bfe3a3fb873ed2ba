//! The doorbell: a datagram that wakes the agent and that nobody ever waits for.

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, SendFlags, SocketAddrUnix, SocketFlags, SocketType, connect, send, socket_with,
};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

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

/// A writer's end, opened when first needed. It stays connected, which spares the kernel a walk to the path each time.
#[derive(Debug)]
pub struct Ringer {
    path: PathBuf,
    socket: Option<OwnedFd>,
    connected: bool,
}

impl Ringer {
    /// For the doorbell of a journal directory.
    #[must_use]
    pub fn new(dir: &Path) -> Self {
        Self { path: dir.join(NAME), socket: None, connected: false }
    }

    /// Rings; true when somebody listens. Never blocks, never fails: the reader also looks by itself.
    pub fn ring(&mut self) -> bool {
        self.heard().is_ok()
    }

    fn heard(&mut self) -> Result<(), Errno> {
        let socket = match &self.socket {
            Some(socket) => socket,
            None => self.socket.insert(opened()?),
        };
        // Who listened may have gone, and another may have taken the place: then the path is walked again.
        if self.connected && rung(socket).is_ok() {
            return Ok(());
        }
        self.connected = false;
        connect(socket, &SocketAddrUnix::new(&self.path)?)?;
        self.connected = true;
        rung(socket)
    }

    /// Looks anew for somebody who listens. After a fork the child opens its own.
    pub fn reopen(&mut self) {
        self.socket = None;
        self.connected = false;
    }
}

fn opened() -> Result<OwnedFd, Errno> {
    socket_with(AddressFamily::UNIX, SocketType::DGRAM, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None)
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
            assert!(ringer.ring(), "at once, without being told");
            assert!(ringer.ring());
            let mut byte = [0; 1];
            assert_eq!((listener.recv(&mut byte).unwrap(), listener.recv(&mut byte).unwrap()), (1, 1));
        }
        assert!(!ringer.ring(), "the last one has gone");
    }

    #[test]
    fn a_bell_that_is_full_counts_as_rung() {
        let dir = tempfile::tempdir().unwrap();
        let _listener = Doorbell::bind(dir.path()).unwrap();
        let mut ringer = Ringer::new(dir.path());
        assert!((0..5000).all(|_| ringer.ring()));
    }
}
