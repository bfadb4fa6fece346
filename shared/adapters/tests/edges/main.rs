//! Where a process meets its surroundings: its environment, the queues and the event bus.

mod bus;
mod deadline;
mod messages;
mod queue;
mod settings;
mod surroundings;
mod template;
