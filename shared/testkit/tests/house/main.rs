//! The house rules, as tests: which way dependencies point, how long files are, and what nothing is called.

#[cfg(test)]
mod arrows;
#[cfg(test)]
mod domain;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod names;
#[cfg(test)]
mod sizes;
#[cfg(test)]
mod tree;
