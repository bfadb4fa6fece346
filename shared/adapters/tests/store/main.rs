//! The store against an embedded DynamoDB: every record type, every condition of every transaction, and the effects of
//! faults.

#[cfg(test)]
mod blocks;
#[cfg(test)]
mod broken;
#[cfg(test)]
mod claims;
#[cfg(test)]
mod deliveries;
#[cfg(test)]
mod due;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod finishes;
#[cfg(test)]
mod holdings;
#[cfg(test)]
mod lifetime;
#[cfg(test)]
mod months;
#[cfg(test)]
mod payments;
#[cfg(test)]
mod records;
#[cfg(test)]
mod reservations;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod several;
#[cfg(test)]
mod waits;
#[cfg(test)]
mod world;
