//! What a local stack keeps on disk: the table, and the secrets that the table's contents and the tokens depend on.

use super::table::{Table, TableError};
use app::ports::Entropy;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::delivery::SigningSecret;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What only its owner can enter.
const FOLDER_MODE: u32 = 0o700;
/// What only its owner can read.
const FILE_MODE: u32 = 0o600;

/// A folder that one local stack works in at a time.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Locked until the process ends, however it ends.
    _lock: File,
}

/// Secrets that are drawn once for a folder.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// `SECRETS_KEY`: base64 of 32 bytes.
    pub secrets_key: Secret,
    /// `JWT_SECRET`: what signs tokens.
    pub jwt_secret: Secret,
    /// What signs the demo configuration's webhooks.
    pub webhook_secret: SigningSecret,
}

/// A secret as text. Its `Debug` tells nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// The folder can't be worked in.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It can't be made, read or written.
    #[error("can't write to '{}': {error}; choose a folder of yours with --data-dir", .path.display())]
    Unwritable {
        /// What could not be written.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another process has it.
    #[error(
        "another local stack works in '{}': stop it, or choose another folder with --data-dir",
        .path.display()
    )]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// A secret's file holds something else.
    #[error(
        "'{}' contains no valid secret: restore the file from a copy, or move the folder away to \
         start with an empty table",
        .path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// A secret is missing that the table's records depend on.
    #[error(
        "'{}' is missing, and the secrets in the table can't be opened without it: restore the file from a copy, or \
         move the folder away to start with an empty table",
        .path.display()
    )]
    KeyLost {
        /// The file.
        path: PathBuf,
    },
    /// The table can't be read.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl Folder {
    /// What the table's file is called.
    pub const TABLE_FILE: &'static str = "table.sqlite";

    /// Makes the folder where it is missing, closes it to other users of this machine, tells git to leave it alone, and
    /// takes it for this process.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let unwritable = |error| FolderError::Unwritable { path: path.to_owned(), error };
        fs::create_dir_all(path).map_err(unwritable)?;
        let path = &path.canonicalize().map_err(unwritable)?;
        owner_only(path, FOLDER_MODE).map_err(unwritable)?;
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(path.join("lock"));
        let lock = lock.map_err(unwritable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FolderError::InUse { path: path.clone() }),
            Err(TryLockError::Error(error)) => return Err(unwritable(error)),
        }
        let folder = Self { path: path.clone(), _lock: lock };
        folder.write(".gitignore", "*\n")?;
        folder.close_table().map_err(unwritable)?;
        Ok(folder)
    }

    /// The table's files are as private as the secrets, also those of an earlier version. The engine gives the files that
    /// it puts beside the table's the mode of that one.
    fn close_table(&self) -> io::Result<()> {
        let table = self.table_file();
        if table.exists() {
            owner_only(&table, FILE_MODE)?;
        }
        for beside in ["-wal", "-shm"] {
            let file = self.path.join(format!("{}{beside}", Self::TABLE_FILE));
            if file.exists() {
                owner_only(&file, FILE_MODE)?;
            }
        }
        Ok(())
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The table's file.
    #[must_use]
    pub fn table_file(&self) -> PathBuf {
        self.path.join(Self::TABLE_FILE)
    }

    /// The folder's secrets, drawn at the first start. Those that the table's records depend on are never drawn again once
    /// there are records.
    pub fn secrets(&self, entropy: &dyn Entropy) -> Result<Secrets, FolderError> {
        let lost =
            ["secrets-key", "webhook-secret"].map(|name| self.path.join(name)).into_iter().find(|it| !it.exists());
        if let Some(path) = lost
            && self.table_file().exists()
            && !Table::is_empty(&self.table_file())?
        {
            return Err(FolderError::KeyLost { path });
        }
        let webhook_secret = self.secret("webhook-secret", || drawn_signing_secret(entropy))?;
        Ok(Secrets {
            secrets_key: self.secret("secrets-key", || STANDARD.encode(bytes(entropy)))?,
            jwt_secret: self.secret("jwt-secret", || URL_SAFE_NO_PAD.encode(bytes(entropy)))?,
            webhook_secret: SigningSecret::parse(webhook_secret.expose())
                .map_err(|_| FolderError::Damaged { path: self.path.join("webhook-secret") })?,
        })
    }

    /// Writes a file that only its owner can read. It is whole or not there, also after a crash.
    pub fn write(&self, name: &str, text: &str) -> Result<PathBuf, FolderError> {
        let path = self.path.join(name);
        let draft = self.path.join(format!("{name}.new"));
        let written = private(&draft).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, &path)
        });
        match written {
            Ok(()) => Ok(path),
            Err(error) => Err(FolderError::Unwritable { path, error }),
        }
    }

    fn secret(&self, name: &str, draw: impl FnOnce() -> String) -> Result<Secret, FolderError> {
        let path = self.path.join(name);
        match fs::read_to_string(&path) {
            Ok(text) if text.trim().is_empty() => Err(FolderError::Damaged { path }),
            Ok(text) => Ok(Secret(text.trim().to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let text = draw();
                self.write(name, &text)?;
                Ok(Secret(text))
            }
            Err(error) => Err(FolderError::Unwritable { path, error }),
        }
    }
}

impl Secrets {
    /// Secrets for one process, kept nowhere.
    #[must_use]
    pub fn passing(entropy: &dyn Entropy) -> Option<Self> {
        Some(Self {
            secrets_key: Secret(STANDARD.encode(bytes(entropy))),
            jwt_secret: Secret(URL_SAFE_NO_PAD.encode(bytes(entropy))),
            webhook_secret: SigningSecret::parse(&drawn_signing_secret(entropy)).ok()?,
        })
    }
}

impl Secret {
    /// The text, for the environment of the functions and the signing of tokens.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

fn bytes(entropy: &dyn Entropy) -> [u8; 32] {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    bytes
}

fn drawn_signing_secret(entropy: &dyn Entropy) -> String {
    format!("whsec_{}", STANDARD.encode(bytes(entropy)))
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, FILE_MODE);
    options.open(path)
}

/// Closes what is there to everyone but its owner.
#[cfg(unix)]
fn owner_only(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let found = fs::metadata(path)?.permissions();
    if found.mode() & 0o777 == mode {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn owner_only(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
