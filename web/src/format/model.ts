/** Runs that called no model and those of rare models have a row each among the models. */
export function modelWord(model: string): string {
  if (model === 'none') return 'No model';
  return model === 'other' ? 'Other models' : model;
}
