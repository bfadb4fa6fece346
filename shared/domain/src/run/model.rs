//! The name of the model that a run used.

/// The longest name that is recorded, in bytes.
const NAME_BYTES_MAX: usize = 100;

/// File name extensions of models.
const FILE_ENDS: [&str; 6] = [".gguf", ".ggml", ".bin", ".safetensors", ".pt", ".pth"];

/// The name of the model in an answer; the requested name where that is missing, too long, not of one line, or a path.
/// Local servers answer with the path of the loaded file, which reveals folders of that machine and has no price.
pub fn model_used(requested: &str, answered: Option<&str>) -> String {
    let named = answered.map(str::trim).filter(|name| !name.is_empty() && name.len() <= NAME_BYTES_MAX);
    let named = named.filter(|name| !name.chars().any(char::is_control) && !is_file(name));
    named.unwrap_or(requested).to_owned()
}

/// A path of Unix or Windows, a `file:` address, or the name of a file. A slash alone is not a sign of a path: gateways
/// and registries use it in names, as in `openai/gpt-4o` and `@cf/meta/llama-3`.
fn is_file(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let drive = lower.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && lower.get(1..3) == Some(":/");
    let begins = ["/", "./", "../", "~", "file:"].iter().any(|begin| lower.starts_with(begin));
    drive || begins || name.contains('\\') || FILE_ENDS.iter().any(|end| lower.ends_with(end))
}
