export * from './exact';
export * from './money';
export * from './number';
export * from './time';
export * from './zones';
