//! The rules of the code itself, as tests: the direction of dependencies, the sizes of files and folders, names, doc
//! comments, links and words.

#[cfg(test)]
mod arrows;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod domain;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod links;
#[cfg(test)]
mod names;
#[cfg(test)]
mod sizes;
#[cfg(test)]
mod tree;
#[cfg(test)]
mod words;
