export { ChangedElsewhere, same, useDraft, useGuardedChange, type Change, type Draft } from './change';
export { fieldError, Section, SectionForm, SectionProblem } from './section';
