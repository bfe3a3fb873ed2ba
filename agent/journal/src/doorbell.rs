//! The doorbell: a datagram that wakes the agent and that nobody ever waits for.

use rustix::net::{AddressFamily, SendFlags, SocketAddrUnix, SocketFlags, SocketType, sendto, socket_with};
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

/// A writer's end, opened when first needed.
#[derive(Debug)]
pub struct Ringer {
    path: PathBuf,
    socket: Option<OwnedFd>,
}

impl Ringer {
    /// For the doorbell of a journal directory.
    #[must_use]
    pub fn new(dir: &Path) -> Self {
        Self { path: dir.join(NAME), socket: None }
    }

    /// Rings; true when somebody listens. Never blocks, never fails: the reader also looks by itself.
    pub fn ring(&mut self) -> bool {
        let Ok(address) = SocketAddrUnix::new(self.path.as_path()) else { return false };
        if self.socket.is_none() {
            let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
            self.socket = socket_with(AddressFamily::UNIX, SocketType::DGRAM, flags, None).ok();
        }
        let Some(socket) = &self.socket else { return false };
        match sendto(socket, b"!", SendFlags::DONTWAIT | SendFlags::NOSIGNAL, &address) {
            Ok(_) => true,
            // A full bell has already rung.
            Err(error) => error == rustix::io::Errno::AGAIN,
        }
    }

    /// After a fork the child opens its own.
    pub fn reopen(&mut self) {
        self.socket = None;
    }
}
