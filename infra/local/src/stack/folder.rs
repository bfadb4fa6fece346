//! The folder of a local stack: the table, and the secrets on which its records and the tokens depend.

use super::table::{Table, TableError};
use app::ports::Entropy;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::delivery::SigningSecret;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Only the owner can enter the folder.
const FOLDER_MODE: u32 = 0o700;
/// Only the owner can read the files.
const FILE_MODE: u32 = 0o600;

/// A folder, locked so that only one local stack uses it at a time.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// The operating system releases the lock when the process ends.
    _lock: File,
}

/// Secrets that are generated once for a folder.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// `SECRETS_KEY`: base64 of 32 bytes.
    pub secrets_key: Secret,
    /// `JWT_SECRET`: signs tokens.
    pub jwt_secret: Secret,
    /// Signs the demo configuration's webhooks.
    pub webhook_secret: SigningSecret,
}

/// A secret as text. Its `Debug` output does not contain it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// Why the folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It can't be created, read or written.
    #[error("can't write to '{}': {error}; choose another folder with --data-dir", .path.display())]
    Unwritable { path: PathBuf, error: io::Error },
    /// Another process has locked it.
    #[error(
        "another local stack uses '{}': stop it, or choose another folder with --data-dir",
        .path.display()
    )]
    InUse { path: PathBuf },
    /// A secret's file does not contain a valid secret.
    #[error(
        "'{}' contains no valid secret: restore the file from a copy, or move the folder away to \
         start with an empty table",
        .path.display()
    )]
    Damaged { path: PathBuf },
    /// A secret is missing on which the table's records depend.
    #[error(
        "'{}' is missing, and the secrets in the table can't be opened without it: restore the file from a copy, or \
         move the folder away to start with an empty table",
        .path.display()
    )]
    KeyLost { path: PathBuf },
    #[error(transparent)]
    Table(#[from] TableError),
}

impl Folder {
    /// The name of the table's file.
    pub const TABLE_FILE: &'static str = "table.sqlite";

    /// Creates the folder if it is missing, makes it private to its owner, adds a `.gitignore`, and locks it for this
    /// process.
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
        folder.protect_table().map_err(unwritable)?;
        Ok(folder)
    }

    /// Makes the table's files private to their owner, also those of an earlier version. The engine creates further
    /// files with the mode of the table's file.
    fn protect_table(&self) -> io::Result<()> {
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

    /// The absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of the table's file.
    #[must_use]
    pub fn table_file(&self) -> PathBuf {
        self.path.join(Self::TABLE_FILE)
    }

    /// The folder's secrets, generated at the first start. Secrets on which records depend are never generated again
    /// while the table has records.
    pub fn secrets(&self, entropy: &dyn Entropy) -> Result<Secrets, FolderError> {
        let lost =
            ["secrets-key", "webhook-secret"].map(|name| self.path.join(name)).into_iter().find(|it| !it.exists());
        if let Some(path) = lost
            && self.table_file().exists()
            && !Table::is_empty(&self.table_file())?
        {
            return Err(FolderError::KeyLost { path });
        }
        let webhook_secret = self.secret("webhook-secret", || new_signing_secret(entropy))?;
        Ok(Secrets {
            secrets_key: self.secret("secrets-key", || STANDARD.encode(bytes(entropy)))?,
            jwt_secret: self.secret("jwt-secret", || URL_SAFE_NO_PAD.encode(bytes(entropy)))?,
            webhook_secret: SigningSecret::parse(webhook_secret.expose())
                .map_err(|_| FolderError::Damaged { path: self.path.join("webhook-secret") })?,
        })
    }

    /// Writes a file that only its owner can read, atomically: after a crash it is complete or absent.
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

    fn secret(&self, name: &str, generate: impl FnOnce() -> String) -> Result<Secret, FolderError> {
        let path = self.path.join(name);
        match fs::read_to_string(&path) {
            Ok(text) if text.trim().is_empty() => Err(FolderError::Damaged { path }),
            Ok(text) => Ok(Secret(text.trim().to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let text = generate();
                self.write(name, &text)?;
                Ok(Secret(text))
            }
            Err(error) => Err(FolderError::Unwritable { path, error }),
        }
    }
}

impl Secrets {
    /// Secrets for one process, not stored on disk.
    #[must_use]
    pub fn temporary(entropy: &dyn Entropy) -> Option<Self> {
        Some(Self {
            secrets_key: Secret(STANDARD.encode(bytes(entropy))),
            jwt_secret: Secret(URL_SAFE_NO_PAD.encode(bytes(entropy))),
            webhook_secret: SigningSecret::parse(&new_signing_secret(entropy)).ok()?,
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

fn new_signing_secret(entropy: &dyn Entropy) -> String {
    format!("whsec_{}", STANDARD.encode(bytes(entropy)))
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, FILE_MODE);
    options.open(path)
}

/// Sets the mode of a file or folder so that only its owner has access.
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
