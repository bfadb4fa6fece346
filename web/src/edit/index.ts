export { AccountDeletion } from './account-deletion';
export { ChangedElsewhere, same, useDraft, useGuardedChange, type Change, type Draft } from './change';
export { Conflict } from './conflict';
export { fieldError, Section, SectionForm, SectionProblem } from './section';
